"""Settings > People over a real clinic: click, key, and look into the file."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton, QTableView

from clinic_desktop.domain.errors import PermissionRefused
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
