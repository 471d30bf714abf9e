"""Changes of visits that are in the way of another one: what they need, and making them."""

from collections.abc import Iterable
from dataclasses import replace

from clinic_desktop.domain.day_plan import Stop
from clinic_desktop.domain.ids import VisitId
from clinic_desktop.domain.ports import ScheduleReader
from clinic_desktop.domain.visit import Lock, Visit, VisitState
from clinic_desktop.domain.why_not import VisitChange, VisitNeeds


def needs_of(reader: ScheduleReader, stops: Iterable[Stop]) -> dict[VisitId, VisitNeeds]:
    """What each visit needs wherever it goes, read in two queries."""
    visits = [stop.visit for stop in stops]
    services = {s.id: s for s in reader.services(with_inactive=True)}
    sites = reader.sites({visit.site_id for visit in visits})
    return {
        visit.id: VisitNeeds(
            service=services[visit.service_id], state=sites[visit.site_id].address.state
        )
        for visit in visits
    }


def changed_visit(visit: Visit, change: VisitChange) -> Visit:
    """The visit at its new place; a confirmation of what no longer holds is taken back."""
    state = visit.state
    if state is VisitState.CONFIRMED and (change.breaks_promise or change.needs_call):
        state = VisitState.BOOKED
    return replace(
        visit,
        start=change.start,
        practitioner_id=change.practitioner_id,
        door_min=change.door_min,
        state=state,
        locks=frozenset[Lock]() if change.lifts_lock else visit.locks,
        by_hand=visit.series_id is not None,
    )
