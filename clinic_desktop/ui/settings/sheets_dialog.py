"""New recovery sheets after a re-keying."""

from collections.abc import Sequence

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.text import _
from clinic_desktop.ui.first_run.recovery_sheets import RecoverySheets
from clinic_desktop.ui.kit.parts import column, label

_WIDE_PX = 560


class SheetsDialog(QDialog):
    """Shown once; it closes only when the codes were typed. The old sheets open nothing more."""

    def __init__(self, sheets: Sequence[RecoverySheet], go_on: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("New recovery sheets"))
        self.setFixedWidth(_WIDE_PX)
        shown = self._shown = RecoverySheets(sheets, go_on)
        shown.confirmed.connect(self.accept)
        self.setLayout(
            column(
                label(_("New recovery sheets"), "title"),
                label(_("The old sheets open nothing any more: destroy them."), "warn", wrap=True),
                shown,
                spacing=10,
                margins=20,
            )
        )

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor stands where typing starts."""
        super().showEvent(event)
        self._shown.focus_first()

    def reject(self) -> None:
        """Escape and the cross do not close it: the codes are never shown again."""
