"""Completion bounds: at least what the rest of a route costs from a visit and a time on.

The rest may come back to a visit, only never straight back, and the time is rounded down to a
bucket: both make it cheaper, so the bound holds. No bucket may be longer than the shortest visit,
or a bound would be read before it is known.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from clinic_desktop.planning.routing.arrays import Arrays, Flags, Floats, Ints, S, V
from clinic_desktop.planning.routing.clocks import (
    arrive,
    lunch_after,
    overtime_cost,
    serve,
)
from clinic_desktop.planning.routing.compiled import compiled

HOPELESS: Final = 1e15
Buckets = npt.NDArray[np.int16]
_PLACE = V.PLACE
_END, _OPENS, _CLOSES, _LENGTH = S.END, S.OPENS, S.CLOSES, S.LUNCH_LENGTH


class Bounds(NamedTuple):
    """Best and second-best rest by visit and bucket, with the visit that each goes on to.

    Index 0 of the first axis: lunch was had, or there is none; 1: it is still to come.
    """

    best: Floats
    """(2, n, q)"""
    best_next: Ints
    """(2, n, q) -1: home"""
    second: Floats
    """(2, n, q) the best that goes on to another visit than ``best_next``"""
    opens: int
    width: int


class Onward(NamedTuple):
    """What lies ahead of each visit and bucket of a shift, whatever visits are worth.

    w is the number of visits that the shift may make, q of buckets; -1 where something no longer
    fits.
    """

    after: Buckets
    """(w, w, q) the bucket in which the next visit is over"""
    fed: Buckets
    """(w, w, q) the same with lunch before it, on arrival"""
    rested: Buckets
    """(w, q) the bucket after a lunch taken at once"""
    home: Floats
    """(2, w, q) what driving home costs, by whether lunch is still to come"""
    opens: int
    width: int


@compiled
def look_onward(p: Arrays, k: int, wanted: Ints, width: int, buckets: int) -> Onward:
    """What lies ahead in a shift.

    Args:
        p: the problem.
        k: the shift.
        wanted: the visits that it may make.
        width: of a bucket.
        buckets: how many.
    """
    cost, curve, times, visit, shift = p.cost, p.curve, p.times, p.visit, p.shift
    w = wanted.shape[0]
    after = np.full((w, w, buckets), -1, np.int16)
    fed = np.full((w, w, buckets), -1, np.int16)
    rested = np.full((w, buckets), -1, np.int16)
    home = np.full((2, w, buckets), HOPELESS)
    opens, closes = shift[k, _OPENS], shift[k, _CLOSES]
    end = shift[k, _END]
    for a in range(w):
        here = visit[wanted[a], _PLACE]
        for q in range(buckets):
            t = opens + q * width
            back = arrive(times, curve, shift, k, here, end, t)
            if back <= closes:
                home[0, a, q] = cost[here, end] + overtime_cost(shift, k, back)
            back = lunch_after(shift, k, back)
            if back <= closes:
                home[1, a, q] = cost[here, end] + overtime_cost(shift, k, back)
            eaten = lunch_after(shift, k, t)
            if eaten <= closes:
                rested[a, q] = (eaten - opens) // width
            for b in range(w):
                if a == b:
                    continue
                v = wanted[b]
                reached = arrive(times, curve, shift, k, here, visit[v, _PLACE], t)
                if reached > closes:
                    continue
                done = serve(visit, shift, k, v, reached)
                if done <= closes:
                    after[a, b, q] = (done - opens) // width
                done = serve(visit, shift, k, v, lunch_after(shift, k, reached))
                if done <= closes:
                    fed[a, b, q] = (done - opens) // width
    return Onward(after, fed, rested, home, opens, width)


@compiled
def completion_bounds(
    p: Arrays, k: int, prize: Floats, wanted: Ints, allowed: Flags, onward: Onward
) -> Bounds:
    """The bounds of a shift.

    Args:
        p: the problem.
        k: the shift.
        prize: (n,) what making a visit is worth.
        wanted: the visits that ``onward`` was made for.
        allowed: (n,) which of them may be made here.
        onward: what lies ahead.
    """
    cost, visit = p.cost, p.visit
    n, buckets, w = visit.shape[0], onward.rested.shape[1], wanted.shape[0]
    after, fed, rested, home = onward.after, onward.fed, onward.rested, onward.home
    best = np.full((2, n, buckets), HOPELESS)
    second = np.full((2, n, buckets), HOPELESS)
    best_next = np.full((2, n, buckets), -1, np.int64)
    second_next = np.full((2, n, buckets), -1, np.int64)
    price = np.full((w, w), HOPELESS)
    for a in range(w):
        for b in range(w):
            v = wanted[b]
            if a != b and allowed[v]:
                leg = cost[visit[wanted[a], _PLACE], visit[v, _PLACE]]
                price[a, b] = leg + p.penalty[k, v] - prize[v]
    states = 2 if p.shift[k, _LENGTH] >= 0 else 1
    for q in range(buckets - 1, -1, -1):
        for state in range(states):
            for a in range(w):
                v = wanted[a]
                if not allowed[v]:
                    continue
                one, one_next = HOPELESS, -1
                two, two_next = HOPELESS, -1
                if state == 1 and rested[a, q] >= 0:
                    later = rested[a, q]
                    one, one_next = best[0, v, later], best_next[0, v, later]
                    two, two_next = second[0, v, later], second_next[0, v, later]
                value = home[state, a, q]
                if value < one:
                    if one_next != -1:
                        two, two_next = one, one_next
                    one, one_next = value, -1
                elif value < two and one_next != -1:
                    two, two_next = value, -1
                for b in range(w):
                    if price[a, b] >= HOPELESS:
                        continue
                    j = wanted[b]
                    rest = HOPELESS
                    later = after[a, b, q]
                    if later >= 0:
                        rest = best[state, j, later]
                        if best_next[state, j, later] == v:
                            rest = second[state, j, later]
                    if state == 1:
                        later = fed[a, b, q]
                        if later >= 0:
                            other = best[0, j, later]
                            if best_next[0, j, later] == v:
                                other = second[0, j, later]
                            rest = min(rest, other)
                    if rest >= HOPELESS:
                        continue
                    value = price[a, b] + rest
                    if value < one:
                        if one_next != j:
                            two, two_next = one, one_next
                        one, one_next = value, j
                    elif value < two and one_next != j:
                        two, two_next = value, j
                best[state, v, q], best_next[state, v, q] = one, one_next
                second[state, v, q], second_next[state, v, q] = two, two_next
    return Bounds(best, best_next, second, onward.opens, onward.width)
