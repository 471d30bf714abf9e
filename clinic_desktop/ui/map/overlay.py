"""What lies above the tiles: a sheet with the routes, and one with names and pins."""

from collections.abc import Sequence
from time import monotonic
from typing import Final

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera
from clinic_desktop.ui.map.layer import Layer, Painted
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.name_painter import NamePainter
from clinic_desktop.ui.map.route_lines import RouteLine, route_lines
from clinic_desktop.ui.map.route_painter import RoutePainter
from clinic_desktop.ui.map.tile_source import MapContents

# Not the same, so that the two are never painted anew in one frame.
_LINES_MARGIN_PX: Final = 176
_PINS_MARGIN_PX: Final = 128
FADE_S: Final = 0.22


class Overlay:
    """Routes, names and pins of one map.

    Args:
        theme: colours.
        mini: a small map in a tray.
    """

    def __init__(self, theme: Theme, *, mini: bool) -> None:
        self._names = NamePainter(theme, mini=mini)
        self._painter = RoutePainter(theme, mini=mini)
        self.routes: tuple[MapRoute, ...] = ()
        self._lines: list[list[RouteLine]] = []
        self.selected = ""
        self.hovered = ""
        self.front = 0
        self._contents: MapContents | None = None
        self._ratio = 1.0
        self._line_layer = Layer(self._paint_lines, _LINES_MARGIN_PX, piecewise=True)
        # A name that gives way to another would be cut where areas meet.
        self._pin_layer = Layer(self._paint_pins, _PINS_MARGIN_PX, piecewise=False)
        self._before: list[Painted] = []
        self._since = 0.0

    @property
    def stops(self) -> list[MapStop]:
        """Every pin, route by route."""
        return [stop for route in self.routes for stop in route.stops]

    @property
    def points(self) -> list[tuple[float, float]]:
        """The projected points of all lines."""
        return [
            (float(x), float(y)) for lines in self._lines for line in lines for x, y in line.points
        ]

    @property
    def fading(self) -> bool:
        """Whether what was shown before still shines through."""
        return bool(self._before)

    def set_routes(self, routes: tuple[MapRoute, ...], *, fade: bool) -> None:
        """Show these; ``fade``: what was shown goes slowly."""
        self.routes = routes
        self._lines = route_lines(routes)
        self._painter.forget()
        if fade:
            layers = (self._line_layer.painted, self._pin_layer.painted)
            self._before = [painted for painted in layers if painted is not None]
            self._since = monotonic()
        self.drop(fading=fade)

    def pins_changed(self) -> None:
        """Another stop is chosen or pointed at."""
        self._pin_layer.drop()

    def drop(self, *, fading: bool = False) -> None:
        """Paint everything anew at the next frame."""
        self._line_layer.drop()
        self._pin_layer.drop()
        if not fading:
            self._before = []

    def paint(
        self,
        painter: QPainter,
        camera: Camera,
        contents: MapContents | None,
        ratio: float,
        *,
        moving: bool,
    ) -> None:
        """Paint one frame.

        Args:
            painter: in the view's logical pixels.
            camera: the view now.
            contents: names and shields, None without a map.
            ratio: device pixels a logical one.
            moving: a zoom is under way: what is there is scaled, and painted anew at its end.
        """
        self._contents, self._ratio = contents, ratio
        sheets = [
            layer.ready(camera, ratio, moving=moving)
            for layer in (self._line_layer, self._pin_layer)
        ]
        share = min(1.0, (monotonic() - self._since) / FADE_S)
        if share >= 1.0 or any(one.camera.zoom != camera.zoom for one in self._before):
            self._before = []
        if not self._before:
            _draw(painter, sheets, camera)
            return
        painter.setOpacity(1 - share)
        _draw(painter, self._before, camera)
        painter.setOpacity(share)
        _draw(painter, sheets, camera)
        painter.setOpacity(1.0)

    def paint_all(
        self, painter: QPainter, camera: Camera, contents: MapContents | None, ratio: float
    ) -> None:
        """Everything straight onto a painter, for paper."""
        self._contents, self._ratio = contents, ratio
        area = QRectF(QPointF(0, 0), camera.size)
        self._paint_lines(painter, camera, area)
        self._paint_pins(painter, camera, area)

    def _paint_lines(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        drawn = sorted(
            zip(self.routes, self._lines, strict=True),
            key=lambda pair: pair[0].marker == self.front,
        )
        for route, lines in drawn:
            front = route.marker == self.front
            self._painter.lines(painter, camera, area, route, lines, front=front)

    def _paint_pins(self, painter: QPainter, camera: Camera, area: QRectF) -> None:
        if self._contents is not None:
            pins = [camera.place_px(stop.place) for stop in self.stops]
            self._names.paint(painter, camera, area, self._contents, pins, self._ratio)
        for route in self.routes:
            for stop in route.stops:
                key = stop.visit_id
                self._painter.stop(
                    painter, camera, area, route, stop, self._ratio,
                    selected=bool(key) and key == self.selected,
                    hovered=bool(key) and key == self.hovered,
                )  # fmt: skip


def _draw(painter: QPainter, sheets: Sequence[Painted], camera: Camera) -> None:
    for sheet in sheets:
        sheet.draw(painter, camera)
