"""Plans too large to prove: annealed, then improved by proving small groups of routes best.

Each group is a few shifts whose visits lie near each other, solved exactly from where they stand,
so the plan only ever gets cheaper. What time is left raises the bound beneath the whole.
"""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from clinic_desktop.domain.route_problem import RoutePlan, RouteProblem, Spacing
from clinic_desktop.planning.routing.annealing import (
    Tour,
    anneal,
    empty_tour,
    near_visits,
    tour_of,
)
from clinic_desktop.planning.routing.arrays import FORBIDDEN, Arrays, Ints, V, arrays_of
from clinic_desktop.planning.routing.branch_price import BranchPrice
from clinic_desktop.planning.routing.judge import plan_cost

_ANNEALED: Final = 0.6
_GROUPED: Final = 0.25
_CHUNK: Final = 2_000
_CYCLES: Final = 3
_HOT: Final = 0.25
_COLD: Final = 0.002
_REMOVED: Final = 12
_MOST_VISITS: Final = 34
_GROUP_SECONDS: Final = 2.0

Routes = tuple[tuple[int, ...], ...]


class LargePlan:
    """One search on a large problem.

    Args:
        problem: checked.
        seconds: wall-clock time it may take.
        stop: asked often; True ends it with what is known.
        told: called with every better plan or bound.
        seed: of the chances it takes.
        start: a plan to begin with; the answer is never dearer.
    """

    def __init__(
        self,
        problem: RouteProblem,
        *,
        seconds: float,
        stop: Callable[[], bool],
        told: Callable[[RoutePlan], None],
        seed: int = 0,
        start: Sequence[Sequence[int]] = (),
    ) -> None:
        self._problem = problem
        self._arrays = arrays_of(problem)
        self._began = time.perf_counter()
        self._seconds = seconds
        self._asked_to_stop = stop
        self._told = told
        self._chance = random.Random(seed)
        self._bound = 0
        given = tour_of(self._arrays, tuple(map(tuple, start))) if start else None
        self._tour = given or empty_tour(problem, self._arrays)

    def run(self) -> RoutePlan:
        """Search until time is up, it is stopped, or the gap is closed."""
        self._anneal(self._seconds * _ANNEALED)
        self._improve_groups(self._seconds * (_ANNEALED + _GROUPED))
        self._raise_bound()
        return self._report()

    def _over(self, until: float) -> bool:
        return self._asked_to_stop() or time.perf_counter() - self._began >= until

    def _report(self) -> RoutePlan:
        return RoutePlan(
            routes=self._tour.as_routes(),
            cost=self._tour.cost,
            lower_bound=min(self._bound, self._tour.cost),
            proven=self._bound >= self._tour.cost,
            seconds=time.perf_counter() - self._began,
        )

    def _anneal(self, until: float) -> None:
        """Walk while time lasts: three times hot and cooling, then from the best plan so far."""
        p, near = self._arrays, near_visits(self._arrays)
        dearest = float(p.cost.max())
        hot, cold = max(1.0, _HOT * dearest), max(0.1, _COLD * dearest)
        began = time.perf_counter() - self._began
        for cycle in range(_CYCLES):
            end = began + (until - began) * (cycle + 1) / _CYCLES
            self._cool(p, near, hot / 2**cycle, cold, end)

    def _cool(self, p: Arrays, near: Ints, hot: float, cold: float, until: float) -> None:
        """One walk from the best plan, cooling as time passes."""
        walk = self._tour.copy()
        missed = np.zeros(len(self._problem.visits), np.int64)
        begun = time.perf_counter() - self._began
        rounds = 50
        while not self._over(until):
            now = time.perf_counter() - self._began
            heat = hot * (cold / hot) ** min(1.0, (now - begun) / max(until - begun, 1e-6))
            cost, routes, lengths, costs = anneal(
                p,
                walk.routes,
                walk.lengths,
                walk.costs,
                walk.cost,
                near,
                missed,
                self._chance.randrange(1 << 30),
                rounds,
                heat,
                heat * 0.97,
                _REMOVED,
            )
            walk.cost = int(walk.costs.sum()) + self._left_out(walk)
            if cost < self._tour.cost:
                self._tour = Tour(routes, lengths, costs, int(cost))
                self._told(self._report())
            spent = time.perf_counter() - self._began - now
            rounds = int(min(_CHUNK, max(20, rounds * min(4.0, 0.1 / max(spent, 1e-6)))))

    def _left_out(self, tour: Tour) -> int:
        unserved = self._arrays.visit[:, V.UNSERVED]
        made = [v for route in tour.as_routes() for v in route]
        return int(unserved.sum() - unserved[made].sum())

    # Groups of routes

    def _improve_groups(self, until: float) -> None:
        tried: set[tuple[int, ...]] = set()
        shifts = len(self._problem.shifts)
        misses = 0
        while not self._over(until) and misses < 40 * shifts:
            group = self._group(self._chance.randrange(shifts))
            key = tuple(sorted(hash((k, self._routes()[k])) for k in group))
            if key in tried:
                misses += 1
                continue
            misses = 0
            tried.add(key)
            self._improve(group, until)

    def _routes(self) -> Routes:
        return self._tour.as_routes()

    def _group(self, first: int) -> list[int]:
        """A shift and those whose visits lie near to its own, up to what can be proven."""
        routes, p = self._routes(), self._arrays
        place = p.visit[:, V.PLACE]

        own = np.array(routes[first], np.int64)

        def distance(k: int) -> float:
            """How far apart the visits are that the two could exchange."""
            theirs = np.array(routes[k], np.int64)
            if not len(own) or not len(theirs):
                return self._chance.random() * float(p.cost.max())
            shared = (p.penalty[k, own] != FORBIDDEN).mean()
            shared += (p.penalty[first, theirs] != FORBIDDEN).mean()
            if not shared:
                return float("inf")
            legs = p.cost[np.ix_(place[own], place[theirs])]
            return float(legs.min(axis=1).mean() / shared) * self._chance.uniform(0.5, 1.5)

        others = sorted((k for k in range(len(routes)) if k != first), key=distance)
        group, count = [first], len(routes[first])
        for k in others:
            if len(group) >= 4 or count + len(routes[k]) > _MOST_VISITS:
                break
            group.append(k)
            count += len(routes[k])
        return group

    def _improve(self, group: list[int], until: float) -> None:
        routes = self._routes()
        inside = [v for k in group for v in routes[k]]
        made = {v for route in routes for v in route}
        loose = [v for v in range(len(self._problem.visits)) if v not in made]
        inside += loose[: max(0, _MOST_VISITS - len(inside))]
        part = part_of(self._problem, group, inside, routes)
        began = time.perf_counter()
        start = [[inside.index(v) for v in routes[k]] for k in group]
        found = BranchPrice(
            part,
            stop=lambda: self._over(until) or time.perf_counter() - began > _GROUP_SECONDS,
            start=start,
            rounds=100,
            seed=self._chance.randrange(1 << 30),
        ).run()
        changed = list(routes)
        for place, k in enumerate(group):
            changed[k] = tuple(inside[v] for v in found.routes[place])
        tour = tour_of(self._arrays, tuple(changed))
        if tour is not None and tour.cost < self._tour.cost:
            if plan_cost(self._problem, tour.as_routes()) is None:
                return
            self._tour = tour
            self._told(self._report())

    # The bound

    def _raise_bound(self) -> None:
        def note(plan: RoutePlan) -> None:
            self._bound = max(self._bound, plan.lower_bound)
            if plan.cost < self._tour.cost:
                tour = tour_of(self._arrays, plan.routes)
                self._tour = tour if tour is not None else self._tour
            self._told(self._report())

        if self._over(self._seconds):
            return
        search = BranchPrice(
            self._problem,
            stop=lambda: self._over(self._seconds),
            told=note,
            start=self._routes(),
            rounds=0,
        )
        note(search.run())


