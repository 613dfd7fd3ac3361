"""A row over the pairs and proposals of a problem, held as arrays and evaluated exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, field

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

    @property
    def largest(self) -> int:
        """Give the largest absolute coefficient, 0 without any."""
        return _largest(self.value)

    def narrowed(self, place: Integers) -> "Terms":
        """Give the terms whose `place` is not -1, renumbered; places ascend with positions."""
        to = place[self.at]
        return Terms(to[to >= 0], self.value[to >= 0])

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


def narrowed_rows(
    rows: Sequence[Row], pairs: Integers, proposals: Integers, amounts: Integers, funded: Flags
) -> list[Row]:
    """Give rows over some pairs and proposals, renumbered, what the others hold taken off.

    `pairs` and `proposals` are the positions kept, ascending; `amounts` and `funded` are a plan
    over all of them.
    """
    pair_place, proposal_place = _places(pairs, len(amounts)), _places(proposals, len(funded))
    others, others_funded = amounts.copy(), funded.copy()
    others[pairs], others_funded[proposals] = 0, False
    narrowed = []
    for row in rows:
        held = row.value(others, others_funded)
        narrowed.append(
            Row(
                row.constraint,
                row.subject,
                None if row.low is None else row.low - held,
                None if row.high is None else row.high - held,
                row.money.narrowed(pair_place),
                row.grants.narrowed(pair_place),
                row.funded.narrowed(proposal_place),
            )
        )
    return narrowed


def _places(kept: Integers, count: int) -> Integers:
    place = np.full(count, -1, np.int64)
    place[kept] = np.arange(len(kept))
    return place
