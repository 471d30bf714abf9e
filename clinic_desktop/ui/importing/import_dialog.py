"""Reads, previews and runs an import off the GUI thread."""

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QWidget

from clinic_desktop.domain.errors import Cancelled, ClinicError
from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    EncodingUnclear,
    ImportPreview,
    ImportResult,
    PatientTable,
)
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import AddressMatch
from clinic_desktop.services.patient_import import ImportPatients
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.importing.import_view import ImportDialog


class _RoadAddresses:
    """The open region's addresses as the import looks them up."""

    def __init__(self, roads: RoadsService) -> None:
        self._roads = roads

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        return self._roads.search_address(text, limit)


class ImportController(QObject):
    """One import, from the file to its summary."""

    def __init__(self, context: UiContext, dialog: ImportDialog, path: Path) -> None:
        super().__init__(dialog)
        self._context, self._dialog, self._path = context, dialog, path
        self._imports, self._session = context.services.imports, context.session
        self._encoding: str | None = None
        self._table: PatientTable | None = None
        self._mapping = ColumnMapping(fields={})
        self._preview: ImportPreview | None = None
        dialog.encoding_accepted.connect(self.read)
        dialog.preview_requested.connect(self._on_preview)
        dialog.import_requested.connect(self._on_import)
        dialog.again_requested.connect(self._on_again)

    def read(self) -> None:
        """Read the file."""
        imports, session = self._imports, self._session
        path, encoding = self._path, self._encoding

        def work() -> tuple[PatientTable, ColumnMapping]:
            table = imports.read(session, path, encoding=encoding)
            return table, imports.suggest(table)

        def done(found: tuple[PatientTable, ColumnMapping]) -> None:
            self._table, self._mapping = found
            self._dialog.show_table(*found)

        def failed(error: ClinicError) -> None:
            if isinstance(error, EncodingUnclear):
                self._encoding = error.suggestion
                self._dialog.show_encoding(str(error), error.samples)
            else:
                self._dialog.show_error(str(error), again=True)

        self._context.operations.read(self, work, done, on_error=failed)

    def _on_preview(self, mapping: ColumnMapping) -> None:
        table = self._table
        if table is None:
            return
        self._mapping = mapping

        def done(preview: ImportPreview) -> None:
            self._preview = preview
            self._dialog.show_preview(preview)

        self._context.operations.read(
            self, lambda: self._imports.preview(table, mapping), done, on_error=self._failed
        )

    def _on_import(self, leave_out: bool) -> None:
        table, preview = self._table, self._preview
        if table is None or preview is None:
            return
        left_out = frozenset(t.line for t in preview.troubles) if leave_out else frozenset[int]()
        command = ImportPatients(table=table, mapping=self._mapping, left_out_lines=left_out)
        operations, imports, session = self._context.operations, self._imports, self._session
        addresses = _RoadAddresses(self._context.services.roads)

        def work(progress: Progress) -> ImportResult:
            # One commit: it runs in the thread that writes, and is stopped before that.
            return operations.in_writer(
                lambda: imports.run(session, command, progress, addresses=addresses)
            )

        def done(result: ImportResult) -> None:
            if result.changes.ids:
                operations.changes_made.emit(result.changes)
            self._dialog.show_result(result)

        self._dialog.begin(_("Preparing"))
        task = operations.job(
            self,
            work,
            done,
            on_progress=self._dialog.working.report,
            on_error=self._failed,
        )
        self._dialog.working.follow(task)

    def _on_again(self) -> None:
        parent = self._dialog.parentWidget()
        self._dialog.reject()
        open_import(self._context, parent)

    def _failed(self, error: ClinicError) -> None:
        self._dialog.show_error(
            _("Stopped. Nothing was changed.") if isinstance(error, Cancelled) else str(error)
        )


def open_import(
    context: UiContext, parent: QWidget | None, path: Path | None = None
) -> ImportDialog | None:
    """Import a patient list; asks for the file unless ``path`` names it. None: no file chosen."""
    if path is None:
        chosen, _filter = QFileDialog.getOpenFileName(
            parent, _("A patient list"), "", _("Lists (*.csv *.txt *.tsv)")
        )
        if not chosen:
            return None
        path = Path(chosen)
    dialog = ImportDialog(context.theme, path, parent)
    controller = ImportController(context, dialog, path)
    dialog.open()
    controller.read()
    return dialog
