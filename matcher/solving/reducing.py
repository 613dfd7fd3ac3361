"""Linear programs made smaller before they are solved: what is fixed, implied or defined goes.

HiGHS's own reductions lose plans where columns are whole (ADR 0015). These are few, plain and in
arrays. Rows that cannot be broken go, and rows of one column become its bounds; whole columns are
held to what rows leave them; columns that nothing keeps from their better bound are put there; and
divisible columns that an equation defines are replaced by what defines them (Andersen and Andersen,
Presolving in linear programming, 1995; Achterberg et al., Presolve reductions in mixed integer
programming, 2020).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.solving.model import Floats, Integers

Booleans = NDArray[np.bool_]
PASSES = 4
SAME = 1e-9
"""Sides and bounds that are nearer than this are the same."""
WHOLE = 1e-6
"""How far off a whole number a bound may be to be taken for it."""
NOTHING = 1e-12
"""An entry smaller than this is what rounding leaves of two that cancel."""
STEEP = 1e4
"""The largest ratio of entries by which a column is replaced, or its inverse."""
DENSER = 4
"""Entries that a replacement may bring, for each one it takes away."""


@dataclass(frozen=True)
class LinearProgram:
    """Make Σ costs · x + constant most within bounds and rows in floating point, entries by row."""

    costs: Floats
    lower: Floats
    upper: Floats
    start: Integers
    column: Integers
    value: Floats
    low: Floats
    high: Floats
    whole: Integers
    """The positions of the columns that are whole."""
    constant: float = 0.0


@dataclass(frozen=True)
class Defined:
    """Columns with a constant and a sum of others in their place: one term for each `term_of`."""

    columns: Integers
    constant: Floats
    term_of: Integers
    column: Integers
    value: Floats


@dataclass(frozen=True)
class Reduced:
    """A smaller program, which columns of the first it kept, and how the others follow."""

    program: LinearProgram
    kept: Integers
    values: Floats
    """The values of columns that are fixed; those of others say nothing."""
    defined: tuple[Defined, ...]

    def restored(self, columns: Floats) -> Floats:
        """Give all columns of the first program for those of the smaller one."""
        full = self.values.copy()
        full[self.kept] = columns
        for step in reversed(self.defined):
            terms = step.value * full[step.column]
            full[step.columns] = step.constant
            np.add.at(full, step.columns[step.term_of], terms)
        return full


class Contradiction(Exception):
    """Bounds that exclude each other: the program is left to the solver as it is."""


def reduced(program: LinearProgram) -> Reduced:
    """Give a smaller program with as good a best plan; the same one where nothing is to be had.

    One with divisible columns alone stays as it is: HiGHS reduces it, and gives prices of its rows.
    """
    bounded = np.isfinite(program.lower).all() and np.isfinite(program.upper).all()
    try:
        found = _Reducing(program).run() if len(program.whole) and bounded else None
    except Contradiction:
        found = None
    if found is None:
        everything = np.arange(len(program.costs))
        return Reduced(program, everything, np.zeros(len(everything)), ())
    return found


class _Reducing:
    """A program while it is made smaller, its entries as triplets."""

    def __init__(self, program: LinearProgram) -> None:
        self.costs, self.constant = program.costs.copy(), program.constant
        self.lower, self.upper = program.lower.copy(), program.upper.copy()
        self.low, self.high = program.low.copy(), program.high.copy()
        self.row = np.repeat(np.arange(len(program.low)), np.diff(program.start))
        self.column, self.value = program.column, program.value
        self.is_whole = np.zeros(len(self.costs), np.bool_)
        self.is_whole[program.whole] = True
        self.gone = np.zeros(len(self.costs), np.bool_)
        self.fixed = np.zeros(len(self.costs))
        self.defined: list[Defined] = []

    def run(self) -> Reduced:
        for _ in range(PASSES):
            before = int(self.gone.sum()), len(self.value)
            self._fix(self.upper - self.lower <= SAME)
            self._tighten()
            self._dominate()
            self._fix(self.upper - self.lower <= SAME)
            self._replace()
            if before == (int(self.gone.sum()), len(self.value)):
                break
        return self._result()

    def _fix(self, where: Booleans) -> None:
        """Take columns that have one value left out of the rows."""
        new = where & ~self.gone
        at = new[self.column]
        shift = np.bincount(
            self.row[at], self.value[at] * self.lower[self.column[at]], len(self.low)
        )
        self.low, self.high = self.low - shift, self.high - shift
        self.constant += float(self.costs[new] @ self.lower[new])
        self.fixed[new] = self.lower[new]
        self.gone |= new
        self._keep(~at)

    def _tighten(self) -> None:
        """Use what rows leave to each column, and drop the rows that leave everything."""
        rising = self.value > 0
        least = self.value * np.where(rising, self.lower[self.column], self.upper[self.column])
        most = self.value * np.where(rising, self.upper[self.column], self.lower[self.column])
        lowest = np.bincount(self.row, least, len(self.low))
        highest = np.bincount(self.row, most, len(self.low))
        if np.any(lowest > self.high + WHOLE) or np.any(highest < self.low - WHOLE):
            raise Contradiction
        self.low[lowest >= self.low - SAME] = -np.inf
        self.high[highest <= self.high + SAME] = np.inf
        # What a row's other columns leave to one of them at most and at least.
        over = (self.high[self.row] - (lowest[self.row] - least)) / self.value
        under = (self.low[self.row] - (highest[self.row] - most)) / self.value
        upper, lower = np.where(rising, over, under), np.where(rising, under, over)
        single = np.bincount(self.row, minlength=len(self.low)) == 1
        whole = self.is_whole[self.column]
        upper[whole] = np.floor(upper[whole] + WHOLE)
        lower[whole] = np.ceil(lower[whole] - WHOLE)
        # Bounds of divisible columns that rows imply are left to the rows, unless they settle it.
        width = np.where(single[self.row] | whole, np.inf, SAME)
        down = upper <= self.lower[self.column] + width
        up = lower >= self.upper[self.column] - width
        np.minimum.at(self.upper, self.column[down], upper[down])
        np.maximum.at(self.lower, self.column[up], lower[up])
        if np.any(self.lower > self.upper + SAME):
            raise Contradiction
        self.upper = np.maximum(self.upper, self.lower)
        self.low[single], self.high[single] = -np.inf, np.inf
        idle = np.isinf(self.low) & np.isinf(self.high)
        self._keep(~idle[self.row])

    def _dominate(self) -> None:
        """Put columns that nothing keeps from the better of their bounds there."""
        size, rising = len(self.costs), self.value > 0
        held_below, held_above = np.isfinite(self.low[self.row]), np.isfinite(self.high[self.row])
        up = np.bincount(self.column, np.where(rising, held_above, held_below), size) == 0
        down = np.bincount(self.column, np.where(rising, held_below, held_above), size) == 0
        to_lower = down & (self.costs <= 0) & np.isfinite(self.lower)
        to_upper = up & (self.costs >= 0) & np.isfinite(self.upper) & ~to_lower
        self.upper[to_lower] = self.lower[to_lower]
        self.lower[to_upper] = self.upper[to_upper]

    def _replace(self) -> None:
        """Put what defines divisible columns in their place; their bounds become the row's."""
        row, entry = self._definitions()
        if not len(row):
            return
        column, lead = self.column[entry], self.value[entry]
        place = np.full(len(self.low), -1)
        place[row] = np.arange(len(row))
        of_column = np.full(len(self.costs), -1)
        of_column[column] = np.arange(len(row))
        inside = place[self.row] >= 0
        inside[entry] = False
        mine, terms = place[self.row[inside]], self.column[inside]
        values = -self.value[inside] / lead[mine]
        constant = self.high[row] / lead
        self.defined.append(Defined(column, constant, mine, terms, values))
        # The rows that define say from here on within which bounds the column would be.
        self.value = self.value.copy()
        self.value[inside] = values
        self.low[row], self.high[row] = self.lower[column] - constant, self.upper[column] - constant
        self.constant += float(self.costs[column] @ constant)
        self.costs += np.bincount(terms, values * self.costs[column][mine], len(self.costs))
        self.gone[column] = True
        used = of_column[self.column] >= 0
        used[entry] = False
        by = of_column[self.column[used]]
        shift = np.bincount(self.row[used], self.value[used] * constant[by], len(self.low))
        self.low, self.high = self.low - shift, self.high - shift
        first = np.searchsorted(mine, np.arange(len(row)))
        sizes = np.bincount(mine, minlength=len(row))[by]
        within = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        taken = np.repeat(first[by], sizes) + within
        stays = ~used
        stays[entry] = False
        self.row = np.concatenate([self.row[stays], np.repeat(self.row[used], sizes)])
        self.column = np.concatenate([self.column[stays], terms[taken]])
        brought = np.repeat(self.value[used], sizes) * values[taken]
        self.value = np.concatenate([self.value[stays], brought])
        self._merge()

    def _definitions(self) -> tuple[Integers, Integers]:
        """Choose equations and an entry of each, none of which has to do with another's column."""
        sizes = np.bincount(self.column, minlength=len(self.costs))
        start = np.searchsorted(self.row, np.arange(len(self.low) + 1))
        rows, entries = [], []
        used, replaced = set[int](), set[int]()
        for row in np.flatnonzero((self.low == self.high) & (np.diff(start) > 1)).tolist():
            first, last = int(start[row]), int(start[row + 1])
            columns = self.column[first:last]
            times = np.where(self.is_whole[columns], len(self.row), sizes[columns])
            at = int(np.argmin(times))
            column, uses, others = int(columns[at]), int(times[at]), last - first - 1
            steep = np.abs(self.value[first:last] / self.value[first + at])
            if (
                uses == len(self.row)
                or (uses - 1) * others > DENSER * (uses + others)
                or steep.max() > STEEP
                or steep.min() < 1 / STEEP
                or column in used
                or not replaced.isdisjoint(columns.tolist())
            ):
                continue
            rows.append(row)
            entries.append(first + at)
            replaced.add(column)
            used.update(columns.tolist())
        return np.array(rows, np.int64), np.array(entries, np.int64)

    def _keep(self, entries: Booleans) -> None:
        self.row, self.column = self.row[entries], self.column[entries]
        self.value = self.value[entries]

    def _merge(self) -> None:
        """Add up entries of the same row and column, by row again."""
        key = self.row * len(self.costs) + self.column
        order = np.argsort(key, kind="stable")
        key, value = key[order], self.value[order]
        first = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
        self.value = np.add.reduceat(value, first)
        self.row, self.column = np.divmod(key[first], len(self.costs))
        self._keep(np.abs(self.value) > NOTHING)

    def _result(self) -> Reduced:
        self._fix(self.upper - self.lower <= SAME)
        empty = np.bincount(self.row, minlength=len(self.low)) == 0
        if np.any(self.low[empty] > WHOLE) or np.any(self.high[empty] < -WHOLE):
            raise Contradiction
        kept, rows = np.flatnonzero(~self.gone), np.flatnonzero(~empty)
        place = np.cumsum(~self.gone) - 1
        start = np.concatenate([np.searchsorted(self.row, rows), [len(self.row)]])
        whole = place[kept[self.is_whole[kept]]]
        program = LinearProgram(
            self.costs[kept],
            self.lower[kept],
            self.upper[kept],
            start,
            place[self.column],
            self.value,
            self.low[rows],
            self.high[rows],
            whole,
            self.constant,
        )
        return Reduced(program, kept, self.fixed, tuple(self.defined))
