"""The wait list: who waits, who said no to what there was, whom to call back, and who fits now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import ClinicError, RuleBroken
from clinic_desktop.domain.ids import (
    CallId,
    NewId,
    PatientId,
    PractitionerId,
    ServiceId,
    SiteId,
    VisitId,
    WaitId,
)
from clinic_desktop.domain.patient import Patient
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.slot import CallerWindow, Slot
from clinic_desktop.domain.visit import ON_THE_BOARD, Visit
from clinic_desktop.domain.wait_list import Urgency, WaitEntry, WaitKind, WaitState
from clinic_desktop.services.board import BoardService, FindSlots
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _

_END_OF_DAY = time(23, 59)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddWait:
    """Somebody to be kept in mind; the fields are those of ``WaitEntry``."""

    patient_id: PatientId
    service_id: ServiceId
    site_id: SiteId | None = None
    kind: WaitKind = WaitKind.WAITING
    urgency: Urgency = Urgency.ROUTINE
    reason: str = ""
    said: str = ""
    windows: tuple[CallerWindow, ...] = ()
    practitioner_id: PractitionerId | None = None
    preferred_id: PractitionerId | None = None
    visit_id: VisitId | None = None
    expires: date | None = None
    call_back_on: date | None = None
    call_id: CallId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """Time that has come free: one practitioner's, local wall-clock, on one day."""

    practitioner_id: PractitionerId
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitLine:
    """One who waits, and the best that can be offered; ``slot`` None: nothing fits.

    ``visit`` is the one they have, which an earlier one would replace. ``why_not`` says why there
    is nothing.
    """

    entry: WaitEntry
    patient: Patient
    service: Service | None
    visit: Visit | None = None
    slot: Slot | None = None
    why_not: str = ""
    due: bool = False
    expired: bool = False

    @property
    def rank(self) -> tuple[bool, int, bool, float, datetime]:
        """Those who fit first, urgent before routine, little driving before much."""
        added = float(self.slot.added_drive_min) if self.slot else 0.0
        return (
            self.slot is None,
            -int(self.entry.urgency),
            not self.due,
            added,
            self.entry.made_at,
        )


