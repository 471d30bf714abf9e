"""What the services need of the road region; ``travel`` implements it."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from clinic_desktop.domain.county import County
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import (
    AddressSearch,
    BaseDrive,
    DriveBook,
    RegionStatus,
    RoadEngine,
)

DrivePairs = Mapping[tuple[Coordinate, Coordinate], BaseDrive]


class RoadRegion(Protocol):
    """A region that is built and open."""

    def status(self) -> RegionStatus:
        """Name, date and sizes."""
        ...

    def engine(self) -> RoadEngine:
        """The road network."""
        ...

    def addresses(self) -> AddressSearch:
        """The address index."""
        ...

    @property
    def map_geometry_path(self) -> Path:
        """The file that the map is drawn from."""
        ...


class RoadDesk(Protocol):
    """Opens, builds and names the region kept in the clinic's folder."""

    def open_region(self) -> RoadRegion | None:
        """The built region, None before the first one."""
        ...

    def build_region(self, extract: Path, progress: Progress) -> RegionStatus:
        """Build a region from an extract; the old one serves until the new one is ready.

        Raises:
            RoadsTrouble: the extract cannot be used.
            Cancelled: the person stopped it; the old region goes on serving.
        """
        ...

    def add_extract(self, extract: Path, progress: Progress) -> RegionStatus:
        """Build from the extracts in use and one more; one of the same name takes its place.

        Raises:
            RoadsTrouble: an extract cannot be used, or one in use is not kept any more.
            Cancelled: the person stopped it; the old region goes on serving.
        """
        ...

    def remove_extract(self, name: str, progress: Progress) -> RegionStatus:
        """Build without one of the extracts in use. Raises as ``add_extract`` does."""
        ...

    def fetch(self, url: str, progress: Progress) -> Path:
        """Fetch an extract from the address that a person named.

        Raises:
            RuleBroken: the address is none, or not protected.
            RoadsTrouble: the server or the disk does not give it.
            Cancelled: the person stopped it; what came so far is kept for the next try.
        """
        ...

    def counties_offered(self) -> Sequence[County]:
        """The counties whose number ranges may be fetched by name."""
        ...

    def add_counties(self, files: Sequence[Path], progress: Progress) -> RegionStatus:
        """Read counties' number ranges into the addresses; the roads stay as they are.

        Raises:
            RoadsTrouble: a file cannot be used, or there are no roads yet.
            Cancelled: the person stopped it; the old addresses go on serving.
        """
        ...

    def remove_county(self, fips: str, progress: Progress) -> RegionStatus:
        """Read the addresses without a county's ranges. Raises as ``add_counties`` does."""
        ...

    def fetch_counties(self, urls: Sequence[str], progress: Progress) -> list[Path]:
        """Fetch counties' files. Raises as ``fetch`` does."""
        ...

    def book(self, pairs: DrivePairs) -> DriveBook:
        """Known drives as a book that falls back to the straight-line estimate."""
        ...


def missing_pairs(
    places: Sequence[Coordinate], pairs: DrivePairs
) -> list[tuple[Coordinate, list[Coordinate]]]:
    """For each place the places to which no drive is known, itself left out."""
    missing: list[tuple[Coordinate, list[Coordinate]]] = []
    for start in places:
        targets = [end for end in places if end != start and (start, end) not in pairs]
        if targets:
            missing.append((start, targets))
    return missing
