"""A better plan for a day, before anybody agrees to it: who would go where, when, and how sure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Protocol

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.day_plan import DayPlan
from clinic_desktop.domain.ids import PractitionerId, VisitId
from clinic_desktop.domain.progress import Progress
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.domain.visit import Lock, Promise, Visit, VisitState
from clinic_desktop.domain.why_not import Needs

PLANNABLE: Final = frozenset({VisitState.BOOKED, VisitState.CONFIRMED})
"""Visits that a plan may move; all others stay where they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayToPlan:
    """A day as it stands, and how far a plan may go.

    ``not_before`` is now, local: what lies before it stays. ``others_may_come``: another
    practitioner than promised may be proposed, at the price of a call each.
    """

    day: date
    plans: tuple[DayPlan, ...]
    needs: Needs
    not_before: datetime
    home_state: str
    others_may_come: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedVisit:
    """Where a plan has a visit: ``start_min`` is minutes after midnight."""

    practitioner_id: PractitionerId
    start_min: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDay:
    """A plan for a day.

    ``left_out`` names visits for which no plan has room; ``gap`` is the most that the best plan
    could save of the cost, 0 where ``proven``. ``seconds`` is how long it took.
    """

    visits: Mapping[VisitId, PlannedVisit]
    left_out: tuple[VisitId, ...]
    proven: bool
    gap: float
    seconds: float


class RoutePlanner(Protocol):
    """Plans whole days; ``planning`` implements it."""

    def warm_up(self) -> None:
        """Have everything compiled before somebody waits for it."""
        ...

    def plan_day(
        self, wanted: DayToPlan, drives: DriveBook, clinic: Clinic, progress: Progress
    ) -> PlannedDay:
        """The best plan for a day; what is known so far if it is stopped."""
        ...


def stays_put(visit: Visit, promise: Promise | None, not_before: datetime) -> bool:
    """Whether a plan must leave a visit just where it is.

    Without a promise the patient only knows the planned start, so it stays too.
    """
    return (
        visit.state not in PLANNABLE
        or visit.start < not_before
        or promise is None
        or promise.window_start.date() != visit.day
        or Lock.TIME in visit.locks
    )
