"""The skeleton: section-line roads, the old pikes out of town, and the downtown bridges."""

import math
from random import Random

import numpy as np

from clinic_desktop.demo.town.features import Road
from clinic_desktop.demo.town.frame import GRID_M, SECTION_M, Points, as_points, resampled, runs
from clinic_desktop.demo.town.freeways import Freeway
from clinic_desktop.demo.town.names import Names
from clinic_desktop.demo.town.obstacles import Ground
from clinic_desktop.demo.town.site import COLUMN_M, ROW_M, Site, Use

_LANES = {"trunk": 4, "primary": 4, "secondary": 2, "unclassified": 2}
_SPEED = {"trunk": 45, "primary": 40, "secondary": 35, "unclassified": 45}
_US_ROUTES = ("US 64", "US 161", "US 38", "US 254")
_BUILT_UP = (Use.GRID, Use.SUBURB, Use.VILLAGE)


def section_roads(site: Site, names: Names, seed: int) -> list[Road]:
    """The mile roads of the survey: greater ones in town, some left out in the country."""
    rng = Random(f"{seed}/section roads")
    bridges = _bridge_columns(site)
    columns = [s.column for s in site.sections]
    rows = [s.row for s in site.sections]
    u0, v0 = site.baseline
    roads: list[Road] = []
    for north_south in (True, False):
        lines = (
            range(min(columns), max(columns) + 2)
            if north_south
            else range(min(rows), max(rows) + 2)
        )
        cells = (
            range(min(rows), max(rows) + 1)
            if north_south
            else range(min(columns), max(columns) + 1)
        )
        great = rng.randrange(3)
        for line in lines:
            at = site.line_u(line) if north_south else site.line_v(line)
            index = round((at - (u0 if north_south else v0)) / SECTION_M)
            name = names.section_line(index, north_south=north_south)
            for cell in cells:
                one, other = (
                    (site.use(line - 1, cell), site.use(line, cell))
                    if north_south
                    else (site.use(cell, line - 1), site.use(cell, line))
                )
                chance = rng.random()
                kind = _stretch_kind(one, other, line % 3 == great, chance)
                if not kind:
                    continue
                ground = Ground.DISTRICT | Ground.OUTSIDE | Ground.CLOVERLEAF
                ground |= Ground.NORTH_SOUTH_FREEWAY if north_south else Ground.EAST_WEST_FREEWAY
                if not (north_south and line in bridges):
                    ground |= Ground.WATER
                low = site.line_v(cell) if north_south else site.line_u(cell)
                ends = (
                    ((at, low), (at, low + SECTION_M))
                    if north_south
                    else ((low, at), (low + SECTION_M, at))
                )
                middle = low + SECTION_M / 2
                prefix = _prefix(middle - (v0 if north_south else u0), north_south=north_south)
                town = one in _BUILT_UP or other in _BUILT_UP
                roads += [
                    Road(
                        site.warp.to_world(piece),
                        kind,
                        f"{prefix} {name}",
                        lanes=_LANES[kind],
                        maxspeed=_SPEED[kind] if town else 55,
                        houses="" if town else "rural",
                    )
                    for piece in site.obstacles.free_pieces(*ends, int(ground))
                ]
    return roads


def pikes(site: Site, names: Names, freeways: list[Freeway], seed: int) -> list[Road]:
    """Diagonal roads that leave both tilted grids and run to the edge of the map."""
    rng = Random(f"{seed}/pikes")
    roads: list[Road] = []
    starts = [(site.downtown, 2), (site.downtown, 3), (site.landing, 3), (site.landing, 2)]
    reach = math.hypot(site.extent.width_m, site.extent.height_m)
    for number, (district, corner) in enumerate(starts):
        corners = district.corners()
        start = corners[corner]
        centre = district.centre()[0]
        out = math.atan2(start[1] - centre[1], start[0] - centre[0])
        # The diagonal may not fall in with the survey: keep it 20 degrees off the four winds.
        quarter = math.pi / 2
        off = (out + quarter / 2) % quarter - quarter / 2
        if abs(off) < math.radians(20):
            out += math.copysign(math.radians(20) - abs(off), off or 1.0)
        points = [(float(start[0]), float(start[1]))]
        travelled, heading = 0.0, out
        while travelled < reach:
            leg = rng.uniform(900, 1700)
            points.append(
                (
                    points[-1][0] + leg * math.cos(heading),
                    points[-1][1] + leg * math.sin(heading),
                )
            )
            travelled += leg
            heading = out + math.radians(rng.uniform(-9, 9))
        line = _rounded(as_points(points))
        plan = site.warp.to_plan(line)
        ground = int(Ground.WATER | Ground.OUTSIDE | Ground.CLOVERLEAF)
        free = ~site.obstacles.blocked(plan, ground)
        for freeway in freeways:
            # Where it would run along a freeway rather than cross it, the freeway replaces it.
            for first, last in runs(freeway.clearance(line) < 95):
                if last - first > 8:
                    free[first:] = False
        stretches = runs(free)
        if not stretches or stretches[0][0] > 3:
            continue
        piece = line[stretches[0][0] : stretches[0][1]]
        if len(piece) < 12:
            continue
        roads.append(
            Road(
                piece,
                "primary" if number % 2 else "trunk",
                names.pike(number),
                ref=_US_ROUTES[number],
                lanes=4,
                maxspeed=40,
            )
        )
    return roads


