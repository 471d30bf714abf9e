"""The month: six weeks of days with everybody's visits as counts and the load as a bar."""

from datetime import date, timedelta
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.calendars import MonthBoard, MonthDay
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.calendar.week_content import FULL
from clinic_desktop.ui.kit.accessible import announce_focus
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.measured_font import MeasuredFont
from clinic_desktop.ui.kit.practitioner_mark import paint_mark
from clinic_desktop.ui.kit.tokens import Theme

_HEAD_PX: Final = 30
_WEEK: Final = 7


class MonthView(QWidget):
    """Days are items: arrows walk them, Enter opens one.

    Signals:
        day_opened(date): Enter, or a click on a day.
    """

    day_opened = Signal(object)

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self._board: MonthBoard | None = None
        self._today = date.min
        self._at = 0
        self._focus_visible = False
        self._number = MeasuredFont(tabular(font("bodyStrong", 600)))
        self._small = MeasuredFont(tabular(font("small", 500)))
        self._caption = MeasuredFont(font("caption", 500))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setObjectName("month_view")
        self.setMinimumSize(560, 400)

    def show_month(self, board: MonthBoard, today: date, chosen: date) -> None:
        """Show a month; ``chosen`` is where the keyboard starts."""
        self._board, self._today = board, today
        days = [d.day for d in board.days]
        self._at = days.index(chosen) if chosen in days else 0
        self.update()

    # Painted items, for the accessible interface.

    def painted_count(self) -> int:
        """How many days there are."""
        return len(self._board.days) if self._board else 0

    def painted_name(self, index: int) -> str:
        """What a screen reader says of a day."""
        assert self._board is not None
        day = self._board.days[index]
        people = {p.id: p.first_name for p in self._board.people}
        parts = [self._formats.day(day.day), self._count_words(day)]
        parts += [f"{people[who]} {count}" for who, count in day.visits.items()]
        if not day.open:
            parts.append(day.closed or _("closed"))
        return ", ".join(part for part in parts if part)

    def painted_rect(self, index: int) -> QRect:
        """Where the day is, in this widget's pixels."""
        return self._cell(index).toRect()

    def painted_focus(self) -> int:
        """The day with the keyboard."""
        return self._at if self._board else -1

    def painted_activate(self, index: int) -> None:
        """Open a day."""
        assert self._board is not None
        self.day_opened.emit(self._board.days[index].day)

    # Qt.

    def sizeHint(self) -> QSize:
        """Six rows of readable days."""
        return QSize(840, 620)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Weekday names, then the days."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        theme, board = self._theme, self._board
        painter.fillRect(self.rect(), theme.color("bg.surface"))
        if board is None:
            painter.end()
            return
        painter.setFont(self._caption.font)
        painter.setPen(theme.color("text.secondary"))
        for column in range(_WEEK):
            box = QRectF(self._cell(column).left() + 10, 0, 120, _HEAD_PX)
            words = self._formats.weekday(board.days[column].day)
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        for index, day in enumerate(board.days):
            self._paint_day(painter, board, day, self._cell(index), index)
        painter.end()

    def _paint_day(
        self, painter: QPainter, board: MonthBoard, day: MonthDay, rect: QRectF, index: int
    ) -> None:
        theme = self._theme
        inside = day.day.month == board.month.month
        tone = "bg.canvas" if inside and day.open else "grid.off"
        painter.fillRect(rect, theme.color(tone))
        painter.setPen(QPen(theme.color("line.default"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(rect.adjusted(0, 0, -0.5, -0.5))
        if day.day == self._today:
            top = QRectF(rect.left(), rect.top(), rect.width(), 3)
            painter.fillRect(top, theme.color("accent.base"))
        if index == self._at and self.hasFocus() and self._focus_visible:
            painter.setPen(QPen(theme.color("focus.ring"), 2))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 6, 6)
        x, y = rect.left() + 10, rect.top() + 8
        painter.setFont(self._number.font)
        painter.setPen(theme.color("text.primary" if inside else "text.tertiary"))
        painter.drawText(QPointF(x, y + 13), str(day.day.day))
        words = self._count_words(day)
        wide = self._small.width(words)
        if words and wide + 44 < rect.width():
            painter.setFont(self._small.font)
            painter.setPen(theme.color("text.secondary"))
            painter.drawText(QPointF(rect.right() - wide - 10, y + 13), words)
        if day.closed:
            words = self._caption.elided(day.closed, rect.width() - 20)
            painter.setFont(self._caption.font)
            painter.setPen(theme.color("text.secondary"))
            painter.drawText(QPointF(x, y + 32), words)
        self._paint_people(painter, board, day, rect)
        self._paint_load(painter, day, rect)

    def _paint_people(
        self, painter: QPainter, board: MonthBoard, day: MonthDay, rect: QRectF
    ) -> None:
        x, y = rect.left() + 17, rect.top() + 40
        if y + 10 > rect.bottom() - 12:
            return
        there = [(p, day.visits[p.id]) for p in board.people if day.visits.get(p.id)]
        for number, (person, count) in enumerate(there):
            if x + 24 > rect.right():
                x, y = rect.left() + 17, y + 22
            painter.setFont(self._small.font)
            if y + 10 > rect.bottom() - 12:
                # No room for everybody: how many more there are, at the end of the row above.
                painter.setPen(self._theme.color("text.secondary"))
                words = f"+{len(there) - number}"
                at = QPointF(rect.right() - self._small.width(words) - 4, y - 22 + 4.5)
                painter.drawText(at, words)
                return
            paint_mark(
                painter, self._theme, person.marker, QPointF(x, y), 15.0, person.first_name[:1]
            )
            painter.setFont(self._small.font)
            painter.setPen(self._theme.color("text.primary"))
            painter.drawText(QPointF(x + 11, y + 4.5), str(count))
            x += 36

    def _paint_load(self, painter: QPainter, day: MonthDay, rect: QRectF) -> None:
        if not day.count:
            return
        full = day.load >= FULL
        room = QRectF(rect.left() + 10, rect.bottom() - 11, rect.width() - 20, 4)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color("bg.sunken"))
        painter.drawRoundedRect(room, 2, 2)
        painter.setBrush(self._theme.color("warn.base" if full else "accent.base"))
        room.setWidth(room.width() * min(1.0, day.load))
        painter.drawRoundedRect(room, 2, 2)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open a day."""
        for index in range(self.painted_count()):
            if self._cell(index).contains(event.position()):
                self._at = index
                self.painted_activate(index)
                return

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Days can be opened."""
        inside = event.position().y() > _HEAD_PX
        self.setCursor(Qt.CursorShape.PointingHandCursor if inside else Qt.CursorShape.ArrowCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        self._focus_visible = event.reason() != Qt.FocusReason.MouseFocusReason
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the days, Enter opens one."""
        steps = {
            Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1,
            Qt.Key.Key_Up: -_WEEK, Qt.Key.Key_Down: _WEEK,
        }  # fmt: skip
        key = Qt.Key(event.key())
        count = self.painted_count()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and count:
            self.painted_activate(self._at)
        elif key in steps and count and not event.modifiers():
            self._focus_visible = True
            self._at = max(0, min(count - 1, self._at + steps[key]))
            announce_focus(self)
            self.update()
        else:
            super().keyPressEvent(event)

    def _count_words(self, day: MonthDay) -> str:
        if not day.count:
            return ""
        return ngettext("{n} visit", "{n} visits", day.count).format(n=day.count)

    def _cell(self, index: int) -> QRectF:
        row, column = divmod(index, _WEEK)
        rows = max(1, self.painted_count() // _WEEK)
        wide, high = self.width() / _WEEK, (self.height() - _HEAD_PX) / rows
        return QRectF(column * wide, _HEAD_PX + row * high, wide, high)


def next_month(day: date, step: int) -> date:
    """The same day of another month, or that month's last."""
    month = day.month - 1 + step
    year, month = day.year + month // 12, month % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))
