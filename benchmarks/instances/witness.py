"""A plan found by simple means, which proves that a made-up round can be funded as it asks.

Proposals are paid in a given order, each by the pools with most left, keeping C1–C6, C8–C10 and
C13. What the round's targets, pins and acceptances ask is then taken from such a plan.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.instances.applicants import Organisations, Proposals
from benchmarks.instances.decisions import Decisions
from benchmarks.instances.pools import Pairs, Pools
from benchmarks.instances.words import Flags, Integers

MIN_AWARD, MAX_FUNDERS, MAX_PROPOSALS, MAX_AMOUNT = 1_000, 3, 2, 150_000
"""The policy of every family; money in whole base units."""


@dataclass
class _Left:
    """What may still be given out, in units."""

    budget: Integers
    grants: Integers
    proposals: Integers
    money: Integers
    labels: set[int]


@dataclass(frozen=True)
class Payer:
    """Pays proposals one by one; amounts in units of `unit` base minor units."""

    unit: int
    owners: Organisations
    proposals: Proposals
    pools: Pools
    pairs: Pairs
    allowed: Flags
    apart: Flags
    decisions: Decisions

    def plan(self, order: Integers, favourites: frozenset[int]) -> Integers:
        """Give amounts over the pairs, in units; only `favourites` may miss the threshold."""
        left = self._all()
        start = np.searchsorted(self.pairs.proposal, np.arange(len(self.proposals) + 1))
        request = self.proposals.base_request // self.unit
        minimum = np.minimum(-(-self.proposals.base_minimum // self.unit), request)
        labels: dict[int, list[int]] = {}
        for label, members in enumerate(self.decisions.labels):
            for member in members:
                labels.setdefault(member, []).append(label)
        amounts = np.zeros(len(self.pairs), np.int64)
        funded: set[int] = set()
        for j in order.tolist():
            needed = int(self.decisions.requires[j])
            open_ = j in favourites or self.proposals.enough[j]
            if not open_ or (needed >= 0 and needed not in funded):
                continue
            if left.labels.intersection(labels.get(j, ())):
                continue
            here = np.arange(start[j], start[j + 1])
            paid = self._pay(j, here[self.allowed[here]], int(request[j]), int(minimum[j]), left)
            if paid:
                funded.add(j)
                left.labels.update(labels.get(j, ()))
                for pair, amount in paid.items():
                    amounts[pair] = amount
        return amounts

    def _all(self) -> _Left:
        proposals = np.full(len(self.owners), MAX_PROPOSALS)
        money = np.minimum(MAX_AMOUNT, self.owners.budget) * 100
        for organisation, amount in self.decisions.commitments:
            proposals[organisation] -= 1
            money[organisation] -= amount * 100
        grants = np.where(self.pools.grants < 0, 2**62, self.pools.grants)
        budget = self.pools.base_budget // self.unit
        return _Left(budget, grants, proposals, money // self.unit, set())

    def _pay(
        self, j: int, here: Integers, request: int, minimum: int, left: _Left
    ) -> dict[int, int]:
        organisation = int(self.proposals.organisation[j])
        want = min(request, int(left.money[organisation]))
        if want < max(minimum, 1) or left.proposals[organisation] < 1:
            return {}
        pool = self.pairs.pool[here]
        floor_ = np.maximum(self.pools.base_least[pool], MIN_AWARD * 100)
        least = -(-floor_ // self.unit)
        share = self.pools.share[pool]
        whole = minimum * self.unit + int(self.proposals.base_own[j])
        top = np.where(share < 100, share * whole // 100, 2**62)
        top = np.minimum(top, self.pools.base_most[pool]) // self.unit
        top = np.minimum(top, left.budget[pool])
        usable = (top >= least) & (left.grants[pool] > 0)
        most = int(self.funders_of(j))
        paid: dict[int, int] = {}
        chosen: list[int] = []
        for at in np.argsort(-top, kind="stable"):
            if len(paid) == most or want == 0:
                break
            amount = min(int(top[at]), want)
            if usable[at] and amount >= least[at] and not self.apart[pool[at], chosen].any():
                paid[int(here[at])] = amount
                chosen.append(int(pool[at]))
                want -= amount
        if sum(paid.values()) < max(minimum, 1):
            return {}
        for pair, amount in paid.items():
            left.budget[self.pairs.pool[pair]] -= amount
            left.grants[self.pairs.pool[pair]] -= 1
            left.money[organisation] -= amount
        left.proposals[organisation] -= 1
        return paid

    def funders_of(self, j: int) -> int:
        """Give how many pools may fund a proposal."""
        own = int(self.proposals.funders[j])
        return MAX_FUNDERS if own < 0 else min(own, MAX_FUNDERS)
