"""A pool with more or less money to give, all else as it is, and what its money can reach."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, Context, Decimal
from fractions import Fraction

import numpy as np

from matcher import money
from matcher.allocation.problem import Problem, budgets_of
from matcher.domain import Pool, Round, Target
from matcher.explaining.missing.stating import with_row

DIGITS = Context(prec=60)
"""Enough digits that an amount turned into a pool's currency comes back as it was."""
STEPS = (Fraction(1, 100), Fraction(5, 100), Fraction(20, 100))
"""The steps that are looked at, as shares of a pool's budget."""


def with_budget(round_: Round, pool_id: str, units: int) -> Round:
    """Give the round in which a pool has exactly so many base minor units to give.

    They are what is left after any hold-back: nothing more is held back of them.
    """
    pool: Pool = round_.pools_by_id[pool_id]
    rate = Fraction(round_.rate(pool.currency)) * 10 ** money.digits_of(round_.currency)
    exact = Fraction(units) / rate
    budget = DIGITS.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    # Up by less than a unit, so that turned back and rounded down it is the same again.
    budget = budget.quantize(Decimal("1e-30"), ROUND_CEILING, DIGITS)
    row = pool.model_copy(update={"budget": budget, "hold_back_share": None})
    changed = with_row(round_, "pool", row)
    if budgets_of(changed)[pool_id] != units:
        raise AssertionError(f"{pool_id}: {units} units do not come back")
    return changed


def usable(problem: Problem, pool_id: str) -> int:
    """Give the most that a pool's pairs could take together, whatever its budget; minor units."""
    pool = problem.pools.ids.index(pool_id)
    here = np.flatnonzero((problem.pairs.pool == pool) & problem.pairs.allowed)
    asked = problem.proposals.request[problem.pairs.proposal[here]]
    return int(np.minimum(asked, problem.pools.most[pool]).sum()) * problem.unit


def steps_of(budget: int, most: int, unit: int) -> list[int]:
    """Give the steps up, in minor units and whole steps of grants, the smallest first.

    Shares of the budget; of what the pool could use at most (`most`) where it has none.
    """
    size = budget or most
    found = {max(unit, money.down(size * share, unit)) for share in STEPS}
    return sorted(found) if size else []


def moving_targets(round_: Round, pool_id: str) -> Iterator[Target]:
    """Give the targets whose bound is a share of money that this pool's budget is part of.

    With more money in the pool they ask for more, or allow more.
    """
    for target in sorted(round_.targets, key=lambda target: target.id):
        shared = target.min_share is not None or target.max_share is not None
        if shared and target.of == "budget" and target.pool in (None, pool_id):
            yield target
