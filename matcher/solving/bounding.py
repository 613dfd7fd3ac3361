"""A bound on a level: prices guessed by a market, the compact relaxation, and cuts that follow.

The relaxation holds every row of the model, so that no plan can pass what it proves. Cuts follow
from organisations and proposals being funded whole or not at all. A vast round is bounded from
inside (ADR 0009).
"""

from dataclasses import dataclass, replace
from functools import cached_property, partial
from time import monotonic

import numpy as np

from matcher.allocation.problem import LARGE
from matcher.solving.caps import Cap, caps_of, cuts_of
from matcher.solving.compact import CompactModel, compact
from matcher.solving.cp_sat import Effort
from matcher.solving.cuts import Cut
from matcher.solving.decided import DecidedRelaxation
from matcher.solving.first_guess import first_pairs
from matcher.solving.formulation import Formulation
from matcher.solving.interior import InteriorRelaxation
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.market import Market, cleared
from matcher.solving.model import Integers, LinearModel
from matcher.solving.prices import proven_by, weighed
from matcher.solving.proposal_cuts import ProposalCuts
from matcher.solving.tree import Tree

CLOSE, CLOSE_TO_GAP, OF_LARGE = 1e-5, 0.02, 0.1
"""How near a bound is to be to the relaxation's value, as a share of it and of the gap allowed, and
of large rounds: the last pairs called make prices better, but cost the more the more there are."""


@dataclass(frozen=True)
class Bounding:
    """What is bounded: the most that `upwards`, whole numbers, come to on a model.

    Prices are guessed for the `guide`. Where the round is `small`, all its pairs are looked at from
    the start; where it is `vast`, it is bounded from inside.
    """

    formulation: Formulation
    model: LinearModel
    upwards: Integers
    guide: Integers
    effort: Effort
    small: bool
    vast: bool

    @cached_property
    def tight(self) -> CompactModel:
        """The model without the flags that a relaxation does not need."""
        return compact(self.formulation, self.model)

    @cached_property
    def reach(self) -> float:
        """What columns allow by their bounds alone."""
        costs = self.tight.costs(self.upwards)
        return weighed(self.tight, costs, np.zeros_like(self.tight.low))[0]

    @property
    def close(self) -> float:
        """How near to the relaxation's value a bound is to be, as a share of it."""
        large = len(self.formulation.money) > LARGE
        return max(CLOSE, (OF_LARGE if large else CLOSE_TO_GAP) * self.effort.gap)

    def market(self, deadline: float) -> Market | None:
        """Guess prices; None for a small round: all of its pairs are sooner looked at."""
        if self.small:
            return None
        return cleared(self.formulation, self.tight, self.tight.costs(self.guide), deadline)

    def guessed(self, market: Market | None) -> float:
        """Bound the guide before any relaxation is solved: by columns alone, and by the market.

        Its prices are tried with and without those of rows that may be missed, as soft targets':
        where such a price is a little off, missing the row seems to bring much.
        """
        if market is None:
            return self.reach
        tight, costs = self.tight, self.tight.costs(self.guide)
        missed = np.isin(tight.column, tight.shortfall)
        eased = np.zeros(len(tight.low), np.bool_)
        eased[tight.row[missed]] = True
        none, at_once = np.zeros(len(tight.upper), np.bool_), len(tight.money)
        tried = [
            proven_by(prices, tight, costs, none, at_once).bound
            for prices in (market.prices, np.where(eased, 0.0, market.prices))
        ]
        return min(self.reach, *tried)

    def bounded(self, market: Market | None, deadline: float) -> tuple[Relaxation, Linear]:
        """Bound the goal, with cuts, from what the market guesses; without one, from all pairs."""
        left = replace(self.effort, seconds=deadline - monotonic())
        first = self.tight.upper[self.formulation.money] > 0
        if market is not None:
            first = first_pairs(self.formulation, market, self.effort.seed)
        kind = InteriorRelaxation if self.vast else Relaxation
        relaxation = kind(self.tight, self.tight.costs(self.upwards), first, left)
        if market is not None:
            relaxation.cut(self._broken_by(market))
        alone = None
        if len(self.formulation.money) <= LARGE:
            cuts = ProposalCuts.of(self.formulation, self.model, left)
            alone = partial(cuts.missed, relaxation.costs)
        return relaxation, relaxation.bound(self.close, self._of_caps, alone)

    def tree(self, relaxation: Relaxation, bound: float, deadline: float) -> Tree:
        """Plant a search tree, on a relaxation of its own with the rows of one that was solved."""
        at, left = self.formulation, replace(self.effort, seconds=deadline - monotonic())
        model, costs = relaxation.model, relaxation.model.costs(self.upwards)
        decided = DecidedRelaxation(at, model, costs, model.upper[at.money] > 0, left)
        alone = ProposalCuts.of(at, self.model, replace(left, workers=1))
        return Tree(at, decided, self._of_caps, alone, bound, self.close)

    def _broken_by(self, market: Market) -> list[Cut]:
        """Give the cuts of organisations' caps that the market breaks."""
        values = np.zeros(len(self.tight.upper))
        values[self.formulation.total] = market.totals
        request = np.maximum(self.formulation.problem.proposals.request, 1)
        values[self.formulation.funded] = market.totals / request
        return cuts_of(self.formulation, self.tight, self._caps, values)

    def _of_caps(self, model: CompactModel, linear: Linear) -> list[Cut]:
        return cuts_of(self.formulation, model, self._caps, linear.columns)

    @cached_property
    def _caps(self) -> list[Cap]:
        return caps_of(self.formulation)
