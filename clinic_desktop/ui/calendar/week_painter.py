"""Paints one person's day of the week view, and the headings; it decides nothing."""

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from clinic_desktop.ui.board.hatch import hatch_brush
from clinic_desktop.ui.board.lane_content import CardLook
from clinic_desktop.ui.calendar.week_content import FULL, DayHead, PersonHead, WeekCell
from clinic_desktop.ui.calendar.week_layout import (
    CARD_GAP,
    CARD_PX,
    PAD,
    PlacedCell,
    PlacedWeekCard,
)
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.measured_font import MeasuredFont
from clinic_desktop.ui.kit.practitioner_mark import dash_pattern, paint_mark, practitioner_style
from clinic_desktop.ui.kit.tokens import Theme

_ICON: Final = 14
_STRIP_FIRST, _STRIP_LAST = 7 * 60, 19 * 60
_SEGMENTS: Final = 9
_BAR_PX: Final = 5


class WeekPainter:
    """Fonts and colours of one theme."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._time = MeasuredFont(tabular(font("small", 500)))
        self._name = MeasuredFont(font("small", 600))
        self._small = MeasuredFont(font("small", 400))
        self._caption = MeasuredFont(tabular(font("caption", 500)))
        self._strong = MeasuredFont(tabular(font("bodyStrong", 600)))
        self._title = MeasuredFont(font("title", 600))

    def paint_cell(
        self, painter: QPainter, cell: PlacedCell, *, selected: str, focus: bool
    ) -> None:
        """Cards, room, the strip of the day, driving and load."""
        theme, content, rect = self._theme, cell.content, cell.rect
        painter.fillRect(rect, theme.color("bg.canvas" if content.at_work else "grid.off"))
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.drawLine(rect.topRight() + QPointF(-0.5, 0), rect.bottomRight() + QPointF(-0.5, 0))
        painter.drawLine(
            rect.bottomLeft() + QPointF(0, -0.5), rect.bottomRight() + QPointF(0, -0.5)
        )
        if content.away and not content.at_work:
            ratio = painter.device().devicePixelRatioF()
            painter.fillRect(rect, hatch_brush(theme.color("line.default"), ratio))
        for card in cell.cards:
            self._paint_card(
                painter,
                card,
                content,
                selected=card.content.visit_id == selected,
                focus=focus and card.content.visit_id == selected,
            )
        below = rect.top() + PAD + len(cell.cards) * (CARD_PX + CARD_GAP)
        room = rect.width() - 2 * PAD
        if room < 60:
            return
        if content.away:
            self._paint_away(painter, content, QRectF(rect.left() + PAD, below, room, CARD_PX))
        elif content.room:
            x = rect.left() + PAD + 6
            self._icon(painter, "plus", "text.tertiary", x, below + 5)
            self._text(
                painter, self._small, content.room, x + 20, below, room - 26, "text.tertiary"
            )
        if cell.cards:
            self._paint_foot(painter, content, rect)

    def _paint_away(self, painter: QPainter, content: WeekCell, box: QRectF) -> None:
        theme = self._theme
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.setBrush(theme.color("bg.surface"))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        self._icon(painter, "calendar-off", "text.secondary", box.left() + 8, box.top() + 6)
        self._text(
            painter, self._small, content.away, box.left() + 28, box.top(), box.width() - 34,
            "text.secondary",
        )  # fmt: skip

    def _paint_card(
        self,
        painter: QPainter,
        card: PlacedWeekCard,
        cell: WeekCell,
        *,
        selected: bool,
        focus: bool,
    ) -> None:
        theme, content = self._theme, card.content
        colour = practitioner_style(cell.marker).colour
        rect = card.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        conflict = content.visit_id in cell.conflict_ids
        dashed = content.look in (CardLook.UNCONFIRMED, CardLook.HELD, CardLook.GHOST)
        heavy = selected or content.look in (CardLook.IN_VISIT, CardLook.GHOST)
        edge = f"{colour}.base" if heavy or dashed else f"{colour}.line"
        pen = QPen(theme.color("danger.base" if conflict else edge), 2 if heavy else 1)
        if dashed:
            pen.setDashPattern([4, 3])
        painter.setPen(pen)
        plain = dashed or content.look is CardLook.DONE
        painter.setBrush(theme.color("bg.canvas" if plain else f"{colour}.tint"))
        painter.drawRoundedRect(rect, 6, 6)
        if focus:
            painter.setPen(QPen(theme.color("focus.ring"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-2.5, -2.5, 2.5, 2.5), 8, 8)
        right = rect.right() - 6
        for icon, key in self._marks(card, cell):
            right -= _ICON
            self._icon(painter, icon, key, right, rect.top() + 5)
            right -= 4
        ink = f"{colour}.text"
        x = rect.left() + 6
        x = self._text(painter, self._time, content.time_start, x, rect.top(), right - x, ink) + 6
        x = self._text(painter, self._name, content.name, x, rect.top(), right - x, ink) + 6
        label = card.label
        wide = self._caption.width(label) + 10
        if label and x + wide < right:
            pill = QRectF(x, rect.top() + 4.5, wide, 16)
            painter.setPen(QPen(theme.color(f"{colour}.line"), 1))
            painter.setBrush(theme.color("bg.surface"))
            painter.drawRoundedRect(pill, 4, 4)
            self._text(painter, self._caption, label, x + 5, rect.top(), wide, ink)
            x += wide + 6
        if content.area and right - x > 34:
            self._text(
                painter, self._small, content.area, x, rect.top(), right - x, "text.secondary"
            )

    def _marks(self, card: PlacedWeekCard, cell: WeekCell) -> list[tuple[str, str]]:
        content = card.content
        marks: list[tuple[str, str]] = []
        if content.visit_id in cell.conflict_ids:
            marks.append(("circle-alert", "danger.text"))
        if content.look is CardLook.UNCONFIRMED:
            marks.append(("circle-dashed", "text.secondary"))
        if content.flag:
            marks.append(("shield-alert", "warn.text"))
        marks.extend((icon, "text.secondary") for icon in content.locks)
        return marks

    def _paint_foot(self, painter: QPainter, content: WeekCell, rect: QRectF) -> None:
        """The day as a strip, then driving on the left and the load on the right."""
        theme = self._theme
        colour = theme.color(f"{practitioner_style(content.marker).colour}.base")
        left, right = rect.left() + PAD, rect.right() - PAD
        y = rect.bottom() - 38
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        span = (right - left) / (_STRIP_LAST - _STRIP_FIRST)
        dashes = dash_pattern(content.marker)
        for first, last, visit in content.strip:
            x0 = left + (max(first, _STRIP_FIRST) - _STRIP_FIRST) * span
            x1 = left + (min(last, _STRIP_LAST) - _STRIP_FIRST) * span
            if visit:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(colour)
                painter.drawRoundedRect(QRectF(x0, y - 3.5, max(2.0, x1 - x0), 7), 2, 2)
            else:
                pen = QPen(colour, 2)
                if dashes:
                    pen.setDashPattern(dashes)
                painter.setPen(pen)
                painter.drawLine(QPointF(x0, y), QPointF(x1, y))
        base = rect.bottom() - 30
        self._icon(painter, "car", "text.tertiary", left, base + 5)
        full = content.load >= FULL
        percent = f"{round(100 * content.load)}%"
        wide = self._strong.width(percent)
        key = "warn.text" if full else "text.primary"
        self._text(painter, self._strong, percent, right - wide, base, wide + 2, key)
        bars = right - wide - 8 - _SEGMENTS * _BAR_PX
        if full:
            self._icon(painter, "triangle-alert", "warn.text", right - wide - 18, base + 5)
            bars -= 20
        room = bars - left - 24
        if room < 40:
            return
        whole = f"{content.minutes}  {content.distance}"
        driving = whole if self._small.width(whole) <= room else content.minutes
        self._text(painter, self._small, driving, left + 20, base, room, "text.secondary")
        painter.setPen(Qt.PenStyle.NoPen)
        filled = min(_SEGMENTS, round(content.load * _SEGMENTS))
        for number in range(_SEGMENTS):
            on = number < filled
            tone = "warn.base" if full else "text.secondary"
            painter.setBrush(theme.color(tone if on else "bg.sunken"))
            painter.drawRect(QRectF(bars + number * _BAR_PX, base + 8, _BAR_PX - 1, 10))

    def paint_day_head(self, painter: QPainter, head: DayHead, rect: QRectF) -> None:
        """A day's name, its count, and how busy each hour is."""
        theme = self._theme
        painter.fillRect(rect, theme.color("bg.surface" if head.open else "bg.sunken"))
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.drawLine(rect.topRight() + QPointF(-0.5, 0), rect.bottomRight() + QPointF(-0.5, 0))
        if head.today:
            painter.fillRect(
                QRectF(rect.left(), rect.top(), rect.width(), 3), theme.color("accent.base")
            )
        x = rect.left() + PAD + 2
        room = rect.width() - 2 * PAD
        if not head.open:
            self._text(painter, self._name, head.weekday, x, rect.top() + 6, room + 8,
                       "text.secondary")  # fmt: skip
            self._text(painter, self._small, head.number, x, rect.top() + 24, room + 8,
                       "text.tertiary")  # fmt: skip
            return
        x = self._text(painter, self._title, head.weekday, x, rect.top() + 7, room, "text.primary")
        x = self._text(painter, self._title, head.number, x + 7, rect.top() + 7, room,
                       "text.secondary")  # fmt: skip
        wide = self._small.width(head.count)
        if x + wide + 20 < rect.right():
            self._text(painter, self._small, head.count, rect.right() - PAD - wide,
                       rect.top() + 7, wide + 2, "text.secondary")  # fmt: skip
        self._paint_heat(painter, head, QRectF(rect.left() + PAD, rect.top() + 40, room, 20))

    def _paint_heat(self, painter: QPainter, head: DayHead, box: QRectF) -> None:
        theme = self._theme
        if not head.heat:
            return
        wide = box.width() / len(head.heat)
        most = max(1, *(count for _hour, count in head.heat))
        for number, (_hour, count) in enumerate(head.heat):
            cell = QRectF(box.left() + number * wide, box.top(), wide - 2, box.height())
            tone = theme.color("accent.base")
            tone.setAlphaF(0.08 + 0.42 * count / most if count else 0.0)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(tone)
            painter.drawRoundedRect(cell, 3, 3)
            if wide >= 12:
                painter.setFont(self._caption.font)
                painter.setPen(theme.color("text.secondary"))
                painter.drawText(cell, Qt.AlignmentFlag.AlignCenter, str(count))

    def paint_person(self, painter: QPainter, head: PersonHead, rect: QRectF) -> None:
        """Mark, name and the week's figures."""
        theme = self._theme
        painter.fillRect(rect, theme.color("bg.surface"))
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.drawLine(rect.topRight() + QPointF(-0.5, 0), rect.bottomRight() + QPointF(-0.5, 0))
        painter.drawLine(
            rect.bottomLeft() + QPointF(0, -0.5), rect.bottomRight() + QPointF(0, -0.5)
        )
        paint_mark(
            painter, theme, head.marker, rect.topLeft() + QPointF(21, 22), 20.0, head.name[:1]
        )
        self._text(painter, self._strong, head.name, rect.left() + 37, rect.top() + 10,
                   rect.width() - 42, "text.primary")  # fmt: skip
        y = rect.top() + 42
        for value, what in head.figures:
            self._text(painter, self._strong, value, rect.left() + 11, y, rect.width() - 16,
                       "text.primary")  # fmt: skip
            self._text(painter, self._caption, what, rect.left() + 11, y + 16, rect.width() - 16,
                       "text.secondary")  # fmt: skip
            y += 38

    def _text(
        self,
        painter: QPainter,
        sizes: MeasuredFont,
        text: str,
        x: float,
        top: float,
        room: float,
        key: str,
    ) -> float:
        """One line in a card's height; returns where it ends."""
        shown = sizes.elided(text, max(0.0, room))
        painter.setFont(sizes.font)
        painter.setPen(self._theme.color(key))
        box = QRectF(x, top, max(0.0, room) + 2, CARD_PX)
        painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, shown)
        return x + sizes.width(shown)

    def _icon(self, painter: QPainter, name: str, key: str, x: float, y: float) -> None:
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(QPointF(x, y), icon_pixmap(name, self._theme.color(key), _ICON, ratio))
