"""The rows of the patient list: read in a reader thread, shown as they are."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rapidfuzz import fuzz

from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import ScheduleReader
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.text import _
from clinic_desktop.ui.patients.birth_date import age_on

PAGE_ROWS = 40
_COMING = frozenset({VisitState.HELD, VisitState.BOOKED, VisitState.CONFIRMED, VisitState.EN_ROUTE})


class Missing(StrEnum):
    """What a record lacks to be booked with drive times."""

    PHONE = "phone"
    ADDRESS = "address"
    PIN = "pin"


def missing_word(missing: Missing) -> str:
    """As the badge says it."""
    return {
        Missing.PHONE: _("no phone"),
        Missing.ADDRESS: _("no address"),
        Missing.PIN: _("no pin"),
    }[missing]


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientRow:
    """One line of the list; ``next_start`` is local wall-clock."""

    patient_id: PatientId
    name: str
    age: int | None
    phone: str
    area: str
    next_start: datetime | None
    course_label: str
    missing: tuple[Missing, ...]
    matched: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsPage:
    """Some rows of the list, and whether there are more after them."""

    rows: tuple[PatientRow, ...]
    more: bool = False


def list_name(patient: Patient) -> str:
    """``Kessler, Nora (Eleanor)``: the last name first, as the list is sorted."""
    first = patient.preferred_name or patient.first_name
    formal = patient.first_name if patient.first_name != first else ""
    name = f"{patient.last_name}, {first}" if patient.last_name else first
    return f"{name} ({formal})" if formal else name


def missing_of(patient: Patient, sites: Iterable[VisitSite]) -> tuple[Missing, ...]:
    """What the record lacks; a site without a point has no drive times."""
    lacks: list[Missing] = []
    if not patient.phones:
        lacks.append(Missing.PHONE)
    known = list(sites)
    if not any(site.address.line or site.coordinate for site in known):
        lacks.append(Missing.ADDRESS)
    elif any(site.coordinate is None for site in known):
        lacks.append(Missing.PIN)
    return tuple(lacks)


def read_rows(reader: ScheduleReader, now: datetime, *, offset: int = 0) -> RowsPage:
    """One page of all patients in use, by last name.

    Args:
        reader: the calling thread's.
        now: local wall-clock time.
        offset: how many patients are shown already.
    """
    found = reader.all_patients(limit=PAGE_ROWS + 1, offset=offset)
    rows = tuple(_row(reader, patient, now) for patient in found[:PAGE_ROWS])
    return RowsPage(rows=rows, more=len(found) > PAGE_ROWS)


def search_rows(reader: ScheduleReader, text: str, now: datetime) -> RowsPage:
    """The patients that fit what was typed, best first."""
    hits = reader.find_patients(text, limit=PAGE_ROWS)
    return RowsPage(rows=tuple(_row(reader, hit.patient, now, hit.matched) for hit in hits))


def archived_rows(reader: ScheduleReader, text: str, now: datetime) -> RowsPage:
    """The archived patients whose names fit, by last name."""
    words = text.casefold().split()
    fitting = [
        patient
        for patient in reader.every_patient()
        if patient.archived and patient.merged_into is None and _fits(patient, words)
    ]
    fitting.sort(key=lambda p: (p.last_name.casefold(), p.first_name.casefold()))
    return RowsPage(rows=tuple(_row(reader, patient, now) for patient in fitting[:500]))


def next_visit(visits: Iterable[Visit], now: datetime) -> Visit | None:
    """The first visit that has not ended yet."""
    coming = [visit for visit in visits if visit.state in _COMING and visit.end > now]
    return min(coming, key=lambda visit: visit.start, default=None)


def _fits(patient: Patient, words: list[str]) -> bool:
    names = f"{patient.first_name} {patient.preferred_name} {patient.last_name}".casefold().split()
    return all(
        any(name.startswith(word) or fuzz.ratio(name, word) >= 85 for name in names)
        for word in words
    )


def _row(reader: ScheduleReader, patient: Patient, now: datetime, matched: str = "") -> PatientRow:
    sites = reader.sites_of(patient.id)
    coming = next_visit(reader.visits_of_patient(patient.id), now)
    area = next((s.address.area or s.address.city for s in sites if s.address.line), "")
    return PatientRow(
        patient_id=patient.id,
        name=list_name(patient),
        age=age_on(patient.dob, now.date()) if patient.dob else None,
        phone=phone_text(patient.phones[0].number) if patient.phones else "",
        area=area,
        next_start=coming.start if coming else None,
        course_label=patient.course_label,
        missing=missing_of(patient, sites),
        matched=matched,
    )
