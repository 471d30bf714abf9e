"""A calendar comes in as busy time or as visits, twice without doubles, or not at all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from clinic_desktop.domain.calendar_import import (
    OWN_UID_SUFFIX,
    CalendarEvent,
    CalendarFile,
    CalendarResult,
    EventProblem,
    ImportCalendar,
    WaitReason,
)
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import Cancelled, PermissionRefused
from clinic_desktop.domain.ids import PatientId, PromiseId, ServiceId, SiteId, UserId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.progress import SilentProgress
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.domain.working_time import TimeOff, WorkingPattern
from clinic_desktop.exchange.ics_read import IcsFiles
from clinic_desktop.services.calendar_import import CalendarImportService
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile

FIRST, LAST = date(2026, 11, 25), date(2026, 11, 30)


class Moves(Protocol):
    def now_utc(self) -> datetime: ...

    def advance(self, **delta: float) -> None: ...


def session(role: Role) -> Session:
    return Session(
        user_id=UserId(role.value),
        name=role.value,
        roles=frozenset({role}),
        practitioner_id=None,
        opens_clinical=False,
        device_id="desk",
    )


OFFICE = session(Role.OFFICE)
DANA = Practitioner(
    id="dana",  # type: ignore[arg-type]
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT",
    marker=1,
    home=None,
    home_address=None,
    pattern=WorkingPattern(weekdays=((),) * 7),
)
SHORT = Service(
    id=ServiceId("short"),
    name="Follow-up",
    short_name="F",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=35,
)
LONG = replace(SHORT, id=ServiceId("long"), name="Evaluation", treatment_min=80)
RUTH = Patient(id=PatientId("ruth"), first_name="Ruth", last_name="Abel")
HOME = VisitSite(
    id=SiteId("home"),
    patient_id=RUTH.id,
    address=Address(line="4120 Shaw Blvd", city="St. Louis", state="MO"),
)


def event(uid: str, hour: int = 9, **changes: object) -> CalendarEvent:
    made = CalendarEvent(
        uid=uid,
        recurrence_id="",
        start=datetime(2026, 11, 26, hour),
        end=datetime(2026, 11, 26, hour, 45),
        title="Ruth Abel",
        location="4120 Shaw Blvd, St. Louis",
        calendar="Dana",
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def command(*events: CalendarEvent, **changes: object) -> ImportCalendar:
    file = CalendarFile(calendars=("Dana",), events=events, problems=(), first=FIRST, last=LAST)
    return ImportCalendar(file=replace(file, **changes), practitioner_id=DANA.id)  # type: ignore[arg-type]


class Kit:
    def __init__(self, schedule: ScheduleFile, clock: Moves) -> None:
        self.schedule = schedule
        self.service = CalendarImportService(schedule, IcsFiles(), clock)

    def busy(self, *events: CalendarEvent, **changes: object) -> tuple[int, int, int, int]:
        return counts(self.service.run_busy(OFFICE, command(*events, **changes), SilentProgress()))

    def visits(self, *events: CalendarEvent) -> tuple[int, int, int, int]:
        return counts(self.service.run_visits(OFFICE, command(*events), SilentProgress()))

    def time_off(self) -> list[TimeOff]:
        return self.schedule.reader().time_off_between(FIRST, LAST)

    def booked(self) -> list[Visit]:
        return self.schedule.reader().visits_between(FIRST, LAST)


def counts(result: CalendarResult) -> tuple[int, int, int, int]:
    return result.added, result.changed, result.same, result.removed


@pytest.fixture
def kit(tmp_path: Path, clock: Moves) -> Iterator[Kit]:
    store = FileStore.create(
        tmp_path / "schedule.db",
        new_key(),
        SCHEDULE_SCHEMA,
        device_id="desk",
        at_utc=clock.now_utc(),
    )
    file = ScheduleFile(store, clock, lambda: str(uuid4()))
    with file.operation("Set up", OFFICE, undoable=False) as op:
        op.put_all([Clinic(name="Gateway"), DANA, SHORT, LONG, RUTH, HOME])
    clock.advance(minutes=1)
    yield Kit(file, clock)
    store.close()


def test_busy_time_comes_in_once_follows_changes_and_goes(kit: Kit) -> None:
    assert kit.busy(event("a"), event("b", 11)) == (2, 0, 0, 0)
    before = kit.schedule.reader().journal(limit=1)[0].seq
    assert kit.busy(event("a"), event("b", 11)) == (0, 0, 2, 0)
    assert kit.schedule.reader().journal(limit=1)[0].seq == before
    assert {t.reason for t in kit.time_off()} == {"Busy"}, "titles stay outside unless asked for"
    assert kit.busy(event("a", 10), event("b", 11)) == (0, 1, 1, 0)
    assert kit.busy(event("b", 11, cancelled=True)) == (0, 0, 0, 2)
    assert kit.time_off() == []


def test_what_could_not_be_read_does_not_count_as_gone(kit: Kit) -> None:
    kit.busy(event("a"))
    problem = EventProblem(line=4, uid="a", sentence="The event cannot be read.")
    assert kit.busy(problems=(problem,)) == (0, 0, 0, 0)
    assert len(kit.time_off()) == 1


def test_time_off_by_hand_other_calendars_and_own_visits_stay_out(kit: Kit) -> None:
    hand = TimeOff(
        id=str(uuid4()),  # type: ignore[arg-type]
        practitioner_id=DANA.id,
        start=datetime(2026, 11, 27, 9),
        end=datetime(2026, 11, 27, 10),
    )
    with kit.schedule.operation("By hand", OFFICE) as op:
        op.put(hand)
    kit.busy(event("a"))
    other = event("a", calendar="Club")
    assert kit.busy(other, calendars=("Club",)) == (1, 0, 0, 0)
    assert kit.busy(event("x" + OWN_UID_SUFFIX)) == (0, 0, 0, 1)
    assert len(kit.time_off()) == 2
    assert hand in kit.time_off()


def test_an_import_is_undone_as_one(kit: Kit) -> None:
    kit.busy(event("a"), event("b", 11))
    kit.schedule.undo(OFFICE, datetime.fromisoformat("2026-11-24T00:00+00:00"))
    assert kit.time_off() == []


def test_visits_find_patient_site_and_service(kit: Kit) -> None:
    assert kit.visits(event("a"), event("b", 13, end=datetime(2026, 11, 26, 14, 25))) == (
        2,
        0,
        0,
        0,
    )
    one, two = kit.booked()
    assert (one.patient_id, one.site_id, one.service_id, one.door_min) == (
        RUTH.id,
        HOME.id,
        SHORT.id,
        45,
    )
    assert two.service_id == LONG.id
    assert kit.visits(event("a", 10)) == (0, 1, 0, 1)
    states = {v.start.hour: v.state for v in kit.booked()}
    assert states == {10: VisitState.BOOKED, 13: VisitState.CANCELLED}


def test_what_is_not_sure_waits_for_a_person_and_comes_with_an_answer(kit: Kit) -> None:
    unsure = (
        event("name", title="Lunch"),
        event("place", location="Somewhere 1"),
        event("day", all_day=True),
        event("past", start=datetime(2026, 11, 24, 7), end=datetime(2026, 11, 24, 8)),
    )
    preview = kit.service.preview_visits(command(*unsure))
    assert [row.reason for row in preview.rows] == [
        WaitReason.NO_PATIENT,
        WaitReason.NO_SITE,
        WaitReason.NO_LENGTH,
        WaitReason.OVER,
    ]
    answered = replace(command(*unsure[:2]), sites={unsure[0].key: HOME.id})
    result = kit.service.run_visits(OFFICE, answered, SilentProgress())
    assert (result.added, result.waiting) == (1, unsure[1:2])


def test_a_promised_visit_is_not_moved_by_a_calendar(kit: Kit, clock: Moves) -> None:
    kit.visits(event("a"))
    (booked,) = kit.booked()
    told = Promise(
        id=PromiseId("p"),
        visit_id=booked.id,
        window_start=booked.start,
        window_end=booked.start,
        zone=booked.zone,
        practitioner_id=None,
        told_to="her",
        told_by=OFFICE.user_id,
        told_at=clock.now_utc(),
    )
    with kit.schedule.operation("Tell", OFFICE) as op:
        op.put(told)
    result = kit.service.run_visits(OFFICE, command(event("a", 12)), SilentProgress())
    assert [e.uid for e in result.waiting] == ["a"]
    assert kit.booked() == [booked]


class StopsAt(SilentProgress):
    def __init__(self, fraction: float) -> None:
        self.stop_at = fraction
        self.fraction = -1.0

    def report(self, fraction: float, message: str = "") -> None:
        self.fraction = fraction

    def stop_requested(self) -> bool:
        return self.fraction >= self.stop_at


@pytest.mark.parametrize("when", [-1.0, 0.0, 0.5])
def test_a_stopped_import_leaves_nothing(kit: Kit, when: float) -> None:
    many = [event(f"e{n}") for n in range(700)]
    with pytest.raises(Cancelled):
        kit.service.run_busy(OFFICE, command(*many), StopsAt(when))
    with pytest.raises(Cancelled):
        kit.service.run_visits(OFFICE, command(*many), StopsAt(when))
    assert (kit.time_off(), kit.booked()) == ([], [])


def test_a_practitioner_does_not_import(kit: Kit) -> None:
    with pytest.raises(PermissionRefused):
        kit.service.run_busy(session(Role.PRACTITIONER), command(event("a")), SilentProgress())
    with pytest.raises(PermissionRefused):
        kit.service.run_visits(session(Role.PRACTITIONER), command(event("a")), SilentProgress())
