"""What a generated town tells about itself."""

from dataclasses import dataclass

from clinic_desktop.domain.place import Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """The rectangle that the roads fill, in degrees."""

    south: float
    west: float
    north: float
    east: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbourhood:
    """A named part of the town and the point its name stands at."""

    name: str
    centre: Coordinate


@dataclass(frozen=True, slots=True, kw_only=True)
class TownAddress:
    """One house of the town, as its address node in the extract says it."""

    coordinate: Coordinate
    housenumber: str
    street: str
    city: str
    state: str
    postcode: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TownCounts:
    """How much was written."""

    nodes: int
    ways: int
    relations: int
    addresses: int
    buildings: int
    street_names: int
    road_km: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TownSummary:
    """The town in short: where it lies, what it is called, and houses to visit.

    ``sample_addresses`` are houses on residential streets, spread evenly over the
    neighbourhoods; each is an address node of the file too.
    """

    city: str
    state_code: str
    bounds: Bounds
    centre: Coordinate
    counts: TownCounts
    neighbourhoods: tuple[Neighbourhood, ...]
    sample_addresses: tuple[TownAddress, ...]
