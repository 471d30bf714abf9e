"""Where a house number lies on a street whose houses are known in part."""

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, cast

from clinic_desktop.domain.travel import MatchKind

# Numbers and doors further apart than this say nothing of what lies between them.
_WIDEST_GAP: Final = 120
_LONGEST_GAP_M: Final = 600.0
_FARTHEST_NUMBER: Final = 200
_SAME_HOUSE_M: Final = 250.0
_M_PER_DEG: Final = 111_195.0


@dataclass(frozen=True, slots=True)
class HouseRow:
    """A numbered door of the street."""

    number: int
    postcode: str
    city: str
    area: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class RangeRow:
    """Numbers along a line; ``line`` is a JSON list of [lat, lon]."""

    low: int
    high: int
    step: int
    line: str
    postcode: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the street.

    ``house`` is the door that its town and postcode are taken from; ``postcode`` is its own, "" for
    the house's.
    """

    kind: MatchKind
    lat: float
    lon: float
    house: HouseRow | None
    postcode: str = ""


def spots_on_street(houses: list[HouseRow], ranges: list[RangeRow], number: int) -> list[Spot]:
    """The door itself; else on a number range, between its neighbours, or by the nearest door.

    Args:
        houses: by rising number.
        ranges: the street's number ranges.
        number: the house number looked for.

    Returns:
        Several spots if doors far apart bear the number, [] if the street tells nothing.
    """
    doors: list[HouseRow] = []
    for house in houses:
        if house.number == number and all(_apart_m(house, d) > _SAME_HOUSE_M for d in doors):
            doors.append(house)
    near = min(
        houses, key=lambda h: (abs(h.number - number), h.number % 2 != number % 2), default=None
    )
    on_ranges = _on_ranges(ranges, number, near)
    if doors:
        # The next town's street of the same name bears the number too, in another postcode.
        return [Spot(MatchKind.POINT, door.lat, door.lon, door) for door in doors] + [
            spot for spot in on_ranges if all(_elsewhere(spot, door) for door in doors)
        ]
    if on_ranges:
        return on_ranges
    if between := _between(houses, number):
        return [between]
    if near is not None and abs(near.number - number) <= _FARTHEST_NUMBER:
        return [Spot(MatchKind.NEAREST, near.lat, near.lon, near)]
    return []


def _on_ranges(ranges: list[RangeRow], number: int, near: HouseRow | None) -> list[Spot]:
    """Where the number lies on the ranges that hold it; those close together are one place."""
    spots: list[Spot] = []
    for span in ranges:
        if not span.low <= number <= span.high or (number - span.low) % span.step:
            continue
        share = (number - span.low) / (span.high - span.low) if span.high > span.low else 0.5
        lat, lon = _along(cast("list[list[float]]", json.loads(span.line)), share)
        spot = Spot(MatchKind.RANGE, lat, lon, near, span.postcode)
        if all(_apart_m(spot, other) > _SAME_HOUSE_M for other in spots):
            spots.append(spot)
    return spots


def _elsewhere(spot: Spot, door: HouseRow) -> bool:
    other_postcode = bool(spot.postcode and door.postcode) and spot.postcode != door.postcode
    return other_postcode and _apart_m(spot, door) > _SAME_HOUSE_M


def _between(houses: list[HouseRow], number: int) -> Spot | None:
    """Between the next numbers on the same side, if they stand close together."""
    side = [house for house in houses if house.number % 2 == number % 2]
    for below, above in pairwise(side):
        if not below.number < number < above.number:
            continue
        gap = above.number - below.number
        if gap > _WIDEST_GAP or _apart_m(below, above) > _LONGEST_GAP_M:
            return None
        share = (number - below.number) / gap
        lat = below.lat + share * (above.lat - below.lat)
        lon = below.lon + share * (above.lon - below.lon)
        return Spot(MatchKind.INTERPOLATED, lat, lon, below)
    return None


def _apart_m(one: Spot | HouseRow, other: Spot | HouseRow) -> float:
    return _M_PER_DEG * _degrees((one.lat, one.lon), (other.lat, other.lon))


def _degrees(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Distance in degrees of latitude; good enough along a street."""
    return math.hypot(other[0] - one[0], math.cos(math.radians(one[0])) * (other[1] - one[1]))


def _along(line: list[list[float]], share: float) -> tuple[float, float]:
    """The point at a share of the line's length."""
    points = [(lat, lon) for lat, lon in line]
    lengths = [_degrees(a, b) for a, b in pairwise(points)]
    left = share * sum(lengths)
    for (start, end), length in zip(pairwise(points), lengths, strict=True):
        if left <= length and length > 0:
            part = left / length
            return start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1])
        left -= length
    return points[-1]
