"""A row over the pairs and proposals of a problem, held as arrays and evaluated exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import ArrayLike

from matcher.allocation.problem import Flags, Integers

LARGEST = 2**62
"""What products of coefficients and quantities may add up to in 64 bits, with room to spare."""


@dataclass(frozen=True, eq=False)
class Terms:
    """Coefficients `value` of the positions `at`; both int64[n], `at` ascending, none twice."""

    at: Integers
    value: Integers

    @classmethod
    def of(cls, at: ArrayLike, value: ArrayLike = 1) -> "Terms":
        """Take positions in any order, each once, with a coefficient each or one for all."""
        positions = np.asarray(at, np.int64)
        order = np.argsort(positions, kind="stable")
        values = np.broadcast_to(np.asarray(value, np.int64), positions.shape)
        return cls(positions[order], values[order])

    def __len__(self) -> int:
        return len(self.at)

    def turned(self) -> "Terms":
        """Give the terms with their signs turned."""
        return Terms(self.at, -self.value)

    @property
    def largest(self) -> int:
        """Give the largest absolute coefficient, 0 without any."""
        return _largest(self.value)

    def total(self, quantities: Integers | Flags) -> int:
        """Give Σ value · quantity for a quantity of each term, exact whatever its size."""
        whole = quantities.astype(np.int64)
        if self.largest * _largest(whole) * len(self) <= LARGEST:
            return int(self.value @ whole)
        return int(self.value.astype(object) @ whole.astype(object))


def _largest(values: Integers) -> int:
    return max(abs(int(values.min())), abs(int(values.max()))) if len(values) else 0


def _none() -> Terms:
    return Terms.of([])


@dataclass(frozen=True, eq=False)
class Row:
    """`low ≤ Σ money·a + Σ grants·y + Σ funded·z ≤ high`; None leaves a side open.

    `money` and `grants` stand at positions of pairs, `funded` at those of proposals.
    `constraint` is its id in PROBLEM.md, `subject` what it is about in plain words.
    """

    constraint: str
    subject: str
    low: int | None
    high: int | None
    money: Terms = field(default_factory=_none)
    grants: Terms = field(default_factory=_none)
    funded: Terms = field(default_factory=_none)

    def value(self, amounts: Integers, funded: Flags) -> int:
        """Give what the row comes to for amounts of pairs and flags of proposals."""
        return (
            self.money.total(amounts[self.money.at])
            + self.grants.total(amounts[self.grants.at] > 0)
            + self.funded.total(funded[self.funded.at])
        )

    def turned(self, high: int) -> "Row":
        """Give the row with its signs turned, at most `high`: what is at least so much, capped."""
        terms = (self.money.turned(), self.grants.turned(), self.funded.turned())
        return Row(self.constraint, self.subject, None, high, *terms)


def stacked(parts: Sequence[Terms]) -> tuple[Integers, Integers, Integers]:
    """Give the terms of many rows as one: the place of its row, position and value of each."""
    none = np.zeros(0, np.int64)
    return (
        np.repeat(np.arange(len(parts)), np.array([len(part.at) for part in parts], np.int64)),
        np.concatenate([none, *(part.at for part in parts)]),
        np.concatenate([none, *(part.value for part in parts)]),
    )


def values_of(rows: Sequence[Row], amounts: Integers, funded: Flags) -> list[int]:
    """Give what each row comes to for amounts of pairs and flags of proposals."""
    kinds = (
        _totals([row.money for row in rows], amounts),
        _totals([row.grants for row in rows], amounts > 0),
        _totals([row.funded for row in rows], funded),
    )
    return [sum(of_kind) for of_kind in zip(*kinds, strict=True)]


def touched_rows(rows: Sequence[Row], pairs: Flags, proposals: Flags) -> list[Row]:
    """Give the rows that hold any of the pairs or proposals that are flagged."""
    touched = np.zeros(len(rows), np.bool_)
    for parts, wanted in (
        ([row.money for row in rows], pairs),
        ([row.grants for row in rows], pairs),
        ([row.funded for row in rows], proposals),
    ):
        row, at, _ = stacked(parts)
        touched[row[wanted[at]]] = True
    return [rows[place] for place in np.flatnonzero(touched).tolist()]


def narrowed_rows(
    rows: Sequence[Row], pairs: Integers, proposals: Integers, amounts: Integers, funded: Flags
) -> list[Row]:
    """Give rows over some pairs and proposals, renumbered, what the others hold taken off.

    `pairs` and `proposals` are the positions kept, ascending; `amounts` and `funded` are a plan
    over all of them.
    """
    others, others_funded = amounts.copy(), funded.copy()
    others[pairs], others_funded[proposals] = 0, False
    narrow = renumbered(rows, _places(pairs, len(amounts)), _places(proposals, len(funded)))
    return [
        replace(
            row,
            low=None if row.low is None else row.low - held,
            high=None if row.high is None else row.high - held,
        )
        for row, held in zip(narrow, values_of(rows, others, others_funded), strict=True)
    ]


def renumbered(rows: Sequence[Row], pair_place: Integers, proposal_place: Integers) -> list[Row]:
    """Give rows over the pairs and proposals whose place is not -1, with the sides they have.

    Places ascend with positions.
    """
    terms = zip(
        _narrowed([row.money for row in rows], pair_place),
        _narrowed([row.grants for row in rows], pair_place),
        _narrowed([row.funded for row in rows], proposal_place),
        strict=True,
    )
    return [
        Row(row.constraint, row.subject, row.low, row.high, *parts)
        for row, parts in zip(rows, terms, strict=True)
    ]


def _totals(parts: Sequence[Terms], quantities: Integers | Flags) -> list[int]:
    """Give Σ value · quantity of each row's terms, exact whatever its size."""
    row, at, value = stacked(parts)
    whole = quantities[at].astype(np.int64)
    if _largest(value) * _largest(whole) * len(whole) > LARGEST:
        return [part.total(quantities[part.at]) for part in parts]
    totals = np.zeros(len(parts), np.int64)
    np.add.at(totals, row, value * whole)
    return totals.tolist()


def _narrowed(parts: Sequence[Terms], place: Integers) -> list[Terms]:
    """Give each row's terms whose `place` is not -1, renumbered; places ascend with positions."""
    row, at, value = stacked(parts)
    inside = place[at] >= 0
    counts = np.bincount(row[inside], minlength=len(parts))
    ends = np.cumsum(counts)
    to, value = place[at[inside]], value[inside]
    return [
        Terms(to[first:end], value[first:end])
        for first, end in zip((ends - counts).tolist(), ends.tolist(), strict=True)
    ]


def _places(kept: Integers, count: int) -> Integers:
    place = np.full(count, -1, np.int64)
    place[kept] = np.arange(len(kept))
    return place
