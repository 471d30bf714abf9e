"""The two planes a town is drawn in, and the geometry shared by all its subjects.

*World* points are metres east and north of the town's middle. *Plan* points are the surveyor's:
section lines are straight there, and ``Warp`` bends them a little on the way to the world.
"""

import math
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from numpy.typing import NDArray

type Points = NDArray[np.float64]
"""An (n, 2) array of metres."""
type Floats = NDArray[np.float64]
type Flags = NDArray[np.bool_]

SECTION_M: Final = 1609.344
"""The side of a survey section: one mile."""
GRID_M: Final = SECTION_M / 16
"""The finest survey line; streets are named by their multiple of it."""
METRES_PER_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True)
class Extent:
    """The town's rectangle in world metres, centred on the origin."""

    width_m: float
    height_m: float

    @property
    def scale(self) -> float:
        """The town's linear size relative to the default 20 x 15 km."""
        return math.sqrt(self.width_m * self.height_m / (20_000 * 15_000))

    def inside(self, points: Points, margin_m: float = 0.0) -> Flags:
        """Which points lie within the rectangle shrunk by ``margin_m``."""
        return (np.abs(points[:, 0]) <= self.width_m / 2 - margin_m) & (
            np.abs(points[:, 1]) <= self.height_m / 2 - margin_m
        )


@dataclass(frozen=True, slots=True)
class Projection:
    """World metres to degrees (equirectangular: a town is small)."""

    lat: float
    lon: float

    def degrees(self, points: Points) -> tuple[Floats, Floats]:
        """Latitudes and longitudes, rounded to the 1e-7 degree that the file keeps."""
        lat = self.lat + points[:, 1] / METRES_PER_DEGREE
        lon = self.lon + points[:, 0] / (METRES_PER_DEGREE * math.cos(math.radians(self.lat)))
        return np.round(lat, 7), np.round(lon, 7)


class Warp:
    """Bends plan into world by a few long, shallow waves, so that no road is ruler straight."""

    def __init__(self, rng: Random) -> None:
        self._waves: list[tuple[float, float, float, float, float]] = []
        for axis in (0, 1):
            for amplitude, low, high in ((115.0, 5500.0, 8000.0), (38.0, 2000.0, 2900.0)):
                direction = rng.uniform(0, 2 * math.pi)
                k = 2 * math.pi / rng.uniform(low, high)
                self._waves.append(
                    (
                        amplitude if axis == 0 else -amplitude,
                        k * math.cos(direction),
                        k * math.sin(direction),
                        rng.uniform(0, 2 * math.pi),
                        float(axis),
                    )
                )

    def _shift(self, points: Points) -> Points:
        shift = np.zeros_like(points)
        for amplitude, kx, ky, phase, axis in self._waves:
            shift[:, int(axis)] += amplitude * np.sin(kx * points[:, 0] + ky * points[:, 1] + phase)
        return shift

    def to_world(self, plan: Points) -> Points:
        """World points of plan points."""
        return plan + self._shift(plan)

    def to_plan(self, world: Points) -> Points:
        """Plan points of world points, to a few centimetres (fixed-point iteration)."""
        plan = world.copy()
        for _round in range(9):
            plan = world - self._shift(plan)
        return plan


@dataclass(frozen=True, slots=True)
class District:
    """A rectangle with its own tilted grid: ``p`` along ``angle``, ``q`` to its left.

    Points inside have ``0 <= p <= length_m`` and ``0 <= q <= depth_m``.
    """

    origin: tuple[float, float]
    angle: float
    length_m: float
    depth_m: float
    columns: int
    rows: int
    name: str

    def to_world(self, local: Points) -> Points:
        """World points of (p, q) points."""
        c, s = math.cos(self.angle), math.sin(self.angle)
        p, q = local[:, 0], local[:, 1]
        return np.column_stack((self.origin[0] + c * p - s * q, self.origin[1] + s * p + c * q))

    def to_local(self, world: Points) -> Points:
        """(p, q) points of world points."""
        c, s = math.cos(self.angle), math.sin(self.angle)
        dx, dy = world[:, 0] - self.origin[0], world[:, 1] - self.origin[1]
        return np.column_stack((c * dx + s * dy, -s * dx + c * dy))

    def inside(self, world: Points, margin_m: float = 0.0) -> Flags:
        """Which world points lie within the rectangle shrunk by ``margin_m``."""
        local = self.to_local(world)
        return (
            (local[:, 0] >= margin_m)
            & (local[:, 0] <= self.length_m - margin_m)
            & (local[:, 1] >= margin_m)
            & (local[:, 1] <= self.depth_m - margin_m)
        )

    def corners(self) -> Points:
        """The four corners in world metres, counter-clockwise from the origin."""
        return self.to_world(
            np.array([(0, 0), (self.length_m, 0), (self.length_m, self.depth_m), (0, self.depth_m)])
        )

    def centre(self) -> Points:
        """The middle as a (1, 2) array of world metres."""
        return self.to_world(np.array([(self.length_m / 2, self.depth_m / 2)]))


