"""How offers are ranked: what other prices would do to a real search, and keeping them."""

from dataclasses import dataclass, replace

from clinic_desktop.domain.changes import Changes
from clinic_desktop.domain.clock import Clock, local_now
from clinic_desktop.domain.planning_ports import DayPlanner
from clinic_desktop.domain.ports import ScheduleReader, ScheduleStore
from clinic_desktop.domain.role import Session
from clinic_desktop.domain.slot import Slot
from clinic_desktop.domain.slot_weights import SlotWeights
from clinic_desktop.domain.visit import Visit, VisitState
from clinic_desktop.services.board import BoardService, FindSlots
from clinic_desktop.services.permission import require_owner, require_schedule
from clinic_desktop.text import _

_SHOWN = 5
_AHEAD = frozenset({VisitState.BOOKED, VisitState.CONFIRMED})


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferPreview:
    """The same search under the prices in use and under others.

    ``example`` is whose visit stands for it: as if that patient asked for another one like it.
    "" where nothing is booked that could stand for one.
    """

    example: str
    now: tuple[Slot, ...] = ()
    then: tuple[Slot, ...] = ()


class OfferService:
    """Reads in any worker thread; keeping the prices is one named operation."""

    def __init__(
        self, store: ScheduleStore, board: BoardService, planner: DayPlanner, clock: Clock
    ) -> None:
        self._store = store
        self._board = board
        self._planner = planner
        self._clock = clock

    def preview(self, session: Session, weights: SlotWeights) -> OfferPreview:
        """What other prices would offer for the next visit on the board."""
        require_schedule(session)
        reader = self._store.reader()
        clinic = reader.clinic()
        example = self._example(reader)
        if example is None:
            return OfferPreview(example="")
        command = FindSlots(
            service_id=example.service_id,
            site_id=example.site_id,
            preferred_id=example.practitioner_id,
            limit=_SHOWN,
        )
        request, schedule = self._board.search_input(reader, clinic, command)
        drives = self._board.drives(reader)
        now, then = (
            self._planner.search(
                request, schedule, drives, replace(clinic, weights=prices), _SHOWN
            ).slots
            for prices in (clinic.weights, weights)
        )
        return OfferPreview(
            example=reader.patient(example.patient_id).short_name, now=now, then=then
        )

    def keep(self, session: Session, weights: SlotWeights) -> Changes:
        """Rank with these prices from now on. Raises ``PermissionRefused``."""
        require_owner(session)
        with self._store.operation(_("Change how offers are ranked"), session) as op:
            op.put(replace(op.clinic(), weights=weights))
            return op.changes()

    def _example(self, reader: ScheduleReader) -> Visit | None:
        """The next visit whose service is still offered and whose address is on the map."""
        clinic = reader.clinic()
        today = local_now(self._clock, clinic.zone).date()
        offered = {service.id for service in reader.services()}
        days = clinic.slot_horizon_days
        visits = reader.visits_between(today, today.fromordinal(today.toordinal() + days))
        sites = reader.sites({visit.site_id for visit in visits})
        for visit in sorted(visits, key=lambda v: (v.start, v.id)):
            site = sites.get(visit.site_id)
            if visit.state in _AHEAD and visit.service_id in offered and site and site.coordinate:
                return visit
        return None
