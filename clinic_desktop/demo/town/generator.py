"""Draws the whole town and writes it."""

from pathlib import Path
from random import Random

import numpy as np

from clinic_desktop.demo.town.addresses import House, footprint, houses
from clinic_desktop.demo.town.arterials import downtown_bridges, pikes, section_roads
from clinic_desktop.demo.town.draughtsman import Draughtsman
from clinic_desktop.demo.town.features import Road, Shape
from clinic_desktop.demo.town.frame import Extent, Projection
from clinic_desktop.demo.town.freeways import (
    Freeway,
    Ramp,
    choose_interchanges,
    cloverleaf_ramps,
    find_cloverleaves,
    lay_freeways,
    near_cloverleaf,
    near_ramps,
)
from clinic_desktop.demo.town.greens import block_shapes, railway, riverside, set_aside
from clinic_desktop.demo.town.grid import Block, district_streets, survey_streets
from clinic_desktop.demo.town.names import CITY, STATE, Names
from clinic_desktop.demo.town.network import Network, knot
from clinic_desktop.demo.town.obstacles import Ground
from clinic_desktop.demo.town.quarters import Quarters, lay_quarters
from clinic_desktop.demo.town.site import Site, Use
from clinic_desktop.demo.town.suburbs import suburb_streets
from clinic_desktop.demo.town.summary import (
    Bounds,
    Neighbourhood,
    TownAddress,
    TownCounts,
    TownSummary,
)
from clinic_desktop.domain.place import Coordinate

LATITUDE = 39.02
LONGITUDE = -91.32
SMALLEST_KM = 4.0
SAMPLES = 600
HOUSES_AT_DEFAULT_SIZE = 36_000
BUILDINGS_AT_DEFAULT_SIZE = 26_000


def generate_town(
    path: Path, *, seed: int = 7, width_km: float = 20, height_km: float = 15
) -> TownSummary:
    """Write a fictional Midwestern river city as a sorted ``.osm.pbf``.

    The same arguments give the same bytes. Nothing in it is a real place, street or household.

    Args:
        path: the file to write; replaced if it exists. Its folder must exist.
        seed: chooses the town.
        width_km: west to east, at least 4.
        height_km: south to north, at least 4.

    Raises:
        ValueError: the town would be too small to hold a downtown.
        OSError: the folder cannot be written to.
    """
    if min(width_km, height_km) < SMALLEST_KM:
        raise ValueError(f"a town is at least {SMALLEST_KM:g} km wide and high")
    extent = Extent(width_km * 1000, height_km * 1000)
    site = Site(extent, seed)
    names = Names(seed)
    streets, freeways, ramps, shapes, relations, blocks = _draw(site, names, seed)
    network = knot(streets, freeways, ramps, site.river, extent)
    quarters = lay_quarters(site, names, seed)
    built = _thinned(houses(site, network, quarters, seed), site, seed)
    writing = Draughtsman(Projection(LATITUDE, LONGITUDE))
    writing.network(network, extent)
    writing.freeway_routes(freeways)
    writing.shapes(shapes)
    for shape in relations:
        writing.with_holes(shape)
    writing.shapes(block_shapes(site, blocks, names, seed))
    for spot in quarters.spots((site.core[0], site.core[1])):
        writing.point(spot.x, spot.y, spot.tags)
    addresses = writing.addresses(built, quarters)
    buildings = _footprints(writing, built, site, seed)
    writing.extract.write(path)
    return _summary(writing, network, quarters, addresses, built, buildings, extent, seed)


def _draw(
    site: Site, names: Names, seed: int
) -> tuple[list[Road], list[Freeway], list[Ramp], list[Shape], list[Shape], list[Block]]:
    """Everything from the greatest to the least, each going round what came before."""
    freeways = lay_freeways(site.extent, site.downtown, Random(f"{seed}/freeways"))
    crossings = find_cloverleaves(freeways)
    for freeway in freeways:
        ground = Ground.EAST_WEST_FREEWAY if freeway.east_west else Ground.NORTH_SOUTH_FREEWAY
        site.obstacles.mark(ground, lambda world, f=freeway: f.clearance(world) < 62)
    site.obstacles.mark(Ground.CLOVERLEAF, lambda world: near_cloverleaf(freeways, world))
    greats = [*section_roads(site, names, seed), *pikes(site, names, freeways, seed)]
    ramps: list[Ramp] = []
    for crossing in crossings:
        ramps += cloverleaf_ramps(freeways, crossing)
    for number, freeway in enumerate(freeways):
        ramps += choose_interchanges(freeway, number, greats, site.river.main)
    site.obstacles.mark(Ground.RAMP, lambda world: near_ramps(freeways, world))
    greens = set_aside(site, names, greats, seed)
    bridges, taken, far_taken = downtown_bridges(site, names)
    streets = [*greats, *bridges]
    streets += district_streets(site, site.downtown, names, taken, landing=False)
    streets += district_streets(site, site.landing, names, far_taken, landing=True)
    blocks: list[Block] = []
    for section in site.sections:
        if section.use in (Use.GRID, Use.VILLAGE):
            drawn, set_apart = survey_streets(site, section, names, seed)
            streets += drawn
            blocks += set_apart
        elif section.use is Use.SUBURB:
            streets += suburb_streets(site, section, names, seed)
    built_up = Shape(site.built_up_outline(), {"landuse": "residential"})
    shapes = [built_up, *site.river.shapes(), *greens.shapes, *riverside(site), *railway(site)]
    return streets, freeways, ramps, shapes, greens.relations, blocks


