"""Import a patient list: columns, preview, all of it or nothing, summary."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.patient_import import (
    ColumnMapping,
    ImportPreview,
    ImportResult,
    PatientTable,
)
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.importing.mapping_editor import MappingEditor
from clinic_desktop.ui.importing.preview_rows import counts_words, preview_rows, preview_titles
from clinic_desktop.ui.kit.parts import (
    Alert,
    button,
    column,
    label,
    row,
    separator,
    set_role,
    surface,
)
from clinic_desktop.ui.kit.text_table import TextTable, TextTableView
from clinic_desktop.ui.kit.tokens import Theme
from clinic_desktop.ui.kit.working import WorkingBar

ENCODING, COLUMNS, PREVIEW, SUMMARY = range(4)
_SIZE: Final = (820, 500)
_SHOWN_ROWS: Final = 2000


class ImportDialog(QDialog):
    """Four pages; what they mean is decided by ``ImportController``.

    Signals:
        encoding_accepted(): read the file in the suggested encoding.
        preview_requested(ColumnMapping): what would this mapping do?
        import_requested(bool): go; whether lines with troubles are left out.
        again_requested(): choose another file.
    """

    encoding_accepted = Signal()
    preview_requested = Signal(object)
    import_requested = Signal(bool)
    again_requested = Signal()

    def __init__(self, theme: Theme, path: Path, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setWindowTitle(_("Import patients"))
        self.resize(*_SIZE)
        self.setMinimumWidth(560)
        self._title = label("", "title", name="import_title")
        self._told = label("", "error", wrap=True, name="import_error")
        self._told.hide()
        self.working = WorkingBar(_("Importing"), "import")
        self._preview: ImportPreview | None = None
        self.mapping = MappingEditor()
        self._counts = label("", "strong", wrap=True, name="import_counts")
        table = TextTable(theme, preview_titles())
        self._rows = TextTableView(table, _("Preview"), "import_preview", stretch=3)
        self._leave = QCheckBox(_("Leave out the lines that cannot be taken"))
        self._leave.setObjectName("import_leave")
        self._leave.toggled.connect(self._show_go)
        self._sum = label("", wrap=True, name="import_summary")
        self._stack = QStackedWidget()
        for page in (
            self._encoding_page(),
            _scrolled(self.mapping),
            self._preview_page(),
            surface(column(self._sum, 1, spacing=10), "window"),
        ):
            self._stack.addWidget(page)
        self._back = button(_("Back"), name="import_back", on_click=self._on_back)
        self._again = button(
            _("Choose another file"), name="import_again", on_click=self.again_requested.emit
        )
        self._close = button(_("Cancel"), name="import_close", on_click=self.reject)
        self._go = button("", kind="primary", name="import_go", on_click=self._on_go)
        self._go.setDefault(True)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 18, 20, 14)
        outer.setSpacing(10)
        outer.addWidget(self._title)
        outer.addWidget(label(path.name, "muted", name="import_file"))
        outer.addWidget(self._told)
        outer.addWidget(self._stack, 1)
        outer.addWidget(self.working)
        outer.addWidget(separator())
        outer.addLayout(row(self._back, self._again, 1, self._close, self._go))
        self._show_page(COLUMNS)
        self._go.setEnabled(False)

    # What is shown.

    def show_encoding(self, sentence: str, samples: Sequence[str] = ()) -> None:
        """Ask whether to read it as the suggested encoding, which ``samples`` show."""
        self._encoding.setText(sentence)
        self._samples.setText("\n".join(samples))
        self._samples.setVisible(bool(samples))
        self._show_page(ENCODING)

    def show_table(self, table: PatientTable, mapping: ColumnMapping) -> None:
        """Show what the columns hold."""
        self.mapping.show_table(table, mapping)
        self._show_page(COLUMNS)

    def show_preview(self, preview: ImportPreview) -> None:
        """Show what would happen."""
        self._preview = preview
        self._counts.setText(counts_words(preview))
        self._rows.show_rows(preview_rows(preview)[:_SHOWN_ROWS])
        self._leave.setVisible(bool(preview.troubles))
        self._leave.setChecked(False)
        self._show_page(PREVIEW)

    def show_result(self, result: ImportResult) -> None:
        """Say what was done."""
        words = [ngettext("{n} patient was added.", "{n} patients were added.", result.added)
                 .format(n=result.added)]  # fmt: skip
        if result.already_here:
            words.append(
                ngettext(
                    "{n} was here already and is unchanged.",
                    "{n} were here already and are unchanged.",
                    result.already_here,
                ).format(n=result.already_here)
            )
        if result.alerts:
            words.append(
                ngettext(
                    "{n} medical alert was sealed: practitioners see it on the patient’s page.",
                    "{n} medical alerts were sealed: practitioners see them on the patient’s page.",
                    result.alerts,
                ).format(n=result.alerts)
            )
        if result.alerts_left:
            words.append(
                ngettext(
                    "{n} medical alert of somebody who was here already was not taken: tell"
                    " their practitioner.",
                    "{n} medical alerts of people who were here already were not taken: tell"
                    " their practitioners.",
                    result.alerts_left,
                ).format(n=result.alerts_left)
            )
        if not result.added:
            words.append(_("Nothing was changed."))
        self._sum.setText(" ".join(words))
        self._show_page(SUMMARY)

    def show_error(self, sentence: str, *, again: bool = False) -> None:
        """Why it did not work. ``again``: only another file helps."""
        self.working.end()
        self._tell(sentence)
        self._again.setVisible(again)
        if not again:
            self._go.setEnabled(True)
            self._show_go()

    def begin(self, words: str) -> None:
        """Work is under way; nothing can be pressed twice."""
        self._tell("")
        self.working.begin(words)
        self._go.setEnabled(False)
        self._back.setEnabled(False)

    def reject(self) -> None:
        """Cancel; while an import runs it is stopped first."""
        if self.working.isVisibleTo(self) and self.working.stop.isEnabled():
            self.working.stop.click()
        super().reject()

    # Pages.

    def _encoding_page(self) -> QWidget:
        self._encoding = label("", wrap=True, name="import_encoding")
        note = Alert(
            self._theme,
            "note",
            _("Look at the names"),
            _("If accents below are wrong, save the list as UTF-8 and start again."),
        )
        self._samples = label("", wrap=True, name="import_samples")
        return surface(column(self._encoding, note, self._samples, 1, spacing=12), "window")

    def _preview_page(self) -> QWidget:
        return surface(column(self._counts, self._rows, self._leave, spacing=10), "window")

    def _show_page(self, page: int) -> None:
        self.working.end()
        self._tell("")
        self._stack.setCurrentIndex(page)
        titles = (
            _("How is this file written?"),
            _("What do the columns hold?"),
            _("What will happen"),
            _("Imported"),
        )
        self._title.setText(titles[page])
        self._back.setVisible(page == PREVIEW)
        self._back.setEnabled(True)
        self._again.hide()
        self._close.setVisible(page != SUMMARY)
        self._go.setEnabled(True)
        texts = (_("Read it so"), _("Preview"), "", _("Close"))
        self._go.setText(texts[page])
        self._show_go()

    def _show_go(self) -> None:
        preview = self._preview
        if self._stack.currentIndex() != PREVIEW or preview is None:
            return
        new = len(preview.new_rows)
        self._go.setText(
            ngettext("Import {n} patient", "Import {n} patients", new).format(n=new)
            if new
            else _("Nothing to import")
        )
        blocked = bool(preview.troubles) and not self._leave.isChecked()
        self._go.setEnabled(bool(new) and not blocked)
        if blocked:
            self._tell(_("All or nothing: correct the marked lines, or leave them out."))
        elif not self.working.isVisibleTo(self):
            self._tell("")

    def _on_go(self) -> None:
        page = self._stack.currentIndex()
        if page == ENCODING:
            self.encoding_accepted.emit()
        elif page == COLUMNS:
            self.preview_requested.emit(self.mapping.mapping())
        elif page == PREVIEW:
            self.import_requested.emit(self._leave.isChecked())
        else:
            self.accept()

    def _on_back(self) -> None:
        self._show_page(COLUMNS)

    def _tell(self, sentence: str, *, error: bool = True) -> None:
        self._told.setText(sentence)
        set_role(self._told, "error" if error else "small")
        self._told.setVisible(bool(sentence))


def _scrolled(inner: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(surface(column(inner, 1, spacing=0), "window"))
    return area
