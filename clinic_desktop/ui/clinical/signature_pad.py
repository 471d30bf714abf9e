"""Where the patient signs, with mouse, pen or finger; the strokes are kept, not a picture."""

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.clinical.consent import Stroke
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.tokens import Theme


class SignaturePad(QWidget):
    """Collects strokes as parts of its width and height.

    Signals:
        changed(): a stroke was drawn, or all were taken away.
    """

    changed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._strokes: list[list[tuple[float, float]]] = []
        self._drawing = False
        self.setMinimumHeight(130)
        self.setObjectName("signature_pad")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setAccessibleName(_("Signature field: draw with mouse or pen, Delete empties it"))

    def strokes(self) -> tuple[Stroke, ...]:
        """What was drawn; a pen that left the pad ends its stroke there."""
        return tuple(tuple(stroke) for stroke in self._strokes if len(stroke) > 1)

    def clear(self) -> None:
        """Take all strokes away."""
        self._strokes = []
        self.changed.emit()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide enough for a name."""
        return QSize(420, 130)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a stroke."""
        self._drawing = True
        self._strokes.append([self._part(event.position())])

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on; outside the pad the stroke ends and a new one begins inside."""
        if not self._drawing:
            return
        if not self.rect().contains(event.position().toPoint()):
            if self._strokes and self._strokes[-1]:
                self._strokes.append([])
            return
        self._strokes[-1].append(self._part(event.position()))
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End the stroke."""
        self._drawing = False
        self.changed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete empties the pad."""
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.clear()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line to sign on, and the strokes."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.rect().adjusted(1, 1, -1, -1)
        focused = self.hasFocus()
        painter.setPen(
            QPen(self._theme.color("focus.ring" if focused else "line.strong"), 2 if focused else 1)
        )
        painter.setBrush(self._theme.color("bg.surface"))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(QPen(self._theme.color("line.default"), 1))
        line = self.height() - 34
        painter.drawLine(24, line, self.width() - 24, line)
        if not self.strokes():
            painter.setFont(font("small"))
            painter.setPen(self._theme.color("text.tertiary"))
            painter.drawText(30, line - 8, _("Sign here"))
        pen = QPen(self._theme.color("text.primary"), 2.2)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        for stroke in self._strokes:
            painter.drawPolyline(
                QPolygonF([QPointF(x * self.width(), y * self.height()) for x, y in stroke])
            )
        painter.end()

    def _part(self, at: QPointF) -> tuple[float, float]:
        return (
            min(1.0, max(0.0, at.x() / max(1, self.width()))),
            min(1.0, max(0.0, at.y() / max(1, self.height()))),
        )
