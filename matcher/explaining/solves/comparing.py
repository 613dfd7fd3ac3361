"""Whether the best plan of a changed round is better than a plan known, without finding it.

A relaxation answers most of it: a level that cannot get better is only held. Else a search for any
plan that is better ends with the first one found, or with the proof that there is none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Literal

from matcher.allocation.problem import Integers
from matcher.explaining.solves.levels import Levels
from matcher.explaining.solves.nearby import any_plan, asking, better_nearby, what_is_left

Answer = Literal["more", "same", "less", "unknown"]
"""What the best plan reaches beside the least; unknown where the clock ended the search."""


@dataclass(frozen=True)
class Compared:
    """The answer, and amounts that reach it where there are any: for `more` and `same`."""

    answer: Answer
    amounts: Integers | None = None
    values: tuple[Fraction, ...] = ()


def compared(
    levels: Levels,
    known: Integers | None,
    least: Sequence[Fraction],
    most: Sequence[Fraction] = (),
    first: bool = True,
) -> Compared:
    """Say what the best plan of a problem, with its `levels`, reaches beside the `least` of them.

    `known` amounts are where the search starts. `most` holds what no plan can better of the first
    levels, as far as that is known. `less` and `same` are proven, `more` is shown by a plan: the
    `first` one found nearby, or else the best there.
    """
    if levels.is_impossible:
        return Compared("less")
    return _Comparison(levels, known, tuple(least), first).made(most)


def bounded_below(levels: Levels, least: Sequence[Fraction]) -> bool:
    """Say whether relaxations alone show that no plan reaches the `least` values of the levels."""
    if levels.is_impossible:
        return True
    for position, value in enumerate(least):
        bound = levels.bound(position)
        if bound is None or bound < value:
            return True
        if bound > value:
            return False
        levels.hold(position, levels.side(position, value))
    return False


@dataclass
class _Comparison:
    """What is known on the way to an answer; amounts `known` are gone once it was looked nearby."""

    levels: Levels
    known: Integers | None
    least: tuple[Fraction, ...]
    first: bool

    def made(self, most: Sequence[Fraction]) -> Compared:
        """Look at one level after the other, held at the least while it comes to no more."""
        levels, least = self.levels, self.least
        last = len(levels.goals) - 1
        for position in range(len(levels.goals)):
            if (better := self._better()) is not None:
                return better
            if position < min(last, len(most)) and most[position] == least[position]:
                levels.hold(position, levels.side(position, least[position]))
                continue
            bound = levels.bound(position)
            if monotonic() > levels.deadline:
                return Compared("unknown")
            if bound is None or bound < least[position]:
                return Compared("less")
            if position == last:
                if self._is_settled(position, 0):
                    return Compared("less")
                if (better := self._better()) is not None:
                    return better
            if bound > least[position] and not self._is_settled(position, 1):
                return self._better() or Compared("unknown")
            levels.hold(position, levels.side(position, least[position]))
        return self._same()

    def _is_settled(self, position: int, more: int) -> bool:
        """Say whether it is proven that no plan reaches the least and `more` units of a level.

        Where one does, or where it is not known, it is not settled; the plan found is at hand then.
        """
        levels, state = self.levels, self.levels.state
        goal, least = levels.goals[position], self.least[position]
        side = levels.side(position, least) + (more if goal.most else -more)
        left = what_is_left(levels, position, side)
        if (left is None or left.model is not None) and self._is_bettered_nearby():
            return False
        found = any_plan(levels, position, side, left)
        if found.columns is not None:
            state.columns = levels.formulation.complete(found.columns[levels.formulation.money])
        elif not found.impossible:
            # No whole amounts came of the grants looked at: the exact solver has to say.
            held, state.model = state.model, asking(levels, state.model, position, side)
            solved = levels.solve(position)
            state.model = held
            return solved is not None and solved.ended == "infeasible"
        return found.impossible

    def _is_bettered_nearby(self) -> bool:
        """Look once for a better plan near the amounts known; one that is found is at hand then.

        That is soon done, but in vain where a relaxation has not shown yet that there is none.
        """
        known, self.known = self.known, None
        if known is None:
            return False
        found = better_nearby(self.levels, known, self.least, self.first)
        if found is not None:
            self.levels.state.columns = self.levels.formulation.complete(found)
        return found is not None

    def _better(self) -> Compared | None:
        """Give the plan at hand where it is better than the least."""
        levels = self.levels
        columns = levels.state.columns
        if columns is None or (values := levels.values(columns)) <= self.least:
            return None
        return Compared("more", columns[levels.formulation.money], values)

    def _same(self) -> Compared:
        """Give the plan at hand, which should reach the least and no more."""
        levels = self.levels
        columns = levels.state.columns
        if columns is None:
            return Compared("unknown")
        values = levels.values(columns)
        answer: Answer = "same" if values == self.least else "unknown"
        return Compared(answer, columns[levels.formulation.money], values)
