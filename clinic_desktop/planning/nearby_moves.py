"""Offers that need one visit nearby to be moved or shortened, without a call and without a promise.

A visit may go to another start on its own day inside what was promised, or lose buffer; nobody has
to be told. What is offered beside the plain search are the starts that this alone makes free. All
of them are tried (property test against brute force).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.slot import CostTerm, Slot, SlotRequest
from clinic_desktop.domain.why_not import Needs, VisitChange
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.slot_rules import OpenDay, caller_starts, open_days, openings
from clinic_desktop.planning.slot_search import DayBest, best_starts, days_off, slot_of
from clinic_desktop.planning.smallest_change import ChangeFinder, day_driving
from clinic_desktop.planning.why_not import without
from clinic_desktop.text import _

_APART_MIN: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nearby:
    """A start that a change makes free, in the day as it would be then."""

    best: DayBest
    change: VisitChange
    added_min: int

    @property
    def cost(self) -> float:
        """What the offer costs, the other visit's driving counted."""
        return self.best.cost + self.added_min

    @property
    def key(self) -> tuple[float, object, int, str, str, object]:
        """Cheaper first, then earlier."""
        candidate = self.best.candidate
        return (
            self.cost,
            candidate.open_day.day,
            candidate.start_min,
            candidate.open_day.practitioner.id,
            self.change.visit_id,
            self.change.start,
        )


def nearby_slots(
    request: SlotRequest,
    schedule: Schedule,
    clinic: Clinic,
    clock: DriveClock,
    needs: Needs,
    limit: int,
) -> tuple[Slot, ...]:
    """The best offers that a harmless change makes possible, cheapest first.

    Args:
        request: what is asked for.
        schedule: the days searched.
        clinic: grid and prices.
        clock: drives.
        needs: what each visit needs; one without an entry is left alone.
        limit: how many to offer.
    """
    found: list[_Nearby] = []
    for open_day, change, changed, starts in harmless(request, schedule, clinic, clock, needs):
        added = day_driving(changed.shape, clock) - day_driving(open_day.shape, clock)
        later = days_off(request, open_day.day, schedule.days[0])
        found += [
            _Nearby(best=best, change=change, added_min=added)
            for best in best_starts(request, changed, starts, later, clinic, clock)
        ]
    slots: list[Slot] = []
    taken: list[tuple[object, object, int]] = []
    for one in sorted(found, key=lambda n: n.key):
        candidate = one.best.candidate
        who, day = candidate.open_day.practitioner.id, candidate.open_day.day
        start = candidate.start_min
        if any(w == who and d == day and abs(s - start) < _APART_MIN for w, d, s in taken):
            continue
        taken.append((who, day, start))
        slot = slot_of(one.best, request, schedule, clinic, clock)
        terms = slot.terms
        if one.added_min:
            terms = (*terms, CostTerm(name=_("the other visit"), minutes=float(one.added_min)))
        slots.append(replace(slot, terms=terms, moves=(one.change,)))
        if len(slots) == limit:
            break
    return tuple(slots)


def harmless(
    request: SlotRequest, schedule: Schedule, clinic: Clinic, clock: DriveClock, needs: Needs
) -> Iterator[tuple[OpenDay, VisitChange, OpenDay, frozenset[int]]]:
    """Every harmless change, the day with it made, and the starts that it alone makes free."""
    grid = clinic.slot_grid_min
    for open_day in open_days(request, schedule):
        if open_day.closed or not caller_starts(request, open_day.day):
            continue
        free = _starts(request, open_day, clock, grid)
        finder = ChangeFinder(request, schedule, (open_day,), needs, clock, grid)
        for stop in finder.changeable(open_day):
            left = without(open_day, frozenset({stop.visit.id}))
            for option in finder.options(stop, left):
                if option.change.needs_call or option.change.breaks_promise:
                    continue
                changed = finder.put(left, stop, option)
                starts = _starts(request, changed, clock, grid) - free
                if starts:
                    yield open_day, option.change, changed, starts


def _starts(
    request: SlotRequest, open_day: OpenDay, clock: DriveClock, grid: int
) -> frozenset[int]:
    return frozenset(
        start for opening in openings(request, open_day, clock, grid) for start in opening.starts
    )
