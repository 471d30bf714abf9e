"""A built region in its folder: ``region.json`` names the build that serves now."""

import json
import zipfile
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from clinic_desktop.domain.county import CountyStatus
from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.travel import Bounds, ExtractStatus, RegionState, RegionStatus
from clinic_desktop.text import _
from clinic_desktop.travel.address_index import AddressIndex
from clinic_desktop.travel.county_list import county_named
from clinic_desktop.travel.fast_roads import FastRoads
from clinic_desktop.travel.valhalla_engine import ValhallaEngine

REGION_FILE: Final = "region.json"
TILES: Final = "tiles"
ADDRESSES: Final = "addresses.index"
GEOMETRY: Final = "map.geometry"
FAST_ROADS: Final = "fast.roads"
EXTRACTS: Final = "extracts"
"""Where extracts are kept, so that roads can be built anew with others."""
INCOMING: Final = "incoming"
"""Where extracts are fetched to."""
ADDRESS_SUFFIX: Final = ".from"
"""Of a file beside an extract that says where it was fetched."""

COUNTIES: Final = "counties"
"""Where counties' number ranges are kept, likewise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountyRecord:
    """One county of a build; ``file`` is its kept copy's name."""

    fips: str
    year: int
    ranges: int
    size_bytes: int
    file: str

    def as_words(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)

    @staticmethod
    def of_words(words: dict[str, Any]) -> "CountyRecord":
        """Back from ``as_words``. Raises ``KeyError``, ``ValueError`` or ``TypeError``."""
        return CountyRecord(
            fips=str(words["fips"]),
            year=int(words["year"]),
            ranges=int(words["ranges"]),
            size_bytes=int(words["size_bytes"]),
            file=str(words["file"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """One extract of a build; ``file`` is its kept copy's name, "" where none is kept.

    ``url`` is where that copy was fetched, "" for a file from this machine; it stands beside it.
    """

    name: str
    as_of: datetime
    size_bytes: int
    bounds: Bounds
    file: str = ""
    url: str = ""

    def as_words(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name,
            "as_of": self.as_of.isoformat(),
            "size_bytes": self.size_bytes,
            "bounds": list(self.bounds),
            "file": self.file,
        }

    @staticmethod
    def of_words(words: dict[str, Any]) -> "SourceRecord":
        """Back from ``as_words``. Raises ``KeyError``, ``ValueError`` or ``TypeError``."""
        south, west, north, east = (float(degrees) for degrees in words["bounds"])
        return SourceRecord(
            name=str(words["name"]),
            as_of=datetime.fromisoformat(str(words["as_of"])),
            size_bytes=int(words["size_bytes"]),
            bounds=(south, west, north, east),
            file=str(words["file"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRecord:
    """What ``region.json`` says; sizes in bytes, ``as_of`` UTC (the oldest extract's)."""

    build: str
    name: str
    extract_id: str
    as_of: datetime
    extract_bytes: int
    built_bytes: int
    address_count: int
    fictional: bool
    sources: tuple[SourceRecord, ...] = ()
    counties: tuple[CountyRecord, ...] = ()

    def as_json(self) -> str:
        """The text of ``region.json``."""
        return json.dumps(
            {
                "build": self.build,
                "name": self.name,
                "extract_id": self.extract_id,
                "as_of": self.as_of.isoformat(),
                "extract_bytes": self.extract_bytes,
                "built_bytes": self.built_bytes,
                "address_count": self.address_count,
                "fictional": self.fictional,
                "sources": [source.as_words() for source in self.sources],
                "counties": [county.as_words() for county in self.counties],
            },
            indent=1,
        )

    def status(self) -> RegionStatus:
        """As Settings and the status bar show it."""
        return RegionStatus(
            state=RegionState.READY,
            name=self.name,
            extract_id=self.extract_id,
            as_of=self.as_of,
            extract_bytes=self.extract_bytes,
            built_bytes=self.built_bytes,
            address_count=self.address_count,
            fictional=self.fictional,
            extracts=tuple(
                ExtractStatus(
                    name=source.name,
                    as_of=source.as_of,
                    size_bytes=source.size_bytes,
                    bounds=source.bounds,
                    kept=bool(source.file),
                    url=source.url,
                )
                for source in self.sources
            ),
            counties=tuple(
                CountyStatus(
                    county=county_named(county.fips),
                    year=county.year,
                    range_count=county.ranges,
                    size_bytes=county.size_bytes,
                )
                for county in self.counties
            ),
        )


def read_record(folder: Path) -> RegionRecord | None:
    """The record of a region's folder, None before the first build.

    Raises:
        RoadsTrouble: the record is damaged.
    """
    path = folder / REGION_FILE
    if not path.is_file():
        return None
    try:
        raw = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
        return RegionRecord(
            build=str(raw["build"]),
            name=str(raw["name"]),
            extract_id=str(raw["extract_id"]),
            as_of=datetime.fromisoformat(raw["as_of"]),
            extract_bytes=int(raw["extract_bytes"]),
            built_bytes=int(raw["built_bytes"]),
            address_count=int(raw["address_count"]),
            fictional=bool(raw["fictional"]),
            # A build of an earlier version does not name its extracts.
            sources=tuple(_source(folder, words) for words in raw.get("sources", ())),
            counties=tuple(CountyRecord.of_words(words) for words in raw.get("counties", ())),
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise RoadsTrouble(
            _("The road region cannot be read."),
            still_works=_("Times shown are straight-line estimates, marked ~. Bookings go on."),
            way_out=_("Add the extract again in Settings, Maps and roads."),
        ) from None


def _source(folder: Path, words: dict[str, Any]) -> SourceRecord:
    source = SourceRecord.of_words(words)
    if not source.file:
        return source
    address = folder / EXTRACTS / (source.file + ADDRESS_SUFFIX)
    try:
        return replace(source, url=address.read_text(encoding="utf-8").strip())
    except OSError:
        return source


class Region:
    """An open region (port ``RoadRegion``)."""

    def __init__(self, folder: Path, record: RegionRecord) -> None:
        self._folder = folder / record.build
        self._record = record
        self._engine = ValhallaEngine(
            self._folder / TILES,
            record.extract_id,
            record.as_of,
            _fast_roads(self._folder / FAST_ROADS),
        )
        self._addresses = AddressIndex(self._folder / ADDRESSES)

    @classmethod
    def open(cls, folder: Path) -> "Region | None":
        """Open what is built, None before the first build.

        Raises:
            RoadsTrouble: something of it is missing or damaged.
        """
        record = read_record(folder)
        if record is None:
            return None
        build = folder / record.build
        if not (build / TILES).is_dir() or not (build / ADDRESSES).is_file():
            raise RoadsTrouble(
                _("Part of the road region is missing."),
                still_works=_("Times shown are straight-line estimates, marked ~."),
                way_out=_("Add the extract again in Settings, Maps and roads."),
            )
        return cls(folder, record)

    def status(self) -> RegionStatus:
        """Name, date and sizes."""
        return self._record.status()

    def engine(self) -> ValhallaEngine:
        """The road network."""
        return self._engine

    def addresses(self) -> AddressIndex:
        """The address index."""
        return self._addresses

    @property
    def map_geometry_path(self) -> Path:
        """The file that the map is drawn from."""
        return self._folder / GEOMETRY


def _fast_roads(path: Path) -> FastRoads | None:
    """None for a build of an earlier version, whose drives know no motorways."""
    try:
        return FastRoads(path) if path.is_file() else None
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        raise RoadsTrouble(
            _("Part of the road region is damaged."),
            still_works=_("Times shown are straight-line estimates, marked ~."),
            way_out=_("Add the extract again in Settings, Maps and roads."),
        ) from None


def region_status(folder: Path) -> RegionStatus:
    """What ``region.json`` says, without opening anything."""
    try:
        record = read_record(folder)
    except RoadsTrouble:
        return RegionStatus(state=RegionState.FAILED)
    if record is None:
        return RegionStatus(state=RegionState.NONE)
    if not (folder / record.build / TILES).is_dir():
        return RegionStatus(state=RegionState.FAILED, name=record.name)
    return record.status()
