"""A practitioner's shape with a number, as a widget."""

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from clinic_desktop.ui.kit.practitioner_mark import paint_mark
from clinic_desktop.ui.kit.tokens import Theme


class StopBadge(QWidget):
    """Painted once; decoration only, the row beside it says the number."""

    def __init__(self, theme: Theme, marker: int, text: str, *, hollow: bool = False) -> None:
        super().__init__()
        self._theme, self._marker, self._text, self._hollow = theme, marker, text, hollow
        self.setFixedSize(26, 26)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark."""
        painter = QPainter(self)
        paint_mark(
            painter,
            self._theme,
            self._marker,
            QPointF(13, 13),
            20,
            self._text,
            hollow=self._hollow,
        )
        painter.end()
