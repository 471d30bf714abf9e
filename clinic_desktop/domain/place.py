"""Points on the map and postal addresses."""

import math
import re
from dataclasses import dataclass
from typing import Final

EARTH_RADIUS_M: Final = 6_371_008.8
METRES_PER_MILE: Final = 1609.344
FEET_PER_METRE: Final = 3.28084
_PO_BOX: Final = re.compile(
    r"\bp\.?\s*o\.?\s*b(?:ox)?\.?\s*#?\s*\d|\bp\.?\s*o\.?\s*box\b|\b(?:post\s*office|postal)\s*box\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinate:
    """A WGS 84 point in degrees."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError("not a point on the earth")

    def metres_to(self, other: "Coordinate") -> float:
        """Great-circle distance in metres (haversine)."""
        lat1, lat2 = math.radians(self.lat), math.radians(other.lat)
        half_lat = (lat2 - lat1) / 2
        half_lon = math.radians(other.lon - self.lon) / 2
        h = math.sin(half_lat) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A US postal address as people say it.

    ``area`` is the neighbourhood or place name shown on cards (``Shaw``); it may be "".
    """

    line: str
    unit: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    area: str = ""

    def one_line(self) -> str:
        """The address on one line, parts that are empty left out."""
        street = f"{self.line} {self.unit}".strip()
        tail = f"{self.state} {self.postcode}".strip()
        return ", ".join(part for part in (street, self.city, tail) if part)


def is_po_box(text: str) -> bool:
    """Whether an address names a box at a post office: nobody can be visited there."""
    return _PO_BOX.search(text) is not None


def rounded(point: Coordinate) -> Coordinate:
    """The point to 5 decimals (about a metre): the key under which drives are kept."""
    return Coordinate(lat=round(point.lat, 5), lon=round(point.lon, 5))
