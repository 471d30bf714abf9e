"""Hours, time off and what is left of a day."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.ids import PractitionerId, TimeOffId
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff, WorkingPattern, subtract

DAY = date(2026, 11, 24)


def off(start: datetime, end: datetime) -> TimeOff:
    return TimeOff(id=TimeOffId("t"), practitioner_id=PractitionerId("p"), start=start, end=end)


def test_time_off_over_several_days_covers_the_middle_day_whole():
    absence = off(datetime(2026, 11, 23, 14), datetime(2026, 11, 25, 9))
    assert absence.span_on(date(2026, 11, 23)) == MinuteSpan(start_min=14 * 60, end_min=24 * 60)
    assert absence.span_on(DAY) == MinuteSpan(start_min=0, end_min=24 * 60)
    assert absence.span_on(date(2026, 11, 25)) == MinuteSpan(start_min=0, end_min=9 * 60)
    assert absence.span_on(date(2026, 11, 26)) is None
    assert absence.span_on(date(2026, 11, 22)) is None


def test_time_off_that_ends_at_midnight_leaves_the_next_day_free():
    absence = off(datetime(2026, 11, 24, 12), datetime(2026, 11, 25, 0))
    assert absence.span_on(date(2026, 11, 25)) is None


def test_time_off_without_a_length_is_refused():
    with pytest.raises(ValueError, match="length"):
        off(datetime(2026, 11, 24, 12), datetime(2026, 11, 24, 12))


def test_a_pattern_without_seven_days_is_refused():
    with pytest.raises(ValueError, match="seven"):
        WorkingPattern(weekdays=((),) * 6)


spans = st.tuples(st.integers(0, 1438), st.integers(1, 1439)).map(
    lambda pair: MinuteSpan(start_min=min(pair[0], pair[1] - 1), end_min=max(pair[1], pair[0] + 1))
)


@given(st.lists(spans, max_size=4), spans)
def test_what_is_left_after_a_cut_is_just_the_minutes_outside_it(hours, cut):
    def minutes(some):
        return [m for s in some for m in range(s.start_min, s.end_min)]

    left = subtract(tuple(hours), cut)
    gone = set(range(cut.start_min, cut.end_min))
    assert minutes(left) == [m for m in minutes(hours) if m not in gone]
