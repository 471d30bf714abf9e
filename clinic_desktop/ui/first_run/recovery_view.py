"""A lost password: the printed recovery sheets give a new one."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.first_run_state import LEAST_PASSWORD
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import Field, button, card, column, label, row, surface

_WIDE_PX = 460


class RecoveryView(QWidget):
    """Asks for the codes and a new password.

    Signals:
        recover_requested(str, str, object): log-in, new password, tuple of codes.
        cancelled(): back to log-in.
    """

    recover_requested = Signal(str, str, object)
    cancelled = Signal()

    def __init__(self, logins: Sequence[str], login: str = "") -> None:
        super().__init__()
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = QComboBox()
        self._who.setObjectName("recovery_who")
        self._who.addItems(list(logins))
        self._who.setCurrentText(login)
        self._schedule, self._notes = QLineEdit(), QLineEdit()
        self._schedule.setObjectName("recovery_schedule")
        self._notes.setObjectName("recovery_notes")
        self._password, self._again = QLineEdit(), QLineEdit()
        self._password.setObjectName("recovery_password")
        self._again.setObjectName("recovery_again")
        for secret in (self._password, self._again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._code_field = Field(
            _("Code on the schedule sheet"),
            self._schedule,
            _("Nine groups of four letters and digits; capitals and dashes do not matter."),
        )
        self._notes_field = Field(
            _("Code on the notes sheet"), self._notes, _("Practitioners only; else leave it empty.")
        )
        self._password_field = Field(
            _("New password"),
            self._password,
            _("At least {n} characters.").format(n=LEAST_PASSWORD),
        )
        self._again_field = Field(_("The same password again"), self._again)
        self._error = label("", "error", wrap=True, name="recovery_error")
        self._error.hide()
        self._go = button(
            _("Set the new password"),
            kind="primary",
            size="large",
            name="recovery_go",
            on_click=self._submit,
        )
        back = button(
            _("Back to log-in"), kind="link", name="recovery_back", on_click=self.cancelled.emit
        )
        box = card(
            column(
                label(_("Use a recovery sheet"), "page"),
                Field(_("Log-in"), self._who),
                self._code_field,
                self._notes_field,
                field_row(self._password_field, self._again_field),
                self._error,
                self._go,
                row(back, 1),
                spacing=10,
                margins=24,
            ),
            "hero",
        )
        box.setFixedWidth(_WIDE_PX)
        holder = column(spacing=0, margins=12)
        holder.addStretch(1)
        holder.addLayout(row(1, box, 1))
        holder.addStretch(2)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(surface(holder, "window"))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self._schedule.setFocus()

    def show_error(self, error: ClinicError | str) -> None:
        """Why it did not work; what was typed stays."""
        self._go.setEnabled(True)
        self._tell(str(error))
        self._schedule.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter sets the password, Escape goes back."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._go.isEnabled():
            self._submit()
        elif event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _submit(self) -> None:
        codes = tuple(c.text().strip() for c in (self._schedule, self._notes) if c.text().strip())
        short = len(self._password.text()) < LEAST_PASSWORD
        differ = self._password.text() != self._again.text()
        self._code_field.set_error("" if codes else _("Type the code from the printed sheet."))
        self._password_field.set_error(
            _("At least {n} characters.").format(n=LEAST_PASSWORD) if short else ""
        )
        self._again_field.set_error(_("The two passwords differ.") if differ else "")
        self._tell("")
        if not codes or short or differ:
            return
        # Deriving keys takes a moment; nothing is sent twice.
        self._go.setEnabled(False)
        self.recover_requested.emit(self._who.currentText(), self._password.text(), codes)

    def _tell(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
