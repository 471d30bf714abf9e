"""The door to the engines: which one plans a problem of which size."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from clinic_desktop.domain.route_problem import RoutePlan, RouteProblem, check_problem
from clinic_desktop.planning.routing.branch_price import BranchPrice
from clinic_desktop.planning.routing.groups import LargePlan

_PROVABLE_VISITS: Final = 44
_PROVABLE_SHIFTS: Final = 6


def solve(
    problem: RouteProblem,
    *,
    seconds: float,
    stop: Callable[[], bool] = lambda: False,
    told: Callable[[RoutePlan], None] = lambda _plan: None,
    seed: int = 0,
    start: Sequence[Sequence[int]] = (),
) -> RoutePlan:
    """The best plan that can be found in some time, with a bound beneath it.

    A clinic's day is proven best; anything larger is improved until time is up.

    Args:
        problem: what to plan.
        seconds: wall-clock time it may take.
        stop: asked often; True ends it with what is known.
        told: called from this thread with every better plan or bound.
        seed: of the chances the search takes.
        start: a plan to begin with; the answer is never dearer.

    Raises:
        PlanningTrouble: the problem contradicts itself.
    """
    check_problem(problem)
    began = time.perf_counter()

    def over() -> bool:
        return stop() or time.perf_counter() - began >= seconds

    if len(problem.visits) <= _PROVABLE_VISITS and len(problem.shifts) <= _PROVABLE_SHIFTS:
        return BranchPrice(problem, stop=over, told=told, seed=seed, start=start).run()
    return LargePlan(problem, seconds=seconds, stop=stop, told=told, seed=seed, start=start).run()
