"""The levels of a problem by which an answer is weighed, L1 and L2, one held after the other.

Who pays what (L3, L4) is better left to the run itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from time import monotonic
from types import MappingProxyType

import numpy as np

from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row
from matcher.results import Options
from matcher.solving import Ways, highs
from matcher.solving.blocks import NO_FLAGS
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import OPEN
from matcher.solving.narrowing import Priced
from matcher.solving.objectives import Objective, WholeObjective, objectives_of
from matcher.solving.one_level import UNLIMITED, OneLevel
from matcher.solving.payers import with_pattern
from matcher.solving.reckoning import State
from matcher.solving.rounding import mended, rounded

COUNTED = ("L1", "L2")
"""The levels that an answer is weighed by."""
OF_GAP = 0.5
"""The part of the gap allowed that branching may leave: the rest is for rounding to whole units."""
NARROWED = 0.01
"""The part of the gap that is left where what no better plan can do is left out: the rest is soon
looked at, and what a decision costs is then a figure and seldom an interval."""
WHOLE_WORK = 0.05
"""What whole amounts for the grants found may cost, in the exact solver's deterministic seconds.

Where there are some they take it a tenth of that at most. Where there are none, among amounts in
cents, it closes in on that cent by cent, which it counts for next to nothing: in a round of 20,000
pairs half a second went by with this, and 140 with twenty times as much.
"""
WIDE = 5e-4
"""From this gap on a search is used instead of branching, which takes longer and mostly ends at the
best: four draws of scores of a round of 750 pairs take 58 s by it and 31 by searching at 10⁻⁴."""
EARLIER = 1e-6
"""The gap of all levels but the last: what they leave open would outweigh all that comes after."""
NOTHING: Mapping[int, bool] = MappingProxyType({})
"""No proposal is fixed."""
UNBOUNDED = Fraction(10**40)
"""More than any level can reach."""
MARGIN = 1e-6
"""By how much less than the least is asked for, as a share of it: solvers see in floating point."""


@dataclass
class Levels:
    """The levels of a problem that are counted, one after the other, and how far they have got."""

    formulation: Formulation
    objectives: Sequence[Objective]
    goals: Sequence[WholeObjective]
    state: State
    options: Options
    deadline: float
    brief: bool = False
    """Whether to be through soon counts for more than to end nearer than the gap allowed."""

    @classmethod
    def of(
        cls,
        problem: Problem,
        options: Options,
        deadline: float,
        known: Integers | None,
        fixed: Mapping[int, bool] = NOTHING,
        rows: Sequence[Row] | None = None,
        brief: bool = False,
    ) -> "Levels":
        """Formulate a problem; `known` amounts are where the search starts.

        `fixed` says of proposals, by position, whether they have to be funded or must not be.
        `rows` are given for a part of a round, with what the rest leaves to it: they stand for all
        that couples proposals, soft targets too.
        """
        formulation = formulate(problem, rows=rows, soft=None if rows is None else ())
        lower, upper = formulation.model.lower.copy(), formulation.model.upper.copy()
        for proposal, funded in fixed.items():
            column = formulation.funded[proposal]
            lower[column] = max(lower[column], int(funded))
            upper[column] = min(upper[column], int(funded))
        model = replace(formulation.model, lower=lower, upper=upper)
        formulation = replace(formulation, model=model)
        objectives = [o for o in objectives_of(formulation) if o.level in COUNTED]
        goals = [objective.whole(formulation.model.upper) for objective in objectives]
        state = State(formulation.model, None, {})
        if known is not None:
            columns = formulation.complete(known)
            kept = formulation.model.allows(columns)
            state.columns = columns if kept else None
            state.start = None if kept else mended(formulation, known)
        return cls(formulation, objectives, goals, state, options, deadline, brief)

    @property
    def is_impossible(self) -> bool:
        """Whether the columns' bounds leave no plan, as where a proposal has no pool to fund it."""
        return bool(np.any(self.formulation.model.lower > self.formulation.model.upper))

    def gap(self, position: int) -> float:
        """Give the gap that a level may leave."""
        last = position == len(self.goals) - 1
        return self.options.gap if last else min(self.options.gap, EARLIER)

    def effort(self, position: int) -> Effort:
        """Give what a level may spend."""
        seconds, options = self.deadline - monotonic(), self.options
        return Effort(seconds, UNLIMITED, self.gap(position), options.workers, options.seed)

    def asked(self, position: int, least: Fraction) -> int:
        """Give what the coefficients have to add up to to reach the least, less a margin."""
        asked = least / self.goals[position].factor
        return floor(asked - abs(asked) * Fraction(MARGIN))

    def solve(self, position: int, asked: int | None = None) -> Solved | None:
        """Solve a level with the earlier ones held; None where the clock ended it.

        Without columns where no plan reaches what is asked.
        """
        level, effort = self._level(position), self.effort(position)
        if effort.seconds <= 0:
            return None
        if asked is None and (self.brief or self.options.gap >= WIDE):
            solved = _solve_as_in_a_run(level, self.state, effort)
        else:
            solved = _solve(level, self.state, effort, asked)
        if solved is not None and solved.columns is not None:
            found = self.formulation.complete(solved.columns[self.formulation.money])
            known = self.state.columns
            # Of plans alike at this level the one that is better later is the better start.
            if known is None or self.values(found)[position:] > self.values(known)[position:]:
                self.state.columns = found
        return solved

    def _level(self, position: int) -> OneLevel:
        goals, objectives = self.goals, self.objectives
        merit = next(at for at in range(position, len(goals)) if objectives[at].level == "L2")
        objective, goal, later = objectives[position], goals[position], goals[position + 1 :]
        return OneLevel(self.formulation, objective, goal, later, goals[merit], None, Ways())

    def priced(self, position: int) -> tuple[Solved, Priced | None]:
        """Bound a level by its relaxation with cuts: tighter than `bound`, at more work.

        Gives also the model with the prices that prove it; see Search.priced.
        """
        return self._level(position).priced(self.state.model, self.effort(position))

    def bound(self, position: int) -> Fraction | None:
        """Bound a level by its relaxation in divisible grants; None where it has no plan at all."""
        goal, model = self.goals[position], self.state.model
        effort = self.effort(position)
        relaxed = highs.relax(model, goal.coefficients, goal.most, NO_FLAGS, effort)
        if not relaxed.feasible:
            return None
        if not np.isfinite(relaxed.bound):
            return UNBOUNDED
        whole = floor(relaxed.bound) if goal.most else ceil(relaxed.bound)
        return (1 if goal.most else -1) * whole * goal.factor

    def side(self, position: int, value: Fraction) -> int:
        """Give what the coefficients add up to where a level has a value, turned as values are."""
        goal = self.goals[position]
        asked = value / goal.factor
        return floor(asked) if goal.most else floor(-asked)

    def hold(self, position: int, reached: int) -> None:
        """Hold a level at what its coefficients add up to."""
        goal, name = self.goals[position], self.objectives[position].level
        low, high = (reached, OPEN) if goal.most else (-OPEN, reached)
        self.state.model = self.state.model.with_row(goal.coefficients, low, high, name)
        columns = self.state.columns
        if columns is not None and not self.state.model.allows(columns):
            self.state.columns, self.state.start = None, columns

    def values(self, columns: Integers) -> tuple[Fraction, ...]:
        """Give what columns reach of each level, turned so that more is better."""
        return tuple(
            (1 if objective.most else -1) * objective.value(columns)
            for objective in self.objectives
        )


