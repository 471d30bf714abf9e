"""The board: reads a day off the GUI thread, shows it, and turns keys and clicks into commands."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import CallId, PatientId, PractitionerId, VisitId
from clinic_desktop.domain.page_model import PageDocument
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.slot import Slot
from clinic_desktop.domain.visit import Lock, Visit, VisitState
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import BoardDay
from clinic_desktop.services.publishing import DayStatus
from clinic_desktop.services.sheets import day_sheet
from clinic_desktop.services.visits import SetVisitState, next_steps
from clinic_desktop.services.wait_list import WaitLine
from clinic_desktop.services.why_not import WhyNotAnswer
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import (
    driving_words,
    lane_of,
    lanes_of,
    moved_board,
    with_ghost,
    zone_short,
)
from clinic_desktop.ui.board.board_view import BoardView
from clinic_desktop.ui.board.cancel_dialog import CancelDialog
from clinic_desktop.ui.board.day_publishing import DayPublishing
from clinic_desktop.ui.board.drag import snapped
from clinic_desktop.ui.board.drag_controller import DragController
from clinic_desktop.ui.board.map_routes import routes_of
from clinic_desktop.ui.board.tray_drag import TrayDrag
from clinic_desktop.ui.board.tray_list import TrayRow
from clinic_desktop.ui.calendar.calendar_views import CalendarMode, CalendarViews
from clinic_desktop.ui.calendar.date_jump import DateJump
from clinic_desktop.ui.call.call_controller import CallController
from clinic_desktop.ui.call.parked_calls import ParkedCalls
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    Segments,
    button,
    column,
    icon_button,
    label,
    set_icon,
)
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.print.print_desk import PrintDesk
from clinic_desktop.ui.series.series_asking import cancel_of_series, repeat_visit
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

_NARROW_PX = 1120
_BOARD_KINDS = (
    RecordKind.VISITS,
    RecordKind.PROMISES,
    RecordKind.PATIENTS,
    RecordKind.SITES,
    RecordKind.PRACTITIONERS,
    RecordKind.SERVICES,
    RecordKind.TIME_OFF,
    RecordKind.PUBLISHED_DAYS,
    RecordKind.TOLD,
    RecordKind.CLINIC,
    RecordKind.CLINICAL_FLAGS,
    RecordKind.ROADS,
    RecordKind.DRIVE_OVERRIDES,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What was read for a day."""

    board: BoardDay
    routes: tuple[MapRoute, ...]
    status: DayStatus


