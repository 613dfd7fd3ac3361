"""A relaxation under decisions about who is funded and who pays: the nodes of a search tree.

A decision moves bounds of columns and nothing else, so that the solver goes on from its last basis.
Cuts that hold under some decisions alone are rows that are closed there and open everywhere else.
"""

from dataclasses import replace

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import Cut, Decisions
from matcher.solving.formulation import Formulation
from matcher.solving.highs import INFINITY
from matcher.solving.linear import Relaxation
from matcher.solving.model import Flags, Floats, Integers


class DecidedRelaxation(Relaxation):
    """A relaxation in which flags of proposals and pairs can be decided, and left open again."""

    def __init__(
        self,
        formulation: Formulation,
        model: CompactModel,
        costs: Floats,
        pairs: Flags,
        effort: Effort,
    ) -> None:
        super().__init__(model, costs, pairs, effort)
        self._lower, self._upper = model.lower, model.upper
        self._given: dict[int, tuple[Decisions, float]] = {}
        problem = formulation.problem
        self._least = np.maximum(problem.pools.least[problem.pairs.pool], 1)
        self._minimum = problem.proposals.minimum
        self._pair = _places(formulation.grant, len(costs))
        self._proposal = _places(formulation.funded, len(costs))

    def cut(self, cuts: list[Cut]) -> None:
        """Take rows in, some of which hold under decisions alone."""
        first = len(self.model.low)
        for row, cut in enumerate(cuts, first):
            if cut.given:
                self._given[row] = (cut.given, cut.high)
        super().cut(cuts)

    def decide(self, decisions: Decisions) -> None:
        """Hold to some decisions, and leave open all that was decided before."""
        before = self.model
        lower, upper, high = self._lower.copy(), self._upper.copy(), before.high.copy()
        for flag, value in decisions:
            self._narrow(lower, upper, flag, value)
        for row, (given, most) in self._given.items():
            high[row] = most if given <= decisions else np.inf
        self.model = replace(before, lower=lower, upper=upper, high=high)
        changed = np.flatnonzero((lower != before.lower) | (upper != before.upper))
        self.limit(changed, lower[changed], upper[changed])
        for row in np.flatnonzero((high != before.high) & (self._line >= 0)).tolist():
            side = high[row] / self._sizes[row] if np.isfinite(high[row]) else INFINITY
            self._solver.changeRowBounds(int(self._line[row]), -INFINITY, side)
        self._state_rows()

    def _narrow(self, lower: Floats, upper: Floats, flag: int, value: bool) -> None:
        """Give the columns of a flag's pair or proposal what a decision leaves them."""
        model, pair, proposal = self.model, self._pair[flag], self._proposal[flag]
        kept = model.share[flag] == 0
        if pair >= 0:
            money, owner = model.money[pair], model.owner[pair]
            if value:
                lower[money] = max(lower[money], float(self._least[pair]))
                lower[model.funded[owner]] = 1.0
            else:
                upper[money] = 0.0
        elif value:
            total = model.total[proposal]
            lower[total] = max(lower[total], float(self._minimum[proposal]))
        else:
            upper[model.total[proposal]] = 0.0
            upper[model.money[model.owner == proposal]] = 0.0
        if kept:
            lower[flag] = upper[flag] = float(value)


def _places(columns: Integers, count: int) -> Integers:
    """Give the place of each column among some, -1 where it is not among them."""
    places = np.full(count, -1)
    places[columns] = np.arange(len(columns))
    return places
