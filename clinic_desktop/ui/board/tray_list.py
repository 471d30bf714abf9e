"""One list of the board's tray: a heading with a count, and rows with a button each."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from clinic_desktop.ui.kit.parts import button, clear_layout, column, label, row


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayRow:
    """One row; ``spoken`` is what its button is called."""

    key: str
    title: str
    detail: str
    spoken: str


class TrayList(QWidget):
    """Rows are made anew only when they change.

    Args:
        title: the heading while there are rows.
        empty: the heading otherwise, "" to take no room.
        action: the words on each row's button.
        name: object name; the buttons are named after it.

    Signals:
        pressed(str): the key of the row whose button was pressed.
    """

    pressed = Signal(str)

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
        frame = QFrame()
        frame.setProperty("card", "true")
        frame.setLayout(line)
        return frame
