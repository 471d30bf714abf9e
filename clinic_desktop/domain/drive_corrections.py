"""What people know better than the roads: drives set by hand, doors that take long, measured days.

All of it enters the one function of ``domain.travel`` through the base drive, so that board, slots,
slack and optimiser never disagree. Every correction is constant within a part of the day, so that a
drive stays FIFO.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from clinic_desktop.domain.ids import DriveOverrideId, UserId
from clinic_desktop.domain.place import Coordinate, rounded
from clinic_desktop.domain.travel import BaseDrive, DriveBook, DriveProfile, LegSource

Pair = tuple[Coordinate, Coordinate]

_CELL_LAT: Final = 0.05
_CELL_LON: Final = 0.06


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveOverride:
    """Somebody's word about one drive, door to door with parking; it wins over every computation.

    ``start`` and ``end`` are rounded to 5 decimals, ``minutes`` whole, ``at`` UTC.
    """

    id: DriveOverrideId
    start: Coordinate
    end: Coordinate
    minutes: int
    by: UserId
    at: datetime
    reason: str = ""

    def __post_init__(self) -> None:
        if self.minutes < 0:
            raise ValueError("a drive takes no negative time")


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFactor:
    """How much longer drives took than computed in one part of the day, and of how many drives."""

    start_min: int
    factor: float
    drives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaFactor:
    """How much longer drives to one area took, on top of the part of the day.

    ``cell`` is a square of the map (``cell_of``), ``name`` what most addresses in it are called.
    """

    cell: str
    name: str
    factor: float
    drives: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """Factors fitted to drives that were driven; errors are means in minutes on held-out days.

    ``band`` is the share of a drive's time within which four of five held-out drives lay.
    ``profile`` is what the drives were computed with: for another profile it means nothing.
    """

    profile: DriveProfile
    parts: tuple[PartFactor, ...]
    areas: tuple[AreaFactor, ...]
    drives: int
    error_before_min: float
    error_after_min: float
    band: float
    first: date
    last: date

    def rates(self, end: Coordinate) -> tuple[float, ...]:
        """By part of the day, what to multiply a drive there with."""
        cell = cell_of(end)
        area = next((a.factor for a in self.areas if a.cell == cell), 1.0)
        return tuple(part.factor * area for part in self.parts)


def cell_of(place: Coordinate) -> str:
    """The square of about 5 km by 5 km that a place lies in."""
    return f"{math.floor(place.lat / _CELL_LAT)}:{math.floor(place.lon / _CELL_LON)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveCorrections:
    """All that is known better; coordinates rounded to 5 decimals, ``parking`` in minutes."""

    overrides: Mapping[Pair, DriveOverride] = field(default_factory=dict[Pair, DriveOverride])
    parking: Mapping[Coordinate, int] = field(default_factory=dict[Coordinate, int])
    calibration: Calibration | None = None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to correct."""
        return not self.overrides and not self.parking and self.calibration is None


class CorrectedDrives:
    """Implements the port ``DriveBook``: another book's drives with what is known better.

    Args:
        book: the computed drives.
        corrections: never changed afterwards.
    """

    def __init__(self, book: DriveBook, corrections: DriveCorrections) -> None:
        self._book = book
        self._corrections = corrections

    def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        """The drive, set by hand if somebody did."""
        known = self._corrections
        here, there = rounded(start), rounded(end)
        base = self._book.drive(start, end)
        if here == there:
            return base
        override = known.overrides.get((here, there))
        if override is not None:
            return BaseDrive(
                seconds=override.minutes * 60.0,
                metres=base.metres,
                source=LegSource.OVERRIDE,
                as_of=override.at,
            )
        calibration = known.calibration
        return replace(
            base,
            parking_min=known.parking.get(there),
            rates=calibration.rates(there) if calibration else (),
            # A straight line is no better for the drives that roads were measured with.
            band=calibration.band if calibration and base.source is LegSource.ROADS else base.band,
        )


def corrected(book: DriveBook, corrections: DriveCorrections) -> DriveBook:
    """The book with what is known better; itself if nothing is."""
    return book if corrections.empty else CorrectedDrives(book, corrections)
