"""Asks which visits of a series are meant: this, the following too, or all."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget

from clinic_desktop.domain.series import Scope
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, label, row

_WIDE_PX = 420


class ScopeDialog(QDialog):
    """``on_scope`` is called with what was chosen; Escape changes nothing."""

    def __init__(
        self, title: str, on_scope: Callable[[Scope], object], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("series_scope")
        self.setWindowTitle(title)
        self.setFixedWidth(_WIDE_PX)
        self._on_scope = on_scope
        no = button(_("Cancel"), name="scope_cancel", on_click=self.reject)
        inner = column(
            label(title, "title", wrap=True),
            label(_("This visit belongs to a series. Which ones are meant?"), wrap=True),
            *(
                button(words, name=f"scope_{scope}", on_click=lambda s=scope: self._choose(s))
                for scope, words in scope_words().items()
            ),
            spacing=10,
            margins=20,
        )
        inner.addLayout(row(1, no))
        self.setLayout(inner)

    def _choose(self, scope: Scope) -> None:
        self.accept()
        self._on_scope(scope)


def scope_words() -> dict[Scope, str]:
    """The three, as they are offered."""
    return {
        Scope.THIS: _("Only this visit"),
        Scope.FOLLOWING: _("This and the following"),
        Scope.ALL: _("All still to come"),
    }
