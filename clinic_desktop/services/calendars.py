"""Longer calendars than a day's board: the week laid out, the month counted, the agenda."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.closed_days import closed_on
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.visit import ON_THE_BOARD, VisitState
from clinic_desktop.domain.working_time import TimeOff
from clinic_desktop.services.board import (
    VisitDetail,
    conflict_sentences,
    hold_is_over,
    stops_by_day,
    visit_details,
)
from clinic_desktop.services.move_rules import MoveBoard
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.roads import RoadsService

WEEK_DAYS: Final = 7
MONTH_DAYS: Final = 42
"""Six weeks show every month whole, from any first weekday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekBoard:
    """Days of everybody, laid out: ``plans`` by person and day, visit details by id.

    ``conflicts`` are sentences by day.
    """

    days: tuple[date, ...]
    people: tuple[Practitioner, ...]
    plans: Mapping[tuple[PractitionerId, date], DayPlan]
    details: Mapping[VisitId, VisitDetail]
    conflicts: Mapping[date, tuple[str, ...]]
    time_off: tuple[TimeOff, ...]
    clinic: Clinic
    drives: DriveBook

    def moves(self, clock: Clock) -> MoveBoard:
        """What a move within these days is checked against."""
        return MoveBoard(
            clinic=self.clinic,
            days=frozenset(self.days),
            people={person.id: person for person in self.people},
            details=self.details,
            time_off=self.time_off,
            drives=self.drives,
            now=local_now(clock, self.clinic.zone),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDay:
    """A date's visits by practitioner, and how much of its hours they fill (0 to 1 and more)."""

    day: date
    visits: Mapping[PractitionerId, int]
    load: float
    open: bool
    closed: str = ""
    unconfirmed: int = 0

    @property
    def count(self) -> int:
        """All visits."""
        return sum(self.visits.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthBoard:
    """Six weeks around a month."""

    month: date
    people: tuple[Practitioner, ...]
    days: tuple[MonthDay, ...]


class CalendarService:
    """Reads weeks, months and lists of visits."""

    def __init__(
        self, store: ScheduleStore, planner: DayPlanner, roads: RoadsService, clock: Clock
    ) -> None:
        self._store = store
        self._planner = planner
        self._roads = roads
        self._clock = clock

    def week(self, session: Session, first: date, days: int = WEEK_DAYS) -> WeekBoard:
        """Some days of everybody, laid out as the board lays out one."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        dates = tuple(first + timedelta(days=n) for n in range(days))
        details = self._details(reader, dates[0], dates[-1])
        stops = stops_by_day(
            Stop(visit=d.visit, place=d.site.coordinate, promise=d.promise)
            for d in details.values()
        )
        away = tuple(reader.time_off_between(dates[0], dates[-1]))
        busy = {who for who, _day in stops}
        people = tuple(
            p for p in reader.practitioners(with_inactive=True) if p.active or p.id in busy
        )
        drives = self._roads.drives(reader)
        plans = {
            (person.id, day): self._planner.lay_out(
                person,
                day,
                stops.get((person.id, day), ()),
                [t for t in away if t.practitioner_id == person.id],
                drives,
                clinic.profile,
                closed_on(clinic, day),
            )
            for person in people
            for day in dates
        }
        conflicts: dict[date, tuple[str, ...]] = {}
        for (_who, day), plan in plans.items():
            arrivals = self._planner.arrivals(plan, drives, clinic.profile)
            found = conflict_sentences(plan, arrivals, details)
            conflicts[day] = (*conflicts.get(day, ()), *found)
        return WeekBoard(
            days=dates,
            people=people,
            plans=plans,
            details=details,
            conflicts=conflicts,
            time_off=away,
            clinic=clinic,
            drives=drives,
        )

    def month(self, session: Session, month: date, first_weekday: int = 6) -> MonthBoard:
        """The six weeks that show a month.

        Args:
            session: who asks.
            month: any date of it.
            first_weekday: the week begins with it, 0 (Monday) to 6 (Sunday).
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        first = month.replace(day=1)
        begin = first - timedelta(days=(first.weekday() - first_weekday) % 7)
        dates = [begin + timedelta(days=n) for n in range(MONTH_DAYS)]
        now = self._clock.now_utc()
        counts: Counter[tuple[PractitionerId, date]] = Counter()
        minutes: Counter[date] = Counter()
        unconfirmed: Counter[date] = Counter()
        for visit in reader.visits_between(dates[0], dates[-1]):
            if visit.state in ON_THE_BOARD and not hold_is_over(visit, now):
                counts[visit.practitioner_id, visit.day] += 1
                minutes[visit.day] += visit.door_min
                unconfirmed[visit.day] += visit.state is VisitState.BOOKED
        busy = {who for who, _day in counts}
        people = tuple(
            p for p in reader.practitioners(with_inactive=True) if p.active or p.id in busy
        )
        away = reader.time_off_between(dates[0], dates[-1])
        return MonthBoard(
            month=first,
            people=people,
            days=tuple(
                _month_day(
                    day,
                    people,
                    away,
                    counts,
                    minutes[day],
                    unconfirmed[day],
                    closed_on(clinic, day),
                )
                for day in dates
            ),
        )

    def agenda(self, session: Session, first: date, last: date) -> tuple[VisitDetail, ...]:
        """The visits of some days, by time, cancelled ones left out."""
        require_schedule(session)
        details = self._details(self._store.reader(), first, last)
        return tuple(sorted(details.values(), key=lambda d: (d.visit.start, d.visit.id)))

    def _details(
        self, reader: ScheduleReader, first: date, last: date
    ) -> dict[VisitId, VisitDetail]:
        now = self._clock.now_utc()
        visits = [
            v
            for v in reader.visits_between(first, last)
            if v.state in ON_THE_BOARD and not hold_is_over(v, now)
        ]
        return visit_details(reader, visits)


def _month_day(
    day: date,
    people: tuple[Practitioner, ...],
    away: list[TimeOff],
    counts: Mapping[tuple[PractitionerId, date], int],
    minutes: int,
    unconfirmed: int,
    closed: str,
) -> MonthDay:
    at_work = 0
    for person in people:
        hours = sum(span.minutes for span in person.pattern.hours_on(day)) if person.active else 0
        absent = (t.span_on(day) for t in away if t.practitioner_id == person.id)
        at_work += max(0, hours - sum(span.minutes for span in absent if span))
    return MonthDay(
        day=day,
        visits={p.id: counts[p.id, day] for p in people if (p.id, day) in counts},
        load=minutes / at_work if at_work else 0.0,
        open=at_work > 0 and not closed,
        closed=closed,
        unconfirmed=unconfirmed,
    )
