"""One sheet above the tiles: painted once with a margin, then shifted while the map is panned."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPixmap

from clinic_desktop.ui.map.camera import Camera

PaintArea = Callable[[QPainter, Camera, QRectF], None]
"""Paints what lies in an area of a view, both in the view's logical pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """A finished sheet and the view it was painted for."""

    pixmap: QPixmap
    camera: Camera
    margin: int

    def draw(self, painter: QPainter, camera: Camera) -> None:
        """Where its own middle is now, as large as the zoom has become."""
        grown = 2.0 ** (camera.zoom - self.camera.zoom)
        at = camera.to_px(self.camera.centre)
        wide = (self.camera.size.width() + 2 * self.margin) * grown
        high = (self.camera.size.height() + 2 * self.margin) * grown
        corner = QPointF(at.x() - wide / 2, at.y() - high / 2)
        if grown == 1.0:
            painter.drawPixmap(corner, self.pixmap)
        else:
            target = QRectF(corner.x(), corner.y(), wide, high)
            painter.drawPixmap(target, self.pixmap, QRectF(self.pixmap.rect()))


class Layer:
    """A sheet of one map.

    Args:
        paint: paints an area.
        margin: how far beyond the view it reaches, in pixels.
        piecewise: a sheet that runs out keeps what it has, and only the new edges are painted;
            for what looks the same wherever the edge of an area lies.
    """

    def __init__(self, paint: PaintArea, margin: int, *, piecewise: bool) -> None:
        self._paint, self._margin, self._piecewise = paint, margin, piecewise
        self._painted: Painted | None = None

    @property
    def painted(self) -> Painted | None:
        """The sheet as it is, None if nothing fits any more."""
        return self._painted

    def drop(self) -> None:
        """Nothing of it holds any more."""
        self._painted = None

    def ready(self, camera: Camera, ratio: float, *, moving: bool) -> Painted:
        """The sheet for a view.

        Args:
            camera: the view.
            ratio: device pixels a logical one.
            moving: a zoom is under way: what is there is good enough.
        """
        known = self._painted
        if known is not None and (moving or self._covers(known, camera)):
            return known
        self._painted = self._made(known, camera, ratio)
        return self._painted

    def _covers(self, known: Painted, camera: Camera) -> bool:
        if known.camera.zoom != camera.zoom:
            return False
        shift = self._shift(known, camera)
        return max(abs(shift.x()), abs(shift.y())) < self._margin

    @staticmethod
    def _shift(known: Painted, camera: Camera) -> QPointF:
        """How far the sheet's middle lies from the view's, in pixels."""
        at = camera.to_px(known.camera.centre)
        return at - QPointF(camera.size.width() / 2, camera.size.height() / 2)

    def _made(self, known: Painted | None, camera: Camera, ratio: float) -> Painted:
        margin = self._margin
        whole = QRectF(
            -margin, -margin, camera.size.width() + 2 * margin, camera.size.height() + 2 * margin
        )
        pixmap = QPixmap(math.ceil(whole.width() * ratio), math.ceil(whole.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        taken = camera.copy()
        missing = [whole]
        over = QPainter(pixmap)
        over.translate(margin, margin)
        over.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._piecewise and known is not None and known.camera.zoom == camera.zoom:
            shift = self._shift(known, camera)
            # Whole device pixels, or what was painted would blur a little each time.
            dx, dy = round(shift.x() * ratio) / ratio, round(shift.y() * ratio) / ratio
            taken.pan(shift.x() - dx, shift.y() - dy)
            kept = whole.translated(dx, dy).intersected(whole)
            if not kept.isEmpty():
                over.drawPixmap(QPointF(dx - margin, dy - margin), known.pixmap)
                missing = _around(whole, kept)
        for area in missing:
            over.setClipRect(area)
            self._paint(over, taken, area)
        over.end()
        return Painted(pixmap=pixmap, camera=taken, margin=margin)


def _around(whole: QRectF, kept: QRectF) -> list[QRectF]:
    """What of the whole lies above, below, left and right of the part that is kept."""
    found = [
        QRectF(whole.left(), whole.top(), whole.width(), kept.top() - whole.top()),
        QRectF(whole.left(), kept.bottom(), whole.width(), whole.bottom() - kept.bottom()),
        QRectF(whole.left(), kept.top(), kept.left() - whole.left(), kept.height()),
        QRectF(kept.right(), kept.top(), whole.right() - kept.right(), kept.height()),
    ]
    return [area for area in found if area.width() > 0 and area.height() > 0]
