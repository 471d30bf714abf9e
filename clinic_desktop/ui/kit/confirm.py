"""A question before something that cannot be taken back."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Alert, button, column, label, row
from clinic_desktop.ui.kit.tokens import Theme

_WIDE_PX = 460


class Confirm(QDialog):
    """Says what will happen; ``on_yes`` runs only if the person agrees. Escape is no."""

    def __init__(
        self,
        theme: Theme,
        title: str,
        text: str,
        action: str,
        on_yes: Callable[[], object],
        *,
        warning: tuple[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        self.setFixedWidth(_WIDE_PX)
        yes = button(action, kind="danger", name="confirm_yes", on_click=self.accept)
        no = button(_("Cancel"), name="confirm_no", on_click=self.reject)
        inner = column(label(title, "title", wrap=True), label(text, wrap=True),
                       spacing=12, margins=20)  # fmt: skip
        if warning is not None:
            inner.addWidget(Alert(theme, "warn", warning[0], warning[1]))
        inner.addLayout(row(1, no, yes))
        self.setLayout(inner)
        self.accepted.connect(on_yes)
        no.setFocus()
