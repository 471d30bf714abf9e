"""Every insertion of a new visit into the coming days, ranked.

All grid starts of all gaps are tried. The slack's price needs a whole day laid out, so it is
computed only for starts whose other terms could still make the list: the other terms are a lower
bound, and a start is taken only when no bound below its true cost is left. The answer equals
brute force (property test).
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.ids import PatientId, PromiseId, ServiceId, SiteId, UserId, VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import CostTerm, Slot, SlotRequest, SlotSearch
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.visit import Promise, Visit
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff
from clinic_desktop.planning.day_layout import lay_out, place_lunch, working_spans
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.slot_costs import cheap_terms, reason, slack_term
from clinic_desktop.text import _

PER_GAP: Final = 2
"""At most so many offers out of one gap, so that the list shows real alternatives."""

_NEW: Final = "new"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDay:
    """One practitioner's day as the search sees it."""

    practitioner: Practitioner
    day: date
    stops: tuple[Stop, ...]
    time_off: tuple[TimeOff, ...]
    spans: tuple[MinuteSpan, ...]
    lunch_missing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A start that fits; ``index`` is where the new stop would stand."""

    open_day: OpenDay
    index: int
    start_min: int
    added_drive_min: int
    gap_before_min: int | None
    gap_after_min: int | None
    terms: tuple[CostTerm, ...]

    @property
    def bound(self) -> float:
        """The cost without the slack's price: never above the true cost."""
        return sum(term.minutes for term in self.terms)


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
    days, refusals = open_days(request, schedule, clock)
    found: list[Candidate] = []
    checked = 0
    for open_day in days:
        for candidate in candidates(request, open_day, clock, clinic, schedule.days[0]):
            checked += 1
            if candidate is not None:
                found.append(candidate)
    slots = _best(found, request, schedule, clinic, clock, limit)
    return SlotSearch(
        slots=tuple(slots), fitting=len(found), checked=checked, refusals=tuple(refusals)
    )


def open_days(
    request: SlotRequest, schedule: Schedule, clock: DriveClock
) -> tuple[list[OpenDay], list[str]]:
    """The days that are searched, and why people fall out as a whole."""
    days: list[OpenDay] = []
    refusals: list[str] = []
    needed = request.service.needed_certification
    for practitioner in schedule.practitioners:
        if request.practitioner_id is not None and practitioner.id != request.practitioner_id:
            continue
        if not practitioner.active:
            continue
        own_off = tuple(t for t in schedule.time_off if t.practitioner_id == practitioner.id)
        uncertified = 0
        for day in schedule.days:
            if not practitioner.certified(needed, day):
                uncertified += 1
                continue
            off = tuple(t for t in own_off if t.span_on(day) is not None)
            spans = working_spans(practitioner, day, off)
            if not spans:
                continue
            stops = tuple(
                stop
                for stop in schedule.stops.get((practitioner.id, day), ())
                if stop.visit.id != request.moving
            )
            days.append(
                OpenDay(
                    practitioner=practitioner,
                    day=day,
                    stops=stops,
                    time_off=off,
                    spans=spans,
                    lunch_missing=place_lunch(practitioner, stops, clock)[2],
                )
            )
        if uncertified == len(schedule.days):
            refusals.append(
                _("{name} is not certified for this service.").format(name=practitioner.name)
            )
    return days, refusals


