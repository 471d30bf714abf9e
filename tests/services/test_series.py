"""Series: each visit is checked against the calendar, conflicts are named first, edits survive."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from clinic_desktop.domain.clinic import Clinic, ClosingRules, OwnClosedDay
from clinic_desktop.domain.errors import NotFound, PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import TimeOffId, VisitId
from clinic_desktop.domain.published_day import DayState
from clinic_desktop.domain.series import Scope, series_words
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import Lock, VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit
from clinic_desktop.services.move_rules import MoveVisit
from clinic_desktop.services.moves import PromisesInTheWay
from clinic_desktop.services.series import CancelSeries
from clinic_desktop.services.series_plan import ChangeSeries, Repeat, SeriesStep
from clinic_desktop.services.visits import SetVisitState
from tests.services.clinic_day import (
    DANA,
    FOLLOW_UP,
    MARCUS,
    NOBODY,
    OFFICE,
    RUTH,
    SINCE,
    TODAY,
    TOM,
    at,
    clinic_day,
    promise,
    visit,
)

WEEK = timedelta(weeks=1)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        # Thanksgiving week is TODAY's; nothing closes on these Tuesdays.
        yield made


def repeat(count: int = 4, **changes: object) -> ChangeSeries:
    made = ChangeSeries(visit_id=TOM.id, repeat=Repeat(count=count))
    return replace(made, **changes)  # type: ignore[arg-type]


def booked(day, count: int = 4, **changes: object):
    """Tom's series as it was booked, by number."""
    day.series.change(OFFICE, repeat(count, **changes))
    return members(day)


def members(day):
    series_id = day.now(TOM.id).series_id
    return {v.series_number: v for v in day.store.reader().visits_of_series(series_id)}


def agreed(day, command: ChangeSeries) -> ChangeSeries:
    """The command, once whoever must be told is known."""
    plan = day.series.plan(OFFICE, command)
    return replace(command, accept_promises=frozenset(t.promise_id for t in plan.tellings))


def test_a_weekly_series_is_one_operation_with_its_promises_and_is_taken_back_whole(day):
    changes = day.series.change(OFFICE, repeat(4))
    assert changes.operation == "Repeat Tom K. weekly, 3 more visits"
    made = members(day)
    assert [made[n].start for n in (1, 2, 3, 4)] == [TOM.start + n * WEEK for n in range(4)]
    told = day.store.reader().promises_for([v.id for v in made.values()])
    window = told[made[3].id]
    assert (window.window_start, window.window_end) == (
        made[3].start - timedelta(minutes=15), made[3].start + timedelta(minutes=15),
    )  # fmt: skip
    detail = day.board.day(OFFICE, made[3].day).details[made[3].id]
    assert detail.series_words == "3 of 4, weekly"
    day.store.undo(OFFICE, SINCE)
    assert day.now(TOM.id) == TOM
    with pytest.raises(NotFound):
        day.now(made[3].id)
    day.store.redo(OFFICE, SINCE)
    assert members(day) == made


def test_every_second_week_until_a_date(day):
    until = TOM.day + 5 * WEEK
    day.series.change(OFFICE, repeat(repeat=Repeat(every_weeks=2, until=until)))
    assert [v.start for v in members(day).values()] == [TOM.start + n * 2 * WEEK for n in range(3)]


def test_the_wall_clock_time_stays_across_the_change_of_the_clock(day):
    made = booked(day, 20)
    assert {v.start.time() for v in made.values()} == {TOM.start.time()}
    assert made[20].start.month == 4, "beyond the Sunday in March"


