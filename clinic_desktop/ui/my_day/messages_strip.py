"""Over a practitioner's day: how many messages from callers wait, and the way to them."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.wait_list import Urgency
from clinic_desktop.operations.task import Task
from clinic_desktop.services.messages import WaitingMessage
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, column, icon_label, label, row, surface


class MessagesStrip(QWidget):
    """There only while a message waits.

    Signals:
        pressed(): the person wants to read them.
    """

    pressed = Signal()

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._reading: Task | None = None
        self._words = label("", "strong", name="messages_strip_words")
        read = button(_("Read"), size="small", name="messages_strip_read",
                      on_click=self.pressed.emit)  # fmt: skip
        picture = icon_label(context.theme, "message-square-quote", "accent.text")
        self.setLayout(
            column(surface(row(picture, self._words, read, 1, margins=8), "accent"), spacing=0)
        )
        self.hide()

    def reload(self) -> None:
        """Read how many wait."""
        services = self._context.services
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.messages.waiting(services.session), self._show
        )

    def _show(self, waiting: tuple[WaitingMessage, ...]) -> None:
        urgent = sum(one.message.urgency is Urgency.URGENT for one in waiting)
        overdue = sum(one.overdue for one in waiting)
        parts = [
            ngettext("{n} message from callers", "{n} messages from callers", len(waiting)).format(
                n=len(waiting)
            )
        ]
        if urgent:
            parts.append(_("{n} urgent").format(n=urgent))
        if overdue:
            parts.append(_("{n} overdue").format(n=overdue))
        self._words.setText(", ".join(parts))
        self.setVisible(bool(waiting))
