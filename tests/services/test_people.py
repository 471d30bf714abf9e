"""Settings > People: practitioners, their visits and their time off, users and their keys."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import uuid4

import pytest

from clinic_desktop.domain.changes import RecordKind
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.errors import PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.key_admin import RecoverySheet
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.place import Address
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.progress import Progress, SilentProgress
from clinic_desktop.domain.role import NotesAccess, Role, Session, User
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.visit import Lock, Promise, Visit, VisitState
from clinic_desktop.domain.working_time import MinuteSpan, WorkingPattern
from clinic_desktop.services.people import (
    AddTimeOff,
    PeopleService,
    ReassignVisits,
    SavePractitioner,
    VisitsInTheWay,
)
from clinic_desktop.services.users import AddUser, EditUser, UserService
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile

ZONE = "America/Chicago"
SINCE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


class Moves(Protocol):
    def now_utc(self) -> datetime: ...

    def advance(self, **delta: float) -> None: ...


def session(*roles: Role, user: str = "u-owner", practitioner: str | None = None) -> Session:
    return Session(
        user_id=UserId(user),
        name=user,
        roles=frozenset(roles),
        practitioner_id=PractitionerId(practitioner) if practitioner else None,
        opens_clinical=Role.PRACTITIONER in roles,
        device_id="desk",
    )


OWNER = session(Role.OWNER)
OFFICE = session(Role.OFFICE, user="u-office")
DANAS = session(Role.PRACTITIONER, user="u-dana", practitioner="dana")

DANA = Practitioner(
    id=PractitionerId("dana"),
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT",
    marker=1,
    home=None,
    home_address=None,
    pattern=WorkingPattern(weekdays=((MinuteSpan(start_min=480, end_min=1020),),) * 7),
    certifications=(Certification(kind="advanced", expires=date(2026, 12, 31)),),
)
MARCUS = replace(DANA, id=PractitionerId("marcus"), first_name="Marcus", marker=2)
PRIYA = replace(DANA, id=PractitionerId("priya"), first_name="Priya", marker=3, certifications=())
NEEDLING = Service(
    id=ServiceId("needling"),
    name="Follow-up",
    short_name="F/U",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=45,
    needed_certification="advanced",
)
NORA = Patient(id=PatientId("nora"), first_name="Nora", last_name="Abbott")
SHAW = VisitSite(id=SiteId("shaw"), patient_id=NORA.id, address=Address(line="4120 Shaw Blvd"))


def visit(name: str, start: datetime, **rest: object) -> Visit:
    return replace(
        Visit(
            id=VisitId(name),
            patient_id=NORA.id,
            site_id=SHAW.id,
            service_id=NEEDLING.id,
            practitioner_id=DANA.id,
            start=start,
            zone=ZONE,
            door_min=55,
        ),
        **rest,  # type: ignore[arg-type]
    )


TODAY = datetime(2026, 11, 24)
DONE = visit("done", TODAY.replace(hour=7), state=VisitState.DONE)
AHEAD = visit(
    "ahead", TODAY.replace(hour=10), locks=frozenset({Lock.PRACTITIONER, Lock.TIME, Lock.ORDER})
)
NEXT_WEEK = visit("next", TODAY.replace(day=30, hour=9))
CANCELLED = visit("cancelled", TODAY.replace(day=30, hour=11), state=VisitState.CANCELLED)


@pytest.fixture
def schedule(tmp_path: Path, clock: Moves) -> Iterator[ScheduleFile]:
    store = FileStore.create(
        tmp_path / "schedule.db",
        new_key(),
        SCHEDULE_SCHEMA,
        device_id="desk",
        at_utc=clock.now_utc(),
    )
    file = ScheduleFile(store, clock, lambda: str(uuid4()))
    with file.operation("Set up", OWNER, undoable=False) as op:
        op.put_all([Clinic(name="Gateway"), DANA, MARCUS, PRIYA, NEEDLING, NORA, SHAW])
        op.put_all([DONE, AHEAD, NEXT_WEEK, CANCELLED])
        op.put(owner_user())
    clock.advance(minutes=1)
    yield file
    store.close()


def owner_user() -> User:
    return User(id=OWNER.user_id, login="owner", name="Olga", roles=frozenset({Role.OWNER}))


@pytest.fixture
def people(schedule: ScheduleFile, clock: Moves) -> PeopleService:
    return PeopleService(schedule, clock, lambda: str(uuid4()))


def test_a_new_practitioner_gets_the_next_marker_and_keeps_it(
    schedule: ScheduleFile, people: PeopleService
) -> None:
    new = replace(DANA, id=people.new_practitioner_id(), first_name=" Ana ", marker=1)
    people.save_practitioner(OWNER, SavePractitioner(practitioner=new))
    (ana,) = [p for p in schedule.reader().practitioners() if p.id == new.id]
    assert (ana.first_name, ana.marker) == ("Ana", 4)
    people.save_practitioner(
        OWNER, SavePractitioner(practitioner=replace(ana, last_name="Bell", marker=9))
    )
    (ana,) = [p for p in schedule.reader().practitioners() if p.id == new.id]
    assert (ana.last_name, ana.marker) == ("Bell", 4)
    with pytest.raises(RuleBroken, match="name"):
        people.save_practitioner(OWNER, SavePractitioner(practitioner=replace(ana, first_name=" ")))


@pytest.mark.parametrize("who", [OFFICE, DANAS])
def test_only_owners_change_people(people: PeopleService, who: Session) -> None:
    reassign = ReassignVisits(visit_ids=(AHEAD.id,), to=None)
    for change in (
        lambda: people.save_practitioner(who, SavePractitioner(practitioner=DANA)),
        lambda: people.deactivate_practitioner(who, DANA.id),
        lambda: people.reactivate_practitioner(who, DANA.id),
        lambda: people.reassign(who, reassign),
    ):
        with pytest.raises(PermissionRefused):
            change()


def test_a_practitioner_with_visits_ahead_leaves_only_after_they_are_given_away(
    schedule: ScheduleFile, people: PeopleService
) -> None:
    with pytest.raises(VisitsInTheWay) as told:
        people.deactivate_practitioner(OWNER, DANA.id)
    assert told.value.visits == (AHEAD, NEXT_WEEK) == tuple(people.future_visits(DANA.id))
    assert "2 visits" in str(told.value)
    changes = people.reassign(
        OWNER, ReassignVisits(visit_ids=(AHEAD.id, NEXT_WEEK.id), to=MARCUS.id)
    )
    assert changes.of(RecordKind.VISITS) == {AHEAD.id, NEXT_WEEK.id}
    taken = schedule.reader().visit(AHEAD.id)
    assert taken.practitioner_id == MARCUS.id
    assert taken.locks == {Lock.TIME}
    people.deactivate_practitioner(OWNER, DANA.id)
    assert DANA.id not in {p.id for p in schedule.reader().practitioners()}
    assert schedule.reader().visit(DONE.id).practitioner_id == DANA.id
    schedule.undo(OWNER, SINCE)
    schedule.undo(OWNER, SINCE)
    assert schedule.reader().visit(AHEAD.id) == AHEAD


def test_visits_without_a_taker_are_requested_again(
    schedule: ScheduleFile, people: PeopleService
) -> None:
    people.reassign(OWNER, ReassignVisits(visit_ids=(AHEAD.id, NEXT_WEEK.id), to=None))
    assert schedule.reader().visit(AHEAD.id).state is VisitState.REQUESTED
    assert people.future_visits(DANA.id) == []
    people.deactivate_practitioner(OWNER, DANA.id)


def test_a_visit_under_way_or_over_stays_with_its_practitioner(
    schedule: ScheduleFile, people: PeopleService
) -> None:
    with schedule.operation("Start", DANAS) as op:
        op.put(replace(AHEAD, state=VisitState.IN_PROGRESS))
    for fixed in (AHEAD.id, DONE.id, CANCELLED.id):
        with pytest.raises(RuleBroken):
            people.reassign(OWNER, ReassignVisits(visit_ids=(NEXT_WEEK.id, fixed), to=MARCUS.id))
    assert schedule.reader().visit(NEXT_WEEK.id) == NEXT_WEEK, "all of them or none"
    assert people.future_visits(DANA.id)[0].id == AHEAD.id


def test_the_taker_has_to_be_able_to(schedule: ScheduleFile, people: PeopleService) -> None:
    take = ReassignVisits(visit_ids=(AHEAD.id,), to=MARCUS.id)
    with pytest.raises(RuleBroken, match="Priya Whitfield lacks the certificate"):
        people.reassign(OWNER, replace(take, to=PRIYA.id))
    with schedule.operation("Book", OFFICE) as op:
        op.put(visit("clash", TODAY.replace(hour=10, minute=54), practitioner_id=MARCUS.id))
    with pytest.raises(RuleBroken, match="another visit on Tue, Nov 24, 10:00 AM"):
        people.reassign(OWNER, take)
    people.add_time_off(
        OFFICE,
        AddTimeOff(
            practitioner_id=MARCUS.id,
            start=TODAY.replace(day=30),
            end=TODAY.replace(day=30, hour=9, minute=1),
        ),
    )
    with pytest.raises(RuleBroken, match="away"):
        people.reassign(OWNER, replace(take, visit_ids=(NEXT_WEEK.id,)))
    late = visit("late", datetime(2027, 1, 4, 9))
    with schedule.operation("Book", OFFICE) as op:
        op.put(late)
    with pytest.raises(RuleBroken, match="certificate"):
        people.reassign(OWNER, ReassignVisits(visit_ids=(late.id,), to=MARCUS.id))
    people.reassign(OWNER, ReassignVisits(visit_ids=(), to=MARCUS.id))


def test_whoever_was_told_a_name_has_to_be_called(
    schedule: ScheduleFile, people: PeopleService
) -> None:
    told = Promise(
        id=PromiseId("told"),
        visit_id=AHEAD.id,
        window_start=AHEAD.start,
        window_end=AHEAD.start + timedelta(minutes=30),
        zone=ZONE,
        practitioner_id=DANA.id,
        told_to="Nora",
        told_by=OFFICE.user_id,
        told_at=SINCE,
    )
    anybody = replace(told, id=PromiseId("any"), visit_id=NEXT_WEEK.id, practitioner_id=None)
    with schedule.operation("Tell", OFFICE) as op:
        op.put_all([told, anybody])
    command = ReassignVisits(visit_ids=(AHEAD.id, NEXT_WEEK.id), to=MARCUS.id)
    assert [v.id for v in people.promises_to_keep(command)] == [AHEAD.id]
    people.reassign(OWNER, command)
    assert schedule.reader().promises_for([AHEAD.id]) == {AHEAD.id: told}


def test_time_off_over_visits_is_seen_first_and_can_be_taken_back(
    schedule: ScheduleFile, people: PeopleService
) -> None:
    off = AddTimeOff(
        practitioner_id=DANA.id,
        start=TODAY.replace(hour=10, minute=30),
        end=TODAY.replace(hour=12),
        reason="dentist",
    )
    with pytest.raises(VisitsInTheWay) as told:
        people.add_time_off(DANAS, off)
    assert told.value.visits == (AHEAD,)
    people.add_time_off(DANAS, replace(off, visits_seen=True))
    (absence,) = schedule.reader().time_off_between(TODAY.date(), TODAY.date())
    assert absence.reason == "dentist"
    people.remove_time_off(DANAS, absence)
    assert schedule.reader().time_off_between(TODAY.date(), TODAY.date()) == []


def test_a_practitioner_enters_no_time_off_for_others(people: PeopleService) -> None:
    off = AddTimeOff(practitioner_id=MARCUS.id, start=TODAY, end=TODAY + timedelta(hours=1))
    with pytest.raises(PermissionRefused):
        people.add_time_off(DANAS, off)
    with pytest.raises(RuleBroken, match="end after"):
        people.add_time_off(OFFICE, replace(off, end=TODAY))
    people.add_time_off(OFFICE, off)


class KeyCupboard:
    """Keys as the service sees them: who has some, and what was asked."""

    def __init__(self) -> None:
        self.holders: set[UserId] = set()
        self.rekeyed: list[UserId] = []
        self.roles: dict[UserId, frozenset[Role]] = {}
        self.refuse: RuleBroken | PermissionRefused | None = None

    def _maybe_refuse(self) -> None:
        if self.refuse:
            raise self.refuse

    def add_user(self, session: Session, user: User, password: str) -> NotesAccess:
        self._maybe_refuse()
        self.holders.add(user.id)
        if Role.PRACTITIONER not in user.roles:
            return NotesAccess.NONE
        return NotesAccess.GRANTED if session.opens_clinical else NotesAccess.WAITING

    def deactivate_user(self, session: Session, user: User) -> None:
        self._maybe_refuse()
        self.holders.discard(user.id)

    def set_roles(self, session: Session, user: User) -> None:
        self.roles[user.id] = user.roles

    def grant_notes(self, session: Session, user: User) -> None:
        if not session.opens_clinical:
            raise PermissionRefused("no key")

    def change_password(self, user: User, old_password: str, new_password: str) -> None:
        self._maybe_refuse()

    def remove_user_with_rekey(
        self, session: Session, user: User, progress: Progress
    ) -> tuple[RecoverySheet, ...]:
        self.rekeyed.append(user.id)
        return (RecoverySheet(file="schedule", code="ABCD"),)

    def new_recovery_sheets(self, session: Session) -> tuple[RecoverySheet, ...]:
        return (RecoverySheet(file="schedule", code="EFGH"),)


@pytest.fixture
def cupboard() -> KeyCupboard:
    return KeyCupboard()


@pytest.fixture
def users(schedule: ScheduleFile, cupboard: KeyCupboard) -> UserService:
    return UserService(schedule, cupboard, lambda: str(uuid4()))


OLIVE = AddUser(
    login="olive", name="Olive", roles=frozenset({Role.OFFICE}), password="correct horse"
)
DANAS_LOGIN = AddUser(
    login="dana",
    name="Dana",
    roles=frozenset({Role.PRACTITIONER}),
    password="correct horse",
    practitioner_id=DANA.id,
)


def named(schedule: ScheduleFile, login: str) -> User:
    (user,) = [u for u in schedule.reader().users() if u.login == login]
    return user


def test_a_user_is_added_with_keys_and_it_is_no_undo(
    schedule: ScheduleFile, users: UserService, cupboard: KeyCupboard
) -> None:
    changes = users.add(OWNER, OLIVE)
    olive = named(schedule, "olive")
    assert not changes.undoable
    assert cupboard.holders == {olive.id}
    assert schedule.undo_name(OWNER, SINCE) == ""
    with pytest.raises(RuleBroken, match="taken"):
        users.add(OWNER, replace(OLIVE, login="OLIVE"))
    for wrong in (
        replace(OLIVE, login=" "),
        replace(OLIVE, login="x", roles=frozenset()),
        replace(DANAS_LOGIN, login="y", practitioner_id=None),
    ):
        with pytest.raises(RuleBroken):
            users.add(OWNER, wrong)


def test_no_keys_without_a_row_and_no_row_without_keys(
    schedule: ScheduleFile, users: UserService, cupboard: KeyCupboard
) -> None:
    cupboard.refuse = RuleBroken("too weak")
    with pytest.raises(RuleBroken, match="too weak"):
        users.add(OWNER, OLIVE)
    assert [u.login for u in schedule.reader().users()] == ["owner"]
    cupboard.refuse = None
    with pytest.raises(Exception, match="FOREIGN KEY"):
        users.add(OWNER, replace(DANAS_LOGIN, practitioner_id=PractitionerId("nobody")))
    assert cupboard.holders == set()


def test_a_practitioner_added_without_the_clinical_key_waits_for_a_clinician(
    schedule: ScheduleFile, users: UserService
) -> None:
    users.add(OWNER, DANAS_LOGIN)
    dana = named(schedule, "dana")
    assert dana.notes_access is NotesAccess.WAITING
    with pytest.raises(PermissionRefused):
        users.grant_notes(OWNER, dana.id)
    users.grant_notes(session(Role.PRACTITIONER, user="u-marcus"), dana.id)
    assert named(schedule, "dana").notes_access is NotesAccess.GRANTED
    with pytest.raises(RuleBroken, match="not waiting"):
        users.grant_notes(session(Role.PRACTITIONER, user="u-marcus"), dana.id)


def test_the_last_owner_stays_and_nobody_removes_themselves(
    schedule: ScheduleFile, users: UserService
) -> None:
    with pytest.raises(RuleBroken, match="your own"):
        users.deactivate(OWNER, OWNER.user_id)
    second = session(Role.OWNER, user="u-second")
    with pytest.raises(RuleBroken, match="at least one owner"):
        users.deactivate(second, OWNER.user_id)
    with pytest.raises(RuleBroken, match="at least one owner"):
        users.edit(
            OWNER, EditUser(user_id=OWNER.user_id, name="Olga", roles=frozenset({Role.OFFICE}))
        )


def test_deactivating_takes_the_keys_and_removing_makes_new_ones(
    schedule: ScheduleFile, users: UserService, cupboard: KeyCupboard
) -> None:
    users.add(OWNER, OLIVE)
    olive = named(schedule, "olive")
    users.deactivate(OWNER, olive.id)
    assert not named(schedule, "olive").active
    assert cupboard.holders == set()
    users.add(OWNER, DANAS_LOGIN)
    dana = named(schedule, "dana")
    with pytest.raises(PermissionRefused, match="only the schedule's"):
        users.remove(OWNER, dana.id, SilentProgress())
    assert named(schedule, "dana").active
    both = session(Role.OWNER, Role.PRACTITIONER, practitioner="marcus")
    sheets = users.remove(both, dana.id, SilentProgress())
    assert cupboard.rekeyed == [dana.id]
    assert sheets[0].code == "ABCD"
    assert not named(schedule, "dana").active


def test_roles_change_but_not_the_one_that_decides_about_keys(
    schedule: ScheduleFile, users: UserService, cupboard: KeyCupboard
) -> None:
    users.add(OWNER, OLIVE)
    olive = named(schedule, "olive")
    both = frozenset({Role.OFFICE, Role.OWNER})
    users.edit(OWNER, EditUser(user_id=olive.id, name="Olive B.", roles=both))
    assert named(schedule, "olive").roles == both == cupboard.roles[olive.id]
    with pytest.raises(RuleBroken, match="keys"):
        users.edit(
            OWNER,
            EditUser(user_id=olive.id, name="Olive", roles=frozenset({Role.PRACTITIONER})),
        )


def test_only_owners_change_users_but_everybody_their_own_password(
    schedule: ScheduleFile, users: UserService, cupboard: KeyCupboard
) -> None:
    for change in (
        lambda: users.add(OFFICE, OLIVE),
        lambda: users.deactivate(OFFICE, OWNER.user_id),
        lambda: users.remove(OFFICE, OWNER.user_id, SilentProgress()),
        lambda: users.new_recovery_sheets(OFFICE),
    ):
        with pytest.raises(PermissionRefused):
            change()
    users.add(OWNER, OLIVE)
    own = session(Role.OFFICE, user=named(schedule, "olive").id)
    users.change_own_password(own, "correct horse", "battery staple")
    assert schedule.reader().journal(limit=1)[0].action == "password_changed"
    cupboard.refuse = PermissionRefused("wrong")
    with pytest.raises(PermissionRefused):
        users.change_own_password(own, "wrong", "battery staple")
    assert users.new_recovery_sheets(OWNER)[0].code == "EFGH"
