"""Paints routes and their stops above the tiles."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, paint_mark, practitioner_style
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.route_lines import DrawnLine, RouteLine, drawn_line, runs_within

_ARROW_EVERY_PX: Final = 130.0
_HALO_PX: Final = 2.5
_REACH_PX: Final = 30.0
_FRONT_PX: Final = 5.0
_BACK_PX: Final = 4.0
_MINI_PX: Final = 2.5


class RoutePainter:
    """Keeps the lines as they are drawn at the zoom of the last painting.

    Args:
        theme: colours.
        mini: a small map, which shows less and smaller.
    """

    def __init__(self, theme: Theme, *, mini: bool) -> None:
        self._theme, self._mini = theme, mini
        self._drawn: dict[int, DrawnLine] = {}
        self._zoom = -1.0

    def forget(self) -> None:
        """Other lines come."""
        self._drawn.clear()

    def lines(
        self,
        painter: QPainter,
        camera: Camera,
        area: QRectF,
        route: MapRoute,
        lines: Sequence[RouteLine],
        *,
        front: bool,
    ) -> None:
        """One route's lines with their halo, and which way it is driven.

        Args:
            painter: in the view's logical pixels.
            camera: the view.
            area: what is painted; lines that do not touch it cost nothing.
            route: whose lines.
            lines: of that route.
            front: drawn wider.
        """
        left = camera.centre[0] * camera.world_px - camera.size.width() / 2
        top = camera.centre[1] * camera.world_px - camera.size.height() / 2
        reach = area.adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX).translated(left, top)
        drawn = [self._at_zoom(line, camera) for line in lines]
        runs = [
            run
            for line in drawn
            for run in runs_within(line, reach.left(), reach.top(), reach.right(), reach.bottom())
        ]
        if not runs:
            return
        origin = (left, top)
        polygons = [
            (QPolygonF([QPointF(x, y) for x, y in (points - origin).tolist()]), way)
            for points, way in runs
        ]
        style = practitioner_style(route.marker)
        width = _MINI_PX if self._mini else _FRONT_PX if front else _BACK_PX
        halo = QPen(self._theme.color("map.labelHalo"), width + _HALO_PX)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(halo)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for polygon, _way in polygons:
            painter.drawPolyline(polygon)
        pen = QPen(self._theme.color(f"{style.colour}.base"), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if style.dotted else Qt.PenCapStyle.FlatCap)
        dashes = dash_pattern(route.marker)
        if dashes:
            pen.setDashPattern(dashes)
        for polygon, way in polygons:
            if dashes:
                pen.setDashOffset(way / width)
            painter.setPen(pen)
            painter.drawPolyline(polygon)
        self._arrows(painter, f"{style.colour}.base", drawn, origin, reach, width)

    def stop(
        self,
        painter: QPainter,
        camera: Camera,
        area: QRectF,
        route: MapRoute,
        stop: MapStop,
        ratio: float,
        *,
        selected: bool,
        hovered: bool,
    ) -> None:
        """A pin, a home, or a ghost of what might be booked; ``ratio`` is for icons."""
        at = camera.place_px(stop.place)
        if not area.adjusted(-_REACH_PX, -_REACH_PX, _REACH_PX, _REACH_PX).contains(at):
            return
        if stop.kind == "home":
            self._home(painter, route, at, ratio)
            return
        size = 15.0 if self._mini else 28.0 if selected or hovered else 24.0
        text = "+" if stop.kind == "ghost" else str(stop.number or "")
        paint_mark(
            painter,
            self._theme,
            route.marker,
            at,
            size,
            text,
            hollow=stop.kind in ("done", "ghost"),
            selected=selected,
        )

    def _at_zoom(self, line: RouteLine, camera: Camera) -> DrawnLine:
        if camera.zoom != self._zoom:
            self._drawn.clear()
            self._zoom = camera.zoom
        found = self._drawn.get(id(line))
        if found is None:
            gap = (_MINI_PX if self._mini else _BACK_PX) + 1.0
            every = 0.0 if self._mini else _ARROW_EVERY_PX
            found = self._drawn[id(line)] = drawn_line(line, camera.world_px, gap, every)
        return found

    def _arrows(
        self,
        painter: QPainter,
        colour: str,
        lines: Sequence[DrawnLine],
        origin: tuple[float, float],
        reach: QRectF,
        width: float,
    ) -> None:
        """Heads wider than the line, so that they are seen on dashes and dots too."""
        size = width + 1.5
        head = QPolygonF(
            [QPointF(size, 0), QPointF(-size * 0.7, size), QPointF(-size * 0.7, -size)]
        )
        painter.setPen(QPen(self._theme.color("map.labelHalo"), 1.2))
        painter.setBrush(self._theme.color(colour))
        for line in lines:
            for x, y, heading in line.arrows:
                if reach.contains(x, y):
                    painter.save()
                    painter.translate(x - origin[0], y - origin[1])
                    painter.rotate(heading)
                    painter.drawPolygon(head)
                    painter.restore()

    def _home(self, painter: QPainter, route: MapRoute, at: QPointF, ratio: float) -> None:
        colour = self._theme.color(f"{practitioner_style(route.marker).colour}.base")
        size = 13.0 if self._mini else 19.0
        box = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
        painter.setPen(QPen(colour, 1.5))
        painter.setBrush(self._theme.color("bg.surface"))
        painter.drawRoundedRect(box, 4, 4)
        picture = icon_pixmap("house", colour, round(size - 6), ratio)
        painter.drawPixmap(QPointF(box.left() + 3, box.top() + 3), picture)
