"""How long a patient's visits really take, from when they were started and finished."""

import math
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Final

from clinic_desktop.domain.ids import ServiceId
from clinic_desktop.domain.visit import Visit, VisitState

LEAST_VISITS: Final = 3
_STEP_MIN: Final = 5
# Shorter or longer than these shares of what was planned, a button was pressed at another time.
_SHORTEST: Final = 0.3
_LONGEST: Final = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedLength:
    """The median of what visits took at the door, rounded up to five minutes, and of how many."""

    minutes: int
    visits: int


def learned_lengths(visits: Iterable[Visit]) -> dict[ServiceId, LearnedLength]:
    """One patient's lengths by service; services with fewer than three visits are left out.

    Args:
        visits: of one patient, in any order; what was not started and finished says nothing.
    """
    took: defaultdict[ServiceId, list[float]] = defaultdict(list)
    for visit in visits:
        if visit.state is VisitState.DONE and visit.started_at and visit.finished_at:
            minutes = (visit.finished_at - visit.started_at).total_seconds() / 60
            if _SHORTEST * visit.door_min <= minutes <= _LONGEST * visit.door_min:
                took[visit.service_id].append(minutes)
    return {
        service: LearnedLength(
            minutes=_STEP_MIN * math.ceil(median(minutes) / _STEP_MIN), visits=len(minutes)
        )
        for service, minutes in took.items()
        if len(minutes) >= LEAST_VISITS
    }