def test_every_conflict_has_its_sentence_and_times_that_fit_before_anything_is_saved(day):
    in_the_way = visit("gil", TOM.start + WEEK)
    away = TimeOff(
        id=TimeOffId("off"),
        practitioner_id=DANA.id,
        start=at(0, day=TODAY + 2 * WEEK),
        end=at(0, day=TODAY + 2 * WEEK + timedelta(days=1)),
    )
    closed = TODAY + 3 * WEEK
    day.puts(
        in_the_way,
        away,
        Clinic(
            name="Gateway",
            closing=ClosingRules(own=(OwnClosedDay(first=closed, last=closed, name="Moving"),)),
        ),
    )
    plan = day.series.plan(OFFICE, repeat(5))
    second, third, fourth, fifth = plan.items[1:]
    assert second.problem == "Dana has another visit then."
    assert third.problem in ("Dana is away then.", "Nobody works then.")
    assert fourth.problem == "Moving: the clinic is closed."
    assert (fifth.step, fifth.problem) == (SeriesStep.BOOK, "")
    assert second.offers[0].date() == second.wanted.date(), "that day, another time"
    assert third.offers[0].date() != third.wanted.date(), "nothing is left of that day"
    assert all(abs(o.date() - i.wanted.date()) < WEEK for i in plan.open for o in i.offers)
    with pytest.raises(RuleBroken, match="Dana has another visit then"):
        day.series.change(OFFICE, repeat(5))
    assert day.now(TOM.id) == TOM
    assert day.store.undo_name(OFFICE, SINCE) == ""
    choices = {2: second.offers[0], 3: None, 4: fourth.offers[-1]}
    assert day.series.plan(OFFICE, repeat(5, choices=choices)).open == ()
    made = booked(day, 5, choices=choices)
    assert sorted(made) == [1, 2, 4, 5]
    assert (made[2].start, made[2].by_hand) == (second.offers[0], True)
    for found in made.values():
        assert day.board.day(OFFICE, found.day).conflicts == ()


def test_a_drive_that_does_not_fit_is_a_conflict(day):
    far = replace(visit("gil", TOM.start + WEEK + timedelta(minutes=46)))
    day.puts(far)
    plan = day.series.plan(OFFICE, repeat(2))
    assert plan.items[1].problem == "Too little time to get to the visit after."
    fits = plan.items[1].offers[0]
    made = booked(day, 2, choices={2: fits})
    assert day.board.day(OFFICE, made[2].day).conflicts == ()


def test_a_chosen_time_is_checked_as_the_rules_own(day):
    day.puts(visit("gil", TOM.start + WEEK))
    night = repeat(2, choices={2: TOM.start.replace(hour=22) + WEEK})
    assert "hours" in day.series.plan(OFFICE, night).items[1].problem
    with pytest.raises(RuleBroken):
        day.series.change(OFFICE, night)


def test_nobody_is_booked_twice_on_a_day(day):
    day.puts(visit("tom", at(9) + WEEK, id=VisitId("other")))
    item = day.series.plan(OFFICE, repeat(2)).items[1]
    assert item.problem == "Tom K. has another visit that day."
    assert all(offer.date() != item.wanted.date() for offer in item.offers)


def test_this_and_following_move_and_those_before_stay(day):
    before = booked(day)
    command = ChangeSeries(
        visit_id=before[2].id, scope=Scope.FOLLOWING, start=before[2].start + timedelta(hours=1)
    )
    plan = day.series.plan(OFFICE, command)
    assert [t.visit_id for t in plan.tellings] == [before[n].id for n in (2, 3, 4)]
    assert "was promised" in plan.tellings[0].sentence
    with pytest.raises(PromisesInTheWay):
        day.series.change(OFFICE, command)
    assert members(day) == before, "no promise is moved silently"
    changes = day.series.change(OFFICE, agreed(day, command))
    assert changes.operation == "Change the series of Tom K. from Tue, Dec 1 on"
    after = members(day)
    assert after[1].start == before[1].start
    assert [after[n].start - before[n].start for n in (2, 3, 4)] == [timedelta(hours=1)] * 3
    series = day.series.series_of(OFFICE, TOM.id)
    assert (series.total, series_words(series, 2)) == (4, "2 of 4, weekly")
    day.store.undo(OFFICE, SINCE)
    assert members(day) == before


