"""Leads a call from "who is calling" to its outcome: parked, resumed, ended. Nothing here waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from clinic_desktop.domain.call import Call, CallOutcome, CallState, Keep
from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import CallId, PatientId, PractitionerId
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.quick_entry import QuickEntry
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.wait_list import WaitEntry, WaitKind
from clinic_desktop.operations.task import Task
from clinic_desktop.services.roads import places_of_days
from clinic_desktop.services.wait_list import WaitLine
from clinic_desktop.text import _
from clinic_desktop.ui.call.call_in_hand import CallInHand
from clinic_desktop.ui.call.call_panel import CallPanel
from clinic_desktop.ui.call.call_subject import CallSubject, read_subject
from clinic_desktop.ui.call.course_dialog import CourseDialog
from clinic_desktop.ui.call.message_dialog import MessageDialog
from clinic_desktop.ui.call.offer_controller import OfferController
from clinic_desktop.ui.call.red_flag_card import RedFlagCard
from clinic_desktop.ui.call.request_controller import RequestController
from clinic_desktop.ui.call.wait_dialog import WaitDialog
from clinic_desktop.ui.call.who_controller import WhoController
from clinic_desktop.ui.call.why_not_dialog import WhyNotDialog
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.patients.patient_detail import flag_words

_MARKED = timedelta(minutes=90)
_FURTHER_DAYS = 14
_MOST_DAYS = 56


@dataclass(frozen=True, slots=True, kw_only=True)
class _Resumed:
    """A parked call with all that its panel shows."""

    call: Call
    subject: CallSubject | None
    moving: Visit | None
    waits: WaitEntry | None


class CallController(QObject):
    """One call in front, others parked.

    Signals:
        ghost_changed(object, str, str): a ``Slot`` to preview with name and detail, or None.
        ended(): no call is in front any more.
        booked(Changes, datetime): a visit stands on the board.
        parked_changed(tuple): the ``CallLine``s of the calls that wait.
        plans_wanted(object): a ``WhyNotAnswer`` to show on the board, None for the day as it is.
    """

    ghost_changed = Signal(object, str, str)
    ended = Signal()
    booked = Signal(object, object)
    parked_changed = Signal(object)
    plans_wanted = Signal(object)

    def __init__(self, context: UiContext, panel: CallPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self.hand: CallInHand | None = None
        self._asked: Task | None = None
        self._why: WhyNotDialog | None = None
        self._parked_task: Task | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._on_tick)
        self._who = WhoController(context, panel)
        self._request = RequestController(context, panel)
        self.offers = OfferController(context, panel)
        self._who.chosen.connect(self._on_chosen)
        self._request.changed.connect(self.offers.find)
        self._request.service_changed.connect(self.offers.service_changed)
        self._request.time_asked.connect(self.offers.ask_time)
        self.offers.window_found.connect(self._on_window_found)
        self.offers.ghost_changed.connect(self.ghost_changed)
        self.offers.booked.connect(self._on_booked)
        panel.caller.site_chosen.connect(self._on_site_chosen)
        panel.why_not_wanted.connect(lambda: self.ask_why_not())
        panel.message_wanted.connect(self.take_message)
        panel.red_flags_wanted.connect(self.show_red_flags)
        panel.course_wanted.connect(self.plan_course)
        panel.longer_wanted.connect(self._on_longer_wanted)
        panel.park_wanted.connect(self.park)
        panel.declined.connect(lambda: self._keep_in_mind(declined=True))
        panel.wait_wanted.connect(lambda: self._keep_in_mind(declined=False))
        panel.outcome_chosen.connect(self._on_outcome)
        panel.closed.connect(self._on_closed)

    @property
    def active(self) -> bool:
        """Whether a call is in front."""
        return self.hand is not None

    @property
    def call_id(self) -> CallId | None:
        """The call in front."""
        return self.hand.id if self.hand else None

    # A call's life.

    def begin(self, patient_id: PatientId | None = None) -> None:
        """Open a call; a second ``N`` puts the cursor back into the search."""
        if self.hand is None:
            self._start(CallInHand(
                id=CallId(self._context.new_id()), started=self._context.clock.now_utc()
            ))  # fmt: skip
        self._panel.caller.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if patient_id is not None:
            self._take(patient_id)

    def begin_move(self, visit: Visit) -> None:
        """A call about another time for a visit: it is taken out of the plan for the search."""
        self._leave_for(lambda: self._begin_about(visit))

    def begin_wait(self, line: WaitLine) -> None:
        """A call to somebody on the wait list, with what they wait for filled in."""
        self._leave_for(lambda: self._begin_for(line))

    def want(
        self, person: Practitioner, start: datetime, end: datetime, *, exactly: bool = False
    ) -> None:
        """Ask for a time and a practitioner, as marked on the board; a chip that can be removed.

        ``exactly``: to begin just then; else a visit may begin a little later.
        """
        hand, formats = self.hand, self._context.formats
        if hand is None:
            return
        # Somebody marks where a visit should begin, not how long it is.
        midnight = datetime.combine(start.date(), time(23, 59))
        latest = end if exactly else max(end, min(start + _MARKED, midnight))
        window = CallerWindow(
            first=start.date(),
            last=start.date(),
            earliest=start.time(),
            latest=latest.time(),
            text=_("{day} from {time} with {name}").format(
                day=formats.day(start.date()),
                time=formats.clock_time(start),
                name=person.first_name,
            ),
        )
        hand.marked = (window, person.id)
        hand.windows = [window]
        self._request.show_windows()

    def park(self) -> None:
        """Set the call aside, its time held; the next one may be taken."""
        hand = self.hand
        if hand is None:
            return
        if hand.subject is None:
            # Nobody is known yet: there is nothing to come back to.
            self._close()
            return
        self.offers.hold()
        services, command = self._context.services, hand.saved(CallState.PARKED)
        self._context.operations.write(
            self,
            lambda: services.calls.save(services.session, command),
            on_done=lambda _changes: self.read_parked(),
            on_error=self._say,
        )
        self._close()

    def resume(self, call_id: CallId) -> None:
        """Take a parked call up again; the one in front is parked."""
        self._leave_for(lambda: self._resume(call_id))

    def end(self, outcome: CallOutcome = CallOutcome.NOTHING, note: str = "") -> None:
        """End the call in front and log what came of it."""
        hand = self.hand
        if hand is None:
            return
        if hand.subject is not None:
            services, command = self._context.services, hand.saved()
            self._context.operations.write(
                self,
                lambda: services.calls.end(services.session, command, outcome, note),
                on_error=self._say,
            )
        self._close()

    def read_parked(self) -> None:
        """Read which calls wait."""
        services = self._context.services

        if self._parked_task is not None:
            self._parked_task.drop()
        front = self.call_id
        self._parked_task = self._context.operations.read(
            self,
            lambda: tuple(
                line for line in services.calls.going_on(services.session) if line.call.id != front
            ),
            self.parked_changed.emit,
        )

    def apply(self, changes: Changes) -> None:
        """Somebody changed the plan: the offers are searched anew, the one read out stays put."""
        if changes.touches(RecordKind.CALLS):
            self.read_parked()
        elif self.hand is not None and changes.touches(
            RecordKind.VISITS, RecordKind.TIME_OFF, RecordKind.PRACTITIONERS, RecordKind.CLINIC
        ):
            self.offers.find(keep_highlight=True)

    def drives_changed(self) -> None:
        """Drives became known: search anew; the highlighted slot stays where it is."""
        if self.hand is not None and self.hand.subject is not None and self.offers.slots:
            self.offers.find(keep_highlight=True)

    def _start(self, hand: CallInHand) -> None:
        self._forget()
        self.hand = hand
        self.offers.begin(hand)
        self._panel.start()
        self._tick.start()
        self._on_tick()
        self.read_parked()

    def _leave_for(self, begin: Callable[[], None]) -> None:
        """Park what is in front, then begin another."""
        if self.hand is not None:
            self.park()
        begin()

    def _resume(self, call_id: CallId) -> None:
        services, today = self._context.services, self._now().date()

        def read() -> _Resumed:
            reader = services.store.reader()
            call = reader.call(call_id)
            return _Resumed(
                call=call,
                subject=read_subject(reader, call.patient_id, today) if call.patient_id else None,
                moving=reader.visit(call.draft.moving) if call.draft.moving else None,
                waits=reader.wait_entry(call.draft.wait_id) if call.draft.wait_id else None,
            )

        def resumed(_changes: Changes) -> None:
            self._read(read, self._show_resumed)

        self._context.operations.write(
            self,
            lambda: services.calls.resume(services.session, call_id),
            on_done=resumed,
            on_error=self._say,
        )

    def _show_resumed(self, resumed: _Resumed) -> None:
        call, subject = resumed.call, resumed.subject
        draft = call.draft
        hand = CallInHand(
            id=call.id,
            started=call.started_at,
            windows=list(draft.windows),
            keep=draft.keep,
            wanted_id=draft.wanted_id,
            door_min=draft.door_min,
            moving=resumed.moving,
            waits=resumed.waits,
            kept=True,
        )
        self._start(hand)
        if subject is None:
            return
        hand.subject = subject
        hand.site = next((s for s in subject.sites if s.id == draft.site_id), None)
        hand.service = next(
            (s for s in subject.services if s.id == draft.service_id), subject.usual_service()
        )
        self._show_subject()

    def _begin_about(self, visit: Visit) -> None:
        self.begin()
        assert self.hand is not None
        self.hand.moving = visit
        self._take(visit.patient_id)

    def _begin_for(self, line: WaitLine) -> None:
        self.begin()
        assert self.hand is not None
        self.hand.waits, self.hand.moving = line.entry, line.visit
        self._take(line.patient.id)

    def _on_closed(self) -> None:
        """Esc: ask what came of it where somebody was on the line; Esc again: nothing."""
        hand = self.hand
        if hand is None or hand.subject is None or self._panel.asks_outcome:
            self.end()
        else:
            self._panel.ask_outcome(True)

    def _on_outcome(self, outcome: str) -> None:
        self.end(CallOutcome(outcome))

    def _on_booked(self, changes: Changes, start: datetime) -> None:
        moved = self.hand is not None and self.hand.moving is not None
        self.booked.emit(changes, start)
        self.end(CallOutcome.MOVED if moved else CallOutcome.BOOKED)

    def _close(self) -> None:
        self._forget()
        self.ghost_changed.emit(None, "", "")
        self.ended.emit()
        self.read_parked()

    # Who.

    def _on_chosen(self, patient_id: str) -> None:
        self._take(PatientId(patient_id))

    def _take(self, patient_id: PatientId) -> None:
        store, today = self._context.services.store, self._now().date()
        self._read(lambda: read_subject(store.reader(), patient_id, today), self._on_subject_read)

    def _on_subject_read(self, subject: CallSubject) -> None:
        hand = self.hand
        if hand is None:
            return
        moving = hand.moving
        entry = self._who.quick
        hand.subject = subject
        # With several addresses it is asked: a visit at the wrong door is no visit.
        hand.site = subject.sites[0] if len(subject.sites) == 1 else None
        hand.service = subject.usual_service()
        hand.wanted_id, hand.keep = subject.last_practitioner, Keep.SOFT
        hand.door_min = None
        if moving is not None:
            hand.site = next((s for s in subject.sites if s.id == moving.site_id), hand.site)
            hand.service = next(
                (s for s in subject.services if s.id == moving.service_id), hand.service
            )
            hand.wanted_id = moving.practitioner_id
        if hand.waits is not None:
            self._take_over(hand, hand.waits)
        elif moving is None:
            # A time marked on the board is the call's; words are the caller's who said them.
            hand.windows = [hand.marked[0]] if hand.marked else []
        self._fill_in(hand, entry)
        self._show_subject()
        self._ask_about(entry)

    def _take_over(self, hand: CallInHand, entry: WaitEntry) -> None:
        """What somebody waits for: when, where, what and with whom."""
        subject = hand.subject
        assert subject is not None
        hand.windows = list(entry.windows)
        if hand.moving is not None:
            day = hand.moving.day
            later = _("{day} or later").format(day=self._context.formats.day(day))
            hand.windows.append(CallerWindow(first=day, excluded=True, text=later))
        hand.site = next((s for s in subject.sites if s.id == entry.site_id), hand.site)
        hand.service = next((s for s in subject.services if s.id == entry.service_id), hand.service)
        if entry.practitioner_id is not None:
            hand.wanted_id, hand.keep = entry.practitioner_id, Keep.HARD
        elif entry.preferred_id is not None:
            hand.wanted_id = entry.preferred_id

    def _fill_in(self, hand: CallInHand, entry: QuickEntry | None) -> None:
        """What the line that was typed says beside the name."""
        if entry is None or hand.subject is None:
            return
        hand.windows.extend(words.readings[0] for words in entry.times if words.clear)
        for about in entry.about:
            named = [
                s
                for s in hand.subject.services
                if s.name.casefold().startswith(about.casefold())
                or s.short_name.casefold().startswith(about.casefold())
            ]
            if len(named) == 1:
                hand.service = named[0]
        zips = [s for s in hand.subject.sites if s.address.postcode == entry.postcode]
        if entry.postcode and len(zips) == 1:
            hand.site = zips[0]

    def _ask_about(self, entry: QuickEntry | None) -> None:
        """Ask what the line left open."""
        if entry is None:
            return
        unclear = [words for words in entry.times if not words.clear]
        if unclear:
            self._request.ask(unclear[0])

    def _show_subject(self) -> None:
        hand, panel, formats = self.hand, self._panel, self._context.formats
        if hand is None or hand.subject is None:
            return
        subject = hand.subject
        self._show_place(subject)
        if hand.moving is not None:
            panel.show_title(
                _("Move {day} {time}").format(
                    day=formats.day(hand.moving.day), time=formats.time(hand.moving.start_min)
                )
            )
        sites = list(subject.sites)
        panel.caller.show_sites(
            [s.address.one_line() for s in sites], sites.index(hand.site) if hand.site else -1
        )
        self.offers.service_changed()
        panel.request.words.setFocus()
        self._request.show(hand)
        self._learn_drives()

    def _show_place(self, subject: CallSubject) -> None:
        pills = [("pill-warn", words) for words in flag_words(subject.flags)]
        self._panel.show_patient(
            subject.patient.name,
            subject.lines(self._context.formats),
            self._place_words(),
            pills,
        )

    def _place_words(self) -> str:
        """Where the visit would be, and whether the drives there are known."""
        hand = self.hand
        site = hand.site if hand else None
        if hand is not None and hand.subject is not None and site is None and hand.subject.sites:
            return _("Several addresses: choose below which one it is for.")
        if site is None:
            return _("No address yet: drives unknown.")
        if site.coordinate is None:
            return _("{address}. Not on the map: drives unknown.").format(
                address=site.address.one_line()
            )
        return site.address.one_line()

    def _learn_drives(self) -> None:
        """Compute the site's row and column while the call goes on, then search anew."""
        services, site = self._context.services, self.hand.site if self.hand else None
        if site is None or site.coordinate is None:
            return
        place, today = site.coordinate, self._now().date()

        def work(_progress: object) -> bool:
            reader = services.store.reader()
            last = today + timedelta(days=services.clinic.slot_horizon_days)
            return services.roads.add_place(
                services.store, place, places_of_days(reader, today, last)
            )

        def done(learned: bool) -> None:
            if learned and self.hand is not None and self.hand.site is site:
                self.drives_changed()

        self._context.operations.job(self, work, done, on_error=_ignore)

    def _on_site_chosen(self, index: int) -> None:
        hand = self.hand
        if hand is not None and hand.subject and 0 <= index < len(hand.subject.sites):
            hand.site = hand.subject.sites[index]
            self._show_place(hand.subject)
            self.offers.find()
            self._learn_drives()

    def _on_window_found(self, window: CallerWindow) -> None:
        if self.hand is not None:
            self.hand.windows = [window]
            self._request.show_windows()

    def _on_longer_wanted(self) -> None:
        hand = self.hand
        if hand is not None:
            usual = self._context.services.clinic.slot_horizon_days
            hand.days = min(_MOST_DAYS, (hand.days or usual) + _FURTHER_DAYS)
            self.offers.find(keep_highlight=True)

    def ask_why_not(self, person: str = "", start: datetime | None = None) -> None:
        """Ask about a time: the one clicked, or one that is typed."""
        hand = self.hand
        command = hand.search() if hand else None
        if hand is None or hand.subject is None or command is None:
            return
        if self._why is None:
            chosen = self.offers.chosen
            day = chosen.start.date() if chosen else self._now().date()
            people = [p for p in hand.subject.practitioners if p.active]
            self._why = WhyNotDialog(self._context, command, people, day, self._panel.window())
            self._why.plans_wanted.connect(self.plans_wanted)
            self._why.freed.connect(self._on_freed)
            self._why.finished.connect(self._on_why_closed)
            self._why.show()
        if start is not None:
            self._why.ask(person, start)
        self._why.when.setFocus()

    def _on_freed(self, person_id: str, start: datetime) -> None:
        hand = self.hand
        person = (
            hand.subject.practitioner(PractitionerId(person_id))
            if (hand and hand.subject)
            else None
        )
        if hand is not None and person is not None and hand.service is not None:
            door = hand.door_min or hand.service.door_min
            self.want(person, start, start + timedelta(minutes=door), exactly=True)

    def _on_why_closed(self) -> None:
        self._why = None
        self.plans_wanted.emit(None)

    def plan_course(self) -> None:
        """Find and book a whole course for the patient in hand."""
        hand = self.hand
        if hand is None or hand.subject is None:
            return
        if hand.site is None:
            self._context.say(_("A course needs an address. Choose or add one first."))
            return
        dialog = CourseDialog(self._context, hand, self._panel.window())

        def booked() -> None:
            if self.hand is hand and dialog.booked is not None:
                changes, first = dialog.booked
                self.booked.emit(changes, first)
                self.end(CallOutcome.BOOKED)

        dialog.accepted.connect(booked)
        dialog.open()

    def take_message(self) -> None:
        """Take a message to the clinicians from the patient in hand."""
        hand = self.hand
        if hand is None or hand.subject is None:
            self._context.say(_("A message needs to know who calls. Find the patient first."))
            return
        dialog = MessageDialog(
            self._context,
            hand.subject.patient,
            hand.id if hand.kept else None,
            self._panel.window(),
        )

        def passed_on() -> None:
            if self.hand is hand:
                self._panel.show_answer(_("The message is sealed and waits for the clinicians."))

        dialog.accepted.connect(passed_on)
        dialog.open()

    def show_red_flags(self) -> None:
        """The clinic's card (``F9``); from a call a message can follow."""
        flags = RedFlagCard(self._context, self._panel.window(), in_call=self.active)
        flags.message_wanted.connect(self.take_message)
        flags.open()

    # A no.

    def _keep_in_mind(self, *, declined: bool) -> None:
        hand, slot = self.hand, self.offers.chosen if declined else None
        if hand is None or hand.subject is None or (declined and slot is None):
            return
        dialog = WaitDialog(self._context, hand, slot, self._panel.window())

        def kept() -> None:
            if self.hand is not hand:
                return
            if dialog.keep_looking.isChecked():
                hand.windows = [*hand.windows, *dialog.windows]
                self._request.show_windows()
                return
            outcome = {
                WaitKind.DECLINED: CallOutcome.DECLINED,
                WaitKind.CALL_BACK: CallOutcome.CALL_BACK,
                WaitKind.WAITING: CallOutcome.WAIT_LIST,
            }[dialog.kind_kept]
            self.end(outcome)

        dialog.accepted.connect(kept)
        dialog.open()

    # Small things.

    def _read[T](self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        if self._asked is not None:
            self._asked.drop()
        self._asked = self._context.operations.read(self, work, on_done)

    def _say(self, error: ClinicError) -> None:
        self._context.say(str(error))

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)

    def _on_tick(self) -> None:
        hand = self.hand
        if hand is not None:
            passed = self._context.clock.now_utc() - hand.started
            seconds = max(0, int(passed.total_seconds()))
            self._panel.show_timer(f"{seconds // 60:02d}:{seconds % 60:02d}")
            self.offers.tick()

    def _forget(self) -> None:
        self._tick.stop()
        if self._asked is not None:
            self._asked.drop()
        if self._why is not None:
            self._why.close()
        self._asked = self.hand = None
        self._who.forget()
        self._request.forget()
        self.offers.forget()


def _ignore(_error: ClinicError) -> None:
    """Without these drives the estimates stay, marked as such."""
