"""Week, month and agenda say the same of a day as its board does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.ids import TimeOffId
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.move_rules import MoveVisit
from tests.services.clinic_day import (
    DANA,
    MARCUS,
    NOBODY,
    OFFICE,
    RUTH,
    TODAY,
    TOM,
    at,
    clinic_day,
    visit,
)

SUNDAY = TODAY - timedelta(days=2)


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def test_a_day_of_the_week_is_the_board_of_that_day(day):
    week = day.calendars.week(OFFICE, SUNDAY)
    board = day.board.day(OFFICE, TODAY)
    assert len(week.days) == 7
    for plan in board.plans:
        assert week.plans[plan.practitioner.id, TODAY] == plan
    assert week.conflicts[TODAY] == board.conflicts


def test_a_cancelled_visit_is_in_no_calendar(day):
    day.puts(replace(TOM, state=VisitState.CANCELLED, cancel_reason="ill"))
    week = day.calendars.week(OFFICE, SUNDAY)
    assert TOM.id not in week.details
    assert [d.visit.id for d in day.calendars.agenda(OFFICE, TODAY, TODAY)] == [RUTH.id]
    (found,) = [d for d in day.calendars.month(OFFICE, TODAY).days if d.day == TODAY]
    assert found.count == 1


def test_the_month_begins_with_the_locales_first_weekday_and_shows_it_whole(day):
    for first_weekday in (0, 6):
        board = day.calendars.month(OFFICE, TODAY, first_weekday)
        days = [d.day for d in board.days]
        assert len(days) == 42
        assert days[0].weekday() == first_weekday
        assert date(2026, 11, 1) in days
        assert date(2026, 11, 30) in days


def test_the_load_counts_who_is_there(day):
    (before,) = [d for d in day.calendars.month(OFFICE, TODAY).days if d.day == TODAY]
    day.puts(TimeOff(id=TimeOffId("off"), practitioner_id=MARCUS.id, start=at(0), end=at(23)))
    (after,) = [d for d in day.calendars.month(OFFICE, TODAY).days if d.day == TODAY]
    assert after.load > before.load > 0
    assert not next(d for d in day.calendars.month(OFFICE, TODAY).days if d.day == SUNDAY).open


def test_the_agenda_is_in_order_of_time(day):
    early = visit("gil", at(8, 30), practitioner_id=MARCUS.id)
    day.puts(early)
    found = day.calendars.agenda(OFFICE, TODAY, TODAY + timedelta(days=3))
    assert [d.visit.id for d in found] == [early.id, RUTH.id, TOM.id]


def test_a_move_to_another_day_is_checked_in_the_week_as_in_the_file(day, clock):
    week = day.calendars.week(OFFICE, SUNDAY)
    rules = week.moves(clock)
    for days in (1, 2):
        for who in (DANA.id, MARCUS.id):
            command = MoveVisit(
                visit_id=RUTH.id, start=RUTH.start + timedelta(days=days), practitioner_id=who
            )
            assert day.moves.rules.check(rules, command) == day.moves.check(OFFICE, command)


def test_nobody_without_a_role_sees_a_calendar(day):
    for read in (
        lambda: day.calendars.week(NOBODY, SUNDAY),
        lambda: day.calendars.month(NOBODY, TODAY),
        lambda: day.calendars.agenda(NOBODY, TODAY, TODAY),
    ):
        with pytest.raises(PermissionRefused):
            read()
