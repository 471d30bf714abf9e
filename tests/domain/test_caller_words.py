"""What the caller says about time is understood, or said not to be; it is never guessed."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.caller_words import read_caller_words

TODAY = date(2026, 11, 24)  # a Tuesday
SAMPLE_WORDS = (
    *("mon", "tue", "next", "week", "not", "after", "before", "2", "3p", "9-12"),
    *("12/5", "any", "dec", "5", "today"),
)


def one(text):
    words = read_caller_words(text, TODAY)
    assert words.clear, words
    return words.readings[0]


def test_a_weekday_at_any_time():
    window = one("Tue any time")
    assert window.weekdays == {1}
    assert (window.earliest, window.latest) == (time(0), time(23, 59))


@pytest.mark.parametrize(
    ("text", "earliest"),
    [
        ("Thu after 2", time(14)),
        ("thu after 2:30p", time(14, 30)),
        ("Thu after 9", time(9)),
        ("Thu from 15:00", time(15)),
    ],
)
def test_after_a_time_on_a_weekday(text, earliest):
    window = one(text)
    assert window.weekdays == {3}
    assert window.earliest == earliest


def test_not_fridays_is_an_exclusion():
    window = one("not Fridays")
    assert window.excluded
    assert window.weekdays == {4}
    assert window.text == "not Fri"


def test_next_week_in_the_mornings():
    window = one("next week mornings")
    assert (window.first, window.last) == (date(2026, 11, 30), date(2026, 12, 6))
    assert window.latest == time(12)


def test_before_a_date_leaves_that_date_out():
    assert one("before 12/5").last == date(2026, 12, 4)
    assert one("before dec 5").last == date(2026, 12, 4)
    assert one("by 12/5").last == date(2026, 12, 5)


def test_a_date_that_has_passed_this_year_is_next_years():
    assert one("1/15").first == date(2027, 1, 15)


def test_a_span_of_hours():
    window = one("mon 9-12")
    assert (window.earliest, window.latest) == (time(9), time(12))
    window = one("wed 11-2")
    assert (window.earliest, window.latest) == (time(11), time(14))


@pytest.mark.parametrize("text", ["3", "3p", "3 pm", "at 3"])
def test_three_is_in_the_afternoon(text):
    assert one(text).earliest == time(15)


@pytest.mark.parametrize("text", ["7", "after 7", "fri before 7"])
def test_seven_could_be_morning_or_evening_so_both_are_shown(text):
    words = read_caller_words(text, TODAY)
    assert not words.clear
    assert len(words.readings) == 2


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2-4", (14, 16)),
        ("5-7", (17, 19)),
        ("6-8", (18, 20)),
        ("7-9", (7, 9)),
        ("9-5", (9, 17)),
        ("between 9 and 12", (9, 12)),
        ("9 to 11", (9, 11)),
        ("afternoon after 2", (14, 17)),
        ("tonight", (17, 23)),
    ],
)
def test_a_span_ends_after_it_begins(text, span):
    window = one(text)
    assert (window.earliest.hour, window.latest.hour) == span


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("Tue or Thu after 2", {1, 3}),
        ("mon, wed and fri", {0, 2, 4}),
        ("mon-wed", {0, 1, 2}),
        ("tue through fri", {1, 2, 3, 4}),
    ],
)
def test_weekdays_joined_by_words(text, weekdays):
    assert one(text).weekdays == weekdays


def test_this_friday_and_this_afternoon():
    assert one("this friday").first == one("this friday").last == date(2026, 11, 27)
    assert one("this afternoon").first == TODAY


@pytest.mark.parametrize("text", ["11/25 11/26", "today tomorrow", "mon 9-12 2-4", "3 or 4"])
def test_two_dates_or_times_are_two_chips_not_one_of_them(text):
    words = read_caller_words(text, TODAY)
    assert words.readings == ()
    assert words.not_understood


def test_one_time_leaves_room_for_an_evaluation():
    window = one("thu 3")
    assert window.text == "Thu, 3:00 PM – 4:30 PM"


def test_several_weekdays():
    assert one("mon wed fri afternoons").weekdays == {0, 2, 4}


def test_next_tuesday_on_a_monday_could_be_two_days_so_both_are_shown():
    readings = read_caller_words("next tue", date(2026, 11, 23)).readings
    assert [r.first for r in readings] == [date(2026, 11, 24), date(2026, 12, 1)]


def test_what_is_not_understood_is_named():
    words = read_caller_words("thu whenever", TODAY)
    assert words.readings == ()
    assert words.not_understood == "whenever"


@given(st.text(max_size=40))
def test_no_typed_text_breaks_it(text):
    words = read_caller_words(text, TODAY)
    assert all(r.text for r in words.readings)


@given(
    st.lists(
        st.sampled_from(SAMPLE_WORDS),
        max_size=6,
    )
)
def test_no_mix_of_known_words_breaks_it(words):
    for reading in read_caller_words(" ".join(words), TODAY).readings:
        assert reading.text
