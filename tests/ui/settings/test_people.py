"""Settings > People over a real clinic: click, key, and look into the file."""

from datetime import date

import pytest
from PySide6.QtCore import Qt, QTime
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QTableView,
    QTabWidget,
    QTimeEdit,
    QToolButton,
)

from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.practitioner import Licence
from clinic_desktop.domain.role import Role
from clinic_desktop.ui.kit.confirm import Confirm
from clinic_desktop.ui.settings.people_controller import people_section
from clinic_desktop.ui.settings.practitioner_dialog import PractitionerDialog
from clinic_desktop.ui.settings.reassign_dialog import ReassignDialog
from clinic_desktop.ui.settings.sheets_dialog import SheetsDialog
from clinic_desktop.ui.settings.time_off_dialog import TimeOffDialog
from clinic_desktop.ui.settings.user_dialog import UserDialog

PASSWORD = "clear river 7"


@pytest.fixture
def view(qtbot, context, seen):
    made, controller = people_section(context)
    context.operations.changes_made.connect(lambda _c: controller.reload())
    qtbot.addWidget(made)
    made.resize(780, 540)
    made.show()
    controller.reload()
    qtbot.waitUntil(lambda: made.practitioners.model().rowCount() > 0)
    return made


def part(parent, name, kind=QLineEdit):
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot, parent, name):
    qtbot.mouseClick(part(parent, name, QPushButton), Qt.MouseButton.LeftButton)


def dialog(qtbot, view, kind):
    def there():
        return [d for d in view.findChildren(kind) if d.isVisible()]

    qtbot.waitUntil(lambda: bool(there()))
    return there()[0]


def choose(table, name):
    model = table.model()
    for row in range(model.rowCount()):
        if any(name in str(model.index(row, c).data()) for c in range(model.columnCount())):
            table.selectRow(row)
            return
    raise AssertionError(name)


def names(view):
    model = view.practitioners.model()
    return [model.index(row, 0).data() for row in range(model.rowCount())]


def test_the_tables_are_sound_models(qtmodeltester, view):
    qtmodeltester.check(view.practitioners.model())
    qtmodeltester.check(view.users.model())


def test_a_practitioner_is_added_with_hours_and_a_certificate(qtbot, view, opened):
    press(qtbot, view, "practitioner_add")
    form = dialog(qtbot, view, PractitionerDialog)
    qtbot.keyClicks(part(form, "practitioner_first"), "Priya")
    press(qtbot, form, "practitioner_save")
    assert part(form, "practitioner_last").accessibleDescription()
    qtbot.keyClicks(part(form, "practitioner_last"), "Nair")
    part(form, "works_4", QCheckBox).setFocus()
    qtbot.keyClick(part(form, "works_4", QCheckBox), Qt.Key.Key_Space)
    expires = part(form, "certificate0_expires")
    qtbot.keyClicks(expires, "someday")
    press(qtbot, form, "practitioner_save")
    assert "12/31/2027" in part(form, "practitioner_error", QLabel).text()
    expires.clear()
    qtbot.keyClicks(expires, "12/5/2026")
    press(qtbot, form, "practitioner_save")
    qtbot.waitUntil(lambda: "Priya Nair" in names(view))
    made = opened.services.store.reader().practitioners()[-1]
    assert made.marker == 3
    assert [bool(day) for day in made.pattern.weekdays] == [True] * 4 + [False] * 3
    assert made.certifications[0].expires.isoformat() == "2026-12-05"
    assert made.pattern.lunch is not None


