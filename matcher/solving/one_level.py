"""One level of `max_merit`: which way it is solved, and what closes the gap that is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import monotonic

import numpy as np

from matcher.allocation.parts import connected_parts
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.exact_steps import ExactSteps
from matcher.solving.formulation import Formulation
from matcher.solving.model import Integers, LinearModel
from matcher.solving.narrowing import Priced
from matcher.solving.objectives import Objective, WholeObjective
from matcher.solving.outcome import Report
from matcher.solving.reckoning import LATE, Reckoning, State
from matcher.solving.searching import STALE, Search

UNLIMITED = 1e12
FIRST_WORK, ROUGH = 1.0, 1e-3
"""What the exact solver may spend on a first plan, in its deterministic seconds, and the gap that
will do: what can be better is looked at next."""
SEARCH_STALE = 2
"""Steps without anything better after which a search leaves the rest to the exact solvers."""
PRIORITY_STALE = 8
"""The same for targets, whose best plan is often found long before a relaxation can prove it."""
QUICK = 0.001
"""What the exact solver may spend by itself on a level of a small round, in its deterministic
seconds: enough for the smallest, and beyond it may take a thousand times as long as branching."""


@dataclass(frozen=True)
class Ways:
    """Up to how many pairs which way is taken.

    Up to `small` pairs the exact solver is asked first; up to `moderate` a search tree grows beside
    the search. Where no connected part of the round has more than `moderate`, exact solvers close
    what a search leaves open; else they are asked only where a search finds no plan. Without
    `exact` they are never asked. Beyond `vast` a round is planned by sections first, of so many
    proposals each. Each level after merit gets `late_steps`. Up to `soon` pairs the exact solvers
    are asked as soon as a search finds little.
    """

    small: int = 300
    moderate: int = 12_000
    vast: int = 1_000_000
    section: int = 12_500
    late_steps: int = 2
    soon: int = 2_000
    exact: bool = True


Step = Callable[[State, Solved, Effort], Solved]
"""One way to get further on a level, from how far it has got."""


@dataclass(frozen=True)
class OneLevel:
    """One level of one problem.

    `later` are the goals that come after it, as far as they guide it; `guide` is the goal of merit
    whose prices are guessed first.
    """

    formulation: Formulation
    objective: Objective
    whole: WholeObjective
    later: Sequence[WholeObjective]
    guide: WholeObjective
    report: Report | None
    ways: Ways

    @cached_property
    def reckoning(self) -> Reckoning:
        """How plans and bounds of the level are reckoned."""
        return Reckoning(self.objective, self.whole, self.report)

    @cached_property
    def exact(self) -> ExactSteps:
        """The steps that solve it exactly."""
        return ExactSteps(self.formulation, self.reckoning)

    def solve(self, state: State, effort: Effort) -> Solved:
        """Solve the level from the best columns known, on the model with earlier levels held."""
        deadline = monotonic() + effort.seconds
        known = self.reckoning.already_best(state)
        if known is not None:
            return known
        left = effort.left(deadline, state.columns is not None)
        so_far = Solved(state.columns, self.reckoning.limit(state.model), "work_limit")
        if self._is_small:
            tried = self.exact.solved(
                state.model, replace(left, work=QUICK, workers=1), state.columns
            )
            if tried.ended != "work_limit":
                return tried
            if tried.columns is not None:
                so_far = replace(tried, bound=self.whole.tighter(so_far.bound, tried.bound))
        elif self.objective.level in LATE and state.columns is not None:
            return self._late(state.model, state.columns, left)
        for step in self._steps():
            if so_far.columns is not None and self._is_large and step != self._by_neighbourhoods:
                break
            left = effort.left(deadline, so_far.columns is not None)
            if left.seconds <= 0:
                return replace(so_far, ended="time_limit")
            so_far = step(state, so_far, left)
            state.latest = so_far
            if so_far.ended in ("infeasible", "interrupted", "time_limit"):
                break
            if self.reckoning.is_within(so_far, effort.gap):
                return replace(so_far, ended="proven")
        return so_far

    def priced(self, model: LinearModel, effort: Effort) -> tuple[Solved, Priced | None]:
        """Bound the level on a model with earlier levels held, without looking for a plan.

        Gives also the model with the prices that prove it; see Search.priced.
        """
        return self._search(model, effort).priced()

    def _steps(self) -> Sequence[Step]:
        """Give what is tried, one after the other, until the gap is reached.

        A round that falls apart into blocks, as one of many countries does, is best solved by them.
        """
        if not self.ways.exact:
            return [self._by_neighbourhoods]
        exact = self.exact
        closing: list[Step] = [exact.by_flags, exact.by_branching, exact.by_search]
        if not self._is_small and self.objective.level not in LATE:
            closing.insert(0, self.by_narrowing)
        if self._is_small:
            late = self.objective.level in LATE
            return [exact.by_flags, exact.by_search] if late else closing
        if self._falls_apart:
            return [exact.by_blocks, self._by_neighbourhoods, *closing]
        return [self._by_neighbourhoods, *closing]

    @cached_property
    def _blocks(self) -> Integers:
        """How many pairs each connected part of the round has."""
        part, _ = connected_parts(self.formulation.problem)
        sizes: Integers = np.bincount(part[self.formulation.problem.pairs.proposal])
        return sizes

    @cached_property
    def _is_large(self) -> bool:
        return int(self._blocks.max(initial=0)) > self.ways.moderate

    @cached_property
    def _falls_apart(self) -> bool:
        """Whether the largest part has less than half of all pairs."""
        return not self._is_large and 2 * int(self._blocks.max(initial=0)) < self._blocks.sum()

    @property
    def _is_small(self) -> bool:
        return len(self.formulation.money) <= self.ways.small

    def _by_neighbourhoods(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Bound by prices and cuts, and search from the best columns known."""
        known = state.start if so_far.columns is None else so_far.columns
        # To stay near an earlier result, that is where to search.
        doubtful = so_far.columns is None and self.formulation.near is None
        found = self._search(state.model, effort).run(known, doubtful)
        state.clocked |= found.clocked
        if found.ended == "infeasible":
            return found
        # As good for this level, what was found is better for what follows.
        best = self.reckoning.better(found.columns, so_far.columns)
        ended: Ended = "work_limit" if found.ended == "proven" else found.ended
        tighter = self.whole.tighter(so_far.bound, found.bound)
        return self.reckoning.told(Solved(best, tighter, ended))

    def by_narrowing(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Leave out what no better plan can do, and let the exact solver look at what is left.

        Each better plan leaves less. Where there is none it looks for one first, roughly.
        """
        deadline = monotonic() + effort.seconds
        if so_far.columns is None:
            first = replace(effort, work=FIRST_WORK, gap=max(effort.gap, ROUGH))
            so_far = self.exact.by_search(state, so_far, first, led=True)
            if so_far.columns is None:
                return so_far
        bounded, priced = self.priced(state.model, effort.left(deadline))
        if priced is None:
            return so_far
        so_far = replace(so_far, bound=self.whole.tighter(so_far.bound, bounded.bound))
        best = so_far.columns
        while best is not None and not self.reckoning.is_within(so_far, effort.gap):
            left = priced.narrowed(int(self.whole.upwards @ best))
            own = replace(effort.left(deadline), work=left.work)
            if left.model is None or own.seconds <= 0:
                break
            so_far = self.exact.by_search(replace(state, model=left.model), so_far, own, led=True)
            better = self.reckoning.better(best, so_far.columns)
            if left.is_small or better is best:
                break
            best = better
        return so_far

    def _search(self, model: LinearModel, effort: Effort) -> Search:
        watch = self.reckoning.watch
        return Search(
            self.formulation,
            model,
            self.whole,
            self.later,
            self.guide,
            effort,
            watch or _nobody,
            self._stale,
            self.ways.section if len(self.formulation.money) > self.ways.vast else None,
            self.ways.moderate,
            self._closes_soon,
        )

    @property
    def _closes_soon(self) -> bool:
        """Whether exact solvers soon close what a search leaves open."""
        return self.ways.exact and len(self.formulation.money) <= self.ways.soon

    @property
    def _stale(self) -> int:
        if self._closes_soon:
            return SEARCH_STALE
        closes = self.ways.exact and not self._is_large
        return PRIORITY_STALE if closes and self.objective.level == "L1" else STALE

    def _late(self, model: LinearModel, columns: Integers, effort: Effort) -> Solved:
        """Find better payers within the work allowed, with the bound of a linear relaxation."""
        priced = len(self.formulation.money) <= self.ways.moderate
        search = self._search(model, effort)
        return self.reckoning.told(search.run_unpriced(columns, self.ways.late_steps, priced))


def _nobody(value: float, bound: float) -> None:
    """Hear of a better plan, and do nothing."""
