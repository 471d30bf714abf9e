"""Runs in a process of its own: checks an extract and builds all that a region holds.

Started as ``python -m clinic_desktop.travel.region_worker FOLDER EXTRACT...`` with a pipe as
standard input; several extracts become one network. ``--county=FILE`` adds a county's number
ranges, ``--serving`` names a build whose roads and map are used again.

Parsing an extract in a thread would starve the window; a process does not, and a fault in a native
library ends only this process. It prints one JSON object a line and ends itself and the tile
builder as soon as its standard input closes: on a stop, or because the program has died.
"""

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from itertools import chain
from pathlib import Path
from typing import Any, Final

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.text import _
from clinic_desktop.travel.address_build import build_address_index
from clinic_desktop.travel.extract import GENERATED_BY, ExtractInfo, inspect_extract
from clinic_desktop.travel.fast_roads import build_fast_roads
from clinic_desktop.travel.map_geometry import build_map_geometry
from clinic_desktop.travel.merge import merge_extracts
from clinic_desktop.travel.region import (
    ADDRESSES,
    EXTRACTS,
    FAST_ROADS,
    GEOMETRY,
    TILES,
    CountyRecord,
)
from clinic_desktop.travel.sort import sort_extract
from clinic_desktop.travel.tiger import CountyRanges, read_county
from clinic_desktop.travel.tile_build import build_tiles

_STOPPED: Final = 3
_FAREWELL_S: Final = 3.0
_NICER: Final = 10
_MERGED: Final = "merged.osm.pbf"
_CHECK: Final = (0.0, 0.08)
_MERGE: Final = (0.08, 0.12)
_ROADS: Final = (0.12, 0.7)
_MAP: Final = 0.7
_ADDRESSES: Final = 0.85


class _Lifeline:
    """Ends this process and its child when standard input closes."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        threading.Thread(target=self._wait, daemon=True).start()

    def hold(self, child: subprocess.Popen[str]) -> None:
        """Take the child along."""
        with self._lock:
            self._child = child

    def _wait(self) -> None:
        # Unbuffered: a buffered reader's lock would be held while the interpreter shuts down.
        while os.read(sys.stdin.fileno(), 64):
            pass
        with self._lock:
            if self._child is not None:
                self._child.kill()
                # Gone before this process is, so that nothing writes into a folder being removed.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._child.wait(_FAREWELL_S)
        os._exit(_STOPPED)


class _Said:
    """Reports on standard output (port ``Progress``) within a stretch of the whole."""

    def __init__(self, stretch: tuple[float, float], message: str = "") -> None:
        self._first, self._last = stretch
        self._message = message

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far this stretch is."""
        share = min(1.0, max(0.0, fraction))
        _say(
            fraction=self._first + share * (self._last - self._first),
            message=message or self._message,
        )

    def stop_requested(self) -> bool:
        """Never: a stop ends the process."""
        return False


