"""A small clinic in a real file, as the patient screens see it."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from PySide6.QtWidgets import QApplication

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.patient import (
    Caller,
    EmergencyContact,
    Patient,
    Phone,
    PinSource,
    VisitSite,
)
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.ports import ClinicalFlags
from clinic_desktop.domain.practitioner import Practitioner, Profession
from clinic_desktop.domain.role import Role, Session, User
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.travel import AddressMatch, MatchKind, RegionState, RegionStatus
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.domain.working_time import WorkingPattern
from clinic_desktop.operations.operations import Operations
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.drive_times import DriveTimesService
from clinic_desktop.services.messages import MessageService
from clinic_desktop.services.patients import PatientService
from clinic_desktop.services.people import PeopleService
from clinic_desktop.services.phone_sending import PhoneSendService
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.services.session_services import SessionServices
from clinic_desktop.services.visits import VisitService
from clinic_desktop.store.database import FileStore
from clinic_desktop.store.keys import new_key
from clinic_desktop.store.schedule_schema import SCHEDULE_SCHEMA
from clinic_desktop.store.schedule_store import ScheduleFile
from clinic_desktop.ui.context import UiContext
from clinic_desktop.ui.kit.stylesheet import stylesheet
from clinic_desktop.ui.kit.tokens import Theme
from tests.services.sealing import sealed, unsealed

PLUGIN = r"This plugin does not support propagateSizeHints"


def pytest_collection_modifyitems(items):
    """The offscreen window system cannot keep a minimum size, and says so at every window."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.qt_log_ignore(PLUGIN))


NOW = datetime(2026, 11, 24, 14, 26, tzinfo=UTC)
ZONE = "America/Chicago"
CWE = Coordinate(lat=38.6437, lon=-90.2600)
SHAW = Coordinate(lat=38.6140, lon=-90.2510)
KIRKWOOD = Coordinate(lat=38.5833, lon=-90.4068)


def match(line: str, city: str, point: Coordinate, kind: MatchKind, score: float) -> AddressMatch:
    address = Address(line=line, city=city, state="MO", postcode="63110", area=city)
    return AddressMatch(address=address, coordinate=point, kind=kind, score=score)


PLACES = (
    match("4120 Shaw Blvd", "St. Louis", SHAW, MatchKind.POINT, 100),
    match("12 Main St", "Kirkwood", KIRKWOOD, MatchKind.POINT, 100),
    match("12 Main St", "St. Louis", CWE, MatchKind.POINT, 100),
    match("Lindell Blvd", "St. Louis", CWE, MatchKind.STREET, 95),
)


class StreetIndex:
    """An address index of four places."""

    def search(self, text: str, limit: int = 8) -> list[AddressMatch]:
        words = text.casefold().replace(",", " ").split()
        fits = [p for p in PLACES if all(w in p.address.one_line().casefold() for w in words)]
        return fits[:limit]


class Region:
    """A region with addresses only."""

    map_geometry_path = None

    def status(self):
        return RegionStatus(state=RegionState.READY, name="St. Louis")

    def addresses(self):
        return StreetIndex()

    def engine(self):
        raise AssertionError("no drive is asked for here")


class Desk:
    """Opens that region, or none."""

    def __init__(self):
        self.region = Region()

    def open_region(self):
        return self.region

    def book(self, pairs):
        return pairs


@dataclass
class Seen:
    """What the pages asked the shell for."""

    patients: list = field(default_factory=list)
    visits: list = field(default_factory=list)
    pages: list = field(default_factory=list)
    said: list = field(default_factory=list)


def patient(patient_id: str, first: str, last: str, **more) -> Patient:
    return Patient(id=PatientId(patient_id), first_name=first, last_name=last, **more)


NORA = patient(
    "p-nora",
    "Eleanor",
    "Kessler",
    preferred_name="Nora",
    pronouns="she/her",
    dob=date(1985, 3, 14),
    sex="female",
    phones=(
        Phone(number="+13145550142", label="mobile", voicemail_ok=True, text_ok=True),
        Phone(number="+13145550199", label="work"),
    ),
    email="nora.kessler@example.org",
    emergency=EmergencyContact(name="Jonah Kessler", phone="+13145550111", relationship="brother"),
    caller=Caller(name="Jonah Kessler", relation="brother", may_discuss=False),
    payer="Self pay",
    referral_source="Dr. Stroud",
    course_label="Course A, 2 of 3",
)
RUTH = patient("p-ruth", "Ruth", "Abbott", dob=date(1951, 9, 2),
               phones=(Phone(number="+13145550177", label="home"),))  # fmt: skip
