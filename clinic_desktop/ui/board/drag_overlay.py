"""What a drag adds to the picture: where it does not fit, and the words at the pointer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.measured_font import MeasuredFont
from clinic_desktop.ui.kit.tokens import Theme

_LINE_PX = 18
_PAD_PX = 10
_ICON_PX = 14
_WIDEST_PX = 600
_TONES = {
    "ok": ("bg.surface", "line.strong", "text.primary", "check"),
    "warn": ("warn.tint", "warn.line", "warn.text", "triangle-alert"),
    "block": ("danger.tint", "danger.line", "danger.text", "ban"),
}


def _no_spans() -> dict[str, tuple[tuple[int, int], ...]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class DragOverlay:
    """``blocked`` are spans of minutes by practitioner; ``lines`` stand at the pointer."""

    lines: tuple[str, ...] = ()
    tone: str = "ok"
    blocked: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=_no_spans)


def paint_words(
    painter: QPainter, theme: Theme, at: QPointF, bounds: QRectF, overlay: DragOverlay
) -> None:
    """Say at the pointer what letting go would do, or why it cannot be."""
    if not overlay.lines:
        return
    back, edge, ink, icon = _TONES[overlay.tone]
    sizes = MeasuredFont(tabular(font("small", 500)))
    room = _WIDEST_PX - 2 * _PAD_PX - _ICON_PX - 6
    lines = [sizes.elided(line, room) for line in overlay.lines]
    wide = max(sizes.width(line) for line in lines) + 2 * _PAD_PX + _ICON_PX + 8
    high = len(lines) * _LINE_PX + 10
    left = min(at.x() + 16, bounds.right() - wide - 6)
    top = at.y() + 18
    if top + high > bounds.bottom() - 4:
        top = at.y() - high - 12
    box = QRectF(max(bounds.left() + 6, left), max(bounds.top() + 4, top), wide, high)
    painter.setPen(QPen(theme.color(edge), 1))
    painter.setBrush(theme.color(back))
    painter.drawRoundedRect(box, 6, 6)
    picture = icon_pixmap(icon, theme.color(ink), _ICON_PX, painter.device().devicePixelRatioF())
    painter.drawPixmap(QPointF(box.left() + _PAD_PX, box.top() + 7), picture)
    painter.setFont(sizes.font)
    painter.setPen(theme.color(ink))
    for number, line in enumerate(lines):
        row = QRectF(
            box.left() + _PAD_PX + _ICON_PX + 6, box.top() + 5 + number * _LINE_PX, wide, _LINE_PX
        )
        painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, line)
