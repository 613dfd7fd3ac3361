"""Any plan of a round, from one that breaks a few rows: mended, neighbourhood by neighbourhood.

What a coordinator changes breaks little of a plan, and most of that is mended near by. More money
awarded is sought beside it: floors are then met with room to spare, so that the next change has
less to mend.
"""

from dataclasses import replace
from time import monotonic

import numpy as np

from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.improving import FIRST, Improver
from matcher.solving.landscape import Landscape
from matcher.solving.linear import Linear
from matcher.solving.model import Floats, Integers
from matcher.solving.neighbourhoods import Chooser
from matcher.solving.opened import Plan
from matcher.solving.prices import weighed

NEAR = 1e-3
"""How near to the best of its neighbourhood a decision is to come."""


class Mender(Chooser):
    """Draws neighbourhoods around what a plan breaks, as long as it breaks anything."""

    def losses(self, columns: Integers, broken: Floats, alone: Floats) -> tuple[Floats, Floats]:
        """Give what a plan breaks by proposal and by coupling row; else what it loses."""
        wrong = float(broken.sum() + alone.sum())
        if not wrong:
            return super().losses(columns, broken, alone)
        homes = self._at.row_home
        own = np.bincount(homes[homes >= 0], broken[homes >= 0], len(self._at.near))
        return (own + alone) / wrong, np.where(homes >= 0, 0.0, broken / wrong)


def mend(formulation: Formulation, columns: Integers, effort: Effort, steps: int) -> Integers:
    """Mend columns until they break nothing, in so many steps at most; they may break rows then."""
    model, deadline = formulation.model, monotonic() + effort.seconds
    plan = Plan.of(model, columns.copy())
    improver = _improver(formulation, effort)
    for _ in range(steps):
        left = deadline - monotonic()
        if left <= 0 or not plan.missing(model).any():
            break
        improver.begin(replace(effort, seconds=left, gap=NEAR))
        improver.better(plan)
    return plan.columns


def _improver(formulation: Formulation, effort: Effort) -> Improver:
    tight, goal = compact(formulation, formulation.model), _money(formulation)
    costs, prices = tight.costs(goal), np.zeros(len(tight.low))
    bound, reduced = weighed(tight, costs, prices)
    linear = Linear(np.zeros(len(costs)), bound, reduced, prices, False, False)
    chooser = Mender(Landscape.of(formulation, tight, linear), formulation, effort.seed)
    weights = goal.astype(np.float64)
    return Improver(
        formulation, formulation.model, goal, weights, weights, chooser, tight.origin, effort, FIRST
    )


def _money(formulation: Formulation) -> Integers:
    goal = np.zeros(formulation.model.columns, np.int64)
    goal[formulation.total] = 1
    return goal
