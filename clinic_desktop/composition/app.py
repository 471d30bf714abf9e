"""The program in its window: log-in, session, lock, and everything that runs beside."""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from platformdirs import user_data_path
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.clinic_folder import ClinicFolder, OpenClinic
from clinic_desktop.composition.look_file import LookFile
from clinic_desktop.composition.pin_placing import place_pin
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.composition.undo_desk import UndoDesk
from clinic_desktop.domain.backup_ports import BACKUP_EVERY, Backup, backup_is_late
from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clinic_door import FirstRun, FolderState
from clinic_desktop.domain.clock import Clock, local_now, to_local
from clinic_desktop.domain.errors import ClinicError, PermissionRefused, RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import IntakeId, NoteId, PatientId, VisitId
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.progress import Progress, SilentProgress
from clinic_desktop.domain.role import Role
from clinic_desktop.domain.travel import RegionState
from clinic_desktop.domain.visit import Visit
from clinic_desktop.operations.operations import Operations
from clinic_desktop.services.board import BoardDay
from clinic_desktop.services.clinical.service import PatientRecord
from clinic_desktop.services.finding import Found, FoundKind
from clinic_desktop.services.phone_list import PhoneTask
from clinic_desktop.services.roads import places_of_days
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.services.wait_list import WaitLine
from clinic_desktop.text import _, use_language
from clinic_desktop.ui.board.board_page import BoardPage
from clinic_desktop.ui.calendar.calendar_views import CalendarMode
from clinic_desktop.ui.calls.calls_page import CallsPage
from clinic_desktop.ui.clinical.intake_page import IntakePage
from clinic_desktop.ui.clinical.note_page import NotePage
from clinic_desktop.ui.clinical.record_list import record_widget
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.first_run.first_run_view import FirstRunView
from clinic_desktop.ui.first_run.recovery_view import RecoveryView
from clinic_desktop.ui.importing.calendar_dialog import open_calendar_import
from clinic_desktop.ui.importing.import_dialog import open_import
from clinic_desktop.ui.kit.accessible import install_painted_interfaces
from clinic_desktop.ui.kit.fonts import font, set_text_scale
from clinic_desktop.ui.kit.look import Shade
from clinic_desktop.ui.kit.motion import set_still
from clinic_desktop.ui.kit.stylesheet import palette, stylesheet
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.map.tile_source import TileSource
from clinic_desktop.ui.my_day.my_day_page import MyDayPage
from clinic_desktop.ui.patients.patient_detail import PatientDetail
from clinic_desktop.ui.patients.patient_page import PatientPage
from clinic_desktop.ui.patients.patients_page import PatientsPage
from clinic_desktop.ui.routes.routes_page import RoutesPage
from clinic_desktop.ui.settings.settings_page import SettingsPage
from clinic_desktop.ui.sharing.sharing_dialog import open_sharing
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.crash_dialog import CrashDialog
from clinic_desktop.ui.shell.login_view import LoginView
from clinic_desktop.ui.shell.page import ShellPage
from clinic_desktop.ui.shell.rail import RailEntry
from clinic_desktop.ui.shell.window import ShellWindow

_SOON_MS: Final = 250


