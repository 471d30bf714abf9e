"""Which column of a list holds what."""

from datetime import date
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QGridLayout, QWidget

from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    DateOrder,
    ImportField,
    PatientTable,
)
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Field, clear_layout, column, label

_SAMPLES: Final = 3
_LONGEST: Final = 46


def field_words(meaning: ImportField) -> str:
    """What a column may hold, as a person says it."""
    return {
        ImportField.EXTERNAL_NUMBER: _("Patient number"),
        ImportField.FULL_NAME: _("Whole name"),
        ImportField.FIRST_NAME: _("First name"),
        ImportField.LAST_NAME: _("Last name"),
        ImportField.PREFERRED_NAME: _("Preferred name"),
        ImportField.PRONOUNS: _("Pronouns"),
        ImportField.BIRTH_DATE: _("Birth date"),
        ImportField.SEX: _("Sex"),
        ImportField.EMAIL: _("Email"),
        ImportField.MOBILE_PHONE: _("Mobile phone"),
        ImportField.HOME_PHONE: _("Home phone"),
        ImportField.WORK_PHONE: _("Work phone"),
        ImportField.PHONE: _("Phone"),
        ImportField.STREET: _("Street"),
        ImportField.STREET_2: _("Unit, second line"),
        ImportField.CITY: _("City"),
        ImportField.STATE: _("State"),
        ImportField.POSTCODE: _("ZIP code"),
        ImportField.GUARDIAN: _("Guardian"),
        ImportField.EMERGENCY_NAME: _("Emergency contact"),
        ImportField.EMERGENCY_PHONE: _("Emergency phone"),
        ImportField.EMERGENCY_RELATIONSHIP: _("Emergency relationship"),
        ImportField.PAYER: _("Payer"),
        ImportField.REFERRAL_SOURCE: _("Referred by"),
        ImportField.MEDICAL_ALERT: _("Medical alert (sealed)"),
        ImportField.ARCHIVED: _("Archived"),
    }[meaning]


def order_words(order: DateOrder) -> str:
    """How dates are written, by an example."""
    day = date(1984, 12, 31)
    return {
        DateOrder.MONTH_DAY_YEAR: _("month first: {m}/{d}/{y}"),
        DateOrder.DAY_MONTH_YEAR: _("day first: {d}/{m}/{y}"),
        DateOrder.YEAR_MONTH_DAY: _("year first: {y}-{m}-{d}"),
    }[order].format(m=day.month, d=day.day, y=day.year)


class MappingEditor(QWidget):
    """A row a column: its heading, what stands in it, what it holds.

    Signals:
        changed(): the mapping was changed.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mapping = ColumnMapping(fields={})
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._order = QComboBox()
        self._order.setObjectName("import_dates")
        self._order.addItem(_("Choose how dates are written"), None)
        for order in DateOrder:
            self._order.addItem(order_words(order), order.value)
        self._order.activated.connect(self._on_order)
        self._dates = Field(_("Dates in this list"), self._order)
        self._dates.hide()
        self.setLayout(column(self._dates, self._grid, spacing=12))

    def show_table(self, table: PatientTable, mapping: ColumnMapping) -> None:
        """Show a list's columns with the mapping found for them."""
        self._mapping = mapping
        clear_layout(self._grid)
        for place, text in enumerate((_("Column"), _("For example"), _("Holds"))):
            self._grid.addWidget(label(text, "small"), 0, place)
        for number, heading in enumerate(table.headers):
            self._add(table, number, heading)
        wanted = mapping.date_order.value if mapping.date_order else None
        self._order.setCurrentIndex(self._order.findData(wanted) if wanted else 0)
        self._show_dates()

    def mapping(self) -> ColumnMapping:
        """The mapping as it is now."""
        return self._mapping

    def _add(self, table: PatientTable, number: int, heading: str) -> None:
        name = heading or _("Column {n}").format(n=number + 1)
        held = QComboBox()
        held.setObjectName(f"import_column{number}")
        held.setAccessibleName(_("{column} holds").format(column=name))
        held.addItem(_("Leave out"), None)
        for meaning in ImportField:
            held.addItem(field_words(meaning), meaning.value)
        now = self._mapping.fields.get(number)
        held.setCurrentIndex(held.findData(now.value) if now else 0)

        def choose(index: int) -> None:
            value = held.itemData(index)
            meaning = ImportField(str(value)) if value is not None else None
            self._mapping = self._mapping.with_column(number, meaning)
            self._show_dates()
            self.changed.emit()

        held.activated.connect(choose)
        values = dict.fromkeys(
            row.cells[number].strip() for row in table.rows if row.cells[number].strip()
        )
        sample = ", ".join(list(values)[:_SAMPLES])
        short = sample if len(sample) <= _LONGEST else sample[: _LONGEST - 1] + "…"
        self._grid.addWidget(label(name), number + 1, 0)
        self._grid.addWidget(label(short, "muted"), number + 1, 1)
        self._grid.addWidget(held, number + 1, 2)

    def _on_order(self, index: int) -> None:
        value = self._order.itemData(index)
        self._mapping = self._mapping.with_dates(DateOrder(str(value)) if value else None)
        self._show_dates()
        self.changed.emit()

    def _show_dates(self) -> None:
        dated = bool(self._mapping.columns_of(ImportField.BIRTH_DATE))
        self._dates.setVisible(dated)
        unclear = dated and self._mapping.date_order is None
        self._dates.set_error(_("3/4/1980 may be in March or April: say which.") if unclear else "")
