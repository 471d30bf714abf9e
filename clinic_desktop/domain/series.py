"""Series of visits: every so many weeks, so often or until a date, at one wall-clock time.

A visit of a series carries the number of its turn. The number stays when the series is moved, so
that a visit changed by hand is known again and left as it is.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from clinic_desktop.domain.ids import PatientId, SeriesId
from clinic_desktop.text import _, ngettext

MOST_VISITS: Final = 104
"""Two years of weekly visits: more is a slip of the finger."""
MOST_WEEKS_BETWEEN: Final = 26


class Scope(StrEnum):
    """Which visits of a series a change is meant for."""

    THIS = "this"
    FOLLOWING = "following"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRule:
    """When the visits begin: local wall-clock, so a change of the clock moves none of them.

    Just one of ``count`` (the first one included) and ``until`` (the last date to begin on) is
    given. A closed day is a turn like any other; whether it is skipped is for a person to say.
    """

    first: datetime
    every_weeks: int = 1
    count: int | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        if self.first.tzinfo is not None:
            raise ValueError("a series begins at a local wall-clock time")
        if not 1 <= self.every_weeks <= MOST_WEEKS_BETWEEN:
            raise ValueError("a series comes every week or less often")
        if (self.count is None) == (self.until is None):
            raise ValueError("a series ends after a number of visits or on a date")
        if not 1 <= self.turns <= MOST_VISITS:
            raise ValueError("a series has one visit or more, and not hundreds")

    @property
    def turns(self) -> int:
        """How many visits it has."""
        if self.count is not None:
            return self.count
        assert self.until is not None
        return (self.until - self.first.date()).days // (7 * self.every_weeks) + 1

    @property
    def starts(self) -> tuple[datetime, ...]:
        """When they begin, in order."""
        return tuple(self.start_of(turn) for turn in range(self.turns))

    def start_of(self, turn: int) -> datetime:
        """When the turn begins, 0 the first; turns beyond the end go on in the same step."""
        return self.first + timedelta(weeks=turn * self.every_weeks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A patient's series. ``rule`` holds from the visit numbered ``from_number`` on.

    Visits before it keep the numbers they were given under an earlier rule.
    """

    id: SeriesId
    patient_id: PatientId
    rule: SeriesRule
    from_number: int = 1

    def __post_init__(self) -> None:
        if self.from_number < 1:
            raise ValueError("the visits of a series are numbered from 1 on")

    @property
    def total(self) -> int:
        """How many visits it has, skipped ones too."""
        return self.from_number - 1 + self.rule.turns

    def start_of(self, number: int) -> datetime:
        """When the rule has a visit begin, by its number."""
        return self.rule.start_of(number - self.from_number)


def every_words(weeks: int) -> str:
    """How often, in a word or two."""
    return ngettext("weekly", "every {n} weeks", weeks).format(n=weeks)


def series_words(series: Series, number: int) -> str:
    """A visit's place in its series: "3 of 6, weekly"."""
    return _("{n} of {total}, {every}").format(
        n=number, total=series.total, every=every_words(series.rule.every_weeks)
    )
