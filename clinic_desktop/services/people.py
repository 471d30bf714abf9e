"""Practitioners, their future visits and their time off (Settings > People)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import NotFound, RuleBroken
from clinic_desktop.domain.formats import Formats
from clinic_desktop.domain.ids import NewId, PractitionerId, TimeOffId, VisitId
from clinic_desktop.domain.ports import ScheduleOperation, ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.us_state import state_letters
from clinic_desktop.domain.visit import ON_THE_BOARD, Lock, Visit, VisitState
from clinic_desktop.domain.working_time import TimeOff, WeeklyRepeat
from clinic_desktop.services.patient_checks import one_line
from clinic_desktop.services.permission import require_own_time, require_owner
from clinic_desktop.text import _, ngettext

_FAR = timedelta(days=3660)
_OVER = frozenset({VisitState.DONE})
_UNDER_WAY = frozenset({VisitState.EN_ROUTE, VisitState.IN_PROGRESS})


class VisitsInTheWay(RuleBroken):
    """Visits have to be moved or accepted first; ``visits`` are those, by start."""

    def __init__(self, sentence: str, way_out: str, visits: Sequence[Visit]) -> None:
        super().__init__(sentence, way_out=way_out)
        self.visits = tuple(visits)


@dataclass(frozen=True, slots=True, kw_only=True)
class SavePractitioner:
    """Add or edit a practitioner. A new one's ``marker`` is given by the service."""

    practitioner: Practitioner


@dataclass(frozen=True, slots=True, kw_only=True)
class ReassignVisits:
    """Give visits to another practitioner, or to nobody yet (``to`` None: requested again)."""

    visit_ids: tuple[VisitId, ...]
    to: PractitionerId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddTimeOff:
    """An absence, local wall-clock; ``visits_seen``: a person knows of the visits inside it.

    ``repeats``: it comes again every so many weeks.
    """

    practitioner_id: PractitionerId
    start: datetime
    end: datetime
    reason: str = ""
    visits_seen: bool = False
    repeats: WeeklyRepeat | None = None


