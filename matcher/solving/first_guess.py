"""Which pairs are worth looking at first, guessed from market prices.

A wrong guess costs time and nothing else: sifting takes in whatever was missed.
"""

import numpy as np

from matcher.allocation.problem import Problem
from matcher.solving.formulation import Formulation
from matcher.solving.kin import kin_of
from matcher.solving.market import Market
from matcher.solving.model import Flags, Floats, Integers
from matcher.solving.places import best_of, place_in

FEW = 12
"""Pairs of each proposal that are looked at first."""
MARGIN = 0.1
"""How far under its price a proposal may be to be looked at first, as a share of usual worth."""
COVERED = 3.0
"""How many times the money of each pool first pairs can spend."""
SPREAD = 0.05
"""By how much pairs of like price are shuffled, so that no pool is overlooked: the same share."""


def first_pairs(formulation: Formulation, market: Market, seed: int) -> Flags:
    """Say which pairs to look at first.

    A proposal is looked at with its kin, and with enough of its pairs to be funded: what can get
    nothing for want of a column has no price, and a made-up one bounds nothing.
    """
    problem = formulation.problem
    owner, worth = problem.pairs.proposal, market.worth
    shuffle = np.random.default_rng(seed).random(len(worth)) * SPREAD * market.usual
    few = place_in(worth + shuffle, owner) < FEW
    also = _enough(problem, worth, formulation.model.upper[formulation.money])
    also |= problem.pairs.pinned | problem.pairs.accepted
    if formulation.near is not None:
        also |= formulation.near.earlier > 0
    looked_at = best_of(worth, owner, len(problem.proposals.ids)) > -MARGIN * market.usual
    looked_at[owner[also]] = True
    kin = kin_of(formulation)
    of_kin = np.zeros(len(kin), np.bool_)
    of_kin[kin[looked_at]] = True
    return also | (few & of_kin[kin][owner])


def _enough(problem: Problem, worth: Floats, most: Integers) -> Flags:
    """Say which pairs of each pool are worth most, until they could spend far more than it has.

    A pool that is left with money to spare would seem to be free, and call every pair it has.
    """
    pool = problem.pairs.pool
    order = np.lexsort((-worth, pool))
    spent = np.cumsum(most[order])
    first = np.searchsorted(pool[order], pool[order])
    before = spent - most[order] - (spent - most[order])[first]
    enough = np.zeros(len(pool), np.bool_)
    enough[order] = before < COVERED * problem.pools.budget[pool[order]]
    return enough & (most > 0)
