"""The questions of the first run, a widget each. A step reads and shows; the state decides."""

from dataclasses import replace
from pathlib import Path
from typing import Final
from zoneinfo import available_timezones

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.closed_days import holiday_places
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import (
    OFFICE_KEY,
    OWNER_KEY,
    FirstRunState,
    service_key,
)
from clinic_desktop.ui.first_run.person_fields import PersonFields
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import (
    Field,
    Segments,
    button,
    card,
    column,
    label,
    row,
    separator,
    set_role,
)
from clinic_desktop.ui.kit.spin_text import indent_text

LOCALES: Final = ("en_US", "en_CA", "en_GB", "es_US", "fr_CA", "de_DE")
MOST_PRACTITIONERS: Final = 12


def locale_words(locale: str) -> str:
    """A locale's name in the language of the program."""
    return {
        "en_US": _("United States"),
        "en_CA": _("Canada (English)"),
        "en_GB": _("United Kingdom"),
        "es_US": _("United States (Spanish)"),
        "fr_CA": _("Canada (French)"),
        "de_DE": _("Germany"),
    }.get(locale, locale)


class StepWidget(QWidget):
    """One step: ``read`` puts the answers into the state, ``show_faults`` tells what is wrong."""

    title = ""

    def read(self, state: FirstRunState) -> None:
        """Put what was answered into the state."""

    def show_faults(self, faults: dict[str, str]) -> None:
        """Show the sentences beside their fields; {} takes them away."""

    def first(self) -> QWidget | None:
        """Where typing starts."""
        return None


class ClinicStep(StepWidget):
    """Name, zone, and how times, dates and distances are written."""

    def __init__(self, state: FirstRunState) -> None:
        super().__init__()
        self.title = _("What is the clinic called, and where is it?")
        self._name = QLineEdit(state.clinic.name)
        self._name.setObjectName("first_clinic")
        self._zone = QComboBox()
        self._zone.setObjectName("first_zone")
        self._zone.addItems(sorted(z for z in available_timezones() if "/" in z))
        self._zone.setCurrentText(state.clinic.zone)
        self._locale = QComboBox()
        self._locale.setObjectName("first_locale")
        for locale in LOCALES:
            self._locale.addItem(locale_words(locale), locale)
        self._locale.setCurrentIndex(LOCALES.index("en_US"))
        self._state = QComboBox()
        self._state.setObjectName("first_state")
        self._state.addItems(holiday_places()["US"])
        self._state.setCurrentText(state.clinic.closing.subdivision)
        self._clock = Segments((_("2:45 PM"), _("14:45")), _("Clock"))
        self._unit = Segments((_("Miles"), _("Kilometers")), _("Distances"))
        self._field = Field(_("Name of the clinic"), self._name)
        self.setLayout(
            column(
                self._field,
                field_row(
                    Field(_("Time zone"), self._zone),
                    Field(_("Dates and numbers as in"), self._locale),
                    Field(_("State"), self._state, _("Licences and holidays go by it.")),
                ),
                row(
                    column(label(_("Clock"), "small"), self._clock, spacing=4),
                    column(label(_("Distances"), "small"), self._unit, spacing=4),
                    1,
                    spacing=24,
                ),
                1,
                spacing=14,
            )
        )

    def read(self, state: FirstRunState) -> None:
        """The clinic's row."""
        state.clinic = replace(
            state.clinic,
            name=self._name.text(),
            zone=self._zone.currentText(),
            locale=str(self._locale.currentData()),
            clock=("12h", "24h")[self._clock.index()],
            distance_unit=("mi", "km")[self._unit.index()],
            closing=replace(state.clinic.closing, subdivision=self._state.currentText()),
        )

    def show_faults(self, faults: dict[str, str]) -> None:
        """Only the name can be missing."""
        self._field.set_error(faults.get("clinic", ""))

    def first(self) -> QWidget:
        """The name."""
        return self._name


class OwnerStep(StepWidget):
    """Who owns the clinic, and whether they treat."""

    def __init__(self) -> None:
        super().__init__()
        self.title = _("Who is the owner?")
        self._person = PersonFields(OWNER_KEY)
        self._treats = QCheckBox(_("The owner treats patients, and reads and writes notes"))
        self._treats.setObjectName("first_owner_treats")
        self._treats.setChecked(True)
        hint = label(
            _(
                "The owner adds people, sets the clinic up and restores backups. An owner who does "
                "not treat cannot open notes."
            ),
            "caption",
            wrap=True,
        )
        self.setLayout(column(self._person, self._treats, hint, 1, spacing=12))

    def read(self, state: FirstRunState) -> None:
        """The owner."""
        state.owner, state.owner_treats = self._person.answers(), self._treats.isChecked()

    def show_faults(self, faults: dict[str, str]) -> None:
        """Beside the four fields."""
        self._person.show_faults(faults)

    def first(self) -> QWidget:
        """The owner's name."""
        return self._person.name


