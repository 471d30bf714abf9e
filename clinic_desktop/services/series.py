"""Repeats visits, changes and cancels series; each is one named operation that can be undone."""

from dataclasses import dataclass, replace
from datetime import datetime

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import NewId, PromiseId, VisitId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.series import Scope, Series, every_words
from clinic_desktop.domain.visit import STATE_STEPS, Promise, Visit, VisitState
from clinic_desktop.services.booking import promise_patient
from clinic_desktop.services.move_rules import MOVABLE, BrokenPromise
from clinic_desktop.services.moves import MoveService, PromisesInTheWay
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.services.series_check import cancelled_words
from clinic_desktop.services.series_plan import ChangeSeries, SeriesItem, SeriesPlan, SeriesStep
from clinic_desktop.services.series_planner import SeriesPlanner
from clinic_desktop.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelSeries:
    """Cancel a visit of a series, those after it too, or all that are still to come."""

    visit_id: VisitId
    scope: Scope
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelPlan:
    """The visits that would be cancelled, and whose promises with them."""

    visits: tuple[Visit, ...]
    tellings: tuple[BrokenPromise, ...]


class SeriesService:
    """Shows what a series would do to the calendar, and does it."""

    def __init__(
        self,
        store: ScheduleStore,
        planner: DayPlanner,
        moves: MoveService,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id
        self._plans = SeriesPlanner(planner, moves, clock, new_id)

    def series_of(self, session: Session, visit_id: VisitId) -> Series | None:
        """The series that a visit belongs to."""
        require_schedule(session)
        reader = self._store.reader()
        series_id = reader.visit(visit_id).series_id
        return reader.series([series_id])[series_id] if series_id is not None else None

    def plan(self, session: Session, command: ChangeSeries) -> SeriesPlan:
        """Every visit concerned with what would become of it, without doing it.

        Raises:
            RuleBroken: the visit cannot be repeated, or the rule makes no sense.
        """
        require_schedule(session)
        return self._plans.plan(self._store.reader(), command)

    def change(self, session: Session, command: ChangeSeries, *, undoable: bool = True) -> Changes:
        """Book, move and cancel as ``plan`` showed it.

        Raises:
            RuleBroken: a visit cannot be had at its time and nothing was chosen for it.
            PromisesInTheWay: it breaks promises that are not in ``accept_promises``.
        """
        require_schedule(session)
        title = self._title(command)
        with self._store.operation(title, session, undoable=undoable) as op:
            plan = self._plans.plan(op, command)
            formats = Formats.of(op.clinic())
            if plan.open:
                raise RuleBroken(
                    " ".join(_problem_words(item, formats) for item in plan.open),
                    way_out=_("Skip them, or choose other times."),
                )
            unseen = [b for b in plan.tellings if b.promise_id not in command.accept_promises]
            if unseen:
                raise PromisesInTheWay(unseen)
            told = op.promises_for([plan.visit.id]).get(plan.visit.id)
            op.put(plan.series)
            for item in plan.items:
                made = item.visit
                if made is None:
                    continue
                op.put(_written(item, made))
                if told is not None and item.window is not None:
                    op.put(self._promise(told, made, item.window, plan.patient, session))
            return op.changes()

    def plan_cancel(self, session: Session, visit_id: VisitId, scope: Scope) -> CancelPlan:
        """Which visits would be cancelled, and who was promised them."""
        require_schedule(session)
        return self._cancelled(self._store.reader(), visit_id, scope)

    def cancel(self, session: Session, command: CancelSeries) -> Changes:
        """Cancel the visits meant that have not begun; those changed by hand too.

        Raises:
            RuleBroken: no reason is given, there is nothing to cancel, or a day is closed.
        """
        require_schedule(session)
        reason = command.reason.strip()
        if not reason:
            raise RuleBroken(_("A cancellation needs a reason."), way_out=_("Type one."))
        reader = self._store.reader()
        name = reader.patient(reader.visit(command.visit_id).patient_id).short_name
        count = len(self._cancelled(reader, command.visit_id, command.scope).visits)
        title = ngettext("Cancel {name}", "Cancel {n} visits of {name}", count)
        with self._store.operation(title.format(n=count, name=name), session) as op:
            plan = self._cancelled(op, command.visit_id, command.scope)
            if not plan.visits:
                raise RuleBroken(_("None of these visits can be cancelled any more."))
            require_open_day(op, {visit.day for visit in plan.visits})
            op.put_all(
                [
                    replace(visit, state=VisitState.CANCELLED, cancel_reason=reason)
                    for visit in plan.visits
                ]
            )
            return op.changes()

    def _cancelled(self, reader: ScheduleReader, visit_id: VisitId, scope: Scope) -> CancelPlan:
        visit = reader.visit(visit_id)
        now = self._plans.rules.now(reader.clinic())
        visits = [visit] if VisitState.CANCELLED in STATE_STEPS[visit.state] else []
        if visit.series_id is not None and scope is not Scope.THIS:
            number = visit.series_number or 1
            visits += [
                v
                for v in reader.visits_of_series(visit.series_id)
                if v.id != visit.id
                and v.state in MOVABLE
                and v.start >= now
                and (scope is Scope.ALL or (v.series_number or 1) > number)
            ]
            visits.sort(key=lambda v: v.start)
        promises = reader.promises_for([v.id for v in visits])
        patient, formats = reader.patient(visit.patient_id), Formats.of(reader.clinic())
        return CancelPlan(
            visits=tuple(visits),
            tellings=tuple(
                cancelled_words(promises[v.id], patient, formats)
                for v in visits
                if v.id in promises
            ),
        )

    def _title(self, command: ChangeSeries) -> str:
        """The operation's name, as undo says it."""
        reader = self._store.reader()
        plan = self._plans.plan(reader, command)
        name = plan.patient.short_name
        if plan.visit.series_id is None:
            booked = plan.steps(SeriesStep.BOOK)
            return ngettext(
                "Repeat {name} {every}, {n} more visit",
                "Repeat {name} {every}, {n} more visits",
                booked,
            ).format(name=name, every=every_words(plan.series.rule.every_weeks), n=booked)
        if command.repeat is None and command.scope is Scope.ALL:
            return _("Change the series of {name}").format(name=name)
        day = Formats.of(reader.clinic()).day(plan.visit.day)
        return _("Change the series of {name} from {day} on").format(name=name, day=day)

    def _promise(
        self,
        told: Promise,
        made: Visit,
        window: tuple[datetime, datetime],
        patient: Patient,
        session: Session,
    ) -> Promise:
        """What is told of a new visit, as of the first one."""
        begins, ends = window
        return Promise(
            id=PromiseId(self._new_id()),
            visit_id=made.id,
            window_start=begins,
            window_end=ends,
            zone=made.zone,
            practitioner_id=None if told.practitioner_id is None else made.practitioner_id,
            told_to=promise_patient(patient),
            told_by=session.user_id,
            told_at=self._clock.now_utc(),
        )


def _written(item: SeriesItem, made: Visit) -> Visit:
    """The visit as it is put; a confirmation of what no longer holds is taken back."""
    if item.step is SeriesStep.CANCEL:
        return replace(
            made, state=VisitState.CANCELLED, cancel_reason=_("The series ends before it.")
        )
    if item.step is SeriesStep.MOVE and item.tell and made.state is VisitState.CONFIRMED:
        return replace(made, state=VisitState.BOOKED)
    return made


def _problem_words(item: SeriesItem, formats: Formats) -> str:
    when = f"{formats.day(item.start.date())} {formats.clock_time(item.start)}"
    return _("{when}: {why}").format(when=when, why=item.problem)
