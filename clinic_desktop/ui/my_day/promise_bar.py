"""Now, the arrival, the planned start and the promised window on one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.practitioner_mark import practitioner_style
from clinic_desktop.ui.kit.tokens import Theme

_HEIGHT_PX: Final = 62
_BOX_PX: Final = 16.0
_PAD_PX: Final = 6.0
_GAP_PX: Final = 8.0
_AIR_MIN: Final = 8
_MOST_BEFORE_MIN: Final = 45


@dataclass(frozen=True, slots=True)
class BarLabel:
    """Words over or under a minute of the line."""

    minute: int
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BarContent:
    """What the line shows; minutes after midnight.

    ``way`` is travelled (or treated) from its first minute to its last, where the dot stands.
    """

    marker: int
    way: tuple[int, int] | None
    window: tuple[int, int] | None
    tick_min: int
    above: tuple[BarLabel, ...]
    below: tuple[BarLabel, ...]
    spoken: str


class PromiseBar(QWidget):
    """Painted; a screen reader hears ``spoken``."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._content: BarContent | None = None
        self.setObjectName("promise_bar")
        self.setMinimumWidth(220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_bar(self, content: BarContent) -> None:
        """Show another line."""
        self._content = content
        self.setAccessibleName(content.spoken)
        self.setToolTip(content.spoken)
        self.update()

    def sizeHint(self) -> QSize:
        """As high as its labels, whatever the text scale."""
        line = QFontMetricsF(font("caption")).height()
        return QSize(380, round(max(_HEIGHT_PX, 2 * line + _BOX_PX + 14)))

    def minimumSizeHint(self) -> QSize:
        """Never lower."""
        return QSize(220, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line, the window, the way, the tick, and words above and below."""
        content = self._content
        if content is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme = self._theme
        colour = practitioner_style(content.marker).colour
        y = self.height() / 2
        left, right = _PAD_PX, self.width() - _PAD_PX
        first, last = _reach(content)

        def x(minute: float) -> float:
            share = (min(max(minute, first), last) - first) / max(1, last - first)
            return left + share * (right - left)

        painter.setPen(QPen(theme.color("line.strong"), 1.5))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        if content.window is not None:
            start, end = content.window
            edge, top = round(x(start)) + 0.5, round(y - _BOX_PX / 2) + 0.5
            box = QRectF(edge, top, max(3.0, round(x(end)) + 0.5 - edge), _BOX_PX)
            painter.setPen(QPen(theme.color(f"{colour}.base"), 1))
            painter.setBrush(theme.color(f"{colour}.tint"))
            painter.drawRoundedRect(box, 3, 3)
        if content.way is not None:
            begin, end = x(content.way[0]), x(content.way[1])
            pen = QPen(theme.color(f"{colour}.base"), 5)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setDashPattern([0.1, 1.6])
            painter.setPen(pen)
            painter.drawLine(QPointF(begin, y), QPointF(end, y))
        painter.setPen(QPen(theme.color("text.primary"), 1.5))
        tick = round(x(content.tick_min)) + 0.5
        painter.drawLine(QPointF(tick, y - 12), QPointF(tick, y + 12))
        if content.way is not None:
            painter.setPen(QPen(theme.color("bg.sunken"), 1.5))
            painter.setBrush(theme.color(f"{colour}.base"))
            painter.drawEllipse(QPointF(x(content.way[1]), y), 6.5, 6.5)
        self._paint_words(painter, content.above, x, y, above=True)
        self._paint_words(painter, content.below, x, y, above=False)
        painter.end()

    def _paint_words(
        self,
        painter: QPainter,
        labels: Sequence[BarLabel],
        x: Callable[[float], float],
        y: float,
        *,
        above: bool,
    ) -> None:
        plain, strong = tabular(font("caption")), tabular(font("caption", 600))
        widths = [
            QFontMetricsF(strong if one.strong else plain).horizontalAdvance(one.text) + 1
            for one in labels
        ]
        lefts = spread([x(one.minute) for one in labels], widths, float(self.width()))
        height = QFontMetricsF(plain).height()
        top = y - 13 - height if above else y + 13
        for one, at, wide in zip(labels, lefts, widths, strict=True):
            painter.setFont(strong if one.strong else plain)
            painter.setPen(self._theme.color("text.primary" if one.strong else "text.secondary"))
            painter.drawText(
                QRectF(at, top, wide, height),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
                one.text,
            )


def _reach(content: BarContent) -> tuple[int, int]:
    """The minutes at both ends; a way that begins long before is cut at the left."""
    marks = [content.tick_min]
    if content.window is not None:
        marks += content.window
    if content.way is not None:
        marks.append(content.way[1])
    first, last = min(marks), max(marks)
    if content.way is not None:
        first = min(first, max(content.way[0], first - _MOST_BEFORE_MIN))
    return first - _AIR_MIN, last + _AIR_MIN


def spread(centres: Sequence[float], widths: Sequence[float], room: float) -> list[float]:
    """Left edges of words that want to stand over their centres and may not touch.

    Args:
        centres: in rising order.
        widths: of the words.
        room: the width they may not leave while it suffices.
    """
    lefts: list[float] = []
    at = 0.0
    for centre, wide in zip(centres, widths, strict=True):
        at = max(at, centre - wide / 2)
        lefts.append(at)
        at += wide + _GAP_PX
    limit = room
    for index in range(len(lefts) - 1, -1, -1):
        lefts[index] = min(lefts[index], limit - widths[index])
        limit = lefts[index] - _GAP_PX
    return lefts
