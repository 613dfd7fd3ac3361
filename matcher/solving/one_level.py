"""One level of `max_merit`: which way it is solved, and what closes the gap that is left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from time import monotonic

import numpy as np

from matcher.allocation.parts import connected_parts
from matcher.solving import cp_sat, highs
from matcher.solving.blocks import relax_by_blocks
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.formulation import Formulation
from matcher.solving.highs import Relaxed
from matcher.solving.model import OPEN, Floats, Integers, LinearModel
from matcher.solving.objectives import Objective, WholeObjective
from matcher.solving.outcome import Progress, Report
from matcher.solving.payers import with_pattern
from matcher.solving.rounding import OF_GAP, rounded
from matcher.solving.searching import STALE, Search

COARSE = 10**5
"""Up to so many units in a column, whole amounts can be branched on in floating point."""
UNLIMITED = 1e12
OF_TIME = 0.9
"""The part of the time that divisible money may use up: making it whole takes the rest."""
SEARCH_STALE = 2
"""Steps without anything better after which a search leaves the rest to the exact solvers."""
PRIORITY_STALE = 8
"""The same for targets, whose best plan is often found long before a relaxation can prove it."""
QUICK = 0.001
"""What the exact solver may spend by itself on a level of a small round, in its deterministic
seconds: enough for the smallest, and beyond it may take a thousand times as long as branching."""
LATE_NODES = 500
"""Nodes of a search tree for a level after merit."""
LATE = ("L3", "L4", "near")
"""The levels after merit."""
LATE_WORK = 8.0
"""What the levels after merit may spend, in the exact solver's deterministic seconds."""


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


