"""A planning problem: who can drive when, which visits are to be made, and what a plan costs.

Times and costs are whole numbers of one unit each; the instances of the open format use seconds for
both, the clinic's own days minutes for the clock and seconds for the cost. Everything a rule needs
is here, so that the judge, the brute force and the engines read the same model.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from clinic_desktop.domain.errors import ClinicError
from clinic_desktop.text import _


class PlanningTrouble(ClinicError):  # noqa: N818 - reads as the sentence it carries
    """A planning problem contradicts itself, or its file cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LunchWindow:
    """Lunch begins between ``earliest`` and ``latest`` and lasts ``length``."""

    earliest: int
    latest: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Overtime:
    """Being home after ``until`` costs ``price`` for each unit of time."""

    until: int
    price: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteShift:
    """One practitioner on one day.

    ``start`` and ``end`` are places; whoever has a visit leaves at ``opens`` or later and is back
    by ``closes``. ``absences`` are spans in which nobody drives, treats or rests. ``max_drive``
    limits the cost of the driving, without traffic.
    """

    start: int
    end: int
    opens: int
    closes: int
    lunch: LunchWindow | None = None
    absences: tuple[tuple[int, int], ...] = ()
    max_drive: int | None = None
    overtime: Overtime | None = None
    person: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteVisit:
    """A visit to plan: it starts in one of its ``windows``, both ends inclusive.

    ``allowed`` and ``penalty`` have one entry a shift; ``unserved`` is the price of leaving it out.
    """

    place: int
    duration: int
    windows: tuple[tuple[int, int], ...]
    allowed: tuple[bool, ...]
    penalty: tuple[int, ...]
    unserved: int
    demand: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Two visits of a course, planned at least so many days apart, if both are planned."""

    first: int
    second: int
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DriveCurves:
    """Drive times by part of the day.

    ``times[curve[i][j]][t // step]`` is how long the drive from ``i`` to ``j`` takes when it begins
    at ``t``; the last entry holds from there on. Leaving later never arrives earlier.
    """

    curve: tuple[tuple[int, ...], ...]
    times: tuple[tuple[int, ...], ...]
    step: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteProblem:
    """A whole problem.

    ``drive[i][j]`` is what the drive costs, and without ``curves`` how long it takes. ``order``
    names pairs of visits: on one route the first is made before the second.
    """

    drive: tuple[tuple[int, ...], ...]
    shifts: tuple[RouteShift, ...]
    visits: tuple[RouteVisit, ...]
    capacity: int | None = None
    spacing: tuple[Spacing, ...] = ()
    order: tuple[tuple[int, int], ...] = ()
    curves: DriveCurves | None = None
    names: tuple[str, ...] = ()
    grid: int = 1
    """A visit starts when its window opens, or later at a multiple of this."""

    def name(self, visit: int) -> str:
        """What a sentence calls a visit."""
        return self.names[visit] if self.names else _("visit {n}").format(n=visit)

    def minutes(self, start: int, end: int, at: int) -> int:
        """How long the drive takes that begins at ``at``."""
        if self.curves is None:
            return self.drive[start][end]
        row = self.curves.times[self.curves.curve[start][end]]
        return row[min(at // self.curves.step, len(row) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutePlan:
    """A plan and what is known of it: one tuple of visits a shift, in order.

    ``lower_bound``: no plan costs less. ``proven`` says that this plan's cost is the bound.
    """

    routes: tuple[tuple[int, ...], ...]
    cost: int
    lower_bound: int
    proven: bool
    seconds: float

    @property
    def gap(self) -> float:
        """The most that the best plan could save, as a part of the cost."""
        return (self.cost - self.lower_bound) / self.cost if self.cost > 0 else 0.0

    @property
    def served(self) -> int:
        """How many visits are in it."""
        return sum(len(route) for route in self.routes)


def check_problem(problem: RouteProblem) -> None:
    """Refuse a problem that contradicts itself.

    Raises:
        PlanningTrouble: naming the visit or the shift, and the rule.
    """
    for sentence in _contradictions(problem):
        raise PlanningTrouble(sentence)


def _contradictions(problem: RouteProblem) -> Iterator[str]:
    places = len(problem.drive)
    if problem.grid < 1:
        yield _("Visits cannot start every {n} minutes.").format(n=problem.grid)
    if any(len(row) != places for row in problem.drive):
        yield _("The drive times are no square table of {n} places.").format(n=places)
    if any(value < 0 for row in problem.drive for value in row):
        yield _("A drive takes less than no time.")
    for number, shift in enumerate(problem.shifts):
        yield from _shift_contradictions(number, shift, places)
    for number, visit in enumerate(problem.visits):
        yield from _visit_contradictions(problem, number, visit, places)
    count = len(problem.visits)
    for first, second in problem.order:
        if not (0 <= first < count and 0 <= second < count) or first == second:
            yield _("An order is asked of visits {a} and {b}, which are no two visits.").format(
                a=first, b=second
            )
    for pair in problem.spacing:
        if not (0 <= pair.first < count and 0 <= pair.second < count) or pair.days < 0:
            yield _("A spacing is asked of visits {a} and {b}, which are no two visits.").format(
                a=pair.first, b=pair.second
            )


def _shift_contradictions(number: int, shift: RouteShift, places: int) -> Iterator[str]:
    if not (0 <= shift.start < places and 0 <= shift.end < places):
        yield _("Practitioner {n} has no home: its place is not in the drive times.").format(
            n=number
        )
    if shift.closes < shift.opens:
        yield _("Practitioner {n} stops working before they start.").format(n=number)
    lunch = shift.lunch
    if lunch is not None and (lunch.length < 0 or lunch.latest < lunch.earliest):
        yield _("Practitioner {n} has a lunch that ends before it begins.").format(n=number)
    if any(end < begin for begin, end in shift.absences):
        yield _("Practitioner {n} has time off that ends before it begins.").format(n=number)


def _visit_contradictions(
    problem: RouteProblem, number: int, visit: RouteVisit, places: int
) -> Iterator[str]:
    name = problem.name(number)
    shifts = problem.shifts
    if not 0 <= visit.place < places:
        yield _("{visit}: its place is not in the drive times.").format(visit=name)
    if visit.duration < 0:
        yield _("{visit}: it lasts less than no time.").format(visit=name)
    if any(last < first for first, last in visit.windows) or not visit.windows:
        yield _("{visit}: no time is left in its window.").format(visit=name)
    if len(visit.allowed) != len(shifts) or len(visit.penalty) != len(shifts):
        yield _("{visit}: it does not say for each practitioner who may come.").format(visit=name)
    if shifts and visit.duration > max(shift.closes - shift.opens for shift in shifts):
        yield _("{visit}: it lasts longer than anybody’s shift.").format(visit=name)
    if visit.unserved < 0 or any(value < 0 for value in visit.penalty):
        yield _("{visit}: a price is below nothing.").format(visit=name)
