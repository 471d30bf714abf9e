"""Compiling the kernels before anybody waits for them: seconds once, a moment from the cache."""

from clinic_desktop.domain.route_problem import LunchWindow, RouteProblem, RouteShift, RouteVisit
from clinic_desktop.planning.routing.branch_price import BranchPrice


def warm_up() -> None:
    """Have every kernel ready, by sending a small day through each."""
    window = ((480, 1000),)
    visits = tuple(
        RouteVisit(
            place=place,
            duration=30,
            windows=window,
            allowed=(True, True),
            penalty=(0, 0),
            unserved=600,
        )
        for place in (2, 3, 4)
    )
    shifts = tuple(
        RouteShift(
            start=place,
            end=place,
            opens=480,
            closes=1000,
            lunch=LunchWindow(earliest=600, latest=700, length=30),
        )
        for place in (0, 1)
    )
    drive = tuple(tuple(10 * abs(a - b) + 3 * (a > b) for b in range(5)) for a in range(5))
    BranchPrice(RouteProblem(drive=drive, shifts=shifts, visits=visits), rounds=1).rehearse()
