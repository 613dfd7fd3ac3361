"""The compact linear relaxation: a model without the flags that a relaxation does not need.

In a relaxation a grant flag y of a pair with money a ≤ u·y is best at its least, a / u, wherever
more of it helps no row. Put in, the flag and the three rows that tie it to money and proposal go,
and what is left is a third of the model: a transport problem with few rows beside it, which the
simplex method solves some tens of times sooner than the textbook form. The bound is the same.
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.solving.cuts import Cut
from matcher.solving.formulation import Formulation
from matcher.solving.model import OPEN, Flags, Floats, Integers, LinearModel

SELDOM = ("C5", "C13")


@dataclass(frozen=True)
class CompactModel:
    """Rows `low ≤ A x ≤ high` in floating point over the columns of a model, entries by row.

    Columns of flags that were put in as money have no entries; `share` holds 1 / u for them and
    `instead` the column of money that stands for them, else 0 and the column itself.
    """

    lower: Floats
    upper: Floats
    row: Integers
    column: Integers
    value: Floats
    low: Floats
    high: Floats
    instead: Integers
    share: Floats
    origin: Integers
    """The row of the model that each row comes from."""
    seldom: Flags
    """Rows that say something of one pair or one proposal and seldom bind."""
    money: Integers
    owner: Integers
    """The column of money of each pair, and its proposal."""
    total: Integers
    funded: Integers
    sums: Integers
    within: Integers
    """The columns of each proposal, the row that adds up its pairs, and the row that keeps the sum
    within the request of what is funded (-1 where there is none)."""
    shortfall: Integers
    """The columns by which rows of soft targets may be missed."""

    def costs(self, coefficients: Integers | Floats) -> Floats:
        """Give an objective with the flags that were put in moved onto their money."""
        costs = coefficients.astype(np.float64)
        flags = np.flatnonzero(self.share)
        moved = costs[flags] * self.share[flags]
        costs[flags] = 0.0
        np.add.at(costs, self.instead[flags], moved)
        return costs

    def whole(self, values: Floats) -> Floats:
        """Give values of all columns, the flags that were put in among them."""
        full = values.copy()
        flags = np.flatnonzero(self.share)
        full[flags] = values[self.instead[flags]] * self.share[flags]
        return full


def compact(formulation: Formulation, model: LinearModel) -> CompactModel:
    """Put money in for the grant flags of a model with the formulation's columns."""
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    column, value = model.column, model.coefficient.astype(np.float64)
    links = _links(formulation, model, row)
    out = _can_go(formulation, model, row, links)
    instead, share = np.arange(model.columns), np.zeros(model.columns)
    most = model.upper[formulation.money].astype(np.float64)
    gone = formulation.grant[out]
    instead[gone] = formulation.money[out]
    share[gone] = 1.0 / np.maximum(most[out], 1.0)
    dropped = _idle(formulation, model, row, links, share > 0)
    kept = ~dropped[row]
    row, column, value = row[kept], column[kept], value[kept]
    value = np.where(share[column] > 0, value * share[column], value)
    column = instead[column]
    row, column, value = _merged(row, column, value, model.columns)
    origin, row = np.unique(row, return_inverse=True)
    upper = model.upper.astype(np.float64)
    upper[gone] = 0.0
    can = np.bincount(formulation.problem.pairs.proposal, most > 0, len(formulation.total)) > 0
    upper[formulation.total[~can]] = upper[formulation.funded[~can]] = 0.0
    lower = model.lower.astype(np.float64)
    lower[gone] = 0.0
    return CompactModel(
        lower,
        upper,
        row,
        column,
        value,
        _sides(model.low[origin]),
        _sides(model.high[origin]),
        instead,
        share,
        origin,
        (links.upward | np.isin(model.constraint, SELDOM))[origin],
        formulation.money,
        formulation.problem.pairs.proposal,
        formulation.total,
        formulation.funded,
        _row_of(formulation, (model.low == 0) & (model.high == 0), row, column, model, origin),
        _row_of(formulation, (model.low <= -OPEN) & (model.high == 0), row, column, model, origin),
        formulation.shortfall,
    )


@dataclass(frozen=True)
class _Links:
    """Kinds of rows, flags over the rows: money with its flag, flag with proposal, proposal."""

    own: Flags
    upward: Flags
    together: Flags


