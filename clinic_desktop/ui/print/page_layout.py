"""Lays a document out on pages: every line gets its box, nothing is clipped, no visit is split."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QTextLayout, QTextOption

from clinic_desktop.domain.page_model import (
    Between,
    Block,
    Card,
    Figures,
    Heading,
    PageDocument,
    Paragraph,
    Table,
)
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font

MARGIN_PT: Final = 42.0
_FOOT_PT: Final = 22.0
_GAP: Final = 8.0
_NAME_PT: Final = 62.0
_PAD: Final = 8.0
_SIZES: Final = {
    "page": (18, 600), "subtitle": (11, 400), "heading": (12, 600), "strong": (10, 600),
    "body": (9, 400), "name": (8, 500), "big": (13, 600), "foot": (8, 400),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of text in its box, in points from the page's top left."""

    text: str
    rect: QRectF
    style: str
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A frame (``filled`` for a light ground), or a rule where it has no height."""

    rect: QRectF
    filled: bool = False


Placed = Words | Box
Page = tuple[Placed, ...]


def print_font(style: str) -> QFont:
    """The font of a style; its pixels are points on paper."""
    points, weight = _SIZES[style]
    made = QFont(font("body", weight))
    made.setPixelSize(points)
    return made


def lay_out(document: PageDocument, width: float, height: float) -> tuple[Page, ...]:
    """The pages of a document.

    Args:
        document: what to print.
        width: of the paper, in points (1/72 inch).
        height: of the paper, in points.
    """
    return _Layout(document, width, height).pages()


class _Layout:
    def __init__(self, document: PageDocument, width: float, height: float) -> None:
        self._document, self._width, self._height = document, width, height
        self._left, self._room = MARGIN_PT, width - 2 * MARGIN_PT
        self._bottom = height - MARGIN_PT - _FOOT_PT
        self._pages: list[list[Placed]] = [[]]
        self._y = MARGIN_PT
        self._title()

    def pages(self) -> tuple[Page, ...]:
        blocks = self._document.blocks
        for index, block in enumerate(blocks):
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            self._block(block, following)
        count = len(self._pages)
        return tuple(
            (*page, *self._foot(number, count)) for number, page in enumerate(self._pages, start=1)
        )

    # Blocks.

    def _title(self) -> None:
        self._put_text(self._document.title, "page", self._left, self._room)
        self._put_text(self._document.subtitle, "subtitle", self._left, self._room)
        self._y += _GAP

    def _block(self, block: Block, following: Block | None) -> None:
        match block:
            case Heading():
                # With what follows it: a heading alone at the foot helps nobody.
                least = 60.0 if following is not None else 20.0
                self._break_unless(least)
                self._y += _GAP
                self._put_text(block.text, "heading", self._left, self._room)
                self._y += 2
            case Paragraph():
                self._put_text(block.text, "body", self._left, self._room)
                self._y += _GAP
            case Figures():
                self._figures(block)
            case Between():
                keep = self._card_height(following) if isinstance(following, Card) else 0.0
                self._break_unless(20.0 + keep)
                self._between(block)
            case Card():
                self._card(block)
            case Table():
                self._table(block)

    def _figures(self, block: Figures) -> None:
        wide = self._room / max(1, len(block.pairs))
        lines = [
            (wrapped(value, "big", wide - 6), wrapped(name, "name", wide - 6))
            for value, name in block.pairs
        ]
        high = max(len(v) * line_height("big") + len(n) * line_height("name") for v, n in lines)
        self._break_unless(high)
        for number, (values, names) in enumerate(lines):
            x, y = self._left + number * wide, self._y
            for style, texts in (("big", values), ("name", names)):
                for text in texts:
                    y = self._words(text, style, x, y, wide - 6)
        self._y += high + _GAP

    def _between(self, block: Between) -> None:
        half = self._room / 2 - 16
        left, right = wrapped(block.left, "body", half), wrapped(block.right, "body", half)
        y = self._y
        for number in range(max(len(left), len(right))):
            if number < len(left):
                self._words(left[number], "body", self._left + 22, y, half)
            if number < len(right):
                self._words(right[number], "body", self._left + self._room - half, y, half, True)
            y += line_height("body")
        self._y = y + 5

    def _card_lines(self, card: Card) -> list[tuple[str, list[str]]]:
        room = self._room - 22 - _NAME_PT - 2 * _PAD
        return [(name, wrapped(text, "body", room)) for name, text in card.lines]

    def _card_height(self, card: Card) -> float:
        titles = wrapped(card.title, "strong", self._title_room())
        texts = sum(
            max(len(lines) * line_height("body"), len(self._names(name)) * line_height("name"))
            for name, lines in self._card_lines(card)
        )
        return 2 * _PAD + len(titles) * line_height("strong") + 3 + texts + 5

    def _title_room(self) -> float:
        return (self._room - 22 - 2 * _PAD) * 0.6

    @staticmethod
    def _names(name: str) -> list[str]:
        return wrapped(name, "name", _NAME_PT - 6)

    def _card(self, card: Card) -> None:
        high = self._card_height(card)
        whole = self._bottom - MARGIN_PT
        if high <= whole:
            self._break_unless(high)
        top, page = self._y, len(self._pages) - 1
        x, room = self._left + 22 + _PAD, self._room - 22 - 2 * _PAD
        y = self._y + _PAD
        badge = wrapped(card.badge, "strong", 18)
        self._words(badge[0] if badge else "", "strong", self._left, y, 18)
        for number, text in enumerate(wrapped(card.title, "strong", self._title_room())):
            if number == 0:
                right = wrapped(card.right, "strong", room * 0.4)
                for line, words in enumerate(right):
                    at = y + line * line_height("strong")
                    self._words(words, "strong", x + room * 0.6, at, room * 0.4, True)
            y = self._words(text, "strong", x, y, self._title_room())
        y += 3
        for name, lines in self._card_lines(card):
            names = self._names(name)
            for number in range(max(len(names), len(lines))):
                if y + line_height("body") > self._bottom:
                    # Only a card longer than a page comes here.
                    self._frame(page, top, y)
                    self._new_page()
                    top, page, y = self._y, len(self._pages) - 1, self._y + _PAD
                if number < len(names):
                    self._words(names[number], "name", x, y + 0.5, _NAME_PT - 6)
                if number < len(lines):
                    self._words(lines[number], "body", x + _NAME_PT, y, room - _NAME_PT)
                y += line_height("body")
        self._y = y + _PAD
        self._frame(page, top, self._y)
        self._y += 5

    def _frame(self, page: int, top: float, bottom: float) -> None:
        rect = QRectF(self._left + 22, top, self._room - 22, bottom - top)
        self._pages[page].append(Box(rect=rect))

    def _table(self, table: Table) -> None:
        total = sum(table.weights)
        widths = [self._room * weight / total for weight in table.weights]
        self._break_unless(2 * (line_height("body") + 8))
        self._table_row(table.titles, widths, "name", head=True)
        for cells in table.rows:
            high = self._row_height(cells, widths, "body")
            if self._y + high > self._bottom:
                self._new_page()
                self._table_row(table.titles, widths, "name", head=True)
            self._table_row(cells, widths, "body")
        self._y += _GAP

    def _row_height(self, cells: tuple[str, ...], widths: list[float], style: str) -> float:
        lines = [wrapped(c, style, w - 8) for c, w in zip(cells, widths, strict=True)]
        return max(1, *(len(those) for those in lines)) * line_height(style) + 6

    def _table_row(
        self, cells: tuple[str, ...], widths: list[float], style: str, *, head: bool = False
    ) -> None:
        high = self._row_height(cells, widths, style)
        row = QRectF(self._left, self._y, self._room, high)
        if head:
            self._pages[-1].append(Box(rect=row, filled=True))
        x = self._left
        for cell, wide in zip(cells, widths, strict=True):
            y = self._y + 3
            for text in wrapped(cell, style, wide - 8):
                y = self._words(text, style, x + 4, y, wide - 8)
            x += wide
        rule = QRectF(self._left, self._y + high, self._room, 0)
        self._pages[-1].append(Box(rect=rule))
        self._y += high

    # Lines.

    def _put_text(self, text: str, style: str, x: float, room: float) -> None:
        for line in wrapped(text, style, room):
            self._break_unless(line_height(style))
            self._y = self._words(line, style, x, self._y, room)

    def _words(
        self, text: str, style: str, x: float, y: float, room: float, right: bool = False
    ) -> float:
        """Place one line; returns where the next one begins."""
        high = line_height(style)
        if text:
            rect = QRectF(x, y, room, high)
            self._pages[-1].append(Words(text=text, rect=rect, style=style, right=right))
        return y + high

    def _break_unless(self, high: float) -> None:
        """A new page, unless so much still fits on this one."""
        if self._y + high > self._bottom and self._y > MARGIN_PT:
            self._new_page()

    def _new_page(self) -> None:
        self._pages.append([])
        self._y = MARGIN_PT

    def _foot(self, number: int, count: int) -> list[Placed]:
        y = self._height - MARGIN_PT - line_height("foot")
        third = self._room / 3
        left = self._document.footer
        middle = " · ".join(p for p in (self._document.revision, self._document.anchor) if p)
        right = _("Page {n} of {count}").format(n=number, count=count)
        found: list[Placed] = []
        for column, text in enumerate((left, middle, right)):
            lines = wrapped(text, "foot", third - 6)
            rect = QRectF(self._left + column * third, y, third - 6, line_height("foot"))
            if lines:
                found.append(Words(text=lines[0], rect=rect, style="foot", right=column == 2))
        return found


def wrapped(text: str, style: str, room: float) -> list[str]:
    """A text in lines no wider than the room; a long word is broken rather than cut."""
    found: list[str] = []
    for part in text.split("\n"):
        layout = QTextLayout(part, print_font(style))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(1.0, room))
        layout.endLayout()
        for number in range(layout.lineCount()):
            line = layout.lineAt(number)
            begin = line.textStart()
            found.append(part[begin : begin + line.textLength()].rstrip())
    return found if text else []


def line_height(style: str) -> float:
    """The height of a line, in points."""
    return float(_SIZES[style][0]) * 1.36