class PeopleService:
    """Changes to who treats, and when; only owners change people."""

    def __init__(self, store: ScheduleStore, clock: Clock, new_id: NewId) -> None:
        self._store = store
        self._clock = clock
        self._new_id = new_id

    def new_practitioner_id(self) -> PractitionerId:
        """An id for a practitioner about to be added."""
        return PractitionerId(self._new_id())

    def save_practitioner(self, session: Session, command: SavePractitioner) -> Changes:
        """Add or edit a practitioner; their marker is given once and never changes.

        Raises:
            PermissionRefused: the session is not an owner's.
            RuleBroken: a name is missing.
        """
        require_owner(session)
        person = replace(
            command.practitioner,
            first_name=one_line(command.practitioner.first_name),
            last_name=one_line(command.practitioner.last_name),
            credentials=one_line(command.practitioner.credentials),
            licence_number=one_line(command.practitioner.licence_number),
        )
        if not person.first_name or not person.last_name:
            raise RuleBroken(_("A practitioner needs a first and a last name."))
        everybody = self._store.reader().practitioners(with_inactive=True)
        known = next((p for p in everybody if p.id == person.id), None)
        name = _("Edit practitioner") if known else _("Add practitioner")
        with self._store.operation(name, session) as op:
            if known:
                person = replace(person, marker=known.marker, active=known.active)
            else:
                person = replace(person, marker=max((p.marker for p in everybody), default=0) + 1)
            op.put(person)
            return op.changes()

    def future_visits(self, practitioner_id: PractitionerId) -> list[Visit]:
        """Visits from now on that need this practitioner, by start."""
        reader = self._store.reader()
        return self._future_visits(reader, practitioner_id)

    def deactivate_practitioner(self, session: Session, practitioner_id: PractitionerId) -> Changes:
        """Take a practitioner off the board; their past stays.

        Raises:
            PermissionRefused: the session is not an owner's.
            VisitsInTheWay: visits from now on still need them.
        """
        require_owner(session)
        with self._store.operation(_("Deactivate practitioner"), session) as op:
            person = practitioner_of(op, practitioner_id)
            left = self._future_visits(op, practitioner_id)
            if left:
                raise VisitsInTheWay(
                    ngettext(
                        "{name} still has {n} visit ahead.",
                        "{name} still has {n} visits ahead.",
                        len(left),
                    ).format(name=person.name, n=len(left)),
                    _("Give them to somebody else first."),
                    left,
                )
            op.put(replace(person, active=False))
            return op.changes()

    def reactivate_practitioner(self, session: Session, practitioner_id: PractitionerId) -> Changes:
        """Bring a practitioner back to the board. Raises ``PermissionRefused``."""
        require_owner(session)
        with self._store.operation(_("Reactivate practitioner"), session) as op:
            op.put(replace(practitioner_of(op, practitioner_id), active=True))
            return op.changes()

    def reassign(self, session: Session, command: ReassignVisits) -> Changes:
        """Give visits to another practitioner, all or none of them.

        Promises stay as told: ``promises_to_keep`` lists who has to be called. Locks on
        practitioner and order fall, since the person they held to is gone; a time lock stays.

        Raises:
            PermissionRefused: the session is not an owner's.
            RuleBroken: a visit is under way or over, or the new practitioner is away, inactive,
                lacks the certificate or has another visit then.
        """
        require_owner(session)
        with self._store.operation(_("Reassign visits"), session) as op:
            visits = [op.visit(visit_id) for visit_id in command.visit_ids]
            for visit in visits:
                _must_be_movable(visit)
            if command.to is None:
                op.put_all([_given_up(visit) for visit in visits])
            else:
                taker = practitioner_of(op, command.to)
                moved = [_taken_over(visit, taker.id) for visit in visits]
                self._check_taker(op, taker, moved)
                op.put_all(moved)
            return op.changes()

    def promises_to_keep(self, command: ReassignVisits) -> list[Visit]:
        """Visits whose patient was told another practitioner's name: these need a call."""
        reader = self._store.reader()
        promises = reader.promises_for(command.visit_ids)
        return [
            reader.visit(visit_id)
            for visit_id, promise in promises.items()
            if promise.practitioner_id is not None and promise.practitioner_id != command.to
        ]

    def add_time_off(self, session: Session, command: AddTimeOff) -> Changes:
        """Enter an absence: office and owner for anybody, a practitioner for themselves.

        Raises:
            PermissionRefused: it is somebody else's time.
            RuleBroken: it ends before it starts, or comes again before it is over.
            VisitsInTheWay: visits lie inside it and nobody said so; they stay where they are.
        """
        require_own_time(session, command.practitioner_id)
        if command.start >= command.end:
            raise RuleBroken(_("Time off has to end after it starts."))
        _check_repeats(command)
        absence = TimeOff(
            id=TimeOffId(self._new_id()),
            practitioner_id=command.practitioner_id,
            start=command.start,
            end=command.end,
            reason=one_line(command.reason),
            repeats=command.repeats,
        )
        with self._store.operation(_("Add time off"), session) as op:
            practitioner_of(op, command.practitioner_id)
            inside = self._visits_inside(op, absence)
            if inside and not command.visits_seen:
                raise VisitsInTheWay(
                    ngettext(
                        "{n} visit lies in this time off.",
                        "{n} visits lie in this time off.",
                        len(inside),
                    ).format(n=len(inside)),
                    _("Move them, or enter the time off and move them after."),
                    inside,
                )
            op.put(absence)
            return op.changes()

    def remove_time_off(self, session: Session, absence: TimeOff) -> Changes:
        """Take an absence out. Raises ``PermissionRefused`` as ``add_time_off`` does."""
        require_own_time(session, absence.practitioner_id)
        with self._store.operation(_("Remove time off"), session) as op:
            op.remove(absence)
            return op.changes()

    def _future_visits(
        self, reader: ScheduleReader, practitioner_id: PractitionerId
    ) -> list[Visit]:
        now = local_now(self._clock, reader.clinic().zone)
        visits = reader.visits_between(
            now.date(), (now + _FAR).date(), practitioner_id=practitioner_id
        )
        return [
            v
            for v in visits
            if v.state in ON_THE_BOARD - _OVER and (v.end > now or v.state in _UNDER_WAY)
        ]

    def _visits_inside(self, reader: ScheduleReader, absence: TimeOff) -> list[Visit]:
        # One that repeats for good is looked for as far as anything is planned.
        last = absence.last_end or absence.end + _FAR
        visits = reader.visits_between(
            absence.start.date() - timedelta(days=1),
            last.date(),
            practitioner_id=absence.practitioner_id,
        )
        return [
            v
            for v in visits
            if v.state in ON_THE_BOARD - _OVER and absence.covers_part(v.start, v.end)
        ]

    def _check_taker(
        self, op: ScheduleOperation, taker: Practitioner, moved: Sequence[Visit]
    ) -> None:
        if not moved:
            return
        if not taker.active:
            raise RuleBroken(_("{name} does not work here any more.").format(name=taker.name))
        clinic = op.clinic()
        formats = Formats.of(clinic)
        services = {service.id: service for service in op.services(with_inactive=True)}
        first_day, last_day = min(v.day for v in moved), max(v.day for v in moved)
        absences = [
            a for a in op.time_off_between(first_day, last_day) if a.practitioner_id == taker.id
        ]
        moved_ids = {visit.id for visit in moved}
        day_before = first_day - timedelta(days=1)
        busy = [
            v
            for v in op.visits_between(day_before, last_day, practitioner_id=taker.id)
            if v.state in ON_THE_BOARD and v.id not in moved_ids
        ]
        sites = op.sites({v.site_id for v in moved})
        for visit in sorted(moved, key=lambda v: v.start):
            state = sites[visit.site_id].address.state
            if not taker.licensed(state, visit.day, clinic.home_state):
                raise RuleBroken(
                    _("{name} is not licensed in {state}.").format(
                        name=taker.name, state=state_letters(state)
                    )
                )
            when = f"{formats.day(visit.day)}, {formats.clock_time(visit.start)}"
            hours = taker.pattern.hours_on(visit.day)
            if not any(
                s.start_min <= visit.start_min and visit.end_min <= s.end_min for s in hours
            ):
                raise RuleBroken(
                    _("{name} does not work then: {when}.").format(name=taker.first_name, when=when)
                )
            needed = services[visit.service_id].needed_certification
            if not taker.certified(needed, visit.day):
                raise RuleBroken(
                    _("{name} lacks the certificate for the visit on {when}.").format(
                        name=taker.name, when=when
                    )
                )
            if any(a.covers_part(visit.start, visit.end) for a in absences):
                raise RuleBroken(
                    _("{name} is away at the visit on {when}.").format(name=taker.name, when=when)
                )
            if any(visit.start < other.end and other.start < visit.end for other in busy):
                raise RuleBroken(
                    _("{name} has another visit on {when}.").format(name=taker.name, when=when),
                    way_out=_("Move one of the two first."),
                )
            busy.append(visit)


