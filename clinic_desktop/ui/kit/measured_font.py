"""A font that remembers how wide its texts are: shaping costs more than painting."""

from functools import lru_cache
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetricsF

_KEPT_TEXTS: Final = 4000


class MeasuredFont:
    """Widths and elided texts of one font, in logical pixels.

    Args:
        font: what the texts are painted with.
    """

    def __init__(self, font: QFont) -> None:
        self.font = font
        metrics = QFontMetricsF(font)

        def elide(text: str, room: float) -> str:
            return metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)

        self.width = lru_cache(_KEPT_TEXTS)(metrics.horizontalAdvance)
        self.elided = lru_cache(_KEPT_TEXTS)(elide)
