"""Small random problems with random rules switched on, and their best plans by trying everything.

The brute force knows only the judge; it shares nothing with the engines.
"""

import random
from collections.abc import Iterator, Sequence
from itertools import permutations

from clinic_desktop.domain.route_problem import (
    DriveCurves,
    LunchWindow,
    Overtime,
    RouteProblem,
    RouteShift,
    RouteVisit,
    Spacing,
)
from clinic_desktop.planning.routing.judge import plan_cost, route_cost

RULES = (
    "lunch",
    "absences",
    "max_drive",
    "overtime",
    "capacity",
    "order",
    "spacing",
    "curves",
    "windows",
    "priorities",
    "skills",
    "odd drives",
    "short visits",
    "grid",
)


def small_problem(seed: int, visits: int = 5, shifts: int = 2) -> RouteProblem:
    """A problem with a random part of the rules; the same seed gives the same one."""
    rng = random.Random(seed)
    on = {rule for rule in RULES if rng.random() < 0.35}
    places = shifts + visits
    where = [(rng.uniform(0, 60), rng.uniform(0, 60)) for _place in range(places)]
    drive = [
        [
            0
            if a == b
            else int(3 + abs(where[a][0] - where[b][0]) + abs(where[a][1] - where[b][1]))
            + rng.randrange(4)
            for b in range(places)
        ]
        for a in range(places)
    ]
    if "odd drives" in on:
        for _again in range(3):
            a, b = rng.randrange(places), rng.randrange(places)
            drive[a][b] = rng.choice((0, 200))
    day_of = [0 if "spacing" not in on else k % 2 for k in range(shifts)]
    return RouteProblem(
        drive=tuple(map(tuple, drive)),
        shifts=tuple(_shift(rng, on, k, day_of[k]) for k in range(shifts)),
        visits=tuple(_visit(rng, on, shifts, shifts + n) for n in range(visits)),
        capacity=rng.randint(2, 5) if "capacity" in on else None,
        spacing=tuple(
            Spacing(first=a, second=b, days=rng.choice((1, 2)))
            for a, b in [rng.sample(range(visits), 2)]
            if "spacing" in on
        ),
        order=tuple(
            (a, b) for a, b in [rng.sample(range(visits), 2) for _pair in range(2)] if "order" in on
        ),
        grid=rng.choice((5, 15)) if "grid" in on else 1,
        curves=_curves(drive) if "curves" in on else None,
    )


def _shift(rng: random.Random, on: set[str], k: int, day: int) -> RouteShift:
    opens = rng.choice((480, 510))
    lunch = LunchWindow(earliest=600, latest=rng.choice((640, 700)), length=rng.choice((0, 30)))
    off = rng.randrange(520, 700)
    over = Overtime(until=opens + 180, price=rng.choice((1, 3)))
    return RouteShift(
        start=k,
        end=k,
        opens=opens,
        closes=opens + rng.choice((200, 300, 420)),
        lunch=lunch if "lunch" in on else None,
        absences=((off, off + rng.choice((15, 60))),) if "absences" in on else (),
        max_drive=rng.choice((90, 160)) if "max_drive" in on else None,
        overtime=over if "overtime" in on else None,
        person=k,
        day=day,
    )


def _visit(rng: random.Random, on: set[str], shifts: int, place: int) -> RouteVisit:
    windows = []
    for _window in range(rng.choice((1, 2)) if "windows" in on else 1):
        first = rng.randrange(480, 760)
        windows.append((first, first + rng.choice((0, 30, 120, 300))))
    allowed = [rng.random() < 0.7 for _shift in range(shifts)]
    return RouteVisit(
        place=place,
        duration=rng.choice((0, 1, 7)) if "short visits" in on else rng.choice((20, 30, 45)),
        windows=tuple(sorted(windows)),
        allowed=tuple(allowed) if "skills" in on else (True,) * shifts,
        penalty=tuple(rng.choice((0, 0, 20)) for _shift in range(shifts)),
        unserved=rng.choice((0, 40, 150, 600)) if "priorities" in on else 600,
        demand=1,
    )


def _curves(drive: Sequence[Sequence[int]]) -> DriveCurves:
    """Slower from 9 to 11 h, first in first out: a drive falls by less than the clock rises."""
    values = sorted({value for row in drive for value in row})
    times = []
    for value in values:
        peak = value + value // 3
        row = [value] * 540 + [peak] * 120
        while row[-1] > value:
            row.append(row[-1] - 1)
        times.append(row)
    longest = max(len(row) for row in times)
    return DriveCurves(
        curve=tuple(tuple(values.index(value) for value in row) for row in drive),
        times=tuple(tuple(row + [row[-1]] * (longest - len(row))) for row in times),
        step=1,
    )


def best_cost(problem: RouteProblem) -> int:
    """The cost of the best plan, by trying every order of every choice of visits."""
    visits = range(len(problem.visits))
    cheapest: list[dict[frozenset[int], tuple[int, tuple[int, ...]]]] = []
    for k in range(len(problem.shifts)):
        found: dict[frozenset[int], tuple[int, tuple[int, ...]]] = {frozenset(): (0, ())}
        for size in range(1, len(problem.visits) + 1):
            for route in permutations(visits, size):
                cost = route_cost(problem, k, route)
                key = frozenset(route)
                if cost is not None and (key not in found or cost < found[key][0]):
                    found[key] = cost, route
        cheapest.append(found)

    def plans(k: int, taken: frozenset[int]) -> Iterator[tuple[tuple[int, ...], ...]]:
        if k == len(cheapest):
            yield ()
            return
        for key, (_cost, route) in cheapest[k].items():
            if not key & taken:
                for rest in plans(k + 1, taken | key):
                    yield (route, *rest)

    costs = (plan_cost(problem, plan) for plan in plans(0, frozenset()))
    return min(cost for cost in costs if cost is not None)
