"""What the best plan of a problem is worth, level by level, as far as an answer is of use.

The levels of PROBLEM.md up to merit, L1 and L2, each solved with the earlier ones held, from a plan
that is known.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from time import monotonic

from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row
from matcher.explaining.solves.levels import NOTHING, Levels
from matcher.results import Options
from matcher.solving.objectives import Objective, WholeObjective


@dataclass(frozen=True)
class Worth:
    """The best plan found, and what it reaches of each level: L1 by priority, L2 by tier.

    `values` and `bounds` are exact and turned so that more is better: a target's shortfall counts
    below nought. A bound holds as long as the earlier levels stand as they were reached.
    """

    levels: tuple[tuple[str, int | None], ...]
    values: tuple[Fraction, ...]
    bounds: tuple[Fraction, ...]
    amounts: Integers
    exact: bool


@dataclass(frozen=True)
class Hopeless:
    """What was given up: nothing can be better than `bounds`, of the levels looked at."""

    bounds: tuple[Fraction, ...]


def worth_of(
    problem: Problem,
    options: Options,
    deadline: float,
    known: Integers | None = None,
    least: Sequence[Fraction] | None = None,
    fixed: Mapping[int, bool] = NOTHING,
    most: Sequence[Fraction] | None = None,
    rows: Sequence[Row] | None = None,
    brief: bool = False,
) -> Worth | Hopeless | None:
    """Find the best plan of a problem, from `known` amounts, unless none can reach the `least`.

    `least` holds values of the levels. `fixed` says of proposals, by position, whether they have to
    be funded or must not be. `most` holds values that no plan can better: earlier levels that may
    reach them are held there unsolved, and solved only where that leaves no plan. None where there
    is no plan, or the clock ended the search. `rows` as in Levels.of, `brief` as in Levels.
    """
    stated = partial(Levels.of, problem, options, deadline, known, fixed, rows, brief)
    if most is not None:
        found = _worth_of(stated(), least, most)
        if isinstance(found, Worth) or monotonic() > deadline:
            return found
    return _worth_of(stated(), least, None)


def _worth_of(
    levels: Levels, least: Sequence[Fraction] | None, most: Sequence[Fraction] | None
) -> Worth | Hopeless | None:
    if levels.is_impossible:
        return None
    state = levels.state
    values: list[Fraction] = []
    bounds: list[Fraction] = []
    exact = True
    for position, (objective, goal) in enumerate(zip(levels.objectives, levels.goals, strict=True)):
        needed = None
        if least is not None and bounds == list(least[:position]):
            needed = least[position]
        asked = None if needed is None else levels.asked(position, needed)
        if (
            most is not None
            and position < len(levels.goals) - 1
            and values == list(most[:position])
            and levels.bound(position) == most[position]
        ):
            values.append(most[position])
            bounds.append(most[position])
            levels.hold(position, levels.side(position, most[position]))
            continue
        value = bound = _best_already(levels, position)
        if value is None or bound is None:
            solved = levels.solve(position, asked)
            if solved is None:
                return None
            if solved.columns is None or state.columns is None:
                return None if needed is None else Hopeless((*bounds, needed))
            value, bound = _turned(objective, goal, state.columns, solved.bound)
        values.append(value)
        bounds.append(bound)
        exact &= bound - value <= Fraction(levels.gap(position)) * abs(bound)
        if least is not None and tuple(bounds) < tuple(least[: len(bounds)]):
            return Hopeless(tuple(bounds))
        if state.columns is not None:
            levels.hold(position, goal.total(state.columns))
    if state.columns is None:
        return None
    if levels.values(state.columns) < tuple(values):
        return None  # whole coefficients stand for a value that is not reached exactly
    keys = tuple((objective.level, objective.key) for objective in levels.objectives)
    amounts = state.columns[levels.formulation.money]
    return Worth(keys, tuple(values), tuple(bounds), amounts, exact)


def _best_already(levels: Levels, position: int) -> Fraction | None:
    """Give a level's value where the plan at hand is as good as its relaxation allows.

    It is not looked at for the last level, where a relaxation is seldom as tight.
    """
    columns = levels.state.columns
    if columns is None or position == len(levels.goals) - 1:
        return None
    value = levels.values(columns)[position]
    return value if levels.bound(position) == value else None


def _turned(
    objective: Objective, goal: WholeObjective, columns: Integers, bound: int
) -> tuple[Fraction, Fraction]:
    """Give the value and the bound of a level so that more is better."""
    sign = 1 if objective.most else -1
    value = sign * objective.value(columns)
    return value, max(value, sign * bound * goal.factor)
