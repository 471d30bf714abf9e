"""Reads what a caller says about time: "Thu after 2", "not Fridays", "next week mornings".

What could mean two things comes back as several readings for a person to choose from; it is never
guessed. Words are those of the US default: month first, a 12-hour clock.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
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
    "tonight": (time(17), time(23, 59)),
    "noon": (time(11, 30), time(13)),
}
_FILLERS: Final = frozenset(
    {
        "any time", "anytime", "any", "any day", "all day", "asap", "first available", "on", "the",
        "in", "every", "each", "at", "around", "about", "only", "free", "&",
    }
)  # fmt: skip
_NAMED_TIMES: Final = {"noon": time(12), "lunch": time(13), "work": time(17), "school": time(15)}
_CLOCK: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(a|am|p|pm)?$")
_SPAN: Final = re.compile(
    r"(\d{1,2}(?::\d{2})?\s*(?:am|pm|a|p)?)\s*(?:-|–|to)\s*(\d{1,2}(?::\d{2})?\s*(?:am|pm|a|p)?)$"
)
_NUMBER_DATE: Final = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{2,4}))?$")
_DAY_SPAN: Final = re.compile(r"([a-z]+)(?:-|–| to | through | thru )([a-z]+)$")
_OFFICE_FROM: Final = 7
_AROUND: Final = timedelta(minutes=90)
"""How long somebody who names one time can: it takes the longest usual visit."""


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
    for size in (4, 3, 2, 1):
        if len(words) < size:
            continue
        made = _narrowed(window, _phrase(window, words[:size], today))
        if made:
            found: list[CallerWindow] = []
            for reading in made:
                readings, rest = _consume(reading, words[size:], today)
                if rest:
                    return [], rest
                found.extend(readings)
            return found, []
    return [], words


def _narrowed(window: CallerWindow, made: list[CallerWindow]) -> list[CallerWindow]:
    """Each reading inside what was understood before; what leaves nothing over is no reading."""
    kept: list[CallerWindow] = []
    for new in made:
        first = max((d for d in (window.first, new.first) if d), default=None)
        last = min((d for d in (window.last, new.last) if d), default=None)
        earliest, latest = max(window.earliest, new.earliest), min(window.latest, new.latest)
        if earliest < latest and (first is None or last is None or first <= last):
            kept.append(replace(new, first=first, last=last, earliest=earliest, latest=latest))
    return kept


def _phrase(window: CallerWindow, words: list[str], today: date) -> list[CallerWindow]:
    """The readings of one phrase, [] if it is none."""
    text = " ".join(words)
    if text in _FILLERS:
        return [window]
    if len(words) > 1 and words[0] in ("or", "and", "&"):
        # Joins weekdays only: "Tue or Thu". Two dates or times are two chips.
        both = window.weekdays and _weekday(words[-1]) is not None and len(words) == 2
        return _single(window, words[1], today) if both else []
    if len(words) > 1 and words[0] == "this" and words[-1] != "week":
        return _this(window, words[1:], today)
    if words[0] == "between" and len(words) == 4 and words[2] == "and":
        span = _SPAN.fullmatch(f"{words[1]}-{words[3]}")
        return _span(window, span) if span else []
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
    if words[0] == "next" and len(words) == 2:
        weekday = _weekday(words[1])
        return [] if weekday is None else _next_weekday(window, weekday, today)
    days = _DAY_SPAN.fullmatch(text)
    if days and len(words) == 3:
        return _weekday_span(window, days)
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
    if word == "tonight":
        window = replace(window, first=today, last=today)
    if word in _PARTS:
        earliest, latest = _PARTS[word]
        return [replace(window, earliest=earliest, latest=latest)]
    weekday = _weekday(word)
    if weekday is not None:
        return [replace(window, weekdays=window.weekdays | {weekday})]
    days = _DAY_SPAN.fullmatch(word)
    if days:
        return _weekday_span(window, days)
    day = _date_of(word, today)
    if day is not None:
        return [replace(window, first=day, last=day)]
    span = _SPAN.fullmatch(word)
    if span:
        return _span(window, span)
    return [replace(window, earliest=at, latest=_around(at)) for at in _clock_readings(word)]


def _weekday(word: str) -> int | None:
    """``Fri``, ``friday`` and ``Fridays`` as 4."""
    return _DAYS.get(word, _DAYS.get(word.removesuffix("s")))


def _weekday_span(window: CallerWindow, found: re.Match[str]) -> list[CallerWindow]:
    """``mon-wed``, ``thu through sat``; past Sunday it is not one stretch of a week."""
    first, last = _weekday(found[1]), _weekday(found[2])
    if first is None or last is None or first > last:
        return []
    return [replace(window, weekdays=window.weekdays | set(range(first, last + 1)))]


def _this(window: CallerWindow, words: list[str], today: date) -> list[CallerWindow]:
    """``this afternoon`` is today's, ``this Friday`` the coming one."""
    if len(words) != 1:
        return []
    weekday = _weekday(words[0])
    if weekday is not None:
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
        return [replace(window, first=day, last=day)]
    if words[0] in _PARTS:
        return _single(replace(window, first=today, last=today), words[0], today)
    return []


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
    """``9-12``, ``11-2``, ``2 to 4``: the first end that comes after the start."""
    starts, ends = _clock_readings(found[1])[:1], _clock_readings(found[2])[:1]
    if not starts or not ends:
        return []
    start, end = starts[0], ends[0]
    bare = found[2].strip().replace(":", "").isdecimal()
    if end <= start and bare and end.hour < 12:
        end = end.replace(hour=end.hour + 12)
    return [replace(window, earliest=start, latest=end)] if start < end else []


def _clock_readings(text: str) -> list[time]:
    """A bare 3 is 3 PM for a home visit and 9 is 9 AM; a bare 7 may be either.

    ``3p`` and ``15:00`` are clear.
    """
    found = _CLOCK.fullmatch(text.strip())
    if not found:
        return [_NAMED_TIMES[text]] if text in _NAMED_TIMES else []
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if minute > 59 or hour > 23 or (half and not 1 <= hour <= 12):
        return []
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    elif 1 <= hour < _OFFICE_FROM:
        hour += 12
    elif hour == _OFFICE_FROM and not text.strip().startswith("0"):
        return [time(hour, minute), time(hour + 12, minute)]
    return [time(hour, minute)]


def _around(at: time) -> time:
    """The end of what a single named time means."""
    end = datetime.combine(date.min, at) + _AROUND
    return end.time() if end.date() == date.min else time(23, 59)


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