def candidates(
    request: SlotRequest,
    open_day: OpenDay,
    clock: DriveClock,
    clinic: Clinic,
    first_day: date,
) -> Iterator[Candidate | None]:
    """Each grid start of a day in order: the candidate if it fits, None if not."""
    grid = clinic.slot_grid_min
    first, last = open_day.spans[0].start_min, open_day.spans[-1].end_min
    for start_min in range(-(-first // grid) * grid, last, grid):
        yield fit(request, open_day, start_min, clock, first_day)


def fit(
    request: SlotRequest, open_day: OpenDay, start_min: int, clock: DriveClock, first_day: date
) -> Candidate | None:
    """The candidate of one start, None if a rule refuses it."""
    return (
        None
        if refused(request, open_day, start_min, clock)
        else _candidate(request, open_day, start_min, clock, first_day)
    )


def refused(request: SlotRequest, open_day: OpenDay, start_min: int, clock: DriveClock) -> str:
    """The first rule that refuses a start, as a sentence; "" if it fits."""
    end_min = start_min + request.door_min
    begin = datetime.combine(open_day.day, time()) + timedelta(minutes=start_min)
    name = open_day.practitioner.first_name
    if begin < request.not_before:
        return _("That time has passed.")
    if end_min > 24 * 60 or not _caller_can(request, begin):
        return _("The caller cannot then.")
    for absence in open_day.time_off:
        span = absence.span_on(open_day.day)
        if span is not None and start_min < span.end_min and span.start_min < end_min:
            return _("{name} is away then.").format(name=name)
    if not any(s.start_min <= start_min and end_min <= s.end_min for s in open_day.spans):
        return _("It lies outside {name}’s hours.").format(name=name)
    index = _position(open_day.stops, start_min)
    before = open_day.stops[index - 1] if index else None
    after = open_day.stops[index] if index < len(open_day.stops) else None
    if before is not None and before.visit.end_min > start_min:
        return _("{name} has another visit then.").format(name=name)
    if after is not None and after.visit.start_min < end_min:
        return _("{name} has another visit then.").format(name=name)
    home = open_day.practitioner.home
    if before is None:
        leave = open_day.spans[0].start_min
        if leave + clock.minutes(home, request.place, leave) > start_min:
            return _("{name} would have to leave home before work begins.").format(name=name)
    else:
        leave = before.visit.end_min
        if leave + clock.minutes(before.place, request.place, leave) > start_min:
            return _("Too little time to get there from the visit before.")
    if after is None:
        if end_min + clock.minutes(request.place, home, end_min) > open_day.spans[-1].end_min:
            return _("{name} would be home after work ends.").format(name=name)
    elif end_min + clock.minutes(request.place, after.place, end_min) > after.visit.start_min:
        return _("Too little time to get to the visit after.")
    if not open_day.lunch_missing:
        trial = _with_new(request, open_day, start_min, index, clinic_zone="")
        if place_lunch(open_day.practitioner, trial, clock)[2]:
            return _("It leaves {name} no time for lunch.").format(name=name)
    return ""


def _candidate(
    request: SlotRequest, open_day: OpenDay, start_min: int, clock: DriveClock, first_day: date
) -> Candidate:
    index = _position(open_day.stops, start_min)
    end_min = start_min + request.door_min
    home, place = open_day.practitioner.home, request.place
    before = open_day.stops[index - 1] if index else None
    after = open_day.stops[index] if index < len(open_day.stops) else None
    inward = _leg_in(before, home, place, start_min, clock)
    outward = clock.minutes(place, after.place if after else home, end_min)
    replaced = 0
    if before is not None and after is not None:
        replaced = clock.minutes(before.place, after.place, before.visit.end_min)
    elif after is not None:
        replaced = _leg_in(None, home, after.place, after.visit.start_min, clock)
    elif before is not None:
        replaced = clock.minutes(before.place, home, before.visit.end_min)
    added = inward + outward - replaced
    gap_before = start_min - before.visit.end_min - inward if before else None
    gap_after = after.visit.start_min - end_min - outward if after else None
    return Candidate(
        open_day=open_day,
        index=index,
        start_min=start_min,
        added_drive_min=added,
        gap_before_min=gap_before,
        gap_after_min=gap_after,
        terms=cheap_terms(
            added_drive_min=added,
            gap_before_min=gap_before,
            gap_after_min=gap_after,
            practitioner_id=open_day.practitioner.id,
            preferred_id=request.preferred_id,
            day=open_day.day,
            first_day=first_day,
        ),
    )


def _leg_in(
    before: Stop | None,
    home: Coordinate | None,
    place: Coordinate | None,
    start_min: int,
    clock: DriveClock,
) -> int:
    if before is not None:
        return clock.minutes(before.place, place, before.visit.end_min)
    depart = clock.latest_departure(home, place, start_min)
    return clock.minutes(home, place, max(0, depart))


def _position(stops: Sequence[Stop], start_min: int) -> int:
    return sum(1 for stop in stops if stop.visit.start_min <= start_min)


def _caller_can(request: SlotRequest, begin: datetime) -> bool:
    end = begin + timedelta(minutes=request.door_min)
    wanted = [w for w in request.windows if not w.excluded]
    if wanted and not any(w.covers(begin, end) for w in wanted):
        return False
    return not any(w.excluded and w.touches(begin, end) for w in request.windows)


def _best(
    found: Sequence[Candidate],
    request: SlotRequest,
    schedule: Schedule,
    clinic: Clinic,
    clock: DriveClock,
    limit: int,
) -> list[Slot]:
    """By true cost, earlier first among equals, at most ``PER_GAP`` out of one gap."""
    heap: list[tuple[float, date, int, str, int, Slot | None]] = [
        (c.bound, c.open_day.day, c.start_min, c.open_day.practitioner.id, n, None)
        for n, c in enumerate(found)
    ]
    heapq.heapify(heap)
    taken: dict[tuple[str, date, int], int] = {}
    slots: list[Slot] = []
    while heap and len(slots) < limit:
        _cost, day, start_min, practitioner_id, number, slot = heapq.heappop(heap)
        candidate = found[number]
        gap = (practitioner_id, day, candidate.index)
        if taken.get(gap, 0) >= PER_GAP:
            continue
        if slot is None:
            slot = build_slot(candidate, request, schedule, clinic, clock)
            heapq.heappush(heap, (slot.cost, day, start_min, practitioner_id, number, slot))
            continue
        taken[gap] = taken.get(gap, 0) + 1
        slots.append(slot)
    return slots


def build_slot(
    candidate: Candidate,
    request: SlotRequest,
    schedule: Schedule,
    clinic: Clinic,
    clock: DriveClock,
) -> Slot:
    """The whole offer: the day as it would be, its slack, the promise and the reason."""
    open_day = candidate.open_day
    stops = _with_new(request, open_day, candidate.start_min, candidate.index, clinic.zone)
    plan = lay_out(open_day.practitioner, open_day.day, stops, open_day.time_off, clock)
    new = plan.stops[candidate.index]
    promise = new.promise
    assert promise is not None
    slack, tight = _least_slack(plan)
    priced = slack_term(slack)
    legs = (plan.legs[candidate.index], plan.legs[candidate.index + 1])
    metres = sum(leg.drive.metres for leg in legs if leg.drive) - _replaced_metres(candidate, clock)
    names = schedule.names
    stops_before = open_day.stops
    return Slot(
        practitioner_id=open_day.practitioner.id,
        start=new.visit.start,
        end=new.visit.end,
        promise_start=promise.window_start,
        promise_end=promise.window_end,
        added_drive_min=candidate.added_drive_min,
        added_metres=metres,
        slack_min=slack,
        gap_before_min=plan.legs[candidate.index].gap_left_min,
        gap_after_min=plan.legs[candidate.index + 1].gap_left_min,
        terms=candidate.terms + ((priced,) if priced else ()),
        reason=reason(
            before=names.get(stops_before[candidate.index - 1].visit.id)
            if candidate.index
            else None,
            after=names.get(stops_before[candidate.index].visit.id)
            if candidate.index < len(stops_before)
            else None,
            slack_min=slack,
            slack_before=names.get(tight) if tight else None,
            keeps_practitioner=request.preferred_id == open_day.practitioner.id,
        ),
        estimated=request.place is None or any(leg.drive and leg.drive.estimated for leg in legs),
        stop_index=candidate.index,
        plan=plan,
    )


def _replaced_metres(candidate: Candidate, clock: DriveClock) -> float:
    stops, home = candidate.open_day.stops, candidate.open_day.practitioner.home
    start = stops[candidate.index - 1].place if candidate.index else home
    end = stops[candidate.index].place if candidate.index < len(stops) else home
    if start is None or end is None or not stops:
        return 0.0
    return clock.base(start, end).metres


def _least_slack(plan: DayPlan) -> tuple[int | None, str | None]:
    """The least slack of the day and the visit whose leg has it."""
    best: tuple[int, str] | None = None
    for leg in plan.legs:
        if leg.slack_min is None or leg.to_index is None:
            continue
        if best is None or leg.slack_min < best[0]:
            best = (leg.slack_min, plan.stops[leg.to_index].visit.id)
    return best if best else (None, None)


def promise_window(
    request: SlotRequest, open_day_hours: MinuteSpan, start_min: int, grid: int = 5
) -> tuple[int, int]:
    """The window told by default: as wide as the service says, the start inside, on the grid."""
    width = request.service.promise_width_min
    first = max(open_day_hours.start_min, (start_min - width // 2) // grid * grid)
    return first, max(first + width, start_min)


def _with_new(
    request: SlotRequest, open_day: OpenDay, start_min: int, index: int, clinic_zone: str
) -> tuple[Stop, ...]:
    midnight = datetime.combine(open_day.day, time())
    visit = Visit(
        id=VisitId(_NEW),
        patient_id=PatientId(_NEW),
        site_id=SiteId(_NEW),
        service_id=ServiceId(request.service.id),
        practitioner_id=open_day.practitioner.id,
        start=midnight + timedelta(minutes=start_min),
        zone=clinic_zone,
        door_min=request.door_min,
    )
    hours = MinuteSpan(start_min=open_day.spans[0].start_min, end_min=open_day.spans[-1].end_min)
    first, last = promise_window(request, hours, start_min)
    promise = Promise(
        id=PromiseId(_NEW),
        visit_id=visit.id,
        window_start=midnight + timedelta(minutes=first),
        window_end=midnight + timedelta(minutes=last),
        zone=clinic_zone,
        practitioner_id=open_day.practitioner.id,
        told_to="",
        told_by=UserId(""),
        told_at=midnight,
    )
    new = Stop(visit=visit, place=request.place, promise=promise)
    return (*open_day.stops[:index], new, *open_day.stops[index:])
