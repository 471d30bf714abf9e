"""Who a call is about, and the words of the patient's box."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from clinic_desktop.domain.attendance import Attendance, attendance
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId, PractitionerId, ServiceId
from clinic_desktop.domain.learned_length import LearnedLength, learned_lengths
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleReader
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit, VisitState
from clinic_desktop.domain.wait_list import WaitEntry
from clinic_desktop.text import _, ngettext


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
    attended: Attendance
    household: tuple[Patient, ...] = ()
    waits: tuple[WaitEntry, ...] = ()

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
        lines.append(permission_words(self.patient))
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
        if self.household:
            names = ", ".join(p.name for p in self.household)
            lines.append(_("Household: {names}").format(names=names))
        lines.append(attendance_words(self.attended))
        lines.extend(
            _("Waits: {words}").format(words=entry.said or entry.reason or _("any time"))
            for entry in self.waits
        )
        caller = self.patient.caller
        if caller is not None:
            may = _("may discuss the care") if caller.may_discuss else _("times only, no details")
            who = ", ".join(p for p in (caller.name, caller.relation) if p)
            lines.append(_("Calls for the patient: {who}, {may}").format(who=who, may=may))
        return [line for line in lines if line]


def attendance_words(counts: Attendance) -> str:
    """What a patient called off or missed, "" where there is nothing to say."""
    parts = (
        ngettext("{n} cancelled", "{n} cancelled", counts.cancelled).format(n=counts.cancelled)
        if counts.cancelled
        else "",
        _("{n} of them late").format(n=counts.late) if counts.late else "",
        ngettext("{n} no-show", "{n} no-shows", counts.no_shows).format(n=counts.no_shows)
        if counts.no_shows
        else "",
    )
    return ", ".join(part for part in parts if part)


def permission_words(patient: Patient) -> str:
    """What may be done with each number, for whoever does not reach the patient."""
    words: list[str] = []
    for phone in patient.phones:
        allowed = [
            word
            for word, may in ((_("voicemail"), phone.voicemail_ok), (_("text"), phone.text_ok))
            if may
        ]
        what = (
            _("{ways} allowed").format(ways=_(" and ").join(allowed).capitalize())
            if allowed
            else _("No voicemail, no text")
        )
        number = f"{phone_text(phone.number)}: " if len(patient.phones) > 1 else ""
        words.append(f"{number}{what}")
    return "; ".join(words)


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
        attended=attendance(visits, reader.clinic().phone_rules.late_cancel_hours),
        household=_household(reader, patient),
        waits=tuple(
            entry
            for entry in reader.wait_entries_of(reader.ids_of_person(patient.id))
            if entry.waits_on(today)
        ),
    )


def _household(reader: ScheduleReader, patient: Patient) -> tuple[Patient, ...]:
    """The others who live with a patient."""
    if not patient.household:
        return ()
    return tuple(p for p in reader.household(patient.household) if p.id != patient.id)
