"""Paints what stands still over a map: attribution, scale bar, a sentence, the cross, the focus."""

import math
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen, QPolygonF

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.place import FEET_PER_METRE, METRES_PER_MILE
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera

_LONGEST_BAR_PX: Final = 110.0
_CROSS_PX: Final = 9.0


class FramePainter:
    """Works in the view's logical pixels."""

    def __init__(self, theme: Theme, formats: Formats) -> None:
        self._theme, self._formats = theme, formats

    def attribution(self, painter: QPainter, camera: Camera, words: str) -> None:
        """Who the map data is from, at the lower right."""
        painter.setFont(font("caption"))
        width = QFontMetricsF(font("caption")).horizontalAdvance(words) + 12
        plate = QRectF(camera.size.width() - width - 4, camera.size.height() - 20, width, 17)
        back = self._theme.color("bg.surface")
        back.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(self._theme.color("text.secondary"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)

    def scale(self, painter: QPainter, camera: Camera) -> None:
        """A bar of a round length in the clinic's unit."""
        painter.setFont(font("caption"))
        unit = METRES_PER_MILE if self._formats.distance_unit == "mi" else 1000.0
        reach = _LONGEST_BAR_PX * camera.metres_a_px / unit
        if reach >= 0.2:
            base = 10 ** math.floor(math.log10(reach))
            length = max(n for n in (1, 2, 5, 10) if n * base <= reach) * base
            text = f"{length:g} {self._formats.distance_unit}"
            metres = length * unit
        else:
            feet = reach * unit * FEET_PER_METRE
            length = max(n for n in (20, 50, 100, 200, 500, 1000) if n <= max(20.0, feet))
            text, metres = _("{n} ft").format(n=length), length / FEET_PER_METRE
        wide = metres / camera.metres_a_px
        x, y = camera.size.width() - wide - 16, camera.size.height() - 32
        painter.setPen(QPen(self._theme.color("text.primary"), 1.5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            QPolygonF(
                [QPointF(x, y - 5), QPointF(x, y), QPointF(x + wide, y), QPointF(x + wide, y - 5)]
            )
        )
        painter.drawText(QRectF(x, y - 20, wide, 14), Qt.AlignmentFlag.AlignCenter, text)

    def message(self, painter: QPainter, camera: Camera, words: str) -> None:
        """A sentence at the top."""
        painter.setFont(font("caption"))
        wide = camera.size.width()
        metrics = QFontMetricsF(font("caption"))
        width = min(wide - 40.0, metrics.horizontalAdvance(words) + 28)
        box = QRectF((wide - width) / 2, 14, width, 28)
        painter.setPen(QPen(self._theme.color("line.default"), 1))
        painter.setBrush(self._theme.color("bg.surface"))
        painter.drawRoundedRect(box, 6, 6)
        painter.setPen(self._theme.color("text.primary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, words)

    def cross(self, painter: QPainter, camera: Camera) -> None:
        """The middle, where Enter puts a pin."""
        middle = QPointF(camera.size.width() / 2, camera.size.height() / 2)
        painter.setPen(QPen(self._theme.color("text.primary"), 1.5))
        painter.drawLine(middle - QPointF(_CROSS_PX, 0), middle + QPointF(_CROSS_PX, 0))
        painter.drawLine(middle - QPointF(0, _CROSS_PX), middle + QPointF(0, _CROSS_PX))

    def focus(self, painter: QPainter, camera: Camera) -> None:
        """The ring of what has the keyboard."""
        painter.setPen(QPen(self._theme.color("focus.ring"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(QPointF(1, 1), camera.size).adjusted(0, 0, -2, -2))
