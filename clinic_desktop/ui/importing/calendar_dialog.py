"""Import somebody's calendar (ICS): whose, as what, a preview, then all of it or nothing."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QComboBox, QDialog, QFileDialog, QWidget

from clinic_desktop.domain.calendar_import import (
    CalendarFile,
    CalendarPreview,
    CalendarResult,
    ImportCalendar,
    Standing,
    WaitReason,
)
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import Cancelled, ClinicError
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, Segments, button, column, label, row, separator
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.kit.working import WorkingBar

_SIZE: Final = (760, 520)
_BACK: Final = timedelta(days=7)
_AHEAD: Final = timedelta(days=365)
_BUSY, _VISITS = 0, 1
_MOST_ROWS: Final = 1000


class CalendarImportDialog(QDialog):
    """Shows what an import would do, and does it on request."""

    def __init__(
        self, context: UiContext, path: Path, people: list[Practitioner], parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self._context, self._path = context, path
        self._file: CalendarFile | None = None
        self.setWindowTitle(_("Import a calendar"))
        self.setObjectName("calendar_import")
        self.resize(*_SIZE)
        self._who = QComboBox()
        self._who.setObjectName("calendar_who")
        for person in people:
            self._who.addItem(person.name, person.id)
        self._who.currentIndexChanged.connect(self._preview)
        self._kind = Segments((_("As busy time"), _("As visits")), _("What the events become"))
        self._kind.chosen.connect(self._preview)
        self._told = label("", "error", wrap=True, name="calendar_error")
        self._told.hide()
        self._counts = label("", "strong", wrap=True, name="calendar_counts")
        table = TextTable(context.theme, (_("When"), _("Event"), _("What happens")))
        self._rows = TextTableView(table, _("Preview"), "calendar_preview", stretch=1)
        self.working = WorkingBar(_("Reading the calendar"), "calendar")
        self._close = button(_("Cancel"), name="calendar_close", on_click=self.reject)
        self._go = button(_("Import"), kind="primary", name="calendar_go", on_click=self._run)
        self._go.setEnabled(False)
        self.setLayout(
            column(
                label(_("Import a calendar"), "title"),
                label(path.name, "muted"),
                row(Field(_("Whose calendar"), self._who), self._kind, 1, spacing=16),
                self._told,
                self._counts,
                self._rows,
                self.working,
                separator(),
                row(1, self._close, self._go),
                spacing=10,
                margins=18,
            )
        )

    def read(self) -> None:
        """Read the file off the GUI thread, then show what it would do."""
        services = self._context.services
        today = local_now(self._context.clock, services.clinic.zone).date()
        first, last = today - _BACK, today + _AHEAD

        def work(progress: Progress) -> CalendarFile:
            return services.calendar_imports.read(
                services.session, self._path, first, last, progress
            )

        def done(file: CalendarFile) -> None:
            self.working.end()
            self._file = file
            self._preview()

        self.working.begin(_("Reading {file}").format(file=self._path.name))
        task = self._context.operations.job(
            self, work, done, on_progress=self.working.report, on_error=self._failed
        )
        self.working.follow(task)

    def _command(self) -> ImportCalendar | None:
        if self._file is None or self._who.currentIndex() < 0:
            return None
        return ImportCalendar(
            file=self._file, practitioner_id=PractitionerId(str(self._who.currentData()))
        )

    def _preview(self, _changed: object = None) -> None:
        command = self._command()
        if command is None:
            return
        imports, busy = self._context.services.calendar_imports, self._kind.index() == _BUSY
        formats = self._context.formats

        def read() -> tuple[dict[Standing, int], list[TextRow]]:
            if busy:
                return _shown(imports.preview_busy(command), formats)
            return _shown(imports.preview_visits(command), formats)

        def show(found: tuple[dict[Standing, int], list[TextRow]]) -> None:
            counts, rows = found
            self._tell("")
            self._rows.show_rows(rows[:_MOST_ROWS])
            self._counts.setText(_count_words(counts, command.file))
            self._go.setEnabled(any(counts[s] for s in _WRITTEN))

        self._context.operations.read(self, read, show, on_error=self._failed)

    def _run(self) -> None:
        command = self._command()
        if command is None:
            return
        operations, services = self._context.operations, self._context.services
        imports, busy = services.calendar_imports, self._kind.index() == _BUSY

        def work(progress: Progress) -> CalendarResult:
            run = imports.run_busy if busy else imports.run_visits
            return operations.in_writer(lambda: run(services.session, command, progress))

        def done(result: CalendarResult) -> None:
            self.working.end()
            if result.changes.ids:
                operations.changes_made.emit(result.changes)
            self._context.say(_result_words(result))
            self.accept()

        self._go.setEnabled(False)
        self.working.begin(_("Importing"))
        task = operations.job(
            self, work, done, on_progress=self.working.report, on_error=self._failed
        )
        self.working.follow(task)

    def reject(self) -> None:
        """Cancel; what is under way is stopped first, and nothing is half-written."""
        if self.working.isVisibleTo(self):
            self.working.stop.click()
        super().reject()

    def _failed(self, error: ClinicError) -> None:
        self.working.end()
        stopped = isinstance(error, Cancelled)
        self._tell(_("Stopped. Nothing was changed.") if stopped else str(error))
        self._go.setEnabled(self._file is not None)

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.setVisible(bool(sentence))


_WRITTEN: Final = (Standing.NEW, Standing.CHANGED, Standing.REMOVED)


def _shown(
    preview: CalendarPreview[TimeOff] | CalendarPreview[Visit], formats: Formats
) -> tuple[dict[Standing, int], list[TextRow]]:
    """Counts by standing, and a row an event."""
    words = {
        Standing.NEW: _("new"),
        Standing.CHANGED: _("changes"),
        Standing.SAME: _("here already"),
        Standing.REMOVED: _("goes"),
        Standing.WAITING: _("waits"),
    }
    counts = {standing: len(preview.of(standing)) for standing in Standing}
    rows: list[TextRow] = []
    for number, shown in enumerate(preview.rows):
        waits = shown.standing is Standing.WAITING
        reason = _reason_words(shown.reason) if shown.reason else ""
        event = shown.event
        when = _when(event.start, event.all_day, formats) if event else ""
        rows.append(
            TextRow(
                key=str(number),
                cells=(
                    when,
                    event.title if event else "",
                    f"{words[shown.standing]}: {reason}" if reason else words[shown.standing],
                ),
                muted=shown.standing is Standing.SAME,
                warn_column=2 if waits else None,
            )
        )
    return counts, rows


def _when(start: datetime, all_day: bool, formats: Formats) -> str:
    day = formats.day(start.date())
    return day if all_day else f"{day} {formats.clock_time(start)}"


def _reason_words(reason: WaitReason) -> str:
    return {
        WaitReason.NO_PATIENT: _("no patient has this name"),
        WaitReason.SEVERAL_PATIENTS: _("several patients have this name"),
        WaitReason.NO_SITE: _("no address of this patient fits"),
        WaitReason.NO_LENGTH: _("it lasts all day"),
        WaitReason.OVER: _("it is over"),
        WaitReason.PROMISED: _("the patient was promised the present time"),
        WaitReason.NO_SERVICE: _("no service is as long"),
    }[reason]


def _count_words(counts: dict[Standing, int], file: CalendarFile) -> str:
    words = [
        _("{n} new").format(n=counts[Standing.NEW]),
        _("{n} changed").format(n=counts[Standing.CHANGED]),
        _("{n} gone").format(n=counts[Standing.REMOVED]),
        _("{n} here already").format(n=counts[Standing.SAME]),
    ]
    if counts[Standing.WAITING]:
        words.append(_("{n} wait for a decision").format(n=counts[Standing.WAITING]))
    if file.problems:
        words.append(
            ngettext(
                "{n} event cannot be read (line {line}: {why})",
                "{n} events cannot be read (line {line}: {why})",
                len(file.problems),
            ).format(
                n=len(file.problems), line=file.problems[0].line, why=file.problems[0].sentence
            )
        )
    return ", ".join(words)


def _result_words(result: CalendarResult) -> str:
    words = _("{added} added, {changed} changed, {removed} taken out.").format(
        added=result.added, changed=result.changed, removed=result.removed
    )
    if result.waiting:
        waits = ngettext("{n} waits.", "{n} wait.", len(result.waiting))
        words = f"{words} {waits.format(n=len(result.waiting))}"
    return words


def open_calendar_import(
    context: UiContext, parent: QWidget | None, path: Path | None = None
) -> None:
    """Import a calendar; asks for the file unless ``path`` names it."""
    if path is None:
        chosen, _filter = QFileDialog.getOpenFileName(
            parent, _("A calendar"), "", _("Calendars (*.ics *.ical)")
        )
        if not chosen:
            return
        path = Path(chosen)
    file = path

    def show(people: list[Practitioner]) -> None:
        dialog = CalendarImportDialog(context, file, people, parent)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        dialog.read()

    owner = parent if parent is not None else context.operations
    store = context.services.store
    context.operations.read(owner, lambda: store.reader().practitioners(), show)
