"""Leads a call: find or take the patient, search slots, book. Nothing here waits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desktop.domain.caller_words import read_caller_words
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId, PractitionerId
from clinic_desktop.domain.patient import Patient, Phone, PinSource, VisitSite
from clinic_desktop.domain.phone_number import parse_phone, phone_text
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.ports import ClinicalFlags, PatientHit
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.slot import CallerWindow, Slot, SlotSearch
from clinic_desktop.domain.travel import AddressMatch, MatchKind
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import FindSlots
from clinic_desktop.services.booking import BookVisit, promise_patient, read_back
from clinic_desktop.services.patient_checks import PossibleDuplicate
from clinic_desktop.services.patients import SavePatient
from clinic_desktop.services.roads import places_of_days
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.board_content import added_words
from clinic_desktop.ui.call.call_panel import CallPanel, HitRow
from clinic_desktop.ui.call.slot_list import SlotRow
from clinic_desktop.ui.context import UiContext

_TYPING_PAUSE_MS = 60
_HARD, _SOFT = 0, 1
_MARKED = timedelta(minutes=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSubject:
    """Who the call is about, read in one go."""

    patient: Patient
    sites: tuple[VisitSite, ...]
    last_practitioner: PractitionerId | None
    flags: ClinicalFlags | None
    services: tuple[Service, ...]
    practitioners: tuple[Practitioner, ...]
    seen_before: bool


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
        self._matches: list[AddressMatch] = []
        self._match: AddressMatch | None = None
        self._subject: CallSubject | None = None
        self._site: VisitSite | None = None
        self._service: Service | None = None
        self._keep = _SOFT
        self._windows: list[CallerWindow] = []
        self._wanted: tuple[CallerWindow, PractitionerId] | None = None
        self._slots: tuple[Slot, ...] = ()
        self._chosen: Slot | None = None
        self._search: SlotSearch | None = None
        self._width = 30
        self._asked: Task | None = None
        self._search_task: Task | None = None
        self._started: datetime | None = None
        self._typed = ""
        self._pending_twin: SavePatient | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pending: Callable[[], None] = _nothing
        self._pause.timeout.connect(lambda: self._pending())
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._show_timer)
        panel.caller_typed.connect(self._on_caller_typed)
        panel.hit_chosen.connect(self._on_hit_chosen)
        panel.new_patient_wanted.connect(self._on_new_patient_wanted)
        panel.address_typed.connect(self._on_address_typed)
        panel.address_chosen.connect(self._on_address_chosen)
        panel.new_patient_entered.connect(self._on_new_patient_entered)
        panel.site_chosen.connect(self._on_site_chosen)
        panel.service_chosen.connect(self._on_service_chosen)
        panel.keep_chosen.connect(self._on_keep_chosen)
        panel.words_entered.connect(self._on_words_entered)
        panel.window_removed.connect(self._on_window_removed)
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
        self._panel.focus_search()
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
        self._pending = lambda: self._look_up(text)
        self._pause.start()

    def _look_up(self, text: str) -> None:
        if not text.strip():
            self._panel.show_hits([], "")
            return
        store = self._context.services.store

        def found(hits: list[PatientHit]) -> None:
            if text != self._typed:
                return
            self._hits = hits
            self._panel.show_hits(
                [
                    HitRow(title=h.patient.name, detail=f"{h.area}  {h.matched}".strip())
                    for h in hits
                ],
                "" if any(c.isdigit() for c in text) and hits else text,
            )

        self._read(lambda: store.reader().find_patients(text), found)

    def _on_hit_chosen(self, index: int) -> None:
        if 0 <= index < len(self._hits):
            self._take(self._hits[index].patient.id)

    def _take(self, patient_id: PatientId) -> None:
        store = self._context.services.store

        def read() -> CallSubject:
            reader = store.reader()
            patient = reader.patient(patient_id)
            visits = reader.visits_of_patient(patient.id)
            return CallSubject(
                patient=patient,
                sites=tuple(reader.sites_of(patient.id)),
                last_practitioner=visits[0].practitioner_id if visits else None,
                flags=reader.clinical_flags([patient.id]).get(patient.id),
                services=tuple(reader.services()),
                practitioners=tuple(reader.practitioners()),
                seen_before=bool(visits),
            )

        self._read(read, self._show_subject)

    def _show_subject(self, subject: CallSubject) -> None:
        self._subject = subject
        self._site = subject.sites[0] if subject.sites else None
        kind = ServiceKind.FOLLOW_UP if subject.seen_before else ServiceKind.EVALUATION
        self._service = next((s for s in subject.services if s.kind is kind), subject.services[0])
        self._width = self._service.promise_width_min
        self._windows = []
        patient = subject.patient
        pills: list[tuple[str, str]] = []
        if subject.flags and subject.flags.consent_missing:
            pills.append(("pill-warn", _("Consent missing")))
        phones = ", ".join(phone_text(p.number) for p in patient.phones)
        self._panel.show_patient(
            patient.name,
            " · ".join(p for p in (phones, patient.course_label) if p),
            self._site.address.one_line() if self._site else _("No address yet: drives unknown."),
            pills,
        )
        self._panel.show_sites([s.address.one_line() for s in subject.sites], 0)
        self._panel.show_services(
            [f"{s.short_name} {s.door_min}" for s in subject.services],
            subject.services.index(self._service),
        )
        keeper = self._practitioner(subject.last_practitioner)
        self._panel.show_keep(keeper.first_name if keeper else "", _SOFT)
        self._keep = _SOFT
        self._panel.show_windows([])
        self._panel.words.setFocus()
        self._find()
        self._learn_drives()

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
        self._match, self._matches = None, []
        typed = self._typed.strip()
        is_name = bool(typed) and not any(c.isdigit() for c in typed)
        self._panel.show_new_patient(typed.title() if is_name and typed.islower() else
                                     typed if is_name else "")  # fmt: skip
        if typed and not is_name:
            self._panel.new_phone.setText(typed)

    def _on_address_typed(self, text: str) -> None:
        self._match = None
        self._pending = lambda: self._look_up_address(text)
        self._pause.start()

    def _look_up_address(self, text: str) -> None:
        roads = self._context.services.roads

        def found(matches: list[AddressMatch]) -> None:
            if text != self._panel.new_address.text():
                return
            self._matches = matches
            self._panel.show_addresses([_match_words(m) for m in matches])
            if not text.strip():
                self._panel.show_address_state("")
            elif not matches:
                self._panel.show_address_state(
                    _("Not found. The address is kept; set the pin later on the patient’s page.")
                )
            else:
                self._panel.show_address_state("")

        self._read(lambda: roads.search_address(text, 5), found)

    def _on_address_chosen(self, index: int) -> None:
        if 0 <= index < len(self._matches):
            self._match = self._matches[index]
            self._panel.new_address.setText(self._match.address.one_line())
            self._panel.show_addresses([])
            self._panel.show_address_state(_("On the map."))

    def _on_new_patient_entered(self, name: str, phone: str, address: str) -> None:
        services = self._context.services
        first, _space, last = name.strip().partition(" ")
        try:
            phones = (Phone(number=parse_phone(phone)),) if phone.strip() else ()
        except ClinicError as error:
            self._panel.show_new_error(str(error))
            self._panel.new_phone.setFocus()
            return
        match = self._match
        if match is None and self._matches and self._matches[0].sure:
            match = self._matches[0]
        patient = Patient(
            id=services.patients.new_patient_id(),
            first_name=first,
            last_name=last.strip(),
            phones=phones,
        )
        sites: tuple[VisitSite, ...] = ()
        if address.strip():
            sites = (
                VisitSite(
                    id=services.patients.new_site_id(),
                    patient_id=patient.id,
                    address=match.address if match else Address(line=address.strip()),
                    label="home",
                    coordinate=match.coordinate if match else None,
                    pin_source=_pin_source(match),
                ),
            )
        self._save_patient(SavePatient(patient=patient, sites=sites))

    def _save_patient(self, command: SavePatient) -> None:
        services = self._context.services

        def done(_changes: Changes) -> None:
            self._panel.search.setText(command.patient.name)
            self._take(command.patient.id)

        def refused(error: ClinicError) -> None:
            if isinstance(error, PossibleDuplicate) and not command.keep_both:
                self._panel.show_new_error(_("{why} Press again to keep both.").format(why=error))
                self._pending_twin = replace(command, keep_both=True)
                self._offer_twin(command)
                return
            self._panel.show_new_error(str(error))

        waiting = self._pending_twin
        if waiting is not None and waiting.patient.name == command.patient.name:
            command = replace(command, keep_both=True)
        self._context.operations.write(
            self,
            lambda: services.patients.save(services.session, command),
            on_done=done,
            on_error=refused,
        )

    def _offer_twin(self, command: SavePatient) -> None:
        """Show those already there, so that the right one can be taken with one key."""
        self._typed = command.patient.name
        self._look_up(command.patient.name)

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
            self._find()

    def _on_keep_chosen(self, index: int) -> None:
        self._keep = index
        self._find()

    def _on_words_entered(self, text: str) -> None:
        words = read_caller_words(text, self._now().date())
        if words.clear:
            self._windows.append(words.readings[0])
            self._panel.show_words_error("")
            self._show_windows()
            return
        if words.readings:
            choices = _(" or ").join(f"“{r.text}”" for r in words.readings)
            self._panel.show_words_error(_("Which one: {choices}?").format(choices=choices))
        elif words.not_understood:
            self._panel.show_words_error(
                _("Not understood: “{words}”.").format(words=words.not_understood)
            )
        elif self._panel.slots.isVisible():
            self._panel.slots.setFocus()

    def _on_window_removed(self, index: int) -> None:
        del self._windows[index]
        self._show_windows()

    def _show_windows(self) -> None:
        self._panel.show_windows([w.text for w in self._windows])
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
        )
        if self._search_task is not None:
            self._search_task.drop()

        def found(search: SlotSearch) -> None:
            self._show_search(search, keep_highlight=keep_highlight)

        def failed(error: ClinicError) -> None:
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
        if not slots:
            self._chosen = None
            self.ghost_changed.emit(None, "", "")
            why = " ".join(search.refusals) or _("No visit fits. Try other times or people.")
            self._panel.show_no_slots(why)
            return
        days = self._context.services.clinic.slot_horizon_days
        found = ngettext("{n} fits", "{n} fit", search.fitting).format(n=search.fitting)
        text = _("{found} of {m} checked, next {d} days").format(
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
        added = _("{mark}{sign}{n} min").format(mark=mark, sign=sign, n=abs(slot.added_drive_min))
        slack = "" if slot.slack_min is None else _("slack {n}").format(n=slot.slack_min)
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
        people = self._subject.practitioners if self._subject else ()
        return next((p for p in people if p.id == practitioner_id), None)

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
        self._hits, self._matches, self._match, self._windows = [], [], None, []
        self._slots, self._typed, self._started = (), "", None
        self._pending_twin = self._wanted = None


def _same(one: Slot, other: Slot) -> bool:
    return one.practitioner_id == other.practitioner_id and one.start == other.start


def _match_words(match: AddressMatch) -> str:
    kinds = {
        MatchKind.POINT: "",
        MatchKind.RANGE: _("range"),
        MatchKind.INTERPOLATED: _("between neighbours"),
        MatchKind.NEAREST: _("nearest house"),
        MatchKind.STREET: _("street only"),
        MatchKind.PLACE: _("place only"),
    }
    kind = kinds[match.kind]
    area = match.address.area
    return "  ".join(p for p in (match.address.one_line(), area, f"({kind})" if kind else "") if p)


def _pin_source(match: AddressMatch | None) -> PinSource:
    if match is None:
        return PinSource.NONE
    exact = (MatchKind.POINT, MatchKind.RANGE, MatchKind.INTERPOLATED)
    return PinSource.ADDRESS if match.kind in exact else PinSource.STREET


def _nothing() -> None:
    """Nothing waits for the pause in typing."""


def _ignore(_error: ClinicError) -> None:
    """Without these drives the estimates stay, marked as such."""
