"""What a caller says about the visit they have."""

from datetime import datetime

import pytest

from clinic_desktop.domain.relative_words import read_relative

START = datetime(2026, 11, 24, 9, 30)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("an hour earlier", datetime(2026, 11, 24, 8, 30)),
        ("An Hour  Earlier", datetime(2026, 11, 24, 8, 30)),
        ("earlier", datetime(2026, 11, 24, 8, 30)),
        ("30 min later", datetime(2026, 11, 24, 10, 0)),
        ("half an hour later", datetime(2026, 11, 24, 10, 0)),
        ("two hours later", datetime(2026, 11, 24, 11, 30)),
        ("45 minutes sooner", datetime(2026, 11, 24, 8, 45)),
        ("2 h later", datetime(2026, 11, 24, 11, 30)),
        ("a day later", datetime(2026, 11, 25, 9, 30)),
        ("the day before", datetime(2026, 11, 23, 9, 30)),
        ("two weeks later", datetime(2026, 12, 8, 9, 30)),
        ("a week earlier", datetime(2026, 11, 17, 9, 30)),
    ],
)
def test_words_about_the_visit_there_is(words, meant):
    assert read_relative(words, START) == meant


@pytest.mark.parametrize("words", ["Thu after 2", "before 12/5", "tomorrow", "", "an hour", "9-12"])
def test_other_words_are_left_to_the_calendar(words):
    assert read_relative(words, START) is None
