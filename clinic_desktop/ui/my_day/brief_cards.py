"""Before you needle, and the last visit: only where the keys open notes."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from clinic_desktop.domain.clinical.note import Note
from clinic_desktop.domain.clinical.screening import CONSENT_ITEM, Action, Consequence
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.formats import Formats
from clinic_desktop.services.clinical.brief import VisitBrief
from clinic_desktop.text import _, ngettext
from clinic_desktop.ui.kit.parts import Alert, button, clear_layout, column, label, row
from clinic_desktop.ui.kit.tokens import Theme

_MOST_SHOWN = 5
_BOXES = {Action.BLOCK: "block", Action.WARN: "warn", Action.NOTE: "note"}


class BeforeNeedleCard(QFrame):
    """Screening and consent as they stand.

    Signals:
        intake_requested(): open the intake to ask again.
    """

    intake_requested = Signal()

    def __init__(self, theme: Theme, formats: Formats) -> None:
        super().__init__()
        self._theme, self._formats = theme, formats
        self.setProperty("card", "true")
        self.setObjectName("my_day_before")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(6)
        self._lines.setContentsMargins(0, 0, 0, 0)
        again = button(_("Intake"), kind="link", size="small", name="my_day_intake",
                       on_click=self.intake_requested.emit)  # fmt: skip
        head = row(label(_("Before you needle"), "title"), 1, again)
        inner = column(head, self._lines, 1, spacing=8)
        inner.setContentsMargins(16, 12, 16, 12)
        self.setLayout(inner)

    def show_brief(self, brief: VisitBrief, zone: str) -> None:
        """Show a patient's brief."""
        clear_layout(self._lines)
        found = [c for c in brief.gate.consequences if c.item_id != CONSENT_ITEM]
        for alert in brief.alerts:
            self._box("warn", _("From the imported list: ask"), alert.text)
        for consequence in found[:_MOST_SHOWN]:
            self._box(_BOXES[consequence.action], _title(consequence), _sentence(consequence))
        more = len(found) - _MOST_SHOWN
        if more > 0:
            words = ngettext("{n} more in the intake", "{n} more in the intake", more)
            self._lines.addWidget(label(words.format(n=more), "small"))
        if not brief.screened:
            self._box("note", _("Not screened yet"), _("Ask the questions before any needle."))
        elif brief.gate.outdated or brief.gate.unanswered:
            asked = len(brief.gate.outdated) + len(brief.gate.unanswered)
            words = ngettext("{n} question to ask", "{n} questions to ask", asked)
            self._box("note", words.format(n=asked), _("Never answered, or asked too long ago."))
        if brief.screened and brief.ask_again:
            words = ngettext("{n} question at each visit", "{n} questions at each visit",
                             len(brief.ask_again))  # fmt: skip
            asking = label(words.format(n=len(brief.ask_again)), "small")
            asking.setToolTip("\n".join(brief.ask_again))
            self._lines.addWidget(asking)
        self._lines.addLayout(self._consent(brief, zone))

    def _consent(self, brief: VisitBrief, zone: str) -> QVBoxLayout:
        if brief.consent is None:
            pill = label(_("No consent in force"), "pill-danger", name="my_day_consent")
        else:
            last = to_local(brief.consent.valid_until, zone).date()
            words = _("Consent valid to {day}").format(day=self._formats.day_with_year(last))
            pill = label(words, "pill-ok", name="my_day_consent")
        pills = row(pill, spacing=6)
        if brief.screened and not brief.gate.consequences:
            pills.addWidget(label(_("Nothing speaks against needling"), "pill-ok"))
        pills.addStretch(1)
        return column(pills, spacing=0)

    def _box(self, kind: str, title: str, text: str) -> None:
        self._lines.addWidget(Alert(self._theme, kind, title, text))


def _title(consequence: Consequence) -> str:
    return {
        Action.BLOCK: _("Block"),
        Action.WARN: _("Warning"),
        Action.NOTE: _("Note"),
    }[consequence.action]


def _sentence(consequence: Consequence) -> str:
    """The rule's sentence; what only the intake may show stays there."""
    if consequence.restricted:
        return _("A restricted answer: read it in the intake, out of sight of others.")
    return consequence.sentence


class LastVisitCard(QFrame):
    """The last signed note in short.

    Signals:
        note_requested(str): open that note.
    """

    note_requested = Signal(str)

    def __init__(self, formats: Formats) -> None:
        super().__init__()
        self._formats = formats
        self._note_id = ""
        self.setProperty("card", "true")
        self.setObjectName("my_day_last")
        self._title = label("", "title")
        opens = button(_("Open note"), kind="link", size="small", name="my_day_note",
                       on_click=lambda: self.note_requested.emit(self._note_id))  # fmt: skip
        self._lines = QVBoxLayout()
        self._lines.setSpacing(4)
        self._lines.setContentsMargins(0, 0, 0, 0)
        inner = column(row(self._title, 1, opens), self._lines, 1, spacing=6)
        inner.setContentsMargins(16, 12, 16, 12)
        self.setLayout(inner)

    def show_brief(self, brief: VisitBrief, zone: str) -> None:
        """Show the note, or nothing at all without one."""
        note = brief.last_note
        self.setVisible(note is not None)
        if note is None:
            return
        self._note_id = note.id
        day = self._formats.day(to_local(note.service_at, zone).date())
        self._title.setText(_("Last visit, {day}").format(day=day))
        clear_layout(self._lines)
        for title, text in _note_lines(note, brief.muscles):
            if title:
                self._lines.addWidget(label(title, "strong"))
            self._lines.addWidget(label(text, wrap=True))


def _note_lines(note: Note, muscles: tuple[str, ...]) -> list[tuple[str, str]]:
    needled = ""
    if note.inserted:
        words = ngettext("{n} needle", "{n} needles", note.inserted).format(n=note.inserted)
        needled = f"{words}: {', '.join(muscles)}." if muscles else f"{words}."
    first = " ".join(part for part in (needled, note.response.strip()) if part)
    lines = [
        ("", first or note.assessment.strip()),
        (_("Plan"), note.plan.strip()),
        (_("Advice"), note.advice.strip()),
    ]
    lines += [(_("Amended"), amendment.text) for amendment in note.amendments]
    return [line for line in lines if line[1]]
