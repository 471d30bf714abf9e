"""The office looks at weeks, months and lists, and carries a visit to another day."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLineEdit

from clinic_desktop.domain.visit import VisitState
from clinic_desktop.ui.calendar.calendar_views import CalendarMode
from tests.journeys.test_drag_on_the_board import agree, now
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


def press(qtbot, clinic, key):
    qtbot.keyClick(clinic.window, key)


def week_of(qtbot, clinic):
    press(qtbot, clinic, Qt.Key.Key_2)
    week = clinic.board.calendars.week
    qtbot.waitUntil(lambda: week.canvas.painted_count() > 20, timeout=LONG)
    return week


def test_the_keys_one_to_four_change_the_calendar_and_brackets_step_it(qtbot, clinic):
    board = clinic.board
    week_of(qtbot, clinic)
    assert board.calendars.mode is CalendarMode.WEEK
    today, title = board.day, board._date.text()
    press(qtbot, clinic, Qt.Key.Key_BracketRight)
    assert (board.day - today).days == 7
    qtbot.waitUntil(lambda: board._date.text() != title, timeout=LONG)
    press(qtbot, clinic, Qt.Key.Key_T)
    press(qtbot, clinic, Qt.Key.Key_3)
    month = board.calendars.month
    qtbot.waitUntil(lambda: month.painted_count() == 42, timeout=LONG)
    assert board._date.text() == "November 2026"
    month.setFocus()
    qtbot.keyClick(month, Qt.Key.Key_Right)
    qtbot.keyClick(month, Qt.Key.Key_Return)
    assert board.calendars.mode is CalendarMode.DAY
    assert (board.day - today).days == 1


def test_every_visit_of_the_week_has_a_name_for_a_screen_reader(qtbot, clinic):
    week = week_of(qtbot, clinic)
    interface = QAccessible.queryAccessibleInterface(week.canvas)
    assert interface.childCount() == week.canvas.painted_count()
    names = {interface.child(n).text(QAccessible.Text.Name) for n in range(5)}
    assert len(names) == 5
    assert all("Nov" in name for name in names)


def test_a_visit_is_carried_to_the_next_day_by_keyboard_and_undone(qtbot, clinic):
    week = week_of(qtbot, clinic)
    visit = max(
        (
            d.visit
            for d in week._week.details.values()
            if d.visit.state is VisitState.BOOKED
            and not d.visit.locks
            and d.visit.start.date() > clinic.board.day
            and d.visit.day < week._week.days[-2]
        ),
        key=lambda v: v.start,
    )
    canvas = week.canvas
    canvas.setFocus()
    canvas._choose(visit.id)
    qtbot.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert canvas._overlay is not None
    if canvas._overlay.tone == "block":
        # Somebody is there already: the sentence says so, and nothing moves.
        qtbot.keyClick(canvas, Qt.Key.Key_Return)
        assert now(clinic, visit.id) == visit
        return
    qtbot.keyClick(canvas, Qt.Key.Key_Return)
    agree(qtbot, clinic)
    qtbot.waitUntil(lambda: now(clinic, visit.id).start != visit.start, timeout=LONG)
    assert (now(clinic, visit.id).start - visit.start).days == 1
    clinic.history.undo()
    qtbot.waitUntil(lambda: now(clinic, visit.id) == visit, timeout=LONG)


def test_the_agenda_is_filtered_by_typing(qtbot, clinic):
    press(qtbot, clinic, Qt.Key.Key_4)
    agenda = clinic.board.calendars.agenda
    qtbot.waitUntil(lambda: len(agenda.shown) > 10, timeout=LONG)
    name = agenda.shown[0].patient.last_name
    qtbot.keyClicks(agenda.findChild(QLineEdit, "agenda_words"), name)
    assert agenda.shown
    assert {d.patient.last_name for d in agenda.shown} == {name}


def test_a_call_brings_the_day_back(qtbot, clinic):
    week_of(qtbot, clinic)
    press(qtbot, clinic, Qt.Key.Key_N)
    assert clinic.board.calendars.mode is CalendarMode.DAY
    assert clinic.board.view.call.isVisible()
