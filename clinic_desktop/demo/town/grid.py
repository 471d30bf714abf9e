"""Streets in squares: downtown and the landing on their tilted grids, and the survey's blocks."""

from dataclasses import dataclass
from random import Random

import numpy as np

from clinic_desktop.demo.town.arterials import survey_index
from clinic_desktop.demo.town.features import Road
from clinic_desktop.demo.town.frame import SECTION_M, District, as_points, runs
from clinic_desktop.demo.town.names import Names
from clinic_desktop.demo.town.obstacles import STREET_STOPS, Ground
from clinic_desktop.demo.town.site import COLUMN_M, ROW_M, Section, Site, Use


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the survey grid, kept free of houses: plan corners, and what stands there."""

    low: tuple[float, float]
    high: tuple[float, float]
    use: str
    section: int


def district_streets(
    site: Site, district: District, names: Names, taken: set[int], *, landing: bool
) -> list[Road]:
    """Every street of a tilted grid except the ``taken`` columns; one-way pairs downtown."""
    roads: list[Road] = []
    for column in range(district.columns + 1):
        if column in taken:
            continue
        edge = column in (0, district.columns)
        oneway = 0
        if not landing and column in (district.columns // 2 - 2, district.columns // 2 + 2):
            oneway = 1 if column < district.columns // 2 else -1
        points = as_points([(column * COLUMN_M, row * ROW_M) for row in range(district.rows + 1)])
        name = names.cross_street(column, landing=landing)
        roads += _cut(site, district, points, oneway, _style(edge, oneway, landing), name)
    for row in range(district.rows + 1):
        edge = row == district.rows
        oneway = 0
        if not landing and row in (3, 4, 8, 9):
            oneway = 1 if row in (3, 8) else -1
        points = as_points(
            [(column * COLUMN_M, row * ROW_M) for column in range(district.columns + 1)]
        )
        name = names.along_river(row, landing=landing)
        style = "secondary" if row == 1 and not landing else _style(edge, oneway, landing)
        roads += _cut(site, district, points, oneway, style, name)
    return roads


def survey_streets(
    site: Site, section: Section, names: Names, seed: int
) -> tuple[list[Road], list[Block]]:
    """The blocks of one square mile, and the blocks set aside for parks and schools."""
    rng = Random(f"{seed}/grid/{section.column}/{section.row}")
    roads: list[Road] = []
    blocks: list[Block] = []
    half = SECTION_M / 2
    long_north = rng.random() < 0.6
    for east in (0, 1):
        for north in (0, 1):
            low = (section.west + east * half, section.south + north * half)
            if section.use is Use.VILLAGE and rng.random() < 0.4:
                continue
            upright = long_north != (rng.random() < 0.25)
            counts = (8, 4) if upright else (4, 8)
            hole = _set_aside(rng, counts, low, section)
            if hole:
                blocks.append(hole)
            for north_south in (True, False):
                count = counts[0] if north_south else counts[1]
                for k in range(1, count):
                    across = low[0 if north_south else 1] + k * half / count
                    along = low[1 if north_south else 0]
                    roads += _grid_line(
                        site, section, names, across, (along, along + half), hole, north_south
                    )
    # The half-mile streets collect the traffic.
    for north_south in (True, False):
        across = (section.west if north_south else section.south) + half
        along = section.south if north_south else section.west
        roads += _grid_line(
            site, section, names, across, (along, along + SECTION_M), None, north_south, "tertiary"
        )
    return roads, blocks


def _grid_line(
    site: Site,
    section: Section,
    names: Names,
    across: float,
    span: tuple[float, float],
    hole: Block | None,
    north_south: bool,
    kind: str = "residential",
) -> list[Road]:
    spans = [span]
    if hole:
        axis, other = (0, 1) if north_south else (1, 0)
        if hole.low[axis] + 1 < across < hole.high[axis] - 1:
            spans = [(span[0], hole.low[other]), (hole.high[other], span[1])]
    u0, v0 = site.baseline
    roads: list[Road] = []
    for low, high in spans:
        if high - low < 30:
            continue
        ends = ((across, low), (across, high)) if north_south else ((low, across), (high, across))
        middle = (low + high) / 2
        if north_south:
            name = names.north_south(survey_index(across, u0))
            prefix = "North" if middle >= v0 else "South"
        else:
            name = names.east_west(survey_index(across, v0))
            prefix = "East" if middle >= u0 else "West"
        stops = STREET_STOPS if kind == "residential" else STREET_STOPS & ~Ground.CREEK
        roads += [
            Road(
                site.warp.to_world(piece),
                kind,
                f"{prefix} {name}",
                lanes=2 if kind == "tertiary" else 0,
                maxspeed=25 if kind == "residential" else 30,
                houses="grid",
                section=section.number,
            )
            for piece in site.obstacles.free_pieces(*ends, int(stops))
        ]
    return roads


def _set_aside(
    rng: Random, counts: tuple[int, int], low: tuple[float, float], section: Section
) -> Block | None:
    """Some quarters have a park or a school over two or four blocks."""
    chance = rng.random()
    if chance > 0.5:
        return None
    use = "park" if chance < 0.27 else "school" if chance < 0.42 else "cemetery"
    half = SECTION_M / 2
    wide, high = (2, 1) if counts[0] > counts[1] else (1, 2)
    if use == "cemetery":
        wide, high = (4, 2) if counts[0] > counts[1] else (2, 4)
    column = rng.randrange(1, max(2, counts[0] - wide))
    row = rng.randrange(1, max(2, counts[1] - high))
    step = (half / counts[0], half / counts[1])
    return Block(
        (low[0] + column * step[0], low[1] + row * step[1]),
        (
            low[0] + min(column + wide, counts[0]) * step[0],
            low[1] + min(row + high, counts[1]) * step[1],
        ),
        use,
        section.number,
    )


def _style(edge: bool, oneway: int, landing: bool) -> str:
    if edge:
        return "tertiary" if landing else "secondary"
    return "secondary" if oneway else "residential"


def _cut(
    site: Site,
    district: District,
    points: np.ndarray,
    oneway: int,
    kind: str,
    name: str,
) -> list[Road]:
    world = district.to_world(points)
    free = ~site.river.in_water(world, 25.0)
    central = "shops" if kind != "residential" else "grid"
    return [
        Road(
            world[first:last] if oneway >= 0 else world[first:last][::-1],
            kind,
            name,
            oneway=oneway != 0,
            lanes=3 if oneway else 2 if kind != "residential" else 0,
            maxspeed=25 if kind == "residential" else 30,
            surface="asphalt"
            if kind != "residential" or district.name != "Ferry Landing"
            else "paving_stones"
            if points[0, 1] == 0
            else "asphalt",
            houses=central,
        )
        for first, last in runs(free)
        if last - first > 1
    ]
