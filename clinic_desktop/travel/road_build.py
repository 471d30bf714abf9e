"""Builds a region from an extract in background processes; the old one serves until it is ready.

A build goes into a folder of its own. Only when all of it is on the disk does ``region.json`` name
it, by an atomic replace; a crash or a stop before that leaves the old region as it was. The old
build's folder stays until the next build, because it may still be open.
"""

import contextlib
import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, cast

from filelock import FileLock, Timeout

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import RegionStatus
from clinic_desktop.text import _
from clinic_desktop.travel.region import (
    REGION_FILE,
    CountyRecord,
    RegionRecord,
    SourceRecord,
    read_record,
)

WORKER: Final = "clinic_desktop.travel.region_worker"
_BUILDING: Final = "building-"
_BUILT: Final = "current-"
_LOCK: Final = ".build.lock"
_ASK_EVERY_S: Final = 0.1
_FAREWELL_S: Final = 5.0

Words = dict[str, Any]


def build_region(
    extract: Path,
    region_folder: Path,
    progress: Progress,
    others: Sequence[Path] = (),
    counties: Sequence[Path] = (),
    *,
    same_roads: bool = False,
) -> RegionStatus:
    """Build roads, addresses and map geometry, and let them serve.

    Args:
        extract: a sorted ``.osm.pbf``.
        others: further extracts of the same network, for example the next state's.
        counties: the Census's number ranges of counties, see ``tiger.read_county``.
        same_roads: only the addresses change; roads and map of the serving build are used again
            if it was built from the very same extracts.
        region_folder: made if it is not there.
        progress: told how far it is; asked whether to stop.

    Raises:
        RoadsTrouble: the extract cannot be used, the disk is full or read-only, or another build
            is under way.
        Cancelled: the person stopped it; the old region goes on serving.
    """
    try:
        region_folder.mkdir(parents=True, exist_ok=True)
        with _only_build(region_folder):
            remove_leftovers(region_folder)
            beside = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=region_folder))
            try:
                order = [str(path.resolve()) for path in (extract, *others)]
                order += [f"--county={path.resolve()}" for path in counties]
                if same_roads:
                    order += _serving(region_folder)
                words = _run_worker(order, beside, progress)
                record = _put_in_place(region_folder, beside, words)
            finally:
                shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise _disk_trouble() from error
    progress.report(1.0, _("The roads are ready"))
    return record.status()


def remove_leftovers(region_folder: Path) -> None:
    """Take away what a crash left, and builds that serve no more."""
    try:
        record = read_record(region_folder)
    except RoadsTrouble:
        # A damaged record must not keep a new build from replacing it.
        record = None
    serving = record.build if record else ""
    for leftover in region_folder.iterdir():
        ours = leftover.name.startswith((_BUILDING, _BUILT))
        if ours and leftover.name != serving and leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)


@contextlib.contextmanager
def _only_build(region_folder: Path) -> Generator[None]:
    lock = FileLock(region_folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise RoadsTrouble(
            _("Roads are being built here already."),
            still_works=_("The roads in use stay as they are."),
            way_out=_("Wait until that build is done, or stop it."),
        ) from None
    try:
        yield
    finally:
        lock.release()


def _serving(region_folder: Path) -> list[str]:
    """Tells the worker of the build that serves now."""
    record = read_record(region_folder)
    if record is None:
        return []
    build = region_folder.resolve() / record.build
    return [f"--serving={build}", f"--serving-id={record.extract_id}"]


def _run_worker(order: Sequence[str], beside: Path, progress: Progress) -> Words:
    """Run the worker to its end and return what it said last.

    Raises:
        RoadsTrouble: it failed.
        Cancelled: the person stopped it.
    """
    worker = subprocess.Popen(
        [sys.executable, "-m", WORKER, str(beside), *order],
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()
    reader = threading.Thread(target=_listen, args=(worker, lines), daemon=True)
    reader.start()
    last: Words = {}
    try:
        while reader.is_alive() or not lines.empty():
            if progress.stop_requested():
                raise Cancelled(_("Stopped. The roads in use stay as they are."))
            with contextlib.suppress(queue.Empty):
                last = cast("Words", json.loads(lines.get(timeout=_ASK_EVERY_S)))
                if "fraction" in last:
                    progress.report(float(last["fraction"]), str(last["message"]))
    finally:
        _end(worker)
        reader.join()
    if "trouble" in last:
        sentence, still_works, way_out = (str(part) for part in last["trouble"])
        raise RoadsTrouble(sentence, still_works=still_works, way_out=way_out)
    if "disk" in last:
        raise _disk_trouble()
    if worker.returncode != 0 or "extract_id" not in last:
        raise _failed()
    return last


def _listen(worker: subprocess.Popen[str], lines: queue.SimpleQueue[str]) -> None:
    if worker.stdout is not None:
        with worker.stdout:
            for line in worker.stdout:
                lines.put(line)


def _end(worker: subprocess.Popen[str]) -> None:
    """See the worker and its tile builder out; closing its input asks it to go."""
    if worker.stdin is not None:
        # A worker that has just ended leaves nobody at the other end.
        with contextlib.suppress(OSError):
            worker.stdin.close()
    try:
        worker.wait(_FAREWELL_S)
    except subprocess.TimeoutExpired:
        _kill_all(worker)
        worker.wait()


def _kill_all(worker: subprocess.Popen[str]) -> None:
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(worker.pid)], capture_output=True, check=False
        )
    else:
        # The worker leads a session of its own, so this reaches the builder too.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """The worker finds this very package, installed or not."""
    package_root = str(Path(__file__).parent.parent.parent)
    known = os.environ.get("PYTHONPATH", "")
    return {**os.environ, "PYTHONPATH": os.pathsep.join(p for p in (package_root, known) if p)}


def _put_in_place(region_folder: Path, beside: Path, words: Words) -> RegionRecord:
    for path in beside.rglob("*"):
        if path.is_file():
            _to_disk(path)
    extract_id = str(words["extract_id"])
    # The time keeps a second build of one extract apart from the one that serves.
    build = f"{_BUILT}{extract_id[:8]}-{time.time_ns():x}"
    beside.rename(region_folder / build)
    record = RegionRecord(
        build=build,
        name=str(words["name"]),
        extract_id=extract_id,
        as_of=datetime.fromisoformat(str(words["as_of"])),
        extract_bytes=int(words["extract_bytes"]),
        built_bytes=_size(region_folder / build),
        address_count=int(words["address_count"]),
        fictional=bool(words["fictional"]),
        sources=tuple(SourceRecord.of_words(source) for source in words["sources"]),
        counties=tuple(CountyRecord.of_words(county) for county in words["counties"]),
    )
    _write_atomically(region_folder / REGION_FILE, record.as_json())
    return record


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _to_disk(path: Path) -> None:
    with path.open("r+b") as file:
        os.fsync(file.fileno())


def _write_atomically(path: Path, text: str) -> None:
    beside = path.with_name(f".{path.name}.part")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    if sys.platform != "win32":
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _failed() -> RoadsTrouble:
    return RoadsTrouble(
        _("The roads could not be built from this extract."),
        still_works=_("The roads in use stay as they are, and bookings go on."),
        way_out=_("Choose another extract, or download it again."),
    )


def _disk_trouble() -> RoadsTrouble:
    return RoadsTrouble(
        _("The roads could not be written: the disk may be full or the folder read-only."),
        still_works=_("The roads in use stay as they are, and bookings go on."),
        way_out=_("Make room, then add the extract again."),
    )
