"""The schedule file: what is put is read back, journalled, found, undone, and kept as told."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from clinic_desktop.domain.calendar_import import CalendarSharing
from clinic_desktop.domain.call import Call
from clinic_desktop.domain.caller_message import CallerMessage
from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.drive_corrections import DriveOverride
from clinic_desktop.domain.errors import NotFound, RuleBroken
from clinic_desktop.domain.ids import (
    CallId,
    DriveOverrideId,
    MessageId,
    PatientId,
    PractitionerId,
    PromiseId,
    SeriesId,
    ServiceId,
    SiteId,
    TimeOffId,
    UserId,
    VisitId,
    WaitId,
)
from clinic_desktop.domain.patient import Patient, Phone, VisitSite
from clinic_desktop.domain.place import Address, Coordinate, rounded
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.published_day import DayState, PublishedDay, PublishedVisit, Told
from clinic_desktop.domain.role import Role, Session, User
from clinic_desktop.domain.sealed_alert import SealedAlert
from clinic_desktop.domain.series import Series, SeriesRule
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.travel import BaseDrive, LegSource
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.domain.wait_list import WaitEntry
from clinic_desktop.domain.working_time import MinuteSpan, TimeOff, WorkingPattern
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA, TABLES
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.store.sqlcipher import IntegrityError, rows, run

ZONE = "America/Chicago"
DAY = date(2026, 11, 24)
SINCE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
OFFICE = Session(
    user_id=UserId("u-office"),
    name="Olive",
    roles=frozenset({Role.OFFICE}),
    practitioner_id=None,
    opens_clinical=False,
    device_id="desk",
)
DANA = Practitioner(
    id=PractitionerId("dana"),
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT",
    marker=1,
    home=Coordinate(lat=38.6, lon=-90.2),
    home_address=Address(line="1 Home Ave"),
    pattern=WorkingPattern(weekdays=((MinuteSpan(start_min=480, end_min=1020),),) * 7),
)
MARCUS = replace(DANA, id=PractitionerId("marcus"), first_name="Marcus", marker=2)
FOLLOW_UP = Service(
    id=ServiceId("follow-up"),
    name="Follow-up",
    short_name="F/U",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=45,
)
EVALUATION = replace(
    FOLLOW_UP, id=ServiceId("eval"), name="Evaluation", kind=ServiceKind.EVALUATION
)
NORA = Patient(
    id=PatientId("nora"),
    first_name="Nora",
    last_name="Abbott",
    phones=(Phone(number="+13145550142"),),
)
SHAW = VisitSite(
    id=SiteId("shaw"),
    patient_id=NORA.id,
    address=Address(line="4120 Shaw Blvd", city="St. Louis", area="Shaw", postcode="63110"),
    coordinate=Coordinate(lat=38.61234567, lon=-90.25),
)
VISIT = Visit(
    id=VisitId("visit"),
    patient_id=NORA.id,
    site_id=SHAW.id,
    service_id=FOLLOW_UP.id,
    practitioner_id=DANA.id,
    start=datetime(2026, 11, 24, 9, 0),
    zone=ZONE,
    door_min=55,
)
TOLD = Promise(
    id=PromiseId("told"),
    visit_id=VISIT.id,
    window_start=datetime(2026, 11, 24, 8, 45),
    window_end=datetime(2026, 11, 24, 9, 15),
    zone=ZONE,
    practitioner_id=DANA.id,
    told_to="Nora",
    told_by=OFFICE.user_id,
    told_at=datetime(2026, 11, 20, 16, 0, tzinfo=UTC),
)


class TestClock(Protocol):
    __test__ = False

    def now_utc(self) -> datetime: ...

    def advance(self, **delta: float) -> None: ...


@pytest.fixture
def schedule(tmp_path: Path, clock: TestClock) -> Iterator[ScheduleFile]:
    """An encrypted schedule file with a clinic, two practitioners and one visit."""
    store = FileStore.create(
        tmp_path / "schedule.db",
        new_key(),
        SCHEDULE_SCHEMA,
        device_id="desk",
        at_utc=clock.now_utc(),
    )
    file = ScheduleFile(store, clock, lambda: str(uuid4()))
    with file.operation("Set up", OFFICE, undoable=False) as op:
        op.put_all([Clinic(name="Gateway"), DANA, MARCUS, FOLLOW_UP, EVALUATION, NORA, SHAW])
        op.put(VISIT)
    clock.advance(minutes=1)
    yield file
    store.close()


SERIES = Series(
    id=SeriesId("s"),
    patient_id=NORA.id,
    rule=SeriesRule(first=VISIT.start, every_weeks=2, until=date(2027, 3, 1)),
)
OVERRIDE = DriveOverride(
    id=DriveOverrideId("drive"),
    start=Coordinate(lat=38.6, lon=-90.2),
    end=Coordinate(lat=38.65, lon=-90.3),
    minutes=25,
    by=UserId("office"),
    at=datetime(2026, 11, 20, 15, tzinfo=UTC),
    reason="The bridge is closed",
)


def put(schedule: ScheduleFile, *records: object, name: str = "Change") -> None:
    with schedule.operation(name, OFFICE) as op:
        op.put_all(records)  # type: ignore[arg-type]


def test_it_is_the_port_that_the_services_know(schedule: ScheduleFile) -> None:
    port: ScheduleStore = schedule
    reader = port.reader()
    assert reader.clinic() == Clinic(name="Gateway")
    assert reader.practitioners() == [DANA, MARCUS]
    assert reader.services() == [EVALUATION, FOLLOW_UP]
    assert reader.visit(VISIT.id) == VISIT
    assert reader.site(SHAW.id) == SHAW


def test_a_series_and_its_visits_are_read_as_they_were_written(schedule: ScheduleFile) -> None:
    second = replace(
        VISIT, id=VisitId("second"), series_id=SERIES.id, series_number=2, by_hand=True
    )
    first = replace(VISIT, series_id=SERIES.id, series_number=1)
    put(schedule, SERIES, second, first)
    reader = schedule.reader()
    assert reader.series([SERIES.id]) == {SERIES.id: SERIES}
    assert reader.visits_of_series(SERIES.id) == [first, second]


def test_a_drive_set_by_hand_is_read_as_it_was_written_and_can_be_taken_out(
    schedule: ScheduleFile,
) -> None:
    put(schedule, OVERRIDE)
    assert schedule.reader().drive_overrides() == [OVERRIDE]
    with schedule.operation("Forget", OFFICE) as op:
        op.remove(OVERRIDE)
    assert schedule.reader().drive_overrides() == []
    schedule.undo(OFFICE, SINCE)
    assert schedule.reader().drive_overrides() == [OVERRIDE]


def test_parking_is_known_by_the_place(schedule: ScheduleFile) -> None:
    assert SHAW.coordinate is not None
    put(schedule, replace(SHAW, parking_min=7))
    assert schedule.reader().parking_by_place() == {rounded(SHAW.coordinate): 7}
    put(schedule, replace(SHAW, parking_min=7, active=False))
    assert schedule.reader().parking_by_place() == {}


def test_only_visits_of_which_both_ends_of_the_way_were_timed_were_driven(
    schedule: ScheduleFile,
) -> None:
    left = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
    driven = replace(VISIT, departed_at=left, started_at=left + timedelta(minutes=20))
    put(schedule, driven)
    day = driven.start.date()
    assert schedule.reader().driven_visits(day) == [driven]
    assert schedule.reader().driven_visits(day + timedelta(days=1)) == []
    put(schedule, replace(driven, departed_at=None))
    assert schedule.reader().driven_visits(day) == []


def test_every_table_is_noted_as_journalled_or_not_with_a_reason(schedule: ScheduleFile) -> None:
    found = {
        row["name"]
        for row in rows(
            schedule.file_store.reader(), "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
    }
    core = {"journal", "op_context", "anchors", "schema_migrations", "sqlite_sequence"}
    index_parts = {f"patient_search_{p}" for p in ("data", "idx", "content", "docsize", "config")}
    assert found - core - index_parts == {note.table for note in TABLES}
    assert all(note.why for note in TABLES)


@pytest.mark.parametrize("note", TABLES, ids=lambda note: note.table)
def test_a_table_is_journalled_as_noted(schedule: ScheduleFile, note: object) -> None:
    journalled = {journalled.table for journalled in SCHEDULE_SCHEMA.journalled}
    assert (note.table in journalled) is note.journalled  # type: ignore[attr-defined]
    put(
        schedule,
        User(id=UserId("u"), login="olive", name="Olive", roles=frozenset({Role.OFFICE})),
        TOLD,
        TimeOff(
            id=TimeOffId("off"),
            practitioner_id=DANA.id,
            start=datetime(2026, 12, 1, 8),
            end=datetime(2026, 12, 1, 12),
        ),
    )
    published = PublishedDay(
        day=date(2026, 11, 24),
        state=DayState.PUBLISHED,
        revision=1,
        at=datetime.now(UTC),
        by=OFFICE.user_id,
        visits={
            VISIT.id: PublishedVisit(
                practitioner_id=VISIT.practitioner_id, start=VISIT.start, door_min=VISIT.door_min
            )
        },
    )
    with schedule.operation("Import", OFFICE) as op:
        op.put(published)
        op.put_visit_records([VISIT.id])
        op.put(SERIES)
        op.put(OVERRIDE)
        op.put(Told(id="t", day=published.day, key="k", at=datetime.now(UTC), by=OFFICE.user_id))
        op.put(Call(id=CallId("c"), by=OFFICE.user_id, started_at=datetime.now(UTC)))
        op.put(
            WaitEntry(
                id=WaitId("w"), patient_id=NORA.id, service_id=VISIT.service_id,
                made_at=datetime.now(UTC), by=OFFICE.user_id,
            )
        )  # fmt: skip
        op.put(
            CallerMessage(
                id=MessageId("m"), patient_id=NORA.id, box=b"sealed", by=OFFICE.user_id,
                taken_at=datetime.now(UTC),
            )
        )  # fmt: skip
        op.put(SealedAlert(id="a", patient_id=NORA.id, box=b"sealed", sealed_at=datetime.now(UTC)))
    with schedule.operation("Project", OFFICE, undoable=False) as op:
        op.put_flags(ClinicalFlags(patient_id=NORA.id, has_record=True))
        assert op.first_time("clinical-op")
        op.put_calendar_sharing(CalendarSharing(salt=bytes(32)))
    home = Coordinate(lat=38.6, lon=-90.2)
    schedule.save_drive_pairs("x", {(home, home): BaseDrive(seconds=1, metres=2)})
    assert schedule.reader().counts()[note.table] > 0, "the test writes every table"
    lines = schedule.reader().journal(table=note.table, limit=9)
    assert bool(lines) is note.journalled


def test_only_changed_columns_are_written_and_an_unchanged_record_writes_nothing(
    schedule: ScheduleFile,
) -> None:
    before = schedule.reader().journal(limit=1)[0].seq
    with schedule.operation("Nothing", OFFICE) as op:
        op.put_all([VISIT, NORA, SHAW, DANA])
        assert op.changes().ids == {}
    assert schedule.reader().journal(limit=1)[0].seq == before
    with schedule.operation("Confirm", OFFICE) as op:
        op.put(replace(VISIT, state=VisitState.CONFIRMED))
        assert op.visit(VISIT.id).state is VisitState.CONFIRMED, "its reads see its own changes"
        assert schedule.reader().visit(VISIT.id).state is VisitState.BOOKED
        changes = op.changes()
    assert changes.of(RecordKind.VISITS) == {VISIT.id}
    assert changes.operation == "Confirm"
    (line,) = rows(
        schedule.file_store.reader(), "SELECT new_json FROM journal ORDER BY seq DESC LIMIT 1"
    )
    assert line["new_json"] == '{"state":"confirmed"}'


def test_undo_of_a_moved_visit_restores_it_exactly(
    schedule: ScheduleFile, clock: TestClock
) -> None:
    moved = replace(VISIT, start=VISIT.start + timedelta(hours=2), practitioner_id=MARCUS.id)
    put(schedule, moved, name="Move visit")
    assert schedule.undo_name(OFFICE, SINCE) == "Move visit"
    clock.advance(minutes=1)
    changes = schedule.undo(OFFICE, SINCE)
    assert changes.of(RecordKind.VISITS) == {VISIT.id}
    assert schedule.reader().visit(VISIT.id) == VISIT
    assert schedule.redo_name(OFFICE, SINCE) == "Move visit"
    schedule.redo(OFFICE, SINCE)
    assert schedule.reader().visit(VISIT.id) == moved


def test_undo_of_a_booking_takes_the_new_visit_and_its_promise_back(
    schedule: ScheduleFile,
) -> None:
    visit = replace(VISIT, id=VisitId("second"), start=VISIT.start + timedelta(days=1))
    put(schedule, visit, replace(TOLD, id=PromiseId("second-told"), visit_id=visit.id))
    schedule.undo(OFFICE, SINCE)
    with pytest.raises(NotFound):
        schedule.reader().visit(visit.id)
    assert schedule.reader().promise_history(visit.id) == []
    schedule.redo(OFFICE, SINCE)
    assert schedule.reader().visit(visit.id) == visit
    assert schedule.reader().promises_for([visit.id])[visit.id].told_to == "Nora"


def test_undo_of_a_new_patient_takes_them_out_of_the_search_too(schedule: ScheduleFile) -> None:
    zoe = Patient(id=PatientId("zoe"), first_name="Zoë", last_name="Quill")
    site = replace(SHAW, id=SiteId("zoe-home"), patient_id=zoe.id)
    put(schedule, zoe, site)
    assert len(schedule.reader().find_patients("zoe quill")) == 1
    schedule.undo(OFFICE, SINCE)
    assert schedule.reader().find_patients("zoe quill") == []
    schedule.redo(OFFICE, SINCE)
    assert len(schedule.reader().find_patients("zoe quill")) == 1


def test_undo_refuses_when_nothing_is_left(schedule: ScheduleFile) -> None:
    assert schedule.undo_name(OFFICE, SINCE) == ""
    with pytest.raises(RuleBroken):
        schedule.undo(OFFICE, SINCE)


def test_a_later_promise_replaces_the_current_one_and_the_ledger_keeps_both(
    schedule: ScheduleFile,
) -> None:
    put(schedule, TOLD)
    later = replace(
        TOLD,
        id=PromiseId("later"),
        window_end=datetime(2026, 11, 24, 9, 30),
        told_at=TOLD.told_at + timedelta(days=1),
        replaces=TOLD.id,
    )
    put(schedule, later)
    reader = schedule.reader()
    assert reader.promises_for([VISIT.id]) == {VISIT.id: later}
    assert reader.promise_history(VISIT.id) == [replace(TOLD, current=False), later]
    schedule.undo(OFFICE, SINCE)
    assert reader.promises_for([VISIT.id]) == {VISIT.id: TOLD}


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE promises SET window_end = '2026-11-24T11:00:00'",
        "UPDATE promises SET practitioner_id = NULL",
        "UPDATE promises SET told_to = 'somebody else'",
        "UPDATE promises SET told_at = '2026-11-01T00:00:00+00:00'",
        "UPDATE promises SET id = 'other'",
        "UPDATE OR REPLACE promises SET window_start = '2026-11-24T07:00:00'",
        "DELETE FROM promises",
        "INSERT OR REPLACE INTO promises SELECT id, visit_id, window_start,"
        " '2026-11-24T12:00:00', zone, practitioner_id, told_to, told_by, told_at, call_id,"
        " replaces, current FROM promises",
        "INSERT OR REPLACE INTO promises SELECT 'new', visit_id, window_start,"
        " '2026-11-24T12:00:00', zone, practitioner_id, told_to, told_by, told_at, call_id,"
        " replaces, current FROM promises",
        "DELETE FROM visits",
        "DELETE FROM patients",
        "INSERT OR REPLACE INTO patients SELECT * FROM patients",
    ],
)
def test_a_promise_cannot_be_altered_and_no_record_be_deleted_by_sql(
    schedule: ScheduleFile, clock: TestClock, sql: str
) -> None:
    put(schedule, TOLD)
    with (
        pytest.raises(IntegrityError),
        schedule.file_store.operation(
            op_id="attack", name="Attack", actor="u", at_utc=clock.now_utc(), undoable=True
        ) as op,
    ):
        run(op.db, sql)
    reader = schedule.reader()
    assert reader.promise_history(VISIT.id) == [TOLD]
    assert reader.visit(VISIT.id) == VISIT
    assert reader.patient(NORA.id) == NORA


@pytest.mark.parametrize(
    "record",
    [
        replace(VISIT, id=VisitId("x"), patient_id=PatientId("nobody")),
        replace(VISIT, id=VisitId("x"), practitioner_id=PractitionerId("nobody")),
        replace(SHAW, id=SiteId("x"), patient_id=PatientId("nobody")),
        replace(NORA, id=PatientId("x"), merged_into=PatientId("x")),
        replace(DANA, id=PractitionerId("x")),
        Clinic(name=" "),
    ],
)
def test_the_file_itself_refuses_what_cannot_be(schedule: ScheduleFile, record: object) -> None:
    with pytest.raises(IntegrityError):
        put(schedule, record)


def test_days_hold_their_first_and_last_minute(schedule: ScheduleFile) -> None:
    first = replace(VISIT, id=VisitId("a"), start=datetime(2026, 11, 25, 0, 0))
    last = replace(VISIT, id=VisitId("z"), start=datetime(2026, 11, 25, 23, 59, 59))
    after = replace(VISIT, id=VisitId("n"), start=datetime(2026, 11, 26), practitioner_id=MARCUS.id)
    put(schedule, first, last, after)
    reader = schedule.reader()
    day = DAY + timedelta(days=1)
    assert reader.visits_between(day, day) == [first, last]
    assert reader.visits_between(day, date.max, practitioner_id=MARCUS.id) == [after]
    assert reader.visits_of_patient(NORA.id) == [after, last, first, VISIT]


def test_time_off_touches_a_date_or_does_not(schedule: ScheduleFile) -> None:
    absence = TimeOff(
        id=TimeOffId("off"),
        practitioner_id=DANA.id,
        start=datetime(2026, 12, 1, 12),
        end=datetime(2026, 12, 3),
    )
    put(schedule, absence)
    reader = schedule.reader()
    assert reader.time_off_between(date(2026, 12, 1), date(2026, 12, 1)) == [absence]
    assert reader.time_off_between(date(2026, 12, 2), date(2026, 12, 9)) == [absence]
    assert reader.time_off_between(date(2026, 12, 3), date(2026, 12, 9)) == []
    assert reader.time_off_between(date(2026, 11, 1), date(2026, 11, 30)) == []
    with schedule.operation("Remove time off", OFFICE) as op:
        op.remove(absence)
    assert reader.time_off_between(date(2026, 12, 1), date(2026, 12, 9)) == []
    schedule.undo(OFFICE, SINCE)
    assert reader.time_off_between(date(2026, 12, 1), date(2026, 12, 9)) == [absence]


def test_an_alias_is_followed_and_left_out_of_lists(schedule: ScheduleFile) -> None:
    twin = Patient(id=PatientId("twin"), first_name="Nora", last_name="Abott")
    gone = Patient(id=PatientId("gone"), first_name="Gus", last_name="Old", archived=True)
    put(schedule, twin, gone)
    put(schedule, replace(VISIT, id=VisitId("twins"), patient_id=twin.id))
    put(schedule, replace(twin, merged_into=NORA.id))
    reader = schedule.reader()
    assert reader.patient(twin.id) == NORA
    assert reader.patients([twin.id, NORA.id])[twin.id].merged_into == NORA.id
    assert reader.all_patients() == [NORA]
    assert {p.id for p in reader.every_patient()} == {NORA.id, twin.id, gone.id}
    assert {v.id for v in reader.visits_of_patient(NORA.id)} == {VISIT.id, VisitId("twins")}


def test_missing_records_are_told_apart_from_bugs(schedule: ScheduleFile) -> None:
    reader = schedule.reader()
    for look in (
        lambda: reader.visit(VisitId("none")),
        lambda: reader.patient(PatientId("none")),
        lambda: reader.site(SiteId("none")),
    ):
        with pytest.raises(NotFound):
            look()


def test_an_explicit_line_stands_in_the_audit_trail(schedule: ScheduleFile) -> None:
    with schedule.operation("Reveal access code", OFFICE, undoable=False) as op:
        op.audit("read", table="sites", row_id=SHAW.id, reason="access_code")
        assert not op.changes().undoable
    line = schedule.reader().journal(limit=1)[0]
    assert (line.action, line.table, line.row_id) == ("read", "sites", SHAW.id)
    assert (line.actor, line.operation) == (OFFICE.user_id, "Reveal access code")
    assert line.at_utc.tzinfo is not None


def test_an_operation_of_the_clinical_file_is_applied_once(schedule: ScheduleFile) -> None:
    flags = ClinicalFlags(patient_id=NORA.id, has_record=True, unsigned_notes=1)
    with schedule.operation("Sign note", OFFICE, operation_id="op-1", undoable=False) as op:
        assert op.first_time("op-1")
        op.put_flags(flags)
    with schedule.operation("Sign note", OFFICE, undoable=False) as op:
        assert not op.first_time("op-1")
    assert schedule.reader().clinical_flags([NORA.id]) == {NORA.id: flags}


def test_drives_are_cached_by_extract_and_rounded_place(schedule: ScheduleFile) -> None:
    assert SHAW.coordinate is not None
    home = Coordinate(lat=38.6, lon=-90.2)
    drive = BaseDrive(
        seconds=612.5, metres=8300, motorway_seconds=100, as_of=datetime(2026, 11, 1, tzinfo=UTC)
    )
    schedule.save_drive_pairs("st-louis", {(home, SHAW.coordinate): drive})
    slower = replace(drive, seconds=700, source=LegSource.ESTIMATE, as_of=None)
    schedule.save_drive_pairs("other", {(home, SHAW.coordinate): slower})
    rounded = Coordinate(lat=38.61235, lon=-90.25)
    reader = schedule.reader()
    assert reader.drive_pairs("st-louis") == {(home, rounded): drive}
    schedule.save_drive_pairs("st-louis", {(home, rounded): slower})
    assert reader.drive_pairs("st-louis") == {(home, rounded): slower}


def test_a_failed_write_leaves_nothing(schedule: ScheduleFile) -> None:
    with pytest.raises(IntegrityError):
        put(schedule, replace(NORA, first_name="Changed"), replace(DANA, id="twin"))
    assert schedule.reader().patient(NORA.id) == NORA
