"""Drives and route lines on the blocks."""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.travel import LegSource
from clinic_desktop.travel.polyline import decode_polyline
from clinic_desktop.travel.region import Region
from tests.travel.blocks import CORNER, FAR_CORNER
from tests.travel.encoded import encoded

ACROSS = Coordinate(lat=39.0, lon=-90.986)
OFF_ROAD = Coordinate(lat=39.0071, lon=-90.9949)
OCEAN = Coordinate(lat=10.0, lon=10.0)
NEXT_TOWN = Coordinate(lat=39.2, lon=-91.0)


def test_a_drive_is_as_long_as_the_street(blocks_region: Region) -> None:
    drive = blocks_region.engine().matrix([CORNER], [ACROSS])[0][0]
    assert drive is not None
    assert drive.metres == pytest.approx(CORNER.metres_to(ACROSS), rel=0.03)
    # Residential streets are driven at 15 to 60 km/h.
    assert 15 / 3.6 < drive.metres / drive.seconds < 60 / 3.6
    assert drive.source is LegSource.ROADS
    assert drive.as_of == blocks_region.engine().as_of


def test_a_row_for_each_start_and_a_column_for_each_end(blocks_region: Region) -> None:
    rows = blocks_region.engine().matrix([CORNER, ACROSS, FAR_CORNER], [OFF_ROAD, CORNER])
    assert [len(row) for row in rows] == [2, 2, 2]
    assert rows[0][1] is not None
    assert rows[0][1].seconds == 0
    assert blocks_region.engine().matrix([], [CORNER]) == []
    assert blocks_region.engine().matrix([CORNER], []) == [[]]


def test_more_places_than_the_engine_takes_at_once(blocks_region: Region) -> None:
    many = [Coordinate(lat=39.0 + 0.0002 * i, lon=-91.0 + 0.0001 * i) for i in range(60)]
    rows = blocks_region.engine().matrix(many, many)
    assert [len(row) for row in rows] == [60] * 60
    assert all(cell is not None for row in rows for cell in row)
    single = blocks_region.engine().matrix([many[55]], [many[3]])[0][0]
    assert rows[55][3] == single


@pytest.mark.parametrize("away", [OCEAN, NEXT_TOWN])
def test_a_place_without_roads_has_no_drive_and_spoils_no_other(
    blocks_region: Region, away: Coordinate
) -> None:
    rows = blocks_region.engine().matrix([CORNER, away], [ACROSS, away, FAR_CORNER])
    assert [[cell is not None for cell in row] for row in rows] == [
        [True, False, True],
        [False, False, False],
    ]


def test_the_line_driven_follows_the_streets(blocks_region: Region) -> None:
    legs = blocks_region.engine().route_shape([CORNER, FAR_CORNER, ACROSS])
    assert len(legs) == 2
    for (start, end), line in zip(pairwise([CORNER, FAR_CORNER, ACROSS]), legs, strict=True):
        assert line[0].metres_to(start) < 30
        assert line[-1].metres_to(end) < 30
    # Along two sides of the square, not across it.
    length = sum(a.metres_to(b) for a, b in pairwise(legs[0]))
    assert length > 1.2 * CORNER.metres_to(FAR_CORNER)


def test_a_leg_that_no_road_joins_is_a_straight_line(blocks_region: Region) -> None:
    legs = blocks_region.engine().route_shape([CORNER, OCEAN, ACROSS, FAR_CORNER])
    assert legs[0] == (CORNER, OCEAN)
    assert legs[1] == (OCEAN, ACROSS)
    assert len(legs[2]) >= 2
    assert blocks_region.engine().route_shape([CORNER]) == ()


def test_several_threads_may_ask_at_once(blocks_region: Region) -> None:
    engine = blocks_region.engine()
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _n: engine.matrix([CORNER], [FAR_CORNER]), range(20)))
        lines = list(threads.map(lambda _n: engine.route_shape([CORNER, ACROSS]), range(20)))
    assert all(answer == answers[0] for answer in answers)
    assert all(line == lines[0] for line in lines)


@given(
    st.lists(
        st.tuples(st.integers(-89_999_999, 89_999_999), st.integers(-179_999_999, 179_999_999)),
        max_size=20,
    )
)
def test_a_line_comes_back_as_it_was_encoded(points: list[tuple[int, int]]) -> None:
    decoded = decode_polyline(encoded(points))
    assert [(round(p.lat * 1e6), round(p.lon * 1e6)) for p in decoded] == points


def test_directions_name_the_streets_and_end_at_the_door(blocks_region: Region) -> None:
    engine = blocks_region.engine()
    steps = engine.directions(CORNER, FAR_CORNER)
    assert len(steps) >= 3, "off, a turn, and there"
    assert any("turn" in step.words.lower() for step in steps)
    assert "destination" in steps[-1].words
    drive = engine.matrix([CORNER], [FAR_CORNER])[0][0]
    assert drive is not None
    assert sum(step.metres for step in steps) == pytest.approx(drive.metres, rel=0.02)
    assert sum(step.seconds for step in steps) == pytest.approx(drive.seconds, rel=0.02)
    assert engine.directions(CORNER, OCEAN) == ()
