"""The clinic's own card for what cannot wait: whom to call, in large letters, with one key."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import button, column, icon_label, label, row

_WIDE_PX = 600


class RedFlagCard(QDialog):
    """Read out, not clicked through; Esc closes.

    Signals:
        message_wanted(): pass it on to the clinicians.
    """

    message_wanted = Signal()

    def __init__(
        self, context: UiContext, parent: QWidget | None = None, *, in_call: bool = False
    ) -> None:
        super().__init__(parent)
        self._context = context
        self.setObjectName("red_flags")
        self.setWindowTitle(_("Red flags"))
        self.setFixedWidth(_WIDE_PX)
        self._lines = column(spacing=14)
        message = button(_("Take a message"), name="red_flags_message",
                         on_click=self._on_message)  # fmt: skip
        message.setVisible(in_call)
        close = button(_("Close  Esc"), kind="primary", name="red_flags_close",
                       on_click=self.reject)  # fmt: skip
        self.setLayout(
            column(
                row(
                    icon_label(context.theme, "shield-alert", "danger.text", 24),
                    label(_("Red flags"), "page"),
                    1,
                ),
                label(
                    _("Ask the caller to stop everything else. What fits best decides."), "muted",
                    wrap=True,
                ),
                self._lines,
                row(1, message, close),
                spacing=14,
                margins=22,
            )
        )  # fmt: skip
        store = context.services.store
        context.operations.read(self, lambda: store.reader().clinic(), self._show, on_error=_ignore)
        close.setFocus()

    def _show(self, clinic: Clinic) -> None:
        for flag in clinic.phone_rules.red_flags:
            what, _colon, whom = flag.partition(":")
            lines = column(label(what.strip(), "title", wrap=True), spacing=2)
            whom = whom.strip()
            if whom:
                lines.addWidget(label(whom[:1].upper() + whom[1:], "strong", wrap=True))
            line = row(
                icon_label(self._context.theme, "triangle-alert", "danger.text", 20), lines,
                spacing=10,
            )  # fmt: skip
            line.setStretch(1, 1)
            self._lines.addLayout(line)
        self.adjustSize()

    def _on_message(self) -> None:
        self.accept()
        self.message_wanted.emit()


def _ignore(_error: ClinicError) -> None:
    """The clinic's row is always there while a session is open."""
