"""Prints documents, or saves them as PDF; that it was done is recorded."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.errors import StoreTrouble
from clinic_desktop.domain.page_model import PageDocument
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.print.map_sheet import MapSheet, paint_map_sheet, write_map_pdf
from clinic_desktop.ui.print.page_painter import paint_pages, write_pdf


class PrintDesk:
    """What leaves the program on paper or as a file is an explicit line of the audit trail."""

    def __init__(self, context: UiContext, parent: QWidget) -> None:
        self._context, self._parent = context, parent

    def print_all(self, documents: Sequence[PageDocument]) -> None:
        """Ask for a printer and print."""
        if not documents:
            self._context.say(_("There is nothing to print."))
            return
        self._anchored(documents, self._print)

    def _print(self, documents: Sequence[PageDocument]) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._parent)
        if dialog.exec() != QDialog.DialogCode.Accepted:
            return
        for number, document in enumerate(documents):
            if number:
                # A document each: a printer puts them apart.
                printer.setDocName(document.title)
            paint_pages(printer, document)
        self._record("print", documents)

    def save_all(self, documents: Sequence[PageDocument]) -> None:
        """Ask for a folder and save a PDF a document."""
        if not documents:
            self._context.say(_("There is nothing to save."))
            return
        chosen = QFileDialog.getExistingDirectory(self._parent, _("Folder for the PDF files"))
        if chosen:
            self._anchored(documents, lambda made: self.save_into(Path(chosen), made))

    def save_into(self, folder: Path, documents: Sequence[PageDocument]) -> None:
        """Save a PDF a document into a folder."""
        try:
            for document in documents:
                write_pdf(folder / f"{file_name(document)}.pdf", document)
        except StoreTrouble as trouble:
            self._context.say(str(trouble))
            return
        self._record("export", documents)
        self._context.say(
            ngettext("{n} PDF was saved.", "{n} PDFs were saved.", len(documents)).format(
                n=len(documents)
            )
        )

    def print_map(self, sheet: MapSheet) -> None:
        """Ask for a printer and print the day's map."""
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(printer, self._parent)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            paint_map_sheet(printer, sheet)
            self._note("print", f"{sheet.title}, {sheet.subtitle}")

    def save_map(self, sheet: MapSheet) -> None:
        """Ask for a file and save the day's map as a PDF."""
        named = f"{plain_name(f'{sheet.title} {sheet.subtitle}')}.pdf"
        chosen, _filter = QFileDialog.getSaveFileName(
            self._parent, _("Save the map"), named, "PDF (*.pdf)"
        )
        if chosen:
            self.save_map_as(Path(chosen), sheet)

    def save_map_as(self, path: Path, sheet: MapSheet) -> None:
        """Save the day's map as a PDF."""
        try:
            write_map_pdf(path, sheet)
        except StoreTrouble as trouble:
            self._context.say(str(trouble))
            return
        self._note("export", f"{sheet.title}, {sheet.subtitle}")
        self._context.say(_("The map was saved."))

    def _anchored(
        self, documents: Sequence[PageDocument], then: Callable[[Sequence[PageDocument]], None]
    ) -> None:
        """Go on once it is known where the journals stand: paper keeps what no key rewrites."""
        store = self._context.services.store

        def known(anchor: str) -> None:
            then([replace(document, anchor=anchor) for document in documents])

        self._context.operations.read(self._parent, lambda: store.reader().sheet_anchor(), known)

    def _record(self, action: str, documents: Sequence[PageDocument]) -> None:
        self._note(action, "; ".join(f"{d.title}, {d.subtitle} ({d.revision})" for d in documents))

    def _note(self, action: str, what: str) -> None:
        services = self._context.services
        name = _("Print") if action == "print" else _("Save as PDF")

        def work() -> Changes:
            with services.store.operation(name, services.session, undoable=False) as op:
                op.audit(action, table="sheets", row_id="", reason=what)
                return op.changes()

        self._context.operations.write(self._parent, work)


def file_name(document: PageDocument) -> str:
    """A file name out of a title and a subtitle, for any file system."""
    return plain_name(f"{document.title} {document.subtitle}")


def plain_name(text: str) -> str:
    """A file name out of any text: letters, digits, spaces and hyphens."""
    return " ".join("".join(c if c.isalnum() or c in " -" else " " for c in text).split())
