"""A planning problem as plain arrays, the only form that the compiled kernels read."""

from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from clinic_desktop.domain.route_problem import RouteProblem, RouteShift

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]

NO_LIMIT = 1 << 40
"""A limit that is none, and a time that does not come."""

FORBIDDEN = -1
"""In ``Arrays.penalty``: the visit may not be made there."""


class V:
    """Columns of ``Arrays.visit``; from ``WINDOWS`` on stand pairs of first and last start."""

    PLACE: Final = 0
    DURATION: Final = 1
    DEMAND: Final = 2
    UNSERVED: Final = 3
    COUNT: Final = 4
    WINDOWS: Final = 5


class S:
    """Columns of ``Arrays.shift``; from ``ABSENCES`` on stand pairs of beginning and end."""

    START: Final = 0
    END: Final = 1
    OPENS: Final = 2
    CLOSES: Final = 3
    LUNCH_EARLIEST: Final = 4
    LUNCH_LATEST: Final = 5
    LUNCH_LENGTH: Final = 6
    """-1 where there is no lunch."""
    MAX_DRIVE: Final = 7
    OVERTIME_FROM: Final = 8
    OVERTIME_PRICE: Final = 9
    DAY: Final = 10
    CAPACITY: Final = 11
    STEP: Final = 12
    GRID: Final = 13
    COUNT: Final = 14
    ABSENCES: Final = 15


class Arrays(NamedTuple):
    """Shapes: p places, k shifts, n visits, m drive curves.

    Few and wide, because a compiled call pays for every array that it hands on.
    """

    cost: Ints
    """(p, p) what each drive costs."""
    curve: Ints
    """(p, p) the row of ``times`` of each drive."""
    times: Ints
    """(m, t) how long a drive takes by the step of the day in which it begins."""
    visit: Ints
    """(n, 5 + 2 w) see ``V``."""
    shift: Ints
    """(k, 15 + 2 a) see ``S``."""
    penalty: Ints
    """(k, n) what the visit costs there beyond the driving, ``FORBIDDEN`` where it may not be."""
    later: Flags
    """(n, n) whether the second visit may not come before the first on one route."""
    nearest: Ints
    """(n, n) days that two visits are apart at least."""


def arrays_of(problem: RouteProblem) -> Arrays:
    """The arrays of a problem that was checked."""
    shifts, visits = problem.shifts, problem.visits
    cost = _square(problem.drive)
    if problem.curves is None:
        values, flat = np.unique(cost, return_inverse=True)
        curve = np.ascontiguousarray(flat.reshape(cost.shape).astype(np.int64))
        times, step = values.reshape(-1, 1).astype(np.int64), NO_LIMIT
    else:
        curve = _square(problem.curves.curve)
        times, step = np.array(problem.curves.times, np.int64), problem.curves.step
    visit = np.zeros(
        (len(visits), V.WINDOWS + 2 * max((len(v.windows) for v in visits), default=1)), np.int64
    )
    for n, wanted in enumerate(visits):
        fixed = (wanted.place, wanted.duration, wanted.demand, wanted.unserved)
        spans = [minute for window in wanted.windows for minute in window]
        row = (*fixed, len(wanted.windows), *spans)
        visit[n, : len(row)] = row
    shift = np.zeros(
        (len(shifts), S.ABSENCES + 2 * max((len(s.absences) for s in shifts), default=0)), np.int64
    )
    for k, one in enumerate(shifts):
        row = (*_shift_row(one, problem.capacity, step, problem.grid), len(one.absences))
        spans = [minute for absence in one.absences for minute in absence]
        shift[k, : len(row) + len(spans)] = (*row, *spans)
    penalty = np.full((len(shifts), len(visits)), FORBIDDEN, np.int64)
    for n, wanted in enumerate(visits):
        for k in range(len(shifts)):
            if wanted.allowed[k]:
                penalty[k, n] = wanted.penalty[k]
    later = np.zeros((len(visits), len(visits)), np.bool_)
    for a, b in problem.order:
        later[a, b] = True
    nearest = np.zeros((len(visits), len(visits)), np.int64)
    for pair in problem.spacing:
        for a, b in ((pair.first, pair.second), (pair.second, pair.first)):
            nearest[a, b] = max(nearest[a, b], pair.days)
    return Arrays(
        cost=cost,
        curve=curve,
        times=times,
        visit=visit,
        shift=shift,
        penalty=penalty,
        later=later,
        nearest=nearest,
    )


def _shift_row(one: RouteShift, capacity: int | None, step: int, grid: int) -> tuple[int, ...]:
    lunch, over = one.lunch, one.overtime
    return (
        one.start,
        one.end,
        one.opens,
        one.closes,
        *((lunch.earliest, lunch.latest, lunch.length) if lunch else (0, 0, -1)),
        NO_LIMIT if one.max_drive is None else one.max_drive,
        *((over.until, over.price) if over else (NO_LIMIT, 0)),
        one.day,
        NO_LIMIT if capacity is None else capacity,
        step,
        grid,
    )


def _ints(values: Any) -> Ints:
    return np.array(values, np.int64)


def _square(rows: tuple[tuple[int, ...], ...]) -> Ints:
    return np.ascontiguousarray(_ints(rows).reshape(len(rows), len(rows)))