def _thinned(built: list[House], site: Site, seed: int) -> list[House]:
    """As many houses as the file may hold, whole blocks rather than single ones left out."""
    area = site.extent.scale**2
    limit = int(HOUSES_AT_DEFAULT_SIZE * area)
    if len(built) <= limit:
        return built
    rng = Random(f"{seed}/thin")
    keep = limit / len(built)
    chosen: dict[tuple[str, int], bool] = {}
    kept: list[House] = []
    for house in built:
        if house.kind == "shops" or house.quarter < 2:
            kept.append(house)
            continue
        block = (house.street, house.number // 100)
        if block not in chosen:
            chosen[block] = rng.random() < keep
        if chosen[block]:
            kept.append(house)
    return kept


def _footprints(writing: Draughtsman, built: list[House], site: Site, seed: int) -> int:
    """Buildings for the houses nearest to downtown, as many as the file may hold."""
    rng = Random(f"{seed}/footprints")
    limit = int(BUILDINGS_AT_DEFAULT_SIZE * site.extent.scale**2)
    away = [site.distance_to_core(np.array([house.x, house.y])) for house in built]
    nearest = sorted(range(len(built)), key=lambda n: (away[n], n))[:limit]
    shapes: list[Shape] = []
    for number in sorted(nearest):
        house = built[number]
        kind = {"shops": "commercial", "grid": "house", "suburb": "house"}.get(house.kind, "yes")
        shapes.append(Shape(footprint(house, rng), {"building": kind}))
    writing.shapes(shapes)
    return len(nearest)


def _summary(
    writing: Draughtsman,
    network: Network,
    quarters: Quarters,
    addresses: list[TownAddress],
    built: list[House],
    buildings: int,
    extent: Extent,
    seed: int,
) -> TownSummary:
    south_west = writing.coordinate(-extent.width_m / 2, -extent.height_m / 2)
    north_east = writing.coordinate(extent.width_m / 2, extent.height_m / 2)
    metres = sum(
        float(np.hypot(*np.diff(network.xy[way.nodes], axis=0).T).sum()) for way in network.ways
    )
    extract = writing.extract
    return TownSummary(
        city=CITY,
        state_code=STATE,
        bounds=Bounds(
            south=south_west.lat, west=south_west.lon, north=north_east.lat, east=north_east.lon
        ),
        centre=Coordinate(lat=LATITUDE, lon=LONGITUDE),
        counts=TownCounts(
            nodes=len(extract.nodes),
            ways=len(extract.ways),
            relations=len(extract.relations),
            addresses=len(addresses),
            buildings=buildings,
            street_names=len({way.road.name for way in network.ways if way.road.name}),
            road_km=metres / 1000,
        ),
        neighbourhoods=tuple(
            Neighbourhood(name=name, centre=writing.coordinate(x, y))
            for name, (x, y) in zip(quarters.names, quarters.middles, strict=True)
        ),
        sample_addresses=_samples(addresses, built, seed),
    )


def _samples(
    addresses: list[TownAddress], built: list[House], seed: int
) -> tuple[TownAddress, ...]:
    """Houses on residential streets, taken from each neighbourhood in turn."""
    rng = Random(f"{seed}/samples")
    by_area: dict[str, list[TownAddress]] = {}
    for address, house in zip(addresses, built, strict=True):
        if house.kind in ("grid", "suburb"):
            by_area.setdefault(address.area, []).append(address)
    piles = [by_area[area] for area in sorted(by_area)]
    for pile in piles:
        rng.shuffle(pile)
    picked: list[TownAddress] = []
    while piles and len(picked) < SAMPLES:
        for pile in piles:
            picked.append(pile.pop())
        piles = [pile for pile in piles if pile]
    rng.shuffle(picked)
    return tuple(picked[:SAMPLES])
