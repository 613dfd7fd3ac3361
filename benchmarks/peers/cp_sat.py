"""The textbook model on OR-Tools' CP-SAT, two workers, otherwise its defaults."""

import numpy as np
from ortools.sat.python import cp_model

from benchmarks.peers.goals import Goal
from benchmarks.peers.levels import GAP, WORKERS, Ended, Held, Solved, Watch
from matcher.solving.model import OPEN, Integers, LinearModel

Variables = list[cp_model.IntVar]


class _Incumbents(cp_model.CpSolverSolutionCallback):
    def __init__(self, factor: float, watch: Watch) -> None:
        super().__init__()
        self._factor, self._watch = factor, watch
        self.best: float | None = None

    def on_solution_callback(self) -> None:
        self.best = self.objective_value * self._factor
        self._watch(self.best, self.best_objective_bound * self._factor)


def solve(
    model: LinearModel, goal: Goal, held: Held, start: Integers | None, seconds: float, watch: Watch
) -> Solved:
    """Solve one level."""
    built = cp_model.CpModel()
    variables: Variables = [
        built.new_int_var(low, high, "")
        for low, high in zip(model.lower.tolist(), model.upper.tolist(), strict=True)
    ]
    for row in range(model.rows):
        expression = _sum(variables, *model.row(row))
        domain = cp_model.Domain(_side(model.low[row]), _side(model.high[row]))
        built.add_linear_expression_in_domain(expression, domain)
    for earlier, values in held:
        expression, reached = _goal(variables, earlier), earlier.total(values)
        built.add(expression >= reached if earlier.most else expression <= reached)
    (built.maximize if goal.most else built.minimize)(_goal(variables, goal))
    if start is not None:
        for variable, value in zip(variables, start.tolist(), strict=True):
            built.add_hint(variable, value)
    factor = float(goal.whole[1])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = WORKERS
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.relative_gap_limit = GAP
    incumbents = _Incumbents(factor, watch)
    solver.best_bound_callback = lambda bound: watch(incumbents.best, bound * factor)
    status = solver.solve(built, incumbents)
    if status == cp_model.MODEL_INVALID:
        raise ValueError(f"the model is not valid: {built.validate()}")
    if status == cp_model.INFEASIBLE:
        return Solved(None, None, "infeasible")
    bound = solver.best_objective_bound * factor
    if status == cp_model.UNKNOWN:
        return Solved(None, bound, "time_limit")
    values = np.array([solver.value(variable) for variable in variables], np.int64)
    ended: Ended = "proven" if status == cp_model.OPTIMAL else "time_limit"
    return Solved(values, bound, ended)


def _sum(variables: Variables, column: Integers, value: Integers) -> cp_model.LinearExprT:
    terms = [variables[c] for c in column.tolist()]
    return cp_model.LinearExpr.weighted_sum(terms, value.tolist())


def _goal(variables: Variables, goal: Goal) -> cp_model.LinearExprT:
    return _sum(variables, goal.column, goal.whole[0])


def _side(value: np.int64) -> int:
    if value >= OPEN:
        return int(cp_model.INT_MAX)
    return int(cp_model.INT_MIN) if value <= -OPEN else int(value)
