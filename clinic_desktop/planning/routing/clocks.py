"""The rules of a route, compiled: the same two clocks as ``judge``, which referees them.

Everywhere ``times``, ``curve``, ``visit`` and ``shift`` are the arrays of that name in ``Arrays``
and ``k`` is the shift's row.
"""

from typing import Final

from clinic_desktop.planning.routing.arrays import FORBIDDEN, NO_LIMIT, Flags, Ints, S, V
from clinic_desktop.planning.routing.compiled import compiled

NEVER: Final = NO_LIMIT
# A class attribute is no constant to the compiler, a module's name is.
_PLACE, _DURATION, _DEMAND = V.PLACE, V.DURATION, V.DEMAND
_COUNT, _WINDOWS = V.COUNT, V.WINDOWS
_START, _END, _OPENS, _CLOSES = S.START, S.END, S.OPENS, S.CLOSES
_EARLIEST, _LATEST, _LENGTH = S.LUNCH_EARLIEST, S.LUNCH_LATEST, S.LUNCH_LENGTH
_MAX_DRIVE, _CAPACITY, _STEP = S.MAX_DRIVE, S.CAPACITY, S.STEP
_GRID = S.GRID
_OVER_FROM, _OVER_PRICE = S.OVERTIME_FROM, S.OVERTIME_PRICE
_AWAY_COUNT, _AWAY = S.COUNT, S.ABSENCES


@compiled
def free_from(shift: Ints, k: int, start: int, length: int) -> int:
    """The first time from ``start`` on from which a span touches no absence."""
    for a in range(shift[k, _AWAY_COUNT]):
        if start < shift[k, _AWAY + 2 * a + 1] and shift[k, _AWAY + 2 * a] < start + length:
            start = shift[k, _AWAY + 2 * a + 1]
    return start


@compiled
def lunch_after(shift: Ints, k: int, at: int) -> int:
    """When a lunch taken from ``at`` on is over; ``NEVER`` if there is none or it is too late."""
    length = shift[k, _LENGTH]
    if length < 0 or at >= NEVER:
        return NEVER
    start = free_from(shift, k, max(at, shift[k, _EARLIEST]), length)
    if start > shift[k, _LATEST]:
        return NEVER
    return start + length


