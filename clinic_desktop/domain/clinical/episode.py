"""An episode of care: one condition of one patient, from evaluation to discharge."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.ids import EpisodeId, PatientId, UserId


class EpisodeState(StrEnum):
    """Where an episode stands."""

    ACTIVE = "active"
    ON_HOLD = "on_hold"
    DISCHARGED = "discharged"


class Referral(StrEnum):
    """How the patient came."""

    SELF = "self"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """One condition under treatment. ``condition`` is a template's id; ``opened_at`` is UTC.

    ``side`` is None until somebody said it. ``ended_reason`` says why it is on hold or discharged.
    """

    id: EpisodeId
    patient_id: PatientId
    condition: str
    side: Side | None = None
    icd10: str = ""
    referral: Referral = Referral.SELF
    evaluation_date: date | None = None
    plan: str = ""
    state: EpisodeState = EpisodeState.ACTIVE
    ended_reason: str = ""
    opened_by: UserId
    opened_at: datetime
