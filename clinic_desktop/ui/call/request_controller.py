"""What and when: service, practitioner, length, and when the caller can."""

from PySide6.QtCore import QObject, Signal

from clinic_desktop.domain.call import Keep
from clinic_desktop.domain.caller_words import CallerWords, read_caller_words
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.relative_words import read_relative
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.text import _
from clinic_desktop.ui.call.call_in_hand import CallInHand
from clinic_desktop.ui.call.call_panel import CallPanel
from clinic_desktop.ui.call.request_part import WindowChip
from clinic_desktop.ui.context import UiContext

KEEPS = (Keep.HARD, Keep.SOFT, Keep.ANY)


class RequestController(QObject):
    """Fills the request of the call in hand.

    Signals:
        changed(): the search is another one now.
        service_changed(): another service, with its own promise.
        time_asked(datetime): "an hour earlier" than the visit that is being moved.
    """

    changed = Signal()
    service_changed = Signal()
    time_asked = Signal(object)

    def __init__(self, context: UiContext, panel: CallPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._hand: CallInHand | None = None
        self._readings: tuple[CallerWindow, ...] = ()
        request = panel.request
        request.service_chosen.connect(self._on_service_chosen)
        request.keep_chosen.connect(self._on_keep_chosen)
        request.person_chosen.connect(self._on_person_chosen)
        request.length_toggled.connect(self._on_length_toggled)
        request.words_entered.connect(self._on_words_entered)
        request.words_typed.connect(self._on_words_typed)
        request.reading_chosen.connect(self._on_reading_chosen)
        request.window_removed.connect(self._on_window_removed)

    def show(self, hand: CallInHand) -> None:
        """Show the request of a call whose patient is known."""
        self._hand = hand
        subject, request = hand.subject, self._panel.request
        if subject is None or hand.service is None:
            return
        request.show_services(
            [f"{s.short_name} {s.door_min}" for s in subject.services],
            subject.services.index(hand.service),
        )
        people = [p.id for p in subject.practitioners]
        request.show_keep(
            [p.first_name for p in subject.practitioners],
            people.index(hand.wanted_id) if hand.wanted_id and hand.wanted_id in people else -1,
            KEEPS.index(hand.keep),
        )
        self._show_length(keep=True)
        self.show_windows()

    def forget(self) -> None:
        """Nothing of one call stays for the next."""
        self._hand, self._readings = None, ()

    def show_windows(self) -> None:
        """Show when the caller can, and search by it."""
        if self._hand is not None:
            self._panel.request.show_windows(
                [WindowChip(text=w.text, excluded=w.excluded) for w in self._hand.windows]
            )
            self.changed.emit()

    def _on_service_chosen(self, index: int) -> None:
        hand = self._hand
        if hand is not None and hand.subject is not None:
            hand.service = hand.subject.services[index]
            self._show_length()
            self.service_changed.emit()
            self.changed.emit()

    def _show_length(self, *, keep: bool = False) -> None:
        """Offer the length that this patient's visits took where it is another than planned."""
        hand = self._hand
        assert hand is not None
        subject, service = hand.subject, hand.service
        if not keep:
            hand.door_min = None
        learned = subject.lengths.get(service.id) if subject and service else None
        extra = hand.site.extra_door_min if hand.site else 0
        words = ""
        if learned and service and learned.minutes != service.door_min + extra:
            words = _("Plan {n} min: the last {count} took that long").format(
                n=learned.minutes, count=learned.visits
            )
        self._panel.request.show_length(words, taken=hand.door_min is not None)

    def _on_length_toggled(self, wanted: bool) -> None:
        hand = self._hand
        if hand is None or hand.subject is None or hand.service is None:
            return
        learned = hand.subject.lengths.get(hand.service.id)
        hand.door_min = learned.minutes if wanted and learned else None
        self.changed.emit()

    def _on_keep_chosen(self, index: int) -> None:
        if self._hand is not None:
            self._hand.keep = KEEPS[index]
            self.changed.emit()

    def _on_person_chosen(self, index: int) -> None:
        hand = self._hand
        if hand is None or hand.subject is None:
            return
        people = hand.subject.practitioners
        hand.wanted_id = people[index].id if 0 <= index < len(people) else None
        self.changed.emit()

    def _on_words_entered(self, text: str) -> None:
        request = self._panel.request
        today = local_now(self._context.clock, self._context.services.clinic.zone).date()
        hand = self._hand
        if hand is not None and hand.moving is not None:
            start = read_relative(text, hand.moving.start)
            if start is not None:
                request.show_words_error("")
                self.time_asked.emit(start)
                return
        words = read_caller_words(text, today)
        self._readings = words.readings
        if words.clear:
            self._on_reading_chosen(0)
        elif words.readings:
            self.ask(words)
        elif words.not_understood:
            request.show_words_error(
                _("Not understood: “{words}”. Try “Thu after 2” or “not Fridays”.").format(
                    words=words.not_understood
                )
            )
        elif self._panel.slots.isVisible():
            self._panel.slots.setFocus()

    def ask(self, words: CallerWords) -> None:
        """Ask which of several meanings is meant."""
        self._readings = words.readings
        self._panel.request.show_readings([reading.text for reading in words.readings])

    def _on_reading_chosen(self, index: int) -> None:
        if self._hand is None or not 0 <= index < len(self._readings):
            return
        self._hand.windows.append(self._readings[index])
        self._readings = ()
        self._panel.request.show_words_error("")
        self._panel.request.words.setFocus()
        self.show_windows()

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
        if self._hand is not None:
            del self._hand.windows[index]
            self.show_windows()
