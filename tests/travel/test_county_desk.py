"""Counties are kept beside the extracts and read into the addresses; the roads stay as they are."""

import threading
from collections.abc import Iterator
from pathlib import Path

import osmium
import pytest

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.travel import MatchKind, RegionStatus
from clinic_desktop.travel.region import ADDRESSES, COUNTIES, REGION_FILE, TILES, read_record
from clinic_desktop.travel.region_desk import RegionDesk
from tests.travel.blocks import draw_blocks
from tests.travel.counties import EDGES, write_county
from tests.travel.file_server import Server

QUIET = SilentProgress()
ASKED = "549 Sycamore Street"


class Stopping(SilentProgress):
    def stop_requested(self) -> bool:
        return True


@pytest.fixture
def desk(tmp_path: Path, blocks_pbf: Path) -> RegionDesk:
    made = RegionDesk(tmp_path / "roads")
    made.build_region(blocks_pbf, QUIET)
    return made


@pytest.fixture
def county(tmp_path: Path) -> Path:
    return write_county(tmp_path)


def kept(tmp_path: Path) -> list[str]:
    folder = tmp_path / "roads" / COUNTIES
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def kind(desk: RegionDesk, typed: str = ASKED) -> MatchKind:
    region = desk.open_region()
    assert region is not None
    return region.addresses().search(typed)[0].kind


def tiles(tmp_path: Path) -> dict[str, int]:
    record = read_record(tmp_path / "roads")
    assert record is not None
    folder = tmp_path / "roads" / record.build / TILES
    return {p.name: p.stat().st_ino for p in folder.rglob("*") if p.is_file()}


def named(status: RegionStatus) -> list[tuple[str, int, int]]:
    return [(c.county.label, c.year, c.range_count) for c in status.counties]


def test_a_county_is_added_listed_and_taken_out_again(
    desk: RegionDesk, county: Path, tmp_path: Path
) -> None:
    assert kind(desk) is MatchKind.STREET
    before = tiles(tmp_path)
    status = desk.add_counties([county], QUIET)
    assert named(status) == [("St. Louis city, MO", 2025, 4)]
    assert status.counties[0].size_bytes == county.stat().st_size
    assert desk.open_region().status() == status
    assert kind(desk) is MatchKind.RANGE
    assert tiles(tmp_path) == before, "the very same roads, not built anew"
    assert kept(tmp_path) == ["tl_2025_29510_addrfeat.zip"]
    without = desk.remove_county("29510", QUIET)
    assert without.counties == ()
    assert kind(desk) is MatchKind.STREET
    assert kept(tmp_path) == []


def test_a_newer_edition_takes_the_older_ones_place(
    desk: RegionDesk, county: Path, tmp_path: Path
) -> None:
    desk.add_counties([county], QUIET)
    newer = write_county(tmp_path, name="tl_2026_29510_addrfeat", edges=EDGES[:1])
    other = write_county(tmp_path, name="tl_2025_17163_addrfeat", edges=EDGES[1:])
    status = desk.add_counties([newer.rename(tmp_path / "download (1).zip"), other], QUIET)
    assert sorted(named(status)) == [
        ("St. Clair County, IL", 2025, 2),
        ("St. Louis city, MO", 2026, 2),
    ]
    assert kept(tmp_path) == ["tl_2025_17163_addrfeat.zip", "tl_2026_29510_addrfeat.zip"]


def test_new_roads_keep_their_counties(desk: RegionDesk, county: Path, blocks_pbf: Path) -> None:
    desk.add_counties([county], QUIET)
    assert len(desk.add_extract(blocks_pbf, QUIET).counties) == 1
    assert kind(desk) is MatchKind.RANGE


