"""Cuts from proposals by themselves: what a relaxation pays one that no choice of funders can.

A relaxation puts a proposal's money together from slices of more pools than may fund it, each below
the pool's smallest grant. At the relaxation's prices the most that a proposal can bring is found
exactly, over all rows that are its own; where it falls short of what the values bring, that is an
inequality which they break. With all such cuts the bound is that of Lagrangian relaxation with the
proposals solved exactly (Geoffrion, "Lagrangean relaxation for integer programming", 1974).
"""

from dataclasses import dataclass
from functools import partial

import numpy as np

from matcher.solving import highs
from matcher.solving.apart import run_side_by_side
from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import Cut
from matcher.solving.formulation import Formulation
from matcher.solving.linear import Linear
from matcher.solving.model import Flags, Floats, Integers, LinearModel
from matcher.solving.places import common
from matcher.solving.rounding import homes_of, row_homes_of

DEEP = 1e-6
"""By how much a cut must be missed to be worth a row, as a share of the bound."""
FUNDED = 1e-6
"""A proposal funded less than this is not funded: solvers see in floating point."""
SAFE = 1e-7
"""By how much, as a share of its terms, a most in floating point is widened to be believed."""
NODES = 1000
"""Nodes of a search tree at most; what is left open is within the bound all the same."""


@dataclass(frozen=True)
class ProposalCuts:
    """Finds cuts of a model; `columns` and `rows` hold each proposal's own, and no other's."""

    formulation: Formulation
    model: LinearModel
    home: Integers
    columns: list[Integers]
    rows: list[Integers]
    effort: Effort

    @classmethod
    def of(cls, formulation: Formulation, model: LinearModel, effort: Effort) -> "ProposalCuts":
        """Sort the columns and rows of a model by the proposal that they are of."""
        home, count = homes_of(formulation), len(formulation.total)
        rows = _grouped(row_homes_of(formulation, model), count)
        return cls(formulation, model, home, _grouped(home, count), rows, effort)

    def missed(self, costs: Floats, model: CompactModel, linear: Linear) -> list[Cut]:
        """Give the cuts that the relaxation's values break, one of a proposal at most."""
        own = common(self.home[model.column], model.row, len(model.low)) >= 0
        prices = np.where(own, 0.0, linear.prices)
        priced = np.bincount(model.column, model.value * prices[model.row], len(costs))
        brings = np.where(model.share > 0, 0.0, costs - priced)
        reached = np.bincount(
            self.home + 1, brings * linear.columns, minlength=len(self.columns) + 1
        )[1:]
        deep = DEEP * abs(linear.bound)
        looked_at = np.flatnonzero(self._is_split(linear.columns) & (reached > deep))
        calls = [partial(self._most, int(at), brings) for at in looked_at]
        mosts = run_side_by_side(calls, workers=self.effort.workers)
        found = []
        for at, most in zip(looked_at.tolist(), mosts, strict=True):
            flag = self.formulation.funded[at]
            if reached[at] > most * linear.columns[flag] + deep:
                columns = self.columns[at]
                values = brings[columns] - np.where(columns == flag, most, 0.0)
                found.append(Cut(columns, values, 0.0))
        return found

    def _is_split(self, values: Floats) -> Flags:
        """Say which proposals have what no choice of funders gives, as far as sizes tell."""
        at = self.formulation
        pairs, pools, proposals = at.problem.pairs, at.problem.pools, at.problem.proposals
        money, funded = values[at.money], values[at.funded]
        given = money > 0.5
        low = given & (money < pools.least[pairs.pool] - 0.5)
        few = np.bincount(pairs.proposal, low, len(at.total)) == 0
        few &= np.bincount(pairs.proposal, given, len(at.total)) <= proposals.funders
        result: Flags = (funded > FUNDED) & ~(few & (funded > 1.0 - FUNDED))
        return result

    def _most(self, proposal: int, brings: Floats) -> float:
        """Give the most that a proposal can bring where it is funded, or nothing."""
        columns = self.columns[proposal]
        part = self.model.part(columns, self.rows[proposal])
        flags = np.flatnonzero(np.isin(columns, self.formulation.flags))
        relaxed = highs.relax(part, brings[columns], True, flags, self.effort, NODES)
        terms = np.abs(brings[columns]) * part.upper
        return max(relaxed.bound, 0.0) + SAFE * float(terms.max())


def _grouped(owner: Integers, count: int) -> list[Integers]:
    """Give the positions of each owner, in order."""
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(count + 1))
    return np.split(order, first)[1:-1]
