"""The textbook formulation, tightened: a problem as one linear model.

For each pair a column of money `a` and one that says whether there is a grant `y`, for each
proposal its total `f` and one that says whether it is funded `z`, for each soft bound its
shortfall. Coefficients that link them are as small as the data allow, which is what makes the
relaxation strong; rows speak of totals where they can, which keeps them short.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, SoftBound, hard_rows, soft_bounds, stacked, too_fine
from matcher.errors import InvalidRound
from matcher.solving.model import OPEN, Entries, Flags, Integers, LinearModel, ModelBuilder, Names
from matcher.solving.near import Near, NearColumns, add_near

LARGEST_ROW = 2.0**62
"""What the terms of one row may add up to at most."""


@dataclass(frozen=True)
class _Columns:
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


@dataclass(frozen=True)
class Formulation:
    """The model with the positions of its columns; `shortfall` has one column a soft bound.

    `rows` are the hard rows that couple proposals; `coupling` has the positions of their rows in
    the model and, after them, of the soft bounds'. `near` is the earlier result to stay near, if
    any, with its columns in `nearness`.
    """

    problem: Problem
    model: LinearModel
    money: Integers
    grant: Integers
    total: Integers
    funded: Integers
    soft: tuple[SoftBound, ...]
    shortfall: Integers
    shortfall_scale: tuple[int, ...]
    rows: tuple[Row, ...]
    coupling: Integers
    near: Near | None = None
    nearness: NearColumns = field(default_factory=NearColumns)

    @property
    def flags(self) -> Integers:
        """The columns that are yes or no."""
        return np.concatenate([self.grant, self.funded, self.nearness.flags])

    def complete(self, amounts: Integers) -> Integers:
        """Give the values of all columns that follow from the amounts of the pairs, in units."""
        values = np.zeros(self.model.columns, np.int64)
        values[self.money] = amounts
        values[self.grant] = amounts > 0
        funded = np.zeros(len(self.funded), np.bool_)
        funded[self.problem.pairs.proposal[amounts > 0]] = True
        values[self.funded] = funded
        np.add.at(values, self.total[self.problem.pairs.proposal], amounts)
        for bound, column, scale in zip(
            self.soft, self.shortfall, self.shortfall_scale, strict=True
        ):
            distance = bound.side * (bound.limit - bound.row.value(amounts, funded)) * scale
            values[column] = max(0, int(distance))
        if self.near is not None:
            kept = self.near.kept(self.problem, amounts)
            values[self.nearness.kept] = kept
            values[self.nearness.changed] = ~kept[: len(self.nearness.changed)]
        return values


def formulate(
    problem: Problem,
    tight: bool = True,
    rows: Sequence[Row] | None = None,
    soft: Sequence[SoftBound] | None = None,
    near: Near | None = None,
) -> Formulation:
    """Build the model of a problem, with the coupling rows and soft bounds given or its own.

    `near` asks to stay near an earlier result.

    With `tight` the columns' bounds already hold what pairs cannot have; without it every
    constraint stands in a row of its own, so that a conflict can name it.
    """
    pairs, proposals = problem.pairs, problem.proposals
    builder = ModelBuilder()
    most = _most(problem) if tight else proposals.request[pairs.proposal]
    can = (most >= problem.pools.least[pairs.pool]) & pairs.allowed
    grants = can.astype(np.int64) if tight else np.ones(len(pairs), np.int64)
    none = np.zeros(len(pairs), np.int64)
    money = builder.add_columns(none, most * grants)
    grant = builder.add_columns(none, grants)
    count = len(proposals.ids)
    asked = (proposals.request > 0).astype(np.int64)
    total = builder.add_columns(np.zeros(count, np.int64), proposals.request)
    funded = builder.add_columns(np.zeros(count, np.int64), asked)
    every = np.bincount(pairs.proposal, minlength=count)
    columns = _Columns(pairs.proposal, money, grant, total, funded, every)
    _add_links(builder, problem, columns, most)
    _add_sizes(builder, problem, money, grant, tight)
    _add_shares(builder, problem, columns)
    _add_funders(builder, problem, grant, funded)
    _add_company(builder, problem, grant)
    _add_board_decisions(builder, problem, money, grant, funded)
    coupling = tuple(hard_rows(problem) if rows is None else rows)
    first = builder.rows
    _add_coupling(builder, coupling, columns)
    bounds = tuple(soft_bounds(problem) if soft is None else soft)
    shortfall, scales = _add_shortfalls(builder, bounds, columns)
    nearness = NearColumns()
    if near is not None:
        nearness = add_near(builder, problem, near, money, grant, total, funded)
    model = builder.build()
    _refuse_too_fine(model)
    where = np.arange(first, first + len(coupling) + len(bounds))
    return Formulation(
        problem,
        model,
        money,
        grant,
        total,
        funded,
        bounds,
        shortfall,
        scales,
        coupling,
        where,
        near,
        nearness,
    )


def _refuse_too_fine(model: LinearModel) -> None:
    """Raise InvalidRound where a row adds up to more than whole numbers of 64 bits can hold."""
    furthest = np.maximum(np.abs(model.lower), np.abs(model.upper)).astype(float)
    reach = np.zeros(model.rows)
    rows = np.repeat(np.arange(model.rows), np.diff(model.start))
    np.add.at(reach, rows, np.abs(model.coefficient) * furthest[model.column])
    large = np.flatnonzero(reach > LARGEST_ROW).tolist()
    if large:
        names = model.names()
        found = sorted({names[row] or "a soft target" for row in large})
        raise InvalidRound([too_fine(name) for name in found])


def _most(problem: Problem) -> Integers:
    """Give the largest amount each pair can have by its pool, proposal and co-financing."""
    pairs, pools, proposals = problem.pairs, problem.pools, problem.proposals
    most = np.minimum(pools.most[pairs.pool], proposals.request[pairs.proposal])
    most = np.minimum(most, pools.budget[pairs.pool])
    for pool in np.flatnonzero([share < 1 for share in pools.share]).tolist():
        here = np.flatnonzero(pairs.pool == pool)
        whole = proposals.request[pairs.proposal[here]].astype(object) * problem.unit
        whole += proposals.own[pairs.proposal[here]].astype(object)
        share = pools.share[pool]
        reach = (share.numerator * whole) // (share.denominator * problem.unit)
        most[here] = np.minimum(most[here], reach.astype(np.int64))
    return np.maximum(most, 0)


def _pair_names(problem: Problem, pairs: Integers) -> Names:
    pool, proposal, at = problem.pools.ids, problem.proposals.ids, problem.pairs
    return lambda: [f"pool {pool[at.pool[e]]}, proposal {proposal[at.proposal[e]]}" for e in pairs]


def _add_links(builder: ModelBuilder, problem: Problem, columns: _Columns, most: Integers) -> None:
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


def _add_shares(builder: ModelBuilder, problem: Problem, columns: _Columns) -> None:
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


def _add_coupling(builder: ModelBuilder, rows: Sequence[Row], columns: _Columns) -> None:
    """C1, C4, C8, C9, C10 and C11, each by its row."""
    low = [-OPEN if row.low is None else row.low for row in rows]
    high = [OPEN if row.high is None else row.high for row in rows]
    constraints, names = [row.constraint for row in rows], [row.subject for row in rows]
    entries = [columns.entries(rows)]
    builder.add_rows(constraints, len(rows), low, high, entries, lambda: names)


def _add_shortfalls(
    builder: ModelBuilder, soft: tuple[SoftBound, ...], columns: _Columns
) -> tuple[Integers, tuple[int, ...]]:
    """L1: shortfall + side · row ≥ side · limit, scaled until the limit is whole."""
    scales = tuple(bound.limit.denominator for bound in soft)
    upper = builder.upper()
    terms = [columns.entries([bound.row])[1:] for bound in soft]
    tops = []
    for bound, scale, (at, values) in zip(soft, scales, terms, strict=True):
        reach = int(np.dot(values.astype(object), upper[at].astype(object)))
        furthest = bound.limit if bound.side > 0 else reach - bound.limit
        tops.append(max(0, int(furthest * scale)))
    shortfall = builder.add_columns(np.zeros(len(soft), np.int64), np.array(tops, np.int64))
    for bound, scale, column, (at, values) in zip(soft, scales, shortfall, terms, strict=True):
        zeros, one = np.zeros(len(at), np.int64), np.zeros(1, np.int64)
        low = bound.side * int(bound.limit * scale)
        weighted: Integers = values * (scale * bound.side)
        entries: Entries = [(zeros, at, weighted), (one, np.array([column]), one + 1)]
        builder.add_rows("", 1, low, OPEN, entries)
    return shortfall, scales
