"""Drives between places: one function of the departure time that everything calls.

An extract carries no traffic. The clinic therefore sets factors by part of day (a marked
assumption until calibrated); a drive advances through them like a car through traffic, so the
arrival is piecewise linear in the departure and leaving later never arrives earlier (FIFO).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from clinic_desktop.domain.county import CountyStatus
from clinic_desktop.domain.directions import DirectionStep
from clinic_desktop.domain.place import Address, Coordinate

ESTIMATE_FIXED_S: Final = 52.0
ESTIMATE_S_PER_M: Final = 0.075
ESTIMATE_DETOUR: Final = 1.33
ROADS_BAND: Final = 0.2
"""A marked assumption for road times by the clinic's factors, until drives are measured."""
ESTIMATE_BAND: Final = 0.3
"""A mean error of 16-18 % puts about four of five drives within this share."""


class LegSource(StrEnum):
    """Where a drive time comes from."""

    ROADS = "roads"
    ESTIMATE = "estimate"
    OVERRIDE = "override"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDrive:
    """A drive without traffic between two points.

    ``seconds`` is the free-flow time, ``motorway_seconds`` the part of it on motorways and trunk
    roads, ``metres`` the road distance. ``as_of`` is when the roads were read (UTC), None for an
    estimate; of a drive that somebody set by hand it is when they did, and its ``seconds`` are
    from door to door at any time of day.

    ``rates`` multiply the clinic's factors by part of day (() for none), ``parking_min`` stands for
    the clinic's own at this end, and ``band`` is the share by which four of five drives differ.
    """

    seconds: float
    metres: float
    motorway_seconds: float = 0.0
    source: LegSource = LegSource.ROADS
    as_of: datetime | None = None
    rates: tuple[float, ...] = ()
    parking_min: int | None = None
    band: float = ROADS_BAND


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPart:
    """From ``start_min`` (minutes after local midnight) on, drives take these times as long."""

    start_min: int
    street_factor: float
    motorway_factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveProfile:
    """The clinic's factors by part of day, and the minutes each arrival costs.

    ``parts`` start at minute 0 and rise. ``parking_min`` is added once to every drive.
    """

    parts: tuple[DayPart, ...]
    parking_min: int = 2

    def __post_init__(self) -> None:
        starts = [part.start_min for part in self.parts]
        if not starts or starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("day parts start at minute 0 and rise")
        if any(p.street_factor <= 0 or p.motorway_factor <= 0 for p in self.parts):
            raise ValueError("factors are positive")


ASSUMED_PROFILE: Final = DriveProfile(
    parts=(
        DayPart(start_min=0, street_factor=1.0, motorway_factor=1.0),
        DayPart(start_min=6 * 60 + 30, street_factor=1.15, motorway_factor=1.3),
        DayPart(start_min=9 * 60 + 15, street_factor=1.08, motorway_factor=1.05),
        DayPart(start_min=15 * 60 + 30, street_factor=1.2, motorway_factor=1.4),
        DayPart(start_min=18 * 60 + 30, street_factor=1.03, motorway_factor=1.0),
    )
)
"""Shipped assumption for a Midwestern city; Settings says so."""


def drive_seconds(base: BaseDrive, depart_s: float, profile: DriveProfile) -> float:
    """Seconds from leaving at ``depart_s`` (after local midnight) to the arrival, parking apart.

    The free-flow work is used up at the rate of the part of day that the car is in, so a drive
    that reaches into the rush slows down only from there on.

    Args:
        base: the drive without traffic.
        depart_s: seconds after local midnight; past 24 h the last part goes on.
        profile: the clinic's factors.
    """
    if base.seconds <= 0:
        return 0.0
    if base.source is LegSource.OVERRIDE:
        return base.seconds
    share = min(1.0, max(0.0, base.motorway_seconds / base.seconds))
    work = base.seconds
    now = depart_s
    for index, part in enumerate(profile.parts):
        last = index + 1 == len(profile.parts)
        end = math.inf if last else profile.parts[index + 1].start_min * 60.0
        if now >= end:
            continue
        factor = share * part.motorway_factor + (1 - share) * part.street_factor
        if index < len(base.rates):
            factor *= base.rates[index]
        done = (end - now) / factor
        if done >= work:
            return now + work * factor - depart_s
        work -= done
        now = end
    raise AssertionError("the last part of the day has no end")


