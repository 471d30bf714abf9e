"""What makes a map move on its own: a fling after a drag, a zoom that glides to its end.

Each step asks for one repaint; nothing here paints. Where motion is not wanted, or on any new
touch, it stops at once.
"""

import math
from collections.abc import Callable
from time import monotonic
from typing import Final

from PySide6.QtCore import QObject, QPointF, QTimer
from PySide6.QtWidgets import QWidget

from clinic_desktop.ui.kit.motion import may_move
from clinic_desktop.ui.map.camera import LEAST_ZOOM, MOST_ZOOM

_STEP_MS: Final = 12
_LOOK_BACK_S: Final = 0.1
_LEAST_FLING: Final = 250.0
_STOP_BELOW: Final = 25.0
_HALF_LIFE_S: Final = 0.16
_GLIDE_SHARE: Final = 0.35
_ARRIVED: Final = 0.004


class MapMotion(QObject):
    """Moves a map by the two calls it is given.

    Args:
        owner: the map; motion is off where its style or the person wants none.
        pan: called with pixels right and down.
        zoom_to: called with a zoom and the point that stays.
        ended: called when a glide has arrived.
    """

    def __init__(
        self,
        owner: QWidget,
        pan: Callable[[float, float], None],
        zoom_to: Callable[[float, QPointF], None],
        ended: Callable[[], None],
    ) -> None:
        super().__init__(owner)
        self._owner, self._pan, self._zoom_to, self._ended = owner, pan, zoom_to, ended
        self._trail: list[tuple[float, QPointF]] = []
        self._speed = QPointF()
        self._last = 0.0
        self._fling = QTimer(self)
        self._fling.setInterval(_STEP_MS)
        self._fling.timeout.connect(self._on_fling)
        self._glide = QTimer(self)
        self._glide.setInterval(_STEP_MS)
        self._glide.timeout.connect(self._on_glide)
        self._from = self._target = 0.0
        self._anchor = QPointF()

    @property
    def gliding(self) -> bool:
        """Whether a zoom is under way."""
        return self._glide.isActive()

    @property
    def flinging(self) -> bool:
        """Whether the map runs on after a drag."""
        return self._fling.isActive()

    def stop(self) -> None:
        """Stand still."""
        gliding = self._glide.isActive()
        self._fling.stop()
        self._glide.stop()
        self._trail.clear()
        if gliding:
            self._ended()

    def drag(self, at: QPointF) -> None:
        """The pointer is dragged over a point."""
        now = monotonic()
        self._trail.append((now, QPointF(at)))
        self._trail = [step for step in self._trail if now - step[0] <= _LOOK_BACK_S]

    def let_go(self) -> None:
        """The drag ended: run on as fast as it was."""
        trail, self._trail = self._trail, []
        if len(trail) < 2 or not may_move(self._owner):
            return
        took = monotonic() - trail[0][0]
        way = trail[-1][1] - trail[0][1]
        if took <= 0 or math.hypot(way.x(), way.y()) / took < _LEAST_FLING:
            return
        self._speed, self._last = way / took, monotonic()
        self._fling.start()

    def glide(self, zoom: float, step: float, anchor: QPointF) -> None:
        """Zoom by a step around a point; steps that come while it glides add up.

        Args:
            zoom: the zoom now.
            step: how much further.
            anchor: what stays under the pointer.
        """
        self._fling.stop()
        start = self._target if self._glide.isActive() else zoom
        self._target = max(LEAST_ZOOM, min(MOST_ZOOM, start + step))
        self._from, self._anchor = zoom, anchor
        if may_move(self._owner):
            self._glide.start()
            return
        self._zoom_to(self._target, anchor)
        self._ended()

    def _on_fling(self) -> None:
        now = monotonic()
        passed, self._last = now - self._last, now
        self._pan(-self._speed.x() * passed, -self._speed.y() * passed)
        self._speed *= 0.5 ** (passed / _HALF_LIFE_S)
        if math.hypot(self._speed.x(), self._speed.y()) < _STOP_BELOW:
            self._fling.stop()

    def _on_glide(self) -> None:
        left = self._target - self._from
        arrived = abs(left) < _ARRIVED
        self._from = self._target if arrived else self._from + left * _GLIDE_SHARE
        self._zoom_to(self._from, self._anchor)
        if arrived:
            self._glide.stop()
            self._ended()
