"""What a practitioner needs to know before a visit, out of the patient's record."""

from dataclasses import dataclass
from datetime import datetime

from clinic_desktop.domain.clinical.consent import Consent, consent_in_force
from clinic_desktop.domain.clinical.episode import EpisodeState
from clinic_desktop.domain.clinical.imported_alert import ImportedAlert
from clinic_desktop.domain.clinical.intake import Intake
from clinic_desktop.domain.clinical.note import Note
from clinic_desktop.domain.clinical.screening import AskedOf, NeedlingGate, needling_gate
from clinic_desktop.services.clinical.library import ClinicalLibrary
from clinic_desktop.services.clinical.service import PatientRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitBrief:
    """The gate as it stands, the consent in force, and the last signed note.

    ``screened`` is False where nobody asked the screening questions yet. ``ask_again`` are the
    questions that are asked at each visit; ``muscles`` the names of those needled last time.
    """

    gate: NeedlingGate
    screened: bool
    consent: Consent | None
    alerts: tuple[ImportedAlert, ...]
    ask_again: tuple[str, ...]
    last_note: Note | None
    muscles: tuple[str, ...] = ()


def brief_of(record: PatientRecord, library: ClinicalLibrary, now: datetime) -> VisitBrief:
    """The brief for a patient's next visit.

    Args:
        record: the whole record; that it was opened has been recorded.
        library: the questions and the names of muscles.
        now: the present moment, UTC.
    """
    catalogue = library.catalogue
    consent = consent_in_force(record.consents, now)
    intake = _running_intake(record)
    answers = intake.screening if intake is not None else ()
    last = next((note for note in record.notes if note.signed), None)
    return VisitBrief(
        gate=needling_gate(
            catalogue.screening, answers, now=now, consent_valid=consent is not None
        ),
        screened=bool(answers),
        consent=consent,
        alerts=record.alerts,
        ask_again=tuple(
            item.question
            for item in catalogue.screening
            if item.each_visit and item.asked_of is AskedOf.PATIENT
        ),
        last_note=last,
        muscles=tuple(
            dict.fromkeys(catalogue.muscle(needle.muscle).name for needle in last.needles)
        )
        if last is not None
        else (),
    )


def _running_intake(record: PatientRecord) -> Intake | None:
    running = {e.id for e in record.episodes if e.state is EpisodeState.ACTIVE}
    return next((i for i in record.intakes if i.episode_id in running), None)
