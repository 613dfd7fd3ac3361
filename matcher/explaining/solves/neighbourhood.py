"""The part of a large round that a change of one proposal can reach, the rest as it is.

A plan of the part is a plan of the round: budgets, caps and targets leave to it what the rest of
the plan leaves. It may not be the best one of the round, so that bounds come from the whole.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from matcher.allocation.parts import connected_parts
from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row, hard_rows, soft_bounds
from matcher.allocation.wish import Wish, kept_rows
from matcher.explaining.solves.base import Awards, Base
from matcher.explaining.solves.comparing import Compared, compared
from matcher.explaining.solves.worth import Worth, worth_of

MOST = 200
"""So many proposals may move: those that share the most pools with the one asked about."""


@dataclass(frozen=True)
class Neighbourhood:
    """A proposal with those that may move for it, in a round that may be changed.

    `problem` is the part alone and `rows` what couples its proposals; `amounts` are the plan at
    hand there, `awards` that of the whole round; `position` is the proposal's in the part.
    """

    base: Base
    problem: Problem
    rows: tuple[Row, ...]
    amounts: Integers
    awards: Awards
    position: int

    @classmethod
    def of(
        cls, base: Base, problem: Problem, position: int, others: Integers | None = None
    ) -> "Neighbourhood":
        """Take the part around a proposal out of the problem of a round, changed or not.

        Soft targets are kept where they hold, and else no further missed. `others` may move too.
        """
        amounts = problem.amounts(base.awards)
        funded = np.zeros(len(problem.proposals.ids), np.bool_)
        funded[problem.pairs.proposal[amounts > 0]] = True
        rows = [*hard_rows(problem), *kept_rows(soft_bounds(problem), amounts, funded)]
        moving = _moving(problem, position)
        if others is not None:
            moving = np.union1d(moving, others)
        wish = Wish(problem, amounts, rows, position, moving).narrowed()
        awards = problem.awards(amounts)
        return cls(base, wish.problem, tuple(wish.rows), wish.amounts, awards, wish.proposal)

    @property
    def reached(self) -> tuple[Fraction, ...]:
        """What the plan at hand reaches in the part, by tier."""
        levels = self.base.levels(self.problem, rows=self.rows)
        return levels.values(levels.formulation.complete(self.amounts))

    def best(self, funded: bool) -> Worth | None:
        """Find the best plan of the part with the proposal, or without it; None without one."""
        base = self.base
        found = worth_of(
            self.problem, base.options, base.deadline, self.amounts, None,
            {self.position: funded}, rows=self.rows,
        )  # fmt: skip
        return found if isinstance(found, Worth) else None

    def compared(self, funded: bool) -> Compared:
        """Say what the best plan of the part with, or without, the proposal reaches."""
        fixed = {self.position: funded}
        levels = self.base.levels(self.problem, self.amounts, fixed, self.rows)
        return compared(levels, self.amounts, self.reached)

    def whole(self, amounts: Integers) -> Awards:
        """Give the awards of the whole round with amounts of the part in place of its own."""
        inside = set(self.problem.proposals.ids)
        kept = {pair: units for pair, units in self.awards.items() if pair[1] not in inside}
        return kept | self.problem.awards(amounts)


def _moving(problem: Problem, position: int) -> Integers:
    """Give the proposals that may move, ascending: the nearest in the proposal's connected part."""
    pairs = problem.pairs
    part, _ = connected_parts(problem)
    mine = np.zeros(len(problem.pools.ids), np.int64)
    mine[pairs.pool[pairs.proposal == position]] = 1
    shared = np.bincount(
        pairs.proposal, weights=mine[pairs.pool], minlength=len(problem.proposals.ids)
    )
    organisation = np.array(problem.proposals.organisation)
    near = (part == part[position]) | (organisation == organisation[position])
    shared[position] = np.inf
    order = np.lexsort((-shared, ~near))
    count = min(MOST, int(near.sum()))
    moving: Integers = np.sort(order[:count])
    return moving
