"""The dialog of a series shows what would be written, and writes just that."""

from dataclasses import dataclass, field
from datetime import timedelta
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QFrame,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QWidget,
)

from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.series import Scope
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.operations.operations import Operations
from clinic_desktop.services.series_plan import ChangeSeries
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.series.cancel_dialog import CancelDialog
from clinic_desktop.ui.series.series_asking import repeat_visit
from clinic_desktop.ui.series.series_dialog import SeriesDialog
from tests.services.clinic_day import OFFICE, TOM, clinic_day, visit

WEEK = timedelta(weeks=1)


@dataclass
class Desk:
    """The day, its context, and what was said."""

    day: object
    context: UiContext
    operations: Operations
    window: QWidget
    said: list = field(default_factory=list)

    def puts(self, *records):
        self.operations.in_writer(lambda: self.day.puts(*records))

    def now(self, visit_id):
        return self.operations.in_writer(lambda: self.day.now(visit_id))

    def members(self):
        series_id = self.now(TOM.id).series_id
        read = self.day.store.reader
        return self.operations.in_writer(lambda: read().visits_of_series(series_id))

    def dialog(self, qtbot, move=None) -> SeriesDialog:
        tom = self.now(TOM.id)
        series = self.operations.in_writer(lambda: self.day.series.series_of(OFFICE, TOM.id))
        made = SeriesDialog(self.context, tom, series, move, self.window)
        made.open()
        return made


@pytest.fixture
def desk(qtbot, qapp, tmp_path, clock, theme, formats):
    operations = Operations()
    broken = []
    operations.broke.connect(broken.append)
    held = clinic_day(tmp_path, clock)
    day = operations.in_writer(held.__enter__)
    said = []
    context = UiContext(
        services=SimpleNamespace(session=OFFICE, series=day.series, store=day.store),
        operations=operations,
        theme=theme,
        formats=formats,
        clock=clock,
        open_patient=lambda _patient: None,
        open_visit=lambda _visit: None,
        show_page=lambda _page: None,
        say=said.append,
        new_id=lambda: "id",
        log_out=lambda: None,
    )
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    yield Desk(day=day, context=context, operations=operations, window=window, said=said)
    operations.close(last=lambda: held.__exit__(None, None, None))
    QApplication.processEvents()
    assert broken == []


def planned(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.plan is not None)
    return dialog.plan


def test_six_weekly_visits_are_offered_and_booked_by_keyboard(qtbot, desk):
    dialog = desk.dialog(qtbot)
    assert not dialog.save_button.isEnabled(), "nothing is known yet"
    planned(qtbot, dialog)
    rows = dialog.table.model().rows()
    assert [row.cells[1] for row in rows][:2] == ["Tue, Nov 24 1:00 PM", "Tue, Dec 1 1:00 PM"]
    assert rows[1].cells[2] == "fits; promised 12:45–1:15 PM"
    assert "Tell Tom the times" in dialog.findChild(QLabel, "series_about").text()
    assert dialog.save_button.text() == "Book 5 visits"
    qtbot.keyClick(dialog.save_button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert [v.series_number for v in desk.members()] == [1, 2, 3, 4, 5, 6]


def test_a_conflict_waits_for_a_choice_and_both_choices_are_offered(qtbot, desk):
    desk.puts(visit("gil", TOM.start + WEEK))
    dialog = desk.dialog(qtbot)
    planned(qtbot, dialog)
    assert not dialog.save_button.isEnabled()
    words = dialog.findChild(QLabel, "series_conflict_2")
    assert words.text() == "Dana has another visit then."
    box = dialog.findChild(QComboBox, "series_choice_2")
    assert box.accessibleName() == "Tue, Dec 1 1:00 PM: what to do"
    choices = [box.itemText(n) for n in range(box.count())]
    assert choices[:2] == ["Choose ...", "Skip it"]
    assert choices[2].startswith("Tue, Dec 1 "), "the nearest that day"
    assert len(choices) == 4, "and the nearest of that week"
    box.setFocus()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(dialog.save_button.isEnabled)
    assert dialog.save_button.text() == "Book 4 visits"
    assert dialog.findChild(QComboBox, "series_choice_2") is box, "the choice keeps its place"
    qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: dialog.save_button.text() == "Book 5 visits")
    dialog.save()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert desk.members()[1].by_hand


