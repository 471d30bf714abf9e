"""When a practitioner works: wall-clock facts in the clinic's zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from clinic_desktop.domain.ids import PractitionerId, TimeOffId


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class MinuteSpan:
    """A half-open span of minutes after local midnight, ``start_min <= t < end_min``."""

    start_min: int
    end_min: int

    def __post_init__(self) -> None:
        if not 0 <= self.start_min < self.end_min <= 24 * 60:
            raise ValueError("a span of minutes lies within one day and has a length")

    @property
    def minutes(self) -> int:
        """Length in minutes."""
        return self.end_min - self.start_min

    def holds(self, other: "MinuteSpan") -> bool:
        """Whether ``other`` lies inside."""
        return self.start_min <= other.start_min and other.end_min <= self.end_min


@dataclass(frozen=True, slots=True, kw_only=True)
class LunchRule:
    """A break of ``minutes`` that starts and ends inside the window."""

    earliest_min: int = 11 * 60 + 30
    latest_end_min: int = 13 * 60 + 30
    minutes: int = 30


type Week = tuple[tuple[MinuteSpan, ...], ...]
"""The working spans of seven days, Monday first; () is a day off."""

MAX_CYCLE_WEEKS: Final = 8
_DAY_MIN: Final = 24 * 60
_EPOCH_MONDAY: Final = date(2024, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedHours:
    """Other hours from ``first`` to ``last`` (inclusive); no ``hours``: not at work."""

    first: date
    last: date
    hours: tuple[MinuteSpan, ...] = ()
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("dated hours end on or after their first day")

    def covers(self, day: date) -> bool:
        """Whether a date is meant."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPattern:
    """Hours of a cycle of one to eight weeks: ``weekdays[0]`` is Monday; () is a closed day.

    ``weekdays`` is the first week, ``more_weeks`` those after it; ``anchor`` is a Monday on which
    a first week begins (None only where every week is the same). Of ``exceptions`` that cover
    a date the last one counts. Hours run from leaving home to being home again, wall-clock: a
    change of the clock moves none of them.
    """

    weekdays: Week
    lunch: LunchRule | None = LunchRule()
    more_weeks: tuple[Week, ...] = ()
    anchor: date | None = None
    exceptions: tuple[DatedHours, ...] = ()

    def __post_init__(self) -> None:
        if any(len(week) != 7 for week in self.weeks):
            raise ValueError("a pattern has seven weekdays")
        if len(self.weeks) > MAX_CYCLE_WEEKS:
            raise ValueError("a cycle has at most eight weeks")
        if self.more_weeks and self.anchor is None:
            raise ValueError("a cycle of several weeks begins on some Monday")
        if self.anchor is not None and self.anchor.weekday() != 0:
            raise ValueError("a cycle begins on a Monday")

    @property
    def weeks(self) -> tuple[Week, ...]:
        """All weeks of the cycle, in order."""
        return (self.weekdays, *self.more_weeks)

    def week_number(self, day: date) -> int:
        """Which week of the cycle a date lies in, 0 the first."""
        return (day - (self.anchor or _EPOCH_MONDAY)).days // 7 % len(self.weeks)

    def exception_on(self, day: date) -> DatedHours | None:
        """The exception that counts on a date."""
        return next((e for e in reversed(self.exceptions) if e.covers(day)), None)

    def hours_on(self, day: date) -> tuple[MinuteSpan, ...]:
        """The working spans of a date, in order."""
        exception = self.exception_on(day)
        if exception is not None:
            return exception.hours
        return self.weeks[self.week_number(day)][day.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeeklyRepeat:
    """Again every ``every_weeks`` weeks; ``until`` is the last date to begin on, None: for good."""

    every_weeks: int = 1
    until: date | None = None

    def __post_init__(self) -> None:
        if self.every_weeks < 1:
            raise ValueError("a repeat comes every week or less often")


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """An absence, local wall-clock from ``start`` (inclusive) to ``end`` (exclusive).

    With ``repeats``, ``start`` and ``end`` are those of the first time.
    """

    id: TimeOffId
    practitioner_id: PractitionerId
    start: datetime
    end: datetime
    reason: str = ""
    repeats: WeeklyRepeat | None = None

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("time off is local wall-clock time")
        if self.start >= self.end:
            raise ValueError("time off has a length")
        repeats = self.repeats
        if repeats is None:
            return
        if repeats.until is not None and repeats.until < self.start.date():
            raise ValueError("a repeat ends after its first time")
        last_day = (self.end - timedelta(microseconds=1)).date()
        if last_day >= self.start.date() + timedelta(weeks=repeats.every_weeks):
            # One span a date, at most, is what every reader of it counts on.
            raise ValueError("time off that repeats is over before its weekday comes again")

    @property
    def last_end(self) -> datetime | None:
        """When the last time of it ends, None: never."""
        if self.repeats is None:
            return self.end
        if self.repeats.until is None:
            return None
        step = 7 * self.repeats.every_weeks
        times = (self.repeats.until - self.start.date()).days // step
        return self.end + timedelta(days=times * step)

    def covers_part(self, start: datetime, end: datetime) -> bool:
        """Whether a local time from ``start`` to ``end`` (exclusive) lies partly in it."""
        for n in range((end.date() - start.date()).days + 1):
            midnight = datetime.combine(start.date() + timedelta(days=n), time())
            span = self.span_on(midnight.date())
            if (
                span is not None
                and midnight + timedelta(minutes=span.start_min) < end
                and start < midnight + timedelta(minutes=span.end_min)
            ):
                return True
        return False

    def span_on(self, day: date) -> MinuteSpan | None:
        """The part of a date it covers, None if none."""
        midnight = datetime.combine(day, time())
        begin, end = self._near(day)
        start = max(begin, midnight)
        start_min = int((start - midnight).total_seconds() // 60)
        end_min = min(_DAY_MIN, -int(-(end - midnight).total_seconds() // 60))
        if start_min >= _DAY_MIN or end_min <= 0 or start_min >= end_min:
            return None
        return MinuteSpan(start_min=start_min, end_min=end_min)

    def _near(self, day: date) -> tuple[datetime, datetime]:
        """Begin and end of the last time that began by the end of a date, else of the first."""
        if self.repeats is None:
            return self.start, self.end
        until = self.repeats.until
        last = day if until is None else min(day, until)
        step = 7 * self.repeats.every_weeks
        ahead = timedelta(days=max(0, (last - self.start.date()).days) // step * step)
        return self.start + ahead, self.end + ahead


def subtract(spans: tuple[MinuteSpan, ...], cut: MinuteSpan) -> tuple[MinuteSpan, ...]:
    """``spans`` without the minutes of ``cut``, in order."""
    kept: list[MinuteSpan] = []
    for span in spans:
        if span.start_min < min(span.end_min, cut.start_min):
            kept.append(
                MinuteSpan(start_min=span.start_min, end_min=min(span.end_min, cut.start_min))
            )
        if max(span.start_min, cut.end_min) < span.end_min:
            kept.append(
                MinuteSpan(start_min=max(span.start_min, cut.end_min), end_min=span.end_min)
            )
    return tuple(kept)
