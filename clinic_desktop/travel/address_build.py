"""Builds the address index of an extract: streets, house points, number ranges and places.

What it holds is public map data, so it is a plain SQLite file of its own.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from clinic_desktop.travel.address_extract import (
    Addresses,
    House,
    NumberRange,
    Place,
    Point,
    StreetLine,
    read_addresses,
)
from clinic_desktop.travel.address_words import compact, street_name

SCHEMA: Final = (
    """CREATE TABLE streets (id INTEGER PRIMARY KEY, name TEXT NOT NULL, city TEXT NOT NULL,
       state TEXT NOT NULL, postcode TEXT NOT NULL, area TEXT NOT NULL,
       lat REAL NOT NULL, lon REAL NOT NULL)""",
    """CREATE TABLE houses (street INTEGER NOT NULL REFERENCES streets (id),
       number INTEGER NOT NULL, postcode TEXT NOT NULL, city TEXT NOT NULL, area TEXT NOT NULL,
       lat REAL NOT NULL, lon REAL NOT NULL)""",
    """CREATE TABLE ranges (street INTEGER NOT NULL REFERENCES streets (id),
       low INTEGER NOT NULL, high INTEGER NOT NULL, step INTEGER NOT NULL, line TEXT NOT NULL,
       postcode TEXT NOT NULL)""",
    "CREATE TABLE places (name TEXT NOT NULL, kind TEXT NOT NULL, lat REAL NOT NULL,"
    " lon REAL NOT NULL)",
    "CREATE INDEX houses_by_number ON houses (street, number)",
    "CREATE INDEX ranges_by_street ON ranges (street)",
)
_AREAS: Final = frozenset({"suburb", "neighbourhood", "quarter", "borough"})
# How far a settlement reaches, compared with a village.
_CITY_SIZE: Final = {"city": 5.0, "town": 2.0, "village": 1.0, "hamlet": 0.6}
_AREA_REACH_DEG: Final = 0.03
_CITY_REACH_DEG: Final = 0.12
_HOUSE_REACH_DEG: Final = 0.02
_BLOCK_DIGITS: Final = 3
# A street name that comes again further away than about two of these is another street.
_STREET_CELL_DEG: Final = 0.03


@dataclass(slots=True)
class _Street:
    names: Counter[str] = field(default_factory=Counter[str])
    points: list[Point] = field(default_factory=list[Point])
    houses: list[House] = field(default_factory=list[House])
    ranges: list[NumberRange] = field(default_factory=list[NumberRange])


class _Streets:
    """Streets by canonical name and whereabouts: ``Main Street`` of two towns are two streets."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, int, int], _Street] = {}
        self._norms: dict[str, str] = {}
        self.all: list[_Street] = []

    def near(self, name: str, points: Iterable[Point]) -> _Street:
        """The street of this name at these points, made if there is none around."""
        norm = self._norms.get(name)
        if norm is None:
            norm = self._norms[name] = street_name(name).norm
        cells = {
            (norm, int(lat // _STREET_CELL_DEG), int(lon // _STREET_CELL_DEG))
            for lat, lon in points
        }
        street = next((found for cell in cells if (found := self._around(cell))), None)
        if street is None:
            street = _Street()
            self.all.append(street)
        for cell in cells:
            self._cells.setdefault(cell, street)
        return street

    def _around(self, cell: tuple[str, int, int]) -> _Street | None:
        norm, row, column = cell
        for down, across in ((0, 0), *((d, a) for d in (-1, 0, 1) for a in (-1, 0, 1))):
            if found := self._cells.get((norm, row + down, column + across)):
                return found
        return None


class _Nearest[T]:
    """The nearest of many points within a reach, by a grid."""

    def __init__(
        self, items: Iterable[tuple[Point, T]], reach_deg: float, size: Callable[[T], float]
    ) -> None:
        self._reach = reach_deg
        self._size = size
        self._cells: dict[tuple[int, int], list[tuple[Point, T]]] = defaultdict(list)
        for point, item in items:
            self._cells[self._cell(point)].append((point, item))

    def _cell(self, point: Point) -> tuple[int, int]:
        return int(point[0] // self._reach), int(point[1] // self._reach)

    def find(self, point: Point) -> T | None:
        """The nearest one, bigger ones reaching further; None for none around."""
        row, column = self._cell(point)
        near = [
            (((lat - point[0]) ** 2 + 0.6 * (lon - point[1]) ** 2) / self._size(item) ** 2, item)
            for down in (-1, 0, 1)
            for across in (-1, 0, 1)
            for (lat, lon), item in self._cells.get((row + down, column + across), ())
        ]
        return min(near, key=lambda pair: pair[0])[1] if near else None


def build_address_index(extract: Path, target: Path, more: Iterable[NumberRange] = ()) -> int:
    """Read an extract and write its index.

    Args:
        extract: a sorted ``.osm.pbf``.
        target: the file to make; an older one is replaced.
        more: number ranges from elsewhere, for example of counties.

    Returns:
        How many house points it holds.

    Raises:
        RuntimeError: the extract is damaged.
        OSError: the file cannot be written.
    """
    found = read_addresses(extract)
    found.ranges += more
    return write_address_index(found, target)


def write_address_index(found: Addresses, target: Path) -> int:
    """Write the index of what was read; see ``build_address_index``.

    Raises:
        OSError: the file cannot be written.
    """
    streets = _Streets()
    for line in found.streets:
        street = streets.near(line.name, line.points)
        street.names[line.name] += len(line.points)
        street.points.append(_middle(line))
    for house in found.houses:
        street = streets.near(house.street, [house.point])
        street.names.setdefault(house.street, 0)
        street.houses.append(house)
    for numbers in found.ranges:
        streets.near(numbers.street, numbers.line).ranges.append(numbers)
    return _write(target, streets.all, found.places)


def _middle(line: StreetLine) -> Point:
    return line.points[len(line.points) // 2]


@dataclass(frozen=True, slots=True)
class _Around:
    """What lies around a point, for what the map leaves out."""

    areas: _Nearest[Place]
    cities: _Nearest[Place]
    houses: _Nearest[House]
    spelling: dict[str, str]

    def area(self, point: Point, city: str) -> str:
        """The neighbourhood, else the town."""
        place = self.areas.find(point)
        return place.name if place else city

    def city(self, point: Point) -> str:
        """The nearest settlement, else the town that the nearest house names."""
        place = self.cities.find(point)
        if place:
            return place.name
        house = self.houses.find(point)
        return self.spelled(house.city) if house else ""

    def spelled(self, city: str) -> str:
        """A town's name as it is written most often."""
        return self.spelling.get(compact(city), city)

    def postcode(self, point: Point) -> str:
        """That of the nearest house that names one."""
        house = self.houses.find(point)
        return house.postcode if house else ""


def _around(streets: list[_Street], places: list[Place]) -> _Around:
    houses = [house for street in streets for house in street.houses]
    # One house a block is enough to tell town and postcode.
    told = {
        (round(h.point[0], _BLOCK_DIGITS), round(h.point[1], _BLOCK_DIGITS)): h
        for h in houses
        if h.city and h.postcode
    }
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    for house in houses:
        if house.city:
            spellings[compact(house.city)][house.city] += 1
    return _Around(
        areas=_Nearest(
            [(p.point, p) for p in places if p.kind in _AREAS], _AREA_REACH_DEG, lambda _p: 1.0
        ),
        cities=_Nearest(
            [(p.point, p) for p in places if p.kind in _CITY_SIZE],
            _CITY_REACH_DEG,
            lambda p: _CITY_SIZE[p.kind],
        ),
        houses=_Nearest([(h.point, h) for h in told.values()], _HOUSE_REACH_DEG, lambda _h: 1.0),
        spelling={key: counted.most_common(1)[0][0] for key, counted in spellings.items()},
    )


def _write(target: Path, streets: list[_Street], places: list[Place]) -> int:
    beside = target.with_name(f".{target.name}.part")
    beside.unlink(missing_ok=True)
    around = _around(streets, places)
    states = Counter(house.state for street in streets for house in street.houses if house.state)
    usual_state = states.most_common(1)[0][0] if len(states) == 1 else ""
    written = 0
    connection = sqlite3.connect(beside)
    try:
        for statement in SCHEMA:
            connection.execute(statement)
        for number, street in enumerate(streets, start=1):
            written += _write_street(connection, number, street, around, usual_state)
        connection.executemany(
            "INSERT INTO places VALUES (?, ?, ?, ?)", [(p.name, p.kind, *p.point) for p in places]
        )
        connection.commit()
    finally:
        connection.close()
    beside.replace(target)
    return written


def _write_street(
    connection: sqlite3.Connection, number: int, street: _Street, around: _Around, usual_state: str
) -> int:
    houses = street.houses
    points = street.points or [h.point for h in houses] or [r.line[0] for r in street.ranges]
    point = points[len(points) // 2]
    city = around.spelled(_most(h.city for h in houses)) or around.city(point)
    name = street.names.most_common(1)[0][0] if street.names else street.ranges[0].street
    connection.execute(
        "INSERT INTO streets VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            name,
            city,
            _most(h.state for h in houses) or _most(r.state for r in street.ranges) or usual_state,
            _most(h.postcode for h in houses)
            or _most(r.postcode for r in street.ranges)
            or around.postcode(point),
            around.area(point, city),
            *point,
        ),
    )
    rows: dict[tuple[int, float, float], tuple[object, ...]] = {}
    for house in houses:
        town = around.spelled(house.city)
        area = around.area(house.point, town or city)
        key = (house.number, round(house.point[0], 5), round(house.point[1], 5))
        rows.setdefault(key, (number, house.number, house.postcode, town, area, *house.point))
    connection.executemany("INSERT INTO houses VALUES (?, ?, ?, ?, ?, ?, ?)", rows.values())
    connection.executemany(
        "INSERT INTO ranges VALUES (?, ?, ?, ?, ?, ?)",
        [(number, r.low, r.high, r.step, json.dumps(r.line), r.postcode) for r in street.ranges],
    )
    return len(rows)


def _most(values: Iterable[str]) -> str:
    counted = Counter(value for value in values if value)
    return counted.most_common(1)[0][0] if counted else ""
