"""What the shell asks of a screen."""

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.ui.kit.tokens import size
from clinic_desktop.ui.shell.command import Command


class ShellPage(QWidget):
    """A screen: a top bar of 52 pixels and a body.

    ``page_id`` names it on the rail; ``title`` is read out when it is shown.
    """

    page_id = ""
    title = ""

    def __init__(self) -> None:
        super().__init__()
        self.top_bar = QWidget()
        self.top_bar.setObjectName("top_bar")
        self.top_bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.top_bar.setFixedHeight(size("topBar"))
        self.top_layout = QHBoxLayout(self.top_bar)
        self.top_layout.setContentsMargins(14, 0, 14, 0)
        self.top_layout.setSpacing(8)
        self.body = QWidget()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.top_bar)
        outer.addWidget(self.body, 1)

    def activated(self) -> None:
        """The page has come to the front."""

    def apply(self, changes: Changes) -> None:
        """Something was written; reload if it is shown here."""

    def commands(self) -> Sequence[Command]:
        """What can be done on this page, while it is in front."""
        return ()

    def free_rect(self) -> QRect:
        """Where a toast may lie, in the page's pixels: above what is pressed at its bottom."""
        return self.rect()

    def may_leave(self) -> bool:
        """Whether the page can be left now; it says why not itself."""
        return True
