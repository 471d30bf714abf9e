"""One patient: who they are, where they are treated, their visits, and what can be done."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QMenu,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId, SiteId, VisitId
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.role import Role
from clinic_desktop.operations.task import Task
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    Alert,
    EmptyState,
    button,
    card,
    clear_layout,
    column,
    icon_button,
    label,
    row,
    set_icon,
    surface,
)
from clinic_desktop.ui.patients.birth_date import age_on
from clinic_desktop.ui.patients.history_dialog import HistoryDialog
from clinic_desktop.ui.patients.merge_dialog import MergeDialog
from clinic_desktop.ui.patients.patient_detail import (
    HistoryLine,
    PatientDetail,
    VisitLine,
    flag_words,
    read_detail,
    read_history,
)
from clinic_desktop.ui.patients.patient_form import PatientForm
from clinic_desktop.ui.patients.patient_rows import missing_of, missing_word
from clinic_desktop.ui.patients.person_card import PersonCard
from clinic_desktop.ui.patients.site_card import SiteCard
from clinic_desktop.ui.patients.visit_row import VisitRow
from clinic_desktop.ui.shell.command import Command
from clinic_desktop.ui.shell.page import ShellPage

_SHOWN_KINDS = (
    RecordKind.PATIENTS,
    RecordKind.SITES,
    RecordKind.VISITS,
    RecordKind.PROMISES,
    RecordKind.CLINICAL_FLAGS,
    RecordKind.PRACTITIONERS,
    RecordKind.SERVICES,
)
_SIDE_BY_SIDE_PX = 900
_PAST_SHOWN = 6


class PatientPage(ShellPage):
    """Shows the patient given to ``open``.

    Signals:
        pin_requested(str): the id of the site whose pin is placed by hand.
        book_requested(str): the id of the patient to book a visit for.
        shown(PatientDetail): a patient has been read.
    """

    page_id = "patient"
    pin_requested = Signal(str)
    book_requested = Signal(str)
    shown = Signal(object)

    def __init__(self, context: UiContext) -> None:
        super().__init__()
        self.title = _("Patient")
        self._context = context
        self._patient_id: PatientId | None = None
        self._detail: PatientDetail | None = None
        self._reading: Task | None = None
        self._all_past = False
        self._clinical: QWidget | None = None
        self._cards: list[SiteCard] = []
        self._build_top_bar()
        self._build_body()
        self._set_enabled(False)

    # From outside.

    @property
    def patient_id(self) -> PatientId | None:
        """Whose page it is."""
        return self._patient_id

    @property
    def detail(self) -> PatientDetail | None:
        """What is shown, None until it has been read."""
        return self._detail

    def open(self, patient_id: PatientId) -> None:
        """Read this patient; what was shown before goes away at once."""
        if patient_id != self._patient_id:
            self._all_past = False
            self._detail = None
            self._set_enabled(False)
            self._scroll.hide()
            self._trouble.hide()
            self._name.setText("")
            self._about.setText("")
        self._patient_id = patient_id
        self._reload()

    def set_clinical_widget(self, widget: QWidget | None) -> None:
        """Fill the place for clinicians; with None nothing is drawn there."""
        if self._clinical is not None:
            self.clinical_layout.removeWidget(self._clinical)
            self._clinical.setParent(None)
        self._clinical = widget
        if widget is not None:
            self.clinical_layout.addWidget(widget)
            widget.show()
        self.clinical_area.setVisible(widget is not None)

    # The shell.

    def activated(self) -> None:
        """Read anew."""
        if self._patient_id is not None:
            self._reload()
        else:
            self._show_trouble(_("Open a patient from the list, a card or the palette."))

    def apply(self, changes: Changes) -> None:
        """Reload if something shown here changed."""
        if self._patient_id is not None and changes.touches(*_SHOWN_KINDS):
            self._reload()

    def commands(self) -> Sequence[Command]:
        """What can be done with this patient."""
        back = Command(id="back_to_patients", title=_("Back to patients"), run=self._back,
                       icon="arrow-left", chord="")  # fmt: skip
        if self._detail is None:
            return (back,)
        made = [
            Command(id="edit_patient", title=_("Edit this patient"), run=self.edit, key="E",
                    icon="pen-line"),
            Command(id="book_for_patient", title=_("Book a visit for this patient"),
                    run=self._on_book, key="B", icon="calendar-days"),
            Command(id="add_site", title=_("Add a site"), run=self.add_site, icon="house"),
            Command(id="patient_history", title=_("History of this patient"),
                    run=self.show_history, key="H", icon="history"),
            back,
        ]  # fmt: skip
        return tuple(made)

    # Acting.

    def edit(self) -> PatientForm | None:
        """Open the form."""
        return self._open_form(add_site=False)

    def add_site(self) -> PatientForm | None:
        """Open the form at a new site."""
        return self._open_form(add_site=True)

    def show_history(self) -> None:
        """Read the journal lines and show them."""
        detail = self._detail
        if detail is None:
            return
        services = self._context.services

        def work() -> tuple[HistoryLine, ...]:
            reader = services.store.reader()
            return read_history(
                services.audit, reader, services.session, detail, services.clinic.zone
            )

        def done(lines: tuple[HistoryLine, ...]) -> None:
            dialog = HistoryDialog(
                self._context.formats,
                detail.patient.name,
                lines,
                own_only=not self._context.session.is_owner,
                parent=self,
            )
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

        self._context.operations.read(self, work, done, on_error=self._show_error)

    def merge(self) -> MergeDialog | None:
        """Choose the record that is the same person."""
        if self._detail is None:
            return None
        dialog = MergeDialog(self._context, self._detail.patient, parent=self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()
        return dialog

    def archive(self) -> None:
        """Take the patient out of lists, or bring them back."""
        if self._detail is None:
            return
        patient, services = self._detail.patient, self._context.services
        verb = services.patients.restore if patient.archived else services.patients.archive
        self._write(lambda: verb(services.session, patient.id))

    def _open_form(self, *, add_site: bool) -> PatientForm | None:
        if self._detail is None:
            return None
        form = PatientForm(
            self._context,
            self._detail.patient,
            self._detail.sites,
            add_site=add_site,
            parent=self,
        )
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open_requested.connect(self._on_other_requested)
        form.open()
        return form

    def _on_other_requested(self, patient_id: str) -> None:
        self._context.open_patient(PatientId(patient_id))

    def _on_book(self) -> None:
        if self._detail is not None:
            self.book_requested.emit(str(self._detail.patient.id))

    def _on_visit_opened(self, visit_id: str) -> None:
        self._context.open_visit(VisitId(visit_id))

    def _on_reveal(self, site: SiteCard) -> None:
        services = self._context.services
        self._context.operations.write_value(
            site,
            lambda: services.patients.reveal_access_code(services.session, SiteId(site.site_id)),
            site.show_code,
            on_error=lambda error: site.show_error(str(error)),
        )

    def _on_retire(self, site: SiteCard) -> None:
        services = self._context.services
        self._context.operations.write(
            site,
            lambda: services.patients.retire_site(services.session, SiteId(site.site_id)),
            on_error=lambda error: site.show_error(str(error)),
        )

    def _on_all_past(self) -> None:
        self._all_past = True
        if self._detail is not None:
            self._show_visits(self._detail)

    def _back(self) -> None:
        self._context.show_page("patients")

    def _write(self, work: Callable[[], Changes]) -> None:
        self._error.hide()
        self._context.operations.write(self, work, on_error=self._show_error)

    def _show_error(self, error: ClinicError) -> None:
        self._error.setText(str(error))
        self._error.show()

    # Reading and showing.

    def _reload(self) -> None:
        patient_id = self._patient_id
        if patient_id is None:
            return
        if self._reading is not None:
            self._reading.drop()
        store, now = self._context.services.store, self._now()

        def failed(error: ClinicError) -> None:
            self._detail = None
            self._set_enabled(False)
            self._show_trouble(str(error))

        self._reading = self._context.operations.read(
            self, lambda: read_detail(store.reader(), patient_id, now), self._show, on_error=failed
        )

    def _show_trouble(self, sentence: str) -> None:
        self._scroll.hide()
        self._trouble_text.setText(sentence)
        self._trouble.show()

    def _show(self, detail: PatientDetail) -> None:
        # What did not change stays: a code just revealed, the place one has scrolled to.
        before, self._detail = self._detail, detail
        self._trouble.hide()
        self._error.hide()
        self._scroll.show()
        self._set_enabled(True)
        if detail != before:
            self._show_parts(detail)
        self.shown.emit(detail)

    def _show_parts(self, detail: PatientDetail) -> None:
        self._show_header(detail)
        self._person.show_patient(detail.patient)
        self._show_sites(detail)
        self._show_visits(detail)

    def _show_header(self, detail: PatientDetail) -> None:
        patient = detail.patient
        self._name.setText(patient.name)
        self.title = patient.name
        today = self._now().date()
        about = [_("age {age}").format(age=age_on(patient.dob, today))] if patient.dob else []
        about += [patient.pronouns] if patient.pronouns else []
        about += [phone_text(phone.number) for phone in patient.phones[:1]]
        about += [patient.course_label] if patient.course_label else []
        self._about.setText(" · ".join(about))
        self._about.setVisible(bool(about))
        clear_layout(self._pills)
        if patient.archived:
            self._pills.addWidget(label(_("archived"), "pill"))
        for words in flag_words(detail.flags):
            self._pills.addWidget(label(words, "pill-warn"))
        for missing in missing_of(patient, detail.sites):
            self._pills.addWidget(label(missing_word(missing), "pill-warn"))
        self._pills.addStretch(1)
        self._pill_bar.setVisible(self._pills.count() > 1)

    def _show_sites(self, detail: PatientDetail) -> None:
        clear_layout(self._site_lines)
        self._cards = []
        self._site_lines.addWidget(label(_("Sites"), "title"))
        if not detail.sites:
            self._site_lines.addWidget(
                Alert(
                    self._context.theme,
                    "note",
                    _("No address yet"),
                    _("Visits can be booked; their drives are unknown until there is one."),
                )
            )
        for site in detail.sites:
            made = SiteCard(self._context.theme, site)
            made.pin_requested.connect(self.pin_requested)
            made.reveal_requested.connect(self._revealer(made))
            made.retire_requested.connect(self._retirer(made))
            self._cards.append(made)
            self._site_lines.addWidget(made)
        add = button(_("Add site"), size="small", name="add_site", on_click=self.add_site)
        set_icon(add, self._context.theme, "plus")
        self._site_lines.addLayout(row(add, 1))

    def _revealer(self, made: SiteCard) -> Callable[[], None]:
        return lambda: self._on_reveal(made)

    def _retirer(self, made: SiteCard) -> Callable[[], None]:
        return lambda: self._on_retire(made)

    def _show_visits(self, detail: PatientDetail) -> None:
        clear_layout(self._visit_lines)
        self._visit_lines.addWidget(label(_("Coming visits"), "title"))
        for line in detail.coming:
            self._visit_lines.addWidget(self._visit_row(line, with_year=False))
        if not detail.coming:
            self._visit_lines.addWidget(label(_("None booked."), "muted"))
        self._visit_lines.addSpacing(8)
        self._visit_lines.addWidget(label(_("Past visits"), "title"))
        shown = detail.past if self._all_past else detail.past[:_PAST_SHOWN]
        for line in shown:
            self._visit_lines.addWidget(self._visit_row(line, with_year=True))
        if not detail.past:
            self._visit_lines.addWidget(label(_("None so far."), "muted"))
        rest = len(detail.past) - len(shown)
        if rest > 0:
            text = ngettext("Show {n} more", "Show {n} more", rest).format(n=rest)
            self._visit_lines.addLayout(
                row(button(text, size="small", name="all_past", on_click=self._on_all_past), 1)
            )

    def _visit_row(self, line: VisitLine, *, with_year: bool) -> VisitRow:
        made = VisitRow(self._context.theme, self._context.formats, line, with_year=with_year)
        made.opened.connect(self._on_visit_opened)
        return made

    def _now(self) -> datetime:
        return local_now(self._context.clock, self._context.services.clinic.zone)

    # Building.

    def _set_enabled(self, enabled: bool) -> None:
        for widget in (self._edit, self._book, self._history, self._more):
            widget.setEnabled(enabled)

    def _build_top_bar(self) -> None:
        theme = self._context.theme
        back = icon_button(theme, "arrow-left", _("Back to patients"), name="back")
        back.clicked.connect(lambda _c=False: self._back())
        self._name = label("", "page", name="patient_name")
        self._about = label("", "caption", name="patient_about")
        self._edit = button(
            _("Edit"), name="edit", on_click=self.edit, tip=_("Edit this patient (E)")
        )
        set_icon(self._edit, theme, "pen-line")
        self._history = button(
            _("History"), name="history", on_click=self.show_history, tip=_("History (H)")
        )
        set_icon(self._history, theme, "history")
        self._more = icon_button(theme, "ellipsis", _("More"), name="more")
        self._more.clicked.connect(lambda _c=False: self._on_more())
        self._book = button(
            _("Book"), kind="primary", name="book", on_click=self._on_book, tip=_("Book (B)")
        )
        set_icon(self._book, theme, "calendar-days")
        self.top_layout.addWidget(back)
        self.top_layout.addSpacing(4)
        self.top_layout.addLayout(column(1, self._name, self._about, 1, spacing=1), 1)
        for widget in (self._more, self._history, self._edit, self._book):
            self.top_layout.addWidget(widget)

    def more_menu(self) -> QMenu:
        """Archive or restore, and merge for those who may."""
        menu = QMenu(self)
        archived = self._detail is not None and self._detail.patient.archived
        done = menu.addAction(_("Restore patient") if archived else _("Archive patient"))
        done.setObjectName("archive")
        done.triggered.connect(lambda _c=False: self.archive())
        if self._context.session.roles & {Role.OFFICE, Role.OWNER} and not archived:
            merge = menu.addAction(_("Merge another record into this one…"))
            merge.setObjectName("merge")
            merge.triggered.connect(lambda _c=False: self.merge())
        return menu

    def _on_more(self) -> None:
        menu = self.more_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self._more.mapToGlobal(self._more.rect().bottomLeft()))

    def _build_body(self) -> None:
        self._person = PersonCard(self._context.formats)
        self._site_lines = QVBoxLayout()
        self._visit_lines = QVBoxLayout()
        for layout, spacing in ((self._site_lines, 8), (self._visit_lines, 4)):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(spacing)
        visits = card(column(self._visit_lines, margins=14))
        self.clinical_layout = QVBoxLayout()
        self.clinical_layout.setContentsMargins(0, 0, 0, 0)
        self.clinical_area = QWidget()
        self.clinical_area.setObjectName("clinical_area")
        self.clinical_area.setLayout(self.clinical_layout)
        self.clinical_area.hide()
        self._pill_bar = QWidget()
        self._pills = row(spacing=6)
        self._pill_bar.setLayout(self._pills)
        left = column(self._person, self._site_lines, 1, spacing=14)
        right = column(self.clinical_area, visits, 1, spacing=14)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(14)
        self._columns.addLayout(left, 1)
        self._columns.addLayout(right, 1)
        self._error = label("", "error", wrap=True, name="page_error")
        self._error.hide()
        content = column(self._error, self._pill_bar, self._columns, 1, spacing=10, margins=14)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(surface(content))
        self._scroll.hide()
        self._trouble_text = label("", "muted", wrap=True, name="page_trouble")
        self._trouble_text.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._trouble = EmptyState(
            self._context.theme,
            "user",
            _("No patient is shown"),
            "",
            button(_("Back to patients"), on_click=self._back),
        )
        inner = self._trouble.layout()
        if inner is not None:
            inner.addWidget(self._trouble_text)
        self._trouble.hide()
        self.body.setLayout(column(self._scroll, self._trouble, spacing=0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """One column where two do not fit."""
        super().resizeEvent(event)
        wide = QSize(event.size()).width() >= _SIDE_BY_SIDE_PX
        self._columns.setDirection(
            QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        )
