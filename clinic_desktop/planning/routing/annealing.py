"""Improving a plan by taking strings of neighbouring visits out and putting them back.

After Christiaens and Vanden Berghe, "Slack Induction by String Removals" (Transportation Science
54(2), 2020): removal of strings near one visit, greedy insertion that now and then overlooks a
place, simulated annealing.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from clinic_desktop.domain.route_problem import RouteProblem
from clinic_desktop.planning.routing.arrays import FORBIDDEN, Arrays, Flags, Ints, S, V
from clinic_desktop.planning.routing.clocks import (
    NEVER,
    cost_of_route,
    lunch_after,
    over_with,
    overtime_cost,
    step_to,
)
from clinic_desktop.planning.routing.compiled import compiled
from clinic_desktop.planning.routing.labels import LONGEST

_OVERLOOKED: Final = 0.01
_PATIENCE: Final = 1_000.0
_LONGEST_STRING: Final = 8
_PLACE, _DURATION, _DEMAND, _UNSERVED = V.PLACE, V.DURATION, V.DEMAND, V.UNSERVED
_COUNT, _WINDOWS = V.COUNT, V.WINDOWS
_START, _END, _OPENS, _DAY = S.START, S.END, S.OPENS, S.DAY
_MAX_DRIVE, _CAPACITY, _OVER_PRICE = S.MAX_DRIVE, S.CAPACITY, S.OVERTIME_PRICE


@dataclass(slots=True)
class Tour:
    """A plan as the kernels change it in place: (k, LONGEST) routes, their lengths and costs."""

    routes: Ints
    lengths: Ints
    costs: Ints
    cost: int

    def copy(self) -> "Tour":
        """An independent one."""
        return Tour(self.routes.copy(), self.lengths.copy(), self.costs.copy(), self.cost)

    def as_routes(self) -> tuple[tuple[int, ...], ...]:
        """One tuple of visits a shift."""
        return tuple(
            tuple(int(v) for v in self.routes[k, : self.lengths[k]])
            for k in range(len(self.lengths))
        )


def tour_of(p: Arrays, routes: tuple[tuple[int, ...], ...]) -> Tour | None:
    """A plan's arrays; None where a route of it cannot be driven."""
    shifts = p.shift.shape[0]
    rows = np.full((shifts, LONGEST), -1, np.int64)
    lengths = np.zeros(shifts, np.int64)
    costs = np.zeros(shifts, np.int64)
    left = int(p.visit[:, V.UNSERVED].sum())
    for k, route in enumerate(routes):
        rows[k, : len(route)] = route
        lengths[k] = len(route)
        costs[k] = route_cost_of(p, k, rows[k], len(route))
        if costs[k] < 0:
            return None
        left -= sum(int(p.visit[v, V.UNSERVED]) for v in route)
    return Tour(rows, lengths, costs, left + int(costs.sum()))


def route_cost_of(p: Arrays, k: int, route: Ints, length: int) -> int:
    """The cost of a route, -1 where a rule is broken."""
    return cost_of_route(
        p.cost, p.curve, p.times, p.visit, p.shift, p.penalty, p.later, k, route, length
    )


def empty_tour(problem: RouteProblem, p: Arrays) -> Tour:
    """Nobody goes anywhere."""
    made = tour_of(p, tuple(() for _shift in problem.shifts))
    assert made is not None
    return made


def near_visits(p: Arrays) -> Ints:
    """(n, n) for each visit all of them, the nearest first."""
    place = p.visit[:, V.PLACE]
    there = p.cost[np.ix_(place, place)]
    return np.argsort(there + there.T, axis=1, kind="stable")


@compiled
def spaced(nearest: Ints, day_of: Ints, v: int, day: int) -> bool:
    """Whether a visit on that day is far enough from the others of its course."""
    for u in range(nearest.shape[0]):
        if nearest[v, u] > 0 and day_of[u] >= 0 and abs(day_of[u] - day) < nearest[v, u]:
            return False
    return True


@compiled
def plain_cost(
    cost_of: Ints, visit: Ints, shift: Ints, penalty: Ints, k: int, route: Ints, length: int
) -> int:
    """Driving and penalties of a route, without overtime."""
    here, total = shift[k, _START], 0
    for position in range(length):
        v = route[position]
        total += cost_of[here, visit[v, _PLACE]] + penalty[k, v]
        here = visit[v, _PLACE]
    return total + int(cost_of[here, shift[k, _END]])


