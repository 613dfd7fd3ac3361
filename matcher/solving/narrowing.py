"""A model without what no plan that is good enough can do, as the prices of a relaxation prove it.

What a proposal brings beyond the prices of all rows is a part of the bound. Funding it, or going
without it, brings less; where that is less by more than lies between the bound and what a plan has
to reach, no such plan does so (penalties: Geoffrion, "Lagrangean relaxation for integer
programming", 1974). Where the bound is near, that settles nine proposals of ten, and what is
left is small enough for an exact solver. One column's reduced cost by itself settles little: the
prices of pools are nearly equal, so that it costs nothing to move money from one to another.
"""

from dataclasses import dataclass, replace

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.formulation import Formulation
from matcher.solving.homes import homes_of
from matcher.solving.model import Flags, Floats, LinearModel
from matcher.solving.places import best_of
from matcher.solving.prices import weighed

FEW, WORK, BRIEF = 60, 5.0, 0.5
"""Up to so many undecided proposals an exact solver is asked what is left, and what it may spend,
in its deterministic seconds: most are through in a tenth of one. Where more are undecided it looks
briefly for a plan: the better that is, the fewer are left."""
SAFE = 1e-9
"""By how much, as a share of the bound, more must be lost than may be: sums are in floating
point."""


@dataclass(frozen=True)
class Narrowed:
    """The model that is left, and of how many proposals it says not yet whether they are funded.

    There is no `model` where no plan reaches what is asked.
    """

    model: LinearModel | None
    undecided: int

    @property
    def is_small(self) -> bool:
        """Whether so little is left that an exact solver should be through soon."""
        return self.undecided <= FEW

    @property
    def work(self) -> float:
        """What the exact solver may spend on it, in its deterministic seconds."""
        return WORK if self.is_small else BRIEF


@dataclass(frozen=True)
class _Bringing:
    """What proposals bring beyond prices: at most, at most where funded, and where a pair pays.

    The first two are over the proposals, the last over the pairs.
    """

    most: Floats
    funded: Floats
    paying: Floats


@dataclass(frozen=True)
class Priced:
    """A model with prices of all rows of its compact form, any that are; `costs` are made most.

    `tight` is the compact form, with cuts or without, and the costs are over its columns.
    """

    formulation: Formulation
    model: LinearModel
    tight: CompactModel
    costs: Floats
    prices: Floats

    def narrowed(self, least: float) -> Narrowed:
        """Leave out what plans cannot do of which the costs come to the `least` or more.

        A proposal of which awards are fixed stays open.
        """
        formulation, model = self.formulation, self.model
        bound, reduced = weighed(self.tight, self.costs, self.prices)
        room = bound - least + SAFE * abs(bound)
        brings = _bringing(formulation, self.tight, reduced)
        owner = formulation.problem.pairs.proposal
        open_ = _open(formulation, model)
        # What a proposal that is not funded brings is nothing.
        needed = open_ & (brings.most > room)
        out = open_ & (brings.most - brings.funded > room)
        idle = open_[owner] & (brings.most[owner] - brings.paying > room)
        if room < 0 or np.any(needed & out):
            return Narrowed(None, 0)
        lower, upper = model.lower.copy(), model.upper.copy()
        lower[formulation.funded[needed]] = 1
        upper[formulation.funded[out]] = upper[formulation.total[out]] = 0
        idle |= out[owner]
        upper[formulation.money[idle]] = upper[formulation.grant[idle]] = 0
        if np.any(lower > upper):
            return Narrowed(None, 0)
        undecided = int((open_ & ~needed & ~out).sum())
        return Narrowed(replace(model, lower=lower, upper=upper), undecided)


def _open(formulation: Formulation, model: LinearModel) -> Flags:
    """Say which proposals are nowhere fixed, so that without money they bring nothing."""
    home = homes_of(formulation)
    own = home >= 0
    fixed = np.bincount(home[own], model.lower[own] > 0, len(formulation.funded)) > 0
    fixed[formulation.nearness.owners] = True
    open_: Flags = ~fixed & (model.upper[formulation.funded] > 0)
    return open_


def _bringing(formulation: Formulation, tight: CompactModel, reduced: Floats) -> _Bringing:
    """Say what each proposal brings beyond the prices of rows.

    A pair that pays gives its pool's smallest grant at least, so that what its flag brings is no
    more than a part of that for each unit.
    """
    pairs, proposals = formulation.problem.pairs, formulation.problem.proposals
    money, grant, total = formulation.money, formulation.grant, formulation.total
    owner, home = pairs.proposal, homes_of(formulation)
    own, count = home >= 0, len(total)
    highest = np.maximum(reduced * tight.lower, reduced * tight.upper)
    most: Floats = np.zeros(count)
    np.add.at(most, home[own], highest[own])
    smallest = np.maximum(formulation.problem.pools.least[pairs.pool], 1)
    unit = reduced[money] + np.maximum(reduced[grant], 0.0) / smallest
    unit[tight.upper[money] <= 0] = -np.inf
    best = best_of(unit, owner, count)
    each = best + reduced[total]
    given = np.where(each > 0, proposals.request, np.maximum(proposals.minimum, 1))
    flag = reduced[formulation.funded]
    funded = np.full(count, -np.inf)
    can = np.isfinite(best)
    funded[can] = each[can] * given[can] + flag[can]
    paying = np.full(len(owner), -np.inf)
    pays = np.isfinite(unit)
    less = (best[owner[pays]] - unit[pays]) * smallest[pays]
    paying[pays] = funded[owner[pays]] - less
    return _Bringing(most, funded, paying)
