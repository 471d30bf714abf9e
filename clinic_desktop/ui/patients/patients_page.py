"""The patients page: type, see who it may be, open with Enter."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QStackedWidget, QTableView

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.operations.task import Task
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    EmptyState,
    SearchField,
    Segments,
    button,
    column,
    label,
    row,
    set_icon,
)
from clinic_desktop.ui.patients.patient_form import PatientForm
from clinic_desktop.ui.patients.patient_rows import (
    PAGE_ROWS,
    RowsPage,
    archived_rows,
    read_rows,
    search_rows,
)
from clinic_desktop.ui.patients.patient_table import (
    AGE,
    AREA,
    COURSE,
    MISSING,
    NAME,
    NEXT,
    PHONE,
    PatientDelegate,
    PatientTable,
)
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

PAUSE_MS = 120
_ARCHIVED = 1
_ROW_PX = 40
_SHOWN_KINDS = (RecordKind.PATIENTS, RecordKind.SITES, RecordKind.VISITS)
_WIDTHS = {AGE: 42, PHONE: 120, AREA: 136, NEXT: 184, COURSE: 116, MISSING: 152}


class PatientsPage(ShellPage):
    """Lists the patients that fit what was typed.

    Args:
        context: the session's.
        on_import: opens the import; without it there is no button for it.
    """

    page_id = "patients"

    def __init__(self, context: UiContext, on_import: Callable[[], object] | None = None) -> None:
        super().__init__()
        self.title = _("Patients")
        self._context = context
        self._on_import = on_import
        self._reading: Task | None = None
        self.model = PatientTable(context.formats, self._now().date())
        self.model.more_wanted.connect(self._read_more)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.reload)
        self._build_top_bar()
        self._build_body()

    # The shell.

    def activated(self) -> None:
        """Read anew and wait for a name."""
        self.reload()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)
        self.search.selectAll()

    def apply(self, changes: Changes) -> None:
        """Reload if a patient, a site or a visit changed."""
        if changes.touches(*_SHOWN_KINDS):
            self.reload()

    def commands(self) -> Sequence[Command]:
        """What can be done on this page."""
        made = [
            Command(id="find_patient", title=_("Find a patient"), run=self._focus_search, key="/",
                    icon="search"),
            Command(id="new_patient", title=_("New patient"), run=self.new_patient, key="A",
                    icon="user-plus", keywords=_("add create")),
        ]  # fmt: skip
        if self._on_import is not None:
            made.append(
                Command(
                    id="import_patients",
                    title=_("Import patients"),
                    run=self._on_import,
                    icon="upload",
                    keywords="csv",
                )
            )
        return tuple(made)

    def new_patient(self) -> PatientForm:
        """Open the form for a new patient."""
        form = PatientForm(self._context, parent=self)
        form.saved.connect(self._on_form_saved)
        form.open_requested.connect(self._on_form_saved)
        form.open()
        return form

    # Reading.

    def reload(self) -> None:
        """Read the rows for what is typed now; an answer to older typing is dropped."""
        self._read(open_first=False)

    def _read(self, *, open_first: bool) -> None:
        self._pause.stop()
        if self._reading is not None:
            self._reading.drop()
        text = self.search.text().strip()
        archived = self._which.index() == _ARCHIVED
        now = self._now()
        store = self._context.services.store

        def work() -> RowsPage:
            if archived:
                return archived_rows(store.reader(), text, now)
            if text:
                return search_rows(store.reader(), text, now)
            return read_rows(store.reader(), now)

        def done(page: RowsPage) -> None:
            self._show(page, text, archived=archived)
            if open_first and page.rows:
                self._context.open_patient(page.rows[0].patient_id)

        self._reading = self._context.operations.read(self, work, done, on_error=self._show_error)

    def _read_more(self, offset: int) -> None:
        now = self._now()
        store = self._context.services.store
        # Dropped together with what it follows, so that no row comes after another list's.
        self._reading = self._context.operations.read(
            self,
            lambda: read_rows(store.reader(), now, offset=offset),
            self._append,
            on_error=self._show_error,
        )

    def _append(self, page: RowsPage) -> None:
        self.model.append_page(page)
        self._show_count("")

    def _show(self, page: RowsPage, text: str, *, archived: bool) -> None:
        self._error.hide()
        current = self._current_id()
        self.model.show_page(page, self._now().date())
        self._select(current)
        self._show_count(text)
        if page.rows:
            self._stack.setCurrentWidget(self.table)
        elif archived:
            self._stack.setCurrentWidget(self._no_archived)
        elif text:
            self._stack.setCurrentWidget(self._nobody_found)
        else:
            self._stack.setCurrentWidget(self._nobody_yet)

    def _show_count(self, text: str) -> None:
        n = self.model.rowCount()
        if text and n >= PAGE_ROWS:
            said = _("The first {n} matches; type more").format(n=n)
        elif text:
            said = ngettext("{n} match", "{n} matches", n).format(n=n)
        elif self.model.complete:
            said = ngettext("{n} patient", "{n} patients", n).format(n=n)
        else:
            said = _("The first {n}; scroll for more").format(n=n)
        self._count.setText(said)

    def _show_error(self, error: ClinicError) -> None:
        self._error.setText(str(error))
        self._error.setVisible(True)

    # Acting.

    def open_current(self) -> None:
        """Open the selected patient; the first one if none is."""
        if self._pause.isActive():
            # Enter follows the typing at once: what is shown is still the answer to less.
            self._read(open_first=True)
            return
        if self.model.rowCount():
            number = max(0, self.table.currentIndex().row())
            self._context.open_patient(self.model.row_at(number).patient_id)

    def _on_form_saved(self, patient_id: str) -> None:
        self._context.open_patient(PatientId(patient_id))

    def _on_row_activated(self, index: QModelIndex) -> None:
        self._context.open_patient(self.model.row_at(index.row()).patient_id)

    def _focus_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _current_id(self) -> str:
        number = self.table.currentIndex().row()
        return self.model.row_at(number).patient_id if number >= 0 else ""

    def _select(self, patient_id: str) -> None:
        rows = self.model.rows()
        number = next((i for i, r in enumerate(rows) if r.patient_id == patient_id), 0)
        if rows:
            self.table.setCurrentIndex(self.model.index(number, NAME))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search field: arrows walk the list, Enter opens, Escape empties the field."""
        if watched is self.search and isinstance(event, QKeyEvent):
            if event.type() is QEvent.Type.KeyPress and self._search_key(event):
                return True
        elif (
            watched is self.table
            and isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            self.open_current()
            return True
        return super().eventFilter(watched, event)

    def _search_key(self, event: QKeyEvent) -> bool:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open_current()
            return True
        if key == Qt.Key.Key_Escape and self.search.text():
            self.search.clear()
            return True
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        step = steps.get(Qt.Key(key))
        if step is None:
            return False
        number = self.table.currentIndex().row() + step
        if 0 <= number < self.model.rowCount():
            self.table.setCurrentIndex(self.model.index(number, NAME))
        return True

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)

    # Building.

    def _build_top_bar(self) -> None:
        theme = self._context.theme
        self._count = label("", "caption", name="patient_count")
        self.top_layout.addLayout(
            column(1, label(_("Patients"), "page"), self._count, 1, spacing=1)
        )
        self.top_layout.addStretch(1)
        if self._on_import is not None:
            imported = button(_("Import…"), name="import", on_click=self._on_import)
            set_icon(imported, theme, "upload")
            self.top_layout.addWidget(imported)
        self.new_button = button(
            _("New patient"),
            kind="primary",
            name="new_patient",
            on_click=self.new_patient,
            tip=_("New patient (A)"),
        )
        set_icon(self.new_button, theme, "user-plus")
        self.top_layout.addWidget(self.new_button)

    def _build_body(self) -> None:
        theme = self._context.theme
        self.search = SearchField(theme, _("Name, phone or street"))
        self.search.setObjectName("patient_search")
        self.search.setMaximumWidth(460)
        self.search.textChanged.connect(lambda _text="": self._pause.start())
        self.search.installEventFilter(self)
        self._which = Segments([_("In use"), _("Archived")], _("Which patients"))
        self._which.chosen.connect(lambda _index=0: self.reload())
        self._error = label("", "error", wrap=True, name="list_error")
        self._error.hide()
        self.table = self._made_table()
        add = button(_("New patient"), kind="primary", on_click=self.new_patient)
        set_icon(add, theme, "user-plus")
        self._nobody_yet = EmptyState(
            theme,
            "users",
            _("No patients yet"),
            _("Add the first one, or take a new call: who calls is kept here."),
            add,
        )
        other = button(_("New patient"), on_click=self.new_patient)
        self._nobody_found = EmptyState(
            theme,
            "search",
            _("Nobody fits"),
            _("Try part of the name, the last digits of a phone, or the street."),
            other,
        )
        self._no_archived = EmptyState(
            theme,
            "users",
            _("Nobody is archived here"),
            _("Archived patients stay readable and can be brought back."),
        )
        self._stack = QStackedWidget()
        for widget in (self.table, self._nobody_yet, self._nobody_found, self._no_archived):
            self._stack.addWidget(widget)
        search_row = row(self.search, 1, self._which, spacing=12)
        search_row.setStretch(0, 3)
        self.body.setLayout(column(search_row, self._error, self._stack, spacing=10, margins=14))

    def _made_table(self) -> QTableView:
        table = QTableView()
        table.setObjectName("patient_table")
        table.setAccessibleName(_("Patients"))
        table.setModel(self.model)
        self._delegate = PatientDelegate(self._context.theme, self.model)
        table.setItemDelegate(self._delegate)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        for number, width in _WIDTHS.items():
            table.setColumnWidth(number, width)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        header.setStretchLastSection(False)
        table.doubleClicked.connect(self._on_row_activated)
        table.installEventFilter(self)
        return table
