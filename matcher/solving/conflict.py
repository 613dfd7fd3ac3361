"""Why a round is infeasible: constraints that cannot hold together, by CP-SAT's assumptions.

CP-SAT gives a sufficient set, without an objective (PROBLEM.md, Exactness and scale); each of its
members is then taken out once, and left out where the rest is still in conflict.
"""

from collections.abc import Sequence

from ortools.sat.python import cp_model

from matcher.allocation.problem import Problem
from matcher.results import Options
from matcher.solving.cp_sat import Effort, expression, solver_for
from matcher.solving.formulation import formulate
from matcher.solving.model import OPEN, LinearModel
from matcher.solving.outcome import Conflict

WORK = 20.0
"""What one look for a conflict may spend, in deterministic seconds."""


def find_conflict(problem: Problem, options: Options) -> tuple[Conflict, ...]:
    """Give constraints of an infeasible problem that conflict, as few as the work allows."""
    model = formulate(problem, tight=False).model
    groups = sorted(
        {group for group in _groups_of(model) if group[0]},
        key=lambda group: (int(group[0][1:]), group[1]),
    )
    kept = _core(model, groups, options)
    if kept is None:
        return ()
    for group in list(kept):
        rest = [other for other in kept if other != group]
        smaller = _core(model, rest, options)
        if smaller is not None:
            kept = [other for other in kept if other in smaller]
    return tuple(Conflict(*group) for group in kept)


def _groups_of(model: LinearModel) -> list[tuple[str, str]]:
    """Give, for every row, its constraint and what it is about."""
    return list(zip(model.constraint.tolist(), model.names(), strict=True))


def _core(
    model: LinearModel, groups: Sequence[tuple[str, str]], options: Options
) -> list[tuple[str, str]] | None:
    """Give members of `groups` that conflict by themselves, or None if they can all hold."""
    built = cp_model.CpModel()
    columns = [
        built.new_int_var(low, high, "")
        for low, high in zip(model.lower.tolist(), model.upper.tolist(), strict=True)
    ]
    switch = {group: built.new_bool_var("") for group in groups}
    for row, group in enumerate(_groups_of(model)):
        if group[0] and group not in switch:
            continue
        at, values = model.row(row)
        low = cp_model.INT_MIN if model.low[row] <= -OPEN else int(model.low[row])
        high = cp_model.INT_MAX if model.high[row] >= OPEN else int(model.high[row])
        stated = built.add_linear_expression_in_domain(
            expression(columns, at, values), cp_model.Domain(low, high)
        )
        if group[0]:
            stated.only_enforce_if(switch[group])
    built.add_assumptions(list(switch.values()))
    effort = Effort(options.seconds, WORK, 0.0, 1, options.seed)
    solver = solver_for(effort)
    if solver.solve(built) != cp_model.INFEASIBLE:
        return None
    core = set(solver.sufficient_assumptions_for_infeasibility())
    return [group for group in groups if switch[group].index in core]
