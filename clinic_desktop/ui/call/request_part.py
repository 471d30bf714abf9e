"""What and when: the service, the practitioner of last time, and when the caller can."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.flow_layout import FlowLayout
from clinic_desktop.ui.kit.parts import (
    Chip,
    Field,
    Segments,
    button,
    clear_layout,
    column,
    label,
    row,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowChip:
    """One way the caller can, or cannot, as shown on a chip."""

    text: str
    excluded: bool = False


class RequestPart(QWidget):
    """The request's own fields.

    Signals:
        service_chosen(int), keep_chosen(int): the service and the segment.
        words_entered(str): when the caller can, entered.
        words_typed(str): the words changed, not entered yet.
        reading_chosen(int): which of several meanings was meant.
        window_removed(int): a chip was taken away.
        person_chosen(int): which practitioner is wanted, counted in the order shown.
        length_toggled(bool): plan as long as visits took, or as the service says.
    """

    service_chosen = Signal(int)
    keep_chosen = Signal(int)
    person_chosen = Signal(int)
    words_entered = Signal(str)
    words_typed = Signal(str)
    reading_chosen = Signal(int)
    window_removed = Signal(int)
    length_toggled = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self.services = QComboBox()
        self.services.setObjectName("call_services")
        self.services.setAccessibleName(_("Service"))
        self.services.currentIndexChanged.connect(self.service_chosen)
        self._person = QComboBox()
        self._person.setObjectName("call_person")
        self._person.setAccessibleName(_("Wanted practitioner"))
        self._person.currentIndexChanged.connect(self._on_person)
        self._keep = Segments((_("Only"), _("Rather"), _("Any")), _("Wanted practitioner"), 1)
        self._keep.setObjectName("call_keep")
        self._keep.chosen.connect(self.keep_chosen)
        self._chips = FlowLayout(spacing=6)
        self._readings = FlowLayout(spacing=6)
        self.words = QLineEdit()
        self.words.setObjectName("call_words")
        self.words.setPlaceholderText(_("Thu after 2, not Fridays, before 12/5 ..."))
        self.words.returnPressed.connect(lambda: self.words_entered.emit(self.words.text()))
        self.words.textChanged.connect(self.words_typed)
        self._words_field = Field(_("Caller can"), self.words)
        self._length = QCheckBox()
        self._length.setObjectName("call_length")
        self._length.toggled.connect(self.length_toggled)
        self._length.hide()
        self._notes = label("", "caption", wrap=True, name="call_notes")
        what = column(label(_("Service"), "small"), self.services, spacing=6)
        keep = column(
            label(_("With"), "small"), row(self._person, self._keep, spacing=6), spacing=6
        )
        self.setLayout(
            column(
                what,
                keep,
                self._length,
                self._words_field,
                self._readings,
                self._chips,
                self._notes,
                spacing=6,
            )
        )
        self.start()

    def start(self) -> None:
        """Nothing that one caller said stands in the next one's call."""
        self.words.clear()
        self.show_words_error("")
        self.show_windows(())
        self.show_length("")
        self.show_notes(())

    def show_services(self, names: Sequence[str], index: int) -> None:
        """The services to choose from."""
        self.services.blockSignals(True)
        self.services.clear()
        self.services.addItems(list(names))
        self.services.setCurrentIndex(index)
        self.services.blockSignals(False)

    def show_length(self, words: str, *, taken: bool = False) -> None:
        """Offer what visits really took, not taken unless somebody does; "" for nothing known."""
        self._length.blockSignals(True)
        self._length.setChecked(taken)
        self._length.blockSignals(False)
        self._length.setText(words)
        self._length.setVisible(bool(words))

    def show_keep(self, names: Sequence[str], person: int, keep: int) -> None:
        """Whom the caller wants and how much; ``person`` -1 for nobody in particular."""
        self._person.blockSignals(True)
        self._person.clear()
        self._person.addItem(_("Anybody"))
        self._person.addItems(list(names))
        self._person.setCurrentIndex(person + 1)
        self._person.blockSignals(False)
        self._keep.set_index(keep)
        self._keep.setEnabled(person >= 0)

    def _on_person(self, index: int) -> None:
        self._keep.setEnabled(index > 0)
        self.person_chosen.emit(index - 1)

    def show_windows(self, chips: Sequence[WindowChip]) -> None:
        """When the caller can, as chips; what is ruled out looks and sounds different."""
        clear_layout(self._chips)
        for number, shown in enumerate(chips):
            chip = Chip(shown.text, excluded=shown.excluded)
            chip.removed.connect(lambda n=number: self.window_removed.emit(n))
            self._chips.addWidget(chip)

    def show_notes(self, notes: Sequence[str]) -> None:
        """What of it cannot be had: closed days, windows in which nothing fits."""
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))

    def show_words_error(self, sentence: str) -> None:
        """What of the typed words was not understood; "" also clears the words."""
        clear_layout(self._readings)
        self._words_field.set_error(sentence)
        if not sentence:
            self.words.clear()

    def show_readings(self, texts: Sequence[str]) -> None:
        """Two meanings are a question, no mistake: a button for each."""
        clear_layout(self._readings)
        self._words_field.set_error("")
        for number, text in enumerate(texts):
            choice = button(text, size="small", name=f"call_reading_{number}")
            choice.clicked.connect(lambda _c=False, n=number: self.reading_chosen.emit(n))
            self._readings.addWidget(choice)
        first = self._readings.itemAt(0)
        widget = first.widget() if first else None
        if widget is not None:
            # It can take the focus only once the layout has shown it.
            QTimer.singleShot(0, widget, widget.setFocus)
