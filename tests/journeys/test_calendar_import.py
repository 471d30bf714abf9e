"""A practitioner's private calendar comes in as busy time; a second time changes nothing."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton

from clinic_desktop.ui.importing.calendar_dialog import (
    CalendarImportDialog,
    open_calendar_import,
)
from tests.journeys.test_one_working_day import LONG, log_in

pytestmark = pytest.mark.journey


def calendar(path, day):
    stamp = day.strftime("%Y%m%d")
    path.write_bytes(
        "\r\n".join(
            (
                "BEGIN:VCALENDAR",
                "VERSION:2.0",
                "PRODID:-//Somebody//Else//EN",
                "X-WR-CALNAME:Private",
                "BEGIN:VEVENT",
                "UID:dentist@example.org",
                "DTSTAMP:20261101T000000Z",
                f"DTSTART;TZID=America/Chicago:{stamp}T170000",
                f"DTEND;TZID=America/Chicago:{stamp}T173000",
                "SUMMARY:Dentist",
                "RRULE:FREQ=WEEKLY;COUNT=3",
                "END:VEVENT",
                "END:VCALENDAR",
                "",
            )
        ).encode()
    )
    return path


def dialog_of(qtbot, clinic, path):
    open_calendar_import(clinic._context, clinic.window, path)
    qtbot.waitUntil(lambda: clinic.window.findChild(CalendarImportDialog) is not None, timeout=LONG)
    made = clinic.window.findChild(CalendarImportDialog)
    counts = made.findChild(QLabel, "calendar_counts")
    qtbot.waitUntil(lambda: bool(counts.text()), timeout=LONG)
    return made, counts.text()


def test_busy_time_comes_in_once_and_is_undone_as_one(qtbot, open_window, town_clinic, tmp_path):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    first = clinic.board.day + timedelta(days=1)
    path = calendar(tmp_path / "private.ics", first)
    reader = clinic.opened.services.store.reader
    before = len(reader().time_off_between(first, first + timedelta(days=30)))

    made, counts = dialog_of(qtbot, clinic, path)
    assert counts.startswith("3 new")
    qtbot.mouseClick(made.findChild(QPushButton, "calendar_go"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(
        lambda: len(reader().time_off_between(first, first + timedelta(days=30))) == before + 3,
        timeout=LONG,
    )
    qtbot.waitUntil(lambda: clinic.window.findChild(CalendarImportDialog) is None, timeout=LONG)
    assert "Dentist" not in {
        t.reason for t in reader().time_off_between(first, first + timedelta(days=30))
    }

    again, counts = dialog_of(qtbot, clinic, path)
    assert counts.startswith("0 new, 0 changed, 0 gone, 3 here already")
    assert not again.findChild(QPushButton, "calendar_go").isEnabled()
    again.reject()
    clinic.history.undo()
    qtbot.waitUntil(
        lambda: len(reader().time_off_between(first, first + timedelta(days=30))) == before,
        timeout=LONG,
    )


def test_a_file_that_is_no_calendar_is_refused_with_a_sentence(
    qtbot, open_window, town_clinic, tmp_path
):
    clinic = open_window(town_clinic)
    log_in(qtbot, clinic, "office")
    path = tmp_path / "no.ics"
    path.write_bytes(b"nothing of the kind")
    open_calendar_import(clinic._context, clinic.window, path)
    qtbot.waitUntil(lambda: clinic.window.findChild(CalendarImportDialog) is not None, timeout=LONG)
    told = clinic.window.findChild(QLabel, "calendar_error")
    qtbot.waitUntil(lambda: bool(told.text()), timeout=LONG)
