"""The search for routes by labels: a label is a partial route, kept while nothing beats it.

Three ways: ``QUICK`` forgets which visits were made when it compares (routes are still real, the
best may be missed), ``EXACT`` finds the cheapest route of a shift, ``ALL`` lists every route below
a threshold, the best order of each set of visits at least.
"""

from typing import Final

import numpy as np

from clinic_desktop.planning.routing.arrays import Arrays, Floats, Ints, S, V, Words
from clinic_desktop.planning.routing.bounds import HOPELESS, Bounds
from clinic_desktop.planning.routing.clocks import (
    NEVER,
    lunch_after,
    overtime_cost,
    step_home,
    step_to,
)
from clinic_desktop.planning.routing.compiled import compiled

QUICK: Final = 0
EXACT: Final = 1
ALL: Final = 2
LONGEST: Final = 64
"""No route has more visits."""
_TABLE: Final = 1 << 18
_TINY: Final = 1e-6
_PLACE, _DEMAND = V.PLACE, V.DEMAND
_START, _END, _OPENS, _CLOSES = S.START, S.END, S.OPENS, S.CLOSES
_LENGTH, _MAX_DRIVE, _CAPACITY = S.LUNCH_LENGTH, S.MAX_DRIVE, S.CAPACITY


@compiled
def rest_of(
    best: Floats,
    best_next: Ints,
    second: Floats,
    opens: int,
    width: int,
    lunch: bool,
    v: int,
    before: int,
    after: int,
    closes: int,
    visited: Words,
) -> float:
    """At least what the rest of a route costs from here on."""
    rest = HOPELESS
    for state in range(2):
        if state == 1 and not lunch:
            continue
        at = after if lunch and state == 0 else before
        if at > closes:
            continue
        q = (at - opens) // width
        value = best[state, v, q]
        onward = best_next[state, v, q]
        if onward >= 0 and (visited[onward >> 6] >> np.uint64(onward & 63)) & np.uint64(1):
            value = second[state, v, q]
        rest = min(rest, value)
    return rest


