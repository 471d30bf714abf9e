"""A built region in its folder: ``region.json`` names the build that serves now."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.travel import RegionState, RegionStatus
from clinic_desktop.text import _
from clinic_desktop.travel.address_index import AddressIndex
from clinic_desktop.travel.valhalla_engine import ValhallaEngine

REGION_FILE: Final = "region.json"
TILES: Final = "tiles"
ADDRESSES: Final = "addresses.index"
GEOMETRY: Final = "map.geometry"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionRecord:
    """What ``region.json`` says; sizes in bytes, ``as_of`` UTC."""

    build: str
    name: str
    extract_id: str
    as_of: datetime
    extract_bytes: int
    built_bytes: int
    address_count: int
    fictional: bool

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
        )
    except (OSError, ValueError, KeyError, TypeError):
        raise RoadsTrouble(
            _("The road region cannot be read."),
            still_works=_("Times shown are straight-line estimates, marked ~. Bookings go on."),
            way_out=_("Add the extract again in Settings, Maps and roads."),
        ) from None


class Region:
    """An open region (port ``RoadRegion``)."""

    def __init__(self, folder: Path, record: RegionRecord) -> None:
        self._folder = folder / record.build
        self._record = record
        self._engine = ValhallaEngine(self._folder / TILES, record.extract_id, record.as_of)
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
