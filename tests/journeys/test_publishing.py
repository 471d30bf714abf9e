"""The office publishes tomorrow; a later change keeps a list of calls until they are made."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.visits import SetVisitState
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


def test_a_published_day_that_changes_lists_its_calls(qtbot, open_window, town_clinic):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    board = clinic.board
    tomorrow = board.day + timedelta(days=1)
    board.show_day(tomorrow)
    qtbot.waitUntil(lambda: board.board.day == tomorrow, timeout=LONG)
    publish = clinic.window.findChild(QPushButton, "publish_day")
    qtbot.waitUntil(publish.isVisible, timeout=LONG)
    qtbot.mouseClick(publish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "Published" in board._subtitle.text(), timeout=LONG)
    assert not publish.isVisible()

    services = clinic.opened.services
    visit_id, detail = next(iter(board.board.details.items()))
    clinic.operations.write(
        clinic,
        lambda: services.visits.set_state(
            services.session,
            SetVisitState(visit_id=visit_id, state=VisitState.CANCELLED, reason="ill"),
        ),
    )
    to_tell = board.view.to_tell
    qtbot.waitUntil(to_tell.isVisible, timeout=LONG)
    assert "1 change since" in board._subtitle.text()
    names = {row.title for row in to_tell._rows}
    assert detail.patient.short_name in names
    for left in (1, 0):
        count = len(to_tell._rows)
        qtbot.mouseClick(to_tell.findChild(QPushButton, "to_tell_done"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda c=count: len(to_tell._rows) == c - 1, timeout=LONG)
        assert len(to_tell._rows) == left
    qtbot.mouseClick(publish, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "since" not in board._subtitle.text(), timeout=LONG)
