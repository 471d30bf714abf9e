"""The best whole plan among listed routes of few shifts: depth first, pruned by reduced costs."""

import numpy as np

from clinic_desktop.planning.routing.arrays import Floats, Ints, Words
from clinic_desktop.planning.routing.compiled import compiled


@compiled
def choose_whole(
    masks: Words,
    costs: Ints,
    prices: Floats,
    first: Ints,
    left_out_cost: Ints,
    bound: float,
    cutoff: int,
    most_steps: int,
) -> tuple[int, Ints, bool]:
    """One route a shift at most, no visit twice, the cheapest below a cutoff.

    Any plan costs at least ``bound`` plus the prices of its routes, so a branch ends where that
    reaches the best plan met.

    Args:
        masks: (r,) the visits of each route as bits, shift by shift, cheapest price first.
        costs: (r,) of the routes.
        prices: (r,) their reduced costs, not below 0 but for rounding.
        first: (k + 1,) where each shift's routes begin.
        left_out_cost: (n,) the price of leaving each visit out.
        bound: of the linear program.
        cutoff: dearer plans are of no interest.
        most_steps: give up after so many.

    Returns:
        The cost, the index of each shift's route (-1: none), and whether nothing was given up.
        The cost is the cutoff where no plan is below it.
    """
    shifts = first.shape[0] - 1
    all_out = np.sum(left_out_cost)
    saved = np.zeros(masks.shape[0], np.int64)
    for r in range(masks.shape[0]):
        for v in range(left_out_cost.shape[0]):
            if (masks[r] >> np.uint64(v)) & np.uint64(1):
                saved[r] += left_out_cost[v]
    best, best_pick = cutoff, np.full(shifts, -1, np.int64)
    pick = np.full(shifts, -1, np.int64)
    at = first[:-1].copy()
    taken = np.zeros(shifts + 1, np.uint64)
    cost = np.zeros(shifts + 1, np.int64)
    price = np.zeros(shifts + 1, np.float64)
    cost[0] = all_out
    depth, steps = 0, 0
    while depth >= 0:
        steps += 1
        if steps > most_steps:
            return best, best_pick, False
        if depth == shifts:
            if cost[depth] < best:
                best = cost[depth]
                best_pick[:] = pick
            depth -= 1
            continue
        r = at[depth]
        if r > first[depth + 1]:
            at[depth] = first[depth]
            depth -= 1
            continue
        at[depth] = r + 1
        if r == first[depth + 1]:
            # The shift stays at home.
            pick[depth] = -1
            taken[depth + 1], cost[depth + 1] = taken[depth], cost[depth]
            price[depth + 1] = price[depth]
            depth += 1
            continue
        if bound + price[depth] + prices[r] > best - 1 + 1e-3:
            at[depth] = first[depth + 1]
            continue
        if masks[r] & taken[depth]:
            continue
        pick[depth] = r
        taken[depth + 1] = taken[depth] | masks[r]
        cost[depth + 1] = cost[depth] + costs[r] - saved[r]
        price[depth + 1] = price[depth] + max(0.0, prices[r])
        depth += 1
    return best, best_pick, True
