"""The compact relaxation solved by sifting: few pairs first, others when their price calls them.

The bound is what prices prove, also of pairs that were never looked at.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import Cut
from matcher.solving.highs import Relaxed
from matcher.solving.model import Flags, Floats
from matcher.solving.prices import Proven, proven_by, refuted_by
from matcher.solving.stated_program import StatedProgram, broken_rows

SETTLED = 1e-7
"""How much of the bound may hang on pairs and rows not looked at: it holds without them, too."""
AT_ONCE = 8000
"""Pairs that are added at once: the best of those that are called."""
MANY = 1.02
"""By how much columns must grow for a solve from nothing to be sooner than from the last basis."""
LOOSER = 2.0
"""How many times farther a bound may be off with cuts: more pairs cost far more than more cuts."""


@dataclass(frozen=True)
class Linear:
    """What prices prove: `bound` on the most, `reduced` what each column brings beyond its price.

    `columns` holds the relaxation's values, `prices` those of the compact rows. `missed` says that
    the rows' leasts cannot all be reached.
    """

    columns: Floats
    bound: float
    reduced: Floats
    prices: Floats
    clock: bool
    missed: bool


Cutting = Callable[[CompactModel, Linear], list[Cut]]
"""Finds cuts of a model that what was found breaks."""


class Relaxation(StatedProgram):
    """A compact model in the solver, as far as it was needed up to now.

    It starts with some `pairs`, the proposals that have any of them, and what is no proposal's.
    """

    at_once = AT_ONCE

    def __init__(self, model: CompactModel, costs: Floats, pairs: Flags, effort: Effort) -> None:
        super().__init__(model, costs, effort)
        self.take(pairs)

    def take(self, pairs: Flags) -> None:
        """Take pairs in, each together with its proposal."""
        model, before = self.model, self._solver.getNumCol()
        wanted = np.zeros(len(self.costs), np.bool_)
        wanted[model.money[pairs]] = True
        owners = model.owner[pairs]
        wanted[model.total[owners]] = wanted[model.funded[owners]] = True
        self._take(np.flatnonzero(wanted & (self._place < 0)))
        if self._solver.getNumCol() > before * MANY:
            self._solver.clearSolver()

    def bound(
        self, close: float = SETTLED, cutting: Cutting | None = None, last: Cutting | None = None
    ) -> Linear:
        """Bound the most that the costs can come to.

        `close` says how near to the relaxation's value the bound is to be, as a share of it.
        `cutting` finds rows to take in once it is, as long as there are any; `last`, which takes
        longer, where nothing else is to be taken in.
        """
        lowest, allowed = float("inf"), close
        while True:
            solved = self._solve()
            columns, proven = self._values(solved), self._proven(solved)
            lowest = min(lowest, proven.bound)
            found = Linear(columns, lowest, proven.reduced, proven.prices, solved.clock, False)
            near = is_near(proven, solved, allowed)
            if solved.clock:
                return found
            if not solved.feasible:
                refuted = refuted_by(
                    self._prices(solved), self.model, self._place >= 0, self.at_once
                )
                if refuted.proven or not refuted.called.any():
                    return replace(found, missed=refuted.proven)
                self.take(refuted.called)
                continue
            if near and self._misses(solved):
                return replace(found, missed=self._has_no_plan())
            if near:
                allowed = LOOSER * close
            cuts = cutting(self.model, found) if cutting and allowed > close else []
            broken = ~self._asked & broken_rows(self.model, columns)
            if near and not cuts and not broken.any():
                cuts = last(self.model, found) if last else []
                if not cuts:
                    return found
            if not near and not cuts:
                self.take(proven.called)
            self._asked |= broken
            self.cut(cuts)

    def _has_no_plan(self) -> bool:
        """Say whether prices prove that the rows cannot all hold: a bound on nothing under nought.

        That is Farkas' lemma. What is missed alone proves nothing, as costs may outweigh it.
        """
        costs = self.costs
        self.aim(np.zeros(len(costs)))
        while True:
            solved = self._solve()
            proven = self._proven(solved)
            none = proven.bound < 0
            if none or solved.clock or not self._misses(solved) or not proven.called.any():
                break
            self.take(proven.called)
        self.aim(costs)
        return none

    def narrowed(self, pairs: Flags) -> "Relaxation":
        """Give the relaxation with some of the pairs alone, in a solver of its own."""
        left = replace(self._effort, seconds=self._deadline - monotonic())
        other = Relaxation(self.model, self.costs, pairs, left)
        other._asked = self._asked.copy()
        other._state_rows()
        return other

    def values(self) -> tuple[Floats | None, Flags]:
        """Solve as limited and asked: values if there are any, and the columns of rows they break.

        Such rows hold from the next time on. Where there are no values, the columns are those of
        the rows that prove it.
        """
        solved, touched = self._solve(), np.zeros(len(self.costs), np.bool_)
        if solved.columns is None or solved.clock:
            proving = self._prices(solved) != 0
            touched[self.model.column[proving[self.model.row]]] = not solved.feasible
            return None, touched
        values = self._values(solved)
        broken = ~self._asked & broken_rows(self.model, values)
        if broken.any():
            touched[self.model.column[broken[self.model.row]]] = True
            self._asked |= broken
            self._state_rows()
        return values, touched

    def _proven(self, found: Relaxed) -> Proven:
        active = self._place >= 0
        return proven_by(self._prices(found), self.model, self.costs, active, self.at_once)


def is_near(proven: Proven, solved: Relaxed, allowed: float) -> bool:
    """Say whether a bound is as near to the value of what was solved as is allowed."""
    near = proven.bound - solved.bound <= allowed * abs(proven.bound)
    return near or not proven.called.any()
