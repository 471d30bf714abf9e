"""Who a call is about, and the words of the patient's box."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId, PractitionerId, ServiceId
from clinic_desktop.domain.learned_length import LearnedLength, learned_lengths
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleReader
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit, VisitState
from clinic_desktop.text import _


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSubject:
    """Who the call is about, read in one go; ``next_visit`` is the soonest one still to come."""

    patient: Patient
    sites: tuple[VisitSite, ...]
    last_practitioner: PractitionerId | None
    flags: ClinicalFlags | None
    services: tuple[Service, ...]
    practitioners: tuple[Practitioner, ...]
    seen_before: bool
    next_visit: Visit | None
    lengths: Mapping[ServiceId, LearnedLength]

    def practitioner(self, practitioner_id: PractitionerId | None) -> Practitioner | None:
        """Somebody by id, None for nobody."""
        return next((p for p in self.practitioners if p.id == practitioner_id), None)

    def usual_service(self) -> Service:
        """What is asked for unless the caller says otherwise."""
        kind = ServiceKind.FOLLOW_UP if self.seen_before else ServiceKind.EVALUATION
        return next((s for s in self.services if s.kind is kind), self.services[0])

    def lines(self, formats: Formats) -> list[str]:
        """Phones and course, then the visit that is booked already."""
        phones = ", ".join(phone_text(p.number) for p in self.patient.phones)
        lines = [" · ".join(p for p in (phones, self.patient.course_label) if p)]
        visit = self.next_visit
        if visit is not None:
            person = self.practitioner(visit.practitioner_id)
            lines.append(
                _("Next visit: {day}, {time} with {name}").format(
                    day=formats.day(visit.day),
                    time=formats.time(visit.start_min),
                    name=person.first_name if person else _("somebody else"),
                )
            )
        return [line for line in lines if line]


def read_subject(reader: ScheduleReader, patient_id: PatientId, today: date) -> CallSubject:
    """Read who the call is about.

    Raises:
        NotFound: the patient is not there.
    """
    patient = reader.patient(patient_id)
    visits = reader.visits_of_patient(patient.id)
    coming = [v for v in visits if v.day >= today and v.state in ON_THE_BOARD]
    seen = [v for v in visits if v.state in ON_THE_BOARD and v.state is not VisitState.HELD]
    return CallSubject(
        patient=patient,
        sites=tuple(reader.sites_of(patient.id)),
        last_practitioner=seen[0].practitioner_id if seen else None,
        flags=reader.clinical_flags([patient.id]).get(patient.id),
        services=tuple(reader.services()),
        practitioners=tuple(reader.practitioners()),
        seen_before=bool(seen),
        next_visit=min(coming, key=lambda v: (v.start, v.id), default=None),
        lengths=learned_lengths(visits),
    )
