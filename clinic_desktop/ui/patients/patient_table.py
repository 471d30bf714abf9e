"""The patient list as a Qt model, and the badges in its last column."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.patients.patient_rows import PatientRow, RowsPage, missing_word

Index = QModelIndex | QPersistentModelIndex
NAME, AGE, PHONE, AREA, NEXT, COURSE, MISSING = range(7)
COLUMNS: Final = 7
_NOWHERE: Final = QModelIndex()
_CELL_PAD_PX: Final = 5
_BADGE_PX: Final = 20
_BADGE_GAP_PX: Final = 6
_BADGE_PAD_PX: Final = 6


class PatientTable(QAbstractTableModel):
    """Rows as they were read; more are asked for when the view comes to the end.

    Signals:
        more_wanted(int): rows after this many.
    """

    more_wanted = Signal(int)

    def __init__(self, formats: Formats, today: date) -> None:
        super().__init__()
        self._formats = formats
        self._today = today
        self._rows: list[PatientRow] = []
        self._more = False
        self._asked = False

    def show_page(self, page: RowsPage, today: date) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = list(page.rows)
        self._more, self._asked, self._today = page.more, False, today
        self.endResetModel()

    def append_page(self, page: RowsPage) -> None:
        """Add the rows that were asked for."""
        self._more, self._asked = page.more, False
        if page.rows:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(page.rows) - 1)
            self._rows.extend(page.rows)
            self.endInsertRows()

    def row_at(self, number: int) -> PatientRow:
        """One row's value. Raises ``IndexError``."""
        return self._rows[number]

    def rows(self) -> Sequence[PatientRow]:
        """The rows read so far."""
        return self._rows

    @property
    def complete(self) -> bool:
        """Whether nothing follows the rows read so far."""
        return not self._more

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows were read."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """Seven."""
        return 0 if parent.isValid() else COLUMNS

    def canFetchMore(self, parent: Index) -> bool:
        """Whether more rows can be read."""
        return not parent.isValid() and self._more

    def fetchMore(self, parent: Index) -> None:
        """Ask for the next rows; they arrive later."""
        if self.canFetchMore(parent) and not self._asked:
            self._asked = True
            self.more_wanted.emit(len(self._rows))

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < COLUMNS:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (
            _("Name"),
            _("Age"),
            _("Phone"),
            _("Area"),
            _("Next visit"),
            _("Course"),
            _("Missing"),
        )[section]

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, font, and the sentence a screen reader says."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(row, index.column())
        if role == Qt.ItemDataRole.FontRole:
            if index.column() == NAME:
                return font("body", 600)
            if index.column() in (AGE, PHONE, NEXT):
                return tabular(font("body"))
        if role == Qt.ItemDataRole.ToolTipRole:
            matched = row.matched if index.column() == NAME else ""
            return "\n".join(t for t in (self._text(row, index.column()), matched) if t) or None
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row) if index.column() == NAME else self._text(row, index.column())
        return None

    def _text(self, row: PatientRow, column: int) -> str:
        if column == NEXT:
            return self._next(row)
        return (
            row.name,
            "" if row.age is None else str(row.age),
            row.phone,
            row.area,
            "",
            row.course_label,
            ", ".join(missing_word(missing) for missing in row.missing),
        )[column]

    def _next(self, row: PatientRow) -> str:
        if row.next_start is None:
            return ""
        day = (
            _("Today")
            if row.next_start.date() == self._today
            else self._formats.day(row.next_start.date())
        )
        return f"{day}, {self._formats.clock_time(row.next_start)}"

    def _spoken(self, row: PatientRow) -> str:
        """The whole row, because a screen reader stops at the first cell."""
        words = [row.name]
        words += [_("age {age}").format(age=row.age)] if row.age is not None else []
        words += [row.area] if row.area else []
        coming = self._next(row)
        words += [_("next visit {when}").format(when=coming)] if coming else []
        words += [missing_word(missing) for missing in row.missing]
        return ", ".join(words)


class PatientDelegate(QStyledItemDelegate):
    """Paints the missing data as badges; the text of the other columns as it is."""

    def __init__(self, theme: Theme, table: PatientTable) -> None:
        super().__init__()
        self._theme = theme
        self._table = table

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Rows of 40 pixels; the badges side by side."""
        hint = super().sizeHint(option, index)
        if index.column() == MISSING:
            metrics = QFontMetricsF(font("caption"))
            words = [missing_word(m) for m in self._table.row_at(index.row()).missing]
            width = sum(
                metrics.horizontalAdvance(w) + 2 * _BADGE_PAD_PX + _BADGE_GAP_PX for w in words
            )
            return QSize(round(width) + 16, 40)
        return QSize(hint.width(), 40)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """The row's ground, then the badges."""
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, self._theme.color("bg.selected"))
        if index.column() != MISSING:
            # In line with the headers above.
            option.rect = rect.adjusted(_CELL_PAD_PX, 0, 0, 0)  # pyright: ignore[reportAttributeAccessIssue]
            super().paint(painter, option, index)
            return
        self._paint_badges(painter, QRectF(rect), index.row())

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        """Without a focus frame: the row is selected as one, a frame round a cell says nothing."""
        super().initStyleOption(option, index)
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        option.state = state & ~QStyle.StateFlag.State_HasFocus  # pyright: ignore[reportAttributeAccessIssue]

    def _paint_badges(self, painter: QPainter, rect: QRectF, row: int) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        chosen = font("caption")
        painter.setFont(chosen)
        metrics = QFontMetricsF(chosen)
        left = rect.left() + 8
        for missing in self._table.row_at(row).missing:
            word = missing_word(missing)
            box = QRectF(
                left + 0.5,
                rect.center().y() - _BADGE_PX / 2 + 0.5,
                metrics.horizontalAdvance(word) + 2 * _BADGE_PAD_PX,
                _BADGE_PX - 1,
            )
            painter.setPen(QPen(self._theme.color("warn.line"), 1))
            painter.setBrush(self._theme.color("warn.tint"))
            painter.drawRoundedRect(box, 4, 4)
            painter.setPen(self._theme.color("warn.text"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, word)
            left = box.right() + _BADGE_GAP_PX
        painter.restore()
