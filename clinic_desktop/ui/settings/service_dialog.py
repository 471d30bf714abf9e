"""Add or edit a service: its name, its minutes, who may give it, its price and its kit."""

from dataclasses import replace
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import NEEDLING, cents
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, column, label
from clinic_desktop.ui.kit.spin_text import indent_text
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.settings.form_dialog import FormDialog
from clinic_desktop.ui.settings.kit_editor import KitEditor

_WIDE_PX = 560
_LONGEST_MIN: Final = 240


def kind_word(kind: ServiceKind) -> str:
    """Where a service stands in a course, as shown."""
    return {
        ServiceKind.EVALUATION: _("Evaluation"),
        ServiceKind.FOLLOW_UP: _("Follow-up"),
        ServiceKind.RE_EVALUATION: _("Re-evaluation"),
        ServiceKind.OTHER: _("Other"),
    }[kind]


class ServiceDialog(FormDialog):
    """One service.

    Args:
        theme: light or dark.
        service: as it is; with no name yet it is a new one.
        parent: the dialog's window.

    Signals:
        save_requested(Service): the form is filled in.
    """

    save_requested = Signal(object)

    def __init__(self, theme: Theme, service: Service, parent: QWidget | None = None) -> None:
        new = not service.name
        title = _("Add service") if new else _("Edit service")
        super().__init__(title, _("Save"), "service", parent)
        self._service = service
        self._name = _edit(service.name, "service_name")
        self._short = _edit(service.short_name, "service_short")
        self._kind = QComboBox()
        self._kind.setObjectName("service_kind")
        for kind in ServiceKind:
            self._kind.addItem(kind_word(kind), kind.value)
        self._kind.setCurrentIndex(self._kind.findData(service.kind.value))
        self._treatment = _minutes(service.treatment_min, "service_treatment", least=5)
        self._setup = _minutes(service.setup_min, "service_setup")
        self._packdown = _minutes(service.packdown_min, "service_packdown")
        self._window = _minutes(service.promise_width_min, "service_window", least=5)
        self._price = _edit(
            f"{service.price_cents / 100:.2f}" if service.price_cents else "", "service_price"
        )
        self._needling = QCheckBox(_("Needs the certificate for advanced dry needling"))
        self._needling.setObjectName("service_needling")
        self._needling.setChecked(service.needed_certification is not None)
        self._active = QCheckBox(_("Offered"))
        self._active.setObjectName("service_active")
        self._active.setChecked(service.active)
        self._active.setVisible(not new)
        self._kit = KitEditor(theme, service.kit)
        self._name_field = Field(_("Name"), self._name)
        self._short_field = Field(_("Short, for cards"), self._short)
        self._price_field = Field(_("Price in dollars"), self._price)
        self.set_form(
            column(
                field_row(self._name_field, self._short_field),
                field_row(Field(_("Place in a course"), self._kind), self._price_field),
                field_row(
                    Field(_("Set-up"), self._setup),
                    Field(_("Treatment"), self._treatment),
                    Field(_("Pack-down"), self._packdown),
                    Field(_("Promised window"), self._window),
                ),
                label(_("Visits that are booked already keep their length."), "caption", wrap=True),
                self._needling,
                self._active,
                label(_("Kit"), "strong"),
                self._kit,
                1,
                spacing=10,
            ),
            _WIDE_PX,
        )
        self._name.setFocus()

    def save(self) -> None:
        """Check what can be seen here, then ask for it."""
        name, short = self._name.text().strip(), self._short.text().strip()
        price = cents(self._price.text())
        self._name_field.set_error("" if name else _("What is it called?"))
        self._short_field.set_error("" if short else _("One or two words."))
        self._price_field.set_error(_("Type it as 125.00.") if price is None else "")
        if not name or not short or price is None:
            return
        needed = self._service.needed_certification or NEEDLING
        self.set_busy(True)
        self.save_requested.emit(
            replace(
                self._service,
                name=name,
                short_name=short,
                # Qt hands a text back, not the member it was given.
                kind=ServiceKind(str(self._kind.currentData())),
                treatment_min=self._treatment.value(),
                setup_min=self._setup.value(),
                packdown_min=self._packdown.value(),
                promise_width_min=self._window.value(),
                price_cents=price,
                needed_certification=needed if self._needling.isChecked() else None,
                active=self._active.isChecked(),
                kit=self._kit.kit(),
            )
        )


def _edit(text: str, name: str) -> QLineEdit:
    made = QLineEdit(text)
    made.setObjectName(name)
    return made


def _minutes(value: int, name: str, *, least: int = 0) -> QSpinBox:
    made = QSpinBox()
    made.setObjectName(name)
    made.setRange(least, _LONGEST_MIN)
    made.setSingleStep(5)
    made.setSuffix(_(" min"))
    made.setValue(value)
    indent_text(made)
    return made
