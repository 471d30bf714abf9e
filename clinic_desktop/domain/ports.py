"""What the services need of the parts below them; ``store`` and others implement it.

Reads and writes of the schedule file. The clinical file's ports are in ``clinical_ports``.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from clinic_desktop.domain.calendar_import import CalendarSharing
from clinic_desktop.domain.call import Call
from clinic_desktop.domain.call_ports import CallReader
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.drive_corrections import DriveOverride
from clinic_desktop.domain.ids import PatientId, PractitionerId, SeriesId, SiteId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.published_day import PublishedDay, Told
from clinic_desktop.domain.role import Session, User
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.series import Series
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.travel import BaseDrive
from clinic_desktop.domain.visit import Promise, Visit
from clinic_desktop.domain.wait_list import WaitEntry
from clinic_desktop.domain.working_time import TimeOff

ScheduleRecord = (
    Clinic
    | User
    | Practitioner
    | Service
    | Patient
    | VisitSite
    | Visit
    | Series
    | Promise
    | TimeOff
    | DriveOverride
    | SealedAlert
    | Call
    | WaitEntry
    | CallerMessage
    | PublishedDay
    | Told
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicalFlags:
    """What the schedule shows of the clinical file: a projection, neutral words only."""

    patient_id: PatientId
    has_record: bool = False
    consent_missing: bool = False
    review_screening: bool = False
    unsigned_notes: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientHit:
    """A patient found by what the caller said, with the site's area and the matched phone."""

    patient: Patient
    area: str
    matched: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalEntry:
    """One line of the audit trail; values are left to the reader's own permission."""

    seq: int
    at_utc: datetime
    actor: str
    operation: str
    action: str
    table: str
    row_id: str


