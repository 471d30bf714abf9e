"""Reads what an extract says of addresses: houses, streets, number ranges and places."""
# osmium carries no complete types; what it yields is narrowed here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

import osmium
import osmium.filter
import osmium.osm

from clinic_desktop.travel.address_read import state_code

Point = tuple[float, float]
"""Latitude and longitude in degrees."""

_KEYS: Final = ("highway", "addr:housenumber", "addr:interpolation", "place")
_PLACES: Final = frozenset(
    {"city", "town", "village", "hamlet", "suburb", "neighbourhood", "quarter", "borough"}
)
_NOT_DRIVEN: Final = frozenset({"footway", "steps", "path", "cycleway", "proposed", "platform"})
_STEPS: Final = {"even": 2, "odd": 2, "all": 1}
_NUMBER: Final = re.compile(r"\s*(\d{1,6})[a-z]?(?:\s*-\s*(\d{1,6}))?\b", re.IGNORECASE)
_WIDEST_BUILDING: Final = 40


@dataclass(frozen=True, slots=True)
class House:
    """One numbered door; "" for what the map does not say."""

    number: int
    street: str
    point: Point
    city: str = ""
    state: str = ""
    postcode: str = ""


@dataclass(frozen=True, slots=True)
class StreetLine:
    """One named way."""

    name: str
    points: list[Point]


@dataclass(frozen=True, slots=True)
class NumberRange:
    """Numbers ``low`` to ``high`` stand evenly along ``line``, ``step`` apart."""

    street: str
    low: int
    high: int
    step: int
    line: list[Point]
    postcode: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """A named settlement or a part of one."""

    name: str
    kind: str
    point: Point


@dataclass(slots=True)
class Addresses:
    """All that was found."""

    houses: list[House] = field(default_factory=list[House])
    streets: list[StreetLine] = field(default_factory=list[StreetLine])
    ranges: list[NumberRange] = field(default_factory=list[NumberRange])
    places: list[Place] = field(default_factory=list[Place])


def read_addresses(extract: Path) -> Addresses:
    """Read an extract once.

    Raises:
        RuntimeError: the extract is damaged.
    """
    found = Addresses()
    # Ends of interpolation lines often carry a number and nothing else.
    numbered: dict[int, tuple[int, str]] = {}
    processor = osmium.FileProcessor(str(extract)).with_locations()
    processor.with_filter(osmium.filter.KeyFilter(*_KEYS))
    for entity in processor:
        if not isinstance(entity, osmium.osm.Node | osmium.osm.Way):
            continue
        tags = {str(tag.k): str(tag.v) for tag in entity.tags}
        if isinstance(entity, osmium.osm.Node):
            if not entity.location.valid():
                continue
            points = [(entity.lat, entity.lon)]
            numbers = house_numbers(tags.get("addr:housenumber", ""))
            if numbers:
                numbered[entity.id] = (numbers[0], tags.get("addr:street", ""))
        else:
            points = [(node.lat, node.lon) for node in entity.nodes if node.location.valid()]
            if "addr:interpolation" in tags:
                nodes = [
                    (node.ref, (node.lat, node.lon))
                    for node in entity.nodes
                    if node.location.valid()
                ]
                _add_ranges(found, tags, nodes, numbered)
        if points:
            _add(found, tags, points)
    return found


def house_numbers(text: str) -> list[int]:
    """The numbers that a tag names: ``12;14`` and ``12-14`` are two, ``12A`` is one."""
    numbers: list[int] = []
    for part in re.split(r"[;,]", text):
        match = _NUMBER.match(part)
        if not match:
            continue
        first = int(match[1])
        numbers.append(first)
        last = int(match[2]) if match[2] else first
        if first < last <= first + _WIDEST_BUILDING:
            numbers.append(last)
    return numbers


def _add(found: Addresses, tags: Mapping[str, str], points: list[Point]) -> None:
    street = tags.get("addr:street", "")
    if street and "addr:interpolation" not in tags:
        for number in house_numbers(tags.get("addr:housenumber", "")):
            found.houses.append(_house(number, street, _centre(points), tags))
    if tags.get("place") in _PLACES and tags.get("name"):
        found.places.append(Place(tags["name"], tags["place"], _centre(points)))
    if len(points) > 1 and tags.get("name") and _driven(tags):
        found.streets.append(StreetLine(tags["name"], points))


def _driven(tags: Mapping[str, str]) -> bool:
    return "highway" in tags and tags["highway"] not in _NOT_DRIVEN


def _house(number: int, street: str, point: Point, tags: Mapping[str, str]) -> House:
    return House(
        number=number,
        street=street,
        point=point,
        # "Columbus, OH" is met in the field for the town.
        city=tags.get("addr:city", "").partition(",")[0].strip(),
        state=state_code(tags.get("addr:state", "")),
        postcode=tags.get("addr:postcode", "")[:5],
    )


def _centre(points: list[Point]) -> Point:
    closed = len(points) > 2 and points[0] == points[-1]
    corners = points[1:] if closed else points
    return (
        sum(lat for lat, _lon in corners) / len(corners),
        sum(lon for _lat, lon in corners) / len(corners),
    )


def _add_ranges(
    found: Addresses,
    tags: Mapping[str, str],
    nodes: Sequence[tuple[int, Point]],
    numbered: Mapping[int, tuple[int, str]],
) -> None:
    """One range between each two numbered nodes of an interpolation line."""
    kind = tags["addr:interpolation"]
    step = _STEPS.get(kind, int(kind) if kind.isdigit() and int(kind) > 0 else 0)
    ends = [place for place, (ref, _point) in enumerate(nodes) if ref in numbered]
    street = tags.get("addr:street") or next(
        (numbered[nodes[end][0]][1] for end in ends if numbered[nodes[end][0]][1]), ""
    )
    if not step or not street:
        return
    for end in ends:
        number, own_street = numbered[nodes[end][0]]
        if not own_street:
            found.houses.append(_house(number, street, nodes[end][1], tags))
    for start, end in pairwise(ends):
        first, last = numbered[nodes[start][0]][0], numbered[nodes[end][0]][0]
        line = [point for _ref, point in nodes[start : end + 1]]
        if first > last:
            first, last, line = last, first, line[::-1]
        if first < last:
            found.ranges.append(NumberRange(street, first, last, step, line))
