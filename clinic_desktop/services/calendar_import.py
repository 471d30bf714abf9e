"""Imports a calendar as busy time or as visits: a preview, then all of it in one write or none."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Final

from clinic_desktop.domain.calendar_import import (
    CalendarFile,
    CalendarFiles,
    CalendarPreview,
    CalendarResult,
    CalendarRow,
    ImportCalendar,
    Standing,
)
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import Cancelled, RuleBroken
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleStore
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.calendar_rows import VisitRows, busy_rows, cancelled_visit
from clinic_desktop.services.people import practitioner_of
from clinic_desktop.services.permission import require_office
from clinic_desktop.text import _

_CHUNK: Final = 200


class CalendarImportService:
    """Two use cases over a calendar file: busy time and visits of one practitioner."""

    def __init__(self, store: ScheduleStore, files: CalendarFiles, clock: Clock) -> None:
        self._store = store
        self._files = files
        self._clock = clock

    def read(
        self, session: Session, path: Path, first: date, last: date, progress: Progress
    ) -> CalendarFile:
        """Read a file for the days ``first`` to ``last``.

        Raises:
            PermissionRefused: the session is neither the office's nor the owner's.
            ImportTrouble: it cannot be read.
            Cancelled: a person stopped it.
        """
        require_office(session)
        if last < first:
            raise RuleBroken(_("The last day lies before the first."))
        return self._files.read(path, self._store.reader().clinic().zone, first, last, progress)

    def preview_busy(self, command: ImportCalendar) -> CalendarPreview[TimeOff]:
        """What importing as busy time would do; nothing is written."""
        return busy_rows(self._store.reader(), command)

    def preview_visits(self, command: ImportCalendar) -> CalendarPreview[Visit]:
        """What importing as visits would do, and which events wait for a person."""
        reader = self._store.reader()
        return VisitRows(reader, command, local_now(self._clock, reader.clinic().zone)).preview()

    def run_busy(
        self, session: Session, command: ImportCalendar, progress: Progress
    ) -> CalendarResult:
        """Import as busy time, in one operation; a second import changes only what changed.

        Raises:
            PermissionRefused: the session is neither the office's nor the owner's.
            NotFound: the practitioner is not here.
            Cancelled: a person stopped it; nothing was changed.
        """
        require_office(session)
        _go_on(progress, 0.0)
        preview = self.preview_busy(command)
        if not _writes(preview.rows) and not preview.of(Standing.REMOVED):
            practitioner_of(self._store.reader(), command.practitioner_id)
            return _result(Changes(), preview)
        with self._store.operation(_("Import busy time"), session) as op:
            practitioner_of(op, command.practitioner_id)
            preview = busy_rows(op, command)
            _put(op, [r.record for r in _writes(preview.rows) if r.record], progress)
            for row in preview.of(Standing.REMOVED):
                _go_on(progress, 1.0)
                if row.record is not None:
                    op.remove(row.record)
            return _result(op.changes(), preview)

    def run_visits(
        self, session: Session, command: ImportCalendar, progress: Progress
    ) -> CalendarResult:
        """Import as visits, in one operation; what waits is left out and named in the result.

        A visit whose event is gone or cancelled is cancelled. Raises as ``run_busy`` does.
        """
        require_office(session)
        _go_on(progress, 0.0)
        preview = self.preview_visits(command)
        if not _writes(preview.rows) and not preview.of(Standing.REMOVED):
            practitioner_of(self._store.reader(), command.practitioner_id)
            return _result(Changes(), preview)
        with self._store.operation(_("Import visits"), session) as op:
            practitioner_of(op, command.practitioner_id)
            preview = VisitRows(op, command, local_now(self._clock, op.clinic().zone)).preview()
            gone = [r.record for r in preview.of(Standing.REMOVED) if r.record]
            kept = [r.record for r in _writes(preview.rows) if r.record]
            _put(op, [*kept, *(cancelled_visit(visit) for visit in gone)], progress)
            return _result(op.changes(), preview)


def _writes[R: (TimeOff, Visit)](rows: Iterable[CalendarRow[R]]) -> list[CalendarRow[R]]:
    return [row for row in rows if row.standing in (Standing.NEW, Standing.CHANGED)]


def _put(
    op: ScheduleOperation, records: Sequence[TimeOff] | Sequence[Visit], progress: Progress
) -> None:
    for start in range(0, len(records), _CHUNK):
        _go_on(progress, start / len(records))
        op.put_all(records[start : start + _CHUNK])
    _go_on(progress, 1.0)


def _result(
    changes: Changes, preview: CalendarPreview[TimeOff] | CalendarPreview[Visit]
) -> CalendarResult:
    return CalendarResult(
        changes=changes,
        added=len(preview.of(Standing.NEW)),
        changed=len(preview.of(Standing.CHANGED)),
        same=len(preview.of(Standing.SAME)),
        removed=len(preview.of(Standing.REMOVED)),
        waiting=tuple(row.event for row in preview.of(Standing.WAITING) if row.event),
    )


def _go_on(progress: Progress, fraction: float) -> None:
    if progress.stop_requested():
        raise Cancelled(_("The import was stopped; nothing was changed."))
    progress.report(fraction, _("Importing the calendar"))
