"""Slots equal brute force: every grid start of every day, tried out whole and ranked."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.planning_ports import NEW_STOP, Schedule
from clinic_desktop.domain.practitioner import Certification, Licence
from clinic_desktop.domain.slot import CallerWindow, SlotRequest
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.domain.working_time import WorkingPattern
from clinic_desktop.planning import slot_search
from clinic_desktop.planning.planner import Planner
from clinic_desktop.planning.slot_search import APART_MIN, search_slots
from tests.planning.brute_force import brute_force
from tests.planning.days import (
    DAY,
    PROFILE,
    Straight,
    absences,
    lunches,
    place,
    places,
    practitioner,
    service,
    stop,
    stops_of_a_day,
)

CLINIC = Clinic(name="Test", profile=PROFILE, slot_grid_min=20)
NEVER = WorkingPattern(weekdays=((),) * 7)
EARLY = datetime.combine(DAY, time(6))


def request(**changes) -> SlotRequest:
    return replace(
        SlotRequest(service=service(), place=place(4, 4), door_min=45, not_before=EARLY), **changes
    )


def schedule(people, stops, time_off=(), days=(DAY,), closed=None) -> Schedule:
    return Schedule(
        practitioners=tuple(people),
        days=tuple(days),
        stops={key: tuple(value) for key, value in stops.items()},
        time_off=tuple(time_off),
        names={f"v{n}": f"Name{n} X." for n in range(20)},
        closed=closed or {},
        home_state="MO",
    )


@st.composite
def licences(draw):
    """The home state's licence with or without an end, and perhaps one of Illinois."""
    ends = st.sampled_from((None, None, DAY, DAY - timedelta(days=1)))
    illinois = st.builds(Licence, state=st.just("IL"), expires=ends)
    return {
        "licence_expires": draw(ends),
        "licences": tuple(draw(st.lists(illinois, max_size=2))),
    }


