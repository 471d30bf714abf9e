"""Series begin at one wall-clock time, just when the reference library says."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import WEEKLY, rrule
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.ids import PatientId, SeriesId
from clinic_desktop.domain.series import Series, SeriesRule, series_words

ZONE = "America/Chicago"
FIRSTS = st.datetimes(datetime(2026, 1, 1, 6), datetime(2030, 12, 31, 20)).map(
    lambda at: at.replace(hour=6 + at.hour % 14, second=0, microsecond=0)
)
WEEKS = st.integers(1, 8)


@given(FIRSTS, WEEKS, st.integers(1, 60))
def test_by_count_it_is_what_rrule_says_on_the_wall_clock_and_in_utc(first, weeks, count):
    rule = SeriesRule(first=first, every_weeks=weeks, count=count)
    aware = rrule(WEEKLY, dtstart=first.replace(tzinfo=ZoneInfo(ZONE)), interval=weeks, count=count)
    assert [at.replace(tzinfo=ZoneInfo(ZONE)) for at in rule.starts] == list(aware)
    utc = [to_utc(at, ZONE) for at in rule.starts]
    assert utc == [at.astimezone(UTC) for at in aware]
    assert {at.time() for at in rule.starts} == {first.time()}, "no change of the clock moves it"


@given(FIRSTS, WEEKS, st.integers(0, 300))
def test_until_a_date_it_is_what_rrule_says(first, weeks, days):
    until = first.date() + timedelta(days=days)
    rule = SeriesRule(first=first, every_weeks=weeks, until=until)
    end = datetime.combine(until, datetime.max.time())
    assert list(rule.starts) == list(rrule(WEEKLY, dtstart=first, interval=weeks, until=end))


@pytest.mark.parametrize(
    "wrong",
    [
        {"count": 0},
        {"count": 500},
        {"count": 3, "until": date(2027, 1, 1)},
        {},
        {"until": date(2026, 11, 1)},
        {"count": 3, "every_weeks": 0},
        {"count": 3, "first": datetime(2026, 11, 24, 9, tzinfo=UTC)},
    ],
)
def test_a_rule_that_makes_no_sense_cannot_be_made(wrong):
    with pytest.raises(ValueError, match=r"^a series"):
        SeriesRule(**{"first": datetime(2026, 11, 24, 9), **wrong})


def test_a_visits_place_in_its_series_is_said_in_words():
    rule = SeriesRule(first=datetime(2026, 12, 8, 9), every_weeks=1, count=4)
    series = Series(id=SeriesId("s"), patient_id=PatientId("p"), rule=rule, from_number=3)
    assert series.total == 6
    assert series_words(series, 3) == "3 of 6, weekly"
    assert series.start_of(4) == datetime(2026, 12, 15, 9)
    fortnightly = SeriesRule(first=rule.first, every_weeks=2, count=4)
    assert "every 2 weeks" in series_words(
        Series(id=series.id, patient_id=series.patient_id, rule=fortnightly), 1
    )
