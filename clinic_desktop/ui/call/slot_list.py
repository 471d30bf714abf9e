"""The offered slots: a model over immutable rows and the delegate that paints them."""

from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from clinic_desktop.domain.slot import Slot
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.practitioner_mark import paint_mark
from clinic_desktop.ui.kit.tokens import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
SLOT_ROW_PX = 64
_PAIR_PX = 58
_LOW_SLACK = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """One offer as it is shown; ``changed`` is said when its drive became known meanwhile."""

    slot: Slot
    marker: int
    person: str
    when: str
    added: str
    reason: str
    spoken: str
    changed: str = ""


class SlotModel(QAbstractListModel):
    """The offers, best first."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[SlotRow, ...] = ()

    def show(self, rows: tuple[SlotRow, ...]) -> None:
        """Offer these."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, number: int) -> SlotRow:
        """One offer."""
        return self._rows[number]

    def rows(self) -> tuple[SlotRow, ...]:
        """All offers."""
        return self._rows

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of offers."""
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Date and time; the whole offer for a screen reader."""
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.when
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return row.spoken
        return None


class SlotDelegate(QStyledItemDelegate):
    """Rank, person, day and time, added minutes, slack, one reason."""

    def __init__(self, theme: Theme, model: SlotModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Every row is as high as the next."""
        return QSize(240, SLOT_ROW_PX)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint one offer."""
        theme, row = self._theme, self._model.row(index.row())
        rect: QRect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        state: QStyle.StateFlag = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        box = QRectF(rect).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(theme.color("accent.base"), 2))
            painter.setBrush(theme.color("bg.selected"))
            painter.drawRoundedRect(box, 6, 6)
        else:
            painter.setPen(QPen(theme.color("line.subtle"), 1))
            painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.setFont(font("caption"))
        painter.setPen(theme.color("text.tertiary"))
        painter.drawText(QPointF(box.left() + 8, box.top() + 20), str(index.row() + 1))
        paint_mark(
            painter,
            theme,
            row.marker,
            QPointF(box.left() + 32, box.top() + 16),
            15,
            row.person[:1],
        )
        right = box.right() - 8
        slack = row.slot.slack_min
        self._right_pair(
            painter, right, box.top(), "–" if slack is None else str(slack), _("least slack")
        )
        small = tabular(font("small"))
        painter.setFont(small)
        painter.setPen(theme.color("text.secondary"))
        added_width = QFontMetricsF(small).horizontalAdvance(row.added)
        painter.drawText(QPointF(right - _PAIR_PX - 4 - added_width, box.top() + 21), row.added)
        strong = tabular(font("bodyStrong"))
        painter.setFont(strong)
        painter.setPen(theme.color("text.primary"))
        room = right - _PAIR_PX - 10 - added_width - (box.left() + 46)
        when = QFontMetricsF(strong).elidedText(row.when, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QPointF(box.left() + 46, box.top() + 21), when)
        low = slack is not None and slack < _LOW_SLACK
        painter.setFont(font("small"))
        painter.setPen(theme.color("warn.text" if low or row.changed else "text.secondary"))
        words = f"{row.changed} {row.reason}".strip()
        painter.drawText(
            QRectF(box.left() + 46, box.top() + 27, box.width() - 120, 34),
            Qt.AlignmentFlag.AlignLeft.value | Qt.TextFlag.TextWordWrap.value,
            words,
        )
        painter.restore()

    def _right_pair(
        self, painter: QPainter, right: float, top: float, value: str, word: str
    ) -> None:
        box = QRectF(right - _PAIR_PX, top + 7, _PAIR_PX, 18)
        painter.setFont(tabular(font("title")))
        painter.setPen(self._theme.color("text.primary"))
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, value)
        painter.setFont(font("caption"))
        painter.setPen(self._theme.color("text.tertiary"))
        painter.drawText(
            box.translated(0, 17), Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, word
        )
