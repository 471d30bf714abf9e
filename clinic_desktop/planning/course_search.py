"""The best times for all sessions of a course together.

Sessions lie on different days, so they touch each other only by their spacing and by who comes:
of each practitioner's day only the best start can be in the answer. What is left is a shortest
path over (session, practitioner, day), which a table finds exactly (property test against brute
force). A session's price for being late counts from the earliest day that its spacing allows; with
a last day it counts backwards from there, so that a race is prepared as late as it may be.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from clinic_desktop.domain.call import Keep
from clinic_desktop.domain.clinic import Clinic
from clinic_desktop.domain.course import CourseOffer, CourseRequest, CourseSession
from clinic_desktop.domain.ids import PractitionerId
from clinic_desktop.domain.planning_ports import Schedule
from clinic_desktop.domain.service import Service
from clinic_desktop.domain.slot import SlotRequest
from clinic_desktop.domain.travel import DriveBook
from clinic_desktop.planning.drive_clock import DriveClock
from clinic_desktop.planning.slot_search import DayBest, best_by_day, slot_of

_MOST_OFFERS: Final = 3
_APART_DAYS: Final = 2
"""Two offered courses begin at least so far apart, or are with somebody else."""

Node = tuple[date, PractitionerId]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """The cheapest way to a node: its cost, and the node before it."""

    cost: float
    before: Node | None


def search_course(
    request: CourseRequest,
    schedule: Schedule,
    drives: DriveBook,
    clinic: Clinic,
    limit: int = _MOST_OFFERS,
) -> tuple[CourseOffer, ...]:
    """The best courses, cheapest first; () if there is none.

    Args:
        request: sessions with their spacing, where, when and with whom.
        schedule: every day on which a session may lie.
        drives: base drives.
        clinic: grid, prices and profile.
        limit: how many to offer.
    """
    clock = DriveClock(drives, clinic.profile)
    flat = replace(clinic, weights=replace(clinic.weights, later_day=0.0, other_person=0.0))
    # A block's sessions differ only in their number: the same days are the best for all of them.
    known: dict[tuple[Service, int], dict[Node, DayBest]] = {}
    for session in request.sessions:
        key = (session.service, session.door_min)
        if key not in known:
            known[key] = _best_days(request, session, schedule, flat, clock)
    days = [known[session.service, session.door_min] for session in request.sessions]
    table = _table(request, days, clinic, schedule.days[0])
    if not table or not table[-1]:
        return ()
    offers: list[CourseOffer] = []
    taken: list[Node] = []
    for node, step in sorted(table[-1].items(), key=lambda item: (item[1].cost, item[0])):
        way = _way(table, node)
        first = way[0]
        if any(
            person == first[1] and abs((first[0] - day).days) < _APART_DAYS for day, person in taken
        ):
            continue
        taken.append(first)
        slots = tuple(
            slot_of(days[number][at], _slot_request(request, session), schedule, flat, clock)
            for number, (session, at) in enumerate(zip(request.sessions, way, strict=True))
        )
        offers.append(CourseOffer(slots=slots, cost=step.cost))
        if len(offers) == limit:
            break
    return tuple(offers)


def _slot_request(request: CourseRequest, session: CourseSession) -> SlotRequest:
    return SlotRequest(
        service=session.service,
        place=request.place,
        door_min=session.door_min,
        windows=request.windows,
        practitioner_id=request.wanted_id if request.keep is Keep.HARD else None,
        not_before=request.not_before,
        state=request.state,
    )


def _best_days(
    request: CourseRequest,
    session: CourseSession,
    schedule: Schedule,
    clinic: Clinic,
    clock: DriveClock,
) -> dict[Node, DayBest]:
    """The best start of each practitioner's day for a session."""
    found = best_by_day(_slot_request(request, session), schedule, clinic, clock)
    last = request.last_day
    return {node: best for node, best in found.items() if last is None or node[0] <= last}


def _table(
    request: CourseRequest,
    days: list[dict[Node, DayBest]],
    clinic: Clinic,
    first_day: date,
) -> list[dict[Node, _Step]]:
    """By session, the cheapest way to each of its nodes; later ones are empty if there is none."""
    later, change = clinic.weights.later_day, clinic.weights.other_person
    last = len(request.sessions) - 1
    table: list[dict[Node, _Step]] = []
    for number, session in enumerate(request.sessions):
        steps: dict[Node, _Step] = {}
        by_day: defaultdict[date, list[tuple[PractitionerId, float]]] = defaultdict(list)
        if number:
            for (day, person), step in table[-1].items():
                by_day[day].append((person, step.cost))
        for node, best in days[number].items():
            day, person = node
            own = best.cost
            if request.last_day is not None and number == last:
                own += later * (request.last_day - day).days
            if number == 0:
                if request.last_day is None:
                    own += later * (day - first_day).days
                if request.keep is Keep.SOFT and request.wanted_id not in (None, person):
                    own += change
                steps[node] = _Step(cost=own, before=None)
                continue
            found: tuple[float, Node] | None = None
            for before_day, people in by_day.items():
                gap = (day - before_day).days
                if not session.min_days <= gap <= session.max_days:
                    continue
                waited = later * (gap - session.min_days)
                for before_person, cost in people:
                    switched = before_person != person
                    if switched and request.keep is Keep.HARD:
                        continue
                    price = change if switched and request.keep is Keep.SOFT else 0.0
                    way = (cost + waited + price, (before_day, before_person))
                    if found is None or way < found:
                        found = way
            if found is not None:
                steps[node] = _Step(cost=found[0] + own, before=found[1])
        table.append(steps)
    return table


def _way(table: list[dict[Node, _Step]], node: Node) -> list[Node]:
    """The nodes from the first session to one of the last."""
    way = [node]
    for steps in reversed(table[1:]):
        before = steps[way[-1]].before
        assert before is not None
        way.append(before)
    return way[::-1]