class ClinicApp(QObject):
    """Owns the window, the threads and the open clinic.

    Args:
        folder: the clinic's folder.
        clock: the time of day.
        theme: light or dark.
        login_hint: shown under the log-in (the demo says its password).
    """

    def __init__(
        self, folder: ClinicFolder, clock: Clock, theme: Theme, *, login_hint: str = ""
    ) -> None:
        super().__init__()
        self._folder, self._clock, self._theme = folder, clock, theme
        self._hint = login_hint
        self.operations = Operations(self)
        self.operations.changes_made.connect(self._on_changes)
        self.operations.failed.connect(self._on_failed)
        self.operations.broke.connect(self._on_broke)
        self.window = ShellWindow(theme)
        self.window.idle.connect(self.lock)
        self.window.closing.connect(self.close)
        self._opened: OpenClinic | None = None
        self.history = UndoDesk(self.operations, self.window, self._open_services, clock)
        self._context: UiContext | None = None
        self._tiles: TileSource | None = None
        self._login: LoginView | None = None
        self._last_login = ""
        self._closed = False
        self._worked = False
        self.board: BoardPage | None = None
        self.routes: RoutesPage | None = None
        self.calls: CallsPage | None = None
        self.my_day: MyDayPage | None = None
        self.patient: PatientPage | None = None
        self.intake: IntakePage | None = None
        self.note: NotePage | None = None
        self._backup_timer = QTimer(self)
        self._backup_timer.setInterval(int(BACKUP_EVERY.total_seconds() * 1000))
        self._backup_timer.timeout.connect(self._on_backup_due)

    def _open_services(self) -> SessionServices | None:
        return self._opened.services if self._opened else None

    # Before a session.

    def start(self) -> None:
        """Show log-in, or the first run in an empty folder. Raises ``StoreTrouble``."""
        state = self._folder.look()
        if state.has_clinic:
            self.show_login(state)
        else:
            self._show_first_run()

    def show_login(self, state: FolderState | None = None, *, locked_as: str = "") -> None:
        """Ask who it is."""
        state = state or self._folder.look()
        view = LoginView(
            self._theme,
            state.clinic_name or _("Clinic Desktop"),
            state.logins,
            hint=self._hint,
            locked_as=locked_as,
        )
        view.login_requested.connect(self.log_in)
        view.recovery_requested.connect(self._show_recovery)
        self._login = view
        self.window.show_view(view)
        if self._last_login:
            view.choose(self._last_login)
        if state.problem:
            view.show_error(state.problem)
        view.focus()

    def log_in(self, login: str, password: str) -> None:
        """Open what the password's keys open; keys are derived off the GUI thread."""

        def opened(clinic: OpenClinic) -> None:
            self._last_login = login
            self._show_session(clinic)

        def refused(error: ClinicError) -> None:
            if self._login is not None:
                self._login.show_error(str(error))

        self.operations.write_value(
            self,
            lambda: self._folder.open(login, password, self.operations.in_writer),
            opened,
            on_error=refused,
        )

    def _show_first_run(self) -> None:
        view = FirstRunView(new_id)
        self.window.show_view(view)

        def finished(first_run: FirstRun) -> None:
            def work(progress: Progress) -> tuple[RecoverySheet, ...]:
                return self._folder.create(first_run, progress)

            self.operations.job(
                self,
                work,
                view.show_sheets,
                on_progress=view.show_progress,
                on_error=view.show_error,
            )

        view.finished.connect(finished)
        view.done.connect(self.start)

    def _show_recovery(self, login: str) -> None:
        view = RecoveryView(self._folder.look().logins, login)
        self.window.show_view(view)

        def recover(who: str, password: str, codes: tuple[str, ...]) -> None:
            def done(_value: None) -> None:
                self._last_login = who
                self.show_login()

            self.operations.write_value(
                self,
                lambda: self._folder.recover(who, password, codes),
                done,
                on_error=view.show_error,
            )

        view.recover_requested.connect(recover)
        view.cancelled.connect(lambda: self.show_login())

    # A session.

    @property
    def region_folder(self) -> Path:
        """Where the roads are kept."""
        return self._folder.folder.region

    @property
    def opened(self) -> OpenClinic | None:
        """The clinic while somebody is logged in."""
        return self._opened

    def _show_session(self, opened: OpenClinic) -> None:
        self._opened = opened
        self._login = None
        services = opened.services
        formats = Formats.of(services.clinic)
        context = UiContext(
            services=services,
            operations=self.operations,
            theme=self._theme,
            formats=formats,
            clock=self._clock,
            open_patient=self.open_patient,
            open_visit=self.open_visit,
            show_page=self.window.show_page,
            say=self.window.say,
            new_id=new_id,
            log_out=self.log_out,
            map_tiles=lambda: self._tiles,
            look=LookFile(),
        )
        self._context = context
        board = BoardPage(context)
        routes = RoutesPage(context)
        patients = PatientsPage(context, lambda: open_import(context, self.window))
        patient = PatientPage(context)
        calls = CallsPage(context)
        settings = SettingsPage(context)
        self.board, self.routes, self.patient, self.calls = board, routes, patient, calls
        calls.task_wanted.connect(self._on_phone_task)
        calls.line_wanted.connect(self._on_wait_line)
        calls.visit_wanted.connect(self._on_visit_wanted)
        calls.patient_wanted.connect(self._on_book_requested)
        board.time_opened.connect(self._on_time_opened)
        board.day_shown.connect(routes.show_day)
        board.day_shown.connect(self._on_day_shown)
        board.search_button.clicked.connect(lambda _c=False: self.window.open_palette())
        routes.day_wanted.connect(board.show_day)
        patient.book_requested.connect(self._on_book_requested)
        patient.pin_requested.connect(self._on_pin_requested)
        patient.shown.connect(self._on_patient_shown)
        pages: list[tuple[RailEntry | None, ShellPage]] = [
            (RailEntry(page_id="board", title=_("Board"), icon="columns-3"), board),
            (RailEntry(page_id="routes", title=_("Routes"), icon="route"), routes),
            (RailEntry(page_id="calls", title=_("Calls"), icon="phone-call"), calls),
            (RailEntry(page_id="patients", title=_("Patients"), icon="users"), patients),
            (RailEntry(page_id="settings", title=_("Settings"), icon="sliders-horizontal"),
             settings),
            (None, patient),
        ]  # fmt: skip
        self.my_day = None
        if services.my_day is not None:
            self.my_day = MyDayPage(context, services.my_day)
            self.my_day.search_button.clicked.connect(lambda _c=False: self.window.open_palette())
            self.my_day.note_wanted.connect(self._on_note_wanted)
            self.my_day.messages_wanted.connect(self._on_messages_wanted)
            entry = RailEntry(page_id="my_day", title=_("My day"), icon="calendar-clock")
            pages.insert(0, (entry, self.my_day))
        self.intake = self.note = None
        if services.clinical is not None:
            self.intake = IntakePage(context, services.clinical)
            self.note = NotePage(context, services.clinical)
            self.intake.note_wanted.connect(self._open_note)
            self.note.intake_wanted.connect(self._open_intake)
            pages += [(None, self.intake), (None, self.note)]
        self.window.show_session(
            pages,
            services.session.name,
            self._commands(),
            self._find,
            self.lock,
            services.clinic.auto_lock_min,
        )
        self.window.status.undo_requested.connect(self.history.undo)
        if self.my_day is not None:
            # The board feeds routes and conflicts from behind.
            board.reload()
        self._open_map()
        self._show_status()
        self._warm_drives()
        if not self._backup_timer.isActive():
            self._backup_timer.start()
        for warning in opened.unlocked.warnings:
            self.window.say(warning)
        self.operations.screens_are_made()

    def lock(self) -> None:
        """Close both files, wipe the keys, hide every name."""
        if self._opened is None:
            return
        if self.window.front and not self.window.page(self.window.front).may_leave():
            return
        self._leave(lambda: self.show_login(locked_as=self._last_login))

    def log_out(self) -> None:
        """Close the files and ask who it is (after a restore or a re-keying)."""
        self._leave(self.show_login)

    def _leave(self, then: Callable[[], object]) -> None:
        opened = self._opened
        if opened is None:
            then()
            return
        self._opened = None
        self._close_map()
        self.board = self.routes = self.patient = self.intake = self.note = None
        self.my_day = None
        self.window.show_view(QWidget())

        def closed(_value: None) -> None:
            then()
            self.operations.nobody_is_waiting()

        def shut() -> None:
            self._back_up_work(opened)
            opened.close()

        self.operations.write_value(self, shut, closed)

    def _back_up_work(self, opened: OpenClinic) -> None:
        """Back up what was done since the last backup; in the thread that writes."""
        if not self._worked or opened.schedule.file_store.closed:
            return
        try:
            opened.services.backups.make(opened.services.session, None, SilentProgress())
        except ClinicError:
            # The files themselves are safe; the status bar turns orange after a day.
            return
        self._worked = False

    def close(self) -> None:
        """The window closes: back up if work was done, close the files, end the threads."""
        if self._closed:
            return
        self._closed = True
        opened, self._opened = self._opened, None
        self._close_map()

        def last() -> None:
            if opened is None:
                return
            self._back_up_work(opened)
            opened.close()

        self.operations.close(last)
        self._folder.release()

    # Pages reached from others.

    def open_visit(self, visit_id: VisitId) -> None:
        """Clinicians open the visit's intake or note, everybody else the patient's page."""
        opened = self._opened
        if opened is None:
            return
        if self.intake is not None:
            self._open_intake(visit_id)
            return
        store = opened.services.store

        def show(patient_id: PatientId) -> None:
            self.open_patient(patient_id)

        self.operations.read(self, lambda: store.reader().visit(visit_id).patient_id, show)

    def open_patient(self, patient_id: PatientId) -> None:
        """The patient's page."""
        if self.patient is not None:
            self.patient.open(patient_id)
            self.window.show_page("patient")

    def _open_intake(self, visit_id: str) -> None:
        if self.intake is not None:
            self.intake.open_for_visit(VisitId(visit_id))
            self.window.show_page("intake")

    def _open_note(self, visit_id: str) -> None:
        if self.note is not None:
            self.note.open_for_visit(VisitId(visit_id))
            self.window.show_page("note")

    def show_red_flags(self) -> None:
        """``F9``, on every page: the clinic's card for what cannot wait."""
        if self.board is not None:
            self.board.call.show_red_flags()

    def resume_call(self) -> None:
        """``Shift`` ``N``: the call that has waited longest."""
        if self.board is not None and self.window.show_page("board"):
            self.board.resume_longest()

    def new_call(self) -> None:
        """``N``: a call, wherever one is."""
        if self.board is not None and self.window.show_page("board"):
            self.board.new_call()

    def _on_phone_task(self, task: PhoneTask) -> None:
        """Somebody on the list is called; who waits, with what they wait for."""
        if self.board is None or not self.window.show_page("board"):
            return
        if task.line is not None:
            self.board.offer_to(task.line)
        else:
            self.board.new_call(task.patient.id)

    def _on_visit_wanted(self, visit: Visit) -> None:
        if self.board is not None and self.window.show_page("board"):
            self.board.show_day(visit.day, visit.id)

    def _on_messages_wanted(self) -> None:
        if self.calls is not None and self.window.show_page("calls"):
            self.calls.show_messages()

    def _on_wait_line(self, line: WaitLine) -> None:
        if self.board is not None and self.window.show_page("board"):
            self.board.offer_to(line)

    def _on_time_opened(self, visit: Visit) -> None:
        """A visit was called off: if somebody waits, show whom its time would suit."""
        opened, calls = self._opened, self.calls
        if opened is None or calls is None:
            return

        def found(waiting: bool) -> None:
            if waiting and self.calls is calls and self.window.show_page("calls"):
                calls.show_opened(visit)

        store = opened.services.store
        self.operations.read(self, lambda: bool(store.reader().wait_list()), found)

    def _on_book_requested(self, patient_id: str) -> None:
        if self.board is not None and self.window.show_page("board"):
            self.board.new_call(PatientId(patient_id))

    def _on_pin_requested(self, site_id: str) -> None:
        if self._opened is not None and self.routes is not None:
            place_pin(self, self._opened.services, self.operations, self.routes.map,
                      self.window, site_id)  # fmt: skip

    def _on_patient_shown(self, detail: PatientDetail) -> None:
        """Clinicians see the record beside the contact data; that it was opened is recorded."""
        opened, page = self._opened, self.patient
        if opened is None or page is None or opened.services.clinical is None:
            return
        clinical, session = opened.services.clinical, opened.services.session
        patient_id = detail.patient.id
        clinic = opened.services.clinic

        def show(record: PatientRecord) -> None:
            if page.patient_id == patient_id and self.patient is page:
                page.set_clinical_widget(
                    record_widget(
                        record,
                        self._theme,
                        Formats.of(clinic),
                        clinic.zone,
                        self._show_intake,
                        self._show_note,
                    )
                )

        self.operations.write_value(
            self, lambda: clinical.record_of_patient(session, patient_id), show
        )

    def _show_intake(self, intake_id: IntakeId) -> None:
        if self.intake is not None:
            self.intake.open_intake(intake_id)
            self.window.show_page("intake")

    def _show_note(self, note_id: NoteId) -> None:
        if self.note is not None:
            self.note.open_note(note_id)
            self.window.show_page("note")

    def _on_note_wanted(self, note_id: str) -> None:
        self._show_note(NoteId(note_id))

    # Commands.

    def _commands(self) -> list[Command]:
        own = [
            Command(id="my_day", title=_("My day"), icon="calendar-clock", key="M",
                    run=lambda: self.window.show_page("my_day")),
        ]  # fmt: skip
        return [
            *(own if self.my_day is not None else ()),
            Command(id="new_call", title=_("New call"), keywords="book phone", key="N",
                    chord="Ctrl+Shift+N", icon="phone", run=self.new_call),
            Command(id="board", title=_("Board"), icon="columns-3", key="1",
                    run=lambda: self.window.show_page("board")),
            Command(id="routes", title=_("Routes"), keywords="map", key="R", icon="route",
                    run=lambda: self.window.show_page("routes")),
            Command(id="calls", title=_("Calls"), keywords="phone wait list reminders log",
                    icon="phone-call", key="Shift+C", run=lambda: self.window.show_page("calls")),
            Command(id="red_flags", title=_("Red flags: whom to call"), icon="shield-alert",
                    keywords="emergency breathless chest fever calf", chord="F9",
                    run=self.show_red_flags),
            Command(id="resume_call", title=_("Resume a parked call"), keywords="phone",
                    icon="phone-incoming", key="Shift+N", run=self.resume_call),
            Command(id="patients", title=_("Patients"), icon="users", key="P",
                    run=lambda: self.window.show_page("patients")),
            Command(id="settings", title=_("Settings"), icon="sliders-horizontal",
                    keywords="people backups roads", run=lambda: self.window.show_page("settings")),
            Command(id="palette", title=_("Search or command"), chord="Ctrl+K", icon="search",
                    run=self.window.open_palette),
            Command(id="undo", title=_("Undo"), chord="Ctrl+Z", icon="undo-2",
                    run=self.history.undo),
            Command(id="redo", title=_("Redo"), chord="Ctrl+Shift+Z, Ctrl+Y", icon="redo-2",
                    run=self.history.redo),
            Command(id="lock", title=_("Lock the program"), chord="Ctrl+L", icon="lock",
                    run=self.lock),
            *self._exchange_commands(),
            Command(id="backup", title=_("Back up now"), icon="database-backup",
                    run=self.back_up_now),
            Command(id="shortcuts", title=_("Shortcuts"), key="?", icon="keyboard",
                    run=self.window.show_shortcuts),
        ]  # fmt: skip

    def _exchange_commands(self) -> list[Command]:
        """What comes in from other programs (the office), and what leaves for them."""
        context = self._context
        if context is None:
            return []
        share = Command(id="share_calendars", title=_("Share calendars (ICS, CalDAV)"),
                        icon="upload", keywords=_("export publish phone outlook google apple"),
                        run=lambda: open_sharing(context, self.window))  # fmt: skip
        if not {Role.OFFICE, Role.OWNER} & context.session.roles:
            return [share]
        return [
            share,
            Command(id="import_patients", title=_("Import a patient list (CSV)"), icon="upload",
                    keywords=_("jane cliniko google contacts list"),
                    run=lambda: open_import(context, self.window)),
            Command(id="import_calendar", title=_("Import a calendar (ICS)"), icon="upload",
                    keywords=_("busy time outlook google apple"),
                    run=lambda: open_calendar_import(context, self.window)),
        ]  # fmt: skip

    def _find(self, text: str, deliver: Callable[[list[Command]], None]) -> None:
        opened = self._opened
        if opened is None:
            return
        services = opened.services

        def found(results: list[Found]) -> None:
            deliver([self._found_command(result) for result in results])

        self.operations.read(self, lambda: services.finding.find(services.session, text), found)

    def _found_command(self, found: Found) -> Command:
        icons = {
            FoundKind.PATIENT: "user",
            FoundKind.VISIT: "calendar-days",
            FoundKind.NOTE: "file-text",
            FoundKind.DAY: "calendar",
        }
        return Command(
            id=f"{found.kind}_{found.ref}",
            title=found.title,
            detail=found.detail,
            icon=icons[found.kind],
            run=lambda: self._open_found(found),
        )

    def _open_found(self, found: Found) -> None:
        if found.kind is FoundKind.PATIENT:
            self.open_patient(PatientId(found.ref))
        elif found.kind is FoundKind.NOTE:
            self._show_note(NoteId(found.ref))
        elif self.board is not None and found.day is not None and self.window.show_page("board"):
            self.board.show_mode(CalendarMode.DAY)
            selected = found.ref if found.kind is FoundKind.VISIT else ""
            self.board.show_day(found.day, select=selected)

    # What happens.

    def _on_changes(self, changes: Changes) -> None:
        opened = self._opened
        if opened is None:
            return
        self._worked = True
        for page in self.window.pages():
            # The others read anew when they come to the front; the board feeds the routes.
            if page is self.board or page.isVisible():
                page.apply(changes)
        if self.calls is not None:
            self.calls.watch.apply(changes)
        self._show_saved()
        self.history.announce(changes)
        self.history.show()
        if changes.touches(RecordKind.ROADS):
            self.roads_changed()
        if changes.touches(RecordKind.CLINIC):
            self._keep_name(opened)
            self._show_status()
        if changes.touches(RecordKind.SITES, RecordKind.VISITS, RecordKind.PRACTITIONERS):
            self._warm_drives()

    def _keep_name(self, opened: OpenClinic) -> None:
        """Log-in shows the clinic's name before any key is there, from a file of its own."""
        self.operations.read(
            self,
            lambda: self._folder.keep_name(opened.services.store.reader().clinic().name),
            lambda _kept: None,
        )

    def _on_failed(self, error: ClinicError) -> None:
        if isinstance(error, (RuleBroken, PermissionRefused)):
            self.window.say(str(error))
        else:
            self.window.status.show_save_failed(str(error))

    def _on_broke(self, error: BaseException) -> None:
        CrashDialog(error, self.window).open()

    def _on_day_shown(self, board: BoardDay, _routes: object) -> None:
        count = len(board.conflicts)
        text = ""
        if count == 1:
            text = board.conflicts[0]
        elif count:
            text = _("{n} conflicts: {first}").format(n=count, first=board.conflicts[0])
        self.window.status.show_alert(text)

    def _show_saved(self) -> None:
        assert self._opened is not None
        clinic = self._opened.services.clinic
        now = local_now(self._clock, clinic.zone)
        text = _("Saved {time}").format(time=Formats.of(clinic).clock_time(now))
        self.window.status.show_saved(text)

    def _show_status(self) -> None:
        assert self._opened is not None
        services = self._opened.services
        formats = Formats.of(services.clinic)
        status = services.roads.status()
        if status.state is RegionState.READY and status.as_of is not None:
            local = to_local(status.as_of, services.clinic.zone)
            text = _("Road data {day}").format(day=formats.day(local.date()))
            if status.fictional:
                text = _("Fictional town; your own region is one download away")
        else:
            text = _("No roads yet: drives are estimates (~)")
        self.window.status.show_roads(text)
        self.history.show()

        def shown(backups: list[Backup]) -> None:
            last = backups[0].at_utc if backups else None
            late = backup_is_late(last, self._clock.now_utc())
            if last is None:
                self.window.status.show_backup(_("No backup yet"), late=not services.clinic.is_demo)
                return
            local_last = to_local(last, services.clinic.zone)
            words = _("Backup {day} {time}").format(
                day=formats.day(local_last.date()), time=formats.clock_time(local_last)
            )
            self.window.status.show_backup(words, late=late)

        self.operations.read(self, lambda: services.backups.backups(), shown)

    def back_up_now(self) -> None:
        """Back up, whether or not anything was done since the last one."""
        self._worked = True
        self._on_backup_due()

    def _on_backup_due(self) -> None:
        opened = self._opened
        if opened is None:
            return

        if not self._worked:
            self._show_status()
            return
        self._worked = False

        def made(_backup: Backup) -> None:
            if self._opened is opened:
                self._show_status()

        def failed(error: ClinicError) -> None:
            self._worked = True
            if self._opened is opened:
                self._show_status()
                self.window.say(str(error))

        self.operations.job(
            self,
            lambda progress: opened.services.backups.make(opened.services.session, None, progress),
            made,
            on_error=failed,
        )

    # Roads.

    def roads_changed(self) -> None:
        """A region was built: open it, draw it, compute its drives."""
        opened = self._opened
        if opened is None:
            return

        def reopened(_status: object) -> None:
            self._open_map()
            self._show_status()
            self._warm_drives()

        store = opened.services.store
        self.operations.read(self, lambda: opened.services.roads.open(store), reopened)

    def _open_map(self) -> None:
        self._close_map()
        if self._opened is None or self.board is None or self.routes is None:
            return
        roads = self._opened.services.roads
        path = roads.map_geometry_path
        maps = [self.board.view.mini_map, self.routes.map]
        if self.my_day is not None:
            maps.append(self.my_day.map)
        if path is None or not path.is_file():
            for view in maps:
                view.set_source(None)
            self.routes.map.set_message(_("No roads yet. Add an extract in Settings."))
            return
        self._tiles = TileSource(path, self)
        status = roads.status()
        words = (
            _("Fictional town {name}").format(name="Marlow Bend")
            if status.fictional
            else _("© OpenStreetMap contributors")
        )
        for view in maps:
            view.set_source(self._tiles)
            view.set_attribution(words)

    def _close_map(self) -> None:
        if self._tiles is not None:
            self._tiles.close()
            self._tiles.deleteLater()
            self._tiles = None

    def _warm_drives(self) -> None:
        """Compute the coming days' drives in the background; the board follows."""
        opened = self._opened
        if opened is None or opened.services.roads.map_geometry_path is None:
            return
        services = opened.services
        today = local_now(self._clock, services.clinic.zone).date()
        last = today + timedelta(days=services.clinic.slot_horizon_days)

        def work(progress: Progress) -> int:
            reader = services.store.reader()
            return services.roads.warm(
                services.store, places_of_days(reader, today - timedelta(days=1), last), progress
            )

        def done(computed: int) -> None:
            if computed and self._opened is opened and self.board is not None:
                self.board.drives_changed()
                if self.my_day is not None and self.my_day.isVisible():
                    self.my_day.reload()

        def stopped(_error: ClinicError) -> None:
            """The estimates stay, marked as such."""

        self.operations.job(self, work, done, on_error=stopped)


