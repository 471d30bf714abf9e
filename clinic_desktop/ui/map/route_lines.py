"""The lines of several routes, side by side where they share a street.

Each line is cut into the steps between its points. A step that another route takes too (in either
direction) is shifted across the street, each route to its own place, so that none hides another.
"""

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from clinic_desktop.domain.map_shapes import project
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.ui.map.map_content import MapRoute

_LEAST_STEP_PX: Final = 1.5
_SHARPEST: Final = 0.35
_STRAIGHT_PX: Final = 0.2
_ROUNDS: Final = 8

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RouteLine:
    """One line: projected points (n x 2), and for each step its place across the street.

    ``across`` counts routes from the middle of the street, positive to the right of the way that
    leads to the larger end (so that both directions of a street agree); ``sign`` is 1 where the
    line goes that way, else -1.
    """

    points: Floats
    across: Floats
    sign: Floats


def route_lines(routes: Sequence[MapRoute]) -> list[list[RouteLine]]:
    """The lines of each route, in the order given."""
    takers: dict[tuple[Coordinate, Coordinate], list[int]] = defaultdict(list)
    for number, route in enumerate(routes):
        for line in route.lines:
            for start, end in itertools.pairwise(line):
                whose = takers[_street(start, end)]
                if number not in whose:
                    whose.append(number)
    return [
        [_line(piece, number, takers) for piece in _once(route.lines)]
        for number, route in enumerate(routes)
    ]


def _once(lines: Sequence[Sequence[Coordinate]]) -> list[list[Coordinate]]:
    """The pieces of a route's lines, a street that it takes again left out.

    Drawn there and back, two rows of dashes would fill each other's gaps.
    """
    seen: set[tuple[Coordinate, Coordinate]] = set()
    pieces: list[list[Coordinate]] = []
    for line in lines:
        going = False
        for start, end in itertools.pairwise(line):
            street = _street(start, end)
            if street in seen:
                going = False
                continue
            seen.add(street)
            if going:
                pieces[-1].append(end)
            else:
                pieces.append([start, end])
                going = True
    return pieces


def _line(
    line: Sequence[Coordinate],
    number: int,
    takers: dict[tuple[Coordinate, Coordinate], list[int]],
) -> RouteLine:
    across: list[float] = []
    sign: list[float] = []
    for start, end in itertools.pairwise(line):
        street = _street(start, end)
        whose = takers[street]
        across.append(whose.index(number) - (len(whose) - 1) / 2)
        sign.append(1.0 if street[0] == start else -1.0)
    points = np.array([project(place) for place in line], np.float64)
    return RouteLine(points, np.array(across), np.array(sign))


def _street(start: Coordinate, end: Coordinate) -> tuple[Coordinate, Coordinate]:
    """The same for both directions."""
    return (start, end) if (start.lat, start.lon) <= (end.lat, end.lon) else (end, start)


def shifted(pixels: Floats, line: RouteLine, gap_px: float) -> Floats:
    """A line's pixels with its steps moved to their places across the street.

    Args:
        pixels: the line's points in the view, n x 2.
        line: whose places they take.
        gap_px: from one route's middle to the next.
    """
    if not line.across.any():
        return pixels
    steps = np.diff(pixels, axis=0)
    length = np.maximum(np.hypot(steps[:, 0], steps[:, 1]), 1e-9)
    # Right of the direction of travel, in pixels (y grows down).
    right = np.column_stack((-steps[:, 1], steps[:, 0])) / length[:, None]
    moved = right * (line.across * line.sign * gap_px)[:, None]
    at_points = np.vstack((moved[:1], (moved[:-1] + moved[1:]) / 2, moved[-1:]))
    # Round a bend the mean of both sides is too short; at a hairpin it must not run away.
    if len(moved) > 1:
        wanted = (np.hypot(*moved[:-1].T) + np.hypot(*moved[1:].T)) / 2
        have = np.hypot(*at_points[1:-1].T)
        stretch = np.where(have > _SHARPEST * wanted, wanted / np.maximum(have, 1e-9), 1.0)
        at_points[1:-1] *= stretch[:, None]
    return pixels + at_points


