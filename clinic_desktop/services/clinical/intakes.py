"""Taking an intake: open it from a visit, save, screen, complete."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.consent import Consent
from clinic_desktop.domain.clinical.episode import Episode, EpisodeState, Referral
from clinic_desktop.domain.clinical.field import Answers
from clinic_desktop.domain.clinical.intake import (
    Intake,
    IntakeProgress,
    IntakeState,
    completion_gaps,
    intake_progress,
)
from clinic_desktop.domain.clinical.missing import Missing, NotReady
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.clinical.template import Template
from clinic_desktop.domain.clinical_ports import ClinicalOperation, ClinicalReader, Recovered
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import EpisodeId, IntakeId, PatientId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.clinical.access import ClinicalAccess
from clinic_desktop.services.clinical.files import checked_letter
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeView:
    """All that the intake's screen shows.

    ``recovered`` is an autosaved draft newer than the saved intake: offer it.
    """

    intake: Intake
    template: Template
    episode: Episode
    patient: Patient
    sites: tuple[VisitSite, ...]
    consents: tuple[Consent, ...]
    progress: IntakeProgress
    recovered: Recovered[Intake] | None


def _no_details() -> Answers:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerScreening:
    """Answer one question; an earlier letter stays attached unless the answer becomes "no"."""

    intake_id: IntakeId
    item_id: str
    answer: Answer
    details: Answers = field(default_factory=_no_details)
    rationale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachLetter:
    """Attach a letter (PDF, PNG, JPEG) to an answer whose block a letter lifts."""

    intake_id: IntakeId
    item_id: str
    media_type: str
    data: bytes


class IntakeService:
    """Everything that changes an intake."""

    def __init__(self, access: ClinicalAccess) -> None:
        self._access = access

    def open_for_visit(
        self, session: Session, visit_id: VisitId, template_id: str | None = None
    ) -> Changes:
        """The intake for a visit: the visit's own, that of the running episode, or a new one.

        Args:
            session: who opens it.
            visit_id: the visit.
            template_id: the form of a new intake; by default the one that fits the course label.

        Returns:
            Changes whose ``INTAKES`` is the intake's id, also if it was there already.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
            NotFound: no such visit or form.
        """
        reader = self._access.reader(session)
        schedule = self._access.schedule
        visit = schedule.visit(visit_id)
        ids = self._access.same_person(schedule, visit.patient_id)
        known = reader.intake_of_visit(visit_id) or _of_running_episode(reader, ids)
        if known is not None:
            return Changes(ids={RecordKind.INTAKES: frozenset({known.id})})
        library = self._access.library
        patient = schedule.patient(visit.patient_id)
        template = (
            library.template(template_id)
            if template_id is not None
            else library.template_for(patient.course_label or visit.session_label)
        )
        return self._open(session, visit, patient, template)

    def view(self, session: Session, intake_id: IntakeId) -> IntakeView:
        """An intake to show; who opened it is recorded first.

        Raises:
            PermissionRefused: the session does not hold the clinical key.
            NotFound: no such intake.
        """
        reader = self._access.reader(session)
        self._access.audit_read(session, RecordKind.INTAKES, intake_id)
        intake = reader.intake(intake_id)
        schedule = self._access.schedule
        patient = schedule.patient(intake.patient_id)
        sites = tuple(schedule.sites_of(patient.id))
        ids = self._access.same_person(schedule, patient.id)
        consents = tuple(reader.consents_of(ids))
        template = self._template(intake)
        return IntakeView(
            intake=intake,
            template=template,
            episode=reader.episode(intake.episode_id),
            patient=patient,
            sites=sites,
            consents=consents,
            progress=self.progress(intake, patient, sites, consents),
            recovered=reader.recovered_intake(intake_id),
        )

    def progress(
        self,
        intake: Intake,
        patient: Patient,
        sites: tuple[VisitSite, ...],
        consents: tuple[Consent, ...],
    ) -> IntakeProgress:
        """Both gates for an intake as it stands on the screen, saved or not."""
        return intake_progress(
            intake,
            self._template(intake),
            self._access.library.catalogue,
            patient=patient,
            sites=sites,
            consents=consents,
            now=self._access.clock.now_utc(),
        )

    def save(self, session: Session, intake: Intake) -> Changes:
        """Save answers and screening, half-done or not.

        Raises:
            RuleBroken: a value does not fit its field.
            PermissionRefused: the session does not hold the clinical key.
        """
        with self._access.write(session, _("Save intake")) as write:
            self._save(session, write.op, intake)
        return write.changes

    def autosave(self, session: Session, intake: Intake) -> None:
        """Keep what is on the screen against a crash; nothing is checked or journalled."""
        self._access.store(session).autosave(intake, session)

    def discard_autosave(self, session: Session, intake_id: IntakeId) -> None:
        """Forget the autosaved draft."""
        self._access.store(session).drop_autosave(intake_id)

    def answer(self, session: Session, command: AnswerScreening) -> Changes:
        """Record one screening answer.

        Raises:
            NotFound: no such intake or question.
            RuleBroken: a detail does not fit its field.
        """
        item = self._access.library.catalogue.item(command.item_id)
        with self._access.write(session, _("Answer screening")) as write:
            intake = write.op.intake(command.intake_id)
            before = intake.answer(item.id)
            kept = before.letter_sha256 if before and command.answer is not Answer.NO else ""
            given = ScreeningAnswer(
                intake_id=intake.id,
                item_id=item.id,
                answer=command.answer,
                details=command.details,
                rationale=command.rationale.strip(),
                letter_sha256=kept,
                asked_by=session.user_id,
                asked_at=self._access.clock.now_utc(),
            )
            self._check_answer(given)
            write.op.put(_with_answer(intake, given))
        return write.changes

    def attach_letter(self, session: Session, command: AttachLetter) -> Changes:
        """Attach a letter that lifts a block.

        Raises:
            RuleBroken: the question was not answered with yes, no letter lifts its block, or the
                file is not what it says it is.
        """
        item = self._access.library.catalogue.item(command.item_id)
        if not item.lifted_by_letter:
            raise RuleBroken(_("No letter lifts this block; only a changed answer does."))
        blob = checked_letter(command.media_type, command.data)
        with self._access.write(session, _("Attach a letter")) as write:
            intake = write.op.intake(command.intake_id)
            answer = intake.answer(item.id)
            if answer is None or not answer.counts_as_yes:
                raise RuleBroken(_("There is no block that this letter could lift."))
            write.op.put_blob(blob)
            write.op.put(_with_answer(intake, replace(answer, letter_sha256=blob.sha256)))
        return write.changes

    def change_template(self, session: Session, intake_id: IntakeId, template_id: str) -> Changes:
        """Move a draft to another form; answers to fields that both have are kept.

        Raises:
            RuleBroken: the intake is complete.
        """
        template = self._access.library.template(template_id)
        known = {one.id for one in template.fields}
        with self._access.write(session, _("Change the form")) as write:
            intake = write.op.intake(intake_id)
            if intake.state is IntakeState.COMPLETE:
                raise RuleBroken(
                    _("This intake is complete and stays in its form."),
                    way_out=_("Open a new episode for another condition."),
                )
            kept = {name: value for name, value in intake.answers.items() if name in known}
            kept = {n: v for n, v in kept.items() if n not in template.faults({n: v})}
            write.op.put(
                replace(
                    intake,
                    template_id=template.id,
                    template_version=template.version,
                    answers=kept,
                )
            )
            write.op.put(replace(write.op.episode(intake.episode_id), condition=template.id))
        return write.changes

    def complete(self, session: Session, intake_id: IntakeId) -> Changes:
        """Mark an intake as complete.

        Raises:
            NotReady: required answers are missing; ``missing`` lists all of them.
        """
        with self._access.write(session, _("Complete intake")) as write:
            intake = write.op.intake(intake_id)
            gaps = completion_gaps(intake, self._template(intake), self._access.library.catalogue)
            if gaps:
                raise NotReady(_("The intake is not complete yet."), gaps)
            write.op.put(
                replace(
                    intake,
                    state=IntakeState.COMPLETE,
                    completed_by=session.user_id,
                    completed_at=self._access.clock.now_utc(),
                )
            )
        return write.changes

    def _open(
        self, session: Session, visit: Visit, patient: Patient, template: Template
    ) -> Changes:
        now = self._access.clock.now_utc()
        provider = patient.referral_source.casefold().startswith(("dr", "doctor", "provider"))
        episode = Episode(
            id=EpisodeId(self._access.new_id()),
            patient_id=patient.id,
            condition=template.id,
            referral=Referral.PROVIDER if provider else Referral.SELF,
            evaluation_date=visit.day,
            opened_by=session.user_id,
            opened_at=now,
        )
        intake = Intake(
            id=IntakeId(self._access.new_id()),
            patient_id=patient.id,
            episode_id=episode.id,
            visit_id=visit.id,
            template_id=template.id,
            template_version=template.version,
            taken_by=session.user_id,
            taken_at=now,
        )
        # Not undoable: an undo on the open page would take the ground from under the answers.
        with self._access.write(session, _("Open intake"), undoable=False) as write:
            write.op.put(episode)
            write.op.put(intake)
        return write.changes

    def _save(self, session: Session, op: ClinicalOperation, intake: Intake) -> None:
        stored = op.intake(intake.id)
        template = self._template(stored)
        faults = template.faults(intake.answers)
        if faults:
            raise NotReady(
                _("Something in the intake cannot be read."),
                tuple(Missing(field=f"answers.{n}", sentence=s) for n, s in faults.items()),
                still_works=_("What you typed is kept on the screen."),
            )
        for answer in intake.screening:
            self._check_answer(answer)
        # Identity, form and completion have verbs of their own; an edit form never changes them.
        op.put(
            replace(
                stored,
                answers=intake.answers,
                screening=_stamped(session, stored, intake, self._access.clock.now_utc()),
                answered_by=intake.answered_by,
                answered_by_name=intake.answered_by_name.strip(),
            )
        )
        side = intake.answers.get("side")
        episode = op.episode(stored.episode_id)
        if side in {known.value for known in Side}:
            chosen = Side(str(side))
            code = template.icd10.get(chosen.value, template.icd10.get("unspecified", ""))
            op.put(replace(episode, side=chosen, icd10=code))

    def _check_answer(self, answer: ScreeningAnswer) -> None:
        item = self._access.library.catalogue.item(answer.item_id)
        for detail in item.details:
            value = answer.details.get(detail.id)
            if value is not None and value not in ("", ()) and (fault := detail.fault(value)):
                raise NotReady(fault, (Missing(field=f"screening.{item.id}", sentence=fault),))

    def _template(self, intake: Intake) -> Template:
        return self._access.library.template(intake.template_id, intake.template_version)


def _of_running_episode(reader: ClinicalReader, ids: frozenset[PatientId]) -> Intake | None:
    running = {e.id for e in reader.episodes_of(ids) if e.state is EpisodeState.ACTIVE}
    return next((i for i in reader.intakes_of(ids) if i.episode_id in running), None)


def _with_answer(intake: Intake, given: ScreeningAnswer) -> Intake:
    others = tuple(a for a in intake.screening if a.item_id != given.item_id)
    return replace(intake, screening=(*others, given))


def _stamped(
    session: Session, stored: Intake, edited: Intake, now: datetime
) -> tuple[ScreeningAnswer, ...]:
    """Answers not asked again keep who asked and when; letters have their own verb."""
    found: list[ScreeningAnswer] = []
    for answer in edited.screening:
        before = stored.answer(answer.item_id)
        if before is not None and not _differs(before, answer):
            found.append(before)
            continue
        letter = before.letter_sha256 if before and answer.counts_as_yes else ""
        found.append(
            replace(
                answer,
                intake_id=stored.id,
                letter_sha256=letter,
                asked_by=session.user_id,
                asked_at=min(answer.asked_at, now),
            )
        )
    # Answered meanwhile by somebody else: a form that never showed an answer does not delete it.
    shown = {answer.item_id for answer in edited.screening}
    found.extend(answer for answer in stored.screening if answer.item_id not in shown)
    return tuple(found)


def _differs(before: ScreeningAnswer, after: ScreeningAnswer) -> bool:
    return (
        before.answer is not after.answer
        or dict(before.details) != dict(after.details)
        or before.rationale != after.rationale
        or before.asked_at != after.asked_at
    )
