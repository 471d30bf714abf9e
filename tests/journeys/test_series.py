"""The office repeats a visit, answers conflicts, moves and cancels the series, undoes it."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton, QSpinBox

from clinic_desktop.domain.ids import TimeOffId, VisitId
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.ui.series.cancel_dialog import CancelDialog
from clinic_desktop.ui.series.scope_dialog import ScopeDialog
from clinic_desktop.ui.series.series_dialog import SeriesDialog
from tests.journeys.test_drag_on_the_board import drag, still_to_come
from tests.journeys.test_one_working_day import LONG, log_in, press

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


def opened(qtbot, clinic, kind):
    """The dialog of a kind, once it stands open."""

    def there():
        return next((d for d in clinic.window.findChildren(kind) if d.isVisible()), None)

    qtbot.waitUntil(lambda: there() is not None, timeout=LONG)
    return there()


def planned(qtbot, dialog, count=None):
    """The plan that a dialog shows, of so many turns."""

    def ready():
        return dialog.plan is not None and count in (None, len(dialog.plan.items))

    qtbot.waitUntil(ready, timeout=LONG)
    return dialog.plan


def series_of(clinic, visit):
    reader = clinic.opened.services.store.reader()
    series_id = reader.visit(VisitId(visit.id)).series_id
    return reader.visits_of_series(series_id) if series_id else []


def answer(qtbot, dialog):
    """Take the first offer of each conflict, or skip what has none."""
    plan = planned(qtbot, dialog)
    while plan.open:
        item = plan.open[0]
        words = dialog.findChild(QLabel, f"series_conflict_{item.number}")
        assert words.text().endswith("."), "a conflict is a sentence"
        assert not dialog.save_button.isEnabled(), "nothing is saved over a conflict"
        box = dialog.findChild(QComboBox, f"series_choice_{item.number}")
        box.setFocus()
        for _step in range(2 if item.offers else 1):
            qtbot.keyClick(box, Qt.Key.Key_Down)
            planned(qtbot, dialog)
        plan = dialog.plan
    return plan


def test_a_visit_becomes_a_series_that_is_moved_cancelled_and_undone(qtbot, clinic):
    canvas = clinic.board.view.canvas
    visit, _rect = still_to_come(clinic)
    store, session = clinic.opened.services.store, clinic.opened.services.session
    away = visit.start + timedelta(weeks=2)
    absence = TimeOff(
        id=TimeOffId("off"),
        practitioner_id=visit.practitioner_id,
        start=away,
        end=away + timedelta(hours=3),
    )

    def enter():
        with store.operation("Time off", session) as op:
            op.put(absence)
            return op.changes()

    clinic.operations.write(clinic, enter)
    qtbot.waitUntil(lambda: absence in store.reader().time_off_between(away.date(), away.date()))
    canvas.select(visit.id)
    canvas.setFocus()
    qtbot.keyClick(clinic.window, Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier)
    dialog = opened(qtbot, clinic, SeriesDialog)
    planned(qtbot, dialog, 6)
    dialog.findChild(QSpinBox, "series_count").setValue(4)
    qtbot.waitUntil(lambda: dialog.plan is None)
    planned(qtbot, dialog, 4)
    assert "is away then" in dialog.plan.open[0].problem
    plan = answer(qtbot, dialog)
    assert [i.number for i in plan.items if i.start != i.wanted] == [3]
    expected = [i.visit.start for i in plan.items if i.visit is not None]
    press(qtbot, dialog, "series_save")
    qtbot.waitUntil(lambda: len(series_of(clinic, visit)) == len(expected), timeout=LONG)
    assert [v.start for v in series_of(clinic, visit)] == expected
    shown = clinic.board
    qtbot.waitUntil(
        lambda: shown.board.details[visit.id].series_words == "1 of 4, weekly", timeout=LONG
    )

    # Carried to another time, together with those that follow.
    rect = canvas.card_rect(visit.id)
    drag(canvas, rect.center(), rect.center() + QPointF(0, 12).toPoint(),
         rect.center() + QPointF(0, 10).toPoint())  # fmt: skip
    press(qtbot, opened(qtbot, clinic, ScopeDialog), "scope_following")
    dialog = opened(qtbot, clinic, SeriesDialog)
    answer(qtbot, dialog)
    before = series_of(clinic, visit)
    press(qtbot, dialog, "series_save")
    qtbot.waitUntil(lambda: series_of(clinic, visit)[0].start != before[0].start, timeout=LONG)
    moved = series_of(clinic, visit)
    assert moved[0].start - before[0].start == timedelta(minutes=10)
    assert len(moved) == len(before)
    clinic.history.undo()
    qtbot.waitUntil(lambda: series_of(clinic, visit) == before, timeout=LONG)

    # Cancelled, all of it.
    clinic.board._set_state(visit.id, VisitState.CANCELLED)
    dialog = opened(qtbot, clinic, CancelDialog)
    qtbot.mouseClick(dialog.scope.findChildren(QPushButton)[2], Qt.MouseButton.LeftButton)
    button = dialog.findChild(QPushButton, "series_cancel_save")
    qtbot.waitUntil(lambda: button.isEnabled() and str(len(before)) in button.text(), timeout=LONG)
    qtbot.keyClicks(dialog.findChild(QLineEdit, "series_cancel_reason"), "moved away")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: {v.state for v in series_of(clinic, visit)} == {VisitState.CANCELLED}, timeout=LONG
    )
    clinic.history.undo()
    qtbot.waitUntil(lambda: series_of(clinic, visit) == before, timeout=LONG)


def test_only_this_one_moves_and_is_marked_as_edited(qtbot, clinic):
    visit, _rect = still_to_come(clinic)
    clinic.board.view.canvas.select(visit.id)
    clinic.board._repeat(visit.id)
    dialog = opened(qtbot, clinic, SeriesDialog)
    answer(qtbot, dialog)
    press(qtbot, dialog, "series_save")
    qtbot.waitUntil(lambda: bool(series_of(clinic, visit)), timeout=LONG)
    shown = clinic.board
    qtbot.waitUntil(lambda: bool(shown.board.details[visit.id].series_words), timeout=LONG)
    before = series_of(clinic, visit)
    canvas = shown.view.canvas
    rect = canvas.card_rect(visit.id)
    drag(canvas, rect.center(), rect.center() + QPointF(0, 12).toPoint(),
         rect.center() + QPointF(0, 5).toPoint())  # fmt: skip
    box = opened(qtbot, clinic, ScopeDialog)
    press(qtbot, box, "scope_this")
    qtbot.waitUntil(lambda: series_of(clinic, visit)[0].by_hand, timeout=LONG)
    assert series_of(clinic, visit)[1:] == before[1:]


def test_escape_at_the_question_leaves_everything_where_it_is(qtbot, clinic):
    visit, _rect = still_to_come(clinic)
    clinic.board._repeat(visit.id)
    dialog = opened(qtbot, clinic, SeriesDialog)
    answer(qtbot, dialog)
    press(qtbot, dialog, "series_save")
    qtbot.waitUntil(lambda: bool(series_of(clinic, visit)), timeout=LONG)
    shown = clinic.board
    qtbot.waitUntil(lambda: bool(shown.board.details[visit.id].series_words), timeout=LONG)
    before = series_of(clinic, visit)
    rect = shown.view.canvas.card_rect(visit.id)
    drag(shown.view.canvas, rect.center(), rect.center() + QPointF(0, 10).toPoint())
    box = opened(qtbot, clinic, ScopeDialog)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not shown.drag.active
    assert series_of(clinic, visit) == before
