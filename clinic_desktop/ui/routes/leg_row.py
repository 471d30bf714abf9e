"""One drive in the list of a route: opens its details by click or Enter."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QLayout

from clinic_desktop.text import _


class LegRow(QFrame):
    """Holds the line's labels.

    Signals:
        opened(int): the drive's place in the day.
    """

    opened = Signal(int)

    def __init__(self, index: int, line: QLayout, spoken: str) -> None:
        super().__init__()
        self._index = index
        self.setObjectName(f"leg_{index}")
        self.setProperty("row", "plain")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(_("Drive: {words}. Details").format(words=spoken))
        self.setToolTip(_("How to drive it, and by whose word it takes so long"))
        self.setLayout(line)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and space open."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.opened.emit(self._index)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click opens."""
        if self.rect().contains(event.position().toPoint()):
            self.opened.emit(self._index)
