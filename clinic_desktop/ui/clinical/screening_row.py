"""One screening question: yes, no, unsure; what it changes is said at once."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from clinic_desktop.domain.clinical.screening import (
    Action,
    Answer,
    Consequence,
    ScreeningAnswer,
    ScreeningItem,
    consequences,
)
from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.clinical.field_editor import FieldForm
from clinic_desktop.ui.kit.parts import Alert, Field, clear_layout, column, label, repolish, row
from clinic_desktop.ui.kit.tokens import Theme

_KEYS = {Qt.Key.Key_Y: Answer.YES, Qt.Key.Key_N: Answer.NO, Qt.Key.Key_U: Answer.UNSURE}


_FIGURE_PX = 22
_PLACES = {Answer.YES: "first", Answer.NO: "middle", Answer.UNSURE: "last"}


class ScreeningRow(QFrame):
    """Answer with Y, N, U while it has the focus; arrows move on.

    Signals:
        edited(): the answer or its details changed.
        step_requested(int): to the next or the previous question.
    """

    edited = Signal()
    step_requested = Signal(int)

    def __init__(self, theme: Theme, formats: Formats, number: int, item: ScreeningItem) -> None:
        super().__init__()
        self._theme, self.item = theme, item
        self._template: ScreeningAnswer | None = None
        self._blank: ScreeningAnswer | None = None
        self.setObjectName(f"screening_{item.id}")
        self.setProperty("row", "plain")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(f"{number}. {item.question}")
        self._group = QButtonGroup(self)
        self._buttons: dict[Answer, QPushButton] = {}
        answers = QHBoxLayout()
        answers.setSpacing(0)
        words = {Answer.YES: _("Yes"), Answer.NO: _("No"), Answer.UNSURE: _("Unsure")}
        for answer, text in words.items():
            made = QPushButton(text)
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setProperty("answer", "true")
            made.setProperty("place", _PLACES[answer])
            made.setProperty("alarm", "false" if answer is Answer.NO else "true")
            made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            made.setAccessibleName(f"{item.question} {text}")
            made.clicked.connect(lambda _c=False, chosen=answer: self.choose(chosen))
            self._group.addButton(made)
            self._buttons[answer] = made
            answers.addWidget(made)
        question = label(item.question, wrap=True)
        head = QHBoxLayout()
        head.setSpacing(12)
        figure = label(str(number), "muted")
        figure.setFixedWidth(_FIGURE_PX)
        # The number stands on the question's first line, whatever else the row holds.
        first = row(spacing=12)
        first.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
        first.addWidget(question, 1)
        texts = column(1, first, spacing=0)
        if item.hint:
            below = row(label(item.hint, "caption", wrap=True))
            below.setContentsMargins(_FIGURE_PX + 12, 0, 0, 0)
            texts.addLayout(below)
        texts.addStretch(1)
        head.addLayout(texts, 1)
        head.addLayout(answers)
        self._details = FieldForm(item.details, formats)
        self._details.edited.connect(self._on_edited)
        self._rationale = QLineEdit()
        self._rationale.textEdited.connect(self._on_edited)
        self._why = Field(_("Rationale for needling all the same"), self._rationale)
        self._alerts = QVBoxLayout()
        self._alerts.setSpacing(6)
        lines = column(head, spacing=8)
        lines.setContentsMargins(14, 10, 14, 10)
        opened = column(self._details, self._why, self._alerts, spacing=8)
        opened.setContentsMargins(26, 0, 0, 0)
        lines.addLayout(opened)
        self.setLayout(lines)
        self._details.setVisible(False)
        self._why.setVisible(False)

    def show_answer(self, answer: ScreeningAnswer | None) -> None:
        """Show a stored answer."""
        self._template = answer
        if answer is not None:
            self._buttons[answer.answer].setChecked(True)
            self._details.set_values(answer.details)
            self._rationale.setText(answer.rationale)
        self._refresh()

    def chosen(self) -> Answer | None:
        """The answer, None if it has not been asked."""
        return next((a for a, b in self._buttons.items() if b.isChecked()), None)

    def answer(self, blank: ScreeningAnswer) -> ScreeningAnswer | None:
        """What is entered; ``blank`` gives who asked and when for a new answer."""
        chosen = self.chosen()
        if chosen is None:
            return None
        before = self._template or blank
        yes = chosen is not Answer.NO
        return replace(
            before,
            answer=chosen,
            details=self._details.values() if yes else {},
            rationale=self._rationale.text().strip() if yes else "",
        )

    def choose(self, answer: Answer) -> None:
        """Answer by hand."""
        self._buttons[answer].setChecked(True)
        self.setFocus()
        self._on_edited()

    def set_blank(self, blank: ScreeningAnswer) -> None:
        """Who asks, for the consequence shown before anything is saved."""
        self._blank = blank
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y, N, U answer and go on: to the details if there are any; arrows and Enter move.

        A letter never changes an answer from within a detail: there it is text or nothing.
        """
        key = Qt.Key(event.key())
        answer = _KEYS.get(key) if self.hasFocus() and not event.modifiers() else None
        if answer is not None:
            self.choose(answer)
            if not self._focus_details():
                self.step_requested.emit(1)
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.step_requested.emit(1)
        elif key == Qt.Key.Key_Up:
            self.step_requested.emit(-1)
        else:
            super().keyPressEvent(event)

    def _focus_details(self) -> bool:
        """Put the cursor into the first empty detail that the answer asks for, if there is one."""
        if self.chosen() is Answer.NO:
            return False
        if not self._details.isHidden():
            for editor in self._details.editors.values():
                editor.focus_input()
                return True
        if not self._why.isHidden():
            self._rationale.setFocus()
            return True
        return False

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Mark the row."""
        self.setProperty("row", "selected")
        repolish(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Unmark it."""
        self.setProperty("row", "plain")
        repolish(self)

    def _on_edited(self) -> None:
        self._refresh()
        self.edited.emit()

    def _refresh(self) -> None:
        chosen = self.chosen()
        yes = chosen in (Answer.YES, Answer.UNSURE)
        self._details.setVisible(yes and bool(self.item.details))
        clear_layout(self._alerts)
        current = self.answer(self._blank) if self._blank is not None else self._template
        found = (
            consequences((self.item,), {self.item.id: current})
            if current is not None and yes
            else ()
        )
        self._why.setVisible(any(c.action is Action.WARN for c in found))
        for consequence in found:
            self._alerts.addWidget(self._alert(consequence))

    def _alert(self, consequence: Consequence) -> Alert:
        kinds = {Action.BLOCK: "block", Action.WARN: "warn", Action.NOTE: "note"}
        titles = {
            Action.BLOCK: _("Block"),
            Action.WARN: _("Warn: confirm before needling"),
            Action.NOTE: _("Note"),
        }
        text = consequence.sentence
        if consequence.details_missing:
            text += " " + _("Fill in the details above.")
        if consequence.rationale_missing:
            text += " " + _("A rationale is needed.")
        return Alert(self._theme, kinds[consequence.action], titles[consequence.action], text)


def stack_rows(rows: list[ScreeningRow]) -> QVBoxLayout:
    """The questions below one another, with hairlines."""
    lines = QVBoxLayout()
    lines.setContentsMargins(0, 0, 0, 0)
    lines.setSpacing(0)
    for made in rows:
        lines.addWidget(made)
        line = QFrame()
        line.setProperty("line", "h")
        lines.addWidget(line)
    lines.addLayout(row())
    return lines
