"""The generated town is a real, sorted extract in which every house can be driven to."""

import math
from collections import deque
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import osmium
import pytest

from clinic_desktop.demo.town import TownSummary, generate_town
from clinic_desktop.domain.place import Coordinate

DRIVABLE = {
    "motorway",
    "motorway_link",
    "trunk",
    "primary",
    "secondary",
    "tertiary",
    "unclassified",
    "residential",
}


@dataclass
class Read:
    """What osmium reads back from a town's file."""

    order: list[tuple[str, int]] = field(default_factory=list)
    ways: list[tuple[list[int], dict[str, str]]] = field(default_factory=list)
    where: dict[int, tuple[float, float]] = field(default_factory=dict)
    tagged: list[tuple[int, dict[str, str]]] = field(default_factory=list)

    def roads(self) -> list[tuple[list[int], dict[str, str]]]:
        return [(nodes, tags) for nodes, tags in self.ways if tags.get("highway") in DRIVABLE]


def read(path: Path) -> Read:
    found = Read()
    for thing in osmium.FileProcessor(str(path)):
        kind = thing.type_str()
        found.order.append((kind, thing.id))
        tags = {tag.k: tag.v for tag in thing.tags}
        if kind == "n":
            found.where[thing.id] = (thing.location.lat, thing.location.lon)
            if tags:
                found.tagged.append((thing.id, tags))
        elif kind == "w":
            found.ways.append(([node.ref for node in thing.nodes], tags))
    return found


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, TownSummary, Read]:
    path = tmp_path_factory.mktemp("town") / "town.osm.pbf"
    summary = generate_town(path)
    return path, summary, read(path)


def links(found: Read) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    out: dict[int, list[int]] = {}
    back: dict[int, list[int]] = {}
    for nodes, tags in found.roads():
        for p, q in pairwise(nodes):
            out.setdefault(p, []).append(q)
            back.setdefault(q, []).append(p)
            if tags.get("oneway") != "yes":
                out.setdefault(q, []).append(p)
                back.setdefault(p, []).append(q)
    return out, back


def reached(neighbours: dict[int, list[int]], start: int) -> set[int]:
    seen = {start}
    queue = deque([start])
    while queue:
        for node in neighbours.get(queue.popleft(), []):
            if node not in seen:
                seen.add(node)
                queue.append(node)
    return seen


def test_the_file_is_sorted_nodes_then_ways_then_relations(
    town: tuple[Path, TownSummary, Read],
) -> None:
    _path, summary, found = town
    rank = {"n": 0, "w": 1, "r": 2}
    keys = [(rank[kind], number) for kind, number in found.order]
    assert keys == sorted(set(keys))
    assert all(number > 0 for _kind, number in found.order)
    assert summary.counts.relations == sum(kind == "r" for kind, _number in found.order) > 0
    assert summary.counts.ways == len(found.ways)
    assert all(node in found.where for nodes, _tags in found.ways for node in nodes)


def test_every_street_can_be_driven_to_and_left_again(
    town: tuple[Path, TownSummary, Read],
) -> None:
    _path, _summary, found = town
    out, back = links(found)
    start = next(nodes[0] for nodes, tags in found.roads() if tags["highway"] == "residential")
    both = reached(out, start) & reached(back, start)
    stuck = {
        tags.get("name", tags["highway"])
        for nodes, tags in found.roads()
        if not tags["highway"].startswith("motorway")
        for node in nodes
        if node not in both
    }
    assert stuck == set()


def test_every_address_stands_beside_the_street_it_names(
    town: tuple[Path, TownSummary, Read],
) -> None:
    _path, summary, found = town
    corners: dict[str, list[tuple[tuple[float, float], tuple[float, float]]]] = {}
    for nodes, tags in found.roads():
        if "name" in tags:
            for p, q in pairwise(nodes):
                corners.setdefault(tags["name"], []).append((found.where[p], found.where[q]))
    for address in summary.sample_addresses:
        near = min(metres_to(address.coordinate, *edge) for edge in corners[address.street])
        assert 8 < near < 30, address


def metres_to(point: Coordinate, start: tuple[float, float], end: tuple[float, float]) -> float:
    east = 111_195 * math.cos(math.radians(point.lat))
    ax, ay = (start[1] - point.lon) * east, (start[0] - point.lat) * 111_195
    bx, by = (end[1] - point.lon) * east, (end[0] - point.lat) * 111_195
    dx, dy = bx - ax, by - ay
    t = max(0.0, min(1.0, -(ax * dx + ay * dy) / max(dx * dx + dy * dy, 1e-9)))
    return math.hypot(ax + t * dx, ay + t * dy)


def test_motorways_meet_streets_only_by_ramps(town: tuple[Path, TownSummary, Read]) -> None:
    _path, _summary, found = town
    touching: dict[int, set[str]] = {}
    for nodes, tags in found.roads():
        for node in nodes:
            touching.setdefault(node, set()).add(tags["highway"])
    on_motorway = {kind for kinds in touching.values() if "motorway" in kinds for kind in kinds}
    assert on_motorway == {"motorway", "motorway_link"}
    ramps_to = {kind for kinds in touching.values() if "motorway_link" in kinds for kind in kinds}
    assert ramps_to & {"trunk", "primary", "secondary"}
    assert all(
        tags.get("oneway") == "yes"
        for _nodes, tags in found.roads()
        if tags["highway"].startswith("motorway")
    )


