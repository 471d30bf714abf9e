"""The note of a visit: SOAP, the template's tests, what is missing, sign; amend once signed."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from clinic_desktop.domain.changes import Changes, HistoryStep, RecordKind
from clinic_desktop.domain.clinical.anatomy import Side
from clinic_desktop.domain.clinical.missing import NotReady
from clinic_desktop.domain.clinical.note import Note, NoteKind, NoteState
from clinic_desktop.domain.clinical.screening import Answer
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.domain.ids import NoteId, VisitId
from clinic_desktop.services.clinical.notes import AmendNote, NoteView
from clinic_desktop.services.clinical.service import ClinicalService
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.clinical.test_row import TestRow
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.parts import (
    Alert,
    Field,
    Segments,
    button,
    card,
    clear_layout,
    column,
    icon_button,
    label,
    row,
    surface,
)
from clinic_desktop.ui.shell.page import ShellPage

_AUTOSAVE_MS = 4000
_NARROW_PX = 1000


class NotePage(ShellPage):
    """Opened for a visit by a clinician.

    Signals:
        intake_wanted(str): a missing screening answer or consent: open the visit's intake.
    """

    page_id = "note"
    intake_wanted = Signal(str)

    def __init__(self, context: UiContext, clinical: ClinicalService) -> None:
        super().__init__()
        self.title = _("Note")
        self._context, self._clinical = context, clinical
        self._view: NoteView | None = None
        self._texts: dict[str, QPlainTextEdit] = {}
        self._tests: list[TestRow] = []
        self._change: Segments | None = None
        self._dirty = False
        self._build_top_bar()
        self._lines = QVBoxLayout()
        self._lines.setContentsMargins(24, 12, 24, 12)
        self._lines.setSpacing(12)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(surface(self._lines, "window"))
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._gaps = QVBoxLayout()
        self._gaps.setContentsMargins(16, 16, 16, 16)
        self._gaps.setSpacing(6)
        self._side = surface(self._gaps, "window")
        self._side.setProperty("panel", "right")
        self._side.setFixedWidth(320)
        self._saved = label("", "caption", name="note_saved")
        self._save = button(_("Save draft"), name="note_save", on_click=self.save)
        self._sign = button(_("Sign note"), kind="primary", name="note_sign",
                            on_click=self._on_sign)  # fmt: skip
        self._amend = button(_("Add an amendment"), name="note_amend", on_click=self._on_amend)
        foot = row(self._saved, 1, self._amend, self._save, self._sign)
        foot.setContentsMargins(24, 8, 24, 8)
        left = surface(column(area, foot, spacing=0), "window")
        inner = QHBoxLayout(self.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(0)
        inner.addWidget(left, 1)
        inner.addWidget(self._side)
        self._autosave = QTimer(self)
        self._autosave.setSingleShot(True)
        self._autosave.setInterval(_AUTOSAVE_MS)
        self._autosave.timeout.connect(self._on_autosave)

    # From outside.

    def open_for_visit(self, visit_id: VisitId) -> None:
        """Open the visit's note, begun if there is none yet."""
        session, clinical = self._context.session, self._clinical

        def done(changes: Changes) -> None:
            self.open_note(NoteId(next(iter(changes.of(RecordKind.NOTES)))))

        self._context.operations.write(
            self, lambda: clinical.notes.start_for_visit(session, visit_id), on_done=done
        )

    def open_note(self, note_id: NoteId) -> None:
        """Show a note; that it was opened is recorded."""
        session, clinical = self._context.session, self._clinical
        self._context.operations.write_value(
            self, lambda: clinical.notes.view(session, note_id), self._show
        )

    @property
    def note(self) -> Note | None:
        """The note as last read."""
        return self._view.note if self._view else None

    def may_leave(self) -> bool:
        """Leaving saves; what a save refuses was kept against a crash before."""
        if self._dirty:
            self._on_autosave()
            self.save()
        return True

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save the draft."""
        if self._view is None or self._view.note.signed:
            return
        edited = self._edited()
        session, clinical = self._context.session, self._clinical
        self._autosave.stop()
        self._dirty = False

        def done(_changes: Changes) -> None:
            self._saved.setText(_("Draft saved."))
            if then is not None:
                then()

        def refused(error: ClinicError) -> None:
            self._dirty = True
            self._saved.setText(str(error))

        self._context.operations.write(
            self, lambda: clinical.notes.save(session, edited), on_done=done, on_error=refused
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """On a narrow window the side goes."""
        super().resizeEvent(event)
        self._side.setVisible(self.width() >= _NARROW_PX)

    # Layout.

    def _build_top_bar(self) -> None:
        back = icon_button(self._context.theme, "chevron-left", _("Back to the board"))
        back.clicked.connect(lambda _c=False: self._context.show_page("board"))
        self._name = label("", "page", name="note_name")
        self._subtitle = label("", "caption", name="note_subtitle")
        self._state = label("", "pill", name="note_state")
        to_intake = button(_("Intake"), name="note_to_intake", on_click=self._on_intake_wanted)
        self.top_layout.addWidget(back)
        self.top_layout.addSpacing(6)
        self.top_layout.addLayout(column(1, self._name, self._subtitle, 1, spacing=0))
        self.top_layout.addWidget(self._state, 0, Qt.AlignmentFlag.AlignVCenter)
        self.top_layout.addStretch(1)
        self.top_layout.addWidget(to_intake)

    def _show(self, view: NoteView) -> None:
        self._view = view
        note = view.note
        formats = self._context.formats
        local = to_local(note.service_at, self._context.services.clinic.zone)
        self._name.setText(view.patient.name)
        kind = _("Evaluation") if note.kind is NoteKind.EVALUATION else _("Session")
        when = f"{formats.day_with_year(local.date())}, {formats.clock_time(local)}"
        self._subtitle.setText(f"{kind} · {view.template.name} · {when}")
        words = {
            NoteState.DRAFT: _("Draft"),
            NoteState.SIGNED: _("Signed"),
            NoteState.AMENDED: _("Signed, amended"),
        }
        self._state.setText(words[note.state])
        clear_layout(self._lines)
        self._texts, self._tests, self._change = {}, [], None
        self._show_seals(view)
        self._show_recovered(view)
        for consequence in view.gate.blocks:
            if consequence.item_id != "consent":
                self._lines.addWidget(
                    Alert(self._context.theme, "block", _("Block"), consequence.sentence)
                )
        for name, title, placeholder in _sections():
            self._lines.addWidget(self._section(name, title, placeholder, note))
            if name == "subjective" and note.kind is NoteKind.SESSION:
                self._lines.addWidget(self._health_change(note))
            if name == "objective":
                self._lines.addWidget(self._test_table(view))
        for amendment in note.amendments:
            self._lines.addWidget(
                self._amendment(
                    amendment.text,
                    amendment.reason,
                    amendment.author_name,
                    str(amendment.written_at),
                )
            )
        self._lines.addStretch(1)
        self._dirty = False
        self._save.setVisible(not note.signed)
        self._sign.setVisible(not note.signed)
        self._amend.setVisible(note.signed)
        self._saved.setText("")
        self._refresh()
        if not note.signed:
            first = next((e for e in self._texts.values() if not e.toPlainText()), None)
            (first or next(iter(self._texts.values()))).setFocus()

    def apply(self, changes: Changes) -> None:
        """An undo or a redo of what is shown here is read anew."""
        view = self._view
        if view is None or changes.step is HistoryStep.DONE or not self.isVisible():
            return
        if view.note.id in changes.of(RecordKind.NOTES):
            if self._dirty:
                self._autosave.stop()
                self._on_autosave()
            self.open_note(view.note.id)

    def free_rect(self) -> QRect:
        """Above the buttons at the foot."""
        free = self.rect()
        shown = self._amend if self._amend.isVisible() else self._sign
        free.setBottom(shown.mapTo(self, QPoint()).y() - 8)
        return free

    def _show_seals(self, view: NoteView) -> None:
        formats = self._context.formats
        zone = self._context.services.clinic.zone
        for seal in view.seals:
            local = to_local(seal.signed_at, zone)
            self._lines.addWidget(
                Alert(
                    self._context.theme,
                    "ok",
                    _("Signed by {name}").format(name=seal.signer_name),
                    f"{formats.day_with_year(local.date())}, {formats.clock_time(local)}",
                )
            )

    def _show_recovered(self, view: NoteView) -> None:
        recovered = view.recovered
        if recovered is None:
            return
        take = button(_("Take it over"), kind="primary", size="small")

        def take_over() -> None:
            self._show(replace(view, note=recovered.record, recovered=None))
            self._on_edited()

        take.clicked.connect(lambda _c=False: take_over())
        self._lines.addLayout(
            row(
                Alert(
                    self._context.theme,
                    "note",
                    _("Unsaved work was found"),
                    _("It was kept when the program ended."),
                ),
                take,
            )
        )

    def _section(self, name: str, title: str, placeholder: str, note: Note) -> QWidget:
        editor = QPlainTextEdit(str(getattr(note, name)))
        editor.setObjectName(f"note_{name}")
        editor.setAccessibleName(title)
        editor.setPlaceholderText(placeholder)
        editor.setTabChangesFocus(True)
        editor.setFixedHeight(74 if name in ("subjective", "objective", "plan") else 52)
        editor.setReadOnly(note.signed)
        editor.textChanged.connect(self._on_edited)
        self._texts[name] = editor
        return Field(title, editor)

    def _health_change(self, note: Note) -> QWidget:
        given = (None, Answer.YES, Answer.NO, Answer.UNSURE)
        self._change = Segments(
            (_("Not asked"), _("Yes"), _("No"), _("Unsure")),
            _("Any change in health, medicines, pregnancy, surgery?"),
            given.index(note.health_change),
        )
        self._change.setEnabled(not note.signed)
        self._change.chosen.connect(self._on_edited)
        self._change_detail = QLineEdit(note.health_change_detail)
        self._change_detail.setPlaceholderText(_("What has changed"))
        self._change_detail.setReadOnly(note.signed)
        self._change_detail.textEdited.connect(self._on_edited)
        return Field(
            _("Any change in health, medicines, pregnancy, surgery?"),
            surface(row(self._change, self._change_detail), "none"),
        )

    def _test_table(self, view: NoteView) -> QWidget:
        known = {(t.test, t.side): t for t in view.note.tests if not t.retest}
        lines = column(label(_("Tests"), "strong"), spacing=6, margins=14)
        for spec in view.template.tests:
            lines.addWidget(label(spec.name, "small"))
            for side in (Side.LEFT, Side.RIGHT) if spec.each_side else (None,):
                made = TestRow(spec, side, known.get((spec.id, side)))
                made.edited.connect(self._on_edited)
                if view.note.signed:
                    made.set_read_only()
                self._tests.append(made)
                lines.addWidget(made)
        return card(lines)

    def _amendment(self, text: str, reason: str, author: str, when: str) -> QWidget:
        return card(
            column(
                label(_("Amendment by {name}, {when}").format(name=author, when=when[:16]),
                      "strong"),
                label(text, wrap=True),
                label(_("Reason: {reason}").format(reason=reason), "small", wrap=True),
                spacing=4,
                margins=12,
            )
        )  # fmt: skip

    # What the person did.

    def _edited(self) -> Note:
        assert self._view is not None
        note = self._view.note
        tests = [t.result(self._clinical.notes.new_child_id) for t in self._tests]
        texts = {name: editor.toPlainText().strip() for name, editor in self._texts.items()}
        given = (None, Answer.YES, Answer.NO, Answer.UNSURE)
        changed = note
        if self._change is not None:
            changed = replace(
                note,
                health_change=given[self._change.index()],
                health_change_detail=self._change_detail.text().strip(),
            )
        retests = [t for t in note.tests if t.retest]
        return replace(
            changed,
            subjective=texts["subjective"],
            objective=texts["objective"],
            assessment=texts["assessment"],
            plan=texts["plan"],
            progress=texts["progress"],
            response=texts["response"],
            advice=texts["advice"],
            tests=(*(t for t in tests if t is not None), *retests),
        )

    def _on_edited(self) -> None:
        if self._view is None or self._view.note.signed or not self._texts:
            return
        self._dirty = True
        self._saved.setText(_("Not saved yet"))
        self._refresh()
        if not self._autosave.isActive():
            # Not at each key: who types without a pause is kept all the same.
            self._autosave.start()

    def _refresh(self) -> None:
        """What stands between the draft and its signature."""
        clear_layout(self._gaps)
        view = self._view
        if view is None:
            return
        if view.note.signed:
            self._gaps.addWidget(label(_("This note is signed."), "strong"))
            self._gaps.addWidget(
                label(_("It cannot be changed. A correction is added as an amendment, with its "
                        "reason; the original stays."), "muted", wrap=True)
            )  # fmt: skip
            self._gaps.addStretch(1)
            return
        gaps = view.missing_in(self._edited())
        count = len(gaps)
        title = (
            ngettext("{n} thing missing", "{n} things missing", count).format(n=count)
            if gaps
            else _("Ready to sign")
        )
        self._gaps.addWidget(label(title, "title", name="note_gaps"))
        for gap in gaps[:14]:
            text = gap.sentence if len(gap.sentence) < 46 else gap.sentence[:44] + "…"
            link = button(text, kind="link", size="small", tip=gap.sentence)
            link.clicked.connect(lambda _c=False, f=gap.field: self._go_to(f))
            self._gaps.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
        if not gaps:
            self._gaps.addWidget(
                label(_("A signature cannot be undone. Later corrections are amendments."),
                      "muted", wrap=True)
            )  # fmt: skip
        self._gaps.addStretch(1)

    def _go_to(self, field: str) -> None:
        kind, _dot, name = field.partition(".")
        if kind == "note" and name in self._texts:
            self._texts[name].setFocus()
        elif kind in ("screening", "consent"):
            self._on_intake_wanted()

    def _on_intake_wanted(self) -> None:
        view = self._view
        if view is None or view.note.visit_id is None:
            return
        visit_id = view.note.visit_id
        if view.note.signed:
            self.intake_wanted.emit(visit_id)
        else:
            self.save(lambda: self.intake_wanted.emit(visit_id))

    def _on_autosave(self) -> None:
        if self._view is None or not self._dirty:
            return
        edited = self._edited()
        session, clinical = self._context.session, self._clinical

        def done(_nothing_back: object) -> None:
            self._saved.setText(_("Kept. Close any time; nothing is lost."))

        def failed(error: ClinicError) -> None:
            self._saved.setText(str(error))

        self._context.operations.write_value(
            self, lambda: clinical.notes.autosave(session, edited), done, on_error=failed
        )

    def _on_sign(self) -> None:
        view = self._view
        if view is None:
            return
        session, clinical, note_id = self._context.session, self._clinical, view.note.id

        def done(_changes: Changes) -> None:
            self._context.say(_("The note is signed."))
            self.open_note(note_id)

        def refused(error: ClinicError) -> None:
            if isinstance(error, NotReady) and error.missing:
                count = len(error.missing)
                self._saved.setText(
                    ngettext(
                        "{n} thing is missing: {first}",
                        "{n} things are missing, first: {first}",
                        count,
                    ).format(n=count, first=error.missing[0].sentence)
                )
                self._go_to(error.missing[0].field)
            else:
                self._saved.setText(str(error))

        self.save(
            lambda: self._context.operations.write(
                self,
                lambda: clinical.notes.sign(session, note_id),
                on_done=done,
                on_error=refused,
            )
        )

    def _on_amend(self) -> None:
        view = self._view
        if view is None:
            return
        text, agreed = QInputDialog.getMultiLineText(self, _("Amendment"), _("What is corrected"))
        if not agreed or not text.strip():
            return
        reason, agreed = QInputDialog.getText(self, _("Amendment"), _("Reason"))
        if not agreed:
            return
        session, clinical, note_id = self._context.session, self._clinical, view.note.id
        command = AmendNote(note_id=note_id, text=text, reason=reason)

        def done(_changes: Changes) -> None:
            self.open_note(note_id)

        def refused(error: ClinicError) -> None:
            self._saved.setText(str(error))

        self._context.operations.write(
            self, lambda: clinical.notes.amend(session, command), on_done=done, on_error=refused
        )


def _sections() -> tuple[tuple[str, str, str], ...]:
    return (
        ("subjective", _("Subjective"), _("How the patient is, and why they came")),
        ("objective", _("Objective"), _("Findings")),
        ("assessment", _("Assessment"), ""),
        ("plan", _("Plan"), ""),
        ("progress", _("Progress"), _("For an evaluation: the baseline")),
        ("response", _("Response to the visit"), ""),
        ("advice", _("Advice given"), ""),
    )
