"""A practitioner's hours: the weeks of the cycle, lunch, and dates with other hours."""

from datetime import date, timedelta
from typing import Final

from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox, QTabWidget, QWidget

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.working_time import MAX_CYCLE_WEEKS, LunchRule, Week, WorkingPattern
from clinic_desktop.text import _
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, column, label, row, separator
from clinic_desktop.ui.kit.spin_text import indent_text
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.exceptions_editor import ExceptionsEditor
from clinic_desktop.ui.settings.typed_values import minute_of, read_date, time_edit
from clinic_desktop.ui.settings.week_editor import USUAL_DAY, WeekEditor

USUAL_WEEK: Final = WorkingPattern(weekdays=((USUAL_DAY,),) * 5 + ((), ()))


class HoursEditor(QWidget):
    """Hours run from leaving home to being home again."""

    def __init__(self, theme: Theme, pattern: WorkingPattern, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._weeks: list[WeekEditor] = []
        self._count = QSpinBox()
        self._count.setObjectName("cycle_weeks")
        self._count.setRange(1, MAX_CYCLE_WEEKS)
        indent_text(self._count)
        self._anchor = QLineEdit(formats.short_date(pattern.anchor) if pattern.anchor else "")
        self._anchor.setObjectName("cycle_anchor")
        self._anchor_field = Field(
            _("A week 1 begins on"), self._anchor, _("A Monday, past or ahead.")
        )
        self._tabs = QTabWidget()
        self._tabs.setObjectName("cycle_tabs")
        self._tabs.setAccessibleName(_("Weeks of the cycle"))
        self._tabs.setDocumentMode(True)
        self._tabs.tabBar().setDrawBase(False)
        for week in pattern.weeks:
            self._add_week(week)
        self._count.setValue(len(self._weeks))
        self._count.valueChanged.connect(self._on_count_changed)
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
        self._exceptions = ExceptionsEditor(theme, formats, pattern.exceptions)
        between = row(label(_("between"), "small"), self._earliest, label(_("and"), "small"),
                      self._latest, 1)  # fmt: skip
        self.setLayout(
            column(
                label(_("Hours run from leaving home to being home again."), "caption", wrap=True),
                field_row(Field(_("Weeks until they repeat"), self._count), self._anchor_field),
                self._tabs,
                separator(),
                row(self._lunch, self._minutes, 1),
                between,
                separator(),
                label(_("Dates with other hours"), "small"),
                self._exceptions,
                spacing=8,
            )
        )
        self._show_cycle()

    def pattern(self) -> WorkingPattern:
        """The hours as entered.

        Raises:
            RuleBroken: a day ends before it begins, lunch does not fit its window, or a date is
                none or no Monday.
        """
        weeks = [editor.week() for editor in self._weeks[: self._count.value()]]
        return WorkingPattern(
            weekdays=weeks[0],
            lunch=self._lunch_rule(),
            more_weeks=tuple(weeks[1:]),
            anchor=self._first_monday() if len(weeks) > 1 else None,
            exceptions=self._exceptions.exceptions(),
        )

    def _lunch_rule(self) -> LunchRule | None:
        if not self._lunch.isChecked():
            return None
        earliest, latest = minute_of(self._earliest), minute_of(self._latest)
        if latest - earliest < self._minutes.value():
            raise RuleBroken(_("The lunch break does not fit between its two times."))
        return LunchRule(
            earliest_min=earliest, latest_end_min=latest, minutes=self._minutes.value()
        )

    def _first_monday(self) -> date:
        self._anchor_field.set_error("")
        try:
            day = read_date(self._anchor.text(), self._formats)
            if day is None:
                raise RuleBroken(_("Type the Monday on which a week 1 begins."))
            if day.weekday() != 0:
                monday = self._formats.short_date(day - timedelta(days=day.weekday()))
                raise RuleBroken(
                    _("A week 1 begins on a Monday, such as {day}.").format(day=monday)
                )
        except RuleBroken as refusal:
            self._anchor_field.set_error(refusal.sentence)
            raise
        return day

    def _add_week(self, week: Week) -> None:
        number = len(self._weeks)
        title = _("Week {n}").format(n=number + 1)
        editor = WeekEditor(
            week,
            self._formats,
            prefix=f"week{number + 1}_" if number else "",
            spoken=title if number else "",
        )
        self._weeks.append(editor)
        self._tabs.addTab(editor, title)

    def _on_count_changed(self, count: int) -> None:
        while len(self._weeks) < count:
            self._add_week(self._weeks[-1].week_or(USUAL_WEEK.weekdays))
        self._show_cycle()

    def _show_cycle(self) -> None:
        """Weeks beyond the cycle keep what was entered, out of sight, until the dialog closes."""
        count = self._count.value()
        for number in range(self._tabs.count()):
            self._tabs.setTabVisible(number, number < count)
        self._tabs.tabBar().setVisible(count > 1)
        self._anchor_field.setVisible(count > 1)

    def _on_lunch_toggled(self, wanted: bool) -> None:
        for part in (self._minutes, self._earliest, self._latest):
            part.setEnabled(wanted)
