"""Calendars from and for other programs: their events, what an import would do, what it did."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final, Protocol

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.ids import PatientId, PractitionerId, SiteId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.visit import Visit
from clinic_desktop.domain.working_time import TimeOff

OWN_UID_SUFFIX: Final = "@clinic-desktop"
"""How the UIDs of events end that this program has published itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """One occurrence; ``start`` and ``end`` (exclusive) are clinic-local wall-clock times.

    ``recurrence_id`` tells the occurrences of one series apart, "" for a single event. ``free``:
    the event takes up no time (TRANSP:TRANSPARENT).
    """

    uid: str
    recurrence_id: str
    start: datetime
    end: datetime
    all_day: bool = False
    title: str = field(default="", repr=False)
    location: str = field(default="", repr=False)
    calendar: str = ""
    cancelled: bool = False
    free: bool = False

    def __post_init__(self) -> None:
        if self.start.tzinfo or self.end.tzinfo:
            raise ValueError("an event is local wall-clock time")
        if self.end < self.start:
            raise ValueError("an event ends after it starts")

    @property
    def key(self) -> tuple[str, str, str]:
        """Calendar, UID and occurrence: the same in every reading of the same file."""
        return self.calendar, self.uid, self.recurrence_id


@dataclass(frozen=True, slots=True, kw_only=True)
class EventProblem:
    """Why an event cannot be read; ``line`` is where it starts, from 1."""

    line: int
    uid: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarFile:
    """A calendar file as read: the names of its calendars, their events by start, the problems."""

    calendars: tuple[str, ...]
    events: tuple[CalendarEvent, ...] = field(repr=False)
    problems: tuple[EventProblem, ...]
    first: date
    last: date


class CalendarFiles(Protocol):
    """Reads calendar files; ``exchange`` stands behind it."""

    def read(
        self, path: Path, zone: str, first: date, last: date, progress: Progress
    ) -> CalendarFile:
        """Read the events that touch ``first`` to ``last`` (both inclusive).

        Raises:
            ImportTrouble: the file cannot be read, or is no calendar.
            Cancelled: a person stopped it.
        """
        ...


class Standing(StrEnum):
    """How an event stands to what is in the schedule."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REMOVED = "removed"
    WAITING = "waiting"


class WaitReason(StrEnum):
    """Why an event waits for a person instead of becoming a visit."""

    NO_PATIENT = "no_patient"
    SEVERAL_PATIENTS = "several_patients"
    NO_SITE = "no_site"
    NO_LENGTH = "no_length"
    OVER = "over"
    PROMISED = "promised"
    NO_SERVICE = "no_service"


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarRow[Record: (TimeOff, Visit)]:
    """An event with what becomes of it; ``event`` None: it is not in the file any more."""

    standing: Standing
    event: CalendarEvent | None
    record: Record | None = None
    reason: WaitReason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarPreview[Record: (TimeOff, Visit)]:
    """What an import would do."""

    rows: tuple[CalendarRow[Record], ...]
    problems: tuple[EventProblem, ...]

    def of(self, standing: Standing) -> tuple[CalendarRow[Record], ...]:
        """The rows of one standing."""
        return tuple(row for row in self.rows if row.standing is standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarResult:
    """What an import did; ``changes`` is empty where all was here already."""

    changes: Changes
    added: int
    changed: int
    same: int
    removed: int
    waiting: tuple[CalendarEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportCalendar:
    """The import as a person confirmed it, for one practitioner.

    Args:
        file: the events, as read for ``file.first`` to ``file.last``.
        practitioner_id: whose busy time or visits they are.
        with_titles: keep the events' titles as the reasons of busy time, instead of "Busy".
        sites: where a person said which site (and so which patient) an event is, by its key.
    """

    file: CalendarFile
    practitioner_id: PractitionerId
    with_titles: bool = False
    sites: Mapping[tuple[str, str, str], SiteId] = field(
        default_factory=dict[tuple[str, str, str], SiteId]
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedEvent:
    """A visit as another program may show it: nothing in it tells who or where exactly.

    ``start`` and ``end`` are local wall-clock in ``zone``; ``travel_min`` is the drive before it.
    """

    uid: str
    title: str
    start: datetime
    end: datetime
    zone: str
    travel_min: int = 0
    sequence: int = 0
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishResult:
    """How many events were added, updated, removed and left alone on a server."""

    added: int
    updated: int
    removed: int
    same: int


class CalendarServer(Protocol):
    """Publishes to a calendar server; ``exchange`` stands behind it."""

    def publish(
        self,
        url: str,
        user: str,
        password: str,
        calendar: str,
        events: Sequence[PublishedEvent],
        *,
        progress: Progress,
    ) -> PublishResult:
        """Make the server's calendar hold just these events of ours; those of others stay.

        Raises:
            RuleBroken: the address would send secrets unprotected.
            Cancelled: a person stopped it; what was sent by then stays there.
            PublishTrouble: the server is not reached or refuses; the sentence says which.
        """
        ...


class CalendarWriter(Protocol):
    """Turns visits into events of other programs' calendars; ``exchange`` stands behind it."""

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
        """The visits that take up time, with initials and area only.

        Args:
            visits: in the order in which they are shown.
            patients: by id; only initials are used.
            sites: by id; only the area is used.
            salt: the clinic's secret for opaque ids.
            travel_min: the drive before each visit, by visit id, minutes.
            sequences: how often each visit has been changed, by visit id.
        """
        ...

    def write(
        self, path: Path, events: Sequence[PublishedEvent], now_utc: datetime, name: str
    ) -> None:
        """Write an ICS file, whole or not at all.

        Raises:
            PublishTrouble: it cannot be written there.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSharing:
    """How calendars leave the clinic. ``url`` "" means: to no server yet.

    ``salt`` makes the events' ids opaque; it never changes, else every event would come twice.
    Secrets are left out of the representation.
    """

    salt: bytes = field(repr=False)
    url: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    published_at: datetime | None = None
