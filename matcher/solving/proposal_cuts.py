"""Cuts from proposals by themselves: what a relaxation pays one that no choice of funders can.

A relaxation puts a proposal's money together from slices of more pools than may fund it, each below
the pool's smallest grant. At the relaxation's prices the most that a proposal can bring is found
exactly, over all rows that are its own; where it falls short of what the values bring, that is an
inequality which they break. With all such cuts the bound is that of Lagrangian relaxation with the
proposals solved exactly (Geoffrion, "Lagrangean relaxation for integer programming", 1974).
"""

from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np

from matcher.solving import highs
from matcher.solving.apart import run_side_by_side
from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import UNDECIDED, Cut, Decisions
from matcher.solving.formulation import Formulation
from matcher.solving.homes import homes_of, row_homes_of
from matcher.solving.linear import Linear
from matcher.solving.model import Flags, Floats, Integers, LinearModel
from matcher.solving.places import best_of, common

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
    """Finds cuts of a model; `columns` and `rows` hold each proposal's own, and no other's.

    `home` and `row_home` have the proposal that each column and row is of, -1 for the others.
    """

    formulation: Formulation
    model: LinearModel
    home: Integers
    row_home: Integers
    columns: list[Integers]
    rows: list[Integers]
    effort: Effort
    choices: dict[int, list[Floats]] = field(default_factory=dict)
    """What was best for each proposal before: where one of them is still as good, it stays."""

    @classmethod
    def of(cls, formulation: Formulation, model: LinearModel, effort: Effort) -> "ProposalCuts":
        """Sort the columns and rows of a model by the proposal that they are of."""
        home, count = homes_of(formulation), len(formulation.total)
        row_home = row_homes_of(formulation, model)
        columns, rows = _grouped(home, count), _grouped(row_home, count)
        return cls(formulation, model, home, row_home, columns, rows, effort)

    def missed(
        self,
        costs: Floats,
        model: CompactModel,
        linear: Linear,
        decisions: Decisions = UNDECIDED,
    ) -> list[Cut]:
        """Give the cuts that the relaxation's values break, one of a proposal at most.

        They hold under those of the `decisions` that are about pairs of the proposal.
        """
        own = common(self.home[model.column], model.row, len(model.low)) >= 0
        prices = np.where(own, 0.0, linear.prices)
        priced = np.bincount(model.column, model.value * prices[model.row], len(costs))
        brings = np.where(model.share > 0, 0.0, costs - priced)
        reached = np.bincount(
            self.home + 1, brings * linear.columns, minlength=len(self.columns) + 1
        )[1:]
        least = DEEP * abs(linear.bound)
        flags = linear.columns[self.formulation.funded]
        given = self._given(decisions)
        known = self._by_one(brings)
        known[list(given)] = -np.inf
        split = self.is_split(linear.columns) & (reached > least)
        split &= reached > np.where(flags > 0, known, 0.0) * flags + least
        looked_at = [
            at
            for at in np.flatnonzero(split).tolist()
            if reached[at] > self._known(at, brings, given.get(at, UNDECIDED)) * flags[at] + least
        ]
        calls = [partial(self._most, at, brings, given.get(at, UNDECIDED)) for at in looked_at]
        mosts = run_side_by_side(calls, workers=self.effort.workers)
        found = []
        for at, most in zip(looked_at, mosts, strict=True):
            if reached[at] > most * flags[at] + least:
                columns = self.columns[at]
                values = brings[columns]
                values -= np.where(columns == self.formulation.funded[at], most, 0.0)
                found.append(Cut(columns, values, 0.0, given.get(at, UNDECIDED)))
        return found

    def _given(self, decisions: Decisions) -> dict[int, Decisions]:
        """Sort decisions about pairs by their proposal."""
        given: dict[int, Decisions] = {}
        for flag, value in decisions:
            at = int(self.home[flag])
            if flag != self.formulation.funded[at]:
                given[at] = given.get(at, UNDECIDED) | {(flag, value)}
        return given

    def _known(self, proposal: int, brings: Floats, given: Decisions) -> float:
        """Give the most that any choice brings that was best before."""
        columns = self.columns[proposal]
        most = -np.inf
        for choice in self.choices.get(proposal, ()):
            kept = all(
                (choice[np.searchsorted(columns, flag)] > 0.5) == value for flag, value in given
            )
            if kept:
                most = max(most, float(choice @ brings[columns]))
        return most

    def _by_one(self, brings: Floats) -> Floats:
        """Give what each proposal brings where one pool pays all of it, -inf where none can.

        At a relaxation's prices payers are mostly alike, so that no proposal need be searched of
        which this is all that its values bring.
        """
        at, owner = self.formulation, self.formulation.problem.pairs.proposal
        request, count = at.problem.proposals.request, len(at.total)
        worth = brings[at.money] * request[owner] + brings[at.grant]
        worth[self.model.upper[at.money] < request[owner]] = -np.inf
        best = best_of(worth, owner, count)
        pairs = np.flatnonzero((worth > -np.inf) & (worth == best[owner]))
        paid, first = np.unique(owner[pairs], return_index=True)
        choice = np.zeros(self.model.columns, np.int64)
        choice[at.money[pairs[first]]] = choice[at.total[paid]] = request[paid]
        choice[at.grant[pairs[first]]] = choice[at.funded[paid]] = 1
        total = self.model.activity(choice)
        broken = self.row_home[(total < self.model.low) | (total > self.model.high)]
        outside = self.home[(choice < self.model.lower) | (choice > self.model.upper)]
        best += brings[at.total] * request + brings[at.funded]
        best[broken[broken >= 0]] = best[outside[outside >= 0]] = -np.inf
        return best

    def is_split(self, values: Floats) -> Flags:
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

    def _most(self, proposal: int, brings: Floats, given: Decisions) -> float:
        """Give the most that a proposal can bring where it is funded, or nothing."""
        columns = self.columns[proposal]
        part = self.model.part(columns, self.rows[proposal])
        lower, upper = part.lower.copy(), part.upper.copy()
        for flag, value in given:
            at = np.searchsorted(columns, flag)
            lower[at], upper[at] = (1, upper[at]) if value else (lower[at], 0)
        part = replace(part, lower=lower, upper=upper)
        flags = np.flatnonzero(np.isin(columns, self.formulation.flags))
        relaxed = highs.relax(part, brings[columns], True, flags, self.effort, NODES)
        terms = np.abs(brings[columns]) * part.upper
        safe = SAFE * float(terms.max())
        if relaxed.columns is not None:
            self.choices.setdefault(proposal, []).append(relaxed.columns)
        if given:
            # Where a pair is to pay, there is no nothing: what is left may bring less.
            return relaxed.bound + safe if relaxed.feasible else -safe
        return max(relaxed.bound, 0.0) + safe


def _grouped(owner: Integers, count: int) -> list[Integers]:
    """Give the positions of each owner, in order."""
    order = np.argsort(owner, kind="stable")
    first = np.searchsorted(owner[order], np.arange(count + 1))
    return np.split(order, first)[1:-1]
