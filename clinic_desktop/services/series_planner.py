"""Which turns a change of a series is about, and what becomes of each."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from clinic_desktop.domain.clock import Clock
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.ids import NewId, SeriesId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader
from clinic_desktop.domain.series import Scope, Series
from clinic_desktop.domain.visit import ON_THE_BOARD, Promise, Visit, VisitState
from clinic_desktop.services.board import hold_is_over
from clinic_desktop.services.move_rules import MOVABLE
from clinic_desktop.services.moves import MoveService
from clinic_desktop.services.series_check import SeriesRules, Turn, TurnCheck
from clinic_desktop.services.series_plan import (
    ChangeSeries,
    Repeat,
    SeriesItem,
    SeriesPlan,
    SeriesStep,
)
from clinic_desktop.text import _


class SeriesPlanner:
    """Checks every turn with the rules of booking and of moving; writes nothing."""

    def __init__(
        self, planner: DayPlanner, moves: MoveService, clock: Clock, new_id: NewId
    ) -> None:
        self.rules = SeriesRules(days=planner, moves=moves, clock=clock, new_id=new_id)

    def plan(self, reader: ScheduleReader, command: ChangeSeries) -> SeriesPlan:
        """What would be done.

        Raises:
            RuleBroken: the visit cannot be repeated, or the rule makes no sense.
        """
        visit = reader.visit(command.visit_id)
        patient = reader.patient(visit.patient_id)
        if visit.state not in ON_THE_BOARD or hold_is_over(visit, self.rules.now_utc):
            raise RuleBroken(_("A visit that does not take place cannot be repeated."))
        if visit.state is VisitState.HELD:
            raise RuleBroken(_("This visit is only held."), way_out=_("Book it first."))
        if patient.archived:
            raise RuleBroken(
                _("This patient is archived."), way_out=_("Bring the patient back first.")
            )
        old = self._series_of(reader, visit)
        members = self._members(reader, visit)
        if command.repeat is not None:
            series, turns, gone = self._by_rule(visit, old, members, command.repeat)
        elif old is None:
            raise RuleBroken(_("This visit is not part of a series."))
        else:
            series, turns = self._shifted(visit, old, members, command)
            gone = []
        who = command.practitioner_id or visit.practitioner_id
        check = TurnCheck(self.rules, reader, visit, patient, series.id, turns, gone, who, command)
        items = [*(check.item(turn) for turn in turns), *(check.gone(v) for v in gone)]
        items.sort(key=lambda item: item.number)
        items = _once_a_day(items, patient)
        told = reader.promises_for([visit.id]).get(visit.id)
        if told is not None:
            items = [
                replace(item, window=_window(told, visit, item.visit))
                if item.step is SeriesStep.BOOK and item.visit is not None
                else item
                for item in items
            ]
        return SeriesPlan(patient=patient, visit=visit, series=series, items=tuple(items))

    @staticmethod
    def _series_of(reader: ScheduleReader, visit: Visit) -> Series | None:
        if visit.series_id is None:
            return None
        return reader.series([visit.series_id])[visit.series_id]

    def _members(self, reader: ScheduleReader, visit: Visit) -> dict[int, Visit]:
        """The visits that can still be changed, by number, and the visit itself."""
        if visit.series_id is None:
            return {1: visit}
        now = self.rules.now(reader.clinic())
        return {
            v.series_number: v
            for v in reader.visits_of_series(visit.series_id)
            if v.series_number is not None
            and (v.id == visit.id or (v.state in MOVABLE and v.start >= now))
        }

    def _by_rule(
        self, visit: Visit, old: Series | None, members: Mapping[int, Visit], repeat: Repeat
    ) -> tuple[Series, list[Turn], list[Visit]]:
        """The rule from the visit on: turns beyond the old end are new, those past it go."""
        number = visit.series_number or 1
        series = Series(
            id=old.id if old else SeriesId(self.rules.new_id()),
            patient_id=old.patient_id if old else visit.patient_id,
            rule=repeat.rule(visit.start),
            from_number=number,
        )
        known = old.total if old else 1
        turns = [
            Turn(number=n, wanted=series.start_of(n), visit=members.get(n))
            for n in range(number, series.total + 1)
            if n in members or n > known
        ]
        gone = [v for n, v in members.items() if n > series.total]
        return series, turns, gone

    @staticmethod
    def _shifted(
        visit: Visit, old: Series, members: Mapping[int, Visit], command: ChangeSeries
    ) -> tuple[Series, list[Turn]]:
        """Those meant go as many days on as the visit does, to its time of day."""
        number = visit.series_number or 1
        start = command.start or visit.start
        basis = old.start_of(number) if visit.by_hand else visit.start
        days = timedelta(days=(start.date() - basis.date()).days)

        def gone_to(at: datetime) -> datetime:
            return datetime.combine(at.date() + days, start.time())

        turns = [
            Turn(number=n, wanted=start if v.id == visit.id else gone_to(v.start), visit=v)
            for n, v in sorted(members.items())
            if command.scope is Scope.ALL or n >= number
        ]
        if command.scope is Scope.ALL:
            rule, first_number = old.rule, old.from_number
            first = gone_to(rule.first)
        else:
            rule, first_number, first = old.rule, number, start
        count = max(1, old.total - first_number + 1)
        rule = replace(rule, first=first, count=count, until=None)
        return replace(old, rule=rule, from_number=first_number), turns


def _once_a_day(items: list[SeriesItem], patient: Patient) -> list[SeriesItem]:
    """Two turns of one change on a day: the later one cannot be had."""
    staying = {i.start.date() for i in items if i.step is SeriesStep.STAY}
    seen: set[date] = set()
    found: list[SeriesItem] = []
    for item in items:
        day = item.start.date()
        goes = item.step in (SeriesStep.BOOK, SeriesStep.MOVE)
        if goes and not item.problem and (day in seen or day in staying):
            words = _("{name} has another visit that day.").format(name=patient.short_name)
            item = replace(item, problem=words, tell=())
        if goes:
            seen.add(day)
        found.append(item)
    return found


def _window(told: Promise, first: Visit, made: Visit) -> tuple[datetime, datetime]:
    """Where the first visit's window stands to its start, kept within the day."""
    before, after = first.start - told.window_start, told.window_end - first.start
    if before < timedelta(0) or after < timedelta(0):
        # The first visit has left its own promise: only the width says something still.
        half = (told.window_end - told.window_start) / 2
        before = after = timedelta(minutes=int(half.total_seconds() // 60))
    midnight = made.start.replace(hour=0, minute=0)
    last = midnight + timedelta(hours=23, minutes=59)
    return max(midnight, made.start - before), min(last, made.start + after)
