"""A plan under way: proposals settled at their totals, whose payers may still change."""

from collections.abc import Mapping, Sequence

import numpy as np

from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row
from matcher.allocation.single import Singles
from matcher.allocation.standing import Standing

Changes = Mapping[int, int]
"""Pairs with what they get from now on, in units."""


class Settled:
    """Amounts of settled proposals with what pools and rows have left; all in units.

    `least` and `most` bound what a pair of a settled proposal may get at its total (C3, C5, C12);
    `needed` are the pairs that pay whenever their proposal is funded.
    """

    def __init__(self, problem: Problem, rows: Sequence[Row], amounts: Integers) -> None:
        pairs, proposals = problem.pairs, len(problem.proposals.ids)
        self.problem, self.amounts = problem, amounts.copy()
        self.left, self.grants = problem.pools.budget.copy(), problem.pools.grants.copy()
        np.subtract.at(self.left, pairs.pool, amounts)
        np.subtract.at(self.grants, pairs.pool, amounts > 0)
        self.totals = np.bincount(pairs.proposal, amounts, proposals).astype(np.int64)
        self.payers = np.bincount(pairs.proposal, amounts > 0, proposals).astype(np.int64)
        others = [row for row in rows if row.constraint not in ("C1", "C4")]
        self.standing = Standing(problem, others, self.amounts)
        self.singles = Singles(problem, self.standing)
        self.needed = pairs.pinned | pairs.accepted
        self.least, self.most = (np.zeros(len(pairs), np.int64) for _ in range(2))
        for proposal in np.flatnonzero(self.totals).tolist():
            mine = self.pairs_of(proposal)
            sizes = self.singles.sizes(proposal, int(self.totals[proposal]))
            self.least[mine], self.most[mine] = sizes

    def reach(self) -> Integers:
        """Give the most that each pair could ever get, 0 where it may get nothing."""
        pools, pairs = self.problem.pools, self.problem.pairs
        most = np.zeros(len(pairs), np.int64)
        for proposal in np.unique(pairs.proposal).tolist():
            _, most[self.pairs_of(proposal)] = self.singles.sizes(
                proposal, int(self.problem.proposals.request[proposal])
            )
        most = np.minimum(most, pools.budget[pairs.pool])
        return np.where(most >= pools.least[pairs.pool], most, 0)

    def pairs_of(self, proposal: int) -> Integers:
        """Give the positions of a proposal's pairs."""
        return np.arange(*self.standing.first[proposal : proposal + 2])

    def pay(self, proposal: int, changes: Changes) -> bool:
        """Settle a proposal by changes that keep every constraint; False where they do not.

        They give the proposal its total, and may change the payers of settled ones.
        """
        pairs = self.problem.pairs
        changed, after = np.array(sorted(changes), np.int64), self.amounts.copy()
        after[changed] = [changes[pair] for pair in changed.tolist()]
        left, grants, pool = self.left.copy(), self.grants.copy(), pairs.pool[changed]
        np.subtract.at(left, pool, (after - self.amounts)[changed])
        np.subtract.at(grants, pool, (np.sign(after) - np.sign(self.amounts))[changed])
        if np.any(left < 0) or np.any(grants < 0):
            return False
        mine = self.pairs_of(proposal)
        total = int(after[mine].sum())
        self.least[mine], self.most[mine] = self.singles.sizes(proposal, total)
        touched = np.unique(np.append(pairs.proposal[changed], proposal)).tolist()
        if not all(j == proposal or self.totals[j] == self._sum(j, after) for j in touched):
            return False
        if not (self._in_range(proposal, total) and all(self._holds(j, after) for j in touched)):
            return False
        if not self.standing.follow(self.amounts, after):
            return False
        self.amounts, self.left, self.grants = after, left, grants
        for j in touched:
            self.payers[j] = int((after[self.pairs_of(j)] > 0).sum())
        self.totals[proposal] = total
        return True

    def changes(self, amounts: Integers) -> Changes:
        """Give the pairs that get something else by other amounts of all pairs."""
        changed = np.flatnonzero(amounts != self.amounts)
        return dict(zip(changed.tolist(), amounts[changed].tolist(), strict=True))

    def _sum(self, proposal: int, amounts: Integers) -> int:
        return int(amounts[self.pairs_of(proposal)].sum())

    def _in_range(self, proposal: int, total: int) -> bool:
        """C2."""
        proposals = self.problem.proposals
        least, most = int(proposals.minimum[proposal]), int(proposals.request[proposal])
        return max(1, least) <= total <= most

    def _holds(self, proposal: int, amounts: Integers) -> bool:
        """C3, C5, C6, C12 and C13 of one proposal at its total."""
        at = self.pairs_of(proposal)
        paid = at[amounts[at] > 0]
        pools = self.problem.pairs.pool[paid]
        return bool(
            np.all((self.least[paid] <= amounts[paid]) & (amounts[paid] <= self.most[paid]))
            and np.all(amounts[at[self.needed[at]]] > 0)
            and len(paid) <= self.problem.proposals.funders[proposal]
            and not self.singles.meet(pools)
        )
