"""The one place where the rows of `matcher.allocation` become rows of the textbook models."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, hard_rows, soft_bounds

Integers = NDArray[np.int64]


@dataclass(frozen=True)
class Columns:
    """Where the columns of pairs (`money`, `grant`) and of proposals (`funded`) stand."""

    money: Integers
    grant: Integers
    funded: Integers


@dataclass(frozen=True)
class Coupling:
    """`low ≤ Σ value · column ≤ high`; None leaves a side open."""

    column: Integers
    value: Integers
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Shortfall:
    """`shortfall ≥ side · (limit - Σ value · column)`, worth `weight` a unit at a priority."""

    priority: int
    weight: Fraction
    side: int
    limit: Fraction
    coupling: Coupling


def couplings(problem: Problem, columns: Columns) -> Iterator[Coupling]:
    """Give C1, C4, C8, C9, C10 and C11."""
    return (_coupling(row, columns) for row in hard_rows(problem))


def shortfalls(problem: Problem, columns: Columns) -> Iterator[Shortfall]:
    """Give the bounds of the soft targets."""
    for bound in soft_bounds(problem):
        coupling = _coupling(bound.row, columns)
        weight = bound.weight / bound.divisor
        yield Shortfall(bound.priority, weight, bound.side, bound.limit, coupling)


def _coupling(row: Row, columns: Columns) -> Coupling:
    places = (columns.money, row.money), (columns.grant, row.grants), (columns.funded, row.funded)
    return Coupling(
        np.concatenate([place[terms.at] for place, terms in places]),
        np.concatenate([terms.value for _, terms in places]),
        row.low,
        row.high,
    )
