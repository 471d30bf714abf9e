"""Branch and price: the cheapest plan of a clinic's day, and at all times a bound beneath it.

Column generation prices routes shift by shift (``labels``), quickly first and exactly before a
bound is believed. Where bound and plan are near each other, every route that could still matter is
listed and the choice among them made whole, which ends the branch; else the tree branches on how
many visits are left out, then on who makes a visit. Costs are whole, so a bound may be rounded up.
"""

import contextlib
import heapq
import itertools
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from clinic_desktop.domain.route_problem import RoutePlan, RouteProblem
from clinic_desktop.planning.routing.annealing import (
    Tour,
    anneal,
    empty_tour,
    near_visits,
    route_cost_of,
    tour_of,
)
from clinic_desktop.planning.routing.arrays import FORBIDDEN, S, V, arrays_of
from clinic_desktop.planning.routing.bounds import Bounds, Onward, completion_bounds, look_onward
from clinic_desktop.planning.routing.labels import ALL, EXACT, QUICK, find_routes
from clinic_desktop.planning.routing.master import Column, Fork, Master, Relaxed
from clinic_desktop.planning.routing.whole_choice import choose_whole

_EPS: Final = 0.01
_PAYS: Final = -1e-4
_FIRST_ROUNDS: Final = 600
_BUCKETS: Final = 120
_STEPS: Final = 40_000_000
_FEW_STEPS: Final = 1_000_000
_MOST_LABELS: Final = 1_500_000
_QUICK_LABELS: Final = 200_000
_LISTED: Final = 30_000
_LISTED_LABELS: Final = 400_000

