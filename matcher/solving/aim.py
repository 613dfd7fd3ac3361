"""What a search is after: one goal, and by far less what comes after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.model import Floats, Integers, LinearModel
from matcher.solving.objectives import WholeObjective, size_of
from matcher.solving.opened import Plan

LATER = 0.1
"""What a unit of the next level weighs against one of this level in neighbourhoods."""
AHEAD = 2
"""So many of the later goals are weighed."""


@dataclass(frozen=True)
class Aim:
    """A `goal` of plans of a model, and the `later` ones; `is_merit` where it is no target's."""

    formulation: Formulation
    model: LinearModel
    goal: WholeObjective
    later: Sequence[WholeObjective]
    is_merit: bool

    @cached_property
    def weights(self) -> Floats:
        """Weigh the goal and, by far less each, the later ones: to be made most."""
        weights: Floats = np.sum(self.parts, axis=0)
        return weights

    @cached_property
    def parts(self) -> list[Floats]:
        """Give the weights of each goal that says anything, the first one's first."""
        parts: list[Floats] = []
        for goal in (self.goal, *self.later[:AHEAD]):
            size = size_of(self.formulation, goal)
            if size > 0:
                part: Floats = goal.upwards.astype(np.float64) * (LATER ** len(parts) / size)
                parts.append(part)
        return parts or [np.zeros(self.model.columns)]

    def outward(self, bound: float) -> int:
        """Give a bound on the goal, to be made most, in its own whole units."""
        return int(np.floor(bound)) if self.goal.most else int(np.ceil(-bound))

    def left_open(self, columns: Integers, bound: int) -> int:
        """Give how far columns are from a bound."""
        return abs(bound - self.goal.total(columns))

    def standing(self, plan: Plan) -> tuple[int, int]:
        """Give what a plan breaks and what it reaches of the goal."""
        return int(plan.missing(self.model).sum()), self.goal.total(plan.columns)

    def is_better(self, plan: Plan, best: Integers | None) -> bool:
        """Say whether a plan reaches more of the goal, or as much, and more of what follows."""
        if best is None:
            return True
        by = plan.columns - best
        more = int(self.goal.upwards @ by)
        return more > 0 or (more == 0 and float(self.weights @ by) > 0)
