"""The ledger of promises: what was told to whom, what became of it, and which are at risk now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.closed_days import closed_days
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import NewId, PractitionerId, PromiseId, VisitId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import ON_THE_BOARD, Promise, Visit, VisitState
from clinic_desktop.services.board import BoardService, hold_is_over, stops_by_day
from clinic_desktop.services.booking import promise_patient
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.text import _

TIGHT_MIN = 5
"""A promise with less slack than this holds, but one slow visit breaks it."""
_OVER = frozenset({VisitState.IN_PROGRESS, VisitState.DONE})


class Risk(IntEnum):
    """How a promise stands; the value is the order in which they are listed."""

    BROKEN = 0
    TIGHT = 1
    HOLDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseLine:
    """A current promise and how it stands. ``why`` is "" where it holds well."""

    promise: Promise
    visit: Visit
    patient: Patient
    risk: Risk
    why: str
    told_by: str
    promised_name: str
    """Whom was promised, "" for anybody."""

    @property
    def order(self) -> tuple[int, object, str]:
        """Broken first, then by when the visit is."""
        return int(self.risk), self.promise.window_start, self.patient.name


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseVersion:
    """One version that was told: by whom, and in a call or not."""

    promise: Promise
    told_by: str
    promised_name: str
    in_call: bool


class PromiseService:
    """Reads in any worker thread; telling anew is one named operation."""

    def __init__(
        self,
        store: ScheduleStore,
        board: BoardService,
        planner: DayPlanner,
        clock: Clock,
        new_id: NewId,
    ) -> None:
        self._store = store
        self._board = board
        self._planner = planner
        self._clock = clock
        self._new_id = new_id

    def ledger(self, session: Session) -> tuple[PromiseLine, ...]:
        """Every current promise from today over the clinic's horizon, those at risk first."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        today = local_now(self._clock, clinic.zone).date()
        last = today + timedelta(days=clinic.slot_horizon_days)
        now = self._clock.now_utc()
        visits = {v.id: v for v in reader.visits_between(today, last) if not hold_is_over(v, now)}
        promises = reader.promises_for(visits)
        sites = reader.sites({v.site_id for v in visits.values()})
        patients = reader.patients({v.patient_id for v in visits.values()})
        people = {p.id: p for p in reader.practitioners(with_inactive=True)}
        users = {user.id: user.name for user in reader.users()}
        stops = stops_by_day(
            Stop(visit=v, place=sites[v.site_id].coordinate, promise=promises.get(v.id))
            for v in visits.values()
        )
        risks = self._risks(reader, stops, people, today, last)
        lines: list[PromiseLine] = []
        for visit_id, promise in promises.items():
            visit = visits[visit_id]
            if visit.state is VisitState.REQUESTED:
                risk, why = Risk.BROKEN, _("Promised, and nobody comes.")
            elif visit.state in ON_THE_BOARD and visit.state not in _OVER:
                risk, why = risks[visit_id]
            else:
                continue
            lines.append(
                PromiseLine(
                    promise=promise,
                    visit=visit,
                    patient=patients[visit.patient_id],
                    risk=risk,
                    why=why,
                    told_by=users.get(promise.told_by, ""),
                    promised_name=_name(people, promise.practitioner_id),
                )
            )
        return tuple(sorted(lines, key=lambda line: line.order))

    def history(self, session: Session, visit_id: VisitId) -> tuple[PromiseVersion, ...]:
        """Every version told for a visit, oldest first."""
        require_schedule(session)
        reader = self._store.reader()
        people = {p.id: p for p in reader.practitioners(with_inactive=True)}
        users = {user.id: user.name for user in reader.users()}
        return tuple(
            PromiseVersion(
                promise=promise,
                told_by=users.get(promise.told_by, ""),
                promised_name=_name(people, promise.practitioner_id),
                in_call=promise.call_id is not None,
            )
            for promise in reader.promise_history(visit_id)
        )

    def tell_anew(
        self,
        session: Session,
        visit_id: VisitId,
        window: tuple[datetime, datetime] | None = None,
    ) -> Changes:
        """The patient has agreed to the time as it stands: promise that.

        ``window`` is what was said; None: as wide as before, the planned start in its middle.

        Raises:
            RuleBroken: the visit is not to come any more, its day is closed, or the promise holds.
        """
        require_schedule(session)
        reader = self._store.reader()
        name = reader.patient(reader.visit(visit_id).patient_id).short_name
        with self._store.operation(_("Promise {name} anew").format(name=name), session) as op:
            visit = op.visit(visit_id)
            require_open_day(op, {visit.day})
            before = op.promises_for([visit_id]).get(visit_id)
            if visit.state not in (VisitState.BOOKED, VisitState.CONFIRMED) or before is None:
                raise RuleBroken(_("There is nothing to promise anew."))
            if before.keeps(visit.start) and before.practitioner_id in (
                None,
                visit.practitioner_id,
            ):
                raise RuleBroken(_("What was promised still holds."))
            if window is not None and not window[0] <= visit.start <= window[1]:
                raise RuleBroken(_("The visit has another time since that was said."))
            half = (before.window_end - before.window_start) / 2
            half -= timedelta(minutes=half.total_seconds() / 60 % 5)
            first = max(visit.start - half, visit.start.replace(hour=0, minute=0))
            width = before.window_end - before.window_start
            last = min(first + width, visit.start.replace(hour=23, minute=59))
            anybody = before.practitioner_id is None
            op.put(
                Promise(
                    id=PromiseId(self._new_id()),
                    visit_id=visit_id,
                    window_start=window[0] if window else first,
                    window_end=window[1] if window else last,
                    zone=visit.zone,
                    practitioner_id=None if anybody else visit.practitioner_id,
                    told_to=promise_patient(op.patient(visit.patient_id)),
                    told_by=session.user_id,
                    told_at=self._clock.now_utc(),
                    replaces=before.id,
                )
            )
            return op.changes()

    # Inside.

    def _risks(
        self,
        reader: ScheduleReader,
        stops: Mapping[tuple[PractitionerId, date], Sequence[Stop]],
        people: Mapping[PractitionerId, Practitioner],
        first: date,
        last: date,
    ) -> dict[VisitId, tuple[Risk, str]]:
        """How each promised visit on the board stands, by the day laid out."""
        clinic = reader.clinic()
        drives = self._board.drives(reader)
        closed = closed_days(clinic, first, last)
        absences = reader.time_off_between(first, last)
        found: dict[VisitId, tuple[Risk, str]] = {}
        for (who, day), those in stops.items():
            plan = self._planner.lay_out(
                people[who],
                day,
                those,
                [t for t in absences if t.practitioner_id == who],
                drives,
                clinic.profile,
                closed.get(day, ""),
            )
            arrivals = self._planner.arrivals(plan, drives, clinic.profile)
            for index, (stop, arrival) in enumerate(zip(plan.stops, arrivals, strict=True)):
                found[stop.visit.id] = _stands(plan, stop, index, arrival)
        return found