def downtown_bridges(site: Site, names: Names) -> tuple[list[Road], set[int], set[int]]:
    """The streets that cross the river in the middle of town.

    Returns:
        the roads, and the columns of downtown and of the landing that they take up.
    """
    downtown, landing = site.downtown, site.landing
    middle, far_middle = downtown.columns // 2, landing.columns // 2
    roads: list[Road] = []
    taken: set[int] = set()
    far_taken: set[int] = set()
    for step in (-4, 0, 4):
        column, far_column = middle + step, far_middle - step
        if not (0 <= column <= downtown.columns and 0 <= far_column <= landing.columns):
            continue
        taken.add(column)
        far_taken.add(far_column)
        p, far_p = column * COLUMN_M, far_column * COLUMN_M
        near = downtown.to_world(
            as_points([(p, row * ROW_M) for row in range(downtown.rows, -1, -1)])
        )
        far = landing.to_world(as_points([(far_p, row * ROW_M) for row in range(landing.rows + 1)]))
        crossing = resampled(np.vstack((near[-1:], far[:1])), 55.0)[1:-1]
        roads.append(
            Road(
                np.vstack((near, crossing, far)),
                "primary" if step == 0 else "secondary",
                "Main Street" if step == 0 else names.cross_street(column, landing=False),
                lanes=4,
                maxspeed=30,
                houses="shops",
            )
        )
    return roads, taken, far_taken


def survey_index(at: float, base: float) -> int:
    """The number of a survey line, counted from the baseline."""
    return round((at - base) / GRID_M)


def _prefix(offset_m: float, *, north_south: bool) -> str:
    if north_south:
        return "North" if offset_m >= 0 else "South"
    return "East" if offset_m >= 0 else "West"


def _stretch_kind(one: Use | None, other: Use | None, great: bool, chance: float) -> str:
    if one is None and other is None:
        return ""
    if one in _BUILT_UP or other in _BUILT_UP:
        if great:
            return "primary"
        # Here and there two suburbs grow into one another across the mile line.
        return "" if one == other == Use.SUBURB and chance < 0.13 else "secondary"
    if great:
        return "secondary"
    return "unclassified" if chance < 0.78 else ""


def _bridge_columns(site: Site) -> set[int]:
    """The north-south section lines that cross the river, a few miles apart."""
    chosen: list[tuple[int, float]] = []
    columns = sorted({s.column for s in site.sections})
    v = np.arange(-site.extent.height_m / 2, site.extent.height_m / 2, 25.0)
    candidates: list[tuple[float, int, float]] = []
    for column in columns:
        plan = np.column_stack((np.full_like(v, site.line_u(column)), v))
        t, aside = site.river.main.place(site.warp.to_world(plan))
        nearest = int(np.argmin(np.abs(aside)))
        if abs(aside[nearest]) > 60:
            continue
        from_downtown = abs(float(t[nearest]) - site.river.downtown_t)
        if from_downtown > 1500:
            candidates.append((from_downtown, column, float(t[nearest])))
    for _from_downtown, column, t_at in sorted(candidates):
        if all(abs(t_at - other) > 2700 for _c, other in chosen):
            chosen.append((column, t_at))
    return {column for column, _t in chosen}


def _rounded(corners: Points) -> Points:
    """The line with its corners cut round, a point about every 45 m."""
    line = corners
    for _round in range(3):
        ahead, behind = line[:-1] * 0.75 + line[1:] * 0.25, line[:-1] * 0.25 + line[1:] * 0.75
        middle = np.empty((2 * len(ahead), 2))
        middle[0::2], middle[1::2] = ahead, behind
        line = np.vstack((line[:1], middle[1:-1], line[-1:]))
    return resampled(line, 45.0)
