"""The exact engine against trying everything, and against the proven days of the open format."""

import pytest

from clinic_desktop.domain.route_problem import RoutePlan, RouteProblem
from clinic_desktop.planning.routing.branch_price import solve_exactly
from clinic_desktop.planning.routing.judge import broken_rules, plan_cost
from tests.planning.routing.small_problems import best_cost, small_problem


def agrees(problem: RouteProblem, plan: RoutePlan) -> None:
    assert list(broken_rules(problem, plan.routes)) == []
    assert plan_cost(problem, plan.routes) == plan.cost
    assert plan.proven
    assert plan.lower_bound == plan.cost


@pytest.mark.parametrize("block", range(20))
def test_it_finds_what_trying_everything_finds(block: int) -> None:
    for seed in range(25 * block, 25 * block + 25):
        problem = small_problem(seed)
        plan = solve_exactly(problem, seed=seed)
        agrees(problem, plan)
        assert plan.cost == best_cost(problem), f"seed {seed}"


def test_three_practitioners_and_six_visits_too() -> None:
    for seed in range(900, 906):
        problem = small_problem(seed, visits=6, shifts=3)
        plan = solve_exactly(problem, seed=seed)
        agrees(problem, plan)
        assert plan.cost == best_cost(problem), f"seed {seed}"


def test_what_it_says_when_stopped_holds() -> None:
    problem = small_problem(77, visits=6, shifts=3)
    best = best_cost(problem)
    for most in (0, 1, 3, 10):
        asked = iter(range(10_000))
        plan = solve_exactly(problem, stop=lambda a=asked, m=most: next(a) >= m)
        assert plan_cost(problem, plan.routes) == plan.cost
        assert plan.lower_bound <= best <= plan.cost


def test_the_plan_it_starts_with_is_never_made_worse() -> None:
    problem = small_problem(5)
    best = solve_exactly(problem)
    again = solve_exactly(problem, start=best.routes, stop=lambda: True)
    assert again.cost == best.cost


def test_the_same_seed_gives_the_same_plan() -> None:
    problem = small_problem(31, visits=6, shifts=3)
    assert solve_exactly(problem, seed=4).routes == solve_exactly(problem, seed=4).routes


def test_nothing_to_plan_is_planned_at_once() -> None:
    problem = small_problem(1, visits=2)
    nobody = RouteProblem(drive=problem.drive, shifts=(), visits=())
    plan = solve_exactly(nobody)
    assert (plan.cost, plan.proven, plan.routes) == (0, True, ())
