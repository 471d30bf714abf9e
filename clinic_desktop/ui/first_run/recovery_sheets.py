"""The recovery sheets: shown once, printed, and not left before they are surely kept."""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from PySide6.QtCore import QMarginsF, Qt, Signal
from PySide6.QtGui import QPageSize, QPdfWriter, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit, QWidget

from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.text import _
from clinic_desktop.ui.kit.fonts import font, tabular
from clinic_desktop.ui.kit.parts import Field, button, card, column, label, row

_MARGIN_MM = 20.0
_TYPED_PX = 190


class RecoverySheets(QWidget):
    """The codes, ways to print them, and the last group of each to type.

    Signals:
        confirmed(): every last group was typed as it stands on its sheet.
    """

    confirmed = Signal()

    def __init__(self, sheets: Sequence[RecoverySheet], go_on: str) -> None:
        super().__init__()
        self._sheets = tuple(sheets)
        self._fields: list[tuple[RecoverySheet, Field, QLineEdit]] = []
        self._told = label("", "small", wrap=True, name="sheets_told")
        self._told.hide()
        inner = column(
            label(
                _(
                    "Print these sheets now. They are the only way in if a password is lost, and "
                    "they are not shown again. Keep them apart from each other and from this "
                    "machine."
                ),
                wrap=True,
            ),
            spacing=12,
        )
        for sheet in self._sheets:
            inner.addWidget(self._card(sheet))
        print_now = button(_("Print"), name="sheets_print", on_click=self._print)
        save = button(_("Save as PDF"), name="sheets_pdf", on_click=self._save)
        self.go_on = button(go_on, kind="primary", name="sheets_done", on_click=self._confirm)
        inner.addWidget(self._told)
        inner.addLayout(row(print_now, save, 1, self.go_on))
        self.setLayout(inner)

    def focus_first(self) -> None:
        """Put the cursor where typing starts."""
        if self._fields:
            self._fields[0][2].setFocus(Qt.FocusReason.OtherFocusReason)

    def _card(self, sheet: RecoverySheet) -> QWidget:
        code = QLineEdit(sheet.code)
        code.setReadOnly(True)
        code.setMinimumWidth(360)
        code.setCursorPosition(0)
        code.setFont(tabular(font("bodyStrong", 600)))
        code.setObjectName(f"sheet_code_{sheet.file}")
        code.setAccessibleName(_("Recovery code: {file}").format(file=file_words(sheet.file)))
        typed = QLineEdit()
        typed.setObjectName(f"sheet_check_{sheet.file}")
        typed.returnPressed.connect(self._confirm)
        field = Field(
            _("Last group on the {file} sheet").format(file=file_words(sheet.file)), typed
        )
        self._fields.append((sheet, field, typed))
        field.setFixedWidth(_TYPED_PX)
        whole = column(
            label(_("The whole code"), "small"), code, label("", "caption"), 1, spacing=4
        )
        beside = row(whole, field, spacing=12)
        beside.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        return card(column(label(sheet_title(sheet.file), "strong"), beside, spacing=8, margins=14))

    def _confirm(self) -> None:
        wrong: QLineEdit | None = None
        for sheet, field, typed in self._fields:
            right = typed.text().strip().upper() == last_group(sheet.code)
            field.set_error("" if right else _("Type the last four signs of this sheet’s code."))
            if not right and wrong is None:
                wrong = typed
        if wrong is not None:
            wrong.setFocus()
            return
        self.confirmed.emit()

    def _print(self) -> None:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        if QPrintDialog(printer, self).exec() == QDialog.DialogCode.Accepted:
            sheets_document(self._sheets).print_(printer)
            self._tell(_("Sent to the printer. Check that both pages came out."))

    def _save(self) -> None:
        path, _filter = QFileDialog.getSaveFileName(
            self, _("Save the recovery sheets"), "recovery-sheets.pdf", "PDF (*.pdf)"
        )
        if not path:
            return
        if write_sheets(Path(path), self._sheets):
            self._tell(_("Saved. Print the file, then delete it: who has it can open the clinic."))
        else:
            self._tell(_("The file could not be written. Choose another folder, or print."))

    def _tell(self, sentence: str) -> None:
        self._told.setText(sentence)
        self._told.show()


def last_group(code: str) -> str:
    """The last four signs of a code, as a person types them."""
    return code.replace(" ", "-").rpartition("-")[2].upper()


def file_words(file: str) -> str:
    """What a sheet opens, in a word."""
    return _("schedule") if file == "schedule" else _("notes")


def sheet_title(file: str) -> str:
    """A sheet's heading."""
    return _("Recovery sheet: schedule") if file == "schedule" else _("Recovery sheet: notes")


def sheets_document(sheets: Sequence[RecoverySheet]) -> QTextDocument:
    """The sheets, a page each."""
    pages: list[str] = []
    for number, sheet in enumerate(sheets):
        opens = (
            _("With this code a new password can be set for a log-in that opens the schedule.")
            if sheet.file == "schedule"
            else _("With this code and the schedule’s a clinician can set a new password.")
        )
        keep = _(
            "Keep it where no machine is. Whoever holds it and a copy of the file can read it."
        )
        turn = "" if number == 0 else " style='page-break-before: always'"
        pages.append(
            f"<h1{turn}>{escape(sheet_title(sheet.file))}</h1><p>{escape(opens)}</p>"
            f"<h2>{escape(sheet.code)}</h2><p>{escape(keep)}</p>"
        )
    document = QTextDocument()
    document.setDefaultFont(font("title", 400))
    document.setHtml("".join(pages))
    return document


def write_sheets(path: Path, sheets: Sequence[RecoverySheet]) -> bool:
    """Write the sheets as a PDF, a page each; False if the file cannot be written."""
    try:
        path.touch()
    except OSError:
        return False
    writer = QPdfWriter(str(path))
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.Letter))
    writer.setPageMargins(QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM))
    sheets_document(sheets).print_(writer)
    return True
