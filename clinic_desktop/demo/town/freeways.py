"""Freeways with two carriageways, the ramps that join them to streets, and cloverleaves."""

import math
from dataclasses import dataclass, field
from random import Random
from typing import Final

import numpy as np

from clinic_desktop.demo.town.features import RANK, Road
from clinic_desktop.demo.town.frame import (
    District,
    Extent,
    Flags,
    Floats,
    Points,
    arc_lengths,
    bezier,
    normals,
)
from clinic_desktop.demo.town.river import Meander

STEP_M: Final = 40.0
HALF_MEDIAN_M: Final = 13.0
RAMP_M: Final = 400.0
RAMP_FOOT_M: Final = 92.0
CLOVERLEAF_M: Final = 520.0


@dataclass(slots=True)
class Freeway:
    """One freeway: its centre line and both carriageways, sampled every ``STEP_M`` metres.

    ``right`` runs with the centre line, ``left`` against it; both have the centre line's
    point order, so index k of each lies beside index k of the centre.
    """

    ref: str
    name: str
    east_west: bool
    meander: Meander
    centre: Points
    right: Points
    left: Points
    interchanges: list[int] = field(default_factory=list[int])
    """Indices of the centre line where ramps lead to a street."""
    cloverleaves: list[int] = field(default_factory=list[int])

    def clearance(self, world: Points) -> Floats:
        """Metres from the centre line."""
        return np.abs(self.meander.place(world)[1])


@dataclass(frozen=True, slots=True)
class Ramp:
    """A ramp with the carriageway points it must share: (freeway, left?, index) or None."""

    road: Road
    start: tuple[int, bool, int] | None
    end: tuple[int, bool, int] | None


def lay_freeways(extent: Extent, downtown: District, rng: Random) -> list[Freeway]:
    """An east-west and a north-south freeway past downtown, and more of each in a large town."""
    refs = {True: ["I 38", "I 56", "I 62", "I 98"], False: ["I 47", "I 51", "I 31", "I 67"]}
    freeways: list[Freeway] = []
    for east_west in (True, False):
        across = extent.height_m if east_west else extent.width_m
        along = extent.width_m if east_west else extent.height_m
        angle = math.radians(rng.uniform(2, 5) if east_west else 90 - rng.uniform(2, 6))
        waves = (
            (rng.uniform(230, 330), rng.uniform(9000, 11000), rng.uniform(0, 2 * math.pi)),
            (rng.uniform(60, 100), rng.uniform(3800, 4600), rng.uniform(0, 2 * math.pi)),
        )
        trial = Meander(through=(0, 0), angle=angle, waves=waves, half_width_m=1)
        asides = trial.place(downtown.corners())[1]
        # Downtown lies to the south-west of where the two cross.
        shift = float(asides.max()) + 320 if east_west else float(asides.min()) - 320
        offsets = [shift]
        for extra in range(1, 4):
            for sign in (-1, 1):
                candidate = shift + sign * extra * 15_000
                if abs(candidate) < across / 2 - 1500:
                    offsets.append(candidate)
        for number, offset in enumerate(offsets[: len(refs[east_west])]):
            normal = (-math.sin(angle), math.cos(angle))
            meander = Meander(
                through=(normal[0] * offset, normal[1] * offset),
                angle=angle,
                waves=waves,
                half_width_m=1,
            )
            half = along / 2 / math.cos(math.radians(8)) + 1200
            dense = meander.along(np.arange(-half, half, STEP_M))
            centre = dense[extent.inside(dense)]
            if len(centre) < 12:
                continue
            aside = normals(centre) * HALF_MEDIAN_M
            freeways.append(
                Freeway(
                    ref=refs[east_west][number],
                    name="" if number else ("Prairie Freeway" if east_west else "Bluff Freeway"),
                    east_west=east_west,
                    meander=meander,
                    centre=centre,
                    right=centre - aside,
                    left=centre + aside,
                )
            )
    return freeways


