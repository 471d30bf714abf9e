"""The status bar: what is saved, what can be undone, and what needs an eye."""

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.elide import ElidedLabel
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.parts import button, repolish, set_icon, set_role
from clinic_desktop.ui.kit.tokens import Theme, size

_ICON = 14
_RATIO = 2.0
_ICON_COLOURS: Final = {
    "status": "text.tertiary",
    "status-warn": "warn.text",
    "status-error": "danger.text",
}


class _Word(QWidget):
    """A small icon and a text that gives way; away while there is nothing to say."""

    def __init__(self, theme: Theme, icon_name: str, name: str) -> None:
        super().__init__()
        self._theme, self._icon_name = theme, icon_name
        self._picture = QLabel()
        self._picture.setFixedSize(_ICON, _ICON)
        self._text = ElidedLabel()
        self._text.setObjectName(name)
        inner = QHBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(5)
        inner.addWidget(self._picture)
        inner.addWidget(self._text)
        self.say("")

    def say(self, text: str, role: str = "status", icon_name: str = "") -> None:
        """Show a text in a role, with the icon in its colour."""
        self._text.setText(text)
        set_role(self._text, role)
        colour = self._theme.color(_ICON_COLOURS[role])
        self._picture.setPixmap(icon_pixmap(icon_name or self._icon_name, colour, _ICON, _RATIO))
        self.setVisible(bool(text))


class StatusBar(QWidget):
    """One line at the bottom of the window; while locked it says only that.

    Signals:
        undo_requested(): the undo words were clicked.
        shortcuts_requested(): the "?" was clicked.
    """

    undo_requested = Signal()
    shortcuts_requested = Signal()

    def __init__(self, theme: Theme, *, locked: bool = False) -> None:
        super().__init__()
        self.setObjectName("status_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumHeight(size("statusBar"))
        self._locked = locked
        self._saved = _Word(theme, "check", "status_saved")
        self._undo = button("", kind="status", name="status_undo")
        set_icon(self._undo, theme, "undo-2", "text.tertiary")
        self._undo.setVisible(False)
        self._undo.clicked.connect(lambda _c=False: self.undo_requested.emit())
        self._alert = _Word(theme, "circle-alert", "status_alert")
        self._backup = _Word(theme, "hard-drive", "status_backup")
        self._roads = _Word(theme, "route", "status_roads")
        help_button = button(_("Shortcuts  ?"), kind="status", name="status_help")
        help_button.clicked.connect(lambda _c=False: self.shortcuts_requested.emit())
        if locked:
            help_button.hide()
        for made in (self._undo, help_button):
            made.setFont(font("caption", 500))
        inner = QHBoxLayout(self)
        inner.setContentsMargins(14, 0, 10, 0)
        inner.setSpacing(14)
        for widget in (self._saved, self._undo):
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addStretch(1)
        for widget in (self._alert, self._backup, self._roads, help_button):
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        if locked:
            self._saved.say(_("Locked"), icon_name="lock")

    def show_saved(self, text: str) -> None:
        """When something was last written; ends the save-failed state."""
        self._saved.say(text)
        self.setProperty("alarm", "false")
        repolish(self)

    def show_save_failed(self, sentence: str) -> None:
        """Turn crimson and stay so until a write succeeds."""
        self._saved.say(sentence, "status-error", "circle-x")
        self.setProperty("alarm", "true")
        repolish(self)

    def show_undo(self, name: str, redo_name: str = "") -> None:
        """Name what Ctrl Z would take back, "" for nothing; a locked bar names nothing.

        What can be done again is named where nothing else is left to take back, and in the tip.
        """
        if self._locked:
            return
        again = _("Redo “{name}”: Ctrl Shift Z").format(name=redo_name) if redo_name else ""
        self._undo.setToolTip(again)
        self._undo.setAccessibleDescription(again)
        self._undo.setText(_("Undo “{name}”  Ctrl Z").format(name=name))
        self._undo.setVisible(bool(name))

    def show_alert(self, text: str) -> None:
        """A conflict on the board, "" for none; a locked bar names nobody."""
        self._alert.say("" if self._locked else text, "status-error")

    def show_backup(self, text: str, *, late: bool) -> None:
        """When the last backup was made; orange after 24 hours without one."""
        self._backup.say(
            text, "status-warn" if late else "status", "triangle-alert" if late else ""
        )

    def show_roads(self, text: str) -> None:
        """What the drive times come from."""
        self._roads.say(text)
