"""The textbook formulation, tightened: a problem as one linear model.

For each pair a column of money `a` and one that says whether there is a grant `y`, for each
proposal its total `f` and one that says whether it is funded `z`, for each soft bound its
shortfall. Coefficients that link them are as small as the data allow, which is what makes the
relaxation strong; rows speak of totals where they can, which keeps them short.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, SoftBound, hard_rows, pairs_by, soft_bounds, too_fine
from matcher.errors import InvalidRound
from matcher.solving.model import OPEN, Integers, LinearModel, ModelBuilder

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

    def terms(self, row: Row) -> tuple[Integers, Integers]:
        """Give a row's columns and coefficients, a proposal's pairs as its total where alike."""
        pairs, values = row.money.at, row.money.value
        count = len(self.total)
        every = np.bincount(self.owner, minlength=count)
        some = np.bincount(self.owner[pairs], minlength=count)
        lowest, highest = np.full(count, OPEN), np.full(count, -OPEN)
        np.minimum.at(lowest, self.owner[pairs], values)
        np.maximum.at(highest, self.owner[pairs], values)
        alike = (some > 0) & (some == every) & (lowest == highest)
        single = ~alike[self.owner[pairs]]
        return (
            np.concatenate(
                [
                    self.money[pairs[single]],
                    self.total[alike],
                    self.grant[row.grants.at],
                    self.funded[row.funded.at],
                ]
            ),
            np.concatenate([values[single], lowest[alike], row.grants.value, row.funded.value]),
        )


@dataclass(frozen=True)
class Formulation:
    """The model with the positions of its columns; `shortfall` has one column a soft bound."""

    problem: Problem
    model: LinearModel
    money: Integers
    grant: Integers
    total: Integers
    funded: Integers
    soft: tuple[SoftBound, ...]
    shortfall: Integers
    shortfall_scale: tuple[int, ...]

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
        return values


def formulate(
    problem: Problem,
    tight: bool = True,
    rows: Sequence[Row] | None = None,
    soft: Sequence[SoftBound] | None = None,
) -> Formulation:
    """Build the model of a problem, with the coupling rows and soft bounds given or its own.

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
    columns = _Columns(pairs.proposal, money, grant, total, funded)
    _add_links(builder, problem, columns, most)
    _add_sizes(builder, problem, money, grant, tight)
    _add_shares(builder, problem, columns)
    _add_funders(builder, problem, grant, funded)
    _add_company(builder, problem, grant)
    _add_board_decisions(builder, problem, money, grant, funded)
    for row in hard_rows(problem) if rows is None else rows:
        _add_row(builder, row, columns)
    bounds = tuple(soft_bounds(problem) if soft is None else soft)
    shortfall, scales = _add_shortfalls(builder, bounds, columns)
    model = builder.build()
    _refuse_too_fine(model)
    return Formulation(problem, model, money, grant, total, funded, bounds, shortfall, scales)


def _refuse_too_fine(model: LinearModel) -> None:
    """Raise InvalidRound where a row adds up to more than whole numbers of 64 bits can hold."""
    furthest = np.maximum(np.abs(model.lower), np.abs(model.upper)).astype(float)
    reach = np.zeros(model.rows)
    rows = np.repeat(np.arange(model.rows), np.diff(model.start))
    np.add.at(reach, rows, np.abs(model.coefficient) * furthest[model.column])
    large = np.flatnonzero(reach > LARGEST_ROW).tolist()
    found = sorted({model.subject[row] or "a soft target" for row in large})
    if found:
        raise InvalidRound([too_fine(name) for name in found])


def _most(problem: Problem) -> Integers:
    """Give the largest amount each pair can have by its pool, proposal and co-financing."""
    pairs, pools, proposals = problem.pairs, problem.pools, problem.proposals
    most = np.minimum(pools.most[pairs.pool], proposals.request[pairs.proposal])
    most = np.minimum(most, pools.budget[pairs.pool])
    for pool, share in enumerate(pools.share):
        if share < 1:
            here = np.flatnonzero(pairs.pool == pool)
            for pair in here:
                j = pairs.proposal[pair]
                whole = int(proposals.request[j]) * problem.unit + int(proposals.own[j])
                most[pair] = min(int(most[pair]), int(share * whole / problem.unit))
    return np.maximum(most, 0)


def _pair_names(problem: Problem, pairs: Integers) -> list[str]:
    pool, proposal = problem.pools.ids, problem.proposals.ids
    at = problem.pairs
    return [f"pool {pool[at.pool[e]]}, proposal {proposal[at.proposal[e]]}" for e in pairs]


def _add_links(builder: ModelBuilder, problem: Problem, columns: _Columns, most: Integers) -> None:
    """C2, and what the columns mean: money needs a grant, a grant a funded proposal."""
    pairs, proposals = problem.pairs, problem.proposals
    money, grant, total, funded = columns.money, columns.grant, columns.total, columns.funded
    every, each = np.arange(len(pairs)), np.arange(len(funded))
    names, blank = [""] * len(pairs), [""] * len(funded)
    builder.add_rows("", names, -OPEN, 0, [(every, money, 1), (every, grant, -most)])
    builder.add_rows("", names, 0, OPEN, [(every, money, 1), (every, grant, -1)])
    builder.add_rows("", names, -OPEN, 0, [(every, grant, 1), (every, funded[pairs.proposal], -1)])
    builder.add_rows("", blank, -OPEN, 0, [(each, funded, 1), (pairs.proposal, grant, -1)])
    builder.add_rows("", blank, 0, 0, [(pairs.proposal, money, 1), (each, total, -1)])
    builder.add_rows("", blank, -OPEN, 0, [(each, total, 1), (each, funded, -proposals.request)])
    named = [f"proposal {identifier}" for identifier in proposals.ids]
    builder.add_rows("C2", named, 0, OPEN, [(each, total, 1), (each, funded, -proposals.minimum)])