def _stands(plan: DayPlan, stop: Stop, index: int, arrival: int) -> tuple[Risk, str]:
    """How a promise stands on its day; the board's conflicts name the same ones broken."""
    promise, visit, name = stop.promise, stop.visit, plan.practitioner.first_name
    if promise is None:
        return Risk.HOLDS, ""
    if promise.practitioner_id not in (None, visit.practitioner_id):
        return Risk.BROKEN, _("Somebody else was promised; now {name} comes.").format(name=name)
    if promise.window_start.date() != plan.day or arrival < promise.start_min:
        return Risk.BROKEN, _("Planned outside what was promised.")
    if arrival > promise.end_min:
        late = arrival - promise.end_min
        return Risk.BROKEN, _("{n} min after what was promised, if all goes as planned.").format(
            n=late
        )
    if plan.closed:
        return Risk.BROKEN, _("The clinic is closed then: {holiday}.").format(holiday=plan.closed)
    spans = [span for t in plan.time_off if (span := t.span_on(plan.day)) is not None]
    if any(s.start_min < visit.end_min and visit.start_min < s.end_min for s in spans):
        return Risk.BROKEN, _("{name} is away then.").format(name=name)
    slack = plan.legs[index].slack_min if plan.legs else None
    own = promise.end_min - arrival
    if slack is not None and min(slack, own) < TIGHT_MIN:
        return Risk.TIGHT, _("Only {n} min to spare.").format(n=max(0, min(slack, own)))
    return Risk.HOLDS, ""


def _name(
    people: Mapping[PractitionerId, Practitioner], practitioner_id: PractitionerId | None
) -> str:
    person = people.get(practitioner_id) if practitioner_id else None
    return person.first_name if person else ""
