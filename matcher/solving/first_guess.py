"""Which pairs are worth looking at first, guessed from the prices of a small sample.

The prices of pools hardly depend on who exactly applies: a share of the proposals with the same
share of every budget comes to nearly the same ones, in a small part of the time. A wrong guess
costs time and nothing else: sifting takes in whatever was missed.
"""

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, narrowed_rows
from matcher.solving.compact import CompactModel, compact
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.linear import Relaxation, weighed
from matcher.solving.model import Flags, Floats
from matcher.solving.objectives import WholeObjective, objectives_of

FEW = 16
"""Pairs of each proposal that are looked at first."""
SMALL = 60_000
"""Up to so many pairs no sample is taken."""
SAMPLE = Fraction(1, 5)
"""The share of the proposals in a sample."""
EASED = Fraction(9, 10)
"""A sample asks for so much of what a floor asks for: it may by chance be short of such work."""
MARGIN = 0.06
"""How far under its price a proposal may be to be looked at first, as a share of usual prices."""
SPREAD = 0.1
"""By how much pairs of like price are shuffled, so that no pool is overlooked: the same share."""
SCALED = ("C1", "C4", "C11")


def first_pairs(
    formulation: Formulation,
    model: CompactModel,
    goal: WholeObjective,
    position: int,
    effort: Effort,
) -> Flags:
    """Say which pairs to look at first for the objective at `position`, which `goal` is."""
    problem = formulation.problem
    if len(problem.pairs) <= SMALL:
        return _of_pools_in_least_demand(problem)
    prices = _prices(formulation, model, position, goal.factor, effort)
    costs = model.costs(goal.coefficients * (1 if goal.most else -1))
    _, reduced = weighed(model, costs, prices)
    worth = reduced[formulation.money] + reduced[formulation.total][problem.pairs.proposal]
    usual = float(np.median(prices[prices > 0])) if (prices > 0).any() else 1.0
    shuffle = np.random.default_rng(effort.seed).random(len(worth)) * SPREAD * usual
    best = np.full(len(problem.proposals.ids), -np.inf)
    np.maximum.at(best, problem.pairs.proposal, worth)
    first = _best_few(problem, worth + shuffle) & (best > -MARGIN * usual)[problem.pairs.proposal]
    return first | problem.pairs.pinned | problem.pairs.accepted


def _of_pools_in_least_demand(problem: Problem) -> Flags:
    pairs = problem.pairs
    request = problem.proposals.request[pairs.proposal].astype(np.float64)
    choices = np.bincount(pairs.proposal, minlength=len(problem.proposals.ids))
    asked = np.bincount(
        pairs.pool, request / choices[pairs.proposal], minlength=len(problem.pools.ids)
    )
    plenty = problem.pools.budget / np.maximum(asked, 1.0)
    return _best_few(problem, plenty[pairs.pool]) | pairs.pinned | pairs.accepted


def _best_few(problem: Problem, worth: Floats) -> Flags:
    """Say which pairs are among the few of their proposal that are worth most."""
    order = np.lexsort((-worth, problem.pairs.proposal))
    owner = problem.pairs.proposal[order]
    few = np.zeros(len(order), np.bool_)
    few[order[np.arange(len(order)) - np.searchsorted(owner, owner) < FEW]] = True
    return few


def _prices(
    formulation: Formulation, model: CompactModel, position: int, factor: Fraction, effort: Effort
) -> Floats:
    """Solve a sample and give its prices as prices of the rows of the whole."""
    small = _sample(formulation, effort.seed)
    goal = objectives_of(small)[position].whole(small.model.upper)
    tight = compact(small, small.model)
    costs = tight.costs(goal.coefficients) * (1.0 if goal.most else -1.0)
    first = _of_pools_in_least_demand(small.problem)
    found = Relaxation(tight, costs, first, effort).bound()
    coupling = np.full(small.model.rows, 0.0)
    coupling[tight.origin] = found.prices * float(goal.factor / factor)
    shared = np.zeros(formulation.model.rows)
    shared[formulation.coupling] = coupling[small.coupling]
    return shared[model.origin]


def _sample(formulation: Formulation, seed: int) -> Formulation:
    """Formulate a share of the proposals with the same share of what they compete for."""
    problem = formulation.problem
    count, share = len(problem.proposals.ids), SAMPLE
    drawn = np.random.default_rng(seed).permutation(count)[: int(count * share)]
    proposals = np.sort(drawn)
    sample, kept = problem.narrowed(proposals)
    nothing, nobody = np.zeros(len(problem.pairs), np.int64), np.zeros(count, np.bool_)

    def narrowed(rows: Sequence[Row]) -> list[Row]:
        return narrowed_rows(rows, kept, proposals, nothing, nobody)

    hard = [_scaled(row, share) for row in narrowed(formulation.rows)]
    of_soft = narrowed([bound.row for bound in formulation.soft])
    soft = [
        replace(bound, row=row, limit=Fraction(int(bound.limit * share)))
        for bound, row in zip(formulation.soft, of_soft, strict=True)
    ]
    budget = (problem.pools.budget * float(share)).astype(np.int64)
    sample = replace(sample, pools=replace(sample.pools, budget=budget))
    return formulate(sample, rows=hard, soft=soft)


def _scaled(row: Row, share: Fraction) -> Row:
    if row.constraint not in SCALED:
        return row
    low = None if row.low is None else int(row.low * share * EASED)
    return replace(row, low=low, high=None if row.high is None else int(row.high * share))
