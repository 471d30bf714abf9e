"""Import patients from a CSV: which column is what, a preview, then all of it or nothing."""

from collections import Counter
from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QMessageBox,
    QProgressBar,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    DateOrder,
    EncodingUnclear,
    Found,
    ImportField,
    ImportPreview,
    ImportResult,
    PatientTable,
)
from clinic_desktop.operations.task import Task
from clinic_desktop.services.patient_import import ImportPatients
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import Field, button, column, label, row


def field_words(field: ImportField) -> str:
    """A column's meaning as a person says it."""
    return {
        ImportField.EXTERNAL_NUMBER: _("patient number"),
        ImportField.FULL_NAME: _("whole name"),
        ImportField.FIRST_NAME: _("first name"),
        ImportField.LAST_NAME: _("last name"),
        ImportField.PREFERRED_NAME: _("preferred name"),
        ImportField.PRONOUNS: _("pronouns"),
        ImportField.BIRTH_DATE: _("birth date"),
        ImportField.SEX: _("sex"),
        ImportField.EMAIL: _("e-mail"),
        ImportField.MOBILE_PHONE: _("mobile phone"),
        ImportField.HOME_PHONE: _("home phone"),
        ImportField.WORK_PHONE: _("work phone"),
        ImportField.PHONE: _("phone"),
        ImportField.STREET: _("street address"),
        ImportField.STREET_2: _("street address, second line"),
        ImportField.CITY: _("city"),
        ImportField.STATE: _("state"),
        ImportField.POSTCODE: _("postcode"),
        ImportField.GUARDIAN: _("guardian"),
        ImportField.EMERGENCY_NAME: _("emergency contact"),
        ImportField.EMERGENCY_PHONE: _("emergency phone"),
        ImportField.EMERGENCY_RELATIONSHIP: _("emergency relationship"),
        ImportField.PAYER: _("payer"),
        ImportField.REFERRAL_SOURCE: _("referral source"),
        ImportField.MEDICAL_ALERT: _("medical alert"),
        ImportField.ARCHIVED: _("archived"),
    }[field]


