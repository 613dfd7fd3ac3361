"""What some pools could fund with their own money alone, so that each of them is better off.

Kept is all that binds these pools whatever the others do:

- C7, C12: the pairs that may be awarded, and what the board has pinned and applicants have accepted
  of these pools: promises are kept;
- C1, C3, C4, C5, C13: their budgets, grant sizes and counts, co-financing ceilings and company;
- C2, C6: what a proposal can work with, and how many funders it may have;
- C8, C9, C10: caps of organisations (earlier commitments counted in), alternatives and dependence,
  over what these pools fund: they are the round's rules for whoever pays. What a proposal requires
  has to be funded by these pools too;
- C11: hard targets within one of these pools: they are terms of its money.

Set aside are the other pools' awards, pins and acceptances, the targets of the round as a whole
and all soft targets: they are wishes for everybody's money together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

import numpy as np

from matcher.allocation.problem import Integers, Pairs, Problem
from matcher.allocation.rows import hard_rows
from matcher.explaining.audit.utility import Utilities
from matcher.solving import cp_sat
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import OPEN
from matcher.solving.objectives import Objective


@dataclass(frozen=True)
class Better:
    """A plan by some pools alone in which each makes more than now: `totals` over all proposals.

    `amounts` are over the pairs of `problem`, in units; no such plan makes more than `most` of the
    pools' utilities together.
    """

    problem: Problem
    amounts: Integers
    totals: Integers
    most: Fraction


@dataclass(frozen=True)
class NoneBetter:
    """It is proven that there is no such plan."""


def alone(problem: Problem, pools: Sequence[int]) -> Problem:
    """Give the problem that these pools have by themselves; see the head of this module."""
    kept = np.flatnonzero(np.isin(problem.pairs.pool, pools))
    names = {problem.pools.ids[pool] for pool in pools}
    targets = tuple(
        target
        for target in problem.round.targets
        if target.strictness == "hard" and target.pool in names
    )
    return replace(
        problem,
        round=problem.round.model_copy(update={"targets": targets}),
        pairs=Pairs(**{name: value[kept] for name, value in vars(problem.pairs).items()}),
    )


def better_alone(
    utilities: Utilities, pools: Sequence[int], now: Mapping[int, Fraction], effort: Effort
) -> Better | NoneBetter | None:
    """Find the best plan by some pools alone that makes each of them more than it has `now`.

    Best is the most of their utilities together. None where it is not known whether there is one:
    the work or the clock has ended the search.
    """
    problem = alone(utilities.problem, pools)
    formulation = formulate(problem, rows=hard_rows(problem), soft=())
    model, upper = formulation.model, formulation.model.upper
    for pool in pools:
        goal = _objective(utilities, formulation, [pool]).whole(upper)
        # Coefficients are exact or rounded up, so that a plan that makes more always passes.
        least = floor(now[pool] / goal.factor) + 1
        if goal.total(upper) < least:
            return NoneBetter()
        model = model.with_row(goal.coefficients, least, OPEN, "")
    objective = _objective(utilities, formulation, pools)
    goal = objective.whole(upper)
    solved = cp_sat.solve(model, goal.coefficients, True, effort)
    if solved.ended == "infeasible":
        return NoneBetter()
    if solved.columns is None:
        return None
    amounts, totals = solved.columns[formulation.money], solved.columns[formulation.total]
    if any(utilities.of(pool, totals) <= now[pool] for pool in pools):
        return None  # coefficients that had to be rounded leave a difference too fine to see
    most = max(objective.value(solved.columns), solved.bound * goal.factor)
    return Better(problem, amounts, totals, most)


def _objective(utilities: Utilities, formulation: Formulation, pools: Sequence[int]) -> Objective:
    """Give the utilities of some pools together as an objective over the model's totals."""
    columns = formulation.model.columns
    numerator, denominator = np.zeros(columns, np.int64), np.ones(columns, np.int64)
    numerator[formulation.total] = utilities.score[list(pools)].sum(axis=0)
    if utilities.by_project:
        denominator[formulation.total] = np.maximum(utilities.request, 1)
    return Objective("L2", None, True, numerator, denominator, utilities.factor)