def test_a_cycle_dates_with_other_hours_and_a_licence_are_kept_and_shown_again(qtbot, view, opened):
    def marcus():
        people = opened.services.store.reader().practitioners()
        return next(p for p in people if p.first_name == "Marcus")

    choose(view.practitioners, "Marcus")
    press(qtbot, view, "practitioner_edit")
    form = dialog(qtbot, view, PractitionerDialog)
    weeks = part(form, "cycle_weeks", QSpinBox)
    assert not part(form, "cycle_anchor").isVisible()
    weeks.setFocus()
    qtbot.keyClick(weeks, Qt.Key.Key_Up)
    anchor = part(form, "cycle_anchor")
    assert anchor.isVisible()
    part(form, "week2_works_4", QCheckBox).setChecked(False)
    part(form, "cycle_tabs", QTabWidget).setCurrentIndex(1)
    assert part(form, "week2_works_4", QCheckBox).accessibleName() == "Works on Week 2, Fri"
    qtbot.keyClicks(anchor, "11/24/2026")
    press(qtbot, form, "practitioner_save")
    assert "11/23/2026" in part(form, "practitioner_error", QLabel).text()
    assert "11/23/2026" in anchor.accessibleDescription()
    anchor.clear()
    qtbot.keyClicks(anchor, "11/23/2026")
    press(qtbot, form, "exception_add")
    assert form.focusWidget() is part(form, "exception0_first")
    qtbot.keyClicks(part(form, "exception0_first"), "12/24/2026")
    qtbot.keyClicks(part(form, "exception0_last"), "12/23/2026")
    press(qtbot, form, "practitioner_save")
    assert "on or after" in part(form, "practitioner_error", QLabel).text()
    part(form, "exception0_last").clear()
    press(qtbot, form, "licence_add")
    states = part(form, "licence0_state", QComboBox)
    states.setCurrentText("IL")
    assert states.accessibleName() == "Licence 1, state"
    qtbot.keyClicks(part(form, "licence0_expires"), "12/31/2026")
    press(qtbot, form, "practitioner_save")
    qtbot.waitUntil(lambda: bool(marcus().licences))
    made = marcus()
    assert len(made.pattern.hours_on(date(2026, 11, 27))) == 1
    assert made.pattern.hours_on(date(2026, 12, 4)) == ()
    assert made.pattern.hours_on(date(2026, 12, 24)) == ()
    assert made.licences == (Licence(state="IL", expires=date(2026, 12, 31)),)
    qtbot.waitUntil(lambda: not form.isVisible())
    qtbot.waitUntil(lambda: any(p.licences for p in view.people.practitioners))
    choose(view.practitioners, "Marcus")
    press(qtbot, view, "practitioner_edit")
    form = dialog(qtbot, view, PractitionerDialog)
    assert part(form, "cycle_weeks", QSpinBox).value() == 2
    assert part(form, "exception0_first").text() == "12/24/2026"
    part(form, "cycle_weeks", QSpinBox).setValue(1)
    cross = part(form, "exception0_remove", QToolButton)
    assert cross.accessibleName() == "Remove other hours 1"
    cross.setFocus()
    qtbot.keyClick(cross, Qt.Key.Key_Space)
    press(qtbot, form, "practitioner_save")
    qtbot.waitUntil(lambda: not marcus().pattern.more_weeks)
    assert marcus().pattern.exceptions == ()
    assert marcus().pattern.anchor is None


def test_time_off_repeats_every_second_week_until_a_day(qtbot, view, opened):
    choose(view.practitioners, "Marcus")
    press(qtbot, view, "practitioner_time_off")
    form = dialog(qtbot, view, TimeOffDialog)
    repeats, until = part(form, "time_off_repeats", QComboBox), part(form, "time_off_until")
    assert (repeats.accessibleName(), until.isVisible()) == ("Repeats", False)
    repeats.setFocus()
    qtbot.keyClick(repeats, Qt.Key.Key_Down)
    qtbot.keyClick(repeats, Qt.Key.Key_Down)
    assert until.isVisible()
    qtbot.keyClicks(until, "11/1/2026")
    press(qtbot, form, "time_off_save")
    assert "repeat until after" in part(form, "time_off_error", QLabel).text()
    until.clear()
    qtbot.keyClicks(until, "1/31/2027")
    part(form, "time_off_begins", QTimeEdit).setTime(QTime(14, 0))
    part(form, "time_off_ends", QTimeEdit).setTime(QTime(16, 0))
    press(qtbot, form, "time_off_save")
    qtbot.waitUntil(lambda: form.table.model().rowCount() == 1)
    assert form.table.model().index(0, 3).data() == "Every 2 weeks until 1/31/2027"
    assert repeats.currentIndex() == 0
    reader = opened.services.store.reader()
    day = date(2026, 12, 9)
    assert [t.span_on(day).start_min for t in reader.time_off_between(day, day)] == [14 * 60]
    later = date(2027, 2, 15)
    assert reader.time_off_between(later, later) == []


def test_a_practitioner_with_visits_ahead_leaves_only_after_they_are_reassigned(
    qtbot, view, opened, visit_ahead
):
    choose(view.practitioners, "Marcus")
    press(qtbot, view, "practitioner_deactivate")
    form = dialog(qtbot, view, ReassignDialog)
    assert "Ruth Abbott" in str(
        part(form, "reassign_visits", QTableView).model().index(0, 2).data()
    )
    assert part(form, "reassign_taker", QComboBox).currentText() == "Dana Okafor"
    press(qtbot, form, "reassign_save")
    qtbot.waitUntil(lambda: "Marcus Bell (not active)" in names(view))
    reader = opened.services.store.reader()
    dana = next(p for p in reader.practitioners() if p.first_name == "Dana")
    assert reader.visit("v-ruth").practitioner_id == dana.id
    assert not form.isVisible()
    choose(view.practitioners, "Marcus")
    press(qtbot, view, "practitioner_reactivate")
    qtbot.waitUntil(lambda: "Marcus Bell" in names(view))


