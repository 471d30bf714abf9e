"""Houses: numbers that rise by the block, even on one side and odd on the other."""

import itertools
import math
from bisect import bisect_right
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from clinic_desktop.demo.town.frame import GRID_M, Points, as_points
from clinic_desktop.demo.town.greens import beside_railway
from clinic_desktop.demo.town.network import Network, Way
from clinic_desktop.demo.town.quarters import Quarters
from clinic_desktop.demo.town.site import Site

CELL_M: Final = 5.0
_LOT_M: Final = {"grid": 17.0, "suburb": 24.0, "rural": 210.0, "shops": 26.0}
_SET_BACK_M: Final = {"grid": 16.0, "suburb": 20.0, "rural": 38.0, "shops": 15.0}


@dataclass(frozen=True, slots=True)
class House:
    """One address: its point and the way its front looks."""

    x: float
    y: float
    angle: float
    number: int
    street: str
    kind: str
    quarter: int


@dataclass(frozen=True, slots=True)
class _Lot:
    x: float
    y: float
    angle: float
    side: int
    part: float
    fill: float


class _Room:
    """A fine raster of what already stands: roads and houses."""

    def __init__(self, site: Site, network: Network) -> None:
        self._west = -site.extent.width_m / 2 - 100
        self._south = -site.extent.height_m / 2 - 100
        self._shape = (
            int((site.extent.height_m + 200) / CELL_M) + 1,
            int((site.extent.width_m + 200) / CELL_M) + 1,
        )
        self._taken = np.zeros(self._shape, dtype=np.bool_)
        starts: list[int] = []
        ends: list[int] = []
        for way in network.ways:
            starts += way.nodes[:-1]
            ends += way.nodes[1:]
        a, b = network.xy[starts], network.xy[ends]
        counts = (np.hypot(*(b - a).T) / (CELL_M * 0.8)).astype(np.int64) + 2
        which = np.repeat(np.arange(len(a)), counts)
        nth = np.arange(len(which)) - np.repeat(np.cumsum(counts) - counts, counts)
        t = (nth / np.maximum(counts[which] - 1, 1))[:, None]
        dots = a[which] + t * (b[which] - a[which])
        columns = np.clip((dots[:, 0] - self._west) / CELL_M, 0, self._shape[1] - 1)
        rows = np.clip((dots[:, 1] - self._south) / CELL_M, 0, self._shape[0] - 1)
        self._taken[rows.astype(np.int64), columns.astype(np.int64)] = True

    def take(self, x: float, y: float) -> bool:
        """Whether a house fits here; if so it stands from now on."""
        column = int((x - self._west) / CELL_M)
        row = int((y - self._south) / CELL_M)
        if not (3 < column < self._shape[1] - 4 and 3 < row < self._shape[0] - 4):
            return False
        if self._taken[row - 2 : row + 3, column - 2 : column + 3].any():
            return False
        self._taken[row, column] = True
        return True


def houses(site: Site, network: Network, quarters: Quarters, seed: int) -> list[House]:
    """Every house, in the order of the ways."""
    rng = Random(f"{seed}/houses")
    plan = site.warp.to_plan(network.xy)
    room = _Room(site, network)
    built: list[House] = []
    used: dict[tuple[str, str], set[int]] = {}
    for way in network.ways:
        if not way.road.houses or way.bridge:
            continue
        for house in _along(site, network, plan, way, quarters, rng):
            spot = (house.street, quarters.cities[house.quarter])
            numbers = used.setdefault(spot, set())
            if house.number in numbers or not room.take(house.x, house.y):
                continue
            numbers.add(house.number)
            built.append(house)
    where = as_points([(h.x, h.y) for h in built])
    unfit = site.river.in_water(where, 14.0) | beside_railway(site, where)
    return [house for house, bad in zip(built, unfit.tolist(), strict=True) if not bad]


def footprint(house: House, rng: Random) -> Points:
    """The outline of its building in world metres."""
    if house.kind == "shops":
        wide, deep = rng.uniform(17, 24), rng.uniform(12, 15)
    elif house.kind == "grid":
        wide, deep = rng.uniform(8, 10.5), rng.uniform(11, 14)
    else:
        wide, deep = rng.uniform(13, 18), rng.uniform(9, 12)
    c, s = math.cos(house.angle), math.sin(house.angle)
    pairs = ((-wide, -deep), (wide, -deep), (wide, deep), (-wide, deep))
    return as_points(
        [(house.x + (c * a - s * b) / 2, house.y + (s * a + c * b) / 2) for a, b in pairs]
    )


