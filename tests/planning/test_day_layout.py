"""The board's figures: drives, gap left, lunch, and slack equal to simulation to the minute."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.day_layout import lay_out_day
from clinic_desktop.planning.planner import Planner
from tests.planning.brute_force import Planned, Reference
from tests.planning.days import (
    DAY,
    PROFILE,
    Straight,
    absence,
    absences,
    lunches,
    place,
    practitioner,
    stop,
    stops_of_a_day,
)


def lay_out(stops, lunch=None, off=()) -> DayPlan:
    return lay_out_day(practitioner(lunch=lunch), DAY, stops, off, Straight(), PROFILE)


def simulated(plan: DayPlan) -> Reference:
    return Reference(plan.practitioner, DAY, plan.stops, plan.time_off, Straight(), PROFILE)


@settings(max_examples=250, deadline=None)
@given(stops_of_a_day(), lunches(), absences())
def test_slack_is_the_largest_overrun_that_breaks_no_promise_ahead(stops, lunch, off):
    plan = lay_out(stops, lunch, off)
    day = simulated(plan)
    assert [leg.slack_min for leg in plan.legs] == day.slacks(day.visits)


@settings(max_examples=150, deadline=None)
@given(stops_of_a_day(), lunches(), absences())
def test_every_drive_begins_as_late_from_home_and_as_soon_after_a_visit_as_it_may(
    stops, lunch, off
):
    plan = lay_out(stops, lunch, off)
    day = simulated(plan)
    kind, lunch_leg, lunch_start, drive_first = day.lunch(day.visits)
    assert plan.lunch_missing == (kind == "missing")
    assert (plan.lunch.start_min if plan.lunch else None) == lunch_start
    home = plan.practitioner.home
    for index, leg in enumerate(plan.legs):
        start = day.visits[index - 1].place if index else home
        end = day.visits[index].place if index < len(day.visits) else home
        if index == 0:
            ready = day.last_ready(start, end, day.visits[0].start)
        elif lunch_leg == index and not drive_first:
            ready = lunch_start + plan.lunch.minutes
        else:
            ready = day.visits[index - 1].end
        assert leg.depart_min == day.leave(start, end, ready)
        assert leg.arrive_min == leg.depart_min + day.minutes(start, end, leg.depart_min)


@settings(max_examples=150, deadline=None)
@given(stops_of_a_day(), lunches(), absences())
def test_gap_left_is_the_gap_between_two_visits_minus_the_drive(stops, lunch, off):
    plan = lay_out(stops, lunch, off)
    for leg in plan.legs[1:-1]:
        before, after = plan.stops[leg.from_index].visit, plan.stops[leg.to_index].visit
        drive = leg.drive.minutes if leg.drive else 0
        assert leg.gap_left_min == after.start_min - before.end_min - drive


@settings(max_examples=250, deadline=None)
@given(stops_of_a_day(), absences())
def test_lunch_lies_in_its_window_and_neither_visit_nor_drive_nor_absence_eats_it(stops, off):
    rule = LunchRule()
    plan = lay_out(stops, rule, off)
    if plan.lunch is None:
        return
    assert not plan.lunch_missing
    assert plan.lunch.minutes == rule.minutes
    assert rule.earliest_min <= plan.lunch.start_min
    assert plan.lunch.end_min <= rule.latest_end_min
    taken = [(s.visit.start_min, s.visit.end_min) for s in plan.stops]
    taken += [(leg.depart_min, leg.arrive_min) for leg in plan.legs]
    taken += [(span.start_min, span.end_min) for t in off if (span := t.span_on(DAY))]
    for start, end in taken:
        assert end <= plan.lunch.start_min or plan.lunch.end_min <= start


@settings(max_examples=100, deadline=None)
@given(stops_of_a_day(), st.integers(0, 60))
def test_visits_begin_late_after_drives_that_are_too_long(stops, squeeze):
    if len(stops) > 1:
        moved = replace(stops[0].visit, door_min=stops[0].visit.door_min + squeeze)
        stops = [replace(stops[0], visit=moved), *stops[1:]]
    plan = lay_out(stops)
    day = simulated(plan)
    begins = Planner().arrivals(plan, Straight(), PROFILE)
    now, where = 0, plan.practitioner.home
    for index, (visit, begin) in enumerate(zip(day.visits, begins, strict=True)):
        at = day.arrive(where, visit.place, now) if index else visit.start
        assert begin == max(visit.start, at)
        now, where = begin + visit.end - visit.start, visit.place


def test_a_day_with_no_room_for_lunch_says_so():
    packed = [stop(n, 660 + 50 * n, 45, place(0, n)) for n in range(5)]
    assert lay_out(packed, LunchRule()).lunch_missing


def test_lunch_comes_after_the_drive_where_it_would_not_fit_before_it():
    plan = lay_out(
        [stop(0, 560, 45, place(0, 0)), stop(1, 725, 75, place(9, 9))], LunchRule(minutes=30)
    )
    assert plan.lunch is not None
    assert plan.lunch.start_min >= plan.legs[1].arrive_min
    assert plan.lunch.end_min <= 725


def test_an_absence_over_noon_needs_no_lunch_and_is_not_driven_through():
    plan = lay_out(
        [stop(0, 600, 45, place(0, 0)), stop(1, 800, 45, place(3, 3))],
        LunchRule(),
        [absence("p1", 650, 760)],
    )
    assert plan.lunch is None
    assert not plan.lunch_missing
    assert plan.legs[1].depart_min >= 760


def test_a_site_without_a_point_has_no_drive_and_still_stands_on_the_board():
    plan = lay_out([stop(0, 540, 45, None, (15, 15)), stop(1, 640, 45, place(2, 2))])
    assert plan.legs[0].drive is None
    assert plan.legs[1].drive is None
    assert plan.legs[2].drive is not None
    assert plan.legs[1].gap_left_min == 640 - 585


def test_a_drive_that_does_not_fit_is_short_by_minutes():
    plan = lay_out([stop(0, 540, 45, place(0, 0)), stop(1, 590, 45, place(9, 0))])
    assert plan.legs[1].gap_left_min < 0


def test_a_promise_that_is_broken_already_shows_by_how_much_from_the_morning_on():
    plan = lay_out(
        [stop(0, 540, 45, place(0, 0), (30, 30)), stop(1, 590, 45, place(9, 0), (10, 0))]
    )
    late = plan.legs[1].arrive_min - 590
    assert [leg.slack_min for leg in plan.legs] == [-late, -late, None]


def test_the_reference_itself_finds_a_slack_counted_by_hand():
    # Home to the first door and on to the second take 2 minutes of parking and no road each.
    here = practitioner().home
    day = Reference(practitioner(), DAY, [], [], Straight(), PROFILE)
    visits = [
        Planned(place=here, start=540, end=585, promise=(525, 555)),
        Planned(place=here, start=600, end=645, promise=(585, 615)),
    ]
    assert day.slacks(visits) == [15, 30, None]
