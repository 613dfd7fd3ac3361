"""The rows of pairs and of single proposals: what a grant, a total and a funded proposal mean."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, stacked
from matcher.solving.model import OPEN, Entries, Flags, Integers, ModelBuilder, Names


@dataclass(frozen=True)
class Columns:
    """Where the columns of pairs (`money`, `grant`) and proposals (`total`, `funded`) stand."""

    owner: Integers
    money: Integers
    grant: Integers
    total: Integers
    funded: Integers
    every: Integers
    """How many pairs each proposal has."""

    def entries(self, rows: Sequence[Row]) -> tuple[Integers, Integers, Integers]:
        """Give rows' entries: row, column and coefficient of each, in no order.

        A proposal's pairs stand as its total where they are all there and alike.
        """
        line, pairs, values = stacked([row.money for row in rows])
        owner = self.owner[pairs]
        begins = (owner[1:] != owner[:-1]) | (line[1:] != line[:-1])
        first = np.flatnonzero(np.append(True, begins)[: len(owner)])
        length = np.diff(np.append(first, len(owner)))
        alike = length == self.every[owner[first]]
        if len(first):
            alike &= np.minimum.reduceat(values, first) == np.maximum.reduceat(values, first)
        single, whole = ~np.repeat(alike, length), first[alike]
        grants = stacked([row.grants for row in rows])
        funded = stacked([row.funded for row in rows])
        return (
            np.concatenate([line[single], line[whole], grants[0], funded[0]]),
            np.concatenate(
                [
                    self.money[pairs[single]],
                    self.total[owner[whole]],
                    self.grant[grants[1]],
                    self.funded[funded[1]],
                ]
            ),
            np.concatenate([values[single], values[whole], grants[2], funded[2]]),
        )


def add_own_rows(
    builder: ModelBuilder, problem: Problem, columns: Columns, most: Integers, tight: bool
) -> None:
    """State C2, C3, C5, C6, C7, C12 and C13; `most` is what each pair can have.

    Where they are not `tight`, what the bounds of columns could say stands in rows as well.
    """
    money, grant, funded = columns.money, columns.grant, columns.funded
    _add_links(builder, problem, columns, most)
    _add_sizes(builder, problem, money, grant, tight)
    _add_shares(builder, problem, columns)
    _add_funders(builder, problem, grant, funded)
    _add_company(builder, problem, grant)
    _add_board_decisions(builder, problem, money, grant, funded)


def _add_links(builder: ModelBuilder, problem: Problem, columns: Columns, most: Integers) -> None:
    """C2, and what the columns mean: money needs a grant, a grant a funded proposal."""
    pairs, proposals = problem.pairs, problem.proposals
    money, grant, total, funded = columns.money, columns.grant, columns.total, columns.funded
    every, each = np.arange(len(pairs)), np.arange(len(funded))
    builder.add_rows("", len(every), -OPEN, 0, [(every, money, 1), (every, grant, -most)])
    builder.add_rows("", len(every), 0, OPEN, [(every, money, 1), (every, grant, -1)])
    upward: Entries = [(every, grant, 1), (every, funded[pairs.proposal], -1)]
    builder.add_rows("", len(every), -OPEN, 0, upward)
    together: Entries = [(each, funded, 1), (pairs.proposal, grant, -1)]
    builder.add_rows("", len(each), -OPEN, 0, together)
    builder.add_rows("", len(each), 0, 0, [(pairs.proposal, money, 1), (each, total, -1)])
    within: Entries = [(each, total, 1), (each, funded, -proposals.request)]
    builder.add_rows("", len(each), -OPEN, 0, within)
    enough: Entries = [(each, total, 1), (each, funded, -proposals.minimum)]
    # Names are made where a conflict asks for them: of all rows they would take as long as rows.
    names: Names = lambda: [f"proposal {identifier}" for identifier in proposals.ids]  # noqa: E731
    builder.add_rows("C2", len(each), 0, OPEN, enough, names)


def _add_sizes(
    builder: ModelBuilder, problem: Problem, money: Integers, grant: Integers, tight: bool
) -> None:
    """C3, and C7 where the bounds of the columns do not say it."""
    pairs, pools = problem.pairs, problem.pools
    least = pools.least[pairs.pool]
    bound = np.flatnonzero(least > 1)
    rows = np.arange(len(bound))
    entries: Entries = [(rows, money[bound], 1), (rows, grant[bound], -least[bound])]
    builder.add_rows("C3", len(bound), 0, OPEN, entries, _pair_names(problem, bound))
    if tight:
        return
    high = pools.most[pairs.pool]
    bound = np.flatnonzero(high < problem.proposals.request[pairs.proposal])
    entries = [(np.arange(len(bound)), money[bound], 1)]
    names = _pair_names(problem, bound)
    builder.add_rows("C3", len(bound), -OPEN, high[bound], entries, names)
    closed = np.flatnonzero(~pairs.allowed)
    entries = [(np.arange(len(closed)), grant[closed], 1)]
    builder.add_rows("C7", len(closed), 0, 0, entries, _pair_names(problem, closed))


def _add_shares(builder: ModelBuilder, problem: Problem, columns: Columns) -> None:
    """C5: a ≤ σ (f + own z), with own rounded down to what the pool's share of it allows."""
    pairs, pools = problem.pairs, problem.pools
    shared = np.array([share < 1 for share in pools.share], np.bool_)
    at = np.flatnonzero(shared[pairs.pool])
    rows, owner = np.arange(len(at)), pairs.proposal[at]
    numerators = np.array([share.numerator for share in pools.share], np.int64)
    denominators = np.array([share.denominator for share in pools.share], np.int64)
    above, below = numerators[pairs.pool[at]], denominators[pairs.pool[at]]
    own = problem.proposals.own[owner].astype(object)
    beside = (above.astype(object) * own // problem.unit).astype(np.int64)
    entries: Entries = [
        (rows, columns.money[at], below),
        (rows, columns.total[owner], -above),
        (rows, columns.funded[owner], -beside),
    ]
    builder.add_rows("C5", len(at), -OPEN, 0, entries, _pair_names(problem, at))


def _add_funders(
    builder: ModelBuilder, problem: Problem, grant: Integers, funded: Integers
) -> None:
    """C6, only for proposals with more pairs than funders allowed."""
    pairs, limit = problem.pairs, problem.proposals.funders
    counts = np.bincount(pairs.proposal, minlength=len(funded))
    bound = np.flatnonzero(counts > limit)
    position = np.full(len(funded), -1)
    position[bound] = np.arange(len(bound))
    inside = position[pairs.proposal] >= 0
    entries: Entries = [
        (position[pairs.proposal[inside]], grant[inside], 1),
        (np.arange(len(bound)), funded[bound], -limit[bound]),
    ]
    ids = problem.proposals.ids
    names: Names = lambda: [f"proposal {ids[j]}" for j in bound]  # noqa: E731
    builder.add_rows("C6", len(bound), -OPEN, 0, entries, names)


def _add_company(builder: ModelBuilder, problem: Problem, grant: Integers) -> None:
    """C13: a pool that funds alone, or keeps apart from others, shuts the others out.

    With room for n others, `n · shut-out + Σ others ≤ n`: one row for a pool and proposal, however
    many others there are, and as narrow as C6 lets it be.
    """
    pools, pairs = problem.pools, problem.pairs
    single = pools.alone[pairs.pool]
    _add_shut_out(builder, problem, grant, *_meeting(problem, single, ~single, alone=True))
    wary = np.zeros(len(pools.ids), np.bool_)
    wary[[pool for ends in pools.apart for pool in ends]] = True
    some = wary[pairs.pool] & ~single
    _add_shut_out(builder, problem, grant, *_meeting(problem, some, some, alone=False))


def _meeting(
    problem: Problem, first: Flags, second: Flags, alone: bool
) -> tuple[Integers, Integers]:
    """Give the meetings of pairs of one proposal that cannot both be grants, by their positions."""
    pairs = problem.pairs
    left = np.flatnonzero(first)
    right = np.flatnonzero(first | second)
    start = np.searchsorted(pairs.proposal[right], pairs.proposal[left], "left")
    stop = np.searchsorted(pairs.proposal[right], pairs.proposal[left], "right")
    length = stop - start
    one = np.repeat(left, length)
    offset = np.repeat(start - (np.cumsum(length) - length), length)
    other = right[offset + np.arange(len(one))]
    if alone:
        keep = (one != other) & (second[other] | (one < other))
    else:
        apart = np.zeros((len(problem.pools.ids),) * 2, np.bool_)
        if problem.pools.apart:
            ends = np.array(problem.pools.apart, np.int64)
            apart[ends[:, 0], ends[:, 1]] = True
        keep = apart[pairs.pool[one], pairs.pool[other]]
    return one[keep], other[keep]


def _add_shut_out(
    builder: ModelBuilder, problem: Problem, grant: Integers, one: Integers, other: Integers
) -> None:
    pairs = problem.pairs
    shut, row, count = np.unique(one, return_inverse=True, return_counts=True)
    room = np.minimum(count, problem.proposals.funders[pairs.proposal[shut]])
    entries: Entries = [(np.arange(len(shut)), grant[shut], room), (row, grant[other], 1)]

    def names() -> Sequence[str]:
        pools, proposals = problem.pools.ids, problem.proposals.ids
        together: dict[int, list[str]] = defaultdict(list)
        for at, pair in zip(row.tolist(), other.tolist(), strict=True):
            together[at].append(pools[pairs.pool[pair]])
        return [
            f"proposal {proposals[pairs.proposal[pair]]}, pools "
            + ", ".join([pools[pairs.pool[pair]], *together[at]])
            for at, pair in enumerate(shut.tolist())
        ]

    builder.add_rows("C13", len(shut), -OPEN, room, entries, names)


def _add_board_decisions(
    builder: ModelBuilder, problem: Problem, money: Integers, grant: Integers, funded: Integers
) -> None:
    """C12: pins are awarded, with their amount if they name one; acceptances whole or not."""
    pairs = problem.pairs
    pinned = np.flatnonzero(pairs.pinned)
    entries: Entries = [(np.arange(len(pinned)), grant[pinned], 1)]
    builder.add_rows("C12", len(pinned), 1, 1, entries, _pair_names(problem, pinned))
    named = np.flatnonzero(pairs.pinned & (pairs.fixed > 0))
    amount = pairs.fixed[named]
    entries = [(np.arange(len(named)), money[named], 1)]
    builder.add_rows("C12", len(named), amount, amount, entries, _pair_names(problem, named))
    kept = np.flatnonzero(pairs.accepted)
    rows, whole = np.arange(len(kept)), funded[pairs.proposal[kept]]
    entries = [(rows, money[kept], 1), (rows, whole, -pairs.fixed[kept])]
    builder.add_rows("C12", len(kept), 0, 0, entries, _pair_names(problem, kept))


def _pair_names(problem: Problem, pairs: Integers) -> Names:
    pool, proposal, at = problem.pools.ids, problem.proposals.ids, problem.pairs
    return lambda: [f"pool {pool[at.pool[e]]}, proposal {proposal[at.proposal[e]]}" for e in pairs]