def carriageways(freeway: Freeway) -> list[Road]:
    """Its two one-way roads, each in its direction of travel."""
    return [
        Road(points, "motorway", freeway.name, freeway.ref, True, 3, 65, "concrete")
        for points in (freeway.right, freeway.left[::-1])
    ]


def crossing_index(line: Points, other: Points) -> list[tuple[int, float, int, float]]:
    """Where two lines cross: segment and fraction on each."""
    apart = (line.min(axis=0) > other.max(axis=0)) | (other.min(axis=0) > line.max(axis=0))
    if apart.any():
        return []
    a, b = line[:-1, None], np.diff(line, axis=0)[:, None]
    c, d = other[None, :-1], np.diff(other, axis=0)[None]
    cross = b[..., 0] * d[..., 1] - b[..., 1] * d[..., 0]
    cross = np.where(np.abs(cross) < 1e-9, np.nan, cross)
    ac = c - a
    t = (ac[..., 0] * d[..., 1] - ac[..., 1] * d[..., 0]) / cross
    u = (ac[..., 0] * b[..., 1] - ac[..., 1] * b[..., 0]) / cross
    hits = np.argwhere((t >= 0) & (t < 1) & (u >= 0) & (u < 1))
    return [(int(i), float(t[i, j]), int(j), float(u[i, j])) for i, j in hits]


def find_cloverleaves(freeways: list[Freeway]) -> list[tuple[int, int, int, int]]:
    """(freeway, index, freeway, index) for each crossing of two freeways."""
    found: list[tuple[int, int, int, int]] = []
    for first, one in enumerate(freeways):
        for second in range(first + 1, len(freeways)):
            other = freeways[second]
            for i, _t, j, _u in crossing_index(one.centre, other.centre):
                one.cloverleaves.append(i)
                other.cloverleaves.append(j)
                found.append((first, i, second, j))
    return found


def cloverleaf_ramps(freeways: list[Freeway], crossing: tuple[int, int, int, int]) -> list[Ramp]:
    """Eight ramps: four right turns outside and four loops inside."""
    first, i, second, j = crossing
    ramps: list[Ramp] = []
    for near, at_near, far, at_far in ((first, i, second, j), (second, j, first, i)):
        for left in (False, True):
            heading = _heading(freeways[near], at_near, left)
            for turn_right in (True, False):
                # A right turn leaves before the crossing; a loop leaves after it and turns 270.
                far_left = next(
                    side
                    for side in (False, True)
                    if (_turn(heading, _heading(freeways[far], at_far, side)) < 0) == turn_right
                )
                reach = 11 if turn_right else 4
                start = _step(at_near, left, -reach if turn_right else reach)
                end = _step(at_far, far_left, reach if turn_right else -reach)
                lines = (_side(freeways[near], left), _side(freeways[far], far_left))
                if not (0 < start < len(lines[0]) - 1 and 0 < end < len(lines[1]) - 1):
                    continue
                out = heading
                into = _heading(freeways[far], at_far, far_left)
                p0, p3 = lines[0][start], lines[1][end]
                span = float(np.hypot(*(p3 - p0)))
                if turn_right:
                    points = bezier(p0, p0 + out * span * 0.5, p3 - into * span * 0.5, p3, 18)
                else:
                    points = bezier(p0, p0 + out * span * 1.35, p3 - into * span * 1.35, p3, 20)
                ramps.append(
                    Ramp(
                        Road(points, "motorway_link", "", "", True, 1, 45 if turn_right else 25),
                        (near, left, start),
                        (far, far_left, end),
                    )
                )
    return ramps


