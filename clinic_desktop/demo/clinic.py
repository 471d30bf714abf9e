"""The fictional demo clinic: who works there, whom they visit, and a fortnight of visits."""

import random
from collections import Counter
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from clinic_desktop.demo.names import FictionalPerson
from clinic_desktop.domain.clinic import Clinic, ClosingRules
from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.closed_days import closed_on
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
from clinic_desktop.domain.patient import Patient, Phone, PinSource, VisitSite
from clinic_desktop.domain.place import Address, Coordinate
from clinic_desktop.domain.practitioner import Certification, Licence, Practitioner, Profession
from clinic_desktop.domain.service import KitItem, Service, ServiceKind
from clinic_desktop.domain.travel import DriveBook, drive_at
from clinic_desktop.domain.us_state import state_letters
from clinic_desktop.domain.visit import Lock, Promise, Visit, VisitState
from clinic_desktop.domain.working_time import LunchRule, MinuteSpan, TimeOff, WorkingPattern
from clinic_desktop.text import _

ADVANCED: Final = "dry_needling_advanced"
DAYS_BEFORE: Final = 9
_NEW_EACH: Final = 4
_NEW_EVERY: Final = 5
DAYS_AHEAD: Final = 13
_GRID_MIN: Final = 5
_NEEDLING_KIT: Final = (
    KitItem(name="0.30 × 50", count=6),
    KitItem(name="0.30 × 60", count=3),
    KitItem(name="0.25 × 40", count=2),
    KitItem(name="swabs", count=12),
)
_STRENGTH_KIT: Final = (KitItem(name="band", count=1),)
AS_THEY_CAME: Final = 8
"""Days ahead on which nobody has put the visits in order yet: something for the planner."""
_LUNCH_FROM_MIN: Final = 11 * 60 + 45
_MORNING_UNTIL_HOUR: Final = 11


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """A real point with its address, from the extract that the demo runs on."""

    coordinate: Coordinate
    address: Address


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoPeople:
    """All that exists before the first visit is planned."""

    clinic: Clinic
    services: tuple[Service, ...]
    practitioners: tuple[Practitioner, ...]
    patients: tuple[Patient, ...]
    sites: tuple[VisitSite, ...]

    def places(self) -> list[Coordinate]:
        """Every point that a drive may start or end at."""
        homes = [p.home for p in self.practitioners if p.home]
        return homes + [s.coordinate for s in self.sites if s.coordinate]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDays:
    """The planned fortnight."""

    visits: tuple[Visit, ...]
    promises: tuple[Promise, ...]
    time_off: tuple[TimeOff, ...]


_TEAM: Final = (
    ("Dana", "Whitfield", Profession.PT, "PT, DPT · Adv. DN", (0, 1, 2, 3, 4, 5)),
    ("Marcus", "Oyelaran", Profession.PT, "PT · Adv. DN", (0, 1, 2, 3, 4)),
    ("Priya", "Raman", Profession.PT, "PT, DPT · Adv. DN", (0, 1, 2, 3, 4, 5)),
)


def demo_services(new_id: Callable[[], str]) -> tuple[Service, ...]:
    """Evaluation, follow-up, re-evaluation and strengthening, as the clinic offers them."""

    def service(
        name: str, short: str, kind: ServiceKind, treatment: int, cents: int, *, needling: bool
    ) -> Service:
        return Service(
            id=ServiceId(new_id()),
            name=name,
            short_name=short,
            kind=kind,
            treatment_min=treatment,
            needed_certification=ADVANCED if needling else None,
            price_cents=cents,
            kit=_NEEDLING_KIT if needling else _STRENGTH_KIT,
        )

    return (
        service(
            _("Initial evaluation"),
            _("Evaluation"),
            ServiceKind.EVALUATION,
            65,
            18500,
            needling=True,
        ),
        service(
            _("Dry needling follow-up"),
            _("Follow-up"),
            ServiceKind.FOLLOW_UP,
            35,
            12500,
            needling=True,
        ),
        service(
            _("Re-evaluation"),
            _("Re-evaluation"),
            ServiceKind.RE_EVALUATION,
            35,
            13500,
            needling=True,
        ),
        service(
            _("Strengthening session"),
            _("Strength"),
            ServiceKind.OTHER,
            35,
            9500,
            needling=False,
        ),
    )


