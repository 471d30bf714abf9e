"""The hatch of drives and time off: a pixmap brush for each colour and pixel ratio."""

from functools import lru_cache

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QTransform

_STEP = 8


def hatch_brush(colour: QColor, ratio: float) -> QBrush:
    """Diagonal lines 8 logical pixels apart (Qt's own pattern does not scale with the DPR)."""
    return _hatch(colour.rgba(), ratio)


@lru_cache(maxsize=64)
def _hatch(rgba: int, ratio: float) -> QBrush:
    size = round(_STEP * ratio)
    tile = QPixmap(size, size)
    tile.fill(Qt.GlobalColor.transparent)
    painter = QPainter(tile)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(QColor.fromRgba(rgba), 1.2 * ratio))
    # Neighbouring lines are drawn too, so that the corners of the tile join without a notch.
    for shift in (-size, 0, size):
        painter.drawLine(QPointF(shift - 1, size + 1), QPointF(shift + size + 1, -1))
    painter.end()
    brush = QBrush(tile)
    brush.setTransform(QTransform.fromScale(1 / ratio, 1 / ratio))
    return brush