def estimate_drive(start: Coordinate, end: Coordinate) -> BaseDrive:
    """The straight-line estimate used without roads; every place that shows it marks it "~".

    Source: least squares over real drives, MAPE 16-18 %, detour 1.33 (see ARCHITECTURE.md).
    """
    straight_m = start.metres_to(end)
    seconds = ESTIMATE_FIXED_S + ESTIMATE_S_PER_M * straight_m if straight_m > 1 else 0.0
    return BaseDrive(
        seconds=seconds,
        metres=straight_m * ESTIMATE_DETOUR,
        source=LegSource.ESTIMATE,
        band=ESTIMATE_BAND,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Drive:
    """A drive at a given departure as the board shows it: whole minutes, parking included.

    Four of five drives lie within ``band_min`` minutes of it; 0 for one that somebody set by hand.
    """

    minutes: int
    metres: float
    source: LegSource
    as_of: datetime | None = None
    band_min: int = 0

    @property
    def estimated(self) -> bool:
        """Whether the figure is shown with "~"."""
        return self.source is LegSource.ESTIMATE


def drive_at(base: BaseDrive, depart_min: int, profile: DriveProfile) -> Drive:
    """The drive when leaving ``depart_min`` minutes after local midnight.

    Minutes are rounded up, so that what the board shows can be kept; rounding up a FIFO arrival
    at whole departure minutes keeps it FIFO. A drive of no distance takes no parking either.
    """
    seconds = drive_seconds(base, depart_min * 60.0, profile)
    by_hand = base.source is LegSource.OVERRIDE
    return Drive(
        minutes=_whole_minutes(base, seconds, profile),
        metres=base.metres,
        source=base.source,
        as_of=base.as_of,
        band_min=0 if by_hand else math.ceil(seconds / 60 * base.band),
    )


def drive_minutes(base: BaseDrive, depart_min: int, profile: DriveProfile) -> int:
    """The minutes of ``drive_at`` alone: a search asks for thousands."""
    return _whole_minutes(base, drive_seconds(base, depart_min * 60.0, profile), profile)


def least_minutes(base: BaseDrive, profile: DriveProfile) -> int:
    """No departure makes the drive shorter than this: all its work at the day's best rate."""
    if base.seconds <= 0 or base.source is LegSource.OVERRIDE:
        return _whole_minutes(base, max(0.0, base.seconds), profile)
    share = min(1.0, max(0.0, base.motorway_seconds / base.seconds))
    factors = [p.motorway_factor * share + p.street_factor * (1 - share) for p in profile.parts]
    for index, rate in enumerate(base.rates[: len(factors)]):
        factors[index] *= rate
    # A hair less, so that no rounding makes the bound longer than a drive.
    return _whole_minutes(base, max(1e-9, base.seconds * min(factors) - 1e-6), profile)


def _whole_minutes(base: BaseDrive, seconds: float, profile: DriveProfile) -> int:
    """Rounded up, with parking where the drive has any length and was not set by hand."""
    if seconds <= 0:
        return 0
    by_hand = base.source is LegSource.OVERRIDE
    parking = profile.parking_min if base.parking_min is None else base.parking_min
    return math.ceil(seconds / 60 - 1e-9) + (0 if by_hand else parking)


class DriveBook(Protocol):
    """Base drives between places, whatever they come from (an in-memory view of the cache)."""

    def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        """The drive from one place to another; an estimate where roads are not (yet) known."""
        ...


class RoadEngine(Protocol):
    """The road network made from an extract; calls take milliseconds to seconds."""

    @property
    def extract_id(self) -> str:
        """Hash of the extract that the network was made from."""
        ...

    @property
    def drives_id(self) -> str:
        """Names its drives in the cache: the extract, and how they were computed."""
        ...

    @property
    def as_of(self) -> datetime:
        """When the extract was made or, failing that, read (UTC)."""
        ...

    def matrix(
        self, sources: Sequence[Coordinate], targets: Sequence[Coordinate]
    ) -> list[list[BaseDrive | None]]:
        """Base drives, one row a source; None where no road joins the two."""
        ...

    def route_shape(self, points: Sequence[Coordinate]) -> tuple[tuple[Coordinate, ...], ...]:
        """The line driven for each leg between consecutive points (n - 1 lines).

        A leg that no road joins comes back as the straight line between its ends.
        """
        ...

    def directions(self, start: Coordinate, end: Coordinate) -> tuple[DirectionStep, ...]:
        """How to drive there, turn by turn; () where no road joins the two."""
        ...


class MatchKind(StrEnum):
    """How exactly an address was found, best first."""

    POINT = "point"
    RANGE = "range"
    INTERPOLATED = "interpolated"
    NEAREST = "nearest"
    STREET = "street"
    PLACE = "place"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressMatch:
    """One candidate for a typed address: where it is, how sure, and of which kind."""

    address: Address
    coordinate: Coordinate
    kind: MatchKind
    score: float
    """Similarity of the street name, 0 to 100."""

    @property
    def sure(self) -> bool:
        """Whether it may be taken without a person looking at it."""
        return self.score >= 88 and self.kind in (
            MatchKind.POINT,
            MatchKind.RANGE,
            MatchKind.INTERPOLATED,
        )


class AddressSearch(Protocol):
    """Finds addresses in the extract."""

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        """Candidates for what was typed, best first; [] for nothing usable."""
        ...


class RegionState(StrEnum):
    """What is known of the roads."""

    NONE = "none"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


MISSOURI: Final = "https://download.geofabrik.de/north-america/us/missouri-latest.osm.pbf"
"""The extract that is offered first: the clinic's home state."""

Bounds = tuple[float, float, float, float]
"""South, west, north, east in degrees."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractStatus:
    """One of the extracts that the roads were built from; ``as_of`` is UTC.

    ``kept``: its file is kept, so that the roads can be built anew with or without others.
    """

    name: str
    as_of: datetime
    size_bytes: int
    bounds: Bounds
    kept: bool
    url: str = ""
    """Where it was fetched and can be fetched anew, "" for a file from this machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionStatus:
    """The road region as Settings and ``roads status`` show it; sizes in bytes."""

    state: RegionState
    name: str = ""
    extract_id: str = ""
    as_of: datetime | None = None
    extract_bytes: int = 0
    built_bytes: int = 0
    address_count: int = 0
    fictional: bool = False
    """Whether it is the generated town."""
    extracts: tuple[ExtractStatus, ...] = ()
    counties: tuple[CountyStatus, ...] = ()

    def covers(self, place: Coordinate) -> bool:
        """Whether a place lies within one of the extracts; True where that is not known."""
        if not self.extracts:
            return True
        return any(
            south <= place.lat <= north and west <= place.lon <= east
            for south, west, north, east in (extract.bounds for extract in self.extracts)
        )
