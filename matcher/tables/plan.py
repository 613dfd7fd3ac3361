"""A plan as every table reads it: amounts of pairs with the sums they make."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matcher import money
from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row, hard_rows
from matcher.eligibility import EligibilityTable


@dataclass(frozen=True)
class Plan:
    """Awards of a round; `amounts` over the problem's pairs, in units."""

    problem: Problem
    eligibility: EligibilityTable
    amounts: Integers

    @cached_property
    def totals(self) -> Integers:
        """Give what each proposal gets, in units."""
        count = len(self.problem.proposals.ids)
        totals = np.zeros(count, np.int64)
        np.add.at(totals, self.problem.pairs.proposal, self.amounts)
        return totals

    @cached_property
    def spent(self) -> Integers:
        """Give what each pool pays, in units."""
        spent = np.zeros(len(self.problem.pools.ids), np.int64)
        np.add.at(spent, self.problem.pairs.pool, self.amounts)
        return spent

    @cached_property
    def rows(self) -> Sequence[Row]:
        """Give the coupling rows of the problem."""
        return hard_rows(self.problem)

    @cached_property
    def _start(self) -> Integers:
        """Give where the pairs of each proposal begin; pairs stand by proposal."""
        count = len(self.problem.proposals.ids)
        return np.searchsorted(self.problem.pairs.proposal, np.arange(count + 1))

    def pairs_of(self, proposal: int) -> Integers:
        """Give the positions of a proposal's pairs."""
        return np.arange(self._start[proposal], self._start[proposal + 1])

    @cached_property
    def _paid(self) -> tuple[Integers, Integers]:
        """Give the pairs with an award, and where those of each proposal begin."""
        paid = np.flatnonzero(self.amounts > 0)
        count = len(self.problem.proposals.ids)
        return paid, np.searchsorted(self.problem.pairs.proposal[paid], np.arange(count + 1))

    def paid_pairs_of(self, proposal: int) -> Integers:
        """Give the positions of a proposal's pairs with an award."""
        paid, start = self._paid
        return paid[start[proposal] : start[proposal + 1]]

    def payers(self, proposal: int) -> list[str]:
        """Give the ids of the pools that pay a proposal."""
        pool = self.problem.pairs.pool
        return [self.problem.pools.ids[pool[pair]] for pair in self.paid_pairs_of(proposal)]

    def shown(self, units: int) -> str:
        """Give units as an amount of the base currency."""
        return money.shown(int(units) * self.problem.unit, self.problem.round.currency)
