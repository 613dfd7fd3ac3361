"""What leads to neighbourhoods: it wants a plan otherwise, and is asked while others are solved.

A search tree is one such guide. What its last node wants is tried first; where that brings nothing
or takes long, the node is asked what it wants where keeping to the plan brings something, which is
less and sooner solved, and the other way round again.
"""

from typing import Protocol

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.model import Floats, Integers, LinearModel
from matcher.solving.objectives import usual_worth
from matcher.solving.proximity import drawn_worths, keeping_to
from matcher.solving.tree import Tree

SOLVES = 100
"""Relaxations that are solved in each step to let a tree grow."""
LONG = 10_000
"""Iterations of the simplex method that are many for a neighbourhood."""


class Guide(Protocol):
    """Says what it wants near a plan, and hears what came of it; may prove a bound meanwhile."""

    @property
    def bound(self) -> float:
        """What it proves of the most, infinite for nothing."""

    @property
    def soon(self) -> bool:
        """Whether it answers in little time beside what a neighbourhood takes."""

    def wanted(self, columns: Integers, lost: Floats) -> Floats | None:
        """Give columns as it wants them, where each proposal loses so much; None for nothing."""

    def heard(self, better: bool, work: int) -> None:
        """Hear whether a neighbourhood of them was better, and how many iterations it took."""


class Growing:
    """Lets a tree grow in each step, and gives what the node wants that it came to."""

    def __init__(
        self,
        formulation: Formulation,
        model: LinearModel,
        goal: Integers,
        tree: Tree,
        seed: int,
        soon: bool,
    ) -> None:
        self.soon = soon
        self._at, self._model, self._goal = formulation, model, goal
        self._usual = usual_worth(tree.costs[formulation.total])
        self._random = np.random.default_rng(seed)
        self._nearly, self._tree = False, tree

    @property
    def bound(self) -> float:
        """What the tree proves of the most."""
        return self._tree.bound

    def wanted(self, columns: Integers, lost: Floats) -> Floats | None:
        """Look at more nodes beside the plan at hand."""
        planned = self._model.allows(columns)
        self._tree.grow(SOLVES, float(self._goal @ columns) if planned else -np.inf)
        if not self._nearly:
            return self._tree.wanted
        each = drawn_worths(self._usual, len(lost), self._random)
        return self._tree.near(keeping_to(self._at, columns, each))

    def heard(self, better: bool, work: int) -> None:
        """Ask the other way from now on, where this one brought nothing or took long."""
        if not better or work > LONG:
            self._nearly = not self._nearly
