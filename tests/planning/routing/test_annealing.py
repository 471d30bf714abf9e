"""A walk through plans: each it shows can be driven, and costs what the judge says."""

import numpy as np

from clinic_desktop.planning.routing.annealing import (
    Tour,
    anneal,
    empty_tour,
    near_visits,
    route_cost_of,
)
from clinic_desktop.planning.routing.arrays import arrays_of
from clinic_desktop.planning.routing.judge import plan_cost, route_cost
from clinic_desktop.planning.routing.labels import LONGEST
from tests.planning.routing.small_problems import best_cost, small_problem


def test_a_walk_ends_at_a_plan_that_the_judge_prices_alike() -> None:
    reached = 0
    for seed in range(60):
        problem = small_problem(seed)
        p = arrays_of(problem)
        tour = empty_tour(problem, p)
        missed = np.zeros(len(problem.visits), np.int64)
        cost, routes, lengths, costs = anneal(
            p,
            tour.routes,
            tour.lengths,
            tour.costs,
            tour.cost,
            near_visits(p),
            missed,
            seed,
            200,
            20.0,
            1.0,
            4,
        )
        made = Tour(routes, lengths, costs, cost)
        assert plan_cost(problem, made.as_routes()) == cost, f"seed {seed}"
        reached += cost == best_cost(problem)
    assert reached > 40


def test_compiled_rules_and_the_judge_agree_on_any_route() -> None:
    rng = np.random.default_rng(3)
    agreed = 0
    for seed in range(300):
        problem = small_problem(seed)
        p = arrays_of(problem)
        for _route in range(6):
            length = int(rng.integers(1, 5))
            visits = rng.permutation(len(problem.visits))[:length]
            row = np.full(LONGEST, -1, np.int64)
            row[:length] = visits
            k = int(rng.integers(len(problem.shifts)))
            known = route_cost(problem, k, [int(v) for v in visits])
            assert route_cost_of(p, k, row, length) == (-1 if known is None else known)
            agreed += known is not None
    assert agreed > 300
