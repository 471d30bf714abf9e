"""Who waits for a time: the wait list, offers that were declined, and call-backs."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

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


class WaitKind(StrEnum):
    """Why somebody is to be called: they wait, said no to what there was, or asked for it."""

    WAITING = "waiting"
    DECLINED = "declined"
    CALL_BACK = "call_back"


class Urgency(IntEnum):
    """How soon; the office's word, not a clinical finding."""

    ROUTINE = 0
    SOON = 1
    URGENT = 2


class WaitState(StrEnum):
    """An entry is closed by a booking or by dropping it, never deleted."""

    OPEN = "open"
    BOOKED = "booked"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitEntry:
    """One who waits.

    ``windows`` are when they can; ``said`` keeps their words as they were. ``practitioner_id`` is
    hard, ``preferred_id`` soft. ``visit_id`` is the visit that an earlier one would replace.
    ``expires`` is the last date on which the wish counts; ``call_back_on`` when to call whether
    there is time or not. ``made_at`` and ``closed_at`` are UTC.
    """

    id: WaitId
    patient_id: PatientId
    service_id: ServiceId
    made_at: datetime
    by: UserId
    site_id: SiteId | None = None
    kind: WaitKind = WaitKind.WAITING
    urgency: Urgency = Urgency.ROUTINE
    reason: str = ""
    said: str = ""
    windows: tuple[CallerWindow, ...] = ()
    practitioner_id: PractitionerId | None = None
    preferred_id: PractitionerId | None = None
    visit_id: VisitId | None = None
    expires: date | None = None
    call_back_on: date | None = None
    call_id: CallId | None = None
    state: WaitState = WaitState.OPEN
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        if (self.state is WaitState.OPEN) != (self.closed_at is None):
            raise ValueError("an entry has a closing moment when it is closed")

    def waits_on(self, today: date) -> bool:
        """Whether it still counts on a date."""
        return self.state is WaitState.OPEN and (self.expires is None or today <= self.expires)

    def due_on(self, today: date) -> bool:
        """Whether the person asked to be called by now."""
        return self.waits_on(today) and self.call_back_on is not None and self.call_back_on <= today
