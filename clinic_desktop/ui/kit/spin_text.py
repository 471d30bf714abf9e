"""The text of number and time fields, as far from the frame as in other fields."""

from PySide6.QtWidgets import QAbstractSpinBox

_LEFT_PX = 7


def indent_text(spin: QAbstractSpinBox) -> None:
    """Indent the text: the sheet's padding reaches the inner line only after a second polish."""
    spin.lineEdit().setTextMargins(_LEFT_PX, 0, 0, 0)