def main(arguments: list[str]) -> int:
    """Build a region's parts; the exit code is 0 if all are there."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("extracts", type=Path, nargs="+")
    parser.add_argument("--county", type=Path, action="append", default=[])
    parser.add_argument("--serving", type=Path)
    parser.add_argument("--serving-id", default="")
    order = parser.parse_args(arguments)
    if hasattr(os, "nice"):
        os.nice(_NICER)
    lifeline = _Lifeline()
    try:
        words = _build(
            order.folder, order.extracts, order.county, order.serving, order.serving_id, lifeline
        )
    except RoadsTrouble as trouble:
        _say(trouble=[trouble.sentence, trouble.still_works, trouble.way_out])
        return 1
    except (OSError, sqlite3.Error):
        _say(disk=True)
        return 1
    _say(**words)
    return 0


def _build(
    folder: Path,
    extracts: list[Path],
    county_files: list[Path],
    serving: Path | None,
    serving_id: str,
    lifeline: _Lifeline,
) -> dict[str, Any]:
    """All parts, and what the region's record says of them."""
    infos = [
        inspect_extract(path, _Said(_share(_CHECK, number, len(extracts))))
        for number, path in enumerate(extracts)
    ]
    counties: list[CountyRanges] = []
    for path in county_files:
        _say(fraction=_CHECK[1], message=_("Reading {name}").format(name=path.name))
        counties.append(read_county(path))
    extract_id = _one_id([info.sha256 for info in infos])
    ready = [_in_order(info, folder) for info in infos]
    extract = ready[0] if len(ready) == 1 else _merged(infos, ready, folder)
    same_roads = serving is not None and extract_id == serving_id
    if not same_roads or serving is None or not _use_again(serving, folder):
        roads = _Said(_ROADS, _("Building the road network"))
        roads.report(0.0)
        build_tiles(extract, folder / TILES, lifeline.hold, roads.report)
        _say(fraction=_MAP, message=_("Reading the map"))
        build_map_geometry(extract, folder / GEOMETRY)
        build_fast_roads(extract, folder / FAST_ROADS)
    _say(fraction=_ADDRESSES, message=_("Reading the addresses"))
    more = chain.from_iterable(county.ranges for county in counties)
    addresses = build_address_index(extract, folder / ADDRESSES, more)
    for made in {extract, *ready} - set(extracts):
        made.unlink()
    return {
        "name": " + ".join(info.name for info in infos),
        "extract_id": extract_id,
        "as_of": min(info.as_of for info in infos).isoformat(),
        "extract_bytes": sum(info.size_bytes for info in infos),
        "fictional": any(info.fictional for info in infos),
        "address_count": addresses,
        "sources": [
            {
                "name": info.name,
                "as_of": info.as_of.isoformat(),
                "size_bytes": info.size_bytes,
                "bounds": list(info.bounds),
                "file": info.path.name if info.path.parent.name == EXTRACTS else "",
            }
            for info in infos
        ],
        "counties": [
            CountyRecord(
                fips=county.fips,
                year=county.year,
                ranges=len(county.ranges),
                size_bytes=path.stat().st_size,
                file=path.name,
            ).as_words()
            for county, path in zip(counties, county_files, strict=True)
        ],
    }


def _use_again(serving: Path, folder: Path) -> bool:
    """Take roads and map of another build along; False if some of it is not there.

    Linked where the disk can: nothing ever writes into a build that is done.
    """
    parts = (GEOMETRY, FAST_ROADS)
    if not (serving / TILES).is_dir() or not all((serving / part).is_file() for part in parts):
        return False
    shutil.copytree(serving / TILES, folder / TILES, copy_function=_linked)
    for part in parts:
        _linked(str(serving / part), str(folder / part))
    return True


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _in_order(info: ExtractInfo, folder: Path) -> Path:
    """The extract itself, or one in the build's own folder with its objects in order."""
    if info.in_order:
        return info.path
    target = folder / f"sorted-{info.sha256[:12]}.osm.pbf"
    sort_extract(info.path, target)
    return target


def _merged(infos: list[ExtractInfo], ready: list[Path], folder: Path) -> Path:
    """All of them as one extract, in the build's own folder."""
    target = folder / _MERGED
    oldest = min(info.as_of for info in infos)
    merge_extracts(
        ready,
        target,
        f"{oldest:%Y-%m-%dT%H:%M:%SZ}",
        GENERATED_BY if any(info.fictional for info in infos) else "clinic-desktop merge",
        _Said(_MERGE),
    )
    return target


def _one_id(hashes: list[str]) -> str:
    """One extract's own hash; of several the hash of theirs, in whatever order they came."""
    if len(hashes) == 1:
        return hashes[0]
    return hashlib.sha256(" ".join(sorted(hashes)).encode()).hexdigest()


def _share(stretch: tuple[float, float], number: int, parts: int) -> tuple[float, float]:
    first, last = stretch
    step = (last - first) / parts
    return first + number * step, first + (number + 1) * step


def _say(**words: Any) -> None:
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
