"""What the services need of the planner; ``planning`` implements it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final, Protocol

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.course import CourseOffer, CourseRequest
from clinic_desktop.domain.day_plan import DayPlan, Stop
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.lateness import LateFrom, Lateness
from clinic_desktop.domain.practitioner import Practitioner
from clinic_desktop.domain.slot import Slot, SlotRequest, SlotSearch
from clinic_desktop.domain.travel import DriveBook, DriveProfile
from clinic_desktop.domain.why_not import Needs, WhyNot
from clinic_desktop.domain.working_time import TimeOff

NEW_STOP: Final = "new"
"""The visit id of the offered stop in a slot's plan; nothing stored has it."""


def _never() -> dict[date, str]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The days a search looks at: ``stops`` and ``names`` of what is on the board.

    ``names`` gives a visit's short patient name for the reasons ("Between Ruth A. and Tom K.").
    ``closed`` names the days on which nobody works; ``home_state`` is whose licence a
    practitioner's first licence is.
    """

    practitioners: tuple[Practitioner, ...]
    days: tuple[date, ...]
    stops: Mapping[tuple[PractitionerId, date], tuple[Stop, ...]]
    time_off: tuple[TimeOff, ...]
    names: Mapping[str, str]
    closed: Mapping[date, str] = field(default_factory=_never)
    home_state: str = ""


class Wanted(Protocol):
    """A start that somebody wants: an offer, or a visit as it would be."""

    @property
    def practitioner_id(self) -> PractitionerId:
        """Who would come."""
        ...

    @property
    def start(self) -> datetime:
        """The planned arrival, local."""
        ...


class DayPlanner(Protocol):
    """Lays days out and finds slots."""

    def lay_out(
        self,
        practitioner: Practitioner,
        day: date,
        stops: Sequence[Stop],
        time_off: Sequence[TimeOff],
        drives: DriveBook,
        profile: DriveProfile,
        closed: str = "",
    ) -> DayPlan:
        """One practitioner's day: legs, lunch, gap left and slack."""
        ...

    def arrivals(self, plan: DayPlan, drives: DriveBook, profile: DriveProfile) -> tuple[int, ...]:
        """When each visit of a plan begins, minutes after midnight, if all goes as planned.

        A drive that is too long for its gap makes the visits after it late.
        """
        ...

    def leave_by(self, plan: DayPlan, drives: DriveBook, profile: DriveProfile) -> tuple[int, ...]:
        """By visit, the last minute to set out so as to be there at the planned start."""
        ...

    def lateness(
        self, plan: DayPlan, drives: DriveBook, profile: DriveProfile, index: int, since: LateFrom
    ) -> Lateness:
        """What being late at a visit does to the rest of the day."""
        ...

    def search(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        limit: int = 8,
    ) -> SlotSearch:
        """The best slots, and how many fit of how many were checked."""
        ...

    def starts(
        self, request: SlotRequest, schedule: Schedule, drives: DriveBook, clinic: Clinic
    ) -> Mapping[tuple[PractitionerId, date], tuple[int, ...]]:
        """Every start that no rule refuses, by person and day, minutes after midnight."""
        ...

    def nearby(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        needs: Needs,
        limit: int,
    ) -> tuple[Slot, ...]:
        """Offers that need a visit nearby to be changed, inside its promise and without a call."""
        ...

    def course(
        self,
        request: CourseRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        limit: int = 3,
    ) -> tuple[CourseOffer, ...]:
        """The best times for all sessions of a course together, cheapest first."""
        ...

    def why_not(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        wanted: Wanted,
        needs: Needs,
    ) -> WhyNot:
        """Every rule about a start, and the smallest change of its day that frees it."""
        ...

    def refusal(
        self,
        request: SlotRequest,
        schedule: Schedule,
        drives: DriveBook,
        clinic: Clinic,
        wanted: Wanted,
    ) -> str:
        """Why a slot cannot be had (any more), "" if it can: the rules of ``search``."""
        ...
