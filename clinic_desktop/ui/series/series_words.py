"""What the dialog of a series says of a turn."""

from datetime import datetime

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.series_plan import SeriesItem, SeriesPlan, SeriesStep
from clinic_desktop.text import _, ngettext


def when_words(at: datetime, formats: Formats) -> str:
    """A day and a time."""
    return f"{formats.day(at.date())} {formats.clock_time(at)}"


def verdict_words(item: SeriesItem, formats: Formats) -> str:
    """What becomes of a turn, or why it cannot."""
    if item.problem:
        return item.problem
    before = item.before
    if item.step is SeriesStep.MOVE and before is not None:
        if before.start != item.start:
            return _("moved from {when}").format(when=when_words(before.start, formats))
        return _("another practitioner")
    if item.step is SeriesStep.STAY:
        return _("stays: changed by hand") if item.by_hand else _("stays")
    if item.step is SeriesStep.BOOK and item.window is not None:
        begins, ends = item.window
        window = formats.span(begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute)
        return _("fits; promised {window}").format(window=window)
    return {
        SeriesStep.BOOK: _("fits"),
        SeriesStep.CANCEL: _("cancelled: the series ends before it"),
        SeriesStep.SKIP: _("skipped"),
    }.get(item.step, "")


def save_words(plan: SeriesPlan) -> str:
    """What the button does."""
    booked = plan.steps(SeriesStep.BOOK)
    others = plan.steps(SeriesStep.MOVE) + plan.steps(SeriesStep.CANCEL)
    if booked and not others:
        return ngettext("Book {n} visit", "Book {n} visits", booked).format(n=booked)
    if not booked and not others:
        return _("Save")
    count = booked + others
    if plan.tellings:
        return ngettext("Change {n} visit and call", "Change {n} visits and call", count).format(
            n=count
        )
    return ngettext("Change {n} visit", "Change {n} visits", count).format(n=count)