BEN = patient("p-ben", "Ben", "Sorensen", dob=date(1990, 1, 30),
              phones=(Phone(number="+13145550155", label="mobile"),))  # fmt: skip
OMAR = patient("p-omar", "Omar", "Jaffer")
TOM = patient("p-tom", "Tom", "Kowalski", dob=date(1978, 6, 1), course_label="Course B, 1 of 3",
              phones=(Phone(number="+13145550123", label="mobile"),))  # fmt: skip
PATIENTS = (NORA, RUTH, BEN, OMAR, TOM)

HOME = VisitSite(
    id=SiteId("s-nora"),
    patient_id=NORA.id,
    address=Address(
        line="4421 McPherson Ave",
        unit="Apt 2",
        city="St. Louis",
        state="MO",
        postcode="63108",
        area="Central West End",
    ),
    label="home",
    coordinate=CWE,
    pin_source=PinSource.ADDRESS,
    access_code="#4711",
    parking="gate on the left, street after 9",
    stairs="12 steps, no rail",
    pets="old beagle",
    pets_restrained=True,
    hazards="loose carpet in the hall",
)
SITES = (
    HOME,
    VisitSite(id=SiteId("s-ruth"), patient_id=RUTH.id, coordinate=SHAW,
              address=Address(line="4120 Shaw Blvd", city="St. Louis", area="Shaw")),
    VisitSite(id=SiteId("s-ben"), patient_id=BEN.id, never_alone=True,
              address=Address(line="9 Unknown Ct", city="Glendale")),
    VisitSite(id=SiteId("s-tom"), patient_id=TOM.id, coordinate=KIRKWOOD,
              pin_source=PinSource.HAND, address=Address(line="Lot 7", city="Kirkwood")),
)  # fmt: skip

PEOPLE = tuple(
    Practitioner(
        id=PractitionerId(first.lower()),
        first_name=first,
        last_name=last,
        profession=Profession.PT,
        credentials="PT, DPT",
        marker=marker,
        home=None,
        home_address=None,
        pattern=WorkingPattern(weekdays=((),) * 7),
    )
    for marker, (first, last) in enumerate(
        (("Dana", "Whitfield"), ("Marcus", "Oyelaran"), ("Priya", "Raman")), 1
    )
)
FOLLOW_UP = Service(
    id=ServiceId("fu"),
    name="Follow-up",
    short_name="F/U",
    kind=ServiceKind.FOLLOW_UP,
    treatment_min=45,
)


def visit(visit_id: str, who: str, site: str, start: datetime, state: VisitState, **more) -> Visit:
    return Visit(
        id=VisitId(visit_id),
        patient_id=PatientId(who),
        site_id=SiteId(site),
        service_id=FOLLOW_UP.id,
        practitioner_id=PractitionerId(more.pop("by", "dana")),
        start=start,
        zone=ZONE,
        door_min=55,
        state=state,
        **more,
    )


VISITS = (
    visit("v-today", "p-nora", "s-nora", datetime(2026, 11, 24, 10, 15), VisitState.CONFIRMED,
          session_label="2/3"),
    visit("v-next", "p-nora", "s-nora", datetime(2026, 12, 4, 9, 0), VisitState.BOOKED,
          by="marcus", session_label="3/3"),
    visit("v-past", "p-nora", "s-nora", datetime(2026, 11, 17, 11, 30), VisitState.DONE,
          session_label="1/3"),
    visit("v-missed", "p-nora", "s-nora", datetime(2026, 11, 9, 8, 0), VisitState.NO_SHOW,
          by="priya"),
    visit("v-ruth", "p-ruth", "s-ruth", datetime(2026, 11, 25, 14, 0), VisitState.BOOKED),
)  # fmt: skip
PROMISE = Promise(
    id=PromiseId("pr-today"),
    visit_id=VisitId("v-today"),
    window_start=datetime(2026, 11, 24, 10, 0),
    window_end=datetime(2026, 11, 24, 10, 30),
    zone=ZONE,
    practitioner_id=PractitionerId("dana"),
    told_to="Nora",
    told_by=UserId("u-office"),
    told_at=datetime(2026, 11, 20, 15, 0, tzinfo=UTC),
)


