"""The share of a drive on motorways, from the line that the engine gives."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.travel.fast_roads import FastRoads, build_fast_roads
from clinic_desktop.travel.polyline import decode_polylines
from clinic_desktop.travel.region import FAST_ROADS, Region
from clinic_desktop.travel.road_build import build_region
from tests.travel.blocks import Blocks
from tests.travel.encoded import encoded

NORTH, SOUTH = 39.10, 39.00
LON = -91.0
DOOR_NORTH = Coordinate(lat=NORTH + 0.009, lon=LON)
DOOR_SOUTH = Coordinate(lat=SOUTH - 0.009, lon=LON)


@pytest.fixture(scope="module")
def freeway_pbf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A street, eleven kilometres of freeway at 60 mph, a street, all in one straight line."""
    blocks = Blocks()
    north = [blocks.node(NORTH + 0.01 - 0.0025 * i, LON) for i in range(4)]
    freeway = [blocks.node(NORTH - 0.01 * i, LON) for i in range(11)]
    south = [blocks.node(SOUTH - 0.0025 * (i + 1), LON) for i in range(4)]
    blocks.way([*north, freeway[0]], highway="residential", name="North Street")
    blocks.way(freeway, highway="motorway", maxspeed="60 mph", oneway="no", ref="I 1")
    blocks.way([freeway[-1], *south], highway="residential", name="South Street")
    return blocks.write(tmp_path_factory.mktemp("freeway") / "freeway.osm.pbf")


@pytest.fixture(scope="module")
def freeway_region(freeway_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> Region:
    folder = tmp_path_factory.mktemp("region")
    build_region(freeway_pbf, folder, SilentProgress())
    region = Region.open(folder)
    assert region is not None
    return region


def test_a_drive_knows_its_time_on_the_freeway(freeway_region: Region) -> None:
    drive = freeway_region.engine().matrix([DOOR_NORTH], [DOOR_SOUTH])[0][0]
    assert drive is not None
    freeway_m = Coordinate(lat=NORTH, lon=LON).metres_to(Coordinate(lat=SOUTH, lon=LON))
    assert drive.motorway_seconds == pytest.approx(freeway_m / (60 * 1609.344 / 3600), rel=0.02)
    assert 60 < drive.seconds - drive.motorway_seconds < 300


def test_a_drive_in_the_street_has_no_freeway(freeway_region: Region) -> None:
    end = Coordinate(lat=NORTH + 0.002, lon=LON)
    drive = freeway_region.engine().matrix([DOOR_NORTH], [end])[0][0]
    assert drive is not None
    assert drive.seconds > 0
    assert drive.motorway_seconds == 0


def test_drives_computed_without_freeways_are_not_taken_for_these(
    freeway_region: Region, freeway_pbf: Path, tmp_path: Path
) -> None:
    build_region(freeway_pbf, tmp_path, SilentProgress())
    for built in tmp_path.glob(f"current-*/{FAST_ROADS}"):
        built.unlink()
    older = Region.open(tmp_path)
    assert older is not None
    assert older.engine().extract_id == freeway_region.engine().extract_id
    assert older.engine().drives_id != freeway_region.engine().drives_id
    drive = older.engine().matrix([DOOR_NORTH], [DOOR_SOUTH])[0][0]
    assert drive is not None
    assert drive.motorway_seconds == 0


def test_an_extract_without_freeways_gives_none(blocks_pbf: Path, tmp_path: Path) -> None:
    assert build_fast_roads(blocks_pbf, tmp_path / "fast") == 0
    line = encoded([(39_000_000, -91_000_000), (39_002_000, -91_000_000)])
    assert FastRoads(tmp_path / "fast").seconds([line, ""]) == [0.0, 0.0]


# One of these points lies on the freeway, 0.01 degrees from the next, or well beside it.
POINTS = st.lists(
    st.one_of(
        st.integers(0, 10).map(lambda i: (round((NORTH - 0.01 * i) * 1e6), round(LON * 1e6))),
        st.tuples(st.integers(38_000_000, 38_900_000), st.just(-91_000_000)),
    ),
    max_size=12,
)


@given(lines=st.lists(POINTS, max_size=6))
def test_many_lines_at_once_are_as_each_alone_by_hand(
    lines: list[list[tuple[int, int]]], freeway_fast: FastRoads
) -> None:
    fast = {(round((NORTH - 0.01 * i) * 1e6), round(LON * 1e6)) for i in range(11)}
    expected = [
        sum(
            _place(a).metres_to(_place(b)) / (60 * 1609.344 / 3600)
            for a, b in pairwise(line)
            if a in fast and b in fast
        )
        for line in lines
    ]
    assert freeway_fast.seconds([encoded(line) for line in lines]) == pytest.approx(
        expected, rel=1e-6, abs=1e-6
    )


@given(lines=st.lists(POINTS, max_size=6))
def test_lines_decoded_together_keep_apart(lines: list[list[tuple[int, int]]]) -> None:
    points, firsts = decode_polylines([encoded(line) for line in lines])
    assert [
        [tuple(point) for point in points[first:last].tolist()]
        for first, last in pairwise(firsts.tolist())
    ] == lines


@pytest.fixture(scope="module")
def freeway_fast(freeway_pbf: Path, tmp_path_factory: pytest.TempPathFactory) -> FastRoads:
    target = tmp_path_factory.mktemp("fast") / "fast.roads"
    assert build_fast_roads(freeway_pbf, target) > 0
    return FastRoads(target)


def _place(micro: tuple[int, int]) -> Coordinate:
    return Coordinate(lat=micro[0] * 1e-6, lon=micro[1] * 1e-6)
