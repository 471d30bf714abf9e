"""What a street map is drawn from: classes of lines and areas, and the ports to read them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from clinic_desktop.domain.place import Coordinate

TILE_PX: Final = 256
MAX_LAT: Final = 85.05


class LineClass(IntEnum):
    """Roads and other lines, from the least to the most important."""

    RAIL = 0
    STREAM = 1
    SERVICE = 2
    MINOR = 3
    TERTIARY = 4
    SECONDARY = 5
    PRIMARY = 6
    MOTORWAY_LINK = 7
    MOTORWAY = 8


class AreaClass(IntEnum):
    """Areas in the order they are painted."""

    PARK = 0
    WATER = 1
    BUILDING = 2


def project(point: Coordinate) -> tuple[float, float]:
    """Web Mercator, the whole world as 0 to 1 on both axes, y growing south (EPSG:3857)."""
    lat = math.radians(max(-MAX_LAT, min(MAX_LAT, point.lat)))
    x = (point.lon + 180) / 360
    y = (1 - math.log(math.tan(lat) + 1 / math.cos(lat)) / math.pi) / 2
    return x, y


def unproject(x: float, y: float) -> Coordinate:
    """The point of a projected position."""
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y))))
    lon = (x * 360) % 360 - 180
    return Coordinate(lat=lat, lon=lon)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceName:
    """A name on the map at a projected position; a lower ``rank`` is more important."""

    name: str
    rank: int
    x: float
    y: float


class MapShapes(Protocol):
    """Lines or areas with their boxes; ``line(i)`` is n x 2, projected."""

    @property
    def classes(self) -> NDArray[np.int32]:
        """The ``LineClass`` or ``AreaClass`` of each shape."""
        ...

    @property
    def names(self) -> NDArray[np.int32]:
        """Index into the geometry's names, 0 for none."""
        ...

    @property
    def refs(self) -> NDArray[np.int32]:
        """Index of the road number, 0 for none."""
        ...

    @property
    def bridges(self) -> NDArray[np.bool_]:
        """Whether it is a bridge."""
        ...

    @property
    def oneways(self) -> NDArray[np.int8]:
        """1 along the line, -1 against it, 0 both ways."""
        ...

    def within(self, x0: float, y0: float, x1: float, y1: float) -> NDArray[np.int32]:
        """Indices of the shapes whose box touches a rectangle."""
        ...

    def line(self, index: int) -> NDArray[np.float64]:
        """The points of one shape."""
        ...


class MapSource(Protocol):
    """An opened geometry file."""

    @property
    def lines(self) -> MapShapes:
        """Roads, rails and streams."""
        ...

    @property
    def areas(self) -> MapShapes:
        """Water, parks and buildings."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """Texts by index."""
        ...

    @property
    def places(self) -> Sequence[PlaceName]:
        """Names of towns and neighbourhoods."""
        ...

    def bounds(self) -> tuple[float, float, float, float]:
        """The rectangle of all roads, projected."""
        ...
