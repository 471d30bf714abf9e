"""Parks, lakes, woods, fields and the other areas that colour the map, and the railway."""

import math
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np

from clinic_desktop.demo.town.features import Road, Shape
from clinic_desktop.demo.town.frame import SECTION_M, Flags, Points, as_points, blob, normals
from clinic_desktop.demo.town.grid import Block
from clinic_desktop.demo.town.names import Names
from clinic_desktop.demo.town.obstacles import STREET_STOPS, Ground
from clinic_desktop.demo.town.site import COLUMN_M, Section, Site, Use

_WORKS: Final = ((1200.0, 2300.0, "Bottoms Works"), (-2500.0, -1500.0, "Tile Works"))
"""Metres along the river from downtown, and the name."""


@dataclass(slots=True)
class Greens:
    """Areas settled before the local streets, which go round them."""

    shapes: list[Shape]
    relations: list[Shape]


def set_aside(site: Site, names: Names, roads: list[Road], seed: int) -> Greens:
    """Great parks, the university, golf courses and lakes; their ground is marked as taken."""
    rng = Random(f"{seed}/greens")
    greens = Greens([], [])
    grid = [s for s in site.sections if s.use is Use.GRID]
    suburbs = [s for s in site.sections if s.use is Use.SUBURB]
    rng.shuffle(grid)
    diagonal = site.warp.to_plan(
        np.vstack([road.points for road in roads if road.kind in ("trunk", "primary")])
    )
    half = SECTION_M / 2
    plans: list[tuple[str, float, float, float, float]] = []
    uses = ["university", "park", "cemetery_large"]
    for section in grid:
        if not uses:
            break
        quarter = (
            section.west + half * rng.randrange(2),
            section.south + half * rng.randrange(2),
        )
        box = _plan_box(quarter[0], quarter[1], half, half)
        if site.obstacles.blocked(box, int(STREET_STOPS)).mean() > 0.03:
            continue
        inner = np.abs(diagonal - (np.array(quarter) + half / 2)).max(axis=1)
        if (inner < half / 2 - 30).any():
            continue
        plans.append((uses.pop(0), *quarter, quarter[0] + half, quarter[1] + half))
    for use, west, south, east, north in plans:
        _campus(site, greens, rng, use, (west, south, east, north))
    for number, section in enumerate(suburbs):
        chance = rng.random()
        centre = (
            section.west + SECTION_M * rng.uniform(0.32, 0.68),
            section.south + SECTION_M * rng.uniform(0.32, 0.68),
        )
        if chance < 0.34:
            _lake(site, greens, names, rng, centre, rng.uniform(95, 210), with_park=chance < 0.22)
        elif chance < 0.44:
            _golf(site, greens, rng, centre, number)
        elif chance < 0.72:
            _suburb_park(site, greens, names, rng, centre)
    for section in suburbs:
        if rng.random() < 0.55:
            _shops(site, greens, rng, section)
    for section in site.sections:
        if section.use is Use.RURAL:
            _country(site, greens, rng, section.west, section.south)
    return greens


def riverside(site: Site) -> list[Shape]:
    """The park between downtown's first street and the water, and the same across the river."""
    shapes: list[Shape] = []
    for district, name in ((site.downtown, "Riverfront Park"), (site.landing, "Landing Green")):
        count = district.columns
        sign = 1.0 if district is site.downtown else -1.0
        local = as_points([(c * COLUMN_M, -18.0) for c in range(1, count)])
        front = district.to_world(local)
        t, _aside = site.river.main.place(front)
        line = site.river.main.along(t)
        bank = line + normals(line) * (sign * (site.river.main.half_width(t) + 12))[:, None] * (
            1.0 if t[-1] > t[0] else -1.0
        )
        wet = site.river.in_water(front, 20.0)
        keep = ~wet
        if keep.sum() > 3:
            shapes.append(
                Shape(np.vstack((front[keep], bank[keep][::-1])), {"leisure": "park", "name": name})
            )
    return shapes


