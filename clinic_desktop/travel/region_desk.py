"""The road region of one clinic's folder, as the services know it."""

import contextlib
import os
import shutil
from pathlib import Path

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.roads_ports import DrivePairs
from clinic_desktop.domain.travel import RegionStatus
from clinic_desktop.text import _
from clinic_desktop.travel.download import download_extract
from clinic_desktop.travel.drive_book import KnownDrives
from clinic_desktop.travel.region import EXTRACTS, Region, SourceRecord, read_record
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
        return download_extract(url, self._folder / EXTRACTS, progress)

    def book(self, pairs: DrivePairs) -> KnownDrives:
        """Known drives as a book that falls back to the straight-line estimate."""
        return KnownDrives(pairs)

    def _build(self, extracts: list[Path], progress: Progress) -> RegionStatus:
        replaced: dict[Path, Path] = {}
        try:
            kept = [self._keep(extract, replaced) for extract in extracts]
            status = build_region(kept[0], self._folder, progress, kept[1:])
        except BaseException:
            # What the roads in use were built from stays, whatever the new file was.
            for target, before in replaced.items():
                before.replace(target)
            raise
        for before in replaced.values():
            before.unlink(missing_ok=True)
        self._drop_others({path.name for path in kept})
        return status

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

    def _keep(self, extract: Path, replaced: dict[Path, Path]) -> Path:
        """The extract in the region's own folder: linked where that is possible, else copied.

        Args:
            extract: the file.
            replaced: told where an older one of the same name was put aside.
        """
        folder = self._folder / EXTRACTS
        target = folder / extract.name
        if extract.resolve() == target.resolve():
            return target
        beside = folder / f".{extract.name}.copy"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            beside.unlink(missing_ok=True)
            try:
                os.link(extract, beside)
            except OSError:
                shutil.copyfile(extract, beside)
            if target.exists():
                before = folder / f".{extract.name}.before"
                target.replace(before)
                replaced[target] = before
            beside.replace(target)
        except FileNotFoundError:
            raise RoadsTrouble(
                _("The file {name} is not there.").format(name=extract.name),
                still_works=_("The roads in use stay as they are, and bookings go on."),
                way_out=_("Choose another extract, or download it again."),
            ) from None
        except OSError as error:
            beside.unlink(missing_ok=True)
            raise RoadsTrouble(
                _("The extract cannot be kept: the disk may be full or the folder read-only."),
                still_works=_("The roads in use stay as they are, and bookings go on."),
                way_out=_("Make room, then add the extract again."),
            ) from error
        return target

    def _drop_others(self, used: set[str]) -> None:
        """Extracts that no roads were built from take room; what is still being fetched stays."""
        for path in (self._folder / EXTRACTS).glob("*.osm.pbf"):
            if path.name not in used:
                with contextlib.suppress(OSError):
                    path.unlink()
