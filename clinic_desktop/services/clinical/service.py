"""The clinical services together, and what concerns a patient's whole record."""

from dataclasses import dataclass
from datetime import datetime

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clinical.consent import Consent
from clinic_desktop.domain.clinical.episode import Episode
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import Note
from clinic_desktop.domain.clinical.signing import SealFault, SealFinding, check_seals
from clinic_desktop.domain.clinical_ports import Blob, NoteTitle, ProjectionStore
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.ids import NewId, PatientId
from clinic_desktop.domain.role import Session
from clinic_desktop.services.clinical.access import ClinicalAccess, Keys, joined
from clinic_desktop.services.clinical.alerts import take_over_alerts
from clinic_desktop.services.clinical.consents import ConsentService
from clinic_desktop.services.clinical.intakes import IntakeService
from clinic_desktop.services.clinical.library import ClinicalLibrary, load_library
from clinic_desktop.services.clinical.notes import NoteService
from clinic_desktop.text import _

EVERY_LINE = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRecord:
    """A patient's clinical record, newest first."""

    patient_id: PatientId
    episodes: tuple[Episode, ...]
    intakes: tuple[Intake, ...]
    consents: tuple[Consent, ...]
    notes: tuple[Note, ...]
    alerts: tuple[ImportedAlert, ...] = ()


class ClinicalService:
    """The way in for screens and command line: ``intakes``, ``consents``, ``notes``, and these.

    Writes, and reads that are audited (``view``, ``record_of_patient``), belong on the database
    worker's thread.
    """

    def __init__(
        self,
        *,
        keys: Keys,
        schedule: ProjectionStore,
        clock: Clock,
        new_id: NewId,
        library: ClinicalLibrary | None = None,
    ) -> None:
        self.library = library or load_library()
        self._access = ClinicalAccess(
            keys=keys, schedule=schedule, library=self.library, clock=clock, new_id=new_id
        )
        self.intakes = IntakeService(self._access)
        self.consents = ConsentService(self._access)
        self.notes = NoteService(self._access, self.intakes)

    def after_login(self, session: Session) -> Changes:
        """Let each file take over what the other has for it: debts of a crash, sealed alerts.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
        """
        delivered = self._access.deliver(session)
        take_over_alerts(self._access, session)
        return delivered

    def record_of_patient(self, session: Session, patient_id: PatientId) -> PatientRecord:
        """A patient's whole record, merged doubles included; who opened it is recorded first.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
            NotFound: no such patient.
        """
        reader = self._access.reader(session)
        schedule = self._access.schedule
        kept = schedule.patient(patient_id)
        ids = self._access.same_person(schedule, patient_id)
        self._access.audit_read(session, RecordKind.PATIENTS, kept.id)
        return PatientRecord(
            patient_id=kept.id,
            episodes=tuple(reader.episodes_of(ids)),
            intakes=tuple(reader.intakes_of(ids)),
            consents=tuple(reader.consents_of(ids)),
            notes=tuple(reader.notes_of(ids)),
            alerts=tuple(reader.alerts_of(ids)),
        )

    def note_titles(self, session: Session, patient_id: PatientId, limit: int) -> list[NoteTitle]:
        """A patient's newest notes by date, for a list; nothing of what they say.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
        """
        return self._access.reader(session).note_titles([patient_id], limit)

    def file(self, session: Session, sha256: str) -> Blob:
        """A signature, letter or consent text by its hash. Raises ``NotFound``."""
        return self._access.reader(session).blob(sha256)

    def verify_signatures(self, session: Session) -> list[SealFinding]:
        """Compare every signed note with its signatures, the journal and the schedule's audit.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
        """
        reader = self._access.reader(session)
        notes = list(reader.every_note())
        seals = reader.seals()
        found = check_seals(notes, seals, self._access.checker.holds)
        there = {seal.id for seal in seals}
        gone = _("The journal knows a signature that is not there any more.")
        found += [
            SealFinding(what=SealFault.MISSING, note_id=note_id, sentence=gone)
            for seal_id, note_id in reader.journalled_seals().items()
            if seal_id not in there
        ]
        signed = {note.id for note in notes if note.signed}
        lines = self._access.schedule.journal(limit=EVERY_LINE, table=RecordKind.NOTES.value)
        audited = {line.row_id for line in lines if line.action == "sign"}
        missing = _("The schedule file knows a signed note that is not there any more.")
        found += [
            SealFinding(what=SealFault.MISSING, note_id=note_id, sentence=missing)
            for note_id in sorted(audited - signed)
        ]
        return found

    def undo(self, session: Session, since_utc: datetime) -> Changes:
        """Take the person's newest clinical operation back; signatures cannot be.

        Raises:
            RuleBroken: there is none, or something newer is in the way.
        """
        changes = self._access.store(session).undo(session, since_utc)
        return joined(changes, self._access.deliver(session))

    def redo(self, session: Session, since_utc: datetime) -> Changes:
        """Do again what was last undone. Raises ``RuleBroken``."""
        changes = self._access.store(session).redo(session, since_utc)
        return joined(changes, self._access.deliver(session))

    def newest_at(self, session: Session, since_utc: datetime, *, redo: bool) -> str:
        """When the operation was made that ``undo`` (or ``redo``) would take; "" for none."""
        return self._access.store(session).newest_at(session, since_utc, redo=redo)

    def undo_name(self, session: Session, since_utc: datetime) -> str:
        """What ``undo`` would take back, or ""."""
        return self._access.store(session).undo_name(session, since_utc)

    def redo_name(self, session: Session, since_utc: datetime) -> str:
        """What ``redo`` would do again, or ""."""
        return self._access.store(session).redo_name(session, since_utc)
