"""The plan known with what the board has fixed put into it first: where mending starts from."""

import numpy as np

from matcher.allocation.problem import Integers, Problem
from matcher.solving.formulation import Formulation
from matcher.solving.homes import homes_of
from matcher.solving.model import Flags
from matcher.solving.rounding import mended

PASSES = 8
"""How often rows that are passed are looked for: what is taken out may be what another needs."""


def start_of(formulation: Formulation, amounts: Integers) -> Integers:
    """Put pins into the amounts of a plan; what is in their way makes room for them.

    The columns that come out may still miss what rows ask for.
    """
    problem = formulation.problem
    fixed = np.zeros(len(problem.proposals.ids), np.bool_)
    fixed[problem.pairs.proposal[problem.pairs.pinned]] = True
    if fixed.any():
        amounts = _with_room(formulation, _with_pins(problem, amounts, fixed), fixed)
    return mended(formulation, amounts)


def _with_pins(problem: Problem, amounts: Integers, fixed: Flags) -> Integers:
    """Give every pin what it names, or what its proposal needs of it, if it has too little."""
    pairs, pools, proposals = problem.pairs, problem.pools, problem.proposals
    amounts, pinned = amounts.copy(), pairs.pinned
    lacking = pinned & ((amounts == 0) | ((pairs.fixed > 0) & (amounts != pairs.fixed)))
    anew = np.zeros(len(fixed), np.bool_)
    anew[pairs.proposal[lacking]] = True
    amounts[anew[pairs.proposal]] = 0
    count = np.bincount(pairs.proposal[pinned], minlength=len(fixed))
    each = -(-proposals.minimum // np.maximum(count, 1))[pairs.proposal]
    needed = np.minimum(np.maximum(each, pools.least[pairs.pool]), pools.most[pairs.pool])
    mine = pinned & anew[pairs.proposal]
    amounts[mine] = np.where(pairs.fixed > 0, pairs.fixed, np.maximum(needed, 1))[mine]
    return amounts


def _with_room(formulation: Formulation, amounts: Integers, fixed: Flags) -> Integers:
    """Take proposals out of rows that are passed, but for the fixed: the largest first."""
    model, home = formulation.model, homes_of(formulation)
    owner = formulation.problem.pairs.proposal
    for _ in range(PASSES):
        plan = formulation.complete(amounts)
        over = model.activity(plan) - model.high
        gone = np.zeros(len(fixed), np.bool_)
        for row in np.flatnonzero((over > 0) & (model.constraint != "")).tolist():
            at, coefficient = model.row(row)
            adds = coefficient * plan[at] * (home[at] >= 0)
            of = np.bincount(np.maximum(home[at], 0), adds, len(fixed)).astype(np.int64)
            of[fixed] = 0
            order = np.flatnonzero((of > 0) & ~gone)
            order = order[np.argsort(-of[order], kind="stable")]
            enough = np.cumsum(of[order]) - of[order] < int(over[row] - of[gone].sum())
            gone[order[enough]] = True
        if not gone.any():
            break
        amounts[gone[owner]] = 0
    return amounts
