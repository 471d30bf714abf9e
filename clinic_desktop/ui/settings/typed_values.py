"""Dates and times of day as Settings' fields take them."""

from datetime import date

from babel.dates import parse_date
from PySide6.QtCore import QTime
from PySide6.QtWidgets import QTimeEdit

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.kit.spin_text import indent_text

_EXAMPLE = date(2027, 12, 31)


def read_date(text: str, formats: Formats) -> date | None:
    """A date in the order of the clinic's locale or as 2027-12-31; None for nothing typed.

    Raises:
        RuleBroken: it is no date.
    """
    typed = text.strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        pass
    try:
        return parse_date(typed, locale=formats.locale)
    except (ValueError, IndexError, KeyError):
        example = formats.short_date(_EXAMPLE)
        raise RuleBroken(
            _("That is not a date. Type it as {example}.").format(example=example)
        ) from None


def time_edit(minute: int, formats: Formats, spoken: str, name: str) -> QTimeEdit:
    """An editor for a time of day, in the clinic's clock; ``minute`` after midnight."""
    made = QTimeEdit(QTime(minute // 60 % 24, minute % 60))
    made.setDisplayFormat("HH:mm" if formats.clock == "24h" else "h:mm AP")
    made.setAccessibleName(spoken)
    made.setObjectName(name)
    made.setMinimumWidth(100)
    indent_text(made)
    return made


def minute_of(edit: QTimeEdit) -> int:
    """Minutes after midnight."""
    moment = edit.time()
    return moment.hour() * 60 + moment.minute()
