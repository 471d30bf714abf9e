"""Visits: planned wall-clock facts, their states, and what was promised about them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic_desktop.domain.ids import (
    CallId,
    PatientId,
    PractitionerId,
    PromiseId,
    SeriesId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)


class VisitState(StrEnum):
    """The life of a visit."""

    REQUESTED = "requested"
    HELD = "held"
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    EN_ROUTE = "en_route"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"


class CancelledBy(StrEnum):
    """Who called a visit off; nobody for one that stands or where it was not asked."""

    NOBODY = ""
    PATIENT = "patient"
    CLINIC = "clinic"


STATE_STEPS: Final[dict[VisitState, frozenset[VisitState]]] = {
    # Only a booking, which checks the time, makes a request or a hold a visit.
    VisitState.REQUESTED: frozenset({VisitState.CANCELLED}),
    VisitState.HELD: frozenset({VisitState.CANCELLED}),
    VisitState.BOOKED: frozenset(
        {
            VisitState.CONFIRMED,
            VisitState.EN_ROUTE,
            VisitState.IN_PROGRESS,
            VisitState.NO_SHOW,
            VisitState.CANCELLED,
        }
    ),
    VisitState.CONFIRMED: frozenset(
        {
            VisitState.BOOKED,
            VisitState.EN_ROUTE,
            VisitState.IN_PROGRESS,
            VisitState.NO_SHOW,
            VisitState.CANCELLED,
        }
    ),
    VisitState.EN_ROUTE: frozenset(
        {VisitState.IN_PROGRESS, VisitState.NO_SHOW, VisitState.CANCELLED, VisitState.CONFIRMED}
    ),
    VisitState.IN_PROGRESS: frozenset({VisitState.DONE}),
    VisitState.DONE: frozenset(),
    VisitState.NO_SHOW: frozenset(),
    VisitState.CANCELLED: frozenset(),
}
"""From each state, the states that a person may set next; undo goes back by the journal."""

ON_THE_BOARD: Final = frozenset(VisitState) - {
    VisitState.REQUESTED,
    VisitState.NO_SHOW,
    VisitState.CANCELLED,
}
"""States in which a visit takes up its practitioner's time."""


class Lock(StrEnum):
    """What of a visit may not be moved; each has its own mark."""

    TIME = "time"
    PRACTITIONER = "practitioner"
    ORDER = "order"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One visit at a site. ``start`` is the planned arrival, local wall-clock in ``zone``.

    ``door_min`` is how long the practitioner is there (set-up, treatment, pack-down), minutes.
    A visit of a series has its number in it; ``by_hand`` says that it was changed on its own and is
    left as it is when the series changes.
    Past events (``departed_at``, ``started_at``, ``finished_at``, ``cancelled_at``) are aware UTC
    datetimes.
    """

    id: VisitId
    patient_id: PatientId
    site_id: SiteId
    service_id: ServiceId
    practitioner_id: PractitionerId
    start: datetime
    zone: str
    door_min: int
    state: VisitState = VisitState.BOOKED
    locks: frozenset[Lock] = frozenset()
    session_label: str = ""
    office_note: str = ""
    held_until: datetime | None = None
    departed_at: datetime | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None
    cancel_reason: str = ""
    cancelled_at: datetime | None = None
    cancelled_by: CancelledBy = CancelledBy.NOBODY
    series_id: SeriesId | None = None
    series_number: int | None = None
    by_hand: bool = False

    def __post_init__(self) -> None:
        if self.start.tzinfo is not None:
            raise ValueError("a planned start is local wall-clock time")
        if self.door_min <= 0:
            raise ValueError("a visit has a length")
        if (self.series_id is None) != (self.series_number is None):
            raise ValueError("a visit of a series has a number in it")

    @property
    def day(self) -> date:
        """The local date."""
        return self.start.date()

    @property
    def start_min(self) -> int:
        """Minutes after local midnight."""
        return self.start.hour * 60 + self.start.minute

    @property
    def end_min(self) -> int:
        """Minutes after local midnight at which the practitioner leaves."""
        return self.start_min + self.door_min

    @property
    def end(self) -> datetime:
        """Local wall-clock time at which the practitioner leaves."""
        return self.start + timedelta(minutes=self.door_min)

    @property
    def only_offered(self) -> bool:
        """Whether it never was more than a time held during a call."""
        return self.state is VisitState.CANCELLED and self.held_until is not None

    @property
    def confirmed(self) -> bool:
        """Whether the patient confirmed (or the visit has gone further)."""
        return self.state in (
            VisitState.CONFIRMED,
            VisitState.EN_ROUTE,
            VisitState.IN_PROGRESS,
            VisitState.DONE,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """What the patient was told: an arrival-at-the-door window and who comes.

    It binds from the moment it is told. A later promise for the same visit replaces it and names
    it in ``replaces``; the ledger keeps every version. The window is local wall-clock time, both
    ends inclusive; ``practitioner_id`` None means "any". ``told_at`` is UTC.
    """

    id: PromiseId
    visit_id: VisitId
    window_start: datetime
    window_end: datetime
    zone: str
    practitioner_id: PractitionerId | None
    told_to: str
    told_by: UserId
    told_at: datetime
    call_id: CallId | None = None
    replaces: PromiseId | None = None
    current: bool = True

    def __post_init__(self) -> None:
        if self.window_start.tzinfo or self.window_end.tzinfo:
            raise ValueError("a promise is local wall-clock time")
        if self.window_end < self.window_start:
            raise ValueError("a promise ends after it starts")

    @property
    def start_min(self) -> int:
        """Minutes after local midnight."""
        return self.window_start.hour * 60 + self.window_start.minute

    @property
    def end_min(self) -> int:
        """Minutes after local midnight, the last minute at which an arrival keeps it."""
        return self.window_end.hour * 60 + self.window_end.minute

    def keeps(self, arrival: datetime) -> bool:
        """Whether an arrival (local) keeps it."""
        return self.window_start <= arrival <= self.window_end
