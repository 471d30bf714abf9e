"""Where the week's cells and cards are: closed days narrow, rows as high as their fullest day."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF

from clinic_desktop.ui.board.lane_content import CardContent
from clinic_desktop.ui.calendar.week_content import WeekCell, WeekContent

PEOPLE_PX: Final = 98.0
CLOSED_PX: Final = 46.0
LEAST_DAY_PX: Final = 148.0
CARD_PX: Final = 26.0
CARD_GAP: Final = 5.0
PAD: Final = 8.0
FOOT_PX: Final = 58.0
LEAST_ROW_PX: Final = 190.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedWeekCard:
    """A compact card."""

    content: CardContent
    label: str
    person_id: str
    row: int
    column: int
    rect: QRectF


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCell:
    """One person's day."""

    content: WeekCell
    rect: QRectF
    cards: tuple[PlacedWeekCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekLayout:
    """Left edges of the days (one more than days), top edges of the people, and the cells."""

    lefts: tuple[float, ...]
    tops: tuple[float, ...]
    cells: tuple[tuple[PlacedCell, ...], ...]

    @property
    def height(self) -> float:
        """Of the whole canvas."""
        return self.tops[-1] if self.tops else 0.0

    def cell_at(self, x: float, y: float) -> PlacedCell | None:
        """The cell under a point."""
        for row in self.cells:
            for cell in row:
                if cell.rect.contains(x, y):
                    return cell
        return None

    def card_at(self, x: float, y: float) -> PlacedWeekCard | None:
        """The card under a point."""
        cell = self.cell_at(x, y)
        cards = cell.cards if cell else ()
        return next((card for card in cards if card.rect.contains(x, y)), None)

    def all_cards(self) -> list[PlacedWeekCard]:
        """In reading order: person by person, day by day."""
        return [card for row in self.cells for cell in row for card in cell.cards]


def least_width(content: WeekContent) -> float:
    """The narrowest width at which open days stay readable."""
    days = sum(LEAST_DAY_PX if head.open else CLOSED_PX for head in content.heads)
    return PEOPLE_PX + days


def place_week(content: WeekContent, width: float) -> WeekLayout:
    """Lay a week out in a canvas of this width."""
    closed = sum(1 for head in content.heads if not head.open)
    shown = max(1, len(content.heads) - closed)
    # Whole pixels: pictures of cells are copied, not stretched.
    day_px = float(int(max(LEAST_DAY_PX, (width - PEOPLE_PX - closed * CLOSED_PX) / shown)))
    lefts = [PEOPLE_PX]
    for head in content.heads:
        lefts.append(lefts[-1] + (day_px if head.open else CLOSED_PX))
    tops = [0.0]
    for cells in content.cells:
        most = max((len(c.cards) + bool(c.room or c.away) for c in cells), default=0)
        tops.append(tops[-1] + max(LEAST_ROW_PX, PAD + most * (CARD_PX + CARD_GAP) + FOOT_PX))
    rows = tuple(
        tuple(_place_cell(cell, row, column, lefts, tops) for column, cell in enumerate(cells))
        for row, cells in enumerate(content.cells)
    )
    return WeekLayout(lefts=tuple(lefts), tops=tuple(tops), cells=rows)


def _place_cell(
    cell: WeekCell, row: int, column: int, lefts: list[float], tops: list[float]
) -> PlacedCell:
    rect = QRectF(
        lefts[column], tops[row], lefts[column + 1] - lefts[column], tops[row + 1] - tops[row]
    )
    cards = tuple(
        PlacedWeekCard(
            content=card,
            label=cell.labels[number],
            person_id=cell.person_id,
            row=row,
            column=column,
            rect=QRectF(
                rect.left() + PAD,
                rect.top() + PAD + number * (CARD_PX + CARD_GAP),
                rect.width() - 2 * PAD,
                CARD_PX,
            ),
        )
        for number, card in enumerate(cell.cards)
    )
    return PlacedCell(content=cell, rect=rect, cards=cards)
