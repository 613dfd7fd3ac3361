"""What the coupling rows leave to each proposal by itself, while everything else stays as it is.

For a proposal that gets nothing yet, each row comes down to little: the most it may get in all, or
from one pool; whether a pool may give anything; whether it may be funded. Rows are sorted out once,
for all proposals together; what a plan leaves of them is one array, kept up to date.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Flags, Integers, Problem
from matcher.allocation.terms import Row, stacked, values_of


@dataclass(frozen=True)
class Room:
    """What rows leave to a run of proposals and to their pairs, each funded alone.

    `total` and `most` are the units that a proposal and a pair may get at most; a proposal or pair
    that is not open may get nothing.
    """

    total: Integers
    open: Flags
    most: Integers
    open_pair: Flags


@dataclass(frozen=True)
class _Terms:
    """Terms of all rows by what they stand at, a pair or a proposal; `start` where each begins."""

    row: Integers
    at: Integers
    value: Integers
    start: Integers

    @classmethod
    def of(cls, row: Integers, at: Integers, value: Integers, count: int) -> "_Terms":
        order = np.lexsort((row, at))
        start = np.searchsorted(at[order], np.arange(count + 1))
        return cls(row[order], at[order], value[order], start)

    def within(self, first: int, last: int) -> tuple[Integers, Integers, Integers]:
        """Give row, place from `first`, and value of the terms at `first` to `last`."""
        here = slice(int(self.start[first]), int(self.start[last]))
        return self.row[here], self.at[here] - first, self.value[here]

    def take(self, slack: Integers, more: Integers) -> None:
        """Take off the slack what `more` of the quantities uses."""
        for at in np.flatnonzero(more).tolist():
            row, _, value = self.within(at, at + 1)
            np.subtract.at(slack, row, value * more[at])


class Standing:
    """What a plan that keeps some rows leaves of them; amounts over the pairs, in units.

    `tangled` are proposals with rows that do not come down to a `Room`, such as one that the plan
    does not reach the least of: nothing is said of those.
    """

    def __init__(self, problem: Problem, rows: Sequence[Row], amounts: Integers) -> None:
        self._owner, self._count = problem.pairs.proposal, len(problem.proposals.ids)
        self.first = np.searchsorted(self._owner, np.arange(self._count + 1))
        values = values_of(rows, amounts, self._totals(amounts) > 0)
        sides: list[tuple[Row, int]] = []
        missed: list[bool] = []
        for row, value in zip(rows, values, strict=True):
            misses = row.low is not None and value < row.low
            if row.high is not None or misses:
                sides.append((row, value))
                missed.append(misses)
            if row.low is not None and not misses:
                # What reaches a least limits as a most does: what is to spare of it may be lost.
                sides.append((row.turned(-row.low), -value))
                missed.append(False)
        self._constraint = np.array([row.constraint for row, _ in sides], object)
        self._slack = np.array(
            [NO_LIMIT if row.high is None else row.high - value for row, value in sides], np.int64
        )
        self._sort_out([row for row, _ in sides], np.array(missed, np.bool_))

    def _sort_out(self, rows: Sequence[Row], missed: Flags) -> None:
        count, pairs = self._count, len(self._owner)
        row, at, value = stacked([each.money for each in rows])
        grants = stacked([each.grants for each in rows])
        funded = stacked([each.funded for each in rows])
        key = row * count + self._owner[at]
        # The terms of a row ascend and pairs stand by proposal: those of one proposal are adjacent.
        heads = np.flatnonzero(np.diff(key, prepend=-1))
        size = np.diff(heads, append=len(key))
        alike = size == np.diff(self.first)[self._owner[at[heads]]]
        if len(heads):
            alike &= np.minimum.reduceat(value, heads) == np.maximum.reduceat(value, heads)
        whole, single = heads[alike], np.repeat(~alike, size)
        self._total = _Terms.of(row[whole], self._owner[at[whole]], value[whole], count)
        self._money = _Terms.of(row[single], at[single], value[single], pairs)
        self._grants = _Terms.of(*grants, pairs)
        self._funded = _Terms.of(*funded, count)
        meets = np.concatenate(
            [
                key[heads],
                key[heads[~alike & (size > 1)]],
                grants[0] * count + self._owner[grants[1]],
                funded[0] * count + funded[1],
            ]
        )
        met, times = np.unique(meets, return_counts=True)
        self.tangled = np.zeros(count, np.bool_)
        self.tangled[met[(times > 1) | missed[met // count]] % count] = True

    def room(self, first: int, last: int, without: Collection[str] = ()) -> Room:
        """Give what is left to the proposals from `first` to before `last`, none funded yet.

        The rows of the constraints `without` are set aside.
        """
        slack = self._slack
        for constraint in without:
            slack = np.where(self._constraint == constraint, NO_LIMIT, slack)
        pairs = int(self.first[first]), int(self.first[last])
        total, most = np.full(last - first, NO_LIMIT), np.full(pairs[1] - pairs[0], NO_LIMIT)
        open_, open_pair = np.ones(len(total), np.bool_), np.ones(len(most), np.bool_)
        row, at, value = self._total.within(first, last)
        _lower(total, at, slack[row], value)
        row, at, value = self._money.within(*pairs)
        _lower(most, at, slack[row], value)
        row, at, value = self._funded.within(first, last)
        open_[at[value > slack[row]]] = False
        row, at, value = self._grants.within(*pairs)
        open_pair[at[value > slack[row]]] = False
        return Room(total, open_, most, open_pair)

    def follow(self, before: Integers, after: Integers) -> bool:
        """Go from one plan to another if it keeps the rows too, and say whether it does."""
        slack = self._slack.copy()
        totals = [self._totals(plan) for plan in (before, after)]
        self._money.take(slack, after - before)
        self._total.take(slack, totals[1] - totals[0])
        self._grants.take(slack, np.sign(after) - np.sign(before))
        self._funded.take(slack, np.sign(totals[1]) - np.sign(totals[0]))
        if np.any(slack < 0):
            return False
        self._slack = slack
        return True

    def _totals(self, amounts: Integers) -> Integers:
        until = np.append(0, np.cumsum(amounts))[self.first]
        return np.diff(until)


def _lower(most: Integers, at: Integers, slack: Integers, value: Integers) -> None:
    """Lower each `most` to what the slack allows at a cost of `value` a unit, where it costs."""
    costs = value > 0
    np.minimum.at(most, at[costs], slack[costs] // value[costs])
