"""What a coordinator should hear about a finished plan."""

import numpy as np

from matcher.tables.plan import Plan
from matcher.tables.targets import measure
from matcher.tables.words import amount


def notes_on(plan: Plan) -> list[str]:
    """Give warnings that only a plan can give, as sentences."""
    notes = []
    for target in sorted(plan.problem.round.targets, key=lambda t: t.id):
        if target.of == "awarded" and target.min_share is not None:
            limit, value, _ = measure(plan, target, "min_share", 1)
            tight = value == limit or value - limit < limit / 1000
            left = _left_and_wanted(plan, target.pool)
            if tight and left:
                unspent = amount(left * plan.problem.unit, plan.problem.round.currency)
                notes.append(
                    f"Target {target.id} is a share of the money awarded and binds: money that "
                    f"could have been placed may stay unspent ({unspent} is left)."
                )
    pairs = plan.problem.pairs
    for pair in np.flatnonzero(pairs.accepted & (plan.amounts == 0)):
        pool = plan.problem.pools.ids[pairs.pool[pair]]
        proposal = plan.problem.proposals.ids[pairs.proposal[pair]]
        notes.append(f"The accepted award of pool {pool} to proposal {proposal} is released.")
    return notes


def _left_and_wanted(plan: Plan, pool_id: str | None) -> int:
    """Give the units left in one pool, or in all, that may fund work not paid in full."""
    problem = plan.problem
    unpaid = plan.totals < problem.proposals.request
    wanted = np.zeros(len(problem.pools.ids), np.bool_)
    open_ = problem.pairs.allowed & unpaid[problem.pairs.proposal]
    wanted[problem.pairs.pool[open_]] = True
    if pool_id is not None:
        wanted &= np.array(problem.pools.ids) == pool_id
    return int((problem.pools.budget - plan.spent)[wanted].sum())
