"""A plan as every table reads it: amounts of pairs with the sums they make."""

from collections.abc import Mapping, Sequence
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
    def rows(self) -> list[Row]:
        """Give the coupling rows of the problem."""
        return hard_rows(self.problem)

    @cached_property
    def limits_of(self) -> Mapping[int, Sequence[Row]]:
        """Give the rows of C8, C9 and C10 that each proposal has a part in, in their order."""
        found: dict[int, list[Row]] = {j: [] for j in range(len(self.problem.proposals.ids))}
        for row in self.rows:
            if row.constraint in ("C8", "C9", "C10"):
                paid = self.problem.pairs.proposal[row.money.at]
                for proposal in np.union1d(paid, row.funded.at).tolist():
                    found[proposal].append(row)
        return found

    @cached_property
    def pairs_of(self) -> Mapping[int, list[int]]:
        """Give the positions of each proposal's pairs."""
        groups: dict[int, list[int]] = {j: [] for j in range(len(self.problem.proposals.ids))}
        for pair, proposal in enumerate(self.problem.pairs.proposal.tolist()):
            groups[proposal].append(pair)
        return groups

    def payers(self, proposal: int) -> list[str]:
        """Give the ids of the pools that pay a proposal."""
        pool = self.problem.pairs.pool
        return [
            self.problem.pools.ids[pool[pair]]
            for pair in self.pairs_of[proposal]
            if self.amounts[pair] > 0
        ]

    def shown(self, units: int) -> str:
        """Give units as an amount of the base currency."""
        return money.shown(int(units) * self.problem.unit, self.problem.round.currency)