def _along(
    site: Site,
    network: Network,
    plan: Points,
    way: Way,
    quarters: Quarters,
    rng: Random,
) -> list[House]:
    nodes = way.nodes
    if _starts_farther(site, network, nodes):
        nodes = nodes[::-1]
    middle = network.xy[nodes[len(nodes) // 2]]
    quarter = quarters.nearest(float(middle[0]), float(middle[1]))
    axis, hundred = _baseline_axis(site, plan[nodes[0]], plan[nodes[-1]])
    survey = way.road.houses == "rural" or (way.road.houses == "grid" and way.road.section >= 0)
    # The even side is the same along a whole street, whichever way its stretches are numbered.
    flip = int(float(plan[nodes[0], axis]) > float(plan[nodes[-1], axis]))
    found: list[House] = []
    block: list[int] = [nodes[0]]
    for node in nodes[1:]:
        block.append(node)
        if network.degree.get(node, 0) >= 3 or node == nodes[-1]:
            lots = _lots(network.xy[block], way.road.houses, rng)
            if survey and lots:
                # Numbers of the survey follow the ground: the same on every parallel street.
                first, last = (
                    float(plan[n, axis]) - site.baseline[axis] for n in block[:: len(block) - 1]
                )
                numbers = [
                    100 + 2 * int(50 * abs(first + lot.part * (last - first)) / GRID_M)
                    for lot in lots
                ]
            else:
                # At most 48 numbers a side, spread by how far along the block the house stands.
                numbers = [100 * hundred + 2 * (1 + int(47 * lot.part * lot.fill)) for lot in lots]
            found += [
                House(
                    lot.x,
                    lot.y,
                    lot.angle,
                    number + (lot.side ^ flip),
                    way.road.name,
                    way.road.houses,
                    quarter,
                )
                for lot, number in zip(lots, numbers, strict=True)
            ]
            hundred += 1
            block = [node]
    return found


def _lots(line: Points, kind: str, rng: Random) -> list[_Lot]:
    """Where houses may stand on both sides of one block."""
    points: list[tuple[float, float]] = line.tolist()
    ends = [0.0]
    for (x, y), (nx, ny) in itertools.pairwise(points):
        ends.append(ends[-1] + math.hypot(nx - x, ny - y))
    total = ends[-1]
    margin = 16.0 if kind != "rural" else 60.0
    count = int((total - 2 * margin) / _LOT_M[kind]) + 1 if total > 2 * margin else 0
    lots: list[_Lot] = []
    for lot in range(count):
        base = margin + (lot + 0.5) * (total - 2 * margin) / count
        for side in (0, 1):
            at = min(max(base + rng.uniform(-2.5, 2.5), 1.0), total - 1.0)
            k = min(bisect_right(ends, at) - 1, len(points) - 2)
            (x, y), (nx, ny) = points[k], points[k + 1]
            length = ends[k + 1] - ends[k]
            way_x, way_y = (nx - x) / length, (ny - y) / length
            off = (_SET_BACK_M[kind] + rng.uniform(-1.2, 2.5)) * (1 if side else -1)
            inside = at - ends[k]
            lots.append(
                _Lot(
                    x + way_x * inside - way_y * off,
                    y + way_y * inside + way_x * off,
                    math.atan2(way_y, way_x),
                    side,
                    at / total,
                    min(1.0, total / 165.0),
                )
            )
    return lots


def _starts_farther(site: Site, network: Network, nodes: list[int]) -> bool:
    """Numbers rise away from downtown."""
    first, last = network.xy[nodes[0]], network.xy[nodes[-1]]
    return site.distance_to_core(first) > site.distance_to_core(last)


def _baseline_axis(site: Site, first: Points, last: Points) -> tuple[int, int]:
    """The plan axis that the way runs along, and the hundred its first block begins at."""
    upright = abs(float(last[0] - first[0])) < abs(float(last[1] - first[1]))
    axis = 1 if upright else 0
    return axis, 1 + int(abs(float(first[axis]) - site.baseline[axis]) / 150.0)
