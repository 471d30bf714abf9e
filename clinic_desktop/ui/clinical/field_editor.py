"""An editor for each kind of template field; the value is what the domain stores."""

from collections.abc import Mapping
from datetime import date
from typing import cast

from babel.dates import parse_date
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QPlainTextEdit, QPushButton, QWidget

from clinic_desktop.domain.clinical.field import Field, FieldKind, FieldValue
from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import column, label, row

_LONG_TEXTS = ("complaint", "easing", "pattern_24h", "prior", "history")
_CHIPS_A_ROW = 5


class FieldEditor(QWidget):
    """A label, an input, and one sentence below when the value does not fit.

    Signals:
        edited(): the value changed by hand.
    """

    edited = Signal()

    def __init__(self, field: Field, formats: Formats) -> None:
        super().__init__()
        self.field = field
        self._formats = formats
        self.setObjectName(f"field_{field.id}")
        mark = " *" if field.required else ""
        unit = f" ({field.unit})" if field.unit else ""
        title = label(f"{field.label}{unit}{mark}", "small")
        self._error = label("", "error", wrap=True)
        self._error.hide()
        self._line: QLineEdit | None = None
        self._text: QPlainTextEdit | None = None
        self._chips: dict[str, QPushButton] = {}
        body = self._build()
        lines = column(title, body, self._error, spacing=4)
        if field.hint:
            lines.insertWidget(2, label(field.hint, "caption", wrap=True))
        self.setLayout(lines)

    def value(self) -> FieldValue | None:
        """The value, None for an empty field. Raises ``ValueError`` for one that cannot be read."""
        match self.field.kind:
            case FieldKind.NUMBER:
                return self._number()
            case FieldKind.DATE:
                return self._date()
            case FieldKind.TEXT:
                typed = self._typed().strip()
                return typed or None
            case FieldKind.CHOICE:
                return next((key for key, chip in self._chips.items() if chip.isChecked()), None)
            case FieldKind.MULTI:
                chosen = tuple(key for key, chip in self._chips.items() if chip.isChecked())
                return chosen or None
            case FieldKind.BOOL:
                chosen = [key for key, chip in self._chips.items() if chip.isChecked()]
                return chosen[0] == "yes" if chosen else None

    def set_value(self, value: FieldValue | None) -> None:
        """Show a stored value."""
        if self._text is not None:
            self._text.setPlainText("" if value is None else str(value))
        elif self._line is not None:
            self._line.setText(self._shown(value))
        else:
            chosen: tuple[str, ...]
            if isinstance(value, tuple):
                chosen = value
            elif isinstance(value, bool):
                chosen = ("yes" if value else "no",)
            else:
                chosen = () if value is None else (str(value),)
            for key, chip in self._chips.items():
                chip.setChecked(key in chosen)

    def check(self) -> str:
        """The fault of what is entered, shown below; "" if it fits."""
        fault = ""
        try:
            value = self.value()
            if value is not None:
                fault = self.field.fault(value)
        except ValueError as error:
            fault = str(error)
        self._error.setText(fault)
        self._error.setVisible(bool(fault))
        return fault

    def focus_input(self) -> None:
        """Put the cursor here."""
        target = self._line or self._text or next(iter(self._chips.values()), None)
        if target is not None:
            target.setFocus(Qt.FocusReason.OtherFocusReason)

    def _build(self) -> QWidget:
        kind = self.field.kind
        if kind in (FieldKind.CHOICE, FieldKind.MULTI, FieldKind.BOOL):
            return self._build_chips()
        if kind is FieldKind.TEXT and self.field.id.startswith(_LONG_TEXTS):
            self._text = QPlainTextEdit()
            self._text.setFixedHeight(64)
            self._text.setTabChangesFocus(True)
            self._text.setAccessibleName(self.field.label)
            self._text.textChanged.connect(self.edited)
            return self._text
        self._line = QLineEdit()
        self._line.setAccessibleName(self.field.label)
        if kind is FieldKind.NUMBER:
            self._line.setMaximumWidth(140)
        if kind is FieldKind.DATE:
            self._line.setMaximumWidth(180)
            self._line.setPlaceholderText(self._formats.short_date(date(2026, 12, 5)))
        self._line.textEdited.connect(self._on_typed)
        self._line.editingFinished.connect(self.check)
        return self._line

    def _build_chips(self) -> QWidget:
        choices = {choice.id: choice.label for choice in self.field.choices}
        if self.field.kind is FieldKind.BOOL:
            choices = {"yes": _("Yes"), "no": _("No")}
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for number, (key, text) in enumerate(choices.items()):
            chip = QPushButton(text)
            chip.setCheckable(True)
            chip.setAutoDefault(False)
            chip.setProperty("choice", "true")
            chip.setAccessibleName(f"{self.field.label}: {text}")
            chip.clicked.connect(lambda _c=False, chosen=key: self._on_chip(chosen))
            self._chips[key] = chip
            grid.addWidget(chip, number // _CHIPS_A_ROW, number % _CHIPS_A_ROW)
        grid.setColumnStretch(_CHIPS_A_ROW, 1)
        box = QWidget()
        box.setLayout(grid)
        return box

    def _on_typed(self) -> None:
        self.edited.emit()

    def _on_chip(self, chosen: str) -> None:
        if self.field.kind is not FieldKind.MULTI:
            for key, chip in self._chips.items():
                if key != chosen:
                    chip.setChecked(False)
        self.check()
        self.edited.emit()

    def _typed(self) -> str:
        if self._text is not None:
            return self._text.toPlainText()
        return self._line.text() if self._line is not None else ""

    def _number(self) -> float | None:
        typed = self._typed().strip().replace(",", ".")
        if not typed:
            return None
        try:
            return float(typed)
        except ValueError:
            raise ValueError(
                _("“{label}” needs a number.").format(label=self.field.label)
            ) from None

    def _date(self) -> str | None:
        typed = self._typed().strip()
        if not typed:
            return None
        try:
            return parse_date(typed, locale=self._formats.locale).isoformat()
        except (ValueError, IndexError):
            raise ValueError(
                _("“{label}” is no date: type it like {example}.").format(
                    label=self.field.label, example=self._formats.short_date(date(2026, 12, 5))
                )
            ) from None

    def _shown(self, value: FieldValue | None) -> str:
        if value is None:
            return ""
        if self.field.kind is FieldKind.NUMBER:
            return f"{cast('float', value):g}"
        if self.field.kind is FieldKind.DATE:
            return self._formats.short_date(date.fromisoformat(str(value)))
        return str(value)


class FieldForm(QWidget):
    """Fields one below the other, short ones side by side.

    Signals:
        edited(): one of them changed.
    """

    edited = Signal()

    def __init__(self, fields: tuple[Field, ...], formats: Formats) -> None:
        super().__init__()
        self.editors: dict[str, FieldEditor] = {}
        lines = column(spacing=12)
        pair: list[FieldEditor] = []
        for field in fields:
            editor = FieldEditor(field, formats)
            editor.edited.connect(self.edited)
            self.editors[field.id] = editor
            if field.kind in (FieldKind.NUMBER, FieldKind.DATE):
                pair.append(editor)
                if len(pair) == 3:
                    lines.addLayout(row(*pair, 1, spacing=16))
                    pair = []
                continue
            if pair:
                lines.addLayout(row(*pair, 1, spacing=16))
                pair = []
            lines.addWidget(editor)
        if pair:
            lines.addLayout(row(*pair, 1, spacing=16))
        self.setLayout(lines)

    def set_values(self, values: Mapping[str, FieldValue]) -> None:
        """Show stored values."""
        for field_id, editor in self.editors.items():
            editor.set_value(values.get(field_id))

    def values(self) -> dict[str, FieldValue]:
        """What is entered and can be read; a field that cannot shows its sentence."""
        found: dict[str, FieldValue] = {}
        for field_id, editor in self.editors.items():
            if editor.check():
                continue
            value = editor.value()
            if value is not None:
                found[field_id] = value
        return found
