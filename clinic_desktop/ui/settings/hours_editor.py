"""A practitioner's week: hours of each weekday, and lunch."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from PySide6.QtWidgets import QCheckBox, QGridLayout, QSpinBox, QTimeEdit, QWidget

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, WorkingPattern
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import column, label, row, separator
from clinic_desktop.ui.kit.spin_text import indent_text
from clinic_desktop.ui.settings.typed_values import minute_of, time_edit

_MONDAY: Final = date(2026, 11, 23)
_USUAL: Final = MinuteSpan(start_min=8 * 60, end_min=17 * 60)
USUAL_WEEK: Final = WorkingPattern(weekdays=((_USUAL,),) * 5 + ((), ()))


@dataclass(frozen=True, slots=True)
class _Day:
    works: QCheckBox
    begins: QTimeEdit
    ends: QTimeEdit
    spans: tuple[MinuteSpan, ...]


class HoursEditor(QWidget):
    """Hours run from leaving home to being home again."""

    def __init__(self, pattern: WorkingPattern, formats: Formats) -> None:
        super().__init__()
        self._days: list[_Day] = []
        week = QWidget()
        grid = QGridLayout(week)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(3, 1)
        for number, spans in enumerate(pattern.weekdays):
            self._add_day(grid, number, spans, formats)
        lunch = pattern.lunch or LunchRule()
        self._lunch = QCheckBox(_("A lunch break of"))
        self._lunch.setObjectName("lunch")
        self._lunch.setChecked(pattern.lunch is not None)
        self._minutes = QSpinBox()
        self._minutes.setObjectName("lunch_minutes")
        self._minutes.setRange(10, 180)
        self._minutes.setSingleStep(5)
        self._minutes.setValue(lunch.minutes)
        self._minutes.setSuffix(_(" min"))
        indent_text(self._minutes)
        self._minutes.setAccessibleName(_("Minutes of lunch"))
        self._earliest = time_edit(lunch.earliest_min, formats, _("Lunch not before"), "lunch_from")
        self._latest = time_edit(lunch.latest_end_min, formats, _("Lunch over by"), "lunch_to")
        self._lunch.toggled.connect(self._on_lunch_toggled)
        self._on_lunch_toggled(self._lunch.isChecked())
        between = row(label(_("between"), "small"), self._earliest, label(_("and"), "small"),
                      self._latest, 1)  # fmt: skip
        self.setLayout(
            column(
                label(_("Hours run from leaving home to being home again."), "caption", wrap=True),
                week,
                separator(),
                row(self._lunch, self._minutes, 1),
                between,
                spacing=8,
            )
        )

    def pattern(self) -> WorkingPattern:
        """The week as entered.

        Raises:
            RuleBroken: a day ends before it begins, or lunch does not fit its window.
        """
        weekdays = tuple(self._spans(day) for day in self._days)
        lunch: LunchRule | None = None
        if self._lunch.isChecked():
            earliest, latest = minute_of(self._earliest), minute_of(self._latest)
            if latest - earliest < self._minutes.value():
                raise RuleBroken(_("The lunch break does not fit between its two times."))
            lunch = LunchRule(
                earliest_min=earliest, latest_end_min=latest, minutes=self._minutes.value()
            )
        return WorkingPattern(weekdays=weekdays, lunch=lunch)

    def _add_day(
        self, grid: QGridLayout, number: int, spans: tuple[MinuteSpan, ...], formats: Formats
    ) -> None:
        name = formats.weekday(_MONDAY + timedelta(days=number))
        begin = spans[0].start_min if spans else _USUAL.start_min
        end = spans[-1].end_min if spans else _USUAL.end_min
        works = QCheckBox(name)
        works.setObjectName(f"works_{number}")
        works.setAccessibleName(_("Works on {day}").format(day=name))
        works.setChecked(bool(spans))
        begins = time_edit(begin, formats, _("{day} from").format(day=name), f"begins_{number}")
        ends = time_edit(end, formats, _("{day} to").format(day=name), f"ends_{number}")
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

    def _spans(self, day: _Day) -> tuple[MinuteSpan, ...]:
        if not day.works.isChecked():
            return ()
        begin, end = minute_of(day.begins), minute_of(day.ends)
        if begin >= end:
            raise RuleBroken(
                _("{day}: the day has to end after it begins.").format(day=day.works.text())
            )
        if day.spans and (day.spans[0].start_min, day.spans[-1].end_min) == (begin, end):
            # Untouched: pauses within the day stay.
            return day.spans
        return (MinuteSpan(start_min=begin, end_min=end),)

    def _on_lunch_toggled(self, wanted: bool) -> None:
        for part in (self._minutes, self._earliest, self._latest):
            part.setEnabled(wanted)
