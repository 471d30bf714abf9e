"""One practitioner's own day: where they stand in it, the next drive, and what being late does."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from clinic_desktop.domain.changes import Changes, RecordKind
from clinic_desktop.domain.clock import Clock, local_now, to_local
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.errors import PermissionRefused
from clinic_desktop.domain.ids import SiteId
from clinic_desktop.domain.lateness import LateFrom, Lateness
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.service import KitItem, kit_of
from clinic_desktop.domain.travel import Drive, DriveBook, drive_at
from clinic_desktop.domain.visit import VisitState
from clinic_desktop.services.audit import AuditService
from clinic_desktop.services.board import BoardDay, BoardService, VisitDetail
from clinic_desktop.text import _

_AHEAD: Final = frozenset(
    {VisitState.BOOKED, VisitState.CONFIRMED, VisitState.EN_ROUTE, VisitState.IN_PROGRESS}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnStop:
    """One of the day's visits; times in minutes after local midnight.

    ``drive`` is the way there when leaving now, or as it was left on the way; None on other days,
    in a visit, and where a place has no point on the map. ``arrive_min`` is where it leads.
    """

    number: int
    detail: VisitDetail
    planned: Drive | None
    gap_left_min: int
    slack_min: int | None
    leave_by_min: int
    drive: Drive | None = None
    arrive_min: int | None = None

    @property
    def state(self) -> VisitState:
        """The visit's state."""
        return self.detail.visit.state


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnDay:
    """A practitioner's day. ``board`` shows just their lane.

    ``now_min`` is None on other days than today. ``current`` is the index of the visit under way,
    else of the next one, None if there is none any more; ``late`` belongs to it.
    """

    board: BoardDay
    plan: DayPlan | None
    now_min: int | None
    stops: tuple[OwnStop, ...]
    current: int | None
    late: Lateness | None

    @property
    def kit_left(self) -> tuple[KitItem, ...]:
        """What the visits that are not over yet take together."""
        ahead = () if self.current is None else self.stops[self.current :]
        return kit_of(stop.detail.service for stop in ahead)

    @property
    def after(self) -> tuple[OwnStop, ...]:
        """The visits behind the current one."""
        return () if self.current is None else self.stops[self.current + 1 :]

    @property
    def finished(self) -> bool:
        """Whether there were visits and all are over."""
        return bool(self.stops) and self.current is None


class MyDayService:
    """Reads the own day; what is changed in it goes through ``VisitService``."""

    def __init__(
        self,
        board: BoardService,
        planner: DayPlanner,
        audit: AuditService,
        clock: Clock,
    ) -> None:
        self._board = board
        self._planner = planner
        self._audit = audit
        self._clock = clock

    def day(self, session: Session, day: date) -> OwnDay:
        """The day of the practitioner who is logged in.

        Raises:
            PermissionRefused: this log-in treats nobody.
        """
        who = session.practitioner_id
        if who is None:
            raise PermissionRefused(_("This log-in belongs to no practitioner."))
        board = self._board.day(session, day)
        plan = next((p for p in board.plans if p.practitioner.id == who), None)
        now = local_now(self._clock, board.clinic.zone)
        now_min = now.hour * 60 + now.minute if now.date() == day else None
        if plan is None:
            return OwnDay(
                board=replace(board, plans=()), plan=None, now_min=now_min,
                stops=(), current=None, late=None,
            )  # fmt: skip
        board = replace(board, plans=(plan,))
        drives = board.drives
        stops = self._stops(plan, board, drives, now_min)
        current = current_stop(stops)
        since = None if current is None else _since(stops[current].state)
        return OwnDay(
            board=board,
            plan=plan,
            now_min=now_min,
            stops=stops,
            current=current,
            late=None
            if current is None or since is None
            else self._planner.lateness(plan, drives, board.clinic.profile, current, since),
        )

    def reveal_code(self, session: Session, site_id: SiteId) -> Changes:
        """Record that somebody has looked at a door's code; only then it is shown."""
        return self._audit.note_read(
            session, RecordKind.SITES, site_id, reason=_("Gate code revealed")
        )

    def _stops(
        self, plan: DayPlan, board: BoardDay, drives: DriveBook, now_min: int | None
    ) -> tuple[OwnStop, ...]:
        leave_by = self._planner.leave_by(plan, drives, board.clinic.profile)
        found: list[OwnStop] = []
        for index, stop in enumerate(plan.stops):
            leg = plan.legs[index]
            made = OwnStop(
                number=index + 1,
                detail=board.details[stop.visit.id],
                planned=leg.drive,
                gap_left_min=leg.gap_left_min,
                slack_min=leg.slack_min,
                leave_by_min=leave_by[index],
            )
            left = None if now_min is None else _left_at(stop, now_min)
            here = plan.stops[index - 1].place if index else plan.practitioner.home
            if left is not None and now_min is not None:
                drive = _drive(drives, here, stop.place, left, board)
                if drive is not None:
                    there = max(now_min, left + drive.minutes)
                    made = replace(made, drive=drive, arrive_min=there)
            found.append(made)
        return tuple(found)


def current_stop(stops: tuple[OwnStop, ...]) -> int | None:
    """The visit under way, else the one driven to, else the first that is still to come."""
    for state in (VisitState.IN_PROGRESS, VisitState.EN_ROUTE):
        for index, stop in enumerate(stops):
            if stop.state is state:
                return index
    return next((i for i, stop in enumerate(stops) if stop.state in _AHEAD), None)


def _since(state: VisitState) -> LateFrom:
    return {
        VisitState.IN_PROGRESS: LateFrom.FINISHING,
        VisitState.EN_ROUTE: LateFrom.ARRIVING,
    }.get(state, LateFrom.LEAVING)


def _left_at(stop: Stop, now_min: int) -> int | None:
    """When the way there begins: now, or when it was left; None once the door is reached."""
    visit = stop.visit
    if visit.state is VisitState.EN_ROUTE and visit.departed_at is not None:
        left = to_local(visit.departed_at, visit.zone)
        if left.date() == visit.day:
            return left.hour * 60 + left.minute
    return now_min if visit.state in _AHEAD - {VisitState.IN_PROGRESS} else None


def _drive(
    drives: DriveBook,
    start: Coordinate | None,
    end: Coordinate | None,
    depart_min: int,
    board: BoardDay,
) -> Drive | None:
    if start is None or end is None:
        return None
    return drive_at(drives.drive(start, end), depart_min, board.clinic.profile)
