"""One side of one clinical test: its sign or value, and the finding."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.note import TestOutcome, TestResult
from clinic_desktop.domain.clinical.template import TestKind, TestSpec
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Segments, label, row, surface

_OUTCOMES = (TestOutcome.POSITIVE, TestOutcome.NEGATIVE, TestOutcome.NOT_TESTED)
_SIDE_PX = 40
_VALUE_PX = 72
_RESULT_PX = 150


class TestRow(QWidget):
    """One side of one test.

    Signals:
        edited(): the result changed.
    """

    __test__ = False
    edited = Signal()

    def __init__(self, spec: TestSpec, side: Side | None, result: TestResult | None) -> None:
        super().__init__()
        self.spec, self.side, self._result = spec, side, result
        spoken = f"{spec.name} {side.value if side else ''}".strip()
        self._finding = QLineEdit(result.finding if result else "")
        self._finding.setAccessibleName(_("{test}: finding").format(test=spoken))
        self._finding.setPlaceholderText(spec.expected)
        self._finding.textEdited.connect(self._on_edited)
        self._value: QLineEdit | None = None
        self._outcome: Segments | None = None
        which = label(side.value.title() if side else "", "small")
        which.setFixedWidth(_SIDE_PX)
        line = row(which, spacing=8)
        if spec.kind is TestKind.VALUE:
            self._value = QLineEdit("" if result is None or result.value is None
                                    else f"{result.value:g}")  # fmt: skip
            self._value.setFixedWidth(_VALUE_PX)
            self._value.setAccessibleName(_("{test}: value").format(test=spoken))
            self._value.textEdited.connect(self._on_edited)
            unit = label(spec.unit, "caption")
            line.addWidget(_in_column(row(self._value, unit, 1)))
        else:
            chosen = result.outcome if result else TestOutcome.NOT_TESTED
            index = _OUTCOMES.index(chosen) if chosen in _OUTCOMES else 2
            self._outcome = Segments(("+", "−", _("n/t")), spoken, index)
            self._outcome.chosen.connect(self._on_edited)
            line.addWidget(_in_column(row(self._outcome, 1)))
        line.addWidget(self._finding, 1)
        self.setLayout(line)

    def result(self, new_id: Callable[[], str]) -> TestResult | None:
        """What is entered; None if it was not tested."""
        value = self._number()
        # A measured test has a value instead of a sign.
        outcome = _OUTCOMES[self._outcome.index()] if self._outcome else TestOutcome.NOT_TESTED
        empty = outcome is TestOutcome.NOT_TESTED and value is None
        if empty and not self._finding.text().strip():
            return None
        base = self._result or TestResult(id=new_id(), test=self.spec.id, side=self.side)
        self._result = base
        return replace(
            base,
            outcome=outcome,
            value=value,
            unit=self.spec.unit,
            finding=self._finding.text().strip(),
        )

    def set_read_only(self) -> None:
        """Signed: nothing changes any more."""
        self.setEnabled(False)

    def _number(self) -> float | None:
        if self._value is None:
            return None
        try:
            return float(self._value.text().replace(",", "."))
        except ValueError:
            return None

    def _on_edited(self) -> None:
        self.edited.emit()


def _in_column(line: QHBoxLayout) -> QWidget:
    """Signs and values end at the same place, so that the findings begin in one line."""
    made = surface(line, "none")
    made.setFixedWidth(_RESULT_PX)
    return made
