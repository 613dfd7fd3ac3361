"""A compact model in a solver, as far as its columns and rows are stated, in numbers near one.

Columns come as they are called for, each with its entries in the rows that are stated; rows once
they can be broken. What a row asks for may be missed at a price, so that there always are values.
"""

from dataclasses import replace
from time import monotonic

import numpy as np

from matcher.allocation.problem import LARGE
from matcher.solving import highs
from matcher.solving.apart import run_apart
from matcher.solving.compact import CompactModel, with_cuts
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import Cut
from matcher.solving.highs import INFINITY, Relaxed
from matcher.solving.model import Flags, Floats, Integers
from matcher.solving.reducing import LinearProgram

PENALTY = 100.0
"""What a unit missed of a row's least costs, in the most that any column brings for it."""
AGAINST_TIES = 20.0
"""How many times as much as by itself the solver perturbs costs of a large round as long as there
is no basis: pools' prices are nearly equal, so that many steps of the dual simplex method move
nothing. A first basis then takes a third to a half of the time at 500 × 10,000, and a quarter at
300 × 5,000 where many pools pay each project; from a basis it would take longer.
"""
BROKEN = 1e-6
"""By how much a row may be broken before it is taken in, as a share of its size."""


class StatedProgram:
    """Columns and rows of a compact model, stated to the solver, with `costs` to be made most.

    To begin with there are the columns that are no proposal's.
    """

    def __init__(self, model: CompactModel, costs: Floats, effort: Effort) -> None:
        self.model = model
        self.costs = costs
        self._effort = effort
        self._deadline = monotonic() + effort.seconds
        self._scale = highs.scales_of(model.upper)
        self._place = np.full(len(costs), -1)
        self._columns = np.zeros(0, np.int64)
        self._line = np.full(len(model.low), -1)
        self._rows = np.zeros(0, np.int64)
        self._asked = ~model.seldom
        self._size = self._size_of(costs)
        self._sizes = self._row_sizes()
        self.solves = 0
        self._solver = highs.loaded(_nothing(), effort)
        kept = model.instead == np.arange(len(costs))
        own = np.zeros(len(costs), np.bool_)
        own[model.money] = own[model.total] = own[model.funded] = True
        others = kept & ~own
        self._eases = np.zeros(len(costs), np.bool_)
        self._eases[model.shortfall] = True
        self._take(np.flatnonzero(others))

    def cut(self, cuts: list[Cut]) -> None:
        """Take rows in that follow from being whole, and state what is asked for and is not yet."""
        self.model = with_cuts(self.model, cuts) if cuts else self.model
        more = len(self.model.low) - len(self._line)
        self._line = np.concatenate([self._line, np.full(more, -1)])
        self._asked = np.concatenate([self._asked, np.ones(more, np.bool_)])
        self._sizes = self._row_sizes()
        self._state_rows()

    def aim(self, costs: Floats) -> None:
        """Change what is to be made most: from nothing, since little of a basis still holds."""
        self.costs = costs
        self._solver.clearSolver()
        self._size = self._size_of(costs)
        real = np.flatnonzero(self._columns >= 0)
        at = self._columns[real]
        paid = costs[at] * self._scale[at] / self._size
        self._solver.changeColsCost(len(real), real.astype(np.int32), paid)

    def limit(self, columns: Integers, lower: Floats, upper: Floats) -> None:
        """Narrow what columns may be; the bound of the whole model is not changed by it."""
        here = self._place[columns] >= 0
        at, scale = self._place[columns[here]], self._scale[columns[here]]
        if len(at):
            self._solver.changeColsBounds(
                len(at), at.astype(np.int32), lower[here] / scale, upper[here] / scale
            )

    def ask(self, columns: Integers, least: Integers, price: float) -> None:
        """Ask that columns reach some least, each unit missed at a price in the costs' units."""
        here = self._place[columns] >= 0
        at, scale = self._place[columns[here]], self._scale[columns[here]]
        count, first = len(at), self._solver.getNumCol()
        if not count:
            return
        low = least[here] / scale
        none = np.zeros(0, np.int32)
        self._solver.addCols(
            count, -price * scale / self._size, np.zeros(count), low, 0, none, none, np.zeros(0)
        )
        self._columns = np.concatenate([self._columns, np.full(count, -1)])
        both = np.column_stack([at, first + np.arange(count)]).ravel().astype(np.int32)
        starts = (2 * np.arange(count)).astype(np.int32)
        high = np.full(count, INFINITY)
        self._solver.addRows(count, low, high, 2 * count, starts, both, np.ones(2 * count))
        self._rows = np.concatenate([self._rows, np.full(count, -1)])

    def _size_of(self, costs: Floats) -> float:
        """Give the most that money or a flag costs: far dearer shortfalls would hide the rest."""
        size = np.abs(costs * self._scale)
        own = np.concatenate([self.model.money, self.model.total, self.model.funded])
        return float(size[own].max(initial=0.0)) or float(size.max(initial=0.0)) or 1.0

    def _row_sizes(self) -> Floats:
        model = self.model
        sizes = np.full(len(model.low), 1e-30)
        np.maximum.at(sizes, model.row, np.abs(model.value * self._scale[model.column]))
        return sizes

    def _take(self, columns: Integers) -> None:
        """Add columns with their entries in the rows that are stated, then rows they make bind."""
        if not len(columns):
            return
        model, scale = self.model, self._scale
        first = self._solver.getNumCol()
        self._place[columns] = first + np.arange(len(columns))
        self._columns = np.concatenate([self._columns, columns])
        new = np.zeros(len(self.costs), np.bool_)
        new[columns] = True
        at = np.flatnonzero(new[model.column] & (self._line[model.row] >= 0))
        order = at[np.argsort(self._place[model.column[at]], kind="stable")]
        counts = np.bincount(self._place[model.column[order]] - first, minlength=len(columns))
        self._solver.addCols(
            len(columns),
            self.costs[columns] * scale[columns] / self._size,
            model.lower[columns] / scale[columns],
            model.upper[columns] / scale[columns],
            len(order),
            (np.cumsum(counts) - counts).astype(np.int32),
            self._line[model.row[order]].astype(np.int32),
            model.value[order] * scale[model.column[order]] / self._sizes[model.row[order]],
        )
        self._state_rows()

    def _state_rows(self) -> None:
        """Add the rows that are asked for, are not stated yet, and can be broken."""
        model = self.model
        inside = (self._place[model.column] >= 0) & (self._asked & (self._line < 0))[model.row]
        row, column, value = model.row[inside], model.column[inside], model.value[inside]
        up = np.where(value > 0, model.upper[column], model.lower[column]) * value
        down = np.where(value > 0, model.lower[column], model.upper[column]) * value
        most = np.bincount(row, up, minlength=len(model.low))
        least = np.bincount(row, down, minlength=len(model.low))
        binds = self._asked & (self._line < 0) & ((most > model.high) | (least < model.low))
        rows = np.flatnonzero(binds)
        if not len(rows):
            return
        sizes, first = self._sizes[rows], self._solver.getNumRow()
        self._line[rows] = first + np.arange(len(rows))
        self._rows = np.concatenate([self._rows, rows])
        kept = binds[row]
        row, column, value = self._line[row[kept]] - first, column[kept], value[kept]
        order = np.argsort(row, kind="stable")
        row, column, value = row[order], column[order], value[order]
        counts = np.bincount(row, minlength=len(rows))
        low, high = model.low[rows] / sizes, model.high[rows] / sizes
        self._solver.addRows(
            len(rows),
            np.where(np.isfinite(low), low, -INFINITY),
            np.where(np.isfinite(high), high, INFINITY),
            len(row),
            (np.cumsum(counts) - counts).astype(np.int32),
            self._place[column].astype(np.int32),
            value * self._scale[column] / np.repeat(sizes, counts),
        )
        eased = np.bincount(row, self._eases[column], len(rows)) > 0
        asks = (low > 0) & ~eased
        self._soften(first + np.flatnonzero(asks), low[asks])

    def _soften(self, lines: Integers, low: Floats) -> None:
        """Let rows that ask for something miss it at a price."""
        if not len(lines):
            return
        count = len(lines)
        self._columns = np.concatenate([self._columns, np.full(count, -1)])
        self._solver.addCols(
            count,
            -PENALTY * self._reach(lines),
            np.zeros(count),
            low,
            count,
            np.arange(count, dtype=np.int32),
            lines.astype(np.int32),
            np.ones(count),
        )

    def _reach(self, lines: Integers) -> Floats:
        """Give the most that a unit of a row may bring: of flags, all the money of a proposal."""
        model, rows = self.model, self._rows[lines]
        money = np.zeros(len(self.costs), np.bool_)
        money[model.money] = money[model.total] = True
        holds = np.zeros(len(model.low), np.bool_)
        holds[model.row[money[model.column]]] = True
        largest = float((model.upper[model.total] / self._scale[model.total]).max(initial=1.0))
        reach: Floats = np.where(holds[rows], 1.0, max(largest, 1.0))
        return reach

    def _solve(self) -> Relaxed:
        """Solve in the time left, from the last basis if there is any."""
        if len(self.model.money) > LARGE:
            times = 1.0 if self._solver.getBasis().valid else AGAINST_TIES
            self._solver.setOptionValue("dual_simplex_cost_perturbation_multiplier", times)
        seconds = self._deadline - monotonic()
        spent, self.solves = self._solver.getRunTime(), self.solves + 1
        self._solver.setOptionValue("time_limit", spent + max(seconds, 0.01))
        run_apart(self._solver.run)
        found = self._result()
        return replace(found, bound=found.bound * self._size)

    def _result(self) -> Relaxed:
        found = highs.result_of(self._solver, False)
        return found if found.feasible else replace(found, prices=highs.ray_of(self._solver))

    def _values(self, found: Relaxed) -> Floats:
        """Give the values of all columns, none for those that were not looked at."""
        values = np.zeros(len(self.costs))
        if found.columns is not None:
            real = self._columns >= 0
            at = self._columns[real]
            values[at] = found.columns[real] * self._scale[at]
        return values

    def _prices(self, found: Relaxed) -> Floats:
        """Give the prices of all rows, none for those that are not stated."""
        prices = np.zeros(len(self.model.low))
        if found.prices is not None:
            real = self._rows >= 0
            at = self._rows[real]
            prices[at] = found.prices[real] * self._size / self._sizes[at]
        return prices

    def _misses(self, found: Relaxed) -> bool:
        """Say whether the least of some row is not reached."""
        if found.columns is None:
            return False
        return bool(np.any(found.columns[self._columns < 0] > BROKEN))


def _nothing() -> LinearProgram:
    none, empty = np.zeros(0), np.zeros(0, np.int64)
    return LinearProgram(none, none, none, np.zeros(1, np.int64), empty, none, none, none, empty)


def broken_rows(model: CompactModel, values: Floats) -> Flags:
    """Say which rows the values break, by more than rounding."""
    products = model.value * values[model.column]
    total = np.bincount(model.row, products, minlength=len(model.low))
    size = np.bincount(model.row, np.abs(products), minlength=len(model.low))
    slack = BROKEN * (1.0 + size)
    result: Flags = (total > model.high + slack) | (total < model.low - slack)
    return result
