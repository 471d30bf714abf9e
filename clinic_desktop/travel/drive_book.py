"""Known drives with the straight-line estimate behind them."""

from collections.abc import Mapping

from clinic_desktop.domain.place import Coordinate, rounded
from clinic_desktop.domain.travel import BaseDrive, estimate_drive


class KnownDrives:
    """Implements the port ``DriveBook`` over a mapping that is never changed afterwards.

    Args:
        pairs: base drives by pair of places, coordinates rounded to 5 decimals.
    """

    def __init__(self, pairs: Mapping[tuple[Coordinate, Coordinate], BaseDrive]) -> None:
        self._pairs = pairs
        self._rounded: dict[Coordinate, Coordinate] = {}

    def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        """The known drive, or the estimate marked as such."""
        here, there = self._key(start), self._key(end)
        if here == there:
            return BaseDrive(seconds=0.0, metres=0.0)
        return self._pairs.get((here, there)) or estimate_drive(start, end)

    def _key(self, point: Coordinate) -> Coordinate:
        found = self._rounded.get(point)
        if found is None:
            found = self._rounded[point] = rounded(point)
        return found
