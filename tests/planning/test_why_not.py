"""Why a start cannot be had: the rules agree with the search, the change with brute force."""

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.slot import CallerWindow, SlotRequest
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.domain.why_not import ChangeKind, RuleKind, VisitNeeds
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.planner import Planner
from clinic_desktop.planning.slot_rules import refused
from clinic_desktop.planning.why_not import open_day_of, rule_checks
from tests.planning.brute_change import Changes
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

MIDNIGHT = datetime.combine(DAY, time())
CLINIC = Clinic(name="Gateway", profile=PROFILE)


class At:
    """A start that somebody wants."""

    def __init__(self, who: str, minute: int) -> None:
        self.practitioner_id, self.start = who, MIDNIGHT + timedelta(minutes=minute)


def wanted(where=None, *, door: int = 45, windows=()) -> SlotRequest:
    return SlotRequest(
        service=service(), place=where, door_min=door, windows=windows, not_before=MIDNIGHT
    )


def of(person_id: str, stops):
    """Stops as one person's, with ids of their own."""
    return tuple(
        replace(
            s,
            visit=replace(s.visit, id=f"{person_id}-{s.visit.id}", practitioner_id=person_id),
            promise=s.promise and replace(s.promise, visit_id=f"{person_id}-{s.visit.id}"),
        )
        for s in stops
    )


def schedule_of(people, stops, time_off=()) -> Schedule:
    return Schedule(
        practitioners=tuple(people),
        days=(DAY,),
        stops={(who, DAY): made for who, made in stops.items()},
        time_off=tuple(time_off),
        names={s.visit.id: f"{s.visit.id}." for made in stops.values() for s in made},
    )


def needs_of(schedule):
    return {
        s.visit.id: VisitNeeds(service=service()) for made in schedule.stops.values() for s in made
    }


