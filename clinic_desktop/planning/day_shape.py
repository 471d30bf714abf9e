"""The arithmetic of a day: where lunch goes, when each door is reached, how much slack is left.

Everything is in minutes after local midnight over plain tuples, so that a search can try a
thousand days; ``day_layout`` turns one of them into what the board shows.
"""

from collections.abc import Callable
from dataclasses import dataclass

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.drive_clock import Absences, DriveClock, Road

_NO_LIMIT = 10**6
_HOPELESS = -(10**6)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayShape:
    """A day's visits in order, reduced to what the arithmetic needs.

    ``promised`` is the last minute at which an arrival keeps each visit's promise. ``home_by`` is
    the end of the working hours, None on a day without hours.
    """

    home: Coordinate | None
    places: tuple[Coordinate | None, ...]
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    promised: tuple[int | None, ...]
    absences: Absences
    lunch_rule: LunchRule | None
    home_by: int | None

    def roads(self, clock: DriveClock) -> list[Road]:
        """The roads of all legs, home to home."""
        points = (self.home, *self.places, self.home)
        return [clock.road(points[i], points[i + 1]) for i in range(len(points) - 1)]

    def with_visit(
        self, index: int, place: Coordinate | None, start: int, end: int, promised: int | None
    ) -> "DayShape":
        """The day with one more visit, put before the one at ``index``."""
        return DayShape(
            home=self.home,
            places=(*self.places[:index], place, *self.places[index:]),
            starts=(*self.starts[:index], start, *self.starts[index:]),
            ends=(*self.ends[:index], end, *self.ends[index:]),
            promised=(*self.promised[:index], promised, *self.promised[index:]),
            absences=self.absences,
            lunch_rule=self.lunch_rule,
            home_by=self.home_by,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lunch:
    """Lunch from ``start`` for ``minutes`` on the leg ``leg``, before or after its drive."""

    leg: int
    start: int
    minutes: int
    drive_first: bool = False

    @property
    def end(self) -> int:
        """When it is over."""
        return self.start + self.minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class LunchPlace:
    """``lunch`` None and not ``missing``: taken at home or during time off, or there is no rule."""

    lunch: Lunch | None = None
    missing: bool = False


_NO_BAND = LunchPlace()


def place_lunch(shape: DayShape, clock: DriveClock) -> LunchPlace:
    """Where lunch is taken: on the leg that keeps the most idle time beside it.

    Someone who is at home, or away, for the length of a lunch inside the window needs no band.
    Lunch comes before the drive where that fits, else after it; the first of equal gaps wins.
    """
    rule = shape.lunch_rule
    if rule is None or not shape.starts or _rests_anyway(shape, rule, clock):
        return _NO_BAND
    best: tuple[int, Lunch] | None = None
    for leg in range(1, len(shape.starts)):
        ready, due = shape.ends[leg - 1], shape.starts[leg]
        if due - ready < rule.minutes:
            continue  # most legs: spares looking the road up
        road = clock.road(shape.places[leg - 1], shape.places[leg])
        found = lunch_between(leg, ready, due, road, rule, shape.absences)
        if found is not None and (best is None or found[0] > best[0]):
            best = found
    if best is None:
        best = _lunch_after_work(shape, rule, clock)
    return LunchPlace(missing=True) if best is None else LunchPlace(lunch=best[1])


def _rests_anyway(shape: DayShape, rule: LunchRule, clock: DriveClock) -> bool:
    for start, end in shape.absences:
        if min(end, rule.latest_end_min) - max(start, rule.earliest_min) >= rule.minutes:
            return True
    # A drive takes no time at least, so these two spare most days the drives.
    if shape.starts[0] - rule.earliest_min >= rule.minutes:
        out = clock.road(shape.home, shape.places[0])
        if out.latest(shape.starts[0], shape.absences) - rule.earliest_min >= rule.minutes:
            return True
    if rule.latest_end_min - shape.ends[-1] >= rule.minutes:
        back = clock.road(shape.places[-1], shape.home)
        return rule.latest_end_min - back.arrive(shape.ends[-1], shape.absences) >= rule.minutes
    return False


def lunch_between(
    leg: int, ready: int, due: int, road: Road, rule: LunchRule, absences: Absences
) -> tuple[int, Lunch] | None:
    """The idle minutes left beside a lunch on a leg between visits, and the lunch.

    Args:
        leg: its place among the day's legs.
        ready: when the visit before ends, minutes after midnight.
        due: when the visit after begins.
        road: the drive between the two.
        rule: when lunch may be taken and how long it is.
        absences: spans in which nobody drives or rests.
    """
    if due - ready < rule.minutes:
        return None
    if ready + rule.minutes > rule.latest_end_min or due - rule.minutes < rule.earliest_min:
        return None
    start = _free_from(max(ready, rule.earliest_min), rule.minutes, absences)
    end = start + rule.minutes
    if end <= rule.latest_end_min:
        idle = due - road.arrive(end, absences)
        if idle >= 0:
            return idle, Lunch(leg=leg, start=start, minutes=rule.minutes)
    there = road.arrive(ready, absences)
    start = _free_from(max(there, rule.earliest_min), rule.minutes, absences)
    end = start + rule.minutes
    if end <= min(rule.latest_end_min, due):
        return due - end, Lunch(leg=leg, start=start, minutes=rule.minutes, drive_first=True)
    return None


def _lunch_after_work(
    shape: DayShape, rule: LunchRule, clock: DriveClock
) -> tuple[int, Lunch] | None:
    start = _free_from(max(shape.ends[-1], rule.earliest_min), rule.minutes, shape.absences)
    end = start + rule.minutes
    if end > rule.latest_end_min:
        return None
    home = clock.road(shape.places[-1], shape.home).arrive(end, shape.absences)
    if shape.home_by is not None and home > shape.home_by:
        return None
    return 0, Lunch(leg=len(shape.starts), start=start, minutes=rule.minutes)


def _free_from(start: int, minutes: int, absences: Absences) -> int:
    """The first minute from ``start`` on from which so many minutes touch no absence."""
    for begin, end in absences:
        if start < end and begin < start + minutes:
            start = end
    return start


def door_arrival(
    road: Road, ready: int, leg: int, lunch: Lunch | None, absences: Absences = ()
) -> int:
    """When the next door is reached by someone whose last visit ends at ``ready``.

    Lunch is kept whole: it may begin later than planned, never earlier.
    """
    if lunch is None or lunch.leg != leg:
        return road.arrive(ready, absences)
    if lunch.drive_first:
        there = max(road.arrive(ready, absences), lunch.start)
        return _free_from(there, lunch.minutes, absences) + lunch.minutes
    start = _free_from(max(ready, lunch.start), lunch.minutes, absences)
    return road.arrive(start + lunch.minutes, absences)


def planned_arrivals(shape: DayShape, lunch: Lunch | None, clock: DriveClock) -> list[int]:
    """When each visit begins if all goes as planned: late after too long a drive."""
    roads = shape.roads(clock)
    found: list[int] = []
    for index, start in enumerate(shape.starts):
        at = start
        if index:
            ended = found[-1] + shape.ends[index - 1] - shape.starts[index - 1]
            at = max(start, door_arrival(roads[index], ended, index, lunch, shape.absences))
        found.append(at)
    return found


def latest_ends(shape: DayShape, lunch: Lunch | None, roads: list[Road]) -> list[int | None]:
    """By leg, the latest the visit before may end so that no promise ahead breaks.

    For the first leg it is the latest to leave home. None where no promise lies ahead (the leg
    home always); far below zero where one breaks whatever is done.
    """
    latest: list[int | None] = [None] * (len(shape.starts) + 1)
    limit = _NO_LIMIT
    for index in range(len(shape.starts) - 1, -1, -1):
        start = shape.starts[index]
        arrive_by = _NO_LIMIT
        if limit < _NO_LIMIT:
            arrive_by = limit - (shape.ends[index] - start)
            if arrive_by < start:
                # A visit never begins before its planned start: nothing done earlier helps.
                arrive_by = _HOPELESS
        promised = shape.promised[index]
        if promised is not None:
            arrive_by = min(arrive_by, promised)
        if arrive_by >= _NO_LIMIT:
            continue
        if arrive_by > _HOPELESS:
            limit = latest_ready(roads[index], index, lunch, shape.absences, arrive_by)
        else:
            limit = _HOPELESS
        latest[index] = limit
    return latest


def latest_ready(road: Road, leg: int, lunch: Lunch | None, absences: Absences, by: int) -> int:
    """The last minute to be ready for a leg so as to reach its door by ``by``, lunch kept whole."""
    if lunch is None or lunch.leg != leg:
        return road.latest(by, absences)

    def holds(ready: int) -> bool:
        return door_arrival(road, ready, leg, lunch, absences) <= by

    return _last_that_holds(holds, by)


def _last_that_holds(holds: Callable[[int], bool], high: int) -> int:
    """The last minute that holds, by bisection; ``_HOPELESS`` if none within a day and a half."""
    low = high - 36 * 60
    if not holds(low):
        return _HOPELESS
    while low < high:
        middle = (low + high + 1) // 2
        if holds(middle):
            low = middle
        else:
            high = middle - 1
    return low


def leg_slacks(
    shape: DayShape, leave_home: int, lunch: Lunch | None, clock: DriveClock
) -> list[int | None]:
    """The slack of each leg, None where no promise lies ahead.

    It is the largest overrun (the visit before ends, or home is left, so many minutes later) that
    breaks no promise ahead. Where one breaks without any overrun, it is how many minutes late the
    first such arrival is, negative.
    """
    if not shape.starts:
        return []
    roads = shape.roads(clock)
    latest = latest_ends(shape, lunch, roads)
    slacks: list[int | None] = []
    for leg, limit in enumerate(latest):
        if limit is None:
            slacks.append(None)
            continue
        slack = limit - (leave_home if leg == 0 else shape.ends[leg - 1])
        slacks.append(slack if slack >= 0 else -_first_miss(shape, leg, leave_home, lunch, roads))
    return slacks


def _first_miss(
    shape: DayShape, leg: int, leave_home: int, lunch: Lunch | None, roads: list[Road]
) -> int:
    """Minutes by which the first broken promise from a leg on is missed with no overrun."""
    ready = leave_home if leg == 0 else shape.ends[leg - 1]
    for index in range(leg, len(shape.starts)):
        at = door_arrival(roads[index], ready, index, lunch, shape.absences)
        promised = shape.promised[index]
        if promised is not None and at > promised:
            return at - promised
        ready = max(at, shape.starts[index]) + shape.ends[index] - shape.starts[index]
    raise AssertionError("a negative slack has a broken promise ahead")
