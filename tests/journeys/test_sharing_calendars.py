"""The office saves a calendar for other programs: what leaves is shown first, and no name does."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from clinic_desktop.ui.sharing.sharing_dialog import SharingDialog, open_sharing
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


@pytest.fixture
def clinic(qtbot, open_window, town_clinic):
    made = open_window(town_clinic)
    log_in(qtbot, made, "office")
    return made


@pytest.fixture
def dialog(qtbot, clinic, tmp_path):
    open_sharing(clinic._context, clinic.window, lambda _parent, name: tmp_path / name)
    qtbot.waitUntil(lambda: clinic.window.findChild(SharingDialog) is not None, timeout=LONG)
    made = clinic.window.findChild(SharingDialog)
    qtbot.waitUntil(lambda: "would leave" in text(made, "sharing_counts"), timeout=LONG)
    return made


def text(dialog, name):
    return dialog.findChild(QLabel, name).text()


def press(qtbot, dialog, name):
    button = dialog.findChild(QPushButton, name)
    qtbot.waitUntil(button.isEnabled, timeout=LONG)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_what_is_saved_is_what_was_shown_and_names_nobody(qtbot, clinic, dialog, tmp_path):
    who = dialog.findChild(QComboBox, "sharing_who")
    assert who.count() == 4, "everybody, and each of the three"
    before = text(dialog, "sharing_counts")
    who.setCurrentIndex(1)
    qtbot.waitUntil(lambda: text(dialog, "sharing_counts") not in ("", before), timeout=LONG)
    count = int(text(dialog, "sharing_counts").split()[0])
    press(qtbot, dialog, "sharing_go")
    qtbot.waitUntil(lambda: "visits are in" in text(dialog, "sharing_told"), timeout=LONG)
    (path,) = tmp_path.glob("*.ics")
    saved = path.read_text(encoding="utf-8")
    assert saved.count("BEGIN:VEVENT") == count
    names = {p.last_name for p in clinic.opened.services.store.reader().all_patients()}
    practitioners = {p.last_name for p in clinic.opened.services.store.reader().practitioners()}
    assert not [name for name in names - practitioners if name in saved]


def test_an_unprotected_server_is_refused_beside_its_fields(qtbot, clinic, dialog):
    dialog._way.chosen.emit(1)
    dialog._way.set_index(1)
    dialog.findChild(QLineEdit, "sharing_url").setText("http://cal.example/")
    press(qtbot, dialog, "sharing_keep")
    qtbot.waitUntil(lambda: "unprotected" in text(dialog, "sharing_told"), timeout=LONG)
    press(qtbot, dialog, "sharing_go")
    qtbot.waitUntil(lambda: "No calendar server" in text(dialog, "sharing_told"), timeout=LONG)
