"""The smallest change of up to two visits that makes a wanted start free.

A change moves a visit on its day, gives it to somebody else, or shortens it down to its treatment;
a lock in the way is lifted. The visits to be changed are taken out of their days, the wanted one
is put in, then each changed one where it goes, in the order of their planned starts, the wanted
day's first; no rule of ``slot_rules`` may refuse a step. Nothing is changed that the answer could
do without. Fewest promises broken come first, then fewest calls, then least driving.

The answer equals brute force over all of these (``tests/planning/brute_change.py``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Final

from clinic_desktop.domain.day_plan import Stop
from clinic_desktop.domain.ids import PatientId, PractitionerId, SiteId, VisitId
from clinic_desktop.domain.planning_ports import NEW_STOP, Schedule
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.visit import Lock, Visit, VisitState
from clinic_desktop.domain.why_not import ChangeKind, Needs, SmallestChange, VisitChange
from clinic_desktop.planning.day_layout import in_order, shape_of
from clinic_desktop.planning.day_shape import DayShape
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.slot_rules import OpenDay, openings, refused
from clinic_desktop.planning.why_not import without

CHANGEABLE: Final = frozenset({VisitState.BOOKED, VisitState.CONFIRMED})

Cost = tuple[int, int, int, int, int, tuple[tuple[str, str, int, int], ...]]
"""Promises broken, calls, added driving, visits changed, minutes shifted, and a fixed last word."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Option:
    """Where a changed visit could go."""

    change: VisitChange
    start_min: int

    @property
    def grade(self) -> tuple[int, int]:
        """Promises broken and calls."""
        return int(self.change.breaks_promise), int(self.change.needs_call)


class ChangeFinder:
    """Looks for the smallest change around one wanted start.

    Args:
        request: the wanted visit.
        schedule: the day, everybody's.
        days: everybody's day as the search sees it, by practitioner, all visits in it.
        needs: what each visit needs wherever it goes.
        clock: drives.
        grid: minutes of the grid on which visits may be moved and shortened.
    """

    def __init__(
        self,
        request: SlotRequest,
        schedule: Schedule,
        days: Sequence[OpenDay],
        needs: Needs,
        clock: DriveClock,
        grid: int,
    ) -> None:
        self._request, self._schedule = request, schedule
        self._days = {day.practitioner.id: day for day in days}
        self._needs, self._clock, self._grid = needs, clock, grid
        self._driving: dict[tuple[object, ...], int] = {}

    def find(self, practitioner_id: PractitionerId, start_min: int) -> SmallestChange | None:
        """The smallest change, None if none of up to two visits frees the start."""
        if practitioner_id not in self._days:
            return None
        return _Search(self, practitioner_id, start_min).best()

    # What the search asks.

    @property
    def request(self) -> SlotRequest:
        """The wanted visit."""
        return self._request

    @property
    def clock(self) -> DriveClock:
        """The drives."""
        return self._clock

    def days(self) -> dict[PractitionerId, OpenDay]:
        """Everybody's day, all visits in it."""
        return self._days

    def changeable(self, open_day: OpenDay) -> list[Stop]:
        """The visits of a day that may be changed at all."""
        return [
            s for s in open_day.stops if s.visit.state in CHANGEABLE and s.visit.id in self._needs
        ]

    def options(self, stop: Stop, open_day: OpenDay) -> Iterator[_Option]:
        """Where on a day a visit that was taken out may be put, shorter at its own start too."""
        visit = stop.visit
        if not self._may_treat(stop, open_day):
            return
        request = self._request_of(stop, visit.door_min)
        for opening in openings(request, open_day, self._clock, self._grid):
            for start in opening.starts:
                if open_day.practitioner.id != visit.practitioner_id or start != visit.start_min:
                    yield self._option(stop, open_day, start, visit.door_min)
        if open_day.practitioner.id != visit.practitioner_id:
            return
        least = self._needs[visit.id].service.treatment_min
        for door in range(visit.door_min - self._grid, least - 1, -self._grid):
            if door > 0 and not refused(
                self._request_of(stop, door), open_day, visit.start_min, self._clock
            ):
                yield self._option(stop, open_day, visit.start_min, door)

    def put(self, open_day: OpenDay, stop: Stop, option: _Option) -> OpenDay:
        """The day with a changed visit in it."""
        visit = replace(
            stop.visit,
            start=option.change.start,
            practitioner_id=open_day.practitioner.id,
            door_min=option.change.door_min,
        )
        return with_stop(open_day, replace(stop, visit=visit))

    def driving(self, open_day: OpenDay) -> int:
        """Minutes of driving of a day, each drive begun when the visit before ends."""
        shape = open_day.shape
        key = (open_day.practitioner.id, shape.starts, shape.ends, shape.places)
        known = self._driving.get(key)
        if known is None:
            known = self._driving[key] = day_driving(shape, self._clock)
        return known

    def _may_treat(self, stop: Stop, open_day: OpenDay) -> bool:
        person, need = open_day.practitioner, self._needs[stop.visit.id]
        return (
            person.active
            and person.certified(need.service.needed_certification, open_day.day)
            and person.licensed(need.state, open_day.day, self._schedule.home_state)
            and bool(open_day.spans)
        )

    def _request_of(self, stop: Stop, door_min: int) -> SlotRequest:
        need = self._needs[stop.visit.id]
        return SlotRequest(
            service=need.service,
            place=stop.place,
            door_min=door_min,
            not_before=self._request.not_before,
            state=need.state,
        )

    def _option(self, stop: Stop, open_day: OpenDay, start_min: int, door: int) -> _Option:
        visit, promise = stop.visit, stop.promise
        person = open_day.practitioner.id
        start = datetime.combine(open_day.day, time()) + timedelta(minutes=start_min)
        other_start, other_person = start != visit.start, person != visit.practitioner_id
        lifts = (Lock.PRACTITIONER in visit.locks and other_person) or (
            Lock.TIME in visit.locks and (other_start or door != visit.door_min)
        )
        lifts = lifts or (Lock.ORDER in visit.locks and (other_start or other_person))
        broken = promise is not None and (
            not promise.keeps(start) or promise.practitioner_id not in (None, person)
        )
        call = broken or lifts or other_person or (promise is None and other_start)
        kind = ChangeKind.REASSIGN if other_person else ChangeKind.MOVE
        if door != visit.door_min:
            kind = ChangeKind.SHORTEN
        return _Option(
            change=VisitChange(
                visit_id=visit.id,
                kind=kind,
                before_id=visit.practitioner_id,
                practitioner_id=person,
                before=visit.start,
                start=start,
                door_min=door,
                lifts_lock=lifts,
                breaks_promise=broken,
                needs_call=call,
            ),
            start_min=start_min,
        )


