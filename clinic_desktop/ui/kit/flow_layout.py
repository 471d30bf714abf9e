"""A layout that puts widgets side by side and goes on in the next line when one is full."""

from typing import override

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Items at their preferred width, never narrower while the line can take them.

    Args:
        spacing: px between items and between lines.
        stretch_last: whether the last item takes what its line has left.
    """

    def __init__(self, *, spacing: int, stretch_last: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._stretch_last = stretch_last
        self.setSpacing(spacing)
        self.setContentsMargins(0, 0, 0, 0)

    def insert_widget(self, index: int, widget: QWidget) -> None:
        """Put a widget before the one at ``index``."""
        self.addWidget(widget)
        self._items.insert(index, self._items.pop())
        self.invalidate()

    @override
    def addItem(self, item: QLayoutItem, /) -> None:
        """Take an item at the end."""
        self._items.append(item)

    @override
    def count(self) -> int:
        """How many items there are."""
        return len(self._items)

    @override
    def itemAt(self, index: int, /) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride] - Qt asks past the end and takes None
        """One item, None past the end."""
        return self._items[index] if 0 <= index < len(self._items) else None

    @override
    def takeAt(self, index: int, /) -> QLayoutItem | None:  # pyright: ignore[reportIncompatibleMethodOverride] - as above
        """Take one item out, None past the end."""
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    @override
    def expandingDirections(self) -> Qt.Orientation:
        """It wants no more room than it needs."""
        return Qt.Orientation(0)

    @override
    def hasHeightForWidth(self) -> bool:
        """More lines where it is narrow."""
        return True

    @override
    def heightForWidth(self, width: int, /) -> int:
        """The lines' height in px at a width."""
        return self._place(QRect(0, 0, width, 0), move=False)

    @override
    def setGeometry(self, rect: QRect, /) -> None:
        """Put the items there."""
        super().setGeometry(rect)
        self._place(rect, move=True)

    @override
    def sizeHint(self) -> QSize:
        """As the minimum: the width is the parent's matter."""
        return self.minimumSize()

    @override
    def minimumSize(self) -> QSize:
        """The widest item fits."""
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def _place(self, rect: QRect, *, move: bool) -> int:
        """Line by line; the height that it takes."""
        gap, y = self.spacing(), rect.y()
        shown = [item for item in self._items if not item.isEmpty()]
        while shown:
            line: list[QLayoutItem] = []
            x = rect.x()
            while shown and (not line or x + shown[0].sizeHint().width() <= rect.right() + 1):
                x += shown[0].sizeHint().width() + gap
                line.append(shown.pop(0))
            high = max(item.sizeHint().height() for item in line)
            if move:
                self._move(line, QPoint(rect.x(), y), high, rect, last=not shown)
            y += high + (gap if shown else 0)
        return y - rect.y()

    def _move(
        self, line: list[QLayoutItem], at: QPoint, high: int, rect: QRect, *, last: bool
    ) -> None:
        x = at.x()
        for number, item in enumerate(line):
            wide = min(item.sizeHint().width(), rect.width())
            if self._stretch_last and last and number == len(line) - 1:
                wide = rect.right() + 1 - x
            item.setGeometry(QRect(x, at.y(), wide, high))
            x += wide + self.spacing()