@dataclass
class State:
    """What is known so far: the model with levels held, the best columns, and what is proven."""

    model: LinearModel
    columns: Integers | None
    proofs: dict[int, tuple[Fraction | None, Ended]]
    start: Integers | None = None
    """Columns to start from while there are none better."""
    latest: Solved | None = None
    """How far the level at hand has got, for an interrupt."""
    clocked: bool = False
    """Whether a clock has ended any step, so that another time it might end otherwise."""


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

    def solve(self, state: State, effort: Effort) -> Solved:
        """Solve the level from the best columns known, on the model with earlier levels held."""
        deadline = monotonic() + effort.seconds
        known = self._already_best(state)
        if known is not None:
            return known
        left = effort.left(deadline, state.columns is not None)
        so_far = Solved(state.columns, self._limit(state.model), "work_limit")
        if self._is_small:
            tried = self._exact(state.model, replace(left, work=QUICK, workers=1), state.columns)
            if tried.ended != "work_limit":
                return tried
            if tried.columns is not None:
                so_far = replace(tried, bound=self._tighter(so_far.bound, tried.bound))
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
            if self._within(so_far, effort.gap):
                return replace(so_far, ended="proven")
        return so_far

    def bounded(self, model: LinearModel, effort: Effort) -> Solved:
        """Bound the level on a model with earlier levels held, without looking for a plan."""
        return self._search(model, effort).bounded()

    def _steps(self) -> Sequence[Step]:
        """Give what is tried, one after the other, until the gap is reached.

        A round that falls apart into blocks, as one of many countries does, is best solved by them.
        """
        if not self.ways.exact:
            return [self._by_neighbourhoods]
        exact: list[Step] = [self._by_branching, self._by_search]
        if self._is_small:
            late = self.objective.level in LATE
            return [self._by_flags, self._by_search] if late else [self._by_flags, *exact]
        if self._falls_apart:
            return [self._by_blocks, self._by_neighbourhoods, self._by_flags, *exact]
        return [self._by_neighbourhoods, self._by_flags, *exact]

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
        best = self._better(found.columns, so_far.columns)
        ended: Ended = "work_limit" if found.ended == "proven" else found.ended
        tighter = self._tighter(so_far.bound, found.bound)
        return self._bounded(Solved(best, tighter, ended))

    def _by_blocks(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Solve block by block, the rows that couple them priced."""
        deadline = monotonic() + effort.seconds
        relaxed = relax_by_blocks(
            state.model, self.whole, self.formulation.flags, effort, so_far.columns
        )
        return self._made_whole(state, so_far, relaxed, effort.left(deadline))

    def _by_flags(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Solve with flags whole and money divisible, from the best columns known."""
        deadline, goal, known = monotonic() + effort.seconds, self.whole, so_far.columns
        own = replace(effort, seconds=effort.seconds * OF_TIME, gap=effort.gap * OF_GAP)
        # What is near enough to the bound known need not be proven once more.
        open_ = own.gap * abs(so_far.bound)
        enough = so_far.bound - open_ if goal.most else so_far.bound + open_
        relaxed = highs.relax(
            state.model,
            goal.coefficients,
            goal.most,
            self.formulation.flags,
            own,
            LATE_NODES if self.objective.level in LATE else None,
            known,
            enough=enough,
        )
        found = relaxed if relaxed.feasible else None
        return self._made_whole(state, so_far, found, effort.left(deadline))

    def _made_whole(
        self, state: State, so_far: Solved, relaxed: Relaxed | None, effort: Effort
    ) -> Solved:
        """Make divisible money whole; where there seems to be no plan, ask the exact solver."""
        if relaxed is None:
            return self._exact(state.model, effort, so_far.columns)
        state.clocked |= relaxed.clock
        if np.isfinite(relaxed.bound):
            tighter = self._tighter(so_far.bound, self._outward(relaxed.bound))
            so_far = replace(so_far, bound=tighter)
        if relaxed.columns is not None:
            near = rounded(self.formulation, relaxed.columns)
            if state.model.allows(near):
                so_far = replace(so_far, columns=self._better(so_far.columns, near))
            # A unit here and there is mostly less than what may be left open.
            if not self._within(so_far, effort.gap):
                whole = self._with_grants_of(state.model, relaxed.columns, effort)
                so_far = replace(so_far, columns=self._better(so_far.columns, whole))
        return self._bounded(so_far)

    def _search(self, model: LinearModel, effort: Effort) -> Search:
        watch = self._watch()
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

    def _by_branching(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Branch on whole amounts too, where steps are coarse enough for floating point."""
        if int(state.model.upper.max(initial=0)) > COARSE:
            return so_far
        every = np.arange(state.model.columns)
        goal = self.whole
        window = self._window(state.model, so_far)
        relaxed = highs.relax(window, goal.coefficients, goal.most, every, effort)
        if not relaxed.feasible:
            return so_far
        tighter = self._tighter(so_far.bound, self._outward(relaxed.bound))
        found = None
        if relaxed.columns is not None:
            found = np.rint(relaxed.columns).astype(np.int64)
            found = found if state.model.allows(found) else None
        best = self._better(so_far.columns, found)
        ended: Ended = "time_limit" if relaxed.clock else "proven"
        return self._bounded(Solved(best, tighter, ended))

    def _by_search(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Let the exact solver close what is left between the best plan and the bound."""
        solved = self._exact(self._window(state.model, so_far), effort, so_far.columns)
        if solved.columns is None:
            if solved.ended == "infeasible" and so_far.columns is None:
                return solved  # the window holds all that a proven bound leaves: there is no plan
            ended: Ended = "proven" if solved.ended == "infeasible" else solved.ended
            return replace(so_far, ended=ended)
        return replace(solved, bound=self._tighter(so_far.bound, solved.bound))

    def _window(self, model: LinearModel, so_far: Solved) -> LinearModel:
        """Keep the level between the best plan and the bound."""
        best = None if so_far.columns is None else self.whole.total(so_far.columns)
        if self.whole.most:
            low, high = -OPEN if best is None else best, so_far.bound
        else:
            low, high = so_far.bound, OPEN if best is None else best
        return model.with_row(self.whole.coefficients, low, high, self.objective.level)

    def _late(self, model: LinearModel, columns: Integers, effort: Effort) -> Solved:
        """Find better payers within the work allowed, with the bound of a linear relaxation."""
        priced = len(self.formulation.money) <= self.ways.moderate
        search = self._search(model, effort)
        return self._bounded(search.run_unpriced(columns, self.ways.late_steps, priced))

    def _bounded(self, solved: Solved) -> Solved:
        """Show what is reached; a bound that a plan at hand passes is no bound, but a float's."""
        if solved.columns is None:
            return solved
        total = self.whole.total(solved.columns)
        bound = max(solved.bound, total) if self.whole.most else min(solved.bound, total)
        watch = self._watch()
        if watch is not None:
            watch(float(total), float(bound))
        return replace(solved, bound=bound)

    def _outward(self, bound: float) -> int:
        return int(np.floor(bound) if self.whole.most else np.ceil(bound))

    def _tighter(self, one: int, other: int) -> int:
        return min(one, other) if self.whole.most else max(one, other)

    def _already_best(self, state: State) -> Solved | None:
        """Say so where the columns at hand reach what no columns can pass."""
        if state.columns is None:
            return None
        total = self.whole.total(state.columns)
        if total == self._limit(state.model):
            return Solved(state.columns, total, "proven")
        return None

    def _limit(self, model: LinearModel) -> int:
        """Give what no columns can pass, by their bounds alone."""
        upwards = (self.whole.coefficients > 0) == self.whole.most
        return self.whole.total(np.where(upwards, model.upper, model.lower))

    def _exact(self, model: LinearModel, effort: Effort, hint: Integers | None) -> Solved:
        return cp_sat.solve(
            model,
            self.whole.coefficients,
            self.whole.most,
            effort,
            hint,
            self._watch(),
        )

    def _with_grants_of(
        self, model: LinearModel, relaxed: Floats, effort: Effort
    ) -> Integers | None:
        goal, limited = self.whole, replace(effort, work=LATE_WORK, gap=0.0)
        return with_pattern(
            model, goal.coefficients, goal.most, self.formulation.flags, relaxed, limited
        )

    def _better(self, first: Integers | None, second: Integers | None) -> Integers | None:
        if first is None or second is None:
            return second if first is None else first
        ahead = self.whole.total(second) - self.whole.total(first)
        return second if (ahead > 0) == self.whole.most and ahead else first

    def _within(self, solved: Solved, gap: float) -> bool:
        if solved.columns is None:
            return False
        distance = abs(solved.bound - self.whole.total(solved.columns))
        if distance == 0 or solved.bound == 0:
            return distance == 0
        return Fraction(distance, abs(solved.bound)) <= Fraction(gap)

    def _watch(self) -> Callable[[float, float], None] | None:
        report = self.report
        if report is None:
            return None
        factor = float(self.whole.factor)

        def told(value: float, bound: float) -> None:
            shown = Progress(
                self.objective.level, self.objective.key, value * factor, bound * factor
            )
            report(shown)

        return told


def _nobody(value: float, bound: float) -> None:
    """Hear of a better plan, and do nothing."""
