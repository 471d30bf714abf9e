"""A clinic's day as a planning problem, and the plan of it back as starts of visits.

What was promised bounds every visit's start; a visit without a promise, one under way and one whose
time is locked stay at their minute. The clock is in minutes and the drives are those of the board;
what a drive costs is its time at noon, in seconds. Routes come from the engine; each visit then
keeps its present start wherever the route allows it, so that a plan changes as little as it can.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.day_proposal import DayToPlan, PlannedDay, PlannedVisit, stays_put
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.route_problem import (
    DriveCurves,
    LunchWindow,
    Overtime,
    RoutePlan,
    RouteProblem,
    RouteShift,
    RouteVisit,
)
from clinic_desktop.domain.travel import BaseDrive, DriveBook, DriveProfile, drive_minutes
from clinic_desktop.domain.visit import Lock
from clinic_desktop.planning.day_layout import shape_of_plan
from clinic_desktop.planning.routing.judge import route_cost
from clinic_desktop.planning.routing.solve import solve
from clinic_desktop.planning.routing.warm import warm_up

_NOON: Final = 12 * 60
_DAY_MIN: Final = 24 * 60
_STEP_MIN: Final = 1
_UNSERVED_S: Final = 200_000
_OTHER_PERSON_S: Final = 300
_CALL_S: Final = 20 * 60
_OVERTIME_S: Final = 3 * 60
_LONGEST_S: Final = 20.0


class ClinicRoutes:
    """The route planner behind the port ``RoutePlanner``."""

    def warm_up(self) -> None:
        """Have the kernels compiled before somebody waits for them."""
        warm_up()

    def plan_day(
        self, wanted: DayToPlan, drives: DriveBook, clinic: Clinic, progress: Progress
    ) -> PlannedDay:
        """The best plan for a day; what is known so far if it is stopped."""
        began = time.perf_counter()
        day = _DayProblem(wanted, drives, clinic)

        def told(plan: RoutePlan) -> None:
            progress.report(min(0.95, plan.seconds / _LONGEST_S))

        plan = solve(
            day.problem,
            seconds=_LONGEST_S,
            stop=progress.stop_requested,
            told=told,
            start=day.present,
        )
        return PlannedDay(
            visits=day.starts(plan.routes),
            left_out=day.left_out(plan.routes),
            proven=plan.proven,
            gap=plan.gap,
            seconds=time.perf_counter() - began,
        )


class _DayProblem:
    """The problem, and which visit and place each number in it stands for."""

    def __init__(self, wanted: DayToPlan, drives: DriveBook, clinic: Clinic) -> None:
        self._wanted = wanted
        self._plans = [plan for plan in wanted.plans if plan.hours or plan.stops]
        self._stops = [(k, stop) for k, plan in enumerate(self._plans) for stop in plan.stops]
        self._places: list[Coordinate | None] = []
        homes = [self._place(plan.practitioner.home) for plan in self._plans]
        at = [self._place(stop.place) for _k, stop in self._stops]
        curves, cost = _curves(self._places, drives, clinic.profile)
        self.problem = RouteProblem(
            drive=cost,
            shifts=tuple(
                self._shift(plan, home) for plan, home in zip(self._plans, homes, strict=True)
            ),
            visits=tuple(
                self._visit(k, stop, place)
                for (k, stop), place in zip(self._stops, at, strict=True)
            ),
            order=tuple(self._order()),
            curves=curves,
            names=tuple(stop.visit.id for _k, stop in self._stops),
            grid=clinic.slot_grid_min,
        )
        self.present = self._present()

    def _place(self, coordinate: Coordinate | None) -> int:
        if coordinate is not None and coordinate in self._places:
            return self._places.index(coordinate)
        self._places.append(coordinate)
        return len(self._places) - 1

    def _shift(self, plan: DayPlan, home: int) -> RouteShift:
        spans = plan.hours
        opens = spans[0].start_min if spans else plan.stops[0].visit.start_min
        closes = spans[-1].end_min if spans else plan.stops[-1].visit.end_min
        shape = shape_of_plan(plan)
        gaps = [(a.end_min, b.start_min) for a, b in pairwise(spans)]
        # A day that breaks its own hours or lunch already may go on doing so, at a price.
        late = max(closes, plan.home_by_min or 0)
        return RouteShift(
            start=home,
            end=home,
            opens=min(opens, opens if plan.leave_min is None else plan.leave_min),
            closes=late,
            lunch=_lunch(plan),
            absences=tuple(sorted({*shape.absences, *gaps})),
            overtime=Overtime(until=closes, price=_OVERTIME_S) if late > closes else None,
        )

    def _visit(self, k: int, stop: Stop, place: int) -> RouteVisit:
        visit, promise, wanted = stop.visit, stop.promise, self._wanted
        pinned = stays_put(visit, promise, wanted.not_before)
        first, last = visit.start_min, visit.start_min
        if not pinned and promise is not None:
            first, last = promise.start_min, promise.end_min
            if wanted.not_before.date() == wanted.day:
                soonest = wanted.not_before.hour * 60 + wanted.not_before.minute
                first = min(max(first, soonest), visit.start_min)
            # A start outside its own promise is nobody's to mend unasked.
            first, last = min(first, visit.start_min), max(last, visit.start_min)
        allowed = tuple(self._may_come(k, other, stop, pinned) for other in range(len(self._plans)))
        promised = promise.practitioner_id if promise else None
        return RouteVisit(
            place=place,
            duration=visit.door_min,
            windows=((first, last),),
            allowed=allowed,
            penalty=tuple(
                0 if other == k else _OTHER_PERSON_S + (_CALL_S if promised else 0)
                for other in range(len(self._plans))
            ),
            unserved=_UNSERVED_S,
        )

    def _may_come(self, k: int, other: int, stop: Stop, pinned: bool) -> bool:
        if other == k:
            return True
        visit, promise, wanted = stop.visit, stop.promise, self._wanted
        person, plan = self._plans[other].practitioner, self._plans[other]
        needs = wanted.needs.get(visit.id)
        promised = promise.practitioner_id if promise else visit.practitioner_id
        return (
            not pinned
            and Lock.PRACTITIONER not in visit.locks
            and not self._ordered(k)
            and not self._ordered(other)
            and (promised is None or promised == person.id or wanted.others_may_come)
            and needs is not None
            and person.active
            and bool(plan.hours)
            and person.certified(needs.service.needed_certification, wanted.day)
            and person.licensed(needs.state, wanted.day, wanted.home_state)
        )

    def _ordered(self, k: int) -> bool:
        """Whether an order lock holds a route together: nobody joins or leaves it."""
        return any(Lock.ORDER in stop.visit.locks for stop in self._plans[k].stops)

    def _order(self) -> list[tuple[int, int]]:
        pairs: list[tuple[int, int]] = []
        for n, (k, _stop) in enumerate(self._stops[1:], start=1):
            if self._stops[n - 1][0] == k and self._ordered(k):
                pairs.append((n - 1, n))
        return pairs

    def _present(self) -> tuple[tuple[int, ...], ...]:
        """The day as it stands, where it keeps its own rules; else nothing to begin with."""
        routes = tuple(
            tuple(n for n, (k, _stop) in enumerate(self._stops) if k == one)
            for one in range(len(self._plans))
        )
        held = all(route_cost(self.problem, k, r) is not None for k, r in enumerate(routes))
        return routes if held else ()

    def left_out(self, routes: Sequence[Sequence[int]]) -> tuple[VisitId, ...]:
        """The visits for which there is no room."""
        made = {n for route in routes for n in route}
        return tuple(stop.visit.id for n, (_k, stop) in enumerate(self._stops) if n not in made)

    def starts(self, routes: Sequence[Sequence[int]]) -> Mapping[VisitId, PlannedVisit]:
        """When each visit starts: as now where the routes allow it, else as soon as they do."""
        found: dict[VisitId, PlannedVisit] = {}
        for k, route in enumerate(routes):
            pinned = self.problem
            for n in route:
                pinned = _pin_if_possible(pinned, k, route, n, self._stops[n][1].visit.start_min)
            for n in route:
                first, last = pinned.visits[n].windows[0]
                grid = self.problem.grid
                starts = [first, *range(first // grid * grid + grid, last + 1, grid)]
                for start in starts:
                    tried = _pinned(pinned, n, start)
                    if route_cost(tried, k, route) is not None:
                        pinned = tried
                        break
                found[self._stops[n][1].visit.id] = PlannedVisit(
                    practitioner_id=self._plans[k].practitioner.id,
                    start_min=pinned.visits[n].windows[0][0],
                )
        return found


def _lunch(plan: DayPlan) -> LunchWindow | None:
    """Lunch as the day still needs it: not where it is lost already, or time off leaves room."""
    rule = plan.practitioner.pattern.lunch
    if rule is None or plan.lunch_missing:
        return None
    for begin, end in shape_of_plan(plan).absences:
        if min(end, rule.latest_end_min) - max(begin, rule.earliest_min) >= rule.minutes:
            return None
    return LunchWindow(
        earliest=rule.earliest_min,
        latest=rule.latest_end_min - rule.minutes,
        length=rule.minutes,
    )


def _pinned(problem: RouteProblem, visit: int, start: int) -> RouteProblem:
    visits = list(problem.visits)
    visits[visit] = replace(visits[visit], windows=((start, start),))
    return replace(problem, visits=tuple(visits))


def _pin_if_possible(
    problem: RouteProblem, k: int, route: Sequence[int], visit: int, start: int
) -> RouteProblem:
    first, last = problem.visits[visit].windows[0]
    if not first <= start <= last:
        return problem
    tried = _pinned(problem, visit, start)
    return problem if route_cost(tried, k, route) is None else tried


def _curves(
    places: Sequence[Coordinate | None], drives: DriveBook, profile: DriveProfile
) -> tuple[DriveCurves, tuple[tuple[int, ...], ...]]:
    """Every drive by the minute in which it begins, and what it costs: its seconds at noon."""
    rows: dict[tuple[object, ...], int] = {}
    times: list[tuple[int, ...]] = []
    curve: list[tuple[int, ...]] = []
    cost: list[tuple[int, ...]] = []
    for a in places:
        line: list[int] = []
        priced: list[int] = []
        for b in places:
            base = None if a is None or b is None or a == b else drives.drive(a, b)
            key = _key(base)
            if key not in rows:
                rows[key] = len(times)
                times.append(by_minute(base, profile))
            line.append(rows[key])
            priced.append(times[rows[key]][_NOON] * 60)
        curve.append(tuple(line))
        cost.append(tuple(priced))
    return DriveCurves(curve=tuple(curve), times=tuple(times), step=_STEP_MIN), tuple(cost)


def _key(base: BaseDrive | None) -> tuple[object, ...]:
    if base is None:
        return ()
    return (base.seconds, base.motorway_seconds, base.source, base.rates, base.parking_min)


def by_minute(base: BaseDrive | None, profile: DriveProfile) -> tuple[int, ...]:
    """The minutes of a drive for each minute of the day, and one more for whatever comes after.

    A drive that begins and ends within one part of the day takes the same wherever in it.
    """
    if base is None:
        return (0,) * (_DAY_MIN + 1)
    found = [0] * (_DAY_MIN + 1)
    ends = [part.start_min for part in profile.parts] + [_DAY_MIN + 1]
    for begin, end in pairwise(ends):
        value = drive_minutes(base, begin, profile)
        steady = max(begin, end - value)
        found[begin:steady] = [value] * (steady - begin)
        for minute in range(steady, min(end, _DAY_MIN + 1)):
            found[minute] = drive_minutes(base, minute, profile)
    return tuple(found)