def block_shapes(site: Site, blocks: list[Block], names: Names, seed: int) -> list[Shape]:
    """Parks, schools and cemeteries that take up whole blocks."""
    rng = Random(f"{seed}/blocks")
    shapes: list[Shape] = []
    for number, block in enumerate(blocks):
        gap = 9.0
        outline = _rectangle(
            block.low[0] + gap, block.low[1] + gap, block.high[0] - gap, block.high[1] - gap
        )
        if site.obstacles.blocked(outline, int(STREET_STOPS)).any():
            continue
        name = names.park(number + 3)
        if block.use == "park":
            tags = {"leisure": "park", "name": name}
        elif block.use == "school":
            tags = {"amenity": "school", "name": f"{name.rsplit(' ', 1)[0]} Elementary School"}
        else:
            tags = {"landuse": "cemetery", "name": f"{name.rsplit(' ', 1)[0]} Cemetery"}
        world = site.warp.to_world(outline)
        shapes.append(Shape(world, tags))
        if block.use == "park" and rng.random() < 0.5:
            middle = world.mean(axis=0)
            shapes.append(Shape(blob(middle, 22, rng), {"natural": "water", "water": "pond"}))
        if block.use == "school":
            corner = world[0] * 0.66 + world[2] * 0.34
            shapes.append(Shape(_box_at(corner, 46, 26, 0.0), {"building": "school"}))
            field_ = world[0] * 0.3 + world[2] * 0.7
            shapes.append(Shape(_box_at(field_, 70, 44, 0.0), {"leisure": "pitch"}))
    return shapes


def railway(site: Site) -> list[Shape]:
    """The tracks on the far bank, behind the landing, and the works beside them."""
    aside = _behind_landing(site)
    behind = float(np.hypot(aside[0], aside[1]))
    t = np.arange(-site.river.reach_m, site.river.reach_m, 60.0)
    track = site.river.main.along(t) + aside
    shapes = [
        Shape(
            track[_stretch(site.extent.inside(track))],
            {"railway": "rail", "name": "Marlow & Western Railroad", "usage": "main"},
            closed=False,
        )
    ]
    middle = site.river.downtown_t
    for start, stop, name in _WORKS:
        t = np.arange(middle + start, middle + stop, 50.0)
        line = site.river.main.along(t)
        outer = line + aside * (1 + 14 / behind)
        far = line + aside * (1 + 330 / behind)
        outline = np.vstack((outer, far[::-1]))
        if site.extent.inside(outline).all():
            shapes.append(Shape(outline, {"landuse": "industrial", "name": name}))
    return shapes


def beside_railway(site: Site, world: Points) -> Flags:
    """Which points are too near to the tracks for a house, or inside the works."""
    t, aside = site.river.main.place(world - _behind_landing(site))
    hit = np.abs(aside) < 24
    for start, stop, _name in _WORKS:
        along = t - site.river.downtown_t
        hit |= (along > start - 40) & (along < stop + 40) & (aside < 0) & (aside > -340)
    return hit


def _behind_landing(site: Site) -> Points:
    """How far the tracks lie from the middle of the river, as a (2,) shift."""
    heading = site.river.main.heading(site.river.downtown_t)
    behind = site.landing.depth_m + 560
    return np.array([math.sin(heading), -math.cos(heading)]) * behind


def _stretch(inside: Flags) -> slice:
    hits = np.flatnonzero(inside)
    return slice(int(hits[0]), int(hits[-1]) + 1) if len(hits) > 1 else slice(0, 2)


