"""Reads what a caller says about time: "Thu after 2", "not Fridays", "next week mornings".

What could mean two things comes back as several readings for a person to choose from; it is never
guessed. Words are those of the US default: month first, a 12-hour clock.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Final

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.text import _

_DAYS: Final = {
    "mon": 0, "monday": 0, "tue": 1, "tues": 1, "tuesday": 1, "wed": 2, "weds": 2,
    "wednesday": 2, "thu": 3, "thur": 3, "thurs": 3, "thursday": 3, "fri": 4, "friday": 4,
    "sat": 5, "saturday": 5, "sun": 6, "sunday": 6,
}  # fmt: skip
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january", "feb february", "mar march", "apr april", "may", "jun june",
            "jul july", "aug august", "sep sept september", "oct october", "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_PARTS: Final = {
    "morning": (time(0), time(12)),
    "mornings": (time(0), time(12)),
    "am": (time(0), time(12)),
    "afternoon": (time(12), time(17)),
    "afternoons": (time(12), time(17)),
    "pm": (time(12), time(23, 59)),
    "evening": (time(17), time(23, 59)),
    "evenings": (time(17), time(23, 59)),
    "noon": (time(11, 30), time(13)),
}
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(a|am|p|pm)?$")
_SPAN: Final = re.compile(
    r"(\d{1,2}(?::\d{2})?\s*(?:am|pm|a|p)?)\s*(?:-|–|to)\s*(\d{1,2}(?::\d{2})?\s*(?:am|pm|a|p)?)$"
)
_NUMBER_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?$")
_OFFICE_FROM: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerWords:
    """What was understood: one reading is clear, several are to be chosen from, none is not."""

    readings: tuple[CallerWindow, ...]
    not_understood: str = ""

    @property
    def clear(self) -> bool:
        """Whether there is just one reading."""
        return len(self.readings) == 1


def read_caller_words(text: str, today: date) -> CallerWords:
    """Read typed words.

    Args:
        text: for example ``Tue any time``, ``not Fridays``, ``before 12/5``, ``mon 9-12``.
        today: relative words count from it.
    """
    plain = re.sub(r"[,.;]+", " ", text.casefold())
    words = re.sub(r"(?<=\d)\s+(am|pm|a|p)\b", r"\1", plain).split()
    if not words:
        return CallerWords(readings=())
    excluded = words[0] in ("not", "no", "never", "except")
    if excluded:
        words = words[1:]
    window = CallerWindow(excluded=excluded)
    readings, rest = _consume(window, words, today)
    if rest:
        return CallerWords(readings=(), not_understood=" ".join(rest))
    named = tuple(replace(r, text=_chip(r, today)) for r in readings)
    return CallerWords(readings=named)


def _consume(
    window: CallerWindow, words: list[str], today: date
) -> tuple[list[CallerWindow], list[str]]:
    """Take words off the front until none fits; several readings fork the window."""
    if not words:
        return [window], []
    for size in (3, 2, 1):
        if len(words) < size:
            continue
        made = _phrase(window, words[:size], today)
        if made:
            found: list[CallerWindow] = []
            for reading in made:
                readings, rest = _consume(reading, words[size:], today)
                if rest:
                    return [], rest
                found.extend(readings)
            return found, []
    return [], words


def _phrase(window: CallerWindow, words: list[str], today: date) -> list[CallerWindow]:
    """The readings of one phrase, [] if it is none."""
    text = " ".join(words)
    if text in ("any time", "anytime", "any", "all day", "on", "the", "in", "every", "at", "or"):
        return [window] if text != "or" else []
    if len(words) == 1:
        return _single(window, words[0], today)
    if words[0] in ("after", "from", "before", "until", "by", "till"):
        return _bounded(window, words[0], " ".join(words[1:]), today)
    if text == "next week":
        monday = today + timedelta(days=7 - today.weekday())
        return [replace(window, first=monday, last=monday + timedelta(days=6))]
    if text == "this week":
        sunday = today + timedelta(days=6 - today.weekday())
        return [replace(window, first=today, last=sunday)]
    if words[0] == "next" and len(words) == 2 and words[1].rstrip("s") in _DAYS:
        return _next_weekday(window, _DAYS[words[1].rstrip("s")], today)
    if len(words) == 2:
        day = _date_of(text, today)
        if day is not None:
            return [replace(window, first=day, last=day)]
    span = _SPAN.fullmatch(text)
    return _span(window, span) if span else []


def _single(window: CallerWindow, word: str, today: date) -> list[CallerWindow]:
    if word == "today":
        return [replace(window, first=today, last=today)]
    if word == "tomorrow":
        day = today + timedelta(days=1)
        return [replace(window, first=day, last=day)]
    if word in ("weekdays", "weekday"):
        return [replace(window, weekdays=frozenset(range(5)))]
    if word in ("weekend", "weekends"):
        return [replace(window, weekdays=frozenset({5, 6}))]
    if word in _PARTS:
        earliest, latest = _PARTS[word]
        return [replace(window, earliest=earliest, latest=latest)]
    name = word[:-1] if word.endswith("s") and word not in _DAYS else word
    if name in _DAYS:
        return [replace(window, weekdays=window.weekdays | {_DAYS[name]})]
    day = _date_of(word, today)
    if day is not None:
        return [replace(window, first=day, last=day)]
    span = _SPAN.fullmatch(word)
    if span:
        return _span(window, span)
    return [replace(window, earliest=at, latest=_plus_hour(at)) for at in _clock_readings(word)]


def _bounded(window: CallerWindow, word: str, rest: str, today: date) -> list[CallerWindow]:
    day = _date_of(rest, today)
    if day is not None:
        if word in ("after",):
            return [replace(window, first=day + timedelta(days=1))]
        if word == "from":
            return [replace(window, first=day)]
        if word == "before":
            return [replace(window, last=day - timedelta(days=1))]
        return [replace(window, last=day)]
    times = _clock_readings(rest)
    if word in ("after", "from"):
        return [replace(window, earliest=at) for at in times]
    return [replace(window, latest=at) for at in times]


def _next_weekday(window: CallerWindow, weekday: int, today: date) -> list[CallerWindow]:
    """The coming one for some people, that of next week for others: both are shown."""
    coming = today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    in_next_week = today + timedelta(days=7 - today.weekday() + weekday)
    days = sorted({coming, in_next_week})
    return [replace(window, first=day, last=day) for day in days]


def _span(window: CallerWindow, found: re.Match[str]) -> list[CallerWindow]:
    ends = _clock_readings(found[2])
    readings: list[CallerWindow] = []
    for end in ends:
        starts = [s for s in _clock_readings(found[1]) if s < end]
        if not starts and _clock_readings(found[1]):
            # "9-12", "11-2": the start is the one before the end.
            raw = _CLOCK.fullmatch(found[1].strip())
            hour = int(raw[1]) % 24 if raw else 0
            starts = [time(hour, int(raw[2] or 0))] if raw and time(hour) < end else []
        if starts:
            readings.append(replace(window, earliest=max(starts), latest=end))
    return readings


def _clock_readings(text: str) -> list[time]:
    """A bare 3 is 3 PM for a home visit and 9 is 9 AM; ``3p`` and ``15:00`` are clear."""
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return [time(12)] if text == "noon" else []
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return []
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif 1 <= hour < _OFFICE_FROM:
        hour += 12
    return [time(hour, minute)]


def _plus_hour(at: time) -> time:
    return time(min(at.hour + 1, 23), at.minute if at.hour < 23 else 59)


def _date_of(text: str, today: date) -> date | None:
    """``12/5``, ``12/5/2026``, ``5 dec``, ``dec 5``: the next such date from today on."""
    found = _NUMBER_DATE.fullmatch(text)
    if found:
        year = int(found[3]) if found[3] else None
        if year is not None and year < 100:
            year += 2000
        return _next_date(int(found[1]), int(found[2]), year, today)
    parts = text.split()
    if len(parts) == 2:
        for month_word, day_word in (parts, parts[::-1]):
            digits = re.sub(r"(st|nd|rd|th)$", "", day_word)
            if month_word in _MONTHS and digits.isdecimal():
                return _next_date(_MONTHS[month_word], int(digits), None, today)
    return None


def _next_date(month: int, day: int, year: int | None, today: date) -> date | None:
    for candidate in (year,) if year else (today.year, today.year + 1):
        try:
            made = date(candidate, month, day)
        except ValueError:
            continue
        if year or made >= today:
            return made
    return None


def _chip(window: CallerWindow, today: date) -> str:
    """The reading in words, for a chip that a person checks at a glance."""
    formats = Formats()
    parts: list[str] = []
    if window.weekdays == frozenset(range(5)):
        parts.append(_("weekdays"))
    elif window.weekdays:
        monday = today - timedelta(days=today.weekday())
        parts.append(
            ", ".join(formats.weekday(monday + timedelta(days=d)) for d in sorted(window.weekdays))
        )
    if window.first and window.first == window.last:
        parts.append(formats.day(window.first))
    elif window.first and window.last:
        parts.append(f"{formats.day(window.first)} – {formats.day(window.last)}")
    elif window.first:
        parts.append(_("from {day}").format(day=formats.day(window.first)))
    elif window.last:
        parts.append(_("until {day}").format(day=formats.day(window.last)))
    early, late = window.earliest != time(0), window.latest < time(23, 59)
    first = formats.time(window.earliest.hour * 60 + window.earliest.minute)
    last = formats.time(window.latest.hour * 60 + window.latest.minute)
    if early and late:
        parts.append(f"{first} – {last}")
    elif early:
        parts.append(_("after {time}").format(time=first))
    elif late:
        parts.append(_("before {time}").format(time=last))
    words = ", ".join(parts) or _("any time")
    return _("not {words}").format(words=words) if window.excluded else words
