"""HiGHS given arrays: the relaxation in money, and whatever else is linear with some columns whole.

Its bound holds for the exact problem, up to the solver's tolerance, and its pattern of grants is
where an exact solution is looked for. One thread for each solve: HiGHS keeps one scheduler for the
whole process, and what it finds must not depend on the machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import highspy
import numpy as np

from matcher.solving.apart import run_apart
from matcher.solving.cp_sat import Effort
from matcher.solving.model import OPEN, Floats, Integers, LinearModel
from matcher.solving.reducing import LinearProgram, reduced

TOLERANCE = 1e-9
"""By how much, relatively, a bound in floating point is widened before it is believed."""
BRIEF = {
    "mip_detect_symmetry": False,
    "mip_allow_restart": False,
    "mip_heuristic_effort": 0.01,
    "mip_heuristic_run_feasibility_jump": False,
    "mip_heuristic_run_rins": False,
    "mip_heuristic_run_root_reduced_cost": False,
}
"""Options for a search of few nodes: what pays in long searches only is left out.

Of HiGHS's searches within its own the one about the relaxation at the root finds what there is.
"""
UNREDUCED: dict[str, str | bool] = {"presolve": "off", "mip_root_presolve_only": True}
"""Options without which HiGHS 1.10 to 1.16 may lose plans, or the process, where columns are whole.

