"""All that one patient's page shows, read at once in a reader thread."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clock import to_local
from clinic_desktop.domain.ids import PatientId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.ports import ClinicalFlags, JournalEntry, ScheduleReader
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.services.audit import AuditService
from clinic_desktop.text import _, ngettext

HISTORY_LINES = 5000
_HISTORY_KINDS = (
    RecordKind.PATIENTS,
    RecordKind.SITES,
    RecordKind.VISITS,
    RecordKind.PROMISES,
    RecordKind.CLINICAL_FLAGS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitLine:
    """One visit as a line says it."""

    visit: Visit
    service: Service | None
    practitioner: Practitioner | None
    promise: Promise | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientDetail:
    """One patient; ``coming`` soonest first, ``past`` newest first."""

    patient: Patient
    sites: tuple[VisitSite, ...]
    coming: tuple[VisitLine, ...]
    past: tuple[VisitLine, ...]
    flags: ClinicalFlags | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryLine:
    """One journal line; ``at`` is local wall-clock."""

    at: datetime
    who: str
    what: str


_OVER = frozenset({VisitState.DONE, VisitState.NO_SHOW, VisitState.CANCELLED})


def read_detail(reader: ScheduleReader, patient_id: PatientId, now: datetime) -> PatientDetail:
    """The patient with sites, visits, promises and flags.

    Args:
        reader: the calling thread's.
        patient_id: an alias leads to the record it was merged into.
        now: local wall-clock time.

    Raises:
        NotFound: the patient is not there.
    """
    patient = reader.patient(patient_id)
    visits = reader.visits_of_patient(patient.id)
    promises = reader.promises_for([visit.id for visit in visits])
    services = {service.id: service for service in reader.services(with_inactive=True)}
    people = {person.id: person for person in reader.practitioners(with_inactive=True)}
    lines = [
        VisitLine(
            visit=visit,
            service=services.get(visit.service_id),
            practitioner=people.get(visit.practitioner_id),
            promise=promises.get(visit.id),
        )
        for visit in visits
    ]
    coming = [line for line in lines if line.visit.state not in _OVER and line.visit.end > now]
    past = [line for line in lines if line not in coming]
    return PatientDetail(
        patient=patient,
        sites=tuple(reader.sites_of(patient.id)),
        coming=tuple(sorted(coming, key=lambda line: line.visit.start)),
        past=tuple(past),
        flags=reader.clinical_flags([patient.id]).get(patient.id),
    )


def read_history(
    audit: AuditService, reader: ScheduleReader, session: Session, detail: PatientDetail, zone: str
) -> tuple[HistoryLine, ...]:
    """The patient's journal lines that the session may see, newest first, an operation once."""
    wanted = _row_ids(reader, detail)
    names = {str(user.id): user.name for user in reader.users()}
    entries: list[JournalEntry] = []
    for kind, ids in wanted.items():
        trail = audit.trail(session, limit=HISTORY_LINES, table=kind.value)
        entries += [entry for entry in trail if entry.row_id in ids]
    entries.sort(key=lambda entry: entry.seq, reverse=True)
    lines: list[HistoryLine] = []
    for entry in entries:
        at = entry.at_utc
        line = HistoryLine(
            at=to_local(at, zone) if at.tzinfo else at,
            who=names.get(entry.actor, _("a former user")),
            what=entry.operation,
        )
        # One operation writes several rows: it is told once.
        if line not in lines[-len(_HISTORY_KINDS) :]:
            lines.append(line)
    return tuple(lines)


def _row_ids(reader: ScheduleReader, detail: PatientDetail) -> Mapping[RecordKind, set[str]]:
    visits: set[VisitId] = {line.visit.id for line in (*detail.coming, *detail.past)}
    return {
        RecordKind.PATIENTS: {detail.patient.id},
        RecordKind.SITES: {site.id for site in detail.sites},
        RecordKind.VISITS: set(visits),
        RecordKind.PROMISES: {p.id for v in visits for p in reader.promise_history(v)},
        RecordKind.CLINICAL_FLAGS: {detail.patient.id},
    }


def state_word(state: VisitState) -> str:
    """A visit's state as a word."""
    return {
        VisitState.REQUESTED: _("requested"),
        VisitState.HELD: _("held"),
        VisitState.BOOKED: _("not confirmed"),
        VisitState.CONFIRMED: _("confirmed"),
        VisitState.EN_ROUTE: _("on the way"),
        VisitState.IN_PROGRESS: _("in the visit"),
        VisitState.DONE: _("done"),
        VisitState.NO_SHOW: _("no-show"),
        VisitState.CANCELLED: _("cancelled"),
    }[state]


def flag_words(flags: ClinicalFlags | None) -> tuple[str, ...]:
    """The clinical flags in words that give nothing clinical away."""
    if flags is None or not flags.has_record:
        return (_("Intake to do"),)
    words: list[str] = []
    if flags.consent_missing:
        words.append(_("Consent not signed"))
    if flags.review_screening:
        words.append(_("Screening to review"))
    if flags.unsigned_notes:
        n = flags.unsigned_notes
        words.append(ngettext("{n} note unsigned", "{n} notes unsigned", n).format(n=n))
    return tuple(words)
