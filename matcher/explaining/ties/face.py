"""The plans that are as good as a plan known: a problem's model with its levels held where it is.

Any level is held so that no plan as good is left out, even where whole coefficients are not exact;
what is found there is looked at in exact values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from matcher.allocation.problem import Integers, Problem
from matcher.explaining.solves.levels import COUNTED
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import OPEN, LinearModel
from matcher.solving.objectives import Objective, objectives_of


@dataclass(frozen=True)
class Face:
    """A problem's formulation, and its model with the levels counted held at given values."""

    formulation: Formulation
    model: LinearModel
    objectives: Sequence[Objective]

    def values(self, columns: Integers) -> tuple[Fraction, ...]:
        """Give what columns reach of each level counted, turned so that more is better."""
        return tuple(
            (1 if objective.most else -1) * objective.value(columns)
            for objective in self.objectives
        )


def face_of(problem: Problem, least: Sequence[Fraction]) -> Face:
    """Hold the first levels, as many as there are values, at no less than the values.

    Values are exact and turned so that more is better, as those of a Worth.
    """
    formulation = formulate(problem)
    objectives = [o for o in objectives_of(formulation) if o.level in COUNTED]
    model = formulation.model
    for objective, value in zip(objectives, least, strict=False):
        goal = objective.whole(formulation.model.upper)
        low, high = ceil(value / goal.factor), floor(-value / goal.factor)
        sides = (low, OPEN) if goal.most else (-OPEN, high)
        model = model.with_row(goal.coefficients, *sides, objective.level)
    return Face(formulation, model, objectives)
