"""The rail: one button a screen that exists, lock and the person at the bottom."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font
from clinic_desktop.ui.kit.icons import icon
from clinic_desktop.ui.kit.parts import label
from clinic_desktop.ui.kit.tokens import Theme, size


@dataclass(frozen=True, slots=True, kw_only=True)
class RailEntry:
    """One screen on the rail."""

    page_id: str
    title: str
    icon: str


class _Logo(QWidget):
    """The clinic's mark: a needle's path between two stops."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.setFixedSize(32, 32)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Two dots and the way between them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ink = self._theme.color("accent.base")
        path = QPainterPath(QPointF(8, 24))
        path.cubicTo(QPointF(20, 26), QPointF(10, 8), QPointF(24, 9))
        painter.setPen(QPen(ink, 3))
        painter.drawPath(path)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(QPointF(8, 24), 4, 4)
        painter.drawEllipse(QPointF(24, 9), 4, 4)
        painter.end()


class _Avatar(QWidget):
    """The person's initials in a circle."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._theme = theme
        self._text = "".join(part[:1] for part in name.split()[:2]).upper()
        self.setFixedSize(32, 32)
        self.setAccessibleName(name)

    def paintEvent(self, event: QPaintEvent) -> None:
        """A circle with letters."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(self._theme.color("bg.surface"))
        painter.setPen(QPen(self._theme.color("line.default"), 1))
        painter.drawEllipse(QRectF(1, 1, 30, 30))
        painter.setFont(font("caption", 600))
        painter.setPen(self._theme.color("text.primary"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


class Rail(QWidget):
    """The column of buttons at the left.

    Args:
        theme: the colours.
        entries: the screens that exist.
        person: who is logged in.
        locked: the frame of a locked program: nothing can be pressed, nobody is named.

    Signals:
        page_requested(str): a screen's id.
        lock_requested(): the lock button.
    """

    page_requested = Signal(str)
    lock_requested = Signal()

    def __init__(
        self, theme: Theme, entries: Sequence[RailEntry], person: str, *, locked: bool = False
    ) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(size("rail"))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        inner = QVBoxLayout(self)
        inner.setContentsMargins(5, 10, 5, 10)
        inner.setSpacing(4)
        inner.addWidget(_Logo(theme), 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addSpacing(6)
        for entry in entries:
            made = self._button(theme, entry.title, entry.icon)
            made.setCheckable(True)
            made.setObjectName(f"rail_{entry.page_id}")
            made.clicked.connect(
                lambda _checked=False, page=entry.page_id: self.page_requested.emit(page)
            )
            self._group.addButton(made)
            made.setEnabled(not locked)
            self._buttons[entry.page_id] = made
            inner.addWidget(made, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addStretch(1)
        if locked:
            return
        lock = self._button(theme, _("Lock"), "lock")
        lock.setObjectName("rail_lock")
        lock.setToolTip(_("Lock the program (Ctrl+L)"))
        lock.clicked.connect(lambda _checked=False: self.lock_requested.emit())
        inner.addWidget(lock, 0, Qt.AlignmentFlag.AlignHCenter)
        inner.addWidget(_Avatar(theme, person), 0, Qt.AlignmentFlag.AlignHCenter)
        name = label(person.split()[0] if person else "", "caption")
        inner.addWidget(name, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_page(self, page_id: str) -> None:
        """Mark the screen in front."""
        made = self._buttons.get(page_id)
        self._group.setExclusive(False)
        for other in self._buttons.values():
            other.setChecked(other is made)
        self._group.setExclusive(True)

    @staticmethod
    def _button(theme: Theme, text: str, icon_name: str) -> QToolButton:
        made = QToolButton()
        made.setProperty("rail", "true")
        made.setText(text)
        made.setFont(font("caption", 500))
        made.setIcon(
            icon(
                icon_name,
                theme.color("text.secondary"),
                theme.color("text.disabled"),
                size=20,
                chosen=theme.color("accent.text"),
            )
        )
        made.setIconSize(QSize(20, 20))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setAccessibleName(text)
        return made
