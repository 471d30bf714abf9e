"""What was done to a patient's record, by whom and when; no content."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTableWidget, QTableWidgetItem, QWidget

from clinic_desktop.domain.formats import Formats
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import button, column, label, row
from clinic_desktop.ui.patients.patient_detail import HistoryLine


class HistoryDialog(QDialog):
    """A table of lines, newest first."""

    def __init__(
        self,
        formats: Formats,
        name: str,
        lines: Sequence[HistoryLine],
        *,
        own_only: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("history_dialog")
        self.setWindowTitle(_("History of {name}").format(name=name))
        table = QTableWidget(len(lines), 3)
        table.setObjectName("history_table")
        table.setAccessibleName(self.windowTitle())
        table.setHorizontalHeaderLabels([_("When"), _("Who"), _("What")])
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.verticalHeader().hide()
        table.horizontalHeader().setHighlightSections(False)
        table.horizontalHeader().setDefaultAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        for number, line in enumerate(lines):
            when = f"{formats.day_with_year(line.at.date())}, {formats.clock_time(line.at)}"
            for place, text in enumerate((when, line.who, line.what)):
                table.setItem(number, place, QTableWidgetItem(text))
        table.setColumnWidth(0, 190)
        table.setColumnWidth(1, 150)
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        whose = (
            _("What you did yourself. The owner sees everybody’s lines.")
            if own_only
            else _("Everybody’s lines. What was read or changed is kept, never its content.")
        )
        if not lines:
            whose = (
                _("Nothing of this record was changed or read by you so far.")
                if own_only
                else (_("Nothing of this record was changed or read so far."))
            )
        close = button(_("Close"), kind="primary", on_click=self.accept)
        self.setLayout(
            column(label(whose, "muted", wrap=True), table, row(1, close), spacing=12, margins=16)
        )
        self.resize(600, 460)
