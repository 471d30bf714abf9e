"""The way to the clinical file, and what each write there owes to the schedule file.

A write commits first in the clinical file, with a line in its outbox; then the schedule file takes
over flags and audit lines under the same operation id. What a crash leaves in the outbox is taken
over at the next clinician's log-in, or after the next write.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clinical.consent import consent_in_force
from clinic_desktop.domain.clinical.screening import needling_gate
from clinic_desktop.domain.clinical_ports import (
    ClinicalOperation,
    ClinicalReader,
    ClinicalStore,
    OutboxEntry,
    ProjectionOperation,
    ProjectionStore,
    SignatureChecker,
    Signer,
)
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import NotFound, PermissionRefused, StoreTrouble
from clinic_desktop.domain.ids import NewId, PatientId
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleReader
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.services.clinical.library import ClinicalLibrary
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """What a session's keys give: the open clinical file and the signing key, or None."""

    clinical: Callable[[Session], ClinicalStore | None]
    signer: Callable[[Session], Signer | None]
    checker: SignatureChecker
    unseal: Callable[[Session, bytes], bytes] | None = None


class Write:
    """An open write; ``changes`` is complete once the block has ended."""

    def __init__(self, op: ClinicalOperation) -> None:
        self.op = op
        self.changes = Changes()


class ClinicalAccess:
    """Opens the clinical file for those who hold its key, and keeps the schedule file informed."""

    def __init__(
        self,
        *,
        keys: Keys,
        schedule: ProjectionStore,
        library: ClinicalLibrary,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._keys = keys
        self._schedule = schedule
        self.library = library
        self.clock = clock
        self.new_id = new_id

    def store(self, session: Session) -> ClinicalStore:
        """The clinical file. Raises ``PermissionRefused`` without its key."""
        found = self._keys.clinical(session) if session.opens_clinical else None
        if found is None:
            raise PermissionRefused(
                _("Clinical records open with a clinician's keys only."),
                still_works=_("Schedule, calls and contact details stay open."),
                way_out=_("Ask a practitioner to log in."),
            )
        return found

    def reader(self, session: Session) -> ClinicalReader:
        """The clinical file to read. Raises ``PermissionRefused``."""
        return self.store(session).reader()

    def signer(self, session: Session) -> Signer:
        """The session's own signing key. Raises ``PermissionRefused``."""
        found = self._keys.signer(session)
        if found is None:
            raise PermissionRefused(
                _("Your signing key is locked."), way_out=_("Log in again, then sign.")
            )
        return found

    def unseal(self, session: Session, box: bytes) -> bytes:
        """What was sealed for the clinicians. Raises ``PermissionRefused``."""
        if self._keys.unseal is None:
            raise PermissionRefused(_("These keys do not open sealed answers."))
        return self._keys.unseal(session, box)

    def drop_sealed(self, session: Session, alerts: Sequence[SealedAlert]) -> None:
        """Take boxes out of the schedule file once their text is kept in the clinical one."""
        name = _("Take over imported alerts")
        with self._schedule.operation(name, session, undoable=False) as op:
            for alert in alerts:
                op.remove(alert)

    @property
    def checker(self) -> SignatureChecker:
        """Checks signatures against everybody's public keys."""
        return self._keys.checker

    @property
    def schedule(self) -> ScheduleReader:
        """The schedule file to read."""
        return self._schedule.reader()

    @contextmanager
    def write(self, session: Session, name: str, *, undoable: bool = True) -> Generator[Write]:
        """One named write of the clinical file, followed by what the schedule file is owed."""
        store = self.store(session)
        with store.operation(name, session, undoable=undoable) as op:
            written = Write(op)
            yield written
            written.changes = op.changes()
        written.changes = joined(written.changes, self.deliver(session))

    def deliver(self, session: Session) -> Changes:
        """Let the schedule file take over what it is owed; what fails stays owed.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
        """
        store = self.store(session)
        reached = Changes()
        for entry in store.reader().outbox():
            try:
                reached = joined(reached, self._take_over(session, store, entry))
            except StoreTrouble:
                # The clinical half is safe; it is owed until the schedule file can be written.
                return reached
        return reached

    def audit_read(self, session: Session, table: RecordKind, row_id: str) -> None:
        """Record in the schedule file who opened what, before it is shown; no content."""
        with self._schedule.operation(_("Open a record"), session, undoable=False) as op:
            op.audit("read", table=table.value, row_id=row_id)

    def same_person(self, reader: ScheduleReader, patient_id: PatientId) -> frozenset[PatientId]:
        """The ids under which a patient's record may lie: their own and merged ones'."""
        return reader.ids_of_person(patient_id)

    def flags(
        self, reader: ClinicalReader, patient_id: PatientId, ids: frozenset[PatientId]
    ) -> ClinicalFlags:
        """The neutral words that the schedule may show of a patient's record."""
        now = self.clock.now_utc()
        intakes = reader.intakes_of(ids)
        notes = reader.notes_of(ids)
        consents = tuple(reader.consents_of(ids))
        if not (intakes or notes or consents or reader.episodes_of(ids)):
            return ClinicalFlags(patient_id=patient_id)
        consent = consent_in_force(consents, now)
        answers = intakes[0].screening if intakes else ()
        gate = needling_gate(self.library.catalogue.screening, answers, now=now, consent_valid=True)
        return ClinicalFlags(
            patient_id=patient_id,
            has_record=True,
            consent_missing=consent is None,
            # A block that says where is settled: the body chart and the note keep to it.
            review_screening=not gate.ready or any(not b.settled for b in gate.blocks),
            unsigned_notes=sum(1 for note in notes if not note.signed),
        )

    def _take_over(self, session: Session, store: ClinicalStore, entry: OutboxEntry) -> Changes:
        # The line belongs to whoever did it, even if somebody else's log-in delivers it.
        author = replace(session, user_id=entry.actor)
        with self._schedule.operation(
            entry.name, author, undoable=False, operation_id=entry.operation_id
        ) as op:
            if op.first_time(entry.operation_id):
                for line in entry.audit:
                    op.audit(
                        line.action,
                        table=line.table,
                        row_id=line.row_id,
                        reason=line.at_utc.isoformat(),
                    )
            for patient_id in sorted(entry.patient_ids):
                self._project(op, store.reader(), patient_id)
            changes = op.changes()
        store.delivered(entry.operation_id)
        return changes

    def _project(
        self, op: ProjectionOperation, reader: ClinicalReader, patient_id: PatientId
    ) -> None:
        try:
            kept = op.patient(patient_id).id
        except NotFound:
            return
        ids = self.same_person(op, patient_id)
        op.put_flags(self.flags(reader, kept, ids))
        op.put_visit_records(reader.visits_with_records(ids))


def joined(first: Changes, second: Changes) -> Changes:
    """Two halves of one operation as one; name and id are the first's."""
    ids = dict(first.ids)
    for kind, more in second.ids.items():
        ids[kind] = ids.get(kind, frozenset()) | more
    return replace(first, ids=ids)