@pytest.mark.parametrize("spoilt", ["damaged", "another", "missing"])
def test_a_spoilt_county_changes_nothing(
    desk: RegionDesk, county: Path, tmp_path: Path, spoilt: str
) -> None:
    before = desk.add_counties([county], QUIET)
    record = (tmp_path / "roads" / REGION_FILE).read_bytes()
    files = {p: p.read_bytes() for p in (tmp_path / "roads" / COUNTIES).iterdir()}
    bad = tmp_path / "new" / county.name
    bad.parent.mkdir()
    if spoilt == "damaged":
        whole = county.read_bytes()
        bad.write_bytes(whole[:60] + bytes([whole[60] ^ 0x55]) + whole[61:])
    elif spoilt == "another":
        bad.write_text("dear reader")
    with pytest.raises(RoadsTrouble) as told:
        desk.add_counties([bad], QUIET)
    words = {"damaged": "is damaged", "another": "does not hold", "missing": "is not there"}
    assert words[spoilt] in told.value.sentence
    assert desk.open_region().status() == before
    assert (tmp_path / "roads" / REGION_FILE).read_bytes() == record
    assert {p: p.read_bytes() for p in (tmp_path / "roads" / COUNTIES).iterdir()} == files


def test_stopped_nothing_of_a_new_county_stays(
    desk: RegionDesk, county: Path, tmp_path: Path
) -> None:
    with pytest.raises(Cancelled):
        desk.add_counties([county], Stopping())
    assert kept(tmp_path) == []
    assert kind(desk) is MatchKind.STREET


def test_a_full_disk_is_told_and_nothing_is_half_written(
    desk: RegionDesk, county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("clinic_desktop.travel.region_desk.os.link", full)
    monkeypatch.setattr("clinic_desktop.travel.region_desk.shutil.copyfile", full)
    with pytest.raises(RoadsTrouble, match="disk may be full"):
        desk.add_counties([county], QUIET)
    assert kept(tmp_path) == []
    assert kind(desk) is MatchKind.STREET


def test_without_roads_or_in_a_town_that_does_not_exist_there_are_no_counties(
    county: Path, tmp_path: Path
) -> None:
    desk = RegionDesk(tmp_path / "roads")
    with pytest.raises(RoadsTrouble, match="no roads yet"):
        desk.add_counties([county], QUIET)
    with pytest.raises(RoadsTrouble, match="no roads yet"):
        desk.fetch_counties(["http://127.0.0.1:9/tl_2025_29510_addrfeat.zip"], QUIET)
    header = osmium.io.Header()
    header.set("generator", "clinic-desktop town")
    desk.build_region(draw_blocks().write(tmp_path / "town.osm.pbf", header=header), QUIET)
    with pytest.raises(RoadsTrouble, match="no roads yet"):
        desk.add_counties([county], QUIET)


def test_a_build_of_an_earlier_version_knows_no_counties(desk: RegionDesk, tmp_path: Path) -> None:
    path = tmp_path / "roads" / REGION_FILE
    path.write_text(path.read_text().replace('"counties"', '"unheard"'))
    assert desk.open_region().status().counties == ()


def test_roads_that_lost_a_part_are_built_anew(
    desk: RegionDesk, county: Path, tmp_path: Path
) -> None:
    record = read_record(tmp_path / "roads")
    build = tmp_path / "roads" / record.build
    (build / "map.geometry").unlink()
    desk.add_counties([county], QUIET)
    record = read_record(tmp_path / "roads")
    assert (tmp_path / "roads" / record.build / "map.geometry").is_file()
    assert (tmp_path / "roads" / record.build / ADDRESSES).is_file()


def test_every_county_of_both_banks_is_offered(desk: RegionDesk) -> None:
    offered = desk.counties_offered()
    assert sum(c.state == "MO" for c in offered) == 115
    assert sum(c.state == "IL" for c in offered) == 102
    assert len({c.fips for c in offered}) == len(offered)
    labels = {c.fips: c.label for c in offered}
    assert labels["29510"] == "St. Louis city, MO"
    assert labels["29189"] == "St. Louis County, MO"
    assert labels["17119"] == "Madison County, IL"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield made
    made.shutdown()
    made.server_close()
    thread.join()


def test_a_county_is_fetched_and_read(
    desk: RegionDesk, server: Server, county: Path, tmp_path: Path
) -> None:
    server.name, server.content, server.md5 = county.name, county.read_bytes(), None
    files = desk.fetch_counties([server.url], QUIET)
    assert [path.parent.name for path in files] == [COUNTIES]
    assert len(desk.add_counties(files, QUIET).counties) == 1
    assert [asked for asked, _range in server.asked] == [
        f"/us/{county.name}",
        f"/us/{county.name}.md5",
    ]
