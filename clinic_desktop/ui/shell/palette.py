"""Ctrl K: find anything, do anything."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.key_caps import caps_width, paint_caps
from clinic_desktop.ui.kit.parts import label
from clinic_desktop.ui.kit.search_field import SearchField
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.shell.command import Command, matching

AnyIndex = QModelIndex | QPersistentModelIndex
Finder = Callable[[str, Callable[[list[Command]], None]], None]
_ROWS = 9
_WIDTH = 560


def shown_keys(command: Command) -> tuple[str, ...]:
    """The keys for the caps: the single key, else the first chord."""
    if command.key:
        return (command.key,)
    return tuple(command.chord.split(",")[0].strip().split("+")) if command.chord else ()


class CommandModel(QAbstractListModel):
    """The commands listed now."""

    def __init__(self) -> None:
        super().__init__()
        self._commands: list[Command] = []

    def show(self, commands: list[Command]) -> None:
        """List these."""
        self.beginResetModel()
        self._commands = commands
        self.endResetModel()

    def command(self, row: int) -> Command:
        """The command of a row."""
        return self._commands[row]

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        """Number of commands."""
        return 0 if parent is not None and parent.isValid() else len(self._commands)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Title for showing, title and detail for a screen reader."""
        if not index.isValid():
            return None
        command = self._commands[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return command.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return " ".join((command.title, command.detail, *shown_keys(command))).strip()
        return None


class _CommandDelegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, model: CommandModel) -> None:
        super().__init__()
        self._theme = theme
        self._model = model

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        return QSize(200, 36)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, command = self._theme, self._model.command(index.row())
        rect = option.rect  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType] - missing from the stubs
        state = option.state  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
        painter.save()
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("bg.selected"))
        ratio = painter.device().devicePixelRatioF()
        painter.drawPixmap(
            rect.left() + 12,
            rect.top() + 10,
            icon_pixmap(command.icon, theme.color("text.secondary"), 16, ratio),
        )
        painter.setFont(font("body"))
        painter.setPen(theme.color("text.primary"))
        words = rect.adjusted(38, 0, -170, 0)
        title = painter.fontMetrics().elidedText(
            command.title, Qt.TextElideMode.ElideRight, words.width()
        )
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, title)
        painter.setFont(font("small"))
        painter.setPen(theme.color("text.tertiary"))
        if command.detail:
            painter.drawText(
                rect.adjusted(0, 0, -12, 0),
                Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight,
                command.detail,
            )
        else:
            keys = shown_keys(command)
            left = rect.right() - 12 - caps_width(keys)
            paint_caps(painter, left, rect.center().y() + 0.5, keys, theme.color("text.tertiary"))
        painter.restore()


class Palette(QFrame):
    """Typed words above, what fits below; arrows, Enter, Esc.

    Signals:
        closed(): it went away without a choice.
    """

    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setObjectName("palette")
        self._commands: list[Command] = []
        self._finder: Finder | None = None
        self._asked = ""
        self.field = SearchField(theme, _("Search or type a command"))
        self.field.setObjectName("palette_field")
        self._model = CommandModel()
        self._delegate = _CommandDelegate(theme, self._model)
        self._list = QListView()
        self._list.setObjectName("palette_list")
        self._list.setModel(self._model)
        self._list.setItemDelegate(self._delegate)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setAccessibleName(_("Results"))
        self._nothing = label("", "muted", wrap=True, name="palette_nothing")
        inner = QVBoxLayout(self)
        inner.setContentsMargins(10, 10, 10, 10)
        inner.setSpacing(8)
        inner.addWidget(self.field)
        inner.addWidget(self._list, 1)
        inner.addWidget(self._nothing)
        inner.addStretch(0)
        self.field.textChanged.connect(self._on_text_changed)
        self._list.clicked.connect(self._on_row_clicked)
        self.hide()

    def open(self, commands: Sequence[Command], finder: Finder | None) -> None:
        """Come up, empty, with these commands; ``finder`` brings records for what is typed."""
        self._commands, self._finder = list(commands), finder
        self.field.clear()
        self._on_text_changed("")
        self.place()
        self.show()
        self.raise_()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def dismiss(self) -> None:
        """Go away without a choice."""
        self.hide()
        self.closed.emit()

    def place(self) -> None:
        """Keep to the upper middle of the parent."""
        width = min(_WIDTH, self._host.width() - 40)
        height = min(36 * _ROWS + 60, self._host.height() - 80)
        self.setGeometry((self._host.width() - width) // 2, 60, width, height)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Enter runs, Esc closes."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            step = 1 if key == Qt.Key.Key_Down else -1
            count = self._model.rowCount()
            if count:
                row = (self._list.currentIndex().row() + step) % count
                self._list.setCurrentIndex(self._model.index(row))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._list.currentIndex().isValid():
                self._choose(self._list.currentIndex().row())
        elif key == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def _on_text_changed(self, text: str) -> None:
        self._asked = text
        self._show(matching(self._commands, text, _ROWS))
        if self._finder is not None and len(text.strip()) >= 2:

            def found(records: list[Command]) -> None:
                if self._asked == text and self.isVisible():
                    self._show([*records, *matching(self._commands, text, _ROWS)][:_ROWS])

            self._finder(text, found)

    def _on_row_clicked(self, index: QModelIndex) -> None:
        self._choose(index.row())

    def _show(self, commands: list[Command]) -> None:
        self._model.show(commands)
        self._list.setVisible(bool(commands))
        self._nothing.setVisible(not commands)
        if commands:
            self._list.setCurrentIndex(self._model.index(0))
        else:
            self._nothing.setText(
                _("Nothing fits “{typed}”. Try fewer letters, a name or a phone number.").format(
                    typed=self._asked
                )
            )

    def _choose(self, row: int) -> None:
        command = self._model.command(row)
        self.hide()
        self.closed.emit()
        command.run()
