"""Cycles, dated exceptions and repeats against a naive count, 60 weeks and two clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.ids import PractitionerId, TimeOffId
from clinic_desktop.domain.working_time import (
    DatedHours,
    MinuteSpan,
    TimeOff,
    WeeklyRepeat,
    WorkingPattern,
)

FIRST = date(2026, 9, 7)
DAYS = [FIRST + timedelta(days=n) for n in range(60 * 7)]
CHICAGO = ZoneInfo("America/Chicago")
MONDAYS = st.integers(-20, 80).map(lambda n: FIRST + timedelta(weeks=n))


def span(start: int, end: int) -> MinuteSpan:
    return MinuteSpan(start_min=start, end_min=end)


def hours() -> st.SearchStrategy[tuple[MinuteSpan, ...]]:
    one = st.tuples(st.integers(0, 700), st.integers(701, 1440)).map(lambda p: (span(*p),))
    return st.one_of(st.just(()), one)


weeks = st.tuples(*[hours()] * 7)
dated = st.builds(
    lambda n, length, hours: DatedHours(
        first=DAYS[n], last=DAYS[n] + timedelta(days=length), hours=hours
    ),
    st.integers(0, len(DAYS) - 1),
    st.integers(0, 20),
    hours(),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(weeks, min_size=1, max_size=8), MONDAYS, st.lists(dated, max_size=4))
def test_a_cycle_with_exceptions_equals_counting_the_weeks_one_by_one(cycle, anchor, others):
    pattern = WorkingPattern(
        weekdays=cycle[0], more_weeks=tuple(cycle[1:]), anchor=anchor, exceptions=tuple(others)
    )
    expected = {}
    day, number = anchor, 0
    while day > FIRST:
        day, number = day - timedelta(days=7), (number - 1) % len(cycle)
    while day <= DAYS[-1]:
        for weekday in range(7):
            expected[day + timedelta(days=weekday)] = cycle[number][weekday]
        day, number = day + timedelta(days=7), (number + 1) % len(cycle)
    for other in others:
        inside = other.first
        while inside <= other.last:
            expected[inside] = other.hours
            inside += timedelta(days=1)
    assert [pattern.hours_on(d) for d in DAYS] == [expected[d] for d in DAYS]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 200),
    st.integers(0, 1439),
    st.integers(1, 6 * 1440),
    st.integers(1, 5),
    st.none() | st.integers(0, 300),
)
def test_a_repeat_equals_entering_every_time_of_it_by_hand(begins, minute, length, every, until):
    start = datetime.combine(DAYS[begins], time()) + timedelta(minutes=minute)
    end = start + timedelta(minutes=length)
    last = None if until is None else DAYS[begins] + timedelta(days=until)
    absence = off(start, end, WeeklyRepeat(every_weeks=every, until=last))
    expected = {}
    turn = start
    while turn.date() <= min(last or DAYS[-1], DAYS[-1]):
        once = off(turn, turn + timedelta(minutes=length))
        for n in range(8):
            day = turn.date() + timedelta(days=n)
            if once.span_on(day):
                assert day not in expected
                expected[day] = once.span_on(day)
        turn += timedelta(weeks=every)
    assert [absence.span_on(d) for d in DAYS] == [expected.get(d) for d in DAYS]
    if last is not None:
        assert absence.last_end == turn - timedelta(weeks=every) + timedelta(minutes=length) or (
            last > DAYS[-1]
        )


def off(start: datetime, end: datetime, repeats: WeeklyRepeat | None = None) -> TimeOff:
    return TimeOff(
        id=TimeOffId("t"), practitioner_id=PractitionerId("p"), start=start, end=end,
        repeats=repeats,
    )  # fmt: skip


@pytest.mark.parametrize("change", [date(2026, 11, 1), date(2027, 3, 14)])
def test_a_change_of_the_clock_moves_no_hour_on_the_wall(change):
    """Eight o'clock stays eight o'clock; what it is in UTC follows the zone."""
    pattern = WorkingPattern(
        weekdays=((span(480, 1020),),) * 7, more_weeks=(((),) * 7,), anchor=date(2026, 10, 26)
    )
    assert change.weekday() == 6
    worked = [change + timedelta(days=n) for n in (-14, -13, 0, 1, 14, 15)]
    weekly = off(datetime(2026, 9, 8, 14), datetime(2026, 9, 8, 16), WeeklyRepeat())
    for day in worked:
        monday = day - timedelta(days=day.weekday())
        works = (monday - date(2026, 10, 26)).days % 14 == 0
        assert pattern.hours_on(day) == ((span(480, 1020),) if works else ())
        tuesday = monday + timedelta(days=1)
        assert weekly.span_on(tuesday) == span(14 * 60, 16 * 60)
        assert weekly.span_on(tuesday - timedelta(days=1)) is None
        eight = datetime.combine(day, time(8))
        assert to_utc(eight, "America/Chicago") == eight.replace(tzinfo=CHICAGO).astimezone(UTC)


def test_the_last_exception_that_covers_a_date_counts():
    usual = ((span(480, 1020),),) * 7
    long = DatedHours(first=DAYS[0], last=DAYS[10])
    short = DatedHours(first=DAYS[5], last=DAYS[5], hours=(span(600, 660),), reason="Course")
    pattern = WorkingPattern(weekdays=usual, exceptions=(long, short))
    assert [len(pattern.hours_on(DAYS[n])) for n in (4, 5, 6, 11)] == [0, 1, 0, 1]
    assert pattern.exception_on(DAYS[5]) == short


def test_what_cannot_be_is_refused():
    week = ((),) * 7
    with pytest.raises(ValueError, match="Monday"):
        WorkingPattern(weekdays=week, more_weeks=(week,))
    with pytest.raises(ValueError, match="Monday"):
        WorkingPattern(weekdays=week, anchor=date(2026, 11, 24))
    with pytest.raises(ValueError, match="eight"):
        WorkingPattern(weekdays=week, more_weeks=(week,) * 8, anchor=FIRST)
    with pytest.raises(ValueError, match="first day"):
        DatedHours(first=DAYS[1], last=DAYS[0])
    with pytest.raises(ValueError, match="comes again"):
        off(datetime(2026, 9, 7, 9), datetime(2026, 9, 14, 8), WeeklyRepeat())
    with pytest.raises(ValueError, match="first time"):
        off(datetime(2026, 9, 7, 9), datetime(2026, 9, 7, 10), WeeklyRepeat(until=date(2026, 9, 6)))
    with pytest.raises(ValueError, match="every week"):
        WeeklyRepeat(every_weeks=0)


def test_time_off_that_repeats_stands_in_the_way_of_a_visit_weeks_later():
    weekly = off(datetime(2026, 9, 8, 14), datetime(2026, 9, 8, 16), WeeklyRepeat(every_weeks=2))
    there = datetime(2026, 11, 3, 15, 30)
    assert weekly.covers_part(there, there + timedelta(hours=1))
    assert not weekly.covers_part(there + timedelta(weeks=1), there + timedelta(weeks=1, hours=1))
    assert not weekly.covers_part(datetime(2026, 11, 3, 16), datetime(2026, 11, 3, 17))