def demo_people(
    households: Sequence[Household],
    people: Sequence[FictionalPerson],
    new_id: Callable[[], str],
    *,
    today: date,
    seed: int,
    clinic_name: str = "Gateway Dry Needling",
    patients: int = 84,
) -> DemoPeople:
    """Fictional people at the given addresses.

    Args:
        households: at least ``patients`` + 3 points, in any order.
        people: at least ``patients`` fictional persons.
        new_id: makes ids.
        today: certificates are valid on it.
        seed: picks addresses and details; the same seed gives the same clinic.
        clinic_name: shown on log-in.
        patients: how many to make.
    """
    rng = random.Random(seed)
    chosen = list(households)
    rng.shuffle(chosen)
    homes = _spread_homes(chosen, len(_TEAM))
    rest = [h for h in chosen if h not in homes][:patients]
    practitioners = tuple(
        _practitioner(new_id, marker, member, home, today)
        for marker, (member, home) in enumerate(zip(_TEAM, homes, strict=True), start=1)
    )
    made = [_patient(new_id, rng, person) for person in people[: len(rest)]]
    sites = [_site(new_id, rng, patient, home) for patient, home in zip(made, rest, strict=True)]
    # At home where most patients live; who treats over a state line is licensed there too.
    states = Counter(state_letters(site.address.state) for site in sites if site.address.state)
    home = states.most_common(1)[0][0] if states else ClosingRules().subdivision
    others = tuple(Licence(state=state, number="demo") for state in sorted(states) if state != home)
    return DemoPeople(
        clinic=Clinic(
            name=clinic_name,
            is_demo=True,
            phone="+13145550100",
            closing=ClosingRules(subdivision=home),
        ),
        services=demo_services(new_id),
        practitioners=tuple(replace(p, licences=others) for p in practitioners),
        patients=tuple(made),
        sites=tuple(sites),
    )


def _spread_homes(households: Sequence[Household], n: int) -> list[Household]:
    """Homes far apart: each next one maximises its distance to those chosen."""
    homes = [households[0]]
    pool = households[: min(60, len(households))]
    while len(homes) < n:
        homes.append(
            max(pool, key=lambda h: min(h.coordinate.metres_to(o.coordinate) for o in homes))
        )
    return homes


def _practitioner(
    new_id: Callable[[], str],
    marker: int,
    member: tuple[str, str, Profession, str, tuple[int, ...]],
    home: Household,
    today: date,
) -> Practitioner:
    first, last, profession, credentials, weekdays = member
    hours = (MinuteSpan(start_min=7 * 60 + 30, end_min=17 * 60 + 30),)
    return Practitioner(
        id=PractitionerId(new_id()),
        first_name=first,
        last_name=last,
        profession=profession,
        credentials=credentials,
        marker=marker,
        home=home.coordinate,
        home_address=home.address,
        pattern=WorkingPattern(
            weekdays=tuple(hours if day in weekdays else () for day in range(7)),
            lunch=LunchRule(),
        ),
        certifications=(
            Certification(
                kind=ADVANCED, number=f"DN-{2040 + marker}", expires=today + timedelta(days=400)
            ),
        ),
        licence_number=f"PT-{10210 + marker}",
        licence_expires=today + timedelta(days=500),
        direct_access_qualified=True,
    )


_REFERRALS: Final = ("self", "running club", "Dr. Stroud", "physician", "friend")
_PARKING: Final = (
    "",
    "Driveway, right side.",
    "Street, permit only after 6 PM.",
    "Garage, level 1.",
)
_ENTRANCES: Final = ("", "Two steps at the side door.", "Third floor, no elevator.", "Ramp.")


def _patient(new_id: Callable[[], str], rng: random.Random, person: FictionalPerson) -> Patient:
    return Patient(
        id=PatientId(new_id()),
        first_name=person.first_name,
        last_name=person.last_name,
        dob=person.dob,
        sex=person.sex,
        phones=(
            Phone(
                number=person.phone,
                label="mobile",
                voicemail_ok=rng.random() < 0.6,
                text_ok=rng.random() < 0.7,
            ),
        ),
        payer=rng.choice(("self-pay", "self-pay", "Blue Harbor PPO")),
        referral_source=rng.choice(_REFERRALS),
        course_label=rng.choice(("ITB left", "ITB right", "ITB left", "Elbow right", "Elbow left")),
    )


def _site(
    new_id: Callable[[], str], rng: random.Random, patient: Patient, home: Household
) -> VisitSite:
    return VisitSite(
        id=SiteId(new_id()),
        patient_id=patient.id,
        address=home.address,
        label="home",
        coordinate=home.coordinate,
        pin_source=PinSource.ADDRESS,
        access_code=f"{rng.randrange(1000, 9999)}#" if rng.random() < 0.25 else "",
        parking=rng.choice(_PARKING),
        stairs=rng.choice(_ENTRANCES),
        pets="One dog, friendly." if rng.random() < 0.2 else "",
        pets_restrained=True,
    )