def _campus(
    site: Site,
    greens: Greens,
    rng: Random,
    use: str,
    box: tuple[float, float, float, float],
) -> None:
    west, south, east, north = box
    site.obstacles.mark_plan_box(Ground.PARK, (west + 14, south + 14), (east - 14, north - 14))
    world = site.warp.to_world(_rectangle(west + 14, south + 14, east - 14, north - 14))
    middle = world.mean(axis=0)
    if use == "university":
        greens.shapes.append(
            Shape(world, {"amenity": "university", "name": "Marlow Bend State University"})
        )
        for row in range(-2, 3):
            for column in range(-2, 3):
                if (row, column) == (0, 0) or rng.random() < 0.2:
                    continue
                at = middle + np.array([column * 120.0, row * 110.0])
                wide, deep = rng.uniform(34, 72), rng.uniform(22, 40)
                greens.shapes.append(
                    Shape(_box_at(at, wide, deep, 0.0), {"building": "university"})
                )
        greens.shapes.append(
            Shape(_box_at(middle, 110, 80, 0.0), {"leisure": "park", "name": "The Quad"})
        )
    elif use == "park":
        greens.shapes.append(Shape(world, {"leisure": "park", "name": "Grand Prairie Park"}))
        lake = blob(middle + np.array([60.0, -70.0]), 135, rng, stretch=2.1)
        island = blob(lake.mean(axis=0), 26, rng)
        greens.relations.append(
            Shape(
                lake,
                {"natural": "water", "water": "lake", "name": "Grand Prairie Lake"},
                holes=(island,),
            )
        )
        for _i in range(3):
            at = middle + np.array([rng.uniform(-260, 260), rng.uniform(120, 270)])
            greens.shapes.append(Shape(blob(at, rng.uniform(50, 85), rng), {"natural": "wood"}))
    else:
        greens.shapes.append(Shape(world, {"landuse": "cemetery", "name": "Bellefontaine Hill"}))


def _lake(
    site: Site,
    greens: Greens,
    names: Names,
    rng: Random,
    centre: tuple[float, float],
    radius: float,
    *,
    with_park: bool,
) -> None:
    outline = blob(np.array(centre), radius, rng, stretch=rng.uniform(1.2, 2.4))
    if site.obstacles.blocked(outline, int(STREET_STOPS)).any():
        return
    number = len(greens.shapes)
    around = np.array(centre) + (outline - np.array(centre)) * 1.32
    _take(site, around)
    if with_park:
        greens.shapes.append(
            Shape(
                site.warp.to_world(np.array(centre) + (outline - np.array(centre)) * 1.27),
                {"leisure": "park", "name": names.park(number)},
            )
        )
    greens.shapes.append(
        Shape(
            site.warp.to_world(outline),
            {"natural": "water", "water": "lake", "name": names.lake(number)},
        )
    )


def _golf(
    site: Site, greens: Greens, rng: Random, centre: tuple[float, float], number: int
) -> None:
    outline = blob(np.array(centre), 330, rng, stretch=1.8)
    if site.obstacles.blocked(outline, int(STREET_STOPS)).any():
        return
    _take(site, np.array(centre) + (outline - np.array(centre)) * 1.08)
    title = ("Prairie Links", "Bluffs Golf Club", "Twin Oaks Golf Course")[number % 3]
    greens.shapes.append(
        Shape(site.warp.to_world(outline), {"leisure": "golf_course", "name": title})
    )
    for _i in range(3):
        at = np.array(centre) + np.array([rng.uniform(-190, 190), rng.uniform(-130, 130)])
        pond = blob(at, rng.uniform(18, 36), rng)
        greens.shapes.append(Shape(site.warp.to_world(pond), {"natural": "water", "water": "pond"}))


def _shops(site: Site, greens: Greens, rng: Random, section: Section) -> None:
    """A strip of shops at the corner of two mile roads."""
    wide, deep, gap = rng.uniform(170, 300), rng.uniform(150, 230), 26.0
    east, north = rng.random() < 0.5, rng.random() < 0.5
    west = section.west + (SECTION_M - gap - wide if east else gap)
    south = section.south + (SECTION_M - gap - deep if north else gap)
    outline = _rectangle(west, south, west + wide, south + deep)
    if site.obstacles.blocked(outline, int(STREET_STOPS)).any():
        return
    _take(site, outline)
    greens.shapes.append(Shape(site.warp.to_world(outline), {"landuse": "retail"}))
    back = south + (26.0 if not north else deep - 26.0)
    row = _rectangle(west + 16, back - 17, west + wide - 60, back + 17)
    greens.shapes.append(Shape(site.warp.to_world(row), {"building": "retail"}))
    side = west + (22.0 if not east else wide - 22.0)
    kiosk = _rectangle(side - 13, south + deep / 2 - 16, side + 13, south + deep / 2 + 16)
    greens.shapes.append(Shape(site.warp.to_world(kiosk), {"building": "retail"}))


