"""The toast: each change names itself for 6 seconds and can be undone there."""

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, label
from clinic_desktop.ui.kit.tokens import duration_ms


class Toast(QFrame):
    """Floats at the bottom of its parent; never takes the focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._host = parent
        self.setObjectName("toast")
        self._words = label("", wrap=False, name="toast_text")
        self._undo = button(_("Undo  Ctrl Z"), size="small", name="toast_undo")
        self._action: Callable[[], object] | None = None
        self._undo.clicked.connect(lambda _c=False: self._run())
        inner = QHBoxLayout(self)
        inner.setContentsMargins(14, 8, 10, 8)
        inner.setSpacing(12)
        inner.addWidget(self._words)
        inner.addWidget(self._undo)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(duration_ms("toast"))
        self._timer.timeout.connect(self.hide)
        self.hide()

    def show_text(self, text: str, undo: Callable[[], object] | None = None) -> None:
        """Show a sentence, with Undo if it can be taken back."""
        self._words.setText(text)
        self._action = undo
        self._undo.setVisible(undo is not None)
        self.adjustSize()
        self.place()
        self.show()
        self.raise_()
        self._timer.start()

    def place(self) -> None:
        """Keep to the middle of the parent's bottom."""
        width = min(self.sizeHint().width(), self._host.width() - 32)
        self.setFixedWidth(max(120, width))
        self.move(
            (self._host.width() - self.width()) // 2, self._host.height() - self.height() - 44
        )

    def _run(self) -> None:
        self.hide()
        if self._action is not None:
            self._action()
