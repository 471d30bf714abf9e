"""What the events of a calendar become: busy time or visits, new, changed, gone or waiting."""

import unicodedata
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from clinic_desktop.domain.calendar_import import (
    OWN_UID_SUFFIX,
    CalendarEvent,
    CalendarPreview,
    CalendarRow,
    ImportCalendar,
    Standing,
    WaitReason,
)
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.domain.ids import PractitionerId, TimeOffId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.ports import ScheduleReader
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.visit import STATE_STEPS, Visit, VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.patient_checks import one_line
from clinic_desktop.text import _

_SPACE: Final = UUID("7b0a3f0e-5b1d-5c1c-9e55-3f0d3a5c2d10")
_MOVABLE: Final = frozenset({VisitState.REQUESTED, VisitState.BOOKED, VisitState.CONFIRMED})


def event_record_id(practitioner_id: PractitionerId, event: CalendarEvent) -> str:
    """The id of what an event becomes: the same at every import.

    It begins with the mark of its practitioner and calendar, so that a later import finds what
    an earlier one of the same calendar made.
    """
    name = "\x00".join((practitioner_id, *event.key))
    return _mark(practitioner_id, event.calendar) + str(uuid5(_SPACE, name))[8:]


def _mark(practitioner_id: PractitionerId, calendar: str) -> str:
    return str(uuid5(_SPACE, f"{practitioner_id}\x00{calendar}"))[:8]


def _was_imported(record_id: str, command: ImportCalendar) -> bool:
    marks = {_mark(command.practitioner_id, name) for name in command.file.calendars}
    return record_id[:8] in marks and record_id[14:15] == "5"


def _events(command: ImportCalendar) -> dict[str, CalendarEvent]:
    """The events of others by record id; one that is told twice counts once."""
    return {
        event_record_id(command.practitioner_id, event): event
        for event in command.file.events
        if not event.uid.endswith(OWN_UID_SUFFIX)
    }


def _may_remove(command: ImportCalendar) -> bool:
    """An event that could not be read may not look like one that is gone."""
    return not command.file.problems


def busy_rows(reader: ScheduleReader, command: ImportCalendar) -> CalendarPreview[TimeOff]:
    """Every event as busy time, beside the busy time of earlier imports."""
    file = command.file
    here = {
        str(t.id): t
        for t in reader.time_off_between(file.first, file.last)
        if t.practitioner_id == command.practitioner_id and _was_imported(t.id, command)
    }
    rows: list[CalendarRow[TimeOff]] = []
    for record_id, event in _events(command).items():
        known = here.pop(record_id, None)
        if event.cancelled or event.free or event.start == event.end:
            if known is not None:
                rows.append(CalendarRow(standing=Standing.REMOVED, event=event, record=known))
            continue
        record = TimeOff(
            id=TimeOffId(record_id),
            practitioner_id=command.practitioner_id,
            start=event.start,
            end=event.end,
            reason=(one_line(event.title) if command.with_titles else "") or _("Busy"),
        )
        standing = (
            Standing.NEW
            if known is None
            else Standing.SAME
            if known == record
            else Standing.CHANGED
        )
        rows.append(CalendarRow(standing=standing, event=event, record=record))
    if _may_remove(command):
        rows.extend(
            CalendarRow(standing=Standing.REMOVED, event=None, record=left)
            for left in here.values()
        )
    return CalendarPreview(rows=tuple(rows), problems=file.problems)