def _suburb_park(
    site: Site, greens: Greens, names: Names, rng: Random, centre: tuple[float, float]
) -> None:
    outline = blob(np.array(centre), rng.uniform(110, 190), rng, stretch=1.5)
    if site.obstacles.blocked(outline, int(STREET_STOPS)).any():
        return
    _take(site, np.array(centre) + (outline - np.array(centre)) * 1.1)
    wooded = rng.random() < 0.3
    tags = (
        {"natural": "wood"}
        if wooded
        else {"leisure": "park", "name": names.park(len(greens.shapes))}
    )
    greens.shapes.append(Shape(site.warp.to_world(outline), tags))


def _country(site: Site, greens: Greens, rng: Random, west: float, south: float) -> None:
    """Woods and ponds of a rural square mile."""
    for _i in range(rng.randrange(0, 3)):
        centre = np.array([west + SECTION_M * rng.random(), south + SECTION_M * rng.random()])
        outline = blob(centre, rng.uniform(90, 300), rng, stretch=2.0)
        if not site.obstacles.blocked(outline, int(Ground.OUTSIDE | Ground.WATER)).any():
            greens.shapes.append(Shape(site.warp.to_world(outline), {"natural": "wood"}))
    if rng.random() < 0.3:
        centre = np.array([west + SECTION_M * rng.random(), south + SECTION_M * rng.random()])
        outline = blob(centre, rng.uniform(25, 60), rng)
        if not site.obstacles.blocked(outline, int(STREET_STOPS)).any():
            greens.shapes.append(
                Shape(site.warp.to_world(outline), {"natural": "water", "water": "pond"})
            )


def _take(site: Site, outline: Points) -> None:
    """Mark the plan ground inside an outline, a row of pixels at a time."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    x, y = outline[:, 0], outline[:, 1]
    nx, ny = np.roll(x, -1), np.roll(y, -1)
    v = float(low[1])
    while v < float(high[1]):
        spans = (y > v) != (ny > v)
        at = np.sort(x[spans] + (v - y[spans]) * (nx[spans] - x[spans]) / (ny - y)[spans])
        for left, right in zip(at[::2].tolist(), at[1::2].tolist(), strict=False):
            site.obstacles.mark_plan_box(Ground.PARK, (left, v), (right, v))
        v += 7.0


def _plan_box(west: float, south: float, wide: float, high: float) -> Points:
    u, v = np.meshgrid(np.linspace(west, west + wide, 14), np.linspace(south, south + high, 14))
    return np.column_stack((u.ravel(), v.ravel()))


def _rectangle(west: float, south: float, east: float, north: float) -> Points:
    """A plan rectangle with points along its sides, so that it bends as the streets do."""
    corners = as_points([(west, south), (east, south), (east, north), (west, north)])
    sides: list[Points] = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        steps = max(1, math.ceil(float(np.hypot(*(b - a))) / 100))
        t = (np.arange(steps) / steps)[:, None]
        sides.append(a + t * (b - a))
    return np.vstack(sides)


def _box_at(at: Points, wide: float, deep: float, angle: float) -> Points:
    c, s = math.cos(angle), math.sin(angle)
    local = as_points([(-wide, -deep), (wide, -deep), (wide, deep), (-wide, deep)]) / 2
    return np.column_stack(
        (at[0] + c * local[:, 0] - s * local[:, 1], at[1] + s * local[:, 0] + c * local[:, 1])
    )
