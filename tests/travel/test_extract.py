"""An extract is looked at before anything is built; each fault has its sentence."""

import contextlib
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import osmium
import pytest
from osmium.osm.mutable import Node, Way

from clinic_desktop.domain.errors import Cancelled, RoadsTrouble
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.travel.extract import inspect_extract
from clinic_desktop.travel.sort import sort_extract

SILENT = SilentProgress()


def refusal(path: Path) -> str:
    with pytest.raises(RoadsTrouble) as caught:
        inspect_extract(path, SILENT)
    assert caught.value.still_works
    assert caught.value.way_out
    return caught.value.sentence


def test_a_good_extract_tells_its_name_size_date_and_bounds(tmp_path: Path) -> None:
    header = osmium.io.Header()
    header.set("osmosis_replication_timestamp", "2026-10-01T20:21:00Z")
    path = tmp_path / "ferry.osm.pbf"
    with osmium.SimpleWriter(str(path), header=header) as writer:
        writer.add_node(Node(id=1, version=1, location=(-91.0, 39.0)))
        writer.add_node(Node(id=2, version=1, location=(-90.5, 39.25)))
        writer.add_way(Way(id=1, version=1, nodes=[1, 2], tags={"highway": "residential"}))
    info = inspect_extract(path, SILENT)
    assert info.name == "ferry"
    assert info.size_bytes == path.stat().st_size
    assert info.sha256 == sha256(path.read_bytes()).hexdigest()
    assert info.as_of == datetime(2026, 10, 1, 20, 21, tzinfo=UTC)
    assert info.bounds == pytest.approx((39.0, -91.0, 39.25, -90.5))
    assert info.roads == 1


def test_without_a_date_inside_the_date_of_the_file_counts(blocks_pbf: Path) -> None:
    written = datetime.fromtimestamp(blocks_pbf.stat().st_mtime, UTC)
    assert inspect_extract(blocks_pbf, SILENT).as_of == written


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path / "no.osm.pbf") == "The file no.osm.pbf is not there."


@pytest.mark.parametrize("content", [b"", b"dear reader, this is a letter\n" * 40, b"\x00" * 500])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "letter.osm.pbf"
    path.write_bytes(content)
    assert "not an OpenStreetMap extract" in refusal(path)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("kept", [0.05, 0.3, 0.6, 0.99])
def test_a_file_cut_off_while_copied_is_refused(
    tmp_path: Path, blocks_pbf: Path, kept: float
) -> None:
    whole = blocks_pbf.read_bytes()
    path = tmp_path / "cut.osm.pbf"
    path.write_bytes(whole[: int(len(whole) * kept)])
    assert "damaged or was cut off" in refusal(path)


def test_a_file_with_a_flipped_byte_never_ends_in_a_crash(tmp_path: Path, blocks_pbf: Path) -> None:
    whole = blocks_pbf.read_bytes()
    path = tmp_path / "flipped.osm.pbf"
    for place in range(0, len(whole), 97):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x55]) + whole[place + 1 :])
        # Some flips change nothing that matters; the others are told.
        with contextlib.suppress(RoadsTrouble):
            assert inspect_extract(path, SILENT).name == "flipped"


@pytest.mark.parametrize("order", ["falling ids", "way before node"])
def test_an_unsorted_file_is_known_and_put_in_order_however_small(
    tmp_path: Path, order: str
) -> None:
    path = tmp_path / "unsorted.osm.pbf"
    road = Way(id=1, version=1, nodes=[1, 2], tags={"highway": "residential"})
    with osmium.SimpleWriter(str(path)) as writer:
        if order == "way before node":
            writer.add_way(road)
        writer.add_node(Node(id=2, version=1, location=(-91.0, 39.0)))
        writer.add_node(Node(id=1, version=1, location=(-90.9, 39.0)))
        if order != "way before node":
            writer.add_way(road)
    assert not inspect_extract(path, SILENT).in_order
    target = tmp_path / "sorted.osm.pbf"
    sort_extract(path, target)
    assert inspect_extract(target, SILENT).in_order
    assert [(entity.type_str(), entity.id) for entity in osmium.FileProcessor(str(target))] == [
        ("n", 1),
        ("n", 2),
        ("w", 1),
    ]


def test_a_file_too_large_to_be_sorted_here_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, blocks_pbf: Path
) -> None:
    monkeypatch.setattr("clinic_desktop.travel.sort.MOST_BYTES", 100)
    with pytest.raises(RoadsTrouble, match="not sorted"):
        sort_extract(blocks_pbf, tmp_path / "sorted.osm.pbf")
    assert not (tmp_path / "sorted.osm.pbf").exists()


@pytest.mark.parametrize("told_by_header", [True, False])
def test_a_history_file_is_refused(tmp_path: Path, told_by_header: bool) -> None:
    path = tmp_path / ("past.osh.pbf" if told_by_header else "past.osm.pbf")
    header = osmium.io.Header()
    header.has_multiple_object_versions = told_by_header
    with osmium.SimpleWriter(str(path), header=header) as writer:
        writer.add_node(Node(id=1, version=1, location=(-91.0, 39.0)))
        writer.add_node(Node(id=1, version=2, location=(-91.0, 39.1)))
    assert "history file" in refusal(path)


def test_an_extract_without_roads_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sea.osm.pbf"
    with osmium.SimpleWriter(str(path)) as writer:
        writer.add_node(Node(id=1, version=1, location=(-40.0, 39.0)))
    assert "no roads" in refusal(path)


def test_reading_can_be_stopped(blocks_pbf: Path) -> None:
    class Stopping(SilentProgress):
        def stop_requested(self) -> bool:
            return True

    with pytest.raises(Cancelled):
        inspect_extract(blocks_pbf, Stopping())
