"""A whole course in one call: evaluation, needling block and re-evaluation with their spacing.

The usual spacings are the clinic's catalogue of conditions: a needling block of three at seven
days, the re-evaluation a week after it. A gap of more than one and a half times the interval counts
as drift there, so it is the longest that is offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from clinic_desktop.domain.call import Keep
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.place import Coordinate
from clinic_desktop.domain.service import Service, ServiceKind
from clinic_desktop.domain.slot import CallerWindow, Slot

USUAL_BLOCK: Final = 3
USUAL_INTERVAL_DAYS: Final = 7
LEAST_GAP_DAYS: Final = 5
MOST_GAP_DAYS: Final = 10
RE_EVALUATION_MOST_DAYS: Final = 14
RACE_CLEAR_DAYS: Final = 3
"""No session so shortly before a race: soreness is expected for two days (an assumption)."""
LONGEST_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseSession:
    """One visit of a course, ``min_days`` to ``max_days`` after the one before it."""

    service: Service
    label: str
    door_min: int
    min_days: int = LEAST_GAP_DAYS
    max_days: int = MOST_GAP_DAYS

    def __post_init__(self) -> None:
        if not 1 <= self.min_days <= self.max_days:
            raise ValueError("two sessions lie at least a day apart")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseRequest:
    """What is asked for.

    ``keep`` HARD: one practitioner for all (``wanted_id`` if named); SOFT: each change costs as
    much as another practitioner does in a search; ANY: it does not matter. ``last_day`` is the
    latest date of the last session, None for none: then the course is as late as it may be.
    """

    sessions: tuple[CourseSession, ...]
    place: Coordinate | None
    state: str
    windows: tuple[CallerWindow, ...]
    not_before: datetime
    keep: Keep = Keep.SOFT
    wanted_id: PractitionerId | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOffer:
    """A time for every session. ``cost`` in minutes; lower is better."""

    slots: tuple[Slot, ...]
    cost: float

    @property
    def added_drive_min(self) -> int:
        """The driving that the whole course adds."""
        return sum(slot.added_drive_min for slot in self.slots)

    @property
    def practitioners(self) -> tuple[PractitionerId, ...]:
        """Who comes, each once, in the order of their first visit."""
        return tuple(dict.fromkeys(slot.practitioner_id for slot in self.slots))


def usual_sessions(
    services: Sequence[Service],
    *,
    with_evaluation: bool,
    block: int = USUAL_BLOCK,
    with_re_evaluation: bool = True,
    extra_min: int = 0,
) -> tuple[CourseSession, ...]:
    """The sessions of a usual course by the services that the clinic offers.

    Args:
        services: what is offered; of each kind the first counts.
        with_evaluation: whether the course begins with one.
        block: how many follow-ups are in the needling block.
        with_re_evaluation: whether it ends with one.
        extra_min: minutes at the door that the visit site takes beside the service.
    """
    first = {service.kind: service for service in reversed(services)}
    made: list[CourseSession] = []
    evaluation, follow_up = first.get(ServiceKind.EVALUATION), first.get(ServiceKind.FOLLOW_UP)
    again = first.get(ServiceKind.RE_EVALUATION)
    if with_evaluation and evaluation is not None:
        made.append(
            CourseSession(service=evaluation, label="", door_min=evaluation.door_min + extra_min)
        )
    if follow_up is not None:
        made += [
            CourseSession(
                service=follow_up,
                label=f"{number}/{block}",
                door_min=follow_up.door_min + extra_min,
            )
            for number in range(1, block + 1)
        ]
    if with_re_evaluation and again is not None:
        made.append(
            CourseSession(
                service=again,
                label="",
                door_min=again.door_min + extra_min,
                max_days=RE_EVALUATION_MOST_DAYS,
            )
        )
    return tuple(made)


def days_needed(sessions: Sequence[CourseSession], spare: int = 14) -> int:
    """How many days a search looks at: the longest spacings, and room to begin."""
    return min(LONGEST_DAYS, spare + sum(session.max_days for session in sessions[1:]))


def last_day_before(race: date) -> date:
    """The last date on which a session still suits a race."""
    return race - timedelta(days=RACE_CLEAR_DAYS)
