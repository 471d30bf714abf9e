"""Drives in whole minutes by departure minute, remembered for one search or one layout."""

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import (
    BaseDrive,
    Drive,
    DriveBook,
    DriveProfile,
    drive_at,
    drive_minutes,
    least_minutes,
)

Absences = tuple[tuple[int, int], ...]
"""Half-open spans of minutes after midnight in which nobody drives, in order."""


class Road:
    """The drive between two places, by departure minute.

    Args:
        base: the drive without traffic, None where a place has no point on the map; its minutes
            then count as 0.
        profile: the clinic's factors by part of day.
    """

    __slots__ = ("_least", "_minutes", "_profile", "base")

    def __init__(self, base: BaseDrive | None, profile: DriveProfile) -> None:
        self.base = base
        self._profile = profile
        self._minutes: dict[int, int] = {}
        self._least: int | None = None

    def drive(self, depart: int) -> Drive | None:
        """The drive when leaving at minute ``depart``; None where a place has no point."""
        return None if self.base is None else drive_at(self.base, depart, self._profile)

    def minutes(self, depart: int) -> int:
        """Minutes of the drive when leaving at minute ``depart``."""
        found = self._minutes.get(depart)
        if found is None:
            base = self.base
            found = 0 if base is None else drive_minutes(base, depart, self._profile)
            self._minutes[depart] = found
        return found

    @property
    def least(self) -> int:
        """Minutes that the drive takes at least, whenever it begins."""
        if self._least is None:
            self._least = 0 if self.base is None else least_minutes(self.base, self._profile)
        return self._least

    def leave(self, ready: int, absences: Absences = ()) -> int:
        """The first minute from ``ready`` on at which the drive touches no absence."""
        depart = ready
        for start, end in absences:
            if depart < end and start < depart + self.minutes(depart):
                depart = end
        return depart

    def arrive(self, ready: int, absences: Absences = ()) -> int:
        """When someone who is ready to leave at ``ready`` arrives; never falls as that rises."""
        depart = self.leave(ready, absences)
        return depart + self.minutes(depart)

    def latest(self, by: int, absences: Absences = ()) -> int:
        """The last minute to be ready so as to arrive by ``by``.

        Arrivals never fall as departures rise (FIFO), so stepping back by what is too much and
        then forward to the last minute that holds finds it.
        """
        ready = by - self.minutes(by)
        while (over := self.arrive(ready, absences) - by) > 0:
            ready -= over
        while ready < by and self.arrive(ready + 1, absences) <= by:
            ready += 1
        return ready


class DriveClock:
    """Asks the drive book once a pair; every caller gets the same whole-minute drives.

    Args:
        drives: base drives.
        profile: the clinic's factors by part of day.
    """

    def __init__(self, drives: DriveBook, profile: DriveProfile) -> None:
        self._drives = drives
        self._profile = profile
        self._unknown = Road(None, profile)
        self._roads: dict[tuple[Coordinate, Coordinate], Road] = {}

    def road(self, start: Coordinate | None, end: Coordinate | None) -> Road:
        """The drive from one place to another."""
        if start is None or end is None:
            return self._unknown
        key = (start, end)
        found = self._roads.get(key)
        if found is None:
            found = Road(self._drives.drive(start, end), self._profile)
            self._roads[key] = found
        return found
