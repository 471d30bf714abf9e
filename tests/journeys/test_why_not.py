"""The caller wants a time that is taken: why not, what would free it, and doing just that."""

from datetime import datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.domain.visit import VisitState
from clinic_desktop.ui.call.why_not_dialog import WhyNotDialog
from tests.journeys.test_calls_parked import call_about, names_of
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


def taken_time(clinic):
    """A visit later today that could be changed, and whose."""
    board = clinic.board.board
    now = clinic.board._now()
    return next(
        stop.visit
        for plan in board.plans
        for stop in plan.stops
        if stop.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED)
        and stop.visit.start > now + timedelta(hours=1)
    )


def test_a_taken_time_is_explained_freed_and_offered(qtbot, clinic):
    board = clinic.board
    taken = taken_time(clinic)
    seen = {stop.visit.patient_id for plan in board.board.plans for stop in plan.stops}
    reader = clinic.opened.services.store.reader()
    name = next(p.name for p in reader.all_patients() if p.id not in seen and len(p.last_name) > 6)
    panel = call_about(qtbot, clinic, name)
    panel.why_not_wanted.emit()
    dialog = clinic.window.findChild(WhyNotDialog)
    qtbot.waitUntil(dialog.isVisible, timeout=LONG)
    dialog.ask(taken.practitioner_id, taken.start)
    title = dialog.findChild(QLabel, "why_not_title")
    qtbot.waitUntil(lambda: title.text().startswith("Why not "), timeout=LONG)
    apply = dialog.findChild(QPushButton, "why_not_apply")
    qtbot.waitUntil(lambda: not apply.isHidden(), timeout=LONG)
    show = dialog.findChild(QPushButton, "why_not_show")
    qtbot.mouseClick(show, Qt.MouseButton.LeftButton)
    change = dialog._answer.why.change.changes[0]
    assert reader.visit(change.visit_id).start == change.before, "showing changes nothing"
    qtbot.mouseClick(apply, Qt.MouseButton.LeftButton)
    take = dialog.findChild(QPushButton, "why_not_take")
    qtbot.waitUntil(lambda: not take.isHidden(), timeout=LONG)
    assert reader.visit(change.visit_id).start == change.start
    qtbot.mouseClick(take, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: (
            board.call.offers.chosen is not None and board.call.offers.chosen.start == taken.start
        ),
        timeout=LONG,
    )
    assert board.call.offers.chosen.practitioner_id == taken.practitioner_id


def test_a_click_on_the_board_asks_about_that_time_and_words_are_read(qtbot, clinic):
    board = clinic.board
    taken = taken_time(clinic)
    call_about(qtbot, clinic, names_of(clinic)[4])
    board.show_day(taken.day)
    qtbot.waitUntil(lambda: board.board.day == taken.day, timeout=LONG)
    board.view.canvas.spot_clicked.emit(taken.practitioner_id, taken.start_min + 1.0)
    dialog = clinic.window.findChild(WhyNotDialog)
    title = dialog.findChild(QLabel, "why_not_title")
    qtbot.waitUntil(lambda: title.text() != "", timeout=LONG)
    assert dialog._start == taken.start
    dialog.when.setText("3 pm")
    qtbot.keyClick(dialog.when, Qt.Key.Key_Return)
    assert dialog._start == datetime.combine(taken.day, datetime.min.time()).replace(hour=15)
    dialog.when.setText("whenever")
    qtbot.keyClick(dialog.when, Qt.Key.Key_Return)
    assert "Not understood" in dialog.when.accessibleDescription()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: board.call._why is None, timeout=LONG)