def test_until_a_date_and_a_date_that_is_none(qtbot, desk):
    dialog = desk.dialog(qtbot)
    planned(qtbot, dialog)
    ends = dialog.findChild(QFrame, "series_ends")
    qtbot.mouseClick(ends.findChildren(QPushButton)[1], Qt.MouseButton.LeftButton)
    until = dialog.findChild(QLineEdit, "series_until")
    assert until.text() == "12/29/2026", "as long as the number was"
    until.clear()
    qtbot.keyClicks(until, "someday")
    error = dialog.findChild(QLabel, "series_error")
    qtbot.waitUntil(lambda: "not a date" in error.text())
    assert not dialog.save_button.isEnabled()
    until.clear()
    qtbot.keyClicks(until, "12/8/2026")
    qtbot.waitUntil(lambda: dialog.plan is not None and len(dialog.plan.items) == 3)
    assert not error.isVisible()


def test_what_was_taken_meanwhile_is_said_and_shown_instead_of_booked(qtbot, desk):
    dialog = desk.dialog(qtbot)
    planned(qtbot, dialog)
    desk.puts(visit("gil", TOM.start + WEEK))
    dialog.save()
    error = dialog.findChild(QLabel, "series_error")
    qtbot.waitUntil(lambda: "Dana has another visit then" in error.text())
    qtbot.waitUntil(lambda: dialog.plan is not None)
    assert dialog.isVisible()
    assert [item.number for item in dialog.plan.open] == [2]
    assert not dialog.save_button.isEnabled()
    assert desk.now(TOM.id).series_id is None


def test_nothing_to_do_is_nothing_to_save(qtbot, desk):
    first = desk.dialog(qtbot)
    planned(qtbot, first)
    first.save()
    qtbot.waitUntil(lambda: not first.isVisible())
    again = desk.dialog(qtbot)
    planned(qtbot, again)
    assert again.findChild(QSpinBox, "series_count").value() == 6
    assert not again.save_button.isEnabled()
    again.findChild(QSpinBox, "series_count").setValue(7)
    qtbot.waitUntil(lambda: again.save_button.text() == "Book 1 visit")
    assert again.save_button.isEnabled()


def test_those_who_must_be_told_are_listed_before_a_series_moves(qtbot, desk):
    first = desk.dialog(qtbot)
    planned(qtbot, first)
    first.save()
    qtbot.waitUntil(lambda: not first.isVisible())
    move = ChangeSeries(visit_id=TOM.id, scope=Scope.ALL, start=TOM.start + timedelta(hours=1))
    dialog = desk.dialog(qtbot, move)
    plan = planned(qtbot, dialog)
    assert dialog.findChild(QSpinBox, "series_weeks") is None, "the rule is not asked again"
    told = dialog.findChild(QFrame, "series_tell").accessibleName()
    assert all(t.sentence in told for t in plan.tellings)
    assert len(plan.tellings) == 6
    assert dialog.save_button.text() == "Change 6 visits and call"
    dialog.save()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert {v.start.hour for v in desk.members()} == {14}


def test_a_held_visit_is_booked_before_it_is_repeated(qtbot, desk):
    desk.puts(visit("gil", TOM.start + timedelta(hours=2), state=VisitState.HELD))
    repeat_visit(desk.context, desk.window, "")
    assert desk.said == ["Select a visit first."]
    repeat_visit(desk.context, desk.window, VisitId("gil-visit"))
    qtbot.waitUntil(lambda: bool(desk.window.findChildren(SeriesDialog)))
    dialog = desk.window.findChildren(SeriesDialog)[0]
    error = dialog.findChild(QLabel, "series_error")
    qtbot.waitUntil(lambda: "only held" in error.text())
    assert not dialog.save_button.isEnabled()


def test_cancelling_says_which_visits_and_needs_a_reason(qtbot, desk):
    first = desk.dialog(qtbot)
    planned(qtbot, first)
    first.save()
    qtbot.waitUntil(lambda: not first.isVisible())
    third = desk.members()[2]
    dialog = CancelDialog(desk.context, third.id, desk.window)
    dialog.open()
    save = dialog.findChild(QPushButton, "series_cancel_save")
    qtbot.waitUntil(lambda: save.text() == "Cancel 1 visit")
    qtbot.mouseClick(dialog.scope.findChildren(QPushButton)[1], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: save.text() == "Cancel 4 visits")
    which = dialog.findChild(QLabel, "series_cancel_which").text()
    assert which == "Tue, Dec 8, Tue, Dec 15, Tue, Dec 22, Tue, Dec 29"
    dialog.save()
    error = dialog.findChild(QLabel, "series_cancel_error")
    qtbot.waitUntil(lambda: "needs a reason" in error.text())
    qtbot.keyClicks(dialog.findChild(QLineEdit, "series_cancel_reason"), "well again")
    dialog.save()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    states = [v.state for v in desk.members()]
    assert states == [VisitState.BOOKED] * 2 + [VisitState.CANCELLED] * 4