def thinned(pixels: Floats) -> Floats:
    """A line without the points that nobody could tell apart; its ends stay.

    First those within a step of each other go, then, every second one at a time, those that lie
    on the line between their neighbours: a wide stroke costs by the point.
    """
    if len(pixels) < 3:
        return pixels
    steps = np.abs(np.diff(pixels, axis=0)).sum(axis=1)
    travelled = np.floor(np.concatenate(([0.0], np.cumsum(steps))) / _LEAST_STEP_PX)
    keep = np.concatenate(([True], np.diff(travelled) > 0))
    keep[-1] = True
    kept = pixels[keep]
    for _round in range(_ROUNDS):
        fewer = _without_every_second(kept)
        if len(fewer) == len(kept):
            break
        kept = fewer
    return kept


def _without_every_second(points: Floats) -> Floats:
    """Without the odd points that lie on the line between their neighbours."""
    middle = np.arange(1, len(points) - 1, 2)
    if not len(middle):
        return points
    start, at, end = points[middle - 1], points[middle], points[middle + 1]
    chord = end - start
    away = at - start
    length = np.maximum(np.hypot(chord[:, 0], chord[:, 1]), 1e-9)
    off = np.abs(chord[:, 0] * away[:, 1] - chord[:, 1] * away[:, 0]) / length
    along = (chord * away).sum(axis=1) / length
    # Between the two, not beyond: a turn back stays.
    on = (off < _STRAIGHT_PX) & (along >= 0) & (along <= length)
    keep = np.ones(len(points), np.bool_)
    keep[middle[on]] = False
    return points[keep]


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line as it is drawn at one zoom: pixels of the whole world, thinned, n x 2.

    ``travelled`` is the way in pixels to each point; ``arrows`` are x, y and heading in degrees.
    """

    points: Floats
    travelled: Floats
    arrows: tuple[tuple[float, float, float], ...]


def drawn_line(line: RouteLine, world_px: float, gap_px: float, arrow_every_px: float) -> DrawnLine:
    """A line at a zoom.

    Args:
        line: the line.
        world_px: how many pixels the world is wide at that zoom.
        gap_px: from one route's middle to the next where they share a street.
        arrow_every_px: from one sign of direction to the next, 0 for none.
    """
    points = thinned(shifted(line.points * world_px, line, gap_px))
    steps = np.diff(points, axis=0)
    travelled = np.concatenate(([0.0], np.cumsum(np.hypot(steps[:, 0], steps[:, 1]))))
    arrows = arrow_spots(points, arrow_every_px) if arrow_every_px else []
    return DrawnLine(points, travelled, tuple(arrows))


def runs_within(
    line: DrawnLine, left: float, top: float, right: float, bottom: float
) -> list[tuple[Floats, float]]:
    """The stretches of a line whose steps touch a rectangle, each with the way to its start.

    Dashes far outside cost time too; with the way known they go on as if nothing were left out.
    """
    points = line.points
    if len(points) < 2:
        return []
    low = np.minimum(points[:-1], points[1:])
    high = np.maximum(points[:-1], points[1:])
    inside = (
        (low[:, 0] <= right) & (high[:, 0] >= left) & (low[:, 1] <= bottom) & (high[:, 1] >= top)
    )
    edges = np.flatnonzero(np.diff(np.concatenate(([False], inside, [False])).astype(np.int8)))
    return [
        (points[start : end + 1], float(line.travelled[start]))
        for start, end in zip(edges[::2], edges[1::2], strict=True)
    ]


def arrow_spots(pixels: Floats, every_px: float) -> list[tuple[float, float, float]]:
    """Where to show the direction along a line: x, y and the heading in degrees (0 right).

    The first spot is half a stretch from the start; a line shorter than a stretch has one in its
    middle, one shorter than a quarter none.
    """
    steps = np.diff(pixels, axis=0)
    lengths = np.hypot(steps[:, 0], steps[:, 1])
    total = float(lengths.sum())
    if total < every_px / 4:
        return []
    wanted = [total / 2] if total < every_px else list(np.arange(every_px / 2, total, every_px))
    ends = np.cumsum(lengths)
    found: list[tuple[float, float, float]] = []
    for at in wanted:
        index = min(int(np.searchsorted(ends, at)), len(steps) - 1)
        share = 1 - (ends[index] - at) / max(lengths[index], 1e-9)
        x, y = pixels[index] + steps[index] * share
        heading = float(np.degrees(np.arctan2(steps[index][1], steps[index][0])))
        found.append((float(x), float(y), heading))
    return found