def test_no_two_road_nodes_share_a_place(town: tuple[Path, TownSummary, Read]) -> None:
    _path, _summary, found = town
    used = {node for nodes, _tags in found.roads() for node in nodes}
    assert len({found.where[node] for node in used}) == len(used)


def test_the_town_has_what_makes_a_place(town: tuple[Path, TownSummary, Read]) -> None:
    _path, summary, found = town
    tags = [tags for _nodes, tags in found.ways] + [tags for _node, tags in found.tagged]

    def some(**wanted: str) -> list[dict[str, str]]:
        return [t for t in tags if all(t.get(k) == v for k, v in wanted.items())]

    assert some(waterway="river")
    assert some(natural="water", water="river")
    assert [t for t in some(bridge="yes", layer="1") if t["highway"] == "primary"]
    assert {t["ref"] for t in some(highway="motorway")} == {"I 38", "I 47"}
    assert [t for t in some(oneway="yes") if t["highway"] == "secondary"]
    assert [t for t in some(highway="trunk") if t["ref"].startswith("US ")]
    assert len(some(leisure="park")) > 10
    assert some(amenity="university")
    assert some(landuse="cemetery")
    assert some(railway="rail")
    assert some(place="city", name=summary.city)
    assert some(highway="traffic_signals")
    assert len([t for t in tags if "place" in t]) == len(summary.neighbourhoods) + 1
    assert summary.counts.buildings == len([t for t in tags if t.get("building") in HOUSE_KINDS])
    speeds = {t["maxspeed"] for t in tags if "maxspeed" in t}
    assert {"25 mph", "65 mph"} <= speeds
    assert summary.counts.road_km > 1000


HOUSE_KINDS = {"house", "commercial", "yes"}


def test_house_numbers_are_even_on_one_side_and_odd_on_the_other(
    town: tuple[Path, TownSummary, Read],
) -> None:
    _path, summary, found = town
    addresses = [tags for _node, tags in found.tagged if "addr:housenumber" in tags]
    assert len(addresses) == summary.counts.addresses
    keys = {
        (t["addr:housenumber"], t["addr:street"], t["addr:city"], t["addr:state"])
        for t in addresses
    }
    assert len(keys) == len(addresses)
    assert all(t["addr:postcode"].startswith(("6398", "6399")) for t in addresses)
    edges: dict[str, list[tuple[int, int]]] = {}
    for nodes, tags in found.roads():
        if "name" in tags:
            edges.setdefault(tags["name"], []).extend(pairwise(nodes))
    sides: dict[tuple[int, int], dict[bool, set[int]]] = {}
    for node, tags in found.tagged:
        if "addr:street" not in tags or node % 11:
            continue
        lat, lon = found.where[node]
        here = Coordinate(lat=lat, lon=lon)
        edge = min(
            edges[tags["addr:street"]],
            key=lambda e: metres_to(here, found.where[e[0]], found.where[e[1]]),
        )
        (ay, ax), (by, bx) = found.where[edge[0]], found.where[edge[1]]
        left = (bx - ax) * (lat - ay) - (by - ay) * (lon - ax) > 0
        parity = int(tags["addr:housenumber"]) % 2
        sides.setdefault(edge, {}).setdefault(left, set()).add(parity)
    assert len(sides) > 1000
    assert all(len(parities) == 1 for both in sides.values() for parities in both.values())
    assert all(both[True] != both[False] for both in sides.values() if len(both) == 2)


def test_sample_addresses_are_spread_over_the_neighbourhoods(
    town: tuple[Path, TownSummary, Read],
) -> None:
    _path, summary, _found = town
    assert len(summary.sample_addresses) >= 400
    assert len(set(summary.sample_addresses)) == len(summary.sample_addresses)
    areas = {address.area for address in summary.sample_addresses}
    assert len(areas) >= 15
    assert areas <= {quarter.name for quarter in summary.neighbourhoods}
    bounds = summary.bounds
    for address in summary.sample_addresses:
        assert bounds.south < address.coordinate.lat < bounds.north
        assert bounds.west < address.coordinate.lon < bounds.east
        assert address.state == summary.state_code == "MO"


def test_one_seed_gives_the_same_bytes_and_another_seed_another_town(tmp_path: Path) -> None:
    first = generate_town(tmp_path / "a.osm.pbf", seed=5, width_km=5, height_km=4)
    second = generate_town(tmp_path / "b.osm.pbf", seed=5, width_km=5, height_km=4)
    other = generate_town(tmp_path / "c.osm.pbf", seed=6, width_km=5, height_km=4)
    assert first == second
    assert (tmp_path / "a.osm.pbf").read_bytes() == (tmp_path / "b.osm.pbf").read_bytes()
    assert (tmp_path / "a.osm.pbf").read_bytes() != (tmp_path / "c.osm.pbf").read_bytes()
    assert other.sample_addresses != first.sample_addresses
    assert len(first.sample_addresses) >= 400
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.osm.pbf", "b.osm.pbf", "c.osm.pbf"]


def test_a_larger_town_has_more_streets(
    town: tuple[Path, TownSummary, Read], tmp_path: Path
) -> None:
    small = generate_town(tmp_path / "small.osm.pbf", width_km=6, height_km=5)
    _path, large, _found = town
    assert 0 < small.counts.road_km < large.counts.road_km / 3
    assert small.bounds.north - small.bounds.south < large.bounds.north - large.bounds.south


def test_a_town_too_small_for_a_downtown_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 4 km"):
        generate_town(tmp_path / "dot.osm.pbf", width_km=2, height_km=9)
    assert not (tmp_path / "dot.osm.pbf").exists()
