"""A phone call: who called, how far it has come, and what came of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from clinic_desktop.domain.ids import (
    CallId,
    PatientId,
    PractitionerId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
    WaitId,
)
from clinic_desktop.domain.slot import CallerWindow


class CallState(StrEnum):
    """A parked call is still on the line, or is taken up again later."""

    OPEN = "open"
    PARKED = "parked"
    ENDED = "ended"


class CallOutcome(StrEnum):
    """What came of a call; none while it goes on."""

    NONE = ""
    BOOKED = "booked"
    MOVED = "moved"
    CANCELLED = "cancelled"
    WAIT_LIST = "wait_list"
    DECLINED = "declined"
    CALL_BACK = "call_back"
    MESSAGE = "message"
    NO_ANSWER = "no_answer"
    REMINDED = "reminded"
    NOTHING = "nothing"


class Keep(StrEnum):
    """How much the patient wants the practitioner of the last visit, or a named one."""

    HARD = "hard"
    SOFT = "soft"
    ANY = "any"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDraft:
    """What has been asked and found out so far: enough to go on after parking.

    ``wanted_id`` is the practitioner of ``keep``, None: that of the last visit. ``moving`` is the
    visit that is to be moved, ``wait_id`` the entry of the wait list that is being served.
    """

    site_id: SiteId | None = None
    service_id: ServiceId | None = None
    windows: tuple[CallerWindow, ...] = ()
    keep: Keep = Keep.SOFT
    wanted_id: PractitionerId | None = None
    door_min: int | None = None
    moving: VisitId | None = None
    wait_id: WaitId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call. Times are aware UTC; ``hold_id`` is the visit held for it while it goes on.

    ``caller`` is who is on the line where that is not the patient.
    """

    id: CallId
    by: UserId
    started_at: datetime
    patient_id: PatientId | None = None
    caller: str = ""
    state: CallState = CallState.OPEN
    ended_at: datetime | None = None
    outcome: CallOutcome = CallOutcome.NONE
    note: str = ""
    draft: CallDraft = CallDraft()
    hold_id: VisitId | None = None

    def __post_init__(self) -> None:
        if (self.state is CallState.ENDED) != (self.ended_at is not None):
            raise ValueError("a call has an end when it has ended")