@compiled
def find_routes(
    p: Arrays,
    k: int,
    prize: Floats,
    start_cost: float,
    wanted: Ints,
    bounds: Bounds,
    bounded: bool,
    threshold: float,
    way: int,
    most_labels: int,
    most_routes: int,
) -> tuple[int, bool, Ints, Ints, Floats]:
    """Routes of a shift whose cost less prizes lies below a threshold.

    Args:
        p: the problem.
        k: the shift.
        prize: (n,) what making a visit is worth.
        start_cost: what every route costs beforehand.
        wanted: the visits that the shift may make.
        bounds: completion bounds for the same prizes.
        bounded: whether they are used.
        threshold: routes at or above it are of no interest.
        way: ``QUICK``, ``EXACT`` or ``ALL``.
        most_labels: give up beyond so many.
        most_routes: give up beyond so many (``ALL``), or return so many at most.

    Returns:
        How many, whether nothing was given up, the routes (m, LONGEST), their lengths, and their
        costs less prizes.
    """
    costs, curve, times, visit, shift = p.cost, p.curve, p.times, p.visit, p.shift
    penalty, follows = p.penalty, p.later
    best, best_next, second = bounds.best, bounds.best_next, bounds.second
    opens, width = bounds.opens, bounds.width
    n = visit.shape[0]
    words = (n + 63) // 64
    visited = np.empty((most_labels, words), np.uint64)
    cost = np.empty(most_labels, np.float64)
    before = np.empty(most_labels, np.int64)
    after = np.empty(most_labels, np.int64)
    driven = np.empty(most_labels, np.int64)
    load = np.empty(most_labels, np.int64)
    last = np.empty(most_labels, np.int32)
    parent = np.empty(most_labels, np.int32)
    chain = np.empty(most_labels, np.int32)
    stops = np.empty(most_labels, np.int32)
    dead = np.zeros(most_labels, np.bool_)
    head = np.full(_TABLE if way == ALL else n, -1, np.int32)
    later = np.zeros((n, words), np.uint64)
    ordered = False
    for v in range(n):
        for u in range(n):
            if follows[v, u]:
                later[v, u >> 6] |= np.uint64(1) << np.uint64(u & 63)
                ordered = True
    closes, end = shift[k, _CLOSES], shift[k, _END]
    lunch = shift[k, _LENGTH] >= 0
    longest_drive, capacity = shift[k, _MAX_DRIVE], shift[k, _CAPACITY]
    limited = longest_drive < NEVER or capacity < NEVER
    finished = np.empty(most_routes, np.int32)
    finished_cost = np.empty(most_routes, np.float64)
    found = 0
    best_at = np.full(n, -1, np.int32)
    best_cost = np.full(n, threshold)
    count = 0
    trial = np.empty(words, np.uint64)
    processed = -1
    first_after = lunch_after(shift, k, shift[k, _OPENS])
    while processed < count:
        if processed >= 0 and dead[processed]:
            processed += 1
            continue
        for v in wanted:
            bit = np.uint64(1) << np.uint64(v & 63)
            there = visit[v, _PLACE]
            if processed < 0:
                here = shift[k, _START]
                new_cost = start_cost
                new_driven = costs[here, there]
                new_load = visit[v, _DEMAND]
                new_before, new_after = step_to(
                    times, curve, visit, shift, k, here, v, shift[k, _OPENS], first_after
                )
                for w in range(words):
                    trial[w] = np.uint64(0)
            else:
                if visited[processed, v >> 6] & bit:
                    continue
                if ordered:
                    barred = False
                    for w in range(words):
                        if visited[processed, w] & later[v, w]:
                            barred = True
                    if barred:
                        continue
                here = visit[last[processed], _PLACE]
                new_cost = cost[processed]
                new_driven = driven[processed] + costs[here, there]
                new_load = load[processed] + visit[v, _DEMAND]
                new_before, new_after = step_to(
                    times,
                    curve,
                    visit,
                    shift,
                    k,
                    here,
                    v,
                    before[processed],
                    after[processed],
                )
                for w in range(words):
                    trial[w] = visited[processed, w]
            if min(new_before, new_after) > closes:
                continue
            if limited and (new_driven > longest_drive or new_load > capacity):
                continue
            new_cost += costs[here, there] + penalty[k, v] - prize[v]
            trial[v >> 6] |= bit
            if bounded and (
                new_cost
                + rest_of(
                    best,
                    best_next,
                    second,
                    opens,
                    width,
                    lunch,
                    v,
                    new_before,
                    new_after,
                    closes,
                    trial,
                )
                >= threshold - _TINY
            ):
                continue
            # Is there a label that is at least as good in every way?
            slot = v
            if way == ALL:
                mixed = np.uint64(v + 1) * np.uint64(0x9E3779B97F4A7C15)
                for w in range(words):
                    mixed = (mixed ^ trial[w]) * np.uint64(0xBF58476D1CE4E5B9)
                    mixed ^= mixed >> np.uint64(29)
                slot = np.int64(mixed & np.uint64(_TABLE - 1))
            beaten = False
            previous = -1
            other = head[slot]
            while other >= 0:
                following = chain[other]
                fits = last[other] == v
                better = fits and (
                    cost[other] <= new_cost + 1e-9
                    and before[other] <= new_before
                    and after[other] <= new_after
                )
                worse = fits and (
                    new_cost <= cost[other] + 1e-9
                    and new_before <= before[other]
                    and new_after <= after[other]
                )
                if limited and (better or worse):
                    better = better and driven[other] <= new_driven and load[other] <= new_load
                    worse = worse and new_driven <= driven[other] and new_load <= load[other]
                if way == EXACT and (better or worse):
                    for w in range(words):
                        if visited[other, w] & ~trial[w]:
                            better = False
                        if trial[w] & ~visited[other, w]:
                            worse = False
                elif way == ALL and (better or worse):
                    for w in range(words):
                        if visited[other, w] != trial[w]:
                            better = False
                            worse = False
                if better:
                    beaten = True
                    break
                if worse:
                    dead[other] = True
                    if previous < 0:
                        head[slot] = following
                    else:
                        chain[previous] = following
                else:
                    previous = other
                other = following
            if beaten:
                continue
            if count >= most_labels or (processed >= 0 and stops[processed] >= LONGEST - 1):
                return (
                    0,
                    False,
                    np.empty((0, LONGEST), np.int64),
                    np.empty(0, np.int64),
                    np.empty(0),
                )
            cost[count] = new_cost
            before[count] = new_before
            after[count] = new_after
            driven[count] = new_driven
            load[count] = new_load
            last[count] = v
            parent[count] = processed
            stops[count] = 1 if processed < 0 else stops[processed] + 1
            for w in range(words):
                visited[count, w] = trial[w]
            chain[count] = head[slot]
            head[slot] = count
            done = step_home(times, curve, shift, k, there, new_before, new_after)
            homeward = costs[there, end]
            if done < NEVER and new_driven + homeward <= longest_drive:
                total = new_cost + homeward + overtime_cost(shift, k, done)
                if way == ALL:
                    if total < threshold - _TINY:
                        if found >= most_routes:
                            return (
                                0,
                                False,
                                np.empty((0, LONGEST), np.int64),
                                np.empty(0, np.int64),
                                np.empty(0),
                            )
                        finished[found] = count
                        finished_cost[found] = total
                        found += 1
                elif total < best_cost[v] - _TINY:
                    best_cost[v] = total
                    best_at[v] = count
            count += 1
        processed += 1
    if way != ALL:
        ends = np.flatnonzero(best_at >= 0)
        by_cost = ends[np.argsort(best_cost[ends])]
        for v in by_cost[:most_routes]:
            finished[found] = best_at[v]
            finished_cost[found] = best_cost[v]
            found += 1
    routes = np.full((found, LONGEST), -1, np.int64)
    lengths = np.empty(found, np.int64)
    for r in range(found):
        label = finished[r]
        length = stops[label]
        lengths[r] = length
        for position in range(length - 1, -1, -1):
            routes[r, position] = last[label]
            label = parent[label]
    return found, True, routes, lengths, finished_cost[:found]
