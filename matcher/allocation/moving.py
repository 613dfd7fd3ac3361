"""Chains of moves: settled proposals change payers so that a pool has money for one more.

A move takes part or all of what a pool pays to a proposal over to another of its pools; a chain
goes on until a pool can bear what came to it. Chains are looked for level by level, all pools of a
level at once, by the least that each would have to hand on. No chain found proves nothing.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Flags, Integers
from matcher.allocation.settled import Settled

LEVELS = 8
"""So many moves make the longest chain."""
HALVED = 4
"""So often the amount that one chain is to bring is halved before the search is given up."""


@dataclass(frozen=True)
class _Table:
    """Arrays of one length."""

    def some(self, kept: Integers | Flags) -> Self:
        return type(self)(*(value[kept] for value in vars(self).values()))

    def with_(self, more: Self) -> Self:
        both = zip(vars(self).values(), vars(more).values(), strict=True)
        return type(self)(*(np.concatenate(parts) for parts in both))


@dataclass(frozen=True)
class _Moves(_Table):
    """What may be taken from `source` over to `pair`, both of one proposal: `low` to `high` units.

    A move may free a grant of the pool it is taken from, and need one of the pool it comes to.
    """

    source: Integers
    pair: Integers
    low: Integers
    high: Integers
    frees: Flags
    needs: Flags


@dataclass(frozen=True)
class _Labels(_Table):
    """Pools to which `amount` units came over for `pair`: they would have to hand on `short` units.

    Where `slot`, they would have to free a grant too. `source` is the pair that the units came
    from (-1: they are new), `parent` the label of its pool.
    """

    pair: Integers
    amount: Integers
    short: Integers
    slot: Flags
    source: Integers
    parent: Integers


class Movers:
    """Amounts being moved about so that `proposal` gets `total` in the end; all in units.

    Works on copies. What rows other than budgets and grants say is left to `Settled.pay`.
    """

    def __init__(self, settled: Settled, proposal: int, total: int) -> None:
        self.settled, self.proposal, self.total = settled, proposal, total
        self.pool, self.owner = settled.problem.pairs.pool, settled.problem.pairs.proposal
        self.amounts, self.payers = settled.amounts.copy(), settled.payers.copy()
        self.left, self.grants = settled.left.copy(), settled.grants.copy()
        self.mine = settled.pairs_of(proposal)
        self.least, self.most = settled.least.copy(), settled.most.copy()
        self.least[self.mine], self.most[self.mine] = settled.singles.sizes(proposal, total)

    def changes(self) -> dict[int, int]:
        """Give the pairs that get something else now."""
        changed = np.flatnonzero(self.amounts != self.settled.amounts)
        return dict(zip(changed.tolist(), self.amounts[changed].tolist(), strict=True))

    def put(self, pair: int, more: int) -> None:
        """Give a pair more, or less where negative."""
        pool, before = self.pool[pair], self.amounts[pair]
        self.amounts[pair] += more
        self.left[pool] -= more
        step = int(before + more > 0) - int(before > 0)
        self.grants[pool] -= step
        self.payers[self.owner[pair]] += step

    def fill(self) -> bool:
        """Pay the proposal up to its total, by one chain after the other."""
        while (rest := self.total - int(self.amounts[self.mine].sum())) > 0:
            moves = self._moves()
            if not any(self._chain(max(1, rest >> n), moves) for n in range(HALVED)):
                return False
        return True

    def _chain(self, amount: int, moves: _Moves) -> bool:
        """Give the proposal `amount` more, or as much of it as one pool can, by one chain."""
        start = np.searchsorted(self.pool[moves.source], np.arange(len(self.left) + 1))
        best = np.full((2, len(self.left)), NO_LIMIT)
        labels = level = self._first(amount)
        for _ in range(LEVELS):
            borne = np.flatnonzero((level.short <= 0) & ~level.slot)
            if len(borne):
                order = np.lexsort((level.short[borne], -level.amount[borne]))
                self._apply(labels, len(labels.pair) - len(level.pair) + int(borne[order[0]]))
                return True
            level = self._next(level, len(labels.pair) - len(level.pair), moves, start, best)
            if not len(level.pair):
                return False
            labels = labels.with_(level)
        return False

    def _first(self, amount: int) -> _Labels:
        """Give the proposal's pools with what each would pay more of it."""
        pair = self.mine
        paid = pair[self.amounts[pair] > 0]
        more = np.minimum(amount, (self.most - self.amounts)[pair])
        new = self.amounts[pair] == 0
        apart = self.settled.singles.apart[np.ix_(self.pool[pair], self.pool[paid])].any(axis=1)
        funders = self.settled.problem.proposals.funders[self.proposal]
        joins = ~apart & (self.payers[self.proposal] < funders)
        fits = (more > 0) & (self.amounts[pair] + more >= self.least[pair]) & (~new | joins)
        pair, more, new = pair[fits], more[fits], new[fits]
        pool, none = self.pool[pair], np.full(len(pair), -1)
        slot = new & (self.grants[pool] <= 0)
        return _Labels(pair, more, more - self.left[pool], slot, none, none)

    def _moves(self) -> _Moves:
        """Give every move that the present payers allow, by the pool that it is taken from."""
        paid = np.flatnonzero(self.amounts > 0)
        paid = paid[np.argsort(self.pool[paid], kind="stable")]
        first = self.settled.standing.first
        begin, size = first[self.owner[paid]], np.diff(first)[self.owner[paid]]
        source = np.repeat(paid, size)
        pair = np.arange(len(source)) - np.repeat(np.cumsum(size) - size - begin, size)
        fits = (pair != source) & (self.most[pair] > 0)
        source, pair = source[fits], pair[fits]
        gives, has = self.amounts[source], self.amounts[pair]
        new, meets = has == 0, self.settled.singles.apart[self.pool[source], self.pool[pair]]
        met = np.bincount(pair[meets], minlength=len(self.amounts))[pair]
        joins = (self.payers < self.settled.problem.proposals.funders)[self.owner[pair]]
        joins &= met == 0
        takes = new & (self.grants[self.pool[pair]] <= 0)
        least, most = self.least[pair], self.most[pair]
        whole = ~self.settled.needed[source] & (least <= has + gives) & (has + gives <= most)
        whole &= ~new | (met == meets)
        low = np.maximum(least - has, 1)
        high = np.minimum(gives - self.least[source], most - has)
        part = (low <= high) & (~new | joins)
        no, yes = np.zeros(len(pair), np.bool_), np.ones(len(pair), np.bool_)
        moves = _Moves(source, pair, gives, gives, yes, takes).some(whole)
        moves = moves.with_(_Moves(source, pair, low, high, no, takes).some(part))
        return moves.some(np.argsort(self.pool[moves.source], kind="stable"))

    def _next(
        self, level: _Labels, offset: int, moves: _Moves, start: Integers, best: Integers
    ) -> _Labels:
        """Hand on what the pools of a level cannot bear: the best label of each pool is kept."""
        pool = self.pool[level.pair]
        size = np.diff(start)[pool]
        label = np.repeat(np.arange(len(pool)), size)
        at = np.arange(len(label)) - np.repeat(np.cumsum(size) - size - start[pool], size)
        amount = np.maximum(moves.low[at], level.short[label])
        fits = (amount <= moves.high[at]) & (moves.frees[at] | ~level.slot[label])
        label, at, amount = label[fits], at[fits], amount[fits]
        pair, slot = moves.pair[at], moves.needs[at]
        to = self.pool[pair]
        short = amount - self.left[to]
        better = (short < best[0, to]) & (short < best[slot.astype(np.int64), to])
        found = _Labels(pair, amount, short, slot, moves.source[at], offset + label).some(better)
        key = found.slot * len(self.left) + self.pool[found.pair]
        order = np.lexsort((found.short, key))
        _, heads = np.unique(key[order], return_index=True)
        found = found.some(order[heads])
        best[found.slot.astype(np.int64), self.pool[found.pair]] = found.short
        return found

    def _apply(self, labels: _Labels, at: int) -> None:
        while at >= 0:
            amount, source = int(labels.amount[at]), int(labels.source[at])
            self.put(int(labels.pair[at]), amount)
            if source >= 0:
                self.put(source, -amount)
            at = int(labels.parent[at])
