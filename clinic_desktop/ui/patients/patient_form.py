"""The form that creates or edits a patient with the sites where they are treated."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.place import Address
from clinic_desktop.services.patient_checks import PossibleDuplicate
from clinic_desktop.services.patients import SavePatient
from clinic_desktop.text import _
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    button,
    clear_layout,
    column,
    key_cap,
    label,
    row,
    separator,
    surface,
)
from clinic_desktop.ui.patients.patient_fields import PatientFields
from clinic_desktop.ui.patients.site_form import SiteForm

_WIDTH, _HEIGHT = 720, 760
_MIN_WIDTH, _MIN_HEIGHT = 560, 380
_FRAME_PX = 24


class PatientForm(QDialog):
    """Ctrl Return saves; Escape closes, and asks first if something was typed.

    Args:
        context: the session's.
        patient: the record to edit, None for a new one.
        sites: the patient's sites in use.
        add_site: start with one more, empty site.
        parent: the window it belongs to.

    Signals:
        saved(str): the patient's id, once it is written.
        open_requested(str): a possible double that the person would rather open.
    """

    saved = Signal(str)
    open_requested = Signal(str)

    def __init__(
        self,
        context: UiContext,
        patient: Patient | None = None,
        sites: Sequence[VisitSite] = (),
        *,
        add_site: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._patient = patient
        self._patient_id = patient.id if patient else context.services.patients.new_patient_id()
        self._saving = False
        self._undecided_once = False
        self.setObjectName("patient_form")
        self.setWindowTitle(
            _("Edit {name}").format(name=patient.name) if patient else _("New patient")
        )
        today = local_now(context.clock, context.services.clinic.zone).date()
        self._sites: list[SiteForm] = []
        self._site_lines = QVBoxLayout()
        self._site_lines.setContentsMargins(0, 0, 0, 0)
        self._site_lines.setSpacing(10)
        for site in sites:
            self._add_site(site)
        if not sites or add_site:
            self._add_site(None)
        self.fields = PatientFields(context.theme, context.formats, today, patient, self._places())
        self.fields.changed.connect(self._on_changed)
        self._build()
        self._start = self._typed_state()
        self._show_missing()
        first = self._sites[-1].address.edit if add_site else self.fields.first
        QTimer.singleShot(0, first, lambda: self._show_editor(first))

    # From outside.

    def sites(self) -> Sequence[SiteForm]:
        """The sites' editors, in order."""
        return tuple(self._sites)

    @property
    def changed(self) -> bool:
        """Whether anything differs from when the form was opened."""
        return self._typed_state() != self._start

    def save(self) -> None:
        """Check, then write; stays open with a sentence if something is in the way."""
        if self._saving:
            return
        self._settle(list(self._sites))

    def reject(self) -> None:
        """Escape: ask before typed work is lost."""
        if self._discard.isVisibleTo(self):
            self._discard.hide()
            self.fields.first.setFocus()
        elif self.changed and not self._saving:
            self._discard.show()
            self._keep_editing.setFocus()
        else:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl Return saves, from whatever editor; a bare Return only leaves the field."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.save()
            elif isinstance(focused := self.focusWidget(), QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)

    # Saving.

    def _settle(self, waiting: list[SiteForm]) -> None:
        """Wait for each address look-up in turn, so that a sure place is never missed."""
        if waiting:
            waiting[0].address.settle(lambda: self._settle(waiting[1:]))
            return
        command = self._read()
        if command is not None:
            self._write(command)

    def _read(self) -> SavePatient | None:
        self._twins.hide()
        self._say("")
        read = self.fields.read(self._patient, self._patient_id)
        wrong = read.wrong
        for form in self._sites:
            placeless = not form.empty and not form.has_place
            form.address.set_error(_("Type the street of this site.") if placeless else "")
            if placeless:
                wrong = wrong or form.address.edit
        if wrong is not None or read.patient is None:
            self._say(_("Not saved yet: look at what is marked."))
            if wrong is not None:
                self._show_editor(wrong)
            return None
        undecided = next((f for f in self._sites if f.address.undecided and not f.has_point), None)
        if undecided is not None and not self._undecided_once:
            self._undecided_once = True
            undecided.address.set_error(
                _("Choose one of these, or save again to keep the address as typed.")
            )
            self._show_editor(undecided.address.edit)
            return None
        sites = tuple(
            form.read(self._patient_id, self._new_site) for form in self._sites if not form.empty
        )
        return SavePatient(patient=read.patient, sites=sites)

    def _write(self, command: SavePatient) -> None:
        services = self._context.services
        self._set_saving(True)

        def done(_changes: Changes) -> None:
            self._set_saving(False)
            self.saved.emit(str(command.patient.id))
            self.accept()

        def refused(error: ClinicError) -> None:
            self._set_saving(False)
            if isinstance(error, PossibleDuplicate):
                self._look_up_twins(command, error)
            else:
                self._say(str(error))

        self._context.operations.write(
            self,
            lambda: services.patients.save(services.session, command),
            on_done=done,
            on_error=refused,
        )

    def _look_up_twins(self, command: SavePatient, error: PossibleDuplicate) -> None:
        store = self._context.services.store

        def work() -> list[tuple[Patient, str]]:
            reader = store.reader()
            found = reader.patients(error.patient_ids)
            return [
                (found[i], next((s.address.area for s in reader.sites_of(i)), ""))
                for i in error.patient_ids
                if i in found
            ]

        self._context.operations.read(self, work, lambda t: self._show_twins(command, error, t))

    def _show_twins(
        self, command: SavePatient, error: PossibleDuplicate, twins: Sequence[tuple[Patient, str]]
    ) -> None:
        clear_layout(self._twin_lines)
        self._twin_lines.addWidget(label(error.sentence, "strong", wrap=True))
        first: QWidget | None = None
        for twin, area in twins:
            about = [twin.name]
            about += [self._context.formats.short_date(twin.dob)] if twin.dob else []
            about += [phone_text(phone.number) for phone in twin.phones[:1]]
            about += [area] if area else []
            opener = button(
                _("Open that one"), size="small", name="open_twin", on_click=self._opener(twin.id)
            )
            opener.setAccessibleName(_("Open {name}").format(name=twin.name))
            first = first or opener
            words = row(label(" · ".join(about), wrap=True), opener, spacing=10)
            words.setStretch(0, 1)
            self._twin_lines.addLayout(words)
        both = button(
            _("Keep both"),
            size="small",
            name="keep_both",
            on_click=lambda: self._write(
                SavePatient(patient=command.patient, sites=command.sites, keep_both=True)
            ),
        )
        self._twin_lines.addLayout(row(1, both))
        self._twins.show()
        (first or both).setFocus()

    def _opener(self, patient_id: PatientId) -> Callable[[], None]:
        def open_it() -> None:
            self.open_requested.emit(str(patient_id))
            QDialog.reject(self)

        return open_it

    def _new_site(self) -> VisitSite:
        return VisitSite(
            id=self._context.services.patients.new_site_id(),
            patient_id=self._patient_id,
            address=Address(line=""),
        )

    # Showing.

    def _add_site(self, site: VisitSite | None) -> SiteForm:
        form = SiteForm(self._context, site, len(self._sites) + 1)
        form.changed.connect(self._on_changed)
        form.address.changed.connect(lambda: self._show_candidates(form))
        self._sites.append(form)
        self._site_lines.addWidget(form)
        return form

    def _on_add_site(self) -> None:
        form = self._add_site(None)
        QTimer.singleShot(0, form, lambda: self._show_editor(form.address.edit))

    def _show_editor(self, editor: QWidget) -> None:
        editor.setFocus()
        self._scroll.ensureWidgetVisible(editor, 20, 60)

    def _show_candidates(self, form: SiteForm) -> None:
        """Bring the places that are offered into view."""
        listed = form.address.candidates
        if form.address.undecided:
            QTimer.singleShot(0, listed, lambda: self._scroll.ensureWidgetVisible(listed, 20, 20))

    def _on_changed(self) -> None:
        """An answer to what was typed before is not shown any longer."""
        self._undecided_once = False
        self._twins.hide()
        self._say("")
        self._show_missing()

    def _show_missing(self) -> None:
        """What the record will lack; it can be saved all the same."""
        words: list[str] = []
        if self.fields.phones.empty:
            words.append(_("No phone: nobody can call back."))
        if not any(form.has_place for form in self._sites):
            words.append(_("No address: drives are unknown until there is one."))
        elif any(form.has_place and not form.has_point for form in self._sites):
            words.append(_("No pin: drives are unknown until there is one."))
        self._missing.setText(" ".join(words))
        self._missing.setVisible(bool(words))

    def _say(self, sentence: str) -> None:
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))

    def _set_saving(self, saving: bool) -> None:
        self._saving = saving
        self._save.setEnabled(not saving)

    def _typed_state(self) -> tuple[str, ...]:
        """What is in every editor, without parsing any of it."""
        lines = [line.text() for line in self.findChildren(QLineEdit)]
        boxes = [str(box.isChecked()) for box in self.findChildren(QCheckBox)]
        choices = [choice.currentText() for choice in self.findChildren(QComboBox)]
        return (*lines, "|", *boxes, "|", *choices)

    def _build(self) -> None:
        content = column(self.fields, 1, spacing=10, margins=16)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setWidget(surface(content))
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = column(self._scroll, separator(), self._footer(), spacing=0)
        outer.setStretch(0, 1)
        self.setLayout(outer)
        self.setMinimumSize(_MIN_WIDTH, _MIN_HEIGHT)
        parent = self.parentWidget()
        room = parent.window().size() if parent else None
        width = min(_WIDTH, room.width() - _FRAME_PX) if room else _WIDTH
        height = min(_HEIGHT, room.height() - _FRAME_PX) if room else _HEIGHT
        self.resize(max(width, _MIN_WIDTH), max(height, _MIN_HEIGHT))

    def _places(self) -> QWidget:
        add = button(
            _("Add another site"), size="small", name="add_site", on_click=self._on_add_site
        )
        places = QWidget()
        places.setLayout(
            column(
                label(_("Where they are treated"), "title"),
                self._site_lines,
                row(add, 1),
                spacing=10,
            )
        )
        return places

    def _footer(self) -> QWidget:
        self._twin_lines = QVBoxLayout()
        self._twin_lines.setContentsMargins(12, 8, 12, 8)
        self._twin_lines.setSpacing(6)
        self._twins = _strip("warn", self._twin_lines)
        self._keep_editing = button(
            _("Keep editing"), size="small", name="keep_editing", on_click=self.reject
        )
        throw_away = button(
            _("Discard"),
            size="small",
            kind="danger",
            name="discard",
            on_click=lambda: QDialog.reject(self),
        )
        question = label(_("Close without saving what you typed?"), wrap=True)
        asked = row(question, self._keep_editing, throw_away, spacing=8, margins=8)
        asked.setStretch(0, 1)
        self._discard = _strip("warn", asked)
        self._error = label("", "error", wrap=True, name="form_error")
        self._error.hide()
        self._missing = label("", "warn", wrap=True, name="form_missing")
        cancel = button(_("Cancel"), name="cancel", on_click=self.reject)
        self._save = button(_("Save"), kind="primary", name="save", on_click=self.save)
        self._save.setToolTip(_("Save (Ctrl Return)"))
        said = column(self._error, self._missing, spacing=2)
        line = row(said, key_cap("Ctrl ↵"), cancel, self._save, spacing=8)
        line.setStretch(0, 1)
        return surface(column(self._twins, self._discard, line, spacing=8, margins=12))


def _strip(kind: str, layout: QLayout) -> QFrame:
    """A tinted strip above the buttons, hidden until it is needed."""
    made = QFrame()
    made.setProperty("box", kind)
    made.setLayout(layout)
    made.hide()
    return made
