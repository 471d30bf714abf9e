"""Every insertion of a new visit into the coming days, ranked.

All grid starts of all gaps are candidates. The slack's price needs a whole day worked out, so it
is computed only for starts whose other prices could still make the list: those are a lower bound,
and a start is taken only when no bound below its true cost is left. The answer equals brute force
(property test).
"""

import heapq
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.planning_ports import NEW_STOP, Schedule
from clinic_desktop.domain.slot import Slot, SlotRequest, SlotSearch
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.visit import Promise, Visit
from clinic_desktop.planning.day_layout import lay_out
from clinic_desktop.planning.day_shape import latest_ends, leg_slacks, place_lunch
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.slot_costs import (
    NEXT_DOOR_MIN,
    SlotPrices,
    reason,
    slot_prices,
    tight_minutes,
)
from clinic_desktop.planning.slot_refusals import whole_refusals, window_notes
from clinic_desktop.planning.slot_rules import (
    OpenDay,
    Opening,
    open_days,
    openings,
    promise_window,
    road_in,
    road_out,
    start_of,
)

APART_MIN: Final = 60
"""Two offers of one person's day begin at least so far apart: the list shows real alternatives."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A start that fits; ``index`` is where the new stop would stand, drives are in minutes."""

    open_day: OpenDay
    index: int
    start_min: int
    inward_min: int
    outward_min: int
    added_drive_min: int
    prices: SlotPrices

    @property
    def key(self) -> tuple[date, int, str]:
        """The order among equal costs: the earlier first."""
        return self.open_day.day, self.start_min, self.open_day.practitioner.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What a whole day worked out adds to a candidate."""

    slack_min: int | None
    first_min: int
    last_min: int


def search_slots(
    request: SlotRequest,
    schedule: Schedule,
    drives: DriveBook,
    clinic: Clinic,
    limit: int = 8,
) -> SlotSearch:
    """The best slots for a request.

    Args:
        request: what, where, for whom and when.
        schedule: days, practitioners and what is on the board.
        drives: base drives; estimates mark the slots.
        clinic: grid, profile and zone.
        limit: how many to offer.
    """
    clock = DriveClock(drives, clinic.profile)
    grid = clinic.slot_grid_min
    found: list[Candidate] = []
    checked = 0
    days = list(open_days(request, schedule))
    fuller = _fuller(days)
    for open_day in days:
        checked += _grid_starts(open_day, grid)
        terms = _DayTerms(
            later=days_off(request, open_day.day, schedule.days[0]),
            fuller_min=fuller[open_day.practitioner.id, open_day.day],
            weights=clinic.weights,
        )
        for opening in openings(request, open_day, clock, grid):
            found.extend(_candidates(request, open_day, opening, clock, terms))
    fitting = {candidate.open_day.practitioner.id for candidate in found}
    return SlotSearch(
        slots=tuple(_best(found, request, schedule, clinic, clock, limit)),
        fitting=len(found),
        checked=checked,
        refusals=tuple(whole_refusals(request, schedule, set(fitting), Formats.of(clinic))),
        notes=tuple(
            window_notes(
                request,
                schedule,
                [(c.open_day.day, c.start_min) for c in found],
                Formats.of(clinic),
            )
        ),
    )


def days_off(request: SlotRequest, day: date, first: date) -> int:
    """Days that a date is off: from when the session is due, or from the first one searched."""
    return (day - first).days if request.due is None else abs((day - request.due).days)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBest:
    """The cheapest start of one practitioner's day, with its true cost in minutes."""

    candidate: Candidate
    weighed: Weighed
    cost: float


