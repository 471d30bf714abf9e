"""A picture of the day's routes as sharp as a printer, from tiles that are waited for."""

import math
from typing import Final

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.map_shapes import project
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera
from clinic_desktop.ui.map.frame_painter import FramePainter
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.map.overlay import Overlay
from clinic_desktop.ui.map.tile_layer import tiles_of
from clinic_desktop.ui.map.tile_source import TileSource

RATIO: Final = 3.125
"""Device pixels a logical one: 300 dots an inch."""
_PAD_PX: Final = 40.0
_ASK_EVERY_MS: Final = 150
_PATIENCE: Final = 200


class MapPicture(QObject):
    """Paints once all tiles are here, else what has come after half a minute.

    Signals:
        ready(QImage): the picture; it happens once.

    Args:
        routes: what to show; all of it is in view.
        source: where tiles come from, None for plain ground.
        formats: of the scale bar.
        attribution: who the map data is from.
        size: in logical pixels (96 to an inch).
        parent: when it goes, so does this.
    """

    ready = Signal(object)

    def __init__(
        self,
        routes: tuple[MapRoute, ...],
        source: TileSource | None,
        formats: Formats,
        attribution: str,
        size: QSizeF,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        # Paper is light, whatever the screen is.
        self._theme = Theme("light")
        self._source, self._attribution = source, attribution
        self._overlay = Overlay(self._theme, mini=False)
        self._overlay.set_routes(routes, fade=False)
        self._frame = FramePainter(self._theme, formats)
        self._camera = Camera((0.5, 0.5), 11.0, size)
        points = self._overlay.points + [project(stop.place) for stop in self._overlay.stops]
        if points:
            self._camera.fit(points, _PAD_PX)
        self._asked = 0
        self._timer = QTimer(self)
        self._timer.setInterval(_ASK_EVERY_MS)
        self._timer.timeout.connect(self._on_look)
        self._timer.start()

    def _on_look(self) -> None:
        """Ask again: a map on the screen takes wishes back that are not its own."""
        self._asked += 1
        source = self._source
        if source is not None:
            shown = tiles_of(self._camera, self._theme, RATIO)
            missing = [key for key, _at in shown if source.tile(key) is None]
            if missing and self._asked < _PATIENCE:
                source.want(missing)
                return
        self._timer.stop()
        self.ready.emit(self._paint())

    def _paint(self) -> QImage:
        size = self._camera.size
        image = QImage(
            math.ceil(size.width() * RATIO),
            math.ceil(size.height() * RATIO),
            QImage.Format.Format_RGB32,
        )
        image.setDevicePixelRatio(RATIO)
        image.fill(self._theme.color("map.land"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setClipRect(QRectF(QPointF(0, 0), size))
        source = self._source
        if source is not None:
            for key, rect in tiles_of(self._camera, self._theme, RATIO):
                pixmap = source.tile(key)
                if pixmap is not None:
                    painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
        contents = source.contents if source is not None else None
        self._overlay.paint_all(painter, self._camera, contents, RATIO)
        self._frame.attribution(painter, self._camera, self._attribution)
        self._frame.scale(painter, self._camera)
        painter.end()
        return image
