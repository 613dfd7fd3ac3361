"""Where a plan is out of order: a pool funds a proposal while a higher-scored one waits."""

from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import Integers
from matcher.tables.plan import Plan


@dataclass(frozen=True)
class Jumps:
    """A row for each jump: a pool pays `funded` while `passed`, scored higher, is not paid in full.

    All are positions in the problem; `pair` and `passed_pair` are those of the pool with each.
    Rows stand by pool, funded and passed over.
    """

    pool: Integers
    funded: Integers
    passed: Integers
    pair: Integers
    passed_pair: Integers

    @classmethod
    def of(cls, plan: Plan, pair: Integers, passed_pair: Integers) -> "Jumps":
        """Give the jumps of pairs funded and pairs passed over, of one pool each."""
        pairs = plan.problem.pairs
        order = np.lexsort(
            (pairs.proposal[passed_pair], pairs.proposal[pair], pairs.pool[passed_pair])
        )
        pair, passed_pair = pair[order], passed_pair[order]
        funded, passed = pairs.proposal[pair], pairs.proposal[passed_pair]
        return cls(pairs.pool[pair], funded, passed, pair, passed_pair)

    def __len__(self) -> int:
        return len(self.pool)

    def some(self, rows: slice) -> "Jumps":
        """Give a run of rows."""
        return Jumps(**{name: value[rows] for name, value in vars(self).items()})


def jumps_of(plan: Plan) -> Jumps:
    """Find every pair of proposals out of order, with the pool that funds the lower one."""
    pairs, tier = plan.problem.pairs, plan.problem.proposals.tier
    paid, waiting = np.flatnonzero(plan.amounts > 0), _lowest(plan)[1]
    low, high = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for pool in np.unique(pairs.pool[waiting]):
        below = paid[pairs.pool[paid] == pool][:, None]
        above = waiting[pairs.pool[waiting] == pool][None, :]
        alike = tier[pairs.proposal[below]] == tier[pairs.proposal[above]]
        first, second = np.nonzero(alike & (pairs.score[below] < pairs.score[above]))
        low.append(below[first, 0])
        high.append(above[0, second])
    return Jumps.of(plan, np.concatenate(low), np.concatenate(high))


def lowest_jumps_of(plan: Plan) -> Jumps:
    """Find a jump for each pool and proposal passed over: the one with the lowest-scored funded."""
    lowest, waiting = _lowest(plan)
    return Jumps.of(plan, lowest, waiting)


def count_passed(plan: Plan) -> int:
    """Give how many proposals are passed over."""
    return len(np.unique(plan.problem.pairs.proposal[_lowest(plan)[1]]))


def _lowest(plan: Plan) -> tuple[Integers, Integers]:
    """Give pairs passed over, and the lowest-scored award of the same pool and tier for each."""
    pairs, proposals = plan.problem.pairs, plan.problem.proposals
    unpaid = plan.totals < proposals.request
    waiting = np.flatnonzero(pairs.allowed & unpaid[pairs.proposal])
    tiers, tier = np.unique(proposals.tier, return_inverse=True)
    group = pairs.pool * len(tiers) + tier[pairs.proposal]
    paid = np.flatnonzero(plan.amounts > 0)
    paid = paid[np.lexsort((pairs.proposal[paid], pairs.score[paid], group[paid]))]
    groups, first = np.unique(group[paid], return_index=True)
    if not len(groups):
        return paid, paid
    at = np.minimum(np.searchsorted(groups, group[waiting]), len(groups) - 1)
    lowest = paid[first[at]]
    out = (groups[at] == group[waiting]) & (pairs.score[lowest] < pairs.score[waiting])
    return lowest[out], waiting[out]
