"""The board's day as one immutable value, and the search for a visit's slot."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now, to_local
from clinic_desktop.domain.closed_days import closed_days, closed_on
from clinic_desktop.domain.course import USUAL_INTERVAL_DAYS
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.errors import NotFound
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import CallId, PatientId, PractitionerId, ServiceId, SiteId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.planning_ports import DayPlanner, Schedule
from clinic_desktop.domain.ports import ClinicalFlags, ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.series import Series, series_words
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.slot import CallerWindow, OfferedElsewhere, Slot, SlotRequest, SlotSearch
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.visit import ON_THE_BOARD, Promise, Visit, VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.services.visit_changes import needs_of
from clinic_desktop.text import _

_COURSE_GOES_ON_DAYS: Final = 28
"""Whoever was not seen for so long begins anew rather than going on."""
_OVER: Final = frozenset({VisitState.IN_PROGRESS, VisitState.DONE})
"""States in which the practitioner has been at the door: the promise is kept or past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitDetail:
    """All that a card or a list row shows of a visit."""

    visit: Visit
    patient: Patient
    site: VisitSite
    service: Service
    promise: Promise | None
    flags: ClinicalFlags | None
    series: Series | None = None

    @property
    def series_words(self) -> str:
        """The visit's place in its series, "" for a visit that stands alone."""
        number = self.visit.series_number
        if self.series is None or number is None:
            return ""
        return series_words(self.series, number)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardDay:
    """One day of everybody: plans by practitioner, visit details by id.

    ``requested`` are visits without a time that holds; ``conflicts`` are sentences.
    ``closed`` says why the whole clinic is closed, "" if it is open. ``read_at`` is UTC.
    """

    day: date
    plans: tuple[DayPlan, ...]
    details: Mapping[VisitId, VisitDetail]
    requested: tuple[VisitDetail, ...]
    conflicts: tuple[str, ...]
    clinic: Clinic
    drives: DriveBook
    closed: str = ""
    read_at: datetime | None = None

    @property
    def holds(self) -> bool:
        """Whether a time is held for a call: it runs out, so the day is to be read again."""
        return any(d.visit.state is VisitState.HELD for d in self.details.values())

    def request(self, visit_id: VisitId) -> VisitDetail | None:
        """A visit without a time that holds, by id; None if it is none of them."""
        return next((d for d in self.requested if d.visit.id == visit_id), None)

    @property
    def driving_min(self) -> int:
        """Minutes of driving, all together."""
        return sum(plan.driving_min for plan in self.plans)

    @property
    def driving_known(self) -> bool:
        """Whether every visit has a point on the map; else the sums are "at least"."""
        return all(stop.place is not None for plan in self.plans for stop in plan.stops)

    @property
    def metres(self) -> float:
        """Metres of driving, all together."""
        return sum(plan.metres for plan in self.plans)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindSlots:
    """A search as the call panel asks for it; times and places come from the records.

    ``site_id`` None is a site without an address yet. ``practitioner_id`` is hard,
    ``preferred_id`` soft. ``door_min`` stands for the service's minutes at the door, None: those.
    ``call_id`` is the call that asks: the time held for it is free to it. ``days`` stands for the
    clinic's own horizon. ``with_moves`` adds, where little fits, what a harmless change of another
    visit would make possible: a longer search.
    """

    service_id: ServiceId
    site_id: SiteId | None
    windows: tuple[CallerWindow, ...] = ()
    practitioner_id: PractitionerId | None = None
    preferred_id: PractitionerId | None = None
    first_day: date | None = None
    moving: VisitId | None = None
    limit: int = 8
    door_min: int | None = None
    call_id: CallId | None = None
    days: int | None = None
    with_moves: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ExactAnswer:
    """Whether one time can be had: ``slot`` if so, else ``refusal`` says why not.

    ``nearest`` is the nearest start of the same day and practitioner, None if there is none.
    """

    start: datetime
    slot: Slot | None = None
    refusal: str = ""
    nearest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Exact:
    practitioner_id: PractitionerId
    start: datetime


def little_fits(search: SlotSearch, command: FindSlots) -> bool:
    """Whether the list has room for offers that need another visit to be moved."""
    return command.limit > 1 and search.fitting < command.limit


