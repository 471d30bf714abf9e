"""Plans too large to prove, and problems that contradict themselves."""

from dataclasses import replace

import pytest

from clinic_desktop.domain.route_problem import PlanningTrouble, RoutePlan
from clinic_desktop.planning.routing.groups import LargePlan, part_of
from clinic_desktop.planning.routing.judge import broken_rules, plan_cost
from clinic_desktop.planning.routing.solve import solve
from tests.planning.routing.small_problems import best_cost, small_problem


def test_a_large_plan_keeps_every_rule_and_its_bound_holds() -> None:
    for seed in range(6):
        problem = small_problem(seed, visits=6, shifts=3)
        heard: list[RoutePlan] = []
        plan = LargePlan(
            problem, seconds=0.8, stop=lambda: False, told=heard.append, seed=seed
        ).run()
        assert list(broken_rules(problem, plan.routes)) == []
        assert plan_cost(problem, plan.routes) == plan.cost
        assert plan.lower_bound <= best_cost(problem) <= plan.cost
        costs = [one.cost for one in heard]
        assert costs == sorted(costs, reverse=True)


def test_a_part_of_a_plan_costs_what_it_costs_in_the_whole() -> None:
    for seed in range(40):
        problem = small_problem(seed, visits=6, shifts=3)
        plan = solve(problem, seconds=20)
        routes = plan.routes
        inside = [v for k in (0, 2) for v in routes[k]]
        part = part_of(problem, [0, 2], inside, routes)
        kept = [[inside.index(v) for v in routes[k]] for k in (0, 2)]
        cost = plan_cost(part, kept)
        alone = plan_cost(problem, [routes[k] if k in (0, 2) else () for k in range(len(routes))])
        assert cost is not None
        assert alone is not None
        outside = [v for n, v in enumerate(problem.visits) if n not in inside]
        assert cost == alone - sum(v.unserved for v in outside)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"place": 99}, "visit 1: its place is not in the drive times"),
        ({"windows": ((700, 600),)}, "visit 1: no time is left in its window"),
        ({"windows": ()}, "visit 1: no time is left in its window"),
        ({"duration": 5000}, "visit 1: it lasts longer than anybody’s shift"),
        ({"allowed": (True,)}, "visit 1: it does not say for each practitioner"),
        ({"unserved": -1}, "visit 1: a price is below nothing"),
    ],
)
def test_a_visit_that_cannot_be_is_named_with_its_rule(
    change: dict[str, object], words: str
) -> None:
    problem = small_problem(2)
    visits = list(problem.visits)
    visits[1] = replace(visits[1], **change)  # pyright: ignore[reportArgumentType]
    with pytest.raises(PlanningTrouble, match=words):
        solve(replace(problem, visits=tuple(visits)), seconds=1)


def test_a_practitioner_without_a_home_is_named() -> None:
    problem = small_problem(2)
    shifts = (replace(problem.shifts[0], start=-1), *problem.shifts[1:])
    with pytest.raises(PlanningTrouble, match="Practitioner 0 has no home"):
        solve(replace(problem, shifts=shifts), seconds=1)
