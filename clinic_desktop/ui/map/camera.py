"""Which part of the world a map shows: centre, zoom, and the way between world and pixels."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QSizeF

from clinic_desktop.domain.map_shapes import TILE_PX, project, unproject
from clinic_desktop.domain.place import Coordinate

LEAST_ZOOM: Final = 8.0
MOST_ZOOM: Final = 18.0
_FITTED_ZOOM: Final = 16.0
_EARTH_M: Final = 40_075_016.7

World = tuple[float, float]
"""A projected point, 0 to 1 on both axes."""
Pixels = NDArray[np.float64]
"""Points in the view's logical pixels, n x 2."""


@dataclass(slots=True)
class Camera:
    """A view of ``size`` logical pixels; ``centre`` is projected."""

    centre: World
    zoom: float
    size: QSizeF

    @property
    def world_px(self) -> float:
        """How many pixels the whole world is wide."""
        return TILE_PX * 2.0**self.zoom

    @property
    def middle(self) -> Coordinate:
        """The point in the middle."""
        return unproject(*self.centre)

    @property
    def metres_a_px(self) -> float:
        """On the ground, in the middle of the view."""
        return _EARTH_M * math.cos(math.radians(self.middle.lat)) / self.world_px

    def to_px(self, point: World) -> QPointF:
        """Where a projected point is in the view."""
        return QPointF(
            self.size.width() / 2 + (point[0] - self.centre[0]) * self.world_px,
            self.size.height() / 2 + (point[1] - self.centre[1]) * self.world_px,
        )

    def all_to_px(self, points: NDArray[np.float64]) -> Pixels:
        """The same for many points, n x 2."""
        half = np.array([self.size.width() / 2, self.size.height() / 2])
        return (points - np.array(self.centre)) * self.world_px + half

    def place_px(self, place: Coordinate) -> QPointF:
        """Where a place is in the view."""
        return self.to_px(project(place))

    def to_world(self, px: QPointF) -> World:
        """The projected point under a pixel."""
        return (
            self.centre[0] + (px.x() - self.size.width() / 2) / self.world_px,
            self.centre[1] + (px.y() - self.size.height() / 2) / self.world_px,
        )

    def pan(self, dx: float, dy: float) -> None:
        """Show what lies so many pixels further right and down."""
        self.centre = (
            self.centre[0] + dx / self.world_px,
            min(1.0, max(0.0, self.centre[1] + dy / self.world_px)),
        )

    def zoom_to(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Another zoom; what is under the anchor (the middle by default) stays there."""
        at = anchor or QPointF(self.size.width() / 2, self.size.height() / 2)
        before = self.to_world(at)
        self.zoom = max(LEAST_ZOOM, min(MOST_ZOOM, zoom))
        after = self.to_world(at)
        self.centre = (
            self.centre[0] + before[0] - after[0],
            self.centre[1] + before[1] - after[1],
        )

    def fit(self, points: Sequence[World], pad_px: float) -> None:
        """Show all of them with a margin."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        self.centre = ((min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2)
        room_x = max(40.0, self.size.width() - 2 * pad_px)
        room_y = max(40.0, self.size.height() - 2 * pad_px)
        span = max((max(xs) - min(xs)) / room_x, (max(ys) - min(ys)) / room_y, 1e-9)
        self.zoom = max(LEAST_ZOOM, min(_FITTED_ZOOM, math.log2(1 / (span * TILE_PX))))

    def copy(self) -> "Camera":
        """The same view, to be moved on its own."""
        return Camera(self.centre, self.zoom, QSizeF(self.size))
