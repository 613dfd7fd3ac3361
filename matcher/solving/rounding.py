"""Whole amounts near divisible ones, for the proposals whose own rows they keep."""

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.homes import homes_of, row_homes_of
from matcher.solving.model import Flags, Floats, Integers, LinearModel
from matcher.solving.places import place_in

NOTHING = 1e-3
"""Money, in units, below which there is none."""
PASSES = 8
"""How often rows that are passed are looked for: taking a proposal out may break what needs it."""
ROUNDING = 8
"""Units by which the amounts of a proposal may be off together after rounding."""
OF_GAP = 0.99
"""The part of the gap allowed that divisible money may use up: made whole, it loses a little."""


def rounded(formulation: Formulation, values: Floats) -> Integers:
    """Give whole amounts to the proposals whose own rows keep them; others get nothing.

    Rows that couple proposals may come out broken where they ask for something.
    """
    owner, model = formulation.problem.pairs.proposal, formulation.model
    real = values[formulation.money]
    near = np.rint(real)
    amounts = np.where(np.abs(real - near) <= NOTHING, near, np.floor(real)).astype(np.int64)
    amounts = np.clip(amounts, 0, model.upper[formulation.money])
    wanted = np.rint(values[formulation.total]).astype(np.int64)
    short = wanted - np.bincount(owner, amounts, len(wanted)).astype(np.int64)
    first = np.flatnonzero(place_in(amounts.astype(np.float64), owner) == 0)
    largest = np.full(len(wanted), -1)
    largest[owner[first]] = first
    few = (largest >= 0) & (short != 0) & (np.abs(short) <= ROUNDING)
    few[few] = amounts[largest[few]] + short[few] > 0
    amounts[largest[few]] += short[few]
    return mended(formulation, amounts)


def mended(formulation: Formulation, amounts: Integers) -> Integers:
    """Take the proposals out of whole amounts that break rows of their own or pass shared ones."""
    owner, model = formulation.problem.pairs.proposal, formulation.model
    amounts = np.clip(amounts, 0, model.upper[formulation.money])
    amounts = _within_budgets(formulation, amounts)
    dirty = breaking(formulation, model, formulation.complete(amounts))
    amounts[dirty[owner]] = 0
    return formulation.complete(_without_breakers(formulation, amounts))


def _within_budgets(formulation: Formulation, amounts: Integers) -> Integers:
    """Take the few units that rounding put over a budget off a grant that can spare them."""
    problem = formulation.problem
    pairs, count = problem.pairs, len(problem.pools.ids)
    over = np.bincount(pairs.pool, amounts, count).astype(np.int64) - problem.pools.budget
    total = np.bincount(pairs.proposal, amounts, len(problem.proposals.ids)).astype(np.int64)
    spare = np.minimum(
        amounts - problem.pools.least[pairs.pool],
        (total - problem.proposals.minimum)[pairs.proposal],
    )
    spare[amounts <= 0] = 0
    best = np.full(count, -1)
    first = np.flatnonzero(place_in(spare.astype(np.float64), pairs.pool) == 0)
    best[pairs.pool[first]] = first
    few = np.flatnonzero((over > 0) & (best >= 0))
    few = few[spare[best[few]] >= over[few]]
    amounts[best[few]] -= over[few]
    return amounts


def _without_breakers(formulation: Formulation, amounts: Integers) -> Integers:
    """Take proposals out of coupling rows that are passed, those that add least to a row first."""
    model, home = formulation.model, homes_of(formulation)
    owner = formulation.problem.pairs.proposal
    for _ in range(PASSES):
        plan = formulation.complete(amounts)
        over = model.activity(plan) - model.high
        passed = np.flatnonzero((over > 0) & (model.constraint != ""))
        gone = np.zeros(len(formulation.total), np.bool_)
        for row in passed.tolist():
            at, coefficient = model.row(row)
            adds = coefficient * plan[at] * (home[at] >= 0)
            by_proposal = np.bincount(np.maximum(home[at], 0), adds, len(gone)).astype(np.int64)
            order = np.flatnonzero((by_proposal > 0) & ~gone)
            order = order[np.argsort(by_proposal[order], kind="stable")]
            left = int(over[row] - by_proposal[gone].sum())
            enough = np.cumsum(by_proposal[order]) - by_proposal[order] < left
            gone[order[enough]] = True
        if not gone.any():
            break
        amounts[gone[owner]] = 0
    return amounts


def breaking(formulation: Formulation, model: LinearModel, plan: Integers) -> Flags:
    """Say which proposals break rows of their own."""
    activity = model.activity(plan)
    bad = (activity < model.low) | (activity > model.high)
    dirty = np.zeros(len(formulation.total), np.bool_)
    own = row_homes_of(formulation, model)[bad]
    dirty[own[own >= 0]] = True
    return dirty
