"""The exact solve: a linear model over integers, by OR-Tools' CP-SAT."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from time import monotonic
from typing import Literal

import numpy as np
from ortools.sat.python import cp_model

from matcher.solving.apart import run_apart
from matcher.solving.model import OPEN, Integers, LinearModel

Ended = Literal["proven", "work_limit", "time_limit", "infeasible", "interrupted"]


@dataclass(frozen=True)
class Effort:
    """What a solve may spend. `work` is deterministic, `seconds` is the clock; gap is relative.

    Once there is a plan, `kept` of the seconds are kept for what is solved afterwards.
    """

    seconds: float
    work: float
    gap: float
    workers: int
    seed: int
    kept: float = 0.0

    def left(self, deadline: float, planned: bool = False) -> "Effort":
        """Give what is left until a deadline: what is kept, too, where nothing is planned yet."""
        kept = self.kept if planned else 0.0
        return replace(self, seconds=deadline - monotonic() - kept, kept=self.kept - kept)


@dataclass(frozen=True)
class Solved:
    """What a solve found: columns (None without a solution), proven bound, and why it ended.

    `work` is what it took, in deterministic seconds, where that is known; `clocked` says whether a
    clock ended any part of it, so that another time it might end otherwise.
    """

    columns: Integers | None
    bound: int
    ended: Ended
    work: float = 0.0
    clocked: bool = False


Watch = Callable[[float, float], None]
"""Told the incumbent's and the bound's value whenever one gets better."""


def load(model: LinearModel) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    """Give the model in CP-SAT's form with its variables in the order of the columns."""
    built = cp_model.CpModel()
    columns = [
        built.new_int_var(low, high, "")
        for low, high in zip(model.lower.tolist(), model.upper.tolist(), strict=True)
    ]
    start, column, coefficient = (
        part.tolist() for part in (model.start, model.column, model.coefficient)
    )
    low = np.where(model.low <= -OPEN, cp_model.INT_MIN, model.low).tolist()
    high = np.where(model.high >= OPEN, cp_model.INT_MAX, model.high).tolist()
    # Stated in the solver's own form: a third less of the time that its expressions take.
    constraints = built.proto.constraints
    for row, (first, last) in enumerate(pairwise(start)):
        stated = constraints.add().linear
        stated.vars.extend(column[first:last])
        stated.coeffs.extend(coefficient[first:last])
        stated.domain.extend((low[row], high[row]))
    return built, columns


def expression(
    columns: list[cp_model.IntVar], at: Integers, coefficient: Integers
) -> cp_model.LinearExprT:
    """Give Σ coefficient · column over the positions `at`."""
    return cp_model.LinearExpr.weighted_sum([columns[c] for c in at], coefficient.tolist())


def solver_for(effort: Effort) -> cp_model.CpSolver:
    """Give a solver whose run depends on its input, seed and workers alone, unless stopped."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = effort.workers
    solver.parameters.interleave_search = effort.workers > 1
    solver.parameters.random_seed = effort.seed
    solver.parameters.max_time_in_seconds = max(effort.seconds, 0.01)
    solver.parameters.max_deterministic_time = effort.work
    solver.parameters.linearization_level = 2
    # It would also put columns that are alike together, and may then end the whole process
    # (ADR 0015).
    solver.parameters.symmetry_level = 0
    # CP-SAT would take Ctrl-C away from Python, for good, and end the process at the next one.
    solver.parameters.catch_sigint_signal = False
    return solver


class _Watcher(cp_model.CpSolverSolutionCallback):
    def __init__(self, watch: Watch) -> None:
        super().__init__()
        self._watch = watch

    def on_solution_callback(self) -> None:
        """Pass on what was found."""
        self._watch(self.objective_value, self.best_objective_bound)


def solve(
    model: LinearModel,
    coefficients: Integers,
    most: bool,
    effort: Effort,
    hint: Integers | None = None,
    watch: Watch | None = None,
    led: bool = False,
) -> Solved:
    """Make Σ coefficients · columns most or least; the bound is proven and whole.

    Where little is open but who pays, a search by one worker that is `led` by the relaxation, and
    adds no cuts to it, is done in a tenth of the time.
    """
    built, columns = load(model)
    used = np.flatnonzero(coefficients)
    goal = expression(columns, used, coefficients[used])
    if most:
        built.maximize(goal)
    else:
        built.minimize(goal)
    if hint is not None:
        for column, value in zip(columns, hint.tolist(), strict=True):
            built.add_hint(column, value)
    solver = solver_for(replace(effort, workers=1) if led else effort)
    if led:
        solver.parameters.search_branching = cp_model.LP_SEARCH
        solver.parameters.cut_level = 0
    solver.parameters.relative_gap_limit = effort.gap
    watcher = _Watcher(watch) if watch else None
    status = run_apart(lambda: solver.solve(built, watcher), solver.stop_search)
    work = solver.response_proto.deterministic_time
    if status == cp_model.INFEASIBLE:
        return Solved(None, 0, "infeasible", work)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(f"the model is not valid: {built.validate()}")
    bound = _outward(solver.best_objective_bound, most)
    ended = _why_stopped(solver, effort)
    if status == cp_model.UNKNOWN:
        return Solved(None, bound, ended, work)
    values = np.array([solver.value(column) for column in columns], np.int64)
    if status == cp_model.OPTIMAL and effort.gap == 0:
        bound = int(np.dot(coefficients.astype(object), values.astype(object)))
    return Solved(values, bound, "proven" if status == cp_model.OPTIMAL else ended, work)


def _why_stopped(solver: cp_model.CpSolver, effort: Effort) -> Ended:
    """Tell the clock, the allowed work and Ctrl-C (which stops the search) apart."""
    if solver.wall_time >= effort.seconds:
        return "time_limit"
    worked = solver.response_proto.deterministic_time >= 0.99 * effort.work
    return "work_limit" if worked else "interrupted"


def _outward(bound: float, most: bool) -> int:
    """Give a bound that CP-SAT states as a float as a whole number that is still a bound."""
    slack = abs(bound) * 2.0**-50
    return floor(bound + slack) if most else ceil(bound - slack)
