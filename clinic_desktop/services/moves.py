"""Moves a visit to another time or person, and says first which promises that would break."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.closed_days import closed_on
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId, PromiseId, VisitId
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.us_state import state_letters
from clinic_desktop.domain.visit import ON_THE_BOARD, Lock, Promise, Visit, VisitState
from clinic_desktop.services.board import hold_is_over
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.text import _

_MOVABLE: Final = frozenset(
    {VisitState.REQUESTED, VisitState.HELD, VisitState.BOOKED, VisitState.CONFIRMED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveVisit:
    """A visit's new planned start (local) and practitioner.

    ``accept_promises`` are those a person has agreed to break; they stay in the ledger as told.
    """

    visit_id: VisitId
    start: datetime
    practitioner_id: PractitionerId
    accept_promises: frozenset[PromiseId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A promise that a move would break, as a sentence."""

    promise_id: PromiseId
    visit_id: VisitId
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCheck:
    """What a move would do: a rule in its way ("" for none), promises it breaks, the days after."""

    refusal: str
    broken: tuple[BrokenPromise, ...]
    plans: tuple[DayPlan, ...]


class PromisesInTheWay(RuleBroken):
    """A move would break promises that nobody has agreed to break; ``broken`` names them."""

    def __init__(self, broken: Sequence[BrokenPromise]) -> None:
        super().__init__(
            " ".join(b.sentence for b in broken),
            way_out=_("Choose another time, or agree to call about it."),
        )
        self.broken = tuple(broken)


def require_movable(visit: Visit, start: datetime, practitioner_id: PractitionerId) -> None:
    """Let a visit go to another time or person. Raises ``RuleBroken`` with the reason if not."""
    if visit.state not in _MOVABLE:
        raise RuleBroken(_("A visit that has begun or is over cannot be moved."))
    if Lock.TIME in visit.locks and start != visit.start:
        raise RuleBroken(_("The time of this visit is locked."), way_out=_("Unlock it first."))
    if Lock.PRACTITIONER in visit.locks and practitioner_id != visit.practitioner_id:
        raise RuleBroken(
            _("The practitioner of this visit is locked."), way_out=_("Unlock it first.")
        )


