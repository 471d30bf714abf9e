"""Drives in whole minutes by departure minute, remembered for one search or one layout."""

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import BaseDrive, Drive, DriveBook, DriveProfile, drive_at

_LAST_MIN = 36 * 60


class DriveClock:
    """Asks the drive book once a pair; every caller gets the same whole-minute drives.

    Args:
        drives: base drives.
        profile: the clinic's factors by part of day.
    """

    def __init__(self, drives: DriveBook, profile: DriveProfile) -> None:
        self._drives = drives
        self._profile = profile
        self._base: dict[tuple[Coordinate, Coordinate], BaseDrive] = {}
        self._minutes: dict[tuple[Coordinate, Coordinate, int], int] = {}

    def base(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        """The base drive of a pair."""
        key = (start, end)
        found = self._base.get(key)
        if found is None:
            found = self._base[key] = self._drives.drive(start, end)
        return found

    def drive(self, start: Coordinate | None, end: Coordinate | None, depart: int) -> Drive | None:
        """The drive when leaving at minute ``depart``; None where a place has no point."""
        if start is None or end is None:
            return None
        return drive_at(self.base(start, end), depart, self._profile)

    def minutes(self, start: Coordinate | None, end: Coordinate | None, depart: int) -> int:
        """Minutes of the drive when leaving at minute ``depart``; 0 where a place has no point."""
        if start is None or end is None:
            return 0
        key = (start, end, depart)
        found = self._minutes.get(key)
        if found is None:
            found = drive_at(self.base(start, end), depart, self._profile).minutes
            self._minutes[key] = found
        return found

    def latest_departure(
        self, start: Coordinate | None, end: Coordinate | None, arrive_by: int
    ) -> int:
        """The last minute to leave so as to arrive by ``arrive_by``.

        Arrivals never fall as departures rise (FIFO), so bisection finds it.
        """
        if start is None or end is None:
            return arrive_by
        low, high = arrive_by - _LAST_MIN, arrive_by
        while low < high:
            middle = (low + high + 1) // 2
            if middle + self.minutes(start, end, max(0, middle)) <= arrive_by:
                low = middle
            else:
                high = middle - 1
        return low
