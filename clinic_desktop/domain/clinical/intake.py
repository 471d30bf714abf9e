"""An intake: answers to a template's questions and the screening, taken over one or more sittings.

Two gates stand apart: an evaluation can be booked long before the patient is ready for needling.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from clinic_desktop.domain.clinical.catalogue import Catalogue
from clinic_desktop.domain.clinical.consent import Consent, consent_in_force
from clinic_desktop.domain.clinical.field import Answers
from clinic_desktop.domain.clinical.missing import Missing
from clinic_desktop.domain.clinical.screening import NeedlingGate, ScreeningAnswer, needling_gate
from clinic_desktop.domain.clinical.template import Template
from clinic_desktop.domain.ids import EpisodeId, IntakeId, PatientId, UserId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.text import _


class IntakeState(StrEnum):
    """Half-done or done."""

    DRAFT = "draft"
    COMPLETE = "complete"


class AnsweredBy(StrEnum):
    """Who is answering."""

    PATIENT_PHONE = "patient_phone"
    FAMILY = "family"
    IN_PERSON = "in_person"


def _no_answers() -> Answers:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """One intake in the template version it was taken in. Moments are UTC."""

    id: IntakeId
    patient_id: PatientId
    episode_id: EpisodeId
    visit_id: VisitId | None
    template_id: str
    template_version: int
    state: IntakeState = IntakeState.DRAFT
    answers: Answers = field(default_factory=_no_answers)
    screening: tuple[ScreeningAnswer, ...] = ()
    answered_by: AnsweredBy = AnsweredBy.IN_PERSON
    answered_by_name: str = ""
    taken_by: UserId
    taken_at: datetime
    completed_by: UserId | None = None
    completed_at: datetime | None = None

    def answer(self, item_id: str) -> ScreeningAnswer | None:
        """The answer to a screening question, if it was given."""
        return next((a for a in self.screening if a.item_id == item_id), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class IntakeProgress:
    """How far an intake is, for the ring and the lists beside it.

    ``to_book`` empty: can be booked. ``to_needle`` empty: ready for needling. ``to_complete``
    empty: the intake can be completed. ``share`` is the answered part of all that is needed,
    0 to 1.
    """

    share: float
    to_book: tuple[Missing, ...]
    to_complete: tuple[Missing, ...]
    to_needle: tuple[Missing, ...]
    gate: NeedlingGate
    consent: Consent | None

    @property
    def can_be_booked(self) -> bool:
        """The first gate."""
        return not self.to_book

    @property
    def ready_for_needling(self) -> bool:
        """The second gate."""
        return not self.to_needle


def booking_gaps(patient: Patient, sites: tuple[VisitSite, ...]) -> tuple[Missing, ...]:
    """What is missing before a visit can be booked."""
    gaps: list[Missing] = []
    if not (patient.first_name.strip() and patient.last_name.strip()):
        gaps.append(Missing(field="patient.name", sentence=_("The patient's name is missing.")))
    if not patient.phones:
        gaps.append(Missing(field="patient.phone", sentence=_("A phone number is missing.")))
    if not any(site.active and (site.address.line.strip() or site.coordinate) for site in sites):
        gaps.append(Missing(field="site.address", sentence=_("An address is missing.")))
    return tuple(gaps)


def completion_gaps(
    intake: Intake, template: Template, catalogue: Catalogue
) -> tuple[Missing, ...]:
    """What is missing before the intake is complete: required fields and screening answers."""
    gaps = [
        Missing(field=f"answers.{field_id}", sentence=sentence)
        for field_id, sentence in template.faults(intake.answers).items()
    ]
    gaps += [
        Missing(
            field=f"answers.{missing.id}",
            sentence=_("“{label}” is not answered.").format(label=missing.label),
        )
        for missing in template.unanswered(intake.answers)
    ]
    return (*gaps, *_unasked(intake, catalogue))


def _unasked(intake: Intake, catalogue: Catalogue) -> list[Missing]:
    return [
        Missing(
            field=f"screening.{item.id}",
            sentence=_("Not asked yet: {question}").format(question=item.question),
        )
        for item in catalogue.asked
        if intake.answer(item.id) is None
    ]


def needling_gaps(gate: NeedlingGate, catalogue: Catalogue) -> tuple[Missing, ...]:
    """What is missing before a needle may go in, blocks included."""
    gaps = [
        Missing(
            field="consent" if block.item_id == "consent" else f"screening.{block.item_id}",
            sentence=block.sentence,
        )
        for block in gate.blocks
        if block.everywhere
    ]
    for item_id in (*gate.unanswered, *gate.outdated):
        question = catalogue.item(item_id).question
        gaps.append(
            Missing(
                field=f"screening.{item_id}",
                sentence=_("Ask: {question}").format(question=question),
            )
        )
    for warning in gate.unsettled:
        what = ", ".join(warning.details_missing) or _("why needling is right here")
        gaps.append(
            Missing(
                field=f"screening.{warning.item_id}",
                sentence=_("{sentence} Still to enter: {what}.").format(
                    sentence=warning.sentence, what=what
                ),
            )
        )
    return tuple(gaps)


def intake_progress(
    intake: Intake,
    template: Template,
    catalogue: Catalogue,
    *,
    patient: Patient,
    sites: tuple[VisitSite, ...],
    consents: tuple[Consent, ...],
    now: datetime,
) -> IntakeProgress:
    """Judge both gates and how far the intake is; ``now`` is UTC."""
    consent = consent_in_force(consents, now)
    gate = needling_gate(
        catalogue.screening, intake.screening, now=now, consent_valid=consent is not None
    )
    to_complete = completion_gaps(intake, template, catalogue)
    needed = len(template.required) + len(catalogue.asked) + 1
    open_now = (
        len(template.unanswered(intake.answers))
        + len(_unasked(intake, catalogue))
        + int(consent is None)
    )
    return IntakeProgress(
        share=(needed - open_now) / needed,
        to_book=booking_gaps(patient, sites),
        to_complete=to_complete,
        to_needle=needling_gaps(gate, catalogue),
        gate=gate,
        consent=consent,
    )
