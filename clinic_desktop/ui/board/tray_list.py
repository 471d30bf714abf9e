"""One list of the board's tray: a heading with a count, and rows with a button each."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QVBoxLayout, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, clear_layout, column, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayRow:
    """One row; ``spoken`` is what its button is called, ``drag_key`` what is dragged by it."""

    key: str
    title: str
    detail: str
    spoken: str
    drag_key: str = ""


class TrayList(QWidget):
    """Rows are made anew only when they change.

    Args:
        title: the heading while there are rows.
        empty: the heading otherwise, "" to take no room.
        action: the words on each row's button.
        name: object name; the buttons are named after it.

    Signals:
        pressed(str): the key of the row whose button was pressed.
        drag_moved(str, QPoint), drag_dropped(str, QPoint): a row is carried, at a global position.
        drag_cancelled(): it was given up.
    """

    pressed = Signal(str)
    drag_moved = Signal(str, QPoint)
    drag_dropped = Signal(str, QPoint)
    drag_cancelled = Signal()

    def __init__(self, title: str, empty: str, action: str, name: str) -> None:
        super().__init__()
        self._texts, self._action, self._name = (title, empty), action, name
        self._rows: tuple[TrayRow, ...] | None = None
        self.setObjectName(name)
        self._title = label("", "title")
        self._count = label("", "pill")
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        self.setLayout(column(row(self._title, self._count, 1), self._lines, spacing=8))

    def show_rows(self, rows: Sequence[TrayRow]) -> None:
        """Show these rows instead."""
        if tuple(rows) == self._rows:
            return
        self._rows = tuple(rows)
        title, empty = self._texts
        self._title.setText(title if rows else empty)
        self._count.setText(str(len(rows)) if rows else "")
        self._count.setVisible(bool(rows))
        self.setVisible(bool(rows or empty))
        clear_layout(self._lines)
        for shown in rows:
            self._lines.addWidget(self._frame(shown))

    def _frame(self, shown: TrayRow) -> QFrame:
        words = column(
            label(shown.title, "strong"), label(shown.detail, "small", wrap=True), spacing=1
        )
        done = button(self._action, size="small", name=f"{self._name}_done")
        done.setAccessibleName(shown.spoken)
        done.clicked.connect(lambda _c=False, key=shown.key: self.pressed.emit(key))
        line = row(words, done, spacing=8)
        line.setStretch(0, 1)
        line.setContentsMargins(10, 8, 10, 8)
        frame = _Row(self, shown.drag_key) if shown.drag_key else QFrame()
        frame.setProperty("card", "true")
        frame.setLayout(line)
        return frame


class _Row(QFrame):
    """A row that can be carried away with the mouse; its button does the same by keyboard."""

    def __init__(self, tray: TrayList, key: str) -> None:
        super().__init__()
        self._tray, self._key = tray, key
        self._pressed: QPoint | None = None
        self._held = False
        self.setObjectName("tray_row")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip(_("Drag it onto the board"))
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where it was taken hold of."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._pressed = event.globalPosition().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry it once the pointer has gone far enough."""
        if self._pressed is None:
            return
        at = event.globalPosition().toPoint()
        if not self._held:
            if (at - self._pressed).manhattanLength() < QApplication.startDragDistance():
                return
            self._held = True
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        self._tray.drag_moved.emit(self._key, at)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        held = self._held
        self._forget()
        if held:
            self._tray.drag_dropped.emit(self._key, event.globalPosition().toPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives it up."""
        if event.key() == Qt.Key.Key_Escape and self._held:
            self._forget()
            self._tray.drag_cancelled.emit()
        else:
            super().keyPressEvent(event)

    def _forget(self) -> None:
        self._pressed, self._held = None, False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
