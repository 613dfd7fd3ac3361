"""Why a pool has money left, in a sentence for its donor, from its own terms and the result."""

from collections.abc import Mapping
from decimal import Decimal

from matcher import money
from matcher.domain import Pool, Round
from matcher.explaining.amounts import amount_text


def why_left(round_: Round, pool: Pool, row: Mapping[str, str]) -> str:
    """Say why no more was awarded, from a pool's row of pools.csv; tells of nobody else."""
    left, grants = Decimal(row["left"]), int(row["grants"])
    if left <= 0:
        return "All of it is awarded."
    if pool.max_grants is not None and grants >= pool.max_grants:
        many = "grant" if pool.max_grants == 1 else "grants"
        return f"The pool makes at most {pool.max_grants} {many}, and has made them."
    units = money.minor(left, round_.currency)
    step = round_.policy.grant_step
    if step is not None and left < step:
        least = amount_text(round_, money.minor(step, round_.currency))
        return f"Awards are made in steps of {least}, and less than that is left."
    if pool.min_grant is not None and _in_pool(round_, pool, units) < pool.min_grant:
        return "What is left is less than the pool's smallest grant."
    return (
        "As far as the search found, nothing else that the pool may fund could take more of it "
        "within the pool's terms, the law and the rules of the round, or it counts for less."
    )


def _in_pool(round_: Round, pool: Pool, units: int) -> Decimal:
    """Give base minor units in the currency of a pool."""
    rate = round_.rate(pool.currency)
    found = money.back(units, round_.currency, pool.currency, rate)
    return money.major(found, pool.currency)
