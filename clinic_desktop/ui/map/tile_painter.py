"""Paints one map tile; runs in the tile process, never in the window's."""

import itertools
import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QPainter,
    QPainterPath,
    QPen,
    QPolygonF,
)

from clinic_desktop.domain.map_shapes import TILE_PX, AreaClass, LineClass, MapSource
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.tokens import Theme

# Width of the fill in logical pixels at zoom 10, 11, ... 18.
_WIDTHS: Final[dict[LineClass, tuple[float, ...]]] = {
    LineClass.MOTORWAY: (1.6, 2.0, 2.6, 3.4, 4.6, 7.0, 11.0, 17.0, 26.0),
    LineClass.MOTORWAY_LINK: (0.0, 0.0, 1.2, 1.8, 2.6, 4.5, 7.0, 11.0, 17.0),
    LineClass.PRIMARY: (1.1, 1.5, 2.0, 2.8, 4.0, 6.5, 10.0, 16.0, 25.0),
    LineClass.SECONDARY: (0.7, 1.0, 1.5, 2.3, 3.4, 5.8, 9.0, 15.0, 23.0),
    LineClass.TERTIARY: (0.0, 0.6, 1.0, 1.7, 2.8, 5.0, 8.0, 13.0, 21.0),
    LineClass.MINOR: (0.0, 0.0, 0.5, 0.9, 1.7, 3.6, 6.5, 11.0, 18.0),
    LineClass.SERVICE: (0.0, 0.0, 0.0, 0.0, 0.6, 1.4, 3.0, 6.0, 10.0),
}
_FIRST_ZOOM: Final = 10
_CASING: Final = 1.0
_STREETS_NAMED_FROM: Final = 15
_ARROWS_FROM: Final = 16
_BUILDINGS_FROM: Final = 15
_FILLS: Final = {
    LineClass.MOTORWAY: ("map.motorway", "map.motorwayCase"),
    LineClass.MOTORWAY_LINK: ("map.motorway", "map.motorwayCase"),
    LineClass.PRIMARY: ("map.primary", "map.case"),
    LineClass.SECONDARY: ("map.secondary", "map.case"),
    LineClass.TERTIARY: ("map.tertiary", "map.case"),
    LineClass.MINOR: ("map.minor", "map.minorCase"),
    LineClass.SERVICE: ("map.minor", "map.minorCase"),
}


def line_width(kind: LineClass, zoom: int) -> float:
    """The fill's width in logical pixels, 0 where the class is not drawn at this zoom."""
    widths = _WIDTHS.get(kind)
    if widths is None:
        return 0.0
    return widths[min(len(widths) - 1, max(0, zoom - _FIRST_ZOOM))]


def paint_tile(
    source: MapSource, theme: Theme, zoom: int, column: int, row: int, ratio: float
) -> QImage:
    """One tile of 256 logical pixels.

    Args:
        source: the geometry.
        theme: whose map colours to use.
        zoom: 0 to 18.
        column: from the west, of 2 ** zoom.
        row: from the north.
        ratio: device pixels a logical one.
    """
    size = round(TILE_PX * ratio)
    image = QImage(size, size, QImage.Format.Format_RGB32)
    image.fill(theme.color("map.land"))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / TILE_PX, size / TILE_PX)
    _TilePainter(source, theme, painter, zoom, column, row).paint()
    painter.end()
    return image


