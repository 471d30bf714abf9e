"""Settings > Clinic: name, how things are written, auto-lock, drive factors."""

from dataclasses import replace
from typing import Final

from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QGridLayout, QLineEdit, QSpinBox, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError, RuleBroken
from clinic_desktop.domain.travel import ASSUMED_PROFILE, DriveProfile
from clinic_desktop.services.clinic_settings import save_clinic
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.first_run.steps import LOCALES, locale_words
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import (
    Field,
    Segments,
    button,
    clear_layout,
    column,
    label,
    row,
    separator,
    set_role,
)
from clinic_desktop.ui.kit.spin_text import indent_text
from clinic_desktop.ui.settings.closing_editor import ClosingEditor

_CLOCKS: Final = ("12h", "24h")
_UNITS: Final = ("mi", "km")


class ClinicView(QWidget):
    """Kept with Save; what is written how follows at the next log-in."""

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._clinic: Clinic | None = None
        self._name, self._phone = QLineEdit(), QLineEdit()
        self._name.setObjectName("clinic_name")
        self._phone.setObjectName("clinic_phone")
        self._locale = QComboBox()
        self._locale.setObjectName("clinic_locale")
        for locale in LOCALES:
            self._locale.addItem(locale_words(locale), locale)
        self._clock = Segments((_("2:45 PM"), _("14:45")), _("Clock"))
        self._unit = Segments((_("Miles"), _("Kilometers")), _("Distances"))
        self._lock = QSpinBox()
        self._lock.setObjectName("clinic_lock")
        self._lock.setRange(1, 120)
        self._lock.setSuffix(_(" min"))
        self._parking = QSpinBox()
        self._parking.setObjectName("clinic_parking")
        self._parking.setRange(0, 30)
        self._parking.setSuffix(_(" min"))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(3, 1)
        self._factors: list[tuple[QDoubleSpinBox, QDoubleSpinBox]] = []
        self._closing = ClosingEditor(context.theme, context.formats)
        self._assumed = label(_("Assumption"), "pill-warn", name="clinic_assumed")
        self._told = label("", "error", wrap=True, name="clinic_told")
        self._told.hide()
        self._name_field = Field(_("Name of the clinic"), self._name)
        self._save = button(_("Save"), kind="primary", name="clinic_save", on_click=self._on_save)
        self.setLayout(
            column(
                row(label(_("Clinic"), "title"), 1, self._save),
                self._told,
                field_row(self._name_field, Field(_("Phone"), self._phone)),
                row(
                    Field(_("Dates and numbers as in"), self._locale),
                    column(label(_("Clock"), "small"), self._clock, 1, spacing=4),
                    column(label(_("Distances"), "small"), self._unit, 1, spacing=4),
                    1,
                    spacing=16,
                ),
                row(Field(_("Locks by itself after"), self._lock), 1),
                separator(),
                label(_("Closed days"), "strong"),
                self._closing,
                separator(),
                row(label(_("Drive times by part of day"), "strong"), self._assumed, 1),
                label(
                    _(
                        "An extract carries no traffic. Drives take this many times as long; "
                        "change a factor once you know better."
                    ),
                    "caption",
                    wrap=True,
                ),
                self._grid,
                row(Field(_("Parking, added to every drive"), self._parking), 1),
                1,
                spacing=12,
            )
        )

    def reload(self) -> None:
        """Read the settings anew."""
        store = self._context.services.store
        self._context.operations.read(
            self, lambda: store.reader().clinic(), self._show, on_error=self._show_error
        )

    def _show(self, clinic: Clinic) -> None:
        if clinic == self._clinic:
            # Read once more while somebody types: what is typed stays.
            return
        self._clinic = clinic
        self._name.setText(clinic.name)
        self._phone.setText(clinic.phone)
        if self._locale.findData(clinic.locale) < 0:
            self._locale.addItem(locale_words(clinic.locale), clinic.locale)
        self._locale.setCurrentIndex(self._locale.findData(clinic.locale))
        self._clock.set_index(_CLOCKS.index(clinic.clock))
        self._unit.set_index(_UNITS.index(clinic.distance_unit))
        self._lock.setValue(clinic.auto_lock_min)
        self._parking.setValue(clinic.profile.parking_min)
        self._assumed.setVisible(clinic.profile == ASSUMED_PROFILE)
        self._closing.show_rules(clinic.closing, local_now(self._context.clock, clinic.zone).date())
        self._show_factors(clinic.profile)

    def _show_factors(self, profile: DriveProfile) -> None:
        clear_layout(self._grid)
        self._factors = []
        for place, text in enumerate((_("From"), _("Streets"), _("Freeways"))):
            self._grid.addWidget(label(text, "small"), 0, place)
        for number, part in enumerate(profile.parts):
            time = self._context.formats.time(part.start_min)
            street = _factor(part.street_factor, _("Streets from {time}").format(time=time))
            street.setObjectName(f"factor{number}_street")
            freeway = _factor(part.motorway_factor, _("Freeways from {time}").format(time=time))
            freeway.setObjectName(f"factor{number}_freeway")
            self._grid.addWidget(label(time), number + 1, 0)
            self._grid.addWidget(street, number + 1, 1)
            self._grid.addWidget(freeway, number + 1, 2)
            self._factors.append((street, freeway))

    def _on_save(self) -> None:
        clinic = self._clinic
        if clinic is None:
            return
        named = bool(self._name.text().strip())
        self._name_field.set_error("" if named else _("The clinic needs a name."))
        if not named:
            self._name.setFocus()
            return
        store, session = self._context.services.store, self._context.session
        try:
            entered = self._entered(clinic)
        except RuleBroken as refusal:
            self._show_error(refusal)
            return

        def work() -> Changes:
            # The folder of the backups is set elsewhere, perhaps meanwhile.
            folder = store.reader().clinic().backup_folder
            return save_clinic(store, session, replace(entered, backup_folder=folder))

        def done(_changes: Changes) -> None:
            self._tell(_("Saved. It shows everywhere after the next log-in."), error=False)
            self.reload()

        self._tell("")
        self._context.operations.write(self, work, on_done=done, on_error=self._show_error)

    def _entered(self, clinic: Clinic) -> Clinic:
        parts = tuple(
            replace(part, street_factor=street.value(), motorway_factor=freeway.value())
            for part, (street, freeway) in zip(clinic.profile.parts, self._factors, strict=True)
        )
        return replace(
            clinic,
            name=self._name.text(),
            phone=self._phone.text(),
            locale=str(self._locale.currentData()),
            clock=_CLOCKS[self._clock.index()],
            distance_unit=_UNITS[self._unit.index()],
            auto_lock_min=self._lock.value(),
            profile=DriveProfile(parts=parts, parking_min=self._parking.value()),
            closing=self._closing.rules(),
        )

    def _show_error(self, error: ClinicError) -> None:
        self._tell(str(error))

    def _tell(self, sentence: str, *, error: bool = True) -> None:
        self._told.setText(sentence)
        set_role(self._told, "error" if error else "small")
        self._told.setVisible(bool(sentence))


def _factor(value: float, spoken: str) -> QDoubleSpinBox:
    made = QDoubleSpinBox()
    made.setRange(0.5, 4.0)
    made.setSingleStep(0.05)
    made.setDecimals(2)
    made.setPrefix("× ")
    made.setValue(value)
    made.setAccessibleName(spoken)
    made.setMinimumWidth(100)
    indent_text(made)
    return made