def best_by_day(
    request: SlotRequest, schedule: Schedule, clinic: Clinic, clock: DriveClock
) -> dict[tuple[date, PractitionerId], DayBest]:
    """The cheapest start of each day and practitioner that has one, the earlier among equals."""
    days = list(open_days(request, schedule))
    fuller = _fuller(days)
    found: dict[tuple[date, PractitionerId], DayBest] = {}
    for open_day in days:
        key = (open_day.day, open_day.practitioner.id)
        terms = _DayTerms(
            later=days_off(request, open_day.day, schedule.days[0]),
            fuller_min=fuller[open_day.practitioner.id, open_day.day],
            weights=clinic.weights,
        )
        candidates = [
            candidate
            for opening in openings(request, open_day, clock, clinic.slot_grid_min)
            for candidate in _candidates(request, open_day, opening, clock, terms)
        ]
        best: DayBest | None = None
        for candidate in sorted(candidates, key=lambda c: (c.prices.total, c.start_min)):
            bound = (candidate.prices.total, candidate.start_min)
            if best is not None and bound >= (best.cost, best.candidate.start_min):
                break
            weighed = _weigh(candidate, request, clinic, clock)
            cost = candidate.prices.total + candidate.prices.slack_price(weighed.slack_min)
            if best is None or (cost, candidate.start_min) < (
                best.cost,
                best.candidate.start_min,
            ):
                best = DayBest(candidate=candidate, weighed=weighed, cost=cost)
        if best is not None:
            found[key] = best
    return found


def best_starts(
    request: SlotRequest,
    open_day: OpenDay,
    starts: Collection[int],
    later: int,
    clinic: Clinic,
    clock: DriveClock,
) -> Iterator[DayBest]:
    """Some starts of a day that no rule refuses, with their true costs.

    Args:
        request: what is asked for.
        open_day: the day as it would be.
        starts: minutes after midnight.
        later: days from the first one searched.
        clinic: grid and prices.
        clock: drives.
    """
    terms = _DayTerms(later=later, fuller_min=0.0, weights=clinic.weights)
    for opening in openings(request, open_day, clock, clinic.slot_grid_min):
        kept = tuple(start for start in opening.starts if start in starts)
        for candidate in _candidates(
            request, open_day, replace(opening, starts=kept), clock, terms
        ):
            weighed = _weigh(candidate, request, clinic, clock)
            cost = candidate.prices.total + candidate.prices.slack_price(weighed.slack_min)
            yield DayBest(candidate=candidate, weighed=weighed, cost=cost)