class BoardPage(ShellPage):
    """Today's board, and the call beside it.

    Signals:
        day_shown(BoardDay, tuple): a day has been read, with its routes.
        time_opened(Visit): a visit was called off, and others may want its time.
    """

    page_id = "board"
    day_shown = Signal(object, object)
    time_opened = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.title = _("Board")
        self._context = context
        self._day = self._now().date()
        self._board: BoardDay | None = None
        self._routes: tuple[MapRoute, ...] = ()
        self._reading: Task | None = None
        self._scrolled = False
        self._ghost: tuple[Slot, str, str] | None = None
        self._to_select = ""
        self.view = BoardView(context.theme, context.formats)
        self._prints = PrintDesk(context, self)
        self.publishing = DayPublishing(context, self.view.to_tell, lambda: self._day, self._now)
        self.calendars = CalendarViews(context, self.view, self._now)
        self.parked = ParkedCalls(context.clock, context.formats)
        self.body.setLayout(column(self.parked, self.calendars.stack, spacing=0))
        self.calendars.day_opened.connect(self._on_day_opened)
        self.calendars.visit_opened.connect(self._on_visit_opened)
        self.calendars.shown.connect(self._on_calendar_shown)
        self.calendars.agenda.range_changed.connect(self.reload)
        self._build_top_bar()
        self.call = CallController(context, self.view.call)
        self.call.ghost_changed.connect(self._on_ghost_changed)
        self.call.ended.connect(self._on_call_ended)
        self.call.booked.connect(self._on_booked)
        self.call.parked_changed.connect(self.parked.show_calls)
        self.call.plans_wanted.connect(self._on_plans_wanted)
        self.parked.resumed.connect(self.resume_call)
        self.drag = DragController(
            context, self.view, lambda: self._board, self._now, context.new_id
        )
        self.drag.ended.connect(lambda: self._show_lanes(None))
        self.drag.time_wanted.connect(self._on_time_wanted)
        self.drag.place_wanted.connect(self._on_place_wanted)
        self._tray_drag = TrayDrag(self.view, self.view.requests, self.drag, lambda: self._board)
        canvas = self.view.canvas
        canvas.visit_opened.connect(self._on_visit_opened)
        canvas.spot_clicked.connect(self._on_spot_clicked)
        canvas.visit_selected.connect(self.view.mini_map.select)
        canvas.visit_hovered.connect(self.view.mini_map.hover)
        self.view.mini_map.stop_hovered.connect(canvas.hover)
        canvas.context_requested.connect(self._on_context_requested)
        self.view.mini_map.stop_selected.connect(self._on_map_stop)
        self.view.map_requested.connect(lambda: context.show_page("routes"))
        self.view.to_confirm.pressed.connect(self._on_confirm)
        self.view.requests.pressed.connect(self._on_request)
        self._minute = QTimer(self)
        self._minute.setInterval(20_000)
        self._minute.timeout.connect(self._on_minute)
        self._minute.start()

    # The shell.

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the search is its icon, and a date is jumped to by key."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_PX
        self._jump.setVisible(not narrow)
        self.search_button.setText("" if narrow else _("Search or command  Ctrl K"))
        self.search_button.setMinimumWidth(38)
        self.search_button.setToolTip(_("Search or command (Ctrl K)") if narrow else "")

    def activated(self) -> None:
        """Read the day anew, and which calls wait."""
        self.reload()
        self.call.read_parked()

    def apply(self, changes: Changes) -> None:
        """Reload if something on a board changed."""
        if changes.touches(*_BOARD_KINDS):
            self.reload()
        self.call.apply(changes)

    def free_rect(self) -> QRect:
        """Beside an open call: its read-back and its button lie at the bottom."""
        free = self.rect()
        if self.view.call.isVisible() and not self.view.call_is_page:
            free.setRight(self.view.call.mapTo(self, QPoint()).x())
        return free

    def commands(self) -> Sequence[Command]:
        """What can be done on the board."""
        return (
            *(
                Command(id=f"calendar_{mode.name.lower()}", title=words, icon="calendar",
                        key=str(mode + 1), run=lambda chosen=mode: self.show_mode(chosen))
                for mode, words in zip(CalendarMode, _mode_words(), strict=True)
            ),
            Command(id="today", title=_("Today"), run=self.show_today, key="T", icon="calendar"),
            Command(id="jump", title=_("Go to a date"), run=self.jump, key="G", icon="calendar"),
            Command(id="previous", title=_("Previous"), run=lambda: self.step(-1), key="[",
                    icon="chevron-left"),
            Command(id="next", title=_("Next"), run=lambda: self.step(1), key="]",
                    icon="chevron-right"),
            *self.publishing.commands(),
            Command(id="print", title=_("Print what is shown"), icon="printer",
                    keywords=_("day sheet week agenda paper"), chord="Ctrl+P",
                    run=lambda: self._prints.print_all(self.documents())),
            Command(id="save_pdf", title=_("Save what is shown as PDF"), icon="download",
                    keywords=_("day sheet week agenda print"),
                    run=lambda: self._prints.save_all(self.documents())),
            Command(id="confirm", title=_("Confirm the selected visit"), key="C",
                    run=lambda: self._on_confirm(self.view.canvas.selected), icon="circle-check"),
            Command(id="lock_visit", title=_("Lock the selected visit’s time"), key="K",
                    run=self._toggle_lock, icon="lock"),
            Command(id="repeat", title=_("Repeat the selected visit, or change its series"),
                    keywords=_("series weekly fortnightly recurring"), chord="Ctrl+R",
                    run=lambda: self._repeat(self.view.canvas.selected), icon="refresh-cw"),
            Command(id="zoom_in", title=_("Larger board"), key="+", icon="plus",
                    run=lambda: self.view.canvas.set_zoom(self.view.canvas.zoom + 0.25)),
            Command(id="zoom_out", title=_("Smaller board"), key="-", icon="minus",
                    run=lambda: self.view.canvas.set_zoom(self.view.canvas.zoom - 0.25)),
        )  # fmt: skip

    # From outside.

    @property
    def day(self) -> date:
        """The date shown."""
        return self._day

    @property
    def board(self) -> BoardDay | None:
        """The day as last read."""
        return self._board

    def show_today(self) -> None:
        """Back to today."""
        self.show_day(self._now().date())

    def step(self, steps: int) -> None:
        """A day, week or month on or back, as the calendar in front goes."""
        self.show_day(self.calendars.stepped(self._day, steps))

    def jump(self) -> None:
        """Choose a date in a small month."""
        box = DateJump(self._day, self.calendars.first_weekday, self.show_day, self)
        box.open_at(self._date.mapToGlobal(self._date.rect().bottomLeft()))

    def documents(self) -> list[PageDocument]:
        """What is shown, for paper: a day sheet each, the week, or the agenda as filtered."""
        formats = self._context.formats
        if self.calendars.mode is not CalendarMode.DAY:
            return self.calendars.documents(self._date.text())
        board = self._board
        if board is None:
            return []
        return [day_sheet(board, plan, formats) for plan in board.plans if plan.stops]

    def show_mode(self, mode: CalendarMode) -> None:
        """Day, week, month or agenda."""
        self.drag.cancel()
        if mode is not CalendarMode.DAY and self.call.active:
            self._context.say(_("A call is open: the day stays in front until it ends."))
            mode = CalendarMode.DAY
        self._modes.set_index(mode)
        self.calendars.show_mode(mode)
        if mode is not CalendarMode.DAY:
            self.publishing.button.hide()
        self._show_title()
        self.reload()

    def show_day(self, day: date, select: str = "") -> None:
        """Show a date, and perhaps a visit of it as the selected one."""
        self._to_select = select
        self._day = day
        self._scrolled = False
        self._show_title()
        self.reload()

    def new_call(self, patient_id: PatientId | None = None) -> None:
        """Open the call panel (``N``)."""
        if self.calendars.mode is not CalendarMode.DAY:
            self.show_mode(CalendarMode.DAY)
        self.view.open_call(True)
        self.call.begin(patient_id)

    def move_visit(self, visit: Visit) -> None:
        """Open a call about another time for a visit; one in front is parked."""
        if self.calendars.mode is not CalendarMode.DAY:
            self.show_mode(CalendarMode.DAY)
        self.call.begin_move(visit)
        self.view.open_call(True)

    def offer_to(self, line: WaitLine) -> None:
        """Open a call to somebody on the wait list with what they wait for."""
        if self.calendars.mode is not CalendarMode.DAY:
            self.show_mode(CalendarMode.DAY)
        self.call.begin_wait(line)
        self.view.open_call(True)

    def resume_call(self, call_id: str) -> None:
        """Take a parked call up again."""
        if self.calendars.mode is not CalendarMode.DAY:
            self.show_mode(CalendarMode.DAY)
        self.call.resume(CallId(call_id))
        self.view.open_call(True)

    def resume_longest(self) -> None:
        """Take up the call that has waited longest (``Shift`` ``N``)."""
        if self.parked.lines:
            self.resume_call(self.parked.lines[0].call.id)
        else:
            self._context.say(_("No call is parked."))

    def drives_changed(self) -> None:
        """Drives became known: the board and an open search show them."""
        self.reload()
        self.call.drives_changed()

    def reload(self) -> None:
        """Read the day, and the longer calendar in front, in a reader thread."""
        self.calendars.read(self._day)
        services, day, formats = self._context.services, self._day, self._context.formats
        call_id = self.call.call_id
        if self._reading is not None:
            self._reading.drop()

        def read() -> _Shown:
            board = services.board.day(services.session, day, call_id)
            return _Shown(
                board=board,
                routes=routes_of(board, services.roads, formats),
                status=services.publishing.status(services.session, day),
            )

        self._reading = self._context.operations.read(self, read, self._show)

    # Showing.

    def _show(self, shown: _Shown) -> None:
        if self.drag.active:
            # What is held is shown against the day it was taken from; the write checks anew.
            return
        self._board, self._routes = shown.board, shown.routes
        ghost = self._ghost if self._ghost and self._ghost[0].start.date() == self._day else None
        self._show_lanes(ghost)
        self._show_title()
        self.view.mini_map.show_routes(shown.routes, fit=True)
        totals = shown.board
        self.view.show_totals(
            driving_words(totals).format(
                driving=self._context.formats.minutes(totals.driving_min),
                distance=self._context.formats.distance(totals.metres),
            )
        )
        self.view.to_confirm.show_rows(self._unconfirmed(totals))
        self.view.requests.show_rows(self._requests(totals))
        self.publishing.show(
            shown.status, len(totals.details), in_front=self.calendars.mode is CalendarMode.DAY
        )
        self._show_title()
        self._show_now()
        if self._to_select:
            self._on_map_stop(self._to_select)
            self._to_select, self._scrolled = "", True
        if not self._scrolled:
            self._scrolled = True
            first = min(
                (p.stops[0].visit.start_min for p in totals.plans if p.stops), default=7 * 60 + 30
            )
            QTimer.singleShot(0, self, lambda: self.view.scroll_to_minute(first - 45))
        self.day_shown.emit(shown.board, shown.routes)

    def _show_lanes(self, ghost: tuple[Slot, str, str] | None) -> None:
        board = self._board
        if board is None:
            return
        formats = self._context.formats
        lanes = lanes_of(board, formats)
        zone = zone_short(board.clinic.zone, board)
        if ghost is not None and ghost[0].start.date() == board.day:
            slot, name, detail = ghost
            previewed, card = with_ghost(lanes, slot, board, name, detail, formats)
            self.view.show_lanes(previewed, zone, card)
            return
        self.view.show_lanes(lanes, zone)

    def _on_minute(self) -> None:
        self._show_now()
        if self._board is not None and self._board.holds:
            # A hold runs out by itself: nobody writes that.
            self.reload()

    def _show_now(self) -> None:
        now = self._now()
        self.view.canvas.set_now(now if now.date() == self._day else None)

    def _show_title(self) -> None:
        if self.calendars.mode is not CalendarMode.DAY:
            return
        formats = self._context.formats
        self._date.setText(formats.day_with_year(self._day))
        away = (self._day - self._now().date()).days
        words = {0: _("Today"), 1: _("Tomorrow"), -1: _("Yesterday")}.get(away, "")
        if self._board is not None and self._board.day == self._day:
            count = sum(len(plan.stops) for plan in self._board.plans)
            visits = _("{n} visits").format(n=count)
            words = " · ".join(p for p in (words, visits, self.publishing.words()) if p)
        self._subtitle.setText(words)

    def _requests(self, board: BoardDay) -> list[TrayRow]:
        """Visits that nobody makes yet, with what they were promised."""
        formats = self._context.formats
        rows: list[TrayRow] = []
        for detail in board.requested:
            promise = detail.promise
            words = detail.service.short_name
            if promise is not None:
                window = formats.span(promise.start_min, promise.end_min)
                words = _("{service}, promised {window}").format(service=words, window=window)
            name = detail.patient.short_name
            rows.append(
                TrayRow(
                    key=detail.patient.id,
                    title=name,
                    detail=words,
                    spoken=_("Find a time for {name}").format(name=name),
                    drag_key=detail.visit.id,
                )
            )
        return rows

    def _unconfirmed(self, board: BoardDay) -> list[TrayRow]:
        formats = self._context.formats
        people = {p.practitioner.id: p.practitioner.first_name for p in board.plans}
        rows: list[TrayRow] = []
        for visit_id, detail in board.details.items():
            if detail.visit.state is not VisitState.BOOKED:
                continue
            phone = phone_text(detail.patient.phones[0].number) if detail.patient.phones else ""
            title = f"{detail.patient.short_name}  {formats.time(detail.visit.start_min)}"
            who = people.get(detail.visit.practitioner_id, "")
            rows.append(
                TrayRow(
                    key=visit_id,
                    title=title,
                    detail=" · ".join(p for p in (who, phone) if p),
                    spoken=_("Confirm {who}").format(who=title),
                )
            )
        return rows

    def _build_top_bar(self) -> None:
        theme = self._context.theme
        back = icon_button(theme, "chevron-left", _("Previous day ([)"), name="day_previous")
        back.clicked.connect(lambda _c=False: self.step(-1))
        today = button(_("Today"), name="day_today", on_click=self.show_today)
        on = icon_button(theme, "chevron-right", _("Next day (])"), name="day_next")
        on.clicked.connect(lambda _c=False: self.step(1))
        self._date = label("", "page", name="board_date")
        self._jump = icon_button(theme, "calendar", _("Go to a date (G)"), name="day_jump")
        jump = self._jump
        jump.clicked.connect(lambda _c=False: self.jump())
        self._modes = Segments(_mode_words(), _("Calendar"))
        self._modes.setObjectName("calendar_modes")
        self._modes.chosen.connect(self._on_mode_chosen)
        self._subtitle = label("", "caption")
        titles = column(1, self._date, self._subtitle, 1, spacing=0)
        call = button(_("New call  N"), kind="primary", name="new_call",
                      on_click=lambda: self.new_call())  # fmt: skip
        set_icon(call, theme, "phone")
        for widget in (back, today, on, jump):
            self.top_layout.addWidget(widget)
        self.top_layout.addSpacing(8)
        self.top_layout.addLayout(titles)
        self.top_layout.addStretch(1)
        self.top_layout.addWidget(self.publishing.button)
        self.top_layout.addWidget(self._modes, 0, Qt.AlignmentFlag.AlignVCenter)
        self.search_button = button(_("Search or command  Ctrl K"), name="open_palette")
        set_icon(self.search_button, theme, "search")
        self.search_button.setAccessibleName(_("Search or command"))
        self.top_layout.addWidget(self.search_button)
        self.top_layout.addWidget(call)
        self._show_title()

    # What the person did.

    def _on_ghost_changed(self, slot: Slot | None, name: str, detail: str) -> None:
        self._ghost = None if slot is None else (slot, name, detail)
        if slot is None:
            self._show_lanes(None)
            return
        if slot.start.date() != self._day:
            self._day = slot.start.date()
            self._scrolled = True
            self._show_title()
            self._read_for_ghost(slot, name, detail)
            return
        self._show_lanes((slot, name, detail))
        self.view.bring_up_ghost(slot.start.hour * 60 + slot.start.minute - 120)

    def _read_for_ghost(self, slot: Slot, name: str, detail: str) -> None:
        services, day = self._context.services, self._day
        call_id = self.call.call_id
        if self._reading is not None:
            self._reading.drop()

        def show(board: BoardDay) -> None:
            self._board = board
            self._show_title()
            self._show_now()
            self._show_lanes((slot, name, detail))
            self.view.bring_up_ghost(slot.start.hour * 60 + slot.start.minute - 120)

        self._reading = self._context.operations.read(
            self, lambda: services.board.day(services.session, day, call_id), show
        )

    def _on_mode_chosen(self, index: int) -> None:
        self.show_mode(CalendarMode(index))

    def _on_day_opened(self, day: date) -> None:
        self._day = day
        self._scrolled = False
        self.show_mode(CalendarMode.DAY)

    def _on_calendar_shown(self, title: str, words: str) -> None:
        self._date.setText(title)
        self._subtitle.setText(words)

    def _on_time_wanted(self, person: str, start: datetime, end: datetime) -> None:
        """Empty time was marked: a call that asks for just that."""
        plans = self._board.plans if self._board else ()
        whose = next((p.practitioner for p in plans if p.practitioner.id == person), None)
        if whose is not None:
            self.new_call()
            self.call.want(whose, start, end)

    def _on_place_wanted(self, visit_id: str, person: str, start: datetime, end: datetime) -> None:
        """A request was put onto the board: a call books it, for just that time."""
        detail = self._board.request(VisitId(visit_id)) if self._board else None
        if detail is not None:
            self._on_time_wanted(person, start, end)
            self.call.begin(detail.patient.id)

    def _on_spot_clicked(self, person: str, minute: float) -> None:
        """A click on the board during a call asks about that time."""
        if self.call.hand is not None and self.call.hand.subject is not None:
            midnight = datetime.combine(self._day, datetime.min.time())
            self.call.ask_why_not(person, midnight + timedelta(minutes=snapped(minute)))

    def _on_plans_wanted(self, answer: WhyNotAnswer | None) -> None:
        """Show days as they would be after a change, or as they are."""
        board = self._board
        if board is None:
            return
        if answer is None or answer.why.change is None or answer.why.start.date() != self._day:
            self._show_lanes(self._ghost)
            return
        after = moved_board(board, answer.plans, answer.why.change.changes[0].visit_id)
        changed = {
            plan.practitioner.id: lane_of(plan, after, self._context.formats)
            for plan in answer.plans
        }
        lanes = tuple(
            changed.get(PractitionerId(lane.practitioner_id), lane)
            for lane in lanes_of(board, self._context.formats)
        )
        self.view.show_lanes(lanes, zone_short(board.clinic.zone, board))

    def _on_call_ended(self) -> None:
        self.view.open_call(False)
        self._show_lanes(None)
        self.view.canvas.setFocus()

    def _on_booked(self, _changes: Changes, start: datetime) -> None:
        self.show_day(start.date())

    def _on_visit_opened(self, visit_id: str) -> None:
        self._context.open_visit(VisitId(visit_id))

    def _on_map_stop(self, visit_id: str) -> None:
        self.view.canvas.select(visit_id)
        rect = self.view.canvas.card_rect(visit_id)
        if rect is not None:
            self.view.scroller.ensureVisible(rect.center().x(), rect.center().y(), 60, 120)

    def _on_confirm(self, visit_id: str) -> None:
        if not visit_id:
            self._context.say(_("Select a visit first."))
            return
        services = self._context.services
        self._write(lambda: services.visits.toggle_confirmed(services.session, VisitId(visit_id)))

    def _on_request(self, patient_id: str) -> None:
        self.new_call(PatientId(patient_id))

    def _toggle_lock(self) -> None:
        visit_id = self.view.canvas.selected
        if not visit_id:
            self._context.say(_("Select a visit first."))
            return
        services = self._context.services
        self._write(
            lambda: services.visits.toggle_lock(services.session, VisitId(visit_id), Lock.TIME)
        )

    def _on_context_requested(self, visit_id: str, at: QPoint) -> None:
        board = self._board
        detail = board.details.get(VisitId(visit_id)) if board else None
        if detail is None:
            return
        menu = QMenu(self)
        menu.addAction(_("Open"), lambda: self._on_visit_opened(visit_id))
        menu.addAction(_("Patient’s page"), lambda: self._context.open_patient(detail.patient.id))
        menu.addSeparator()
        if detail.visit.state in (VisitState.BOOKED, VisitState.CONFIRMED):
            menu.addAction(_("Find another time ..."), lambda: self.move_visit(detail.visit))
        for state in next_steps(detail.visit):
            menu.addAction(
                _step_words(state), lambda s=state: self._set_state(VisitId(visit_id), s)
            )
        menu.addSeparator()
        alone = detail.visit.series_id is None
        menu.addAction(_("Repeat ...") if alone else _("Change series ..."),
                       lambda: self._repeat(visit_id))  # fmt: skip
        locked = Lock.TIME in detail.visit.locks
        menu.addAction(_("Unlock time") if locked else _("Lock time"), self._toggle_lock)
        menu.popup(at)

    def _set_state(self, visit_id: VisitId, state: VisitState) -> None:
        services = self._context.services
        if state is VisitState.CANCELLED:
            detail = self._board.details.get(visit_id) if self._board else None
            if detail is not None and detail.visit.series_id is not None:
                cancel_of_series(self._context, self.window(), visit_id)
                return
            if detail is not None:
                dialog = CancelDialog(self._context, detail, self.window())
                dialog.accepted.connect(lambda: self.time_opened.emit(detail.visit))
                dialog.open()
            return
        self._write(
            lambda: services.visits.set_state(
                services.session, SetVisitState(visit_id=visit_id, state=state)
            )
        )

    def _repeat(self, visit_id: str) -> None:
        repeat_visit(self._context, self.window(), visit_id)

    def _write(self, work: Callable[[], Changes]) -> None:
        def failed(error: ClinicError) -> None:
            self._context.say(str(error))

        self._context.operations.write(self, work, on_error=failed)

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)


def _mode_words() -> tuple[str, ...]:
    return (_("Day"), _("Week"), _("Month"), _("Agenda"))


def _step_words(state: VisitState) -> str:
    return {
        VisitState.HELD: _("Hold"),
        VisitState.BOOKED: _("Take the confirmation back"),
        VisitState.CONFIRMED: _("Confirm"),
        VisitState.EN_ROUTE: _("On the way"),
        VisitState.IN_PROGRESS: _("Start visit"),
        VisitState.DONE: _("Finish visit"),
        VisitState.NO_SHOW: _("No-show"),
        VisitState.CANCELLED: _("Cancel visit ..."),
        VisitState.REQUESTED: _("Back to requests"),
    }[state]
