"""The painted part of the board: lanes under a scroll area, one item a visit card."""

from datetime import datetime
from typing import Final

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.ui.board.board_mouse import BoardMouse
from clinic_desktop.ui.board.drag import SNAP_MIN, Drag, DragKind
from clinic_desktop.ui.board.drag_overlay import DragOverlay, paint_words
from clinic_desktop.ui.board.lane_content import CardContent, LaneContent
from clinic_desktop.ui.board.lane_layout import (
    GUTTER,
    PlacedCard,
    PlacedLane,
    TimeScale,
    board_scale,
    card_at,
    place_lanes,
)
from clinic_desktop.ui.board.lane_painter import LanePainter
from clinic_desktop.ui.board.lane_pictures import LaneLook, LanePictures
from clinic_desktop.ui.kit.tokens import Theme

_MIN_LANE_PX = 232
_NUDGES: Final = {
    Qt.Key.Key_Up: (-SNAP_MIN, 0),
    Qt.Key.Key_Down: (SNAP_MIN, 0),
    Qt.Key.Key_Left: (0, -1),
    Qt.Key.Key_Right: (0, 1),
}
"""Minutes and lanes by arrow."""


class BoardCanvas(QWidget):
    """Shows lanes; the keyboard walks over the cards as the mouse does.

    ``movable`` False: nothing is taken hold of, cards are only walked over, chosen and opened.

    Signals:
        visit_selected(str): a visit id, "" for none.
        visit_opened(str): Enter, or a double click.
        visit_hovered(str): the pointer is over it, "" when it has left.
        context_requested(str, QPoint): the menu of a card, at a global point.
        spot_clicked(str, float): a click on a time of a practitioner, minutes after midnight.
        drag_begun(Drag): a card, its end, or empty time was taken hold of.
        drag_moved(str, float, str): over which person and minute; what Shift leaves free.
        drag_nudged(int, int): Alt and an arrow: minutes, lanes.
        drag_dropped(), drag_cancelled(): let go; given up (Esc).
    """

    visit_selected = Signal(str)
    visit_opened = Signal(str)
    visit_hovered = Signal(str)
    context_requested = Signal(str, object)
    spot_clicked = Signal(str, float)
    drag_begun = Signal(object)
    drag_moved = Signal(str, float, str)
    drag_nudged = Signal(int, int)
    drag_dropped = Signal()
    drag_cancelled = Signal()

    def __init__(
        self,
        theme: Theme,
        formats: Formats,
        parent: QWidget | None = None,
        *,
        movable: bool = True,
    ) -> None:
        super().__init__(parent)
        self._movable = movable
        self._theme = theme
        self._formats = formats
        self._painter_of_lanes = LanePainter(theme)
        self._pictures = LanePictures(self._painter_of_lanes)
        self._lanes: tuple[LaneContent, ...] = ()
        self._placed: tuple[PlacedLane, ...] = ()
        self._ghost: tuple[str, CardContent] | None = None
        self._zoom = 1.0
        self._scale = board_scale((), 1.0)
        self._selected = ""
        self._hovered = ""
        self._now: datetime | None = None
        self._focus_visible = False
        self._overlay: DragOverlay | None = None
        self._pointer = QPointF()
        self._hours_span = (-1, -1)
        self._hours: tuple[tuple[int, str], ...] = ()
        self._mouse = BoardMouse(
            lambda: (self._placed, self._scale),
            self.drag_begun.emit,
            self.drag_moved.emit,
            self.drag_dropped.emit,
        )
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setObjectName("board_canvas")

    def set_theme(self, theme: Theme) -> None:
        """Paint with another theme's colours."""
        self._theme = theme
        self._painter_of_lanes = LanePainter(theme)
        self._pictures = LanePictures(self._painter_of_lanes)
        self.update()

    def set_formats(self, formats: Formats) -> None:
        """Write times as the clinic does."""
        self._formats = formats
        self.update()

    def show_lanes(
        self, lanes: tuple[LaneContent, ...], ghost: tuple[str, CardContent] | None = None
    ) -> None:
        """Show a day; the selection stays where its visit is still there."""
        self._lanes, self._ghost = lanes, ghost
        if self._selected not in {c.visit_id for lane in lanes for c in lane.cards}:
            self._selected = ""
        self._relayout()

    def show_drag(self, overlay: DragOverlay | None) -> None:
        """What a drag adds to the picture; None ends it."""
        self._overlay = overlay
        if overlay is None:
            self._mouse.forget()
        self.update()

    def set_zoom(self, zoom: float) -> None:
        """Scale of the time axis, 0.75 to 2."""
        self._zoom = min(2.0, max(0.75, zoom))
        self._relayout()

    @property
    def zoom(self) -> float:
        """Scale of the time axis."""
        return self._zoom

    def set_now(self, now: datetime | None) -> None:
        """Where the now-line stands (local), None on other days."""
        self._now = now
        self.update()

    def select(self, visit_id: str) -> None:
        """Select a card from outside (the map, a list)."""
        if visit_id != self._selected:
            self._selected = visit_id
            self.update()

    @property
    def selected(self) -> str:
        """The selected visit's id, "" for none."""
        return self._selected

    @property
    def scale(self) -> TimeScale:
        """Minutes to pixels as painted."""
        return self._scale

    def card_rect(self, visit_id: str) -> QRect | None:
        """Where a visit's card is painted, in this widget's pixels."""
        for card in self._cards():
            if card.content.visit_id == visit_id:
                return card.rect.toRect()
        return None

    def lane_edges(self) -> list[tuple[int, int]]:
        """Left and right pixel of each lane, for the headers above."""
        return [(round(p.rect.left()), round(p.rect.right())) for p in self._placed]

    def spot_at(self, at: QPointF) -> tuple[str, float] | None:
        """The person and the minute at a point of the canvas; None beside the lanes."""
        lane = self._mouse.lane_at(at)
        if lane is None:
            return None
        return lane.content.practitioner_id, self.scale.minute(at.y())

    def ghost_rect(self) -> QRect | None:
        """Where the previewed slot is painted."""
        for lane in self._placed:
            if lane.ghost is not None:
                return lane.ghost.rect.toRect()
        return None

    def minimum_board_width(self) -> int:
        """The narrowest width at which cards stay readable."""
        return int(GUTTER) + _MIN_LANE_PX * max(1, len(self._lanes))

    # Painted items, for the accessible interface.

    def painted_count(self) -> int:
        """How many cards there are."""
        return len(self._cards())

    def painted_name(self, index: int) -> str:
        """What a screen reader says of a card."""
        return self._cards()[index].content.spoken

    def painted_rect(self, index: int) -> QRect:
        """Where the card is, in this widget's pixels."""
        return self._cards()[index].rect.toRect()

    def painted_focus(self) -> int:
        """The selected card's index, -1 for none."""
        ids = [card.content.visit_id for card in self._cards()]
        return ids.index(self._selected) if self._selected in ids else -1

    def painted_activate(self, index: int) -> None:
        """Open a card."""
        self.visit_opened.emit(self._cards()[index].content.visit_id)

    # Qt.

    def sizeHint(self) -> QSize:
        """As high as the day."""
        return QSize(self.minimum_board_width(), round(self._scale.height))

    def minimumSizeHint(self) -> QSize:
        """As high as the day."""
        return QSize(self.minimum_board_width(), round(self._scale.height))

    def resizeEvent(self, event: object) -> None:
        """Lay the lanes out anew."""
        self._relayout(resize=False)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grid, lanes, now-line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(event.rect())
        width = float(self.width())
        # Lanes bring their own ground: beside them only the gutter is left to paint.
        ground = GUTTER if self._placed else width
        self._painter_of_lanes.paint_grid(painter, (), self._scale, ground, self._hour_texts())
        look = LaneLook(self._selected, self._hovered, self._focus_visible and self.hasFocus())
        overlay = self._overlay or DragOverlay()
        self._pictures.paint(painter, self._placed, self._scale, look, overlay.blocked)
        if self._now is not None:
            minute = self._now.hour * 60 + self._now.minute
            if self._scale.first_min <= minute <= self._scale.last_min:
                self._painter_of_lanes.paint_now(
                    painter,
                    self._scale,
                    minute,
                    width,
                    self._formats.time(minute, meridiem=False),
                )
        if self._overlay is not None:
            paint_words(
                painter, self._theme, self._pointer, QRectF(self.visibleRegion().boundingRect()),
                self._overlay,
            )  # fmt: skip
        painter.end()

    def _hour_texts(self) -> tuple[tuple[int, str], ...]:
        """The gutter's hours; worked out anew only when the shown span changes."""
        span = (self._scale.first_min, self._scale.last_min)
        if self._hours_span != span:
            self._hours_span = span
            self._hours = tuple(
                (minute, self._formats.hour(minute)) for minute in range(span[0], span[1] + 1, 60)
            )
        return self._hours

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, else hover."""
        self._pointer = event.position()
        if self._mouse.move(event):
            return
        card = self._card_under(event.position())
        hovered = card.content.visit_id if card else ""
        shape = Qt.CursorShape.PointingHandCursor if hovered else Qt.CursorShape.ArrowCursor
        if self._movable and self._mouse.on_edge(event.position()):
            shape = Qt.CursorShape.SizeVerCursor
        if shape != self.cursor().shape():
            self.setCursor(shape)
        self._point_at(hovered)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, or open the card's menu."""
        if self._movable:
            self._mouse.press(event)
        card = self._card_under(event.position())
        self._focus_visible = False
        self._choose(card.content.visit_id if card else "")
        if card and event.button() is Qt.MouseButton.RightButton:
            self.context_requested.emit(card.content.visit_id, event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go of what was dragged; without a drag it was a click on a time."""
        if not self._mouse.release() and event.button() is Qt.MouseButton.LeftButton:
            spot = self.spot_at(event.position())
            if spot is not None:
                self.spot_clicked.emit(*spot)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the visit."""
        card = self._card_under(event.position())
        if card:
            self.visit_opened.emit(card.content.visit_id)

    def leaveEvent(self, event: QEvent) -> None:
        """No card is hovered any more."""
        self._point_at("")

    def hover(self, visit_id: str) -> None:
        """Show a card as hovered because the map points at it, "" for none."""
        if visit_id != self._hovered:
            self._hovered = visit_id
            self.update()

    def _point_at(self, visit_id: str) -> None:
        if visit_id != self._hovered:
            self.hover(visit_id)
            self.visit_hovered.emit(visit_id)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        self._focus_visible = event.reason() in (
            Qt.FocusReason.TabFocusReason,
            Qt.FocusReason.BacktabFocusReason,
            Qt.FocusReason.ShortcutFocusReason,
        )
        if self._focus_visible and not self._selected:
            cards = self._cards()
            if cards:
                self._choose(cards[0].content.visit_id)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk visit to visit and lane to lane; Enter opens; the menu key asks."""
        key = event.key()
        self._focus_visible = True
        if self._movable and self._drag_key(event):
            return
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected:
            self.visit_opened.emit(self._selected)
        elif key == Qt.Key.Key_Menu and self._selected:
            rect = self.card_rect(self._selected)
            if rect is not None:
                self.context_requested.emit(self._selected, self.mapToGlobal(rect.center()))
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._step_in_lane(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._step_lane(1 if key == Qt.Key.Key_Right else -1)
        else:
            super().keyPressEvent(event)

    def _drag_key(self, event: QKeyEvent) -> bool:
        """Alt and arrows take the selected visit along; Enter lets go, Esc gives up."""
        key, dragging = event.key(), self._overlay is not None
        if dragging and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.drag_dropped.emit()
            return True
        if dragging and key == Qt.Key.Key_Escape:
            self.drag_cancelled.emit()
            return True
        step = _NUDGES.get(Qt.Key(key))
        if step is None or not event.modifiers() & Qt.KeyboardModifier.AltModifier:
            return False
        if not dragging:
            held = next((c for c in self._cards() if c.content.visit_id == self._selected), None)
            if held is None:
                return True
            at = held.content
            lane = next(lane for lane in self._placed if held in lane.cards)
            shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._pointer = held.rect.center()
            self.drag_begun.emit(
                Drag.begin(
                    DragKind.RESIZE if shift else DragKind.MOVE,
                    at.visit_id,
                    lane.content.practitioner_id,
                    at.start_min,
                    at.end_min - at.start_min,
                    0,
                )
            )
        self.drag_nudged.emit(*step)
        return True

    def point_at(self, person: str, minute: int) -> None:
        """Put the words of a drag by keyboard beside the held visit."""
        for lane in self._placed:
            if lane.content.practitioner_id == person:
                self._pointer = QPointF(lane.rect.center().x(), self._scale.y(minute))

    def event(self, event: QEvent) -> bool:
        """Tooltips say a card in full, for what is elided."""
        if event.type() == QEvent.Type.ToolTip:
            position = self.mapFromGlobal(self.cursor().pos())
            card = card_at(self._placed, position.x(), position.y())
            if card:
                QToolTip.showText(self.cursor().pos(), card.content.spoken, self)
            else:
                QToolTip.hideText()
            return True
        return super().event(event)

    def _cards(self) -> list[PlacedCard]:
        return [card for lane in self._placed for card in lane.cards]

    def _card_under(self, point: QPointF) -> PlacedCard | None:
        return card_at(self._placed, point.x(), point.y())

    def _choose(self, visit_id: str) -> None:
        if visit_id != self._selected:
            self._selected = visit_id
            self.visit_selected.emit(visit_id)
        self.update()

    def _step_in_lane(self, step: int) -> None:
        lane_index, card_index = self._position()
        if lane_index < 0:
            self._choose_first()
            return
        cards = self._placed[lane_index].cards
        self._choose(cards[min(len(cards) - 1, max(0, card_index + step))].content.visit_id)

    def _step_lane(self, step: int) -> None:
        lane_index, card_index = self._position()
        if lane_index < 0:
            self._choose_first()
            return
        here = self._placed[lane_index].cards[card_index].content.start_min
        target = lane_index + step
        while 0 <= target < len(self._placed):
            cards = self._placed[target].cards
            if cards:
                nearest = min(cards, key=lambda card: abs(card.content.start_min - here))
                self._choose(nearest.content.visit_id)
                return
            target += step

    def _choose_first(self) -> None:
        cards = self._cards()
        if cards:
            self._choose(cards[0].content.visit_id)

    def _position(self) -> tuple[int, int]:
        for lane_index, lane in enumerate(self._placed):
            for card_index, card in enumerate(lane.cards):
                if card.content.visit_id == self._selected:
                    return lane_index, card_index
        return -1, -1

    def _relayout(self, *, resize: bool = True) -> None:
        self._scale = board_scale(self._lanes, self._zoom)
        self._placed = place_lanes(self._lanes, self._scale, float(self.width()), self._ghost)
        if resize:
            self.setMinimumWidth(self.minimum_board_width())
            self.setFixedHeight(round(self._scale.height))
            self.updateGeometry()
        self.update()
