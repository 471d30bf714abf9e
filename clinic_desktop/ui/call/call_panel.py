"""The call panel's view: it lays out and says what the person did; the controller decides."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.text import _
from clinic_desktop.ui.call.slot_list import SlotDelegate, SlotModel, SlotRow
from clinic_desktop.ui.kit.parts import (
    Chip,
    Field,
    SearchField,
    Segments,
    button,
    card,
    clear_layout,
    column,
    icon_button,
    label,
    row,
    set_icon,
    surface,
)
from clinic_desktop.ui.kit.tokens import Theme

_PANEL_PX = 392
_FOUND_ROW_PX = 31
_WIDTHS_MIN = (15, 30, 45, 60, 90, 120)


@dataclass(frozen=True, slots=True, kw_only=True)
class HitRow:
    """A patient found for what was typed."""

    title: str
    detail: str


class CallPanel(QWidget):
    """From "who is calling" to "book".

    Signals:
        caller_typed(str): the search words changed.
        hit_chosen(int): a found patient.
        new_patient_wanted(): nobody fits; the caller is new.
        new_patient_entered(str, str, str): name, phone and address of the new patient.
        address_typed(str): the new patient's address changed.
        address_chosen(int): a candidate for the typed address.
        site_chosen(int): where, if the patient has several sites.
        service_chosen(int), keep_chosen(int): the segments.
        words_entered(str): when the caller can.
        window_removed(int): a chip was taken away.
        slot_highlighted(int), book_requested(): the offers.
        promise_width_changed(int): minutes of the window to promise.
        closed(): the call ends without a booking.
    """

    caller_typed = Signal(str)
    hit_chosen = Signal(int)
    new_patient_wanted = Signal()
    new_patient_entered = Signal(str, str, str)
    address_typed = Signal(str)
    address_chosen = Signal(int)
    site_chosen = Signal(int)
    service_chosen = Signal(int)
    keep_chosen = Signal(int)
    words_entered = Signal(str)
    window_removed = Signal(int)
    slot_highlighted = Signal(int)
    book_requested = Signal()
    promise_width_changed = Signal(int)
    closed = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setObjectName("call_panel")
        self.setProperty("panel", "right")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(_PANEL_PX)
        body = QVBoxLayout()
        body.setContentsMargins(14, 8, 14, 12)
        body.setSpacing(10)
        self._build_caller(body)
        self._build_new_patient(body)
        self._build_request(body)
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
        self.search.clear()
        self._forget_caller()
        self._show_found([])
        self._patient_box.hide()
        self._new_box.hide()
        self._request.hide()
        self._slot_part.hide()
        self._read_back.hide()
        self.show_error("")

    def _forget_caller(self) -> None:
        """Nothing that one caller said stands in the next one's call."""
        for edit in (self.new_name, self.new_phone, self.new_address, self.words):
            edit.clear()
        self.show_addresses(())
        self.show_address_state("")
        self.show_words_error("")

    def focus_search(self) -> None:
        """Put the cursor into the search field."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_timer(self, text: str) -> None:
        """How long the call has lasted."""
        self._timer.setText(text)

    def show_hits(self, hits: Sequence[HitRow], typed: str) -> None:
        """Patients found for what was typed."""
        self._show_found([f"{hit.title}    {hit.detail}" for hit in hits])
        self._nobody.setVisible(bool(typed.strip()))
        self._nobody.setText(_("New patient “{name}”").format(name=typed.strip()))

    def show_patient(
        self, name: str, detail: str, place: str, pills: Sequence[tuple[str, str]]
    ) -> None:
        """The chosen patient; pills are (role, words)."""
        self._show_found([])
        self._nobody.hide()
        self._new_box.hide()
        clear_layout(self._patient_lines)
        head = row(label(name, "title", name="call_patient_name"), 1)
        for role, words in pills:
            head.addWidget(label(words, role))
        self._patient_lines.addLayout(head)
        self._patient_lines.addWidget(label(detail, "small", wrap=True))
        self._patient_lines.addWidget(label(place, "small", wrap=True, name="call_patient_place"))
        self._patient_box.show()
        self._request.show()

    def show_sites(self, sites: Sequence[str], index: int) -> None:
        """Where, if there is a choice."""
        self._sites.blockSignals(True)
        self._sites.clear()
        self._sites.addItems(list(sites))
        self._sites.setCurrentIndex(index)
        self._sites.blockSignals(False)
        self._sites.setVisible(len(sites) > 1)

    def show_new_patient(self, name: str) -> None:
        """The one-line form for a new patient."""
        self._show_found([])
        self._nobody.hide()
        self._patient_box.hide()
        self._request.hide()
        self._slot_part.hide()
        self._read_back.hide()
        self._forget_caller()
        self._new_box.show()
        self.new_name.setText(name)
        (self.new_phone if name else self.new_name).setFocus()

    def show_addresses(self, texts: Sequence[str]) -> None:
        """Candidates for the typed address."""
        self._address_model.setStringList(list(texts))
        self._addresses.setVisible(bool(texts))
        self._addresses.setFixedHeight(min(5, len(texts)) * _FOUND_ROW_PX + 6)
        if texts:
            self._addresses.setCurrentIndex(self._address_model.index(0))

    def show_address_state(self, text: str) -> None:
        """Whether the address was found."""
        self._address_field.set_error("")
        self._address_state.setText(text)

    def show_services(self, names: Sequence[str], index: int) -> None:
        """The services to choose from."""
        self.services.blockSignals(True)
        self.services.clear()
        self.services.addItems(list(names))
        self.services.setCurrentIndex(index)
        self.services.blockSignals(False)

    def show_keep(self, name: str, index: int) -> None:
        """Whether to keep the practitioner of last time; hidden without one."""
        clear_layout(self._keep_row)
        self._keep_title.setText(_("Keep {name}").format(name=name) if name else "")
        self._keep_title.setVisible(bool(name))
        if name:
            keep = Segments((_("Hard"), _("Soft"), _("Any")), _("Keep {name}").format(name=name),
                            index)  # fmt: skip
            keep.chosen.connect(self.keep_chosen)
            self._keep_row.addWidget(keep)
            self._keep_row.addStretch(1)

    def show_windows(self, texts: Sequence[str]) -> None:
        """When the caller can, as chips."""
        clear_layout(self._chips)
        for number, text in enumerate(texts):
            chip = Chip(text)
            chip.removed.connect(lambda n=number: self.window_removed.emit(n))
            self._chips.addWidget(chip)
        self._chips.addStretch(1)

    def show_words_error(self, sentence: str) -> None:
        """What of the typed words was not understood."""
        self._words_field.set_error(sentence)
        if not sentence:
            self.words.clear()

    def show_slots(self, rows: tuple[SlotRow, ...], found: str, selected: int) -> None:
        """The offers, and how many fit."""
        self._slot_part.show()
        self._found.setText(found)
        self.slots.blockSignals(True)
        self._slot_model.show(rows)
        self.slots.blockSignals(False)
        self.slots.setFixedHeight(max(1, len(rows)) * 65 + 6)
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

    def set_booking(self, busy: bool) -> None:
        """While it is being written the button rests."""
        self.book.setEnabled(not busy)

    @property
    def any_practitioner(self) -> bool:
        """Whether the promise names nobody."""
        return self._anybody.isChecked()

    # Qt.

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc ends the call; Ctrl Enter books."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
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
        head = row(label(_("New call"), "title"), self._timer, 1, close)
        head.setContentsMargins(14, 10, 8, 4)
        return head

    def _build_caller(self, body: QVBoxLayout) -> None:
        self.search = SearchField(self._theme, _("Name, phone number or street"))
        self.search.setObjectName("call_search")
        self.search.textEdited.connect(self.caller_typed)
        self.search.returnPressed.connect(self._on_search_return)
        self._hit_model = QStringListModel()
        self._hits = QListView()
        self._hits.setObjectName("call_hits")
        self._hits.setModel(self._hit_model)
        self._hits.setAccessibleName(_("Patients found"))
        self._hits.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._hits.activated.connect(self._on_hit)
        self._hits.clicked.connect(self._on_hit)
        self._nobody = button("", kind="link", name="call_new_patient",
                              on_click=self.new_patient_wanted.emit)  # fmt: skip
        self._patient_lines = column(spacing=3, margins=10)
        self._patient_box = card(self._patient_lines)
        self._sites = QComboBox()
        self._sites.setAccessibleName(_("Visit site"))
        self._sites.currentIndexChanged.connect(self.site_chosen)
        for widget in (self.search, self._hits, self._nobody, self._patient_box, self._sites):
            body.addWidget(widget)
        self._sites.hide()
        self._nobody.hide()

    def _build_new_patient(self, body: QVBoxLayout) -> None:
        self.new_name = QLineEdit()
        self.new_name.setObjectName("new_name")
        self.new_phone = QLineEdit()
        self.new_phone.setObjectName("new_phone")
        self.new_address = QLineEdit()
        self.new_address.setObjectName("new_address")
        self.new_address.textEdited.connect(self.address_typed)
        self._address_model = QStringListModel()
        self._addresses = QListView()
        self._addresses.setObjectName("new_addresses")
        self._addresses.setModel(self._address_model)
        self._addresses.setAccessibleName(_("Addresses found"))
        self._addresses.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._addresses.activated.connect(self._on_address)
        self._addresses.clicked.connect(self._on_address)
        self._addresses.hide()
        self._address_state = label("", "caption", wrap=True)
        save = button(_("Take this patient"), kind="primary", name="new_save",
                      on_click=self._submit_new)  # fmt: skip
        self.new_address.returnPressed.connect(self._submit_new)
        self._name_field = Field(_("Name"), self.new_name)
        self._phone_field = Field(_("Phone"), self.new_phone)
        self._address_field = Field(_("Address"), self.new_address)
        self._new_box = card(
            column(
                label(_("New patient"), "strong"),
                self._name_field,
                self._phone_field,
                self._address_field,
                self._addresses,
                self._address_state,
                row(1, save),
                spacing=8,
                margins=12,
            )
        )
        body.addWidget(self._new_box)

    def show_new_error(self, sentence: str) -> None:
        """Why the new patient cannot be taken."""
        self._phone_field.set_error(sentence)

    def _build_request(self, body: QVBoxLayout) -> None:
        self.services = QComboBox()
        self.services.setObjectName("call_services")
        self.services.setAccessibleName(_("Service"))
        self.services.currentIndexChanged.connect(self.service_chosen)
        self._keep_title = label("", "small")
        self._keep_row = row()
        self._chips = row(spacing=6)
        self.words = QLineEdit()
        self.words.setObjectName("call_words")
        self.words.setPlaceholderText(_("Thu after 2, not Fridays, before 12/5 ..."))
        self.words.returnPressed.connect(lambda: self.words_entered.emit(self.words.text()))
        self._words_field = Field(_("Caller can"), self.words)
        lines = column(
            label(_("Service"), "small"),
            self.services,
            self._keep_title,
            self._keep_row,
            self._words_field,
            self._chips,
            spacing=6,
        )
        self._request = surface(lines, "none")
        body.addWidget(self._request)

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
        self._slot_part = surface(column(title, self.slots, spacing=6), "none")
        body.addWidget(self._slot_part)
        body.addStretch(1)

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
        self._error = label("", "error", wrap=True, name="call_error")
        lines = column(
            row(label(_("Read back"), "accent"), 1,
                label(_("promise saved with the booking"), "caption")),
            self._read_words,
            row(label(_("Window"), "small"), self._width, self._anybody, 1),
            self._error,
            self.book,
            spacing=8,
            margins=14,
        )  # fmt: skip
        self._read_back = surface(lines, "accent")
        return self._read_back

    def _show_found(self, texts: list[str]) -> None:
        self._hit_model.setStringList(texts)
        self._hits.setVisible(bool(texts))
        self._hits.setFixedHeight(min(8, len(texts)) * _FOUND_ROW_PX + 6)
        if texts:
            self._hits.setCurrentIndex(self._hit_model.index(0))

    def _bring_up_slots(self) -> None:
        if self.isVisible() and self.words.hasFocus():
            self._scroll.ensureWidgetVisible(self._found, 0, 150)
            self._scroll.ensureWidgetVisible(self.words, 0, 10)

    def _on_search_return(self) -> None:
        if self._hit_model.rowCount():
            self.hit_chosen.emit(max(0, self._hits.currentIndex().row()))
        elif self._nobody.isVisible():
            self.new_patient_wanted.emit()

    def _on_hit(self, index: QModelIndex) -> None:
        self.hit_chosen.emit(index.row())

    def _on_address(self, index: QModelIndex) -> None:
        self.address_chosen.emit(index.row())

    def _on_slot(self, index: QModelIndex) -> None:
        if index.isValid():
            self.slot_highlighted.emit(index.row())

    def _on_promise_changed(self) -> None:
        self.promise_width_changed.emit(int(self._width.currentData()))

    def _submit_new(self) -> None:
        self._name_field.set_error("")
        if len(self.new_name.text().split()) < 2:
            self._name_field.set_error(_("First and last name, please."))
            self.new_name.setFocus()
            return
        self.new_patient_entered.emit(
            self.new_name.text(), self.new_phone.text(), self.new_address.text()
        )
