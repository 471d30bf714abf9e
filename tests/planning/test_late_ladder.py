"""The running-late ladder equals a simulation of the day, minute by minute."""

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.lateness import LateFrom, LateKind
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.day_layout import lay_out_day
from clinic_desktop.planning.late_ladder import MOST_LATE_MIN
from clinic_desktop.planning.planner import Planner
from tests.planning.brute_force import Reference
from tests.planning.days import (
    DAY,
    PROFILE,
    Straight,
    absences,
    lunches,
    place,
    practitioner,
    stop,
    stops_of_a_day,
)


def lay_out(stops, lunch=None, off=()):
    return lay_out_day(practitioner(lunch=lunch), DAY, stops, off, Straight(), PROFILE)


def late_of(plan, index, since=LateFrom.LEAVING):
    return Planner().lateness(plan, Straight(), PROFILE, index, since)


class Walk:
    """Walks through the day with the plain reference's drives and meals."""

    def __init__(self, plan):
        self.day = Reference(plan.practitioner, DAY, plan.stops, plan.time_off, Straight(), PROFILE)
        self.visits = self.day.visits
        kind, leg, start, self.drive_first = self.day.lunch(self.visits)
        self.lunch_leg = leg if kind == "lunch" else None
        self.lunch_start = start
        rule = plan.practitioner.pattern.lunch
        self.lunch_min = rule.minutes if rule else 0

    def place_before(self, index):
        return self.visits[index - 1].place if index else self.day.practitioner.home

    def door(self, index, minute, *, eaten):
        eats = self.lunch_leg == index
        if eats and not self.drive_first and not eaten:
            minute = self.day.eat(max(minute, self.lunch_start), self.lunch_min)
        minute = self.day.arrive(self.place_before(index), self.visits[index].place, minute)
        if eats and self.drive_first:
            minute = self.day.eat(max(minute, self.lunch_start), self.lunch_min)
        return minute

    def doors(self, index, minute, since):
        found = []
        if since is LateFrom.FINISHING:
            now = minute
        else:
            at = self.door(index, minute, eaten=True) if since is LateFrom.LEAVING else minute
            found.append(at)
            now = max(at, self.visits[index].start) + self.length(index)
        for later in range(index + 1, len(self.visits)):
            at = self.door(later, now, eaten=False)
            found.append(at)
            now = max(at, self.visits[later].start) + self.length(later)
        return found

    def length(self, index):
        return self.visits[index].end - self.visits[index].start


@settings(max_examples=200, deadline=None)
@given(stops_of_a_day(), lunches(), absences(), st.data())
def test_the_doors_reached_late_are_those_of_a_plain_walk_through_the_day(stops, lunch, off, data):
    assume(stops)
    plan = lay_out(stops, lunch, off)
    index = data.draw(st.integers(0, len(stops) - 1))
    since = data.draw(st.sampled_from(LateFrom))
    late = late_of(plan, index, since)
    walk = Walk(plan)
    for minutes in data.draw(st.lists(st.integers(0, MOST_LATE_MIN), min_size=1, max_size=6)):
        doors = walk.doors(index, late.base_min + minutes, since)
        assert list(late.arrivals[minutes]) == doors


@settings(max_examples=150, deadline=None)
@given(stops_of_a_day(), lunches(), absences(), st.data())
def test_leave_by_is_the_last_minute_that_reaches_the_door_at_its_planned_start(
    stops, lunch, off, data
):
    assume(stops)
    plan = lay_out(stops, lunch, off)
    index = data.draw(st.integers(0, len(stops) - 1))
    walk = Walk(plan)
    start = walk.visits[index].start
    by = Planner().leave_by(plan, Straight(), PROFILE)[index]
    assume(by > 0)
    assert walk.door(index, by, eaten=True) <= start
    assert walk.door(index, by + 1, eaten=True) > start
    assert late_of(plan, index).base_min == by


@settings(max_examples=150, deadline=None)
@given(stops_of_a_day(), lunches(), absences(), st.data())
def test_the_ladder_says_of_every_minute_what_the_walk_finds(stops, lunch, off, data):
    assume(stops)
    plan = lay_out(stops, lunch, off)
    index = data.draw(st.integers(0, len(stops) - 1))
    since = data.draw(st.sampled_from(LateFrom))
    late = late_of(plan, index, since)
    walk = Walk(plan)
    first = index + 1 if since is LateFrom.FINISHING else index
    steps = late.steps()
    assert steps[0].from_min == 0
    assert all(a.to_min + 1 == b.from_min for a, b in itertools.pairwise(steps))
    assert all(s.kind is not LateKind.BREAKS or s is steps[-1] for s in steps)
    for step in steps:
        for minutes in {step.from_min, step.to_min}:
            doors = walk.doors(index, late.base_min + minutes, since)
            met = list(zip(walk.visits[first:], doors, strict=True))
            broken = [n for n, (v, at) in enumerate(met, first) if v.promise and at > v.promise[1]]
            waits = [n for n, (v, at) in enumerate(met, first) if at > v.start and n != index]
            if broken:
                assert (step.kind, step.effect.index) == (LateKind.BREAKS, broken[0])
                assert [e.index for e in late.broken(minutes)] == broken
            elif waits:
                assert (step.kind, step.effect.index) == (LateKind.SLIPS, waits[-1])
            else:
                assert (step.kind, step.effect) == (LateKind.HOLDS, None)
    if steps[-1].kind is not LateKind.BREAKS:
        assert steps[-1].to_min == MOST_LATE_MIN


@settings(max_examples=150, deadline=None)
@given(stops_of_a_day(), lunches(), absences(), st.data())
def test_the_ladder_after_a_visit_breaks_one_minute_after_the_slack_that_the_board_shows(
    stops, lunch, off, data
):
    assume(len(stops) > 1)
    plan = lay_out(stops, lunch, off)
    index = data.draw(st.integers(0, len(stops) - 2))
    slack = plan.legs[index + 1].slack_min
    assume(slack is not None and 0 <= slack < MOST_LATE_MIN)
    last = late_of(plan, index, LateFrom.FINISHING).steps()[-1]
    assert (last.kind, last.from_min) == (LateKind.BREAKS, slack + 1)


def test_a_ladder_counted_by_hand():
    # No road between the doors: only the two minutes of parking, and not even those.
    here = place(1, 0)
    plan = lay_out(
        [stop(0, 540, 45, here, (15, 20)), stop(1, 595, 45, here, (15, 15)),
         stop(2, 650, 45, here)]
    )  # fmt: skip
    late = late_of(plan, 0)
    steps = [(s.from_min, s.to_min, s.kind, s.effect and s.effect.index) for s in late.steps()]
    assert steps == [
        (0, 10, LateKind.HOLDS, None),
        (11, 20, LateKind.SLIPS, 1),
        (21, 21, LateKind.BREAKS, 0),
    ]
    assert late.steps()[1].effect.begin_min == 605


@pytest.mark.parametrize("since", list(LateFrom))
def test_the_last_visit_of_a_day_without_promises_breaks_nothing(since):
    plan = lay_out([stop(0, 540, 45, place(3, 3))], LunchRule())
    steps = late_of(plan, 0, since).steps()
    assert [(s.from_min, s.to_min, s.kind) for s in steps] == [(0, MOST_LATE_MIN, LateKind.HOLDS)]
