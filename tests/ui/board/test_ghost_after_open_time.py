"""An offered slot after a long gap is shown on the board, which names what it can."""

from datetime import time

import pytest

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.ui.board.board_content import lanes_of, with_ghost
from tests.services.clinic_day import DANA, OFFICE, TODAY, clinic_day


@pytest.fixture
def day(tmp_path, clock):
    with clinic_day(tmp_path, clock) as made:
        yield made


def test_open_time_before_an_offered_visit_has_words(day):
    board = day.board.day(OFFICE, TODAY)
    window = CallerWindow(first=TODAY, last=TODAY, earliest=time(15, 30))
    search = day.find(window, practitioner_id=DANA.id, limit=50)
    lanes = lanes_of(board, Formats())
    seen = set()
    for slot in search.slots:
        shown, (who, card) = with_ghost(lanes, slot, board, "Nora K.", "Follow-up", Formats())
        assert who == DANA.id
        assert card.name == "Nora K."
        seen |= {band.detail for lane in shown for band in lane.bands if band.kind == "open"}
    assert "before the offered visit" in seen
