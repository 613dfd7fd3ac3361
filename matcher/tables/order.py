"""out_of_order.csv: where a pool funds a lower-scored proposal while a higher-scored one waits."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction

import numpy as np

from matcher import money
from matcher.allocation.problem import LARGE, NO_TIER, SCALE, Integers, Problem
from matcher.allocation.rows import soft_bounds
from matcher.allocation.wish import Correct, Wish, kept_rows
from matcher.tables.jumps import Jumps, jumps_of, lowest_jumps_of
from matcher.tables.plan import Plan
from matcher.tables.why import reasons_of
from matcher.tables.words import say, score

COSTED = 30
"""For so many proposals passed over, highest score first, the cost of correcting is worked out."""


def order_columns(
    plan: Plan, correct: Correct | None, workers: int = 1
) -> Mapping[str, Sequence[str]]:
    """Give the columns of the table: a row for each jump, by pool, funded and passed over.

    In a large round there is one jump for each pool and proposal passed over, without its cost;
    else the costs are worked out where `correct` is given.
    """
    problem = plan.problem
    large = len(problem.pairs) > LARGE
    jumps = lowest_jumps_of(plan) if large else jumps_of(plan)
    costs = _costs(plan, jumps, correct, workers) if correct and not large else {}
    pools, proposals = np.array(problem.pools.ids, object), np.array(problem.proposals.ids, object)
    values, at = np.unique(problem.pairs.score, return_inverse=True)
    scores = np.array([score(value) for value in values.tolist()], object)
    return {
        "pool_id": pools[jumps.pool].tolist(),
        "funded_instead": proposals[jumps.funded].tolist(),
        "passed_over": proposals[jumps.passed].tolist(),
        "score_funded_instead": scores[at[jumps.pair]].tolist(),
        "score_passed_over": scores[at[jumps.passed_pair]].tolist(),
        "why": reasons_of(plan, jumps),
        "cost_of_correcting": [costs.get(passed, "") for passed in jumps.passed.tolist()],
    }


def _costs(plan: Plan, jumps: Jumps, correct: Correct, workers: int) -> dict[int, str]:
    """Say what funding a passed-over proposal in full would cost in merit of its tier, at most.

    Proposals paid by a pool that may fund it, and those of its organisation, may change; the
    others keep their awards, and neither soft targets nor earlier tiers may lose by it.
    """
    problem, pairs = plan.problem, plan.problem.pairs
    passed = np.unique(jumps.passed)
    passed = passed[np.argsort(-problem.proposals.score[passed], kind="stable")]
    soft = soft_bounds(problem)
    rows = [*plan.rows, *kept_rows(soft, plan.amounts, plan.totals > 0)]
    organisation = np.array(problem.proposals.organisation)
    tiers = problem.proposals.tier
    first, last = tiers.min(initial=NO_TIER), tiers.max(initial=0)

    def cost_of(proposal: int) -> str:
        here = plan.pairs_of(proposal)
        pools = pairs.pool[here[pairs.allowed[here]]]
        near = pairs.proposal[(plan.amounts > 0) & np.isin(pairs.pool, pools)]
        own = np.flatnonzero(organisation == organisation[proposal])
        moving = np.union1d(near, own)
        found = correct(Wish(problem, plan.amounts, rows, proposal, moving))
        if found is not None and found.cost is not None:
            merit = f"{round(float(found.cost), 2):.2f}"
            if first == last:
                return say("correcting-at-most", merit=merit)
            mine = int(tiers[proposal])
            tier = "none" if mine == NO_TIER else mine
            return say("correcting-at-most-tier", merit=merit, tier=tier)
        if found is not None and found.impossible:
            held = (("targets", bool(soft)), ("tiers", bool(tiers[proposal] > first)))
            named = "-".join(name for name, there in held if there)
            return say("correcting-impossible", kept=named or "awards")
        return ""

    with ThreadPoolExecutor(workers) as pool:
        tried = passed[:COSTED].tolist()
        return dict(zip(tried, pool.map(cost_of, tried), strict=True))


def merit_of(problem: Problem, amounts: Integers) -> Fraction:
    """Give the merit of a plan over all tiers, as the policy values it."""
    products = problem.pairs.score.astype(object) * amounts.astype(object)
    if problem.round.policy.value == "per_project":
        request = problem.proposals.request[problem.pairs.proposal]
        paid = np.flatnonzero(amounts)
        total = sum((Fraction(int(products[e]), int(request[e])) for e in paid), Fraction())
        return total / SCALE
    digits = money.digits_of(problem.round.currency)
    return Fraction(int(products.sum()) * problem.unit, SCALE * 10**digits)
