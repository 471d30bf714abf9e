"""One week of a practitioner's hours: a line a weekday."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from PySide6.QtWidgets import QCheckBox, QGridLayout, QTimeEdit, QWidget

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.working_time import MinuteSpan, Week
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import label
from clinic_desktop.ui.settings.typed_values import minute_of, time_edit

_MONDAY: Final = date(2026, 11, 23)
USUAL_DAY: Final = MinuteSpan(start_min=8 * 60, end_min=17 * 60)


@dataclass(frozen=True, slots=True)
class _Day:
    works: QCheckBox
    begins: QTimeEdit
    ends: QTimeEdit
    spans: tuple[MinuteSpan, ...]


def spans_of(
    begins: QTimeEdit, ends: QTimeEdit, known: tuple[MinuteSpan, ...], name: str
) -> tuple[MinuteSpan, ...]:
    """The hours two editors say; pauses within known hours stay where neither was touched.

    Raises:
        RuleBroken: the day ends before it begins.
    """
    begin, end = minute_of(begins), minute_of(ends)
    if begin >= end:
        raise RuleBroken(_("{day}: the day has to end after it begins.").format(day=name))
    if known and (known[0].start_min, known[-1].end_min) == (begin, end):
        return known
    return (MinuteSpan(start_min=begin, end_min=end),)


class WeekEditor(QWidget):
    """Seven days; ``prefix`` keeps the object names of several weeks apart."""

    def __init__(self, week: Week, formats: Formats, prefix: str = "", spoken: str = "") -> None:
        super().__init__()
        self._days: list[_Day] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(3, 1)
        for number, spans in enumerate(week):
            self._add_day(grid, number, spans, formats, prefix, spoken)

    def week(self) -> Week:
        """The seven days. Raises ``RuleBroken`` for one that ends before it begins."""
        return tuple(
            spans_of(day.begins, day.ends, day.spans, day.works.text())
            if day.works.isChecked()
            else ()
            for day in self._days
        )

    def week_or(self, fallback: Week) -> Week:
        """The seven days, or the fallback while one of them is not sound."""
        try:
            return self.week()
        except RuleBroken:
            return fallback

    def _add_day(
        self,
        grid: QGridLayout,
        number: int,
        spans: tuple[MinuteSpan, ...],
        formats: Formats,
        prefix: str,
        spoken: str,
    ) -> None:
        name = formats.weekday(_MONDAY + timedelta(days=number))
        said = f"{spoken}, {name}" if spoken else name
        begin = spans[0].start_min if spans else USUAL_DAY.start_min
        end = spans[-1].end_min if spans else USUAL_DAY.end_min
        works = QCheckBox(name)
        works.setObjectName(f"{prefix}works_{number}")
        works.setAccessibleName(_("Works on {day}").format(day=said))
        works.setChecked(bool(spans))
        begins = time_edit(
            begin, formats, _("{day} from").format(day=said), f"{prefix}begins_{number}"
        )
        ends = time_edit(end, formats, _("{day} to").format(day=said), f"{prefix}ends_{number}")
        for place, part in enumerate((works, begins, ends)):
            grid.addWidget(part, number, place)
        for edit in (begins, ends):
            # In the grid by now: a widget without a parent would open as a window.
            edit.setVisible(bool(spans))
            works.toggled.connect(edit.setVisible)
        if len(spans) > 1:
            pauses = ", ".join(formats.span(a.end_min, b.start_min) for a, b in pairwise(spans))
            grid.addWidget(label(_("without {pauses}").format(pauses=pauses), "caption"), number, 3)
        self._days.append(_Day(works, begins, ends, spans))
