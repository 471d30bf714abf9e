"""A real schedule file with one working day in it, and the services over it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.slot import CallerWindow
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, WorkingPattern
from clinic_desktop.planning.planner import Planner
from clinic_desktop.planning.routing.clinic_day import ClinicRoutes
from clinic_desktop.services.board import BoardService, FindSlots
from clinic_desktop.services.booking import BookingService
from clinic_desktop.services.calendars import CalendarService
from clinic_desktop.services.calls import CallService
from clinic_desktop.services.courses import CourseService
from clinic_desktop.services.missing import MissingService
from clinic_desktop.services.moves import MoveService
from clinic_desktop.services.phone_list import PhoneListService
from clinic_desktop.services.promises import PromiseService
from clinic_desktop.services.proposals import ProposalService
from clinic_desktop.services.publishing import PublishService
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.services.series import SeriesService
from clinic_desktop.services.visits import VisitService
from clinic_desktop.services.wait_list import WaitListService
from clinic_desktop.services.why_not import WhyNotService
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.travel.drive_book import KnownDrives

TODAY = date(2026, 11, 24)
ZONE = "America/Chicago"
SINCE = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)

OFFICE = Session(
    user_id=UserId("office"),
    name="Olive",
    roles=frozenset({Role.OFFICE}),
    practitioner_id=None,
    opens_clinical=False,
    device_id="desk",
)
NOBODY = replace(OFFICE, roles=frozenset())

DANA = Practitioner(
    id=PractitionerId("dana"),
    first_name="Dana",
    last_name="Whitfield",
    profession=Profession.PT,
    credentials="PT, DPT",
    marker=1,
    home=Coordinate(lat=38.62, lon=-90.26),
    home_address=None,
    pattern=WorkingPattern(
        weekdays=((MinuteSpan(start_min=450, end_min=1020),),) * 5 + ((), ()), lunch=LunchRule()
    ),
    certifications=(Certification(kind="dn"),),
)
MARCUS = replace(
    DANA, id=PractitionerId("marcus"), first_name="Marcus", last_name="Oyelaran", marker=2
)
PRIYA = replace(DANA, id=PractitionerId("priya"), first_name="Priya", marker=3, certifications=())
FOLLOW_UP = Service(
    id=ServiceId("follow"),
    name="Follow-up",
    short_name="Follow-up",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=35,
    needed_certification="dn",
)
NAMES = {"nora": "Nora Kessler", "ruth": "Ruth Abel", "tom": "Tom Kent", "gil": "Gil Moss"}
PATIENTS = {
    key: Patient(id=PatientId(key), first_name=name.split()[0], last_name=name.split()[1])
    for key, name in NAMES.items()
}
SITES = {
    key: VisitSite(
        id=SiteId(f"{key}-home"),
        patient_id=PatientId(key),
        address=Address(line=f"{4100 + n} McPherson Avenue", area="Central West End"),
        coordinate=Coordinate(lat=38.62 + n / 200, lon=-90.26 + n / 200),
    )
    for n, key in enumerate(NAMES, start=1)
}


def at(hour: int, minute: int = 0, day: date = TODAY) -> datetime:
    return datetime.combine(day, time(hour, minute))


def visit(who: str, start: datetime, **changes: object) -> Visit:
    made = Visit(
        id=VisitId(f"{who}-visit"),
        patient_id=PatientId(who),
        site_id=SiteId(f"{who}-home"),
        service_id=FOLLOW_UP.id,
        practitioner_id=DANA.id,
        start=start,
        zone=ZONE,
        door_min=45,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def promise(of: Visit, before: int = 15, after: int = 15, **changes: object) -> Promise:
    made = Promise(
        id=PromiseId(f"{of.id}-promise"),
        visit_id=of.id,
        window_start=of.start - timedelta(minutes=before),
        window_end=of.start + timedelta(minutes=after),
        zone=ZONE,
        practitioner_id=of.practitioner_id,
        told_to="the patient",
        told_by=OFFICE.user_id,
        told_at=datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


RUTH = visit("ruth", at(9, 30), state=VisitState.CONFIRMED)
TOM = visit("tom", at(13, 0))


class _NoRegion:
    """A clinic without roads: every drive is the marked estimate."""

    def open_region(self):
        return None

    def build_region(self, extract, progress):
        raise NotImplementedError

    def book(self, pairs):
        return KnownDrives(pairs)


@dataclass
class ClinicDay:
    """The services over one file; ``clock`` is set to 8:26 AM."""

    store: ScheduleFile
    board: BoardService
    booking: BookingService
    visits: VisitService
    moves: MoveService
    series: SeriesService
    publishing: PublishService
    calendars: CalendarService
    calls: CallService
    waiting: WaitListService
    phoning: PhoneListService
    missing: MissingService
    why_not: WhyNotService
    proposals: ProposalService
    courses: CourseService
    promises: PromiseService
    clock: object

    def find(self, *windows: CallerWindow, **changes):
        command = FindSlots(
            service_id=FOLLOW_UP.id, site_id=SITES["nora"].id, windows=windows, **changes
        )
        return self.board.find_slots(OFFICE, command)

    def puts(self, *records: object) -> None:
        with self.store.operation("Set up", OFFICE, undoable=False) as op:
            op.put_all(records)

    def now(self, visit_id: str) -> Visit:
        return self.store.reader().visit(VisitId(visit_id))


@contextmanager
def clinic_day(folder: Path, clock) -> Iterator[ClinicDay]:
    """Dana's day with Ruth at 9:30 and Tom at 1 PM, Marcus's without a visit."""
    file = FileStore.create(
        folder / "schedule.db",
        new_key(),
        SCHEDULE_SCHEMA,
        device_id="desk",
        at_utc=clock.now_utc(),
    )
    numbers = count(1)

    def new_id() -> str:
        return f"id-{next(numbers):04d}"

    store = ScheduleFile(file, clock, new_id)
    roads = RoadsService(_NoRegion(), lambda call: call())
    planner = Planner()
    board = BoardService(store, planner, roads, clock)
    moves = MoveService(store, planner, roads, clock)
    publishing = PublishService(store, clock, new_id)
    waiting = WaitListService(store, board, clock, new_id)
    promises = PromiseService(store, board, planner, clock, new_id)
    day = ClinicDay(
        store=store,
        board=board,
        booking=BookingService(store, board, planner, clock, new_id),
        visits=VisitService(store, clock),
        moves=moves,
        series=SeriesService(store, planner, moves, clock, new_id),
        publishing=publishing,
        calendars=CalendarService(store, planner, roads, clock),
        calls=CallService(store, board, planner, clock, new_id),
        waiting=waiting,
        phoning=PhoneListService(store, publishing, waiting, promises, clock, new_id),
        missing=MissingService(store, clock),
        why_not=WhyNotService(store, board, planner),
        proposals=ProposalService(store, board, planner, ClinicRoutes(), roads, clock),
        courses=CourseService(store, board, planner, clock, new_id),
        promises=promises,
        clock=clock,
    )
    day.puts(
        Clinic(name="Gateway"),
        DANA,
        MARCUS,
        PRIYA,
        FOLLOW_UP,
        *PATIENTS.values(),
        *SITES.values(),
        RUTH,
        TOM,
        promise(RUTH),
        promise(TOM),
    )
    clock.advance(minutes=1)
    yield day
    file.close()
