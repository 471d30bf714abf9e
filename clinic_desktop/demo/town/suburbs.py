"""Curving streets and cul-de-sacs: evenly spaced lines that follow a smooth field of directions.

Streets follow the field and cross streets follow it turned by a right angle (in the manner of
Jobard and Lefer's evenly spaced streamlines). Then streets are broken in mid-block, which leaves
two cul-de-sacs back to back. All in plan metres of one section.
"""

import itertools
import math
from collections import deque
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np

from clinic_desktop.demo.town.features import Road
from clinic_desktop.demo.town.frame import (
    SECTION_M,
    Points,
    arc_lengths,
    as_points,
    resampled,
    simplified,
)
from clinic_desktop.demo.town.freeways import crossing_index
from clinic_desktop.demo.town.names import Names
from clinic_desktop.demo.town.obstacles import STREET_STOPS
from clinic_desktop.demo.town.site import Section, Site

STEP_M: Final = 22.0
ENTRANCE_GAP_M: Final = 235.0
SET_BACK_M: Final = 52.0


@dataclass(slots=True)
class _Field:
    """The direction of streets at a point of the section (0, 0)-(1, 1 mile)."""

    base: float
    waves: list[tuple[float, float, float, float]]
    hub: tuple[float, float] | None

    def angle(self, u: float, v: float) -> float:
        if self.hub:
            angle = math.atan2(v - self.hub[1], u - self.hub[0]) + math.pi / 2
        else:
            angle = self.base
        for amplitude, ku, kv, phase in self.waves:
            angle += amplitude * math.sin(ku * u + kv * v + phase)
        return angle


