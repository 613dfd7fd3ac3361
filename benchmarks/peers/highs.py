"""The textbook model as a MILP on HiGHS, passed as arrays, two threads, otherwise its defaults."""

from typing import Any

import highspy
import numpy as np

from benchmarks.peers.goals import Goal
from benchmarks.peers.levels import GAP, WORKERS, Ended, Held, Solved, Watch
from matcher.solving.model import OPEN, Floats, Integers, LinearModel

HELD = 1e-6
"""By how much, relatively, a level held may fall back: floating point holds nothing exactly."""


def held_rows(held: Held) -> list[tuple[Integers, Floats, float, float]]:
    """Give earlier levels as rows (columns, weights, low, high), largest weight 1."""
    rows = []
    for goal, values in held:
        size = float(np.abs(goal.weight).max(initial=1e-300))
        reached = goal.value(values)
        slack = HELD * abs(reached)
        low, high = (reached - slack, np.inf) if goal.most else (-np.inf, reached + slack)
        rows.append((goal.column, goal.weight / size, low / size, high / size))
    return rows


def solve(
    model: LinearModel, goal: Goal, held: Held, start: Integers | None, seconds: float, watch: Watch
) -> Solved:
    """Solve one level."""
    solver = highspy.Highs()
    # With output_flag off HiGHS tells its callbacks nothing of its bounds.
    options = {
        "log_to_console": False,
        "threads": WORKERS,
        "time_limit": seconds,
        "mip_rel_gap": GAP,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    solver.passModel(_linear_program(model, goal, held))
    if start is not None:
        solution = highspy.HighsSolution()
        solution.col_value = start.astype(np.float64)
        solver.setSolution(solution)

    def told(event: Any) -> None:
        out = event.data_out
        watch(_finite(out.mip_primal_bound), _finite(out.mip_dual_bound))

    solver.cbMipLogging.subscribe(told)
    solver.cbMipImprovingSolution.subscribe(told)
    # HiGHS keeps one scheduler for the whole process, with the threads first asked for.
    highspy.Highs.resetGlobalScheduler(True)
    solver.run()
    highspy.Highs.resetGlobalScheduler(True)
    status, info = solver.getModelStatus(), solver.getInfo()
    if status == highspy.HighsModelStatus.kInfeasible:
        return Solved(None, None, "infeasible")
    bound = _finite(info.mip_dual_bound)
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Solved(None, bound, "time_limit")
    values = np.rint(np.array(solver.getSolution().col_value)).astype(np.int64)
    proven = status == highspy.HighsModelStatus.kOptimal
    ended: Ended = "proven" if proven else "time_limit"
    return Solved(values, bound, ended)


def _linear_program(model: LinearModel, goal: Goal, held: Held) -> highspy.HighsLp:
    more = held_rows(held)
    lengths = np.array([len(column) for column, _, _, _ in more], np.int64)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = model.columns, model.rows + len(more)
    cost = np.zeros(model.columns)
    cost[goal.column] = goal.weight
    program.col_cost_ = cost
    program.sense_ = highspy.ObjSense.kMaximize if goal.most else highspy.ObjSense.kMinimize
    program.col_lower_ = model.lower.astype(np.float64)
    program.col_upper_ = model.upper.astype(np.float64)
    program.integrality_ = [highspy.HighsVarType.kInteger] * model.columns
    low = np.where(model.low <= -OPEN, -np.inf, model.low)
    high = np.where(model.high >= OPEN, np.inf, model.high)
    program.row_lower_ = np.concatenate([low, [row[2] for row in more]])
    program.row_upper_ = np.concatenate([high, [row[3] for row in more]])
    matrix = program.a_matrix_
    matrix.format_ = highspy.MatrixFormat.kRowwise
    matrix.num_col_, matrix.num_row_ = model.columns, model.rows + len(more)
    matrix.start_ = np.concatenate([model.start, model.start[-1] + np.cumsum(lengths)])
    matrix.index_ = np.concatenate([model.column, *(row[0] for row in more)])
    matrix.value_ = np.concatenate(
        [model.coefficient.astype(np.float64), *(row[1] for row in more)]
    )
    return program


def _finite(value: float) -> float | None:
    return float(value) if abs(value) < highspy.kHighsInf else None
