"""What driven drives say is shown with how many and how well, and counts when the owner says so."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.services.drive_times import DriveTimesService, SetDrive
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.ui.kit.text_table import TextTableView
from clinic_desktop.ui.settings.drive_times_view import DriveTimesView
from tests.services.clinic_day import OFFICE, clinic_day
from tests.services.driven import HOME, RUTHS, ConstantRoads, driven_days


@pytest.fixture
def day(tmp_path, clock, operations):
    held = clinic_day(tmp_path, clock)
    made = operations.in_writer(held.__enter__)
    yield made
    operations.in_writer(lambda: held.__exit__(None, None, None))


@pytest.fixture
def view(qtbot, context, day, clock, operations):
    roads = RoadsService(ConstantRoads(), lambda call: call())
    ids = iter("abcdefgh")
    drives = DriveTimesService(day.store, roads, clock, lambda: next(ids))
    services = replace(context.services, store=day.store, drive_times=drives)
    made = DriveTimesView(replace(context, services=services))
    operations.changes_made.connect(lambda _changes: made.reload())
    qtbot.addWidget(made)
    made.show()
    return made


def shows(qtbot, view, words):
    view.reload()
    qtbot.waitUntil(lambda: words in view.findChild(QLabel, "drive_times_said").text())


def press(qtbot, view, name):
    qtbot.mouseClick(view.findChild(QPushButton, name), Qt.MouseButton.LeftButton)


def rows(view, name):
    return [row.cells for row in view.findChild(TextTableView, name).model().rows()]


def test_before_anything_is_timed_it_says_what_is_needed(qtbot, view):
    shows(qtbot, view, "0 drives of the last year were timed. From 30 on")
    assert not view.findChild(QPushButton, "drive_times_use").isVisible()


def test_the_owner_uses_what_was_measured_and_stops_again(qtbot, view, day, operations):
    operations.in_writer(lambda: driven_days(day, 1.4))
    shows(qtbot, view, "80 drives of the last year were timed")
    assert (
        "days that it had not seen would be off by"
        in view.findChild(QLabel, "drive_times_said").text()
    )
    assert rows(view, "drive_times_parts")[0][2].endswith("drives")
    assert rows(view, "drive_times_areas")[0][0] == "Central West End"
    press(qtbot, view, "drive_times_use")
    qtbot.waitUntil(lambda: view.findChild(QPushButton, "drive_times_stop").isVisible())
    assert not view.findChild(QPushButton, "drive_times_use").isVisible(), "nothing newer"
    assert "In use: measured on 80 drives" in view.findChild(QLabel, "drive_times_said").text()
    press(qtbot, view, "drive_times_stop")
    qtbot.waitUntil(lambda: view.findChild(QPushButton, "drive_times_use").isVisible())


@pytest.mark.parametrize("who", ["office"], indirect=True)
def test_the_office_sees_it_but_does_not_decide(qtbot, view, day, operations):
    operations.in_writer(lambda: driven_days(day, 1.4))
    shows(qtbot, view, "80 drives")
    assert not view.findChild(QPushButton, "drive_times_use").isVisible()


def test_a_drive_set_by_hand_is_listed_and_given_back(qtbot, view, operations):
    command = SetDrive(start=HOME, end=RUTHS, minutes=33, both_ways=False, reason="Bridge")
    service = view._context.services.drive_times
    operations.in_writer(lambda: service.set_drive(OFFICE, command))
    view.reload()
    qtbot.waitUntil(lambda: len(rows(view, "drive_times_by_hand")) == 1)
    cells = rows(view, "drive_times_by_hand")[0]
    assert cells[0] == "Dana’s home"
    assert cells[2] == "33"
    assert cells[5] == "Bridge"
    press(qtbot, view, "drive_times_forget")
    qtbot.waitUntil(lambda: rows(view, "drive_times_by_hand") == [])
