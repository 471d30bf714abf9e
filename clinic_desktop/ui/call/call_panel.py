"""The call panel's view: it lays out and says what the person did; the controller decides."""

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QListView,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.call import CallOutcome
from clinic_desktop.text import _
from clinic_desktop.ui.call.caller_part import CallerPart
from clinic_desktop.ui.call.new_patient_part import NewPatientPart
from clinic_desktop.ui.call.request_part import RequestPart
from clinic_desktop.ui.call.slot_list import SLOT_ROW_PX, SlotDelegate, SlotModel, SlotRow
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import (
    button,
    card,
    column,
    icon_button,
    label,
    row,
    set_icon,
    surface,
)
from clinic_desktop.ui.kit.tokens import Theme

PANEL_PX = 392
_WIDTHS_MIN = (15, 30, 45, 60, 90, 120)


class CallPanel(QWidget):
    """From "who is calling" to "book"; ``caller``, ``new_patient`` and ``request`` are its parts.

    Signals:
        slot_highlighted(int), book_requested(): the offers.
        promise_width_changed(int): minutes of the window to promise.
        declined(), wait_wanted(): a no, and nothing that suits.
        park_wanted(), red_flags_wanted(), message_wanted(), why_not_wanted(), longer_wanted():
            what a call may need beside a time.
        closed(): Esc; ``outcome_chosen(str)``: a ``CallOutcome`` was named.
    """

    slot_highlighted = Signal(int)
    book_requested = Signal()
    promise_width_changed = Signal(int)
    declined = Signal()
    wait_wanted = Signal()
    park_wanted = Signal()
    red_flags_wanted = Signal()
    message_wanted = Signal()
    why_not_wanted = Signal()
    course_wanted = Signal()
    longer_wanted = Signal()
    outcome_chosen = Signal(str)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("call_panel")
        self.setProperty("panel", "right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(PANEL_PX)
        self.caller = CallerPart(theme)
        self.new_patient = NewPatientPart()
        self.request = RequestPart()
        body = QVBoxLayout()
        body.setContentsMargins(14, 8, 14, 12)
        body.setSpacing(10)
        for part in (self.caller, self.new_patient, self.request):
            body.addWidget(part)
        self._build_slots(body)
        inner = surface(body, "none")
        scroll = QScrollArea()
        self._scroll = scroll
        scroll.setWidgetResizable(True)
        scroll.setWidget(inner)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addLayout(self._header())
        outer.addWidget(scroll, 1)
        outer.addWidget(self._build_read_back())
        self.start()

    # What the controller shows.

    def start(self) -> None:
        """A fresh call: everything empty, the cursor where typing starts."""
        self.caller.start()
        self.new_patient.start()
        self.request.start()
        self.new_patient.hide()
        self.request.hide()
        self._slot_part.hide()
        self._read_back.hide()
        self._wait_row.hide()
        self._outcome.hide()
        self.show_title(_("New call"))
        self.show_answer("")
        self.show_error("")
        self.show_blocked("")

    def show_title(self, text: str) -> None:
        """What the call is: a new one, or a visit being moved."""
        self._title.setText(text)

    def show_answer(self, sentence: str) -> None:
        """The answer to what the caller asked, over the offers; "" for none."""
        self._answer.setText(sentence)
        self._answer.setVisible(bool(sentence))

    def ask_outcome(self, ask: bool) -> None:
        """Ask what came of the call before it closes."""
        self._outcome.setVisible(ask)
        if ask:
            QTimer.singleShot(0, self._outcome_first, self._outcome_first.setFocus)

    @property
    def asks_outcome(self) -> bool:
        """Whether the question stands."""
        return not self._outcome.isHidden()

    def show_timer(self, text: str) -> None:
        """How long the call has lasted."""
        self._timer.setText(text)

    def show_patient(
        self, name: str, lines: Sequence[str], place: str, pills: Sequence[tuple[str, str]]
    ) -> None:
        """The chosen patient, and the fields of the request; pills are (role, words)."""
        self.new_patient.hide()
        self.caller.show_patient(name, lines, place, pills)
        self.request.show()
        self._wait_row.show()

    def show_new_patient(self, name: str, phone: str) -> None:
        """The short form for a new patient in place of everything else."""
        self.caller.hide_patient()
        self.request.hide()
        self.request.start()
        self._slot_part.hide()
        self._wait_row.hide()
        self._read_back.hide()
        self.new_patient.start(name, phone)
        self.new_patient.show()
        (self.new_patient.phone if name else self.new_patient.name).setFocus()

    def show_slots(self, rows: tuple[SlotRow, ...], found: str, selected: int) -> None:
        """The offers, and how many fit."""
        self._slot_part.show()
        self._found.setText(found)
        self.slots.blockSignals(True)
        self._slot_model.show(rows)
        self.slots.blockSignals(False)
        self.slots.setFixedHeight(max(1, len(rows)) * (SLOT_ROW_PX + 1) + 6)
        self.slots.setVisible(bool(rows))
        if rows:
            index = self._slot_model.index(max(0, min(selected, len(rows) - 1)))
            self.slots.setCurrentIndex(index)
            # On a low window the offers would else lie below the fold.
            QTimer.singleShot(0, self, self._bring_up_slots)

    def show_no_slots(self, sentence: str) -> None:
        """Nothing fits, and why."""
        self.show_slots((), sentence, 0)
        self._read_back.hide()

    def show_read_back(self, sentence: str, width_min: int) -> None:
        """The words to say, and the width of the window."""
        self._read_words.setText(sentence)
        self._width.blockSignals(True)
        if self._width.findData(width_min) < 0:
            self._width.addItem(_("{n} min").format(n=width_min), width_min)
        self._width.setCurrentIndex(self._width.findData(width_min))
        self._width.blockSignals(False)
        self._read_back.show()

    def show_error(self, sentence: str) -> None:
        """Why booking did not work, beside the button."""
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def show_blocked(self, why: str) -> None:
        """Why nothing can be booked just now, beside the resting button; "" if it can."""
        self._blocked.setText(why)
        self._blocked.setVisible(bool(why))
        self.book.setEnabled(not why)

    def set_booking(self, busy: bool) -> None:
        """While it is being written the button rests."""
        self.book.setEnabled(not busy)

    @property
    def any_practitioner(self) -> bool:
        """Whether the promise names nobody."""
        return self._anybody.isChecked()

    # Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends the call, F8 parks it; Ctrl Enter books."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        elif event.key() == Qt.Key.Key_F8:
            self.park_wanted.emit()
        elif (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            if self.book.isVisible() and self.book.isEnabled():
                self.book_requested.emit()
        else:
            super().keyPressEvent(event)

    # Layout.

    def _header(self) -> QHBoxLayout:
        self._timer = label("", "pill", name="call_timer")
        close = icon_button(self._theme, "x", _("End the call (Esc)"), name="call_close")
        close.clicked.connect(lambda _c=False: self.closed.emit())
        self._timer.setMaximumHeight(20)
        self._title = label(_("New call"), "title", name="call_title")
        flags = button(_("Red flags  F9"), kind="quiet", size="small", name="call_red_flags",
                       on_click=self.red_flags_wanted.emit)  # fmt: skip
        park = button(_("Park  F8"), kind="quiet", size="small", name="call_park",
                      on_click=self.park_wanted.emit)  # fmt: skip
        head = row(self._title, self._timer, 1, flags, park, close, spacing=4)
        head.setContentsMargins(14, 10, 8, 4)
        return head

    def _build_slots(self, body: QVBoxLayout) -> None:
        self._found = label("", "caption", wrap=True, name="call_found")
        self._slot_model = SlotModel()
        self._slot_delegate = SlotDelegate(self._theme, self._slot_model)
        self.slots = QListView()
        self.slots.setObjectName("call_slots")
        self.slots.setModel(self._slot_model)
        self.slots.setItemDelegate(self._slot_delegate)
        self.slots.setAccessibleName(_("Best slots"))
        self.slots.setMouseTracking(True)
        self.slots.selectionModel().currentChanged.connect(self._on_slot)
        title = row(label(_("Best slots"), "strong"), self._found)
        title.setStretch(1, 1)
        self._answer = label("", "strong", wrap=True, name="call_answer")
        longer = button(_("Look further ahead"), kind="link", name="call_longer",
                        on_click=self.longer_wanted.emit)  # fmt: skip
        why = button(_("Why not ...  Alt W"), size="small", name="call_why_not",
                     on_click=self.why_not_wanted.emit)  # fmt: skip
        why.setShortcut("Alt+W")
        self._slot_part = surface(
            column(self._answer, title, self.slots, row(why, longer, 1), spacing=6), "none"
        )
        body.addWidget(self._slot_part)
        self._wait_row = surface(
            row(
                button(_("Whole course ..."), size="small", name="call_course",
                       on_click=self.course_wanted.emit),
                button(_("Wait list or call back ..."), size="small", name="call_wait",
                       on_click=self.wait_wanted.emit),
                button(_("Message ..."), size="small", name="call_message",
                       on_click=self.message_wanted.emit),
                1,
            ),
            "none",
        )  # fmt: skip
        body.addWidget(self._wait_row)
        body.addWidget(self._build_outcome())
        body.addStretch(1)

    def _build_outcome(self) -> QWidget:
        words = (
            (CallOutcome.NOTHING, _("Nothing agreed")),
            (CallOutcome.NO_ANSWER, _("No answer")),
            (CallOutcome.REMINDED, _("Told or reminded")),
        )
        choices = FlowLayout(spacing=6)
        buttons = [
            button(text, size="small", name=f"call_outcome_{outcome.value}",
                   on_click=lambda o=outcome: self.outcome_chosen.emit(o.value))
            for outcome, text in words
        ]  # fmt: skip
        for made in buttons:
            choices.addWidget(made)
        self._outcome_first = buttons[0]
        self._outcome = card(
            column(label(_("What came of the call? Esc: nothing agreed."), "small", wrap=True),
                   choices, spacing=6, margins=10)
        )  # fmt: skip
        self._outcome.hide()
        return self._outcome

    def _build_read_back(self) -> QWidget:
        self._read_words = label("", "title", wrap=True, name="call_read_back")
        self._width = QComboBox()
        self._width.setObjectName("call_width")
        self._width.setAccessibleName(_("Width of the promised window"))
        for minutes in _WIDTHS_MIN:
            self._width.addItem(_("{n} min").format(n=minutes), minutes)
        self._width.currentIndexChanged.connect(self._on_promise_changed)
        self._anybody = QCheckBox(_("Promise anybody"))
        self._anybody.setObjectName("call_anybody")
        self._anybody.toggled.connect(self._on_promise_changed)
        self.book = button(_("Book, agreed  Ctrl Enter"), kind="primary", size="large",
                           name="call_book", on_click=self.book_requested.emit)  # fmt: skip
        set_icon(self.book, self._theme, "check")
        self.book.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._decline = button(_("Declined ..."), size="large", name="call_declined",
                               on_click=self.declined.emit)  # fmt: skip
        self._error = label("", "error", wrap=True, name="call_error")
        self._blocked = label("", "warn", wrap=True, name="call_blocked")
        lines = column(
            row(label(_("Read back"), "accent"), 1,
                label(_("promise saved with the booking"), "caption")),
            self._read_words,
            row(label(_("Window"), "small"), self._width, self._anybody, 1),
            self._error,
            self._blocked,
            row(self.book, self._decline, spacing=6),
            spacing=8,
            margins=14,
        )  # fmt: skip
        self._read_back = surface(lines, "accent")
        return self._read_back

    def _bring_up_slots(self) -> None:
        words = self.request.words
        if self.isVisible() and words.hasFocus():
            self._scroll.ensureWidgetVisible(self._found, 0, 150)
            self._scroll.ensureWidgetVisible(words, 0, 10)

    def _on_slot(self, index: QModelIndex) -> None:
        if index.isValid():
            self.slot_highlighted.emit(index.row())

    def _on_promise_changed(self) -> None:
        self.promise_width_changed.emit(int(self._width.currentData()))
