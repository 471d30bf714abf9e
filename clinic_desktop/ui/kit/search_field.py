"""A line edit with a magnifier, and a cross while there is something to clear."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QToolButton

from clinic_desktop.text import _
from clinic_desktop.ui.kit.icons import icon, icon_pixmap
from clinic_desktop.ui.kit.tokens import Theme, size

_LEFT = 10
_TEXT_LEFT = 24
_TEXT_RIGHT = 22


class SearchField(QLineEdit):
    """A line edit with a magnifier; Qt's own picture actions sit too low under a style sheet."""

    def __init__(self, theme: Theme, placeholder: str) -> None:
        super().__init__()
        self._theme = theme
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(_TEXT_LEFT, 0, _TEXT_RIGHT, 0)
        self._clear = QToolButton(self)
        self._clear.setProperty("kind", "bare")
        self._clear.setIcon(icon("x", theme.color("text.secondary"), size=14))
        self._clear.setAccessibleName(_("Clear the search"))
        self._clear.setToolTip(_("Clear the search"))
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.setFixedSize(size("hitMin"), size("hitMin"))
        # Esc and the keys of the field do the same: one stop less for the keyboard.
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._clear.clicked.connect(lambda _checked=False: self.clear())
        self._clear.hide()
        self.textChanged.connect(self._on_text_changed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the cross at the right."""
        super().resizeEvent(event)
        self._clear.move(
            self.width() - self._clear.width() - 3, (self.height() - self._clear.height()) // 2
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """The field, then the magnifier in the middle of its height."""
        super().paintEvent(event)
        painter = QPainter(self)
        side = size("icon")
        picture = icon_pixmap(
            "search", self._theme.color("text.tertiary"), side, self.devicePixelRatioF()
        )
        painter.drawPixmap(QPoint(_LEFT, (self.height() - side) // 2), picture)
        painter.end()

    def _on_text_changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
