"""Records of the demo's patients who were seen before: episode, intake, consent.

Some lack one of them, so that the board shows what a clinic has to look after: a consent that was
not signed, a screening that was not asked to the end.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from clinic_desktop.demo.clinic import DemoPeople
from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.catalogue import Catalogue
from clinic_desktop.domain.clinical.consent import (
    Consent,
    ConsentText,
    Relation,
    Signature,
    signature_of,
)
from clinic_desktop.domain.clinical.episode import Episode
from clinic_desktop.domain.clinical.field import Answers, Field, FieldKind, FieldValue
from clinic_desktop.domain.clinical.intake import Intake, IntakeState
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.clinical.template import Template
from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.ids import ConsentId, EpisodeId, IntakeId, PatientId, UserId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.service import ServiceKind
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.text import _

_BEFORE: Final = timedelta(days=12)
"""The evaluation of whoever is in a block now."""
_WITHOUT_CONSENT: Final = 3
_HALF_SCREENED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecord:
    """What one patient's record holds; ``consent`` None: it was never signed."""

    episode: Episode
    intake: Intake
    consent: Consent | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecords:
    """All records, and the one signature under all consents."""

    records: tuple[PastRecord, ...]
    signature: Signature


def past_records(
    base: DemoPeople,
    visits: Sequence[Visit],
    *,
    catalogue: Catalogue,
    template_for: Callable[[str], Template],
    consent: ConsentText,
    clinicians: Sequence[UserId],
    new_id: Callable[[], str],
    now: datetime,
    seed: int,
) -> PastRecords:
    """A record for everybody who was evaluated before.

    Args:
        base: the clinic's people.
        visits: the fortnight.
        catalogue: what is asked in a screening.
        template_for: the form for a course label.
        consent: the text that was signed.
        clinicians: the user of each practitioner, in their order.
        new_id: makes ids.
        now: local wall-clock time.
        seed: the same seed gives the same records, ids apart.
    """
    rng = random.Random(seed + 2)
    seen = _seen_before(base, visits)
    user_of = dict(zip((p.id for p in base.practitioners), clinicians, strict=True))
    whose = {visit.patient_id: user_of[visit.practitioner_id] for visit in visits}
    signature = signature_of((((0.1, 0.6), (0.3, 0.3), (0.5, 0.7), (0.8, 0.4)),))
    lacking = rng.sample(seen, k=min(len(seen), _WITHOUT_CONSENT + _HALF_SCREENED))
    unsigned = {p.id for p in lacking[:_WITHOUT_CONSENT]}
    half = {p.id for p in lacking[_WITHOUT_CONSENT:]}
    records: list[PastRecord] = []
    for patient in seen:
        clinician = whose[patient.id]
        at = to_utc(now - _BEFORE - timedelta(days=rng.randrange(6)), base.clinic.zone)
        template = template_for(patient.course_label)
        episode = _episode(patient, template, clinician, at, EpisodeId(new_id()))
        asked = [item.id for item in catalogue.asked]
        if patient.id in half:
            asked = asked[: len(asked) // 2]
        intake = _intake(episode, template, asked, clinician, at, IntakeId(new_id()), rng)
        signed = None
        if patient.id not in unsigned:
            signed = Consent(
                id=ConsentId(new_id()),
                patient_id=patient.id,
                episode_id=episode.id,
                procedure=consent.id,
                text_id=consent.id,
                text_version=consent.version,
                text_sha256=consent.sha256,
                risks=("discussed",),
                regions=tuple(sorted({catalogue.muscle(m).region for m in template.muscles})),
                signer=patient.name,
                relation=Relation.SELF,
                signature_sha256=signature.sha256,
                signed_at=at,
                taken_by=clinician,
            )
        records.append(PastRecord(episode=episode, intake=intake, consent=signed))
    return PastRecords(records=tuple(records), signature=signature)


def _seen_before(base: DemoPeople, visits: Sequence[Visit]) -> list[Patient]:
    """Those whose evaluation lies behind them."""
    kinds = {service.id: service.kind for service in base.services}
    first: dict[PatientId, Visit] = {}
    for visit in sorted(visits, key=lambda v: v.start):
        first.setdefault(visit.patient_id, visit)
    return [
        patient
        for patient in base.patients
        if (visit := first.get(patient.id)) is not None
        and (
            kinds[visit.service_id] is not ServiceKind.EVALUATION or visit.state is VisitState.DONE
        )
    ]


def _episode(
    patient: Patient, template: Template, clinician: UserId, at: datetime, episode_id: EpisodeId
) -> Episode:
    side = Side.LEFT if "left" in patient.course_label else Side.RIGHT
    return Episode(
        id=episode_id,
        patient_id=patient.id,
        condition=template.id,
        side=side,
        icd10=template.icd10.get(side.value, template.icd10.get("unspecified", "")),
        evaluation_date=at.date(),
        opened_by=clinician,
        opened_at=at,
    )


def _intake(
    episode: Episode,
    template: Template,
    asked: Sequence[str],
    clinician: UserId,
    at: datetime,
    intake_id: IntakeId,
    rng: random.Random,
) -> Intake:
    return Intake(
        id=intake_id,
        patient_id=episode.patient_id,
        episode_id=episode.id,
        visit_id=None,
        template_id=template.id,
        template_version=template.version,
        state=IntakeState.COMPLETE,
        answers=_answers(template, episode, rng),
        screening=tuple(
            ScreeningAnswer(
                intake_id=intake_id,
                item_id=item_id,
                answer=Answer.NO,
                asked_by=clinician,
                asked_at=at,
            )
            for item_id in asked
        ),
        taken_by=clinician,
        taken_at=at,
        completed_by=clinician,
        completed_at=at,
    )


def _answers(template: Template, episode: Episode, rng: random.Random) -> Answers:
    """A plausible value for each required field; the side is the episode's."""
    answers: dict[str, FieldValue] = {}
    for asked in template.fields:
        if asked.id == "side" and episode.side is not None:
            answers[asked.id] = episode.side.value
        elif asked.required:
            answers[asked.id] = _value(asked, episode, rng)
    return answers


def _value(asked: Field, episode: Episode, rng: random.Random) -> FieldValue:
    match asked.kind:
        case FieldKind.NUMBER:
            low = asked.minimum or 0
            high = min(asked.maximum or 10, low + 8)
            return float(rng.randint(int(low) + 1, max(int(low) + 1, int(high))))
        case FieldKind.CHOICE:
            return rng.choice(asked.choices).id
        case FieldKind.MULTI:
            return (rng.choice(asked.choices).id,)
        case FieldKind.BOOL:
            return False
        case FieldKind.DATE:
            opened = episode.opened_at.date()
            return (opened - timedelta(days=rng.randint(14, 60))).isoformat()
        case FieldKind.TEXT:
            return _("As told at the evaluation.")
