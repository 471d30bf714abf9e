"""What is asked for on the phone and what can be offered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time

from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.why_not import VisitChange


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerWindow:
    """One way the caller can: dates (inclusive) or weekdays, and a span of the day.

    ``weekdays`` are 0 (Monday) to 6; empty means every day. ``excluded`` turns the window into a
    "not then".
    """

    first: date | None = None
    last: date | None = None
    weekdays: frozenset[int] = frozenset()
    earliest: time = time(0, 0)
    latest: time = time(23, 59)
    excluded: bool = False
    text: str = ""

    def covers_day(self, day: date) -> bool:
        """Whether the date is meant."""
        return (
            (self.first is None or self.first <= day)
            and (self.last is None or day <= self.last)
            and (not self.weekdays or day.weekday() in self.weekdays)
        )

    def covers(self, start: datetime, end: datetime) -> bool:
        """Whether a visit from ``start`` to ``end`` lies inside."""
        return (
            self.covers_day(start.date())
            and self.earliest <= start.time()
            and (end.date() == start.date() and end.time() <= self.latest)
        )

    def touches(self, start: datetime, end: datetime) -> bool:
        """Whether a visit would lie at least partly inside (for a "not then")."""
        return (
            self.covers_day(start.date())
            and start.time() < self.latest
            and self.earliest < end.time()
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRequest:
    """The search: where, what, for whom, and when the caller can.

    ``place`` None: the address has no point yet; drives then count as unknown and every slot is
    marked. ``door_min`` defaults to the service's. ``not_before`` is local wall-clock time.
    ``moving`` names a visit that is taken out of the plan for the search. ``state`` is the
    address's (``IL``), "" where it is not known: whoever comes has to be licensed there. ``due`` is
    when the next session of the course should be, None where nothing says so.
    """

    service: Service
    place: Coordinate | None
    door_min: int
    windows: tuple[CallerWindow, ...] = ()
    practitioner_id: PractitionerId | None = None
    preferred_id: PractitionerId | None = None
    not_before: datetime
    moving: VisitId | None = None
    state: str = ""
    due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostTerm:
    """One itemised part of a slot's cost, in minutes; the terms add up to the cost."""

    name: str
    minutes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One offer: ``start`` is the planned arrival (local), the window what would be promised.

    ``added_drive_min`` counts both legs: d(prev, new) + d(new, next) - d(prev, next).
    ``slack_min`` is the least slack over the day with the visit in it (None: no promise ahead).
    ``driving_known`` is False where the address has no point on the map: the added drive is then
    0 and says nothing. ``plan`` is the day as it would be; the new visit is the stop at
    ``stop_index``.
    """

    practitioner_id: PractitionerId
    start: datetime
    end: datetime
    promise_start: datetime
    promise_end: datetime
    added_drive_min: int
    added_metres: float
    slack_min: int | None
    gap_before_min: int
    gap_after_min: int
    terms: tuple[CostTerm, ...]
    reason: str
    estimated: bool
    stop_index: int
    plan: DayPlan
    driving_known: bool = True
    moves: tuple[VisitChange, ...] = ()
    """Visits nearby that have to be changed for it, each inside its promise; booked with it."""

    @property
    def cost(self) -> float:
        """The ranking cost in minutes, lower is better."""
        return sum(term.minutes for term in self.terms)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferedElsewhere:
    """A time that would suit too, and is being offered to another caller until ``until`` (UTC)."""

    practitioner_id: PractitionerId
    start: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotSearch:
    """The answer: the best slots, how many fit of how many were checked."""

    slots: tuple[Slot, ...]
    fitting: int
    checked: int
    refusals: tuple[str, ...] = ()
    """Plain sentences for the practitioners or days that fell out as a whole."""
    notes: tuple[str, ...] = ()
    """Closed days among those asked for, and windows of the caller's in which nothing fits."""
    offered: tuple[OfferedElsewhere, ...] = ()
    """Times that other calls hold at present."""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    """Short patient names of the visits that offers move."""
