"""Whether the best plan of a changed round is better than a plan known, without finding it.

A relaxation answers most of it: a level that cannot get better is only held, and a search ends with
the first plan that is better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Literal

from matcher.allocation.problem import Integers, Problem
from matcher.explaining.nearby import better_nearby
from matcher.explaining.worth import NOTHING, Levels
from matcher.results import Options

Answer = Literal["more", "same", "less", "unknown"]
"""What the best plan reaches beside the least; unknown where the clock ended the search."""


@dataclass(frozen=True)
class Compared:
    """The answer, and amounts that reach it where there are any: for `more` and `same`."""

    answer: Answer
    amounts: Integers | None = None
    values: tuple[Fraction, ...] = ()


def compared(
    problem: Problem,
    options: Options,
    deadline: float,
    known: Integers | None,
    least: Sequence[Fraction],
    fixed: Mapping[int, bool] = NOTHING,
) -> Compared:
    """Say what the best plan of a problem reaches beside the `least` values of the levels.

    `known` amounts are where the search starts; `fixed` as in worth_of. `less` and `same` are
    proven to the gap asked for, `more` by a plan.
    """
    levels = Levels.of(problem, options, deadline, known, fixed)
    least = tuple(least)
    if levels.is_impossible:
        return Compared("less")
    if known is not None and (found := better_nearby(levels, known, least)) is not None:
        values = levels.values(levels.formulation.complete(found))
        if values > least:
            return Compared("more", found, values)
    for position in range(len(levels.goals)):
        if monotonic() > deadline:
            return Compared("unknown")
        if (better := _better(levels, least)) is not None:
            return better
        last = position == len(levels.goals) - 1
        bound = levels.bound(position)
        if bound is None or bound < least[position]:
            return Compared("less")
        if last or bound > least[position]:
            solved = levels.solve(position, levels.asked(position, least[position]))
            if solved is None:
                return Compared("unknown")
            if solved.columns is None or levels.state.columns is None:
                return Compared("less")
            if (better := _better(levels, least)) is not None:
                return better
            if levels.values(levels.state.columns)[position] < least[position]:
                return Compared("less")
        levels.hold(position, levels.side(position, least[position]))
    if (columns := levels.state.columns) is None:
        return Compared("unknown")
    values = levels.values(columns)
    return Compared(
        "same" if values == least else "less", columns[levels.formulation.money], values
    )


def _better(levels: Levels, least: tuple[Fraction, ...]) -> Compared | None:
    """Give the plan at hand where it is better than the least."""
    columns = levels.state.columns
    if columns is None or (values := levels.values(columns)) <= least:
        return None
    return Compared("more", columns[levels.formulation.money], values)
