"""Keys as printed on caps, painted after a button's words or at the end of a row."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from clinic_desktop.ui.kit.fonts import font

_GAP = 3.0
_SIDE = 4.0
_BORDER_SHARE = 0.45


def split_keys(text: str) -> tuple[str, tuple[str, ...]]:
    """Take the keys off a text: they follow two spaces, as in ``New call  Ctrl Shift N``."""
    words, _gap, keys = text.partition("  ")
    return words.rstrip(), tuple(keys.split())


def _cap_font() -> QFont:
    made = QFont(font("caption", 500))
    made.setPixelSize(max(9, made.pixelSize() - 1))
    return made


def _cap_width(key: str) -> float:
    metrics = QFontMetricsF(_cap_font())
    return max(metrics.horizontalAdvance(key) + 2 * _SIDE, metrics.height() + 3)


def caps_width(keys: tuple[str, ...]) -> float:
    """The width of these caps side by side, in pixels; 0 for none."""
    if not keys:
        return 0.0
    return sum(_cap_width(key) for key in keys) + _GAP * (len(keys) - 1)


def paint_caps(
    painter: QPainter, left: float, middle: float, keys: tuple[str, ...], ink: QColor
) -> None:
    """Paint caps.

    Args:
        painter: paints in logical pixels.
        left: where the first begins.
        middle: the height of their middle.
        keys: what stands on each.
        ink: for the letters; the border has it more faintly.
    """
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setFont(_cap_font())
    border = QColor(ink)
    border.setAlphaF(ink.alphaF() * _BORDER_SHARE)
    height = QFontMetricsF(_cap_font()).height() + 3
    at = QPointF(left, middle - height / 2)
    for key in keys:
        box = QRectF(at.x(), at.y(), _cap_width(key), height)
        painter.setPen(QPen(border, 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        painter.setPen(ink)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, key)
        at.setX(box.right() + _GAP)
    painter.restore()
