"""The compact relaxation of a vast round, solved from inside: to its prices and no vertex."""

from matcher.solving import highs
from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort
from matcher.solving.highs import Relaxed
from matcher.solving.linear import SETTLED, Cutting, Linear, Relaxation, is_near
from matcher.solving.model import Flags, Floats

AT_ONCE = 0.1
"""Pairs that are added at once, as a share of all: each solve is from nothing and takes long."""


class InteriorRelaxation(Relaxation):
    """A relaxation solved by an interior point method.

    Where the rows' leasts cannot be reached it does not say so: its values are a little off.
    """

    def __init__(self, model: CompactModel, costs: Floats, pairs: Flags, effort: Effort) -> None:
        super().__init__(model, costs, pairs, effort)
        self.at_once = int(len(model.money) * AT_ONCE)
        highs.from_inside(self._solver)

    def bound(
        self,
        close: float = SETTLED,
        cutting: Cutting | None = None,
        last: Cutting | None = None,  # noqa: ARG002 - a relaxation's other kind makes use of it
    ) -> Linear:
        """Bound the most that the costs can come to, with pairs and cuts taken in together.

        It ends as soon as it is near, without the `last`: a cut more is not worth a solve.
        """
        lowest = float("inf")
        while True:
            solved = self._solve()
            columns, proven = self._values(solved), self._proven(solved)
            lowest = min(lowest, proven.bound)
            found = Linear(columns, lowest, proven.reduced, proven.prices, solved.clock, False)
            if solved.clock or is_near(proven, solved, close):
                return found
            self.take(proven.called)
            self.cut(cutting(self.model, found) if cutting else [])

    def _result(self) -> Relaxed:
        return highs.inside_of(self._solver)
