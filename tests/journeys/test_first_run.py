"""From an empty folder to a working clinic: first run, log-in, people, import, backup, restore."""

import shutil

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QLineEdit, QPushButton

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.app import ClinicApp, make_application
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.system import new_id
from clinic_desktop.ui.first_run.first_run_view import FirstRunView
from clinic_desktop.ui.importing.import_dialog import ImportDialog
from clinic_desktop.ui.settings.people_dialogs import PractitionerDialog
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


def first_run(qtbot, clinic):
    view = clinic.window.centralWidget()
    assert isinstance(view, FirstRunView)
    press(qtbot, view, "first_next")
    assert "called" in view._error.text()
    type_into(qtbot, view, "first_clinic", "Arch City Needling")
    press(qtbot, view, "first_next")
    type_into(qtbot, view, "first_owner_name", "Dana Whitfield")
    type_into(qtbot, view, "first_owner_login", "dana")
    type_into(qtbot, view, "first_owner_password", PASSWORD)
    type_into(qtbot, view, "first_owner_repeat", "another")
    press(qtbot, view, "first_next")
    assert "differ" in view._error.text()
    type_into(qtbot, view, "first_owner_repeat", PASSWORD)
    press(qtbot, view, "first_next")
    type_into(qtbot, view, "first_office_name", "Olivia Marsh")
    type_into(qtbot, view, "first_office_login", "olivia")
    type_into(qtbot, view, "first_office_password", PASSWORD)
    press(qtbot, view, "first_next")
    press(qtbot, view, "first_next")
    qtbot.waitUntil(lambda: view.findChild(QLineEdit, "sheet_check_schedule") is not None,
                    timeout=LONG)  # fmt: skip
    press(qtbot, view, "first_next")
    assert "last group" in view._error.text()
    for sheet in view._sheets:
        type_into(qtbot, view, f"sheet_check_{sheet.file}", sheet.code.split("-")[-1])
    sheets = view._sheets
    press(qtbot, view, "first_next")
    qtbot.waitUntil(lambda: clinic._login is not None, timeout=LONG)
    return sheets


def log_in(qtbot, clinic, login, password=PASSWORD):
    view = clinic._login
    view.choose(login)
    type_into(qtbot, clinic.window, "login_password", password)
    qtbot.keyClick(clinic.window.findChild(QLineEdit, "login_password"), Qt.Key.Key_Return)


def board_there(clinic):
    return clinic.board is not None and clinic.board.board is not None


def test_an_empty_folder_becomes_a_clinic_that_works(qtbot, clinic, tmp_path):
    sheets = first_run(qtbot, clinic)

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
    qtbot.waitUntil(lambda: settings.people.practitioners.count() == 1, timeout=LONG)
    press(qtbot, settings, "add_practitioner")
    dialog = settings.people.findChild(PractitionerDialog)
    type_into(qtbot, dialog, "practitioner_first", "Marcus")
    type_into(qtbot, dialog, "practitioner_last", "Oyelaran")
    press(qtbot, dialog, "practitioner_save")
    qtbot.waitUntil(lambda: settings.people.practitioners.count() == 2, timeout=LONG)

    # A patient list comes in, once; the second time it changes nothing.
    path = tmp_path / "patients.csv"
    path.write_text(
        "Patient Number,First Name,Last Name,Mobile Phone,Street Address,City,Province,Postal\n"
        "1,Ruth,Abernathy,(314) 555-0142,12 Elm Street,St. Louis,MO,63104\n"
        "2,Tom,Kessler,314-555-0143,14 Oak Street,St. Louis,MO,63108\n",
        encoding="utf-8",
    )
    for expected in (2, 0):
        importing = ImportDialog(clinic.board._context, path, clinic.window)
        importing.open()
        go = importing.findChild(QPushButton, "import_go")
        qtbot.waitUntil(go.isEnabled, timeout=LONG)
        assert f"{expected} new" in importing._counts.text()
        qtbot.mouseClick(go, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda d=importing: d.result() == QDialog.DialogCode.Accepted, timeout=LONG)
    assert len(clinic.opened.services.store.reader().all_patients()) == 2

    # Undo takes the whole import back in one step, redo brings it again.
    clinic.undo()
    qtbot.waitUntil(
        lambda: len(clinic.opened.services.store.reader().all_patients()) == 0, timeout=LONG
    )
    clinic.redo()
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
    codes = tuple(sheet.code for sheet in sheets)
    clinic._folder.recover("dana", "summer-road-8", codes)
    log_in(qtbot, clinic, "dana", "summer-road-8")
    qtbot.waitUntil(lambda: board_there(clinic), timeout=LONG)
    assert clinic.opened.clinical is not None
    assert clinic.opened.verify() == []


def test_the_owner_who_does_not_treat_opens_no_notes(qtbot, clinic):
    view = clinic.window.centralWidget()
    type_into(qtbot, view, "first_clinic", "Arch City Needling")
    press(qtbot, view, "first_next")
    for name, text in (
        ("first_owner_name", "Olivia Marsh"),
        ("first_owner_login", "olivia"),
        ("first_owner_password", PASSWORD),
        ("first_owner_repeat", PASSWORD),
    ):
        type_into(qtbot, view, name, text)
    view.findChild(QCheckBox, "first_owner_treats").setChecked(False)
    press(qtbot, view, "first_next")
    press(qtbot, view, "first_next")
    assert "practitioner" in view._error.text()
    type_into(qtbot, view, "first_person0_name", "Dana Whitfield")
    type_into(qtbot, view, "first_person0_login", "dana")
    type_into(qtbot, view, "first_person0_password", PASSWORD)
    press(qtbot, view, "first_next")
    press(qtbot, view, "first_next")
    qtbot.waitUntil(lambda: view.findChild(QLineEdit, "sheet_check_schedule") is not None,
                    timeout=LONG)  # fmt: skip
    for sheet in view._sheets:
        type_into(qtbot, view, f"sheet_check_{sheet.file}", sheet.code.split("-")[-1])
    press(qtbot, view, "first_next")
    qtbot.waitUntil(lambda: clinic._login is not None, timeout=LONG)
    log_in(qtbot, clinic, "olivia")
    qtbot.waitUntil(lambda: board_there(clinic), timeout=LONG)
    assert clinic.opened.clinical is None
    assert clinic.window.page("settings").people is not None
