"""From an empty folder to a working clinic: first run, log-in, people, import, backup, restore."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLabel, QLineEdit, QPushButton

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.app import ClinicApp, make_application
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from clinic_desktop.ui.first_run.first_run_view import FirstRunView
from clinic_desktop.ui.importing.import_dialog import open_import
from clinic_desktop.ui.settings.practitioner_dialog import PractitionerDialog
from tests.journeys.conftest import CHEAP, Morning

pytestmark = pytest.mark.journey
LONG = 30_000
PASSWORD = "winter-road-7"


def type_into(qtbot, parent, name, text):
    edit = parent.findChild(QLineEdit, name)
    assert edit is not None, name
    edit.clear()
    qtbot.keyClicks(edit, text)


def press(qtbot, parent, name):
    button = parent.findChild(QPushButton, name)
    assert button is not None, name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def clinic(qtbot, qapp, tmp_path):
    _app, theme = make_application(Arguments(verb=""))
    made = ClinicApp(ClinicFolder(tmp_path / "new", Morning(), new_id, CHEAP), Morning(), theme)
    made.start()
    made.window.resize(1440, 900)
    made.window.show()
    qtbot.waitExposed(made.window)
    yield made
    made.close()
    made.window.close()
    made.window.deleteLater()
    qapp.setStyleSheet("")


def told(view, name):
    """What stands beside a field."""
    return view.findChild(QLineEdit, name).accessibleDescription()


def person(qtbot, view, key, name, login):
    for part, text in (
        ("name", name),
        ("login", login),
        ("password", PASSWORD),
        ("repeat", PASSWORD),
    ):
        type_into(qtbot, view, f"first_{key}_{part}", text)


def keep_sheets(qtbot, clinic, view):
    """Read the codes off the screen and type their last groups."""
    qtbot.waitUntil(lambda: view.findChild(QPushButton, "sheets_done") is not None, timeout=LONG)
    codes = tuple(
        view.findChild(QLineEdit, f"sheet_code_{file}").text() for file in ("schedule", "clinical")
    )
    press(qtbot, view, "sheets_done")
    assert "last four" in told(view, "sheet_check_schedule")
    for file, code in zip(("schedule", "clinical"), codes, strict=True):
        type_into(qtbot, view, f"sheet_check_{file}", code.split("-")[-1])
    press(qtbot, view, "sheets_done")
    qtbot.waitUntil(lambda: clinic._login is not None, timeout=LONG)
    return codes


def first_run(qtbot, clinic):
    view = clinic.window.centralWidget()
    assert isinstance(view, FirstRunView)
    press(qtbot, view, "first_next")
    assert told(view, "first_clinic")
    type_into(qtbot, view, "first_clinic", "Arch City Needling")
    press(qtbot, view, "first_next")
    person(qtbot, view, "owner", "Dana Whitfield", "dana")
    type_into(qtbot, view, "first_owner_repeat", "another")
    press(qtbot, view, "first_next")
    assert "differ" in told(view, "first_owner_repeat")
    type_into(qtbot, view, "first_owner_repeat", PASSWORD)
    press(qtbot, view, "first_next")
    person(qtbot, view, "office", "Olivia Marsh", "olivia")
    for _step in ("people", "services", "roads"):
        press(qtbot, view, "first_next")
    return keep_sheets(qtbot, clinic, view)


def log_in(qtbot, clinic, login, password=PASSWORD):
    view = clinic._login
    view.choose(login)
    type_into(qtbot, clinic.window, "login_password", password)
    qtbot.keyClick(clinic.window.findChild(QLineEdit, "login_password"), Qt.Key.Key_Return)


def board_there(clinic):
    return clinic.board is not None and clinic.board.board is not None


def test_an_empty_folder_becomes_a_clinic_that_works(qtbot, clinic, tmp_path):
    codes = first_run(qtbot, clinic)

    # A wrong password is one sentence, and nothing is opened.
    log_in(qtbot, clinic, "dana", "wrong-password")
    qtbot.waitUntil(lambda: "wrong" in clinic._login._field._below.text(), timeout=LONG)
    log_in(qtbot, clinic, "dana")
    qtbot.waitUntil(lambda: board_there(clinic), timeout=LONG)
    failures = [e for e in clinic.opened.services.audit.trail(clinic.opened.services.session)
                if e.action == "login_failed"]  # fmt: skip
    assert len(failures) == 1

    # Settings > People: add a practitioner.
    clinic.window.show_page("settings")
    settings = clinic.window.page("settings")
    qtbot.waitUntil(lambda: settings.people.practitioners.model().rowCount() == 1, timeout=LONG)
    press(qtbot, settings, "practitioner_add")
    dialog = settings.people.findChild(PractitionerDialog)
    type_into(qtbot, dialog, "practitioner_first", "Marcus")
    type_into(qtbot, dialog, "practitioner_last", "Oyelaran")
    press(qtbot, dialog, "practitioner_save")
    qtbot.waitUntil(lambda: settings.people.practitioners.model().rowCount() == 2, timeout=LONG)

    # A patient list comes in, once; the second time it changes nothing.
    path = tmp_path / "patients.csv"
    path.write_text(
        "Patient Number,First Name,Last Name,Mobile Phone,Street Address,City,Province,Postal\n"
        "1,Ruth,Abernathy,(314) 555-0142,12 Elm Street,St. Louis,MO,63104\n"
        "2,Tom,Kessler,314-555-0143,14 Oak Street,St. Louis,MO,63108\n",
        encoding="utf-8",
    )
    for expected in (2, 0):
        importing = open_import(clinic.board._context, clinic.window, path)
        go = importing.findChild(QPushButton, "import_go")
        qtbot.waitUntil(go.isEnabled, timeout=LONG)
        qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
        counts = importing.findChild(QLabel, "import_counts")
        qtbot.waitUntil(lambda c=counts: bool(c.text()), timeout=LONG)
        assert f"{expected} new" in counts.text()
        assert go.isEnabled() == bool(expected)
        if expected:
            qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
            summary = importing.findChild(QLabel, "import_summary")
            qtbot.waitUntil(lambda s=summary: "2 patients were added" in s.text(), timeout=LONG)
            qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
            assert importing.result() == QDialog.DialogCode.Accepted
        else:
            press(qtbot, importing, "import_close")
    assert len(clinic.opened.services.store.reader().all_patients()) == 2

    # Undo takes the whole import back in one step, redo brings it again.
    clinic.history.undo()
    qtbot.waitUntil(
        lambda: len(clinic.opened.services.store.reader().all_patients()) == 0, timeout=LONG
    )
    clinic.history.redo()
    qtbot.waitUntil(
        lambda: len(clinic.opened.services.store.reader().all_patients()) == 2, timeout=LONG
    )

    # Back up, lose everything, restore through the window.
    press(qtbot, settings, "backup_now")
    qtbot.waitUntil(lambda: len(settings.backups._backups) == 1, timeout=LONG)
    backup = settings.backups._backups[0]
    copy = tmp_path / "copy"
    shutil.copytree(backup.path, copy)
    settings.backups.restore(backup.path)
    qtbot.waitUntil(lambda: clinic._login is not None and clinic.opened is None, timeout=LONG)
    log_in(qtbot, clinic, "olivia")
    qtbot.waitUntil(lambda: board_there(clinic), timeout=LONG)
    assert len(clinic.opened.services.store.reader().all_patients()) == 2
    assert clinic.opened.clinical is None
    assert clinic.window.page("settings").people is None

    # A recovery sheet gives a lost password back.
    clinic.log_out()
    qtbot.waitUntil(lambda: clinic._login is not None and clinic.opened is None, timeout=LONG)
    clinic._folder.recover("dana", "summer-road-8", codes)
    log_in(qtbot, clinic, "dana", "summer-road-8")
    qtbot.waitUntil(lambda: board_there(clinic), timeout=LONG)
    assert clinic.opened.clinical is not None
    assert clinic.opened.verify() == []


def test_the_owner_who_does_not_treat_opens_no_notes(qtbot, clinic):
    view = clinic.window.centralWidget()
    type_into(qtbot, view, "first_clinic", "Arch City Needling")
    press(qtbot, view, "first_next")
    person(qtbot, view, "owner", "Olivia Marsh", "olivia")
    view.findChild(QCheckBox, "first_owner_treats").setChecked(False)
    press(qtbot, view, "first_next")
    press(qtbot, view, "first_next")
    assert told(view, "first_practitioner0_name")
    person(qtbot, view, "practitioner0", "Dana Whitfield", "dana")
    for _step in ("people", "services", "roads"):
        press(qtbot, view, "first_next")
    keep_sheets(qtbot, clinic, view)
    log_in(qtbot, clinic, "olivia")
    qtbot.waitUntil(lambda: board_there(clinic), timeout=LONG)
    assert clinic.opened.clinical is None
    assert clinic.window.page("settings").people is not None
