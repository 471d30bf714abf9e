"""An extract is fetched from a real server on this machine: whole, resumed, checked, or refused."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble, RuleBroken
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.travel.download import download_county, download_extract
from tests.travel.file_server import CONTENT, Server

QUIET = SilentProgress()


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


class StopAt(SilentProgress):
    def __init__(self, fraction: float) -> None:
        self.at, self.seen = fraction, 0.0

    def report(self, fraction: float, message: str = "") -> None:
        self.seen = fraction

    def stop_requested(self) -> bool:
        return self.seen >= self.at


def test_it_is_fetched_whole_and_checked(server: Server, tmp_path: Path) -> None:
    path = download_extract(server.url, tmp_path / "extracts", QUIET)
    assert path.name == "town.osm.pbf"
    assert path.read_bytes() == CONTENT
    assert [p.name for p in path.parent.iterdir()] == ["town.osm.pbf"]
    assert [asked for asked, _range in server.asked] == ["/us/town.osm.pbf", "/us/town.osm.pbf.md5"]


def test_stopped_it_goes_on_from_there(server: Server, tmp_path: Path) -> None:
    with pytest.raises(Cancelled, match="goes on from there"):
        download_extract(server.url, tmp_path, StopAt(0.4))
    had = (tmp_path / "town.osm.pbf.part").stat().st_size
    assert 0 < had < len(CONTENT)
    server.asked.clear()
    assert download_extract(server.url, tmp_path, QUIET).read_bytes() == CONTENT
    assert server.asked[0] == ("/us/town.osm.pbf", f"bytes={had}-")


def test_a_connection_cut_half_way_says_so_and_is_completed(server: Server, tmp_path: Path) -> None:
    server.cut_after = 1_000_000
    with pytest.raises(RoadsTrouble, match="connection to the server was lost"):
        download_extract(server.url, tmp_path, QUIET)
    assert not (tmp_path / "town.osm.pbf").exists()
    server.cut_after = None
    assert download_extract(server.url, tmp_path, QUIET).read_bytes() == CONTENT


def test_a_file_that_changed_meanwhile_is_fetched_from_the_start(
    server: Server, tmp_path: Path
) -> None:
    with pytest.raises(Cancelled):
        download_extract(server.url, tmp_path, StopAt(0.4))
    server.content, server.tag, server.md5 = CONTENT[::-1], '"two"', None
    assert download_extract(server.url, tmp_path, QUIET).read_bytes() == CONTENT[::-1]


def test_what_is_there_already_in_full_is_not_lost(server: Server, tmp_path: Path) -> None:
    (tmp_path / "town.osm.pbf.part").write_bytes(CONTENT)
    (tmp_path / "town.osm.pbf.part.json").write_text('{"tag": "\\"one\\""}')
    assert download_extract(server.url, tmp_path, QUIET).read_bytes() == CONTENT


def test_a_wrong_checksum_is_told_and_nothing_of_it_is_kept(server: Server, tmp_path: Path) -> None:
    server.md5 = "0" * 32
    with pytest.raises(RoadsTrouble, match="arrived damaged"):
        download_extract(server.url, tmp_path, QUIET)
    assert not list(tmp_path.glob("*.pbf*part"))
    assert not (tmp_path / "town.osm.pbf").exists()


def test_a_file_that_is_not_there_a_page_and_a_silent_server_are_told(
    server: Server, tmp_path: Path
) -> None:
    with pytest.raises(RoadsTrouble, match="no file at this address"):
        download_extract(server.url.replace("town", "other"), tmp_path, QUIET)
    with pytest.raises(RoadsTrouble, match="not one of an OpenStreetMap extract"):
        download_extract(server.url.removesuffix("town.osm.pbf"), tmp_path, QUIET)
    with pytest.raises(RoadsTrouble, match="connection to the server was lost"):
        download_extract("http://127.0.0.1:9/town.osm.pbf", tmp_path, QUIET)


def test_a_countys_file_is_fetched_the_same_way_and_no_other(
    server: Server, tmp_path: Path
) -> None:
    server.name = "tl_2025_29510_addrfeat.zip"
    with pytest.raises(Cancelled, match="goes on from there"):
        download_county(server.url, tmp_path, StopAt(0.4))
    path = download_county(server.url, tmp_path, QUIET)
    assert path.read_bytes() == CONTENT
    assert server.asked[-2][1].startswith("bytes=")
    with pytest.raises(RoadsTrouble, match="not one of a county’s address ranges"):
        download_county(server.url.replace("addrfeat", "roads"), tmp_path, QUIET)


def test_nothing_is_fetched_over_an_unprotected_way(server: Server, tmp_path: Path) -> None:
    with pytest.raises(RuleBroken):
        download_extract("http://maps.example/town.osm.pbf", tmp_path, QUIET)
    server.moved_to = "http://maps.example/town.osm.pbf"
    with pytest.raises(RuleBroken):
        download_extract(server.url, tmp_path, QUIET)


def test_a_full_disk_is_told_before_anything_is_fetched(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 10_000_000})
    monkeypatch.setattr("clinic_desktop.travel.download.shutil.disk_usage", lambda _p: usage)
    with pytest.raises(RoadsTrouble, match="not enough room"):
        download_extract(server.url, tmp_path, QUIET)