def make_application(arguments: Arguments) -> tuple[QApplication, Theme]:
    """The Qt application with fonts, style and accessibility.

    The size kept for this machine counts only where Qt has not begun yet.
    """
    if not arguments.screenshots:
        os.environ.setdefault("QT_SCALE_FACTOR", str(LookFile().look().size / 100))
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    app.setApplicationName("Clinic Desktop")
    app.setDesktopFileName("clinic-desktop")
    use_language("en")
    theme = _theme_of(arguments)
    set_text_scale(1.0)
    app.setFont(font("body"))
    dress(app, theme)
    set_still(app, still=LookFile().look().still)
    install_painted_interfaces()
    return app, theme


def _theme_of(arguments: Arguments) -> Theme:
    """As the command line says, else as this machine keeps it, else as the system is."""
    if arguments.theme:
        name, _dash, contrast = arguments.theme.partition("-")
        return Theme(name, high_contrast=bool(contrast))
    look = LookFile().look()
    system = QGuiApplication.styleHints().colorScheme()
    dark = look.shade is Shade.DARK or (
        look.shade is Shade.SYSTEM and system is Qt.ColorScheme.Dark
    )
    return Theme("dark" if dark else "light", high_contrast=look.high_contrast)


def dress(app: QApplication, theme: Theme) -> None:
    """Put a theme on."""
    app.setStyle("Fusion")
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))


