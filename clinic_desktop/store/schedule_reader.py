"""Reads of the schedule file; the same queries serve readers and open operations."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from clinic_desktop.domain.calendar_import import CalendarSharing
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.drive_corrections import DriveOverride
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.domain.ids import PatientId, PractitionerId, SeriesId, SiteId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.place import Coordinate, rounded
from clinic_desktop.domain.ports import ClinicalFlags, JournalEntry, PatientHit
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.published_day import PublishedDay, Told
from clinic_desktop.domain.role import User
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.series import Series
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.travel import BaseDrive, LegSource
from clinic_desktop.domain.visit import Promise, Visit
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.store import chain, schedule_likeness, schedule_search
from clinic_desktop.store import schedule_mapping as m
from clinic_desktop.store import schedule_values as v
from clinic_desktop.store.call_queries import CallQueries
from clinic_desktop.store.drive_mapping import OVERRIDES
from clinic_desktop.store.schedule_schema import TABLES
from clinic_desktop.store.sheet_code import sheet_code
from clinic_desktop.store.sqlcipher import DataFile, one, rows, scalar
from clinic_desktop.store.table_queries import AMONG
from clinic_desktop.text import _

COORDINATE_DECIMALS = 5
_ROUNDING = 0.00001  # degrees, about a metre
_SERVICE_ORDER = (
    "CASE kind WHEN 'evaluation' THEN 0 WHEN 'follow_up' THEN 1 WHEN 're_evaluation' THEN 2"
    " ELSE 3 END, treatment_min DESC, name"
)


class ScheduleQueries(CallQueries):
    """Implements the port ``ScheduleReader`` over one connection."""

    def clinic(self) -> Clinic:
        """The clinic's settings. Raises ``NotFound`` before the first run."""
        row = one(self._db, "SELECT * FROM clinic")
        if row is None:
            raise NotFound(_("The clinic has not been set up yet."))
        return m.CLINIC.from_row(row)

    def users(self) -> list[User]:
        """All users, inactive ones last."""
        return self._all(m.USERS, "ORDER BY active DESC, name COLLATE NOCASE, id")

    def practitioners(self, *, with_inactive: bool = False) -> list[Practitioner]:
        """Practitioners by marker."""
        only = "" if with_inactive else "WHERE active = 1"
        return self._all(m.PRACTITIONERS, f"{only} ORDER BY marker")

    def services(self, *, with_inactive: bool = False) -> list[Service]:
        """Services in the order they are offered: evaluation first, longer before shorter."""
        only = "" if with_inactive else "WHERE active = 1"
        return self._all(m.SERVICES, f"{only} ORDER BY {_SERVICE_ORDER}")

    def visit(self, visit_id: VisitId) -> Visit:
        """One visit. Raises ``NotFound``."""
        return self._one(m.VISITS, visit_id, _("That visit is not here any more."))

    def visits_between(
        self, first: date, last: date, *, practitioner_id: PractitionerId | None = None
    ) -> list[Visit]:
        """Visits that start on ``first`` to ``last`` (both inclusive), every state, by start."""
        # "U" follows the "T" of every time on the last date, so no date past the last is needed.
        bounds = (first.isoformat(), f"{last.isoformat()}U")
        if practitioner_id is None:
            return self._all(m.VISITS, "WHERE start >= ? AND start < ? ORDER BY start, id", bounds)
        return self._all(
            m.VISITS,
            "WHERE practitioner_id = ? AND start >= ? AND start < ? ORDER BY start, id",
            (practitioner_id, *bounds),
        )

    def visits_of_patient(self, patient_id: PatientId, *, since: date | None = None) -> list[Visit]:
        """A patient's visits, those made under an alias too, newest first.

        ``since`` leaves out what began on earlier days; a time held during a call, or held and
        not taken, is no visit.
        """
        return self._all(
            m.VISITS,
            "WHERE patient_id IN (WITH RECURSIVE same (id) AS (SELECT ? UNION"
            " SELECT patients.id FROM patients JOIN same ON patients.merged_into = same.id)"
            " SELECT id FROM same) AND start >= ?"
            " AND state <> 'held' AND NOT (state = 'cancelled' AND held_until IS NOT NULL)"
            " ORDER BY start DESC, id DESC",
            (patient_id, since.isoformat() if since else ""),
        )

    def series(self, series_ids: Iterable[SeriesId]) -> dict[SeriesId, Series]:
        """Several series by id."""
        return {series.id: series for series in self._among(m.SERIES, series_ids)}

    def visits_of_series(self, series_id: SeriesId) -> list[Visit]:
        """The visits of a series, every state, by number."""
        return self._all(
            m.VISITS, "WHERE series_id = ? ORDER BY series_number, start, id", (series_id,)
        )

    def published_day(self, day: date) -> PublishedDay | None:
        """A date as it was published, None for a draft."""
        found = self._all(m.PUBLISHED, "WHERE day = ?", (day.isoformat(),))
        return found[0] if found else None

    def told_on(self, day: date) -> list[Told]:
        """What has been told about a date's changes."""
        return self._all(m.TOLD, "WHERE day = ? ORDER BY at, id", (day.isoformat(),))

    def sealed_alerts(self) -> list[SealedAlert]:
        """The medical alerts of imported lists that no clinician has taken over yet."""
        return self._all(m.ALERTS, "ORDER BY sealed_at, id")

    def promises_for(self, visit_ids: Iterable[VisitId]) -> dict[VisitId, Promise]:
        """The current promise of each visit that has one."""
        found = self._all(
            m.PROMISES, f"WHERE current = 1 AND visit_id {AMONG}", (v.dump(list(visit_ids)),)
        )
        return {promise.visit_id: promise for promise in found}

    def promise_history(self, visit_id: VisitId) -> list[Promise]:
        """Every version told for a visit, oldest first."""
        return self._all(m.PROMISES, "WHERE visit_id = ? ORDER BY told_at, id", (visit_id,))

    def patient(self, patient_id: PatientId) -> Patient:
        """One patient, aliases followed. Raises ``NotFound``."""
        gone = _("That patient is not here any more.")
        patient = self._one(m.PATIENTS, patient_id, gone)
        seen = {patient.id}
        while patient.merged_into is not None and patient.merged_into not in seen:
            patient = self._one(m.PATIENTS, patient.merged_into, gone)
            seen.add(patient.id)
        return patient

    def ids_of_person(self, patient_id: PatientId) -> frozenset[PatientId]:
        """Every id under which a person is or was kept: the kept one and all its aliases."""
        found = rows(
            self._db,
            "WITH RECURSIVE up (id, merged_into) AS"
            " (SELECT id, merged_into FROM patients WHERE id = ? UNION"
            " SELECT p.id, p.merged_into FROM patients p JOIN up ON p.id = up.merged_into),"
            " same (id) AS (SELECT id FROM up WHERE merged_into IS NULL UNION"
            " SELECT p.id FROM patients p JOIN same ON p.merged_into = same.id)"
            " SELECT id FROM same",
            (patient_id,),
        )
        return frozenset({patient_id, *(PatientId(row["id"]) for row in found)})

    def patients(self, patient_ids: Iterable[PatientId]) -> dict[PatientId, Patient]:
        """Several patients by id; an alias comes as it is."""
        found = self._among(m.PATIENTS, patient_ids)
        return {patient.id: patient for patient in found}

    def all_patients(self, *, limit: int = 500, offset: int = 0) -> list[Patient]:
        """Patients by last name, aliases and archived ones left out."""
        return self._all(
            m.PATIENTS,
            "WHERE merged_into IS NULL AND archived = 0 ORDER BY last_name COLLATE NOCASE,"
            " first_name COLLATE NOCASE, id LIMIT ? OFFSET ?",
            (limit, offset),
        )

    def every_patient(self) -> list[Patient]:
        """Every patient, aliases and archived ones too, in the order they came."""
        return self._all(m.PATIENTS, "ORDER BY id")

    def born_on(self, day: date) -> list[PatientHit]:
        """The patients in use who were born on a date."""
        ids = [
            str(row["id"])
            for row in rows(
                self._db,
                "SELECT id FROM patients WHERE dob = ? AND merged_into IS NULL AND archived = 0"
                " ORDER BY last_name COLLATE NOCASE, first_name COLLATE NOCASE, id",
                (day.isoformat(),),
            )
        ]
        found = schedule_search.patients_with_sites(self._db, ids)
        return [schedule_search.hit_of((), patient, sites) for patient, sites in found]

    def household(self, name: str) -> list[Patient]:
        """The patients of a household, those merged away or archived left out."""
        return self._all(
            m.PATIENTS,
            "WHERE household = ? AND household <> '' AND merged_into IS NULL AND archived = 0"
            " ORDER BY last_name COLLATE NOCASE, first_name COLLATE NOCASE, id",
            (name,),
        )

    def find_patients(self, text: str, *, limit: int = 8) -> list[PatientHit]:
        """Patients by parts of the name, phone digits in any form, or street; best first."""
        return schedule_search.find_patients(self._db, text, limit)

    def sheet_anchor(self) -> str:
        """Where both journals stand, short enough for a sheet's foot: ``S4123-3f9a2c81 C57-...``.

        The clinical one is the newest that the schedule file has kept.
        """
        codes = [sheet_code(DataFile.SCHEDULE, chain.head(self._db, DataFile.SCHEDULE))]
        kept = rows(
            self._db,
            "SELECT seq, hash FROM anchors WHERE other_file = ? ORDER BY id DESC LIMIT 1",
            (DataFile.CLINICAL.value,),
        )
        codes += [
            sheet_code(DataFile.CLINICAL, chain.ChainHead(seq=row["seq"], hash=row["hash"]))
            for row in kept
        ]
        return " ".join(codes)

    def calendar_sharing(self) -> CalendarSharing | None:
        """How calendars leave the clinic, None where none ever did."""
        found = rows(self._db, "SELECT * FROM calendar_sharing", ())
        if not found:
            return None
        row = found[0]
        at = row["published_at"]
        return CalendarSharing(
            salt=bytes(row["salt"]),
            url=v.text(row, "url"),
            user=v.text(row, "user"),
            password=v.text(row, "password"),
            published_at=datetime.fromisoformat(at) if at else None,
        )

    def change_counts(self, visit_ids: Iterable[VisitId]) -> dict[VisitId, int]:
        """How often each visit has been changed since it was made; it never falls."""
        found = rows(
            self._db,
            "SELECT row_id, COUNT(*) AS n FROM journal WHERE table_name = 'visits'"
            " AND row_id IN (SELECT value FROM json_each(?)) GROUP BY row_id",
            (v.dump(list(visit_ids)),),
        )
        return {VisitId(str(row["row_id"])): int(row["n"]) - 1 for row in found}

    def similar_patients(self, text: str, *, limit: int = 5) -> list[PatientHit]:
        """Patients whose names are nearly what was typed; likest first, for a person to choose."""
        return schedule_likeness.similar_patients(self._db, text, limit)

    def site(self, site_id: SiteId) -> VisitSite:
        """One site. Raises ``NotFound``."""
        return self._one(m.SITES, site_id, _("That site is not here any more."))

    def sites(self, site_ids: Iterable[SiteId]) -> dict[SiteId, VisitSite]:
        """Several sites by id."""
        return {site.id: site for site in self._among(m.SITES, site_ids)}

    def sites_of(self, patient_id: PatientId) -> list[VisitSite]:
        """A patient's sites in use."""
        return self._all(m.SITES, "WHERE patient_id = ? AND active = 1 ORDER BY id", (patient_id,))

    def time_off_between(self, first: date, last: date) -> list[TimeOff]:
        """Time off that touches the dates."""
        # One that ends at midnight of the first date ends before it.
        midnight = datetime.combine(first, datetime.min.time())
        found = self._all(
            m.TIME_OFF,
            'WHERE ("end" > ? OR repeats IS NOT NULL) AND start < ? ORDER BY start, id',
            (midnight.isoformat(), f"{last.isoformat()}U"),
        )
        return [t for t in found if t.last_end is None or t.last_end > midnight]

    def drive_overrides(self) -> list[DriveOverride]:
        """The drives that somebody set by hand, newest first."""
        return self._all(OVERRIDES, "ORDER BY at DESC, id")

    def parking_by_place(self) -> Mapping[Coordinate, int]:
        """Minutes of parking at sites that have their own; coordinates rounded to 5 decimals."""
        found = rows(
            self._db,
            "SELECT lat, lon, max(parking_min) AS parking_min FROM sites"
            " WHERE parking_min IS NOT NULL AND lat IS NOT NULL AND active = 1 GROUP BY lat, lon",
        )
        return {
            rounded(Coordinate(lat=row["lat"], lon=row["lon"])): row["parking_min"] for row in found
        }

    def sites_at(self, places: Iterable[Coordinate]) -> list[VisitSite]:
        """The sites at these points, rounded to 5 decimals, those no longer used last."""
        wanted = set(places)
        if not wanted:
            return []
        south = min(place.lat for place in wanted) - _ROUNDING
        north = max(place.lat for place in wanted) + _ROUNDING
        found = self._all(
            m.SITES, "WHERE lat BETWEEN ? AND ? ORDER BY active DESC, id", (south, north)
        )
        return [s for s in found if s.coordinate and rounded(s.coordinate) in wanted]

    def driven_visits(self, since: date) -> list[Visit]:
        """Visits from a date on of which the way there was timed, by start."""
        return self._all(
            m.VISITS,
            "WHERE departed_at IS NOT NULL AND started_at IS NOT NULL AND start >= ?"
            " ORDER BY start, id",
            (since.isoformat(),),
        )

    def clinical_flags(self, patient_ids: Iterable[PatientId]) -> dict[PatientId, ClinicalFlags]:
        """The neutral flags of patients that have any."""
        return {flags.patient_id: flags for flags in self._among(m.FLAGS, patient_ids)}

    def drive_pairs(self, extract_id: str) -> Mapping[tuple[Coordinate, Coordinate], BaseDrive]:
        """The cached base drives of one extract; coordinates rounded to 5 decimals."""
        found = rows(self._db, "SELECT * FROM drive_pairs WHERE extract_id = ?", (extract_id,))
        return {
            (
                Coordinate(lat=row["from_lat"], lon=row["from_lon"]),
                Coordinate(lat=row["to_lat"], lon=row["to_lon"]),
            ): BaseDrive(
                seconds=row["seconds"],
                metres=row["metres"],
                motorway_seconds=row["motorway_seconds"],
                source=LegSource(row["source"]),
                as_of=v.maybe_moment(row, "as_of"),
            )
            for row in found
        }

    def journal(
        self, *, limit: int = 200, table: str | None = None, actor: str | None = None
    ) -> list[JournalEntry]:
        """The newest journal lines first, of one table or person if they are named."""
        wanted = {"table_name": table, "actor": actor}
        named = {column: value for column, value in wanted.items() if value is not None}
        only = f"WHERE {' AND '.join(f'{c} = ?' for c in named)}" if named else ""
        found = rows(
            self._db,
            "SELECT seq, at_utc, actor, op_name, action, table_name, row_id FROM journal"
            f" {only} ORDER BY seq DESC LIMIT ?",
            (*named.values(), limit),
        )
        return [
            JournalEntry(
                seq=row["seq"],
                at_utc=v.local(row, "at_utc"),
                actor=row["actor"],
                operation=row["op_name"],
                action=row["action"],
                table=row["table_name"] or "",
                row_id=row["row_id"] or "",
            )
            for row in found
        ]

    def counts(self) -> Mapping[str, int]:
        """Rows by table, the journal's among them."""
        names = [note.table for note in TABLES] + ["journal"]
        return {name: int(scalar(self._db, f"SELECT count(*) FROM {name}")) for name in names}
