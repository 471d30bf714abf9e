"""Log-in and unlock: who, password, one sentence when it is wrong."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QVBoxLayout, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Field, button, card, column, icon_label, label, row
from clinic_desktop.ui.kit.tokens import Theme


def caps_lock_from(event: QKeyEvent) -> bool | None:
    """Whether Caps Lock is on, as far as one typed letter tells; None if it tells nothing.

    Qt has no call that asks the keyboard: a capital without Shift, or a small letter with it,
    gives it away.
    """
    typed = event.text()
    if event.type() != QEvent.Type.KeyPress or len(typed) != 1 or typed.upper() == typed.lower():
        return None
    shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
    return typed.isupper() != shift


_BOX_PX = 380


class LoginView(QWidget):
    """Asks for a log-in and a password.

    Signals:
        login_requested(str, str): log-in name and password.
        recovery_requested(str): "use a recovery sheet", with the log-in name.
    """

    login_requested = Signal(str, str)
    recovery_requested = Signal(str)

    def __init__(
        self,
        theme: Theme,
        clinic_name: str,
        logins: Sequence[str],
        *,
        hint: str = "",
        locked_as: str = "",
    ) -> None:
        super().__init__()
        self.setProperty("surface", "window")
        # A locked program keeps its frame; log-in has none.
        self.keeps_frame = bool(locked_as)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._who = QComboBox()
        self._who.setObjectName("login_who")
        self._who.setEditable(False)
        self._who.addItems(list(logins))
        if locked_as in logins:
            self._who.setCurrentText(locked_as)
        self._password = QLineEdit()
        self._password.setObjectName("login_password")
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._password.returnPressed.connect(self._submit)
        self._password.installEventFilter(self)
        self._field = Field(_("Password"), self._password)
        self._caps = label(_("Caps Lock is on."), "warn", name="login_caps")
        self._caps.hide()
        self._go = button(
            _("Unlock") if locked_as else _("Log in"),
            kind="primary",
            size="large",
            name="login_go",
            on_click=self._submit,
        )
        lost = button(
            _("Use a recovery sheet"),
            kind="link",
            name="login_recovery",
            on_click=lambda: self.recovery_requested.emit(self._who.currentText()),
        )
        title = _("Locked") if locked_as else clinic_name
        under = _("Names and map are hidden. Your work is saved.") if locked_as else _("Log in")
        inner = column(
            row(
                icon_label(theme, "lock" if locked_as else "route", "accent.base", 24),
                label(title, "page"),
                1,
            ),
            label(under, "muted"),
            Field(_("Who"), self._who),
            self._field,
            self._caps,
            self._go,
            row(lost, 1),
            spacing=12,
            margins=24,
        )
        if hint:
            inner.addWidget(label(hint, "caption", wrap=True, name="login_hint"))
        box = card(inner, "hero")
        box.setFixedWidth(_BOX_PX)
        outer = QVBoxLayout(self)
        outer.addStretch(1)
        # Between stretches, not aligned: an aligned box is not given the height that a wrapped
        # sentence needs.
        outer.addLayout(row(1, box, 1))
        outer.addStretch(2)

    def focus(self) -> None:
        """Put the cursor where typing starts."""
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def choose(self, login: str) -> None:
        """Choose who logs in."""
        self._who.setCurrentText(login)

    def show_error(self, sentence: str) -> None:
        """Say why it did not work; the password is emptied, the log-in stays."""
        self.set_busy(False)
        self._password.clear()
        self._field.set_error(sentence)
        self.focus()

    def set_busy(self, busy: bool) -> None:
        """While keys are derived nothing can be pressed twice."""
        self._go.setEnabled(not busy)
        self._password.setEnabled(not busy)
        self._who.setEnabled(not busy)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Say so while Caps Lock is on."""
        if watched is self._password and isinstance(event, QKeyEvent):
            found = caps_lock_from(event)
            if found is not None:
                self._caps.setVisible(found)
        return super().eventFilter(watched, event)

    def _submit(self) -> None:
        if not self._password.text():
            self._field.set_error(_("Type your password."))
            return
        self._field.set_error("")
        self.set_busy(True)
        self.login_requested.emit(self._who.currentText(), self._password.text())
