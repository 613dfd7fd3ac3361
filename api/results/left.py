"""Why a pool has money left, in a sentence for its donor, from its own terms and the result."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from matcher import money
from matcher.domain import Pool, Round
from matcher.explaining.amounts import amount_text


def why_left(round_: Round, pool: Pool, row: Mapping[str, str]) -> str:
    """Say why no more was awarded, from a pool's row of pools.csv; tells of nobody else."""
    left, grants = Decimal(row["left"]), int(row["grants"])
    if left <= 0:
        return _all_awarded(round_, pool, Decimal(row["budget"]))
    if pool.max_grants is not None and grants >= pool.max_grants:
        many = "grant" if pool.max_grants == 1 else "grants"
        return f"The pool makes at most {pool.max_grants} {many}, and has made them."
    if pool.min_grant is not None and _in_pool(round_, pool, left) < pool.min_grant:
        return "What is left is less than the pool's smallest grant."
    return (
        "As far as the search found, nothing else that the pool may fund could take more of it "
        "within the pool's terms, the law and the rules of the round, or it counts for less."
    )


def _all_awarded(round_: Round, pool: Pool, budget: Decimal) -> str:
    """Say that nothing is left, but for what makes no whole step of an award."""
    step = round_.policy.grant_step
    free = 1 - Fraction(pool.hold_back_share or 0)
    offered = Fraction(pool.budget) * Fraction(round_.rate(pool.currency)) * free
    cut = offered - Fraction(budget)
    if step is None or cut < Fraction(1, 10 ** money.digits_of(round_.currency)):
        return "All of it is awarded."
    steps = amount_text(round_, money.minor(step, round_.currency))
    return f"All of it is awarded, but for what makes no whole step of {steps}."


def _in_pool(round_: Round, pool: Pool, amount: Decimal) -> Decimal:
    """Give an amount of the base currency in the currency of a pool."""
    units = money.minor(amount, round_.currency)
    rate = round_.rate(pool.currency)
    return money.major(money.back(units, round_.currency, pool.currency, rate), pool.currency)
