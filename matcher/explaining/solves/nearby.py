"""A plan near a plan known: a few proposals move, all others stay as they are.

The relaxation says which proposals would move; to them come those that share the most pools with
them. With the rest fixed an exact search is quick. Where it finds nothing, all are looked at, less
what a relaxation shows no plan to do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from matcher.allocation.problem import Integers
from matcher.explaining.solves.levels import WHOLE_WORK, Levels
from matcher.explaining.solves.reaching import reached
from matcher.solving import cp_sat, highs
from matcher.solving.blocks import NO_FLAGS
from matcher.solving.formulation import Formulation
from matcher.solving.model import OPEN, Flags, Floats, LinearModel
from matcher.solving.narrowing import Narrowed
from matcher.solving.payers import with_pattern
from matcher.solving.rounding import rounded

BETTER, BEST = 24, 72
"""So many proposals may move where a better plan will do, and where the best one is looked for.

With more of them a better plan is found no sooner than among all.
"""
WORK = 0.12
"""What is spent on a plan nearby, in the exact solver's deterministic seconds: most take a tenth of
it, and one that is not found by then is no better start than the plan known."""
ANY = 1.0
"""The gap at which the first plan found will do."""


@dataclass(frozen=True)
class AnyPlan:
    """Columns in whole numbers, None where none were found; `impossible` where there are none."""

    columns: Integers | None
    impossible: bool


def better_nearby(
    levels: Levels, known: Integers, least: Sequence[Fraction], first: bool = True
) -> Integers | None:
    """Give amounts that reach the least of all levels and more of the last; None if none is found.

    `known` are the amounts of the plan that stays as it is. The `first` found will do, or else the
    best.
    """
    last = len(levels.goals) - 1
    side = levels.side(last, least[last]) + 1
    return best_nearby(levels, known, least[:-1], side, BETTER, first)


def best_nearby(
    levels: Levels,
    known: Integers,
    least: Sequence[Fraction],
    side: int | None = None,
    count: int = BEST,
    first: bool = False,
) -> Integers | None:
    """Give amounts that reach the least of all levels but the last, and of that the most.

    Where `side` is given, its coefficients have to add up to that or better, and the `first`
    amounts that do will do. So many proposals as `count` says may move. None if none is found.
    """
    last = len(levels.goals) - 1
    goal, model = levels.goals[last], levels.state.model
    for position, value in enumerate(least[:last]):
        model = asking(levels, model, position, levels.side(position, value))
    asked = model if side is None else asking(levels, model, last, side)
    relaxed = highs.relax(asked, goal.coefficients, goal.most, NO_FLAGS, levels.effort(last))
    if relaxed.columns is None:
        return None
    formulation = levels.formulation
    base = formulation.complete(known)
    order = _order(formulation, np.abs(relaxed.columns - base)[formulation.total])
    moving = np.zeros(len(order), np.bool_)
    moving[order[:count]] = True
    found = _best_plan(levels, _held(formulation, model, base, moving), side, first)
    return None if found is None else found[formulation.money]


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


def asking(levels: Levels, model: LinearModel, position: int, side: int) -> LinearModel:
    """Give the model in which a level's coefficients add up to `side` or better."""
    goal, name = levels.goals[position], levels.objectives[position].level
    low, high = (side, OPEN) if goal.most else (-OPEN, side)
    return model.with_row(goal.coefficients, low, high, name)


def what_is_left(levels: Levels, position: int, side: int) -> Narrowed | None:
    """Leave out what no plan does in which a level's coefficients add up to `side` or better.

    Nothing is left where a relaxation with cuts shows that there is no such plan; None where it
    tells nothing.
    """
    goal = levels.goals[position]
    limit, priced = levels.priced(position)
    short = limit.bound < side if goal.most else limit.bound > side
    if limit.ended == "infeasible" or short:
        return Narrowed(None, 0)
    return None if priced is None else priced.narrowed(side if goal.most else -side)


def any_plan(levels: Levels, position: int, side: int, left: Narrowed | None) -> AnyPlan:
    """Look for columns at which a level's coefficients add up to `side` or better.

    Among what is `left` the exact solver mostly has an answer soon; the first plan found will do.
    Else grants are sought by branching, money divisible, and whole amounts for the grants found.
    """
    goal, model = levels.goals[position], levels.state.model
    effort = levels.effort(position)
    if left is not None:
        if left.model is None:
            return AnyPlan(None, True)
        asked = asking(levels, left.model, position, side)
        own = replace(effort, work=left.work, gap=ANY)
        solved = cp_sat.solve(asked, goal.coefficients, goal.most, own, led=True)
        if solved.columns is not None or solved.ended == "infeasible":
            return AnyPlan(solved.columns, solved.columns is None)
    flags = levels.formulation.flags
    found = reached(model, goal, side, flags, effort)
    if found.columns is None:
        return AnyPlan(None, found.impossible)
    whole = asking(levels, model, position, side)
    return AnyPlan(_in_whole_units(levels, whole, position, found.columns), False)


def _best_plan(
    levels: Levels, model: LinearModel, side: int | None, first: bool
) -> Integers | None:
    """Look, for a while, for the columns that are best at the last level.

    Where they have to reach a `side`, the `first` that do will do.
    """
    last = len(levels.goals) - 1
    goal, effort = levels.goals[last], replace(levels.effort(last), work=WORK)
    asked = model
    if side is not None:
        asked = asking(levels, model, last, side)
        effort = replace(effort, gap=ANY if first else effort.gap)
    return cp_sat.solve(asked, goal.coefficients, goal.most, effort, led=True).columns


def _in_whole_units(
    levels: Levels, model: LinearModel, position: int, found: Floats
) -> Integers | None:
    """Give whole amounts for the grants found, the first that do; None where they allow none."""
    goal = levels.goals[position]
    near = rounded(levels.formulation, found)
    if model.allows(near):
        return near
    effort = replace(levels.effort(position), work=WHOLE_WORK, gap=0.0)
    flags = levels.formulation.flags
    return with_pattern(model, goal.coefficients, goal.most, flags, found, effort)