def as_points(pairs: list[tuple[float, float]]) -> Points:
    """An (n, 2) array of a list of pairs, also for an empty list."""
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def arc_lengths(points: Points) -> Floats:
    """Metres from the first point to each point along the line."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    lengths = np.zeros(len(points))
    lengths[1:] = np.cumsum(steps)
    return lengths


def resampled(points: Points, step_m: float) -> Points:
    """The line with points about every ``step_m`` metres; its ends stay."""
    lengths = arc_lengths(points)
    total = float(lengths[-1])
    at = np.linspace(0.0, total, max(2, round(total / step_m) + 1))
    return np.column_stack(
        (np.interp(at, lengths, points[:, 0]), np.interp(at, lengths, points[:, 1]))
    )


def normals(points: Points) -> Points:
    """Unit vectors to the left of the line at each of its points."""
    tangent = np.gradient(points, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
    return np.column_stack((-tangent[:, 1], tangent[:, 0]))


def simplified(points: Points, tolerance_m: float) -> Points:
    """Douglas and Peucker: fewer points, none further than the tolerance from the line."""
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[[0, -1]] = True
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        if last - first < 2:
            continue
        start = points[first]
        chord = points[last] - start
        inner = points[first + 1 : last] - start
        length = max(math.hypot(float(chord[0]), float(chord[1])), 1e-9)
        off = np.abs(inner[:, 0] * chord[1] - inner[:, 1] * chord[0]) / length
        worst = int(np.argmax(off))
        if off[worst] > tolerance_m:
            middle = first + 1 + worst
            keep[middle] = True
            stack += [(first, middle), (middle, last)]
    return points[keep]


def bezier(p0: Points, p1: Points, p2: Points, p3: Points, count: int) -> Points:
    """``count`` points of a cubic curve; its control points are (2,) arrays."""
    t = np.linspace(0.0, 1.0, count)[:, None]
    return (1 - t) ** 3 * p0 + 3 * (1 - t) ** 2 * t * p1 + 3 * (1 - t) * t**2 * p2 + t**3 * p3


def runs(free: Flags) -> list[tuple[int, int]]:
    """Half-open index ranges of the stretches of True."""
    padded = np.concatenate(([False], free, [False])).astype(np.int8)
    edges = np.flatnonzero(np.diff(padded))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def blob(centre: Points, radius_m: float, rng: Random, *, stretch: float = 1.5) -> Points:
    """A closed, natural-looking outline around a (2,) centre (the last point is not repeated)."""
    turn = rng.uniform(0, math.pi)
    phases = [rng.uniform(0, 2 * math.pi) for _i in range(4)]
    count = max(16, min(48, int(radius_m / 7)))
    angle = np.linspace(0, 2 * math.pi, count, endpoint=False)
    ripple = np.ones_like(angle)
    for order, phase in enumerate(phases, start=2):
        ripple += 0.30 / order * np.sin(order * angle + phase)
    x = radius_m * ripple * np.cos(angle) * math.sqrt(stretch)
    y = radius_m * ripple * np.sin(angle) / math.sqrt(stretch)
    c, s = math.cos(turn), math.sin(turn)
    return np.column_stack((centre[0] + c * x - s * y, centre[1] + s * x + c * y))
