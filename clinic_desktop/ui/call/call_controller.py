"""Leads a call: find or take the patient, search slots, book. Nothing here waits."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from clinic_desktop.domain.caller_words import read_caller_words
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId, PractitionerId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import PatientHit
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.slot import CallerWindow, Slot, SlotSearch
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit, promise_patient, read_back
from clinic_desktop.services.roads import places_of_days
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.board_content import added_words
from clinic_desktop.ui.call.call_panel import CallPanel
from clinic_desktop.ui.call.call_subject import CallSubject, read_subject
from clinic_desktop.ui.call.caller_part import HitRow
from clinic_desktop.ui.call.new_patient_entry import NewPatientEntry
from clinic_desktop.ui.call.request_part import WindowChip
from clinic_desktop.ui.call.slot_list import SlotRow
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.patients.patient_detail import flag_words

_TYPING_PAUSE_MS = 60
_HARD, _SOFT = 0, 1
_MARKED = timedelta(minutes=90)


class CallController(QObject):
    """One call at a time.

    Signals:
        ghost_changed(object, str, str): a ``Slot`` to preview with name and detail, or None.
        ended(): the call is over.
        booked(Changes, datetime): a visit stands on the board.
    """

    ghost_changed = Signal(object, str, str)
    ended = Signal()
    booked = Signal(object, object)

    def __init__(self, context: UiContext, panel: CallPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._hits: list[PatientHit] = []
        self._subject: CallSubject | None = None
        self._site: VisitSite | None = None
        self._service: Service | None = None
        self._keep = _SOFT
        self._door_min: int | None = None
        self._windows: list[CallerWindow] = []
        self._readings: tuple[CallerWindow, ...] = ()
        self._finding = False
        self._wanted: tuple[CallerWindow, PractitionerId] | None = None
        self._slots: tuple[Slot, ...] = ()
        self._chosen: Slot | None = None
        self._search: SlotSearch | None = None
        self._width = 30
        self._asked: Task | None = None
        self._search_task: Task | None = None
        self._started: datetime | None = None
        self._typed = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: self._look_up(self._typed))
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_timer)
        self._entry = NewPatientEntry(context, panel.new_patient)
        self._entry.saved.connect(self._on_new_patient_saved)
        self._entry.twin_found.connect(self._show_twins)
        caller, request = panel.caller, panel.request
        caller.typed.connect(self._on_caller_typed)
        caller.hit_chosen.connect(self._on_hit_chosen)
        caller.new_patient_wanted.connect(self._on_new_patient_wanted)
        caller.site_chosen.connect(self._on_site_chosen)
        request.service_chosen.connect(self._on_service_chosen)
        request.keep_chosen.connect(self._on_keep_chosen)
        request.length_toggled.connect(self._on_length_toggled)
        request.words_entered.connect(self._on_words_entered)
        request.words_typed.connect(self._on_words_typed)
        request.reading_chosen.connect(self._on_reading_chosen)
        request.window_removed.connect(self._on_window_removed)
        panel.slot_highlighted.connect(self._on_slot_highlighted)
        panel.promise_width_changed.connect(self._on_width_changed)
        panel.book_requested.connect(self._on_book_requested)
        panel.closed.connect(self.end)

    @property
    def active(self) -> bool:
        """Whether a call is open."""
        return self._started is not None

    def begin(self, patient_id: PatientId | None = None) -> None:
        """Open a call; a second ``N`` puts the cursor back into the search."""
        if not self.active:
            self._forget()
            self._started = self._now()
            self._panel.start()
            self._tick.start()
            self._show_timer()
        self._panel.caller.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        if patient_id is not None:
            self._take(patient_id)

    def want(self, person: Practitioner, start: datetime, end: datetime) -> None:
        """Ask for a time and a practitioner, as marked on the board; a chip that can be removed."""
        formats = self._context.formats
        # Somebody marks where a visit should begin, not how long it is.
        latest = max(end, min(start + _MARKED, datetime.combine(start.date(), time(23, 59))))
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
        self._wanted = (window, person.id)
        self._windows = [window]
        self._show_windows()

    def end(self) -> None:
        """The call is over; nothing of it stays."""
        if not self.active:
            return
        self._forget()
        self.ghost_changed.emit(None, "", "")
        self.ended.emit()

    def drives_changed(self) -> None:
        """Drives became known: search anew; the highlighted slot stays where it is."""
        if self._subject is not None and self._slots:
            self._find(keep_highlight=True)

    # Who.

    def _on_caller_typed(self, text: str) -> None:
        self._typed = text
        self._pause.start()

    def _look_up(self, text: str) -> None:
        caller = self._panel.caller
        if not text.strip():
            caller.show_no_choice()
            return
        store = self._context.services.store

        def read() -> tuple[list[PatientHit], bool]:
            reader = store.reader()
            hits = reader.find_patients(text)
            return (hits, False) if hits else (reader.similar_patients(text), True)

        def found(result: tuple[list[PatientHit], bool]) -> None:
            if text != self._typed:
                return
            self._hits, nearly = result
            number = any(c.isdigit() for c in text)
            rows = [HitRow(title=h.patient.name, detail=_hit_words(h)) for h in self._hits]
            caller.show_hits(rows, "" if number and self._hits else text, nearly=nearly)

        self._read(read, found)

    def _on_hit_chosen(self, index: int) -> None:
        if 0 <= index < len(self._hits):
            self._take(self._hits[index].patient.id)

    def _take(self, patient_id: PatientId) -> None:
        store, today = self._context.services.store, self._now().date()
        self._read(lambda: read_subject(store.reader(), patient_id, today), self._show_subject)

    def _show_subject(self, subject: CallSubject) -> None:
        panel = self._panel
        self._subject = subject
        self._site = subject.sites[0] if subject.sites else None
        self._service = subject.usual_service()
        self._width = self._service.promise_width_min
        # A time marked on the board is the call's; words are the caller's who said them.
        self._windows = [self._wanted[0]] if self._wanted else []
        pills = [("pill-warn", words) for words in flag_words(subject.flags)]
        panel.show_patient(
            subject.patient.name, subject.lines(self._context.formats), self._place_words(), pills
        )
        panel.caller.show_sites([s.address.one_line() for s in subject.sites], 0)
        panel.request.show_services(
            [f"{s.short_name} {s.door_min}" for s in subject.services],
            subject.services.index(self._service),
        )
        keeper = subject.practitioner(subject.last_practitioner)
        panel.request.show_keep(keeper.first_name if keeper else "", _SOFT)
        self._keep = _SOFT
        self._show_length()
        self._show_windows()
        panel.request.words.setFocus()
        self._learn_drives()

    def _place_words(self) -> str:
        """Where the visit would be, and whether the drives there are known."""
        site = self._site
        if site is None:
            return _("No address yet: drives unknown.")
        if site.coordinate is None:
            return _("{address}. Not on the map: drives unknown.").format(
                address=site.address.one_line()
            )
        return site.address.one_line()

    def _learn_drives(self) -> None:
        """Compute the site's row and column while the call goes on, then search anew."""
        services, site = self._context.services, self._site
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
            if learned and self._site is site:
                self.drives_changed()

        self._context.operations.job(self, work, done, on_error=_ignore)

    # A new patient.

    def _on_new_patient_wanted(self) -> None:
        self._entry.forget()
        typed = self._typed.strip()
        is_name = bool(typed) and not any(c.isdigit() for c in typed)
        name = typed.title() if is_name and typed.islower() else typed if is_name else ""
        self._panel.show_new_patient(name, "" if is_name else typed)

    def _on_new_patient_saved(self, patient: Patient) -> None:
        self._panel.caller.search.setText(patient.name)
        self._take(patient.id)

    def _show_twins(self, name: str) -> None:
        """Show those already there, so that the right one can be taken with one key."""
        self._typed = name
        self._look_up(name)

    # What and when.

    def _on_site_chosen(self, index: int) -> None:
        if self._subject is not None and 0 <= index < len(self._subject.sites):
            self._site = self._subject.sites[index]
            self._find()
            self._learn_drives()

    def _on_service_chosen(self, index: int) -> None:
        if self._subject is not None:
            self._service = self._subject.services[index]
            self._width = self._service.promise_width_min
            self._show_length()
            self._find()

    def _show_length(self) -> None:
        """Offer the length that this patient's visits took where it is another than planned."""
        subject, service = self._subject, self._service
        self._door_min = None
        learned = subject.lengths.get(service.id) if subject and service else None
        extra = self._site.extra_door_min if self._site else 0
        words = ""
        if learned and service and learned.minutes != service.door_min + extra:
            words = _("Plan {n} min: the last {count} took that long").format(
                n=learned.minutes, count=learned.visits
            )
        self._panel.request.show_length(words)

    def _on_length_toggled(self, wanted: bool) -> None:
        subject, service = self._subject, self._service
        learned = subject.lengths.get(service.id) if subject and service else None
        self._door_min = learned.minutes if wanted and learned else None
        self._find()

    def _on_keep_chosen(self, index: int) -> None:
        self._keep = index
        self._find()

    def _on_words_entered(self, text: str) -> None:
        request = self._panel.request
        words = read_caller_words(text, self._now().date())
        self._readings = words.readings
        if words.clear:
            self._on_reading_chosen(0)
        elif words.readings:
            request.show_readings([reading.text for reading in words.readings])
        elif words.not_understood:
            request.show_words_error(
                _("Not understood: “{words}”. Try “Thu after 2” or “not Fridays”.").format(
                    words=words.not_understood
                )
            )
        elif self._panel.slots.isVisible():
            self._panel.slots.setFocus()

    def _on_reading_chosen(self, index: int) -> None:
        if not 0 <= index < len(self._readings):
            return
        self._windows.append(self._readings[index])
        self._readings = ()
        self._panel.request.show_words_error("")
        self._panel.request.words.setFocus()
        self._show_windows()

    def _on_words_typed(self, text: str) -> None:
        """What the caller said counts before anything is booked."""
        waiting = text.strip()
        self._panel.show_blocked(
            _("“{words}” is not in the search yet: press Enter there, or clear it.").format(
                words=waiting
            )
            if waiting
            else ""
        )

    def _on_window_removed(self, index: int) -> None:
        del self._windows[index]
        self._show_windows()

    def _show_windows(self) -> None:
        self._panel.request.show_windows(
            [WindowChip(text=w.text, excluded=w.excluded) for w in self._windows]
        )
        self._find()

    # Slots.

    def _find(self, *, keep_highlight: bool = False) -> None:
        subject, service = self._subject, self._service
        if subject is None or service is None:
            return
        services = self._context.services
        last = subject.last_practitioner
        command = FindSlots(
            service_id=service.id,
            site_id=self._site.id if self._site else None,
            windows=tuple(self._windows),
            practitioner_id=self._only(last),
            preferred_id=last if self._keep == _SOFT else None,
            door_min=self._door_min,
        )
        if self._search_task is not None:
            self._search_task.drop()

        self._finding = True

        def found(search: SlotSearch) -> None:
            self._finding = False
            self._show_search(search, keep_highlight=keep_highlight)

        def failed(error: ClinicError) -> None:
            self._finding = False
            self._panel.show_no_slots(str(error))

        self._search_task = self._context.operations.read(
            self,
            lambda: services.board.find_slots(services.session, command),
            found,
            on_error=failed,
        )

    def _only(self, last: PractitionerId | None) -> PractitionerId | None:
        """Who alone is asked for: marked on the board, or kept from the last visit."""
        if self._wanted is not None and self._wanted[0] in self._windows:
            return self._wanted[1]
        return last if self._keep == _HARD else None

    def _show_search(self, search: SlotSearch, *, keep_highlight: bool) -> None:
        before = self._chosen if keep_highlight else None
        slots = search.slots
        selected = 0
        changed = ""
        if before is not None:
            # What has been said to the caller never moves away under their words.
            place = self._slots.index(before) if before in self._slots else 0
            same = [s for s in slots if _same(s, before)]
            others = tuple(s for s in slots if not _same(s, before))
            if same:
                grown = same[0].added_drive_min - before.added_drive_min
                if grown:
                    changed = _("now {added}.").format(added=added_words(same[0].added_drive_min))
                slots = (*others[:place], same[0], *others[place:])
                selected = place
            else:
                slots = (*others[:place], before, *others[place:])
                selected = place
                changed = _("not among the best any more; checked again when you book.")
        self._search, self._slots = search, slots
        self._panel.show_error("")
        self._panel.request.show_notes(search.notes)
        if not slots:
            self._chosen = None
            self.ghost_changed.emit(None, "", "")
            why = " ".join(search.refusals) or _("No visit fits. Try other times or people.")
            self._panel.show_no_slots(why)
            return
        days = self._context.services.clinic.slot_horizon_days
        found = ngettext("{n:,} fits", "{n:,} fit", search.fitting).format(n=search.fitting)
        text = _("{found} of {m:,} checked, next {d} days").format(
            found=found, m=search.checked, d=days
        )
        rows = tuple(
            self._slot_row(slot, changed if n == selected else "") for n, slot in enumerate(slots)
        )
        self._panel.show_slots(rows, text, selected)
        self._on_slot_highlighted(selected)

    def _slot_row(self, slot: Slot, changed: str) -> SlotRow:
        formats = self._context.formats
        person = self._practitioner(slot.practitioner_id)
        assert person is not None
        start = slot.start.hour * 60 + slot.start.minute
        end = slot.end.hour * 60 + slot.end.minute
        when = f"{formats.day(slot.start.date())} {formats.span(start, end)}"
        sign = "+" if slot.added_drive_min >= 0 else "−"
        mark = "~" if slot.estimated else ""
        added = (
            _("{mark}{sign}{n} min").format(mark=mark, sign=sign, n=abs(slot.added_drive_min))
            if slot.driving_known
            else _("drive unknown")
        )
        slack = "" if slot.slack_min is None else _("least slack that day {n}").format(
            n=slot.slack_min
        )  # fmt: skip
        return SlotRow(
            slot=slot,
            marker=person.marker,
            person=person.first_name,
            when=when,
            added=added,
            # A short name ends with its own full stop.
            reason=slot.reason.replace("..", "."),
            changed=changed,
            spoken=", ".join(p for p in (person.first_name, when, added, slack, slot.reason) if p),
        )

    def _on_slot_highlighted(self, index: int) -> None:
        if not 0 <= index < len(self._slots):
            return
        self._chosen = self._slots[index]
        self._show_read_back()
        if self._subject is not None and self._service is not None:
            self.ghost_changed.emit(
                self._chosen, self._subject.patient.short_name, self._service.short_name
            )

    def _on_width_changed(self, minutes: int) -> None:
        self._width = minutes
        self._show_read_back()

    def _promise(self) -> tuple[datetime, datetime]:
        """The window to promise: the offered one, or as wide as chosen around the start."""
        assert self._chosen is not None
        offered = self._chosen.promise_end - self._chosen.promise_start
        if offered == timedelta(minutes=self._width):
            return self._chosen.promise_start, self._chosen.promise_end
        before = timedelta(minutes=self._width // 2 // 5 * 5)
        first = self._chosen.start - before
        return first, first + timedelta(minutes=self._width)

    def _show_read_back(self) -> None:
        if self._chosen is None or self._subject is None or self._service is None:
            return
        person = self._practitioner(self._chosen.practitioner_id)
        assert person is not None
        first, last = self._promise()
        self._panel.show_read_back(
            read_back(
                told_to=promise_patient(self._subject.patient),
                practitioner=person,
                service=self._service,
                site=self._site,
                promise_start=first,
                promise_end=last,
                today=self._now().date(),
                formats=self._context.formats,
                practitioner_id=None if self._panel.any_practitioner else person.id,
            ),
            self._width,
        )

    def _on_book_requested(self) -> None:
        subject, slot, service, site = self._subject, self._chosen, self._service, self._site
        if subject is None or slot is None or service is None:
            return
        if self._finding:
            # The offer on the screen may be gone in a moment: nothing is booked unread.
            return
        if site is None:
            self._panel.show_error(
                _("A visit needs an address. Add one on the patient’s page, then book.")
            )
            return
        services = self._context.services
        first, last = self._promise()
        command = BookVisit(
            patient_id=subject.patient.id,
            site_id=site.id,
            service_id=service.id,
            slot=slot,
            promise_start=first,
            promise_end=last,
            any_practitioner=self._panel.any_practitioner,
            told_to=promise_patient(subject.patient),
            door_min=self._door_min,
        )
        self._panel.set_booking(True)

        def done(changes: Changes) -> None:
            self._panel.set_booking(False)
            self.booked.emit(changes, slot.start)
            self.end()

        def refused(error: ClinicError) -> None:
            self._panel.set_booking(False)
            self._panel.show_error(str(error))
            self._find()

        self._context.operations.write(
            self,
            lambda: services.booking.book_visit(services.session, command),
            on_done=done,
            on_error=refused,
        )

    # Small things.

    def _read[T](self, work: Callable[[], T], on_done: Callable[[T], None]) -> None:
        if self._asked is not None:
            self._asked.drop()
        self._asked = self._context.operations.read(self, work, on_done)

    def _practitioner(self, practitioner_id: PractitionerId | None) -> Practitioner | None:
        return self._subject.practitioner(practitioner_id) if self._subject else None

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)

    def _show_timer(self) -> None:
        if self._started is not None:
            seconds = max(0, int((self._now() - self._started).total_seconds()))
            self._panel.show_timer(f"{seconds // 60:02d}:{seconds % 60:02d}")

    def _forget(self) -> None:
        self._tick.stop()
        self._pause.stop()
        for task in (self._asked, self._search_task):
            if task is not None:
                task.drop()
        self._asked = self._search_task = None
        self._subject = self._site = self._service = self._chosen = self._search = None
        self._hits, self._windows, self._readings = [], [], ()
        self._finding = False
        self._entry.forget()
        self._slots, self._typed, self._started = (), "", None
        self._wanted = None
        self._door_min = None


def _same(one: Slot, other: Slot) -> bool:
    return one.practitioner_id == other.practitioner_id and one.start == other.start


def _hit_words(hit: PatientHit) -> str:
    """Two people of one name differ by their area and phone."""
    phone = phone_text(hit.patient.phones[0].number) if hit.patient.phones else ""
    parts = (hit.area, hit.matched or phone)
    return "  ".join(part for part in parts if part)


def _ignore(_error: ClinicError) -> None:
    """Without these drives the estimates stay, marked as such."""