class ScheduleReader(CallReader, Protocol):
    """Reads of the schedule file; each thread has its own."""

    def clinic(self) -> Clinic:
        """The clinic's settings. Raises ``NotFound`` before the first run."""
        ...

    def users(self) -> list[User]:
        """All users, inactive ones last."""
        ...

    def practitioners(self, *, with_inactive: bool = False) -> list[Practitioner]:
        """Practitioners by marker."""
        ...

    def services(self, *, with_inactive: bool = False) -> list[Service]:
        """Services in the order they are offered."""
        ...

    def visit(self, visit_id: VisitId) -> Visit:
        """One visit. Raises ``NotFound``."""
        ...

    def visits_between(
        self, first: date, last: date, *, practitioner_id: PractitionerId | None = None
    ) -> list[Visit]:
        """Visits that start on ``first`` to ``last`` (both inclusive), every state, by start."""
        ...

    def visits_of_patient(self, patient_id: PatientId, *, since: date | None = None) -> list[Visit]:
        """A patient's visits, those made under an alias too, newest first.

        ``since`` leaves out what began on earlier days; a time held during a call, or held and
        not taken, is no visit.
        """
        ...

    def series(self, series_ids: Iterable[SeriesId]) -> dict[SeriesId, Series]:
        """Several series by id."""
        ...

    def visits_of_series(self, series_id: SeriesId) -> list[Visit]:
        """The visits of a series, every state, by number."""
        ...

    def published_day(self, day: date) -> PublishedDay | None:
        """A date as it was published, None for a draft."""
        ...

    def told_on(self, day: date) -> list[Told]:
        """What has been told about a date's changes."""
        ...

    def sealed_alerts(self) -> list[SealedAlert]:
        """The medical alerts of imported lists that no clinician has taken over yet."""
        ...

    def promises_for(self, visit_ids: Iterable[VisitId]) -> dict[VisitId, Promise]:
        """The current promise of each visit that has one."""
        ...

    def promise_history(self, visit_id: VisitId) -> list[Promise]:
        """Every version told for a visit, oldest first."""
        ...

    def patient(self, patient_id: PatientId) -> Patient:
        """One patient, aliases followed. Raises ``NotFound``."""
        ...

    def ids_of_person(self, patient_id: PatientId) -> frozenset[PatientId]:
        """Every id under which a person is or was kept: the kept one and all its aliases."""
        ...

    def patients(self, patient_ids: Iterable[PatientId]) -> dict[PatientId, Patient]:
        """Several patients by id."""
        ...

    def all_patients(self, *, limit: int = 500, offset: int = 0) -> list[Patient]:
        """Patients by last name, aliases and archived ones left out."""
        ...

    def every_patient(self) -> list[Patient]:
        """Every patient, aliases and archived ones too: for imports, which may not repeat them."""
        ...

    def born_on(self, day: date) -> list[PatientHit]:
        """The patients in use who were born on a date."""
        ...

    def household(self, name: str) -> list[Patient]:
        """The patients of a household, those merged away or archived left out."""
        ...

    def find_patients(self, text: str, *, limit: int = 8) -> list[PatientHit]:
        """Patients by parts of the name, phone digits in any form, or street; best first."""
        ...

    def sheet_anchor(self) -> str:
        """Where both journals stand, short enough for a sheet's foot: ``S4123-3f9a2c81 C57-...``.

        The clinical one is the newest that the schedule file has kept.
        """
        ...

    def calendar_sharing(self) -> CalendarSharing | None:
        """How calendars leave the clinic, None where none ever did."""
        ...

    def change_counts(self, visit_ids: Iterable[VisitId]) -> dict[VisitId, int]:
        """How often each visit has been changed since it was made; it never falls."""
        ...

    def similar_patients(self, text: str, *, limit: int = 5) -> list[PatientHit]:
        """Patients whose names are nearly what was typed; likest first, for a person to choose."""
        ...

    def site(self, site_id: SiteId) -> VisitSite:
        """One site. Raises ``NotFound``."""
        ...

    def sites(self, site_ids: Iterable[SiteId]) -> dict[SiteId, VisitSite]:
        """Several sites by id."""
        ...

    def sites_of(self, patient_id: PatientId) -> list[VisitSite]:
        """A patient's sites in use."""
        ...

    def time_off_between(self, first: date, last: date) -> list[TimeOff]:
        """Time off that touches the dates."""
        ...

    def drive_overrides(self) -> list[DriveOverride]:
        """The drives that somebody set by hand, newest first."""
        ...

    def parking_by_place(self) -> Mapping[Coordinate, int]:
        """Minutes of parking at sites that have their own; coordinates rounded to 5 decimals."""
        ...

    def sites_at(self, places: Iterable[Coordinate]) -> list[VisitSite]:
        """The sites at these points, rounded to 5 decimals, those no longer used last."""
        ...

    def driven_visits(self, since: date) -> list[Visit]:
        """Visits from a date on of which the way there was timed, by start."""
        ...

    def clinical_flags(self, patient_ids: Iterable[PatientId]) -> dict[PatientId, ClinicalFlags]:
        """The neutral flags of patients that have any."""
        ...

    def drive_pairs(self, extract_id: str) -> Mapping[tuple[Coordinate, Coordinate], BaseDrive]:
        """The cached base drives of one extract; coordinates rounded to 5 decimals."""
        ...

    def journal(
        self, *, limit: int = 200, table: str | None = None, actor: str | None = None
    ) -> list[JournalEntry]:
        """The newest journal lines first."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Rows by table, for reports and benchmarks."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


class ScheduleOperation(ScheduleReader, Protocol):
    """One open write: reads see its own changes; all of it commits or none."""

    def put(self, record: ScheduleRecord) -> None:
        """Insert the record, or update just its changed fields. Unchanged records write nothing."""
        ...

    def put_all(self, records: Sequence[ScheduleRecord]) -> None:
        """Several ``put``s."""
        ...

    def remove(self, record: TimeOff | DriveOverride | SealedAlert) -> None:
        """Take out time off, a drive set by hand, or an alert taken over: all else is marked."""
        ...

    def put_flags(self, flags: ClinicalFlags) -> None:
        """Project what the schedule shows of the clinical file."""
        ...

    def put_calendar_sharing(self, sharing: CalendarSharing) -> None:
        """Keep how calendars leave the clinic; secrets go into no journal."""
        ...

    def audit(self, action: str, *, table: str, row_id: str, reason: str = "") -> None:
        """An explicit journal line: read, export, print, login, login_failed."""
        ...

    def changes(self) -> Changes:
        """What has been written so far in this operation."""
        ...


class Undoable(StrEnum):
    """Whether an operation can be taken back; those that cannot say so first."""

    YES = "yes"
    NO = "no"


class ScheduleStore(Protocol):
    """The schedule file: one writer, many readers."""

    def operation(
        self, name: str, session: Session, *, undoable: bool = True, operation_id: str | None = None
    ) -> AbstractContextManager[ScheduleOperation]:
        """Begin one named, journalled write; commits when the block ends without an error.

        Raises:
            StoreTrouble: the file cannot be written (read-only, full, damaged).
        """
        ...

    def reader(self) -> ScheduleReader:
        """The calling thread's read-only view, made on first use."""
        ...

    def undo(self, session: Session, since_utc: datetime) -> Changes:
        """Take the person's newest undoable operation back.

        Raises:
            RuleBroken: there is none, or something newer is in the way (the sentence says what).
        """
        ...

    def redo(self, session: Session, since_utc: datetime) -> Changes:
        """Do again what was last undone. Raises ``RuleBroken`` as ``undo`` does."""
        ...

    def newest_at(self, session: Session, since_utc: datetime, *, redo: bool) -> str:
        """When the operation was made that ``undo`` (or ``redo``) would take; "" for none."""
        ...

    def undo_name(self, session: Session, since_utc: datetime) -> str:
        """The name of what ``undo`` would take back, or ""."""
        ...

    def redo_name(self, session: Session, since_utc: datetime) -> str:
        """The name of what ``redo`` would do again, or ""."""
        ...

    def save_drive_pairs(
        self, extract_id: str, pairs: Mapping[tuple[Coordinate, Coordinate], BaseDrive]
    ) -> None:
        """Keep computed base drives (a cache: not journalled)."""
        ...
