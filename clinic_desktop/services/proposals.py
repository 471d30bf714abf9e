"""Proposes a better plan for a day, shows what it would change, and puts it on the board."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.day_proposal import DayToPlan, PlannedVisit, RoutePlanner
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleStore
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import Promise, Visit, VisitState
from clinic_desktop.services.board import BoardDay, BoardService, VisitDetail, conflict_sentences
from clinic_desktop.services.permission import require_office
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.services.visit_changes import needs_of
from clinic_desktop.text import _, ngettext

Footing = frozenset[tuple[object, ...]]


class StaleProposal(RuleBroken):
    """The day has changed since it was planned; the sentence says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedMove:
    """One visit at its new time or with its new practitioner.

    ``promise`` is what the patient was told; ``keeps_promise`` whether it still holds. A promise
    that does not hold means a call.
    """

    visit_id: VisitId
    name: str
    before_id: PractitionerId
    before: datetime
    practitioner_id: PractitionerId
    start: datetime
    promise: Promise | None
    keeps_promise: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """What a day costs: minutes, metres, minutes after midnight."""

    driving_min: int
    metres: float
    last_home_min: int | None
    least_slack_min: int | None
    longest_wait_min: int
    driving_by_person: Mapping[PractitionerId, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayProposal:
    """A plan for a day beside the day as it stands.

    ``board`` is the day as it stands, ``proposed`` the same with the plan laid out. ``moves`` are
    empty where the day cannot be bettered. ``left_out`` names patients for whom no plan has room,
    ``troubles`` what would not hold: with either, it cannot be applied.
    """

    board: BoardDay
    proposed: BoardDay
    before: DayFigures
    after: DayFigures
    moves: tuple[ProposedMove, ...]
    locks: int
    left_out: tuple[str, ...]
    troubles: tuple[str, ...]
    proven: bool
    gap: float
    seconds: float
    footing: Footing

    @property
    def calls(self) -> tuple[ProposedMove, ...]:
        """The patients who were promised something else: each is to be called."""
        return tuple(move for move in self.moves if not move.keeps_promise)

    @property
    def kept_people(self) -> int:
        """How many visits keep their practitioner."""
        gone = sum(1 for m in self.moves if m.practitioner_id != m.before_id)
        return len(self.board.details) - gone

    @property
    def applicable(self) -> bool:
        """Whether there is something to apply, and nothing against it."""
        return bool(self.moves) and not self.left_out and not self.troubles


class ProposalService:
    """Plans days with the route planner; applying a plan is one operation that can be undone."""

    def __init__(
        self,
        store: ScheduleStore,
        board: BoardService,
        planner: DayPlanner,
        routes: RoutePlanner,
        roads: RoadsService,
        clock: Clock,
    ) -> None:
        self._store = store
        self._board = board
        self._planner = planner
        self._routes = routes
        self._roads = roads
        self._clock = clock

    def warm_up(self) -> None:
        """Have the planner ready before somebody waits for it."""
        self._routes.warm_up()

    def propose(
        self, session: Session, day: date, progress: Progress, *, others_may_come: bool = False
    ) -> DayProposal:
        """The best plan for a day; every promised window holds.

        Args:
            session: the office's.
            day: which.
            progress: can be stopped: the best plan known by then is proposed.
            others_may_come: whether another practitioner than promised may be proposed.

        Raises:
            RuleBroken: the day is over, closed, or has nothing to plan.
        """
        require_office(session)
        reader = self._store.reader()
        require_open_day(reader, [day])
        board = self._board.day(session, day)
        now = local_now(self._clock, board.clinic.zone)
        if day < now.date():
            raise RuleBroken(_("That day is over."))
        if not board.details:
            raise RuleBroken(_("There is nothing to plan that day."))
        stops = [stop for plan in board.plans for stop in plan.stops]
        if self._roads.warm(self._store, _places(board), progress):
            board = self._board.day(session, day)
        planned = self._routes.plan_day(
            DayToPlan(
                day=day,
                plans=board.plans,
                needs=needs_of(reader, stops),
                not_before=now,
                home_state=board.clinic.home_state,
                others_may_come=others_may_come,
            ),
            board.drives,
            board.clinic,
            progress,
        )
        names = {visit_id: d.patient.short_name for visit_id, d in board.details.items()}
        moved = dict(_moved(board, planned.visits))
        proposed = self._with(board, moved)
        before, after = figures_of(board.plans), figures_of(proposed.plans)
        if after.driving_min >= before.driving_min and not planned.left_out:
            # Priced at noon it was no dearer; on the clock of the day it saves nothing.
            moved, proposed, after = {}, board, before
        return DayProposal(
            board=board,
            proposed=proposed,
            before=before,
            after=after,
            moves=tuple(_moves(board, moved)),
            locks=sum(1 for d in board.details.values() if d.visit.locks),
            left_out=tuple(names[visit_id] for visit_id in planned.left_out),
            troubles=self._troubles(board, proposed),
            proven=planned.proven,
            gap=planned.gap,
            seconds=planned.seconds,
            footing=_footing(board),
        )

    def apply(self, session: Session, proposal: DayProposal) -> Changes:
        """Put a plan on the board; promises stay in the ledger as they were told.

        Raises:
            StaleProposal: the day has changed since; it says what.
            RuleBroken: there is nothing to apply, or something against it.
        """
        require_office(session)
        if not proposal.applicable:
            raise RuleBroken(_("This plan cannot be applied."))
        day = proposal.board.day
        title = _("Plan of {day}").format(day=Formats.of(proposal.board.clinic).day(day))
        with self._store.operation(title, session) as op:
            require_open_day(op, [day])
            self._refuse_stale(proposal, self._board.day(session, day))
            for move in proposal.moves:
                op.put(_moved_visit(op.visit(move.visit_id), move))
            return op.changes()

    def _refuse_stale(self, proposal: DayProposal, now: BoardDay) -> None:
        changed = proposal.footing ^ _footing(now)
        if not changed:
            local = local_now(self._clock, now.clinic.zone)
            if any(move.start < local for move in proposal.moves):
                raise StaleProposal(
                    _("A time of this plan has passed."), way_out=_("Plan the day again.")
                )
            return
        details = {**proposal.board.details, **now.details}
        names = sorted(
            {
                details[visit_id].patient.short_name
                for visit_id in details
                if any(row[0] == visit_id for row in changed)
            }
        )
        what = ", ".join(names) if names else _("somebody’s hours")
        raise StaleProposal(
            _("The day has changed since it was planned: {what}.").format(what=what),
            way_out=_("Plan it again."),
        )

    def _with(self, board: BoardDay, moved: Mapping[VisitId, PlannedVisit]) -> BoardDay:
        """The board with visits where a plan has them."""
        details: dict[VisitId, VisitDetail] = {}
        stops: dict[PractitionerId, list[Stop]] = {}
        for plan in board.plans:
            for stop in plan.stops:
                visit = stop.visit
                to = moved.get(visit.id)
                if to is not None:
                    start = _at(board.day, to.start_min)
                    visit = replace(visit, start=start, practitioner_id=to.practitioner_id)
                details[visit.id] = replace(board.details[visit.id], visit=visit)
                stops.setdefault(visit.practitioner_id, []).append(replace(stop, visit=visit))
        plans = tuple(
            self._planner.lay_out(
                plan.practitioner,
                plan.day,
                stops.get(plan.practitioner.id, []),
                plan.time_off,
                board.drives,
                board.clinic.profile,
                plan.closed,
            )
            for plan in board.plans
        )
        return replace(board, plans=plans, details=details, conflicts=())

    def _troubles(self, board: BoardDay, proposed: BoardDay) -> tuple[str, ...]:
        """What holds now and would not hold then, by the board's own arithmetic."""
        known = set(self._conflicts(board))
        return tuple(c for c in self._conflicts(proposed) if c not in known)

    def _conflicts(self, board: BoardDay) -> list[str]:
        found: list[str] = []
        for plan in board.plans:
            # Another practitioner than promised is listed as a call, not as a conflict.
            bare = replace(
                plan,
                stops=tuple(
                    replace(s, promise=replace(s.promise, practitioner_id=None)) if s.promise else s
                    for s in plan.stops
                ),
            )
            arrivals = self._planner.arrivals(plan, board.drives, board.clinic.profile)
            found += conflict_sentences(bare, arrivals, board.details)
        return found


def figures_of(plans: Iterable[DayPlan]) -> DayFigures:
    """What a day costs."""
    plans = tuple(plans)
    homes = [plan.home_by_min for plan in plans if plan.home_by_min is not None]
    slacks = [leg.slack_min for p in plans for leg in p.legs if leg.slack_min is not None]
    waits = [
        leg.gap_left_min
        for plan in plans
        for leg in plan.legs
        if leg.from_index is not None and leg.to_index is not None
    ]
    return DayFigures(
        driving_min=sum(plan.driving_min for plan in plans),
        metres=sum(plan.metres for plan in plans),
        last_home_min=max(homes, default=None),
        least_slack_min=min(slacks, default=None),
        longest_wait_min=max(waits, default=0),
        driving_by_person={plan.practitioner.id: plan.driving_min for plan in plans},
    )


def call_count_words(count: int) -> str:
    """How many patients are to be called, in words."""
    if not count:
        return _("Nobody has to be called.")
    return ngettext("{n} patient to call.", "{n} patients to call.", count).format(n=count)


def _places(board: BoardDay) -> list[Coordinate]:
    """Every point that a route of the day may touch."""
    found = [plan.practitioner.home for plan in board.plans]
    found += [detail.site.coordinate for detail in board.details.values()]
    return [place for place in dict.fromkeys(found) if place is not None]


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(minutes=minute)


def _moved(
    board: BoardDay, planned: Mapping[VisitId, PlannedVisit]
) -> Iterable[tuple[VisitId, PlannedVisit]]:
    for visit_id, to in planned.items():
        visit = board.details[visit_id].visit
        if (visit.start_min, visit.practitioner_id) != (to.start_min, to.practitioner_id):
            yield visit_id, to


def _moves(board: BoardDay, moved: Mapping[VisitId, PlannedVisit]) -> Iterable[ProposedMove]:
    for visit_id, to in sorted(moved.items(), key=lambda pair: (pair[1].start_min, pair[0])):
        detail = board.details[visit_id]
        start = _at(board.day, to.start_min)
        promise = detail.promise
        keeps = promise is not None and (
            promise.keeps(start) and promise.practitioner_id in (None, to.practitioner_id)
        )
        yield ProposedMove(
            visit_id=visit_id,
            name=detail.patient.short_name,
            before_id=detail.visit.practitioner_id,
            before=detail.visit.start,
            practitioner_id=to.practitioner_id,
            start=start,
            promise=promise,
            keeps_promise=keeps,
        )


def _moved_visit(visit: Visit, move: ProposedMove) -> Visit:
    """The visit at its new place; a confirmation of what no longer holds is taken back."""
    state = visit.state
    if state is VisitState.CONFIRMED and not move.keeps_promise:
        state = VisitState.BOOKED
    return replace(
        visit,
        start=move.start,
        practitioner_id=move.practitioner_id,
        state=state,
        by_hand=visit.series_id is not None,
    )


def _footing(board: BoardDay) -> Footing:
    """All that a plan stands on: when any of it changes, the plan is stale."""
    rows: set[tuple[object, ...]] = set()
    for visit_id, detail in board.details.items():
        visit, promise = detail.visit, detail.promise
        rows.add(
            (
                visit_id,
                visit.start,
                visit.practitioner_id,
                visit.door_min,
                visit.state,
                tuple(sorted(lock.value for lock in visit.locks)),
                promise.id if promise else None,
                detail.site.coordinate,
            )
        )
    for plan in board.plans:
        rows.add(("hours", plan.practitioner.id, plan.hours, plan.time_off, plan.closed))
    return frozenset(rows)
