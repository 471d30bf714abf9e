"""The board's figures: drives, gap left, lunch, and slack equal to simulation to the minute."""

from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.working_time import LunchRule
from clinic_desktop.planning.day_layout import lay_out_day
from clinic_desktop.planning.drive_clock import DriveClock
from tests.planning.days import DAY, PROFILE, Straight, place, practitioner, stop, stops_of_a_day


def lay_out(stops, lunch=None) -> DayPlan:
    return lay_out_day(practitioner(lunch=lunch), DAY, stops, (), Straight(), PROFILE)


def arrivals(plan: DayPlan, leg_index: int, overrun: int) -> list[tuple[int, int]]:
    """Simulate the day from one leg on, minute by minute: (stop index, arrival)."""
    clock = DriveClock(Straight(), PROFILE)
    places = [plan.practitioner.home, *(s.place for s in plan.stops)]
    if leg_index == 0:
        now = plan.legs[0].depart_min + overrun
        ended = None
    else:
        ended = plan.stops[leg_index - 1].visit.end_min + overrun
        now = ended
    told = []
    for index in range(leg_index, len(plan.stops)):
        if plan.lunch is not None and index > 0:
            before = plan.stops[index - 1].visit.end_min
            inside = before <= plan.lunch.start_min
            inside = inside and plan.lunch.end_min <= plan.stops[index].visit.start_min
            if inside:
                now = max(now + plan.lunch.minutes, plan.lunch.end_min)
        arrive = now + clock.minutes(places[index], places[index + 1], now)
        told.append((index, arrive))
        now = max(arrive, plan.stops[index].visit.start_min) + plan.stops[index].visit.door_min
    return told


def broken(plan: DayPlan, leg_index: int, overrun: int) -> bool:
    return any(
        plan.stops[index].promise is not None and arrive > plan.stops[index].promise.end_min
        for index, arrive in arrivals(plan, leg_index, overrun)
    )


@settings(max_examples=300, deadline=None)
@given(stops_of_a_day(), st.booleans())
def test_slack_is_the_largest_overrun_before_the_first_promise_breaks(stops, with_lunch):
    plan = lay_out(stops, LunchRule() if with_lunch else None)
    for index, leg in enumerate(plan.legs):
        ahead = [s for s in plan.stops[index:] if s.promise is not None]
        if not ahead:
            assert leg.slack_min is None
            continue
        assert leg.slack_min is not None
        if broken(plan, index, 0):
            # Something is broken already; what lies before it has nothing left to break there.
            continue
        assert not broken(plan, index, leg.slack_min)
        assert broken(plan, index, leg.slack_min + 1)


@settings(max_examples=200, deadline=None)
@given(stops_of_a_day())
def test_a_leg_that_cannot_keep_its_promise_has_negative_slack(stops):
    plan = lay_out(stops)
    for index, leg in enumerate(plan.legs[:-1]):
        promise = plan.stops[index].promise
        if promise is not None and leg.arrive_min > promise.end_min:
            assert leg.slack_min is not None
            assert leg.slack_min < 0


@settings(max_examples=200, deadline=None)
@given(stops_of_a_day())
def test_gap_left_is_the_gap_between_two_visits_minus_the_drive(stops):
    plan = lay_out(stops, LunchRule())
    for leg in plan.legs[1:-1]:
        before, after = plan.stops[leg.from_index].visit, plan.stops[leg.to_index].visit
        assert leg.gap_left_min == after.start_min - before.end_min - leg.drive.minutes


@settings(max_examples=200, deadline=None)
@given(stops_of_a_day())
def test_home_is_left_as_late_as_the_first_visit_allows(stops):
    plan = lay_out(stops)
    if not stops:
        assert plan.legs == ()
        return
    first = plan.legs[0]
    assert first.arrive_min <= plan.stops[0].visit.start_min
    later = first.depart_min + 1
    clock = DriveClock(Straight(), PROFILE)
    arrive = later + clock.minutes(plan.practitioner.home, plan.stops[0].place, later)
    assert arrive > plan.stops[0].visit.start_min


@settings(max_examples=300, deadline=None)
@given(stops_of_a_day())
def test_lunch_lies_in_its_window_and_neither_visit_nor_drive_eats_it(stops):
    rule = LunchRule()
    plan = lay_out(stops, rule)
    if plan.lunch is None:
        return
    assert not plan.lunch_missing
    assert plan.lunch.minutes == rule.minutes
    assert rule.earliest_min <= plan.lunch.start_min
    assert plan.lunch.end_min <= rule.latest_end_min
    for s in plan.stops:
        assert s.visit.end_min <= plan.lunch.start_min or plan.lunch.end_min <= s.visit.start_min
    for leg in plan.legs:
        assert leg.arrive_min <= plan.lunch.start_min or plan.lunch.end_min <= leg.depart_min


def test_a_day_with_no_room_for_lunch_says_so():
    packed = [stop(n, 660 + 50 * n, 45, place(0, n)) for n in range(5)]
    assert lay_out(packed, LunchRule()).lunch_missing


def test_a_site_without_a_point_has_no_drive_and_still_stands_on_the_board():
    plan = lay_out([stop(0, 540, 45, None, (15, 15)), stop(1, 640, 45, place(2, 2))])
    assert plan.legs[0].drive is None
    assert plan.legs[1].drive is None
    assert plan.legs[2].drive is not None
    assert plan.legs[1].gap_left_min == 640 - 585


def test_a_drive_that_does_not_fit_is_short_by_minutes():
    plan = lay_out([stop(0, 540, 45, place(0, 0)), stop(1, 590, 45, place(9, 0))])
    assert plan.legs[1].gap_left_min < 0