class PeopleStep(StepWidget):
    """The office, and practitioners beside the owner."""

    def __init__(self) -> None:
        super().__init__()
        self.title = _("Who else works here?")
        self._office = PersonFields(OFFICE_KEY)
        self._others: list[PersonFields] = []
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self._more = button(
            _("Add a practitioner"), size="small", name="first_more", on_click=self._add
        )
        hint = label(
            _("Leave empty what does not apply. Homes, hours and certificates follow in Settings."),
            "caption",
            wrap=True,
        )
        self._office_error = label("", "error", wrap=True, name="first_people_error")
        self._office_error.hide()
        self.setLayout(
            column(
                hint,
                label(_("Office manager"), "strong"),
                self._office,
                separator(),
                self._rows,
                self._office_error,
                row(self._more, 1),
                1,
                spacing=12,
            )
        )
        self._add()

    def read(self, state: FirstRunState) -> None:
        """The office and the practitioners, empty ones too."""
        state.office = self._office.answers()
        state.practitioners = [person.answers() for person in self._others]

    def show_faults(self, faults: dict[str, str]) -> None:
        """Beside each person's fields."""
        for person in (self._office, *self._others):
            person.show_faults(faults)

    def first(self) -> QWidget:
        """The office manager's name."""
        return self._office.name

    def _add(self) -> None:
        number = len(self._others)
        person = PersonFields(f"practitioner{number}")
        self._others.append(person)
        self._rows.addWidget(label(_("Practitioner {n}").format(n=number + 1), "strong"))
        self._rows.addWidget(person)
        self._more.setVisible(len(self._others) < MOST_PRACTITIONERS)
        if number:
            person.name.setFocus()


class ServicesStep(StepWidget):
    """What is offered: filled in for a dry-needling clinic."""

    def __init__(self, state: FirstRunState) -> None:
        super().__init__()
        self.title = _("What does the clinic offer?")
        self._services = state.services
        self._rows: list[tuple[QCheckBox, QLineEdit, QSpinBox, QLineEdit]] = []
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, text in enumerate((_("Offered"), _("Service"), _("Treatment"), _("Price, $"))):
            grid.addWidget(label(text, "small"), 0, place)
        for number, service in enumerate(state.services):
            offered = QCheckBox()
            offered.setChecked(True)
            offered.setAccessibleName(_("Offer {name}").format(name=service.name))
            offered.setObjectName(f"first_service{number}_offered")
            name = QLineEdit(service.name)
            name.setAccessibleName(_("Name of service {n}").format(n=number + 1))
            minutes = QSpinBox()
            minutes.setRange(5, 240)
            minutes.setSingleStep(5)
            minutes.setValue(service.minutes)
            indent_text(minutes)
            minutes.setSuffix(_(" min"))
            minutes.setAccessibleName(_("Minutes of treatment: {name}").format(name=service.name))
            price = QLineEdit()
            price.setMaximumWidth(100)
            price.setObjectName(f"first_service{number}_price")
            price.setAccessibleName(_("Price of {name}").format(name=service.name))
            for place, part in enumerate((offered, name, minutes, price)):
                grid.addWidget(part, number + 1, place)
            self._rows.append((offered, name, minutes, price))
        self._error = label("", "error", wrap=True, name="first_service_error")
        hint = label(
            _("Five minutes to set up and five to pack are added at the door."),
            "caption",
            wrap=True,
        )
        self.setLayout(column(grid, self._error, hint, 1, spacing=12))

    def read(self, state: FirstRunState) -> None:
        """The services as changed."""
        state.services = [
            replace(
                service,
                offered=offered.isChecked(),
                name=name.text(),
                minutes=minutes.value(),
                price=price.text(),
            )
            for service, (offered, name, minutes, price) in zip(
                self._services, self._rows, strict=True
            )
        ]

    def show_faults(self, faults: dict[str, str]) -> None:
        """Mark the fields; one line below says what is wrong first."""
        self._error.setText(next(iter(faults.values()), ""))
        for number, (_offered, name, _minutes, price) in enumerate(self._rows):
            for part, edit in (("name", name), ("price", price)):
                sentence = faults.get(service_key(number, part), "")
                edit.setProperty("error", bool(sentence))
                edit.setAccessibleDescription(sentence)
                edit.style().unpolish(edit)
                edit.style().polish(edit)

    def first(self) -> QWidget:
        """The first price: names and minutes are usual ones."""
        return self._rows[0][3]


class RoadsStep(StepWidget):
    """An extract, or later."""

    def __init__(self) -> None:
        super().__init__()
        self.title = _("Roads, addresses and the map")
        self._extract: Path | None = None
        self._chosen = label("", "small", wrap=True, name="first_extract_name")
        self._without = button(
            _("Without"), kind="link", name="first_no_extract", on_click=lambda: self.choose(None)
        )
        self._choose = button(
            _("Choose an extract"), name="first_extract", on_click=self._on_choose
        )
        self.setLayout(
            column(
                label(
                    _(
                        "They come from one OpenStreetMap extract (.osm.pbf) of your region, a "
                        "file you download once. Addresses are then looked up on this machine only."
                    ),
                    wrap=True,
                ),
                card(column(self._chosen, row(self._choose, self._without, 1), margins=14)),
                label(
                    _("A state takes a few minutes to read. It can be added later in Settings."),
                    "caption",
                    wrap=True,
                ),
                1,
                spacing=12,
            )
        )
        self.choose(None)

    def choose(self, path: Path | None) -> None:
        """Take an extract, or none."""
        self._extract = path
        self._without.setVisible(path is not None)
        self._chosen.setText(
            path.name
            if path
            else _("None yet: drives are straight-line estimates (~), and bookings work.")
        )
        set_role(self._chosen, "strong" if path else "small")

    def read(self, state: FirstRunState) -> None:
        """The extract."""
        state.extract = self._extract

    def first(self) -> QWidget:
        """The file button."""
        return self._choose

    def _on_choose(self) -> None:
        path, _filter = QFileDialog.getOpenFileName(
            self, _("An OpenStreetMap extract"), "", "OpenStreetMap (*.osm.pbf *.pbf)"
        )
        if path:
            self.choose(Path(path))
            self._choose.setFocus(Qt.FocusReason.OtherFocusReason)
