"""The mouse on the board: a click selects, a drag takes hold of a visit or of empty time."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from clinic_desktop.ui.board.drag import SNAP_MIN, Drag, DragKind, snapped
from clinic_desktop.ui.board.lane_layout import PlacedCard, PlacedLane, TimeScale, card_at

_EDGE_PX: Final = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pressed:
    at: QPointF
    card: PlacedCard | None
    lane: PlacedLane


class BoardMouse:
    """Turns presses and moves into a ``Drag``; it changes nothing itself.

    Args:
        shown: the lanes and the scale as painted.
        begun: a drag has begun.
        moved: the pointer is over a person and minute; with Shift only "time" or "person" counts.
        dropped: the button was let go.
    """

    def __init__(
        self,
        shown: Callable[[], tuple[tuple[PlacedLane, ...], TimeScale]],
        begun: Callable[[Drag], object],
        moved: Callable[[str, float, str], object],
        dropped: Callable[[], object],
    ) -> None:
        self._shown = shown
        self._begun, self._moved, self._dropped = begun, moved, dropped
        self._pressed: _Pressed | None = None
        self.dragging = False

    def press(self, event: QMouseEvent) -> None:
        """Remember where the left button went down."""
        self._pressed = None
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        at = event.position()
        lane = self.lane_at(at)
        if lane is not None:
            lanes, _scale = self._shown()
            self._pressed = _Pressed(at=at, card=card_at(lanes, at.x(), at.y()), lane=lane)

    def move(self, event: QMouseEvent) -> bool:
        """Begin or go on with a drag; False if there is none."""
        pressed, at = self._pressed, event.position()
        if pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            return False
        if not self.dragging:
            way = at - pressed.at
            if abs(way.x()) + abs(way.y()) < QApplication.startDragDistance():
                return False
            self.dragging = True
            self._begun(self._drag(pressed, event))
        lane = self.lane_at(at) or pressed.lane
        _lanes, scale = self._shown()
        only = ""
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            way = at - pressed.at
            only = "person" if abs(way.x()) > abs(way.y()) else "time"
        self._moved(lane.content.practitioner_id, scale.minute(at.y()), only)
        return True

    def release(self) -> bool:
        """Let go; True if a drag ended."""
        was, self.dragging, self._pressed = self.dragging, False, None
        if was:
            self._dropped()
        return was

    def forget(self) -> None:
        """The drag was given up."""
        self.dragging, self._pressed = False, None

    def lane_at(self, at: QPointF) -> PlacedLane | None:
        """The lane under a point."""
        lanes, _scale = self._shown()
        inside = (lane for lane in lanes if lane.rect.left() <= at.x() < lane.rect.right())
        return next(inside, None)

    def on_edge(self, at: QPointF) -> bool:
        """Whether a press here would take hold of a visit's end."""
        lanes, _scale = self._shown()
        card = card_at(lanes, at.x(), at.y())
        return card is not None and card.rect.bottom() - at.y() <= _EDGE_PX

    def _drag(self, pressed: _Pressed, event: QMouseEvent) -> Drag:
        _lanes, scale = self._shown()
        person = pressed.lane.content.practitioner_id
        minute = scale.minute(pressed.at.y())
        if pressed.card is None:
            return Drag.begin(DragKind.CREATE, "", person, snapped(minute), SNAP_MIN, 0)
        content = pressed.card.content
        kind = DragKind.MOVE
        if self.on_edge(pressed.at):
            kind = DragKind.RESIZE
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            kind = DragKind.COPY
        return Drag.begin(
            kind,
            content.visit_id,
            person,
            content.start_min,
            content.end_min - content.start_min,
            round(minute - content.start_min),
        )
