"""Visits kept, called off, called off late, and missed: what the clinic's rule makes of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from clinic_desktop.domain.clock import to_utc
from clinic_desktop.domain.visit import CancelledBy, Visit, VisitState


@dataclass(frozen=True, slots=True, kw_only=True)
class Attendance:
    """Counts over a patient's visits; ``late`` are among ``cancelled``."""

    kept: int = 0
    cancelled: int = 0
    late: int = 0
    no_shows: int = 0


def hours_before(visit: Visit, at: datetime) -> float:
    """Hours from a moment (UTC) to the planned start; negative once it has passed."""
    return (to_utc(visit.start, visit.zone) - at).total_seconds() / 3600


def is_late(visit: Visit, at: datetime, late_hours: int) -> bool:
    """Whether calling a visit off at a moment (UTC) is late by the clinic's rule, in hours."""
    return hours_before(visit, at) < late_hours


def attendance(visits: Iterable[Visit], late_hours: int) -> Attendance:
    """Counts by what patients did; what the clinic called off does not count against them."""
    kept = cancelled = late = missed = 0
    for visit in visits:
        if visit.state is VisitState.DONE:
            kept += 1
        elif visit.state is VisitState.NO_SHOW:
            missed += 1
        elif visit.state is VisitState.CANCELLED and visit.cancelled_by is CancelledBy.PATIENT:
            cancelled += 1
            at = visit.cancelled_at
            late += at is not None and is_late(visit, at, late_hours)
    return Attendance(kept=kept, cancelled=cancelled, late=late, no_shows=missed)
