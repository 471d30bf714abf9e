"""A list of short forms, one a line, with a button to add one and a cross to take one out."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from clinic_desktop.ui.kit.parts import button, column, icon_button, label, row
from clinic_desktop.ui.kit.tokens import Theme


class EditorRow(QWidget):
    """One line; whoever makes it adds its editors with ``fill``.

    Signals:
        gone(): its cross was pressed.
    """

    gone = Signal()

    def fill(self, theme: Theme, remove_words: str, name: str, *editors: QWidget) -> None:
        """Lay the editors out, the first of them takes the focus of a new line."""
        self._first = editors[0]
        self.remove: QToolButton = icon_button(theme, "x", remove_words, name=name)
        self.remove.clicked.connect(self.gone)
        line: QHBoxLayout = row(*editors, self.remove, spacing=6)
        self.setLayout(line)

    def focus_first(self) -> None:
        """Put the cursor into the line."""
        self._first.setFocus()


class RowsEditor[R: EditorRow](QWidget):
    """Any number of lines.

    Args:
        add_words: the button's text.
        name: its object name.
        hint: a sentence below, "" for none.
        make: a new empty line, given its number.
    """

    def __init__(self, add_words: str, name: str, hint: str, make: Callable[[int], R]) -> None:
        super().__init__()
        self._make = make
        self._made = 0
        self.rows: list[R] = []
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self.add_button = button(add_words, size="small", name=name, on_click=self._on_add)
        below = [label(hint, "caption", wrap=True)] if hint else []
        self.setLayout(column(self._lines, row(self.add_button, 1), *below, spacing=6))

    def next_number(self) -> int:
        """The number for the next line; none comes twice."""
        self._made += 1
        return self._made - 1

    def add(self, line: R) -> None:
        """Put a line at the end."""
        self.rows.append(line)
        self._lines.addWidget(line)
        line.gone.connect(lambda: self._remove(line))

    def clear(self) -> None:
        """Take every line out."""
        for line in tuple(self.rows):
            self._remove(line)

    def _on_add(self) -> None:
        line = self._make(self.next_number())
        self.add(line)
        line.focus_first()

    def _remove(self, line: R) -> None:
        self.rows.remove(line)
        line.hide()
        line.deleteLater()
        self.add_button.setFocus()