def part_of(
    problem: RouteProblem, shifts: Sequence[int], visits: Sequence[int], routes: Routes
) -> RouteProblem:
    """The problem of some shifts and visits while all others stay as they are.

    Args:
        problem: the whole.
        shifts: which of its shifts.
        visits: which of its visits.
        routes: the whole plan: visits of a course outside the part keep their days.
    """
    day = {v: problem.shifts[k].day for k, route in enumerate(routes) for v in route}
    number = {v: n for n, v in enumerate(visits)}
    closed: dict[int, set[int]] = {v: set() for v in visits}
    spacing: list[Spacing] = []
    for pair in problem.spacing:
        a, b = pair.first, pair.second
        if a in number and b in number:
            spacing.append(Spacing(first=number[a], second=number[b], days=pair.days))
        for inner, outer in ((a, b), (b, a)):
            if inner in number and outer not in number and outer in day:
                closed[inner] |= {
                    k for k in shifts if abs(problem.shifts[k].day - day[outer]) < pair.days
                }
    places = sorted(
        {problem.visits[v].place for v in visits}
        | {place for k in shifts for place in (problem.shifts[k].start, problem.shifts[k].end)}
    )
    at = {place: n for n, place in enumerate(places)}
    curves = problem.curves
    return replace(
        problem,
        drive=tuple(tuple(problem.drive[a][b] for b in places) for a in places),
        shifts=tuple(
            replace(
                problem.shifts[k], start=at[problem.shifts[k].start], end=at[problem.shifts[k].end]
            )
            for k in shifts
        ),
        visits=tuple(
            replace(
                problem.visits[v],
                place=at[problem.visits[v].place],
                allowed=tuple(problem.visits[v].allowed[k] and k not in closed[v] for k in shifts),
                penalty=tuple(problem.visits[v].penalty[k] for k in shifts),
            )
            for v in visits
        ),
        names=tuple(problem.name(v) for v in visits),
        spacing=tuple(spacing),
        order=tuple(
            (number[a], number[b]) for a, b in problem.order if a in number and b in number
        ),
        curves=None
        if curves is None
        else replace(
            curves, curve=tuple(tuple(curves.curve[a][b] for b in places) for a in places)
        ),
    )
