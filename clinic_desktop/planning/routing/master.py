"""The linear program over routes: which of the routes found so far, or parts of them, to drive.

Rows: each visit is made or left out; each shift drives one route at most; the number of visits left
out lies in a range (for branching); visits of a course keep their days apart. Columns that stand
for "not possible" keep it solvable; where they are used at the end, nothing is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import highspy
import numpy as np

from clinic_desktop.domain.route_problem import RouteProblem
from clinic_desktop.planning.routing.arrays import Flags, Floats

IMPOSSIBLE: Final = 1e7
"""What an unkept row costs: above every real plan of the sizes planned here."""
_FREE: Final = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One route of a shift."""

    shift: int
    route: tuple[int, ...]
    cost: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxed:
    """An answer of the linear program: ``prize[k, v]`` and ``fixed[k]`` price new routes."""

    cost: float
    prize: Floats
    fixed: Floats
    weights: tuple[tuple[Column, float], ...]
    left_out: Floats
    impossible: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """One side of the tree: who may make which visit, which must be made, how many are left out."""

    allowed: Flags
    """(k, n)"""
    must: Flags
    """(n,)"""
    fewest_out: int
    most_out: int

    def admits(self, column: Column) -> bool:
        """Whether a route keeps to it."""
        return bool(self.allowed[column.shift, list(column.route)].all())