def test_time_off_over_a_visit_is_entered_only_when_pressed_again(qtbot, view, opened, visit_ahead):
    choose(view.practitioners, "Marcus")
    press(qtbot, view, "practitioner_time_off")
    form = dialog(qtbot, view, TimeOffDialog)
    assert part(form, "time_off_from").text() == "11/25/2026"
    qtbot.keyClicks(part(form, "time_off_reason"), "Course")
    press(qtbot, form, "time_off_save")
    told = part(form, "time_off_error", QLabel)
    qtbot.waitUntil(lambda: "1 visit lies" in told.text())
    assert form.table.model().rowCount() == 0
    press(qtbot, form, "time_off_save")
    qtbot.waitUntil(lambda: form.table.model().rowCount() == 1)
    assert form.table.model().index(0, 2).data() == "Course"
    assert form.table.model().index(0, 1).data() == "Wed, Nov 25, 2026"
    press(qtbot, form, "time_off_remove")
    qtbot.waitUntil(lambda: form.table.model().rowCount() == 0)


def test_a_log_in_is_added_and_can_be_used(qtbot, view, folder, opened):
    press(qtbot, view, "user_add")
    form = dialog(qtbot, view, UserDialog)
    qtbot.keyClicks(part(form, "user_name"), "Ben Ito")
    qtbot.keyClicks(part(form, "user_login"), "OFFICE")
    qtbot.keyClicks(part(form, "user_password"), PASSWORD)
    press(qtbot, form, "user_save")
    assert part(form, "user_again").accessibleDescription() == "The two passwords differ."
    qtbot.keyClicks(part(form, "user_again"), PASSWORD)
    press(qtbot, form, "user_save")
    told = part(form, "user_error", QLabel)
    qtbot.waitUntil(lambda: "taken" in told.text())
    part(form, "user_login").clear()
    qtbot.keyClicks(part(form, "user_login"), "ben")
    press(qtbot, form, "user_save")
    qtbot.waitUntil(lambda: not form.isVisible())
    ben = next(u for u in opened.services.store.reader().users() if u.login == "ben")
    assert ben.roles == {Role.OFFICE}
    assert "ben" in folder.look().logins


def test_one_cannot_take_ones_own_log_in_away(view):
    choose(view.users, "dana")
    assert not part(view, "user_deactivate", QPushButton).isVisible()
    assert not part(view, "user_remove", QPushButton).isVisible()
    choose(view.users, "office")
    assert part(view, "user_deactivate", QPushButton).isVisible()
    assert part(view, "user_remove", QPushButton).isVisible()
    assert not part(view, "user_grant", QPushButton).isVisible()


def test_removing_a_user_re_keys_shows_new_sheets_and_logs_out(
    qtbot, view, folder, operations, seen
):
    choose(view.users, "office")
    press(qtbot, view, "user_remove")
    question = dialog(qtbot, view, Confirm)
    words = " ".join(w.text() for w in question.findChildren(QLabel))
    assert "still opens with the old password" in words
    press(qtbot, question, "confirm_yes")
    sheets = dialog(qtbot, view, SheetsDialog)
    qtbot.keyClick(sheets, Qt.Key.Key_Escape)
    assert sheets.isVisible(), "the sheets are shown once: Escape may not lose them"
    for file in ("schedule", "clinical"):
        code = part(sheets, f"sheet_code_{file}").text()
        qtbot.keyClicks(part(sheets, f"sheet_check_{file}"), code[-4:])
    press(qtbot, sheets, "sheets_done")
    assert seen.log_outs == 1
    with pytest.raises(PermissionRefused):
        operations.in_writer(lambda: folder.open("office", PASSWORD))
    again = operations.in_writer(lambda: folder.open("dana", PASSWORD))
    operations.in_writer(again.shut)


def test_no_is_the_answer_that_has_the_focus(qtbot, view, opened):
    choose(view.users, "office")
    press(qtbot, view, "user_deactivate")
    question = dialog(qtbot, view, Confirm)
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert all(u.active for u in opened.services.store.reader().users())
    press(qtbot, view, "user_deactivate")
    press(qtbot, dialog(qtbot, view, Confirm), "confirm_yes")
    model = view.users.model()
    qtbot.waitUntil(
        lambda: any("not active" in str(model.index(r, 0).data()) for r in range(model.rowCount()))
    )