@compiled
def keeps_limits(
    cost_of: Ints,
    visit: Ints,
    shift: Ints,
    penalty: Ints,
    later: Flags,
    k: int,
    route: Ints,
    length: int,
    at: int,
    v: int,
    detour: int,
) -> bool:
    """Whether capacity, order and the longest driving allow a visit before position ``at``."""
    load, extra = visit[v, _DEMAND], penalty[k, v]
    for position in range(length):
        u = route[position]
        load += visit[u, _DEMAND]
        extra += penalty[k, u]
        if (position < at and later[v, u]) or (position >= at and later[u, v]):
            return False
    driving = detour - extra
    if length > 0:
        driving += plain_cost(cost_of, visit, shift, penalty, k, route, length)
    return load <= shift[k, _CAPACITY] and driving <= shift[k, _MAX_DRIVE]


@compiled
def anneal(
    p: Arrays,
    routes: Ints,
    lengths: Ints,
    costs: Ints,
    cost: int,
    near: Ints,
    missed: Ints,
    seed: int,
    rounds: int,
    hot: float,
    cold: float,
    mean_removed: int,
) -> tuple[int, Ints, Ints, Ints]:
    """Improve a tour; the given one becomes the last one walked through.

    Args:
        p: the problem.
        routes: (k, LONGEST), changed in place.
        lengths: (k,), changed in place.
        costs: (k,) of the routes, changed in place.
        cost: of the tour.
        near: from ``near_visits``.
        missed: (n,) how often each visit was left out so far, changed in place.
        seed: the same seed and rounds give the same answer.
        rounds: how many.
        hot: temperature at the beginning, in units of the cost.
        cold: temperature at the end.
        mean_removed: visits taken out in a round, on average.

    Returns:
        The best cost met, and that tour's routes, lengths and costs.
    """
    np.random.seed(seed)
    cost_of, curve, times, visit, shift = p.cost, p.curve, p.times, p.visit, p.shift
    penalty, later, nearest = p.penalty, p.later, p.nearest
    n = visit.shape[0]
    shifts = lengths.shape[0]
    day_of = np.full(n, -1, np.int64)
    where = np.full(n, -1, np.int64)
    for k in range(shifts):
        for i in range(lengths[k]):
            where[routes[k, i]] = k
            day_of[routes[k, i]] = shift[k, _DAY]
    best, best_routes = cost, routes.copy()
    best_lengths, best_costs = lengths.copy(), costs.copy()
    old_routes, old_lengths = routes.copy(), lengths.copy()
    old_costs, old_where, old_day = costs.copy(), where.copy(), day_of.copy()
    order_spaced = np.max(nearest) > 0 if n else False
    ruined = np.zeros(shifts, np.bool_)
    loose = np.empty(n, np.int64)
    rank = np.empty(n, np.float64)
    narrow = (
        bool(np.any(later)) or shift[0, _CAPACITY] < NEVER or np.min(shift[:, _MAX_DRIVE]) < NEVER
    )
    width = np.zeros(n, np.float64)
    for v in range(n):
        for w in range(visit[v, _COUNT]):
            width[v] += visit[v, _WINDOWS + 2 * w + 1] - visit[v, _WINDOWS + 2 * w]
    cheapest = np.min(visit[:, _UNSERVED])
    heat = hot
    cooling = (cold / hot) ** (1.0 / max(1, rounds))
    for _round in range(rounds):
        old_routes[:], old_lengths[:], old_costs[:] = routes, lengths, costs
        old_where[:], old_day[:] = where, day_of
        before = cost
        wished = -1
        # Ruin.
        planned = np.sum(lengths)
        used = np.sum(lengths > 0)
        if used > 0:
            mean = planned / used
            longest = min(_LONGEST_STRING, mean)
            strings = int(np.random.random() * (4.0 * mean_removed / (1.0 + longest) - 1.0)) + 1
            ruined[:] = False
            seed_visit = np.random.randint(n)
            if planned < n:
                # Room is made round a visit that is left out, by those who may make it; less and
                # less often for one that never finds any.
                wish = np.random.randint(n)
                for _try in range(n):
                    if where[wish] < 0:
                        break
                    wish = (wish + 1) % n
                often = (_PATIENCE / 2 + 0.05 * missed[wish]) / (_PATIENCE + missed[wish])
                if np.random.random() < often:
                    wished = wish
                    seed_visit = wish
            done = 0
            for c in near[seed_visit]:
                if done >= strings:
                    break
                k = int(where[c])
                if k < 0 or ruined[k]:
                    continue
                if wished >= 0 and penalty[k, wished] == FORBIDDEN:
                    continue
                length = int(1 + np.random.random() * min(longest, float(lengths[k])))
                length = min(length, lengths[k])
                at = 0
                while routes[k, at] != c:
                    at += 1
                low = max(0, at - length + 1)
                high = min(at, lengths[k] - length)
                first = low + np.random.randint(high - low + 1)
                for i in range(first, first + length):
                    gone = routes[k, i]
                    where[gone] = -1
                    day_of[gone] = -1
                    cost += visit[gone, _UNSERVED]
                for i in range(first, lengths[k] - length):
                    routes[k, i] = routes[k, i + length]
                lengths[k] -= length
                value = cost_of_route(
                    cost_of,
                    curve,
                    times,
                    visit,
                    shift,
                    penalty,
                    later,
                    k,
                    routes[k],
                    int(lengths[k]),
                )
                ruined[k] = True
                done += 1
                if value < 0:
                    # Without the triangle inequality a shorter route may not fit: try again.
                    cost = -1
                    break
                cost += value - costs[k]
                costs[k] = value
            if cost < 0:
                routes[:], lengths[:], costs[:] = old_routes, old_lengths, old_costs
                where[:], day_of[:] = old_where, old_day
                cost = before
                continue
        # Recreate.
        count = 0
        way = np.random.randint(4)
        for v in range(n):
            if where[v] < 0:
                loose[count] = v
                if way == 0:
                    rank[count] = width[v]
                elif way == 1:
                    rank[count] = -float(visit[v, _DURATION])
                elif way == 2:
                    rank[count] = -float(cost_of[shift[0, _START], visit[v, _PLACE]])
                else:
                    rank[count] = np.random.random()
                rank[count] -= 1e9 * (visit[v, _UNSERVED] > cheapest)
                if v == wished:
                    rank[count] = -1e15
                count += 1
        for place in np.argsort(rank[:count]):
            v = int(loose[place])
            best_rise = visit[v, _UNSERVED]
            best_k, best_at, best_value = -1, -1, 0
            for k in range(shifts):
                if penalty[k, v] == FORBIDDEN or lengths[k] >= LONGEST - 1:
                    continue
                if order_spaced and not spaced(nearest, day_of, v, shift[k, _DAY]):
                    continue
                over_now = 0
                if shift[k, _OVER_PRICE] > 0 and lengths[k] > 0:
                    over_now = costs[k] - plain_cost(
                        cost_of, visit, shift, penalty, k, routes[k], lengths[k]
                    )
                clock, fed = shift[k, _OPENS], lunch_after(shift, k, shift[k, _OPENS])
                for at in range(lengths[k] + 1):
                    if at > 0:
                        here = shift[k, _START] if at == 1 else visit[routes[k, at - 2], _PLACE]
                        clock, fed = step_to(
                            times, curve, visit, shift, k, here, routes[k, at - 1], clock, fed
                        )
                    if np.random.random() < _OVERLOOKED:
                        continue
                    a = shift[k, _START] if at == 0 else visit[routes[k, at - 1], _PLACE]
                    b = shift[k, _END] if at == lengths[k] else visit[routes[k, at], _PLACE]
                    there = visit[v, _PLACE]
                    detour = cost_of[a, there] + cost_of[there, b] + penalty[k, v]
                    if lengths[k] > 0:
                        detour -= cost_of[a, b]
                    if detour >= best_rise:
                        continue
                    done, too_late = over_with(
                        times, curve, visit, shift, k, routes[k], lengths[k], at, v, clock, fed
                    )
                    if too_late:
                        break
                    if done >= NEVER:
                        continue
                    rise = detour + overtime_cost(shift, k, done) - over_now
                    if rise >= best_rise:
                        continue
                    if narrow and not keeps_limits(
                        cost_of,
                        visit,
                        shift,
                        penalty,
                        later,
                        k,
                        routes[k],
                        lengths[k],
                        at,
                        v,
                        detour,
                    ):
                        continue
                    best_rise, best_k, best_at = rise, k, at
                    best_value = costs[k] + rise
            if best_k >= 0:
                k = best_k
                for i in range(lengths[k], best_at, -1):
                    routes[k, i] = routes[k, i - 1]
                routes[k, best_at] = v
                lengths[k] += 1
                cost += best_value - costs[k] - visit[v, _UNSERVED]
                costs[k] = best_value
                where[v] = k
                day_of[v] = shift[k, _DAY]
        if cost < best:
            best = cost
            best_routes[:], best_lengths[:], best_costs[:] = routes, lengths, costs
        # A visit that was often left out is worth keeping, even at the price of an easier one.
        new_missing, old_missing = 0, 0
        for v in range(n):
            if where[v] < 0:
                new_missing += missed[v]
            if old_where[v] < 0:
                old_missing += missed[v]
        for v in range(n):
            if where[v] < 0:
                missed[v] += 1
        if new_missing < old_missing:
            continue_walk = cost < before + 3 * cheapest
        else:
            continue_walk = cost < before - heat * np.log(np.random.random())
        if not continue_walk:
            routes[:], lengths[:], costs[:] = old_routes, old_lengths, old_costs
            where[:], day_of[:] = old_where, old_day
            cost = before
        heat *= cooling
    return best, best_routes, best_lengths, best_costs