class Master:
    """The restricted master problem of one planning problem; it grows, forks only switch columns.

    Args:
        problem: checked.
    """

    def __init__(self, problem: RouteProblem) -> None:
        self._problem = problem
        self._visits = len(problem.visits)
        self._shifts = len(problem.shifts)
        self.columns: list[Column] = []
        self._known: set[tuple[int, tuple[int, ...]]] = set()
        self._lp: Any = highspy.Highs()
        self._lp.setOptionValue("output_flag", False)
        self._lp.setOptionValue("threads", 1)
        self._out_row = self._visits + self._shifts
        self._spaced = self._spaced_rows()
        self._build()
        self._fork: Fork | None = None

    def _spaced_rows(self) -> list[tuple[int, int, int, int]]:
        """(first visit, its day, second visit, days apart), a row of the program each."""
        days = sorted({shift.day for shift in self._problem.shifts})
        return [
            (pair.first, day, pair.second, pair.days)
            for pair in self._problem.spacing
            for day in days
            if pair.days > 0
        ]

    def _build(self) -> None:
        empty = np.empty(0, np.int32), np.empty(0, np.float64)
        for _visit in range(self._visits):
            self._lp.addRow(1.0, 1.0, 0, *empty)
        for _shift in range(self._shifts):
            self._lp.addRow(-_FREE, 1.0, 0, *empty)
        self._lp.addRow(0.0, float(self._visits), 0, *empty)
        for _row in self._spaced:
            self._lp.addRow(-_FREE, 1.0, 0, *empty)
        for n, visit in enumerate(self._problem.visits):
            rows = np.array([n, self._out_row], np.int32)
            self._lp.addCol(float(visit.unserved), 0.0, 1.0, 2, rows, np.ones(2))
        for n in range(self._visits):
            self._lp.addCol(IMPOSSIBLE, 0.0, 1.0, 1, np.array([n], np.int32), np.ones(1))
        for sign in (1.0, -1.0):
            row = np.array([self._out_row], np.int32)
            self._lp.addCol(IMPOSSIBLE, 0.0, _FREE, 1, row, np.array([sign]))
        self._first = 2 * self._visits + 2

    def _spacing_weight(self, row: tuple[int, int, int, int], day: int, visit: int) -> int:
        first, own_day, second, apart = row
        here = 1 if visit == first and day == own_day else 0
        return here + (1 if visit == second and abs(day - own_day) < apart else 0)

    def add(self, found: Iterable[Column]) -> int:
        """Add routes that are not there yet; returns how many were new."""
        new = 0
        for column in found:
            key = (column.shift, column.route)
            if key in self._known:
                continue
            self._known.add(key)
            rows: dict[int, float] = {visit: 1.0 for visit in column.route}
            rows[self._visits + column.shift] = 1.0
            day = self._problem.shifts[column.shift].day
            for number, row in enumerate(self._spaced):
                weight = sum(self._spacing_weight(row, day, visit) for visit in column.route)
                if weight:
                    rows[self._out_row + 1 + number] = float(weight)
            upper = 1.0 if self._fork is None or self._fork.admits(column) else 0.0
            self._lp.addCol(
                float(column.cost),
                0.0,
                upper,
                len(rows),
                np.array(list(rows), np.int32),
                np.array(list(rows.values())),
            )
            self.columns.append(column)
            new += 1
        return new

    def turn_to(self, fork: Fork) -> None:
        """Switch to another side of the tree."""
        self._fork = fork
        for n in range(self._visits):
            self._lp.changeColBounds(n, 0.0, 0.0 if fork.must[n] else 1.0)
        self._lp.changeRowBounds(self._out_row, float(fork.fewest_out), float(fork.most_out))
        for number, column in enumerate(self.columns):
            upper = 1.0 if fork.admits(column) else 0.0
            self._lp.changeColBounds(self._first + number, 0.0, upper)

    def solve(self) -> Relaxed:
        """The linear program's answer for the present fork."""
        self._lp.run()
        solution = self._lp.getSolution()
        duals = np.array(solution.row_dual)
        values = np.array(solution.col_value)
        n, k = self._visits, self._shifts
        prize = np.tile(duals[:n], (k, 1))
        for number, row in enumerate(self._spaced):
            dual = duals[self._out_row + 1 + number]
            if dual == 0.0:
                continue
            for shift in range(k):
                day = self._problem.shifts[shift].day
                for visit in (row[0], row[2]):
                    prize[shift, visit] += dual * self._spacing_weight(row, day, visit)
        chosen = np.flatnonzero(values[self._first :] > 1e-7)
        return Relaxed(
            cost=float(self._lp.getInfo().objective_function_value),
            prize=np.ascontiguousarray(prize),
            fixed=np.ascontiguousarray(duals[n : n + k]),
            weights=tuple((self.columns[c], float(values[self._first + c])) for c in chosen),
            left_out=values[:n],
            impossible=bool((values[n : self._first] > 1e-7).any()),
        )

    def whole(
        self, columns: list[Column], fork: Fork, cutoff: float, seconds: float
    ) -> tuple[list[Column] | None, bool]:
        """The best whole choice among some routes, below a cost.

        Args:
            columns: the routes.
            fork: the side of the tree.
            cutoff: dearer answers are of no interest.
            seconds: to stop after.

        Returns:
            The routes driven, None if there is no such choice, and whether that is certain.
        """
        mip: Any = highspy.Highs()
        mip.setOptionValue("output_flag", False)
        mip.setOptionValue("threads", 1)
        mip.setOptionValue("time_limit", seconds)
        mip.setOptionValue("mip_rel_gap", 0.0)
        mip.setOptionValue("mip_abs_gap", 0.5)
        mip.setOptionValue("objective_bound", cutoff)
        n, k = self._visits, self._shifts
        count = n + len(columns)
        spaced: list[list[tuple[int, float]]] = [[] for _row in self._spaced]
        rows: list[list[int]] = [[] for _row in range(n + k)]
        for number, column in enumerate(columns):
            for visit in column.route:
                rows[visit].append(n + number)
            rows[n + column.shift].append(n + number)
            day = self._problem.shifts[column.shift].day
            for place, row in enumerate(self._spaced):
                weight = sum(self._spacing_weight(row, day, visit) for visit in column.route)
                if weight:
                    spaced[place].append((n + number, float(weight)))
        cost = [float(v.unserved) for v in self._problem.visits] + [float(c.cost) for c in columns]
        upper = [0.0 if fork.must[v] else 1.0 for v in range(n)] + [1.0] * len(columns)
        mip.addVars(count, np.zeros(count), np.array(upper))
        mip.changeColsCost(count, np.arange(count, dtype=np.int32), np.array(cost))
        mip.changeColsIntegrality(
            count,
            np.arange(count, dtype=np.int32),
            [highspy.HighsVarType.kInteger] * count,
        )
        for visit in range(n):
            row = [visit, *rows[visit]]
            mip.addRow(1.0, 1.0, len(row), np.array(row, np.int32), np.ones(len(row)))
        for shift in range(k):
            row = rows[n + shift]
            mip.addRow(-_FREE, 1.0, len(row), np.array(row, np.int32), np.ones(len(row)))
        out = np.arange(n, dtype=np.int32)
        mip.addRow(float(fork.fewest_out), float(fork.most_out), n, out, np.ones(n))
        for entries in spaced:
            index = np.array([place for place, _weight in entries], np.int32)
            weights = np.array([weight for _place, weight in entries])
            mip.addRow(-_FREE, 1.0, len(entries), index, weights)
        mip.run()
        status = mip.getModelStatus()
        certain = status in (
            highspy.HighsModelStatus.kOptimal,
            highspy.HighsModelStatus.kInfeasible,
            highspy.HighsModelStatus.kObjectiveBound,
        )
        info = mip.getInfo()
        if info.primal_solution_status != 2 or info.objective_function_value >= cutoff:
            return None, certain
        values = mip.getSolution().col_value
        return [columns[c] for c in range(len(columns)) if values[n + c] > 0.5], certain
