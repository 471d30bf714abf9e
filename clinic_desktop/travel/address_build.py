"""Builds the address index of an extract: streets, house points and places in a small file.

What it holds is public map data, so it is a plain SQLite file of its own.
"""
# osmium carries no complete types; what it yields is narrowed here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import osmium
import osmium.filter
import osmium.osm

from clinic_desktop.travel.address_words import canonical

SCHEMA: Final = (
    """CREATE TABLE streets (id INTEGER PRIMARY KEY, name TEXT NOT NULL, norm TEXT NOT NULL,
       city TEXT NOT NULL, state TEXT NOT NULL, postcode TEXT NOT NULL, area TEXT NOT NULL,
       lat REAL NOT NULL, lon REAL NOT NULL)""",
    """CREATE TABLE houses (street INTEGER NOT NULL REFERENCES streets (id),
       number INTEGER NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL,
       lat REAL NOT NULL, lon REAL NOT NULL)""",
    "CREATE TABLE places (name TEXT NOT NULL, norm TEXT NOT NULL, kind TEXT NOT NULL,"
    " lat REAL NOT NULL, lon REAL NOT NULL)",
    "CREATE INDEX houses_by_number ON houses (street, number)",
)
_CELL: Final = 0.02
_AREAS: Final = ("suburb", "neighbourhood", "quarter", "village", "hamlet", "town")
_CITIES: Final = ("city", "town", "village")
_KINDS: Final = frozenset({*_AREAS, *_CITIES})
_NUMBER: Final = re.compile(r"^(\d{1,6})")
# A street name that comes again further away than this is another street.
_SAME_STREET_DEG: Final = 0.04


@dataclass(slots=True)
class _Street:
    name: str
    points: list[tuple[float, float]] = field(default_factory=list[tuple[float, float]])
    houses: list["_House"] = field(default_factory=list["_House"])


@dataclass(frozen=True, slots=True)
class _House:
    number: int
    lat: float
    lon: float
    city: str
    state: str
    postcode: str


@dataclass(frozen=True, slots=True)
class _Place:
    name: str
    kind: str
    lat: float
    lon: float


def build_address_index(extract: Path, target: Path) -> int:
    """Read an extract and write its index.

    Args:
        extract: a sorted ``.osm.pbf``.
        target: the file to make; an older one is replaced.

    Returns:
        How many house points it holds.
    """
    streets: dict[str, list[_Street]] = defaultdict(list)
    places: list[_Place] = []
    houses: list[tuple[str, _House]] = []
    processor = osmium.FileProcessor(str(extract)).with_locations()
    processor.with_filter(osmium.filter.KeyFilter("highway", "addr:housenumber", "place"))
    for entity in processor:
        tags = {str(tag.k): str(tag.v) for tag in entity.tags}
        where = _where(entity)
        if where is None:
            continue
        if "addr:housenumber" in tags and "addr:street" in tags:
            house = _house(tags, where)
            if house is not None:
                houses.append((tags["addr:street"], house))
        if tags.get("place") in _KINDS and "name" in tags:
            places.append(_Place(tags["name"], tags["place"], *where))
        if isinstance(entity, osmium.osm.Way) and "highway" in tags and "name" in tags:
            points = _points(entity)
            _street_near(streets, tags["name"], points[len(points) // 2]).points.extend(points)
    for name, house in houses:
        _street_near(streets, name, (house.lat, house.lon)).houses.append(house)
    _write(target, streets, places)
    return len(houses)


def _where(entity: object) -> tuple[float, float] | None:
    if isinstance(entity, osmium.osm.Node):
        return (entity.lat, entity.lon) if entity.location.valid() else None
    if isinstance(entity, osmium.osm.Way):
        points = _points(entity)
        if not points:
            return None
        return (
            sum(lat for lat, _lon in points) / len(points),
            sum(lon for _lat, lon in points) / len(points),
        )
    return None


def _points(way: osmium.osm.Way) -> list[tuple[float, float]]:
    return [(node.lat, node.lon) for node in way.nodes if node.location.valid()]


def _house(tags: Mapping[str, str], where: tuple[float, float]) -> _House | None:
    found = _NUMBER.match(tags["addr:housenumber"])
    if not found:
        return None
    return _House(
        int(found[1]),
        *where,
        tags.get("addr:city", ""),
        tags.get("addr:state", ""),
        tags.get("addr:postcode", ""),
    )


def _street_near(
    streets: dict[str, list[_Street]], name: str, where: tuple[float, float]
) -> _Street:
    """The street of this name around here; the same name in another town is another street."""
    for street in streets[canonical(name)]:
        anchors = street.points[:: max(1, len(street.points) // 8)] or [
            (h.lat, h.lon) for h in street.houses[:4]
        ]
        for lat, lon in anchors:
            if abs(lat - where[0]) < _SAME_STREET_DEG and abs(lon - where[1]) < _SAME_STREET_DEG:
                return street
    made = _Street(name)
    streets[canonical(name)].append(made)
    return made


class _Nearest:
    """The nearest of a few thousand places, by a grid."""

    def __init__(self, places: list[_Place]) -> None:
        self._cells: dict[tuple[int, int], list[_Place]] = defaultdict(list)
        for place in places:
            self._cells[self._cell(place.lat, place.lon)].append(place)

    @staticmethod
    def _cell(lat: float, lon: float) -> tuple[int, int]:
        return round(lat / _CELL), round(lon / _CELL)

    def name(self, lat: float, lon: float) -> str:
        """The name of the nearest one within about 6 km, "" for none."""
        row, column = self._cell(lat, lon)
        near = [
            place
            for reach in range(-3, 4)
            for across in range(-3, 4)
            for place in self._cells.get((row + reach, column + across), ())
        ]
        if not near:
            return ""
        return min(near, key=lambda p: (p.lat - lat) ** 2 + (p.lon - lon) ** 2).name


def _write(target: Path, streets: dict[str, list[_Street]], places: list[_Place]) -> None:
    beside = target.with_name(f".{target.name}.part")
    beside.unlink(missing_ok=True)
    areas = _Nearest([p for p in places if p.kind in _AREAS])
    cities = _Nearest([p for p in places if p.kind in _CITIES])
    connection = sqlite3.connect(beside)
    try:
        for statement in SCHEMA:
            connection.execute(statement)
        number = 0
        for norm, found in streets.items():
            for street in found:
                number += 1
                _write_street(connection, number, norm, street, areas, cities)
        connection.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?, ?)",
            [(p.name, canonical(p.name), p.kind, p.lat, p.lon) for p in places],
        )
        connection.commit()
    finally:
        connection.close()
    beside.replace(target)


def _write_street(
    connection: sqlite3.Connection,
    number: int,
    norm: str,
    street: _Street,
    areas: _Nearest,
    cities: _Nearest,
) -> None:
    points = street.points or [(h.lat, h.lon) for h in street.houses]
    lat, lon = points[len(points) // 2]
    city = _most(h.city for h in street.houses) or cities.name(lat, lon)
    connection.execute(
        "INSERT INTO streets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            street.name,
            norm,
            city,
            _most(h.state for h in street.houses),
            _most(h.postcode for h in street.houses),
            areas.name(lat, lon) or city,
            lat,
            lon,
        ),
    )
    connection.executemany(
        "INSERT INTO houses VALUES (?, ?, ?, ?, ?, ?)",
        [(number, h.number, h.postcode, h.city, h.lat, h.lon) for h in street.houses],
    )


def _most(values: Iterable[str]) -> str:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""
