"""Two extracts make one network: over the bridge, no street twice, one taken out again."""

from pathlib import Path

import osmium
import pytest

from clinic_desktop.domain.errors import RoadsTrouble
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.travel import RegionState
from clinic_desktop.travel.merge import merge_extracts
from clinic_desktop.travel.region import EXTRACTS
from clinic_desktop.travel.region_desk import RegionDesk
from tests.travel.blocks import CORNER, FAR_CORNER, draw_blocks
from tests.travel.two_banks import write_banks

QUIET = SilentProgress()


@pytest.fixture(scope="module")
def banks(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return write_banks(tmp_path_factory.mktemp("banks"))


def ids(path: Path) -> list[tuple[str, int]]:
    return [(e.type_str(), e.id) for e in osmium.FileProcessor(str(path))]


def test_what_lies_in_both_stands_once_and_in_order(
    banks: tuple[Path, Path], tmp_path: Path
) -> None:
    west, east = banks
    merged = tmp_path / "merged.osm.pbf"
    merge_extracts([west, east], merged, "2026-11-01T00:00:00Z", "test", QUIET)
    found = ids(merged)
    assert set(found) == set(ids(west)) | set(ids(east))
    assert len(found) == len(set(found))
    order = {"n": 0, "w": 1, "r": 2}
    assert found == sorted(found, key=lambda one: (order[one[0]], one[1]))
    assert set(ids(west)) & set(ids(east)), "the bridge stands in both"


def test_the_newer_of_two_versions_is_taken(tmp_path: Path) -> None:
    for version, name in ((1, "old"), (2, "new")):
        with osmium.SimpleWriter(str(tmp_path / f"{name}.osm.pbf"), overwrite=True) as writer:
            node = osmium.osm.mutable.Node(
                id=1, version=version, location=(-91.0, 39.0), tags={"name": name}
            )
            writer.add_node(node)
    merged = tmp_path / "merged.osm.pbf"
    files = [tmp_path / "new.osm.pbf", tmp_path / "old.osm.pbf"]
    merge_extracts(files, merged, "", "test", QUIET)
    assert [e.tags["name"] for e in osmium.FileProcessor(str(merged))] == ["new"]


def test_the_next_state_is_added_crossed_and_taken_out_again(
    banks: tuple[Path, Path], tmp_path: Path
) -> None:
    west, east = banks
    desk = RegionDesk(tmp_path / "roads")
    alone = desk.build_region(west, QUIET)
    assert [e.name for e in alone.extracts] == ["west"]
    assert not alone.covers(Coordinate(lat=39.2, lon=-91.0))
    both = desk.add_extract(east, QUIET)
    assert both.state is RegionState.READY
    assert sorted(e.name for e in both.extracts) == ["east", "west"]
    assert both.covers(CORNER)
    assert both.covers(FAR_CORNER)
    region = desk.open_region()
    drive = region.engine().matrix([CORNER], [FAR_CORNER])[0][0]
    # Down to Maple Street, over the bridge, and up again: no straight way over the water.
    assert drive.metres > 2000
    shape = region.engine().route_shape([CORNER, FAR_CORNER])
    assert sum(len(line) for line in shape) > 1
    streets = [m.address.line for m in region.addresses().search("101 Maple Street", 5)]
    assert streets.count("101 Maple Street") == 1
    assert not list((tmp_path / "roads").rglob("merged.osm.pbf"))
    again = desk.remove_extract("east", QUIET)
    assert [e.name for e in again.extracts] == ["west"]
    assert [p.name for p in (tmp_path / "roads" / EXTRACTS).glob("*.pbf")] == ["west.osm.pbf"]
    with pytest.raises(RoadsTrouble, match="only extract"):
        desk.remove_extract("west", QUIET)


def test_a_spoilt_update_leaves_the_roads_and_the_kept_file_as_they_were(
    banks: tuple[Path, Path], tmp_path: Path
) -> None:
    west, _east = banks
    desk = RegionDesk(tmp_path / "roads")
    before = desk.build_region(west, QUIET)
    spoilt = tmp_path / "west.osm.pbf"
    spoilt.write_bytes(west.read_bytes()[:400])
    with pytest.raises(RoadsTrouble):
        desk.add_extract(spoilt, QUIET)
    assert desk.open_region().status() == before
    kept = tmp_path / "roads" / EXTRACTS / "west.osm.pbf"
    assert kept.read_bytes() == west.read_bytes()
    assert [p.name for p in kept.parent.iterdir()] == ["west.osm.pbf"]


def test_a_town_that_does_not_exist_makes_way_for_a_real_place(
    banks: tuple[Path, Path], tmp_path: Path
) -> None:
    west, _east = banks
    header = osmium.io.Header()
    header.set("generator", "clinic-desktop town")
    town = draw_blocks().write(tmp_path / "town.osm.pbf", header=header)
    desk = RegionDesk(tmp_path / "roads")
    assert desk.build_region(town, QUIET).fictional
    real = desk.add_extract(west, QUIET)
    assert [e.name for e in real.extracts] == ["west"]
    assert not real.fictional


def test_what_could_not_be_added_is_not_fetched(banks: tuple[Path, Path], tmp_path: Path) -> None:
    desk = RegionDesk(tmp_path / "roads")
    desk.build_region(banks[0], QUIET)
    (tmp_path / "roads" / EXTRACTS / "west.osm.pbf").unlink()
    with pytest.raises(RoadsTrouble, match="west is not kept"):
        desk.fetch("http://127.0.0.1:9/east.osm.pbf", QUIET)
