"""The street map: pans, zooms, shows routes and pins; every pin is reachable by keyboard."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPolygonF,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QVBoxLayout, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.map_shapes import TILE_PX, project, unproject
from clinic_desktop.domain.place import METRES_PER_MILE, Coordinate
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.parts import icon_button
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, paint_mark, practitioner_style
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.map_content import MapRoute, MapStop
from clinic_desktop.ui.map.tile_protocol import TileKey
from clinic_desktop.ui.map.tile_source import TileSource

_LEAST_ZOOM: Final = 8.0
_MOST_ZOOM: Final = 18.0
_HIT_PX: Final = 16.0
_EARTH_M: Final = 40_075_016.7
_PAD_PX: Final = 46.0
_FEET_PER_M: Final = 3.28084
_MARGIN_PX: Final = 160
_LEAST_STEP_PX: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Overlay:
    """What was painted above the tiles, and for which view."""

    pixmap: QPixmap
    zoom: float
    centre: tuple[float, float]


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
        self._theme, self._formats, self._mini = theme, formats, mini
        self._source: TileSource | None = None
        self._routes: tuple[MapRoute, ...] = ()
        self._projected: list[tuple[MapRoute, list[list[tuple[float, float]]]]] = []
        self._selected = ""
        self._front_marker = 0
        self._centre = project(Coordinate(lat=38.63, lon=-90.25))
        self._zoom = 11.0
        self._fitted = False
        self._drag: QPointF | None = None
        self._moved = False
        self._placing = False
        self._attribution = _("© OpenStreetMap contributors")
        self._message = ""
        self._overlay: _Overlay | None = None
        self._pictures: dict[tuple[str, int, str, float], QPixmap] = {}
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Map of the day’s routes"))
        self.setObjectName("mini_map" if mini else "map")
        if not mini:
            self._add_buttons()

    def set_source(self, source: TileSource | None) -> None:
        """Where the tiles come from; None shows pins and straight lines with a sentence."""
        self._source = source
        if source is not None:
            source.tile_arrived.connect(self.update)
            source.ready.connect(self._on_ready)
            source.failed.connect(lambda: self.set_message(_("The map cannot be drawn.")))
            if source.contents is not None:
                self._on_ready()
        self._fitted = False
        self._fit_when_possible()

    def set_attribution(self, text: str) -> None:
        """Who the map data is from; always shown."""
        self._attribution = text
        self.update()

    def set_message(self, text: str) -> None:
        """A sentence over the map, "" for none."""
        self._message = text
        self.update()

    def show_routes(self, routes: tuple[MapRoute, ...], *, fit: bool = False) -> None:
        """Show these; the view moves only the first time or when asked."""
        if routes == self._routes and self._fitted:
            return
        known = {id(line): done for route, lines in self._projected
                 for line, done in zip(route.lines, lines, strict=True)}  # fmt: skip
        self._projected = [
            (route, [known.get(id(p)) or [project(at) for at in p] for p in route.lines])
            for route in routes
        ]
        self._routes = routes
        if fit:
            self._fitted = False
        self._fit_when_possible()
        self._shown_changed()

    def set_front(self, marker: int) -> None:
        """Draw one practitioner's route on top and thicker (0: none)."""
        if marker == self._front_marker:
            return
        self._front_marker = marker
        self._shown_changed()

    def select(self, visit_id: str) -> None:
        """Ring a stop; it is brought into view."""
        self._selected = visit_id
        for stop in self._stops():
            if stop.visit_id == visit_id and visit_id:
                point = self._to_px(project(stop.place))
                if not self.rect().adjusted(20, 20, -20, -20).contains(point.toPoint()):
                    self._centre = project(stop.place)
        self._shown_changed()

    def start_placing(self, around: Coordinate | None) -> None:
        """Let a person put a pin: a click, or arrows and Enter; Esc gives up."""
        self._placing = True
        if around is not None:
            self._centre, self._zoom = project(around), 16.0
        self.setFocus()
        self.set_message(_("Click where the door is. Arrows move the map, Enter sets the pin."))

    def stop_placing(self) -> None:
        """Leave the pin as it was."""
        self._placing = False
        self.set_message("")

    @property
    def zoom(self) -> float:
        """The zoom level."""
        return self._zoom

    @property
    def centre(self) -> Coordinate:
        """The point in the middle."""
        return unproject(*self._centre)

    def fit(self) -> None:
        """Show all routes, or the whole map without any."""
        points = [p for _route, lines in self._projected for line in lines for p in line] + [
            project(stop.place) for stop in self._stops()
        ]
        if not points and self._source is not None and self._source.contents is not None:
            x0, y0, x1, y1 = self._source.contents.bounds
            points = [(x0, y0), (x1, y1)]
        if not points or self.width() < 40:
            return
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        self._centre = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
        pad = 16.0 if self._mini else _PAD_PX
        room_x, room_y = max(40.0, self.width() - 2 * pad), max(40.0, self.height() - 2 * pad)
        span = max((max(xs) - min(xs)) / room_x, (max(ys) - min(ys)) / room_y, 1e-9)
        self._zoom = max(_LEAST_ZOOM, min(16.0, math.log2(1 / (span * TILE_PX))))
        self._fitted = True
        self.update()

    def zoom_by(self, step: float, at: QPointF | None = None) -> None:
        """Zoom around a point of the widget (its middle by default)."""
        anchor = at or QPointF(self.width() / 2, self.height() / 2)
        before = self._to_world(anchor)
        self._zoom = max(_LEAST_ZOOM, min(_MOST_ZOOM, self._zoom + step))
        after = self._to_world(anchor)
        self._centre = (
            self._centre[0] + before[0] - after[0],
            self._centre[1] + before[1] - after[1],
        )
        self.update()

    # Painted items, for the accessible interface.

    def painted_count(self) -> int:
        """How many pins there are."""
        return len(self._stops())

    def painted_name(self, index: int) -> str:
        """What a screen reader says of a pin."""
        return self._stops()[index].spoken

    def painted_rect(self, index: int) -> QRect:
        """Where the pin is, in this widget's pixels."""
        point = self._to_px(project(self._stops()[index].place)).toPoint()
        return QRect(point - QPoint(14, 14), QSize(28, 28))

    def painted_focus(self) -> int:
        """The selected pin's index, -1 for none."""
        ids = [stop.visit_id for stop in self._stops()]
        return ids.index(self._selected) if self._selected and self._selected in ids else -1

    def painted_activate(self, index: int) -> None:
        """Select a pin."""
        self._choose(self._stops()[index].visit_id)

    # Qt.

    def sizeHint(self) -> QSize:
        """Small in a tray, large on its page."""
        return QSize(300, 200) if self._mini else QSize(640, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit the first time there is room."""
        super().resizeEvent(event)
        self._overlay = None
        if self._mini:
            self._fitted = False
        self._fit_when_possible()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom where the pointer is."""
        if self._mini:
            event.ignore()
            return
        self.zoom_by(event.angleDelta().y() / 480, event.position())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to pan, or choose a pin."""
        self._drag, self._moved = event.position(), False
        self.setFocus()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, or hover."""
        if self._drag is not None and event.buttons() & Qt.MouseButton.LeftButton:
            shift = event.position() - self._drag
            if self._moved or shift.manhattanLength() > 4:
                self._moved = True
                self._drag = event.position()
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
        self.stop_hovered.emit(stop.visit_id if stop else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click chooses; a drag does not."""
        if self._drag is not None and not self._moved:
            if self._placing:
                self._place(self._to_world(event.position()))
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
            Qt.Key.Key_Left: (-60, 0),
            Qt.Key.Key_Right: (60, 0),
            Qt.Key.Key_Up: (0, -60),
            Qt.Key.Key_Down: (0, 60),
        }
        if Qt.Key(key) in pans:
            self._pan(*pans[Qt.Key(key)])
        elif key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self.zoom_by(0.5)
        elif key == Qt.Key.Key_Minus:
            self.zoom_by(-0.5)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self._step(1 if key == Qt.Key.Key_PageDown else -1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._placing:
            self._place(self._centre)
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
        self._paint_tiles(painter)
        self._paint_overlay(painter)
        self._paint_frame(painter)
        painter.end()

    def _paint_overlay(self, painter: QPainter) -> None:
        """Routes, names and pins: painted once a zoom, with a margin, and shifted while panning."""
        kept = self._overlay
        if kept is not None and kept.zoom == self._zoom:
            dx = (kept.centre[0] - self._centre[0]) * self._world_px
            dy = (kept.centre[1] - self._centre[1]) * self._world_px
            if abs(dx) < _MARGIN_PX and abs(dy) < _MARGIN_PX:
                painter.drawPixmap(QPointF(dx - _MARGIN_PX, dy - _MARGIN_PX), kept.pixmap)
                return
        ratio = self.devicePixelRatioF()
        wide, high = self.width() + 2 * _MARGIN_PX, self.height() + 2 * _MARGIN_PX
        pixmap = QPixmap(math.ceil(wide * ratio), math.ceil(high * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        over = QPainter(pixmap)
        over.setRenderHint(QPainter.RenderHint.Antialiasing)
        over.translate(_MARGIN_PX, _MARGIN_PX)
        for route, lines in sorted(
            self._projected, key=lambda pair: pair[0].marker == self._front_marker
        ):
            self._paint_lines(over, route, lines)
        self._paint_names(over)
        for route in self._routes:
            for stop in route.stops:
                self._paint_stop(over, route, stop)
        over.end()
        self._overlay = _Overlay(pixmap=pixmap, zoom=self._zoom, centre=self._centre)
        painter.drawPixmap(QPointF(-_MARGIN_PX, -_MARGIN_PX), pixmap)

    def _shown_changed(self) -> None:
        """Something above the tiles changed: paint it anew."""
        self._overlay = None
        self.update()

    # Geometry.

    @property
    def _world_px(self) -> float:
        return TILE_PX * 2.0**self._zoom

    def _to_px(self, point: tuple[float, float]) -> QPointF:
        return QPointF(
            self.width() / 2 + (point[0] - self._centre[0]) * self._world_px,
            self.height() / 2 + (point[1] - self._centre[1]) * self._world_px,
        )

    def _to_world(self, px: QPointF) -> tuple[float, float]:
        return (
            self._centre[0] + (px.x() - self.width() / 2) / self._world_px,
            self._centre[1] + (px.y() - self.height() / 2) / self._world_px,
        )

    def _pan(self, dx: float, dy: float) -> None:
        self._centre = (
            self._centre[0] + dx / self._world_px,
            min(1.0, max(0.0, self._centre[1] + dy / self._world_px)),
        )
        self.update()

    def _fit_when_possible(self) -> None:
        if not self._fitted:
            self.fit()

    def _on_ready(self) -> None:
        self._fit_when_possible()
        self._shown_changed()

    def _stops(self) -> list[MapStop]:
        return [stop for route in self._routes for stop in route.stops]

    def _stop_at(self, px: QPointF) -> MapStop | None:
        for stop in reversed(self._stops()):
            away = self._to_px(project(stop.place)) - px
            if math.hypot(away.x(), away.y()) <= _HIT_PX:
                return stop
        return None

    def _choose(self, visit_id: str) -> None:
        self._selected = visit_id
        self._shown_changed()
        self.stop_selected.emit(visit_id)

    def _step(self, step: int) -> None:
        ids = [stop.visit_id for stop in self._stops() if stop.visit_id]
        if not ids:
            return
        at = ids.index(self._selected) + step if self._selected in ids else 0
        self.select(ids[at % len(ids)])
        self.stop_selected.emit(self._selected)

    def _place(self, at: tuple[float, float]) -> None:
        self.stop_placing()
        self.pin_placed.emit(unproject(*at))

    # Painting.

    def _paint_tiles(self, painter: QPainter) -> None:
        source = self._source
        if source is None:
            return
        level = max(8, min(18, round(self._zoom)))
        # Whole device pixels only: tiles for a 1.5 screen are asked at 2.
        ratio = float(math.ceil(self.devicePixelRatioF()))
        count = 2**level
        side = TILE_PX * 2.0 ** (self._zoom - level)
        x0, y0 = self._to_world(QPointF(0, 0))
        x1, y1 = self._to_world(QPointF(self.width(), self.height()))
        wanted: list[tuple[float, TileKey]] = []
        for column in range(math.floor(x0 * count), math.floor(x1 * count) + 1):
            for row in range(math.floor(y0 * count), math.floor(y1 * count) + 1):
                if not (0 <= column < count and 0 <= row < count):
                    continue
                key = TileKey(
                    theme=self._theme.name, zoom=level, column=column, row=row, ratio=ratio
                )
                at = self._to_px((column / count, row / count))
                rect = QRectF(at.x(), at.y(), side, side)
                pixmap = source.tile(key)
                if pixmap is None:
                    away = rect.center() - QPointF(self.width() / 2, self.height() / 2)
                    wanted.append((math.hypot(away.x(), away.y()), key))
                    self._paint_parent(painter, source, key, rect)
                else:
                    painter.drawPixmap(rect, pixmap, QRectF(pixmap.rect()))
        source.want([key for _away, key in sorted(wanted, key=lambda pair: pair[0])])

    @staticmethod
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

    def _paint_names(self, painter: QPainter) -> None:
        """Place names and shields, the important ones first; none over a pin or another."""
        contents = self._source.contents if self._source is not None else None
        if contents is None:
            return
        taken = [
            QRectF(p.x() - 15, p.y() - 15, 30, 30)
            for p in (self._to_px(project(s.place)) for s in self._stops())
        ]
        view = QRectF(self.rect()).adjusted(-_MARGIN_PX, -_MARGIN_PX, _MARGIN_PX, _MARGIN_PX)
        for name, rank, x, y in sorted(contents.places, key=lambda place: place[1]):
            if rank >= 3 and self._zoom < 11.5:
                continue
            at = self._to_px((x, y))
            if view.contains(at):
                self._paint_name(painter, name.upper(), at, taken, strong=rank == 0)
        numbered: dict[str, int] = {}
        for text, x, y in contents.shields:
            at = self._to_px((x, y))
            if not view.contains(at) or numbered.get(text, 0) >= 2:
                continue
            if self._paint_shield(painter, text, at, taken):
                numbered[text] = numbered.get(text, 0) + 1

    def _paint_name(
        self, painter: QPainter, text: str, at: QPointF, taken: list[QRectF], *, strong: bool
    ) -> None:
        chosen = QFont(font("caption", 600 if strong else 500))
        chosen.setPixelSize(11 if strong else 9 if self._mini else 10)
        chosen.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, 0.6)
        metrics = QFontMetricsF(chosen)
        width = metrics.horizontalAdvance(text)
        # A name moves a little, or hides, rather than collide.
        for shift in (0, 18, -18):
            box = QRectF(at.x() - width / 2 - 3, at.y() - 8 + shift, width + 6, 16)
            if not any(box.intersects(t) for t in taken):
                break
        else:
            return
        taken.append(box)
        picture = self._name_picture(text, chosen)
        painter.drawPixmap(QPointF(box.left(), box.top()), picture)

    def _name_picture(self, text: str, chosen: QFont) -> QPixmap:
        """A name with its halo; stroking letters at every frame would cost most of its time."""
        ratio = self.devicePixelRatioF()
        key = (text, chosen.pixelSize(), self._theme.name, ratio)
        found = self._pictures.get(key)
        if found is not None:
            return found
        width = QFontMetricsF(chosen).horizontalAdvance(text) + 6
        made = QPixmap(math.ceil(width * ratio), math.ceil(16 * ratio))
        made.setDevicePixelRatio(ratio)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        path = QPainterPath()
        path.addText(QPointF(3, 12), chosen, text)
        halo = QPen(self._theme.color("map.labelHalo"), 3)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.strokePath(path, halo)
        painter.fillPath(path, self._theme.color("map.label"))
        painter.end()
        self._pictures[key] = made
        return made

    def _paint_shield(self, painter: QPainter, text: str, at: QPointF, taken: list[QRectF]) -> bool:
        chosen = QFont(font("caption", 600))
        chosen.setPixelSize(9)
        number = text.split()[-1]
        width = max(18.0, QFontMetricsF(chosen).horizontalAdvance(number) + 10)
        box = QRectF(at.x() - width / 2, at.y() - 8, width, 15)
        if any(box.adjusted(-30, -30, 30, 30).intersects(t) for t in taken):
            return False
        taken.append(box)
        painter.setPen(QPen(self._theme.color("map.case"), 1))
        painter.setBrush(self._theme.color("bg.surface"))
        painter.drawRoundedRect(box, 4, 4)
        painter.setFont(chosen)
        painter.setPen(self._theme.color("text.secondary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number)
        return True

    def _paint_lines(
        self, painter: QPainter, route: MapRoute, lines: list[list[tuple[float, float]]]
    ) -> None:
        style = practitioner_style(route.marker)
        width = 2.5 if self._mini else 5.0 if route.marker == self._front_marker else 4.0
        polygons = [QPolygonF(self._thinned(line)) for line in lines]
        halo = QPen(self._theme.color("map.labelHalo"), width + 2.5)
        halo.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(halo)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for polygon in polygons:
            painter.drawPolyline(polygon)
        pen = QPen(self._theme.color(f"{style.colour}.base"), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap if style.dotted else Qt.PenCapStyle.FlatCap)
        dashes = dash_pattern(route.marker)
        if dashes:
            pen.setDashPattern(dashes)
        painter.setPen(pen)
        for polygon in polygons:
            painter.drawPolyline(polygon)

    def _thinned(self, line: list[tuple[float, float]]) -> list[QPointF]:
        """A line in pixels without the points that nobody could tell apart."""
        if not line:
            return []
        scale = self._world_px
        left = self.width() / 2 - self._centre[0] * scale
        top = self.height() / 2 - self._centre[1] * scale
        kept: list[QPointF] = []
        last_x = last_y = -1e9
        for x, y in line:
            px, py = left + x * scale, top + y * scale
            if abs(px - last_x) + abs(py - last_y) >= _LEAST_STEP_PX:
                kept.append(QPointF(px, py))
                last_x, last_y = px, py
        end = QPointF(left + line[-1][0] * scale, top + line[-1][1] * scale)
        if kept[-1] != end:
            kept.append(end)
        return kept

    def _paint_stop(self, painter: QPainter, route: MapRoute, stop: MapStop) -> None:
        at = self._to_px(project(stop.place))
        reach = _MARGIN_PX + 30
        if not self.rect().adjusted(-reach, -reach, reach, reach).contains(at.toPoint()):
            return
        style = practitioner_style(route.marker)
        selected = bool(stop.visit_id) and stop.visit_id == self._selected
        if stop.kind == "home":
            size = 13.0 if self._mini else 19.0
            box = QRectF(at.x() - size / 2, at.y() - size / 2, size, size)
            painter.setPen(QPen(self._theme.color(f"{style.colour}.base"), 1.5))
            painter.setBrush(self._theme.color("bg.surface"))
            painter.drawRoundedRect(box, 4, 4)
            inner = round(size - 6)
            picture = icon_pixmap(
                "house",
                self._theme.color(f"{style.colour}.base"),
                inner,
                self.devicePixelRatioF(),
            )
            painter.drawPixmap(QPointF(box.left() + 3, box.top() + 3), picture)
            return
        size = 15.0 if self._mini else 28.0 if selected else 24.0
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

    def _paint_frame(self, painter: QPainter) -> None:
        painter.setFont(font("caption"))
        metrics = QFontMetricsF(font("caption"))
        words = self._attribution
        width = metrics.horizontalAdvance(words) + 12
        plate = QRectF(self.width() - width - 4, self.height() - 20, width, 17)
        back = self._theme.color("bg.surface")
        back.setAlphaF(0.85)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(back)
        painter.drawRoundedRect(plate, 3, 3)
        painter.setPen(self._theme.color("text.secondary"))
        painter.drawText(plate, Qt.AlignmentFlag.AlignCenter, words)
        if not self._mini:
            self._paint_scale(painter)
        if self._message:
            wide = min(self.width() - 40.0, metrics.horizontalAdvance(self._message) + 28)
            box = QRectF((self.width() - wide) / 2, 14, wide, 28)
            painter.setPen(QPen(self._theme.color("line.default"), 1))
            painter.setBrush(self._theme.color("bg.surface"))
            painter.drawRoundedRect(box, 6, 6)
            painter.setPen(self._theme.color("text.primary"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._message)
        if self._placing:
            middle = QPointF(self.width() / 2, self.height() / 2)
            painter.setPen(QPen(self._theme.color("text.primary"), 1.5))
            painter.drawLine(middle - QPointF(9, 0), middle + QPointF(9, 0))
            painter.drawLine(middle - QPointF(0, 9), middle + QPointF(0, 9))
        if self.hasFocus() and not self._mini:
            painter.setPen(QPen(self._theme.color("focus.ring"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_scale(self, painter: QPainter) -> None:
        """A bar of a round length in the clinic's unit."""
        lat = math.radians(self.centre.lat)
        metres_per_px = _EARTH_M * math.cos(lat) / self._world_px
        unit = METRES_PER_MILE if self._formats.distance_unit == "mi" else 1000.0
        reach = 110 * metres_per_px / unit
        if reach >= 0.2:
            base = 10 ** math.floor(math.log10(reach))
            length = max(n for n in (1, 2, 5, 10) if n * base <= reach) * base
            text = f"{length:g} {self._formats.distance_unit}"
            metres = length * unit
        else:
            feet = reach * unit * _FEET_PER_M
            length = max(n for n in (20, 50, 100, 200, 500, 1000) if n <= max(20.0, feet))
            text, metres = _("{n} ft").format(n=length), length / _FEET_PER_M
        wide = metres / metres_per_px
        x, y = self.width() - wide - 16, self.height() - 32
        painter.setPen(QPen(self._theme.color("text.primary"), 1.5))
        painter.drawPolyline(
            QPolygonF(
                [QPointF(x, y - 5), QPointF(x, y), QPointF(x + wide, y), QPointF(x + wide, y - 5)]
            )
        )
        painter.drawText(QRectF(x, y - 20, wide, 14), Qt.AlignmentFlag.AlignCenter, text)

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
