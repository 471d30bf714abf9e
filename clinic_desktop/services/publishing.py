"""Publishes days. After that, who must be told of a change stays on a list until they are told."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import NewId, PractitionerId, VisitId
from clinic_desktop.domain.phone_number import phone_text
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.published_day import DayState, PublishedDay, PublishedVisit, Told
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit, VisitState
from clinic_desktop.services.board import hold_is_over
from clinic_desktop.services.permission import require_office, require_schedule
from clinic_desktop.text import _, ngettext

_SETTLED = frozenset({VisitState.DONE, VisitState.NO_SHOW, VisitState.CANCELLED})


class TellWhom(StrEnum):
    """Who has to hear of a change."""

    PATIENT = "patient"
    PRACTITIONER = "practitioner"


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """One person who has not heard yet. ``key`` names just this change: another one asks anew."""

    key: str
    visit_id: VisitId
    whom: TellWhom
    name: str
    phone: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStatus:
    """Where a day stands; ``tellings`` are still open, ``changes`` counts changed visits."""

    day: date
    published: PublishedDay | None
    tellings: tuple[Telling, ...]
    changes: int

    @property
    def state(self) -> DayState:
        """Draft, published or closed."""
        return self.published.state if self.published else DayState.DRAFT


def require_open_day(reader: ScheduleReader, days: Iterable[date]) -> None:
    """Refuse a change of a closed day. Raises ``RuleBroken``."""
    for day in days:
        published = reader.published_day(day)
        if published is not None and published.state is DayState.CLOSED:
            raise RuleBroken(
                _("{day} is closed.").format(day=Formats.of(reader.clinic()).day(day)),
                way_out=_("Reopen it on the board first."),
            )


class PublishService:
    """Publishes, closes and reopens days, and keeps who was told."""

    def __init__(self, store: ScheduleStore, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def status(self, session: Session, day: date) -> DayStatus:
        """Where a day stands, and who must be told."""
        require_schedule(session)
        return self._status(self._store.reader(), day)

    def publish(self, session: Session, day: date) -> Changes:
        """Publish a day as it stands now; again after changes, once everybody was told.

        Raises:
            RuleBroken: it is closed, unchanged, or somebody still has to be told.
        """
        require_office(session)
        reader = self._store.reader()
        title = _("Publish {day}").format(day=Formats.of(reader.clinic()).day(day))
        with self._store.operation(title, session) as op:
            status = self._status(op, day)
            before = status.published
            if status.state is DayState.CLOSED:
                raise RuleBroken(_("That day is closed."), way_out=_("Reopen it first."))
            if status.tellings:
                count = len(status.tellings)
                raise RuleBroken(
                    ngettext(
                        "{n} person still has to be told.",
                        "{n} people still have to be told.",
                        count,
                    ).format(n=count),
                    way_out=_("Tick them off beside the board, then publish."),
                )
            now = self._now_standing(op, day)
            if before is not None and before.visits == now:
                raise RuleBroken(_("Nothing has changed since that day was published."))
            op.put(
                PublishedDay(
                    day=day,
                    state=DayState.PUBLISHED,
                    revision=before.revision + 1 if before else 1,
                    at=self._clock.now_utc(),
                    by=session.user_id,
                    visits=now,
                )
            )
            return op.changes()

    def close(self, session: Session, day: date) -> Changes:
        """Close a day that is over: nothing of it moves any more.

        Raises:
            RuleBroken: it is not published, not over, or a visit of it is not settled.
        """
        require_office(session)
        clinic = self._store.reader().clinic()
        with self._store.operation(
            _("Close {day}").format(day=Formats.of(clinic).day(day)), session
        ) as op:
            status = self._status(op, day)
            if status.published is None or status.state is DayState.CLOSED:
                raise RuleBroken(_("Only a published day can be closed."))
            if day > local_now(self._clock, clinic.zone).date():
                raise RuleBroken(_("That day is not over."))
            visits = op.visits_between(day, day)
            open_ = [v for v in visits if v.state in ON_THE_BOARD and v.state not in _SETTLED]
            if open_:
                count = len(open_)
                raise RuleBroken(
                    ngettext(
                        "{n} visit is neither done nor cancelled.",
                        "{n} visits are neither done nor cancelled.",
                        count,
                    ).format(n=count)
                )
            op.put(_with_state(status.published, DayState.CLOSED))
            return op.changes()

    def reopen(self, session: Session, day: date) -> Changes:
        """Let a closed day be changed again. Raises ``RuleBroken`` if it is not closed."""
        require_office(session)
        clinic = self._store.reader().clinic()
        with self._store.operation(
            _("Reopen {day}").format(day=Formats.of(clinic).day(day)), session
        ) as op:
            published = op.published_day(day)
            if published is None or published.state is not DayState.CLOSED:
                raise RuleBroken(_("That day is not closed."))
            op.put(_with_state(published, DayState.PUBLISHED))
            return op.changes()

    def told(self, session: Session, day: date, key: str) -> Changes:
        """Somebody has been told. Raises ``RuleBroken`` if nobody waits for that any more."""
        require_schedule(session)
        telling = next((t for t in self.status(session, day).tellings if t.key == key), None)
        if telling is None:
            raise RuleBroken(_("That has been told already, or has changed since."))
        with self._store.operation(_("Told {name}").format(name=telling.name), session) as op:
            op.put(
                Told(
                    id=self._new_id(),
                    day=day,
                    key=key,
                    at=self._clock.now_utc(),
                    by=session.user_id,
                )
            )
            return op.changes()

    # Inside.

    def _status(self, reader: ScheduleReader, day: date) -> DayStatus:
        published = reader.published_day(day)
        if published is None:
            return DayStatus(day=day, published=None, tellings=(), changes=0)
        now = self._now_standing(reader, day)
        changed = sorted(
            visit_id
            for visit_id in {*published.visits, *now}
            if published.visits.get(visit_id) != self._stands(reader, visit_id, now)
        )
        known = {told.key for told in reader.told_on(day)}
        tellings = self._tellings(reader, published, changed)
        return DayStatus(
            day=day,
            published=published,
            tellings=tuple(t for t in tellings if t.key not in known),
            changes=len(changed),
        )

    def _now_standing(self, reader: ScheduleReader, day: date) -> dict[VisitId, PublishedVisit]:
        now = self._clock.now_utc()
        return {
            v.id: _standing(v)
            for v in reader.visits_between(day, day)
            if v.state in ON_THE_BOARD and not hold_is_over(v, now)
        }

    @staticmethod
    def _stands(
        reader: ScheduleReader, visit_id: VisitId, now: Mapping[VisitId, PublishedVisit]
    ) -> PublishedVisit | None:
        """Where a visit stands now: on this day, on another, or (None) nowhere."""
        if visit_id in now:
            return now[visit_id]
        visit = reader.visit(visit_id)
        return _standing(visit) if visit.state in ON_THE_BOARD else None

    def _tellings(
        self, reader: ScheduleReader, published: PublishedDay, changed: Iterable[VisitId]
    ) -> list[Telling]:
        formats = Formats.of(reader.clinic())
        people = {p.id: p for p in reader.practitioners(with_inactive=True)}
        names = {who: person.first_name for who, person in people.items()}
        found: list[Telling] = []
        for visit_id in changed:
            visit = reader.visit(visit_id)
            patient = reader.patient(visit.patient_id)
            before = published.visits.get(visit_id)
            now = _standing(visit) if visit.state in ON_THE_BOARD else None
            what = _change_words(before, now, names, formats)
            mark = _fingerprint(visit_id, now)
            phone = phone_text(patient.phones[0].number) if patient.phones else ""
            found.append(
                Telling(
                    key=f"{TellWhom.PATIENT}:{mark}",
                    visit_id=visit_id,
                    whom=TellWhom.PATIENT,
                    name=patient.short_name,
                    phone=phone,
                    what=what,
                )
            )
            concerned = [p.practitioner_id for p in (before, now) if p is not None]
            found.extend(
                Telling(
                    key=f"{TellWhom.PRACTITIONER}:{who}:{mark}",
                    visit_id=visit_id,
                    whom=TellWhom.PRACTITIONER,
                    name=names.get(who, ""),
                    phone="",
                    what=_("{patient}: {what}").format(patient=patient.short_name, what=what),
                )
                for who in dict.fromkeys(concerned)
            )
        return found


def _standing(visit: Visit) -> PublishedVisit:
    return PublishedVisit(
        practitioner_id=visit.practitioner_id, start=visit.start, door_min=visit.door_min
    )


def _with_state(published: PublishedDay, state: DayState) -> PublishedDay:
    return PublishedDay(
        day=published.day,
        state=state,
        revision=published.revision,
        at=published.at,
        by=published.by,
        visits=published.visits,
    )


def _fingerprint(visit_id: VisitId, now: PublishedVisit | None) -> str:
    """A change by what it ends in: the same end is told once, another one anew."""
    if now is None:
        return f"{visit_id}:off"
    return f"{visit_id}:{now.practitioner_id}:{now.start.isoformat()}:{now.door_min}"


def _change_words(
    before: PublishedVisit | None,
    now: PublishedVisit | None,
    names: Mapping[PractitionerId, str],
    formats: Formats,
) -> str:
    """What changed, in a line."""
    if now is None:
        return _("cancelled")
    when = formats.clock_time(now.start)
    if before is None:
        return _("new at {time} with {who}").format(
            time=when, who=names.get(now.practitioner_id, "")
        )
    parts: list[str] = []
    if before.start.date() != now.start.date():
        parts.append(
            _("moved to {day} {time}").format(day=formats.day(now.start.date()), time=when)
        )
    elif before.start != now.start:
        parts.append(
            _("{before} is now {time}").format(before=formats.clock_time(before.start), time=when)
        )
    if before.practitioner_id != now.practitioner_id:
        parts.append(
            _("{who} instead of {other}").format(
                who=names.get(now.practitioner_id, ""), other=names.get(before.practitioner_id, "")
            )
        )
    if before.door_min != now.door_min:
        parts.append(_("{n} minutes").format(n=now.door_min))
    return ", ".join(parts)
