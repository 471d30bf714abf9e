"""The painted week under a scroll area: one item a visit, reached by keyboard as by mouse."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import QApplication, QSizePolicy, QWidget

from clinic_desktop.ui.board.drag_overlay import DragOverlay, paint_words
from clinic_desktop.ui.calendar.week_content import WeekContent
from clinic_desktop.ui.calendar.week_layout import (
    PEOPLE_PX,
    PlacedCell,
    PlacedWeekCard,
    WeekLayout,
    least_width,
    place_week,
)
from clinic_desktop.ui.calendar.week_painter import WeekPainter
from clinic_desktop.ui.kit.accessible import announce_focus
from clinic_desktop.ui.kit.tokens import Theme

_NOTHING: Final = WeekContent(heads=(), people=(), cells=())
_MOST_KEPT: Final = 400
_AHEAD_MS: Final = 8
"""Between two cells painted ahead: most of a frame stays for whoever works."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    cell: PlacedCell
    selected: str
    focus: bool
    ratio: float
    picture: QPixmap


class WeekCanvas(QWidget):
    """People down, days across.

    Signals:
        visit_opened(str): Enter, or a double click.
        visit_selected(str): another card became the selected one.
        carry_begun(str), carried(str, int): a card was taken hold of; it is over a person's day
            (the day's index).
        carry_dropped(), carry_cancelled(): let go; given up.
        carry_nudged(int, int): Alt and an arrow: days, people.
    """

    visit_opened = Signal(str)
    visit_selected = Signal(str)
    carry_begun = Signal(str)
    carried = Signal(str, int)
    carry_nudged = Signal(int, int)
    carry_dropped = Signal()
    carry_cancelled = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._painter = WeekPainter(theme)
        self._content = _NOTHING
        self._layout = place_week(_NOTHING, 800)
        self._pictures: dict[tuple[int, int], _Kept] = {}
        self._selected = ""
        self._focus_visible = False
        self._pressed: tuple[QPointF, PlacedWeekCard] | None = None
        self._carrying = False
        self._overlay: DragOverlay | None = None
        self._target: PlacedCell | None = None
        self._pointer = QPointF()
        self._ahead = QTimer(self)
        self._ahead.setInterval(_AHEAD_MS)
        self._ahead.timeout.connect(self._paint_ahead)
        self.setObjectName("week_canvas")
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_week(self, content: WeekContent) -> None:
        """Show a week; the selection stays where its visit is still there."""
        self._content = content
        self._relayout()
        if self._selected not in {c.content.visit_id for c in self._layout.all_cards()}:
            self._selected = ""

    def show_carry(self, overlay: DragOverlay | None, person: str = "", column: int = -1) -> None:
        """What a carried visit would do in the marked cell; None ends it."""
        self._overlay, self._target = overlay, None
        if overlay is None:
            self._carrying, self._pressed = False, None
        for row in self._layout.cells:
            for place, cell in enumerate(row):
                if place == column and cell.content.person_id == person:
                    self._target = cell
                    if not self._carrying:
                        self._pointer = cell.rect.center()
        self.update()

    @property
    def selected(self) -> str:
        """The selected visit's id, "" for none."""
        return self._selected

    def lefts(self) -> tuple[float, ...]:
        """Left edges of the days, for the headings."""
        return self._layout.lefts

    # Painted items, for the accessible interface.

    def painted_count(self) -> int:
        """How many cards there are."""
        return len(self._layout.all_cards())

    def painted_name(self, index: int) -> str:
        """What a screen reader says of a card."""
        card = self._layout.all_cards()[index]
        who = self._content.people[card.row].name
        return f"{self._content.heads[card.column].spoken}, {who}, {card.content.spoken}"

    def painted_rect(self, index: int) -> QRect:
        """Where the card is, in this widget's pixels."""
        return self._layout.all_cards()[index].rect.toRect()

    def painted_focus(self) -> int:
        """The selected card's index, -1 for none."""
        ids = [card.content.visit_id for card in self._layout.all_cards()]
        return ids.index(self._selected) if self._selected in ids else -1

    def painted_activate(self, index: int) -> None:
        """Open a card."""
        self.visit_opened.emit(self._layout.all_cards()[index].content.visit_id)

    # Qt.

    def sizeHint(self) -> QSize:
        """As high as everybody's rows."""
        return QSize(round(least_width(self._content)), round(self._layout.height))

    def resizeEvent(self, event: object) -> None:
        """Lay out anew."""
        self._relayout()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only what is in sight; pictures of cells are kept."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shown = QRectF(event.rect())
        painter.fillRect(shown, self._theme.color("grid.off"))
        for row, (top, below) in enumerate(
            zip(self._layout.tops, self._layout.tops[1:], strict=False)
        ):
            if below < shown.top() or top > shown.bottom():
                continue
            head = QRectF(0, top, PEOPLE_PX, below - top)
            self._painter.paint_person(painter, self._content.people[row], head)
            for column, cell in enumerate(self._layout.cells[row]):
                if cell.rect.intersects(shown):
                    painter.drawPixmap(cell.rect.topLeft(), self._picture(row, column, cell))
        for column, head in enumerate(self._content.heads):
            if head.closed and not head.open:
                left, right = self._layout.lefts[column], self._layout.lefts[column + 1]
                area = QRectF(left, shown.top(), right - left, shown.height())
                self._painter.paint_closed(painter, head.closed, area)
        if self._target is not None:
            painter.setPen(self._theme.color("accent.base"))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self._target.rect.adjusted(1, 1, -2, -2))
        if self._overlay is not None:
            bounds = QRectF(self.visibleRegion().boundingRect())
            paint_words(painter, self._theme, self._pointer, bounds, self._overlay)
        painter.end()
        self._ahead.start()

    def _paint_ahead(self) -> None:
        """A cell at a time while nothing is to do: scrolling then finds its picture made."""
        if self.isVisible():
            for row, cells in enumerate(self._layout.cells):
                for column, cell in enumerate(cells):
                    if (row, column) not in self._pictures and len(self._pictures) < _MOST_KEPT:
                        self._picture(row, column, cell)
                        return
        self._ahead.stop()

    def _picture(self, row: int, column: int, cell: PlacedCell) -> QPixmap:
        ids = {card.content.visit_id for card in cell.cards}
        selected = self._selected if self._selected in ids else ""
        focus = bool(selected) and self._focus_visible and self.hasFocus()
        ratio = self.devicePixelRatioF()
        kept = self._pictures.get((row, column))
        if (
            kept is not None
            and (kept.selected, kept.focus, kept.ratio) == (selected, focus, ratio)
            and kept.cell == cell
        ):
            return kept.picture
        picture = QPixmap((cell.rect.size() * ratio).toSize().expandedTo(QSize(1, 1)))
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(-cell.rect.topLeft())
        self._painter.paint_cell(painter, cell, selected=selected, focus=focus)
        painter.end()
        if len(self._pictures) > _MOST_KEPT:
            self._pictures.clear()
        self._pictures[row, column] = _Kept(
            cell=cell, selected=selected, focus=focus, ratio=ratio, picture=picture
        )
        return picture

    # Mouse.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, and perhaps take hold."""
        card = self._layout.card_at(event.position().x(), event.position().y())
        self._focus_visible = False
        self._choose(card.content.visit_id if card else "")
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = (event.position(), card) if card and left else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry, else show that a card can be opened."""
        at = event.position()
        self._pointer = at
        if self._pressed is None or not event.buttons() & Qt.MouseButton.LeftButton:
            over = self._layout.card_at(at.x(), at.y())
            shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
            self.setCursor(shape)
            self.setToolTip(over.content.spoken if over else "")
            return
        began, card = self._pressed
        if not self._carrying:
            if (at - began).manhattanLength() < QApplication.startDragDistance():
                return
            self._carrying = True
            self.carry_begun.emit(card.content.visit_id)
        cell = self._layout.cell_at(at.x(), at.y())
        if cell is not None:
            self.carried.emit(cell.content.person_id, self._column_of(cell))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        was, self._carrying, self._pressed = self._carrying, False, None
        if was:
            self.carry_dropped.emit()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open the visit."""
        card = self._layout.card_at(event.position().x(), event.position().y())
        if card is not None:
            self.visit_opened.emit(card.content.visit_id)

    # Keyboard.

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show where the keyboard is."""
        self._focus_visible = event.reason() != Qt.FocusReason.MouseFocusReason
        cards = self._layout.all_cards()
        if self._focus_visible and not self._selected and cards:
            self._choose(cards[0].content.visit_id)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Hide the ring."""
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows walk the cards; with Alt they carry the selected one; Enter opens or drops."""
        key = Qt.Key(event.key())
        self._focus_visible = True
        if self._overlay is not None and key == Qt.Key.Key_Escape:
            self.carry_cancelled.emit()
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._selected:
            if self._overlay is not None:
                self.carry_dropped.emit()
            else:
                self.visit_opened.emit(self._selected)
            return
        steps = {
            Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0),
            Qt.Key.Key_Up: (0, -1), Qt.Key.Key_Down: (0, 1),
        }  # fmt: skip
        step = steps.get(key)
        if step is None:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            if self._selected and self._overlay is None:
                self.carry_begun.emit(self._selected)
            self.carry_nudged.emit(*step)
        elif self._overlay is None:
            self._walk(*step)

    def _walk(self, across: int, down: int) -> None:
        cards = self._layout.all_cards()
        here = next((c for c in cards if c.content.visit_id == self._selected), None)
        if here is None:
            if cards:
                self._choose(cards[0].content.visit_id)
            return
        if down:
            column = [c for c in cards if c.column == here.column]
            at = column.index(here) + down
            if 0 <= at < len(column):
                self._choose(column[at].content.visit_id)
            return
        beside = [c for c in cards if c.row == here.row and (c.column - here.column) * across > 0]
        if beside:
            near = min(abs(c.column - here.column) for c in beside)
            day = [c for c in beside if abs(c.column - here.column) == near]
            start = here.content.start_min
            closest = min(day, key=lambda c: abs(c.content.start_min - start))
            self._choose(closest.content.visit_id)

    def _choose(self, visit_id: str) -> None:
        if visit_id != self._selected:
            self._selected = visit_id
            self.visit_selected.emit(visit_id)
            announce_focus(self)
        self.update()

    def reveal(self) -> QRect | None:
        """Where the selected card is, to scroll to."""
        index = self.painted_focus()
        return self.painted_rect(index) if index >= 0 else None

    def _column_of(self, cell: PlacedCell) -> int:
        row = next(row for row in self._layout.cells if cell in row)
        return row.index(cell)

    def _relayout(self) -> None:
        width = max(float(self.width()), least_width(self._content))
        self._layout = place_week(self._content, width)
        self.setMinimumWidth(round(least_width(self._content)))
        self.setFixedHeight(max(1, round(self._layout.height)))
        self.update()

    @property
    def placed(self) -> WeekLayout:
        """Where everything is."""
        return self._layout

    def centre_of(self, visit_id: str) -> QPoint:
        """The middle of a card. Raises ``StopIteration`` if it is not shown."""
        cards = self._layout.all_cards()
        return next(c for c in cards if c.content.visit_id == visit_id).rect.center().toPoint()