def default_folder() -> Path:
    """Where a clinic lies if nobody says otherwise."""
    return user_data_path("clinic-desktop", "Clinic Desktop")


def run_app(arguments: Arguments) -> int:
    """Open the window on a clinic's folder; returns when it is closed."""
    app, theme = make_application(arguments)
    folder = ClinicFolder(arguments.data or default_folder(), SystemClock(), new_id)
    return run_window(app, theme, folder, arguments)


def run_window(
    app: QApplication, theme: Theme, folder: ClinicFolder, arguments: Arguments, hint: str = ""
) -> int:
    """Run the window over a folder until it is closed."""
    clinic = ClinicApp(folder, SystemClock(), theme, login_hint=hint)
    _install_hooks(clinic)
    try:
        clinic.start()
    except ClinicError as error:
        sys.stderr.write(f"{error}\n")
        clinic.close()
        return 1
    clinic.window.resize(*arguments.size)
    clinic.window.show()
    code = app.exec()
    clinic.close()
    return code


def _install_hooks(clinic: ClinicApp) -> None:
    """Bugs open the crash dialog; Ctrl C in the terminal closes the window."""

    def hook(_kind: object, error: BaseException, _trace: object) -> None:
        CrashDialog(error, clinic.window).open()

    sys.excepthook = hook
    signal.signal(signal.SIGINT, lambda _number, _frame: clinic.window.close())
    os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
