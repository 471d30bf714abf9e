"""The office has a day put in order: looked at, let go, asked for again, applied, taken back."""

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.visits import SetVisitState
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey
UNORDERED = date(2026, 12, 2)


@pytest.fixture
def routes(qtbot, open_window, town_clinic):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    clinic.board.show_day(UNORDERED)
    page = clinic.routes
    qtbot.waitUntil(lambda: page._board is not None and page._board.day == UNORDERED, timeout=LONG)
    clinic.window.show_page("routes")
    return page


def press(qtbot, page, name):
    qtbot.mouseClick(page.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def words(page):
    return [one.text() for one in page.panel.findChildren(QLabel)]


def planned(qtbot, page):
    press(qtbot, page, "routes_plan")
    qtbot.waitUntil(lambda: page.proposals.proposal is not None, timeout=10 * LONG)
    return page.proposals.proposal


def test_a_day_is_planned_applied_and_taken_back(qtbot, routes):
    page = routes
    before = page._board
    proposal = planned(qtbot, page)
    assert proposal.proven
    assert page.panel.isVisible()
    assert page.panel.quality.text().startswith("Proven best")
    saved = before.driving_min - proposal.after.driving_min
    assert saved > 0
    assert f"−{saved} min" in words(page)
    assert all(move.keeps_promise for move in proposal.moves)
    assert any("now " in one.text() for one in page.findChildren(QLabel)), "what it was, beside it"

    qtbot.keyClick(page, Qt.Key.Key_Escape)
    assert not page.panel.isVisible()
    assert page._board.details == before.details, "letting it go changes nothing"

    planned(qtbot, page)
    qtbot.waitUntil(page.panel.apply.hasFocus, timeout=LONG)
    qtbot.keyClick(page.panel.apply, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page._board.driving_min == proposal.after.driving_min, timeout=LONG)
    assert not page.panel.isVisible()
    qtbot.keyClick(page.window(), Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page._board.driving_min == before.driving_min, timeout=LONG)
    assert {v: d.visit for v, d in page._board.details.items()} == {
        v: d.visit for v, d in before.details.items()
    }


def test_a_day_that_changed_meanwhile_is_not_overwritten(qtbot, routes):
    page = routes
    proposal = planned(qtbot, page)
    move = proposal.moves[0]
    services, session = page._context.services, page._context.session
    page._context.operations.write(
        page,
        lambda: services.visits.set_state(
            session,
            SetVisitState(visit_id=move.visit_id, state=VisitState.CANCELLED, reason="Ill"),
        ),
    )
    qtbot.waitUntil(lambda: move.visit_id not in page._board.details, timeout=LONG)
    press(qtbot, page, "proposal_apply")
    error = page.panel.error
    qtbot.waitUntil(error.isVisible, timeout=LONG)
    assert move.name in error.text()
    assert "Plan it again" in error.text()


def test_a_day_in_good_order_is_said_to_be_so(qtbot, routes):
    page = routes
    planned(qtbot, page)
    press(qtbot, page, "proposal_apply")
    qtbot.waitUntil(lambda: not page.panel.isVisible(), timeout=LONG)
    qtbot.waitUntil(lambda: page._board.driving_min < 146, timeout=LONG)
    planned(qtbot, page)
    assert "This day cannot be bettered" in words(page)
    assert not page.panel.apply.isEnabled()
