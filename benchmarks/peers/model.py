"""A linear model and its goals, as arrays that each solver is given in its own way."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from math import gcd

import numpy as np
from numpy.typing import ArrayLike, NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
OPEN = 2**62
"""A side of a row that is not bounded."""
LARGEST_SUM = 2**60
"""What the whole coefficients of a goal times their columns may add up to."""


@dataclass(frozen=True)
class Model:
    """Whole columns between bounds; row r holds the entries `start[r]:start[r + 1]`."""

    lower: Integers
    upper: Integers
    start: Integers
    column: Integers
    value: Integers
    low: Integers
    high: Integers

    @property
    def columns(self) -> int:
        return len(self.lower)

    @property
    def rows(self) -> int:
        return len(self.low)


@dataclass
class Builder:
    """Collects blocks of rows over columns that are known from the start."""

    _entries: list[tuple[Integers, Integers, Integers]] = field(default_factory=list)
    _low: list[Integers] = field(default_factory=list)
    _high: list[Integers] = field(default_factory=list)
    rows: int = 0

    def add(
        self,
        count: int,
        low: ArrayLike,
        high: ArrayLike,
        *entries: tuple[ArrayLike, ArrayLike, ArrayLike],
    ) -> None:
        """Add `count` rows; entries are (row within the block, column, value)."""
        for row, column, value in entries:
            at = np.asarray(row, np.int64)
            self._entries.append(
                (
                    at + self.rows,
                    np.broadcast_to(np.asarray(column, np.int64), at.shape),
                    np.broadcast_to(np.asarray(value, np.int64), at.shape),
                )
            )
        self._low.append(np.broadcast_to(np.asarray(low, np.int64), (count,)))
        self._high.append(np.broadcast_to(np.asarray(high, np.int64), (count,)))
        self.rows += count

    def build(self, lower: Integers, upper: Integers) -> Model:
        """Give the model; entries of one row at the same column are summed."""
        row, column, value = (
            np.concatenate([entry[part] for entry in self._entries]) for part in range(3)
        )
        code, place = np.unique(row * len(lower) + column, return_inverse=True)
        total = np.zeros(len(code), np.int64)
        np.add.at(total, place, value)
        code, total = code[total != 0], total[total != 0]
        start = np.searchsorted(code // len(lower), np.arange(self.rows + 1))
        low, high = np.concatenate(self._low), np.concatenate(self._high)
        return Model(lower, upper, start, code % len(lower), total, low, high)


@dataclass(frozen=True)
class Goal:
    """A level of PROBLEM.md: Σ numerator / denominator · column · factor, most or least.

    `key` is the priority of L1 or the tier of L2. `reach` holds what each column can be at most.
    """

    level: str
    key: int | None
    most: bool
    column: Integers
    numerator: Sequence[int]
    denominator: Sequence[int]
    factor: Fraction
    reach: Integers

    @cached_property
    def weight(self) -> Floats:
        """Give the weights of the columns as floats, in the level's own unit."""
        ratio = [n / d for n, d in zip(self.numerator, self.denominator, strict=True)]
        return np.array(ratio, np.float64) * float(self.factor)

    @cached_property
    def whole(self) -> tuple[Integers, Fraction]:
        """Give whole weights and what one of their sum is worth; exact where 64 bits allow.

        Where they are not exact they are rounded so that a bound stays a bound.
        """
        numerators, denominators = self.numerator, self.denominator
        if set(denominators) <= {1}:
            common = gcd(*numerators) or 1
            return np.array([n // common for n in numerators], np.int64), self.factor * common
        pairs = list(zip(numerators, denominators, strict=True))
        reach = sum(n / d * int(top) for (n, d), top in zip(pairs, self.reach, strict=True))
        scale = 1
        while scale * 10 * reach <= LARGEST_SUM:
            scale *= 10
        scaled = [-(-n * scale // d) if self.most else n * scale // d for n, d in pairs]
        return np.array(scaled, np.int64), self.factor / scale

    def total(self, values: Integers) -> int:
        """Give the sum of whole weights for values of all columns."""
        return int(np.dot(self.whole[0].astype(object), values[self.column].astype(object)))

    def value(self, values: ArrayLike) -> float:
        """Give the level's value for values of all columns."""
        return float(np.dot(self.weight, np.asarray(values, np.float64)[self.column]))