def _solve(level: OneLevel, state: State, effort: Effort, asked: int | None) -> Solved | None:
    """Solve a level: by branching on who pays whom, money divisible, where that can be quick.

    What that leaves open is closed as in any run. None where the clock ended it; without columns
    where no plan reaches what is asked.
    """
    count, start = len(level.formulation.money), state
    if level.ways.small < count <= level.ways.moderate:
        if asked is None:
            known = Solved(state.columns, level.reckoning.limit(state.model), "work_limit")
            finer = replace(effort, gap=effort.gap * NARROWED)
            narrowed = level.by_narrowing(state, known, finer)
            if level.reckoning.is_within(narrowed, effort.gap):
                return replace(narrowed, ended="proven")
            start = replace(state, columns=narrowed.columns)
        branched = _by_branching(level, state, effort, asked)
        if branched.ended in ("proven", "infeasible"):
            return branched
        start = replace(state, columns=branched.columns)
    return _solve_as_in_a_run(level, start, effort)


def _solve_as_in_a_run(level: OneLevel, state: State, effort: Effort) -> Solved | None:
    """Solve a level as any run does; None where the clock ended it."""
    solved = level.solve(state, effort)
    return None if solved.ended in ("time_limit", "interrupted") else solved


def _by_branching(level: OneLevel, state: State, effort: Effort, asked: int | None) -> Solved:
    """Bound a level, and round what comes near the bound; proven where that is near enough."""
    goal, model, best = level.whole, state.model, state.columns
    if asked is not None:
        # Upwards, as `asked` is: a shortfall of at most so much is at least so much below nought.
        model = model.with_row(goal.upwards, asked, OPEN, level.objective.level)
    finer = replace(effort, gap=effort.gap * OF_GAP)
    costs, flags = goal.coefficients, level.formulation.flags
    relaxed = highs.relax(model, costs, goal.most, flags, finer, known=best)
    if asked is not None and not relaxed.feasible:
        return Solved(None, 0, "infeasible")
    if relaxed.columns is None or relaxed.clock or not np.isfinite(relaxed.bound):
        return Solved(best, 0, "work_limit")
    bound = int(np.floor(relaxed.bound) if goal.most else np.ceil(relaxed.bound))
    near = rounded(level.formulation, relaxed.columns)
    if state.model.allows(near) and (best is None or goal.upwards @ near > goal.upwards @ best):
        best = near
    if best is None or not goal.is_near(best, bound, effort.gap):
        brief = replace(effort, work=WHOLE_WORK, gap=0.0)
        found = with_pattern(state.model, costs, goal.most, flags, relaxed.columns, brief)
        if found is not None and (best is None or goal.upwards @ found > goal.upwards @ best):
            best = found
    near_enough = best is not None and goal.is_near(best, bound, effort.gap)
    return Solved(best, bound, "proven" if near_enough else "work_limit")
