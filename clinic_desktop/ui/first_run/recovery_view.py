"""A lost password: the printed recovery sheets give a new one."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Field, button, card, column, label, row


class RecoveryView(QWidget):
    """Asks for the codes and a new password.

    Signals:
        recover_requested(str, str, object): log-in, new password, codes.
        cancelled(): back to log-in.
    """

    recover_requested = Signal(str, str, object)
    cancelled = Signal()

    def __init__(self, logins: Sequence[str], login: str) -> None:
        super().__init__()
        self.setProperty("surface", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = QComboBox()
        self._who.addItems(list(logins))
        self._who.setCurrentText(login)
        self._codes = [QLineEdit(), QLineEdit()]
        self._password, self._again = QLineEdit(), QLineEdit()
        for secret in (self._password, self._again):
            secret.setEchoMode(QLineEdit.EchoMode.Password)
        self._error = label("", "error", wrap=True, name="recovery_error")
        go = button(_("Set the new password"), kind="primary", size="large",
                    on_click=self._submit)  # fmt: skip
        back = button(_("Back to log-in"), kind="link", on_click=self.cancelled.emit)
        box = card(
            column(
                label(_("Use a recovery sheet"), "page"),
                Field(_("Log-in"), self._who),
                Field(_("Code of the schedule sheet"), self._codes[0]),
                Field(_("Code of the notes sheet (clinicians)"), self._codes[1]),
                Field(_("New password"), self._password),
                Field(_("The same again"), self._again),
                self._error,
                go,
                row(back, 1),
                spacing=12,
                margins=24,
            ),
            "hero",
        )
        box.setFixedWidth(460)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(box, 0, Qt.AlignmentFlag.AlignHCenter)
        outer.addStretch(2)

    def show_error(self, error: ClinicError) -> None:
        """Why it did not work."""
        self._error.setText(str(error))

    def _submit(self) -> None:
        if self._password.text() != self._again.text():
            self._error.setText(_("The two passwords differ."))
            return
        codes = tuple(c.text().strip() for c in self._codes if c.text().strip())
        self.recover_requested.emit(self._who.currentText(), self._password.text(), codes)
