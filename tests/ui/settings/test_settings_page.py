"""Settings' sections: backups, roads, clinic, password, and who sees which."""

import threading
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QSpinBox,
)

from clinic_desktop.domain.closed_days import closed_days
from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.ui.kit.confirm import Confirm
from clinic_desktop.ui.settings.settings_page import SettingsPage
from tests.travel.file_server import Server
from tests.travel.two_banks import write_banks

PASSWORD = "clear river 7"


@pytest.fixture
def page(qtbot, context):
    made = SettingsPage(context)
    context.operations.changes_made.connect(made.apply)
    qtbot.addWidget(made)
    made.resize(892, 514)
    made.show()
    made.activated()
    return made


def part(parent, name, kind=QLineEdit):
    found = parent.findChild(kind, name)
    assert found is not None, name
    return found


def press(qtbot, parent, name):
    qtbot.mouseClick(part(parent, name, QPushButton), Qt.MouseButton.LeftButton)


def sections(page):
    listed = part(page, "settings_list", QListWidget)
    return [listed.item(n).text() for n in range(listed.count())]


def test_the_owner_has_every_section(page):
    assert sections(page) == [
        "People",
        "Backups",
        "Maps and roads",
        "Drive times",
        "Clinic",
        "Offers",
        "Phone",
        "Services",
        "This machine",
        "My password",
    ]


@pytest.mark.parametrize("who", ["office"], indirect=True)
def test_the_office_has_no_people_and_no_clinic(page):
    assert sections(page) == [
        "Backups",
        "Maps and roads",
        "Drive times",
        "This machine",
        "My password",
    ]


def test_the_sections_are_reached_by_arrow_keys(qtbot, page):
    listed = part(page, "settings_list", QListWidget)
    qtbot.keyClick(listed, Qt.Key.Key_Down)
    assert page.backups.isVisible()


def test_a_backup_is_made_listed_and_restored(qtbot, page, operations, opened, seen, clock):
    page.show_section("backups")
    press(qtbot, page, "backup_now")
    model = page.backups.table.model()
    qtbot.waitUntil(lambda: model.rowCount() == 1)
    assert model.index(0, 0).data() == "Tue, Nov 24, 2026, 8:26 AM"
    press(qtbot, page, "backup_restore")
    shown = [d for d in page.findChildren(Confirm) if d.isVisible()]
    assert "8:26 AM" in shown[0].windowTitle()
    press(qtbot, shown[0], "confirm_yes")
    qtbot.waitUntil(lambda: seen.log_outs == 1)


@pytest.mark.parametrize("who", ["office"], indirect=True)
def test_who_opens_only_one_file_is_told_why_they_cannot_restore(qtbot, page, seen):
    page.show_section("backups")
    press(qtbot, page, "backup_now")
    qtbot.waitUntil(lambda: page.backups.table.model().rowCount() == 1)
    press(qtbot, page, "backup_restore")
    shown = next(d for d in page.findChildren(Confirm) if d.isVisible())
    press(qtbot, shown, "confirm_yes")
    told = part(page, "backup_error", QLabel)
    qtbot.waitUntil(lambda: "keys open both files" in told.text())
    assert seen.log_outs == 0


def test_backups_go_into_the_chosen_folder(qtbot, page, opened, tmp_path):
    page.show_section("backups")
    page.backups.set_folder(tmp_path / "stick")
    shown = part(page, "backup_folder", QLabel)
    qtbot.waitUntil(lambda: "stick" in shown.text())
    press(qtbot, page, "backup_now")
    qtbot.waitUntil(lambda: page.backups.table.model().rowCount() == 1)
    assert list((tmp_path / "stick").iterdir())
    press(qtbot, page, "backup_own")
    qtbot.waitUntil(lambda: "own folder" in shown.text())


def test_without_roads_the_page_says_what_still_works(qtbot, page):
    page.show_section("roads")
    facts = part(page, "roads_facts", QLabel)
    qtbot.waitUntil(lambda: "Bookings work" in facts.text())


def test_a_file_that_is_no_extract_is_refused_with_a_sentence(qtbot, page, tmp_path):
    page.show_section("roads")
    extract = tmp_path / "town.osm.pbf"
    extract.write_bytes(b"no extract at all")
    page.roads.build(extract)
    told = part(page, "roads_error", QLabel)
    qtbot.waitUntil(lambda: bool(told.text()), timeout=20_000)
    assert part(page, "roads_add", QPushButton).isEnabled()


def test_two_extracts_are_in_use_and_one_is_taken_out(qtbot, page, tmp_path):
    west, east = write_banks(tmp_path)
    page.show_section("roads")
    told = part(page, "roads_error", QLabel)
    page.roads.build(west)
    qtbot.waitUntil(lambda: "in use" in told.text(), timeout=60_000)
    rows = page.roads._table.model().rows
    assert [row.cells[0] for row in rows()] == ["west"]
    assert not part(page, "roads_remove", QPushButton).isVisible()
    page.roads.add(east)
    qtbot.waitUntil(lambda: len(rows()) == 2, timeout=60_000)
    qtbot.waitUntil(part(page, "roads_remove", QPushButton).isEnabled, timeout=60_000)
    names = [row.key for row in rows()]
    page.roads._table.selectRow(names.index("east"))
    press(qtbot, page, "roads_remove")
    qtbot.waitUntil(lambda: [row.key for row in rows()] == ["west"], timeout=60_000)


