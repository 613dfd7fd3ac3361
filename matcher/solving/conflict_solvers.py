"""What solvers say of rows that are to hold together: values, a proof that none do, or a core."""

from functools import partial
from operator import methodcaller

import numpy as np
from ortools.sat.python import cp_model

from matcher.solving import highs
from matcher.solving.apart import run_apart
from matcher.solving.cp_sat import Effort, expression, solver_for
from matcher.solving.model import OPEN, Floats, Integers, LinearModel


def relaxed(part: LinearModel, effort: Effort) -> tuple[Floats | None, Floats | None]:
    """Give a solution of the relaxation, or multipliers that deny one; else neither."""
    nothing = np.zeros(part.columns), np.zeros(0, np.int64)
    scaled = highs.scaled_to_one(part, *nothing)
    solver = highs.loaded(scaled.program, effort)
    run_apart(solver.run)
    found = highs.result_of(solver, False)
    if found.columns is not None:
        return found.columns * scaled.columns, None
    if found.feasible:
        return None, None
    # highspy makes this method at run time, so that its types do not name it.
    _, there, ray = run_apart(partial(methodcaller("getDualRay"), solver))
    return None, np.array(ray) / scaled.rows if there else None


def named(part: LinearModel, group: Integers, effort: Effort) -> list[int]:
    """Have CP-SAT name groups that conflict, by assumptions; none where it does not."""
    built = cp_model.CpModel()
    columns = [
        built.new_int_var(low, high, "")
        for low, high in zip(part.lower.tolist(), part.upper.tolist(), strict=True)
    ]
    switches: dict[int, cp_model.IntVar] = {}
    sides = zip(part.low.tolist(), part.high.tolist(), group.tolist(), strict=True)
    for row, (low, high, mine) in enumerate(sides):
        domain = cp_model.Domain(
            low if low > -OPEN else cp_model.INT_MIN, high if high < OPEN else cp_model.INT_MAX
        )
        stated = built.add_linear_expression_in_domain(expression(columns, *part.row(row)), domain)
        if mine >= 0:
            if mine not in switches:
                switches[mine] = built.new_bool_var("")
            stated.only_enforce_if(switches[mine])
    built.add_assumptions(list(switches.values()))
    solver = solver_for(effort)
    if run_apart(lambda: solver.solve(built), solver.stop_search) != cp_model.INFEASIBLE:
        return []
    core = set(solver.sufficient_assumptions_for_infeasibility())
    return [mine for mine, switch in switches.items() if switch.index in core]
