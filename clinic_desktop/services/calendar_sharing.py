"""Visits for calendars of other programs: a file, or a server that a person names.

Nothing leaves by itself: each file and each publishing is asked for by a person and is a line of
the audit trail. Names and addresses never leave; see ``exchange`` for what an event holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from clinic_desktop.domain.calendar_import import (
    CalendarServer,
    CalendarSharing,
    CalendarWriter,
    PublishedEvent,
    PublishResult,
)
from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.errors import Cancelled, PermissionRefused, RuleBroken
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.patient import Patient, VisitSite
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.role import Role, Session
from clinic_desktop.domain.server_address import server_url
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.services.board import BoardDay, BoardService
from clinic_desktop.services.permission import require_schedule
from clinic_desktop.text import _

SALT_BYTES: Final = 32
PUBLISH_BEFORE: Final = timedelta(days=7)
PUBLISH_AHEAD: Final = timedelta(days=56)
LONGEST: Final = timedelta(days=400)
_TABLE: Final = "calendar_sharing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareVisits:
    """Whose visits, from when to when (both days inclusive)."""

    practitioner_ids: tuple[PractitionerId, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedCalendar:
    """One practitioner's visits as other programs would show them."""

    practitioner: Practitioner
    events: tuple[PublishedEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepServer:
    """The calendar server; ``password`` None keeps the one that is there, at the same address."""

    url: str
    user: str
    password: str | None = field(default=None, repr=False)


class CalendarSharingService:
    """Exports and publishes visits.

    Args:
        store: the schedule.
        board: days with their drives.
        writer: makes events and files.
        server: talks to a calendar server.
        clock: the time of day.
        new_salt: makes that many random bytes.
        in_writer: runs a call in the thread that writes, and waits for it.
    """

    def __init__(
        self,
        store: ScheduleStore,
        board: BoardService,
        writer: CalendarWriter,
        server: CalendarServer,
        clock: Clock,
        new_salt: Callable[[int], bytes],
        in_writer: Callable[[Callable[[], None]], None],
    ) -> None:
        self._store = store
        self._board = board
        self._writer = writer
        self._server = server
        self._clock = clock
        self._new_salt = new_salt
        self._in_writer = in_writer

    def whose(self, session: Session) -> list[Practitioner]:
        """Whose visits this session may share: the office everybody's, others their own."""
        require_schedule(session)
        people = self._store.reader().practitioners()
        if session.roles & {Role.OFFICE, Role.OWNER}:
            return people
        return [person for person in people if person.id == session.practitioner_id]

    def sharing(self, session: Session) -> CalendarSharing | None:
        """How calendars leave the clinic, None where none ever did."""
        require_schedule(session)
        return self._store.reader().calendar_sharing()

    def keep_server(self, session: Session, command: KeepServer) -> Changes:
        """Keep a calendar server, or forget it with an empty address. It cannot be undone.

        Raises:
            PermissionRefused: neither the office nor the owner asks.
            RuleBroken: the address is none, or would send the password unprotected.
        """
        self._require_office(session)
        url = command.url.strip()
        if url:
            url = server_url(url)
        with self._store.operation(_("Change the calendar server"), session, undoable=False) as op:
            known = op.calendar_sharing() or CalendarSharing(salt=self._new_salt(SALT_BYTES))
            # One server's password is never sent to another.
            same = known.password if url == known.url else ""
            password = same if command.password is None else command.password
            kept = replace(
                known,
                url=url,
                user=command.user.strip() if url else "",
                password=password if url else "",
                published_at=known.published_at if url == known.url else None,
            )
            op.put_calendar_sharing(kept)
            op.audit("settings", table=_TABLE, row_id="1")
            return op.changes()

    def preview(
        self, session: Session, command: ShareVisits, progress: Progress
    ) -> list[SharedCalendar]:
        """What would leave, event by event; nothing leaves.

        Raises:
            PermissionRefused: somebody else's visits.
            RuleBroken: no practitioner, or the days are the wrong way round or too many.
            Cancelled: a person stopped it.
        """
        self._require(session, command)
        known = self._store.reader().calendar_sharing()
        # A preview's ids are never kept: without a salt yet, any will do.
        salt = known.salt if known else self._new_salt(SALT_BYTES)
        return self._calendars(session, command, salt, progress)

    def export(self, session: Session, command: ShareVisits, path: Path, progress: Progress) -> int:
        """Write an ICS file; returns the number of events. Not in the thread that writes.

        Raises:
            PublishTrouble: it cannot be written there.
            PermissionRefused, RuleBroken, Cancelled: as ``preview``.
        """
        self._require(session, command)
        sharing = self._prepare(session)
        calendars = self._calendars(session, command, sharing.salt, progress)
        events = [event for calendar in calendars for event in calendar.events]
        names = ", ".join(calendar.practitioner.name for calendar in calendars)
        # The line first: what left is in the trail even if the program ends right after.
        self._note(session, _("Export a calendar"), "export", names)
        self._writer.write(path, events, self._clock.now_utc(), names)
        return len(events)

    def publish(self, session: Session, progress: Progress) -> PublishResult:
        """Send the last week and the next eight of whoever may be shared, a calendar for each.

        What was taken away here is taken away there; what is not ours stays. Not in the thread
        that writes.

        Raises:
            RuleBroken: no server is kept, or its address protects nothing.
            PublishTrouble: the server is not reached or refuses.
            Cancelled: a person stopped it; publishing again completes it.
        """
        require_schedule(session)
        sharing = self._prepare(session)
        if not sharing.url:
            raise RuleBroken(
                _("No calendar server is set."), way_out=_("Type its address and save it.")
            )
        today = local_now(self._clock, self._store.reader().clinic().zone).date()
        command = ShareVisits(
            practitioner_ids=tuple(person.id for person in self.whose(session)),
            first=today - PUBLISH_BEFORE,
            last=today + PUBLISH_AHEAD,
        )
        self._require(session, command)
        calendars = self._calendars(session, command, sharing.salt, progress)
        names = ", ".join(calendar.practitioner.name for calendar in calendars)
        self._note(session, _("Publish calendars"), "export", names)
        total = PublishResult(added=0, updated=0, removed=0, same=0)
        for number, calendar in enumerate(calendars):
            name = calendar.practitioner.name
            done = self._server.publish(
                sharing.url,
                sharing.user,
                sharing.password,
                name,
                calendar.events,
                progress=PartOf(progress, number, len(calendars), name),
            )
            total = PublishResult(
                added=total.added + done.added,
                updated=total.updated + done.updated,
                removed=total.removed + done.removed,
                same=total.same + done.same,
            )
        self._keep_moment(session)
        return total

    def _note(self, session: Session, title: str, action: str, names: str) -> None:
        def write() -> None:
            with self._store.operation(title, session, undoable=False) as op:
                op.audit(action, table=_TABLE, row_id="1", reason=names)

        self._in_writer(write)

    def _keep_moment(self, session: Session) -> None:
        def write() -> None:
            with self._store.operation(_("Publish calendars"), session, undoable=False) as op:
                kept = op.calendar_sharing()
                if kept is not None:
                    op.put_calendar_sharing(replace(kept, published_at=self._clock.now_utc()))
                op.audit("published", table=_TABLE, row_id="1")

        self._in_writer(write)

    def _prepare(self, session: Session) -> CalendarSharing:
        """What is kept of sharing; the clinic's salt is made at the first export."""
        known = self._store.reader().calendar_sharing()
        if known is not None:
            return known
        made = CalendarSharing(salt=self._new_salt(SALT_BYTES))

        def write() -> None:
            with self._store.operation(_("Export a calendar"), session, undoable=False) as op:
                if op.calendar_sharing() is None:
                    op.put_calendar_sharing(made)
                op.audit("settings", table=_TABLE, row_id="1")

        self._in_writer(write)
        return self._store.reader().calendar_sharing() or made

    def _calendars(
        self, session: Session, command: ShareVisits, salt: bytes, progress: Progress
    ) -> list[SharedCalendar]:
        reader = self._store.reader()
        found: dict[PractitionerId, _Collected] = {
            person_id: _Collected() for person_id in command.practitioner_ids
        }
        days = (command.last - command.first).days + 1
        for number in range(days):
            if progress.stop_requested():
                raise Cancelled(_("Stopped. Nothing left the program."))
            progress.report(number / days, "")
            board = self._board.day(session, command.first + timedelta(days=number))
            for person_id, collected in found.items():
                collected.take(board, person_id)
        people = {p.id: p for p in reader.practitioners(with_inactive=True)}
        return [
            SharedCalendar(
                practitioner=people[person_id],
                events=tuple(
                    self._writer.events(
                        collected.visits,
                        {p.id: p for p in collected.patients},
                        {s.id: s for s in collected.sites},
                        salt=salt,
                        travel_min=collected.travel,
                        sequences=_sequences(reader, collected.visits),
                    )
                ),
            )
            for person_id, collected in found.items()
        ]

    def _require(self, session: Session, command: ShareVisits) -> None:
        allowed = {person.id for person in self.whose(session)}
        if not command.practitioner_ids:
            raise RuleBroken(_("Choose whose visits."))
        if not set(command.practitioner_ids) <= allowed:
            raise PermissionRefused(_("You may share only your own visits."))
        if command.last < command.first:
            raise RuleBroken(_("The last day lies before the first."))
        if command.last - command.first > LONGEST:
            raise RuleBroken(_("Choose at most about a year."))

    def _require_office(self, session: Session) -> None:
        require_schedule(session)
        if not session.roles & {Role.OFFICE, Role.OWNER}:
            raise PermissionRefused(_("Only the office or the owner changes the server."))


@dataclass(frozen=True, slots=True)
class PartOf:
    """The progress of one of several equal parts."""

    whole: Progress
    number: int
    parts: int
    message: str

    def report(self, fraction: float, message: str = "") -> None:
        """Say how far the part is."""
        self.whole.report((self.number + fraction) / self.parts, message or self.message)

    def stop_requested(self) -> bool:
        """Whether all of it is to stop."""
        return self.whole.stop_requested()


class _Collected:
    """One practitioner's visits of several days."""

    def __init__(self) -> None:
        self.visits: list[Visit] = []
        self.patients: list[Patient] = []
        self.sites: list[VisitSite] = []
        self.travel: dict[str, int] = {}

    def take(self, board: BoardDay, person_id: PractitionerId) -> None:
        """Add a day."""
        plan = next((p for p in board.plans if p.practitioner.id == person_id), None)
        if plan is None:
            return
        for index, stop in enumerate(plan.stops):
            if stop.visit.state is VisitState.HELD:
                # Held while somebody is on the phone: nobody comes yet.
                continue
            detail = board.details[stop.visit.id]
            self.visits.append(stop.visit)
            self.patients.append(detail.patient)
            self.sites.append(detail.site)
            drive = plan.legs[index].drive
            self.travel[stop.visit.id] = drive.minutes if drive else 0


def _sequences(reader: ScheduleReader, visits: Sequence[Visit]) -> dict[str, int]:
    counts = reader.change_counts([visit.id for visit in visits])
    return {str(visit.id): counts.get(VisitId(visit.id), 0) for visit in visits}
