"""How far a level has got: plans held against each other, bounds made tighter, and both told."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from matcher.solving.cp_sat import Ended, Solved, Watch
from matcher.solving.model import OPEN, Integers, LinearModel
from matcher.solving.objectives import Objective, WholeObjective
from matcher.solving.outcome import Progress, Report

LATE = ("L3", "L4", "near")
"""The levels after merit."""


@dataclass
class State:
    """What is known so far: the model with levels held, the best columns, and what is proven."""

    model: LinearModel
    columns: Integers | None
    proofs: dict[int, tuple[Fraction | None, Ended]]
    start: Integers | None = None
    """Columns to start from while there are none better."""
    latest: Solved | None = None
    """How far the level at hand has got, for an interrupt."""
    clocked: bool = False
    """Whether a clock has ended any step, so that another time it might end otherwise."""


@dataclass(frozen=True)
class Reckoning:
    """What plans and bounds come to for one level, whose goal is `whole`; `report` hears of it."""

    objective: Objective
    whole: WholeObjective
    report: Report | None

    def better(self, first: Integers | None, second: Integers | None) -> Integers | None:
        """Give the better one of two plans, the first of two alike."""
        if first is None or second is None:
            return second if first is None else first
        ahead = self.whole.total(second) - self.whole.total(first)
        return second if (ahead > 0) == self.whole.most and ahead else first

    def outward(self, bound: float) -> int:
        """Give a bound in whole units."""
        return int(np.floor(bound) if self.whole.most else np.ceil(bound))

    def limit(self, model: LinearModel) -> int:
        """Give what no columns can pass, by their bounds alone."""
        upwards = (self.whole.coefficients > 0) == self.whole.most
        return self.whole.total(np.where(upwards, model.upper, model.lower))

    def already_best(self, state: State) -> Solved | None:
        """Say so where the columns at hand reach what no columns can pass."""
        if state.columns is None:
            return None
        total = self.whole.total(state.columns)
        if total == self.limit(state.model):
            return Solved(state.columns, total, "proven")
        return None

    def is_within(self, solved: Solved, gap: float) -> bool:
        """Say whether a plan is as near to its bound as a gap allows."""
        if solved.columns is None:
            return False
        distance = abs(solved.bound - self.whole.total(solved.columns))
        if distance == 0 or solved.bound == 0:
            return distance == 0
        return Fraction(distance, abs(solved.bound)) <= Fraction(gap)

    def between(self, model: LinearModel, so_far: Solved) -> LinearModel:
        """Give the model in which the level keeps between the best plan and the bound."""
        best = None if so_far.columns is None else self.whole.total(so_far.columns)
        if self.whole.most:
            low, high = -OPEN if best is None else best, so_far.bound
        else:
            low, high = so_far.bound, OPEN if best is None else best
        return model.with_row(self.whole.coefficients, low, high, self.objective.level)

    def told(self, solved: Solved) -> Solved:
        """Tell what is reached; a bound that a plan at hand passes is no bound, but a float's."""
        if solved.columns is None:
            return solved
        total = self.whole.total(solved.columns)
        bound = max(solved.bound, total) if self.whole.most else min(solved.bound, total)
        if self.watch is not None:
            self.watch(float(total), float(bound))
        return replace(solved, bound=bound)

    @property
    def watch(self) -> Watch | None:
        """What hears of every better plan or bound, in the goal's whole units, if any does."""
        report = self.report
        if report is None:
            return None
        factor = float(self.whole.factor)

        def told(value: float, bound: float) -> None:
            level, key = self.objective.level, self.objective.key
            report(Progress(level, key, value * factor, bound * factor))

        return told
