"""What a move on the board would do, from what has been read: without disk, so a drag may ask.

``MoveService`` asks the same rules again, over the open write, before anything moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.closed_days import closed_days, closed_on
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId, PromiseId, VisitId
from clinic_desktop.domain.planning_ports import DayPlanner, Schedule
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.us_state import state_letters
from clinic_desktop.domain.visit import ON_THE_BOARD, Lock, Promise, Visit, VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.board import BoardDay, VisitDetail, conflict_sentences
from clinic_desktop.text import _

MOVABLE: Final = frozenset(
    {VisitState.REQUESTED, VisitState.HELD, VisitState.BOOKED, VisitState.CONFIRMED}
)
LEAST_DOOR_MIN: Final = 10
"""Nobody sets up, treats and packs in less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveVisit:
    """A visit's new planned start (local) and practitioner.

    ``door_min`` is its new length, None to keep it. ``copy_as`` makes another visit of the same
    patient with this id instead, and leaves the first where it is. ``accept_promises`` are those
    a person has agreed to break; they stay in the ledger as told.
    """

    visit_id: VisitId
    start: datetime
    practitioner_id: PractitionerId
    door_min: int | None = None
    copy_as: VisitId | None = None
    accept_promises: frozenset[PromiseId] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenPromise:
    """A promise that a move would break, as a sentence."""

    promise_id: PromiseId
    visit_id: VisitId
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCheck:
    """What a move would do.

    ``refusal`` is the rule in its way, "" for none. ``conflicts`` are what would not hold any
    more though no rule forbids it (a drive too short, a lunch lost). ``plans`` are the days
    concerned as they would be, the one moved to last. ``added_min`` is the change in driving.
    """

    refusal: str
    broken: tuple[BrokenPromise, ...]
    plans: tuple[DayPlan, ...]
    conflicts: tuple[str, ...] = ()
    added_min: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    """A day as it is: its plan, the promises that do not hold, the drives that are too short."""

    plan: DayPlan
    broken: frozenset[PromiseId]
    conflicts: frozenset[str]


def _nothing_known() -> dict[tuple[PractitionerId, date], _Before]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveBoard:
    """What a move is checked against: whole days of everybody, as read.

    ``details`` hold every visit that is on the board on ``days``, in any practitioner's lane.
    """

    clinic: Clinic
    days: frozenset[date]
    people: Mapping[PractitionerId, Practitioner]
    details: Mapping[VisitId, VisitDetail]
    time_off: tuple[TimeOff, ...]
    drives: DriveBook
    now: datetime
    known: dict[tuple[PractitionerId, date], "_Before"] = field(
        default_factory=_nothing_known, compare=False, repr=False
    )
    """How the days are now: worked out once, asked for at every step of a drag."""

    @staticmethod
    def of_day(board: BoardDay, now: datetime) -> "MoveBoard":
        """The day that a board shows; ``now`` is local."""
        return MoveBoard(
            clinic=board.clinic,
            days=frozenset({board.day}),
            people={plan.practitioner.id: plan.practitioner for plan in board.plans},
            details=board.details,
            time_off=tuple(absence for plan in board.plans for absence in plan.time_off),
            drives=board.drives,
            now=now,
        )


def require_movable(
    visit: Visit, start: datetime, practitioner_id: PractitionerId, door_min: int | None = None
) -> None:
    """Let a visit go to another time or person. Raises ``RuleBroken`` with the reason if not."""
    if visit.state not in MOVABLE:
        raise RuleBroken(_("A visit that has begun or is over cannot be moved."))
    other_length = door_min is not None and door_min != visit.door_min
    if Lock.TIME in visit.locks and (start != visit.start or other_length):
        raise RuleBroken(_("The time of this visit is locked."), way_out=_("Unlock it first."))
    if Lock.PRACTITIONER in visit.locks and practitioner_id != visit.practitioner_id:
        raise RuleBroken(
            _("The practitioner of this visit is locked."), way_out=_("Unlock it first.")
        )


