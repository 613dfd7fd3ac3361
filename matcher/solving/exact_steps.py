"""The steps of a level that solve it exactly: by blocks, by flags, by branching, by search.

Each goes on from how far the level has got: a plan, and a bound that no plan can pass.
"""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from matcher.solving import cp_sat, highs
from matcher.solving.blocks import relax_by_blocks
from matcher.solving.cp_sat import Effort, Ended, Solved
from matcher.solving.formulation import Formulation
from matcher.solving.highs import Relaxed
from matcher.solving.model import Floats, Integers, LinearModel
from matcher.solving.payers import with_pattern
from matcher.solving.reckoning import LATE, Reckoning, State
from matcher.solving.rounding import OF_GAP, rounded

COARSE = 10**5
"""Up to so many units in a column, whole amounts can be branched on in floating point."""
OF_TIME = 0.9
"""The part of the time that divisible money may use up: making it whole takes the rest."""
LATE_NODES = 500
"""Nodes of a search tree for a level after merit."""
LATE_WORK = 8.0
"""What the levels after merit may spend, in the exact solver's deterministic seconds."""


@dataclass(frozen=True)
class ExactSteps:
    """The steps for one level of a formulation; `reckoning` compares its plans and bounds."""

    formulation: Formulation
    reckoning: Reckoning

    def by_blocks(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Solve block by block, the rows that couple them priced."""
        deadline = monotonic() + effort.seconds
        relaxed = relax_by_blocks(
            state.model, self.reckoning.whole, self.formulation.flags, effort, so_far.columns
        )
        return self._made_whole(state, so_far, relaxed, effort.left(deadline))

    def by_flags(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Solve with flags whole and money divisible, from the best columns known."""
        deadline, goal, known = monotonic() + effort.seconds, self.reckoning.whole, so_far.columns
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
            LATE_NODES if self.reckoning.objective.level in LATE else None,
            known,
            enough=enough,
        )
        found = relaxed if relaxed.feasible else None
        return self._made_whole(state, so_far, found, effort.left(deadline))

    def by_branching(self, state: State, so_far: Solved, effort: Effort) -> Solved:
        """Branch on whole amounts too, where steps are coarse enough for floating point."""
        if int(state.model.upper.max(initial=0)) > COARSE:
            return so_far
        every = np.arange(state.model.columns)
        goal = self.reckoning.whole
        window = self.reckoning.between(state.model, so_far)
        relaxed = highs.relax(window, goal.coefficients, goal.most, every, effort)
        if not relaxed.feasible:
            return so_far
        tighter = self.reckoning.whole.tighter(so_far.bound, self.reckoning.outward(relaxed.bound))
        found = None
        if relaxed.columns is not None:
            found = np.rint(relaxed.columns).astype(np.int64)
            found = found if state.model.allows(found) else None
        best = self.reckoning.better(so_far.columns, found)
        ended: Ended = "time_limit" if relaxed.clock else "proven"
        return self.reckoning.told(Solved(best, tighter, ended))

    def by_search(self, state: State, so_far: Solved, effort: Effort, led: bool = False) -> Solved:
        """Let the exact solver close what is left between the best plan and the bound.

        It is `led` by the relaxation where little is left.
        """
        window = self.reckoning.between(state.model, so_far)
        solved = self.solved(window, effort, so_far.columns, led)
        if solved.columns is None:
            if solved.ended == "infeasible" and so_far.columns is None:
                return solved  # the window holds all that a proven bound leaves: there is no plan
            ended: Ended = "proven" if solved.ended == "infeasible" else solved.ended
            return replace(so_far, ended=ended)
        return replace(solved, bound=self.reckoning.whole.tighter(so_far.bound, solved.bound))

    def solved(
        self, model: LinearModel, effort: Effort, hint: Integers | None, led: bool = False
    ) -> Solved:
        """Ask the exact solver by itself."""
        return cp_sat.solve(
            model,
            self.reckoning.whole.coefficients,
            self.reckoning.whole.most,
            effort,
            hint,
            self.reckoning.watch,
            led,
        )

    def _made_whole(
        self, state: State, so_far: Solved, relaxed: Relaxed | None, effort: Effort
    ) -> Solved:
        """Make divisible money whole; where there seems to be no plan, ask the exact solver."""
        if relaxed is None:
            return self.solved(state.model, effort, so_far.columns)
        state.clocked |= relaxed.clock
        if np.isfinite(relaxed.bound):
            tighter = self.reckoning.whole.tighter(
                so_far.bound, self.reckoning.outward(relaxed.bound)
            )
            so_far = replace(so_far, bound=tighter)
        if relaxed.columns is not None:
            near = rounded(self.formulation, relaxed.columns)
            if state.model.allows(near):
                so_far = replace(so_far, columns=self.reckoning.better(so_far.columns, near))
            # A unit here and there is mostly less than what may be left open.
            if not self.reckoning.is_within(so_far, effort.gap):
                whole = self._with_grants_of(state.model, relaxed.columns, effort)
                so_far = replace(so_far, columns=self.reckoning.better(so_far.columns, whole))
        return self.reckoning.told(so_far)

    def _with_grants_of(
        self, model: LinearModel, relaxed: Floats, effort: Effort
    ) -> Integers | None:
        goal, limited = self.reckoning.whole, replace(effort, work=LATE_WORK, gap=0.0)
        return with_pattern(
            model, goal.coefficients, goal.most, self.formulation.flags, relaxed, limited
        )
