"""The week: headings over the canvas, and a visit carried to another day or person."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.services.calendars import WeekBoard
from clinic_desktop.services.move_rules import MoveBoard, MoveCheck, MoveVisit
from clinic_desktop.text import _
from clinic_desktop.ui.board.board_content import added_words
from clinic_desktop.ui.board.drag_overlay import DragOverlay
from clinic_desktop.ui.board.move_asking import move_asking
from clinic_desktop.ui.calendar.week_canvas import WeekCanvas
from clinic_desktop.ui.calendar.week_content import WeekContent, week_content
from clinic_desktop.ui.calendar.week_layout import PEOPLE_PX
from clinic_desktop.ui.calendar.week_painter import WeekPainter
from clinic_desktop.ui.context import UiContext

_HEAD_PX = 66


class WeekHeads(QWidget):
    """The days above the canvas.

    Signals:
        day_chosen(date): a heading was clicked.
    """

    day_chosen = Signal(object)

    def __init__(self, context: UiContext, canvas: WeekCanvas) -> None:
        super().__init__()
        self._theme, self._canvas = context.theme, canvas
        self._painter = WeekPainter(context.theme)
        self._content: WeekContent | None = None
        self._shift = 0
        self.setFixedHeight(_HEAD_PX)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def show_week(self, content: WeekContent) -> None:
        """Show these days."""
        self._content = content
        self.setAccessibleName("; ".join(head.spoken for head in content.heads))
        self.update()

    def shift(self, pixels: int) -> None:
        """The canvas was scrolled sideways."""
        self._shift = pixels
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Each day over its column."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self._theme.color("bg.surface"))
        content, lefts = self._content, self._canvas.lefts()
        if content is not None:
            for head, left, right in zip(content.heads, lefts, lefts[1:], strict=False):
                box = QRectF(left - self._shift, 0, right - left, _HEAD_PX - 1)
                self._painter.paint_day_head(painter, head, box)
        painter.fillRect(QRectF(0, 0, PEOPLE_PX, _HEAD_PX), self._theme.color("bg.surface"))
        line = self._theme.color("line.default")
        painter.fillRect(QRectF(0, _HEAD_PX - 1, self.width(), 1), line)
        painter.fillRect(QRectF(PEOPLE_PX - 1, 0, 1, _HEAD_PX), line)
        painter.end()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Go to the day."""
        at = event.position().x() + self._shift
        lefts = self._canvas.lefts()
        content = self._content
        if content is None:
            return
        for head, left, right in zip(content.heads, lefts, lefts[1:], strict=False):
            if left <= at < right:
                self.day_chosen.emit(head.day)


class WeekView(QWidget):
    """People down, days across; Enter opens a visit, a heading its day."""

    def __init__(self, context: UiContext, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._context, self._now = context, now
        self._week: WeekBoard | None = None
        self._rules: MoveBoard | None = None
        self._held: VisitId | None = None
        self._command: MoveVisit | None = None
        self._check: MoveCheck | None = None
        self.canvas = WeekCanvas(context.theme)
        self.heads = WeekHeads(context, self.canvas)
        self.scroller = QScrollArea()
        self.scroller.setWidgetResizable(True)
        self.scroller.setFrameShape(QFrame.Shape.NoFrame)
        self.scroller.setWidget(self.canvas)
        self.scroller.horizontalScrollBar().valueChanged.connect(self.heads.shift)
        inner = QVBoxLayout(self)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(self.heads)
        inner.addWidget(self.scroller, 1)
        self.canvas.visit_selected.connect(self._on_selected)
        self.canvas.carry_begun.connect(self._on_begun)
        self.canvas.carried.connect(self._on_carried)
        self.canvas.carry_nudged.connect(self._on_nudged)
        self.canvas.carry_dropped.connect(self._on_dropped)
        self.canvas.carry_cancelled.connect(self.cancel)

    def show_week(self, week: WeekBoard) -> None:
        """Show a week; while a visit is carried, the one it was taken from stays."""
        if self._held is not None:
            return
        self._week = week
        content = week_content(week, self._now().date(), self._context.formats)
        self.canvas.show_week(content)
        self.heads.show_week(content)

    @property
    def week(self) -> WeekBoard | None:
        """The week shown."""
        return self._week

    def cancel(self) -> None:
        """Put a carried visit back."""
        self._held = self._rules = self._command = self._check = None
        self.canvas.show_carry(None)

    def _on_selected(self, _visit_id: str) -> None:
        place = self.canvas.reveal()
        if place is not None:
            self.scroller.ensureVisible(place.center().x(), place.center().y(), 80, 60)

    def _on_begun(self, visit_id: str) -> None:
        week = self._week
        if week is None:
            return
        self._held = VisitId(visit_id)
        self._rules = week.moves(self._context.clock)
        self._command = None

    def _on_carried(self, person: str, column: int) -> None:
        week, rules, held = self._week, self._rules, self._held
        if week is None or rules is None or held is None:
            return
        visit = week.details[held].visit
        start = datetime.combine(week.days[column], time()) + timedelta(minutes=visit.start_min)
        command = MoveVisit(visit_id=held, start=start, practitioner_id=PractitionerId(person))
        check = self._context.services.moves.rules.check(rules, command)
        self._command, self._check = command, check
        self.canvas.show_carry(self._overlay(command, check), person, column)

    def _on_nudged(self, days: int, people: int) -> None:
        week, held = self._week, self._held
        if week is None or held is None:
            return
        visit = week.details[held].visit
        at, who = visit.day, visit.practitioner_id
        if self._command is not None:
            at, who = self._command.start.date(), self._command.practitioner_id
        ids = [person.id for person in week.people]
        row = max(0, min(len(ids) - 1, ids.index(who) + people))
        column = max(0, min(len(week.days) - 1, week.days.index(at) + days))
        self._on_carried(ids[row], column)

    def _on_dropped(self) -> None:
        command, check, week, held = self._command, self._check, self._week, self._held
        if command is None or check is None or week is None or held is None:
            self.cancel()
            return
        visit = week.details[held].visit
        if (command.start, command.practitioner_id) == (visit.start, visit.practitioner_id):
            self.cancel()
            return
        move_asking(self._context, self.window(), command, check, self.cancel, self.cancel)

    def _overlay(self, command: MoveVisit, check: MoveCheck) -> DragOverlay:
        formats = self._context.formats
        when = f"{formats.day(command.start.date())} {formats.clock_time(command.start)}"
        if check.refusal:
            return DragOverlay(lines=(when, check.refusal), tone="block")
        troubles = [*(b.sentence for b in check.broken), *check.conflicts]
        first = _("{when} · {added}").format(when=when, added=added_words(check.added_min))
        return DragOverlay(lines=(first, *troubles[:3]), tone="warn" if troubles else "ok")