def test_an_extract_that_was_fetched_is_fetched_anew_and_one_from_a_file_is_not(
    qtbot, page, tmp_path
):
    west, east = write_banks(tmp_path)
    server = Server()
    server.name, server.content, server.md5 = "west.osm.pbf", west.read_bytes(), None
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    page.show_section("roads")
    told, update = part(page, "roads_error", QLabel), part(page, "roads_update", QPushButton)
    page.roads.fetch(server.url)
    qtbot.waitUntil(lambda: "in use" in told.text(), timeout=60_000)
    assert update.isVisible()
    asked = len(server.asked)
    press(qtbot, page, "roads_update")
    qtbot.waitUntil(lambda: not update.isEnabled())
    qtbot.waitUntil(update.isEnabled, timeout=60_000)
    assert len(server.asked) > asked
    assert "in use" in told.text()
    server.shutdown()
    server.server_close()
    thread.join()
    page.roads.build(east)
    rows = page.roads._table.model().rows
    qtbot.waitUntil(lambda: [row.key for row in rows()] == ["east"], timeout=60_000)
    assert not update.isVisible()


def test_an_address_that_is_none_says_so_beside_it(qtbot, page):
    page.show_section("roads")
    part(page, "roads_url").setText("https://example.org/a-page.html")
    press(qtbot, page, "roads_fetch")
    told = part(page, "roads_error", QLabel)
    qtbot.waitUntil(lambda: "not one of an OpenStreetMap extract" in told.text())
    assert part(page, "roads_fetch", QPushButton).isEnabled()


def test_the_clinic_is_renamed_and_locks_sooner(qtbot, page, opened):
    page.show_section("clinic")
    name = part(page, "clinic_name")
    qtbot.waitUntil(lambda: name.text() == "River Needle")
    assert part(page, "clinic_assumed", QLabel).isVisible()
    name.clear()
    press(qtbot, page, "clinic_save")
    assert name.accessibleDescription() == "The clinic needs a name."
    qtbot.keyClicks(name, "Hill Needle")
    part(page, "clinic_lock", QSpinBox).setValue(5)
    part(page, "factor1_street", QAbstractSpinBox).setValue(1.5)
    press(qtbot, page, "clinic_save")
    told = part(page, "clinic_told", QLabel)
    qtbot.waitUntil(lambda: told.isVisible())
    clinic = opened.services.store.reader().clinic()
    assert (clinic.name, clinic.auto_lock_min) == ("Hill Needle", 5)
    assert clinic.profile.parts[1].street_factor == 1.5
    qtbot.waitUntil(lambda: not part(page, "clinic_assumed", QLabel).isVisible())


def test_the_clinic_works_on_a_holiday_and_closes_on_days_of_its_own(qtbot, page, opened):
    page.show_section("clinic")
    qtbot.waitUntil(lambda: page.findChild(QCheckBox, "holiday_Thanksgiving Day") is not None)
    thanks = part(page, "holiday_Thanksgiving Day", QCheckBox)
    assert thanks.isChecked()
    assert thanks.accessibleName() == "Closed on Thanksgiving Day"
    assert thanks.text() == "Thanksgiving Day, Thu, Nov 26"
    thanks.setFocus()
    qtbot.keyClick(thanks, Qt.Key.Key_Space)
    press(qtbot, page, "closed_add")
    qtbot.keyClicks(part(page, "closed0_first"), "someday")
    press(qtbot, page, "clinic_save")
    told = part(page, "clinic_told", QLabel)
    assert "not a date" in told.text()
    part(page, "closed0_first").clear()
    qtbot.keyClicks(part(page, "closed0_first"), "12/28/2026")
    qtbot.keyClicks(part(page, "closed0_last"), "12/30/2026")
    qtbot.keyClicks(part(page, "closed0_name"), "Between the years")
    press(qtbot, page, "clinic_save")
    qtbot.waitUntil(lambda: told.text().startswith("Saved"))
    clinic = opened.services.store.reader().clinic()
    assert closed_days(clinic, date(2026, 11, 25), date(2026, 12, 31)) == {
        date(2026, 12, 25): "Christmas Day",
        **{date(2026, 12, n): "Between the years" for n in (28, 29, 30)},
    }
    assert not part(page, "holiday_Thanksgiving Day", QCheckBox).isChecked()
    state = part(page, "closing_state", QComboBox)
    state.setCurrentIndex(state.findData("IL"))
    state.activated.emit(state.currentIndex())
    assert page.findChild(QCheckBox, "holiday_Lincoln's Birthday") is not None
    assert not part(page, "holiday_Thanksgiving Day", QCheckBox).isChecked()


@pytest.mark.parametrize("who", ["office"], indirect=True)
def test_ones_own_password_is_changed(qtbot, page, folder, operations):
    page.show_section("password")
    for name, text in (("old", "wrong river 7"), ("new", "new river 77"), ("again", "new river 7")):
        qtbot.keyClicks(part(page, f"password_{name}"), text)
    press(qtbot, page, "password_save")
    assert part(page, "password_again").accessibleDescription()
    qtbot.keyClicks(part(page, "password_again"), "7")
    press(qtbot, page, "password_save")
    old = part(page, "password_old")
    qtbot.waitUntil(lambda: bool(old.accessibleDescription()))
    old.clear()
    qtbot.keyClicks(old, PASSWORD)
    press(qtbot, page, "password_save")
    told = part(page, "password_told", QLabel)
    qtbot.waitUntil(lambda: told.isVisible() and "Changed" in told.text())
    assert old.text() == ""
    with pytest.raises(PermissionRefused):
        operations.in_writer(lambda: folder.open("office", PASSWORD))


def test_every_control_has_a_spoken_name(page):
    for kind in (QLineEdit, QComboBox, QAbstractSpinBox):
        for control in page.findChildren(kind):
            inner = isinstance(control.parentWidget(), (QAbstractSpinBox, QComboBox))
            assert inner or control.accessibleName(), control.objectName()
