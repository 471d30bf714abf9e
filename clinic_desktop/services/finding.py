"""One search over people, visits, notes and dates, for the palette."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from clinic_desktop.domain.caller_words import read_caller_words
from clinic_desktop.domain.clinical_ports import NoteTitle
from clinic_desktop.domain.clock import Clock, local_now, to_local
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PatientId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.ports import PatientHit, ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import ON_THE_BOARD
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _

_PATIENTS: Final = 6
_DEEPER: Final = 2
"""Of so many people found first, visits and notes are offered too."""
_VISITS: Final = 3
_NOTES: Final = 2
_LOOK_BACK: Final = timedelta(days=30)

NotesOf = Callable[[Session, PatientId, int], list[NoteTitle]]


class FoundKind(StrEnum):
    """What was found; ``Found.ref`` is its id, or a date in ISO form."""

    PATIENT = "patient"
    VISIT = "visit"
    NOTE = "note"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One result: what it is called, a second line, where it leads. ``day`` is a visit's date."""

    kind: FoundKind
    title: str
    detail: str
    ref: str
    day: date | None = None


class FindService:
    """Finds what a person begins to type.

    Args:
        store: the schedule.
        clock: what "tomorrow" means.
        notes: a patient's newest notes by title, None where the session's keys open none.
    """

    def __init__(self, store: ScheduleStore, clock: Clock, notes: NotesOf | None) -> None:
        self._store = store
        self._clock = clock
        self._notes = notes

    def find(self, session: Session, text: str) -> list[Found]:
        """What fits, best first: a date, then people with their next visits and newest notes."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        today = local_now(self._clock, clinic.zone).date()
        formats = Formats.of(clinic)
        found = [*_day(text, today, formats)]
        hits = reader.find_patients(text, limit=_PATIENTS)
        found += [_person(hit) for hit in hits]
        for hit in hits[:_DEEPER]:
            found += self._visits(reader, hit.patient, today, formats)
            if self._notes is not None:
                found += [
                    Found(
                        kind=FoundKind.NOTE,
                        title=_("Note of {name}").format(name=hit.patient.name),
                        detail=formats.day_with_year(to_local(note.service_at, clinic.zone).date()),
                        ref=note.id,
                    )
                    for note in self._notes(session, hit.patient.id, _NOTES)
                ]
        return found

    def _visits(
        self, reader: ScheduleReader, patient: Patient, today: date, formats: Formats
    ) -> list[Found]:
        """The next visits; where there are none, the last one."""
        people = {p.id: p.first_name for p in reader.practitioners(with_inactive=True)}
        visits = [
            v
            for v in reader.visits_of_patient(patient.id, since=today - _LOOK_BACK)
            if v.state in ON_THE_BOARD
        ]
        coming = [v for v in reversed(visits) if v.day >= today][:_VISITS]
        return [
            Found(
                kind=FoundKind.VISIT,
                title=_("Visit of {name}").format(name=patient.name),
                detail=_("{day} {time} with {who}").format(
                    day=formats.day(v.day),
                    time=formats.time(v.start_min),
                    who=people.get(v.practitioner_id, ""),
                ),
                ref=v.id,
                day=v.day,
            )
            for v in coming or visits[:1]
        ]


def _person(hit: PatientHit) -> Found:
    detail = "  ".join(part for part in (hit.area, hit.matched) if part)
    return Found(kind=FoundKind.PATIENT, title=hit.patient.name, detail=detail, ref=hit.patient.id)


def _day(text: str, today: date, formats: Formats) -> list[Found]:
    """A date that was typed, however a caller would say it."""
    words = read_caller_words(text, today)
    if not words.clear:
        return []
    window = words.readings[0]
    day = window.first if window.first == window.last else None
    if day is None and len(window.weekdays) == 1 and window.last is None:
        # A caller's "Friday" is any; who looks for one means the next.
        (weekday,) = window.weekdays
        day = today + timedelta(days=(weekday - today.weekday()) % 7)
    if day is None or window.excluded:
        return []
    return [
        Found(
            kind=FoundKind.DAY,
            title=_("Go to {day}").format(day=formats.day_with_year(day)),
            detail="",
            ref=day.isoformat(),
            day=day,
        )
    ]
