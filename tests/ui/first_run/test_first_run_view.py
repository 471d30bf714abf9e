"""The wizard by keys and mouse, over a real folder."""

from uuid import uuid4

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QPushButton

from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.store.keys import KdfCost
from clinic_desktop.ui.first_run.first_run_state import Step
from clinic_desktop.ui.first_run.first_run_view import FirstRunView
from clinic_desktop.ui.first_run.recovery_sheets import write_sheets
from clinic_desktop.ui.first_run.recovery_view import RecoveryView

GOOD = "clear river 7"
CHEAP = KdfCost(memory_kib=64, passes=1, lanes=1)


@pytest.fixture
def view(qtbot, theme):
    made = FirstRunView(lambda: str(uuid4()), theme)
    qtbot.addWidget(made)
    made.resize(960, 540)
    made.show()
    made.activateWindow()
    return made


def part(view, name, kind=QLineEdit):
    found = view.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot, view, name="first_next"):
    qtbot.mouseClick(part(view, name, QPushButton), Qt.MouseButton.LeftButton)


def person(qtbot, view, key, name, login, password=GOOD, repeat=None):
    for which, text in (("name", name), ("login", login), ("password", password),
                        ("repeat", password if repeat is None else repeat)):  # fmt: skip
        edit = part(view, f"first_{key}_{which}")
        edit.clear()
        qtbot.keyClicks(edit, text)


def to_roads(qtbot, view):
    qtbot.keyClicks(part(view, "first_clinic"), "River Needle")
    press(qtbot, view)
    person(qtbot, view, "owner", "Dana Okafor", "dana")
    press(qtbot, view)
    person(qtbot, view, "office", "Olive Meyer", "office")
    press(qtbot, view)
    press(qtbot, view)
    assert view.state.step is Step.ROADS


def test_the_wizard_makes_a_clinic_that_can_be_logged_in_to(qtbot, view, tmp_path, clock):
    folder = ClinicFolder(tmp_path / "clinic", clock, lambda: str(uuid4()), cost=CHEAP)
    to_roads(qtbot, view)
    with qtbot.waitSignal(view.finished) as asked:
        press(qtbot, view)
    sheets = folder.create(asked.args[0], SilentProgress())
    view.show_sheets(sheets)
    done = []
    view.done.connect(lambda: done.append(True))
    press(qtbot, view, "sheets_done")
    assert not done, "the codes have to be typed first"
    for sheet in sheets:
        edit = part(view, f"sheet_check_{sheet.file}")
        qtbot.keyClicks(edit, sheet.code[-4:].lower())
    press(qtbot, view, "sheets_done")
    assert done == [True]
    opened = folder.open("office", GOOD)
    assert opened.services.clinic.name == "River Needle"
    assert len(opened.services.store.reader().services()) == 4
    opened.close()
    folder.release()


def test_a_mistake_is_told_beside_the_field_and_takes_the_focus(qtbot, view):
    qtbot.keyClicks(part(view, "first_clinic"), "River Needle")
    qtbot.keyClick(part(view, "first_clinic"), Qt.Key.Key_Return)
    person(qtbot, view, "owner", "Dana Okafor", "dana", repeat="clear river 8")
    press(qtbot, view)
    repeat = part(view, "first_owner_repeat")
    assert repeat.accessibleDescription() == "The two passwords differ."
    assert view.state.step is Step.OWNER
    qtbot.waitUntil(lambda: view.focusWidget() is repeat)


def test_back_keeps_what_was_typed(qtbot, view):
    to_roads(qtbot, view)
    for _step in range(4):
        press(qtbot, view, "first_back")
    assert part(view, "first_clinic").text() == "River Needle"
    assert not part(view, "first_back", QPushButton).isVisible()