Stop = Callable[[], bool]
Told = Callable[[RoutePlan], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Node:
    fork: Fork
    bound: float


class _Stopped(Exception):  # noqa: N818 - not an error: time is up, or somebody pressed Stop
    """Time is up."""


class BranchPrice:
    """One search; it can be stopped, and says where it stands.

    Args:
        problem: checked.
        stop: asked often; True ends the search with what is known.
        told: called with every better plan or bound.
        seed: of the first, annealed plan.
        start: a plan to begin with; the answer is never dearer.
        rounds: of annealing before the first linear program.
    """

    def __init__(
        self,
        problem: RouteProblem,
        *,
        stop: Stop = lambda: False,
        told: Told = lambda _plan: None,
        seed: int = 0,
        start: Sequence[Sequence[int]] = (),
        rounds: int = _FIRST_ROUNDS,
    ) -> None:
        self._problem = problem
        self._arrays = arrays_of(problem)
        self._stop = stop
        self._told = told
        self._began = time.perf_counter()
        self._visits, self._shifts = len(problem.visits), len(problem.shifts)
        self._bound = 0.0
        self._floor = 0.0
        self._plan = self._first_tour(start, seed, rounds)
        self._master: Master | None = None
        shortest = int(self._arrays.visit[:, V.DURATION].min()) if self._visits else 0
        self._shortest = shortest
        self._small = self._visits <= 64 and not problem.spacing
        self._onward: dict[int, Onward] = {}

    def run(self) -> RoutePlan:
        """Search until the plan is proven or it is stopped."""
        if not self._visits or not self._shifts:
            self._bound = self._plan.cost
            return self._report()
        with contextlib.suppress(_Stopped):
            self._search()
        return self._report()

    def rehearse(self) -> None:
        """Go through every step of a search once, whether the answer needs it or not."""
        master = self._master = Master(self._problem)
        fork = self._whole_fork()
        master.turn_to(fork)
        relaxed = master.solve()
        self._price(fork, relaxed, QUICK)
        self._price(fork, relaxed, EXACT)
        self._try_whole(fork, relaxed, 0.0)
        self._listed(fork, relaxed, 0.0)

    def _whole_fork(self) -> Fork:
        """The root of the tree: nothing is decided."""
        return Fork(
            allowed=self._arrays.penalty != FORBIDDEN,
            must=np.zeros(self._visits, np.bool_),
            fewest_out=0,
            most_out=self._visits,
        )

    def _report(self) -> RoutePlan:
        bound = min(self._plan.cost, math.ceil(max(0.0, self._bound) - _EPS))
        return RoutePlan(
            routes=self._plan.as_routes(),
            cost=self._plan.cost,
            lower_bound=bound,
            proven=bound >= self._plan.cost,
            seconds=time.perf_counter() - self._began,
        )

    def _first_tour(self, start: Sequence[Sequence[int]], seed: int, rounds: int) -> Tour:
        p = self._arrays
        given = tour_of(p, tuple(tuple(route) for route in start)) if start else None
        best = given or empty_tour(self._problem, p)
        if not self._visits or not self._shifts or rounds <= 0:
            return best
        walk = best.copy()
        cost, routes, lengths, costs = anneal(
            p,
            walk.routes,
            walk.lengths,
            walk.costs,
            walk.cost,
            near_visits(p),
            np.zeros(self._visits, np.int64),
            seed,
            rounds,
            max(1.0, 0.02 * float(p.cost.max()) * 4),
            max(0.1, 0.001 * float(p.cost.max())),
            6,
        )
        return Tour(routes, lengths, costs, int(cost)) if cost < best.cost else best

    def _check(self) -> None:
        if self._stop():
            raise _Stopped

    def _tell(self) -> None:
        self._told(self._report())

    # The tree

    def _search(self) -> None:
        master = self._master = Master(self._problem)
        master.add(self._columns_of(self._plan))
        root = self._whole_fork()
        number = itertools.count()
        waiting = [(0.0, next(number), _Node(fork=root, bound=0.0))]
        while waiting:
            bound, _number, node = heapq.heappop(waiting)
            self._bound = max(self._bound, bound)
            if self._closed(bound):
                self._bound = self._plan.cost
                return
            self._floor = min((b for b, _n, _node in waiting), default=math.inf)
            for child in self._branch(node):
                heapq.heappush(waiting, (child.bound, next(number), child))
            self._bound = max(self._bound, min((w[0] for w in waiting), default=self._plan.cost))
            self._tell()
        self._bound = self._plan.cost

    def _closed(self, bound: float) -> bool:
        return math.ceil(bound - _EPS) >= self._plan.cost

    def _raise_bound(self, node_bound: float) -> None:
        """No plan costs less than the least of this node's bound and those still waiting."""
        self._bound = max(self._bound, min(node_bound, self._floor, float(self._plan.cost)))

    def _branch(self, node: _Node) -> Iterator[_Node]:
        """Solve a node: nothing if it is closed, else its children."""
        assert self._master is not None
        self._master.turn_to(node.fork)
        found = self._converge(node)
        if found is None:
            return
        relaxed, bound = found
        self._raise_bound(bound)
        self._tell()
        if relaxed.impossible or self._closed(bound):
            return
        whole = all(weight > 1 - 1e-6 for _column, weight in relaxed.weights)
        if (
            whole
            and (relaxed.left_out < 1e-6).all()
            | ((relaxed.left_out < 1e-6) | (relaxed.left_out > 1 - 1e-6)).all()
        ):
            self._take([column for column, _weight in relaxed.weights])
            if self._closed(bound):
                return
        self._try_whole(node.fork, relaxed, bound)
        if self._closed(bound):
            return
        out = float(relaxed.left_out.sum())
        if abs(out - round(out)) > 1e-5:
            low = math.floor(out)
            fork = node.fork
            yield _Node(fork=replace(fork, most_out=low), bound=bound)
            yield _Node(fork=replace(fork, fewest_out=low + 1), bound=bound)
            return
        if self._listed(node.fork, relaxed, bound):
            return
        yield from self._split(node.fork, relaxed, bound)

    def _split(self, fork: Fork, relaxed: Relaxed, bound: float) -> Iterator[_Node]:
        share = np.zeros((self._shifts, self._visits))
        for column, weight in relaxed.weights:
            share[column.shift, list(column.route)] += weight
        doubt = np.minimum(share, 1 - share)
        k, v = np.unravel_index(int(np.argmax(doubt)), doubt.shape)
        if doubt[k, v] < 1e-6:
            # Who goes where is settled, and each shift's own routes are whole: the bound is met.
            return
        without = fork.allowed.copy()
        without[k, v] = False
        only = fork.allowed.copy()
        only[:, v] = False
        only[k, v] = True
        must = fork.must.copy()
        must[v] = True
        yield _Node(fork=replace(fork, allowed=only, must=must), bound=bound)
        yield _Node(fork=replace(fork, allowed=without), bound=bound)

    # Column generation

    def _converge(self, node: _Node) -> tuple[Relaxed, float] | None:
        """The linear program over all routes of a fork and its bound; None if it is closed."""
        assert self._master is not None
        bound = node.bound
        while True:
            self._check()
            relaxed = self._master.solve()
            if self._price(node.fork, relaxed, QUICK)[0]:
                continue
            new, least, sure = self._price(node.fork, relaxed, EXACT)
            if sure:
                bound = max(bound, relaxed.cost + least)
                self._raise_bound(bound)
                if self._closed(bound):
                    return None
            if not new:
                return relaxed, bound

    def _wanted(self, fork: Fork, k: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        return np.flatnonzero(fork.allowed[k])

    def _price(self, fork: Fork, relaxed: Relaxed, way: int) -> tuple[int, float, bool]:
        """Add routes that would pay: how many, the least prices together, whether all is sure."""
        assert self._master is not None
        new, least, sure = 0, 0.0, True
        for k in range(self._shifts):
            self._check()
            wanted = self._wanted(fork, k)
            bounds, bounded = self._bounds(k, relaxed, wanted, used=way == EXACT)
            count, complete, routes, lengths, prices = find_routes(
                self._arrays,
                k,
                relaxed.prize[k],
                -relaxed.fixed[k],
                wanted,
                bounds,
                bounded,
                _PAYS,
                way,
                _QUICK_LABELS if way == QUICK else _MOST_LABELS,
                24,
            )
            sure = sure and complete
            if count:
                least += float(prices[0])
                new += self._master.add(self._as_columns(k, routes, lengths, count))
        return new, least, sure

    def _bounds(
        self,
        k: int,
        relaxed: Relaxed,
        wanted: np.ndarray[tuple[int], np.dtype[np.int64]],
        *,
        used: bool,
    ) -> tuple[Bounds, bool]:
        shift = self._arrays.shift[k]
        span = int(shift[S.CLOSES] - shift[S.OPENS])
        width = min(self._shortest, max(1, span // _BUCKETS))
        if not used or width <= 0:
            nothing = np.zeros((2, 1, 1))
            return Bounds(nothing, np.zeros((2, 1, 1), np.int64), nothing, 0, 1), False
        everything = np.flatnonzero(self._arrays.penalty[k] != FORBIDDEN)
        if k not in self._onward:
            self._onward[k] = look_onward(self._arrays, k, everything, width, span // width + 1)
        allowed = np.zeros(self._visits, np.bool_)
        allowed[wanted] = True
        return completion_bounds(
            self._arrays, k, relaxed.prize[k], everything, allowed, self._onward[k]
        ), True

    def _as_columns(
        self,
        k: int,
        routes: np.ndarray[tuple[int, int], np.dtype[np.int64]],
        lengths: np.ndarray[tuple[int], np.dtype[np.int64]],
        count: int,
    ) -> Iterator[Column]:
        for r in range(count):
            length = int(lengths[r])
            yield Column(
                shift=k,
                route=tuple(int(v) for v in routes[r, :length]),
                cost=self._cost(k, routes[r], length),
            )

    def _cost(self, k: int, route: np.ndarray[tuple[int], np.dtype[np.int64]], length: int) -> int:
        return int(route_cost_of(self._arrays, k, route, length))

    # Whole plans

    def _columns_of(self, tour: Tour) -> Iterator[Column]:
        for k in range(self._shifts):
            length = int(tour.lengths[k])
            if length:
                route = tuple(int(v) for v in tour.routes[k, :length])
                yield Column(shift=k, route=route, cost=int(tour.costs[k]))

    def _take(self, columns: Sequence[Column]) -> None:
        routes: list[tuple[int, ...]] = [()] * self._shifts
        for column in columns:
            routes[column.shift] = column.route
        tour = tour_of(self._arrays, tuple(routes))
        if tour is not None and tour.cost < self._plan.cost:
            self._plan = tour
            self._tell()

    def _try_whole(self, fork: Fork, relaxed: Relaxed, bound: float) -> None:
        """The best plan from the routes known so far."""
        assert self._master is not None
        columns = [c for c in self._master.columns if fork.admits(c)]
        if self._small:
            priced = [(self._priced(column, relaxed), column) for column in columns]
            chosen, _certain = self._choose(sorted(priced, key=_by_price), bound, _FEW_STEPS)
        else:
            chosen, _certain = self._master.whole(columns, fork, self._plan.cost - 0.5, 1.0)
        if chosen is not None:
            self._take(chosen)

    def _priced(self, column: Column, relaxed: Relaxed) -> float:
        k = column.shift
        return column.cost - relaxed.fixed[k] - float(relaxed.prize[k, list(column.route)].sum())

    def _choose(
        self, priced: list[tuple[float, Column]], bound: float, steps: int
    ) -> tuple[list[Column] | None, bool]:
        """The best whole plan among priced routes, in order of shift and price."""
        shifts = np.array([column.shift for _price, column in priced], np.int64)
        best, picked, certain = choose_whole(
            np.array([sum(1 << v for v in c.route) for _price, c in priced], np.uint64),
            np.array([column.cost for _price, column in priced], np.int64),
            np.array([price for price, _column in priced], np.float64),
            np.searchsorted(shifts, np.arange(self._shifts + 1)).astype(np.int64),
            np.ascontiguousarray(self._arrays.visit[:, V.UNSERVED]),
            bound,
            self._plan.cost,
            steps,
        )
        if best >= self._plan.cost:
            return None, bool(certain)
        return [priced[r][1] for r in picked if r >= 0], bool(certain)

    def _listed(self, fork: Fork, relaxed: Relaxed, bound: float) -> bool:
        """List every route that a better plan could have, and choose; whether that was possible."""
        assert self._master is not None
        gap = self._plan.cost - bound
        columns: dict[tuple[int, frozenset[int]], tuple[float, Column]] = {}
        for k in range(self._shifts):
            self._check()
            wanted = self._wanted(fork, k)
            bounds, bounded = self._bounds(k, relaxed, wanted, used=True)
            count, complete, routes, lengths, prices = find_routes(
                self._arrays,
                k,
                relaxed.prize[k],
                -relaxed.fixed[k],
                wanted,
                bounds,
                bounded,
                gap,
                ALL,
                _LISTED_LABELS,
                _LISTED,
            )
            if not complete:
                return False
            for r, column in enumerate(self._as_columns(k, routes, lengths, count)):
                key = (k, frozenset(column.route))
                if key not in columns or column.cost < columns[key][1].cost:
                    columns[key] = (float(prices[r]), column)
        if self._small:
            chosen, certain = self._choose(sorted(columns.values(), key=_by_price), bound, _STEPS)
        else:
            listed = [column for _price, column in columns.values()]
            chosen, certain = self._master.whole(listed, fork, self._plan.cost - 0.5, 20.0)
        if chosen is not None:
            self._take(chosen)
        return certain


def _by_price(priced: tuple[float, Column]) -> tuple[int, float]:
    return priced[1].shift, priced[0]


def solve_exactly(
    problem: RouteProblem,
    *,
    stop: Stop = lambda: False,
    told: Told = lambda _plan: None,
    seed: int = 0,
    start: Sequence[Sequence[int]] = (),
) -> RoutePlan:
    """The cheapest plan, proven unless it is stopped before.

    Args:
        problem: checked.
        stop: asked often; True ends the search with what is known.
        told: called with every better plan or bound.
        seed: of the first, annealed plan.
        start: a plan to begin with; the answer is never dearer.
    """
    return BranchPrice(problem, stop=stop, told=told, seed=seed, start=start).run()
