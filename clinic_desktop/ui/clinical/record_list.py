"""On the patient's page, for clinicians: the notes and intakes, each a button that opens it."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from clinic_desktop.domain.clinical.intake import IntakeState
from clinic_desktop.domain.clinical.note import NoteState
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import IntakeId, NoteId
from clinic_desktop.services.clinical.service import PatientRecord
from clinic_desktop.text import _
from clinic_desktop.ui.kit.parts import Alert, button, card, column, label
from clinic_desktop.ui.kit.tokens import Theme


def record_widget(
    record: PatientRecord,
    theme: Theme,
    formats: Formats,
    zone: str,
    open_intake: Callable[[IntakeId], object],
    open_note: Callable[[NoteId], object],
) -> QWidget:
    """The list; opening an entry is recorded by the page that shows it."""
    lines = column(label(_("Notes and intakes"), "title"), spacing=6, margins=14)
    for alert in record.alerts:
        lines.addWidget(Alert(theme, "warn", _("From the imported list: ask"), alert.text))
    states = {
        NoteState.DRAFT: _("draft"),
        NoteState.SIGNED: _("signed"),
        NoteState.AMENDED: _("signed, amended"),
    }
    for note in record.notes:
        day = formats.day_with_year(to_local(note.service_at, zone).date())
        text = _("Note, {day}: {state}").format(day=day, state=states[note.state])
        line = button(text, kind="link", name=f"open_note_{note.id}")
        line.clicked.connect(lambda _c=False, chosen=note.id: open_note(chosen))
        lines.addWidget(line)
    for intake in record.intakes:
        day = formats.day_with_year(to_local(intake.taken_at, zone).date())
        state = _("complete") if intake.state is IntakeState.COMPLETE else _("draft")
        line = button(
            _("Intake, {day}: {state}").format(day=day, state=state),
            kind="link",
            name=f"open_intake_{intake.id}",
        )
        line.clicked.connect(lambda _c=False, chosen=intake.id: open_intake(chosen))
        lines.addWidget(line)
    if not record.notes and not record.intakes:
        lines.addWidget(label(_("Nothing yet. Open a visit on the board to begin."), "muted"))
    return card(lines)
