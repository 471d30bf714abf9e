"""Notes: started from a visit, saved as drafts, signed once, amended with a reason."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clinical.anatomy import Side, Technique
from clinic_desktop.domain.clinical.catalogue import Catalogue
from clinic_desktop.domain.clinical.consent import Consent, consent_in_force
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.missing import Missing, NotReady
from clinic_desktop.domain.clinical.note import (
    Amendment,
    Note,
    NoteKind,
    ScreeningSnapshot,
)
from clinic_desktop.domain.clinical.screening import NeedlingGate, needling_gate
from clinic_desktop.domain.clinical.sign_gate import missing_to_sign
from clinic_desktop.domain.clinical.signing import (
    FIRST,
    Seal,
    SealKind,
    amendment_parts,
    note_parts,
)
from clinic_desktop.domain.clinical.template import Template
from clinic_desktop.domain.clinical_ports import ClinicalOperation, ClinicalReader, Recovered
from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import IntakeId, NoteId, VisitId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.ports import ScheduleReader
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.service import ServiceKind
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.clinical.access import ClinicalAccess, joined
from clinic_desktop.services.clinical.intakes import IntakeService
from clinic_desktop.services.clinical.note_checks import (
    keep_identity,
    must_be_own_draft,
    number_faults,
    place_of,
    value_faults,
)
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """All that the note's screen shows.

    ``missing`` is the sign gate's list for the note as saved; ``recovered`` an autosaved draft
    newer than the saved note: offer it. ``seals`` are who signed what when.
    """

    note: Note
    template: Template
    catalogue: Catalogue
    patient: Patient
    intake: Intake | None
    gate: NeedlingGate
    consent: Consent | None
    missing: tuple[Missing, ...]
    seals: tuple[Seal, ...]
    recovered: Recovered[Note] | None

    def refusals(
        self, muscle_id: str, side: Side | None, technique: Technique | None = None
    ) -> tuple[str, ...]:
        """Why no needle may go in there, as sentences; empty if it may."""
        return self.gate.refusals(self.catalogue.spot(muscle_id, side, technique))

    def missing_in(self, edited: Note) -> tuple[Missing, ...]:
        """The sign gate's list for the note as it stands on the screen."""
        return missing_to_sign(
            edited,
            template=self.template,
            catalogue=self.catalogue,
            gate=self.gate,
            consent=self.consent,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendNote:
    """Correct a signed note. ``section`` is the part concerned, such as ``plan``, or ""."""

    note_id: NoteId
    text: str
    reason: str
    section: str = ""


class NoteService:
    """Everything that changes a note."""

    def __init__(self, access: ClinicalAccess, intakes: IntakeService) -> None:
        self._access = access
        self._intakes = intakes

    def new_child_id(self) -> str:
        """An id for a needle, test or adverse event about to be added to a note."""
        return self._access.new_id()

    def start_for_visit(self, session: Session, visit_id: VisitId) -> Changes:
        """The note of a visit; a new draft if there is none. Opens the intake too if need be.

        Returns:
            Changes whose ``NOTES`` is the note's id, also if it was there already.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
            NotFound: no such visit.
        """
        known = self._access.reader(session).note_of_visit(visit_id)
        if known is not None:
            return Changes(ids={RecordKind.NOTES: frozenset({known.id})})
        opened = self._intakes.open_for_visit(session, visit_id)
        schedule = self._access.schedule
        visit = schedule.visit(visit_id)
        # Not undoable, as opening an intake: the page that it opens stays open.
        with self._access.write(session, _("Start note"), undoable=False) as write:
            intake = write.op.intake(IntakeId(next(iter(opened.of(RecordKind.INTAKES)))))
            note = Note(
                id=NoteId(self._access.new_id()),
                patient_id=schedule.patient(visit.patient_id).id,
                episode_id=intake.episode_id,
                visit_id=visit_id,
                intake_id=intake.id,
                kind=_kind_of(schedule, visit),
                template_id=intake.template_id,
                template_version=intake.template_version,
                service_at=visit.started_at or to_utc(visit.start, visit.zone),
                created_at=self._access.clock.now_utc(),
                author=session.user_id,
                author_name=session.name,
            )
            write.op.put(note)
        return joined(write.changes, opened)

    def view(self, session: Session, note_id: NoteId) -> NoteView:
        """A note to show; who opened it is recorded first.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
            NotFound: no such note.
        """
        reader = self._access.reader(session)
        self._access.audit_read(session, RecordKind.NOTES, note_id)
        note = reader.note(note_id)
        now = self._access.clock.now_utc()
        gate, consent = self._gate(reader, note, now)
        template = self._template(note)
        catalogue = self._access.library.catalogue
        return NoteView(
            note=note,
            template=template,
            catalogue=catalogue,
            patient=self._access.schedule.patient(note.patient_id),
            intake=reader.intake(note.intake_id) if note.intake_id else None,
            gate=gate,
            consent=consent,
            missing=()
            if note.signed
            else missing_to_sign(
                note, template=template, catalogue=catalogue, gate=gate, consent=consent
            ),
            seals=tuple(reader.seals(note_id)),
            recovered=None if note.signed else reader.recovered_note(note_id),
        )

    def save(self, session: Session, note: Note) -> Changes:
        """Save a draft with its needles, tests and adverse events.

        Raises:
            RuleBroken: it is signed.
            NotReady: a new needle lies where screening blocks needling, or a test's value does
                not fit; ``missing`` lists all.
            PermissionRefused: it is somebody else's draft.
        """
        with self._access.write(session, _("Save note")) as write:
            stored = write.op.note(note.id)
            must_be_own_draft(session, stored)
            edited = keep_identity(stored, note)
            self._check_children(write.op, stored, edited)
            write.op.put(edited)
        return write.changes

    def autosave(self, session: Session, note: Note) -> None:
        """Keep what is on the screen against a crash; nothing is checked or journalled.

        Raises:
            RuleBroken: the note is signed.
        """
        must_be_own_draft(session, self._access.reader(session).note(note.id))
        self._access.store(session).autosave(note, session)

    def discard_autosave(self, session: Session, note_id: NoteId) -> None:
        """Forget the autosaved draft."""
        self._access.store(session).drop_autosave(note_id)

    def sign(self, session: Session, note_id: NoteId) -> Changes:
        """Sign a note as it is saved. This cannot be undone; corrections are amendments.

        Raises:
            NotReady: something is missing; ``missing`` lists all of it.
            RuleBroken: it is signed already.
            PermissionRefused: it is somebody else's draft, or the signing key is locked.
        """
        signer = self._access.signer(session)
        now = self._access.clock.now_utc()
        with self._access.write(session, _("Sign note"), undoable=False) as write:
            stored = write.op.note(note_id)
            must_be_own_draft(session, stored)
            gate, consent = self._gate(write.op, stored, now)
            missing = missing_to_sign(
                stored,
                template=self._template(stored),
                catalogue=self._access.library.catalogue,
                gate=gate,
                consent=consent,
            )
            if missing:
                raise NotReady(_("The note cannot be signed yet."), missing)
            final = replace(
                stored,
                signed=True,
                consent_id=consent.id if consent else "",
                screening=_snapshot(write.op, stored),
            )
            seal = self._seal(session, write.op, final, SealKind.NOTE, final.id, now)
            seal = replace(seal, parts=note_parts(final), public_key=signer.public())
            write.op.seal_note(final, replace(seal, signature=signer.sign(seal.message())))
            write.op.owe_audit("sign", table="notes", row_id=final.id, patient_id=final.patient_id)
        return write.changes

    def amend(self, session: Session, command: AmendNote) -> Changes:
        """Add a signed correction; the original stays as it is. This cannot be undone.

        Raises:
            RuleBroken: no reason, no text, or the note is still a draft.
            PermissionRefused: the signing key is locked.
        """
        if not command.reason.strip():
            raise RuleBroken(_("An amendment needs its reason."))
        if not command.text.strip():
            raise RuleBroken(_("Write what is amended."))
        signer = self._access.signer(session)
        now = self._access.clock.now_utc()
        with self._access.write(session, _("Amend note"), undoable=False) as write:
            note = write.op.note(command.note_id)
            if not note.signed:
                raise RuleBroken(_("A draft is simply edited."), way_out=_("Open and change it."))
            amendment = Amendment(
                id=self._access.new_id(),
                note_id=note.id,
                section=command.section,
                text=command.text.strip(),
                reason=command.reason.strip(),
                author=session.user_id,
                author_name=session.name,
                written_at=now,
            )
            seal = self._seal(session, write.op, note, SealKind.AMENDMENT, amendment.id, now)
            seal = replace(seal, parts=amendment_parts(amendment, note), public_key=signer.public())
            write.op.add_amendment(amendment, replace(seal, signature=signer.sign(seal.message())))
            write.op.owe_audit("amend", table="notes", row_id=note.id, patient_id=note.patient_id)
        return write.changes

    def _gate(
        self, reader: ClinicalReader, note: Note, now: datetime
    ) -> tuple[NeedlingGate, Consent | None]:
        ids = self._access.same_person(self._access.schedule, note.patient_id)
        consent = consent_in_force(tuple(reader.consents_of(ids)), now)
        answers = reader.intake(note.intake_id).screening if note.intake_id else ()
        gate = needling_gate(
            self._access.library.catalogue.screening,
            answers,
            now=now,
            consent_valid=consent is not None,
        )
        return gate, consent

    def _check_children(self, op: ClinicalOperation, stored: Note, edited: Note) -> None:
        """Refuse needles where needling is blocked, and values that do not fit.

        Needles that were recorded before stay editable: what was done must be written down.
        """
        gate, _consent = self._gate(op, stored, self._access.clock.now_utc())
        catalogue = self._access.library.catalogue
        before = {place_of(needle) for needle in stored.needles}
        faults = [
            Missing(field=f"needle.{needle.id}.muscle", sentence=sentence)
            for needle in edited.needles
            if place_of(needle) not in before
            for sentence in gate.refusals(
                catalogue.spot(needle.muscle, needle.side, needle.technique)
            )
        ]
        faults += value_faults(edited, self._template(stored))
        faults += number_faults(edited)
        if faults:
            raise NotReady(
                _("The note was not saved."),
                tuple(faults),
                still_works=_("What you typed is kept on the screen."),
            )

    def _seal(
        self,
        session: Session,
        reader: ClinicalReader,
        note: Note,
        kind: SealKind,
        subject_id: str,
        now: datetime,
    ) -> Seal:
        last = reader.last_seal(session.device_id)
        return Seal(
            id=self._access.new_id(),
            kind=kind,
            note_id=note.id,
            subject_id=subject_id,
            device_id=session.device_id,
            position=last.position + 1 if last else 1,
            previous=last.hash() if last else FIRST,
            parts={},
            signer=session.user_id,
            signer_name=session.name,
            signed_at=now,
            public_key=b"",
        )

    def _template(self, note: Note) -> Template:
        return self._access.library.template(note.template_id, note.template_version)


def _kind_of(schedule: ScheduleReader, visit: Visit) -> NoteKind:
    services = {service.id: service for service in schedule.services(with_inactive=True)}
    service = services.get(visit.service_id)
    first = service is not None and service.kind is ServiceKind.EVALUATION
    return NoteKind.EVALUATION if first else NoteKind.SESSION


def _snapshot(reader: ClinicalReader, note: Note) -> tuple[ScreeningSnapshot, ...]:
    answers = reader.intake(note.intake_id).screening if note.intake_id else ()
    return tuple(
        ScreeningSnapshot(
            item_id=answer.item_id,
            answer=answer.answer,
            details=answer.details,
            rationale=answer.rationale,
        )
        for answer in sorted(answers, key=lambda a: a.item_id)
    )
