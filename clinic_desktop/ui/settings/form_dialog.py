"""A dialog with a scrolled form, a sentence for what went wrong, and Save."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, label, row, separator, surface

_HIGHEST_PX = 500
_ROOM_PX = 116


class FormDialog(QDialog):
    """Its form scrolls where the screen is small; the buttons stay in sight.

    Subclasses fill ``set_form`` and override ``save``.
    """

    def __init__(self, title: str, action: str, name: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self._error = label("", "error", wrap=True, name=f"{name}_error")
        self._error.hide()
        self.save_button = button(action, kind="primary", name=f"{name}_save", on_click=self.save)
        self.save_button.setDefault(True)
        self._cancel = button(_("Cancel"), name=f"{name}_cancel", on_click=self.reject)
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._buttons: QHBoxLayout = row(1, self._cancel, self.save_button)
        foot = QVBoxLayout()
        foot.setContentsMargins(20, 10, 20, 14)
        foot.setSpacing(8)
        foot.addWidget(self._error)
        foot.addLayout(self._buttons)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._area, 1)
        outer.addWidget(separator())
        outer.addLayout(foot)

    def set_form(self, form: QLayout, wide: int) -> None:
        """Put the fields in; ``wide`` in pixels."""
        form.setContentsMargins(20, 18, 20, 18)
        inner = surface(form, "window")
        self._area.setWidget(inner)
        self.setFixedWidth(wide)
        high = inner.sizeHint().height() + _ROOM_PX
        self.resize(wide, min(high, _HIGHEST_PX))

    def show_error(self, error: ClinicError | str) -> None:
        """Why it was not saved; the dialog can be used again."""
        self.set_busy(False)
        self._error.setText(str(error))
        self._error.setVisible(bool(str(error)))

    def set_busy(self, busy: bool) -> None:
        """While it is saved nothing can be pressed twice."""
        self.save_button.setEnabled(not busy)
        if busy:
            self._error.hide()

    def save(self) -> None:
        """Read the form and ask for it to be kept."""
