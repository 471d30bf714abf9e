"""Small random days for the planner's property tests."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from clinic_desktop.domain.day_plan import Stop
from clinic_desktop.domain.ids import (
    PatientId,
    PractitionerId,
    PromiseId,
    ServiceId,
    SiteId,
    TimeOffId,
    UserId,
    VisitId,
)
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.practitioner import Certification, Practitioner, Profession
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.travel import BaseDrive, DayPart, DriveProfile
from clinic_desktop.domain.visit import Promise, Visit
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, TimeOff, WorkingPattern

DAY = date(2026, 11, 24)
PROFILE = DriveProfile(
    parts=(
        DayPart(start_min=0, street_factor=1.0, motorway_factor=1.0),
        DayPart(start_min=9 * 60, street_factor=1.6, motorway_factor=2.0),
        DayPart(start_min=13 * 60, street_factor=0.9, motorway_factor=0.8),
    ),
    parking_min=2,
)


class Straight:
    """A drive book of asymmetric made-up times over a grid of places."""

    def drive(self, start: Coordinate, end: Coordinate) -> BaseDrive:
        """About a minute for each hundredth of a degree, a little more going north."""
        reach = abs(start.lat - end.lat) + abs(start.lon - end.lon)
        seconds = reach * 6000 + max(0.0, end.lat - start.lat) * 900
        return BaseDrive(seconds=seconds, metres=reach * 90_000, motorway_seconds=seconds / 3)


def place(x: int, y: int) -> Coordinate:
    """A corner of the grid."""
    return Coordinate(lat=38.6 + y / 100, lon=-90.3 + x / 100)


def practitioner(
    marker: int = 1,
    *,
    start: int = 450,
    end: int = 1050,
    lunch: LunchRule | None = None,
    certified: bool = True,
) -> Practitioner:
    """Someone who works every day."""
    return Practitioner(
        id=PractitionerId(f"p{marker}"),
        first_name=f"Pat{marker}",
        last_name="Doe",
        profession=Profession.PT,
        credentials="PT",
        marker=marker,
        home=place(marker, 0),
        home_address=None,
        pattern=WorkingPattern(
            weekdays=((MinuteSpan(start_min=start, end_min=end),),) * 7, lunch=lunch
        ),
        certifications=(Certification(kind="dn"),) if certified else (),
    )


def stop(
    n: int,
    start_min: int,
    door_min: int,
    where: Coordinate | None,
    promised: tuple[int, int] | None = None,
    day: date = DAY,
) -> Stop:
    """A visit, promised from ``start_min - before`` to ``start_min + after``."""
    midnight = datetime.combine(day, time())
    visit = Visit(
        id=VisitId(f"v{n}"),
        patient_id=PatientId(f"pat{n}"),
        site_id=SiteId(f"s{n}"),
        service_id=ServiceId("follow"),
        practitioner_id=PractitionerId("p1"),
        start=midnight + timedelta(minutes=start_min),
        zone="America/Chicago",
        door_min=door_min,
    )
    promise = None
    if promised is not None:
        promise = Promise(
            id=PromiseId(f"m{n}"),
            visit_id=visit.id,
            window_start=midnight + timedelta(minutes=max(0, start_min - promised[0])),
            window_end=midnight + timedelta(minutes=start_min + promised[1]),
            zone="America/Chicago",
            practitioner_id=None,
            told_to="",
            told_by=UserId("u"),
            told_at=datetime(2026, 11, 1, tzinfo=UTC),
        )
    return Stop(visit=visit, place=where, promise=promise)


def service(width: int = 30) -> Service:
    """A 45-minute follow-up that needs a certificate."""
    return Service(
        id=ServiceId("follow"),
        name="Follow-up",
        short_name="Follow-up",
        kind=ServiceKind.FOLLOW_UP,
        treatment_min=35,
        needed_certification="dn",
        promise_width_min=width,
    )


def absence(practitioner_id: str, start_min: int, end_min: int, day: date = DAY) -> TimeOff:
    """Time off within one day."""
    midnight = datetime.combine(day, time())
    return TimeOff(
        id=TimeOffId(f"t{start_min}"),
        practitioner_id=PractitionerId(practitioner_id),
        start=midnight + timedelta(minutes=start_min),
        end=midnight + timedelta(minutes=end_min),
    )


def places() -> st.SearchStrategy[Coordinate | None]:
    """A corner of the grid, now and then one that has no point on the map."""
    corner = st.builds(place, st.integers(0, 9), st.integers(0, 9))
    return st.one_of(corner, corner, corner, corner, st.none())


def lunches() -> st.SearchStrategy[LunchRule | None]:
    """No lunch, the usual one, a long one."""
    return st.sampled_from((None, LunchRule(), LunchRule(minutes=45)))


@st.composite
def absences(draw: st.DrawFn, practitioner_id: str = "p1") -> tuple[TimeOff, ...]:
    """None, or one somewhere in the day."""
    if not draw(st.booleans()):
        return ()
    start = draw(st.integers(440, 1000))
    return (absence(practitioner_id, start, start + draw(st.integers(15, 240))),)


@st.composite
def stops_of_a_day(draw: st.DrawFn, most: int = 5) -> Sequence[Stop]:
    """Visits one after the other; gaps may be too small for the drive."""
    minute = draw(st.integers(460, 560))
    made: list[Stop] = []
    for n in range(draw(st.integers(0, most))):
        door = draw(st.sampled_from((30, 45, 75)))
        where = draw(places())
        promised = draw(st.one_of(st.none(), st.tuples(st.integers(0, 30), st.integers(0, 40))))
        if minute + door > 1010:
            break
        made.append(stop(n, minute, door, where, promised))
        minute += door + draw(st.integers(0, 90))
    return made
