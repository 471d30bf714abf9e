"""Somebody calls; the office types a few letters and opens the record."""

from datetime import date

import pytest
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QPushButton

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.ui.patients.patient_form import PatientForm
from clinic_desktop.ui.patients.patient_rows import (
    Missing,
    archived_rows,
    read_rows,
    search_rows,
)
from clinic_desktop.ui.patients.patient_table import MISSING, NAME, NEXT, PatientTable
from clinic_desktop.ui.patients.patients_page import PatientsPage

TODAY = date(2026, 11, 24)


@pytest.fixture
def page(qtbot, context):
    made = PatientsPage(context)
    qtbot.addWidget(made)
    made.resize(888, 500)
    made.show()
    context.operations.changes_made.connect(made.apply)
    made.activated()
    qtbot.waitUntil(lambda: made.model.rowCount() == 5)
    return made


def names(page):
    return [row.name for row in page.model.rows()]


def cell(model: QAbstractTableModel, row: int, column: int) -> str:
    return model.data(model.index(row, column))


def now(context):
    return context.clock.now_utc().replace(tzinfo=None)


def test_all_patients_stand_by_last_name_with_what_is_missing(page):
    assert names(page) == [
        "Abbott, Ruth",
        "Jaffer, Omar",
        "Kessler, Nora (Eleanor)",
        "Kowalski, Tom",
        "Sorensen, Ben",
    ]
    assert cell(page.model, 1, MISSING) == "no phone, no address"
    assert cell(page.model, 4, MISSING) == "no pin"
    assert cell(page.model, 2, NEXT) == "Today, 10:15 AM"
    assert cell(page.model, 0, NEXT) == "Wed, Nov 25, 2:00 PM"


def test_the_list_is_a_sound_qt_model(qtmodeltester, context, store):
    model = PatientTable(Formats(), TODAY)
    model.show_page(read_rows(store.reader(), now(context)), TODAY)
    qtmodeltester.check(model, force_py=True)


def test_typing_part_of_a_name_and_digits_then_enter_opens_the_record(qtbot, page, seen):
    qtbot.keyClicks(page.search, "nora 0142")
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: seen.patients == ["p-nora"])


def test_the_list_follows_the_typing(qtbot, page):
    qtbot.keyClicks(page.search, "shaw")
    qtbot.waitUntil(lambda: names(page) == ["Abbott, Ruth"])
    qtbot.keyClick(page.search, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(names(page)) == 5)


def test_arrow_down_and_enter_open_the_second_row(qtbot, page, seen):
    qtbot.keyClick(page.search, Qt.Key.Key_Down)
    qtbot.keyClick(page.search, Qt.Key.Key_Return)
    assert seen.patients == ["p-omar"]


def test_enter_in_the_table_opens_its_row(qtbot, page, seen):
    page.table.setFocus()
    qtbot.keyClick(page.table, Qt.Key.Key_Down)
    qtbot.keyClick(page.table, Qt.Key.Key_Return)
    assert seen.patients == ["p-omar"]


def test_a_double_click_opens_its_row(qtbot, page, seen):
    cell_rect = page.table.visualRect(page.model.index(3, NAME))
    where = cell_rect.center()
    viewport = page.table.viewport()
    qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=where)
    assert seen.patients == ["p-tom"]


def test_nobody_fits_says_what_to_try(qtbot, page):
    qtbot.keyClicks(page.search, "xyzzy")
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert page._stack.currentWidget() is page._nobody_found


def test_a_long_list_is_read_in_parts_as_one_scrolls(qtbot, many, context):
    page = PatientsPage(context)
    qtbot.addWidget(page)
    page.resize(888, 500)
    page.show()
    page.activated()
    qtbot.waitUntil(lambda: page.model.rowCount() >= 40)
    while not page.model.complete:
        page.table.scrollToBottom()
        qtbot.wait(5)
    assert len(set(names(page))) == 155
    assert page._count.text() == "155 patients"


def test_an_archived_patient_is_found_under_archived(qtbot, page, context):
    patients = context.services.patients
    context.operations.write(page, lambda: patients.archive(context.session, PatientId("p-tom")))
    qtbot.waitUntil(lambda: page.model.rowCount() == 4)
    archived = next(
        b for b in page.findChildren(QPushButton) if b.accessibleName().endswith("Archived")
    )
    qtbot.mouseClick(archived, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: names(page) == ["Kowalski, Tom"])


def test_import_is_offered_only_where_it_can_be_done(qtbot, context, page):
    assert page.findChild(QPushButton, "import") is None
    asked = []
    other = PatientsPage(context, on_import=lambda: asked.append(True))
    qtbot.addWidget(other)
    qtbot.mouseClick(other.findChild(QPushButton, "import"), Qt.MouseButton.LeftButton)
    assert asked == [True]


def test_a_new_patient_is_opened_once_saved(qtbot, page, seen):
    qtbot.mouseClick(page.new_button, Qt.MouseButton.LeftButton)
    form = page.findChild(PatientForm)
    qtbot.keyClicks(form.fields.first, "Imogen")
    qtbot.keyClicks(form.fields.last, "Tate")
    qtbot.keyClick(form, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(seen.patients) == 1)
    qtbot.waitUntil(lambda: "Tate, Imogen" in names(page))


def test_searching_and_missing_data_are_read_from_the_file(store, context):
    found = search_rows(store.reader(), "sorensen", now(context)).rows
    assert [row.missing for row in found] == [(Missing.PIN,)]
    assert archived_rows(store.reader(), "", now(context)).rows == ()


def test_every_control_has_a_spoken_name(page):
    spoken = page.model.data(page.model.index(2, NAME), Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == (
        "Kessler, Nora (Eleanor), age 41, Central West End, next visit Today, 10:15 AM"
    )
    assert page.search.accessibleName()
    assert page.table.accessibleName()
