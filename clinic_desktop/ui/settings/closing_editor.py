"""Closed days of the whole clinic: public holidays kept or not, and its own."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from babel import Locale
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from clinic_desktop.domain.clinic import ClosingRules, OwnClosedDay
from clinic_desktop.domain.closed_days import holiday_key, holiday_places, public_holidays
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, clear_layout, column, label
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.rows_editor import EditorRow, RowsEditor
from clinic_desktop.ui.settings.typed_values import read_date

_COLUMNS = 2


class _OwnRow(EditorRow):
    def __init__(
        self, theme: Theme, formats: Formats, known: OwnClosedDay | None, number: int
    ) -> None:
        super().__init__()
        n, name = number + 1, f"closed{number}"
        several = known is not None and known.first != known.last
        self.first = QLineEdit(formats.short_date(known.first) if known else "")
        self.first.setPlaceholderText(_("First day"))
        self.first.setAccessibleName(_("Closed days {n}, first day").format(n=n))
        self.last = QLineEdit(formats.short_date(known.last) if known and several else "")
        self.last.setPlaceholderText(_("The same day"))
        self.last.setAccessibleName(_("Closed days {n}, last day").format(n=n))
        self.name = QLineEdit(known.name if known else "")
        self.name.setPlaceholderText(_("Name"))
        self.name.setAccessibleName(_("Closed days {n}, name").format(n=n))
        for edit, part in ((self.first, "first"), (self.last, "last"), (self.name, "name")):
            edit.setObjectName(f"{name}_{part}")
        self.fill(theme, _("Remove closed days {n}").format(n=n), f"{name}_remove",
                  self.first, self.last, self.name)  # fmt: skip

    def closed_day(self, formats: Formats) -> OwnClosedDay | None:
        """The line as entered, None where nothing was."""
        first, last = read_date(self.first.text(), formats), read_date(self.last.text(), formats)
        name = " ".join(self.name.text().split())
        if first is None:
            if last is None and not name:
                return None
            raise RuleBroken(_("Closed days need a first day."))
        if last is not None and last < first:
            raise RuleBroken(_("Closed days have to end on or after their first day."))
        return OwnClosedDay(first=first, last=last or first, name=name or _("Closed"))


class ClosingEditor(QWidget):
    """Country and state, a tick for each holiday on which the clinic closes, own days."""

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self._rules, self._today = ClosingRules(), date(2026, 1, 1)
        self._places = holiday_places()
        self._boxes: dict[str, QCheckBox] = {}
        self._country, self._state = QComboBox(), QComboBox()
        self._country.setObjectName("closing_country")
        self._state.setObjectName("closing_state")
        territories = cast("Mapping[str, str]", Locale.parse(formats.locale).territories)
        named = sorted((territories.get(code, code), code) for code in self._places)
        self._country.addItem(_("No public holidays"), "")
        for name, code in named:
            self._country.addItem(name, code)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._own = RowsEditor(
            _("Add closed days"), "closed_add", "",
            lambda number: _OwnRow(theme, formats, None, number),
        )  # fmt: skip
        self._country.activated.connect(self._on_country_chosen)
        self._state.activated.connect(self._on_state_chosen)
        self.setLayout(
            column(
                field_row(
                    Field(_("Public holidays of"), self._country),
                    Field(_("State"), self._state, _("Also the state of the usual licence.")),
                ),
                label(_("Closed on"), "small"),
                self._grid,
                label(_("Closed days of our own"), "small"),
                self._own,
            )
        )

    def show_rules(self, rules: ClosingRules, today: date) -> None:
        """Show what is kept; each holiday with its next date from ``today`` on."""
        self._rules, self._today = rules, today
        if self._country.findData(rules.country) < 0:
            self._country.addItem(rules.country, rules.country)
        self._country.setCurrentIndex(self._country.findData(rules.country))
        self._fill_states(rules.subdivision)
        self._show_holidays(rules.open_holidays)
        self._own.clear()
        for own in rules.own:
            self._own.add(_OwnRow(self._theme, self._formats, own, self._own.next_number()))

    def rules(self) -> ClosingRules:
        """What was entered. Raises ``RuleBroken`` for what is no date."""
        entered = [line.closed_day(self._formats) for line in self._own.rows]
        # What was switched off for another place stays so, should it come back.
        unseen = self._rules.open_holidays - self._boxes.keys()
        return ClosingRules(
            country=str(self._country.currentData()),
            subdivision=str(self._state.currentData()),
            open_holidays=unseen | self._worked(),
            own=tuple(own for own in entered if own is not None),
        )

    def _worked(self) -> frozenset[str]:
        return frozenset(name for name, box in self._boxes.items() if not box.isChecked())

    def _fill_states(self, chosen: str) -> None:
        self._state.clear()
        self._state.addItem(_("None of its own"), "")
        for code in self._places.get(str(self._country.currentData()), ()):
            self._state.addItem(code, code)
        if self._state.findData(chosen) < 0:
            self._state.addItem(chosen, chosen)
        self._state.setCurrentIndex(self._state.findData(chosen))

    def _on_country_chosen(self) -> None:
        self._fill_states("")
        self._on_state_chosen()

    def _on_state_chosen(self) -> None:
        self._show_holidays(self._rules.open_holidays | self._worked())

    def _show_holidays(self, worked: frozenset[str]) -> None:
        country, state = str(self._country.currentData()), str(self._state.currentData())
        ahead: dict[str, date] = {}
        for year in (self._today.year, self._today.year + 1):
            for holiday in public_holidays(country, state, year):
                if holiday.day >= self._today and holiday_key(holiday.name) == holiday.name:
                    ahead.setdefault(holiday.name, holiday.day)
        clear_layout(self._grid)
        self._boxes = {}
        for number, (name, day) in enumerate(ahead.items()):
            box = QCheckBox(f"{name}, {self._formats.day(day)}")
            box.setObjectName(f"holiday_{name}")
            box.setAccessibleName(_("Closed on {holiday}").format(holiday=name))
            box.setChecked(name not in worked)
            self._boxes[name] = box
            self._grid.addWidget(box, number // _COLUMNS, number % _COLUMNS)
