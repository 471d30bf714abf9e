"""Times, dates and distances are written as the clinic's locale has them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.formats import Formats

US = Formats()
DAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("minute", "text"),
    [(0, "12:00 AM"), (8 * 60 + 5, "8:05 AM"), (12 * 60, "12:00 PM"), (14 * 60 + 45, "2:45 PM")],
)
def test_the_us_clock_is_the_default(minute, text):
    assert US.time(minute) == text


def test_a_clinic_can_choose_the_24_hour_clock():
    formats = Formats(clock="24h")
    assert formats.time(14 * 60 + 45) == "14:45"
    assert formats.span(600, 630) == "10:00–10:30"
    assert formats.hour(14 * 60) == "14:00"


def test_am_and_pm_stand_once_where_both_ends_share_them():
    assert US.span(10 * 60, 10 * 60 + 30) == "10:00–10:30 AM"
    assert US.span(11 * 60 + 30, 12 * 60 + 30) == "11:30 AM–12:30 PM"


def test_dates_are_written_month_first():
    assert US.day(DAY) == "Tue, Nov 24"
    assert US.day_with_year(DAY) == "Tue, Nov 24, 2026"
    assert US.short_date(DAY) == "11/24/2026"


def test_the_day_is_said_as_on_the_phone():
    assert US.spoken_day(DAY, DAY) == "today, Tuesday, November 24"
    assert US.spoken_day(DAY, date(2026, 11, 23)) == "tomorrow, Tuesday, November 24"
    assert US.spoken_day(DAY, date(2026, 11, 20)) == "Tuesday, November 24"


def test_distances_are_miles_unless_the_clinic_measures_in_kilometres():
    assert US.distance(9978) == "6.2 mi"
    assert Formats(distance_unit="km").distance(9978) == "10.0 km"


def test_another_locale_rules_every_word():
    german = Formats(locale="de_DE", clock="24h", distance_unit="km")
    assert german.day(DAY) == "Di., 24. Nov."
    assert german.distance(9978) == "10,0 km"
    assert "2026" not in german.spoken_day(DAY, date(2026, 11, 1))


@given(st.integers(0, 24 * 60 - 1))
def test_no_two_minutes_of_a_day_are_written_alike(minute):
    other = (minute + 12 * 60) % (24 * 60)
    assert US.time(minute) != US.time(other)


@pytest.mark.parametrize(
    ("unit", "metres", "words"),
    [
        ("mi", 3, "50 ft"),
        ("mi", 60, "200 ft"),
        ("mi", 161, "0.1 mi"),
        ("mi", 16093.44, "10.0 mi"),
        ("km", 42, "40 m"),
        ("km", 100, "0.1 km"),
    ],
)
def test_a_few_steps_are_said_in_feet_or_metres(unit: str, metres: float, words: str) -> None:
    assert Formats(distance_unit=unit).near_distance(metres) == words
