"""A patient list from the file to its summary, over a real clinic."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QTableView

from clinic_desktop.ui.importing.import_dialog import open_import
from clinic_desktop.ui.importing.import_view import COLUMNS, PREVIEW, SUMMARY

LIST = """Patient Number,First Name,Last Name,Birth Date,Mobile Phone,Street Address,City,Likes
101,Ruth,Abbott,09/02/1951,314-555-0177,12 Elm St,St. Louis,tea
102,Hal,Drummond,03/14/1960,314-555-0178,14 Elm St,St. Louis,golf
102,Hal,Drummond,03/14/1960,314-555-0178,14 Elm St,St. Louis,golf
"""


@pytest.fixture
def start(qtbot, context, tmp_path):
    """Opens the import of a text as a file."""

    def start(text: str | bytes):
        path = tmp_path / "patients.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        made = open_import(context, None, path)
        qtbot.addWidget(made)
        return made

    return start


def part(parent, name, kind):
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def go(qtbot, dialog):
    button = part(dialog, "import_go", QPushButton)
    qtbot.waitUntil(button.isEnabled)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def page(dialog):
    return dialog._stack.currentIndex()


def to_preview(qtbot, dialog):
    qtbot.waitUntil(lambda: dialog.findChild(QComboBox, "import_column0") is not None)
    go(qtbot, dialog)
    qtbot.waitUntil(lambda: page(dialog) == PREVIEW)


def patients(opened):
    return sorted(p.name for p in opened.services.store.reader().every_patient())


def test_a_list_is_imported_once_and_a_second_time_changes_nothing(qtbot, start, opened, seen):
    dialog = start(LIST)
    to_preview(qtbot, dialog)
    assert part(dialog, "import_counts", QLabel).text() == "2 new patients, 1 here already"
    go(qtbot, dialog)
    qtbot.waitUntil(lambda: page(dialog) == SUMMARY)
    assert "2 patients were added" in part(dialog, "import_summary", QLabel).text()
    assert patients(opened) == ["Hal Drummond", "Ruth Abbott"]
    assert seen.changes[-1].operation == "Import patients"
    go(qtbot, dialog)
    assert not dialog.isVisible()
    again = start(LIST)
    to_preview(qtbot, again)
    assert part(again, "import_go", QPushButton).text() == "Nothing to import"
    assert not part(again, "import_go", QPushButton).isEnabled()


def test_a_column_is_left_out_or_given_another_meaning(qtbot, start):
    dialog = start(LIST)
    qtbot.waitUntil(lambda: dialog.findChild(QComboBox, "import_column7") is not None)
    likes = part(dialog, "import_column7", QComboBox)
    assert likes.currentText() == "Leave out"
    assert likes.accessibleName() == "Likes holds"
    last = part(dialog, "import_column2", QComboBox)
    last.setFocus()
    qtbot.keyClick(last, Qt.Key.Key_Home)
    first = part(dialog, "import_column1", QComboBox)
    first.setFocus()
    qtbot.keyClick(first, Qt.Key.Key_Home)
    go(qtbot, dialog)
    told = part(dialog, "import_error", QLabel)
    qtbot.waitUntil(lambda: told.isVisible())
    assert page(dialog) == COLUMNS


def test_lines_that_cannot_be_taken_stop_the_import_until_they_are_left_out(qtbot, start, opened):
    dialog = start(LIST.replace("03/14/1960", "14 March"))
    qtbot.waitUntil(lambda: dialog.findChild(QComboBox, "import_column3") is not None)
    dates = part(dialog, "import_dates", QComboBox)
    if dates.isVisible() and dates.currentIndex() == 0:
        qtbot.keyClick(dates, Qt.Key.Key_Down)
    to_preview(qtbot, dialog)
    assert "cannot be taken" in part(dialog, "import_counts", QLabel).text()
    assert not part(dialog, "import_go", QPushButton).isEnabled()
    qtbot.keyClick(part(dialog, "import_leave", QCheckBox), Qt.Key.Key_Space)
    go(qtbot, dialog)
    qtbot.waitUntil(lambda: page(dialog) == SUMMARY)
    assert patients(opened) == ["Ruth Abbott"]


def test_a_list_that_is_not_unicode_is_read_only_after_a_question(qtbot, start, opened):
    dialog = start(LIST.replace("Hal", "José").encode("cp1252"))
    told = part(dialog, "import_encoding", QLabel)
    qtbot.waitUntil(lambda: told.isVisible())
    assert "Western European" in told.text()
    go(qtbot, dialog)
    to_preview(qtbot, dialog)
    go(qtbot, dialog)
    qtbot.waitUntil(lambda: page(dialog) == SUMMARY)
    assert patients(opened) == ["José Drummond", "Ruth Abbott"]


def test_a_broken_file_says_so_and_lets_another_be_chosen(qtbot, start):
    dialog = start("")
    told = part(dialog, "import_error", QLabel)
    qtbot.waitUntil(lambda: told.isVisible())
    assert part(dialog, "import_again", QPushButton).isVisible()
    assert not part(dialog, "import_go", QPushButton).isEnabled()


def test_cancel_changes_nothing(qtbot, start, opened):
    dialog = start(LIST)
    to_preview(qtbot, dialog)
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert patients(opened) == []


def test_back_keeps_the_columns_as_chosen(qtbot, start):
    dialog = start(LIST)
    to_preview(qtbot, dialog)
    qtbot.mouseClick(part(dialog, "import_back", QPushButton), Qt.MouseButton.LeftButton)
    assert page(dialog) == COLUMNS
    assert part(dialog, "import_column1", QComboBox).currentText() == "First name"


def test_the_preview_is_a_sound_model(qtbot, start, qtmodeltester):
    dialog = start(LIST)
    to_preview(qtbot, dialog)
    qtmodeltester.check(part(dialog, "import_preview", QTableView).model())
