"""What the best plan of a problem is worth, level by level, as far as an answer is of use.

The levels of PROBLEM.md up to merit, L1 and L2, each solved with the earlier ones held, from a plan
that is known. Who pays what is better left to the run itself (L3, L4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from time import monotonic

import numpy as np

from matcher.allocation.problem import Integers, Problem
from matcher.results import Options
from matcher.solving import Ways, highs
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.formulation import formulate
from matcher.solving.model import OPEN
from matcher.solving.objectives import Objective, WholeObjective, objectives_of
from matcher.solving.one_level import LATE_WORK, UNLIMITED, OneLevel, State
from matcher.solving.payers import with_pattern
from matcher.solving.rounding import mended

COUNTED = ("L1", "L2")
"""The levels that an answer is weighed by."""
OF_GAP = 0.5
"""The part of the gap allowed that branching may leave: the rest is for rounding to whole units."""
EARLIER = 1e-6
"""The gap of all levels but the last: what they leave open would outweigh all that comes after."""
MARGIN = 1e-6
"""By how much less than the least is asked for, as a share of it: solvers see in floating point."""


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
) -> Worth | Hopeless | None:
    """Find the best plan of a problem, from `known` amounts, unless none can reach the `least`.

    `least` holds values of the levels. None where there is no plan, or the clock ended the search.
    """
    formulation = formulate(problem)
    objectives = [o for o in objectives_of(formulation) if o.level in COUNTED]
    goals = [objective.whole(formulation.model.upper) for objective in objectives]
    state = State(formulation.model, None, {})
    if known is not None:
        columns = formulation.complete(known)
        kept = formulation.model.allows(columns)
        state.columns = columns if kept else None
        state.start = None if kept else mended(formulation, known)
    flags = np.concatenate([formulation.grant, formulation.funded])
    values: list[Fraction] = []
    bounds: list[Fraction] = []
    exact = True
    for position, (objective, goal) in enumerate(zip(objectives, goals, strict=True)):
        later = goals[position + 1 :]
        merit = next(at for at in range(position, len(goals)) if objectives[at].level == "L2")
        level = OneLevel(formulation, flags, objective, goal, later, goals[merit], None, Ways())
        gap = min(options.gap, EARLIER) if later else options.gap
        effort = Effort(deadline - monotonic(), UNLIMITED, gap, options.workers, options.seed)
        needed = None
        if least is not None and bounds == list(least[:position]):
            needed = least[position]
        solved = _solve(level, state, effort, None if needed is None else _asked(goal, needed))
        if solved is None:
            return None
        if solved.columns is None:
            return None if needed is None else Hopeless((*bounds, needed))
        state.columns = formulation.complete(solved.columns[formulation.money])
        value, bound = _turned(objective, goal, state.columns, solved.bound)
        values.append(value)
        bounds.append(bound)
        exact &= bound - value <= Fraction(gap) * abs(bound)
        if least is not None and tuple(bounds) < tuple(least[: len(bounds)]):
            return Hopeless(tuple(bounds))
        reached = goal.total(state.columns)
        low, high = (reached, OPEN) if goal.most else (-OPEN, reached)
        state.model = state.model.with_row(goal.coefficients, low, high, objective.level)
    if state.columns is None:
        return None
    keys = tuple((objective.level, objective.key) for objective in objectives)
    amounts = state.columns[formulation.money]
    return Worth(keys, tuple(values), tuple(bounds), amounts, exact)


def _turned(
    objective: Objective, goal: WholeObjective, columns: Integers, bound: int
) -> tuple[Fraction, Fraction]:
    """Give the value and the bound of a level so that more is better."""
    sign = 1 if objective.most else -1
    value = sign * objective.value(columns)
    return value, max(value, sign * bound * goal.factor)


def _asked(goal: WholeObjective, least: Fraction) -> int:
    """Give what the coefficients have to add up to for a level to reach the least, and a margin."""
    asked = least / goal.factor
    return floor(asked - abs(asked) * Fraction(MARGIN))


def _solve(level: OneLevel, state: State, effort: Effort, asked: int | None) -> Solved | None:
    """Solve a level: by branching on who pays whom, money divisible, where that can be quick.

    What that leaves open is closed as in any run. None where the clock ended it; without columns
    where no plan reaches what is asked.
    """
    if effort.seconds <= 0:
        return None
    count, start = len(level.formulation.money), state
    if level.ways.small < count <= level.ways.moderate:
        branched = _by_branching(level, state, effort, asked)
        if branched.ended in ("proven", "infeasible"):
            return branched
        start = replace(state, columns=branched.columns)
    solved = level.solve(start, effort)
    return None if solved.ended in ("time_limit", "interrupted") else solved


def _by_branching(level: OneLevel, state: State, effort: Effort, asked: int | None) -> Solved:
    """Bound a level, and round what comes near the bound; proven where that is near enough."""
    goal, model, best = level.whole, state.model, state.columns
    if asked is not None:
        # Upwards, as `asked` is: a shortfall of at most so much is at least so much below nought.
        model = model.with_row(goal.upwards, asked, OPEN, level.objective.level)
    finer = replace(effort, gap=effort.gap * OF_GAP)
    costs, flags = goal.coefficients, level.flags
    relaxed = highs.relax(model, costs, goal.most, flags, finer, known=best)
    if asked is not None and not relaxed.feasible:
        return Solved(None, 0, "infeasible")
    if relaxed.columns is None or relaxed.clock or not np.isfinite(relaxed.bound):
        return Solved(best, 0, "work_limit")
    bound = int(np.floor(relaxed.bound) if goal.most else np.ceil(relaxed.bound))
    if not _is_near(goal, best, bound, effort.gap):
        brief = replace(effort, work=LATE_WORK, gap=0.0)
        found = with_pattern(state.model, costs, goal.most, flags, relaxed.columns, brief)
        if found is not None and (best is None or goal.upwards @ found > goal.upwards @ best):
            best = found
    return Solved(
        best, bound, "proven" if _is_near(goal, best, bound, effort.gap) else "work_limit"
    )


def _is_near(goal: WholeObjective, columns: Integers | None, bound: int, gap: float) -> bool:
    return columns is not None and abs(bound - goal.total(columns)) <= gap * abs(bound)