class MoveService:
    """Checks and makes moves; each is one named operation that can be undone."""

    def __init__(
        self, store: ScheduleStore, planner: DayPlanner, roads: RoadsService, clock: Clock
    ) -> None:
        self._store = store
        self._planner = planner
        self._roads = roads
        self._clock = clock

    def check(self, session: Session, command: MoveVisit) -> MoveCheck:
        """What the move would do, without doing it."""
        require_schedule(session)
        return self._check(self._store.reader(), command)

    def move_visit(self, session: Session, command: MoveVisit) -> Changes:
        """Move the visit.

        Raises:
            PromisesInTheWay: it breaks promises that are not in ``accept_promises``.
            RuleBroken: a rule refuses it.
        """
        require_schedule(session)
        reader = self._store.reader()
        formats = Formats.of(reader.clinic())
        patient = reader.patient(reader.visit(command.visit_id).patient_id)
        title = _("Move {name} to {when}").format(
            name=patient.short_name,
            when=f"{formats.day(command.start.date())} {formats.clock_time(command.start)}",
        )
        with self._store.operation(title, session) as op:
            check = self._check(op, command)
            if check.refusal:
                raise RuleBroken(check.refusal)
            unseen = [b for b in check.broken if b.promise_id not in command.accept_promises]
            if unseen:
                raise PromisesInTheWay(unseen)
            own = any(b.visit_id == command.visit_id for b in check.broken)
            op.put(_moved(op.visit(command.visit_id), command, told_anew=own))
            return op.changes()

    def _check(self, reader: ScheduleReader, command: MoveVisit) -> MoveCheck:
        visit = reader.visit(command.visit_id)
        try:
            require_movable(visit, command.start, command.practitioner_id)
        except RuleBroken as refused:
            return MoveCheck(refusal=str(refused), broken=(), plans=())
        clinic = reader.clinic()
        people = {p.id: p for p in reader.practitioners(with_inactive=True)}
        moved = _moved(visit, command, told_anew=False)
        keys = list(
            dict.fromkeys([(visit.practitioner_id, visit.day), (moved.practitioner_id, moved.day)])
        )
        before = [self._plan(reader, clinic, people[who], day, None) for who, day in keys]
        after = [self._plan(reader, clinic, people[who], day, moved) for who, day in keys]
        refusal = self._refusal(reader, clinic, people, moved, after[-1])
        refusal = refusal or _order_refusal(before, after)
        held = {b.promise_id for plan in before for b in self._broken(reader, clinic, plan)}
        broken = tuple(
            b
            for plan in after
            for b in self._broken(reader, clinic, plan)
            if b.promise_id not in held
        )
        return MoveCheck(refusal=refusal, broken=broken, plans=tuple(after))

    def _refusal(
        self,
        reader: ScheduleReader,
        clinic: Clinic,
        people: dict[PractitionerId, Practitioner],
        moved: Visit,
        plan: DayPlan,
    ) -> str:
        person = people[moved.practitioner_id]
        name = person.first_name
        if moved.start < local_now(self._clock, clinic.zone):
            return _("That time has passed.")
        if plan.closed:
            return _("{holiday}: the clinic is closed.").format(holiday=plan.closed)
        if not person.active:
            return _("{name} does not work here any more.").format(name=person.name)
        services = {s.id: s for s in reader.services(with_inactive=True)}
        needed = services[moved.service_id].needed_certification
        if not person.certified(needed, moved.day):
            return _("{name} is not certified for this service on that day.").format(
                name=person.name
            )
        state = reader.site(moved.site_id).address.state
        if not person.licensed(state, moved.day, clinic.home_state):
            return _("{name} is not licensed in {state}.").format(
                name=person.name, state=state_letters(state)
            )
        for absence in plan.time_off:
            if absence.covers_part(moved.start, moved.end):
                return _("{name} is away then.").format(name=name)
        if not any(
            s.start_min <= moved.start_min and moved.end_min <= s.end_min for s in plan.hours
        ):
            return _("It lies outside {name}’s hours.").format(name=name)
        for stop in plan.stops:
            other = stop.visit
            if other.id != moved.id and other.start < moved.end and moved.start < other.end:
                return _("{name} has another visit then.").format(name=name)
        return ""

    def _plan(
        self,
        reader: ScheduleReader,
        clinic: Clinic,
        person: Practitioner,
        day: date,
        moved: Visit | None,
    ) -> DayPlan:
        """A person's day as it is, or with one visit moved."""
        now = self._clock.now_utc()
        visits = [
            v
            for v in reader.visits_between(day, day, practitioner_id=person.id)
            if v.state in ON_THE_BOARD
            and not hold_is_over(v, now)
            and (moved is None or v.id != moved.id)
        ]
        if moved is not None and (moved.practitioner_id, moved.day) == (person.id, day):
            visits.append(moved)
        sites = reader.sites({v.site_id for v in visits})
        promises = reader.promises_for([v.id for v in visits])
        return self._planner.lay_out(
            person,
            day,
            [
                Stop(visit=v, place=sites[v.site_id].coordinate, promise=promises.get(v.id))
                for v in visits
            ],
            [t for t in reader.time_off_between(day, day) if t.practitioner_id == person.id],
            self._roads.drives(),
            clinic.profile,
            closed_on(clinic, day),
        )

    def _broken(self, reader: ScheduleReader, clinic: Clinic, plan: DayPlan) -> list[BrokenPromise]:
        formats = Formats.of(clinic)
        arrivals = self._planner.arrivals(plan, self._roads.drives(), clinic.profile)
        found: list[BrokenPromise] = []
        for stop, arrival in zip(plan.stops, arrivals, strict=True):
            promise, visit = stop.promise, stop.visit
            if promise is None or _keeps(promise, visit, arrival):
                continue
            found.append(
                BrokenPromise(
                    promise_id=promise.id,
                    visit_id=visit.id,
                    sentence=_(
                        "{name} was promised {window} on {day}; {person} would come {when}."
                    ).format(
                        name=reader.patient(visit.patient_id).short_name,
                        window=formats.span(promise.start_min, promise.end_min),
                        day=formats.day(promise.window_start.date()),
                        person=plan.practitioner.first_name,
                        when=f"{formats.day(plan.day)} {formats.time(arrival)}",
                    ),
                )
            )
        return found


def _moved(visit: Visit, command: MoveVisit, *, told_anew: bool) -> Visit:
    """The visit at its new place; a confirmation of what no longer holds is taken back."""
    state = visit.state
    if state is VisitState.CONFIRMED and told_anew:
        state = VisitState.BOOKED
    return replace(visit, start=command.start, practitioner_id=command.practitioner_id, state=state)


def _keeps(promise: Promise, visit: Visit, arrival: int) -> bool:
    return (
        promise.practitioner_id in (None, visit.practitioner_id)
        and promise.window_start.date() == visit.day
        and promise.start_min <= arrival <= promise.end_min
    )


def _order_refusal(before: Sequence[DayPlan], after: Sequence[DayPlan]) -> str:
    """Whether a visit whose order is locked would come at another turn."""
    turns = [
        {
            stop.visit.id: (plan.practitioner.id, plan.day, turn)
            for plan in plans
            for turn, stop in enumerate(plan.stops)
            if Lock.ORDER in stop.visit.locks
        }
        for plans in (before, after)
    ]
    if any(turns[1].get(visit_id) != turn for visit_id, turn in turns[0].items()):
        return _("The order of a visit is locked that day; unlock it first.")
    return ""
