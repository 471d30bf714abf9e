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