def _add_sizes(
    builder: ModelBuilder, problem: Problem, money: Integers, grant: Integers, tight: bool
) -> None:
    """C3, and C7 where the bounds of the columns do not say it."""
    pairs, pools = problem.pairs, problem.pools
    least = pools.least[pairs.pool]
    bound = np.flatnonzero(least > 1)
    rows = np.arange(len(bound))
    builder.add_rows(
        "C3",
        _pair_names(problem, bound),
        0,
        OPEN,
        [(rows, money[bound], 1), (rows, grant[bound], -least[bound])],
    )
    if tight:
        return
    high = pools.most[pairs.pool]
    bound = np.flatnonzero(high < problem.proposals.request[pairs.proposal])
    builder.add_rows(
        "C3",
        _pair_names(problem, bound),
        -OPEN,
        high[bound],
        [(np.arange(len(bound)), money[bound], 1)],
    )
    closed = np.flatnonzero(~pairs.allowed)
    builder.add_rows(
        "C7", _pair_names(problem, closed), 0, 0, [(np.arange(len(closed)), grant[closed], 1)]
    )


def _add_shares(builder: ModelBuilder, problem: Problem, columns: _Columns) -> None:
    """C5: a ≤ σ (f + own z), with own rounded down to what the pool's share of it allows."""
    pairs, pools = problem.pairs, problem.pools
    shared = np.array([share < 1 for share in pools.share], np.bool_)
    at = np.flatnonzero(shared[pairs.pool])
    rows, owner = np.arange(len(at)), pairs.proposal[at]
    above = np.array([pools.share[pool].numerator for pool in pairs.pool[at]], np.int64)
    below = np.array([pools.share[pool].denominator for pool in pairs.pool[at]], np.int64)
    own = problem.proposals.own[owner].astype(object)
    beside = (above.astype(object) * own // problem.unit).astype(np.int64)
    entries = [
        (rows, columns.money[at], below),
        (rows, columns.total[owner], -above),
        (rows, columns.funded[owner], -beside),
    ]
    builder.add_rows("C5", _pair_names(problem, at), -OPEN, 0, entries)


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
    builder.add_rows(
        "C6",
        [f"proposal {problem.proposals.ids[j]}" for j in bound],
        -OPEN,
        0,
        [
            (position[pairs.proposal[inside]], grant[inside], 1),
            (np.arange(len(bound)), funded[bound], -limit[bound]),
        ],
    )


def _add_company(builder: ModelBuilder, problem: Problem, grant: Integers) -> None:
    """C13: pools that fund alone form a clique with each other pool; others stay apart in twos."""
    pools, pairs = problem.pools, problem.pairs
    apart = set(pools.apart)
    for proposal, here in sorted(pairs_by(problem, "proposal").items()):
        alone = [pair for pair in here if pools.alone[pairs.pool[pair]]]
        beside = [pair for pair in here if not pools.alone[pairs.pool[pair]]]
        cliques = [[*alone, pair] for pair in beside] if alone else []
        if not beside and len(alone) > 1:
            cliques = [alone]
        for first in range(len(beside)):
            for second in range(first + 1, len(beside)):
                ends = int(pairs.pool[beside[first]]), int(pairs.pool[beside[second]])
                if ends in apart:
                    cliques.append([beside[first], beside[second]])
        for clique in cliques:
            names = ", ".join(pools.ids[pairs.pool[pair]] for pair in clique)
            subject = f"proposal {problem.proposals.ids[proposal]}, pools {names}"
            rows = np.zeros(len(clique), np.int64)
            builder.add_rows("C13", [subject], -OPEN, 1, [(rows, grant[clique], 1)])


def _add_board_decisions(
    builder: ModelBuilder, problem: Problem, money: Integers, grant: Integers, funded: Integers
) -> None:
    """C12: pins are awarded, with their amount if they name one; acceptances whole or not."""
    pairs = problem.pairs
    pinned = np.flatnonzero(pairs.pinned)
    rows = np.arange(len(pinned))
    builder.add_rows("C12", _pair_names(problem, pinned), 1, 1, [(rows, grant[pinned], 1)])
    named = np.flatnonzero(pairs.pinned & (pairs.fixed > 0))
    rows = np.arange(len(named))
    amount = pairs.fixed[named]
    builder.add_rows("C12", _pair_names(problem, named), amount, amount, [(rows, money[named], 1)])
    kept = np.flatnonzero(pairs.accepted)
    rows = np.arange(len(kept))
    whole = funded[pairs.proposal[kept]]
    builder.add_rows(
        "C12",
        _pair_names(problem, kept),
        0,
        0,
        [(rows, money[kept], 1), (rows, whole, -pairs.fixed[kept])],
    )


def _add_row(builder: ModelBuilder, row: Row, columns: _Columns) -> None:
    at, values = columns.terms(row)
    low = -OPEN if row.low is None else row.low
    high = OPEN if row.high is None else row.high
    builder.add_rows(
        row.constraint, [row.subject], low, high, [(np.zeros(len(at), np.int64), at, values)]
    )


def _add_shortfalls(
    builder: ModelBuilder, soft: tuple[SoftBound, ...], columns: _Columns
) -> tuple[Integers, tuple[int, ...]]:
    """L1: shortfall + side · row ≥ side · limit, scaled until the limit is whole."""
    scales = tuple(bound.limit.denominator for bound in soft)
    upper = builder.upper()
    terms = [columns.terms(bound.row) for bound in soft]
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
        entries = [(zeros, at, weighted), (one, np.array([column]), one + 1)]
        builder.add_rows("", [""], low, OPEN, entries)
    return shortfall, scales
