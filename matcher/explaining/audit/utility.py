"""What a pool makes of a plan, and what its money could make of it at most, without solving.

`U_p = Σ_{j ∈ E_p} s_pj f_j` (ALLOCATION_RULES.md): a pool is glad of every award to work that it
may fund, whoever pays, by its own score where it gives one. Under `per_project` it is
`Σ s_pj f_j / R_j`, as merit is. Everything is exact.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from matcher import money
from matcher.allocation.problem import SCALE, Flags, Integers, Problem


@dataclass(frozen=True)
class Utilities:
    """The utilities of all pools of a problem.

    `score` is pools × proposals, in ten-thousandths and 0 outside `accepts`, the pairs that may be
    awarded. `request` is in units; where projects count alike, it is what an award is divided by.
    """

    problem: Problem
    accepts: Flags
    score: Integers
    request: Integers
    factor: Fraction
    requirements: tuple[tuple[int, int], ...]
    """Positions of proposals, each with one that it requires (C10)."""

    @property
    def by_project(self) -> bool:
        """Whether each project counts by its score, whatever it costs."""
        return self.problem.round.policy.value == "per_project"

    def of(self, pool: int, totals: Integers) -> Fraction:
        """Give what a pool makes of the totals of all proposals, in units.

        In major units of the base currency × score, or in score where projects count alike.
        """
        here = np.flatnonzero((self.score[pool] > 0) & (totals > 0))
        products = self.score[pool, here].astype(object) * totals[here].astype(object)
        if not self.by_project:
            return int(products.sum()) * self.factor
        parts = zip(products.tolist(), self.request[here].tolist(), strict=True)
        return sum((Fraction(product, asked) for product, asked in parts), Fraction()) * self.factor

    def most(self, weighing: Sequence[int], paying: Sequence[int]) -> Fraction:
        """Give what the pools `weighing` together cannot make more of, with the money of `paying`.

        Money is taken as divisible, and of the constraints only budgets, requests, largest grants
        and what each pool accepts are kept. With one or two payers the sets of money are nested
        (what only one of them accepts, what any does), so that going down by what a unit brings is
        the optimum.
        """
        score = self.score[list(weighing)].sum(axis=0)
        accepts = self.accepts[list(paying)]
        pools = self.problem.pools
        largest = np.minimum(pools.most[list(paying)], pools.budget[list(paying)])
        # Requests bound both payers' grants together; a payer that does not accept gives nothing.
        given = np.minimum((accepts * largest[:, None]).sum(axis=0), self.request)
        here = np.flatnonzero((score > 0) & (given > 0))
        asked = self.request[here].tolist() if self.by_project else [1] * len(here)
        # Parts so fine that two different ratios stand apart, rounded up so that it stays a bound.
        fine = 2 * max(asked, default=1).bit_length() if self.by_project else 0
        rates = [
            (-(-(worth << fine) // per), j)
            for worth, per, j in zip(score[here].tolist(), asked, here.tolist(), strict=True)
        ]
        purses = [int(pools.budget[pool]) for pool in paying]
        left, total = sum(purses), 0
        for rate, j in sorted(rates, reverse=True):
            payers = np.flatnonzero(accepts[:, j])
            amount = min(int(given[j]), left)
            if len(payers) == 1:
                amount = min(amount, purses[payers[0]])
                purses[payers[0]] -= amount
            left -= amount
            total += rate * amount
            if not left:
                break
        return Fraction(total, 1 << fine) * self.factor


def utilities_of(problem: Problem) -> Utilities:
    """Give the utilities of a problem's pools."""
    pairs = problem.pairs
    shape = len(problem.pools.ids), len(problem.proposals.ids)
    accepts, score = np.zeros(shape, np.bool_), np.zeros(shape, np.int64)
    accepts[pairs.pool, pairs.proposal] = pairs.allowed
    score[pairs.pool, pairs.proposal] = np.where(pairs.allowed, pairs.score, 0)
    if problem.round.policy.value == "per_project":
        factor = Fraction(1, SCALE)
    else:
        factor = Fraction(problem.unit, SCALE * 10 ** money.digits_of(problem.round.currency))
    at = {proposal_id: position for position, proposal_id in enumerate(problem.proposals.ids)}
    requirements = tuple(
        (at[row.proposal_id], at[needed])
        for row in problem.round.proposals
        for needed in row.requires
    )
    return Utilities(problem, accepts, score, problem.proposals.request, factor, requirements)