def _links(formulation: Formulation, model: LinearModel, row: Integers) -> _Links:
    """Find the rows that say what a grant flag means."""
    kind = np.zeros(model.columns, np.int64)
    kind[formulation.money], kind[formulation.grant], kind[formulation.funded] = 1, 2, 4
    length = np.diff(model.start)
    held = np.zeros(model.rows, np.int64)
    np.bitwise_or.at(held, row, kind[model.column])
    pairs = (length == 2) & (model.constraint != "C12")
    own = pairs & (held == 3)
    upward = pairs & (held == 6) & (model.high == 0) & (model.low <= -OPEN)
    flags = np.bincount(row, kind[model.column] == 2, model.rows)
    less = np.bincount(row, (kind[model.column] == 2) & (model.coefficient < 0), model.rows)
    together = (held == 6) & (flags == length - 1) & (less == flags) & (model.constraint == "")
    return _Links(own, upward & ~together, together)


def _can_go(formulation: Formulation, model: LinearModel, row: Integers, links: _Links) -> Flags:
    """Say which pairs' flags are best at their least: more of them helps no row."""
    is_flag = np.zeros(model.columns, np.bool_)
    is_flag[formulation.grant] = True
    other = ~(links.own | links.upward | links.together)
    here = is_flag[model.column] & other[row]
    closed_below = model.low[row] > -OPEN
    closed_above = model.high[row] < OPEN
    helps = (closed_below & (model.coefficient > 0)) | (closed_above & (model.coefficient < 0))
    stays = np.zeros(model.columns, np.bool_)
    stays[model.column[here & helps]] = True
    fixed = model.lower[formulation.grant] > 0
    result: Flags = ~stays[formulation.grant] & ~fixed
    return result


def _idle(
    formulation: Formulation, model: LinearModel, row: Integers, links: _Links, gone: Flags
) -> Flags:
    """Say which rows say nothing once the flags are gone."""
    touched = np.zeros(model.rows, np.bool_)
    touched[row[gone[model.column]]] = True
    total = np.zeros(model.columns, np.int64)
    pairs = formulation.problem.pairs
    request = formulation.problem.proposals.request[pairs.proposal]
    total[formulation.grant] = np.maximum(request - model.upper[formulation.money], 0)
    narrower = np.zeros(model.rows, np.bool_)
    narrower[row[total[model.column] > 0]] = True
    result: Flags = (links.own & touched) | (links.upward & touched & ~narrower) | links.together
    return result


def _row_of(
    formulation: Formulation,
    such: Flags,
    row: Integers,
    column: Integers,
    model: LinearModel,
    origin: Integers,
) -> Integers:
    """Find, for each proposal, the nameless row with its total that has such sides."""
    proposal = np.full(model.columns, -1)
    proposal[formulation.total] = np.arange(len(formulation.total))
    there = such & (model.constraint == "")
    here = np.flatnonzero((proposal[column] >= 0) & there[origin[row]])
    found = np.full(len(formulation.total), -1)
    found[proposal[column[here]]] = row[here]
    return found


def _merged(
    row: Integers, column: Integers, value: Floats, columns: int
) -> tuple[Integers, Integers, Floats]:
    """Add up entries of the same place, sorted by row and column."""
    place = row * columns + column
    order = np.argsort(place, kind="stable")
    place, value = place[order], value[order]
    first = np.flatnonzero(np.append(True, place[1:] != place[:-1])[: len(place)])
    if len(first) < len(place):
        value = np.add.reduceat(value, first)
        place = place[first]
    return place // columns, place % columns, value


def _sides(sides: Integers) -> Floats:
    real = sides.astype(np.float64)
    real[sides >= OPEN] = np.inf
    real[sides <= -OPEN] = -np.inf
    return real


def with_cuts(model: CompactModel, cuts: list[Cut]) -> CompactModel:
    """Give the model with more rows, which follow from being whole."""
    first = len(model.low)
    row = np.repeat(first + np.arange(len(cuts)), [len(cut.columns) for cut in cuts])
    column = np.concatenate([cut.columns for cut in cuts])
    value = np.concatenate([cut.values for cut in cuts])
    keep = np.abs(value) > 0
    more = len(cuts)
    return replace(
        model,
        row=np.concatenate([model.row, row[keep]]),
        column=np.concatenate([model.column, column[keep]]),
        value=np.concatenate([model.value, value[keep]]),
        low=np.concatenate([model.low, np.full(more, -np.inf)]),
        high=np.concatenate([model.high, [cut.high for cut in cuts]]),
        origin=np.concatenate([model.origin, np.full(more, -1)]),
        seldom=np.concatenate([model.seldom, np.zeros(more, np.bool_)]),
    )