def test_all_move_to_another_weekday_and_person_and_an_edited_one_survives(day):
    before = booked(day)
    own = MoveVisit(
        visit_id=before[3].id, start=before[3].start.replace(hour=10), practitioner_id=DANA.id
    )
    accept = frozenset(b.promise_id for b in day.moves.check(OFFICE, own).broken)
    day.moves.move_visit(OFFICE, replace(own, accept_promises=accept))
    edited = day.now(before[3].id)
    assert edited.by_hand
    command = ChangeSeries(
        visit_id=before[1].id,
        scope=Scope.ALL,
        start=before[1].start + timedelta(days=1),
        practitioner_id=MARCUS.id,
    )
    plan = day.series.plan(OFFICE, command)
    assert [(i.number, i.by_hand) for i in plan.items if i.step is SeriesStep.STAY] == [(3, True)]
    day.series.change(OFFICE, agreed(day, command))
    after = members(day)
    assert after[3] == edited
    for n in (1, 2, 4):
        assert after[n].start == before[n].start + timedelta(days=1)
        assert (after[n].practitioner_id, after[n].by_hand) == (MARCUS.id, False)


def test_a_whole_week_later_takes_the_places_that_the_others_leave(day):
    before = booked(day, 3)
    command = ChangeSeries(visit_id=TOM.id, scope=Scope.ALL, start=TOM.start + WEEK)
    day.series.change(OFFICE, agreed(day, command))
    assert [v.start for v in members(day).values()] == [before[n].start + WEEK for n in (1, 2, 3)]


def test_one_that_is_left_where_it_is_stands_in_the_way_of_another(day):
    booked(day, 3)
    command = ChangeSeries(
        visit_id=TOM.id, scope=Scope.ALL, start=TOM.start + WEEK, choices={2: None}
    )
    plan = day.series.plan(OFFICE, command)
    assert plan.items[0].problem == "Tom K. has another visit that day."


def test_a_locked_visit_of_the_series_says_so_and_can_be_left(day):
    made = booked(day, 3)
    day.puts(replace(made[2], locks=frozenset({Lock.TIME})))
    command = ChangeSeries(visit_id=TOM.id, scope=Scope.ALL, start=TOM.start + timedelta(hours=1))
    (item,) = day.series.plan(OFFICE, command).open
    assert (item.number, item.offers) == (2, ())
    assert "locked" in item.problem
    day.series.change(OFFICE, agreed(day, replace(command, choices={2: None})))
    after = members(day)
    assert (after[2].start, after[2].by_hand) == (made[2].start, True)
    assert after[3].start == made[3].start + timedelta(hours=1)


def test_a_series_is_made_longer_and_shorter(day):
    booked(day, 3)
    longer = repeat(5)
    assert day.series.plan(OFFICE, longer).steps(SeriesStep.BOOK) == 2
    day.series.change(OFFICE, longer)
    assert sorted(members(day)) == [1, 2, 3, 4, 5]
    shorter = repeat(2)
    plan = day.series.plan(OFFICE, shorter)
    assert plan.tellings[0].sentence == (
        "Tom K. was promised 12:45–1:15 PM on Tue, Dec 8; nobody would come."
    )
    day.series.change(OFFICE, agreed(day, shorter))
    states = {n: v.state for n, v in members(day).items()}
    assert [n for n, state in states.items() if state is VisitState.CANCELLED] == [3, 4, 5]


def test_every_other_week_instead_moves_each_by_its_number(day):
    booked(day, 3)
    command = repeat(repeat=Repeat(every_weeks=2, count=3))
    day.series.change(OFFICE, agreed(day, command))
    assert [v.start for v in members(day).values()] == [TOM.start + n * 2 * WEEK for n in range(3)]


def test_a_skipped_visit_is_not_booked_when_the_series_grows(day):
    day.puts(visit("gil", TOM.start + WEEK))
    booked(day, 3, choices={2: None})
    assert sorted(members(day)) == [1, 3]
    day.series.change(OFFICE, repeat(4))
    assert sorted(members(day)) == [1, 3, 4]


def test_this_following_and_all_are_cancelled_with_whoever_must_be_told(day):
    made = booked(day)
    day.visits.set_state(
        OFFICE, SetVisitState(visit_id=made[3].id, state=VisitState.CANCELLED, reason="ill")
    )
    plan = day.series.plan_cancel(OFFICE, made[2].id, Scope.FOLLOWING)
    assert [v.series_number for v in plan.visits] == [2, 4]
    assert len(plan.tellings) == 2
    changes = day.series.cancel(
        OFFICE, CancelSeries(visit_id=made[2].id, scope=Scope.FOLLOWING, reason="well again")
    )
    assert changes.operation == "Cancel 2 visits of Tom K."
    assert day.now(TOM.id).state is VisitState.BOOKED
    assert day.now(made[4].id).cancel_reason == "well again"
    assert day.now(made[3].id).cancel_reason == "ill"
    day.store.undo(OFFICE, SINCE)
    assert day.now(made[4].id) == made[4]
    everything = day.series.plan_cancel(OFFICE, made[2].id, Scope.ALL)
    assert [v.series_number for v in everything.visits] == [1, 2, 4]
    only = day.series.plan_cancel(OFFICE, made[2].id, Scope.THIS)
    assert [v.series_number for v in only.visits] == [2]


