"""Who is calling: the search while typing, and the new patient taken in between."""

from datetime import date

from PySide6.QtCore import QObject, QTimer, Signal

from clinic_desktop.domain.clock import local_now
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import PatientHit
from clinic_desktop.domain.quick_entry import QuickEntry, read_quick_entry
from clinic_desktop.operations.task import Task
from clinic_desktop.ui.call.call_panel import CallPanel
from clinic_desktop.ui.call.caller_part import HitRow
from clinic_desktop.ui.call.new_patient_entry import NewPatientEntry
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.patients.birth_date import read_birth_date

_TYPING_PAUSE_MS = 60


class WhoController(QObject):
    """From typed words to one patient.

    Signals:
        chosen(str): a ``PatientId``.
    """

    chosen = Signal(str)

    def __init__(self, context: UiContext, panel: CallPanel) -> None:
        super().__init__(panel)
        self._context = context
        self._panel = panel
        self._hits: list[PatientHit] = []
        self._typed = ""
        self.quick: QuickEntry | None = None
        self._asked: Task | None = None
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(lambda: self._look_up(self._typed))
        self._entry = NewPatientEntry(context, panel.new_patient)
        self._entry.saved.connect(self._on_saved)
        self._entry.twin_found.connect(self._show_twins)
        caller = panel.caller
        caller.typed.connect(self._on_typed)
        caller.hit_chosen.connect(self._on_hit_chosen)
        caller.new_patient_wanted.connect(self._on_new_patient_wanted)

    def forget(self) -> None:
        """Nothing of one caller stays for the next."""
        self._pause.stop()
        if self._asked is not None:
            self._asked.drop()
        self._hits, self._typed, self._asked, self.quick = [], "", None, None
        self._entry.forget()

    def _on_typed(self, text: str) -> None:
        self._typed = text
        self._pause.start()

    def _look_up(self, text: str) -> None:
        caller = self._panel.caller
        if not text.strip():
            caller.show_no_choice()
            return
        store = self._context.services.store
        today = local_now(self._context.clock, self._context.services.clinic.zone).date()
        entry = read_quick_entry(text, today)
        self.quick = entry if entry.fills_more or entry.postcode else None

        born = _birth_date(text, self._context.formats, today)

        def read() -> tuple[list[PatientHit], bool]:
            reader = store.reader()
            if born is not None and (hits := reader.born_on(born)):
                return hits, False
            # A whole line first: a street may read like a time ("May Street").
            hits = reader.find_patients(text) or reader.find_patients(entry.who)
            hits = hits or (reader.find_patients(entry.name) if entry.name else [])
            return (hits, False) if hits else (reader.similar_patients(entry.name), True)

        def found(result: tuple[list[PatientHit], bool]) -> None:
            if text != self._typed:
                return
            self._hits, nearly = result
            number = any(c.isdigit() for c in entry.name or entry.who)
            rows = [HitRow(title=h.patient.name, detail=_hit_words(h)) for h in self._hits]
            name = entry.name if self.quick else text
            caller.show_hits(rows, "" if number and self._hits else name, nearly=nearly)

        if self._asked is not None:
            self._asked.drop()
        self._asked = self._context.operations.read(self, read, found)

    def _on_hit_chosen(self, index: int) -> None:
        if 0 <= index < len(self._hits):
            self.chosen.emit(self._hits[index].patient.id)

    def _on_new_patient_wanted(self) -> None:
        self._entry.forget()
        quick = self.quick
        typed = (quick.name if quick else self._typed).strip()
        is_name = bool(typed) and not any(c.isdigit() for c in typed)
        name = typed.title() if is_name and typed.islower() else typed if is_name else ""
        phone = quick.phone if quick else "" if is_name else typed
        self._panel.show_new_patient(name, phone)

    def _on_saved(self, patient: Patient) -> None:
        self._panel.caller.search.setText(patient.name)
        self.chosen.emit(patient.id)

    def _show_twins(self, name: str) -> None:
        """Show those already there, so that the right one can be taken with one key."""
        self._typed = name
        self._look_up(name)


def _birth_date(text: str, formats: Formats, today: date) -> date | None:
    """A birth date in the clinic's order of day and month, None for other words."""
    try:
        return read_birth_date(text, formats, today)
    except RuleBroken:
        return None


def _hit_words(hit: PatientHit) -> str:
    """Two people of one name differ by their area and phone."""
    phone = phone_text(hit.patient.phones[0].number) if hit.patient.phones else ""
    parts = (hit.area, hit.matched or phone)
    return "  ".join(part for part in parts if part)
