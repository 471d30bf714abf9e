"""A raster over the plan that says what may not be built where."""

from collections.abc import Callable
from enum import IntFlag
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clinic_desktop.demo.town.frame import Extent, Flags, Floats, Points, Warp, runs

PIXEL_M: Final = 18.0
MARGIN_M: Final = 420.0


class Ground(IntFlag):
    """Why a pixel is taken."""

    WATER = 1
    EAST_WEST_FREEWAY = 2
    RAMP = 4
    DISTRICT = 8
    PARK = 16
    OUTSIDE = 32
    CREEK = 64
    CLOVERLEAF = 128
    NORTH_SOUTH_FREEWAY = 256
    COUNTRY = 512


STREET_STOPS: Final = Ground(1023)


class Obstacles:
    """Marks of what is in the way, looked up by plan point."""

    def __init__(self, extent: Extent, warp: Warp) -> None:
        self._west = -extent.width_m / 2 - MARGIN_M
        self._south = -extent.height_m / 2 - MARGIN_M
        columns = int((extent.width_m + 2 * MARGIN_M) / PIXEL_M) + 1
        rows = int((extent.height_m + 2 * MARGIN_M) / PIXEL_M) + 1
        self.raster: NDArray[np.uint16] = np.zeros((rows, columns), dtype=np.uint16)
        self._shape = (rows, columns)
        self._warp = warp
        self.mark(Ground.OUTSIDE, lambda world: ~extent.inside(world))

    def mark(self, ground: Ground, where: Callable[[Points], Flags]) -> None:
        """Set ``ground`` wherever the test of world points says so, a band of rows at a time."""
        rows, columns = self._shape
        u: Floats = self._west + PIXEL_M * (np.arange(columns, dtype=np.float64) + 0.5)
        band = max(1, 400_000 // columns)
        for first in range(0, rows, band):
            last = min(rows, first + band)
            v: Floats = self._south + PIXEL_M * (np.arange(first, last, dtype=np.float64) + 0.5)
            plan = np.column_stack((np.tile(u, last - first), np.repeat(v, columns)))
            hit = where(self._warp.to_world(plan)).reshape(last - first, columns)
            self.raster[first:last][hit] |= np.uint16(int(ground))

    def mark_plan_box(
        self, ground: Ground, low: tuple[float, float], high: tuple[float, float]
    ) -> None:
        """Set ``ground`` in a rectangle of the plan."""
        c0, r0 = self.pixel(*low)
        c1, r1 = self.pixel(*high)
        self.raster[r0 : r1 + 1, c0 : c1 + 1] |= np.uint16(int(ground))

    def clear_plan_box(
        self, ground: Ground, low: tuple[float, float], high: tuple[float, float]
    ) -> None:
        """Unset ``ground`` in a rectangle of the plan."""
        c0, r0 = self.pixel(*low)
        c1, r1 = self.pixel(*high)
        self.raster[r0 : r1 + 1, c0 : c1 + 1] &= np.uint16(0xFFFF & ~int(ground))

    def pixel(self, u: float, v: float) -> tuple[int, int]:
        """Column and row of a plan point, held inside the raster."""
        rows, columns = self._shape
        column = min(max(int((u - self._west) / PIXEL_M), 0), columns - 1)
        row = min(max(int((v - self._south) / PIXEL_M), 0), rows - 1)
        return column, row

    def taken(self, u: float, v: float, ground: int) -> bool:
        """Whether any of the ``ground`` bits is set at a plan point."""
        column, row = self.pixel(u, v)
        return bool(int(self.raster[row, column]) & ground)

    def blocked(self, plan: Points, ground: int) -> Flags:
        """Which plan points have any of the ``ground`` bits."""
        rows, columns = self._shape
        column = np.clip(((plan[:, 0] - self._west) / PIXEL_M).astype(np.int64), 0, columns - 1)
        row = np.clip(((plan[:, 1] - self._south) / PIXEL_M).astype(np.int64), 0, rows - 1)
        return (self.raster[row, column] & np.uint16(ground)) != 0

    def free_pieces(
        self, start: tuple[float, float], end: tuple[float, float], ground: int
    ) -> list[Points]:
        """The stretches of a straight plan line that are free, sampled every 60 m or so."""
        length = float(np.hypot(end[0] - start[0], end[1] - start[1]))
        count = max(2, int(length / 10) + 1)
        line = np.column_stack(
            (np.linspace(start[0], end[0], count), np.linspace(start[1], end[1], count))
        )
        pieces: list[Points] = []
        for first, last in runs(~self.blocked(line, ground)):
            if last - first < 4:
                continue
            picked = list(range(first, last - 1, 6))
            if len(picked) > 1 and last - 1 - picked[-1] < 2:
                picked.pop()
            pieces.append(line[[*picked, last - 1]])
        return pieces
