"""A read-only table of texts over immutable rows, for the lists of Settings and imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.tokens import Theme

Index = QModelIndex | QPersistentModelIndex
ROW_PX: Final = 34
_HEADER_PX: Final = 30
_NOWHERE: Final = QModelIndex()


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRow:
    """One row: a text for each column. ``muted`` rows are past or not active."""

    key: str
    cells: tuple[str, ...]
    muted: bool = False
    warn_column: int | None = None
    """The column whose text is a warning, None for none."""


class TextTable(QAbstractTableModel):
    """Rows as they were read.

    Args:
        theme: colours of muted rows and warnings.
        titles: of the columns.
    """

    def __init__(self, theme: Theme, titles: Sequence[str]) -> None:
        super().__init__()
        self._theme = theme
        self._titles = tuple(titles)
        self._rows: tuple[TextRow, ...] = ()

    def show_rows(self, rows: Sequence[TextRow]) -> None:
        """Show these rows instead."""
        self.beginResetModel()
        self._rows = tuple(rows)
        self.endResetModel()

    def rows(self) -> tuple[TextRow, ...]:
        """The rows shown now."""
        return self._rows

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns."""
        return 0 if parent.isValid() else len(self._titles)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        """The columns' titles."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._titles):
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Text, font, colour, and the sentence a screen reader says."""
        if not index.isValid() or not 0 <= index.row() < len(self._rows):
            return None
        row, column = self._rows[index.row()], index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return row.cells[column]
        if role == Qt.ItemDataRole.FontRole:
            return font("body", 600 if column == 0 and not row.muted else 400)
        if role == Qt.ItemDataRole.ForegroundRole:
            if column == row.warn_column:
                return self._theme.color("warn.text")
            return self._theme.color("text.tertiary" if row.muted else "text.primary")
        if role == Qt.ItemDataRole.AccessibleTextRole:
            # A screen reader stops at the first cell: it says the whole row.
            return ", ".join(c for c in row.cells if c) if column == 0 else row.cells[column]
        return None


class TextTableView(QTableView):
    """Shows a ``TextTable``: whole rows are chosen, Enter opens one, Tab goes on.

    Signals:
        opened(int): a row was double-clicked, or Enter pressed on it.
        chosen(int): another row became the current one, -1 for none.
    """

    opened = Signal(int)
    chosen = Signal(int)

    def __init__(self, table: TextTable, spoken: str, name: str, stretch: int = 0) -> None:
        super().__init__()
        self._table = table
        self.setObjectName(name)
        self.setAccessibleName(spoken)
        self.setModel(table)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        # In line with the headers above; the rest of the look is the sheet's.
        self.setStyleSheet("QTableView::item { padding: 0 5px; }")
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setFont(font("small", 500))
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        self.doubleClicked.connect(self._on_double_clicked)
        self.selectionModel().currentRowChanged.connect(self._on_current_changed)

    def show_rows(self, rows: Sequence[TextRow]) -> None:
        """Show these rows; the chosen one stays chosen if it is still there."""
        kept = self.key()
        self._table.show_rows(rows)
        keys = [row.key for row in rows]
        if rows:
            self.selectRow(keys.index(kept) if kept in keys else 0)
        self.chosen.emit(self.row())

    def row(self) -> int:
        """The chosen row, -1 for none."""
        return self.currentIndex().row()

    def key(self) -> str:
        """The chosen row's key, "" for none."""
        rows, row = self._table.rows(), self.row()
        return rows[row].key if 0 <= row < len(rows) else ""

    def fit_rows(self, least: int = 2, most: int = 8) -> None:
        """As high as its rows, within limits; beyond them it scrolls."""
        shown = min(max(self._table.rowCount(), least), most)
        self.setFixedHeight(_HEADER_PX + shown * ROW_PX + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the chosen row."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.row() >= 0:
            self.opened.emit(self.row())
            return
        super().keyPressEvent(event)

    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.opened.emit(index.row())

    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        self.chosen.emit(current.row())
