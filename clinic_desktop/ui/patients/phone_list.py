"""A patient's phones in the form: number, label, and what may be done with each."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QVBoxLayout, QWidget

from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.patient import Phone
from clinic_desktop.domain.phone_number import e164_or_none, parse_phone, phone_text
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, icon_button, label, repolish, row
from clinic_desktop.ui.kit.tokens import Theme


def phone_labels() -> tuple[str, ...]:
    """What a number is usually called."""
    return (_("mobile"), _("home"), _("work"))


class PhoneRow(QWidget):
    """One number.

    Signals:
        changed(): anything was typed or ticked.
        removed(): the person takes it away.
    """

    changed = Signal()
    removed = Signal()

    def __init__(self, theme: Theme, phone: Phone | None, number: int) -> None:
        super().__init__()
        spoken = _("Phone {n}").format(n=number)
        self.number = QLineEdit(phone_text(phone.number) if phone else "")
        self.number.setPlaceholderText("(314) 555-0142")
        self.number.setAccessibleName(spoken)
        self.number.setMinimumWidth(140)
        self.kind = QComboBox()
        self.kind.setEditable(True)
        self.kind.addItems(["", *phone_labels()])
        self.kind.setAccessibleName(_("{phone}, label").format(phone=spoken))
        self.kind.setCurrentText(phone.label if phone else (_("mobile") if number == 1 else ""))
        self.kind.setFixedWidth(110)
        self.voicemail = QCheckBox(_("Voicemail OK"))
        self.voicemail.setAccessibleName(_("{phone}, voicemail OK").format(phone=spoken))
        self.voicemail.setChecked(phone.voicemail_ok if phone else False)
        self.texts = QCheckBox(_("Texts OK"))
        self.texts.setAccessibleName(_("{phone}, texts OK").format(phone=spoken))
        self.texts.setChecked(phone.text_ok if phone else False)
        take_away = icon_button(theme, "x", _("Remove {phone}").format(phone=spoken))
        take_away.clicked.connect(lambda _c=False: self.removed.emit())
        self._error = label("", "error", wrap=True)
        self._error.hide()
        line = row(self.number, self.kind, self.voicemail, self.texts, take_away, spacing=8)
        line.setStretch(0, 1)
        self.setLayout(column(line, self._error, spacing=2))
        self.number.textChanged.connect(self._on_typed)
        self.number.editingFinished.connect(self._on_left)
        self.kind.currentTextChanged.connect(lambda _t="": self.changed.emit())
        self.voicemail.toggled.connect(lambda _c=False: self.changed.emit())
        self.texts.toggled.connect(lambda _c=False: self.changed.emit())

    @property
    def empty(self) -> bool:
        """Whether no number was typed."""
        return not self.number.text().strip()

    def read(self) -> Phone | None:
        """The phone, None with a sentence below it if it is none."""
        try:
            number = parse_phone(self.number.text())
        except RuleBroken as broken:
            self._set_error(str(broken))
            return None
        self._set_error("")
        return Phone(
            number=number,
            label=self.kind.currentText().strip(),
            voicemail_ok=self.voicemail.isChecked(),
            text_ok=self.texts.isChecked(),
        )

    def _on_typed(self) -> None:
        self._set_error("")
        self.changed.emit()

    def _on_left(self) -> None:
        """Write a good number as it is read aloud; complain about a bad one."""
        if self.empty:
            return
        number = e164_or_none(self.number.text())
        if number is None:
            self.read()
        elif self.number.text() != phone_text(number):
            # Written differently, but the same number: nothing changed.
            with QSignalBlocker(self.number):
                self.number.setText(phone_text(number))

    def _set_error(self, sentence: str) -> None:
        self.number.setProperty("error", bool(sentence))
        repolish(self.number)
        self.number.setAccessibleDescription(sentence)
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))


class PhoneList(QWidget):
    """All numbers of a patient; the first one is called first.

    Signals:
        changed(): anything was typed, added or taken away.
    """

    changed = Signal()

    def __init__(self, theme: Theme, phones: Sequence[Phone]) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[PhoneRow] = []
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(0, 0, 0, 0)
        self._lines.setSpacing(6)
        add = button(_("Add phone"), size="small", name="add_phone", on_click=self._on_add)
        self.setLayout(column(label(_("Phones"), "small"), self._lines, row(add, 1), spacing=4))
        for phone in phones:
            self._add(phone)
        if not phones:
            self._add(None)

    def rows(self) -> Sequence[PhoneRow]:
        """The rows, in order."""
        return tuple(self._rows)

    @property
    def empty(self) -> bool:
        """Whether there is no number at all."""
        return all(line.empty for line in self._rows)

    def read(self) -> tuple[Phone, ...] | None:
        """The phones, None if one of them is not a phone number."""
        found = [line.read() for line in self._rows if not line.empty]
        phones = tuple(phone for phone in found if phone is not None)
        return phones if len(phones) == len(found) else None

    def first_bad(self) -> QLineEdit | None:
        """The editor of the first number that is none."""
        bad = (r.number for r in self._rows if not r.empty and not e164_or_none(r.number.text()))
        return next(bad, None)

    def _add(self, phone: Phone | None) -> PhoneRow:
        line = PhoneRow(self._theme, phone, len(self._rows) + 1)
        line.changed.connect(self.changed)
        line.removed.connect(lambda: self._on_removed(line))
        self._rows.append(line)
        self._lines.addWidget(line)
        return line

    def _on_add(self) -> None:
        self._add(None).number.setFocus()
        self.changed.emit()

    def _on_removed(self, line: PhoneRow) -> None:
        self._rows.remove(line)
        self._lines.removeWidget(line)
        line.hide()
        line.setParent(None)
        line.deleteLater()
        if not self._rows:
            self._add(None)
        self._rows[-1].number.setFocus()
        self.changed.emit()