def test_a_failed_making_leaves_everything_typed_and_says_why(qtbot, view):
    to_roads(qtbot, view)
    press(qtbot, view)
    view.show_progress(0.4, "Making the keys")
    view.show_error(StoreTrouble("The disk is full."))
    told = part(view, "first_error", QLabel)
    assert told.isVisible()
    assert told.text() == "The disk is full."
    with qtbot.waitSignal(view.finished) as asked:
        press(qtbot, view)
    assert asked.args[0].clinic.name == "River Needle"


def test_more_practitioners_can_be_added_than_the_first(qtbot, view):
    qtbot.keyClicks(part(view, "first_clinic"), "River Needle")
    press(qtbot, view)
    person(qtbot, view, "owner", "Dana Okafor", "dana")
    qtbot.keyClick(part(view, "first_owner_treats", QCheckBox), Qt.Key.Key_Space)
    press(qtbot, view)
    press(qtbot, view)
    assert part(view, "first_practitioner0_name").accessibleDescription()
    person(qtbot, view, "practitioner0", "Marcus Bell", "marcus")
    press(qtbot, view, "first_more")
    person(qtbot, view, "practitioner1", "Priya Nair", "priya")
    press(qtbot, view)
    assert view.state.step is Step.SERVICES


def test_every_control_of_the_wizard_has_a_spoken_name(view):
    for kind in (QLineEdit, QComboBox, QCheckBox):
        for control in view.findChildren(kind):
            parent = control.parentWidget()
            inside = isinstance(parent, QComboBox) or "spinbox" in control.objectName()
            assert inside or control.accessibleName() or getattr(control, "text", str)(), control


SHEETS = (
    RecoverySheet(file="schedule", code="0ABC-1DEF-2GHJ"),
    RecoverySheet(file="clinical", code="3KMN-4PQR-5STV"),
)


def test_the_sheets_are_written_as_a_pdf(qapp, tmp_path):
    path = tmp_path / "sheets.pdf"
    assert write_sheets(path, SHEETS)
    assert path.read_bytes().startswith(b"%PDF")
    assert path.read_bytes().count(b"/Type /Page\n") == 2


def test_a_folder_that_cannot_be_written_is_said(qapp, tmp_path):
    assert not write_sheets(tmp_path / "nowhere" / "sheets.pdf", SHEETS)


@pytest.fixture
def recovery(qtbot, theme):
    made = RecoveryView(("dana", "office"), "office")
    qtbot.addWidget(made)
    made.resize(960, 540)
    made.show()
    return made


def test_a_sheet_gives_a_new_password(qtbot, recovery):
    qtbot.keyClicks(part(recovery, "recovery_schedule"), " 0abc-1def ")
    qtbot.keyClicks(part(recovery, "recovery_password"), GOOD)
    qtbot.keyClicks(part(recovery, "recovery_again"), GOOD)
    with qtbot.waitSignal(recovery.recover_requested) as asked:
        qtbot.keyClick(part(recovery, "recovery_again"), Qt.Key.Key_Return)
    assert asked.args == ["office", GOOD, ("0abc-1def",)]
    recovery.show_error(StoreTrouble("This code is not right."))
    assert part(recovery, "recovery_error", QLabel).text() == "This code is not right."
    assert part(recovery, "recovery_go", QPushButton).isEnabled()


def test_recovery_refuses_what_cannot_work_before_it_asks(qtbot, recovery):
    asked = []
    recovery.recover_requested.connect(lambda *a: asked.append(a))
    qtbot.keyClicks(part(recovery, "recovery_password"), "short")
    press(qtbot, recovery, "recovery_go")
    assert not asked
    assert part(recovery, "recovery_schedule").accessibleDescription()
    assert part(recovery, "recovery_password").accessibleDescription()
    assert part(recovery, "recovery_again").accessibleDescription()


def test_escape_goes_back_to_log_in(qtbot, recovery):
    with qtbot.waitSignal(recovery.cancelled):
        qtbot.keyClick(recovery, Qt.Key.Key_Escape)