@compiled
def drive_time(times: Ints, row: int, step: int, at: int) -> int:
    """How long the drive of a curve takes that begins at ``at``."""
    if times.shape[1] == 1:
        return times[row, 0]
    return times[row, min(at // step, times.shape[1] - 1)]


@compiled
def arrive(times: Ints, curve: Ints, shift: Ints, k: int, i: int, j: int, at: int) -> int:
    """When somebody who is ready at ``at`` arrives."""
    if at >= NEVER:
        return NEVER
    row, step = curve[i, j], shift[k, _STEP]
    for a in range(shift[k, _AWAY_COUNT]):
        begin, over = shift[k, _AWAY + 2 * a], shift[k, _AWAY + 2 * a + 1]
        if at < over and begin < at + drive_time(times, row, step, at):
            at = over
    return at + drive_time(times, row, step, at)


@compiled
def serve(visit: Ints, shift: Ints, k: int, v: int, at: int) -> int:
    """When a visit reached at ``at`` is over, in the first window that still holds."""
    if at >= NEVER:
        return NEVER
    best, duration, grid = NEVER, visit[v, _DURATION], shift[k, _GRID]
    for w in range(visit[v, _COUNT]):
        first, last = visit[v, _WINDOWS + 2 * w], visit[v, _WINDOWS + 2 * w + 1]
        if last < at:
            continue
        start = first
        if at > first:
            start = (at + grid - 1) // grid * grid
        free = free_from(shift, k, start, duration)
        while free > start:
            start = (free + grid - 1) // grid * grid
            free = free_from(shift, k, start, duration)
        if start <= last and start + duration < best:
            best = start + duration
    return best


@compiled
def step_to(
    times: Ints,
    curve: Ints,
    visit: Ints,
    shift: Ints,
    k: int,
    here: int,
    v: int,
    before: int,
    after: int,
) -> tuple[int, int]:
    """Both clocks after driving on to a visit and making it."""
    there = visit[v, _PLACE]
    first = arrive(times, curve, shift, k, here, there, before)
    second = min(arrive(times, curve, shift, k, here, there, after), lunch_after(shift, k, first))
    first = serve(visit, shift, k, v, first)
    second = min(serve(visit, shift, k, v, second), lunch_after(shift, k, first))
    return first, second


@compiled
def step_home(
    times: Ints, curve: Ints, shift: Ints, k: int, here: int, before: int, after: int
) -> int:
    """When the shift is over after driving home; ``NEVER`` if that is too late."""
    home = shift[k, _END]
    first = arrive(times, curve, shift, k, here, home, before)
    second = min(arrive(times, curve, shift, k, here, home, after), lunch_after(shift, k, first))
    done = first if shift[k, _LENGTH] < 0 else second
    if done > shift[k, _CLOSES]:
        return NEVER
    return done


@compiled
def overtime_cost(shift: Ints, k: int, done: int) -> int:
    """What being home at ``done`` costs beyond the driving."""
    return shift[k, _OVER_PRICE] * max(0, done - shift[k, _OVER_FROM])


@compiled
def cost_of_route(
    cost: Ints,
    curve: Ints,
    times: Ints,
    visit: Ints,
    shift: Ints,
    penalty: Ints,
    later: Flags,
    k: int,
    route: Ints,
    length: int,
) -> int:
    """The cost of a route of ``length`` visits, -1 where a rule is broken."""
    if length == 0:
        return 0
    before = shift[k, _OPENS]
    after = lunch_after(shift, k, before)
    driving, extra, load = 0, 0, 0
    here = shift[k, _START]
    for position in range(length):
        v = route[position]
        if penalty[k, v] == FORBIDDEN:
            return -1
        for earlier in range(position):
            if later[v, route[earlier]]:
                return -1
        driving += cost[here, visit[v, _PLACE]]
        extra += penalty[k, v]
        load += visit[v, _DEMAND]
        before, after = step_to(times, curve, visit, shift, k, here, v, before, after)
        if before >= NEVER and after >= NEVER:
            return -1
        here = visit[v, _PLACE]
    driving += cost[here, shift[k, _END]]
    done = step_home(times, curve, shift, k, here, before, after)
    if done >= NEVER or load > shift[k, _CAPACITY] or driving > shift[k, _MAX_DRIVE]:
        return -1
    return int(driving + extra + overtime_cost(shift, k, done))


@compiled
def over_with(
    times: Ints,
    curve: Ints,
    visit: Ints,
    shift: Ints,
    k: int,
    route: Ints,
    length: int,
    at: int,
    v: int,
    before: int,
    after: int,
) -> tuple[int, bool]:
    """When a shift is over if a visit is put in before position ``at``.

    Args:
        times: the problem's.
        curve: the problem's.
        visit: the problem's.
        shift: the problem's.
        k: the shift.
        route: its visits.
        length: how many.
        at: where the new visit would stand.
        v: the new visit.
        before: the clock with lunch to come after the visits before ``at``.
        after: the clock with lunch had.

    Returns:
        The time, ``NEVER`` where something no longer fits, and whether it is the new visit itself
        that comes too late: then it does so at every later position too.
    """
    here = shift[k, _START] if at == 0 else visit[route[at - 1], _PLACE]
    before, after = step_to(times, curve, visit, shift, k, here, v, before, after)
    if before >= NEVER and after >= NEVER:
        return NEVER, True
    here = visit[v, _PLACE]
    for position in range(at, length):
        u = route[position]
        before, after = step_to(times, curve, visit, shift, k, here, u, before, after)
        if before >= NEVER and after >= NEVER:
            return NEVER, False
        here = visit[u, _PLACE]
    return step_home(times, curve, shift, k, here, before, after), False
