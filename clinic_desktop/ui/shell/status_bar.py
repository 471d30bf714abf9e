"""The status bar: what is saved, what can be undone, and what needs an eye."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, label, repolish, set_role
from clinic_desktop.ui.kit.tokens import Theme, size


class StatusBar(QWidget):
    """One line at the bottom of the window.

    Signals:
        undo_requested(): the undo words were clicked.
        shortcuts_requested(): the "?" was clicked.
    """

    undo_requested = Signal()
    shortcuts_requested = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("status_bar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(size("statusBar"))
        self._saved = label("", "caption", name="status_saved")
        self._undo = button("", kind="link", size="small", name="status_undo")
        self._undo.setVisible(False)
        self._undo.clicked.connect(lambda _c=False: self.undo_requested.emit())
        self._alert = label("", "error", name="status_alert")
        self._backup = label("", "caption", name="status_backup")
        self._roads = label("", "caption", name="status_roads")
        help_button = button(_("? shortcuts"), kind="link", size="small", name="status_help")
        help_button.clicked.connect(lambda _c=False: self.shortcuts_requested.emit())
        inner = QHBoxLayout(self)
        inner.setContentsMargins(14, 0, 10, 0)
        inner.setSpacing(14)
        for widget in (self._saved, self._undo):
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        inner.addStretch(1)
        for widget in (self._alert, self._backup, self._roads, help_button):
            inner.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_saved(self, text: str) -> None:
        """When something was last written; ends the save-failed state."""
        self._saved.setText(text)
        set_role(self._saved, "caption")
        self.setProperty("alarm", "false")
        repolish(self)

    def show_save_failed(self, sentence: str) -> None:
        """Turn crimson and stay so until a write succeeds."""
        self._saved.setText(sentence)
        set_role(self._saved, "error")
        self.setProperty("alarm", "true")
        repolish(self)

    def show_undo(self, name: str) -> None:
        """Name what Ctrl Z would take back, "" for nothing."""
        self._undo.setText(_("Undo “{name}”  Ctrl Z").format(name=name))
        self._undo.setVisible(bool(name))

    def show_alert(self, text: str) -> None:
        """A conflict on the board, "" for none."""
        self._alert.setText(text)

    def show_backup(self, text: str, *, late: bool) -> None:
        """When the last backup was made; orange after 24 hours without one."""
        self._backup.setText(text)
        set_role(self._backup, "warn" if late else "caption")

    def show_roads(self, text: str) -> None:
        """What the drive times come from."""
        self._roads.setText(text)