An equation of which one whole column decides all the others has them replaced; one that is implied
to be nothing is replaced by an entry of zero, and what is counted of the matrix from there on is
wrong. The second option says the same to the searches that HiGHS runs within its own (ADR 0015).
"""
INSIDE = 1e-6
"""How near to the optimum an interior point method is to come."""
INFINITY = float(highspy.kHighsInf)


class Quiet(highspy.Highs):
    """A solver that prints nothing, not even its name, and calls nothing back."""

    def __init__(self) -> None:
        """Make one."""
        # highspy says nothing of the types of its methods.
        begin: Callable[[], None] = super().__init__
        begin()

    def enableCallbacks(self) -> None:  # noqa: N802 - named by HiGHS
        """Turn output off instead, before anything is said."""
        self.setOptionValue("output_flag", False)


@dataclass(frozen=True)
class Relaxed:
    """Columns in floating point (None without any), a bound for the exact problem, and the end.

    `prices` holds the dual value of every row where all columns were divisible, else None; where
    there is no plan, values of the rows that show it, if any. `work` counts the iterations of the
    simplex method.
    """

    columns: Floats | None
    bound: float
    feasible: bool
    clock: bool
    prices: Floats | None = None
    work: int = 0


def relax(
    model: LinearModel,
    coefficients: Integers | Floats,
    most: bool,
    flags: Integers,
    effort: Effort,
    nodes: int | None = None,
    known: Integers | None = None,
    apart: float | None = None,
    enough: float | None = None,
) -> Relaxed:
    """Solve with the columns `flags` whole and all others divisible, to the gap of `effort`.

    `nodes` limits the search tree, the same work each time, which the clock is not; 0 is for a
    bound alone. `known` holds columns to start from. `apart` is how far apart plan and bound may
    stay, in the coefficients' units, instead of the gap of `effort`. The first plan that reaches
    what is `enough` will do.
    """
    sign = 1.0 if most else -1.0
    upwards: Floats = coefficients.astype(np.float64) * sign
    scaled = scaled_to_one(model, upwards, flags)
    start = None if known is None else known / scaled.columns
    near = None if apart is None else apart / scaled.sum
    target = None if enough is None else enough * sign / scaled.sum
    found = solve(scaled.program, effort, nodes, start, near, target)
    bound = found.bound * scaled.sum * sign
    if found.columns is None:
        return Relaxed(None, bound, found.feasible, found.clock)
    widened = bound + abs(bound) * TOLERANCE * sign
    prices = None if found.prices is None else found.prices * (scaled.sum * sign) / scaled.rows
    columns = found.columns * scaled.columns
    return Relaxed(columns, widened, True, found.clock, prices, found.work)


@dataclass(frozen=True)
class Scaled:
    """A model in floating point near one, and what its sum, columns and rows are divided by."""

    program: LinearProgram
    sum: float
    columns: Floats
    rows: Floats


def scaled_to_one(model: LinearModel, upwards: Integers | Floats, flags: Integers) -> Scaled:
    """State a model for a solver in floating point; `upwards` is made most, `flags` are whole."""
    columns = scales_of(model.upper)
    real = model.coefficient * columns[model.column]
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    rows = np.ones(model.rows)
    np.maximum.at(rows, row, np.abs(real))
    costs = upwards * columns
    size = float(np.abs(costs).max(initial=1.0))
    program = LinearProgram(
        costs / size,
        model.lower / columns,
        model.upper / columns,
        model.start,
        model.column,
        real / rows[row],
        sides(model.low) / rows,
        sides(model.high) / rows,
        flags,
    )
    return Scaled(program, size, columns, rows)


def solve(
    program: LinearProgram,
    effort: Effort,
    nodes: int | None = None,
    known: Floats | None = None,
    apart: float | None = None,
    enough: float | None = None,
) -> Relaxed:
    """Solve a program by itself; a bound that is not known is infinite."""
    smaller = reduced(program)
    if not len(smaller.kept):
        found = nothing_left(smaller.program)
        return replace(found, columns=smaller.restored(np.zeros(0)))
    solver = loaded(smaller.program, effort)
    shape_search(solver, nodes)
    if apart is not None:
        solver.setOptionValue("mip_rel_gap", 0.0)
        solver.setOptionValue("mip_abs_gap", apart)
    if enough is not None:
        solver.setOptionValue("objective_target", enough)
    if known is not None:
        start = highspy.HighsSolution()
        start.col_value = known[smaller.kept].tolist()
        solver.setSolution(start)
    run_apart(solver.run)
    found = result_of(solver, len(smaller.program.whole) > 0)
    if found.columns is None or smaller.program is program:
        return found
    return replace(found, columns=smaller.restored(found.columns), prices=None)


def shape_search(solver: highspy.Highs, nodes: int | None) -> None:
    """Limit a search to so many nodes, with little within it; or let a long one look for plans.

    Of no nodes there is the root, bounded with cuts, and no search for plans.
    """
    if nodes is not None:
        solver.setOptionValue("mip_max_nodes", max(nodes, 1))
        solver.setOptionValue("mip_heuristic_run_rens", nodes > 0)
        for option, value in BRIEF.items():
            solver.setOptionValue(option, value)
    else:
        # It finds plans early that some long searches wait for.
        solver.setOptionValue("mip_heuristic_run_shifting", True)


def nothing_left(program: LinearProgram) -> Relaxed:
    """Give the one plan of a program without columns."""
    return Relaxed(np.zeros(0), program.constant, True, False)


def loaded(program: LinearProgram, effort: Effort) -> highspy.Highs:
    """Give a solver that holds the program."""
    solver = Quiet()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("random_seed", effort.seed)
    solver.setOptionValue("time_limit", max(effort.seconds, 0.01))
    solver.setOptionValue("mip_rel_gap", effort.gap)
    solver.setOptionValue("mip_abs_gap", 0.0)
    stated = highspy.HighsLp()
    stated.num_col_, stated.num_row_ = len(program.costs), len(program.low)
    stated.sense_ = highspy.ObjSense.kMaximize
    stated.col_cost_, stated.offset_ = program.costs, program.constant
    stated.col_lower_, stated.col_upper_ = program.lower, program.upper
    stated.row_lower_, stated.row_upper_ = program.low, program.high
    stated.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    stated.a_matrix_.start_ = program.start.astype(np.int32)
    stated.a_matrix_.index_ = program.column.astype(np.int32)
    stated.a_matrix_.value_ = program.value
    if len(program.whole):
        kinds = np.full(len(program.costs), highspy.HighsVarType.kContinuous)
        kinds[program.whole] = highspy.HighsVarType.kInteger
        stated.integrality_ = kinds.tolist()
        for option, value in UNREDUCED.items():
            solver.setOptionValue(option, value)
    if solver.passModel(stated) == highspy.HighsStatus.kError:
        raise ValueError("HiGHS refuses the model")
    return solver


def from_inside(solver: highspy.Highs) -> None:
    """Have a linear program solved by an interior point method, to the prices and no vertex."""
    solver.setOptionValue("solver", "ipx")
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("ipm_optimality_tolerance", INSIDE)


def result_of(solver: highspy.Highs, has_whole: bool) -> Relaxed:
    """Give what a run found."""
    status = solver.getModelStatus()
    info = solver.getInfo()
    clock = status == highspy.HighsModelStatus.kTimeLimit
    if status in (
        highspy.HighsModelStatus.kInfeasible,
        highspy.HighsModelStatus.kUnboundedOrInfeasible,
    ):
        return Relaxed(None, 0.0, False, clock)
    solution = solver.getSolution()
    if has_whole:
        bound = float(info.mip_dual_bound)
    else:
        optimal = status == highspy.HighsModelStatus.kOptimal
        bound = float(info.objective_function_value) if optimal else INFINITY
    if info.primal_solution_status != 2:
        return Relaxed(None, bound, True, clock)
    prices = None
    if not has_whole and solution.dual_valid:
        prices = np.array(solution.row_dual)
    work = max(int(info.simplex_iteration_count), 0)
    return Relaxed(np.array(solution.col_value), bound, True, clock, prices, work)


def ray_of(solver: highspy.Highs) -> Floats | None:
    """Give prices that show why there is no plan, where the simplex method has come to any."""
    _, found, prices = solver.getDualRay()  # type: ignore[attr-defined]  # its types leave it out
    return np.array(prices) if found else None


def inside_of(solver: highspy.Highs) -> Relaxed:
    """Give where an interior point method came to, a little off rows and bounds."""
    clock = solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit
    solution, value = solver.getSolution(), float(solver.getInfo().objective_function_value)
    if not solution.value_valid or not solution.dual_valid:
        return Relaxed(None, INFINITY, True, clock)
    prices = np.array(solution.row_dual)
    return Relaxed(np.array(solution.col_value), value, True, clock, prices, 0)


def scales_of(upper: Integers | Floats) -> Floats:
    """Give one power of two for all columns of money, so that amounts are near a thousand."""
    scale = np.ones(len(upper))
    money = upper > 1
    if money.any():
        middle = float(np.median(upper[money]))
        scale[money] = 2.0 ** max(0, round(np.log2(middle / 1024.0)))
    return scale


def sides(sides_: Integers) -> Floats:
    """Give sides of rows in floating point, open ones as infinite."""
    real = sides_.astype(np.float64)
    real[sides_ >= OPEN] = INFINITY
    real[sides_ <= -OPEN] = -INFINITY
    return real