def moved_visit(visit: Visit, command: MoveVisit, *, told_anew: bool = False) -> Visit:
    """The visit at its new place; a confirmation of what no longer holds is taken back.

    A visit of a series that is moved on its own is left as it is when the series changes.
    """
    door_min = visit.door_min if command.door_min is None else command.door_min
    if command.copy_as is not None:
        return Visit(
            id=command.copy_as,
            patient_id=visit.patient_id,
            site_id=visit.site_id,
            service_id=visit.service_id,
            practitioner_id=command.practitioner_id,
            start=command.start,
            zone=visit.zone,
            door_min=door_min,
        )
    state = visit.state
    if state is VisitState.CONFIRMED and told_anew:
        state = VisitState.BOOKED
    return replace(
        visit,
        start=command.start,
        practitioner_id=command.practitioner_id,
        door_min=door_min,
        state=state,
        by_hand=visit.series_id is not None,
    )


class MoveRules:
    """Checks moves with the planner's arithmetic; holds no state."""

    def __init__(self, planner: DayPlanner) -> None:
        self._planner = planner

    def check(self, board: MoveBoard, command: MoveVisit) -> MoveCheck:
        """What a move to a day of the board would do.

        Raises:
            KeyError: the visit, or the person, is not on the board.
        """
        detail = board.details[command.visit_id]
        visit = detail.visit
        moved = moved_visit(visit, command)
        try:
            if command.copy_as is None:
                require_movable(visit, command.start, command.practitioner_id, command.door_min)
        except RuleBroken as refused:
            return MoveCheck(refusal=str(refused), broken=(), plans=())
        keys = [(visit.practitioner_id, visit.day), (moved.practitioner_id, moved.day)]
        if command.copy_as is not None:
            keys = keys[1:]
        keys = list(dict.fromkeys(keys))
        after_details = dict(board.details)
        after_details[moved.id] = replace(
            detail, visit=moved, promise=None if command.copy_as else detail.promise
        )
        before = [self._before(board, who, day) for who, day in keys]
        after = [self._plan(board, after_details, who, day) for who, day in keys]
        refusal = _refusal(board, moved, detail, after[-1])
        refusal = refusal or _order_refusal([b.plan for b in before], after)
        old = frozenset[PromiseId]().union(*(b.broken for b in before))
        return MoveCheck(
            refusal=refusal,
            broken=tuple(
                b
                for plan in after
                for b in self._broken(board, after_details, plan)
                if b.promise_id not in old
            ),
            plans=tuple(after),
            conflicts=self._conflicts(board, before, after, after_details, command),
            added_min=sum(p.driving_min for p in after) - sum(b.plan.driving_min for b in before),
        )

    def free_starts(
        self, board: MoveBoard, visit_id: VisitId, door_min: int | None = None
    ) -> Mapping[tuple[PractitionerId, date], tuple[int, ...]]:
        """The starts at which a visit would fit with its drives and everybody's lunch."""
        detail = board.details[visit_id]
        stops: dict[tuple[PractitionerId, date], tuple[Stop, ...]] = {}
        for d in board.details.values():
            if d.visit.state in ON_THE_BOARD:
                key = (d.visit.practitioner_id, d.visit.day)
                stop = Stop(visit=d.visit, place=d.site.coordinate, promise=d.promise)
                stops[key] = (*stops.get(key, ()), stop)
        request = SlotRequest(
            service=detail.service,
            place=detail.site.coordinate,
            door_min=door_min or detail.visit.door_min,
            not_before=board.now,
            moving=visit_id,
            state=detail.site.address.state,
        )
        days = tuple(sorted(board.days))
        schedule = Schedule(
            practitioners=tuple(board.people.values()),
            days=days,
            stops=stops,
            time_off=board.time_off,
            names={},
            closed=closed_days(board.clinic, days[0], days[-1]),
            home_state=board.clinic.home_state,
        )
        return self._planner.starts(request, schedule, board.drives, board.clinic)

    def _before(self, board: MoveBoard, who: PractitionerId, day: date) -> _Before:
        known = board.known.get((who, day))
        if known is None:
            plan = self._plan(board, board.details, who, day)
            known = board.known[who, day] = _Before(
                plan=plan,
                broken=frozenset(b.promise_id for b in self._broken(board, board.details, plan)),
                conflicts=frozenset(self._drives_short(board, plan, board.details)),
            )
        return known

    def _plan(
        self,
        board: MoveBoard,
        details: Mapping[VisitId, VisitDetail],
        who: PractitionerId,
        day: date,
    ) -> DayPlan:
        """A person's day with these visits."""
        stops = [
            Stop(visit=d.visit, place=d.site.coordinate, promise=d.promise)
            for d in details.values()
            if d.visit.practitioner_id == who
            and d.visit.day == day
            and d.visit.state in ON_THE_BOARD
        ]
        away = [t for t in board.time_off if t.practitioner_id == who]
        return self._planner.lay_out(
            board.people[who],
            day,
            stops,
            away,
            board.drives,
            board.clinic.profile,
            closed_on(board.clinic, day),
        )

    def _broken(
        self, board: MoveBoard, details: Mapping[VisitId, VisitDetail], plan: DayPlan
    ) -> list[BrokenPromise]:
        formats = Formats.of(board.clinic)
        arrivals = self._planner.arrivals(plan, board.drives, board.clinic.profile)
        return [
            BrokenPromise(
                promise_id=stop.promise.id,
                visit_id=stop.visit.id,
                sentence=_(
                    "{name} was promised {window} on {day}; {person} would come {when}."
                ).format(
                    name=details[stop.visit.id].patient.short_name,
                    window=formats.span(stop.promise.start_min, stop.promise.end_min),
                    day=formats.day(stop.promise.window_start.date()),
                    person=plan.practitioner.first_name,
                    when=f"{formats.day(plan.day)} {formats.time(arrival)}",
                ),
            )
            for stop, arrival in zip(plan.stops, arrivals, strict=True)
            if stop.promise is not None and not _keeps(stop.promise, stop.visit, arrival)
        ]

    def _conflicts(
        self,
        board: MoveBoard,
        before: Sequence[_Before],
        after: Sequence[DayPlan],
        details: Mapping[VisitId, VisitDetail],
        command: MoveVisit,
    ) -> tuple[str, ...]:
        """What holds now and would not hold then; promises are named apart."""
        known = frozenset[str]().union(*(b.conflicts for b in before))
        found = [
            sentence
            for plan in after
            for sentence in self._drives_short(board, plan, details)
            if sentence not in known
        ]
        if command.copy_as is not None:
            patient = details[command.visit_id].patient
            same = [
                d
                for d in details.values()
                if d.patient.id == patient.id
                and d.visit.day == command.start.date()
                and d.visit.state in ON_THE_BOARD
            ]
            if len(same) > 1:
                name = patient.short_name
                found.append(_("{name} has another visit that day").format(name=name))
        return tuple(found)

    def _drives_short(
        self, board: MoveBoard, plan: DayPlan, details: Mapping[VisitId, VisitDetail]
    ) -> list[str]:
        bare = replace(plan, stops=tuple(replace(s, promise=None) for s in plan.stops))
        arrivals = self._planner.arrivals(plan, board.drives, board.clinic.profile)
        return conflict_sentences(bare, arrivals, details)


