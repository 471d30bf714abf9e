"""Why a time cannot be had, in words; and the smallest change of others, made in one operation."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.planning_ports import DayPlanner, Schedule
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import Promise
from clinic_desktop.domain.why_not import ChangeKind, RuleKind, VisitChange, WhyNot
from clinic_desktop.services.board import BoardService, FindSlots
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.services.publishing import require_open_day
from clinic_desktop.services.visit_changes import changed_visit, needs_of
from clinic_desktop.text import _, ngettext


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhyNot:
    """A start of somebody's, for whom and what is in ``search``; its day and windows stay."""

    search: FindSlots
    practitioner_id: PractitionerId
    start: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWords:
    """One change in words: what, and what that does to what was promised."""

    visit_id: VisitId
    what: str
    effect: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNotAnswer:
    """The answer as it is shown. ``passes`` names the rules that hold; ``totals`` the cost.

    ``plans`` are the days concerned as they would be, the wanted visit not in them.
    """

    ask: AskWhyNot
    why: WhyNot
    title: str
    passes: str
    changes: tuple[ChangeWords, ...] = ()
    totals: tuple[str, ...] = ()
    plans: tuple[DayPlan, ...] = ()


class WhyNotService:
    """Explains in any worker thread; applying is one named operation that can be undone."""

    def __init__(self, store: ScheduleStore, board: BoardService, planner: DayPlanner) -> None:
        self._store = store
        self._board = board
        self._planner = planner

    def explain(self, session: Session, ask: AskWhyNot) -> WhyNotAnswer:
        """Every rule about a start, and the smallest change of up to two visits that frees it.

        Raises:
            NotFound: the service or site is not there.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        why, schedule = self._why(reader, clinic, ask)
        words = _Words(clinic=clinic, schedule=schedule)
        change = why.change
        return WhyNotAnswer(
            ask=ask,
            why=why,
            title=words.title(ask),
            passes=words.passes(why),
            changes=tuple(words.change(c) for c in change.changes) if change else (),
            totals=words.totals(why),
            plans=self._plans(reader, clinic, schedule, why),
        )

    def apply(self, session: Session, answer: WhyNotAnswer) -> Changes:
        """Make room: move the visits of the answer; what was promised stays in the ledger.

        A confirmation of what no longer holds is taken back, a lifted lock is gone.

        Raises:
            RuleBroken: the day has changed since the answer, or is closed.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        ask = answer.ask
        person = next(p for p in reader.practitioners() if p.id == ask.practitioner_id)
        title = _("Make room {when} with {name}").format(
            when=_when(clinic, ask.start), name=person.first_name
        )
        with self._store.operation(title, session) as op:
            why, _schedule = self._why(op, clinic, ask)
            if why.change is None or why.change != answer.why.change:
                raise RuleBroken(
                    _("The day has changed since: this would not be the same any more."),
                    way_out=_("Ask again."),
                )
            require_open_day(op, {ask.start.date()})
            for change in why.change.changes:
                op.put(changed_visit(op.visit(change.visit_id), change))
            return op.changes()

    # Inside.

    def _why(
        self, reader: ScheduleReader, clinic: Clinic, ask: AskWhyNot
    ) -> tuple[WhyNot, Schedule]:
        command = replace(ask.search, practitioner_id=None, first_day=ask.start.date(), days=1)
        request, schedule = self._board.search_input(reader, clinic, command)
        day = ask.start.date()
        if schedule.days != (day,):
            # It lies in the past: the rules say so over that day itself.
            schedule = replace(schedule, days=(day,), stops={})
        stops = [s for key, those in schedule.stops.items() if key[1] == day for s in those]
        needs = needs_of(reader, stops)
        drives = self._board.drives(reader)
        return self._planner.why_not(request, schedule, drives, clinic, ask, needs), schedule

    def _plans(
        self, reader: ScheduleReader, clinic: Clinic, schedule: Schedule, why: WhyNot
    ) -> tuple[DayPlan, ...]:
        """The days concerned as they would be."""
        if why.change is None:
            return ()
        day = why.start.date()
        stops = {who: list(those) for (who, on), those in schedule.stops.items() if on == day}
        for change in why.change.changes:
            old = next(s for s in stops[change.before_id] if s.visit.id == change.visit_id)
            stops[change.before_id].remove(old)
            moved = replace(old, visit=changed_visit(old.visit, change))
            stops.setdefault(change.practitioner_id, []).append(moved)
        touched = {c.before_id for c in why.change.changes}
        touched |= {c.practitioner_id for c in why.change.changes}
        drives = self._board.drives(reader)
        return tuple(
            self._planner.lay_out(
                person,
                day,
                stops.get(person.id, ()),
                [t for t in schedule.time_off if t.practitioner_id == person.id],
                drives,
                clinic.profile,
                schedule.closed.get(day, ""),
            )
            for person in schedule.practitioners
            if person.id in touched
        )


