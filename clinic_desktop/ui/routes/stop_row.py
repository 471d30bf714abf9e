"""One stop in the list of a route."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame

from clinic_desktop.ui.kit.parts import repolish


class StopRow(QFrame):
    """One stop in the list.

    Signals:
        chosen(str): the visit's id.
        pointed(str): the pointer is over it; "" when it has left.
        opened(str): double click or Enter.
    """

    chosen = Signal(str)
    opened = Signal(str)
    pointed = Signal(str)

    def __init__(self, visit_id: str, spoken: str) -> None:
        super().__init__()
        self._visit_id = visit_id
        self._selected = False
        self.setProperty("row", "plain")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAccessibleName(spoken)

    def set_selected(self, selected: bool) -> None:
        """Mark it."""
        self._selected = selected
        self.set_pointed(False)

    def set_pointed(self, pointed: bool) -> None:
        """Mark it lightly: the map points at it."""
        look = "selected" if self._selected else "hover" if pointed else "plain"
        if look != self.property("row"):
            self.setProperty("row", look)
            repolish(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        """The pointer comes."""
        self.pointed.emit(self._visit_id)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer goes."""
        self.pointed.emit("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space chooses, Enter opens."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self._visit_id)
        elif event.key() == Qt.Key.Key_Space:
            self.chosen.emit(self._visit_id)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose."""
        self.chosen.emit(self._visit_id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open."""
        self.opened.emit(self._visit_id)
