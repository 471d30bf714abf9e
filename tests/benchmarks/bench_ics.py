"""Importing a calendar of 10,000 events: reading with its preview, and the write.

Compared with: ``icalendar`` parsing the same file and nothing else, in the same run.
"""

import time as stopwatch
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import icalendar
import pytest

from clinic_desktop.domain.calendar_import import ImportCalendar
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.exchange.ics_read import IcsFiles
from clinic_desktop.services.calendar_import import CalendarImportService
from tests.services.clinic_day import DANA, OFFICE, ClinicDay, clinic_day

EVENTS = 10_000
FIRST = date(2026, 11, 24)


class Counted(SilentProgress):
    """How often the work said how far it is: a bar that stands still looks like a hang."""

    def __init__(self) -> None:
        self.reports = 0

    def report(self, fraction: float, message: str = "") -> None:
        self.reports += 1


@pytest.fixture
def day(tmp_path: Path, clock: object) -> Iterator[ClinicDay]:
    with clinic_day(tmp_path, clock) as made:
        yield made


def calendar() -> str:
    start = datetime(2026, 11, 24, 14, tzinfo=UTC)
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:bench-{n}\r\nDTSTAMP:20261101T000000Z\r\n"
        f"DTSTART:{start + timedelta(minutes=50 * n):%Y%m%dT%H%M%SZ}\r\nDURATION:PT30M\r\n"
        f"SUMMARY:Busy {n}\r\nEND:VEVENT\r\n"
        for n in range(EVENTS)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:bench\r\n{events}END:VCALENDAR\r\n"


def test_a_calendar_of_ten_thousand_events(day: ClinicDay, clock: object, tmp_path: Path) -> None:
    path = tmp_path / "busy.ics"
    path.write_text(calendar(), encoding="utf-8", newline="")
    service = CalendarImportService(day.store, IcsFiles(), clock)
    last = FIRST + timedelta(days=365)

    started = stopwatch.perf_counter()
    icalendar.Calendar.from_ical(path.read_bytes())
    plain = stopwatch.perf_counter() - started

    progress = Counted()
    started = stopwatch.perf_counter()
    file = service.read(OFFICE, path, FIRST, last, progress)
    reading = stopwatch.perf_counter() - started
    command = ImportCalendar(practitioner_id=DANA.id, file=file)
    started = stopwatch.perf_counter()
    service.preview_busy(command)
    preview = stopwatch.perf_counter() - started
    started = stopwatch.perf_counter()
    service.run_busy(OFFICE, command, progress)
    writing = stopwatch.perf_counter() - started
    print(
        f"\n{len(file.events)} of {EVENTS} events in the window: read {reading:.1f} s"
        f" ({reading / plain:.2f} times plain parsing), preview {preview:.2f} s,"
        f" written in one operation {writing:.1f} s; {progress.reports} reports of progress"
    )
