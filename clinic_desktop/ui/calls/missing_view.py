"""What is still missing of those who are coming; Enter opens the patient."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.operations.task import Task
from clinic_desktop.services.missing import MissingLine
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import EmptyState, column
from clinic_desktop.ui.kit.text_table import TextRow, TextTable, TextTableView


class MissingView(QWidget):
    """A queue that empties itself as records are filled in.

    Signals:
        counted(int): how many there are.
    """

    counted = Signal(int)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self._context = context
        self._lines: tuple[MissingLine, ...] = ()
        self._reading: Task | None = None
        self.table = TextTableView(
            TextTable(context.theme, (_("Who"), _("Missing"), _("Next visit"), _("Phone"))),
            _("What is missing"),
            "missing_list",
            stretch=1,
        )
        self.table.opened.connect(self._on_opened)
        self._empty = EmptyState(
            context.theme,
            "clipboard-check",
            _("Nothing is missing"),
            _("Of everybody who is coming, phone, address and birth date are known."),
        )
        self._empty.hide()
        self.setLayout(column(self.table, self._empty, spacing=0, margins=16))

    def reload(self) -> None:
        """Read the queue anew."""
        services = self._context.services
        if self._reading is not None:
            self._reading.drop()
        self._reading = self._context.operations.read(
            self, lambda: services.missing.lines(services.session), self._show
        )

    def _show(self, lines: tuple[MissingLine, ...]) -> None:
        self._lines = lines
        formats = self._context.formats
        self.table.show_rows(
            [
                TextRow(
                    key=line.patient.id,
                    cells=(
                        line.patient.name,
                        ", ".join(line.missing),
                        formats.day(line.next_visit.day) if line.next_visit else _("waits"),
                        phone_text(line.patient.phones[0].number) if line.patient.phones else "",
                    ),
                )
                for line in lines
            ]
        )
        self.table.setVisible(bool(lines))
        self._empty.setVisible(not lines)
        self.counted.emit(len(lines))

    def _on_opened(self, number: int) -> None:
        self._context.open_patient(self._lines[number].patient.id)
