"""The road region of one clinic's folder, as the services know it."""

from pathlib import Path

from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.roads_ports import DrivePairs
from clinic_desktop.domain.travel import RegionStatus
from clinic_desktop.travel.drive_book import KnownDrives
from clinic_desktop.travel.region import Region
from clinic_desktop.travel.road_build import build_region


class RegionDesk:
    """Implements the port ``RoadDesk``.

    Args:
        folder: where the region is kept; made by the first build.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def open_region(self) -> Region | None:
        """The built region, None before the first one.

        Raises:
            RoadsTrouble: something of it is missing or damaged.
        """
        return Region.open(self._folder)

    def build_region(self, extract: Path, progress: Progress) -> RegionStatus:
        """Build a region from an extract; the old one serves until the new one is ready.

        Raises:
            RoadsTrouble: the extract cannot be used.
            Cancelled: the person stopped it; the old region goes on serving.
        """
        return build_region(extract, self._folder, progress)

    def book(self, pairs: DrivePairs) -> KnownDrives:
        """Known drives as a book that falls back to the straight-line estimate."""
        return KnownDrives(pairs)
