"""Builds a region from an extract in background processes; the old one serves until it is ready.

A build goes into a folder of its own. Only when all of it is there does ``region.json`` name it,
by an atomic replace; a crash or a stop before that leaves the old region as it was.
"""
# pyvalhalla carries no types.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownVariableType=false, reportUnknownArgumentType=false

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from valhalla._scripts import PYVALHALLA_BIN_DIR, WIN_LIB_DIR

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import RegionStatus
from clinic_desktop.text import _
from clinic_desktop.travel.extract import inspect_extract
from clinic_desktop.travel.region import REGION_FILE, TILES, RegionRecord, read_record
from clinic_desktop.travel.valhalla_engine import valhalla_config

_BUILDING: Final = "building-"
_BUILT: Final = "build-"
_LOOK_EVERY_S: Final = 0.1
# Tiles take most of the time; seconds a megabyte, to say how far it is.
_TILE_S_PER_MB: Final = 2.2


def build_region(extract: Path, folder: Path, progress: Progress) -> RegionStatus:
    """Build roads, addresses and map geometry, and let them serve.

    Args:
        extract: a sorted ``.osm.pbf``.
        folder: the region's folder; made if it is not there.
        progress: told how far it is; asked whether to stop.

    Raises:
        RoadsTrouble: the extract cannot be used, or the disk is full.
        Cancelled: the person stopped it; the old region goes on serving.
    """
    info = inspect_extract(extract, _Part(progress, 0.0, 0.2))
    folder.mkdir(parents=True, exist_ok=True)
    _clean(folder)
    beside = folder / f"{_BUILDING}{info.sha256[:8]}-{os.getpid()}"
    try:
        beside.mkdir()
        _build_tiles(extract, beside, info.size_bytes, _Part(progress, 0.2, 0.75))
        addresses = _build_rest(extract, beside, _Part(progress, 0.75, 0.98))
        build = f"{_BUILT}{info.sha256[:8]}-{time.time_ns():x}"
        beside.rename(folder / build)
        record = RegionRecord(
            build=build,
            name=info.name,
            extract_id=info.sha256,
            as_of=info.as_of,
            extract_bytes=info.size_bytes,
            built_bytes=_size(folder / build),
            address_count=addresses,
            fictional=info.fictional,
        )
        _write_atomically(folder / REGION_FILE, record.as_json())
    except OSError as error:
        raise RoadsTrouble(
            _("The roads could not be written: the disk may be full or the folder read-only."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Make room, then add the extract again."),
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    progress.report(1.0, _("Roads are ready"))
    return record.status()


class _Part:
    """A stretch of the whole progress."""

    def __init__(self, progress: Progress, first: float, last: float) -> None:
        self._progress = progress
        self._first, self._last = first, last

    def report(self, fraction: float, message: str = "") -> None:
        share = min(1.0, max(0.0, fraction))
        self._progress.report(self._first + share * (self._last - self._first), message)

    def stop_requested(self) -> bool:
        return self._progress.stop_requested()


def _build_tiles(extract: Path, beside: Path, size_bytes: int, progress: Progress) -> None:
    config = valhalla_config(beside / TILES)
    config_file = beside / "valhalla.json"
    config_file.write_text(json.dumps(config), encoding="utf-8")
    program = PYVALHALLA_BIN_DIR / (
        "valhalla_build_tiles.exe" if sys.platform == "win32" else "valhalla_build_tiles"
    )
    environment = dict(os.environ)
    if sys.platform == "win32":
        environment["PATH"] = WIN_LIB_DIR
    _run(
        [str(program), "-c", str(config_file), str(extract.resolve())],
        environment,
        progress,
        _("Building the road network"),
        expected_s=1 + _TILE_S_PER_MB * size_bytes / 1e6,
    )
    config_file.unlink()
    if not any((beside / TILES).rglob("*.gph")):
        raise _failed()


def _build_rest(extract: Path, beside: Path, progress: Progress) -> int:
    output = _run(
        [
            sys.executable,
            "-m",
            "clinic_desktop.travel.region_worker",
            str(extract.resolve()),
            str(beside),
        ],
        _worker_environment(),
        progress,
        _("Reading addresses and the map"),
        expected_s=20.0,
    )
    for line in output.splitlines():
        if line.startswith("addresses "):
            return int(line.split()[1])
    raise _failed()


def _worker_environment() -> dict[str, str]:
    """The child finds this very package, installed or not."""
    package_root = str(Path(__file__).parent.parent.parent)
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in (package_root, known) if p)}


def _run(
    command: list[str],
    environment: dict[str, str],
    progress: Progress,
    message: str,
    expected_s: float,
) -> str:
    """Run a child to its end, or end it when the person stops. Returns what it printed."""
    started = time.monotonic()
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as child:
        while True:
            try:
                output, _errors = child.communicate(timeout=_LOOK_EVERY_S)
                break
            except subprocess.TimeoutExpired:
                passed = time.monotonic() - started
                # Approaches, and never reaches, the end: how long it takes is not known.
                progress.report(passed / (passed + expected_s), message)
                if progress.stop_requested():
                    child.kill()
                    child.communicate()
                    raise Cancelled(_("Stopped. The roads in use stay as they are.")) from None
        if child.returncode != 0:
            raise _failed()
    return output


def _failed() -> RoadsTrouble:
    return RoadsTrouble(
        _("The roads could not be built from this extract."),
        still_works=_("The roads in use stay as they are, and bookings go on."),
        way_out=_("Check that there is room on the disk, or choose another extract."),
    )


def _clean(folder: Path) -> None:
    """Take away what a crash left and builds that serve no more."""
    record = read_record(folder)
    for leftover in folder.iterdir():
        stale = leftover.name.startswith(_BUILT) and (
            record is None or leftover.name != record.build
        )
        if leftover.name.startswith(_BUILDING) or stale:
            shutil.rmtree(leftover, ignore_errors=True)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _write_atomically(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
