"""Fields side by side, their titles on one line whatever stands below them."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

_GAP_PX = 12


def field_row(*fields: QWidget) -> QHBoxLayout:
    """Fields of equal width, aligned at the top."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(_GAP_PX)
    for field in fields:
        made.addWidget(field, 1)
        made.setAlignment(field, Qt.AlignmentFlag.AlignTop)
    return made
