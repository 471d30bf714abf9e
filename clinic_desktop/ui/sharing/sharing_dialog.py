"""Share calendars: what would leave is shown first; a file or a server, when a person says so."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QStackedWidget,
    QWidget,
)

from clinic_desktop.domain.calendar_import import CalendarSharing, PublishedEvent, PublishResult
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now, to_local
from clinic_desktop.domain.errors import Cancelled, ClinicError
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Role
from clinic_desktop.services.calendar_sharing import KeepServer, SharedCalendar, ShareVisits
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.field_row import field_row
from clinic_desktop.ui.kit.parts import (
    Alert,
    Field,
    Segments,
    button,
    column,
    label,
    row,
    separator,
    set_role,
    surface,
)
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView
from clinic_desktop.ui.kit.working import WorkingBar

_SIZE: Final = (720, 560)
_WEEKS: Final = (1, 2, 4, 8, 26)
_USUAL_WEEKS: Final = 4
_MOST_ROWS: Final = 200
_FILE, _SERVER = 0, 1

ChooseFile = Callable[[QWidget, str], Path | None]


class SharingDialog(QDialog):
    """A preview, and the two ways out.

    Args:
        context: the session's services.
        people: whose visits may be shared.
        choose_file: asks where a file goes; given a suggested name.
        parent: the dialog's window.
    """

    def __init__(
        self,
        context: UiContext,
        people: list[Practitioner],
        choose_file: ChooseFile,
        parent: QWidget | None,
    ) -> None:
        super().__init__(parent)
        self._context, self._people, self._choose_file = context, people, choose_file
        self._service = context.services.calendar_sharing
        self._has_password = False
        self.setWindowTitle(_("Share calendars"))
        self.setObjectName("sharing")
        self.resize(*_SIZE)
        self._way = Segments((_("As a file"), _("On a server")), _("How the visits leave"))
        self._way.chosen.connect(self._on_way)
        self._told = label("", "error", wrap=True, name="sharing_told")
        self._told.hide()
        self.working = WorkingBar(_("Sharing calendars"), "sharing")
        self._close = button(_("Close"), name="sharing_close", on_click=self.reject)
        self._go = button("", kind="primary", name="sharing_go", on_click=self._on_go)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._file_page())
        self._stack.addWidget(self._server_page())
        what = Alert(
            context.theme,
            "note",
            _("Initials and area, nothing else"),
            _(
                "Each visit leaves as “R. A. · Shaw” with its time and the drive before it, marked"
                " private, with an id that tells nothing. No name, address, phone or note leaves."
            ),
        )
        self.setLayout(
            column(
                row(label(_("Share calendars"), "title"), 1, self._way),
                what,
                self._stack,
                self._told,
                self.working,
                separator(),
                row(1, self._close, self._go),
                spacing=10,
                margins=18,
            )
        )
        self._on_way(_FILE)

    def read(self) -> None:
        """Read what is kept of the server, and show what would leave."""
        service, session = self._service, self._context.session
        self._context.operations.read(self, lambda: service.sharing(session), self._show_server)
        self._preview()

    def reject(self) -> None:
        """Close; work under way is stopped first."""
        if self.working.isVisibleTo(self) and self.working.stop.isEnabled():
            self.working.stop.click()
        super().reject()

    # A file.

    def _file_page(self) -> QWidget:
        self._who = QComboBox()
        self._who.setObjectName("sharing_who")
        if len(self._people) > 1:
            self._who.addItem(_("Everybody"), "")
        for person in self._people:
            self._who.addItem(person.name, person.id)
        self._weeks = QComboBox()
        self._weeks.setObjectName("sharing_weeks")
        for weeks in _WEEKS:
            self._weeks.addItem(ngettext("{n} week", "{n} weeks", weeks).format(n=weeks), weeks)
        self._weeks.setCurrentIndex(_WEEKS.index(_USUAL_WEEKS))
        self._who.currentIndexChanged.connect(self._preview)
        self._weeks.currentIndexChanged.connect(self._preview)
        self._counts = label("", "strong", wrap=True, name="sharing_counts")
        table = TextTable(self._context.theme, (_("When"), _("Shown as"), _("Drive before")))
        self._rows = TextTableView(table, _("What would leave"), "sharing_preview", stretch=1)
        lines = column(
            row(Field(_("Whose visits"), self._who), Field(_("From today on"), self._weeks), 1),
            self._counts,
            self._rows,
            spacing=10,
        )
        return surface(lines, "none")

    def _command(self) -> ShareVisits:
        today = self._today()
        chosen = self._who.currentData()
        ids = tuple(p.id for p in self._people if not chosen or p.id == chosen)
        days = timedelta(days=7 * int(self._weeks.currentData()) - 1)
        return ShareVisits(practitioner_ids=ids, first=today, last=today + days)

    def _preview(self) -> None:
        service, session, command = self._service, self._context.session, self._command()

        def work(progress: Progress) -> list[SharedCalendar]:
            return service.preview(session, command, progress)

        def done(calendars: list[SharedCalendar]) -> None:
            self.working.end()
            if command == self._command():
                self._show_calendars(calendars)

        self._start(_("Reading the visits"))
        task = self._context.operations.job(
            self, work, done, on_progress=self.working.report, on_error=self._failed
        )
        self.working.follow(task)

    def _show_calendars(self, calendars: list[SharedCalendar]) -> None:
        formats = self._context.formats
        shown = sorted(
            ((e, c.practitioner.first_name) for c in calendars for e in c.events),
            key=lambda pair: (pair[0].start, pair[1]),
        )
        count = len(shown)
        words = ngettext("{n} visit would leave.", "{n} visits would leave.", count)
        self._counts.setText(words.format(n=count) if count else _("No visits in these weeks."))
        self._rows.show_rows(
            [_row(n, event, who, formats) for n, (event, who) in enumerate(shown[:_MOST_ROWS])]
        )
        self._go.setEnabled(bool(count) or self._way.index() == _SERVER)

    def _save_file(self) -> None:
        command, service, session = self._command(), self._service, self._context.session
        name = _("visits {day}.ics").format(day=command.first.isoformat())
        path = self._choose_file(self, name)
        if path is None:
            return

        def work(progress: Progress) -> int:
            return service.export(session, command, path, progress)

        def done(count: int) -> None:
            self.working.end()
            self._go.setEnabled(True)
            words = ngettext("{n} visit is in {file}.", "{n} visits are in {file}.", count)
            self._tell(words.format(n=count, file=path.name), error=False)

        self._start(_("Writing {file}").format(file=path.name))
        task = self._context.operations.job(
            self, work, done, on_progress=self.working.report, on_error=self._failed
        )
        self.working.follow(task)

    # A server.

    def _server_page(self) -> QWidget:
        self._url, self._user = QLineEdit(), QLineEdit()
        self._password = QLineEdit()
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        for edit, name in ((self._url, "url"), (self._user, "user"), (self._password, "password")):
            edit.setObjectName(f"sharing_{name}")
        self._url.setPlaceholderText(_("https://"))
        self._keep = button(_("Save server"), name="sharing_keep", on_click=self._on_keep)
        self._last = label("", "small", wrap=True, name="sharing_last")
        may = bool(self._context.session.roles & {Role.OFFICE, Role.OWNER})
        for widget in (self._url, self._user, self._password, self._keep):
            widget.setEnabled(may)
        hint = _(
            "A CalDAV server such as Radicale, Nextcloud or iCloud. Publishing sends the last week"
            " and the next eight, a calendar for each practitioner; what others keep there stays."
        )
        who = "" if may else _("The office or the owner sets the server.")
        lines = column(
            label(hint, "caption", wrap=True),
            Field(_("Address"), self._url, who),
            field_row(Field(_("Name"), self._user), Field(_("Password"), self._password)),
            row(self._keep, 1),
            self._last,
            1,
            spacing=10,
        )
        return surface(lines, "none")

    def _show_server(self, sharing: CalendarSharing | None) -> None:
        kept = sharing is not None and bool(sharing.url)
        self._has_password = sharing is not None and bool(sharing.password)
        if sharing is not None:
            self._url.setText(sharing.url)
            self._user.setText(sharing.user)
        self._password.clear()
        self._password.setPlaceholderText(_("unchanged") if self._has_password else "")
        words = _("Never published.") if kept else _("No server is set.")
        if sharing is not None and sharing.published_at is not None:
            zone, formats = self._context.services.clinic.zone, self._context.formats
            local = to_local(sharing.published_at, zone)
            words = _("Last published {day} {time}.").format(
                day=formats.day_with_year(local.date()), time=formats.clock_time(local)
            )
        self._last.setText(words)

    def _on_keep(self) -> None:
        typed = self._password.text()
        command = KeepServer(
            url=self._url.text(),
            user=self._user.text(),
            password=typed if typed or not self._has_password else None,
        )
        service, session = self._service, self._context.session

        def done(_changes: Changes) -> None:
            self._tell(_("The server is saved. Nothing has been sent."), error=False)
            self._context.operations.read(self, lambda: service.sharing(session), self._show_server)

        self._context.operations.write(
            self,
            lambda: service.keep_server(session, command),
            on_done=done,
            on_error=self._failed,
        )

    def _publish(self) -> None:
        service, session = self._service, self._context.session

        def work(progress: Progress) -> PublishResult:
            return service.publish(session, progress)

        def done(result: PublishResult) -> None:
            self.working.end()
            self._go.setEnabled(True)
            self._tell(_result_words(result), error=False)
            self._context.operations.read(self, lambda: service.sharing(session), self._show_server)

        self._start(_("Publishing"))
        task = self._context.operations.job(
            self, work, done, on_progress=self.working.report, on_error=self._failed
        )
        self.working.follow(task)

    # Bits.

    def _on_way(self, way: int) -> None:
        self._stack.setCurrentIndex(way)
        self._tell("")
        self._go.setText(_("Save the file ...") if way == _FILE else _("Publish now"))
        self._go.setEnabled(True)

    def _on_go(self) -> None:
        if self._way.index() == _FILE:
            self._save_file()
        else:
            self._publish()

    def _start(self, words: str) -> None:
        self._tell("")
        self._go.setEnabled(False)
        self.working.begin(words)

    def _failed(self, error: ClinicError) -> None:
        self.working.end()
        self._go.setEnabled(True)
        self._tell(str(error), error=not isinstance(error, Cancelled))

    def _tell(self, words: str, *, error: bool = True) -> None:
        self._told.setText(words)
        set_role(self._told, "error" if error else "small")
        self._told.setVisible(bool(words))

    def _today(self) -> date:
        return local_now(self._context.clock, self._context.services.clinic.zone).date()


def _row(number: int, event: PublishedEvent, who: str, formats: Formats) -> TextRow:
    begin = event.start.hour * 60 + event.start.minute
    end = event.end.hour * 60 + event.end.minute
    when = f"{formats.day(event.start.date())} {formats.span(begin, end)}"
    drive = formats.minutes(event.travel_min) if event.travel_min else ""
    return TextRow(key=str(number), cells=(when, f"{event.title} ({who})", drive))


def _result_words(result: PublishResult) -> str:
    if not result.added and not result.updated and not result.removed:
        return _("Published: the server had everything already.")
    return _(
        "Published: {new} new, {changed} changed, {gone} taken away, {same} as before."
    ).format(new=result.added, changed=result.updated, gone=result.removed, same=result.same)


def ask_for_file(parent: QWidget, name: str) -> Path | None:
    """Ask where the file goes, None if nobody says."""
    chosen, _kind = QFileDialog.getSaveFileName(
        parent, _("Save the calendar"), name, _("Calendars (*.ics)")
    )
    return Path(chosen) if chosen else None


def open_sharing(
    context: UiContext, parent: QWidget | None, choose_file: ChooseFile = ask_for_file
) -> None:
    """Open the dialog once it is known whose visits may be shared."""
    service, session = context.services.calendar_sharing, context.session

    def show(people: list[Practitioner]) -> None:
        dialog = SharingDialog(context, people, choose_file, parent)
        dialog.open()
        dialog.read()

    def refused(error: ClinicError) -> None:
        context.say(str(error))

    context.operations.read(
        parent or context.operations, lambda: service.whose(session), show, on_error=refused
    )
