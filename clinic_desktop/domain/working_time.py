"""When a practitioner works: wall-clock facts in the clinic's zone."""

from dataclasses import dataclass
from datetime import date, datetime

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


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingPattern:
    """Weekly hours: ``weekdays[0]`` is Monday; () is a closed day.

    Hours run from leaving home to being home again.
    """

    weekdays: tuple[tuple[MinuteSpan, ...], ...]
    lunch: LunchRule | None = LunchRule()

    def __post_init__(self) -> None:
        if len(self.weekdays) != 7:
            raise ValueError("a pattern has seven weekdays")

    def hours_on(self, day: date) -> tuple[MinuteSpan, ...]:
        """The working spans of a date, in order."""
        return self.weekdays[day.weekday()]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOff:
    """An absence, local wall-clock from ``start`` (inclusive) to ``end`` (exclusive)."""

    id: TimeOffId
    practitioner_id: PractitionerId
    start: datetime
    end: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("time off is local wall-clock time")
        if self.start >= self.end:
            raise ValueError("time off has a length")

    def span_on(self, day: date) -> MinuteSpan | None:
        """The part of a date it covers, None if none."""
        start = max(self.start, datetime.combine(day, datetime.min.time()))
        midnight = datetime.combine(day, datetime.min.time())
        start_min = int((start - midnight).total_seconds() // 60)
        end_min = min(24 * 60, -int(-(self.end - midnight).total_seconds() // 60))
        if start_min >= 24 * 60 or end_min <= 0 or start_min >= end_min:
            return None
        return MinuteSpan(start_min=start_min, end_min=end_min)


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