@st.composite
def searches(draw):
    people = [
        replace(
            practitioner(n, lunch=draw(lunches()), certified=draw(st.integers(0, 5)) > 0),
            **draw(licences()),
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
    off = [*draw(absences("p1")), *draw(absences("p2"))]
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
        practitioner_id=draw(st.sampled_from((None, None, "p2"))),
        place=draw(places()),
        moving=draw(st.sampled_from((None, "v1"))),
        not_before=EARLY + timedelta(minutes=draw(st.sampled_from((0, 240)))),
        state=draw(st.sampled_from(("", "MO", "IL"))),
        due=draw(st.sampled_from((None, DAY, DAY + timedelta(days=3)))),
    )
    closed = draw(st.sampled_from(({}, {}, {DAY: "Truman Day"}, {days[1]: "Truman Day"})))
    return wanted, schedule(people, stops, off, days, closed)


PRICES = st.sampled_from((0.0, 0.25, 1.0, 4.0))
WEIGHTS = st.builds(
    SlotWeights,
    driving=PRICES,
    idle=PRICES,
    tight=PRICES,
    slack=PRICES,
    other_person=PRICES,
    later_day=PRICES,
    balance=PRICES,
)


@settings(max_examples=25, deadline=None)
@given(searches())
def test_the_slots_are_those_of_brute_force_in_its_order(search):
    wanted, plan = search
    fits = brute_force(wanted, plan, Straight(), CLINIC)
    with pytest.MonkeyPatch.context() as every_start:
        every_start.setattr(slot_search, "APART_MIN", 0)
        found = search_slots(wanted, plan, Straight(), CLINIC, limit=10_000)
    assert found.fitting == len(fits) == len(found.slots)
    ranked = sorted(fits.items(), key=lambda fit: (round(fit[1][0], 6), fit[0][1], fit[0][0]))
    for slot, ((person, start), (cost, window, slack)) in zip(found.slots, ranked, strict=True):
        assert (slot.practitioner_id, slot.start) == (person, start)
        assert slot.cost == pytest.approx(cost)
        assert slot.slack_min == slack
        midnight = datetime.combine(start.date(), time())
        told = [(m - midnight).total_seconds() / 60 for m in (slot.promise_start, slot.promise_end)]
        assert tuple(told) == window


@settings(max_examples=25, deadline=None)
@given(searches(), WEIGHTS)
def test_the_clinics_own_prices_rank_as_brute_force_does(search, weights):
    wanted, plan = search
    clinic = replace(CLINIC, weights=weights)
    fits = brute_force(wanted, plan, Straight(), clinic)
    with pytest.MonkeyPatch.context() as every_start:
        every_start.setattr(slot_search, "APART_MIN", 0)
        found = search_slots(wanted, plan, Straight(), clinic, limit=10_000)
    costs = {(slot.practitioner_id, slot.start): slot.cost for slot in found.slots}
    assert costs == {start: pytest.approx(fit[0]) for start, fit in fits.items()}
    ranked = [round(slot.cost, 6) for slot in found.slots]
    assert ranked == sorted(ranked)
    for slot in found.slots:
        assert slot.cost == pytest.approx(sum(term.minutes for term in slot.terms))


@settings(max_examples=25, deadline=None)
@given(searches())
def test_a_start_is_refused_with_a_sentence_just_where_brute_force_finds_no_slot(search):
    wanted, plan = search
    fits = brute_force(wanted, plan, Straight(), CLINIC, weighed=False)
    a_slot = search_slots(request(), schedule([practitioner(1)], {}), Straight(), CLINIC).slots[0]
    for person in plan.practitioners:
        for minute in range(420, 1080, CLINIC.slot_grid_min):
            start = datetime.combine(DAY, time()) + timedelta(minutes=minute)
            slot = replace(a_slot, practitioner_id=person.id, start=start)
            refusal = Planner().refusal(wanted, plan, Straight(), CLINIC, slot)
            wrong_person = wanted.practitioner_id not in (None, person.id)
            assert wrong_person or bool(refusal) == ((person.id, start) not in fits)
            assert refusal == "" or refusal.endswith(".")


@settings(max_examples=25, deadline=None)
@given(searches())
def test_a_short_list_is_the_head_of_the_long_one(search):
    wanted, plan = search
    whole = search_slots(wanted, plan, Straight(), CLINIC, limit=10_000).slots
    for limit in (1, 3, 8):
        head = search_slots(wanted, plan, Straight(), CLINIC, limit=limit).slots
        assert [(s.practitioner_id, s.start) for s in head] == [
            (s.practitioner_id, s.start) for s in whole[:limit]
        ]


def kept(plan) -> set[str]:
    begins = Planner().arrivals(plan, Straight(), PROFILE)
    return {
        s.visit.id
        for s, begin in zip(plan.stops, begins, strict=True)
        if s.promise is not None and s.promise.start_min <= begin <= s.promise.end_min
    }


@settings(max_examples=25, deadline=None)
@given(searches())
def test_every_offer_keeps_every_promise_and_says_why_in_one_sentence(search):
    wanted, plan = search
    for slot in search_slots(wanted, plan, Straight(), CLINIC).slots:
        assert slot.promise_start <= slot.start <= slot.promise_end
        assert slot.reason.endswith(".")
        assert slot.reason.count(".") <= 4
        assert slot.terms[0].minutes == slot.added_drive_min
        before = slot.plan.stops[slot.stop_index]
        assert before.visit.start == slot.start
        old = Planner().lay_out(
            slot.plan.practitioner,
            slot.plan.day,
            [s for s in slot.plan.stops if s.visit.id != NEW_STOP],
            slot.plan.time_off,
            Straight(),
            PROFILE,
        )
        # Where a drive is too short already, the day runs late however it is planned.
        if all(leg.gap_left_min >= 0 for leg in old.legs):
            assert kept(old) <= kept(slot.plan)
        assert Planner().refusal(wanted, plan, Straight(), CLINIC, slot) == ""


def test_offers_of_one_day_are_real_alternatives():
    plan = schedule([practitioner(1)], {})
    starts = [s.start for s in search_slots(request(), plan, Straight(), CLINIC).slots]
    assert len(starts) > 2
    assert all(
        abs((one - other).total_seconds()) / 60 >= APART_MIN
        for n, one in enumerate(starts)
        for other in starts[:n]
    )


def test_without_a_point_on_the_map_no_driving_is_claimed():
    plan = schedule(
        [practitioner(1)],
        {("p1", DAY): [stop(1, 600, 45, place(1, 1)), stop(2, 840, 45, place(9, 9))]},
    )
    slots = search_slots(request(place=None), plan, Straight(), CLINIC).slots
    between = [s for s in slots if s.stop_index == 1]
    assert between
    assert not any(s.driving_known or s.added_drive_min or s.added_metres for s in slots)
    assert not any("adds" in s.reason for s in slots)


def test_a_drive_with_nothing_to_spare_does_not_rank_first():
    plan = schedule([practitioner(1)], {("p1", DAY): [stop(1, 600, 40, place(4, 9))]})
    fine = replace(CLINIC, slot_grid_min=1)
    wanted = request(windows=(CallerWindow(earliest=time(10, 40), latest=time(13)),))
    first = search_slots(wanted, plan, Straight(), fine).slots[0]
    assert first.gap_before_min >= 5


def test_what_the_caller_asked_for_and_cannot_have_is_named():
    days = tuple(DAY + timedelta(days=n) for n in range(3))
    plan = schedule([practitioner(1)], {}, days=days, closed={days[1]: "Thanksgiving Day"})
    windows = (
        CallerWindow(first=days[0], last=days[0], text="Mon"),
        CallerWindow(first=days[1], last=days[1], text="Tue"),
        CallerWindow(earliest=time(22), text="after 10 PM"),
        CallerWindow(first=days[0] + timedelta(days=60), text="from Jan"),
    )
    notes = search_slots(request(windows=windows), plan, Straight(), CLINIC).notes
    assert notes[0].endswith("Thanksgiving Day: the clinic is closed.")
    assert notes[1] == "after 10 PM: nothing fits."
    assert notes[2].startswith("from Jan: not within the days searched")
    assert len(notes) == 3


def test_nobody_certified_is_said_in_a_sentence():
    plan = schedule([practitioner(1, certified=False)], {})
    found = search_slots(request(), plan, Straight(), CLINIC)
    assert found.slots == ()
    assert found.refusals == ("Pat1 Doe is not certified for this service.",)


def test_a_certificate_that_runs_out_is_said_and_not_booked_beyond():
    person = replace(practitioner(1), certifications=(Certification(kind="dn", expires=DAY),))
    days = tuple(DAY + timedelta(days=n) for n in range(3))
    found = search_slots(request(), schedule([person], {}, days=days), Straight(), CLINIC)
    assert {slot.start.date() for slot in found.slots} == {DAY}
    assert found.refusals == ("Pat1 Doe is certified for this service only until Tue, Nov 24.",)


def test_a_full_person_is_named():
    full = schedule([practitioner(1)], {("p1", DAY): [stop(1, 470, 560, place(4, 4))]})
    found = search_slots(request(), full, Straight(), CLINIC)
    assert found.refusals == ("No gap of Pat1 Doe’s takes 45 minutes when the caller can.",)


def test_the_window_told_begins_no_earlier_than_the_caller_can():
    wanted = request(windows=(CallerWindow(earliest=time(14), latest=time(15)),))
    fine = replace(CLINIC, slot_grid_min=5)
    slots = search_slots(wanted, schedule([practitioner(1)], {}), Straight(), fine).slots
    first = min(slots, key=lambda slot: slot.start)
    assert (first.start.time(), first.promise_start.time()) == (time(14), time(14))
    assert first.promise_end.time() == time(14, 15), "a later arrival would end after three"


def test_the_window_told_ends_before_it_would_break_the_next_promise():
    after = stop(1, 720, 45, place(4, 4), (0, 3))
    wanted = request(windows=(CallerWindow(earliest=time(10), latest=time(12)),))
    plan = schedule([practitioner(1)], {("p1", DAY): [after]})
    fine = replace(CLINIC, slot_grid_min=5)
    with pytest.MonkeyPatch.context() as every_start:
        every_start.setattr(slot_search, "APART_MIN", 0)
        slots = search_slots(wanted, plan, Straight(), fine, limit=100).slots
    last = max(slots, key=lambda slot: slot.start)
    assert last.start.time() == time(11, 15)
    assert last.promise_end.time() == time(11, 15)
    assert last.promise_start.time() == time(10, 45)


def test_a_visit_next_door_says_so():
    plan = schedule([practitioner(1)], {("p1", DAY): [stop(1, 600, 45, place(4, 4))]})
    wanted = request(windows=(CallerWindow(earliest=time(10, 45), latest=time(12)),))
    reasons = {s.reason for s in search_slots(wanted, plan, Straight(), CLINIC).slots}
    assert reasons == {"Next to Name1 X.: adds 0 min."}


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


def test_a_closed_day_offers_nothing_and_says_which_it_is():
    closed = {DAY: "Thanksgiving Day"}
    plan = schedule([practitioner(1)], {}, days=(DAY, DAY + timedelta(days=1)), closed=closed)
    found = search_slots(request(), plan, Straight(), CLINIC)
    assert {slot.start.date() for slot in found.slots} == {DAY + timedelta(days=1)}
    wanted = replace(found.slots[0], start=datetime.combine(DAY, time(10)))
    refusal = Planner().refusal(request(), plan, Straight(), CLINIC, wanted)
    assert refusal == "Thanksgiving Day: the clinic is closed."
    laid = Planner().lay_out(practitioner(1), DAY, [], [], Straight(), PROFILE, "Thanksgiving Day")
    assert (laid.closed, laid.hours) == ("Thanksgiving Day", ())


def test_a_closed_day_on_which_somebody_is_off_anyway_is_called_closed():
    plan = schedule([practitioner(1)], {}, closed={DAY: "Truman Day"})
    off = replace(plan, practitioners=(replace(practitioner(1), pattern=NEVER),))
    slot = search_slots(request(), schedule([practitioner(1)], {}), Straight(), CLINIC).slots[0]
    refusal = Planner().refusal(request(), off, Straight(), CLINIC, slot)
    assert refusal == "Truman Day: the clinic is closed."


def test_an_address_across_the_river_needs_that_state_s_licence():
    plan = schedule([practitioner(1)], {})
    slot = search_slots(request(), plan, Straight(), CLINIC).slots[0]
    there = request(state="Illinois")
    found = search_slots(there, plan, Straight(), CLINIC)
    assert (found.slots, found.refusals) == ((), ("Pat1 Doe is not licensed in IL.",))
    assert Planner().refusal(there, plan, Straight(), CLINIC, slot) == found.refusals[0]
    licensed = replace(practitioner(1), licences=(Licence(state="IL", expires=DAY),))
    days = (DAY, DAY + timedelta(days=1))
    found = search_slots(there, schedule([licensed], {}, days=days), Straight(), CLINIC)
    assert {s.start.date() for s in found.slots} == {DAY}
    assert found.refusals == ("Pat1 Doe is licensed in IL only until Tue, Nov 24.",)


@pytest.mark.parametrize(
    ("setup", "parking", "extra"), [(5, 2, 0), (15, 2, 0), (5, 9, 0), (5, 2, 20)]
)
def test_set_up_parking_and_the_address_s_own_minutes_keep_visits_apart(setup, parking, extra):
    """Between two visits lie the whole time at the door and the drive with its parking."""
    profile = replace(PROFILE, parking_min=parking)
    clinic = replace(CLINIC, profile=profile, slot_grid_min=1)
    kind = replace(service(), setup_min=setup)
    there = stop(1, 600, 45, place(4, 4))
    plan = schedule([practitioner(1)], {("p1", DAY): [there]})
    wanted = request(service=kind, place=place(6, 4), door_min=kind.door_min + extra)
    with pytest.MonkeyPatch.context() as every_start:
        every_start.setattr(slot_search, "APART_MIN", 0)
        slots = search_slots(wanted, plan, Straight(), clinic, limit=10_000).slots
    before = max((s for s in slots if s.stop_index == 0), key=lambda s: s.start)
    after = min((s for s in slots if s.stop_index == 1), key=lambda s: s.start)
    door = timedelta(minutes=setup + 35 + 5 + extra)
    assert before.end - before.start == after.end - after.start == door
    for slot, leg in ((before, 1), (after, 1)):
        drive = slot.plan.legs[leg]
        assert drive.gap_left_min == 0
        assert drive.arrive_min - drive.depart_min == drive.drive.minutes
        assert drive.drive.minutes > parking
    gap = there.visit.start - before.end
    assert gap == timedelta(minutes=before.plan.legs[1].drive.minutes)
    none = replace(profile, parking_min=0)
    bare = Planner().lay_out(practitioner(1), DAY, before.plan.stops, [], Straight(), none).legs[1]
    assert before.plan.legs[1].drive.minutes == bare.drive.minutes + parking
