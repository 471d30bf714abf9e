"""A region is built beside the one in use, and takes its place only when it is whole."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.travel import MatchKind, RegionState
from clinic_desktop.travel.region import Region, region_status
from clinic_desktop.travel.road_build import WORKER, build_region

SILENT = SilentProgress()


class StopAt:
    """Asks to stop once the build is so far."""

    def __init__(self, fraction: float) -> None:
        self.fraction = fraction
        self.reached = 0.0
        self.messages: list[str] = []

    def report(self, fraction: float, message: str = "") -> None:
        assert fraction >= self.reached
        self.reached = fraction
        self.messages.append(message)

    def stop_requested(self) -> bool:
        return self.reached >= self.fraction


def left_in(folder: Path) -> list[str]:
    return sorted(p.name.split("-")[0] for p in folder.iterdir() if not p.name.startswith("."))


def test_a_built_region_says_what_it_holds(blocks_pbf: Path, blocks_region: Region) -> None:
    status = blocks_region.status()
    assert status.state is RegionState.READY
    assert status.name == "blocks"
    assert status.extract_bytes == blocks_pbf.stat().st_size
    assert status.built_bytes > 1000
    assert status.address_count == 25
    assert not status.fictional
    assert blocks_region.engine().extract_id == status.extract_id
    assert blocks_region.engine().as_of == status.as_of
    assert blocks_region.map_geometry_path.is_file()
    assert blocks_region.addresses().search("105 Maple St")[0].kind is MatchKind.POINT


def test_the_build_says_how_far_it_is_and_what_it_does(tmp_path: Path, blocks_pbf: Path) -> None:
    progress = StopAt(2.0)
    build_region(blocks_pbf, tmp_path, progress)
    assert progress.reached == 1.0
    assert {"Building the road network", "Reading the addresses", "Reading the map"} <= set(
        progress.messages
    )
    assert left_in(tmp_path) == ["current", "region.json"]


def test_before_the_first_build_there_is_no_region(tmp_path: Path) -> None:
    assert Region.open(tmp_path) is None
    assert region_status(tmp_path).state is RegionState.NONE
    assert region_status(tmp_path / "nowhere").state is RegionState.NONE


def test_a_stop_in_the_middle_leaves_the_old_region_serving(
    tmp_path: Path, blocks_pbf: Path
) -> None:
    before = build_region(blocks_pbf, tmp_path, SILENT)
    names = left_in(tmp_path)
    with pytest.raises(Cancelled):
        build_region(blocks_pbf, tmp_path, StopAt(0.3))
    assert region_status(tmp_path) == before
    assert left_in(tmp_path) == names
    region = Region.open(tmp_path)
    assert region is not None
    assert region.addresses().search("105 Maple St")


def test_a_refused_extract_leaves_the_old_region_serving(tmp_path: Path, blocks_pbf: Path) -> None:
    before = build_region(blocks_pbf, tmp_path, SILENT)
    cut = tmp_path / "cut.osm.pbf"
    cut.write_bytes(blocks_pbf.read_bytes()[:-200])
    with pytest.raises(RoadsTrouble, match=r"cut\.osm\.pbf is damaged"):
        build_region(cut, tmp_path, SILENT)
    assert region_status(tmp_path) == before


def test_what_a_crash_left_is_cleared_by_the_next_build(tmp_path: Path, blocks_pbf: Path) -> None:
    build_region(blocks_pbf, tmp_path, SILENT)
    crashed = tmp_path / "building-crashed"
    crashed.mkdir()
    (crashed / "half").write_bytes(b"half")
    build_region(blocks_pbf, tmp_path, SILENT)
    assert not crashed.exists()
    region = Region.open(tmp_path)
    assert region is not None
    # The build before this one may still be open; the next build takes it away.
    assert left_in(tmp_path) == ["current", "current", "region.json"]
    build_region(blocks_pbf, tmp_path, SILENT)
    assert left_in(tmp_path) == ["current", "current", "region.json"]


@pytest.mark.parametrize("damage", ["{", "[]", '{"build": 3}', ""])
def test_a_damaged_record_is_told_and_a_new_build_mends_it(
    tmp_path: Path, blocks_pbf: Path, damage: str
) -> None:
    (tmp_path / "region.json").write_text(damage, encoding="utf-8")
    assert region_status(tmp_path).state is RegionState.FAILED
    with pytest.raises(RoadsTrouble):
        Region.open(tmp_path)
    if damage == "{":
        build_region(blocks_pbf, tmp_path, SILENT)
        assert Region.open(tmp_path) is not None


def test_a_region_with_a_part_gone_is_told(tmp_path: Path, blocks_pbf: Path) -> None:
    build_region(blocks_pbf, tmp_path, SILENT)
    record = json.loads((tmp_path / "region.json").read_text(encoding="utf-8"))
    (tmp_path / record["build"] / "addresses.index").unlink()
    with pytest.raises(RoadsTrouble, match="missing"):
        Region.open(tmp_path)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, blocks_pbf: Path) -> None:
    in_the_way = tmp_path / "region"
    in_the_way.write_text("a file", encoding="utf-8")
    with pytest.raises(RoadsTrouble, match="could not be written"):
        build_region(blocks_pbf, in_the_way, SILENT)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of POSIX")
@pytest.mark.parametrize("room", [2_000, 20_000])
def test_a_full_disk_is_told_and_the_old_region_serves(
    tmp_path: Path, blocks_pbf: Path, room: int
) -> None:
    resource = pytest.importorskip("resource")
    before = build_region(blocks_pbf, tmp_path, SILENT)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow beyond this: as on a full disk. The tiles fit into 20 kB, the addresses not.
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        with pytest.raises(RoadsTrouble) as caught:
            build_region(blocks_pbf, tmp_path, SILENT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "disk" in str(caught.value)
    assert region_status(tmp_path) == before


def test_two_builds_at_once_are_refused(tmp_path: Path, blocks_pbf: Path) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Waiting(SilentProgress):
        def stop_requested(self) -> bool:
            begun.set()
            return not go_on.wait(30)

    first = threading.Thread(target=build_region, args=(blocks_pbf, tmp_path, Waiting()))
    first.start()
    try:
        assert begun.wait(30)
        with pytest.raises(RoadsTrouble, match="already"):
            build_region(blocks_pbf, tmp_path, SILENT)
    finally:
        go_on.set()
        first.join()
    assert region_status(tmp_path).state is RegionState.READY


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_the_worker_ends_with_the_program_that_started_it(tmp_path: Path, blocks_pbf: Path) -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import subprocess, sys, time\n"
            f"w = subprocess.Popen([sys.executable, '-m', {WORKER!r}, *sys.argv[1:]],"
            " stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)\n"
            "print(w.pid, flush=True)\ntime.sleep(60)",
            str(blocks_pbf),
            str(tmp_path),
        ],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent.parent)},
    )
    with parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.send_signal(signal.SIGKILL)
    for _attempt in range(300):
        if not _alive(worker):
            break
        time.sleep(0.05)
    assert not _alive(worker)


def _alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    try:
        return "State:\tZ" not in status.read_text(encoding="utf-8")
    except OSError:
        return False
