"""Roads as the rest of the program uses them: drives, route lines and address look-ups.

The drives known so far are one immutable book that is swapped whole: a new address ranks on
estimates until its row and column are complete, then all of them change at once.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import pairwise
from pathlib import Path

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.county import FIPS, County
from clinic_desktop.domain.directions import DirectionStep
from clinic_desktop.domain.drive_corrections import DriveCorrections, corrected
from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.place import Coordinate, rounded
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.roads_ports import DrivePairs, RoadDesk, RoadRegion, missing_pairs
from clinic_desktop.domain.travel import (
    AddressMatch,
    BaseDrive,
    DriveBook,
    RegionState,
    RegionStatus,
)
from clinic_desktop.text import _

_MATRIX_CHUNK = 50
_ROUTE_CACHE_SIZE = 256

RouteLines = tuple[tuple[Coordinate, ...], ...]


class RoadsService:
    """One for the whole program; every method may be called from any worker thread.

    Args:
        desk: opens and builds the region.
        in_writer: runs a call in the thread that writes the schedule file, and waits for it.
    """

    def __init__(self, desk: RoadDesk, in_writer: Callable[[Callable[[], None]], None]) -> None:
        self._desk = desk
        self._in_writer = in_writer
        self._lock = threading.Lock()
        self._engine_lock = threading.Lock()
        self._region: RoadRegion | None = None
        self._pairs: dict[tuple[Coordinate, Coordinate], BaseDrive] = {}
        self._book: DriveBook = desk.book({})
        self._routes: dict[tuple[Coordinate, ...], RouteLines] = {}
        self._warm: frozenset[Coordinate] = frozenset()

    def open(self, store: ScheduleStore | None) -> RegionStatus:
        """Open the built region and the drives kept for it; a fault leaves the estimates.

        Args:
            store: the schedule file, None before log-in (drives hold where patients live).
        """
        region = self._desk.open_region()
        pairs: dict[tuple[Coordinate, Coordinate], BaseDrive] = {}
        if region is not None and store is not None:
            pairs.update(store.reader().drive_pairs(region.engine().drives_id))
        with self._lock:
            self._region, self._pairs = region, pairs
            self._book = self._desk.book(pairs)
            self._routes, self._warm = {}, frozenset()
        return self.status()

    def forget(self) -> None:
        """Drop the region, every drive and route from memory (lock, log-out)."""
        with self._lock:
            self._region = None
            self._pairs, self._routes, self._warm = {}, {}, frozenset()
            self._book = self._desk.book({})

    def status(self) -> RegionStatus:
        """The region as the status bar and Settings show it."""
        region = self._region
        return region.status() if region else RegionStatus(state=RegionState.NONE)

    @property
    def map_geometry_path(self) -> Path | None:
        """The file the map is drawn from, None without a region."""
        region = self._region
        return region.map_geometry_path if region else None

    def drives(self, reader: ScheduleReader) -> DriveBook:
        """The drives known now, with what people know better; an immutable snapshot.

        Args:
            reader: of the calling thread; the corrections are read from it.
        """
        return corrected(self._book, drive_corrections(reader))

    def computed_drives(self) -> DriveBook:
        """The drives known now without any correction; an immutable snapshot."""
        return self._book

    def search_address(self, text: str, limit: int = 8) -> list[AddressMatch]:
        """Candidates for a typed address, [] without a region."""
        region = self._region
        return region.addresses().search(text, limit) if region else []

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        """The same under the name of the port ``AddressSearch``, for an import."""
        return self.search_address(text, limit)

    def build(self, extract: Path, progress: Progress) -> Changes:
        """Build the region from an extract; call ``open`` afterwards."""
        self._desk.build_region(extract, progress)
        return _roads_changed()

    def add(self, extract: Path, progress: Progress) -> Changes:
        """Build from the extracts in use and one more; call ``open`` afterwards."""
        self._desk.add_extract(extract, progress)
        return _roads_changed()

    def remove(self, name: str, progress: Progress) -> Changes:
        """Build without one of the extracts in use; call ``open`` afterwards."""
        self._desk.remove_extract(name, progress)
        return _roads_changed()

    def fetch(self, url: str, progress: Progress) -> Path:
        """Fetch an extract from the address that a person named; nothing else is sent."""
        return self._desk.fetch(url, progress)

    def counties_offered(self) -> Sequence[County]:
        """The counties whose number ranges may be fetched by name."""
        return self._desk.counties_offered()

    def add_counties(self, files: Sequence[Path], progress: Progress) -> Changes:
        """Read counties' number ranges into the addresses; call ``open`` afterwards."""
        self._desk.add_counties(files, progress)
        return _roads_changed()

    def remove_county(self, fips: str, progress: Progress) -> Changes:
        """Read the addresses without a county's ranges; call ``open`` afterwards."""
        self._desk.remove_county(fips, progress)
        return _roads_changed()

    def fetch_counties(
        self, counties: Sequence[str], pattern: str, progress: Progress
    ) -> Sequence[Path]:
        """Fetch counties' files from the server that a person named; nothing else is sent.

        Args:
            counties: their codes.
            pattern: an address with ``{fips}`` in the code's place.
            progress: told how far it is; asked whether to stop.
        """
        if FIPS not in pattern:
            raise RoadsTrouble(
                _("The address does not say where the county’s code goes."),
                still_works=_("The roads in use stay as they are."),
                way_out=_("Write {code} in its place.").format(code=FIPS),
            )
        return self._desk.fetch_counties(
            [pattern.replace(FIPS, fips) for fips in counties], progress
        )

    def outside(self, store: ScheduleStore) -> list[str]:
        """The patients, by name, who live where the roads in use do not reach.

        A site without a point on the map counts: no drive is known there.
        """
        status = self.status()
        if status.state is not RegionState.READY:
            return []
        reader = store.reader()
        patients = [p for p in reader.every_patient() if p.merged_into is None and not p.archived]
        return sorted(
            patient.name
            for patient in patients
            if any(
                site.active and (site.coordinate is None or not status.covers(site.coordinate))
                for site in reader.sites_of(patient.id)
            )
        )

    def warm(self, store: ScheduleStore, places: Iterable[Coordinate], progress: Progress) -> int:
        """Compute every drive still missing between the places, and keep it.

        Returns:
            How many drives were computed.

        Raises:
            Cancelled: stopped; what was computed so far is kept.
        """
        region = self._region
        if region is None:
            return 0
        unique = list(dict.fromkeys(rounded(place) for place in places))
        if self._warm.issuperset(unique):
            return 0
        todo = missing_pairs(unique, self._pairs)
        computed = 0
        for index in range(0, len(todo), _MATRIX_CHUNK):
            if progress.stop_requested():
                raise Cancelled(_("Stopped. The drives computed so far are kept."))
            progress.report(index / max(1, len(todo)), _("Computing drives"))
            rows = todo[index : index + _MATRIX_CHUNK]
            computed += self._compute(region, store, rows)
        with self._lock:
            if self._region is region:
                self._warm = frozenset(unique)
        return computed

    def add_place(
        self, store: ScheduleStore, place: Coordinate, others: Sequence[Coordinate]
    ) -> bool:
        """Compute a new place's row and column; they replace the estimates all at once.

        Returns:
            Whether anything was computed (False: known already, or no roads).
        """
        region = self._region
        if region is None:
            return False
        here = rounded(place)
        far = [o for o in dict.fromkeys(rounded(other) for other in others) if o != here]
        if all((here, o) in self._pairs and (o, here) in self._pairs for o in far):
            return False
        with self._engine_lock:
            engine = region.engine()
            row = engine.matrix([here], far)[0]
            column = engine.matrix(far, [here])
        found: dict[tuple[Coordinate, Coordinate], BaseDrive] = {}
        for other, there, back in zip(far, row, column, strict=True):
            if there is not None:
                found[here, other] = there
            if back[0] is not None:
                found[other, here] = back[0]
        self._learn(region, store, found)
        return True

    def route_lines(self, points: Sequence[Coordinate]) -> RouteLines:
        """The line driven between consecutive points; straight where no road is known."""
        key = tuple(rounded(point) for point in points)
        if len(key) < 2:
            return ()
        with self._lock:
            known = self._routes.get(key)
            region = self._region
        if known is not None:
            return known
        if region is None:
            return tuple(pairwise(key))
        try:
            with self._engine_lock:
                lines = region.engine().route_shape(key)
        except RoadsTrouble:
            return tuple(pairwise(key))
        with self._lock:
            if len(self._routes) >= _ROUTE_CACHE_SIZE:
                self._routes.pop(next(iter(self._routes)))
            self._routes[key] = lines
        return lines

    def directions(self, start: Coordinate, end: Coordinate) -> tuple[DirectionStep, ...]:
        """How to drive there, turn by turn; () without a region or a road."""
        region = self._region
        if region is None:
            return ()
        with self._engine_lock:
            return region.engine().directions(rounded(start), rounded(end))

    def _compute(
        self,
        region: RoadRegion,
        store: ScheduleStore,
        rows: Sequence[tuple[Coordinate, list[Coordinate]]],
    ) -> int:
        targets = list(dict.fromkeys(end for _start, ends in rows for end in ends))
        with self._engine_lock:
            matrix = region.engine().matrix([start for start, _ends in rows], targets)
        column = {end: index for index, end in enumerate(targets)}
        found = {
            (start, end): drive
            for (start, ends), row in zip(rows, matrix, strict=True)
            for end in ends
            if (drive := row[column[end]]) is not None
        }
        self._learn(region, store, found)
        return len(found)

    def _learn(self, region: RoadRegion, store: ScheduleStore, found: DrivePairs) -> None:
        drives_id = region.engine().drives_id
        self._in_writer(lambda: store.save_drive_pairs(drives_id, found))
        with self._lock:
            if self._region is region:
                self._pairs = {**self._pairs, **found}
                self._book = self._desk.book(self._pairs)


def drive_corrections(reader: ScheduleReader) -> DriveCorrections:
    """What people know better than the roads, as it is kept now."""
    return DriveCorrections(
        overrides={(o.start, o.end): o for o in reader.drive_overrides()},
        parking=reader.parking_by_place(),
        calibration=reader.clinic().calibration_in_use,
    )


def _roads_changed() -> Changes:
    return Changes(
        operation=_("Read the roads"),
        undoable=False,
        ids={RecordKind.ROADS: frozenset({"region"})},
    )


def places_of_days(reader: ScheduleReader, first: date, last: date) -> list[Coordinate]:
    """Every place that these days drive to: the practitioners' homes and the visits' sites."""
    homes = [p.home for p in reader.practitioners() if p.home]
    visits = reader.visits_between(first, last)
    sites = reader.sites({visit.site_id for visit in visits})
    return homes + [site.coordinate for site in sites.values() if site.coordinate]
