"""Slots equal brute force: every grid start of every day, laid out whole and ranked."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.slot import CallerWindow, SlotRequest
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.day_layout import lay_out_day
from clinic_desktop.planning.planner import Planner
from clinic_desktop.planning.slot_search import PER_GAP, search_slots
from tests.planning.days import (
    DAY,
    PROFILE,
    Straight,
    absence,
    place,
    practitioner,
    service,
    stop,
    stops_of_a_day,
)

CLINIC = Clinic(name="Test", profile=PROFILE, slot_grid_min=15)
EARLY = datetime.combine(DAY, time(6))


def request(**changes) -> SlotRequest:
    return replace(
        SlotRequest(service=service(), place=place(4, 4), door_min=45, not_before=EARLY), **changes
    )


def schedule(people, stops, time_off=(), days=(DAY,)) -> Schedule:
    return Schedule(
        practitioners=tuple(people),
        days=tuple(days),
        stops={key: tuple(value) for key, value in stops.items()},
        time_off=tuple(time_off),
        names={f"v{n}": f"Name{n} X." for n in range(20)},
    )


def brute_force(wanted: SlotRequest, plan: Schedule) -> dict[tuple[str, datetime], float]:
    """Try every grid start by laying the whole day out; no bound, no shortcut."""
    fits: dict[tuple[str, datetime], float] = {}
    for person in plan.practitioners:
        for day in plan.days:
            if not person.certified("dn", day):
                continue
            off = [t for t in plan.time_off if t.practitioner_id == person.id and t.span_on(day)]
            before = lay_out_day(
                person, day, plan.stops.get((person.id, day), ()), off, Straight(), PROFILE
            )
            if not before.hours:
                continue
            for minute in range(0, 24 * 60, CLINIC.slot_grid_min):
                cost = _brute_cost(wanted, plan, person, day, minute, before, off)
                if cost is not None:
                    fits[person.id, datetime.combine(day, time()) + timedelta(minutes=minute)] = (
                        cost
                    )
    return fits


def _brute_cost(wanted, plan, person, day, minute, before, off) -> float | None:
    begin = datetime.combine(day, time()) + timedelta(minutes=minute)
    end = begin + timedelta(minutes=wanted.door_min)
    if begin < wanted.not_before or end.date() != day:
        return None
    yes = [w for w in wanted.windows if not w.excluded]
    if yes and not any(w.covers(begin, end) for w in yes):
        return None
    if any(w.excluded and w.touches(begin, end) for w in wanted.windows):
        return None
    last = minute + wanted.door_min
    if not any(s.start_min <= minute and last <= s.end_min for s in before.hours):
        return None
    for t in off:
        if t.start < end and begin < t.end:
            return None
    width = wanted.service.promise_width_min
    opens = max(before.hours[0].start_min, (minute - width // 2) // 5 * 5)
    closes = max(opens + width, minute)
    new = stop(
        99, minute, wanted.door_min, wanted.place, (minute - opens, closes - minute), day=day
    )
    after = lay_out_day(person, day, [*before.stops, new], off, Straight(), PROFILE)
    index = after.stops.index(new)
    if any(s.visit.start_min < last and minute < s.visit.end_min for s in before.stops):
        return None
    inward, outward = after.legs[index], after.legs[index + 1]
    if index > 0 and inward.gap_left_min < 0:
        return None
    if index == 0:
        first = before.hours[0].start_min
        leave = lay_out_day(person, day, [new], off, Straight(), PROFILE).legs[0]
        if leave.depart_min < first:
            return None
    if outward.gap_left_min < 0:
        return None
    if after.lunch_missing and not before.lunch_missing:
        return None
    added = after.driving_min - before.driving_min
    # A lunch may move a drive into another part of the day; the added driving is of both legs,
    # driven right after the visit before.
    cost = float(_added(wanted, before, new, index))
    del added
    idle = 0
    gap_in = (
        minute - before.stops[index - 1].visit.end_min - _in(before, new, index) if index else None
    )
    gap_out = (
        before.stops[index].visit.start_min - last - _out(before, new, index)
        if index < len(before.stops)
        else None
    )
    idle = sum(g for g in (gap_in, gap_out) if g is not None and g < 45)
    cost += idle * 0.1
    if wanted.preferred_id is not None and wanted.preferred_id != person.id:
        cost += 12
    cost += (day - plan.days[0]).days * 0.75
    slacks = [leg.slack_min for leg in after.legs if leg.slack_min is not None]
    if slacks and min(slacks) < 5:
        cost += (5 - min(slacks)) * 3
    return cost


def _minutes(start, end, depart):
    from clinic_desktop.domain.travel import drive_at

    return drive_at(Straight().drive(start, end), depart, PROFILE).minutes


def _latest(start, end, arrive):
    depart = arrive
    while depart + _minutes(start, end, max(0, depart)) > arrive:
        depart -= 1
    return _minutes(start, end, max(0, depart))


def _in(before, new, index):
    if index:
        previous = before.stops[index - 1]
        return _minutes(previous.place, new.place, previous.visit.end_min)
    return _latest(before.practitioner.home, new.place, new.visit.start_min)


def _out(before, new, index):
    following = before.stops[index].place if index < len(before.stops) else None
    return _minutes(new.place, following or before.practitioner.home, new.visit.end_min)


def _added(wanted, before, new, index):
    added = _in(before, new, index) + _out(before, new, index)
    if index and index < len(before.stops):
        previous = before.stops[index - 1]
        added -= _minutes(previous.place, before.stops[index].place, previous.visit.end_min)
    elif index < len(before.stops):
        first = before.stops[0]
        added -= _latest(before.practitioner.home, first.place, first.visit.start_min)
    elif index:
        previous = before.stops[-1]
        added -= _minutes(previous.place, before.practitioner.home, previous.visit.end_min)
    return added


@st.composite
def searches(draw):
    people = [
        practitioner(
            n,
            lunch=draw(st.sampled_from((None, LunchRule()))),
            certified=draw(st.integers(0, 5)) > 0,
        )
        for n in (1, 2)
    ]
    days = (DAY, DAY + timedelta(days=1))
    stops = {}
    for person in people:
        own = draw(stops_of_a_day(4))
        stops[person.id, DAY] = [
            replace(s, visit=replace(s.visit, practitioner_id=person.id)) for s in own
        ]
    off = []
    if draw(st.booleans()):
        off.append(absence("p1", draw(st.integers(600, 700)), draw(st.integers(800, 1050))))
    windows = draw(
        st.sampled_from(
            (
                (),
                (CallerWindow(earliest=time(13)),),
                (CallerWindow(first=DAY, last=DAY), CallerWindow(latest=time(11))),
                (CallerWindow(weekdays=frozenset({1}), excluded=True),),
                (CallerWindow(earliest=time(10), latest=time(12), excluded=True),),
            )
        )
    )
    wanted = request(
        windows=windows,
        preferred_id=draw(st.sampled_from((None, "p1"))),
        place=place(draw(st.integers(0, 9)), draw(st.integers(0, 9))),
        not_before=EARLY + timedelta(minutes=draw(st.sampled_from((0, 240)))),
    )
    return wanted, schedule(people, stops, off, days)


@settings(max_examples=120, deadline=None)
@given(searches())
def test_the_slots_are_those_of_brute_force_in_its_order(search):
    wanted, plan = search
    fits = brute_force(wanted, plan)
    found = search_slots(wanted, plan, Straight(), CLINIC, limit=10_000)
    assert found.fitting == len(fits)
    for slot in found.slots:
        assert slot.cost == pytest.approx(fits[slot.practitioner_id, slot.start])
    best = search_slots(wanted, plan, Straight(), CLINIC, limit=1).slots
    assert bool(best) == bool(fits)
    if best:
        assert best[0].cost == pytest.approx(min(fits.values()))
    costs = [slot.cost for slot in found.slots]
    assert costs == sorted(costs)


@settings(max_examples=60, deadline=None)
@given(searches())
def test_a_short_list_is_the_head_of_the_long_one(search):
    wanted, plan = search
    whole = search_slots(wanted, plan, Straight(), CLINIC, limit=10_000).slots
    for limit in (1, 3, 8):
        head = search_slots(wanted, plan, Straight(), CLINIC, limit=limit).slots
        assert [(s.practitioner_id, s.start) for s in head] == [
            (s.practitioner_id, s.start) for s in whole[:limit]
        ]


@settings(max_examples=60, deadline=None)
@given(searches())
def test_every_offer_keeps_every_promise_and_says_why_in_one_sentence(search):
    wanted, plan = search
    for slot in search_slots(wanted, plan, Straight(), CLINIC).slots:
        assert slot.promise_start <= slot.start <= slot.promise_end
        assert slot.reason.endswith(".")
        assert slot.cost == pytest.approx(sum(term.minutes for term in slot.terms))
        assert Planner().refusal(wanted, plan, Straight(), CLINIC, slot) == ""


def test_one_gap_gives_at_most_two_offers():
    plan = schedule([practitioner(1)], {})
    slots = search_slots(request(), plan, Straight(), CLINIC).slots
    assert len(slots) == PER_GAP


def test_nobody_certified_is_said_in_a_sentence():
    plan = schedule([practitioner(1, certified=False)], {})
    found = search_slots(request(), plan, Straight(), CLINIC)
    assert found.slots == ()
    assert found.refusals == ("Pat1 Doe is not certified for this service.",)


def test_a_slot_taken_meanwhile_is_refused_with_the_reason():
    empty = schedule([practitioner(1)], {})
    slot = search_slots(request(), empty, Straight(), CLINIC).slots[0]
    minute = slot.start.hour * 60 + slot.start.minute
    taken = schedule([practitioner(1)], {("p1", DAY): [stop(1, minute, 45, place(4, 4))]})
    refusal = Planner().refusal(request(), taken, Straight(), CLINIC, slot)
    assert refusal == "Pat1 has another visit then."


def test_moving_a_visit_frees_its_own_time():
    plan = schedule([practitioner(1)], {("p1", DAY): [stop(1, 600, 45, place(4, 4))]})
    wanted = request(moving="v1", windows=(CallerWindow(earliest=time(10), latest=time(10, 45)),))
    assert search_slots(wanted, plan, Straight(), CLINIC).slots[0].start.hour == 10