class _Search:
    """One search; ``best`` runs it."""

    def __init__(self, finder: ChangeFinder, who: PractitionerId, start_min: int) -> None:
        self._finder, self._who, self._start = finder, who, start_min
        self._days = finder.days()
        self._before = {who: finder.driving(day) for who, day in self._days.items()}
        self._found: SmallestChange | None = None
        self._cost: Cost | None = None
        self._alone: set[tuple[VisitId, PractitionerId, int, int]] = set()

    def best(self) -> SmallestChange | None:
        """The smallest change."""
        home = self._days[self._who]
        firsts = self._finder.changeable(home)
        freed: dict[VisitId, OpenDay] = {}
        for first in firsts:
            day = self._with_wanted(without(home, frozenset({first.visit.id})))
            if day is not None:
                freed[first.visit.id] = day
                self._single(first, day)
        for number, first in enumerate(firsts):
            for second in firsts[number + 1 :]:
                gone = frozenset({first.visit.id, second.visit.id})
                day = self._with_wanted(without(home, gone))
                if day is not None:
                    self._pair(first, second, {self._who: day}, tuple(self._days))
        for first in firsts:
            day = freed.get(first.visit.id)
            if day is None:
                continue
            for other, open_day in self._days.items():
                if other == self._who:
                    continue
                for second in self._finder.changeable(open_day):
                    left = without(open_day, frozenset({second.visit.id}))
                    # Anywhere else the first visit would do without the second's change.
                    self._pair(first, second, {self._who: day, other: left}, (other,))
        return self._found

    def _with_wanted(self, open_day: OpenDay) -> OpenDay | None:
        """A day with the wanted visit in it, None if a rule refuses it still."""
        request = self._finder.request
        if refused(request, open_day, self._start, self._finder.clock):
            return None
        return with_wanted(open_day, request, self._start)

    def _single(self, stop: Stop, freed: OpenDay) -> None:
        for who, day in self._days.items():
            target = freed if who == self._who else day
            for option in self._finder.options(stop, target):
                self._alone.add(_key(option))
                if self._may_beat(option.grade):
                    after = {self._who: freed}
                    after[who] = self._finder.put(target, stop, option)
                    self._offer((option,), after)

    def _pair(
        self,
        first: Stop,
        second: Stop,
        changed: dict[PractitionerId, OpenDay],
        first_to: tuple[PractitionerId, ...],
    ) -> None:
        """Both visits elsewhere.

        Args:
            first: is put back first.
            second: is put back into what is left then.
            changed: the days without both, the wanted visit in its own.
            first_to: whose day the first one may go to.
        """
        days = {**self._days, **changed}
        seconds: dict[PractitionerId, list[_Option]] = {}
        for who in first_to:
            day = days[who]
            for one in sorted(self._finder.options(first, day), key=lambda o: o.grade):
                if _key(one) in self._alone or not self._may_beat(one.grade):
                    continue
                put = self._finder.put(day, first, one)
                for other, second_day in days.items():
                    if other == who:
                        twos = list(self._finder.options(second, put))
                    else:
                        if other not in seconds:
                            seconds[other] = list(self._finder.options(second, second_day))
                        twos = seconds[other]
                    for two in twos:
                        grade = (one.grade[0] + two.grade[0], one.grade[1] + two.grade[1])
                        if _key(two) in self._alone or not self._may_beat(grade):
                            continue
                        after = {**changed, who: put}
                        target = put if other == who else second_day
                        after[other] = self._finder.put(target, second, two)
                        self._offer((one, two), after)

    def _may_beat(self, grade: tuple[int, int]) -> bool:
        return self._cost is None or grade <= self._cost[:2]

    def _offer(self, options: tuple[_Option, ...], after: dict[PractitionerId, OpenDay]) -> None:
        """Take it if it is smaller than what was found before."""
        driving = sum(self._finder.driving(day) - self._before[who] for who, day in after.items())
        grade = [sum(option.grade[n] for option in options) for n in (0, 1)]
        shifted = sum(
            abs(int((o.change.start - o.change.before).total_seconds() // 60)) for o in options
        )
        cost: Cost = (
            grade[0],
            grade[1],
            driving,
            len(options),
            shifted,
            tuple(sorted(_key(option) for option in options)),
        )
        if self._cost is None or cost < self._cost:
            self._cost = cost
            self._found = SmallestChange(
                changes=tuple(option.change for option in options), added_min=driving
            )


def _key(option: _Option) -> tuple[VisitId, PractitionerId, int, int]:
    change = option.change
    return change.visit_id, change.practitioner_id, option.start_min, change.door_min


def with_stop(open_day: OpenDay, stop: Stop) -> OpenDay:
    """A day with one more visit in it, at its planned start."""
    stops = in_order((*open_day.stops, stop))
    shape = shape_of(open_day.practitioner, open_day.day, stops, open_day.time_off, open_day.spans)
    return replace(open_day, stops=stops, shape=shape)


def with_wanted(open_day: OpenDay, request: SlotRequest, start_min: int) -> OpenDay:
    """A day with the wanted visit in it."""
    start = datetime.combine(open_day.day, time()) + timedelta(minutes=start_min)
    visit = Visit(
        id=VisitId(NEW_STOP),
        patient_id=PatientId(NEW_STOP),
        site_id=SiteId(NEW_STOP),
        service_id=request.service.id,
        practitioner_id=open_day.practitioner.id,
        start=start,
        zone="",
        door_min=request.door_min,
    )
    return with_stop(open_day, Stop(visit=visit, place=request.place))


def day_driving(shape: DayShape, clock: DriveClock) -> int:
    """Minutes of driving home to home, each drive begun when the visit before ends."""
    if not shape.starts:
        return 0
    roads, off = shape.roads(clock), shape.absences
    total = 0
    for index, road in enumerate(roads):
        ready = shape.ends[index - 1] if index else road.latest(shape.starts[0], off)
        total += road.minutes(road.leave(ready, off))
    return total