class VisitRows:
    """Compares events with patients, sites, services and the visits of earlier imports."""

    def __init__(self, reader: ScheduleReader, command: ImportCalendar, now: datetime) -> None:
        self._reader = reader
        self._command = command
        self._now = now
        self._zone = reader.clinic().zone
        self._services = [s for s in reader.services() if s.active]
        self._by_name: dict[str, list[Patient]] = {}
        for patient in reader.every_patient():
            if patient.merged_into is None and not patient.archived:
                for key in _name_keys(patient):
                    self._by_name.setdefault(key, []).append(patient)

    def preview(self) -> CalendarPreview[Visit]:
        """Every event with what becomes of it."""
        file = self._command.file
        # An event that moved out of the read days or the practitioner's hands is found by id.
        visits = self._reader.visits_between(
            file.first - timedelta(days=1), file.last + timedelta(days=1)
        )
        here = {str(v.id): v for v in visits if _was_imported(v.id, self._command)}
        self._promised = self._reader.promises_for([v.id for v in here.values()])
        rows: list[CalendarRow[Visit]] = []
        for record_id, event in _events(self._command).items():
            known = here.pop(record_id, None)
            row = self._row(VisitId(record_id), event, known)
            if row is not None:
                rows.append(row)
        if _may_remove(self._command):
            rows.extend(
                CalendarRow(standing=Standing.REMOVED, event=None, record=left)
                for left in here.values()
                if file.first <= left.day <= file.last and self._can_cancel(left)
            )
        return CalendarPreview(rows=tuple(rows), problems=file.problems)

    def _can_cancel(self, visit: Visit) -> bool:
        ahead = visit.start >= self._now
        return ahead and VisitState.CANCELLED in STATE_STEPS[visit.state]

    def _moved_in(self, visit_id: VisitId) -> Visit | None:
        """The visit of an event that stood on other days at an earlier import."""
        try:
            return self._reader.visit(visit_id)
        except NotFound:
            return None

    def _row(
        self, visit_id: VisitId, event: CalendarEvent, known: Visit | None
    ) -> CalendarRow[Visit] | None:
        known = known or self._moved_in(visit_id)
        if event.cancelled or event.free:
            if known is not None and self._can_cancel(known):
                return CalendarRow(standing=Standing.REMOVED, event=event, record=known)
            return None
        if known is not None and known.state not in _MOVABLE:
            return CalendarRow(standing=Standing.SAME, event=event, record=known)
        made = self._visit(visit_id, event, known)
        if isinstance(made, WaitReason):
            return CalendarRow(standing=Standing.WAITING, event=event, reason=made)
        if made == known:
            return CalendarRow(standing=Standing.SAME, event=event, record=made)
        if event.start < self._now:
            return CalendarRow(standing=Standing.WAITING, event=event, reason=WaitReason.OVER)
        if known is not None and known.id in self._promised:
            return CalendarRow(
                standing=Standing.WAITING, event=event, record=made, reason=WaitReason.PROMISED
            )
        standing = Standing.NEW if known is None else Standing.CHANGED
        return CalendarRow(standing=standing, event=event, record=made)

    def _visit(
        self, visit_id: VisitId, event: CalendarEvent, known: Visit | None
    ) -> Visit | WaitReason:
        minutes = int((event.end - event.start).total_seconds() // 60)
        if event.all_day or minutes <= 0 or minutes >= 24 * 60:
            return WaitReason.NO_LENGTH
        site = self._site(event)
        if isinstance(site, WaitReason):
            return site
        if not self._services:
            return WaitReason.NO_SERVICE
        service: Service = min(self._services, key=lambda s: abs(s.door_min - minutes))
        if known is not None:
            return replace(
                known,
                start=event.start,
                door_min=minutes,
                patient_id=site.patient_id,
                site_id=site.id,
                service_id=known.service_id if known.door_min == minutes else service.id,
            )
        return Visit(
            id=visit_id,
            patient_id=site.patient_id,
            site_id=site.id,
            service_id=service.id,
            practitioner_id=self._command.practitioner_id,
            start=event.start,
            zone=self._zone,
            door_min=minutes,
        )

    def _site(self, event: CalendarEvent) -> VisitSite | WaitReason:
        said = self._command.sites.get(event.key)
        if said is not None:
            return self._reader.site(said)
        title = _folded(event.title)
        patients = self._by_name.get(title, []) if title else []
        patients = list({p.id: p for p in patients}.values())
        if len(patients) != 1:
            return WaitReason.SEVERAL_PATIENTS if patients else WaitReason.NO_PATIENT
        sites = self._reader.sites_of(patients[0].id)
        fitting = [site for site in sites if _is_at(site, event.location)]
        return fitting[0] if len(fitting) == 1 else WaitReason.NO_SITE


def _is_at(site: VisitSite, location: str) -> bool:
    """Whether a location names the site: its label, its street, or more of its address."""
    said = _folded(location)
    if not said:
        return False
    address = site.address
    known = {
        site.label,
        address.line,
        f"{address.line} {address.unit}",
        f"{address.line} {address.city}",
        address.one_line(),
    }
    if said in {_folded(text) for text in known}:
        return True
    street = _folded(f"{address.line} {address.unit}" if address.unit else address.line)
    return bool(street) and _folded(location.split(",", 1)[0]) == street


def _name_keys(patient: Patient) -> set[str]:
    firsts = {patient.first_name, patient.preferred_name} - {""}
    last = patient.last_name
    return {_folded(t) for first in firsts for t in (f"{first} {last}", f"{last} {first}")}


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed.casefold() if c.isalnum())


def cancelled_visit(visit: Visit) -> Visit:
    """The visit of an event that is gone."""
    return replace(
        visit,
        state=VisitState.CANCELLED,
        held_until=None,
        cancel_reason=_("No longer in the imported calendar"),
    )
