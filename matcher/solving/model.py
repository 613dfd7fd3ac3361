"""A linear model over integers, as arrays that any solver can be given.

Columns are whole units of money, grants and funded flags; rows carry the constraint of PROBLEM.md
that they state and what it is about, so that a conflict can be told in the donors' own words.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Entries = Sequence[tuple[ArrayLike, ArrayLike, ArrayLike]]
"""Blocks of entries: row, column, coefficient, arrays or one for all."""
Names = Callable[[], Sequence[str]]
"""What rows are about in plain words, made when somebody asks: most often nobody does."""
OPEN = 2**62
"""A side of a row, or of a column, that is not bounded."""


@dataclass(frozen=True)
class LinearModel:
    """Columns with bounds and rows in compressed form: row r holds entries start[r]:start[r+1].

    `constraint` holds the id of each row's constraint, empty for rows that say what columns mean.
    """

    lower: Integers
    upper: Integers
    start: Integers
    column: Integers
    coefficient: Integers
    low: Integers
    high: Integers
    constraint: NDArray[np.str_]
    names: Names = list

    @property
    def columns(self) -> int:
        """Count the columns."""
        return len(self.lower)

    @property
    def rows(self) -> int:
        """Count the rows."""
        return len(self.low)

    def row(self, row: int) -> tuple[Integers, Integers]:
        """Give the columns and coefficients of a row."""
        part = slice(self.start[row], self.start[row + 1])
        return self.column[part], self.coefficient[part]

    def part(self, columns: Integers, rows: Integers) -> "LinearModel":
        """Give the model of some columns and of rows that hold no other ones, renumbered."""
        at = np.full(self.columns, -1, np.int64)
        at[columns] = np.arange(len(columns))
        lengths = self.start[rows + 1] - self.start[rows]
        offset = np.cumsum(lengths) - lengths
        entries = np.repeat(self.start[rows] - offset, lengths) + np.arange(lengths.sum())
        return LinearModel(
            lower=self.lower[columns],
            upper=self.upper[columns],
            start=np.append(offset, lengths.sum()).astype(np.int64),
            column=at[self.column[entries]],
            coefficient=self.coefficient[entries],
            low=self.low[rows],
            high=self.high[rows],
            constraint=self.constraint[rows],
        )

    def activity(self, columns: Integers) -> Integers:
        """Give what every row comes to for values of the columns."""
        products = self.coefficient * columns[self.column]
        return np.add.reduceat(np.append(products, 0), self.start[:-1]) * (np.diff(self.start) > 0)

    def allows(self, columns: Integers) -> bool:
        """Say whether values of the columns keep every bound and every row, exactly."""
        total = self.activity(columns)
        return bool(
            np.all((self.lower <= columns) & (columns <= self.upper))
            and np.all((self.low <= total) & (total <= self.high))
        )

    def with_row(self, terms: Integers, low: int, high: int, constraint: str) -> "LinearModel":
        """Give the model with one more row of dense coefficients, such as a level held."""
        column = np.flatnonzero(terms)
        return LinearModel(
            self.lower,
            self.upper,
            np.append(self.start, self.start[-1] + len(column)),
            np.concatenate([self.column, column]),
            np.concatenate([self.coefficient, terms[column]]),
            np.append(self.low, low),
            np.append(self.high, high),
            np.append(self.constraint, constraint),
        )


@dataclass
class ModelBuilder:
    """Collects blocks of rows and builds the model; entries of a block come sorted by row."""

    _lower: list[Integers] = field(default_factory=list)
    _upper: list[Integers] = field(default_factory=list)
    _entries: list[tuple[Integers, Integers, Integers]] = field(default_factory=list)
    _low: list[Integers] = field(default_factory=list)
    _high: list[Integers] = field(default_factory=list)
    _constraint: list[NDArray[np.str_]] = field(default_factory=list)
    _names: list[Names] = field(default_factory=list)
    rows: int = 0
    """How many rows there are so far."""

    def add_columns(self, lower: ArrayLike, upper: ArrayLike) -> Integers:
        """Add columns and give their positions."""
        first = sum(len(part) for part in self._lower)
        low = np.asarray(lower, np.int64)
        self._lower.append(low)
        self._upper.append(np.asarray(upper, np.int64))
        return np.arange(first, first + len(low), dtype=np.int64)

    def upper(self) -> Integers:
        """Give the upper bounds of the columns so far."""
        return np.concatenate([np.zeros(0, np.int64), *self._upper])

    def add_rows(
        self,
        constraint: str | Sequence[str],
        count: int,
        low: ArrayLike,
        high: ArrayLike,
        entries: Entries,
        names: Names | None = None,
    ) -> None:
        """Add `count` rows; entries are (row within the block, column, coefficient).

        There is one constraint for all, or one for each.
        """
        for row, column, coefficient in entries:
            rows = np.asarray(row, np.int64)
            columns = np.broadcast_to(np.asarray(column, np.int64), rows.shape)
            values = np.broadcast_to(np.asarray(coefficient, np.int64), rows.shape)
            self._entries.append((rows + self.rows, columns, values))
        self._low.append(np.broadcast_to(np.asarray(low, np.int64), (count,)))
        self._high.append(np.broadcast_to(np.asarray(high, np.int64), (count,)))
        self._constraint.append(np.broadcast_to(np.asarray(constraint, "<U4"), (count,)))
        self._names.append(names or (lambda: [""] * count))
        self.rows += count

    def build(self) -> LinearModel:
        """Give the finished model."""
        empty = np.zeros(0, np.int64)
        row, column, value = (
            np.concatenate([empty, *(entry[part] for entry in self._entries)]) for part in range(3)
        )
        keep = value != 0
        row, column, value = row[keep], column[keep], value[keep]
        order = np.lexsort((column, row))
        start = np.searchsorted(row[order], np.arange(self.rows + 1))
        names = tuple(self._names)
        return LinearModel(
            lower=np.concatenate([empty, *self._lower]),
            upper=np.concatenate([empty, *self._upper]),
            start=start.astype(np.int64),
            column=column[order],
            coefficient=value[order],
            low=np.concatenate([empty, *self._low]),
            high=np.concatenate([empty, *self._high]),
            constraint=np.concatenate([np.zeros(0, "<U4"), *self._constraint]),
            names=lambda: [name for block in names for name in block()],
        )
