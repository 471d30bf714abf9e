"""Paints the tiles of a view, and asks for those that have not come."""

import math

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPixmap

from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera
from clinic_desktop.ui.map.tile_protocol import TileKey
from clinic_desktop.ui.map.tile_source import TileSource

_LEAST_LEVEL = 8
_MOST_LEVEL = 18


def tiles_of(camera: Camera, theme: Theme, ratio: float) -> list[tuple[TileKey, QRectF]]:
    """The tiles that a view shows, and where each is; the middle ones first.

    Args:
        camera: the view.
        theme: whose colours.
        ratio: device pixels a logical one; whole ones are asked for.
    """
    level = max(_LEAST_LEVEL, min(_MOST_LEVEL, round(camera.zoom)))
    whole = float(math.ceil(ratio))
    count = 2**level
    middle = QPointF(camera.size.width() / 2, camera.size.height() / 2)
    x0, y0 = camera.to_world(QPointF(0, 0))
    x1, y1 = camera.to_world(QPointF(camera.size.width(), camera.size.height()))
    found: list[tuple[float, TileKey, QRectF]] = []
    for column in range(math.floor(x0 * count), math.floor(x1 * count) + 1):
        for row in range(math.floor(y0 * count), math.floor(y1 * count) + 1):
            if not (0 <= column < count and 0 <= row < count):
                continue
            key = TileKey(theme=theme.name, zoom=level, column=column, row=row, ratio=whole)
            # Edges on whole device pixels, each shared with the neighbour: no seams.
            corner = _snapped(camera.to_px((column / count, row / count)), ratio)
            other = _snapped(camera.to_px(((column + 1) / count, (row + 1) / count)), ratio)
            rect = QRectF(corner, other)
            away = rect.center() - middle
            found.append((math.hypot(away.x(), away.y()), key, rect))
    return [(key, rect) for _away, key, rect in sorted(found, key=lambda one: one[0])]


def _snapped(at: QPointF, ratio: float) -> QPointF:
    return QPointF(round(at.x() * ratio) / ratio, round(at.y() * ratio) / ratio)


def paint_tiles(
    painter: QPainter, camera: Camera, theme: Theme, source: TileSource, ratio: float
) -> bool:
    """Paint what is here and ask for the rest; returns whether all of it was here."""
    wanted: list[TileKey] = []
    for key, rect in tiles_of(camera, theme, ratio):
        pixmap = source.tile(key)
        if pixmap is None:
            wanted.append(key)
            _paint_parent(painter, source, key, rect)
        else:
            painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
    source.want(wanted)
    return not wanted


def _paint_parent(painter: QPainter, source: TileSource, key: TileKey, rect: QRectF) -> None:
    """Until a tile comes, the part of a coarser one that is here already."""
    for up in (1, 2, 3):
        parent = TileKey(
            theme=key.theme,
            zoom=key.zoom - up,
            column=key.column >> up,
            row=key.row >> up,
            ratio=key.ratio,
        )
        pixmap: QPixmap | None = source.tile(parent)
        if pixmap is not None:
            part = pixmap.width() / 2**up
            x = (key.column - (parent.column << up)) * part
            y = (key.row - (parent.row << up)) * part
            painter.drawPixmap(rect, pixmap, QRectF(x, y, part, part))
            return
