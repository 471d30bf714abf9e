"""The intake: screening, history, consent; savable half-done, completeness beside it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.changes import Changes, HistoryStep, RecordKind
from clinic_desktop.domain.clinical.intake import Intake, IntakeState
from clinic_desktop.domain.clinical.missing import NotReady
from clinic_desktop.domain.clinical.screening import Answer, ScreeningAnswer
from clinic_desktop.domain.errors import ClinicError, NotFound
from clinic_desktop.domain.ids import IntakeId, VisitId
from clinic_desktop.services.clinical.consents import RecordConsent
from clinic_desktop.services.clinical.intakes import IntakeView
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.text import _
from clinic_desktop.ui.clinical.consent_step import ConsentStep, GivenConsent
from clinic_desktop.ui.clinical.field_editor import FieldForm
from clinic_desktop.ui.clinical.progress_side import ProgressSide
from clinic_desktop.ui.clinical.screening_row import ScreeningRow, stack_rows
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    Alert,
    button,
    card,
    clear_layout,
    column,
    icon_button,
    label,
    row,
    surface,
)
from clinic_desktop.ui.kit.step_bar import StepBar
from clinic_desktop.ui.shell.page import ShellPage

_AUTOSAVE_MS = 4000
_NARROW_PX = 1000
_STEPS = ("screening", "history", "consent")


class IntakePage(ShellPage):
    """Opened for a visit by a clinician.

    Signals:
        note_wanted(str): go on to the note of this visit.
    """

    page_id = "intake"
    note_wanted = Signal(str)

    def __init__(self, context: UiContext, clinical: ClinicalService) -> None:
        super().__init__()
        self.title = _("Intake")
        self._context, self._clinical = context, clinical
        self._view: IntakeView | None = None
        self._visit_id: VisitId | None = None
        self._dirty = False
        self._screening: list[ScreeningRow] = []
        self._history: list[FieldForm] = []
        self._steps = QStackedWidget()
        self._step_bar = StepBar(
            context.theme,
            (_("Screening"), _("History"), _("Consent and signature")),
            _("Steps of the intake"),
        )
        self._step_bar.chosen.connect(self.show_step)
        self._side = ProgressSide(context.theme)
        self._side.field_requested.connect(self._go_to)
        self._notice = QVBoxLayout()
        self._saved = label("", "caption", name="intake_saved")
        self._build_top_bar()
        self._build_body()
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(_AUTOSAVE_MS)
        self._autosave.timeout.connect(self._on_autosave)

    # From outside.

    def open_for_visit(self, visit_id: VisitId) -> None:
        """Open the visit's intake, made if there is none yet."""
        self._visit_id = visit_id
        session, clinical = self._context.session, self._clinical

        def done(changes: Changes) -> None:
            intake_id = IntakeId(next(iter(changes.of(RecordKind.INTAKES))))
            self.open_intake(intake_id)

        self._context.operations.write(
            self, lambda: clinical.intakes.open_for_visit(session, visit_id), on_done=done
        )

    def open_intake(self, intake_id: IntakeId) -> None:
        """Show an intake."""
        session, clinical = self._context.session, self._clinical
        self._context.operations.write_value(
            self, lambda: clinical.intakes.view(session, intake_id), self._show
        )

    def apply(self, changes: Changes) -> None:
        """An undo or a redo of what is shown here is read anew."""
        view = self._view
        if view is None or changes.step is HistoryStep.DONE or not self.isVisible():
            return
        touched = (RecordKind.INTAKES, RecordKind.CONSENTS, RecordKind.EPISODES)
        if not changes.touches(*touched):
            return
        if self._dirty:
            # What is typed and not saved is kept, and offered above what the undo brought back.
            self._autosave.stop()
            self._on_autosave()
        self._reopen(self._steps.currentIndex())

    def free_rect(self) -> QRect:
        """Above the buttons at the foot."""
        free = self.rect()
        free.setBottom(self._later.mapTo(self, QPoint()).y() - 8)
        return free

    @property
    def intake(self) -> Intake | None:
        """The intake as it stands on the screen."""
        return self._edited() if self._view is not None else None

    def show_step(self, index: int) -> None:
        """Screening, history or consent."""
        self._steps.setCurrentIndex(index)
        self._step_bar.set_index(index)
        self._back.setVisible(index > 0)
        self._next.setVisible(index < len(_STEPS) - 1)
        self._complete.setVisible(index == len(_STEPS) - 1)
        if index == 0 and self._screening:
            first = next((r for r in self._screening if r.chosen() is None), self._screening[0])
            first.setFocus()

    def may_leave(self) -> bool:
        """Leaving saves; what a save refuses was kept against a crash before."""
        if self._dirty:
            self._on_autosave()
            self.save()
        return True

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save what is entered, half-done or not."""
        if self._view is None:
            return
        edited = self._edited()
        session, clinical = self._context.session, self._clinical
        self._autosave.stop()
        self._dirty = False

        def done(_changes: Changes) -> None:
            self._say_saved(_("Saved. Close any time; nothing is lost."))
            if then is not None:
                then()

        def refused(error: ClinicError) -> None:
            self._dirty = True
            self._say_saved(str(error))
            if isinstance(error, NotFound):
                self._offer_save_as_new()

        self._context.operations.write(
            self, lambda: clinical.intakes.save(session, edited), on_done=done, on_error=refused
        )

    # Layout.

    def _build_top_bar(self) -> None:
        theme = self._context.theme
        back = icon_button(theme, "chevron-left", _("Back to the board"), name="intake_close")
        back.clicked.connect(lambda _c=False: self._context.show_page("board"))
        self._name = label("", "page", name="intake_name")
        self._subtitle = label("", "caption")
        self.top_layout.addWidget(back)
        self.top_layout.addSpacing(6)
        self.top_layout.addLayout(column(1, self._name, self._subtitle, 1, spacing=0))
        self.top_layout.addStretch(1)
        self._template = QComboBox()
        self._template.setObjectName("intake_template")
        self._template.setAccessibleName(_("Template"))
        for template in self._clinical.library.newest_templates():
            self._template.addItem(template.name, template.id)
        self._template.activated.connect(self._on_template_chosen)
        self.top_layout.addWidget(self._template)
        self._to_note = button(
            _("Write the note"), name="intake_to_note", on_click=self._on_note_wanted
        )
        self.top_layout.addWidget(self._to_note)

    def _build_body(self) -> None:
        main = QVBoxLayout()
        main.setContentsMargins(24, 12, 24, 0)
        main.setSpacing(10)
        main.addLayout(self._notice)
        main.addWidget(self._steps, 1)
        self._back = button(
            _("Back"),
            name="intake_back",
            on_click=lambda: self.show_step(self._steps.currentIndex() - 1),
        )
        self._next = button(
            _("Next"),
            kind="primary",
            name="intake_next",
            on_click=lambda: self.show_step(self._steps.currentIndex() + 1),
        )
        self._complete = button(
            _("Complete the intake"),
            kind="primary",
            name="intake_complete",
            on_click=self._on_complete,
        )
        later = button(_("Save"), name="intake_save", on_click=self.save)
        self._later = later
        foot = row(self._back, self._saved, 1, later, self._next, self._complete)
        foot.setContentsMargins(24, 8, 24, 8)
        strip = QWidget()
        strip.setProperty("panel", "top")
        strip.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        lines = column(self._step_bar, spacing=0)
        lines.setContentsMargins(20, 2, 20, 2)
        strip.setLayout(lines)
        left = surface(column(strip, main, foot, spacing=0), "window")
        inner = QHBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(left, 1)
        self._side_scroll = QScrollArea()
        self._side_scroll.setWidgetResizable(True)
        self._side_scroll.setWidget(self._side)
        self._side_scroll.setFixedWidth(332)
        inner.addWidget(self._side_scroll)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the side goes."""
        super().resizeEvent(event)
        self._side_scroll.setVisible(self.width() >= _NARROW_PX)

    def _show(self, view: IntakeView) -> None:
        self._view = view
        self._visit_id = view.intake.visit_id or self._visit_id
        self._name.setText(_("Intake: {name}").format(name=view.patient.name))
        state = _("complete") if view.intake.state is IntakeState.COMPLETE else _("draft")
        self._subtitle.setText(f"{view.template.name} · {state}")
        self._template.setCurrentIndex(self._template.findData(view.template.id))
        self._template.setEnabled(view.intake.state is IntakeState.DRAFT)
        while self._steps.count():
            old = self._steps.currentWidget()
            if old is None:
                break
            self._steps.removeWidget(old)
            old.deleteLater()
        self._steps.addWidget(self._screening_step(view))
        self._steps.addWidget(self._history_step(view))
        self._steps.addWidget(self._consent_step(view))
        self._offer_recovered(view)
        self._dirty = False
        self._side.show_progress(view.progress)
        self._show_notes()
        self._say_saved("")
        self.show_step(0)

    def _screening_step(self, view: IntakeView) -> QWidget:
        items = self._clinical.library.catalogue.asked
        self._screening = []
        for number, item in enumerate(items, start=1):
            made = ScreeningRow(self._context.theme, self._context.formats, number, item)
            made.set_blank(self._blank(item.id))
            made.show_answer(view.intake.answer(item.id))
            made.edited.connect(self._on_edited)
            made.step_requested.connect(self._on_question_step)
            self._screening.append(made)
        body = stack_rows(self._screening)
        head = row(
            label(_("Ask as written. “Unsure” counts as yes."), "muted"),
            1,
            label(_("Answer with Y, N, U; arrows move"), "caption"),
        )
        return _scrolled(column(head, card(body), 1, spacing=8))

    def _history_step(self, view: IntakeView) -> QWidget:
        self._history = []
        lines = column(spacing=14)
        for section in view.template.sections:
            form = FieldForm(section.fields, self._context.formats)
            form.set_values(view.intake.answers)
            form.edited.connect(self._on_edited)
            self._history.append(form)
            lines.addWidget(
                card(column(label(section.title, "title"), form, spacing=10, margins=16))
            )
        lines.addStretch(1)
        return _scrolled(lines)

    def _consent_step(self, view: IntakeView) -> QWidget:
        now = self._context.clock.now_utc()
        self.consent = ConsentStep(
            self._context.theme,
            self._context.formats,
            self._clinical.consents.text(),
            view.patient.name,
            next((c for c in view.consents if c.valid_at(now)), None),
        )
        self.consent.agreed.connect(self._on_consent)
        return _scrolled(column(self.consent, spacing=0))

    def _offer_recovered(self, view: IntakeView) -> None:
        clear_layout(self._notice)
        recovered = view.recovered
        if recovered is None:
            return
        take = button(_("Take it over"), kind="primary", size="small")
        leave = button(_("Discard it"), size="small")

        def take_over() -> None:
            self._show(replace(view, intake=recovered.record, recovered=None))
            self._on_edited()

        def discard() -> None:
            session, clinical = self._context.session, self._clinical
            intake_id = view.intake.id
            self._context.operations.write_value(
                self, lambda: clinical.intakes.discard_autosave(session, intake_id), _nothing
            )
            clear_layout(self._notice)

        take.clicked.connect(lambda _c=False: take_over())
        leave.clicked.connect(lambda _c=False: discard())
        self._notice.addLayout(
            row(
                Alert(
                    self._context.theme,
                    "note",
                    _("Unsaved work was found"),
                    _("It was kept when the program ended."),
                ),
                take,
                leave,
            )
        )

    # What the person did.

    def _on_template_chosen(self) -> None:
        """Another condition: what is entered is saved, and what both templates ask stays."""
        view = self._view
        if view is None or self._template.currentData() == view.template.id:
            return
        session, clinical, intake_id = self._context.session, self._clinical, view.intake.id
        chosen = str(self._template.currentData())

        def changed(_changes: Changes) -> None:
            self._reopen(self._steps.currentIndex())

        self.save(
            lambda: self._context.operations.write(
                self,
                lambda: clinical.intakes.change_template(session, intake_id, chosen),
                on_done=changed,
            )
        )

    def _on_note_wanted(self) -> None:
        visit_id = self._visit_id
        if visit_id is not None:
            self.save(lambda: self.note_wanted.emit(visit_id))

    def _blank(self, item_id: str) -> ScreeningAnswer:
        assert self._view is not None
        return ScreeningAnswer(
            intake_id=self._view.intake.id,
            item_id=item_id,
            answer=Answer.NO,
            asked_by=self._context.session.user_id,
            asked_at=self._context.clock.now_utc(),
        )

    def _edited(self) -> Intake:
        assert self._view is not None
        answers = {k: v for form in self._history for k, v in form.values().items()}
        given = [r.answer(self._blank(r.item.id)) for r in self._screening]
        return replace(
            self._view.intake,
            answers=answers,
            screening=tuple(answer for answer in given if answer is not None),
        )

    def _show_notes(self) -> None:
        """Under each step how far it is."""
        view = self._view
        if view is None:
            return
        asked, given = len(self._screening), sum(r.chosen() is not None for r in self._screening)
        words = _("{n} of {all} answered")
        self._step_bar.set_note(0, words.format(n=given, all=asked), done=given == asked)
        values = {k: v for form in self._history for k, v in form.values().items()}
        fields = sum(len(section.fields) for section in view.template.sections)
        known = sum(value not in (None, "", ()) for value in values.values())
        self._step_bar.set_note(1, words.format(n=known, all=fields), done=known == fields)
        signed = any(c.valid_at(self._context.clock.now_utc()) for c in view.consents)
        self._step_bar.set_note(2, _("signed") if signed else _("not signed"), done=signed)

    def _on_edited(self) -> None:
        if self._view is None:
            return
        self._dirty = True
        self._show_notes()
        view = self._view
        self._side.show_progress(
            self._clinical.intakes.progress(self._edited(), view.patient, view.sites, view.consents)
        )
        self._say_saved(_("Not saved yet"))
        if not self._autosave.isActive():
            # Not at each key: who types without a pause is kept all the same.
            self._autosave.start()

    def _on_autosave(self) -> None:
        """Keeps what is typed against a crash; saving for good stays the person's."""
        if self._view is None or not self._dirty:
            return
        edited = self._edited()
        session, clinical = self._context.session, self._clinical

        def done(_nothing_back: object) -> None:
            self._say_saved(_("Kept. Close any time; nothing is lost."))

        def failed(error: ClinicError) -> None:
            self._say_saved(str(error))

        self._context.operations.write_value(
            self, lambda: clinical.intakes.autosave(session, edited), done, on_error=failed
        )

    def _on_consent(self, given: GivenConsent) -> None:
        view = self._view
        if view is None:
            return
        catalogue = self._clinical.library.catalogue
        regions = sorted({catalogue.muscle(m).region for m in view.template.muscles})
        command = RecordConsent(
            intake_id=view.intake.id,
            text_sha256=given.text.sha256,
            risks=("discussed",),
            regions=tuple(regions),
            signer=given.signer,
            relation=given.relation,
            signature=given.signature,
        )
        session, clinical = self._context.session, self._clinical

        def kept(_changes: Changes) -> None:
            self._reopen(2)

        def refused(error: ClinicError) -> None:
            self.consent.show_error(str(error))

        def record() -> None:
            self._context.operations.write(
                self,
                lambda: clinical.consents.record(session, command),
                on_done=kept,
                on_error=refused,
            )

        # What is entered is saved first: showing the consent reads the intake anew.
        self.save(record)

    def _on_complete(self) -> None:
        view = self._view
        if view is None:
            return
        session, clinical, intake_id = self._context.session, self._clinical, view.intake.id

        def done(_changes: Changes) -> None:
            self._reopen(2)
            self._context.say(_("The intake is complete."))

        def refused(error: ClinicError) -> None:
            if isinstance(error, NotReady) and error.missing:
                self._say_saved(
                    _("{sentence} {n} in all are listed at the side.").format(
                        sentence=error.missing[0].sentence, n=len(error.missing)
                    )
                )
                self._go_to(error.missing[0].field)
            else:
                self._say_saved(str(error))

        self.save(
            lambda: self._context.operations.write(
                self,
                lambda: clinical.intakes.complete(session, intake_id),
                on_done=done,
                on_error=refused,
            )
        )

    def _reopen(self, step: int) -> None:
        view = self._view
        if view is None:
            return
        session, clinical, intake_id = self._context.session, self._clinical, view.intake.id

        def shown(fresh: IntakeView) -> None:
            self._show(fresh)
            self.show_step(step)

        def failed(error: ClinicError) -> None:
            self._say_saved(str(error))
            if isinstance(error, NotFound):
                self._offer_save_as_new()

        self._context.operations.write_value(
            self, lambda: clinical.intakes.view(session, intake_id), shown, on_error=failed
        )

    def _offer_save_as_new(self) -> None:
        """The record is gone; what stands on the screen is not lost with it."""
        clear_layout(self._notice)
        alert = Alert(
            self._context.theme,
            "block",
            _("This intake is not here any more"),
            _("Your answers are still on the screen."),
        )
        self._notice.addLayout(
            row(
                alert,
                button(
                    _("Save as a new intake"),
                    kind="primary",
                    size="small",
                    name="intake_save_as_new",
                    on_click=self._save_as_new,
                ),
            )
        )

    def _save_as_new(self) -> None:
        visit_id, view = self._visit_id, self._view
        if visit_id is None or view is None:
            return
        typed = self._edited()
        session, clinical = self._context.session, self._clinical

        def save() -> Changes:
            opened = clinical.intakes.open_for_visit(session, visit_id, view.template.id)
            new_id = IntakeId(next(iter(opened.of(RecordKind.INTAKES))))
            answers = tuple(replace(a, intake_id=new_id) for a in typed.screening)
            clinical.intakes.save(session, replace(typed, id=new_id, screening=answers))
            return opened

        def done(changes: Changes) -> None:
            self._dirty = False
            self.open_intake(IntakeId(next(iter(changes.of(RecordKind.INTAKES)))))

        def refused(error: ClinicError) -> None:
            self._say_saved(str(error))

        self._context.operations.write(self, save, on_done=done, on_error=refused)

    def _go_to(self, field: str) -> None:
        """Bring a missing field up."""
        kind, _dot, name = field.partition(".")
        if kind == "screening":
            self.show_step(0)
            for made in self._screening:
                if made.item.id == name:
                    made.setFocus()
        elif kind == "answers":
            self.show_step(1)
            for form in self._history:
                editor = form.editors.get(name)
                if editor is not None:
                    editor.focus_input()
        elif kind == "consent":
            self.show_step(2)

    def _on_question_step(self, step: int) -> None:
        focused = self.focusWidget()
        here = next(
            (
                n
                for n, made in enumerate(self._screening)
                if focused is made or made.isAncestorOf(focused)
            ),
            -1,
        )
        if here >= 0:
            self._focus_question(here + step)

    def _focus_question(self, index: int) -> None:
        if 0 <= index < len(self._screening):
            made = self._screening[index]
            made.setFocus(Qt.FocusReason.TabFocusReason)
            area = made.parentWidget()
            while area is not None and not isinstance(area, QScrollArea):
                area = area.parentWidget()
            if isinstance(area, QScrollArea):
                area.ensureWidgetVisible(made, 0, 60)

    def _say_saved(self, text: str) -> None:
        self._saved.setText(text)


def _scrolled(layout: QVBoxLayout) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    layout.setContentsMargins(0, 4, 10, 8)
    area.setWidget(surface(layout, "none"))
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return area


def _nothing(_value: object) -> None:
    """Nothing is to be done afterwards."""
