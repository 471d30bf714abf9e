"""The rules that an offer keeps: one start of one practitioner's day, as sentences or as spans.

``refused`` names the first rule in the way of a start; ``openings`` gives all the starts that no
rule refuses, gap by gap. A property test holds the two, and brute force, to the same set.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from clinic_desktop.domain.day_plan import Stop
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff
from clinic_desktop.planning.day_layout import in_order, shape_of, working_spans
from clinic_desktop.planning.day_shape import (
    DayShape,
    LunchPlace,
    lunch_between,
    place_lunch,
)
from clinic_desktop.planning.drive_clock import DriveClock, Road
from clinic_desktop.planning.slot_refusals import closed_sentence, wanted_people
from clinic_desktop.text import _

_DAY_MIN = 24 * 60

Spans = list[tuple[int, int]]
"""Spans of starts in minutes after midnight, both ends inclusive, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """One practitioner's day as the search sees it."""

    practitioner: Practitioner
    day: date
    stops: tuple[Stop, ...]
    time_off: tuple[TimeOff, ...]
    spans: tuple[MinuteSpan, ...]
    shape: DayShape
    closed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Starts that fit in one gap, the one before the visit at ``index``."""

    index: int
    starts: tuple[int, ...]


def open_days(request: SlotRequest, schedule: Schedule) -> Iterator[OpenDay]:
    """The days of everybody who may come: certified, licensed, at work, wanted if one is wanted.

    A day on which the clinic is closed is among them and has no openings.
    """
    needed = request.service.needed_certification
    for practitioner in wanted_people(request, schedule):
        own_off = tuple(t for t in schedule.time_off if t.practitioner_id == practitioner.id)
        for day in schedule.days:
            if not practitioner.certified(needed, day):
                continue
            if not practitioner.licensed(request.state, day, schedule.home_state):
                continue
            off = tuple(t for t in own_off if t.span_on(day) is not None)
            spans = working_spans(practitioner, day, off)
            if spans:
                yield _open_day(request, schedule, practitioner, day, off, spans)


def _open_day(
    request: SlotRequest,
    schedule: Schedule,
    practitioner: Practitioner,
    day: date,
    off: tuple[TimeOff, ...],
    spans: tuple[MinuteSpan, ...],
) -> OpenDay:
    there = schedule.stops.get((practitioner.id, day), ())
    stops = in_order([stop for stop in there if stop.visit.id != request.moving])
    return OpenDay(
        practitioner=practitioner,
        day=day,
        stops=stops,
        time_off=off,
        spans=spans,
        shape=shape_of(practitioner, day, stops, off, spans),
        closed=schedule.closed.get(day, ""),
    )


def caller_starts(request: SlotRequest, day: date) -> Spans:
    """When a visit may start as far as the caller is concerned."""
    door = request.door_min
    wanted = [w for w in request.windows if not w.excluded]
    spans: Spans = [] if wanted else [(0, _DAY_MIN - door)]
    for window in wanted:
        if window.covers_day(day):
            spans.append((_minute(window.earliest), _minute(window.latest) - door))
    for window in request.windows:
        if window.excluded and window.covers_day(day):
            first, last = _minute(window.earliest) - door, _minute(window.latest)
            spans = [part for a, b in spans for part in ((a, min(b, first)), (max(a, last), b))]
    return _merged(spans)


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _merged(spans: Spans) -> Spans:
    merged: Spans = []
    for first, last in sorted(span for span in spans if span[0] <= span[1]):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(merged[-1][1], last))
        else:
            merged.append((first, last))
    return merged


def earliest_start(request: SlotRequest, day: date) -> int:
    """The first minute of a date that has not passed; beyond midnight if all of it has."""
    ahead = request.not_before - datetime.combine(day, time())
    return max(0, -int(-ahead.total_seconds() // 60))


def openings(
    request: SlotRequest, open_day: OpenDay, clock: DriveClock, grid: int
) -> Iterator[Opening]:
    """Every start of a day that no rule refuses."""
    if open_day.closed:
        return
    door = request.door_min
    asked = caller_starts(request, open_day.day)
    soonest = earliest_start(request, open_day.day)
    allowed: Spans = [
        (max(a, span.start_min, soonest), min(b, span.end_min - door))
        for span in open_day.spans
        for a, b in asked
    ]
    allowed = [(a, b) for a, b in allowed if a <= b]
    shape = open_day.shape
    safe = _LunchRoom(request, shape, clock)
    busy_until = 0
    for index in range(len(shape.starts) + 1):
        last = shape.starts[index] - door if index < len(shape.starts) else _DAY_MIN - door
        inside = [(max(a, busy_until), min(b, last)) for a, b in allowed]
        inside = [(a, b) for a, b in inside if -(-a // grid) * grid <= b]
        if inside:
            inside = _reachable(request, open_day, index, clock, inside, grid)
        if inside:
            first = _first_start(request, open_day, index, clock)
            last = _last_start(request, open_day, index, clock)
            starts = tuple(
                start
                for a, b in inside
                for start in range(-(-max(a, first) // grid) * grid, min(b, last) + 1, grid)
                if safe.left_by(index, start)
            )
            if starts:
                yield Opening(index=index, starts=starts)
        if index < len(shape.starts):
            busy_until = max(busy_until, shape.ends[index])


def _reachable(
    request: SlotRequest,
    open_day: OpenDay,
    index: int,
    clock: DriveClock,
    inside: Spans,
    grid: int,
) -> Spans:
    """The spans of a gap cut by what both drives take at least: most gaps need no more."""
    shape = open_day.shape
    ready = shape.ends[index - 1] if index else open_day.spans[0].start_min
    due = shape.starts[index] if index < len(shape.starts) else open_day.spans[-1].end_min
    first = ready + road_in(request, shape, index, clock).least
    last = due - road_out(request, shape, index, clock).least - request.door_min
    cut = [(max(a, first), min(b, last)) for a, b in inside]
    return [(a, b) for a, b in cut if -(-a // grid) * grid <= b]


def _first_start(request: SlotRequest, open_day: OpenDay, index: int, clock: DriveClock) -> int:
    """The first start of a gap that can be reached, from home not before work begins."""
    shape = open_day.shape
    ready = shape.ends[index - 1] if index else open_day.spans[0].start_min
    return road_in(request, shape, index, clock).arrive(ready, shape.absences)


def _last_start(request: SlotRequest, open_day: OpenDay, index: int, clock: DriveClock) -> int:
    """The last start of a gap after which the next door, or home, is reached in time."""
    shape = open_day.shape
    by = shape.starts[index] if index < len(shape.starts) else open_day.spans[-1].end_min
    return road_out(request, shape, index, clock).latest(by, shape.absences) - request.door_min


def road_in(request: SlotRequest, shape: DayShape, index: int, clock: DriveClock) -> Road:
    """The drive to a visit put before the one at ``index``."""
    return clock.road(shape.places[index - 1] if index else shape.home, request.place)


def road_out(request: SlotRequest, shape: DayShape, index: int, clock: DriveClock) -> Road:
    """The drive on from a visit put before the one at ``index``."""
    after = shape.places[index] if index < len(shape.places) else shape.home
    return clock.road(request.place, after)


class _LunchRoom:
    """Whether a start leaves a day its lunch; worked out only where the start could take it."""

    def __init__(self, request: SlotRequest, shape: DayShape, clock: DriveClock) -> None:
        self._request = request
        self._shape = shape
        self._clock = clock
        self._before: LunchPlace | None = None
        self._elsewhere: dict[int, bool] = {}
        self._roads: dict[int, tuple[Road, Road]] = {}

    def left_by(self, index: int, start: int) -> bool:
        """Whether there is still room for lunch, or there was none before."""
        shape = self._shape
        if shape.lunch_rule is None:
            return True
        if self._before is None:
            self._before = place_lunch(shape, self._clock)
        before = self._before
        if before.missing:
            return True
        if before.lunch is not None and before.lunch.leg != index:
            return True
        if before.lunch is None and 0 < index < len(shape.starts):
            # At home before or after work, or away: a visit between others changes none of it.
            return True
        end = start + self._request.door_min
        if self._room_beside(index, start, end) or self._room_elsewhere(index):
            return True
        # Else only a rest at home, before or after work, is left.
        trial = shape.with_visit(index, self._request.place, start, end, None)
        return not place_lunch(trial, self._clock).missing

    def _room_beside(self, index: int, start: int, end: int) -> bool:
        """Whether lunch fits right before or right after the visit, between its neighbours."""
        shape, rule, off = self._shape, self._shape.lunch_rule, self._shape.absences
        assert rule is not None
        known = self._roads.get(index)
        if known is None:
            known = self._roads[index] = (
                road_in(self._request, shape, index, self._clock),
                road_out(self._request, shape, index, self._clock),
            )
        inward, onward = known
        if index and lunch_between(index, shape.ends[index - 1], start, inward, rule, off):
            return True
        if index == len(shape.starts):
            return False
        return bool(lunch_between(index + 1, end, shape.starts[index], onward, rule, off))

    def _room_elsewhere(self, index: int) -> bool:
        """Whether lunch fits on a leg that the visit leaves as it is: the same for a whole gap."""
        known = self._elsewhere.get(index)
        if known is None:
            shape, clock, rule = self._shape, self._clock, self._shape.lunch_rule
            assert rule is not None
            known = self._elsewhere[index] = any(
                lunch_between(
                    leg,
                    shape.ends[leg - 1],
                    shape.starts[leg],
                    clock.road(shape.places[leg - 1], shape.places[leg]),
                    rule,
                    shape.absences,
                )
                is not None
                for leg in range(1, len(shape.starts))
                if leg != index
            )
        return known


def refused(request: SlotRequest, open_day: OpenDay, start_min: int, clock: DriveClock) -> str:
    """The first rule that refuses a start, as a sentence; "" if it fits."""
    shape = open_day.shape
    end_min = start_min + request.door_min
    name = open_day.practitioner.first_name
    if start_min < earliest_start(request, open_day.day):
        return _("That time has passed.")
    if open_day.closed:
        return closed_sentence(open_day.closed)
    if not any(a <= start_min <= b for a, b in caller_starts(request, open_day.day)):
        return _("The caller cannot then.")
    for begin, end in shape.absences:
        if start_min < end and begin < end_min:
            return _("{name} is away then.").format(name=name)
    if not any(s.start_min <= start_min and end_min <= s.end_min for s in open_day.spans):
        return _("It lies outside {name}’s hours.").format(name=name)
    index = position(shape, start_min)
    if max(shape.ends[:index], default=0) > start_min:
        return _("{name} has another visit then.").format(name=name)
    if index < len(shape.starts) and shape.starts[index] < end_min:
        return _("{name} has another visit then.").format(name=name)
    if start_min < _first_start(request, open_day, index, clock):
        if index == 0:
            return _("{name} would have to leave home before work begins.").format(name=name)
        return _("Too little time to get there from the visit before.")
    if start_min > _last_start(request, open_day, index, clock):
        if index == len(shape.starts):
            return _("{name} would be home after work ends.").format(name=name)
        return _("Too little time to get to the visit after.")
    if not _LunchRoom(request, shape, clock).left_by(index, start_min):
        return _("It leaves {name} no time for lunch.").format(name=name)
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalWindow:
    """When a visit put at ``index`` may begin as far as the drives are concerned, inclusive."""

    index: int
    first: int
    last: int


def arrival_window(
    request: SlotRequest, open_day: OpenDay, start_min: int, clock: DriveClock
) -> ArrivalWindow:
    """The starts between the neighbours of a start that both drives allow; the day has hours."""
    index = position(open_day.shape, start_min)
    return ArrivalWindow(
        index=index,
        first=_first_start(request, open_day, index, clock),
        last=_last_start(request, open_day, index, clock),
    )


def leaves_lunch(
    request: SlotRequest, open_day: OpenDay, start_min: int, clock: DriveClock
) -> bool:
    """Whether a start leaves the day its lunch, or there was none before."""
    room = _LunchRoom(request, open_day.shape, clock)
    return room.left_by(position(open_day.shape, start_min), start_min)


def position(shape: DayShape, start_min: int) -> int:
    """Where a visit that starts then would stand."""
    return sum(1 for start in shape.starts if start <= start_min)


def promise_window(
    request: SlotRequest,
    open_day: OpenDay,
    start_min: int,
    latest_arrival: int | None,
    grid: int,
) -> tuple[int, int]:
    """The window told by default, both ends on the grid and inclusive.

    It is as wide as the service says, with the planned start in its middle, moved and then
    narrowed so that every arrival in it suits the caller and the hours and, where that is
    possible, breaks no later promise. The planned start is always inside.

    Args:
        request: what is asked for.
        open_day: the day.
        start_min: the planned start, on the grid.
        latest_arrival: the last arrival that keeps what was promised later, None if nothing was.
        grid: minutes of the grid.
    """
    width = request.service.promise_width_min
    first_free, last_free = start_min, start_min
    for a, b in caller_starts(request, open_day.day):
        for span in open_day.spans:
            low, high = max(a, span.start_min), min(b, span.end_min - request.door_min)
            if low <= start_min <= high:
                first_free, last_free = low, high
    if latest_arrival is not None:
        last_free = min(last_free, max(latest_arrival, start_min))
    low = min(start_min, -(-first_free // grid) * grid)
    high = max(start_min, last_free // grid * grid)
    first = max(low, (start_min - width // 2) // grid * grid)
    last = min(high, first + width)
    return max(low, min(first, last - width)), last


def start_of(open_day: OpenDay, start_min: int) -> datetime:
    """A start as local wall-clock time."""
    return datetime.combine(open_day.day, time()) + timedelta(minutes=start_min)
