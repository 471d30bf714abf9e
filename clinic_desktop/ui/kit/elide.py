"""Text that gives way where room is short."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

_LEAST_PX = 24


class ElidedLabel(QLabel):
    """A one-line label that ends in "…" where it is too narrow; the tooltip has it all."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def minimumSizeHint(self) -> QSize:
        """May shrink to nearly nothing."""
        hint = super().minimumSizeHint()
        return QSize(min(_LEAST_PX, hint.width()), hint.height())

    def setText(self, text: str) -> None:
        """Change the text."""
        super().setText(text)
        self._show_all_in_tip()

    def shown_text(self) -> str:
        """What is painted."""
        return self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, self.contentsRect().width()
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """More or less of it is shown now."""
        super().resizeEvent(event)
        self._show_all_in_tip()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The text as far as it fits."""
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.contentsRect(), self.alignment(), self.shown_text())
        painter.end()

    def _show_all_in_tip(self) -> None:
        self.setToolTip(self.text() if self.shown_text() != self.text() else "")
