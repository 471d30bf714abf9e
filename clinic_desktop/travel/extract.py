"""Looks at an OpenStreetMap extract before anything is built from it.

A small unsorted file does not make the tile builder stop, and a truncated one may crash it, so the
whole file is read once and its order checked here.
"""
# osmium carries no complete types; what it yields is narrowed here.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import osmium
import osmium.io
import osmium.osm

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.text import _

_BLOCK: Final = 1 << 20
_ASK_EVERY: Final = 50_000
_PBF_HEADER: Final = b"OSMHeader"
GENERATED_BY: Final = "clinic-desktop town"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractInfo:
    """What is known of an extract; ``as_of`` is UTC, ``bounds`` south, west, north, east."""

    path: Path
    name: str
    size_bytes: int
    sha256: str
    as_of: datetime
    bounds: tuple[float, float, float, float]
    roads: int
    fictional: bool
    in_order: bool = True
    """Whether its objects stand in the order that readers rely on (nodes, ways, relations)."""


def inspect_extract(path: Path, progress: Progress) -> ExtractInfo:
    """Read an extract once from end to end.

    Args:
        path: a ``.osm.pbf`` file.
        progress: told how far the reading is.

    Raises:
        RoadsTrouble: it is missing, not a pbf, truncated, a history file, or without roads.
        Cancelled: the person stopped it.
    """
    size = _size_of(path)
    digest = _digest(path, size, progress)
    return _read(path, size, digest, progress)


def _size_of(path: Path) -> int:
    try:
        with path.open("rb") as file:
            head = file.read(64)
        size = path.stat().st_size
    except FileNotFoundError:
        raise _trouble(_("The file {name} is not there."), path) from None
    except OSError:
        raise _trouble(_("The file {name} cannot be read."), path) from None
    if _PBF_HEADER not in head:
        raise _trouble(_("The file {name} is not an OpenStreetMap extract (.osm.pbf)."), path)
    return size


def _digest(path: Path, size: int, progress: Progress) -> str:
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            _go_on(progress)
            digest.update(block)
            done += len(block)
            progress.report(0.2 * done / max(1, size), _("Reading the extract"))
    return digest.hexdigest()


def _read(path: Path, size: int, digest: str, progress: Progress) -> ExtractInfo:
    """Check the order of all objects and count the roads."""
    order = {"n": 0, "w": 1, "r": 2}
    last = (0, -(2**62))
    south, west, north, east = 90.0, 180.0, -90.0, -180.0
    roads = count = 0
    in_order = True
    try:
        with osmium.io.Reader(str(path), osmium.osm.osm_entity_bits.NOTHING) as reader:
            header = reader.header()
            if header.has_multiple_object_versions:
                raise _history(path)
            stamp = header.get("osmosis_replication_timestamp", "")
            generator = header.get("generator", "")
        for entity in osmium.FileProcessor(str(path)):
            key = (order[entity.type_str()], entity.id)
            if key == last:
                # Several versions of one object, though the header does not say so.
                raise _history(path)
            in_order = in_order and key > last
            last = key
            if key[0] == 0:
                node = cast("osmium.osm.Node", entity)
                lat, lon = node.lat, node.lon
                south, north = min(south, lat), max(north, lat)
                west, east = min(west, lon), max(east, lon)
            elif key[0] == 1 and "highway" in entity.tags:
                roads += 1
            count += 1
            if count % _ASK_EVERY == 0:
                _go_on(progress)
                progress.report(min(0.95, 0.2 + 8 * count / max(1, size)), _("Checking the order"))
    except RoadsTrouble:
        raise
    except (RuntimeError, ValueError, osmium.InvalidLocationError):
        raise _trouble(
            _("The file {name} is damaged or was cut off while it was copied."), path
        ) from None
    if not roads:
        raise _trouble(_("The file {name} holds no roads."), path)
    return ExtractInfo(
        path=path,
        name=path.name.removesuffix(".osm.pbf"),
        size_bytes=size,
        sha256=digest,
        as_of=_moment(stamp, path),
        bounds=(south, west, north, east),
        roads=roads,
        fictional=generator.startswith(GENERATED_BY),
        in_order=in_order,
    )


def _moment(stamp: str, path: Path) -> datetime:
    try:
        return datetime.fromisoformat(stamp.replace("Z", "+00:00")).astimezone(UTC)
    except ValueError:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _history(path: Path) -> RoadsTrouble:
    return _trouble(_("The file {name} is a history file; a plain extract is needed."), path)


def _trouble(sentence: str, path: Path) -> RoadsTrouble:
    return RoadsTrouble(
        sentence.format(name=path.name),
        still_works=_("The roads in use stay as they are, and bookings go on."),
        way_out=_("Choose another extract, or download it again."),
    )


def _go_on(progress: Progress) -> None:
    if progress.stop_requested():
        raise Cancelled(_("Stopped. The roads in use stay as they are."))