class BoardService:
    """Reads the schedule and has the planner lay it out."""

    def __init__(
        self, store: ScheduleStore, planner: DayPlanner, roads: RoadsService, clock: Clock
    ) -> None:
        self._store = store
        self._planner = planner
        self._roads = roads
        self._clock = clock

    def day(self, session: Session, day: date, call_id: CallId | None = None) -> BoardDay:
        """The board of a date; the time held for the call in front is left out."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        now = self._clock.now_utc()
        own = held_for(reader, call_id)
        visits = [
            v
            for v in reader.visits_between(day, day)
            if v.id not in own and not hold_is_over(v, now)
        ]
        details = visit_details(reader, visits)
        stops = stops_by_day(
            Stop(visit=d.visit, place=d.site.coordinate, promise=d.promise)
            for d in details.values()
        )
        time_off = reader.time_off_between(day, day)
        drives = self._roads.drives(reader)
        closed = closed_on(clinic, day)
        busy = {visit.practitioner_id for visit in visits if visit.state in ON_THE_BOARD}
        plans = tuple(
            self._planner.lay_out(
                person,
                day,
                stops.get((person.id, day), ()),
                [t for t in time_off if t.practitioner_id == person.id],
                drives,
                clinic.profile,
                closed,
            )
            for person in reader.practitioners(with_inactive=True)
            if person.active or person.id in busy
        )
        return BoardDay(
            day=day,
            plans=plans,
            details={
                visit_id: detail
                for visit_id, detail in details.items()
                if detail.visit.state in ON_THE_BOARD
            },
            requested=tuple(d for d in details.values() if d.visit.state is VisitState.REQUESTED),
            conflicts=tuple(
                sentence
                for plan in plans
                for sentence in conflict_sentences(
                    plan, self._planner.arrivals(plan, drives, clinic.profile), details
                )
            )
            + tuple(_unkept(details.values())),
            clinic=clinic,
            drives=drives,
            closed=closed,
            read_at=now,
        )

    def find_slots(self, session: Session, command: FindSlots) -> SlotSearch:
        """The best slots over the clinic's horizon.

        Raises:
            NotFound: the service or site is not there.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        request, schedule = self.search_input(reader, clinic, command)
        drives = self._roads.drives(reader)
        search = self._planner.search(request, schedule, drives, clinic, command.limit)
        slots = search.slots
        if command.with_moves and little_fits(search, command):
            # Little fits: what a small, harmless change of another visit would make possible.
            stops = [stop for those in schedule.stops.values() for stop in those]
            slots += self._planner.nearby(
                request,
                schedule,
                drives,
                clinic,
                needs_of(reader, stops),
                command.limit - len(slots),
            )
        offered = self._offered_elsewhere(request, schedule, drives, clinic)
        moved = {change.visit_id for slot in slots for change in slot.moves}
        names = {visit_id: schedule.names.get(visit_id, "") for visit_id in moved}
        return replace(search, slots=slots, offered=offered, names=names)

    def _offered_elsewhere(
        self, request: SlotRequest, schedule: Schedule, drives: DriveBook, clinic: Clinic
    ) -> tuple[OfferedElsewhere, ...]:
        """What other calls hold and this one could have otherwise, the soonest first."""
        held = [
            stop.visit
            for stops in schedule.stops.values()
            for stop in stops
            if stop.visit.state is VisitState.HELD and stop.visit.held_until is not None
        ]
        found: list[OfferedElsewhere] = []
        for visit in sorted(held, key=lambda v: (v.start, v.id)):
            if request.moving not in (None, visit.id):
                continue
            freed = replace(request, moving=visit.id)
            if visit.held_until and not self._planner.refusal(
                freed, schedule, drives, clinic, visit
            ):
                found.append(
                    OfferedElsewhere(
                        practitioner_id=visit.practitioner_id,
                        start=visit.start,
                        until=visit.held_until,
                    )
                )
        return tuple(found)

    def at_time(
        self, session: Session, command: FindSlots, practitioner_id: PractitionerId, start: datetime
    ) -> ExactAnswer:
        """Whether just this time can be had, why not, and the nearest that can.

        Args:
            session: who asks.
            command: for whom and what; its own windows and day do not count.
            practitioner_id: with whom.
            start: when, local wall-clock.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        asked = replace(
            command,
            practitioner_id=practitioner_id,
            first_day=start.date(),
            days=1,
            windows=(),
        )
        request, schedule = self.search_input(reader, clinic, asked)
        if start.date() not in schedule.days:
            return ExactAnswer(start=start, refusal=_("That time has passed."))
        drives = self._roads.drives(reader)
        wanted = _Exact(practitioner_id=practitioner_id, start=start)
        refusal = self._planner.refusal(request, schedule, drives, clinic, wanted)
        if not refusal:
            end = start + timedelta(minutes=request.door_min)
            just = CallerWindow(
                first=start.date(), last=start.date(), earliest=start.time(), latest=end.time()
            )
            exact = replace(request, windows=(*request.windows, just))
            fine = replace(clinic, slot_grid_min=1)
            slots = self._planner.search(exact, schedule, drives, fine, 1).slots
            return ExactAnswer(start=start, slot=slots[0] if slots else None)
        starts = self._planner.starts(request, schedule, drives, clinic)
        minute = start.hour * 60 + start.minute
        near = min(
            starts.get((practitioner_id, start.date()), ()),
            key=lambda m: (abs(m - minute), m),
            default=None,
        )
        midnight = datetime.combine(start.date(), time())
        nearest = midnight + timedelta(minutes=near) if near is not None else None
        return ExactAnswer(start=start, refusal=refusal, nearest=nearest)

    def search_input(
        self, reader: ScheduleReader, clinic: Clinic, command: FindSlots
    ) -> tuple[SlotRequest, Schedule]:
        """What the planner needs for a search, read in one go.

        Raises:
            NotFound: the service or site is not there.
        """
        now = local_now(self._clock, clinic.zone)
        first = max(now.date(), command.first_day or now.date())
        horizon = command.days or clinic.slot_horizon_days
        days = tuple(first + timedelta(days=n) for n in range(horizon))
        held = held_for(reader, command.call_id)
        own = {command.moving, *held}
        service = next((s for s in reader.services() if s.id == command.service_id), None)
        if service is None:
            raise NotFound(
                _("That service is not offered any more."), way_out=_("Choose another one.")
            )
        site = reader.site(command.site_id) if command.site_id else None
        request = SlotRequest(
            service=service,
            place=site.coordinate if site else None,
            door_min=command.door_min or service.door_min + (site.extra_door_min if site else 0),
            windows=(
                *command.windows,
                *_own_days(reader, site, days, own, self._clock.now_utc()),
            ),
            practitioner_id=command.practitioner_id,
            preferred_id=command.preferred_id,
            not_before=now,
            moving=command.moving,
            state=site.address.state if site else "",
            due=_due(reader, service, site, command.moving, now.date()),
        )
        now_utc = self._clock.now_utc()
        return request, schedule_of(reader, clinic, days, now_utc, without=held)

    def drives(self, reader: ScheduleReader) -> DriveBook:
        """The drives known now, corrections included."""
        return self._roads.drives(reader)


def _own_days(
    reader: ScheduleReader,
    site: VisitSite | None,
    days: tuple[date, ...],
    own: Collection[VisitId | None],
    now_utc: datetime,
) -> list[CallerWindow]:
    """The days on which the patient has a visit already: nobody is treated twice a day."""
    if site is None:
        return []
    booked = {
        visit.day
        for visit in reader.visits_of_patient(site.patient_id, since=days[0])
        if visit.state in ON_THE_BOARD
        and not hold_is_over(visit, now_utc)
        and visit.id not in own
        and visit.day <= days[-1]
    }
    return [CallerWindow(first=day, last=day, excluded=True) for day in sorted(booked)]


def _due(
    reader: ScheduleReader,
    service: Service,
    site: VisitSite | None,
    moving: VisitId | None,
    today: date,
) -> date | None:
    """When the next session of a course is due: an interval after the last one that took place.

    Only a follow-up has such a date, while the course goes on and nothing is booked for it yet.
    """
    if site is None or service.kind is not ServiceKind.FOLLOW_UP:
        return None
    since = today - timedelta(days=_COURSE_GOES_ON_DAYS)
    days = [
        v.day
        for v in reader.visits_of_patient(site.patient_id, since=since)
        if v.id != moving and v.state in ON_THE_BOARD and v.state is not VisitState.HELD
    ]
    if not days or max(days) >= today:
        return None
    return max(days) + timedelta(days=USUAL_INTERVAL_DAYS)


def hold_is_over(visit: Visit, now_utc: datetime) -> bool:
    """Whether a visit was only held, and its time has run out: it blocks nothing any more."""
    held = visit.state is VisitState.HELD
    return held and visit.held_until is not None and visit.held_until <= now_utc


def as_it_went(visit: Visit, zone: str) -> Visit:
    """A visit that was finished early takes no more of the day than it took."""
    if visit.state is not VisitState.DONE or visit.finished_at is None:
        return visit
    took = to_local(visit.finished_at, zone) - visit.start
    minutes = max(1, -int(-took.total_seconds() // 60))
    return replace(visit, door_min=minutes) if minutes < visit.door_min else visit


def held_for(reader: ScheduleReader, call_id: CallId | None) -> frozenset[VisitId]:
    """The time held for a call, none where there is no call or it holds nothing."""
    if call_id is None:
        return frozenset()
    return frozenset(c.hold_id for c in reader.calls_going_on() if c.id == call_id and c.hold_id)


def schedule_of(
    reader: ScheduleReader,
    clinic: Clinic,
    days: tuple[date, ...],
    now_utc: datetime,
    *,
    without: Collection[VisitId] = (),
) -> Schedule:
    """The days as the planner takes them, some visits left out."""
    found = reader.visits_between(days[0], days[-1])
    visits = [
        as_it_went(v, clinic.zone)
        for v in found
        if v.id not in without and not hold_is_over(v, now_utc)
    ]
    sites = reader.sites({v.site_id for v in visits})
    promises = reader.promises_for([v.id for v in visits])
    patients = reader.patients({v.patient_id for v in visits})
    return Schedule(
        practitioners=tuple(reader.practitioners()),
        days=days,
        stops=stops_by_day(
            Stop(visit=visit, place=sites[visit.site_id].coordinate, promise=promises.get(visit.id))
            for visit in visits
        ),
        time_off=tuple(reader.time_off_between(days[0], days[-1])),
        names={visit.id: patients[visit.patient_id].short_name for visit in visits},
        closed=closed_days(clinic, days[0], days[-1]),
        home_state=clinic.home_state,
    )


def visit_details(reader: ScheduleReader, visits: Sequence[Visit]) -> dict[VisitId, VisitDetail]:
    """The details of visits, in their order, read in six queries however many there are."""
    patients = reader.patients({v.patient_id for v in visits})
    sites = reader.sites({v.site_id for v in visits})
    services = {s.id: s for s in reader.services(with_inactive=True)}
    promises = reader.promises_for([v.id for v in visits])
    flags: Mapping[PatientId, ClinicalFlags] = reader.clinical_flags(patients)
    series = reader.series({v.series_id for v in visits if v.series_id is not None})
    return {
        v.id: VisitDetail(
            visit=v,
            patient=patients[v.patient_id],
            site=sites[v.site_id],
            service=services[v.service_id],
            promise=promises.get(v.id),
            flags=flags.get(v.patient_id),
            series=series.get(v.series_id) if v.series_id is not None else None,
        )
        for v in visits
    }


def stops_by_day(
    stops: Iterable[Stop],
) -> dict[tuple[PractitionerId, date], tuple[Stop, ...]]:
    """The visits that take time, by who and when."""
    found: dict[tuple[PractitionerId, date], list[Stop]] = {}
    for stop in stops:
        visit = stop.visit
        if visit.state in ON_THE_BOARD:
            found.setdefault((visit.practitioner_id, visit.day), []).append(stop)
    return {key: tuple(those) for key, those in found.items()}


def conflict_sentences(
    plan: DayPlan, arrivals: Sequence[int], details: Mapping[VisitId, VisitDetail]
) -> list[str]:
    """What does not hold in a day: drives that do not fit, promises broken, time off booked over.

    Args:
        plan: one practitioner's day.
        arrivals: when each of its visits begins, minutes after midnight.
        details: whose visits they are.

    A visit on a day when the clinic is closed is among them.
    """
    names = [details[stop.visit.id].patient.short_name for stop in plan.stops]
    sentences = [
        _("{before} to {after}: short by {n} min").format(
            before=names[leg.from_index], after=names[leg.to_index], n=-leg.gap_left_min
        )
        for leg in plan.legs
        if leg.from_index is not None and leg.to_index is not None and leg.gap_left_min < 0
    ]
    for stop, name, arrival in zip(plan.stops, names, arrivals, strict=True):
        sentences.extend(_stop_conflicts(plan, stop, name, arrival))
        sentences.extend(_rule_conflicts(plan, stop, name, details[stop.visit.id].service))
    if any(stop.visit.state not in _OVER for stop in plan.stops):
        sentences.extend(_day_conflicts(plan))
    return sentences


def _unkept(details: Iterable[VisitDetail]) -> list[str]:
    """Promises of visits that went back to the requests: nobody comes."""
    return [
        _("{name}: promised, and nobody comes").format(name=d.patient.short_name)
        for d in details
        if d.visit.state is VisitState.REQUESTED and d.promise is not None
    ]


def _rule_conflicts(plan: DayPlan, stop: Stop, name: str, service: Service) -> list[str]:
    """Rules that held when a visit was booked and were changed since."""
    visit, person = stop.visit, plan.practitioner
    if visit.state in _OVER:
        return []
    sentences: list[str] = []
    hours = person.pattern.hours_on(plan.day)
    inside = any(s.start_min <= visit.start_min and visit.end_min <= s.end_min for s in hours)
    if not inside and not plan.closed:
        sentences.append(
            _("{name}: outside {person}’s hours").format(name=name, person=person.first_name)
        )
    if not person.certified(service.needed_certification, plan.day):
        sentences.append(
            _("{name}: {person} is not certified for it").format(
                name=name, person=person.first_name
            )
        )
    return sentences


def _day_conflicts(plan: DayPlan) -> list[str]:
    """What a whole day lacks: lunch, or being home when work ends."""
    person, sentences = plan.practitioner.first_name, list[str]()
    if plan.lunch_missing:
        sentences.append(_("{person} has no time for lunch").format(person=person))
    home, hours = plan.home_by_min, plan.practitioner.pattern.hours_on(plan.day)
    if home is not None and hours and home > hours[-1].end_min:
        late = home - hours[-1].end_min
        sentences.append(_("{person} is home {n} min after work").format(person=person, n=late))
    return sentences


def _stop_conflicts(plan: DayPlan, stop: Stop, name: str, arrival: int) -> list[str]:
    sentences: list[str] = []
    promise = stop.promise
    if promise is not None and stop.visit.state not in _OVER:
        if promise.practitioner_id not in (None, stop.visit.practitioner_id):
            sentences.append(_("{name}: somebody else was promised").format(name=name))
        if promise.window_start.date() != plan.day or arrival < promise.start_min:
            sentences.append(_("{name}: planned outside the promise").format(name=name))
        elif arrival > promise.end_min:
            late = arrival - promise.end_min
            sentences.append(_("{name}: {n} min after the promise").format(name=name, n=late))
    if plan.closed and stop.visit.state not in _OVER:
        sentences.append(
            _("{name}: booked although the clinic is closed ({holiday})").format(
                name=name, holiday=plan.closed
            )
        )
    away = [span for t in plan.time_off if (span := t.span_on(plan.day)) is not None]
    if any(
        span.start_min < stop.visit.end_min and stop.visit.start_min < span.end_min for span in away
    ):
        sentences.append(
            _("{name}: booked in {person}’s time off").format(
                name=name, person=plan.practitioner.first_name
            )
        )
    return sentences


def time_off_words(absence: TimeOff, day: date, formats: Formats) -> str:
    """A band's words: when it begins or ends on the day, and why."""
    span = absence.span_on(day)
    if span is None:
        return ""
    if span.start_min == 0 and span.end_min == 24 * 60:
        when = _("Time off all day")
    elif span.end_min == 24 * 60:
        when = _("Time off from {time}").format(time=formats.time(span.start_min))
    else:
        when = _("Time off {span}").format(span=formats.span(span.start_min, span.end_min))
    return f"{when} · {absence.reason}" if absence.reason else when
