"""A drag as values: it snaps, keeps its grip, and Shift locks what it should."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinic_desktop.ui.board.drag import Drag, DragKind, blocked_spans


def held(kind=DragKind.MOVE, grip=20):
    return Drag.begin(kind, "ruth", "dana", 570, 45, grip)


def test_a_move_keeps_where_it_was_taken_hold_of_and_snaps_to_five_minutes():
    assert held().to("dana", 611.9).start == 590
    assert held().to("marcus", 593).person == "marcus"


def test_shift_locks_the_time_or_the_practitioner():
    assert held().to("marcus", 700, "person").start == 570
    assert held().to("marcus", 700, "time").person == "dana"


@pytest.mark.parametrize(("minute", "length"), [(640, 70), (571, 5), (500, 5)])
def test_the_end_of_a_visit_is_drawn_but_never_before_its_start(minute, length):
    drag = held(DragKind.RESIZE).to("marcus", minute)
    assert (drag.person, drag.start, drag.length) == ("dana", 570, length)


def test_empty_time_is_marked_upwards_and_downwards():
    empty = Drag.begin(DragKind.CREATE, "", "dana", 600, 5, 0)
    assert (empty.to("dana", 660).start, empty.to("dana", 660).end) == (600, 660)
    assert (empty.to("dana", 540).start, empty.to("dana", 540).end) == (540, 600)


def test_arrows_move_by_five_minutes_and_stay_within_the_day():
    drag = held()
    for _step in range(200):
        drag = drag.nudged(-5, "dana")
    assert drag.start == 0
    assert not held().changed
    assert held().nudged(0, "marcus").changed


@given(
    starts=st.lists(st.integers(0, 280).map(lambda n: n * 5), unique=True),
    length=st.integers(1, 20).map(lambda n: n * 5),
)
def test_shaded_time_is_just_what_no_fitting_start_covers(starts, length):
    starts = tuple(sorted(s for s in starts if s + length <= 1440))
    blocked = blocked_spans(starts, length, 0, 1440)
    for minute in range(0, 1440, 5):
        covered = any(s <= minute < s + length for s in starts)
        assert covered != any(a <= minute < b for a, b in blocked)
