"""The toast: each change names itself for 6 seconds and can be taken back there."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QEnterEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QWidget

from clinic_desktop.ui.kit.icons import icon_pixmap
from clinic_desktop.ui.kit.parts import button, label
from clinic_desktop.ui.kit.tokens import Theme, duration_ms

_ICON = 16
_RATIO = 2.0
_ABOVE_BOTTOM = 12
_LEAST_PX = 120


class Toast(QFrame):
    """Floats at the bottom of its parent; never takes the focus, stays while the mouse is on it."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        picture = QLabel()
        picture.setPixmap(icon_pixmap("check", theme.color("bg.surface"), _ICON, _RATIO))
        picture.setFixedSize(_ICON, _ICON)
        self._words = label("", wrap=True, name="toast_text")
        self._words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self._undo = button("", size="small", name="toast_undo")
        self._room: Callable[[], QRect] = parent.rect
        self._action: Callable[[], object] | None = None
        self._undo.clicked.connect(lambda _c=False: self._run())
        inner = QHBoxLayout(self)
        inner.setContentsMargins(14, 8, 10, 8)
        inner.setSpacing(12)
        inner.addWidget(picture)
        inner.addWidget(self._words, 1)
        inner.addWidget(self._undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(duration_ms("toast"))
        self._timer.timeout.connect(self.hide)
        self.hide()

    def keep_to(self, room: Callable[[], QRect]) -> None:
        """Where it may lie, in the parent's pixels: no button that is needed is covered."""
        self._room = room

    def show_text(
        self, text: str, action: Callable[[], object] | None = None, action_text: str = ""
    ) -> None:
        """Show a sentence, with a button if there is a way back; a screen reader says it too."""
        self._words.setText(text)
        self._action = action
        self._undo.setText(action_text)
        self._undo.setVisible(action is not None)
        self.place()
        self.show()
        self.raise_()
        self._timer.start()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    def place(self) -> None:
        """Keep to the middle of the bottom of its room; a long sentence wraps."""
        room = self._room()
        words = self._words
        one_line = words.fontMetrics().horizontalAdvance(words.text()) + 4
        beside = 14 + 10 + _ICON + 12
        if not self._undo.isHidden():
            beside += self._undo.sizeHint().width() + 12
        width = max(_LEAST_PX, min(one_line + beside, room.width() - 32))
        self.setFixedWidth(width)
        words.setMinimumHeight(words.heightForWidth(max(1, width - beside)))
        self.adjustSize()
        self.move(
            room.left() + (room.width() - self.width()) // 2,
            room.bottom() + 1 - self.height() - _ABOVE_BOTTOM,
        )

    def enterEvent(self, event: QEnterEvent) -> None:
        """Wait while somebody is about to press Undo."""
        self._timer.stop()

    def leaveEvent(self, event: QEvent) -> None:
        """Count again from the start."""
        if self.isVisible():
            self._timer.start()

    def _run(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
