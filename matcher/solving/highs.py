"""The relaxation in money: grants and funded flags whole, amounts not, by HiGHS through MathOpt.

Its bound holds for the exact problem, up to the solver's tolerance, and its pattern of grants is
where an exact solution is looked for. It is deterministic whatever the number of threads.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from ortools.math_opt.python import mathopt

from matcher.solving.cp_sat import Effort
from matcher.solving.model import OPEN, Integers, LinearModel

TOLERANCE = 1e-9
"""By how much, relatively, a bound in floating point is widened before it is believed."""


Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Relaxed:
    """Columns in floating point (None without any), a bound for the exact problem, and the end.

    `prices` holds the dual value of every row where all columns were divisible, else None.
    """

    columns: Floats | None
    bound: float
    feasible: bool
    clock: bool
    prices: Floats | None = None


def relax(
    model: LinearModel,
    coefficients: Integers | Floats,
    most: bool,
    flags: Integers,
    effort: Effort,
    nodes: int | None = None,
) -> Relaxed:
    """Solve with the columns `flags` whole and all others divisible, to the gap of `effort`.

    `nodes` limits the search tree: the same work each time, which the clock is not.
    """
    scale = _scales(model)
    built = mathopt.Model()
    whole = np.zeros(model.columns, np.bool_)
    whole[flags] = True
    columns = [
        built.add_variable(lb=low, ub=high, is_integer=integer)
        for low, high, integer in zip(
            (model.lower / scale).tolist(),
            (model.upper / scale).tolist(),
            whole.tolist(),
            strict=True,
        )
    ]
    stated, sizes = [], np.ones(model.rows)
    for row in range(model.rows):
        at, values = model.row(row)
        real = values * scale[at]
        size = sizes[row] = np.abs(real).max(initial=1.0)
        low, high = _side(model.low[row]) / size, _side(model.high[row]) / size
        terms = zip((real / size).tolist(), at.tolist(), strict=True)
        expression = mathopt.fast_sum(value * columns[c] for value, c in terms)
        stated.append(built.add_linear_constraint(lb=low, ub=high, expr=expression))
    real = coefficients * scale
    size = float(np.abs(real).max(initial=1.0))
    used = np.flatnonzero(real)
    goal = mathopt.fast_sum(float(real[c] / size) * columns[c] for c in used)
    if most:
        built.maximize(goal)
    else:
        built.minimize(goal)
    result = mathopt.solve(
        built,
        mathopt.SolverType.HIGHS,
        params=mathopt.SolveParameters(
            time_limit=timedelta(seconds=max(effort.seconds, 0.01)),
            relative_gap_tolerance=effort.gap,
            absolute_gap_tolerance=0.0,
            random_seed=effort.seed,
            node_limit=nodes,
        ),
    )
    clock = result.termination.limit == mathopt.Limit.TIME
    reason = result.termination.reason
    if reason == mathopt.TerminationReason.INFEASIBLE:
        return Relaxed(None, 0.0, False, clock)
    bound = result.termination.objective_bounds.dual_bound * size
    widened = bound + abs(bound) * TOLERANCE * (1 if most else -1)
    if not result.has_primal_feasible_solution():
        return Relaxed(None, widened, True, clock)
    values = result.variable_values()
    found = np.array([values[column] for column in columns]) * scale
    prices = None
    if len(flags) == 0 and result.has_dual_feasible_solution():
        prices = np.array([result.dual_values(row) for row in stated]) * size / sizes
    return Relaxed(found, widened, True, clock, prices)


def _scales(model: LinearModel) -> Floats:
    """Give one power of two for all columns of money, so that amounts are near a thousand."""
    scale = np.ones(model.columns)
    money = model.upper > 1
    if money.any():
        middle = float(np.median(model.upper[money]))
        scale[money] = 2.0 ** max(0, round(np.log2(middle / 1024.0)))
    return scale


def _side(value: np.int64) -> float:
    if value >= OPEN:
        return float("inf")
    return float("-inf") if value <= -OPEN else float(value)
