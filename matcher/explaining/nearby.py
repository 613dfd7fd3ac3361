"""A better plan near a plan known: a few proposals move, all others stay as they are.

The relaxation says which proposals would move; to them come those that share the most pools with
them. With the rest fixed an exact search is quick. Where it finds nothing, more may move.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from matcher.allocation.problem import Integers
from matcher.explaining.levels import Levels
from matcher.solving import cp_sat, highs
from matcher.solving.blocks import NO_FLAGS
from matcher.solving.formulation import Formulation
from matcher.solving.model import OPEN, Flags, Floats, LinearModel

MOVING = (24, 72)
"""So many proposals may move, at first and then; after that all of them."""
ROUGH = 0.05
"""The gap at which a search among better plans ends: any of them will do."""
NODES = 200
"""Nodes of the search tree that it may look at."""
WORK = 1.0
"""What whole amounts may cost, in the exact solver's deterministic seconds."""


@dataclass(frozen=True)
class AnyPlan:
    """Columns in whole numbers, None where none were found; `impossible` where there are none."""

    columns: Integers | None
    impossible: bool


def better_nearby(levels: Levels, known: Integers, least: Sequence[Fraction]) -> Integers | None:
    """Give amounts that reach the least of all levels and more of the last; None if none is found.

    `known` are the amounts of the plan that stays as it is.
    """
    last = len(levels.goals) - 1
    goal, effort = levels.goals[last], levels.effort(last)
    model = levels.state.model
    for position, value in enumerate(least):
        aim, name = levels.goals[position], levels.objectives[position].level
        side = levels.side(position, value) + (position == last)
        low, high = (side, OPEN) if aim.most else (-OPEN, side)
        model = model.with_row(aim.coefficients, low, high, name)
    relaxed = highs.relax(model, goal.coefficients, goal.most, NO_FLAGS, effort)
    if relaxed.columns is None:
        return None
    formulation = levels.formulation
    base = formulation.complete(known)
    order = _order(formulation, np.abs(relaxed.columns - base)[formulation.total])
    for count in MOVING:
        moving = np.zeros(len(order), np.bool_)
        moving[order[:count]] = True
        found = any_plan(levels, _held(formulation, model, base, moving), last, NODES)
        if found.columns is not None:
            return found.columns[formulation.money]
        if moving.all():
            break
    return None


def _order(formulation: Formulation, moved: Floats) -> Integers:
    """Give the proposals, those that the relaxation moves first, then who shares their pools."""
    pairs = formulation.problem.pairs
    touched = moved > 0
    forced = formulation.model.lower[formulation.funded] > 0
    touched |= forced
    pools = np.bincount(pairs.pool[touched[pairs.proposal]], minlength=pairs.pool.max() + 1)
    shared = np.bincount(pairs.proposal, weights=pools[pairs.pool], minlength=len(moved))
    order: Integers = np.lexsort((-shared, -moved, ~forced))
    return order


def _held(
    formulation: Formulation, model: LinearModel, base: Integers, moving: Flags
) -> LinearModel:
    """Give the model in which only some proposals may move."""
    kept = ~moving
    pairs = kept[formulation.problem.pairs.proposal]
    columns = np.concatenate(
        [
            formulation.money[pairs],
            formulation.grant[pairs],
            formulation.total[kept],
            formulation.funded[kept],
        ]
    )
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[columns] = upper[columns] = np.clip(base[columns], lower[columns], upper[columns])
    return replace(model, lower=lower, upper=upper)


def any_plan(
    levels: Levels, model: LinearModel, position: int, nodes: int | None = None
) -> AnyPlan:
    """Look for columns that keep every row of a model, the grants by branching, money divisible.

    Whole amounts are sought for the grants found; a level's goal guides the search. `nodes` limits
    the search tree.
    """
    goal, formulation = levels.goals[position], levels.formulation
    flags = np.concatenate([formulation.grant, formulation.funded])
    effort = replace(levels.effort(position), gap=ROUGH)
    relaxed = highs.relax(model, goal.coefficients, goal.most, flags, effort, nodes)
    if relaxed.columns is None:
        return AnyPlan(None, not relaxed.feasible)
    pattern = np.rint(relaxed.columns[flags]).astype(np.int64)
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[flags] = upper[flags] = pattern
    fixed = replace(model, lower=lower, upper=upper)
    nothing = np.zeros(model.columns, np.int64)
    exact = replace(effort, work=WORK, gap=0.0)
    return AnyPlan(cp_sat.solve(fixed, nothing, True, exact).columns, False)
