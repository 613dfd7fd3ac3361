"""Where a plan loses against a bound that prices prove.

By complementary slackness the distance between the two is a sum: for each row its price times the
room left in it, for each column what it would bring beyond its price times how far it is from its
best side. Where that sum is made is where a plan can get better.
"""

from dataclasses import dataclass

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.formulation import Formulation
from matcher.solving.homes import homes_of
from matcher.solving.linear import Linear
from matcher.solving.model import Floats, Integers
from matcher.solving.places import best_of, common

FAR = 50.0
"""So many usual distances from its price, a proposal is not drawn but as a seed."""


@dataclass(frozen=True)
class Landscape:
    """What prices say of proposals, pairs and rows.

    `near` is 1 for proposals that are worth just their price and falls with the distance; `home`
    is the proposal of each column, `row_home` of each compact row (-1 where it is not one
    proposal's), `row_pool` the pool of a row of one pool, else -1.
    """

    model: CompactModel
    linear: Linear
    near: Floats
    usual: float
    home: Integers
    row_home: Integers
    row_pool: Integers

    @classmethod
    def of(cls, formulation: Formulation, model: CompactModel, linear: Linear) -> "Landscape":
        """Read prices."""
        problem, count = formulation.problem, len(formulation.total)
        home = homes_of(formulation)
        pool = np.full(len(model.lower), -1)
        pool[formulation.money] = pool[formulation.grant] = problem.pairs.pool
        can = model.upper[formulation.money] > 0
        reduced = linear.reduced[formulation.money]
        best = best_of(reduced[can], problem.pairs.proposal[can], count)
        payable = np.isfinite(best)
        best[~payable] = 0.0
        each = linear.reduced[formulation.total] + best
        net = linear.reduced[formulation.funded] + problem.proposals.request * each
        apart = np.sort(np.abs(net[payable]))
        usual = float(apart[min(len(problem.pools.ids), len(apart) - 1)]) if len(apart) else 1.0
        usual = max(usual, 1e-12)
        near = np.where(payable, np.exp(-np.minimum(np.abs(net) / usual, FAR)), 0.0)
        return cls(
            model,
            linear,
            near,
            usual,
            home,
            common(home[model.column], model.row, len(model.low)),
            common(pool[model.column], model.row, len(model.low)),
        )

    def losses(self, columns: Integers) -> tuple[Floats, Floats]:
        """Give what a plan loses against the bound, by proposal and by coupling row."""
        model, linear = self.model, self.linear
        values = columns.astype(np.float64)
        values[model.share > 0] = 0.0
        best = np.where(linear.reduced > 0, model.upper, model.lower)
        lost = np.maximum(linear.reduced * (best - values), 0.0)
        inside = self.home >= 0
        by_proposal = np.bincount(self.home[inside], lost[inside], len(self.near))
        total = np.bincount(model.row, model.value * values[model.column], len(model.low))
        side = np.where(linear.prices > 0, model.high, model.low)
        room = np.where(np.isfinite(side) & (linear.prices != 0), side - total, 0.0)
        by_row = np.maximum(linear.prices * room, 0.0)
        own = self.row_home >= 0
        by_proposal += np.bincount(self.row_home[own], by_row[own], len(self.near))
        by_row[own] = 0.0
        return by_proposal.astype(np.float64), by_row.astype(np.float64)