class _TilePainter:
    def __init__(
        self,
        source: MapSource,
        theme: Theme,
        painter: QPainter,
        zoom: int,
        column: int,
        row: int,
    ) -> None:
        self._source, self._theme, self._painter, self._zoom = source, theme, painter, zoom
        self._scale = TILE_PX * 2.0**zoom
        self._x0, self._y0 = column * TILE_PX, row * TILE_PX
        pad = 24 / self._scale
        side = 1 / 2.0**zoom
        self._box = (
            column * side - pad,
            row * side - pad,
            (column + 1) * side + pad,
            (row + 1) * side + pad,
        )

    def paint(self) -> None:
        self._paint_areas()
        lines = self._source.lines
        shown = lines.within(*self._box)
        by_class: dict[LineClass, list[int]] = {}
        for index in shown:
            by_class.setdefault(LineClass(int(lines.classes[index])), []).append(int(index))
        polygons = {
            index: self._polygon(lines.line(index))
            for kind, indices in by_class.items()
            for index in indices
            if line_width(kind, self._zoom) > 0 or kind in (LineClass.STREAM, LineClass.RAIL)
        }
        self._paint_thin(by_class, polygons)
        order = sorted(k for k in by_class if k in _FILLS)
        ground = {k: [i for i in by_class[k] if not lines.bridges[i]] for k in order}
        bridges = {k: [i for i in by_class[k] if lines.bridges[i]] for k in order}
        for level in (ground, bridges):
            self._paint_roads(order, level, polygons)
        if self._zoom >= _ARROWS_FROM:
            self._paint_arrows(order, by_class, polygons)
        if self._zoom >= _STREETS_NAMED_FROM:
            self._paint_names(order, by_class, polygons)

    def _polygon(self, points: NDArray[np.float64]) -> QPolygonF:
        moved = points * self._scale - (self._x0, self._y0)
        if self._zoom < 14 and len(moved) > 2:
            moved = _thinned(moved)
        return QPolygonF([QPointF(x, y) for x, y in moved.tolist()])

    def _paint_areas(self) -> None:
        areas = self._source.areas
        keys = {
            AreaClass.PARK: "map.park",
            AreaClass.WATER: "map.water",
            AreaClass.BUILDING: "map.minorCase",
        }
        found = areas.within(*self._box)
        self._painter.setPen(Qt.PenStyle.NoPen)
        for kind in AreaClass:
            if kind is AreaClass.BUILDING and self._zoom < _BUILDINGS_FROM:
                continue
            self._painter.setBrush(self._theme.color(keys[kind]))
            for index in found[areas.classes[found] == kind]:
                self._painter.drawPolygon(self._polygon(areas.line(int(index))))
        self._painter.setBrush(Qt.BrushStyle.NoBrush)

    def _paint_thin(
        self, by_class: dict[LineClass, list[int]], polygons: dict[int, QPolygonF]
    ) -> None:
        water = QPen(self._theme.color("map.water"), 1.2 if self._zoom < 14 else 2.5)
        self._painter.setPen(water)
        for index in by_class.get(LineClass.STREAM, ()):
            self._painter.drawPolyline(polygons[index])
        if self._zoom >= 12:
            rail = QPen(self._theme.color("map.case"), 1.2)
            rail.setDashPattern([5, 3])
            self._painter.setPen(rail)
            for index in by_class.get(LineClass.RAIL, ()):
                self._painter.drawPolyline(polygons[index])

    def _paint_roads(
        self,
        order: Sequence[LineClass],
        by_class: dict[LineClass, list[int]],
        polygons: dict[int, QPolygonF],
    ) -> None:
        for casing in (True, False):
            for kind in order:
                width = line_width(kind, self._zoom)
                if width <= 0 or (casing and width < 1.2):
                    continue
                fill, case = _FILLS[kind]
                pen = QPen(
                    self._theme.color(case if casing else fill),
                    width + 2 * _CASING if casing else width,
                )
                if width < 1.2:
                    # Too thin for a casing: drawn so that it does not vanish on the land.
                    pen.setColor(self._theme.color(fill if self._theme.dark else case))
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                self._painter.setPen(pen)
                for index in by_class[kind]:
                    self._painter.drawPolyline(polygons[index])

    def _paint_arrows(
        self,
        order: Sequence[LineClass],
        by_class: dict[LineClass, list[int]],
        polygons: dict[int, QPolygonF],
    ) -> None:
        pen = QPen(self._theme.color("map.label"), 1.1)
        self._painter.setPen(pen)
        for kind in order:
            for index in by_class[kind]:
                way = int(self._source.lines.oneways[index])
                if way:
                    self._arrow(polygons[index], way)

    def _arrow(self, polygon: QPolygonF, way: int) -> None:
        longest = _longest(polygon)
        if longest is None or longest[2] < 60:
            return
        start, end, _length = longest
        angle = math.degrees(math.atan2(end.y() - start.y(), end.x() - start.x()))
        self._painter.save()
        self._painter.translate((start + end) / 2)
        self._painter.rotate(angle if way > 0 else angle + 180)
        self._painter.drawLine(QPointF(-6, 0), QPointF(6, 0))
        self._painter.drawLine(QPointF(6, 0), QPointF(3, -2.5))
        self._painter.drawLine(QPointF(6, 0), QPointF(3, 2.5))
        self._painter.restore()

    def _paint_names(
        self,
        order: Sequence[LineClass],
        by_class: dict[LineClass, list[int]],
        polygons: dict[int, QPolygonF],
    ) -> None:
        """Names along the longest straight piece of a street that lies inside the tile."""
        lines, taken, named = self._source.lines, list[QRectF](), set[int]()
        chosen = QFont(font("caption"))
        chosen.setPixelSize(10)
        metrics = QFontMetricsF(chosen)
        inside = QRectF(2, 2, TILE_PX - 4, TILE_PX - 4)
        for kind in sorted(order, reverse=True):
            for index in by_class[kind]:
                name = int(lines.names[index])
                if not name or name in named:
                    continue
                text = self._source.names[name]
                width = metrics.horizontalAdvance(text)
                spot = _spot(polygons[index], width + 10, inside)
                if spot is None:
                    continue
                centre, angle = spot
                box = _turned_box(centre, width, 12, angle)
                if not inside.contains(box) or any(box.intersects(t) for t in taken):
                    continue
                taken.append(box)
                named.add(name)
                self._label(text, chosen, width, metrics, centre, angle)

    def _label(
        self,
        text: str,
        chosen: QFont,
        width: float,
        metrics: QFontMetricsF,
        centre: QPointF,
        angle: float,
    ) -> None:
        path = QPainterPath()
        path.addText(QPointF(-width / 2, metrics.capHeight() / 2), chosen, text)
        self._painter.save()
        self._painter.translate(centre)
        self._painter.rotate(angle)
        halo = QPen(self._theme.color("map.labelHalo"), 3)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        self._painter.strokePath(path, halo)
        self._painter.fillPath(path, QColor(self._theme.color("map.label")))
        self._painter.restore()


