"""My day: reads the own day off the GUI thread, and turns keys and clicks into commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent
from PySide6.QtWidgets import QMenu

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import SiteId, VisitId
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.visit import STATE_STEPS, VisitState
from clinic_desktop.operations.task import Task
from clinic_desktop.services.clinical.brief import VisitBrief
from clinic_desktop.services.my_day import MyDayService, OwnDay, OwnStop
from clinic_desktop.services.visits import SetVisitState
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import lanes_of
from clinic_desktop.ui.board.map_routes import routes_of
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import column
from clinic_desktop.ui.map.map_content import MapRoute
from clinic_desktop.ui.map.map_view import MapView
from clinic_desktop.ui.my_day.brief_reader import BriefReader
from clinic_desktop.ui.my_day.late_dialog import LateDialog
from clinic_desktop.ui.my_day.messages_strip import MessagesStrip
from clinic_desktop.ui.my_day.my_day_top import MyDayTop
from clinic_desktop.ui.my_day.my_day_view import MyDayView
from clinic_desktop.ui.routes.leg_dialog import LegDialog
from clinic_desktop.ui.routes.leg_subject import leg_subject
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

_KINDS = (
    RecordKind.VISITS,
    RecordKind.PROMISES,
    RecordKind.PATIENTS,
    RecordKind.SITES,
    RecordKind.PRACTITIONERS,
    RecordKind.SERVICES,
    RecordKind.TIME_OFF,
    RecordKind.CLINIC,
    RecordKind.CLINICAL_FLAGS,
    RecordKind.ROADS,
    RecordKind.DRIVE_OVERRIDES,
)
_BRIEF_KINDS = (
    RecordKind.INTAKES, RecordKind.NOTES, RecordKind.CONSENTS, RecordKind.EPISODES
)  # fmt: skip
_LOOK_MS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shown:
    """What was read for a day."""

    day: OwnDay
    routes: tuple[MapRoute, ...]


class MyDayPage(ShellPage):
    """One practitioner's day.

    Signals:
        note_wanted(str): open a note.
        day_shown(OwnDay): the day has been read and shown.
        messages_wanted(): the messages of callers are to be read.
    """

    page_id = "my_day"
    note_wanted = Signal(str)
    day_shown = Signal(object)
    messages_wanted = Signal()

    def __init__(self, context: UiContext, my_day: MyDayService) -> None:
        super().__init__()
        self.title = _("My day")
        self._context, self._my_day = context, my_day
        self._day = self._now().date()
        self._own: OwnDay | None = None
        self._routes: tuple[MapRoute, ...] = ()
        self._chosen: VisitId | None = None
        self._reading: Task | None = None
        self._brief = BriefReader(context, self)
        self._scrolled: date | None = None
        self._minute = -1
        self.late_dialog: LateDialog | None = None
        self.view = MyDayView(context.theme, context.formats)
        self.messages = MessagesStrip(context)
        self.messages.pressed.connect(self.messages_wanted)
        self.body.setLayout(column(self.messages, self.view, spacing=0))
        self._top = MyDayTop(context.theme, context.formats, self.top_layout)
        self.search_button = self._top.search
        self._connect()
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_MS)
        self._clock.timeout.connect(self._on_look)
        self._clock.start()

    # The shell.

    @property
    def map(self) -> MapView:
        """The day's map."""
        return self.view.side.map

    @property
    def own(self) -> OwnDay | None:
        """The day as last read."""
        return self._own

    def activated(self) -> None:
        """Read the day anew, and the patient's record: both may have changed meanwhile."""
        self._brief.forget()
        self.reload()
        self.messages.reload()

    def apply(self, changes: Changes) -> None:
        """Reload if something of the day changed."""
        if changes.touches(RecordKind.MESSAGES):
            self.messages.reload()
        if changes.touches(*_BRIEF_KINDS):
            self._brief.forget()
        if changes.touches(*_KINDS, *_BRIEF_KINDS):
            self.reload()

    def commands(self) -> Sequence[Command]:
        """What can be done on this page."""
        return (
            Command(id="drive_now", title=_("Drive now"), key="D", icon="navigation",
                    run=lambda: self._step(VisitState.EN_ROUTE)),
            Command(id="start_visit", title=_("Start visit"), key="S", icon="play",
                    run=lambda: self._step(VisitState.IN_PROGRESS)),
            Command(id="finish_visit", title=_("Finish visit"), key="F", icon="square",
                    run=lambda: self._step(VisitState.DONE)),
            Command(id="running_late", title=_("Running late ..."), key="L", icon="alarm-clock",
                    run=self.open_late),
            Command(id="way", title=_("Directions to the stop"), key="G", icon="route",
                    run=self.open_way),
            Command(id="reveal_code", title=_("Reveal the gate code for 10 seconds"), key="V",
                    icon="eye", run=self.view.door.ask),
            Command(id="my_today", title=_("Today"), key="T", icon="calendar",
                    run=self.show_today),
            Command(id="my_previous", title=_("Previous day"), key="[", icon="chevron-left",
                    run=lambda: self.step(-1)),
            Command(id="my_next", title=_("Next day"), key="]", icon="chevron-right",
                    run=lambda: self.step(1)),
        )  # fmt: skip

    def hideEvent(self, event: QHideEvent) -> None:
        """Behind another page, or locked, no code and no name stays readable."""
        super().hideEvent(event)
        self.view.door.conceal()
        self._close_late()

    # From outside.

    def show_today(self) -> None:
        """Back to today, and to the visit that is next."""
        self.show_day(self._now().date())

    def step(self, days: int) -> None:
        """Some days on or back."""
        self.show_day(self._day + timedelta(days=days))

    def show_day(self, day: date) -> None:
        """Show a date."""
        self._day, self._chosen = day, None
        self.reload()

    def reload(self) -> None:
        """Read the day in a reader thread."""
        context, day = self._context, self._day
        services, formats = context.services, context.formats
        if self._reading is not None:
            self._reading.drop()

        def read() -> _Shown:
            own = self._my_day.day(services.session, day)
            return _Shown(day=own, routes=routes_of(own.board, services.roads, formats))

        self._reading = context.operations.read(self, read, self._show)

    def open_late(self) -> None:
        """Running late (``L``)."""
        own = self._own
        if own is None or own.late is None or not own.late.ahead or own.now_min is None:
            self._context.say(_("No visit is waiting for you today."))
            return
        self._close_late()
        self.late_dialog = LateDialog(
            self._context.theme, self._context.formats, own, own.late, self
        )
        self.late_dialog.open()

    def _close_late(self) -> None:
        if self.late_dialog is not None:
            self.late_dialog.hide()
            self.late_dialog.deleteLater()
            self.late_dialog = None

    # Showing.

    def _show(self, shown: _Shown) -> None:
        another = self._own is None or self._own.board.day != shown.day.board.day
        self._own, self._routes = shown.day, shown.routes
        self._minute = -1 if shown.day.now_min is None else shown.day.now_min
        self._top.show_day(shown.day)
        self._show_stops(fit=another)
        self.day_shown.emit(shown.day)

    def _show_stops(self, *, fit: bool) -> None:
        own, context = self._own, self._context
        if own is None:
            return
        lanes = lanes_of(own.board, context.formats)
        index = self._index(own)
        self.view.show_day(own, index, lanes, self._routes, fit=fit)
        now = self._now()
        self.view.canvas.set_now(now if now.date() == own.board.day else None)
        if self._scrolled != own.board.day and own.stops:
            self._scrolled = own.board.day
            first = own.stops[index or 0].detail.visit.start_min
            minute = min(first, own.now_min) if own.now_min is not None else first
            QTimer.singleShot(0, self, lambda: self.view.scroll_to_minute(minute - 30))
        self._brief.read(None if index is None else own.stops[index])

    def _index(self, own: OwnDay) -> int | None:
        """The chosen stop, else the current one; on other days the first."""
        for index, stop in enumerate(own.stops):
            if stop.detail.visit.id == self._chosen:
                return index
        if own.now_min is None and own.stops:
            return 0
        return own.current

    def _show_brief(self, brief: VisitBrief | None) -> None:
        self.view.show_brief(brief, self._context.services.clinic.zone)

    def _connect(self) -> None:
        view = self.view
        self._top.today_wanted.connect(self.show_today)
        self._top.step_wanted.connect(self.step)
        view.stop_chosen.connect(self._on_chosen)
        view.board_requested.connect(lambda: self._context.show_page("board"))
        view.canvas.visit_opened.connect(self._on_opened)
        view.hero.step_requested.connect(self._on_step)
        view.hero.late_requested.connect(self.open_late)
        view.hero.phone_requested.connect(self._on_phone)
        view.door.way_requested.connect(self.open_way)
        view.door.reveal_requested.connect(self._on_reveal)
        view.before.intake_requested.connect(self._on_intake)
        view.last.note_requested.connect(self.note_wanted)
        view.done.visit_requested.connect(self._on_opened)
        self._brief.changed.connect(self._show_brief)

    # What the person did.

    def _shown_stop(self) -> OwnStop | None:
        own = self._own
        index = None if own is None else self._index(own)
        return None if own is None or index is None else own.stops[index]

    def _step(self, state: VisitState) -> None:
        """Set the visit's next state: one named operation that can be undone."""
        stop, own = self._shown_stop(), self._own
        if stop is None or own is None:
            self._context.say(_("There is no visit to do that with."))
            return
        if own.now_min is None:
            self._context.say(_("That is done on the day itself."))
            return
        if state not in STATE_STEPS[stop.state]:
            self._context.say(_refusal(state))
            return
        services, visit_id = self._context.services, stop.detail.visit.id

        def done(_changes: Changes) -> None:
            if state is VisitState.DONE and self._chosen == visit_id:
                self._chosen = None
                self.reload()

        self._context.operations.write(
            self,
            lambda: services.visits.set_state(
                services.session, SetVisitState(visit_id=visit_id, state=state)
            ),
            on_done=done,
            on_error=self._on_refused,
        )

    def _on_chosen(self, visit_id: str) -> None:
        own = self._own
        self._chosen = VisitId(visit_id)
        if own is not None and own.current is not None:
            current = own.stops[own.current].detail.visit.id
            # The current one is followed by the next once it is finished.
            self._chosen = None if current == visit_id else self._chosen
        self._show_stops(fit=False)

    def _on_reveal(self, site_id: str) -> None:
        services = self._context.services
        self._context.operations.write(
            self,
            lambda: self._my_day.reveal_code(services.session, SiteId(site_id)),
            on_done=lambda _changes: self.view.door.reveal(site_id),
            on_error=self._on_refused,
        )

    def open_way(self) -> None:
        """The drive to the stop shown, turn by turn."""
        own = self._own
        index = None if own is None else self._index(own)
        if own is None or own.plan is None or index is None:
            return
        wanted = own.stops[index].detail.visit.id
        at = next((i for i, s in enumerate(own.plan.stops) if s.visit.id == wanted), None)
        subject = None if at is None else leg_subject(own.plan, own.board.details, at)
        if subject is None:
            self._context.say(_("This drive has an end without a point on the map."))
        else:
            LegDialog(self._context, subject, self).open()

    def _on_phone(self) -> None:
        stop = self._shown_stop()
        if stop is None:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for phone in stop.detail.patient.phones:
            number = phone_text(phone.number)
            words = f"{number}  {phone.label}".strip()
            menu.addAction(
                _("Copy {number}").format(number=words),
                lambda text=number: QGuiApplication.clipboard().setText(text),
            )
        button_ = self.view.hero.phone
        menu.popup(button_.mapToGlobal(button_.rect().bottomLeft()))

    def _on_intake(self) -> None:
        stop = self._shown_stop()
        if stop is not None:
            self._context.open_visit(stop.detail.visit.id)

    def _on_opened(self, visit_id: str) -> None:
        self._context.open_visit(VisitId(visit_id))

    def _on_step(self, state: str) -> None:
        self._step(VisitState(state))

    def _on_refused(self, error: ClinicError) -> None:
        self._context.say(str(error))

    def _on_look(self) -> None:
        """Once a minute, while it is seen, the day is read anew: now has moved on."""
        now = self._now()
        if self.isVisible() and now.hour * 60 + now.minute != self._minute:
            self.reload()

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)


def _refusal(state: VisitState) -> str:
    return {
        VisitState.EN_ROUTE: _("You are on the way or there already."),
        VisitState.IN_PROGRESS: _("This visit cannot be started now."),
    }.get(state, _("Start the visit first."))
