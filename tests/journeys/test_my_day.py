"""A practitioner's morning by keys: in the visit, finished, undone, driven on, and locked."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QToolButton, QWidget

from clinic_desktop.composition.demo import DEMO_PASSWORD
from clinic_desktop.domain.visit import VisitState

pytestmark = pytest.mark.journey
LONG = 30_000


def log_in(qtbot, clinic, login):
    clinic._login.choose(login)
    password = clinic.window.findChild(QLineEdit, "login_password")
    password.setFocus()
    qtbot.keyClicks(password, DEMO_PASSWORD)
    qtbot.keyClick(password, Qt.Key.Key_Return)
    qtbot.waitUntil(
        lambda: clinic.board is not None and clinic.board.board is not None, timeout=LONG
    )


def test_a_morning_by_keys(qtbot, town_clinic, open_window):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "dana")
    page = clinic.my_day
    qtbot.waitUntil(lambda: page.own is not None, timeout=LONG)
    assert clinic.window.front == "my_day"
    first = page.own.stops[page.own.current]
    assert first.state is VisitState.IN_PROGRESS
    before = page.view.before
    qtbot.waitUntil(lambda: not before.isHidden(), timeout=LONG)
    assert any("consent" in one.text().casefold() for one in before.findChildren(QLabel))

    qtbot.keyClick(clinic.window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: page.own.stops[0].state is VisitState.DONE, timeout=LONG)
    assert page.own.current == 1
    on_board = clinic.board
    visit_id = first.detail.visit.id
    qtbot.waitUntil(
        lambda: on_board.board.details[visit_id].visit.state is VisitState.DONE, timeout=LONG
    )
    clinic.history.undo()
    qtbot.waitUntil(lambda: page.own.stops[0].state is VisitState.IN_PROGRESS, timeout=LONG)
    qtbot.keyClick(clinic.window, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: page.own.current == 1, timeout=LONG)
    qtbot.keyClick(clinic.window, Qt.Key.Key_D)
    qtbot.waitUntil(lambda: page.own.stops[1].state is VisitState.EN_ROUTE, timeout=LONG)

    qtbot.keyClick(clinic.window, Qt.Key.Key_L)
    assert page.late_dialog.isVisible()
    clinic.lock()
    qtbot.waitUntil(lambda: clinic.my_day is None, timeout=LONG)
    assert clinic.window.findChild(QWidget, "late_dialog") is None or not any(
        one.isVisible() for one in clinic.window.findChildren(QWidget, "late_dialog")
    )


def test_the_office_has_no_day_of_its_own(qtbot, town_clinic, open_window):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    assert clinic.my_day is None
    assert clinic.window.front == "board"
    assert clinic.window.findChild(QToolButton, "rail_my_day") is None