def _thinned(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without points closer than a pixel to the one before; ends stay."""
    steps = np.abs(np.diff(points, axis=0)).sum(axis=1)
    travelled = np.floor(np.concatenate(([0.0], np.cumsum(steps))) / 1.5)
    keep = np.concatenate(([True], np.diff(travelled) > 0))
    keep[-1] = True
    return points[keep]


def _longest(polygon: QPolygonF) -> tuple[QPointF, QPointF, float] | None:
    best: tuple[QPointF, QPointF, float] | None = None
    points = polygon.toList()
    for start, end in itertools.pairwise(points):
        length = math.hypot(end.x() - start.x(), end.y() - start.y())
        if best is None or length > best[2]:
            best = (start, end, length)
    return best


def _spot(polygon: QPolygonF, width: float, inside: QRectF) -> tuple[QPointF, float] | None:
    """Where a name of this width fits along a nearly straight run; angle in degrees."""
    points = [p for p in polygon.toList() if inside.adjusted(-60, -60, 60, 60).contains(p)]
    for first in range(len(points) - 1):
        for last in range(len(points) - 1, first, -1):
            start, end = points[first], points[last]
            chord = math.hypot(end.x() - start.x(), end.y() - start.y())
            if chord < width:
                break
            length = sum(
                math.hypot(b.x() - a.x(), b.y() - a.y())
                for a, b in zip(points[first:last], points[first + 1 : last + 1], strict=True)
            )
            if length > chord * 1.02:
                continue
            angle = math.degrees(math.atan2(end.y() - start.y(), end.x() - start.x()))
            upright = (angle + 90) % 180 - 90
            return (start + end) / 2, upright
    return None


def _turned_box(centre: QPointF, width: float, height: float, angle: float) -> QRectF:
    turn = math.radians(angle)
    w = abs(width * math.cos(turn)) + abs(height * math.sin(turn))
    h = abs(width * math.sin(turn)) + abs(height * math.cos(turn))
    return QRectF(centre.x() - w / 2, centre.y() - h / 2, w, h)