def _when(clinic: Clinic, start: datetime) -> str:
    formats = Formats.of(clinic)
    return f"{formats.day(start.date())} {formats.clock_time(start)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """Says it."""

    clinic: Clinic
    schedule: Schedule

    @property
    def _people(self) -> Mapping[str, Practitioner]:
        return {person.id: person for person in self.schedule.practitioners}

    def title(self, ask: AskWhyNot) -> str:
        """What is asked."""
        person = self._people.get(ask.practitioner_id)
        return _("Why not {when} with {name}?").format(
            when=_when(self.clinic, ask.start), name=person.first_name if person else ""
        )

    def passes(self, why: WhyNot) -> str:
        """The rules that hold, in one line."""
        names = {
            RuleKind.TIME: "",
            RuleKind.CLOSED: "",
            RuleKind.CALLER: _("the caller’s times"),
            RuleKind.CERTIFIED: _("certificate"),
            RuleKind.LICENSED: _("licence"),
            RuleKind.HOURS: _("hours"),
            RuleKind.TIME_OFF: _("time off"),
            RuleKind.VISIT: _("other visits"),
            RuleKind.DRIVE_BEFORE: _("the drive there"),
            RuleKind.DRIVE_AFTER: _("the drive on"),
            RuleKind.LUNCH: _("lunch"),
        }
        held = [names[check.kind] for check in why.checks if check.ok and names[check.kind]]
        return _("Holds: {rules}.").format(rules=", ".join(held)) if held else ""

    def change(self, change: VisitChange) -> ChangeWords:
        """One change, and what it does to what was promised."""
        formats = Formats.of(self.clinic)
        name = self.schedule.names.get(change.visit_id, "")
        start = formats.clock_time(change.start)
        who = self._people[change.practitioner_id].first_name
        what = {
            ChangeKind.MOVE: _("{name} {before} to {after}."),
            ChangeKind.REASSIGN: _("{name} to {who}, {after}."),
            ChangeKind.SHORTEN: _("{name}: {n} minutes instead of {old}, the treatment whole."),
        }[change.kind].format(
            name=name,
            before=formats.clock_time(change.before),
            after=start,
            who=who,
            n=change.door_min,
            old=self._door_min(change.visit_id),
        )
        return ChangeWords(
            visit_id=change.visit_id, what=what.replace("..", "."), effect=self._effect(change)
        )

    def _effect(self, change: VisitChange) -> str:
        formats = Formats.of(self.clinic)
        promise = self._promise(change.visit_id)
        parts: list[str] = []
        if promise is None:
            parts.append(_("Nothing was promised"))
        else:
            window = formats.span(promise.start_min, promise.end_min)
            inside = promise.keeps(change.start)
            parts.append(
                _("Inside the promise {window}").format(window=window)
                if inside
                else _("Outside the promise {window}").format(window=window)
            )
            if promise.practitioner_id not in (None, change.practitioner_id):
                parts.append(
                    _("{name} was promised").format(
                        name=self._people[promise.practitioner_id].first_name
                        if promise.practitioner_id in self._people
                        else _("somebody else")
                    )
                )
        if change.lifts_lock:
            parts.append(_("a lock is lifted"))
        call = _("1 call") if change.needs_call else _("no call")
        return f"{', '.join(parts)}: {call}."

    def totals(self, why: WhyNot) -> tuple[str, ...]:
        """What it costs together."""
        change = why.change
        if change is None:
            return ()
        broken, calls, minutes = change.promises_broken, change.calls, change.added_min
        sign = "+" if minutes >= 0 else "−"
        return (
            ngettext("{n} promise broken", "{n} promises broken", broken).format(n=broken),
            ngettext("{n} call", "{n} calls", calls).format(n=calls),
            _("{sign}{n} min driving").format(sign=sign, n=abs(minutes)),
        )

    def _stop(self, visit_id: VisitId) -> Stop:
        return next(
            s for those in self.schedule.stops.values() for s in those if s.visit.id == visit_id
        )

    def _promise(self, visit_id: VisitId) -> Promise | None:
        return self._stop(visit_id).promise

    def _door_min(self, visit_id: VisitId) -> int:
        return self._stop(visit_id).visit.door_min
