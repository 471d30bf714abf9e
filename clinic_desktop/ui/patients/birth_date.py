"""Birth dates as people type them, and ages."""

import re
from datetime import date

from babel.dates import get_date_format

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _

_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMBERS = re.compile(r"(\d{1,4})[\s./\-]+(\d{1,2})[\s./\-]+(\d{1,4})")
_EXAMPLE = date(1984, 12, 5)


def age_on(born: date, day: date) -> int:
    """Whole years of age on a day."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def read_birth_date(text: str, formats: Formats, today: date) -> date | None:
    """The date typed in the order of the clinic's locale, None for nothing typed.

    ``1984-12-05`` is read everywhere. A year of two digits is the latest one that is past.

    Raises:
        RuleBroken: it is no date, or none that a living person was born on.
    """
    typed = text.strip()
    if not typed:
        return None
    found = _ISO.fullmatch(typed)
    order = "yMd"
    if found is None:
        found = _NUMBERS.fullmatch(typed)
        order = _order(formats.locale)
    if found is None:
        raise RuleBroken(_unreadable(formats))
    parts = dict(zip(order, found.groups(), strict=True))
    year = int(parts["y"])
    if len(parts["y"]) <= 2:
        year += 2000 if 2000 + year <= today.year else 1900
    try:
        born = date(year, int(parts["M"]), int(parts["d"]))
    except ValueError:
        raise RuleBroken(_unreadable(formats)) from None
    if not date(1890, 1, 1) <= born < today:
        raise RuleBroken(_("The birth date has to lie in the past."))
    return born


def _order(locale: str) -> str:
    """``Mdy`` for ``12/5/1984``, ``dMy`` for ``5.12.1984``."""
    pattern = str(get_date_format("short", locale=locale))
    return "".join(dict.fromkeys(sign for sign in pattern if sign in "yMd"))


def _unreadable(formats: Formats) -> str:
    example = formats.short_date(_EXAMPLE)
    return _("That is not a date. Type it as {example}.").format(example=example)