class WaitListService:
    """Reads in any worker thread; each change is one named operation that can be undone."""

    def __init__(
        self, store: ScheduleStore, board: BoardService, clock: Clock, new_id: NewId
    ) -> None:
        self._store = store
        self._board = board
        self._clock = clock
        self._new_id = new_id

    def lines(self, session: Session, opening: Opening | None = None) -> tuple[WaitLine, ...]:
        """Everybody who waits, best first.

        Args:
            session: who asks.
            opening: only those whom just this time would suit; None: everybody, with the best
                of the clinic's horizon.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        today = local_now(self._clock, clinic.zone).date()
        entries = reader.wait_list()
        services = {service.id: service for service in reader.services()}
        found: list[WaitLine] = []
        for entry in entries:
            patient = reader.patient(entry.patient_id)
            if patient.archived:
                continue
            line = WaitLine(
                entry=entry,
                patient=patient,
                service=services.get(entry.service_id),
                visit=self._visit(reader, entry),
                due=entry.due_on(today),
                expired=not entry.waits_on(today),
            )
            line = self._with_slot(session, line, opening)
            if opening is None or line.slot is not None:
                found.append(line)
        return tuple(sorted(found, key=lambda line: line.rank))

    def add(self, session: Session, command: AddWait) -> Changes:
        """Put somebody onto the list.

        Raises:
            RuleBroken: it would expire in the past, or the visit is not that patient's.
        """
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        today = local_now(self._clock, clinic.zone).date()
        if command.expires is not None and command.expires < today:
            raise RuleBroken(_("An entry cannot expire before today."))
        if command.kind is WaitKind.CALL_BACK and command.call_back_on is None:
            raise RuleBroken(_("A call-back needs a day."), way_out=_("Choose one."))
        patient = reader.patient(command.patient_id)
        title = {
            WaitKind.WAITING: _("Put {name} on the wait list"),
            WaitKind.DECLINED: _("Keep what {name} declined"),
            WaitKind.CALL_BACK: _("Call {name} back"),
        }[command.kind]
        with self._store.operation(title.format(name=patient.short_name), session) as op:
            if command.visit_id is not None:
                visit = op.visit(command.visit_id)
                if visit.patient_id not in op.ids_of_person(patient.id):
                    raise RuleBroken(_("That visit is another patient’s."))
            op.put(
                WaitEntry(
                    id=WaitId(self._new_id()),
                    patient_id=patient.id,
                    service_id=command.service_id,
                    site_id=command.site_id,
                    kind=command.kind,
                    urgency=command.urgency,
                    reason=command.reason.strip(),
                    said=command.said.strip(),
                    windows=command.windows,
                    practitioner_id=command.practitioner_id,
                    preferred_id=command.preferred_id,
                    visit_id=command.visit_id,
                    expires=command.expires,
                    call_back_on=command.call_back_on,
                    call_id=command.call_id,
                    made_at=self._clock.now_utc(),
                    by=session.user_id,
                )
            )
            return op.changes()

    def drop(self, session: Session, wait_id: WaitId) -> Changes:
        """Take an entry off the list. Raises ``RuleBroken`` if it is closed already."""
        require_schedule(session)
        reader = self._store.reader()
        name = reader.patient(reader.wait_entry(wait_id).patient_id).short_name
        title = _("Take {name} off the wait list").format(name=name)
        with self._store.operation(title, session) as op:
            entry = op.wait_entry(wait_id)
            if entry.state is not WaitState.OPEN:
                raise RuleBroken(_("That entry has been closed already."))
            op.put(replace(entry, state=WaitState.DROPPED, closed_at=self._clock.now_utc()))
            return op.changes()

    def _visit(self, reader: ScheduleReader, entry: WaitEntry) -> Visit | None:
        """The visit that an earlier one would replace, None once it stands no more."""
        if entry.visit_id is None:
            return None
        visit = reader.visit(entry.visit_id)
        return visit if visit.state in ON_THE_BOARD else None

    def _with_slot(self, session: Session, line: WaitLine, opening: Opening | None) -> WaitLine:
        if line.expired:
            return replace(line, why_not=_("Expired."))
        if line.service is None:
            return replace(line, why_not=_("That service is not offered any more."))
        command = self.search(line.entry, line.visit, opening)
        if command is None:
            return replace(line, why_not=_("They cannot then."))
        try:
            found = self._board.find_slots(session, command)
        except ClinicError as error:
            return replace(line, why_not=str(error))
        if found.slots:
            return replace(line, slot=found.slots[0])
        return replace(line, why_not=" ".join(found.refusals[:1]) or _("Nothing fits."))

    def search(
        self, entry: WaitEntry, visit: Visit | None, opening: Opening | None = None
    ) -> FindSlots | None:
        """The search for what an entry waits for; None where an opening cannot suit it.

        Whoever waits with a visit wants an earlier one.
        """
        windows = entry.windows
        if opening is not None:
            if entry.practitioner_id not in (None, opening.practitioner_id):
                return None
            windows = within(windows, opening.start, opening.end)
            if not any(not window.excluded for window in windows):
                return None
        if visit is not None:
            windows = (*windows, *_not_from(visit.start))
        return FindSlots(
            service_id=entry.service_id,
            site_id=entry.site_id,
            windows=windows,
            practitioner_id=opening.practitioner_id if opening else entry.practitioner_id,
            preferred_id=entry.preferred_id,
            first_day=opening.start.date() if opening else None,
            days=1 if opening else None,
            moving=visit.id if visit else None,
            limit=1,
        )


def within(
    windows: Sequence[CallerWindow], start: datetime, end: datetime
) -> tuple[CallerWindow, ...]:
    """The windows cut down to one stretch of one day; what is excluded stays excluded."""
    day = start.date()
    latest = end.time() if end.date() == day else _END_OF_DAY
    wanted = [w for w in windows if not w.excluded] or [CallerWindow()]
    cut = [
        replace(
            window,
            first=day,
            last=day,
            weekdays=frozenset[int](),
            earliest=max(window.earliest, start.time()),
            latest=min(window.latest, latest),
        )
        for window in wanted
        if window.covers_day(day)
    ]
    return (
        *(window for window in cut if window.earliest < window.latest),
        *(window for window in windows if window.excluded),
    )


def _not_from(start: datetime) -> tuple[CallerWindow, ...]:
    """Neither later on the day of a visit nor on any later day."""
    return (
        CallerWindow(first=start.date(), last=start.date(), earliest=start.time(), excluded=True),
        CallerWindow(first=start.date() + timedelta(days=1), excluded=True),
    )