class ImportDialog(QDialog):
    """Opened with a file that a person chose."""

    def __init__(self, context: UiContext, path: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context, self._path = context, path
        self._table: PatientTable | None = None
        self._mapping: ColumnMapping | None = None
        self._preview: ImportPreview | None = None
        self._task: Task | None = None
        self.setWindowTitle(_("Import patients"))
        self.resize(640, 560)
        self.columns = QTableWidget(0, 2)
        self.columns.setObjectName("import_columns")
        self.columns.setHorizontalHeaderLabels([_("Column of the file"), _("Becomes")])
        self.columns.verticalHeader().setVisible(False)
        self.columns.horizontalHeader().setStretchLastSection(True)
        self.columns.setColumnWidth(0, 240)
        self.columns.setAccessibleName(_("Columns"))
        self._dates = QComboBox()
        self._dates.setObjectName("import_dates")
        for order, words in (
            (None, _("not said")),
            (DateOrder.MONTH_DAY_YEAR, _("month/day/year")),
            (DateOrder.DAY_MONTH_YEAR, _("day/month/year")),
            (DateOrder.YEAR_MONTH_DAY, _("year-month-day")),
        ):
            self._dates.addItem(words, order.value if order else "")
        self._dates.activated.connect(self._on_mapping_changed)
        self._counts = label("", "strong", wrap=True, name="import_counts")
        self._error = label("", "error", wrap=True, name="import_error")
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._progress.hide()
        self._go = button(_("Import"), kind="primary", name="import_go", on_click=self._run)
        self._go.setEnabled(False)
        cancel = button(_("Cancel"), name="import_cancel", on_click=self._cancel)
        self.setLayout(
            column(
                label(path.name, "title"),
                self.columns,
                Field(_("Dates are written"), self._dates),
                self._counts,
                self._error,
                self._progress,
                row(1, cancel, self._go),
                spacing=10,
                margins=18,
            )
        )
        self._read(None)

    def _read(self, encoding: str | None) -> None:
        services, path = self._context.services, self._path

        def failed(error: ClinicError) -> None:
            if isinstance(error, EncodingUnclear):
                answer = QMessageBox.question(self, _("Encoding"), str(error))
                if answer is QMessageBox.StandardButton.Yes:
                    self._read(error.suggestion)
                    return
            self._error.setText(str(error))

        self._context.operations.read(
            self,
            lambda: services.imports.read(services.session, path, encoding=encoding),
            self._show_table,
            on_error=failed,
        )

    def _show_table(self, table: PatientTable) -> None:
        self._table = table
        self._mapping = self._context.services.imports.suggest(table)
        self.columns.setRowCount(len(table.headers))
        for number, header in enumerate(table.headers):
            self.columns.setItem(number, 0, QTableWidgetItem(header))
            choice = QComboBox()
            choice.setAccessibleName(header)
            choice.addItem(_("left out"), "")
            for field in ImportField:
                choice.addItem(field_words(field), field.value)
            held = self._mapping.fields.get(number)
            choice.setCurrentIndex(choice.findData(held.value if held else ""))
            choice.activated.connect(self._on_mapping_changed)
            self.columns.setCellWidget(number, 1, choice)
        order = self._mapping.date_order
        self._dates.setCurrentIndex(self._dates.findData(order.value if order else ""))
        self._look()

    def _on_mapping_changed(self) -> None:
        if self._table is None:
            return
        fields: dict[int, ImportField] = {}
        for number in range(self.columns.rowCount()):
            choice = self.columns.cellWidget(number, 1)
            if isinstance(choice, QComboBox) and choice.currentData():
                fields[number] = ImportField(str(choice.currentData()))
        dates = str(self._dates.currentData())
        self._mapping = ColumnMapping(fields=fields, date_order=DateOrder(dates) if dates else None)
        self._look()

    def _look(self) -> None:
        """What the import would do; nothing is written."""
        table, mapping = self._table, self._mapping
        if table is None or mapping is None:
            return
        services = self._context.services
        self._go.setEnabled(False)
        self._error.setText("")

        def failed(error: ClinicError) -> None:
            self._counts.setText("")
            self._error.setText(str(error))

        self._context.operations.read(
            self,
            lambda: services.imports.preview(table, mapping),
            self._show_preview,
            on_error=failed,
        )

    def _show_preview(self, preview: ImportPreview) -> None:
        self._preview = preview
        counted = Counter(line.found for line in preview.rows)
        new = counted[Found.NEW]
        known = len(preview.rows) - new
        words = ngettext("{n} new patient", "{n} new patients", new).format(n=new)
        self._counts.setText(_("{new}, {known} are here already.").format(new=words, known=known))
        if preview.troubles:
            first = preview.troubles[0]
            self._error.setText(
                _("Line {n}: {why} ({m} lines in all cannot be taken.)").format(
                    n=first.line, why=first.sentence, m=len(preview.troubles)
                )
            )
        self._go.setEnabled(not preview.troubles)

    def _run(self) -> None:
        table, mapping = self._table, self._mapping
        if table is None or mapping is None:
            return
        services = self._context.services
        self._go.setEnabled(False)
        self._progress.show()

        def done(result: ImportResult) -> None:
            self._context.operations.changes_made.emit(result.changes)
            self._context.say(
                _("{new} new patients, {known} were here already.").format(
                    new=result.added, known=result.already_here
                )
            )
            self.accept()

        def failed(error: ClinicError) -> None:
            self._progress.hide()
            self._go.setEnabled(True)
            self._error.setText(str(error))

        # It stages and commits once, in the thread that writes the file.
        self._task = self._context.operations.write_job(
            self,
            lambda progress: services.imports.run(
                services.session,
                ImportPatients(table=table, mapping=mapping),
                progress,
                addresses=services.roads,
            ),
            done,
            on_progress=self._on_progress,
            on_error=failed,
        )

    def _on_progress(self, fraction: float, _message: str) -> None:
        self._progress.setValue(round(100 * fraction))

    def _cancel(self) -> None:
        if self._task is not None and self._task.running:
            self._task.stop()
            return
        self.reject()


def open_import(context: UiContext, parent: QWidget) -> None:
    """Ask for the file, then show what would come in."""
    path, _filter = QFileDialog.getOpenFileName(
        parent, _("A patient list"), "", "CSV (*.csv *.tsv *.txt)"
    )
    if path:
        ImportDialog(context, Path(path), parent).open()
