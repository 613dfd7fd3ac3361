"""What is asked about a proposal passed over: whether it could be paid whole, and at what cost.

The question and its answer, shared by those who ask (the tables) and those who search (solving).
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np

from matcher.allocation.problem import Flags, Integers, Problem
from matcher.allocation.rows import Row, SoftBound, narrowed_rows, touched_rows


@dataclass(frozen=True, eq=False)
class Wish:
    """Fund `proposal` whole, starting from the plan `amounts` over the pairs, in units.

    Only the proposals `moving`, ascending and `proposal` among them, may change; `rows` must hold.
    """

    problem: Problem
    amounts: Integers
    rows: Sequence[Row]
    proposal: int
    moving: Integers

    def narrowed(self) -> "Wish":
        """Give the same wish about what may change alone; rows that touch none of it are gone."""
        problem, kept = self.problem.narrowed(self.moving)
        is_kept, is_moving = np.zeros(len(self.amounts), np.bool_), self._none()
        is_kept[kept] = is_moving[self.moving] = True
        touched = touched_rows(self.rows, is_kept, is_moving)
        funded = self._none()
        funded[self.problem.pairs.proposal[self.amounts > 0]] = True
        return Wish(
            problem,
            self.amounts[kept],
            narrowed_rows(touched, kept, self.moving, self.amounts, funded),
            int(np.searchsorted(self.moving, self.proposal)),
            np.arange(len(self.moving)),
        )

    def _none(self) -> Flags:
        return np.zeros(len(self.problem.proposals.ids), np.bool_)


@dataclass(frozen=True)
class Correction:
    """What fulfilling a wish costs in merit of the proposal's tier, at most.

    `cost` is None where no plan was found; `impossible` says that it is proven that there is none.
    """

    cost: Fraction | None
    impossible: bool = False


Correct = Callable[[Wish], Correction | None]
"""How a correction is found, None where it was not tried: see `solving.correction`."""


def kept_rows(soft: Iterable[SoftBound], amounts: Integers, funded: Flags) -> Iterator[Row]:
    """Give soft bounds as rows that are kept where they hold, and else no further missed."""
    for bound in soft:
        now = bound.row.value(amounts, funded)
        if bound.side > 0:
            yield replace(bound.row, low=min(now, ceil(bound.limit)))
        else:
            yield replace(bound.row, high=max(now, floor(bound.limit)))