def demo_days(
    base: DemoPeople,
    drives: DriveBook,
    new_id: Callable[[], str],
    *,
    now: datetime,
    told_by: UserId,
    seed: int,
) -> DemoDays:
    """Some three weeks of feasible days around ``now`` (local wall-clock), promises kept.

    Visits before ``now`` are done, the one under way is in progress; later ones are confirmed or
    still unconfirmed. Each practitioner treats the patients nearest to home.
    """
    rng = random.Random(seed + 1)
    site_of = {site.patient_id: site for site in base.sites}
    turn = _patients_by_practitioner(base)
    unseen = {whose: [queue.pop() for _new in range(_NEW_EACH)] for whose, queue in turn.items()}
    new = {patient.id for queue in unseen.values() for patient in queue}
    visits: list[Visit] = []
    promises: list[Promise] = []
    for offset in range(-DAYS_BEFORE, DAYS_AHEAD + 1):
        day = now.date() + timedelta(days=offset)
        for practitioner in base.practitioners:
            hours = practitioner.pattern.hours_on(day)
            if not hours or (offset and closed_on(base.clinic, day)):
                continue
            if offset == 0:
                _let_in(turn[practitioner.id], unseen[practitioner.id])
            load = rng.choice((5, 6, 6)) if offset <= 2 else max(1, 6 - offset // 3)
            queue = turn[practitioner.id]
            today_patients = [queue.pop(0) for _index in range(min(load, len(queue)))]
            queue.extend(today_patients)
            ordered = _nearest_first(practitioner, today_patients, site_of)
            if offset == AS_THEY_CAME:
                ordered = sorted(today_patients, key=lambda patient: patient.id)
            for visit, promise in _fill_day(
                base, practitioner, day, ordered, site_of, drives, new_id, rng, told_by, now, new
            ):
                visits.append(visit)
                wide = offset == AS_THEY_CAME
                promises.append(_half_a_day(promise, visit) if wide else promise)
                new.discard(visit.patient_id)
    return DemoDays(
        visits=tuple(visits),
        promises=tuple(promises),
        time_off=_time_off(base, new_id, now.date()),
    )


def _half_a_day(promise: Promise, visit: Visit) -> Promise:
    """Told "in the morning" or "in the afternoon", as far as the visit lies in it."""
    midnight = datetime.combine(visit.day, time())
    morning = visit.start.hour < 12
    first, last = (8, 12) if morning else (12, 17)
    return replace(
        promise,
        window_start=min(visit.start, midnight + timedelta(hours=first)),
        window_end=max(visit.start, midnight + timedelta(hours=last)),
    )


def _let_in(queue: list[Patient], new: Sequence[Patient]) -> None:
    """Patients never seen before come one about every day from today on."""
    for index, patient in enumerate(new):
        queue.insert(_NEW_EVERY * (index + 1), patient)


def _time_off(base: DemoPeople, new_id: Callable[[], str], today: date) -> tuple[TimeOff, ...]:
    """An afternoon off for the last of the team, on a day whose visits end before it."""
    day = today + timedelta(days=5)
    return (
        TimeOff(
            id=TimeOffId(new_id()),
            practitioner_id=base.practitioners[-1].id,
            start=datetime.combine(day, time(16, 0)),
            end=datetime.combine(day, time(17, 30)),
            reason=_("Certification course"),
        ),
    )


def _patients_by_practitioner(base: DemoPeople) -> dict[PractitionerId, list[Patient]]:
    """Each patient to the practitioner whose home is nearest, evenly: nearest free place first."""
    capacity = -(-len(base.patients) // len(base.practitioners))
    turn: dict[PractitionerId, list[Patient]] = {p.id: [] for p in base.practitioners}
    site_of = {site.patient_id: site for site in base.sites}
    pairs = sorted(
        (
            (practitioner.home.metres_to(place), practitioner.id, patient)
            for practitioner in base.practitioners
            for patient in base.patients
            if practitioner.home and (place := site_of[patient.id].coordinate)
        ),
        key=lambda pair: (pair[0], pair[2].id),
    )
    placed: set[PatientId] = set()
    for _metres, practitioner_id, patient in pairs:
        if patient.id not in placed and len(turn[practitioner_id]) < capacity:
            turn[practitioner_id].append(patient)
            placed.add(patient.id)
    return turn


def _nearest_first(
    practitioner: Practitioner,
    patients: Sequence[Patient],
    site_of: dict[PatientId, VisitSite],
) -> list[Patient]:
    """A sensible order: always the nearest next, from home."""
    left = list(patients)
    here = practitioner.home
    ordered: list[Patient] = []
    while left:
        nearest = min(left, key=lambda p: _metres(here, site_of[p.id].coordinate))
        left.remove(nearest)
        ordered.append(nearest)
        here = site_of[nearest.id].coordinate
    return ordered


def _metres(start: Coordinate | None, end: Coordinate | None) -> float:
    return start.metres_to(end) if start and end else 0.0


def _fill_day(
    base: DemoPeople,
    practitioner: Practitioner,
    day: date,
    patients: Sequence[Patient],
    site_of: dict[PatientId, VisitSite],
    drives: DriveBook,
    new_id: Callable[[], str],
    rng: random.Random,
    told_by: UserId,
    now: datetime,
    new: AbstractSet[PatientId],
) -> list[tuple[Visit, Promise]]:
    """Visits one after the other with real drives between, lunch, and home in time."""
    assert practitioner.home is not None
    hours = practitioner.pattern.hours_on(day)[0]
    here, minute = practitioner.home, hours.start_min + rng.choice((0, 5, 15))
    lunch_taken = False
    made: list[tuple[Visit, Promise]] = []
    for patient in patients:
        site = site_of[patient.id]
        assert site.coordinate is not None
        service = _service_for(base.services, rng, new=patient.id in new)
        if not lunch_taken and minute >= _LUNCH_FROM_MIN:
            minute, lunch_taken = minute + 30, True
        drive = drive_at(drives.drive(here, site.coordinate), minute, base.clinic.profile)
        arrive = minute + drive.minutes
        start = -(-(arrive + rng.choice((3, 6, 9, 14))) // _GRID_MIN) * _GRID_MIN
        end = start + service.door_min
        back = drive_at(
            drives.drive(site.coordinate, practitioner.home), end, base.clinic.profile
        ).minutes
        if end + back > hours.end_min - 20:
            break
        made.append(
            _visit(
                base,
                practitioner,
                patient,
                site,
                service,
                day,
                start,
                drive.minutes,
                new_id,
                rng,
                told_by,
                now,
            )
        )
        here, minute = site.coordinate, end
    return made


def _service_for(services: Sequence[Service], rng: random.Random, *, new: bool) -> Service:
    """Who comes for the first time is evaluated."""
    kind = (
        ServiceKind.EVALUATION
        if new
        else rng.choices(
            (ServiceKind.EVALUATION, ServiceKind.FOLLOW_UP, ServiceKind.RE_EVALUATION),
            weights=(2, 8, 1),
        )[0]
    )
    return next(s for s in services if s.kind is kind)


def _visit(
    base: DemoPeople,
    practitioner: Practitioner,
    patient: Patient,
    site: VisitSite,
    service: Service,
    day: date,
    start_min: int,
    drive_min: int,
    new_id: Callable[[], str],
    rng: random.Random,
    told_by: UserId,
    now: datetime,
) -> tuple[Visit, Promise]:
    zone = base.clinic.zone
    start = datetime.combine(day, time()) + timedelta(minutes=start_min)
    label = {
        ServiceKind.FOLLOW_UP: rng.choice(("1/3", "2/3", "3/3")),
    }.get(service.kind, "")
    visit = Visit(
        id=VisitId(new_id()),
        patient_id=patient.id,
        site_id=site.id,
        service_id=service.id,
        practitioner_id=practitioner.id,
        start=start,
        zone=zone,
        door_min=service.door_min,
        state=VisitState.CONFIRMED if rng.random() < 0.8 else VisitState.BOOKED,
        locks=frozenset({Lock.TIME}) if rng.random() < 0.08 else frozenset(),
        session_label=label,
    )
    visit = _lived(visit, now, zone, rng, drive_min)
    before = rng.choice((10, 15))
    told = to_utc(datetime.combine(day - timedelta(days=7), time(10, 20)), zone)
    promise = Promise(
        id=PromiseId(new_id()),
        visit_id=visit.id,
        window_start=start - timedelta(minutes=before),
        window_end=start + timedelta(minutes=service.promise_width_min - before),
        zone=zone,
        practitioner_id=practitioner.id,
        told_to=patient.first_name,
        told_by=told_by,
        told_at=told,
    )
    return visit, promise


def _lived(visit: Visit, now: datetime, zone: str, rng: random.Random, drive_min: int) -> Visit:
    """The visit as it stands at ``now``: done, in progress, or still to come."""
    started = visit.start + timedelta(minutes=rng.choice((-1, 0, 1, 2)))
    # In this town mornings are slower than the clinic assumes; drives that are done tell so.
    slower = 1.12 if visit.start.hour < _MORNING_UNTIL_HOUR else 0.97
    drive_s = max(60.0, drive_min * 60 * slower * rng.lognormvariate(0, 0.08))
    departed = to_utc(started - timedelta(seconds=round(drive_s)), zone)
    if visit.end <= now:
        finished = visit.end - timedelta(minutes=rng.choice((0, 1, 2)))
        return replace(
            visit,
            state=VisitState.DONE,
            departed_at=departed,
            started_at=to_utc(started, zone),
            finished_at=to_utc(finished, zone),
        )
    if visit.start <= now:
        return replace(
            visit,
            state=VisitState.IN_PROGRESS,
            departed_at=departed,
            started_at=to_utc(min(started, now), zone),
        )
    return visit
