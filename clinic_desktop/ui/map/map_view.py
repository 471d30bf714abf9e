"""The street map: pans, zooms, shows routes and pins; every pin is reachable by keyboard."""

import math
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture, QVBoxLayout, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.map_shapes import project, unproject
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.text import _
from clinic_desktop.ui.kit.motion import may_move
from clinic_desktop.ui.kit.parts import icon_button
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.camera import Camera, World
from clinic_desktop.ui.map.frame_painter import FramePainter
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.map_motion import MapMotion
from clinic_desktop.ui.map.overlay import Overlay
from clinic_desktop.ui.map.tile_layer import paint_tiles
from clinic_desktop.ui.map.tile_source import TileSource

_PLACING_ZOOM: Final = 16.0
_HIT_PX: Final = 16.0
_PAD_PX: Final = 46.0
_MINI_PAD_PX: Final = 16.0
_DRAG_FROM_PX: Final = 4
_KEY_PAN_PX: Final = 60
_WHEEL_A_LEVEL: Final = 480.0
_FADE_STEP_MS: Final = 16


class MapView(QWidget):
    """Painted over tiles that come from another process.

    Signals:
        stop_hovered(str): a visit id, "" when none.
        stop_selected(str): a visit id.
        pin_placed(Coordinate): where a person put the pin (see ``start_placing``).
    """

    stop_hovered = Signal(str)
    stop_selected = Signal(str)
    pin_placed = Signal(object)

    def __init__(
        self, theme: Theme, formats: Formats, *, mini: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._mini = theme, mini
        self._source: TileSource | None = None
        self._camera = Camera(project(Coordinate(lat=38.63, lon=-90.25)), 11.0, QSizeF(1, 1))
        self.overlay = Overlay(theme, mini=mini)
        self._frame = FramePainter(theme, formats)
        self._motion = MapMotion(self, self._pan, self._on_zoomed, self._on_glided)
        self._fitted = False
        self._own_view = False
        self._drag: QPointF | None = None
        self._moved = False
        self._placing = False
        self._attribution = _("© OpenStreetMap contributors")
        self._message = ""
        self._fade = QTimer(self)
        self._fade.setInterval(_FADE_STEP_MS)
        self._fade.timeout.connect(self._on_fade)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Map of the day’s routes"))
        self.setObjectName("mini_map" if mini else "map")
        if not mini:
            self.grabGesture(Qt.GestureType.PinchGesture)
            self._add_buttons()

    # What it shows.

    def set_source(self, source: TileSource | None) -> None:
        """Where the tiles come from; None shows pins and straight lines with a sentence."""
        self._source = source
        if source is not None:
            source.tile_arrived.connect(self.update)
            source.ready.connect(self._on_ready)
            source.failed.connect(self._on_failed)
            if source.contents is not None:
                self._on_ready()
        self._fitted = False
        self._fit_when_possible()

    @property
    def source(self) -> TileSource | None:
        """Where the tiles come from."""
        return self._source

    def set_attribution(self, text: str) -> None:
        """Who the map data is from; always shown."""
        self._attribution = text
        self.update()

    @property
    def attribution(self) -> str:
        """Who the map data is from."""
        return self._attribution

    def set_message(self, text: str) -> None:
        """A sentence over the map, "" for none."""
        self._message = text
        self.update()

    def show_routes(self, routes: tuple[MapRoute, ...], *, fit: bool = False) -> None:
        """Show these; the view moves only the first time or when asked.

        A change of the day that is shown fades in, so that the eye can follow it.
        """
        if routes == self.overlay.routes and self._fitted:
            return
        fade = bool(self.overlay.routes) and self._fitted and not fit and self._may_move()
        self.overlay.set_routes(routes, fade=fade)
        if fade and self.overlay.fading:
            self._fade.start()
        if fit:
            self._fitted = False
        self._fit_when_possible()
        self.update()

    def set_front(self, marker: int) -> None:
        """Draw one practitioner's route on top and thicker (0: none)."""
        if marker != self.overlay.front:
            self.overlay.front = marker
            self.overlay.drop()
            self.update()

    def select(self, visit_id: str) -> None:
        """Ring a stop; it is brought into view."""
        self.overlay.selected = visit_id
        for stop in self.overlay.stops:
            if stop.visit_id == visit_id and visit_id:
                point = self._camera.place_px(stop.place).toPoint()
                if not self.rect().adjusted(20, 20, -20, -20).contains(point):
                    self._camera.centre = project(stop.place)
                    self._own_view = True
        self._pins_changed()

    def hover(self, visit_id: str) -> None:
        """Make a stop larger because a list or the board points at it, "" for none."""
        if visit_id != self.overlay.hovered:
            self.overlay.hovered = visit_id
            self._pins_changed()

    def start_placing(self, around: Coordinate | None) -> None:
        """Let a person put a pin: a click, or arrows and Enter; Esc gives up."""
        self._motion.stop()
        self._placing = True
        if around is not None:
            self._camera.centre, self._camera.zoom = project(around), _PLACING_ZOOM
            self._own_view = True
        self.setFocus()
        self.set_message(_("Click where the door is. Arrows move the map, Enter sets the pin."))

    def stop_placing(self) -> None:
        """Leave the pin as it was."""
        self._placing = False
        self.set_message("")

    @property
    def zoom(self) -> float:
        """The zoom level."""
        return self._camera.zoom

    @property
    def centre(self) -> Coordinate:
        """The point in the middle."""
        return self._camera.middle

    def fit(self) -> None:
        """Show all routes, or the whole map without any."""
        self._motion.stop()
        points = self.overlay.points + [project(stop.place) for stop in self.overlay.stops]
        if not points and self._source is not None and self._source.contents is not None:
            x0, y0, x1, y1 = self._source.contents.bounds
            points = [(x0, y0), (x1, y1)]
        if not points or self.width() < 40:
            return
        self._camera.size = QSizeF(self.size())
        self._camera.fit(points, _MINI_PAD_PX if self._mini else _PAD_PX)
        self._fitted, self._own_view = True, False
        self.update()

    def zoom_by(self, step: float, at: QPointF | None = None) -> None:
        """Zoom around a point of the widget (its middle by default), gliding where that may be."""
        anchor = at or QPointF(self.width() / 2, self.height() / 2)
        self._motion.glide(self._camera.zoom, step, anchor)

    # Painted items, for the accessible interface.

    def painted_count(self) -> int:
        """How many pins there are."""
        return len(self.overlay.stops)

    def painted_name(self, index: int) -> str:
        """What a screen reader says of a pin."""
        return self.overlay.stops[index].spoken

    def painted_rect(self, index: int) -> QRect:
        """Where the pin is, in this widget's pixels."""
        point = self._camera.place_px(self.overlay.stops[index].place).toPoint()
        return QRect(point - QPoint(14, 14), QSize(28, 28))

    def painted_focus(self) -> int:
        """The selected pin's index, -1 for none."""
        ids = [stop.visit_id for stop in self.overlay.stops]
        selected = self.overlay.selected
        return ids.index(selected) if selected and selected in ids else -1

    def painted_activate(self, index: int) -> None:
        """Select a pin."""
        self._choose(self.overlay.stops[index].visit_id)

    # Qt.

    def sizeHint(self) -> QSize:
        """Small in a tray, large on its page."""
        return QSize(300, 200) if self._mini else QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit into the new room, unless a person has chosen what to look at."""
        super().resizeEvent(event)
        self._camera.size = QSizeF(self.size())
        self.overlay.drop()
        if self._mini or not self._own_view:
            self._fitted = False
        self._fit_when_possible()

    def event(self, event: QEvent) -> bool:
        """Pinches of a touchpad or a touch screen zoom where the fingers are."""
        if isinstance(event, QNativeGestureEvent) and not self._mini:
            if event.gestureType() is Qt.NativeGestureType.ZoomNativeGesture:
                self._pinch(1.0 + event.value(), event.position())
                return True
        elif isinstance(event, QGestureEvent):
            pinch = event.gesture(Qt.GestureType.PinchGesture)
            if isinstance(pinch, QPinchGesture):
                middle = self.mapFromGlobal(pinch.hotSpot())
                self._pinch(pinch.scaleFactor(), middle)
                return True
        return super().event(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        if self._mini:
            event.ignore()
            return
        self.zoom_by(event.angleDelta().y() / _WHEEL_A_LEVEL, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or choose a pin."""
        self._motion.stop()
        self._drag, self._moved = event.position(), False
        self._motion.drag(event.position())
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or hover."""
        if self._drag is not None and event.buttons() & Qt.MouseButton.LeftButton:
            shift = event.position() - self._drag
            if self._moved or shift.manhattanLength() > _DRAG_FROM_PX:
                self._moved = True
                self._drag = event.position()
                self._motion.drag(event.position())
                self._pan(-shift.x(), -shift.y())
            return
        stop = self._stop_at(event.position())
        self.setCursor(
            Qt.CursorShape.CrossCursor
            if self._placing
            else Qt.CursorShape.PointingHandCursor
            if stop
            else Qt.CursorShape.ArrowCursor
        )
        self.setToolTip(stop.spoken if stop else "")
        self._point_at(stop.visit_id if stop else "")

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        super().leaveEvent(event)
        self._point_at("")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses; a drag that was fast runs on."""
        if self._drag is not None and self._moved:
            self._motion.let_go()
        elif self._drag is not None:
            if self._placing:
                self._place(self._camera.to_world(event.position()))
            else:
                stop = self._stop_at(event.position())
                if stop is not None and stop.visit_id:
                    self._choose(stop.visit_id)
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Zoom in."""
        if not self._mini and not self._placing:
            self.zoom_by(1.0, event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, plus and minus zoom, the page keys walk over the stops."""
        key = event.key()
        pans = {
            Qt.Key.Key_Left: (-_KEY_PAN_PX, 0),
            Qt.Key.Key_Right: (_KEY_PAN_PX, 0),
            Qt.Key.Key_Up: (0, -_KEY_PAN_PX),
            Qt.Key.Key_Down: (0, _KEY_PAN_PX),
        }
        if Qt.Key(key) in pans:
            self._motion.stop()
            self._pan(*pans[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(0.5)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(-0.5)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._step(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._placing:
            self._place(self._camera.centre)
        elif key == Qt.Key.Key_Escape and self._placing:
            self.stop_placing()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Tiles, names, routes, pins, scale, attribution."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.fillRect(self.rect(), self._theme.color("map.land"))
        camera, source = self._camera, self._source
        ratio = self.devicePixelRatioF()
        if source is not None:
            paint_tiles(painter, camera, self._theme, source, ratio)
        contents = source.contents if source is not None else None
        self.overlay.paint(painter, camera, contents, ratio, moving=self._motion.gliding)
        self._frame.attribution(painter, camera, self._attribution)
        if not self._mini:
            self._frame.scale(painter, camera)
        if self._message:
            self._frame.message(painter, camera, self._message)
        if self._placing:
            self._frame.cross(painter, camera)
        if self.hasFocus() and not self._mini:
            self._frame.focus(painter, camera)
        painter.end()

    # Moving.

    def _may_move(self) -> bool:
        return self.isVisible() and may_move(self)

    def _pan(self, dx: float, dy: float) -> None:
        self._camera.pan(dx, dy)
        self._own_view = True
        self.update()

    def _on_zoomed(self, zoom: float, anchor: QPointF) -> None:
        self._camera.zoom_to(zoom, anchor)
        self._own_view = True
        self.update()

    def _on_glided(self) -> None:
        self.update()

    def _pinch(self, factor: float, at: QPointF) -> None:
        if factor > 0:
            self._motion.stop()
            self._on_zoomed(self._camera.zoom + math.log2(factor), at)

    def _on_fade(self) -> None:
        if not self.overlay.fading:
            self._fade.stop()
        self.update()

    def _fit_when_possible(self) -> None:
        if not self._fitted:
            self.fit()

    def _on_failed(self) -> None:
        self.set_message(_("The map cannot be drawn."))

    def _on_ready(self) -> None:
        self._fit_when_possible()
        self.overlay.drop()
        self.update()

    def _pins_changed(self) -> None:
        self.overlay.pins_changed()
        self.update()

    # Pins.

    def _stop_at(self, px: QPointF) -> MapStop | None:
        for stop in reversed(self.overlay.stops):
            away = self._camera.place_px(stop.place) - px
            if math.hypot(away.x(), away.y()) <= _HIT_PX:
                return stop
        return None

    def _point_at(self, visit_id: str) -> None:
        if visit_id != self.overlay.hovered:
            self.hover(visit_id)
            self.stop_hovered.emit(visit_id)

    def _choose(self, visit_id: str) -> None:
        self.overlay.selected = visit_id
        self._pins_changed()
        self.stop_selected.emit(visit_id)

    def _step(self, step: int) -> None:
        ids = [stop.visit_id for stop in self.overlay.stops if stop.visit_id]
        if not ids:
            return
        selected = self.overlay.selected
        at = ids.index(selected) + step if selected in ids else 0
        self.select(ids[at % len(ids)])
        self.stop_selected.emit(self.overlay.selected)

    def _place(self, at: World) -> None:
        self.stop_placing()
        self.pin_placed.emit(unproject(*at))

    def _add_buttons(self) -> None:
        box = QWidget(self)
        inner = QVBoxLayout(box)
        inner.setContentsMargins(12, 12, 12, 12)
        inner.setSpacing(4)
        zoom_in = icon_button(self._theme, "plus", _("Zoom in"), name="map_zoom_in")
        zoom_in.clicked.connect(lambda _checked=False: self.zoom_by(1.0))
        zoom_out = icon_button(self._theme, "minus", _("Zoom out"), name="map_zoom_out")
        zoom_out.clicked.connect(lambda _checked=False: self.zoom_by(-1.0))
        whole = icon_button(self._theme, "maximize-2", _("Show all routes"), name="map_fit")
        whole.clicked.connect(lambda _checked=False: self.fit())
        for made in (zoom_in, zoom_out, whole):
            inner.addWidget(made)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(box, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
