"""Whether one turn of a series can be had, by the rules of booking and of moving."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import NewId, PractitionerId, SeriesId, VisitId
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.planning_ports import DayPlanner, Schedule
from clinic_desktop.domain.ports import ScheduleReader
from clinic_desktop.domain.slot import CallerWindow, SlotRequest
from clinic_desktop.domain.visit import ON_THE_BOARD, Lock, Promise, Visit
from clinic_desktop.services.board import hold_is_over, schedule_of
from clinic_desktop.services.move_rules import MOVABLE, BrokenPromise, MoveVisit
from clinic_desktop.services.moves import MoveService
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.services.series_plan import ChangeSeries, SeriesItem, SeriesStep
from clinic_desktop.text import _

_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """Where a turn would go; ``visit`` is the one there is, None for a new one."""

    number: int
    wanted: datetime
    visit: Visit | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesRules:
    """Whom a turn is checked with: the arithmetic of days, the rules of moving, the clock."""

    days: DayPlanner
    moves: MoveService
    clock: Clock
    new_id: NewId

    @property
    def now_utc(self) -> datetime:
        """The moment it is."""
        return self.clock.now_utc()

    def now(self, clinic: Clinic) -> datetime:
        """The wall-clock time there."""
        return local_now(self.clock, clinic.zone)


class TurnCheck:
    """Checks the turns of one change; what it reads of a week it reads once."""

    def __init__(
        self,
        rules: SeriesRules,
        reader: ScheduleReader,
        visit: Visit,
        patient: Patient,
        series_id: SeriesId,
        turns: Iterable[Turn],
        gone: Iterable[Visit],
        who: PractitionerId,
        command: ChangeSeries,
    ) -> None:
        self._rules, self._reader = rules, reader
        self._visit, self._patient, self._series_id = visit, patient, series_id
        self._who, self._command = who, command
        self._clinic = reader.clinic()
        self._formats = Formats.of(self._clinic)
        self._site = reader.site(visit.site_id)
        self._services = {s.id: s for s in reader.services(with_inactive=True)}
        self._weeks: dict[date, Schedule] = {}
        left = {n for n, chosen in command.choices.items() if chosen is None}
        concerned = [*(t.visit for t in turns if t.visit is not None), *gone]
        self._moving = frozenset(
            v.id for v in concerned if not self._kept(v) and v.series_number not in left
        )
        """Visits that leave the place where they stand, so that another may have it."""
        self._own = [
            v
            for v in reader.visits_of_patient(visit.patient_id)
            if v.state in ON_THE_BOARD and not hold_is_over(v, rules.now_utc)
        ]

    def item(self, turn: Turn) -> SeriesItem:
        """What becomes of a turn."""
        before = turn.visit
        if before is not None and self._kept(before):
            return self._stay(turn, before, by_hand=True)
        if before is not None and self._in_place(turn, before):
            return self._stay(turn, before, by_hand=False)
        wanted = self._made(turn, turn.wanted)
        wanted_problem, tell = self._problem(before, wanted)
        offers = self._offers(before, wanted) if wanted_problem else ()
        item = SeriesItem(
            number=turn.number,
            step=SeriesStep.BOOK if before is None else SeriesStep.MOVE,
            wanted=turn.wanted,
            start=turn.wanted,
            before=before,
            visit=wanted,
            wanted_problem=wanted_problem,
            problem=wanted_problem,
            offers=offers,
            tell=tell if not wanted_problem else (),
        )
        if turn.number not in self._command.choices:
            return item
        chosen = self._command.choices[turn.number]
        if chosen is None:
            return self._skipped(item, before)
        made = replace(self._made(turn, chosen), by_hand=chosen != turn.wanted)
        problem, tell = self._problem(before, made)
        return replace(
            item, start=chosen, visit=made, problem=problem, tell=tell if not problem else ()
        )

    def gone(self, visit: Visit) -> SeriesItem:
        """A visit beyond the new end: one changed by hand stays, another is cancelled."""
        number = visit.series_number or 1
        item = SeriesItem(
            number=number,
            step=SeriesStep.STAY,
            wanted=visit.start,
            start=visit.start,
            before=visit,
            visit=visit,
            by_hand=visit.by_hand,
        )
        if visit.by_hand:
            return item
        problem = self._day_closed([visit.day])
        promise = self._reader.promises_for([visit.id]).get(visit.id)
        tell: tuple[BrokenPromise, ...] = ()
        if promise is not None and not problem:
            tell = (cancelled_words(promise, self._patient, self._formats),)
        if visit.series_number in self._command.choices and problem:
            return item
        return replace(item, step=SeriesStep.CANCEL, problem=problem, tell=tell)

    def _kept(self, visit: Visit) -> bool:
        """Whether an edited visit is left as it is; the one that leads the change is not."""
        return visit.by_hand and visit.id != self._visit.id

    def _in_place(self, turn: Turn, visit: Visit) -> bool:
        if self._command.repeat is not None and visit.id == self._visit.id:
            return True
        return visit.start == turn.wanted and visit.practitioner_id == self._who

    def _stay(self, turn: Turn, visit: Visit, *, by_hand: bool) -> SeriesItem:
        kept = replace(visit, series_id=self._series_id, series_number=turn.number, by_hand=by_hand)
        return SeriesItem(
            number=turn.number,
            step=SeriesStep.STAY,
            wanted=turn.wanted,
            start=visit.start,
            before=visit,
            visit=kept,
            by_hand=by_hand,
        )

    def _skipped(self, item: SeriesItem, before: Visit | None) -> SeriesItem:
        if before is None:
            return replace(item, step=SeriesStep.SKIP, visit=None, problem="", tell=())
        return replace(
            item,
            step=SeriesStep.STAY,
            start=before.start,
            visit=replace(before, by_hand=True),
            problem="",
            tell=(),
            by_hand=True,
        )

    def _made(self, turn: Turn, start: datetime) -> Visit:
        """The visit as it would be."""
        if turn.visit is not None:
            return replace(
                turn.visit,
                start=start,
                practitioner_id=self._who,
                series_id=self._series_id,
                series_number=turn.number,
                by_hand=False,
            )
        like = self._visit
        return Visit(
            id=VisitId(self._rules.new_id()),
            patient_id=self._patient.id,
            site_id=like.site_id,
            service_id=like.service_id,
            practitioner_id=self._who,
            start=start,
            zone=self._clinic.zone,
            door_min=like.door_min,
            series_id=self._series_id,
            series_number=turn.number,
        )

    # Why not.

    def _problem(self, before: Visit | None, made: Visit) -> tuple[str, tuple[BrokenPromise, ...]]:
        """The first thing in the way, as a sentence, and whose promise would not be kept."""
        days = [made.day] if before is None else [before.day, made.day]
        problem = self._day_closed(days) or self._twice(made)
        elsewhere = before is not None and made.start != before.start
        if elsewhere and not problem and Lock.ORDER in made.locks:
            problem = _("The order of this visit is locked. Unlock it first.")
        tell: tuple[BrokenPromise, ...] = ()
        if before is not None and not problem:
            problem, tell = self._move_problem(before, made)
        if not problem:
            problem = self._rules.days.refusal(
                self._request(before, made, windows=()),
                self._week(made.day),
                self._rules.moves.drives(self._reader),
                self._clinic,
                made,
            )
        return problem, tell

    def _move_problem(self, before: Visit, made: Visit) -> tuple[str, tuple[BrokenPromise, ...]]:
        """The rules of moving: locks, and other people's promises."""
        command = MoveVisit(
            visit_id=before.id, start=made.start, practitioner_id=made.practitioner_id
        )
        moves = self._rules.moves
        board = moves.board(self._reader, command)
        # The others of the change are on their way, and in nobody's way any more.
        others = self._moving - {before.id}
        details = {key: d for key, d in board.details.items() if key not in others}
        check = moves.rules.check(replace(board, details=details), command)
        if check.refusal:
            return check.refusal, ()
        for broken in check.broken:
            if broken.visit_id != before.id:
                return broken.sentence, ()
        return "", check.broken

    def _day_closed(self, days: Iterable[date]) -> str:
        try:
            require_open_day(self._reader, days)
        except RuleBroken as refused:
            return str(refused)
        return ""

    def _twice(self, made: Visit) -> str:
        """Nobody is treated twice a day."""
        if made.day in self._booked_days(made.id):
            return _("{name} has another visit that day.").format(name=self._patient.short_name)
        return ""

    def _booked_days(self, but: VisitId) -> set[date]:
        return {v.day for v in self._own if v.id != but and v.id not in self._moving}

    def _offers(self, before: Visit | None, wanted: Visit) -> tuple[datetime, ...]:
        """The nearest time that fits that day, and the nearest on another day of that week."""
        if before is not None and (before.locks or before.state not in MOVABLE):
            return ()
        week = self._week(wanted.day)
        excluded = tuple(
            CallerWindow(first=day, last=day, excluded=True)
            for day in self._booked_days(wanted.id)
            if day in week.days
        )
        found = self._rules.days.starts(
            self._request(before, wanted, windows=excluded),
            week,
            self._rules.moves.drives(self._reader),
            self._clinic,
        )
        times = [
            datetime.combine(day, time()) + timedelta(minutes=minute)
            for (who, day), minutes in found.items()
            if who == wanted.practitioner_id
            for minute in minutes
        ]
        that_day = [at for at in times if at.date() == wanted.day]
        elsewhere = [at for at in times if at.date() != wanted.day]

        def near(at: datetime) -> tuple[int, int, datetime]:
            away = abs((at.date() - wanted.day).days)
            minute = at.hour * 60 + at.minute
            return away, abs(minute - wanted.start_min), at

        best = [min(those, key=near) for those in (that_day, elsewhere) if those]
        return tuple(at for at in best if not self._problem(before, replace(wanted, start=at))[0])

    def _request(
        self, before: Visit | None, made: Visit, windows: tuple[CallerWindow, ...]
    ) -> SlotRequest:
        site = self._site
        if before is not None and before.site_id != site.id:
            site = self._reader.site(before.site_id)
        return SlotRequest(
            service=self._services[made.service_id],
            place=site.coordinate,
            door_min=made.door_min,
            windows=windows,
            practitioner_id=made.practitioner_id,
            not_before=self._rules.now(self._clinic),
            moving=before.id if before else None,
            state=site.address.state,
        )

    def _week(self, day: date) -> Schedule:
        """The week (Monday on) of a date, without the visits that the change moves."""
        monday = day - timedelta(days=day.weekday())
        known = self._weeks.get(monday)
        if known is None:
            days = tuple(monday + timedelta(days=n) for n in range(_WEEK))
            read = schedule_of(self._reader, self._clinic, days, self._rules.now_utc)
            stops = {
                key: tuple(stop for stop in stops if stop.visit.id not in self._moving)
                for key, stops in read.stops.items()
            }
            known = self._weeks[monday] = replace(read, stops=stops)
        return known


def cancelled_words(promise: Promise, patient: Patient, formats: Formats) -> BrokenPromise:
    """Who was promised a visit that is cancelled."""
    return BrokenPromise(
        promise_id=promise.id,
        visit_id=promise.visit_id,
        sentence=_("{name} was promised {window} on {day}; nobody would come.").format(
            name=patient.short_name,
            window=formats.span(promise.start_min, promise.end_min),
            day=formats.day(promise.window_start.date()),
        ),
    )
