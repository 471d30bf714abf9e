"""Renders every screen of the demo clinic into PNG files, without a display."""

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Final

from PySide6.QtCore import QEvent, QEventLoop, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from clinic_desktop.cli.arguments import Arguments
from clinic_desktop.composition.app import ClinicApp, dress, make_application
from clinic_desktop.composition.clinic_folder import ClinicFolder
from clinic_desktop.composition.demo import DEMO_PASSWORD, TerminalProgress, make_demo
from clinic_desktop.composition.system import SystemClock, new_id
from clinic_desktop.demo.clinic import AS_THEY_CAME
from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_page import BoardPage
from clinic_desktop.ui.calendar.calendar_views import CalendarMode
from clinic_desktop.ui.call.why_not_dialog import WhyNotDialog
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.routes.routes_page import RoutesPage
from clinic_desktop.ui.settings.settings_page import SettingsPage

_WAIT_S: Final = 30.0
_ZONE: Final = "America/Chicago"


class FixedClock:
    """The morning of a working day, so that a board has something to show."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now_utc(self) -> datetime:
        """Always the same moment."""
        return self._moment


def morning_of_a_working_day() -> datetime:
    """8:26 AM of the next Tuesday, in UTC."""
    today = SystemClock().now_utc().date()
    ahead = (1 - today.weekday()) % 7
    day = today.fromordinal(today.toordinal() + ahead)
    return to_utc(datetime.combine(day, time_of_day(8, 26)), _ZONE).astimezone(UTC)


def render_screens(arguments: Arguments, folder: Path) -> int:
    """Make the demo clinic, walk through every screen and save each.

    Returns:
        0, or 1 with a sentence if the clinic could not be made.
    """
    folder.mkdir(parents=True, exist_ok=True)
    app, default = make_application(arguments)
    del app
    themes = [default] if arguments.theme else [Theme("light"), Theme("dark")]
    clock = FixedClock(morning_of_a_working_day())
    with tempfile.TemporaryDirectory(prefix="clinic-desktop-demo-") as temporary:
        root = arguments.data or Path(temporary)
        door = ClinicFolder(root, clock, new_id)
        try:
            if not door.look().has_clinic:
                make_demo(
                    door,
                    clock,
                    arguments,
                    TerminalProgress(sys.stderr.write),
                    empty=arguments.state == "empty",
                )
            for theme in themes:
                _Walk(door, clock, theme, arguments, folder).run()
        except ClinicError as error:
            sys.stderr.write(f"{error}\n")
            return 1
        finally:
            door.release()
    count = len(list(folder.glob("*.png")))
    sys.stderr.write(_("{n} screens are in {folder}").format(n=count, folder=folder) + "\n")
    return 0


class _Walk:
    """One walk through the program in one theme."""

    def __init__(
        self,
        door: ClinicFolder,
        clock: FixedClock,
        theme: Theme,
        arguments: Arguments,
        folder: Path,
    ) -> None:
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        dress(application, theme)
        self._clinic = ClinicApp(door, clock, theme, login_hint="")
        self._state, self._folder, self._theme = arguments.state, folder, theme
        self._clinic.window.resize(*arguments.size)

    def run(self) -> None:
        clinic = self._clinic
        clinic.start()
        clinic.window.show()
        self._shot("login")
        if self._state == "error":
            clinic.log_in("office", "not-the-password")
            self._settle()
            self._shot("login-error")
        clinic.log_in("office", DEMO_PASSWORD)
        self._until(lambda: clinic.board is not None and clinic.board.board is not None)
        self._map_settled()
        if self._state == "error":
            clinic.window.status.show_save_failed(
                _("The last change could not be saved: the disk is full. Nothing is lost yet.")
            )
        self._shot("board")
        self._calendars()
        if self._state == "normal":
            self._call()
        self._calls()
        clinic.window.show_page("routes")
        self._map_settled()
        self._shot("routes")
        self._dialogs_of_routes()
        clinic.window.show_page("patients")
        self._settle()
        self._shot("patients")
        self._patient()
        clinic.window.show_page("settings")
        self._settle()
        if self._state == "busy":
            self._busy()
        self._shot("settings")
        clinic.window.open_palette()
        self._settle(0.2)
        self._shot("palette")
        clinic.lock()
        self._settle()
        self._shot("locked")
        self._as_clinician()
        clinic.close()

    def _call(self) -> None:
        board = self._clinic.board
        assert board is not None
        board.new_call()
        panel = board.view.call
        panel.caller.search.setText("a")
        panel.caller.typed.emit("a")
        self._settle(0.6)
        self._shot("call-search")
        panel.caller.hit_chosen.emit(0)
        self._until(lambda: panel.slots.isVisible() and panel.book.isVisible())
        self._settle(1.5)
        self._shot("call")
        self._beside_a_call(board)
        board.call.end()
        board.show_today()
        self._settle()
        self._drag()

    def _beside_a_call(self, board: BoardPage) -> None:
        """A course, why not then, a message, the red flags; then the call parked."""
        call = board.call
        call.plan_course()
        self._settle(1.0)
        self._shot_of_dialog("call-course")
        call.take_message()
        self._settle(0.3)
        self._shot_of_dialog("call-message")
        call.show_red_flags()
        self._settle(0.3)
        self._shot_of_dialog("red-flags")
        board.show_today()
        self._settle()
        taken = [
            stop.visit
            for plan in (board.board.plans if board.board else ())
            for stop in plan.stops
            if stop.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED)
        ]
        if taken:
            call.ask_why_not(taken[-1].practitioner_id, taken[-1].start)
            self._settle(0.8)
            dialog = self._clinic.window.findChild(WhyNotDialog)
            if dialog is not None:
                dialog.grab().save(str(self._folder / f"why-not-{self._theme.label}.png"))
                dialog.close()
        call.park()
        self._settle()
        self._shot("board-parked")
        board.resume_longest()
        self._settle(1.0)

    def _calls(self) -> None:
        """The phone's page, each section."""
        calls = self._clinic.calls
        if self._state != "normal" or calls is None or not self._clinic.window.show_page("calls"):
            return
        for number, name in enumerate(("phone", "wait-list", "promises")):
            calls.show_section(number)
            self._settle(1.2)
            self._shot(f"calls-{name}")

    def _calendars(self) -> None:
        """Week, month and agenda around the board's day."""
        board = self._clinic.board
        assert board is not None
        for mode in (CalendarMode.WEEK, CalendarMode.MONTH, CalendarMode.AGENDA):
            board.show_mode(mode)
            self._settle()
            self._shot(mode.name.lower())
        board.show_mode(CalendarMode.DAY)
        self._settle()

    def _drag(self) -> None:
        """A visit in the hand, 25 minutes later: what it would break stands beside it."""
        board = self._clinic.board
        assert board is not None
        canvas = board.view.canvas
        canvas.setFocus()
        planned = [d.visit for d in board.board.details.values()] if board.board else []
        held = next((v for v in reversed(planned) if not v.started_at), None)
        if held is None:
            return
        canvas.select(held.id)
        for key in [Qt.Key.Key_Down] * 5:
            QApplication.sendEvent(
                canvas, QKeyEvent(QEvent.Type.KeyPress, key, Qt.KeyboardModifier.AltModifier)
            )
        self._settle(0.3)
        self._shot("board-drag")
        board.drag.cancel()

    def _dialogs_of_routes(self) -> None:
        """One drive with its turns, and what is asked before a route leaves the machine."""
        routes = self._clinic.window.page("routes")
        if self._state != "normal" or not isinstance(routes, RoutesPage):
            return
        self._proposal(routes)
        routes.open_leg(1)
        self._settle()
        self._shot_of_dialog("routes-drive")
        routes.open_phone()
        self._shot_of_dialog("routes-phone")

    def _proposal(self, routes: RoutesPage) -> None:
        """A day that nobody has put in order yet, with the plan for it; then today again."""
        board = self._clinic.board
        if board is None or board.board is None:
            return
        today = board.board.day
        board.show_day(today + timedelta(days=AS_THEY_CAME))
        self._settle(1.0)
        routes.plan_day()
        self._until(lambda: routes.proposals.proposal is not None)
        self._settle(0.5)
        self._shot("routes-proposal")
        routes.proposals.discard()
        board.show_day(today)
        self._settle(1.0)

    def _patient(self) -> None:
        board = self._clinic.board
        if board is None or board.board is None or not board.board.details:
            return
        detail = next(iter(board.board.details.values()))
        self._clinic.open_patient(PatientId(detail.patient.id))
        self._settle()
        self._shot("patient")

    def _busy(self) -> None:
        """A real build under way: the region's own extract is read once more."""
        settings = self._clinic.window.page("settings")
        extracts = list(self._clinic.region_folder.glob("*.osm.pbf"))
        if isinstance(settings, SettingsPage) and extracts:
            settings.show_section(settings.roads)
            settings.roads.build(extracts[0])
            self._settle(1.5)

    def _as_clinician(self) -> None:
        clinic = self._clinic
        clinic.log_in("dana", DEMO_PASSWORD)
        self._until(lambda: clinic.board is not None and clinic.board.board is not None)
        my_day = clinic.my_day
        if my_day is not None:
            self._until(lambda: my_day.own is not None)
            self._map_settled()
            self._shot("my-day")
        board = clinic.board
        if board is None or board.board is None or not board.board.details:
            return
        visit_id = next(iter(board.board.details))
        clinic.open_visit(visit_id)
        intake = clinic.intake
        assert intake is not None
        self._until(lambda: intake.intake is not None)
        self._settle(0.5)
        for index, name in enumerate(("screening", "history", "consent")):
            intake.show_step(index)
            self._settle(0.3)
            self._shot(f"intake-{name}")
        note = clinic.note
        assert note is not None
        intake.note_wanted.emit(visit_id)
        self._until(lambda: note.note is not None)
        self._settle(0.5)
        self._shot("note")
        settings = clinic.window.page("settings")
        if isinstance(settings, SettingsPage) and clinic.window.show_page("settings"):
            for section in ("people", "clinic", "drives", "offers", "phone"):
                settings.show_section(section)
                self._settle()
                self._shot(f"settings-{section}")

    def _shot(self, name: str) -> None:
        self._settle(0.15)
        window: QWidget = self._clinic.window
        path = self._folder / f"{name}-{self._theme.label}.png"
        window.grab().save(str(path))

    def _shot_of_dialog(self, name: str) -> None:
        dialog = QApplication.activeModalWidget()
        if dialog is not None:
            dialog.grab().save(str(self._folder / f"{name}-{self._theme.label}.png"))
            dialog.close()
            self._settle(0.2)

    def _map_settled(self) -> None:
        """Tiles arrive from their process; a second without a new one is enough."""
        self._settle(2.0)

    @staticmethod
    def _settle(seconds: float = 0.8) -> None:
        loop = QEventLoop()
        QTimer.singleShot(round(seconds * 1000), loop.quit)
        loop.exec()

    def _until(self, there: Callable[[], bool]) -> None:
        started = time.monotonic()
        while not there() and time.monotonic() - started < _WAIT_S:
            self._settle(0.05)
        self._settle(0.3)
