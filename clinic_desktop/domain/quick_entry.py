"""One line that opens a filled search: ``Nora Kessler Tue after 5, 63104, follow-up``.

Read by commas: a name (perhaps with times behind it), times, a postcode or phone number, and
anything else, which is a service by its name or what it is about. What could mean two things
stays as several readings, as everywhere.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from clinic_desktop.domain.caller_words import CallerWords, read_caller_words

_POSTCODE: Final = re.compile(r"\d{5}(-\d{4})?")
_PHONE: Final = re.compile(r"[\d\s()+.-]{7,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickEntry:
    """What a line says.

    ``who`` is the name and whatever else finds a person: a phone number, a postcode. ``name`` is
    the name alone. ``times`` are read words, in their order; ``about`` is what is left.
    """

    who: str
    name: str
    postcode: str = ""
    phone: str = ""
    times: tuple[CallerWords, ...] = ()
    about: tuple[str, ...] = ()

    @property
    def fills_more(self) -> bool:
        """Whether it says more than who is calling."""
        return bool(self.times or self.about)


def read_quick_entry(text: str, today: date) -> QuickEntry:
    """Take a line apart.

    Args:
        text: what was typed; brackets around the name are allowed.
        today: relative words count from it.
    """
    name, phone, postcode = "", "", ""
    times: list[CallerWords] = []
    about: list[str] = []
    parts = [part.strip() for part in text.split(",")]
    for number, part in enumerate(part for part in parts if part):
        words = read_caller_words(part, today)
        if _POSTCODE.fullmatch(part):
            postcode = part
        elif number == 0:
            name, behind = _name_and_times(part, today)
            times.extend(behind)
        elif words.readings:
            times.append(words)
        elif _PHONE.fullmatch(part):
            phone = part
        else:
            about.append(part)
    who = " ".join(p for p in (name, phone, postcode) if p)
    return QuickEntry(
        who=who, name=name, postcode=postcode, phone=phone, times=tuple(times), about=tuple(about)
    )


def _name_and_times(part: str, today: date) -> tuple[str, list[CallerWords]]:
    """A name and the times said behind it; a name in brackets is all name."""
    bracketed = re.fullmatch(r"\(([^)]*)\)\s*(.*)", part)
    if bracketed:
        words = read_caller_words(bracketed[2], today)
        behind = [words] if words.readings else []
        rest = "" if words.readings else bracketed[2]
        return f"{bracketed[1].strip()} {rest}".strip(), behind
    words = part.split()
    # At least one word is the name; somebody may be called April or May.
    for start in range(1, len(words)):
        read = read_caller_words(" ".join(words[start:]), today)
        if read.readings:
            return " ".join(words[:start]), [read]
    return part, []
