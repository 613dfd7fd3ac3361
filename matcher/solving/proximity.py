"""What a relaxation would do otherwise about one proposal, keeping near a plan in all else.

A proposal where much is lost often cannot be decided anew by itself: a large one that takes all or
nothing has to push a dozen others from pool to pool. The relaxation finds such a chain at once,
where keeping what the plan has brings it something; what it then wants otherwise is a neighbourhood
to be solved exactly (after Danna, Rothberg and Le Pape, "Exploring relaxation induced
neighborhoods", 2005, and Fischetti and Monaci, "Proximity search", 2014).
"""

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.model import Floats, Integers
from matcher.solving.objectives import usual_worth

KEEPING = (0.01, 0.5)
"""What keeping to the plan brings, from least to most, in usual worths of a unit of money: little
lets much change, much little."""
HELD = 4
"""So many questions are asked with the same worths: the solver then has little to change."""


class Proximity:
    """Asks a relaxation for what it wants near a plan, about other proposals each time."""

    bound, soon = np.inf, True
    """It proves nothing, and answers soon."""

    def __init__(
        self, formulation: Formulation, relaxation: Relaxation, linear: Linear, seed: int
    ) -> None:
        self._at = formulation
        self._linear = linear
        self._relaxation = relaxation
        self._costs = relaxation.costs.copy()
        self._usual = usual_worth(self._costs[formulation.total])
        self._random = np.random.default_rng(seed)
        self._each, self._asked = np.zeros(0), 0

    def wanted(self, columns: Integers, lost: Floats) -> Floats | None:
        """Give the relaxation's columns near a plan where one proposal is decided as it wants it.

        It is drawn by what is `lost` at it. None where there is nothing to decide, or no time.
        """
        at, random, relaxation = self._at, self._random, self._relaxation
        if not lost.sum() > 0:
            return None
        proposal = int(random.choice(len(lost), p=lost / lost.sum()))
        if self._asked % HELD == 0:
            self._each = drawn_worths(self._usual, len(lost), random)
        self._asked += 1
        relaxation.take((columns[at.money] > 0) & (relaxation.model.upper[at.money] > 0))
        relaxation.aim(self._costs + keeping_to(at, columns, self._each))
        flag, total = at.funded[[proposal]], at.total[[proposal]]
        decided = (self._linear.columns[total] >= columns[total]).astype(np.float64)
        relaxation.limit(flag, decided, decided)
        values, _ = relaxation.values()
        upper = relaxation.model.upper
        relaxation.limit(flag, relaxation.model.lower[flag], upper[flag])
        return values

    def heard(self, better: bool, work: int) -> None:
        """Hear what came of it: the next question is another one anyway."""


def drawn_worths(usual: float, count: int, random: np.random.Generator) -> Floats:
    """Draw what keeping to a plan brings for a unit of each proposal's money."""
    keeping = np.exp(random.uniform(*np.log(KEEPING)))
    each: Floats = keeping * usual * random.uniform(0.0, 2.0, count)
    return each


def keeping_to(formulation: Formulation, columns: Integers, each: Floats) -> Floats:
    """Say what keeping brings: proposals funded or not as they are, and their payers."""
    at, keeping = formulation, np.zeros(len(columns))
    owner, request = at.problem.pairs.proposal, at.problem.proposals.request
    side = np.where(columns[at.funded] > 0, 1.0, -1.0)
    keeping[at.funded] = side * each * request
    keeping[at.money] = np.where(columns[at.money] > 0, each[owner], 0.0)
    return keeping
