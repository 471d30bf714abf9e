"""What a caller says about a visit they have: "an hour earlier", "30 min later"."""

import re
from datetime import datetime, timedelta
from typing import Final

_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "half": 0.5, "a half": 0.5,
    "half a": 0.5, "half an": 0.5,
}  # fmt: skip
_UNITS: Final = {"hour": 60, "hr": 60, "h": 60, "minute": 1, "min": 1, "m": 1}
_SHIFT: Final = re.compile(
    r"(?:(half an?|an?|one|two|three|four|half|\d{1,3})\s*"
    r"(hours?|hrs?|h|minutes?|mins?|m)\s+)?(earlier|later|sooner|before|after)$"
)
_DAYS: Final = re.compile(
    r"(?:(the|an?|one|two|three|\d{1,2})\s+)?(days?|weeks?)\s+(earlier|later|before|after|sooner)$"
)
_EARLIER: Final = frozenset({"earlier", "sooner", "before"})
_UNSAID_MIN: Final = 60


def read_relative(text: str, start: datetime) -> datetime | None:
    """The start that is meant, None where the words are not about the visit there is.

    Args:
        text: as typed, for example ``an hour earlier``. A bare ``earlier`` means an hour.
        start: the visit's planned start, local wall-clock.
    """
    words = " ".join(text.casefold().split())
    found = _DAYS.fullmatch(words)
    if found:
        count = _count(found[1]) or 1
        days = count * (7 if found[2].startswith("week") else 1)
        return start + timedelta(days=-days if found[3] in _EARLIER else days)
    found = _SHIFT.fullmatch(words)
    if found:
        minutes: float = _UNSAID_MIN
        if found[1]:
            unit = found[2].rstrip("s")
            minutes = (_count(found[1]) or 0) * _UNITS.get(unit, _UNITS.get(found[2], 1))
        shift = timedelta(minutes=minutes)
        return start - shift if found[3] in _EARLIER else start + shift
    return None


def _count(word: str | None) -> float | None:
    if not word or word == "the":
        return None
    return float(word) if word.isdecimal() else _NUMBERS.get(word)
