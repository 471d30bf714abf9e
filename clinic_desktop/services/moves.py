"""Moves, copies and lengthens a visit, and says first which promises that would break."""

from collections.abc import Sequence

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.visit import Visit
from clinic_desktop.services.board import hold_is_over, visit_details
from clinic_desktop.services.move_rules import (
    BrokenPromise,
    MoveBoard,
    MoveCheck,
    MoveRules,
    MoveVisit,
    moved_visit,
)
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.services.roads import RoadsService
from clinic_desktop.text import _


class PromisesInTheWay(RuleBroken):
    """A move would break promises that nobody has agreed to break; ``broken`` names them."""

    def __init__(self, broken: Sequence[BrokenPromise]) -> None:
        super().__init__(
            " ".join(b.sentence for b in broken),
            way_out=_("Choose another time, or agree to call about it."),
        )
        self.broken = tuple(broken)


class MoveService:
    """Checks and makes moves; each is one named operation that can be undone."""

    def __init__(
        self, store: ScheduleStore, planner: DayPlanner, roads: RoadsService, clock: Clock
    ) -> None:
        self._store = store
        self._roads = roads
        self._clock = clock
        self.rules = MoveRules(planner)

    def check(self, session: Session, command: MoveVisit) -> MoveCheck:
        """What the move would do, without doing it."""
        require_schedule(session)
        return self.rules.check(self.board(self._store.reader(), command), command)

    def move_visit(self, session: Session, command: MoveVisit) -> Changes:
        """Move the visit, or put its copy on the board.

        Raises:
            PromisesInTheWay: it breaks promises that are not in ``accept_promises``.
            RuleBroken: a rule refuses it.
        """
        require_schedule(session)
        reader = self._store.reader()
        title = _title(reader, command)
        with self._store.operation(title, session) as op:
            require_open_day(op, {op.visit(command.visit_id).day, command.start.date()})
            check = self.rules.check(self.board(op, command), command)
            if check.refusal:
                raise RuleBroken(check.refusal)
            unseen = [b for b in check.broken if b.promise_id not in command.accept_promises]
            if unseen:
                raise PromisesInTheWay(unseen)
            own = any(b.visit_id == command.visit_id for b in check.broken)
            op.put(moved_visit(op.visit(command.visit_id), command, told_anew=own))
            return op.changes()

    def drives(self, reader: ScheduleReader) -> DriveBook:
        """The drives known now, corrections included."""
        return self._roads.drives(reader)

    def board(self, reader: ScheduleReader, command: MoveVisit) -> MoveBoard:
        """The days concerned, as they are now."""
        now = self._clock.now_utc()
        clinic = reader.clinic()
        visit = reader.visit(command.visit_id)
        days = frozenset({visit.day, command.start.date()})
        visits: list[Visit] = []
        for day in sorted(days):
            visits += [v for v in reader.visits_between(day, day) if not hold_is_over(v, now)]
        if all(v.id != visit.id for v in visits):
            visits.append(visit)
        return MoveBoard(
            clinic=clinic,
            days=days,
            people={p.id: p for p in reader.practitioners(with_inactive=True)},
            details=visit_details(reader, visits),
            time_off=tuple(t for day in sorted(days) for t in reader.time_off_between(day, day)),
            drives=self._roads.drives(reader),
            now=local_now(self._clock, clinic.zone),
        )


def _title(reader: ScheduleReader, command: MoveVisit) -> str:
    """The operation's name, as undo says it."""
    formats = Formats.of(reader.clinic())
    visit = reader.visit(command.visit_id)
    name = reader.patient(visit.patient_id).short_name
    when = f"{formats.day(command.start.date())} {formats.clock_time(command.start)}"
    if command.copy_as is not None:
        return _("Copy {name} to {when}").format(name=name, when=when)
    same_place = (command.start, command.practitioner_id) == (visit.start, visit.practitioner_id)
    if same_place and command.door_min is not None:
        return _("{name}: {n} minutes").format(name=name, n=command.door_min)
    return _("Move {name} to {when}").format(name=name, when=when)
