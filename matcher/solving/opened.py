"""A part of a model opened around a plan: some columns free, all others as the plan has them.

What the fixed columns use is taken off the rows' sides, so the part is a small model of its own.
Rows that the plan breaks may be broken as far as now, at a price: so a plan is mended step by step.
"""

from dataclasses import dataclass

import numpy as np

from matcher.solving.model import OPEN, Flags, Integers, LinearModel


@dataclass(frozen=True)
class ByColumn:
    """The entries of a model by column: column c holds entries start[c]:start[c+1]."""

    start: Integers
    row: Integers
    value: Integers

    @classmethod
    def of(cls, model: LinearModel) -> "ByColumn":
        """Turn the entries of a model."""
        order = np.argsort(model.column, kind="stable")
        row = np.repeat(np.arange(model.rows), np.diff(model.start))
        counts = np.bincount(model.column, minlength=model.columns)
        start = np.append(0, np.cumsum(counts))
        return cls(start, row[order], model.coefficient[order])

    def entries(self, columns: Integers) -> tuple[Integers, Integers, Integers]:
        """Give row, position within `columns` and coefficient of the columns' entries."""
        length = self.start[columns + 1] - self.start[columns]
        offset = np.cumsum(length) - length
        at = np.repeat(self.start[columns] - offset, length) + np.arange(length.sum())
        return self.row[at], np.repeat(np.arange(len(columns)), length), self.value[at]


@dataclass
class Plan:
    """Values of all columns and what every row of the model comes to with them."""

    columns: Integers
    activity: Integers

    @classmethod
    def of(cls, model: LinearModel, columns: Integers) -> "Plan":
        """Add up the rows."""
        return cls(columns, model.activity(columns))

    def missing(self, model: LinearModel) -> Integers:
        """Give by how much each row is broken."""
        return missed(self.activity, model.low, model.high)


def missed(activity: Integers, low: Integers, high: Integers) -> Integers:
    """Give by how much rows miss their sides."""
    missing: Integers = np.maximum(np.maximum(low - activity, 0), activity - high)
    return missing


@dataclass(frozen=True)
class Opened:
    """A small model of the free columns, of their rows and of what rows may still miss.

    The small model's first columns are the free ones; the others, one for each of `broken`, are
    what those rows of the whole model miss.
    """

    free: Integers
    rows: Integers
    broken: Integers
    part: LinearModel


def opened(model: LinearModel, by_column: ByColumn, plan: Plan, free: Integers) -> Opened:
    """Open some columns, with all the room that each row of the model has left."""
    row, column, value = by_column.entries(free)
    rows, line = np.unique(row, return_inverse=True)
    now = np.zeros(len(rows), np.int64)
    np.add.at(now, line, value * plan.columns[free[column]])
    activity = plan.activity[rows]
    short = np.maximum(model.low[rows] - activity, 0)
    over = np.maximum(activity - model.high[rows], 0)
    below = np.maximum(activity - np.maximum(model.low[rows], -OPEN), 0)
    above = np.maximum(np.minimum(model.high[rows], OPEN) - activity, 0)
    mends = (short > 0) | (over > 0)
    low = np.where(model.low[rows] <= -OPEN, -OPEN, now - below + np.where(mends, short, 0))
    high = np.where(model.high[rows] >= OPEN, OPEN, now + above - np.where(mends, over, 0))
    broken = np.flatnonzero(mends)
    binds = _binds(model, free, line, column, value, low, high)
    binds[broken] = True
    rows, low, high = rows[binds], low[binds], high[binds]
    short, over = short[binds], over[binds]
    place = np.cumsum(binds) - 1
    held = binds[line]
    line, column, value = place[line[held]], column[held], value[held]
    broken = place[broken]
    line = np.concatenate([line, broken])
    column = np.concatenate([column, len(free) + np.arange(len(broken))])
    value = np.concatenate([value, np.where(short[broken] > 0, 1, -1)])
    order = np.lexsort((column, line))
    part = LinearModel(
        np.concatenate([model.lower[free], np.zeros(len(broken), np.int64)]),
        np.concatenate([model.upper[free], (short + over)[broken]]),
        np.searchsorted(line[order], np.arange(len(rows) + 1)),
        column[order],
        value[order],
        low,
        high,
        model.constraint[rows],
    )
    return Opened(free, rows, rows[broken], part)


def _binds(
    model: LinearModel,
    free: Integers,
    line: Integers,
    column: Integers,
    value: Integers,
    low: Integers,
    high: Integers,
) -> Flags:
    """Say which rows the bounds of the free columns do not keep by themselves."""
    at = free[column]
    up = np.where(value > 0, model.upper[at], model.lower[at]) * value
    down = np.where(value > 0, model.lower[at], model.upper[at]) * value
    most, least = np.zeros(len(low), np.int64), np.zeros(len(low), np.int64)
    np.add.at(most, line, up)
    np.add.at(least, line, down)
    binds: Flags = (most > high) | (least < low)
    return binds
