"""What it would cost to fund one proposal in full, when only its neighbours may change.

The linear relaxation of the whole neighbourhood says which few neighbours should give way; among
them the exact solver looks for a plan. So the work is bounded, whatever the size of the round, and
the cost is one that suffices, not always the least.
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.allocation.wish import Correction, Wish
from matcher.results import Options
from matcher.solving import cp_sat
from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.model import OPEN, Integers, LinearModel
from matcher.solving.objectives import Objective, objectives_of

FEW = 12
"""So many proposals are moved at once by the exact solver."""
WORK = 0.1
"""What it may spend on them, in its deterministic seconds."""
GAP = 1e-3


def cost_of_funding(wish: Wish, seconds: float) -> Correction:
    """Find a plan of much merit in the proposal's tier that fulfils a wish.

    Every row holds, and earlier tiers lose nothing. `seconds` is the clock's limit; the work is
    bounded without it.
    """
    effort = Effort(seconds, WORK, GAP, 1, Options().seed)
    near = wish.narrowed()
    whole = len(near.moving) <= FEW
    if not whole:
        stated = _stated(near)
        if stated is None:
            return Correction(None, impossible=True)
        relaxed = stated.relaxed(effort)
        if relaxed.missed:
            return Correction(None, impossible=True)
        if relaxed.clock:
            return Correction(None)
        moved = np.abs(relaxed.columns - stated.now)[stated.formulation.total]
        moved[near.proposal] = np.inf
        few = np.sort(np.argsort(-moved, kind="stable")[:FEW])
        near = replace(near, moving=few).narrowed()
    stated = _stated(near)
    if stated is None:
        return Correction(None, impossible=whole)
    goal = stated.tier.whole(stated.model.upper).coefficients
    solved = cp_sat.solve(stated.model, goal, True, effort, stated.now)
    if solved.columns is None:
        return Correction(None, impossible=whole and solved.ended == "infeasible")
    return Correction(stated.tier.value(stated.now) - stated.tier.value(solved.columns))


@dataclass(frozen=True)
class _Stated:
    """A wish as a model: `tier` is to be made most, `now` are the columns of the plan at hand."""

    formulation: Formulation
    model: LinearModel
    tier: Objective
    now: Integers

    def relaxed(self, effort: Effort) -> Linear:
        """Solve it with all columns divisible."""
        tight = compact(self.formulation, self.model)
        merit = tight.costs(self.tier.numerator / self.tier.denominator)
        return Relaxation(tight, merit, tight.upper[tight.money] > 0, effort).bound()


def _stated(wish: Wish) -> _Stated | None:
    """Give the model of a narrowed wish, None where the columns' bounds forbid it."""
    proposals, mine = wish.problem.proposals, wish.proposal
    minimum = proposals.minimum.copy()
    minimum[mine] = proposals.request[mine]
    problem = replace(wish.problem, proposals=replace(proposals, minimum=minimum))
    formulation = formulate(problem, rows=wish.rows, soft=())
    lower = formulation.model.lower.copy()
    lower[formulation.funded[mine]] = 1
    if np.any(lower > formulation.model.upper):
        return None
    model, now = replace(formulation.model, lower=lower), formulation.complete(wish.amounts)
    goals = [goal for goal in objectives_of(formulation) if goal.level == "L2"]
    tiers = np.unique(proposals.tier).tolist()
    at = tiers.index(proposals.tier[mine])
    for earlier in goals[:at]:
        held = earlier.whole(model.upper)
        model = model.with_row(held.coefficients, held.total(now), OPEN, earlier.level)
    return _Stated(formulation, model, goals[at], now)
