"""What a plan costs and which rules it breaks, in plain Python: it trusts no engine.

Two clocks run along a route: the earliest finish with lunch still to come, and with lunch had.
"""

from collections.abc import Iterator, Sequence

from clinic_desktop.domain.route_problem import RouteProblem, RouteShift
from clinic_desktop.text import _

NEVER = 1 << 40
"""A time that does not come."""


def free_from(shift: RouteShift, start: int, length: int) -> int:
    """The first time from ``start`` on from which a span touches no absence."""
    for begin, end in shift.absences:
        if start < end and begin < start + length:
            start = end
    return start


def lunch_after(shift: RouteShift, at: int) -> int:
    """When a lunch taken from ``at`` on is over; ``NEVER`` if it no longer fits."""
    lunch = shift.lunch
    if lunch is None or at >= NEVER:
        return NEVER
    start = free_from(shift, max(at, lunch.earliest), lunch.length)
    return start + lunch.length if start <= lunch.latest else NEVER


def arrive(problem: RouteProblem, shift: RouteShift, start: int, end: int, at: int) -> int:
    """When somebody who is ready at ``at`` arrives, driving in no absence."""
    if at >= NEVER:
        return NEVER
    for begin, over in shift.absences:
        if at < over and begin < at + problem.minutes(start, end, at):
            at = over
    return at + problem.minutes(start, end, at)


def serve(problem: RouteProblem, shift: RouteShift, visit: int, at: int) -> int:
    """When a visit reached at ``at`` is over, in the first window that still holds."""
    wanted = problem.visits[visit]
    best = NEVER
    if at >= NEVER:
        return NEVER
    for first, last in wanted.windows:
        start = first if at <= first else _on_grid(problem, at)
        while (free := free_from(shift, start, wanted.duration)) > start:
            start = _on_grid(problem, free)
        if start <= last:
            best = min(best, start + wanted.duration)
    return best


def _on_grid(problem: RouteProblem, at: int) -> int:
    return -(-at // problem.grid) * problem.grid


def route_cost(problem: RouteProblem, number: int, route: Sequence[int]) -> int | None:
    """The cost of one shift's route, None where a rule is broken."""
    if not route:
        return 0
    shift = problem.shifts[number]
    before, after = shift.opens, lunch_after(shift, shift.opens)
    driving, penalty, load, here = 0, 0, 0, shift.start
    for index in route:
        visit = problem.visits[index]
        if not visit.allowed[number]:
            return None
        driving += problem.drive[here][visit.place]
        penalty += visit.penalty[number]
        load += visit.demand
        before = arrive(problem, shift, here, visit.place, before)
        after = arrive(problem, shift, here, visit.place, after)
        after = min(after, lunch_after(shift, before))
        before = serve(problem, shift, index, before)
        after = min(serve(problem, shift, index, after), lunch_after(shift, before))
        if min(before, after) >= NEVER:
            return None
        here = visit.place
    driving += problem.drive[here][shift.end]
    before = arrive(problem, shift, here, shift.end, before)
    after = arrive(problem, shift, here, shift.end, after)
    after = min(after, lunch_after(shift, before))
    done = before if shift.lunch is None else after
    if done > shift.closes:
        return None
    if problem.capacity is not None and load > problem.capacity:
        return None
    if shift.max_drive is not None and driving > shift.max_drive:
        return None
    if any(a in route and b in route and route.index(a) > route.index(b) for a, b in problem.order):
        return None
    over = shift.overtime
    return driving + penalty + (over.price * max(0, done - over.until) if over else 0)


def broken_rules(problem: RouteProblem, routes: Sequence[Sequence[int]]) -> Iterator[str]:
    """Every rule that a plan breaks, as sentences."""
    if len(routes) != len(problem.shifts):
        yield _("The plan has {n} routes for {m} shifts.").format(
            n=len(routes), m=len(problem.shifts)
        )
        return
    planned = [visit for route in routes for visit in route]
    for visit in sorted(set(planned)):
        if planned.count(visit) > 1:
            yield _("{visit} is planned twice.").format(visit=problem.name(visit))
    for number, route in enumerate(routes):
        if route_cost(problem, number, route) is None:
            yield _("The route of practitioner {n} cannot be driven.").format(n=number)
    day = {v: problem.shifts[n].day for n, route in enumerate(routes) for v in route}
    for pair in problem.spacing:
        if pair.first in day and pair.second in day:
            apart = abs(day[pair.first] - day[pair.second])
            if apart < pair.days:
                yield _("{a} and {b} are {n} days apart, not {m}.").format(
                    a=problem.name(pair.first), b=problem.name(pair.second), n=apart, m=pair.days
                )


def plan_cost(problem: RouteProblem, routes: Sequence[Sequence[int]]) -> int | None:
    """The cost of a whole plan, None where it breaks a rule."""
    if any(True for _sentence in broken_rules(problem, routes)):
        return None
    planned = {visit for route in routes for visit in route}
    total = sum(v.unserved for n, v in enumerate(problem.visits) if n not in planned)
    for number, route in enumerate(routes):
        total += route_cost(problem, number, route) or 0
    return total