def session(*roles: Role, user: str = "u-office") -> Session:
    return Session(
        user_id=UserId(user),
        name="Office",
        roles=frozenset(roles),
        practitioner_id=None,
        opens_clinical=False,
        device_id="desk",
    )


OFFICE = session(Role.OFFICE)
OWNER = session(Role.OFFICE, Role.OWNER, user="u-owner")


@pytest.fixture
def operations(qapp):
    made = Operations()
    broken = []
    made.broke.connect(broken.append)
    yield made
    made.close()
    QApplication.processEvents()
    assert broken == []


def first_run(file: ScheduleFile) -> None:
    with file.operation("First run", OWNER, undoable=False) as op:
        op.put(Clinic(name="Clinic", zone=ZONE))
        op.put(User(id=OFFICE.user_id, login="office", name="Olive Meyer",
                    roles=frozenset({Role.OFFICE})))  # fmt: skip
        op.put_all([*PEOPLE, FOLLOW_UP, *PATIENTS, *SITES, *VISITS, PROMISE])
        op.put_flags(
            ClinicalFlags(
                patient_id=NORA.id,
                has_record=True,
                consent_missing=True,
                review_screening=True,
                unsigned_notes=1,
            )
        )


@pytest.fixture
def store(tmp_path, clock, operations):
    """The schedule file with five patients, owned by the writer thread as in the program."""

    def create() -> tuple[FileStore, ScheduleFile]:
        file = FileStore.create(
            tmp_path / "schedule.db", new_key(), SCHEDULE_SCHEMA, device_id="desk", at_utc=NOW
        )
        made = ScheduleFile(file, clock, lambda: str(uuid4()))
        first_run(made)
        return file, made

    file, made = operations.in_writer(create)
    yield made
    operations.close(last=file.close)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def seen():
    return Seen()


@pytest.fixture
def who(request):
    """Who is logged in; a test may give others."""
    return getattr(request, "param", OFFICE)


@pytest.fixture
def themed(request):
    """The theme of the screens, light unless a test asks for another."""
    return Theme(getattr(request, "param", "light"))


@pytest.fixture
def context(qapp, store, desk, clock, who, seen, themed, operations):
    """A session over that file."""
    roads = RoadsService(desk, lambda call: operations.in_writer(call))
    roads.open(None)
    ids = lambda: str(uuid4())  # noqa: E731
    services = SessionServices(
        session=who,
        clinic=Clinic(name="Clinic", zone=ZONE),
        store=store,
        board=None,
        booking=None,
        calls=None,
        waiting=None,
        phoning=None,
        missing=None,
        why_not=None,
        proposals=None,
        courses=None,
        promises=None,
        calendars=None,
        history=None,
        publishing=None,
        finding=None,
        moves=None,
        series=None,
        visits=VisitService(store, clock),
        patients=PatientService(store, clock, ids),
        people=PeopleService(store, clock, ids),
        users=None,
        imports=None,
        calendar_imports=None,
        calendar_sharing=None,
        roads=roads,
        drive_times=DriveTimesService(store, roads, clock, ids),
        phone_sending=PhoneSendService(store),
        offers=None,
        messages=MessageService(store, clock, ids, sealed, unsealed),
        backups=None,
        audit=AuditService(store),
        clinical=None,
    )
    qapp.setStyleSheet(stylesheet(themed))
    yield UiContext(
        services=services,
        operations=operations,
        theme=themed,
        formats=Formats(),
        clock=clock,
        open_patient=seen.patients.append,
        open_visit=seen.visits.append,
        show_page=seen.pages.append,
        say=seen.said.append,
        new_id=lambda: str(uuid4()),
        log_out=lambda: None,
    )
    qapp.setStyleSheet("")


@pytest.fixture
def many(store, operations):
    """A hundred and fifty patients more."""

    def add() -> None:
        with store.operation("Import", OFFICE) as op:
            for number in range(150):
                op.put(replace(RUTH, id=PatientId(f"m-{number}"), first_name=f"Mae{number}",
                               last_name=f"Zimmer{number:03d}",
                               phones=(Phone(number=f"+1314556{number:04d}"),)))  # fmt: skip

    operations.in_writer(add)