def choose_interchanges(
    freeway: Freeway, number: int, streets: list[Road], water: Meander
) -> list[Ramp]:
    """Diamond ramps to the greatest streets that cross well, about a mile apart."""
    candidates: list[tuple[int, float, int, Road, int, float]] = []
    for street in streets:
        near = float(freeway.clearance(street.points).min()) < 100
        if RANK[street.kind] > RANK["secondary"] or not near:
            continue
        for i, _t, j, u in crossing_index(freeway.centre, street.points):
            road_way = street.points[j + 1] - street.points[j]
            square = abs(_turn(_heading(freeway, i, False), road_way / np.hypot(*road_way)))
            if square > 0.72:
                candidates.append((RANK[street.kind], -square, i, street, j, u))
    candidates.sort(key=lambda c: c[:3])
    ramps: list[Ramp] = []
    reach = int(RAMP_M / STEP_M)
    for _rank, _square, i, street, j, u in candidates:
        taken = any(abs(i - k) * STEP_M < 1450 for k in freeway.interchanges)
        clover = any(abs(i - k) * STEP_M < 1050 for k in freeway.cloverleaves)
        edge = not reach + 2 < i < len(freeway.centre) - reach - 2
        if taken or clover or edge:
            continue
        if float(water.clearance(freeway.centre[i : i + 1])[0]) < 260:
            continue
        feet = [_foot(street.points, j, u, freeway, side) for side in (False, True)]
        if feet[0] is None or feet[1] is None:
            continue
        freeway.interchanges.append(i)
        for left, foot in zip((False, True), feet, strict=True):
            if foot is not None:
                ramps += _diamond(freeway, number, i, foot, left=left)
    return ramps


def near_ramps(freeways: list[Freeway], world: Points) -> Flags:
    """Which points must stay clear of local streets because of a diamond."""
    hit = np.zeros(len(world), dtype=np.bool_)
    for freeway in freeways:
        close = freeway.clearance(world) < RAMP_FOOT_M + 30
        for i in freeway.interchanges:
            middle = freeway.centre[i]
            hit |= close & (np.hypot(*(world - middle).T) < RAMP_M + 30)
    return hit


def near_cloverleaf(freeways: list[Freeway], world: Points) -> Flags:
    """Which points lie in the square of a cloverleaf."""
    hit = np.zeros(len(world), dtype=np.bool_)
    for freeway in freeways:
        for i in freeway.cloverleaves:
            hit |= np.hypot(*(world - freeway.centre[i]).T) < CLOVERLEAF_M
    return hit


def _diamond(freeway: Freeway, number: int, i: int, foot: Points, *, left: bool) -> list[Ramp]:
    line = _side(freeway, left)
    way = _heading(freeway, i, left)
    reach = int(RAMP_M / STEP_M)
    off, on = _step(i, left, -reach), _step(i, left, reach)
    leaving = bezier(line[off], line[off] + way * 190, foot - way * 130, foot, 12)
    joining = bezier(foot, foot + way * 130, line[on] - way * 190, line[on], 12)
    return [
        Ramp(Road(leaving, "motorway_link", "", "", True, 1, 40), (number, left, off), None),
        Ramp(Road(joining, "motorway_link", "", "", True, 1, 40), None, (number, left, on)),
    ]


def _foot(street: Points, j: int, u: float, freeway: Freeway, left: bool) -> Points | None:
    """The point of the street beside the freeway's given side where its ramps stand."""
    lengths = arc_lengths(street)
    at = float(lengths[j] + u * (lengths[j + 1] - lengths[j]))
    for sign in (-1, 1):
        where = at + sign * RAMP_FOOT_M
        if not 30 < where < lengths[-1] - 30:
            continue
        point = np.array(
            [np.interp(where, lengths, street[:, 0]), np.interp(where, lengths, street[:, 1])]
        )
        aside = float(freeway.meander.place(point[None])[1][0])
        if (aside > 0) == left:
            return point
    return None


def _side(freeway: Freeway, left: bool) -> Points:
    return freeway.left if left else freeway.right


def _step(index: int, left: bool, ahead: int) -> int:
    return index - ahead if left else index + ahead


def _heading(freeway: Freeway, index: int, left: bool) -> Points:
    last = len(freeway.centre) - 1
    way = freeway.centre[min(index + 2, last)] - freeway.centre[max(index - 2, 0)]
    way = way / np.hypot(way[0], way[1])
    return -way if left else way


def _turn(one: Points, other: Points) -> float:
    return float(one[0] * other[1] - one[1] * other[0])
