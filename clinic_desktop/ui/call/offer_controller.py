"""The offers of the call in hand: searched, highlighted, held, read back and booked."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import CallerWindow, OfferedElsewhere, Slot, SlotSearch
from clinic_desktop.operations.task import Task
from clinic_desktop.services.board import ExactAnswer, little_fits
from clinic_desktop.services.booking import BookVisit, promise_patient, read_back
from clinic_desktop.services.calls import OfferSlot
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.board.board_content import added_words
from clinic_desktop.ui.call.call_in_hand import CallInHand
from clinic_desktop.ui.call.call_panel import CallPanel
from clinic_desktop.ui.call.slot_list import SlotRow
from clinic_desktop.ui.context import UiContext

_READ_OUT_MS = 1_500
"""A time that stays highlighted so long is being read to the caller, and is held."""


class OfferController(QObject):
    """From the request to a booked visit.

    Signals:
        ghost_changed(object, str, str): a ``Slot`` to preview with name and detail, or None.
        booked(Changes, datetime): a visit stands on the board.
        window_found(CallerWindow): the time that was asked for, or the nearest to it.
    """

    ghost_changed = Signal(object, str, str)
    booked = Signal(object, object)
    window_found = Signal(object)

    def __init__(self, context: UiContext, panel: CallPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._hand: CallInHand | None = None
        self.slots: tuple[Slot, ...] = ()
        self.chosen: Slot | None = None
        self.finding = False
        self._width = 30
        self._search_task: Task | None = None
        self._booking = False
        self._held: Slot | None = None
        self._offered: tuple[OfferedElsewhere, ...] = ()
        self._reading_out = QTimer(self)
        self._reading_out.setSingleShot(True)
        self._reading_out.setInterval(_READ_OUT_MS)
        self._reading_out.timeout.connect(self.hold)
        panel.slot_highlighted.connect(self._on_slot_highlighted)
        panel.promise_width_changed.connect(self._on_width_changed)
        panel.book_requested.connect(self._on_book_requested)

    def begin(self, hand: CallInHand) -> None:
        """The call whose offers these are."""
        self.forget()
        self._hand = hand

    def forget(self) -> None:
        """Nothing of one call stays for the next."""
        self._reading_out.stop()
        if self._search_task is not None:
            self._search_task.drop()
        self._hand = self._search_task = self.chosen = self._held = None
        self.slots, self._offered = (), ()
        self.finding = self._booking = False

    def service_changed(self) -> None:
        """The window to promise is the service's unless somebody says otherwise."""
        if self._hand is not None and self._hand.service is not None:
            self._width = self._hand.service.promise_width_min

    def find(self, *, keep_highlight: bool = False) -> None:
        """Search in a reader thread."""
        command = self._hand.search() if self._hand else None
        if command is None:
            return
        services = self._context.services
        if self._search_task is not None:
            self._search_task.drop()
        self.finding = True

        quick = replace(command, with_moves=False)

        def deeper(search: SlotSearch) -> None:
            if len(search.slots) > len(self.slots):
                self._show_search(search, keep_highlight=True)

        def found(search: SlotSearch) -> None:
            self.finding = False
            self._show_search(search, keep_highlight=keep_highlight)
            if little_fits(search, command):
                # What fits as it is stands there already; this takes a little longer.
                self._search_task = self._context.operations.read(
                    self, lambda: services.board.find_slots(services.session, command), deeper
                )

        def failed(error: ClinicError) -> None:
            self.finding = False
            self._panel.show_no_slots(str(error))

        self._search_task = self._context.operations.read(
            self,
            lambda: services.board.find_slots(services.session, quick),
            found,
            on_error=failed,
        )

    def hold(self) -> None:
        """Hold the highlighted time: it is being read to the caller.

        Also while the list is searched anew: it was read out from the list before, and the rules
        are asked again over the open write.
        """
        hand, slot = self._hand, self.chosen
        if hand is None or slot is None or hand.site is None or self._booking:
            return
        if slot.moves or (self._held is not None and _same(self._held, slot)):
            # What another visit stands on cannot be held: it is moved only when this is booked.
            return
        services, command = self._context.services, OfferSlot(call=hand.saved(), slot=slot)
        self._held = slot

        def done(_changes: Changes) -> None:
            hand.kept = True

        def refused(_error: ClinicError) -> None:
            self._held = None
            if self._hand is hand:
                # Taken by somebody meanwhile: the list says so anew.
                self.find()

        self._context.operations.write(
            self,
            lambda: services.calls.offer(services.session, command),
            on_done=done,
            on_error=refused,
        )

    def ask_time(self, start: datetime) -> None:
        """Answer whether the visit in hand could begin then, with whom it has been."""
        hand = self._hand
        command = hand.search() if hand else None
        if hand is None or command is None or hand.moving is None:
            return
        services, who = self._context.services, hand.moving.practitioner_id

        def answered(answer: ExactAnswer) -> None:
            if self._hand is hand:
                self._show_answer(answer, who)

        self._context.operations.read(
            self,
            lambda: services.board.at_time(services.session, command, who, start),
            answered,
        )

    def _show_answer(self, answer: ExactAnswer, who: str) -> None:
        formats, person = self._context.formats, self._practitioner(who)
        name = person.first_name if person else ""
        when = f"{formats.day(answer.start.date())} {formats.clock_time(answer.start)}"
        found = answer.start if answer.slot else answer.nearest
        if answer.slot is not None:
            slot = answer.slot
            slack = "" if slot.slack_min is None else _(", least slack that day {n}").format(
                n=slot.slack_min
            )  # fmt: skip
            words = _("Yes: {when} with {name}, {added}{slack}.").format(
                when=when, name=name, added=added_words(slot.added_drive_min), slack=slack
            )
        elif found is not None:
            words = _("No: {when}. {why} The nearest with {name} is {time}.").format(
                when=when, why=answer.refusal, name=name, time=formats.clock_time(found)
            )
        else:
            words = _("No: {when}. {why} {name} has no other time that day.").format(
                when=when, why=answer.refusal, name=name
            )
        self._panel.show_answer(words)
        if found is not None:
            text = _("{day} from {time}").format(
                day=formats.day(found.date()), time=formats.clock_time(found)
            )
            self.window_found.emit(
                CallerWindow(
                    first=found.date(), last=found.date(), earliest=found.time(), text=text
                )
            )

    def tick(self) -> None:
        """A second has passed: what is offered elsewhere says how long it still is."""
        self._panel.request.show_notes([*self._notes, *self._elsewhere_words()])

    # The list.

    _notes: tuple[str, ...] = ()
    _names: Mapping[str, str] = {}

    def _show_search(self, search: SlotSearch, *, keep_highlight: bool) -> None:
        before = self.chosen if keep_highlight else None
        slots = search.slots
        selected = 0
        changed = ""
        if before is not None:
            # What has been said to the caller never moves away under their words.
            place = self.slots.index(before) if before in self.slots else 0
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
        self.slots, self._notes, self._offered = slots, search.notes, search.offered
        self._names = search.names
        self._panel.show_error("")
        self.tick()
        if not slots:
            self.chosen = None
            self._reading_out.stop()
            self.ghost_changed.emit(None, "", "")
            why = " ".join(search.refusals) or _("No visit fits. Try other times or people.")
            self._panel.show_no_slots(why)
            return
        days = (self._hand.days if self._hand else None) or self._horizon
        found = ngettext("{n:,} fits", "{n:,} fit", search.fitting).format(n=search.fitting)
        text = _("{found} of {m:,} checked, next {d} days").format(
            found=found, m=search.checked, d=days
        )
        rows = tuple(
            self._slot_row(slot, changed if n == selected else "") for n, slot in enumerate(slots)
        )
        self._panel.show_slots(rows, text, selected)
        self._on_slot_highlighted(selected)

    @property
    def _horizon(self) -> int:
        return self._context.services.clinic.slot_horizon_days

    def _elsewhere_words(self) -> list[str]:
        now, formats = self._context.clock.now_utc(), self._context.formats
        words: list[str] = []
        for offer in self._offered:
            left = -int(-(offer.until - now).total_seconds() // 60)
            person = self._practitioner(offer.practitioner_id)
            if left > 0 and person is not None:
                words.append(
                    _("{day} {time} with {name}: offered to another caller, {n} min left").format(
                        day=formats.day(offer.start.date()),
                        time=formats.clock_time(offer.start),
                        name=person.first_name,
                        n=left,
                    )
                )
        return words

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
            reason=f"{self._moves(slot)} {slot.reason}".strip().replace("..", "."),
            changed=changed,
            spoken=", ".join(
                p
                for p in (person.first_name, when, added, slack, self._moves(slot), slot.reason)
                if p
            ),
        )

    def _moves(self, slot: Slot) -> str:
        """What of others an offer moves, each inside its promise."""
        formats = self._context.formats
        words: list[str] = []
        for change in slot.moves:
            name = self._names.get(change.visit_id, _("a visit"))
            if change.start != change.before:
                words.append(
                    _("Moves {name} to {time}, inside the promise.").format(
                        name=name, time=formats.clock_time(change.start)
                    )
                )
            else:
                words.append(
                    _("Shortens {name} to {n} min, the treatment whole.").format(
                        name=name, n=change.door_min
                    )
                )
        return " ".join(words)

    def _on_slot_highlighted(self, index: int) -> None:
        hand = self._hand
        if hand is None or not 0 <= index < len(self.slots):
            return
        self.chosen = self.slots[index]
        self._show_read_back()
        self._reading_out.start()
        if hand.subject is not None and hand.service is not None:
            self.ghost_changed.emit(
                self.chosen, hand.subject.patient.short_name, hand.service.short_name
            )

    # The promise.

    def _on_width_changed(self, minutes: int) -> None:
        self._width = minutes
        self._show_read_back()

    def promise(self) -> tuple[datetime, datetime]:
        """The window to promise: the offered one, or as wide as chosen around the start."""
        assert self.chosen is not None
        offered = self.chosen.promise_end - self.chosen.promise_start
        if offered == timedelta(minutes=self._width):
            return self.chosen.promise_start, self.chosen.promise_end
        before = timedelta(minutes=self._width // 2 // 5 * 5)
        first = self.chosen.start - before
        return first, first + timedelta(minutes=self._width)

    def _show_read_back(self) -> None:
        hand = self._hand
        if hand is None or self.chosen is None or hand.subject is None or hand.service is None:
            return
        person = self._practitioner(self.chosen.practitioner_id)
        assert person is not None
        first, last = self.promise()
        self._panel.show_read_back(
            read_back(
                told_to=promise_patient(hand.subject.patient),
                practitioner=person,
                service=hand.service,
                site=hand.site,
                promise_start=first,
                promise_end=last,
                today=self._now().date(),
                formats=self._context.formats,
                practitioner_id=None if self._panel.any_practitioner else person.id,
            ),
            self._width,
        )

    # Booking.

    def _on_book_requested(self) -> None:
        hand, slot = self._hand, self.chosen
        if hand is None or slot is None or hand.subject is None or hand.service is None:
            return
        if self.finding:
            # The offer on the screen may be gone in a moment: nothing is booked unread.
            return
        if hand.site is None:
            self._panel.show_error(
                _("A visit needs an address. Add one on the patient’s page, then book.")
            )
            return
        services = self._context.services
        first, last = self.promise()
        self._reading_out.stop()
        command = BookVisit(
            patient_id=hand.subject.patient.id,
            site_id=hand.site.id,
            service_id=hand.service.id,
            slot=slot,
            promise_start=first,
            promise_end=last,
            any_practitioner=self._panel.any_practitioner,
            told_to=promise_patient(hand.subject.patient),
            door_min=hand.door_min,
            call_id=hand.id,
            moving=hand.moving.id if hand.moving else None,
            wait_id=hand.waits.id if hand.waits else None,
        )
        self._booking = True
        self._panel.set_booking(True)

        def done(changes: Changes) -> None:
            self._booking = False
            self._panel.set_booking(False)
            self.booked.emit(changes, slot.start)

        def refused(error: ClinicError) -> None:
            self._booking = False
            self._panel.set_booking(False)
            self._panel.show_error(str(error))
            self.find()

        self._context.operations.write(
            self,
            lambda: services.booking.book_visit(services.session, command),
            on_done=done,
            on_error=refused,
        )

    def _practitioner(self, practitioner_id: str | None) -> Practitioner | None:
        people = self._hand.subject.practitioners if self._hand and self._hand.subject else ()
        return next((p for p in people if p.id == practitioner_id), None)

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)


def _same(one: Slot, other: Slot) -> bool:
    return one.practitioner_id == other.practitioner_id and one.start == other.start
