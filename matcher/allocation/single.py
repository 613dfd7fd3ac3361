"""The most that one proposal can be paid while every other award stays: an exact, direct answer.

A proposal has few pools, and few of them may fund it together. Sets of funders are gone through,
small ones first, many at once in arrays; within a set the largest total is the one that what its
pools may pay (C3, C5, money left) still adds up to.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Flags, Integers, Problem
from matcher.allocation.standing import Room, Standing

SETS, SETS_AT_ONCE = 200_000, 4_096
"""So many sets of funders are gone through at most, and so many at once."""
ROUNDS = 1_000
"""So many steps towards the total of a set, each to a lower one, are made at most."""


class NotDirect(Exception):
    """There are too many sets of funders, or rows that do not come down to one proposal."""


@dataclass(frozen=True)
class Offer:
    """What the pools may pay of one proposal; a row for each that may, those that may most first.

    Amounts in units. A pool pays between `least` and `most`, and of a total t at most
    (`above` · t + `beside`) / `below`; pools `needed` pay, two that are `apart` do not both.
    """

    pairs: Integers
    least: Integers
    most: Integers
    above: Integers
    below: Integers
    beside: Integers
    needed: Flags
    apart: Flags
    low: int
    high: int
    funders: int

    def largest(self, enough: int) -> dict[int, int] | None:
        """Give amounts by pair that make the largest total, None where there are none.

        The first total of at least `enough` will do. Raises NotDirect.
        """
        best, found, seen = self.low - 1, None, 0
        for sets in self._sets():
            seen += len(sets)
            if seen > SETS:
                raise NotDirect
            totals = self._totals(sets)
            first = int(np.argmax(totals))
            if totals[first] > best:
                best, found = int(totals[first]), sets[first]
            if found is not None and best >= min(enough, self.high):
                break
        return None if found is None else self._shared_out(found, best)

    def _sets(self) -> Iterator[Integers]:
        """Give the sets of pools that may pay together, by size, in arrays of sets × pools."""
        needed, others = np.flatnonzero(self.needed), np.flatnonzero(~self.needed)
        if len(needed) > self.funders or self.apart[np.ix_(needed, needed)].any():
            return
        free = others[~self.apart[np.ix_(others, needed)].any(axis=1)]
        reach = np.minimum(self.most, self._shares(self.high))
        for size in range(min(len(free), self.funders - len(needed)) + 1):
            if reach[needed].sum() + reach[free[:size]].sum() < self.low or size + len(needed) == 0:
                continue
            several = combinations(free.tolist(), size)
            while chosen := list(islice(several, SETS_AT_ONCE)):
                more = np.array(chosen, np.int64).reshape(len(chosen), size)
                sets = np.hstack([np.broadcast_to(needed, (len(more), len(needed))), more])
                meet = np.zeros(len(sets), np.bool_)
                for one, other in combinations(range(sets.shape[1]), 2):
                    meet |= self.apart[sets[:, one], sets[:, other]]
                if not meet.all():
                    yield sets[~meet]

    def _totals(self, sets: Integers) -> Integers:
        """Give the largest total of each set, 0 where there is none."""
        least, most = self.least[sets], self.most[sets]
        above, below, beside = self.above[sets], self.below[sets], self.beside[sets]
        total = np.full(len(sets), self.high, self.most.dtype)
        for _ in range(ROUNDS):
            shares = (above * total[:, None] + beside) // below
            pays = np.minimum(most, shares)
            met = np.minimum(total, pays.sum(axis=1))
            if np.array_equal(met, total):
                holds = (least <= pays).all(axis=1) & (least.sum(axis=1) <= total)
                return np.where(holds & (total >= self.low), total, 0)
            total = np.minimum(met, self._tangent(shares < most, most, sets))
        raise NotDirect

    def _tangent(self, shared: Flags, most: Integers, sets: Integers) -> Integers:
        """Give a total that none above meets, by what the pools pay at the present one.

        What they pay is concave in the total, so the line along its present slope lies above it.
        """
        slope, start = (
            np.where(shared, (part / self.below)[sets].astype(float), 0.0)
            for part in (self.above, self.beside)
        )
        flat = np.where(shared, 0, most).sum(axis=1).astype(float) + start.sum(axis=1)
        rises = 1.0 - slope.sum(axis=1)
        reach = np.full(len(sets), float(NO_LIMIT // 2))
        np.divide(flat * (1 + 1e-12), rises, out=reach, where=rises > 1e-3)
        met: Integers = np.minimum(reach, NO_LIMIT // 2).astype(np.int64) + 1
        return met.astype(self.most.dtype)

    def _shares(self, total: int) -> Integers:
        shares: Integers = (self.above * total + self.beside) // self.below
        return shares

    def _shared_out(self, chosen: Integers, total: int) -> dict[int, int]:
        """Let the first pools of a set pay as much as they may, the others as little."""
        most = np.minimum(self.most, self._shares(total))
        left = total - int(self.least[chosen].sum())
        paid = {}
        for pool in chosen.tolist():
            more = min(left, int(most[pool] - self.least[pool]))
            paid[int(self.pairs[pool])] = int(self.least[pool]) + more
            left -= more
        return paid


class Singles:
    """The offers to the proposals of a problem, each by itself.

    `left` and `grants` are what pools may still give; `standing` what other rows leave. Both may
    change between questions. `without` sets constraints aside: C3, C5, C6, C12 of accepted
    awards, C13 or those of rows.
    """

    def __init__(self, problem: Problem, standing: Standing, without: Collection[str] = ()) -> None:
        self.problem, self.standing, self.without = problem, standing, without
        pools, own = problem.pools, problem.proposals.own
        self._least, self._most = pools.least, pools.most
        shares = [(s.numerator, s.denominator) for s in pools.share]
        self._funders = problem.proposals.funders
        self._needed = problem.pairs.pinned | problem.pairs.accepted
        self.apart = np.zeros((len(pools.ids), len(pools.ids)), np.bool_)
        if "C3" in without:
            self._least = np.ones_like(pools.least)
            self._most = np.full_like(pools.most, NO_LIMIT)
        if "C5" in without:
            shares = [(1, 1)] * len(shares)
        if "C6" in without:
            self._funders = np.full_like(self._funders, NO_LIMIT)
        if "C12" in without:
            self._needed = problem.pairs.pinned
        if "C13" not in without:
            ends = np.array(pools.apart, np.int64).reshape(-1, 2)
            self.apart[ends[:, 0], ends[:, 1]] = self.apart[ends[:, 1], ends[:, 0]] = True
            self.apart |= pools.alone[:, None] | pools.alone[None, :]
            np.fill_diagonal(self.apart, False)
        largest = max((below for _, below in shares), default=1)
        furthest = max(int(problem.proposals.request.max(initial=0)), int(own.max(initial=0)))
        # Sums of shares must stay exact: whole numbers without an end where 64 bits are too few.
        exact = largest * furthest < NO_LIMIT // 4
        self._whole = np.dtype(np.int64 if exact else object)
        self._above, self._below = (
            np.array([part[side] for part in shares], self._whole) for side in (0, 1)
        )

    def offer(self, proposal: int, left: Integers, grants: Integers) -> Offer | None:
        """Give what pools may pay of a proposal that gets nothing, None where it can get nothing.

        `left` and `grants` are what each pool may still give. Raises NotDirect.
        """
        if self.standing.tangled[proposal]:
            raise NotDirect
        pairs, proposals = self.problem.pairs, self.problem.proposals
        room = self.standing.room(proposal, proposal + 1, self.without)
        high = min(int(proposals.request[proposal]), int(room.total[0]))
        low = max(1, int(proposals.minimum[proposal]))
        if high < low or not room.open[0]:
            return None
        at = np.arange(*self.standing.first[proposal : proposal + 2])
        pool = pairs.pool[at]
        needed = self._needed[at]
        named = needed & (pairs.fixed[at] > 0)
        most = np.minimum(np.minimum(self._most[pool], left[pool]), np.minimum(room.most, high))
        least = np.where(named, pairs.fixed[at], self._least[pool])
        sized = ~named | ((self._least[pool] <= least) & (least <= most))
        most = np.where(named, np.minimum(most, least), most).astype(self._whole)
        above, below = self._above[pool], self._below[pool]
        own = np.array(proposals.own[proposal], self._whole)
        beside = above * own // self.problem.unit
        beside[above == below] = 0
        reach = np.minimum(most, (above * high + beside) // below)
        usable = pairs.allowed[at] & room.open_pair & (grants[pool] > 0) & (least <= reach) & sized
        if np.any(needed & ~usable):
            return None
        kept = np.flatnonzero(usable)
        kept = kept[np.argsort(-reach[kept], kind="stable")]
        return Offer(
            pairs=at[kept],
            least=least[kept],
            most=most[kept],
            above=above[kept],
            below=below[kept],
            beside=beside[kept],
            needed=needed[kept],
            apart=self.apart[np.ix_(pool[kept], pool[kept])],
            low=low,
            high=high,
            funders=min(int(self._funders[proposal]), len(kept)),
        )

    def sizes(self, proposal: int, total: int) -> tuple[Integers, Integers]:
        """Give the least and the most that each pair of a proposal may get at a total.

        What pools and rows have left is not looked at; the most is 0 where a pair may get nothing.
        """
        pairs = self.problem.pairs
        at = np.arange(*self.standing.first[proposal : proposal + 2])
        pool, named = pairs.pool[at], pairs.fixed[at] > 0
        above, below = self._above[pool], self._below[pool]
        own = np.array(self.problem.proposals.own[proposal], self._whole)
        beside = above * own // self.problem.unit
        beside[above == below] = 0
        shares = ((above * total + beside) // below).astype(np.int64)
        most = np.minimum(np.minimum(self._most[pool], shares), total)
        least = np.where(named, np.maximum(self._least[pool], pairs.fixed[at]), self._least[pool])
        most = np.where(named, np.minimum(most, pairs.fixed[at]), most)
        return least, np.where(pairs.allowed[at] & (least <= most), most, 0)

    def meet(self, pools: Integers) -> bool:
        """Say whether two of some pools do not fund the same proposal (C13)."""
        return bool(self.apart[np.ix_(pools, pools)].any())

    def by_one(self, left: Integers, grants: Integers) -> Flags:
        """Say which proposals, were each the only one to get more, a single pool could fund.

        Quick for all at once; False says nothing. Arguments as for `offer`.
        """
        pairs, proposals = self.problem.pairs, self.problem.proposals
        room = self.standing.room(0, len(proposals.ids), self.without)
        pool, owner = pairs.pool, pairs.proposal
        total = np.maximum(proposals.minimum[owner], self._least[pool])
        most = np.minimum(np.minimum(self._most[pool], left[pool]), proposals.request[owner])
        fits = pairs.allowed & room.open[owner] & room.open_pair & (grants[pool] > 0)
        fits &= total <= np.minimum(np.minimum(most, room.most), room.total[owner])
        fits &= self._funders[owner] > 0
        shared = np.flatnonzero(fits & (self._above < self._below)[pool])
        above, below = self._above[pool[shared]], self._below[pool[shared]]
        beside = above * proposals.own[owner[shared]].astype(self._whole) // self.problem.unit
        fits[shared] = (below - above) * total[shared] <= beside
        alone = np.zeros(len(proposals.ids), np.bool_)
        alone[owner[fits]] = True
        alone[owner[self._needed]] = False
        return alone & ~self.standing.tangled


__all__ = ["NotDirect", "Offer", "Room", "Singles"]
