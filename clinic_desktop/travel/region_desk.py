"""The road region of one clinic's folder, as the services know it."""

import contextlib
import os
import shutil
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from clinic_desktop.domain.county import County
from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.roads_ports import DrivePairs
from clinic_desktop.domain.travel import RegionStatus
from clinic_desktop.text import _
from clinic_desktop.travel.county_list import known_counties
from clinic_desktop.travel.download import download_county, download_extract
from clinic_desktop.travel.drive_book import KnownDrives
from clinic_desktop.travel.region import (
    ADDRESS_SUFFIX,
    COUNTIES,
    EXTRACTS,
    INCOMING,
    Region,
    SourceRecord,
    read_record,
)
from clinic_desktop.travel.road_build import build_region
from clinic_desktop.travel.tiger import county_of


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
        """Build a region from one extract alone; the old one serves until the new one is ready.

        Raises:
            RoadsTrouble: the extract cannot be used.
            Cancelled: the person stopped it; the old region goes on serving.
        """
        return self._build([extract], progress)

    def add_extract(self, extract: Path, progress: Progress) -> RegionStatus:
        """Build from the extracts in use and one more; one of the same name takes its place.

        Raises:
            RoadsTrouble: an extract cannot be used, or one in use is not kept any more.
            Cancelled: the person stopped it; the old region goes on serving.
        """
        others = self._others(extract.name.removesuffix(".osm.pbf"))
        return self._build([extract, *others], progress)

    def remove_extract(self, name: str, progress: Progress) -> RegionStatus:
        """Build without one of the extracts in use. Raises as ``add_extract`` does."""
        left = [self._file_of(source) for source in self._sources() if source.name != name]
        if not left:
            raise RoadsTrouble(
                _("That is the only extract in use."),
                still_works=_("The roads in use stay as they are."),
                way_out=_("Add another one first, or use another one instead."),
            )
        return self._build(left, progress)

    def fetch(self, url: str, progress: Progress) -> Path:
        """Fetch an extract; see ``download_extract``. What could not be added is not fetched."""
        self._others("")
        # Not over the kept file: the roads in use were built from that one.
        fetched = download_extract(url, self._folder / INCOMING, progress)
        _write_address(fetched, url)
        return fetched

    def counties_offered(self) -> tuple[County, ...]:
        """The counties whose number ranges may be fetched by name."""
        return known_counties()

    def add_counties(self, files: Sequence[Path], progress: Progress) -> RegionStatus:
        """Read counties' number ranges into the addresses; the roads stay as they are.

        Raises:
            RoadsTrouble: a file cannot be used, or there are no roads yet.
            Cancelled: the person stopped it; the old addresses go on serving.
        """
        extracts = self._roads_for_counties()
        told = [county_of(file) for file in files]
        new = {fips for fips, _year in told}
        given = {
            f"tl_{year}_{fips}_addrfeat.zip": file
            for (fips, year), file in zip(told, files, strict=True)
        }
        return self._build(extracts, progress, given | self._counties(without=new), same=True)

    def remove_county(self, fips: str, progress: Progress) -> RegionStatus:
        """Read the addresses without a county's ranges. Raises as ``add_counties`` does."""
        extracts = self._roads_for_counties()
        return self._build(extracts, progress, self._counties(without={fips}), same=True)

    def fetch_counties(self, urls: Sequence[str], progress: Progress) -> list[Path]:
        """Fetch counties' files; what could not be added is not fetched."""
        self._roads_for_counties()
        folder = self._folder / COUNTIES
        return [download_county(url, folder, progress) for url in urls]

    def book(self, pairs: DrivePairs) -> KnownDrives:
        """Known drives as a book that falls back to the straight-line estimate."""
        return KnownDrives(pairs)

    def _build(
        self,
        extracts: list[Path],
        progress: Progress,
        counties: dict[str, Path] | None = None,
        *,
        same: bool = False,
    ) -> RegionStatus:
        """Build from files that are kept from now on; counties by the name they are kept under."""
        if counties is None:
            counties = self._counties()
        replaced: dict[Path, Path | None] = {}
        try:
            kept = [self._keep(path, EXTRACTS, path.name, replaced) for path in extracts]
            ranges = [self._keep(path, COUNTIES, name, replaced) for name, path in counties.items()]
            status = build_region(
                kept[0], self._folder, progress, kept[1:], ranges, same_roads=same
            )
        except BaseException:
            # What the roads in use were built from stays, whatever the new file was.
            for target, before in replaced.items():
                if before is None:
                    target.unlink(missing_ok=True)
                else:
                    before.replace(target)
            raise
        for before in replaced.values():
            if before is not None:
                before.unlink(missing_ok=True)
        for given, path in zip(extracts, kept, strict=True):
            self._settle(given, path)
        self._drop_others(EXTRACTS, "*.osm.pbf", kept)
        self._drop_others(EXTRACTS, f"*{ADDRESS_SUFFIX}", [_address_file(path) for path in kept])
        self._drop_others(COUNTIES, "*.zip", ranges)
        return status

    def _roads_for_counties(self) -> list[Path]:
        record = read_record(self._folder)
        if record is None or record.fictional:
            raise RoadsTrouble(
                _("There are no roads yet that a county’s house numbers could stand on."),
                still_works=_("Drives are straight-line estimates, marked ~. Bookings work."),
                way_out=_("Add the extract of its state first."),
            )
        return [self._file_of(source) for source in record.sources]

    def _counties(self, without: AbstractSet[str] = frozenset()) -> dict[str, Path]:
        """The kept files of the counties in use; one that is gone is left out."""
        record = read_record(self._folder)
        if record is None:
            return {}
        folder = self._folder / COUNTIES
        return {
            county.file: folder / county.file
            for county in record.counties
            if county.fips not in without and (folder / county.file).is_file()
        }

    def _others(self, name: str) -> list[Path]:
        """The files of the extracts in use but one; none of a town that does not exist."""
        record = read_record(self._folder)
        if record is None or record.fictional:
            return []
        return [self._file_of(source) for source in record.sources if source.name != name]

    def _sources(self) -> tuple[SourceRecord, ...]:
        record = read_record(self._folder)
        return record.sources if record else ()

    def _file_of(self, source: SourceRecord) -> Path:
        path = self._folder / EXTRACTS / source.file
        if not source.file or not path.is_file():
            raise RoadsTrouble(
                _("The file of the extract {name} is not kept here.").format(name=source.name),
                still_works=_("The roads in use stay as they are."),
                way_out=_("Add its file again first."),
            )
        return path

    def _keep(self, given: Path, where: str, name: str, replaced: dict[Path, Path | None]) -> Path:
        """A file in the region's own folder: linked where that is possible, else copied.

        Args:
            given: the file.
            where: the folder within the region's.
            name: what it is called there.
            replaced: told where an older one of the same name was put aside, None for none.
        """
        folder = self._folder / where
        target = folder / name
        if given.resolve() == target.resolve():
            return target
        beside = folder / f".{name}.copy"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            try:
                os.link(given, beside)
            except OSError:
                shutil.copyfile(given, beside)
            before = None
            if target.exists():
                before = folder / f".{name}.before"
                target.replace(before)
            replaced[target] = before
            beside.replace(target)
        except FileNotFoundError:
            raise RoadsTrouble(
                _("The file {name} is not there.").format(name=given.name),
                still_works=_("The roads in use stay as they are, and bookings go on."),
                way_out=_("Choose another extract, or download it again."),
            ) from None
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise RoadsTrouble(
                _("The file cannot be kept: the disk may be full or the folder read-only."),
                still_works=_("The roads in use stay as they are, and bookings go on."),
                way_out=_("Make room, then add the file again."),
            ) from error
        return target

    def _settle(self, given: Path, kept: Path) -> None:
        """Remember where a new file was fetched from; one from elsewhere has no address."""
        if given == kept:
            return
        with contextlib.suppress(OSError):
            _address_file(kept).unlink(missing_ok=True)
            if given.parent == self._folder / INCOMING:
                _address_file(given).replace(_address_file(kept))
                given.unlink()

    def _drop_others(self, where: str, pattern: str, used: Sequence[Path]) -> None:
        """What no roads were built from takes room; what is still being fetched stays."""
        for path in (self._folder / where).glob(pattern):
            if path not in used:
                with contextlib.suppress(OSError):
                    path.unlink()


def _address_file(extract: Path) -> Path:
    return extract.with_name(extract.name + ADDRESS_SUFFIX)


def _write_address(fetched: Path, url: str) -> None:
    # An update can be fetched without it too, by typing the address again.
    with contextlib.suppress(OSError):
        _address_file(fetched).write_text(url, encoding="utf-8")
