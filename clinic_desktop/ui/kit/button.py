"""The push button: an icon, words, and the keys that do the same, on caps."""

import math

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QIcon, QPaintEvent
from PySide6.QtWidgets import (
    QPushButton,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
)

from clinic_desktop.ui.kit.key_caps import caps_width, paint_caps, split_keys

_ICON_GAP = 6
_CAPS_GAP = 8


class Button(QPushButton):
    """A push button; the style sheet draws its frame.

    Args:
        text: its words; keys after two spaces are shown on caps (``New call  N``). A screen
            reader gets the words as the name and the keys as the description.
    """

    def __init__(self, text: str = "") -> None:
        super().__init__()
        self._keys: tuple[str, ...] = ()
        self.setText(text)

    @property
    def keys(self) -> tuple[str, ...]:
        """What stands on the caps."""
        return self._keys

    def setText(self, text: str) -> None:
        """Change words and keys."""
        words, self._keys = split_keys(text)
        super().setText(words)
        self.setAccessibleDescription(" ".join(self._keys))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Room for the caps and a wider gap after the icon."""
        hint = super().sizeHint()
        more = 0.0
        if self._keys:
            more += caps_width(self._keys) + _CAPS_GAP
        if not self.icon().isNull() and self.text():
            more += _ICON_GAP
        # Qt measures the words in whole pixels; they are painted in fractions of one.
        return QSize(hint.width() + math.ceil(more) + 1, hint.height())

    def minimumSizeHint(self) -> QSize:
        """The words are never cut by a layout."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The frame by the style sheet, then icon, words and caps with even gaps."""
        if not self._keys and self.icon().isNull():
            super().paintEvent(event)
            return
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        inside = self.style().subElementRect(QStyle.SubElement.SE_PushButtonContents, option, self)
        self._paint_inside(painter, inside)
        painter.end()

    def _paint_inside(self, painter: QStylePainter, inside: QRect) -> None:
        ink = self.palette().color(self.foregroundRole())
        metrics = QFontMetricsF(self.font())
        picture = 0 if self.icon().isNull() else self.iconSize().width()
        gap = _ICON_GAP if picture and self.text() else 0
        caps = caps_width(self._keys)
        room = inside.width() - picture - gap - (caps + _CAPS_GAP if caps else 0)
        words = metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, max(0.0, room) + 1)
        wide = metrics.horizontalAdvance(words)
        whole = picture + gap + wide + (caps + _CAPS_GAP if caps else 0)
        left = float(inside.left())
        if self.property("kind") != "link":
            left += max(0.0, (inside.width() - whole) / 2)
        middle = inside.top() + inside.height() / 2
        if picture:
            mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
            box = QRect(round(left), round(middle - picture / 2), picture, picture)
            self.icon().paint(painter, box, Qt.AlignmentFlag.AlignCenter, mode)
        left += picture + gap
        painter.setFont(self.font())
        painter.setPen(ink)
        painter.drawText(
            QRectF(left, inside.top(), wide + 1, inside.height()),
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
            words,
        )
        if caps:
            paint_caps(painter, left + wide + _CAPS_GAP, middle, self._keys, ink)