def test_a_cancellation_needs_a_reason_and_something_to_cancel(day):
    booked(day, 2)
    with pytest.raises(RuleBroken, match="reason"):
        day.series.cancel(OFFICE, CancelSeries(visit_id=TOM.id, scope=Scope.ALL, reason=" "))
    day.series.cancel(OFFICE, CancelSeries(visit_id=TOM.id, scope=Scope.ALL, reason="x"))
    with pytest.raises(RuleBroken, match="None of these"):
        day.series.cancel(OFFICE, CancelSeries(visit_id=TOM.id, scope=Scope.ALL, reason="x"))


def test_a_closed_day_takes_no_part(day):
    made = booked(day, 3)
    last = made[3].day
    day.publishing.publish(OFFICE, last)
    published = day.store.reader().published_day(last)
    day.puts(replace(published, state=DayState.CLOSED))
    command = ChangeSeries(visit_id=TOM.id, scope=Scope.ALL, start=TOM.start + timedelta(hours=1))
    (item,) = day.series.plan(OFFICE, command).open
    assert item.problem.startswith("Tue, Dec 8 is closed.")


def test_what_makes_no_series_is_refused_with_a_sentence(day):
    with pytest.raises(PermissionRefused):
        day.series.plan(NOBODY, repeat())
    with pytest.raises(RuleBroken, match="before the first visit"):
        day.series.plan(OFFICE, repeat(repeat=Repeat(until=date(2026, 1, 1))))
    with pytest.raises(RuleBroken, match="at most 104"):
        day.series.plan(OFFICE, repeat(repeat=Repeat(until=date(2046, 1, 1))))
    with pytest.raises(RuleBroken, match="not part of a series"):
        day.series.plan(OFFICE, ChangeSeries(visit_id=TOM.id, start=datetime(2026, 12, 1, 9)))
    day.puts(replace(RUTH, state=VisitState.CANCELLED))
    with pytest.raises(RuleBroken, match="does not take place"):
        day.series.plan(OFFICE, repeat(visit_id=RUTH.id))


def test_others_whose_promise_would_break_are_a_conflict_not_a_casualty(day):
    made = booked(day, 2)
    other = visit("gil", made[2].start + timedelta(hours=1, minutes=10))
    day.puts(other, promise(other, before=0, after=0))
    command = ChangeSeries(
        visit_id=TOM.id, scope=Scope.ALL, start=TOM.start + timedelta(minutes=25)
    )
    plan = day.series.plan(OFFICE, command)
    (item,) = plan.open
    assert item.number == 2
    assert item.problem.startswith("Gil M. was promised")
    assert other.id not in {t.visit_id for t in plan.tellings}


def test_a_visit_moved_through_a_call_stays_in_its_series_as_edited(day):
    made = booked(day, 2)
    asked = FindSlots(
        service_id=FOLLOW_UP.id,
        site_id=made[2].site_id,
        practitioner_id=DANA.id,
        windows=(CallerWindow(first=made[2].day + timedelta(days=1)),),
        moving=made[2].id,
    )
    slot = day.board.find_slots(OFFICE, asked).slots[0]
    day.booking.book_visit(
        OFFICE,
        BookVisit(
            patient_id=made[2].patient_id,
            site_id=made[2].site_id,
            service_id=FOLLOW_UP.id,
            slot=slot,
            promise_start=slot.promise_start,
            promise_end=slot.promise_end,
            moving=made[2].id,
        ),
    )
    moved = day.now(made[2].id)
    assert (moved.series_id, moved.series_number, moved.by_hand) == (made[2].series_id, 2, True)