def _check_repeats(command: AddTimeOff) -> None:
    repeats = command.repeats
    if repeats is None:
        return
    if repeats.until is not None and repeats.until < command.start.date():
        raise RuleBroken(_("It has to repeat until after its first time."))
    last_day = (command.end - timedelta(microseconds=1)).date()
    if last_day >= command.start.date() + timedelta(weeks=repeats.every_weeks):
        raise RuleBroken(
            _("It would come again before it is over."),
            way_out=_("Let it repeat less often, or enter it once."),
        )


def practitioner_of(reader: ScheduleReader, practitioner_id: PractitionerId) -> Practitioner:
    """One practitioner, inactive or not. Raises ``NotFound``."""
    for person in reader.practitioners(with_inactive=True):
        if person.id == practitioner_id:
            return person
    raise NotFound(_("That practitioner is not here any more."))


def _must_be_movable(visit: Visit) -> None:
    if visit.state in _UNDER_WAY:
        raise RuleBroken(_("A visit that is under way cannot be given to somebody else."))
    if visit.state not in ON_THE_BOARD - _OVER and visit.state is not VisitState.REQUESTED:
        raise RuleBroken(_("A visit that is over cannot be given to somebody else."))


def _taken_over(visit: Visit, taker_id: PractitionerId) -> Visit:
    return replace(
        visit,
        practitioner_id=taker_id,
        locks=visit.locks - {Lock.PRACTITIONER, Lock.ORDER},
    )


def _given_up(visit: Visit) -> Visit:
    return replace(
        visit,
        state=VisitState.REQUESTED,
        held_until=None,
        locks=visit.locks - {Lock.PRACTITIONER, Lock.ORDER},
    )
