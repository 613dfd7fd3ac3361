"""The textbook formulation, tightened: a problem as one linear model.

For each pair a column of money `a` and one that says whether there is a grant `y`, for each
proposal its total `f` and one that says whether it is funded `z`, for each soft bound its
shortfall. Coefficients that link them are as small as the data allow, which is what makes the
relaxation strong; rows speak of totals where they can, which keeps them short.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, SoftBound, hard_rows, soft_bounds, too_fine
from matcher.errors import InvalidRound
from matcher.solving.model import OPEN, Entries, Integers, LinearModel, ModelBuilder
from matcher.solving.near import Near, NearColumns, add_near
from matcher.solving.own_rows import Columns, add_own_rows

LARGEST_ROW = 2.0**62
"""What the terms of one row may add up to at most."""


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
    columns = Columns(pairs.proposal, money, grant, total, funded, every)
    add_own_rows(builder, problem, columns, most, tight)
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


def _add_coupling(builder: ModelBuilder, rows: Sequence[Row], columns: Columns) -> None:
    """C1, C4, C8, C9, C10 and C11, each by its row."""
    low = [-OPEN if row.low is None else row.low for row in rows]
    high = [OPEN if row.high is None else row.high for row in rows]
    constraints, names = [row.constraint for row in rows], [row.subject for row in rows]
    entries = [columns.entries(rows)]
    builder.add_rows(constraints, len(rows), low, high, entries, lambda: names)


def _add_shortfalls(
    builder: ModelBuilder, soft: tuple[SoftBound, ...], columns: Columns
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
