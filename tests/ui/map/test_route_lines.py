"""Routes that share a street lie side by side; each shows which way it is driven."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.domain.place import Coordinate
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.map.route_lines import (
    DrawnLine,
    arrow_spots,
    drawn_line,
    route_lines,
    runs_within,
    shifted,
    thinned,
)


def place(east: float, north: float) -> Coordinate:
    return Coordinate(lat=38.6 + north / 1000, lon=-90.2 + east / 1000)


def route(marker: int, *places: Coordinate) -> MapRoute:
    return MapRoute(marker=marker, name=str(marker), lines=(places,), stops=())


A, B, C, D = place(0, 0), place(1, 0), place(2, 0), place(1, 1)


def test_a_street_of_ones_own_is_not_shifted():
    ((line,),) = route_lines([route(1, A, B, C)])
    pixels = np.array([[0.0, 0], [10, 0], [20, 0]])
    assert shifted(pixels, line, 5) is pixels


def test_two_routes_on_one_street_stand_apart_also_when_driven_against_each_other():
    (one,), (other,) = route_lines([route(1, A, B, C), route(2, D, C, B)])
    there = shifted(np.array([[0.0, 0], [10, 0], [20, 0]]), one, 6)
    back = shifted(np.array([[10.0, -10], [20, 0], [10, 0]]), other, 6)
    # B to C is shared: three pixels to either side of the street.
    assert there[2][1] == pytest.approx(-back[2][1])
    assert abs(there[2][1]) == pytest.approx(3)
    assert there[0][1] == 0, "A to B is driven by one of them only"


def test_three_routes_leave_the_middle_to_the_second():
    found = route_lines([route(n, A, B) for n in (1, 2, 3)])
    assert [line.across.tolist() for (line,) in found] == [[-1.0], [0.0], [1.0]]


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=2, max_size=30))
def test_a_shifted_line_stays_near_its_street(points):
    places = [place(x, y) for x, y in points]
    lines, _other = route_lines([route(1, *places), route(2, *reversed(places))])
    for line in lines:
        pixels = line.points * 1e6
        moved = shifted(pixels, line, 6)
        assert moved.shape == pixels.shape
        assert np.hypot(*(moved - pixels).T).max() <= 3 / 0.35 + 1e-9


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=60))
def test_a_thinned_line_keeps_its_ends_and_no_point_is_invented(points):
    pixels = np.array(points)
    kept = thinned(pixels)
    assert kept[0].tolist() == pixels[0].tolist()
    assert kept[-1].tolist() == pixels[-1].tolist()
    assert {tuple(p) for p in kept} <= {tuple(p) for p in pixels}


def test_arrows_point_the_way_that_is_driven():
    down_then_right = np.array([[0.0, 0], [0, 100], [100, 100]])
    spots = arrow_spots(down_then_right, 100)
    assert spots == [(0.0, 50.0, 90.0), (50.0, 100.0, 0.0)]
    assert arrow_spots(np.array([[0.0, 0], [0, 10]]), 100) == [], "too short for one"
    assert len(arrow_spots(np.array([[0.0, 0], [0, 60]]), 100)) == 1


def test_only_what_touches_the_view_is_drawn():
    points = np.array([[-50.0, 5], [-20, 5], [20, 5], [40, 5], [40, 90], [5, 90], [5, -90]])
    line = DrawnLine(points, np.array([0.0, 30, 70, 90, 175, 210, 390]), ())
    runs = runs_within(line, 0, 0, 30, 30)
    assert [(run.tolist(), way) for run, way in runs] == [
        ([[-20, 5], [20, 5], [40, 5]], 30.0),
        ([[5, 90], [5, -90]], 210.0),
    ]
    assert runs_within(line, 200, 200, 300, 300) == []


def test_a_line_at_a_zoom_knows_how_far_it_has_come():
    ((line,),) = route_lines([route(1, A, B, C)])
    drawn = drawn_line(line, 1e6, 5, 0)
    assert drawn.travelled[0] == 0
    straight = np.hypot(*(drawn.points[-1] - drawn.points[0]))
    assert drawn.travelled[-1] == pytest.approx(straight)


def test_a_street_driven_there_and_back_is_drawn_once():
    ((there, on),) = route_lines([route(1, A, B, C, B, D)])
    assert len(there.points) == 3
    assert len(on.points) == 2, "from B on to D: the way back from C is drawn already"
