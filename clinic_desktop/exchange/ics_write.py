"""A practitioner's visits as a calendar for other programs: nothing in it tells who or where."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import icalendar

from clinic_desktop.domain.calendar_import import OWN_UID_SUFFIX, PublishedEvent
from clinic_desktop.domain.errors import PublishTrouble
from clinic_desktop.domain.ids import PatientId, SiteId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit, VisitState
from clinic_desktop.text import _

_TRAVEL: Final = "X-APPLE-TRAVEL-DURATION"
_PRODUCT: Final = "-//Clinic Desktop//Visits//EN"


def opaque_uid(visit_id: VisitId, salt: bytes) -> str:
    """A UID from which nobody without the clinic's salt can tell the visit (HMAC-SHA256).

    Raises:
        ValueError: the salt is empty.
    """
    if not salt:
        raise ValueError("an opaque UID needs a salt")
    digest = hmac.new(salt, visit_id.encode(), sha256).hexdigest()
    return f"{digest[:40]}{OWN_UID_SUFFIX}"


def initials(patient: Patient) -> str:
    """The first letters of first and last name: ``R. A.``."""
    parts = (patient.preferred_name or patient.first_name, patient.last_name)
    return " ".join(f"{part.strip()[0].upper()}." for part in parts if part.strip())


def published_visit(
    visit: Visit,
    patient: Patient,
    site: VisitSite,
    *,
    salt: bytes,
    travel_min: int = 0,
    sequence: int = 0,
) -> PublishedEvent | None:
    """A visit as an event titled with initials and area; None if it takes up no time.

    Args:
        visit: the visit; a cancelled one becomes a cancelled event.
        patient: only the initials are used.
        site: only the area is used.
        salt: the clinic's secret for opaque UIDs.
        travel_min: the drive before it, minutes.
        sequence: how often the visit has been changed.

    Raises:
        ValueError: the salt is empty.
    """
    cancelled = visit.state is VisitState.CANCELLED
    if visit.state not in ON_THE_BOARD and not cancelled:
        return None
    title = " · ".join(part for part in (initials(patient), site.address.area.strip()) if part)
    return PublishedEvent(
        uid=opaque_uid(visit.id, salt),
        title=title,
        start=visit.start,
        end=visit.end,
        zone=visit.zone,
        travel_min=travel_min,
        sequence=sequence,
        cancelled=cancelled,
    )


def published_visits(
    visits: Iterable[Visit],
    patients: Mapping[PatientId, Patient],
    sites: Mapping[SiteId, VisitSite],
    *,
    salt: bytes,
    travel_min: Mapping[str, int] | None = None,
    sequences: Mapping[str, int] | None = None,
) -> list[PublishedEvent]:
    """Several visits, by the ids of their patients, sites and visits. See ``published_visit``."""
    made = (
        published_visit(
            v,
            patients[v.patient_id],
            sites[v.site_id],
            salt=salt,
            travel_min=(travel_min or {}).get(v.id, 0),
            sequence=(sequences or {}).get(v.id, 0),
        )
        for v in visits
    )
    return [event for event in made if event is not None]


def ics_text(events: Sequence[PublishedEvent], now_utc: datetime, name: str = "") -> bytes:
    """The events as one VCALENDAR with the time zones it needs, UTF-8.

    Args:
        events: what is shown.
        now_utc: the moment of the export, aware.
        name: the calendar's name, "" for none.
    """
    calendar: Any = icalendar.Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    if name:
        calendar.add("X-WR-CALNAME", name)
    _add_events(calendar, events, now_utc)
    return calendar.to_ical()


def one_event_text(event: PublishedEvent, now_utc: datetime) -> bytes:
    """One event as CalDAV keeps it: a VCALENDAR without METHOD (RFC 4791, 4.1)."""
    calendar: Any = icalendar.Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    _add_events(calendar, [event], now_utc)
    return calendar.to_ical()


class IcsWriter:
    """Visits as events and files (port ``CalendarWriter``)."""

    def events(
        self,
        visits: Iterable[Visit],
        patients: Mapping[PatientId, Patient],
        sites: Mapping[SiteId, VisitSite],
        *,
        salt: bytes,
        travel_min: Mapping[str, int],
        sequences: Mapping[str, int],
    ) -> list[PublishedEvent]:
        """The visits that take up time, with initials and area only."""
        return published_visits(
            visits, patients, sites, salt=salt, travel_min=travel_min, sequences=sequences
        )

    def write(
        self, path: Path, events: Sequence[PublishedEvent], now_utc: datetime, name: str
    ) -> None:
        """Write an ICS file, whole or not at all. Raises ``PublishTrouble``."""
        staged = path.with_name(f".{path.name}.part")
        try:
            staged.write_bytes(ics_text(events, now_utc, name))
            staged.replace(path)
        except OSError as why:
            staged.unlink(missing_ok=True)
            raise PublishTrouble(
                _("The calendar cannot be written there."),
                still_works=_("Nothing left the program."),
                way_out=_("Choose another folder."),
            ) from why


def _add_events(calendar: Any, events: Sequence[PublishedEvent], now_utc: datetime) -> None:
    for zone in dict.fromkeys(event.zone for event in events):
        days = [event.start.date() for event in events if event.zone == zone]
        calendar.add_component(
            icalendar.Timezone.from_tzinfo(
                ZoneInfo(zone),
                zone,
                date(min(days).year - 1, 1, 1),
                date(max(days).year + 2, 1, 1),
            )
        )
    for event in events:
        calendar.add_component(_event(event, now_utc))


def _event(event: PublishedEvent, now_utc: datetime) -> Any:
    made: Any = icalendar.Event()
    zone = ZoneInfo(event.zone)
    made.add("UID", event.uid)
    made.add("DTSTAMP", now_utc.astimezone(UTC))
    made.add("DTSTART", event.start.replace(tzinfo=zone))
    made.add("DTEND", event.end.replace(tzinfo=zone))
    made.add("SUMMARY", event.title)
    made.add("CLASS", "PRIVATE")
    made.add("SEQUENCE", event.sequence)
    made.add("STATUS", "CANCELLED" if event.cancelled else "CONFIRMED")
    if event.travel_min > 0:
        travel = icalendar.vDuration(timedelta(minutes=event.travel_min))
        made.add(_TRAVEL, travel, parameters={"VALUE": "DURATION"})
    return made
