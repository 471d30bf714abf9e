"""One site in the patient form: where it is, how to get in, what to look out for."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QLineEdit

from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import VisitSite
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, button, column, label, row
from clinic_desktop.ui.patients.address_field import AddressField

_EXTRA_MIN = (0, 5, 10, 15, 20, 30)
_PARKING_MIN = (0, 1, 2, 3, 5, 8, 10, 15)
_TOP = Qt.AlignmentFlag.AlignTop
_RESTRAINED: tuple[bool | None, ...] = (None, True, False)


class SiteForm(QFrame):
    """Edits one site; what the form does not show is kept.

    Signals:
        changed(): anything was typed.
    """

    changed = Signal()

    def __init__(self, context: UiContext, site: VisitSite | None, number: int) -> None:
        super().__init__()
        self.setProperty("card", "true")
        self._site = site
        self._code_removed = False
        self.address = AddressField(context, site)
        self.unit = _line(site.address.unit if site else "", _("Apt 4B"))
        self.label = _line(site.label if site else "", _("home"))
        self.parking = _line(site.parking if site else "", _("street, gate on the left"))
        self.stairs = _line(site.stairs if site else "", _("12 steps, no rail"))
        self.pets = _line(site.pets if site else "", _("dog"))
        self.restrained = QComboBox()
        self.restrained.addItems([_("not asked"), _("yes"), _("no")])
        self.restrained.setCurrentIndex(_RESTRAINED.index(site.pets_restrained) if site else 0)
        self.hazards = _line(site.hazards.replace("\n", "; ") if site else "", "")
        self.code = _line("", _("#4711"))
        self.never_alone = QCheckBox(_("Never send one person alone"))
        self.never_alone.setChecked(site.never_alone if site else False)
        kept = site.extra_door_min if site else 0
        self._extras = sorted({*_EXTRA_MIN, kept})
        self.extra = QComboBox()
        self.extra.addItems([context.formats.minutes(minutes) for minutes in self._extras])
        self.extra.setCurrentIndex(self._extras.index(kept))
        self._parkings = _parkings(site)
        self.parking_min = QComboBox()
        self.parking_min.addItems(
            [
                _("as everywhere") if minutes is None else context.formats.minutes(minutes)
                for minutes in self._parkings
            ]
        )
        self.parking_min.setCurrentIndex(self._parkings.index(site.parking_min if site else None))
        self._build(number)
        self._connect()

    @property
    def empty(self) -> bool:
        """Whether nothing at all is known of a new site."""
        lines = (self.unit, self.parking, self.stairs, self.pets, self.hazards, self.code)
        return (
            self._site is None
            and self.address.empty
            and not any(line.text().strip() for line in lines)
            and not self.never_alone.isChecked()
        )

    @property
    def has_place(self) -> bool:
        """Whether it has an address or a point."""
        return not self.address.empty or self.has_point

    @property
    def has_point(self) -> bool:
        """Whether drives to it are known."""
        return self.address.place("")[1] is not None

    def read(self, patient_id: PatientId, new_site: Callable[[], VisitSite]) -> VisitSite:
        """The site as typed.

        Args:
            patient_id: whose site.
            new_site: makes one with a fresh id.
        """
        known = self._site or new_site()
        address, coordinate, source = self.address.place(self.unit.text().strip())
        code = self.code.text().strip()
        if not code and not self._code_removed:
            code = known.access_code
        return replace(
            known,
            patient_id=patient_id,
            address=address,
            coordinate=coordinate,
            pin_source=source,
            label=self.label.text().strip(),
            parking=self.parking.text().strip(),
            stairs=self.stairs.text().strip(),
            pets=self.pets.text().strip(),
            pets_restrained=_RESTRAINED[self.restrained.currentIndex()],
            hazards=self._hazards(known),
            access_code=code,
            never_alone=self.never_alone.isChecked(),
            extra_door_min=self._extras[self.extra.currentIndex()],
            parking_min=self._parkings[self.parking_min.currentIndex()],
        )

    def _hazards(self, known: VisitSite) -> str:
        """Several lines stay as they were unless the person typed."""
        return known.hazards if not self.hazards.isModified() else self.hazards.text().strip()

    def _build(self, number: int) -> None:
        kept_code = bool(self._site and self._site.access_code)
        hint = _("A code is on file and not shown here. Type to replace it.") if kept_code else ""
        code_field = Field(_("Access code"), self.code, hint)
        self.remove_code = button(_("Remove code"), size="small", on_click=self._on_remove_code)
        if not kept_code:
            self.remove_code.hide()
        self._code_field = code_field
        code_column = column(code_field, row(self.remove_code, 1), spacing=4)
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.addWidget(Field(_("Unit"), self.unit), 0, 0, _TOP)
        grid.addWidget(Field(_("Called"), self.label), 0, 1, _TOP)
        grid.addWidget(Field(_("Parking"), self.parking), 1, 0, _TOP)
        grid.addWidget(Field(_("Stairs"), self.stairs), 1, 1, _TOP)
        grid.addWidget(Field(_("Pets"), self.pets), 2, 0, _TOP)
        grid.addWidget(Field(_("Pets shut away"), self.restrained), 2, 1, _TOP)
        grid.addWidget(Field(_("Hazards"), self.hazards), 3, 0, _TOP)
        grid.addWidget(Field(_("Parking and walking in"), self.parking_min), 3, 1, _TOP)
        grid.addLayout(code_column, 4, 0)
        grid.addWidget(Field(_("Extra minutes at the door"), self.extra), 4, 1, _TOP)
        grid.addWidget(self.never_alone, 5, 0, 1, 2, _TOP)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        title = _("Site") if number == 1 else _("Site {n}").format(n=number)
        self.setLayout(column(label(title, "strong"), self.address, grid, spacing=8, margins=12))

    def _connect(self) -> None:
        self.address.changed.connect(self.changed)
        for line in (self.unit, self.label, self.parking, self.stairs, self.pets, self.hazards):
            line.textChanged.connect(lambda _t="": self.changed.emit())
        self.code.textChanged.connect(lambda _t="": self.changed.emit())
        self.restrained.currentIndexChanged.connect(lambda _i=0: self.changed.emit())
        self.never_alone.toggled.connect(lambda _c=False: self.changed.emit())
        self.extra.currentIndexChanged.connect(lambda _v=0: self.changed.emit())
        self.parking_min.currentIndexChanged.connect(lambda _v=0: self.changed.emit())

    def _on_remove_code(self) -> None:
        self._code_removed = True
        self.remove_code.hide()
        self.code.clear()
        self.code.setFocus()
        self._code_field.set_error("")
        self.changed.emit()


def _parkings(site: VisitSite | None) -> list[int | None]:
    """None stands for the clinic's own minutes, whatever they are."""
    kept = site.parking_min if site else None
    return [None, *sorted({*_PARKING_MIN, *(() if kept is None else (kept,))})]


def _line(text: str, placeholder: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setPlaceholderText(placeholder)
    return made