def _refusal(board: MoveBoard, moved: Visit, detail: VisitDetail, plan: DayPlan) -> str:
    """The first rule that no agreement lifts."""
    person = board.people[moved.practitioner_id]
    name = person.first_name
    if moved.start < board.now:
        return _("That time has passed.")
    if moved.door_min < LEAST_DOOR_MIN:
        return _("A visit takes at least {n} minutes.").format(n=LEAST_DOOR_MIN)
    if plan.closed:
        return _("{holiday}: the clinic is closed.").format(holiday=plan.closed)
    if not person.active:
        return _("{name} does not work here any more.").format(name=person.name)
    if not person.certified(detail.service.needed_certification, moved.day):
        return _("{name} is not certified for this service on that day.").format(name=person.name)
    state = detail.site.address.state
    if not person.licensed(state, moved.day, board.clinic.home_state):
        return _("{name} is not licensed in {state}.").format(
            name=person.name, state=state_letters(state)
        )
    if any(absence.covers_part(moved.start, moved.end) for absence in plan.time_off):
        return _("{name} is away then.").format(name=name)
    if not any(s.start_min <= moved.start_min and moved.end_min <= s.end_min for s in plan.hours):
        return _("It lies outside {name}’s hours.").format(name=name)
    for stop in plan.stops:
        other = stop.visit
        if other.id != moved.id and other.start < moved.end and moved.start < other.end:
            return _("{name} has another visit then.").format(name=name)
    return ""


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