def slot_of(
    best: DayBest, request: SlotRequest, schedule: Schedule, clinic: Clinic, clock: DriveClock
) -> Slot:
    """The whole offer of a day's cheapest start."""
    return _slot(best.candidate, best.weighed, request, schedule, clinic, clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class _DayTerms:
    """What every start of one practitioner's day costs alike."""

    later: int
    fuller_min: float
    weights: SlotWeights


def _fuller(days: Sequence[OpenDay]) -> dict[tuple[PractitionerId, date], float]:
    """By how many minutes each day has more visiting in it than the mean of those at work then."""
    visiting = {
        (d.practitioner.id, d.day): sum(stop.visit.door_min for stop in d.stops) for d in days
    }
    at_work: defaultdict[date, list[int]] = defaultdict(list)
    for d in days:
        if d.spans and not d.closed:
            at_work[d.day].append(visiting[d.practitioner.id, d.day])
    mean = {day: sum(minutes) / len(minutes) for day, minutes in at_work.items()}
    return {
        (who, day): max(0.0, minutes - mean.get(day, minutes))
        for (who, day), minutes in visiting.items()
    }


def _grid_starts(open_day: OpenDay, grid: int) -> int:
    """How many starts there are within the hours of a day; none on a closed one."""
    if open_day.closed:
        return 0
    return sum(-(-s.end_min // grid) - -(-s.start_min // grid) for s in open_day.spans)


def _candidates(
    request: SlotRequest, open_day: OpenDay, opening: Opening, clock: DriveClock, terms: _DayTerms
) -> list[Candidate]:
    shape, index, off = open_day.shape, opening.index, open_day.shape.absences
    last = index == len(shape.starts)
    inward_road = road_in(request, shape, index, clock)
    outward_road = road_out(request, shape, index, clock)
    replaced = _replaced_min(open_day, index, clock)
    other = request.preferred_id not in (None, open_day.practitioner.id)
    made: list[Candidate] = []
    for start in opening.starts:
        end = start + request.door_min
        ready = shape.ends[index - 1] if index else inward_road.latest(start, off)
        inward = inward_road.minutes(inward_road.leave(ready, off))
        outward = outward_road.minutes(outward_road.leave(end, off))
        # Without a point on the map nothing is known of the driving, not even what it saves.
        added = inward + outward - replaced if request.place else 0
        gap_before = start - ready - inward if index else None
        gap_after = None if last else shape.starts[index] - end - outward
        prices = slot_prices(
            added_drive_min=added,
            gap_before_min=gap_before,
            gap_after_min=gap_after,
            tight_min=tight_minutes(gap_before, inward) + tight_minutes(gap_after, outward),
            other_person=other,
            days_later=terms.later,
            fuller_min=terms.fuller_min,
            weights=terms.weights,
        )
        made.append(
            Candidate(
                open_day=open_day,
                index=index,
                start_min=start,
                inward_min=inward,
                outward_min=outward,
                added_drive_min=added,
                prices=prices,
            )
        )
    return made


def _replaced_min(open_day: OpenDay, index: int, clock: DriveClock) -> int:
    """Minutes of the drive that a visit put at ``index`` replaces."""
    shape, off = open_day.shape, open_day.shape.absences
    if not shape.starts:
        return 0
    after = shape.places[index] if index < len(shape.places) else shape.home
    road = clock.road(shape.places[index - 1] if index else shape.home, after)
    ready = shape.ends[index - 1] if index else road.latest(shape.starts[0], off)
    return road.minutes(road.leave(ready, off))


def _best(
    found: Sequence[Candidate],
    request: SlotRequest,
    schedule: Schedule,
    clinic: Clinic,
    clock: DriveClock,
    limit: int,
) -> list[Slot]:
    """By true cost, earlier first among equals, those of one day ``APART_MIN`` apart."""
    weighed: dict[int, Weighed] = {}
    heap = [(c.prices.total, c.key, number) for number, c in enumerate(found)]
    heapq.heapify(heap)
    taken: dict[tuple[str, date], list[int]] = {}
    slots: list[Slot] = []
    while heap and len(slots) < limit:
        _cost, key, number = heapq.heappop(heap)
        candidate = found[number]
        start = candidate.start_min
        near = taken.setdefault((candidate.open_day.practitioner.id, candidate.open_day.day), [])
        if any(abs(start - other) < APART_MIN for other in near):
            continue
        known = weighed.get(number)
        if known is None:
            known = weighed[number] = _weigh(candidate, request, clinic, clock)
            cost = candidate.prices.total + candidate.prices.slack_price(known.slack_min)
            heapq.heappush(heap, (cost, key, number))
            continue
        near.append(start)
        slots.append(_slot(candidate, known, request, schedule, clinic, clock))
    return slots


def _weigh(
    candidate: Candidate, request: SlotRequest, clinic: Clinic, clock: DriveClock
) -> Weighed:
    """The promise that would be told, and the least slack of the day with the visit in it."""
    open_day, index, start = candidate.open_day, candidate.index, candidate.start_min
    shape = open_day.shape
    end = start + request.door_min
    trial = shape.with_visit(index, request.place, start, end, None)
    lunch = place_lunch(trial, clock).lunch
    roads = trial.roads(clock)
    limit = latest_ends(trial, lunch, roads)[index + 1]
    if index == len(shape.starts):
        limit = roads[-1].latest(open_day.spans[-1].end_min, shape.absences)
    # Where a later promise is broken anyway, the window need not be narrowed for it.
    latest_arrival = None if limit is None or limit < end else limit - request.door_min
    grid = clinic.slot_grid_min
    first, last = promise_window(request, open_day, start, latest_arrival, grid)
    told = shape.with_visit(index, request.place, start, end, last)
    leave_home = roads[0].latest(told.starts[0], shape.absences)
    slacks = [s for s in leg_slacks(told, leave_home, lunch, clock) if s is not None]
    return Weighed(slack_min=min(slacks, default=None), first_min=first, last_min=last)


def _slot(
    candidate: Candidate,
    weighed: Weighed,
    request: SlotRequest,
    schedule: Schedule,
    clinic: Clinic,
    clock: DriveClock,
) -> Slot:
    """The whole offer: the day as it would be, the promise and the reason."""
    open_day, index = candidate.open_day, candidate.index
    new = _new_stop(candidate, weighed, request, clinic)
    stops = (*open_day.stops[:index], new, *open_day.stops[index:])
    plan = lay_out(open_day.practitioner, open_day.day, stops, open_day.time_off, clock)
    legs = (plan.legs[index], plan.legs[index + 1])
    metres = sum(leg.drive.metres for leg in legs if leg.drive)
    names = schedule.names
    before = names.get(open_day.stops[index - 1].visit.id) if index else None
    after = names.get(open_day.stops[index].visit.id) if index < len(open_day.stops) else None
    beside = [(candidate.inward_min, before), (candidate.outward_min, after)]
    near = [(minutes, name) for minutes, name in beside if name and minutes <= NEXT_DOOR_MIN]
    known = request.place is not None
    tight = _tightest(plan)
    return Slot(
        practitioner_id=open_day.practitioner.id,
        start=new.visit.start,
        end=new.visit.end,
        promise_start=start_of(open_day, weighed.first_min),
        promise_end=start_of(open_day, weighed.last_min),
        added_drive_min=candidate.added_drive_min,
        added_metres=metres - _replaced_metres(candidate, clock) if known else 0.0,
        slack_min=weighed.slack_min,
        gap_before_min=plan.legs[index].gap_left_min,
        gap_after_min=plan.legs[index + 1].gap_left_min,
        terms=candidate.prices.terms(weighed.slack_min, due=request.due is not None),
        reason=reason(
            before=before,
            after=after,
            slack_min=weighed.slack_min,
            slack_before=names.get(tight) if tight else None,
            keeps_practitioner=request.preferred_id == open_day.practitioner.id,
            next_to=min(near)[1] if near else None,
            added_drive_min=candidate.added_drive_min if known else None,
            past_due_days=(open_day.day - request.due).days if request.due else 0,
        ),
        driving_known=known,
        estimated=not known or any(leg.drive and leg.drive.estimated for leg in legs),
        stop_index=index,
        plan=plan,
    )


def _replaced_metres(candidate: Candidate, clock: DriveClock) -> float:
    shape, index = candidate.open_day.shape, candidate.index
    if not shape.starts:
        return 0.0
    after = shape.places[index] if index < len(shape.places) else shape.home
    base = clock.road(shape.places[index - 1] if index else shape.home, after).base
    return base.metres if base else 0.0


def _tightest(plan: DayPlan) -> str | None:
    """The visit at the end of the leg with the least slack of the day."""
    legs = [
        (leg.slack_min, leg.to_index)
        for leg in plan.legs
        if leg.slack_min is not None and leg.to_index is not None
    ]
    # Slack falls along the day towards the promise that limits it: the last of equals names it.
    return plan.stops[min(legs, key=lambda leg: (leg[0], -leg[1]))[1]].visit.id if legs else None


def _new_stop(candidate: Candidate, weighed: Weighed, request: SlotRequest, clinic: Clinic) -> Stop:
    open_day = candidate.open_day
    visit = Visit(
        id=VisitId(NEW_STOP),
        patient_id=PatientId(NEW_STOP),
        site_id=SiteId(NEW_STOP),
        service_id=ServiceId(request.service.id),
        practitioner_id=open_day.practitioner.id,
        start=start_of(open_day, candidate.start_min),
        zone=clinic.zone,
        door_min=request.door_min,
    )
    promise = Promise(
        id=PromiseId(NEW_STOP),
        visit_id=visit.id,
        window_start=start_of(open_day, weighed.first_min),
        window_end=start_of(open_day, weighed.last_min),
        zone=clinic.zone,
        practitioner_id=open_day.practitioner.id,
        told_to="",
        told_by=UserId(""),
        told_at=datetime.combine(open_day.day, datetime.min.time()),
    )
    return Stop(visit=visit, place=request.place, promise=promise)