@settings(max_examples=150, deadline=None)
@given(
    stops=stops_of_a_day(),
    off=absences(),
    lunch=lunches(),
    where=places(),
    minute=st.integers(430, 1060),
    window=st.sampled_from((None, (480, 700), (800, 1000))),
)
def test_a_start_is_refused_just_when_a_rule_does_not_hold(
    stops, off, lunch, where, minute, window
):
    person = practitioner(lunch=lunch)
    schedule = schedule_of([person], {person.id: of(person.id, stops)}, off)
    windows = ()
    if window is not None:
        first, last = (time(m // 60, m % 60) for m in window)
        windows = (CallerWindow(earliest=first, latest=last),)
    request = wanted(where, windows=windows)
    clock = DriveClock(Straight(), PROFILE)
    open_day = open_day_of(request, schedule, person, DAY)
    checks = rule_checks(request, schedule, open_day, minute, clock, Formats())
    refusal = refused(request, open_day, minute, clock) if open_day.spans else "nobody works"
    assert all(check.ok for check in checks) == (refusal == "")
    assert all(bool(check.sentence) != check.ok for check in checks), "what fails says why"


@st.composite
def small_clinics(draw):
    """Two or three people with short mornings and a few visits: brute force can try it all."""
    people, stops = [], {}
    for marker in range(1, draw(st.integers(2, 3)) + 1):
        certified = marker == 1 or draw(st.booleans())
        person = practitioner(marker, start=480, end=780, lunch=None, certified=certified)
        if draw(st.booleans()):
            person = replace(
                person,
                pattern=replace(
                    person.pattern,
                    lunch=LunchRule(earliest_min=600, latest_end_min=720, minutes=30),
                ),
            )
        people.append(person)
        made, minute = [], draw(st.integers(500, 560))
        for n in range(draw(st.integers(0, 3))):
            door = draw(st.sampled_from((40, 45, 70)))
            if minute + door > 760:
                break
            promised = draw(st.one_of(st.none(), st.tuples(st.integers(0, 40), st.integers(0, 50))))
            corner = place(draw(st.integers(0, 5)), draw(st.integers(0, 5)))
            one = stop(n, minute, door, corner, promised)
            if promised and draw(st.booleans()):
                one = replace(one, promise=replace(one.promise, practitioner_id=person.id))
            locks = draw(st.sampled_from(((), (), (Lock.TIME,), (Lock.PRACTITIONER,))))
            state = draw(
                st.sampled_from((VisitState.BOOKED, VisitState.CONFIRMED, VisitState.DONE))
            )
            made.append(replace(one, visit=replace(one.visit, locks=frozenset(locks), state=state)))
            minute += door + draw(st.integers(0, 60))
        stops[person.id] = of(person.id, made)
    return schedule_of(people, stops)


@settings(max_examples=60, deadline=None)
@given(
    schedule=small_clinics(),
    x=st.integers(0, 5),
    y=st.integers(0, 5),
    minute=st.integers(500, 720),
    grid=st.sampled_from((30, 45)),
)
def test_the_smallest_change_is_that_of_brute_force_and_frees_the_start(
    schedule, x, y, minute, grid
):
    clinic = replace(CLINIC, slot_grid_min=grid)
    request, needs = wanted(place(x, y)), needs_of(schedule)
    answer = Planner().why_not(request, schedule, Straight(), clinic, At("p1", minute), needs)
    blocking = {c.kind for c in answer.checks if not c.ok}
    movable = {RuleKind.VISIT, RuleKind.DRIVE_BEFORE, RuleKind.DRIVE_AFTER, RuleKind.LUNCH}
    if not blocking or not blocking <= movable:
        assert answer.change is None
        return
    reference = Changes(request, schedule, Straight(), clinic, needs)
    found = reference.answers("p1", minute)
    if not found:
        assert answer.change is None
        return
    cost, keys = min(found)
    change = answer.change
    assert change is not None
    assert (change.promises_broken, change.calls, change.added_min) == cost[:3]
    assert {
        (c.visit_id, c.practitioner_id, c.start.hour * 60 + c.start.minute, c.door_min)
        for c in change.changes
    } == set(keys)
    applied = apply(schedule, change)
    assert Planner().refusal(request, applied, Straight(), clinic, At("p1", minute)) == ""


def apply(schedule, change):
    """The schedule with the changes made."""
    stops = {key: list(made) for key, made in schedule.stops.items()}
    for one in change.changes:
        before = stops[one.before_id, DAY]
        (old,) = [s for s in before if s.visit.id == one.visit_id]
        before.remove(old)
        visit = replace(
            old.visit,
            start=one.start,
            practitioner_id=one.practitioner_id,
            door_min=one.door_min,
        )
        stops.setdefault((one.practitioner_id, DAY), []).append(replace(old, visit=visit))
    return replace(schedule, stops={key: tuple(made) for key, made in stops.items()})


def two_people(*, promised=(15, 30), locks=frozenset(), person=None):
    """Dana has a visit at 10; Marcus's day is empty."""
    dana, marcus = practitioner(1), practitioner(2)
    one = stop(1, 600, 45, place(1, 1), promised)
    if person is not None:
        one = replace(one, promise=replace(one.promise, practitioner_id=person))
    one = replace(one, visit=replace(one.visit, locks=locks))
    return schedule_of([dana, marcus], {"p1": of("p1", [one]), "p2": ()})


def ask(schedule, minute=600, **changes):
    return Planner().why_not(
        wanted(place(1, 1), **changes), schedule, Straight(), CLINIC, At("p1", minute),
        needs_of(schedule),
    )  # fmt: skip


def test_a_visit_that_may_move_within_its_promise_is_moved_and_nobody_is_called():
    # Promised from 9:45 to 11:15: the hour after the wanted visit is within it.
    answer = ask(two_people(promised=(15, 75)))
    (change,) = answer.change.changes
    assert change.kind is ChangeKind.MOVE
    assert (answer.change.promises_broken, answer.change.calls) == (0, 0)
    assert change.start <= MIDNIGHT + timedelta(minutes=675)


def test_somebody_else_within_the_promised_window_costs_a_call_and_no_promise():
    answer = ask(two_people(promised=(0, 0)))
    (change,) = answer.change.changes
    assert (change.kind, change.practitioner_id) == (ChangeKind.REASSIGN, "p2")
    assert (answer.change.promises_broken, answer.change.calls) == (0, 1)


def test_who_was_promised_by_name_is_a_promise_too():
    answer = ask(two_people(promised=(0, 0), person="p1"))
    assert (answer.change.promises_broken, answer.change.calls) == (1, 1)


def test_a_lock_is_lifted_only_with_a_call():
    answer = ask(two_people(promised=(15, 75), locks=frozenset({Lock.TIME})))
    assert answer.change.calls == 1


def test_every_rule_in_the_way_is_named_with_what_was_promised():
    answer = ask(two_people())
    blocking = [check for check in answer.checks if not check.ok]
    assert [check.kind for check in blocking] == [RuleKind.VISIT]
    assert "is booked 10:00–10:45 AM" in blocking[0].sentence
    assert blocking[0].detail == "Promised 9:45–10:30 AM, told Sun, Nov 1."
    assert {check.kind for check in answer.checks if check.ok} >= {RuleKind.HOURS, RuleKind.LUNCH}


@pytest.mark.parametrize("minute", [300, 1040])
def test_no_change_of_a_visit_makes_somebody_work_outside_their_hours(minute):
    answer = ask(two_people(), minute)
    assert not answer.free
    assert answer.change is None
