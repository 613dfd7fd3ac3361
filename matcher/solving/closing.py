"""What is open between a plan and a bound, closed by an exact solver's first nodes where it can be.

In a small round the best plans have the payers of nearly all change together. The root of branch
and bound, its cuts and its search about the relaxation there find such plans, or prove the plan at
hand to be near enough, in a time that neighbourhoods take for a few steps. What it does not find at
first another seed often does, and sooner than a longer search.
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.deciding import made_whole
from matcher.solving.formulation import Formulation
from matcher.solving.model import Integers, LinearModel
from matcher.solving.rounding import OF_GAP

NODES = 10
"""Nodes of such a search at most."""
TIMES = 5
"""So often it is tried, each time with another seed, from the best plan there is by then. The first
time a bound alone is looked for, which often is all that is missing."""
ROUGH = 5e-4
"""The least gap for which it is tried: where less may be left open, it is seldom enough."""


@dataclass(frozen=True)
class Closing:
    """Closes what is open of `goal`, whole numbers to be made most on a model."""

    formulation: Formulation
    model: LinearModel
    goal: Integers

    def tried(
        self, columns: Integers, bound: float, effort: Effort, nodes: int
    ) -> tuple[Integers | None, float]:
        """Look for a plan better than the columns, and for a better bound than `bound`.

        Gives the plan, if there is any that keeps every row, and what is proven of the goal. The
        first plan will do that is within the gap of `bound`. Without `nodes` it bounds.
        """
        flags, finer = self.formulation.flags, replace(effort, gap=effort.gap * OF_GAP)
        enough = bound - finer.gap * abs(bound)
        found = highs.relax(
            self.model, self.goal, True, flags, finer, nodes, columns, enough=enough
        )
        if found.columns is None:
            return None, found.bound
        costs = self.goal.astype(np.float64)
        whole = made_whole(self.model, costs, flags, found.columns, effort)
        better = whole is not None and int(self.goal @ (whole - columns)) > 0
        return whole if better else None, found.bound