@dataclass(slots=True)
class _Lines:
    """Lines of one family, with buckets that answer "is another one near?"."""

    spacing: float
    lines: list[list[tuple[float, float]]] = field(default_factory=list[list[tuple[float, float]]])
    buckets: dict[tuple[int, int], list[tuple[float, float]]] = field(
        default_factory=dict[tuple[int, int], list[tuple[float, float]]]
    )

    def near(self, u: float, v: float, distance: float) -> bool:
        column, row = int(u // self.spacing), int(v // self.spacing)
        limit = distance * distance
        for c in (column - 1, column, column + 1):
            for r in (row - 1, row, row + 1):
                for a, b in self.buckets.get((c, r), ()):
                    if (a - u) * (a - u) + (b - v) * (b - v) < limit:
                        return True
        return False

    def add(self, line: list[tuple[float, float]]) -> None:
        self.lines.append(line)
        for u, v in line:
            key = (int(u // self.spacing), int(v // self.spacing))
            self.buckets.setdefault(key, []).append((u, v))


class _Entrances:
    """Where streets of the section may open onto the mile roads around it."""

    def __init__(self) -> None:
        self._taken: dict[int, list[float]] = {0: [], 1: [], 2: [], 3: []}

    def open(self, u: float, v: float) -> bool:
        """Take the place nearest to the point if no other entrance is close to it."""
        gaps = (u, SECTION_M - u, v, SECTION_M - v)
        side = gaps.index(min(gaps))
        along = v if side < 2 else u
        if not 90 < along < SECTION_M - 90:
            return False
        if any(abs(along - other) < ENTRANCE_GAP_M for other in self._taken[side]):
            return False
        self._taken[side].append(along)
        return True


def suburb_streets(site: Site, section: Section, names: Names, seed: int) -> list[Road]:
    """The streets of one square mile of subdivisions."""
    rng = Random(f"{seed}/suburb/{section.column}/{section.row}")
    directions = _field(rng)
    streets = _Lines(rng.uniform(84, 104))
    crosses = _Lines(rng.uniform(250, 360))
    entrances = _Entrances()
    _fill(site, section, directions, 0.0, streets, rng)
    _fill(site, section, directions, math.pi / 2, crosses, rng)
    roads: list[Road] = []
    cross_lines = [_to_edge(as_points(line), entrances) for line in crosses.lines if len(line) > 4]
    cross_lines = [line for line in cross_lines if len(line) > 3]
    collector = int(np.argmax([len(line) for line in cross_lines])) if cross_lines else -1
    for number, line in enumerate(cross_lines):
        kind = "tertiary" if number == collector else "residential"
        roads.append(_road(site, section, line, kind, names, rng))
    longest = max((len(line) for line in streets.lines), default=0)
    through = False
    for line in streets.lines:
        if len(line) < 4:
            continue
        points = as_points(line)
        if len(line) == longest and not through:
            through = True
            collector_line = _to_edge(points, entrances)
            if len(collector_line) > 3:
                roads.append(_road(site, section, collector_line, "tertiary", names, rng))
            continue
        points = _to_edge(points, entrances) if rng.random() < 0.75 else _held_back(points)
        if len(points) < 4:
            continue
        roads += [
            _road(site, section, piece, "residential", names, rng)
            for piece in _broken(points, cross_lines, rng)
        ]
    return roads


def _field(rng: Random) -> _Field:
    waves: list[tuple[float, float, float, float]] = []
    for amplitude, low, high in ((0.42, 1000, 1700), (0.22, 500, 760)):
        direction, k = rng.uniform(0, 2 * math.pi), 2 * math.pi / rng.uniform(low, high)
        waves.append(
            (
                amplitude * rng.uniform(0.7, 1.2),
                k * math.cos(direction),
                k * math.sin(direction),
                rng.uniform(0, 2 * math.pi),
            )
        )
    hub = None
    if rng.random() < 0.4:
        side = rng.uniform(0, 2 * math.pi)
        hub = (
            SECTION_M / 2 + 1380 * math.cos(side),
            SECTION_M / 2 + 1380 * math.sin(side),
        )
        waves = [(a * 0.45, ku, kv, phase) for a, ku, kv, phase in waves]
    return _Field(rng.choice((0.0, math.pi / 2)) + rng.uniform(-0.3, 0.3), waves, hub)


def _fill(
    site: Site, section: Section, field_: _Field, turn: float, lines: _Lines, rng: Random
) -> None:
    """Trace lines through the section until no gap is wider than the spacing."""
    queue: deque[tuple[float, float]] = deque()
    queue.append((SECTION_M * rng.uniform(0.4, 0.6), SECTION_M * rng.uniform(0.4, 0.6)))
    spare = [
        (SECTION_M * (i + rng.random()) / 7, SECTION_M * (j + rng.random()) / 7)
        for i in range(7)
        for j in range(7)
    ]
    queue.extend(spare)
    while queue:
        u, v = queue.popleft()
        if not _free(site, section, u, v) or lines.near(u, v, lines.spacing * 0.9):
            continue
        ahead = _trace(site, section, field_, turn, u, v, 1.0, lines)
        behind = _trace(site, section, field_, turn, u, v, -1.0, lines)
        line = [*behind[:0:-1], *ahead]
        if len(line) * STEP_M < 110:
            continue
        lines.add(line)
        for a, b in line[::4]:
            angle = field_.angle(a, b) + turn + math.pi / 2
            for sign in (1.0, -1.0):
                queue.appendleft(
                    (
                        a + sign * lines.spacing * math.cos(angle),
                        b + sign * lines.spacing * math.sin(angle),
                    )
                )


def _free(site: Site, section: Section, u: float, v: float) -> bool:
    if not (0 <= u <= SECTION_M and 0 <= v <= SECTION_M):
        return False
    return not site.obstacles.taken(section.west + u, section.south + v, int(STREET_STOPS))


def _trace(
    site: Site,
    section: Section,
    field_: _Field,
    turn: float,
    u: float,
    v: float,
    sign: float,
    lines: _Lines,
) -> list[tuple[float, float]]:
    line = [(u, v)]
    for _step in range(140):
        angle = field_.angle(u, v) + turn
        middle = (
            field_.angle(
                u + sign * STEP_M / 2 * math.cos(angle), v + sign * STEP_M / 2 * math.sin(angle)
            )
            + turn
        )
        u += sign * STEP_M * math.cos(middle)
        v += sign * STEP_M * math.sin(middle)
        if not _free(site, section, u, v) or lines.near(u, v, lines.spacing * 0.6):
            break
        line.append((u, v))
    return line


def _edge_gap(points: Points) -> np.ndarray:
    return np.minimum(points, SECTION_M - points).min(axis=1)


def _held_back(points: Points) -> Points:
    """The line without the parts that come too near to the mile roads."""
    inside = np.flatnonzero(_edge_gap(points) > SET_BACK_M)
    return points[inside[0] : inside[-1] + 1] if len(inside) > 1 else points[:0]


def _to_edge(points: Points, entrances: _Entrances) -> Points:
    """The line led out to the mile road at each end that stops beside it, where one may open."""
    line = _held_back(points)
    if len(line) < 3:
        return line
    for at_start in (True, False):
        original = points[0] if at_start else points[-1]
        if float(_edge_gap(original[None])[0]) > STEP_M + 2:
            continue
        end = line[0] if at_start else line[-1]
        gaps = (end[0], SECTION_M - end[0], end[1], SECTION_M - end[1])
        side = int(np.argmin(gaps))
        exit_point = end.copy()
        # Straight out, a little beyond the mile road; the overshoot is trimmed at the knot.
        exit_point[side // 2] = -7.0 if side % 2 == 0 else SECTION_M + 7.0
        if float(gaps[side]) > 130 or not entrances.open(
            float(exit_point[0]), float(exit_point[1])
        ):
            continue
        line = np.vstack((exit_point, line)) if at_start else np.vstack((line, exit_point))
    return line


def _broken(points: Points, crosses: list[Points], rng: Random) -> list[Points]:
    """The street, broken here and there between two cross streets."""
    lengths = arc_lengths(points)
    at: list[float] = []
    for cross in crosses:
        for i, t, _j, _u in crossing_index(points, cross):
            at.append(float(lengths[i] + t * (lengths[i + 1] - lengths[i])))
    at.sort()
    cuts: list[float] = []
    for here, there in itertools.pairwise(at):
        if there - here > 190 and rng.random() < 0.42:
            cuts.append(rng.uniform(here + 90, there - 90))
    pieces: list[Points] = []
    start = 0.0
    for cut in [*cuts, float(lengths[-1]) + 34]:
        stop = cut - 34
        if stop - start > 60:
            inner = (lengths > start + 4) & (lengths < stop - 4)
            ends = np.array(
                [
                    [np.interp(s, lengths, points[:, 0]), np.interp(s, lengths, points[:, 1])]
                    for s in (start, stop)
                ]
            )
            pieces.append(np.vstack((ends[:1], points[inner], ends[1:])))
        start = cut + 34
    return pieces


def _road(site: Site, section: Section, line: Points, kind: str, names: Names, rng: Random) -> Road:
    plan = line + np.array([section.west, section.south])
    length = float(arc_lengths(line)[-1])
    return Road(
        simplified(resampled(site.warp.to_world(plan), STEP_M), 0.9),
        kind,
        names.subdivision(length, dead_end=length < 260, rng=rng),
        lanes=2 if kind == "tertiary" else 0,
        maxspeed=30 if kind == "tertiary" else 25,
        houses="suburb",
        section=section.number,
    )
