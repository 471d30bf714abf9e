"""What is still missing of patients who are coming: a queue for the office."""

from dataclasses import dataclass
from datetime import date, timedelta

from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _

_AHEAD_DAYS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingLine:
    """A patient, what is not known, and when they are next seen (None: they only wait)."""

    patient: Patient
    missing: tuple[str, ...]
    next_visit: Visit | None


class MissingService:
    """Computed, never stored: what is filled in anywhere leaves the queue."""

    def __init__(self, store: ScheduleStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def lines(self, session: Session) -> tuple[MissingLine, ...]:
        """Everybody who is coming or waits and of whom something is missing, the soonest first."""
        require_schedule(session)
        reader = self._store.reader()
        today = local_now(self._clock, reader.clinic().zone).date()
        soonest: dict[PatientId, Visit] = {}
        for visit in reader.visits_between(today, today + timedelta(days=_AHEAD_DAYS)):
            if visit.state in ON_THE_BOARD:
                soonest.setdefault(visit.patient_id, visit)
        waiting = {entry.patient_id for entry in reader.wait_list()}
        found: list[MissingLine] = []
        people: dict[PatientId, Patient] = {}
        for patient in reader.patients({*soonest, *waiting}).values():
            kept = reader.patient(patient.id) if patient.merged_into else patient
            people[kept.id] = kept
            if patient.id in soonest:
                soonest.setdefault(kept.id, soonest[patient.id])
        for patient in people.values():
            missing = self._missing(reader, patient)
            if missing and not patient.archived:
                found.append(
                    MissingLine(
                        patient=patient, missing=missing, next_visit=soonest.get(patient.id)
                    )
                )
        return tuple(sorted(found, key=_soonest_first))

    def _missing(self, reader: ScheduleReader, patient: Patient) -> tuple[str, ...]:
        sites = reader.sites_of(patient.id)
        parts = (
            "" if patient.phones else _("phone number"),
            _address_missing(sites),
            "" if patient.last_name else _("last name"),
            "" if patient.dob else _("date of birth"),
            "" if patient.emergency.phone else _("emergency contact"),
            "" if patient.referral_source else _("who referred"),
        )
        return tuple(part for part in parts if part)


def _address_missing(sites: list[VisitSite]) -> str:
    if not sites:
        return _("address")
    return "" if any(site.coordinate for site in sites) else _("point on the map")


def _soonest_first(line: MissingLine) -> tuple[date, str]:
    return (line.next_visit.day if line.next_visit else date.max, line.patient.name)
