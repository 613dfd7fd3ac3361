"""out_of_order.csv: where a pool funds a lower-scored proposal while a higher-scored one waits."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import numpy as np

from matcher import money
from matcher.allocation.problem import SCALE, Integers, Problem
from matcher.allocation.rows import Row, SoftBound, soft_bounds
from matcher.tables.plan import Plan
from matcher.tables.words import score

Cells = dict[str, str]
COSTED = 60
"""For so many proposals passed over, highest score first, the cost of correcting is worked out."""


class Correcting(Protocol):
    """What a correction comes to: see `solving.correction.Correction`."""

    @property
    def cost(self) -> Fraction | None:
        """Give the merit that its tier loses at most, None where no plan was found."""

    @property
    def impossible(self) -> bool:
        """Say whether it is proven that there is no plan."""


class Corrected(Protocol):
    """How the cost of a correction is found: see `solving.correction.cost_of_funding`."""

    def __call__(
        self,
        problem: Problem,
        amounts: Integers,
        proposal: int,
        moving: Integers,
        rows: Sequence[Row],
        soft: Sequence[SoftBound],
        /,
    ) -> Correcting | None:
        """Fund `proposal` in full, changing only `moving`; None where it was not tried."""


@dataclass(frozen=True)
class Jump:
    """A pool pays `funded`, scored lower, while `passed`, which it may fund, is not paid in full.

    All are positions in the problem; `pair` and `passed_pair` are those of the pool with each.
    """

    pool: int
    funded: int
    passed: int
    pair: int
    passed_pair: int


def jumps_of(plan: Plan) -> list[Jump]:
    """Find every pair of proposals out of order, by pool, passed over and funded instead."""
    pairs, proposals = plan.problem.pairs, plan.problem.proposals
    unpaid = plan.totals < proposals.request
    found = []
    for pool in range(len(plan.problem.pools.ids)):
        here = np.flatnonzero(pairs.pool == pool)
        paid = here[plan.amounts[here] > 0]
        waiting = here[pairs.allowed[here] & unpaid[pairs.proposal[here]]]
        for high in waiting:
            lower = paid[
                (pairs.score[paid] < pairs.score[high])
                & (proposals.tier[pairs.proposal[paid]] == proposals.tier[pairs.proposal[high]])
            ]
            found += [
                Jump(pool, int(pairs.proposal[low]), int(pairs.proposal[high]), int(low), int(high))
                for low in lower
            ]
    return found


def order_rows(
    plan: Plan, jumps: Sequence[Jump], correct: Corrected | None, workers: int = 1
) -> list[Cells]:
    """Give a row for each jump, by pool, funded and passed over; costs where `correct` is given."""
    problem = plan.problem
    costs = _costs(plan, jumps, correct, workers) if correct else {}
    rows = [
        {
            "pool_id": problem.pools.ids[jump.pool],
            "funded_instead": problem.proposals.ids[jump.funded],
            "passed_over": problem.proposals.ids[jump.passed],
            "score_funded_instead": score(int(problem.pairs.score[jump.pair])),
            "score_passed_over": score(int(problem.pairs.score[jump.passed_pair])),
            "why": _why(plan, jump),
            "cost_of_correcting": costs.get(jump.passed, ""),
        }
        for jump in jumps
    ]
    return sorted(rows, key=lambda r: (r["pool_id"], r["funded_instead"], r["passed_over"]))


def _costs(plan: Plan, jumps: Sequence[Jump], correct: Corrected, workers: int) -> dict[int, str]:
    """Say what funding a passed-over proposal in full would cost in merit of its tier, at most.

    Proposals paid by a pool that may fund it, and those of its organisation, may change; the
    others keep their awards.
    """
    problem, pairs = plan.problem, plan.problem.pairs
    passed = sorted({j.passed for j in jumps}, key=lambda j: (-problem.proposals.score[j], j))
    soft = soft_bounds(problem)
    organisation = np.array(problem.proposals.organisation)

    def cost_of(proposal: int) -> str:
        pools = {int(pairs.pool[e]) for e in plan.pairs_of[proposal] if pairs.allowed[e]}
        near = pairs.proposal[(plan.amounts > 0) & np.isin(pairs.pool, list(pools))]
        own = np.flatnonzero(organisation == organisation[proposal])
        moving = np.union1d(near, own)
        found = correct(problem, plan.amounts, proposal, moving, plan.rows, soft)
        if found is None:
            return ""
        if found.cost is not None:
            return f"at most {round(float(found.cost), 2):.2f}"
        if found.impossible:
            return "not possible while other pools' awards stay as they are"
        return "no plan found that corrects it"

    with ThreadPoolExecutor(workers) as pool:
        return dict(zip(passed, pool.map(cost_of, passed[:COSTED]), strict=False))


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


def _why(plan: Plan, jump: Jump) -> str:
    """Name the first thing that keeps the pool's money from moving over."""
    problem = plan.problem
    pools, pairs, proposals = problem.pools, problem.pairs, problem.proposals
    if pairs.pinned[jump.pair] or pairs.accepted[jump.pair]:
        return "the lower award was fixed by the board or accepted before"
    has = int(plan.totals[jump.passed])
    for row in plan.limits_of[jump.passed]:
        if _would_break(plan, row, jump):
            return {
                "C8": "its organisation has reached its cap",
                "C9": "an alternative to it is funded",
                "C10": "a proposal that it requires is not funded",
            }[row.constraint]
    payers = [e for e in plan.pairs_of[jump.passed] if plan.amounts[e] > 0]
    if jump.passed_pair not in payers and len(payers) >= int(proposals.funders[jump.passed]):
        return "it has as many funders as it may have"
    already = int(plan.amounts[jump.passed_pair])
    if already >= int(pools.most[jump.pool]):
        return "it has the pool's largest grant already"
    company = [int(pairs.pool[e]) for e in payers if pairs.pool[e] != jump.pool]
    if _apart(problem, jump.pool, company):
        return "the pool does not fund beside the funders it has"
    freed = int(plan.amounts[jump.pair] + pools.budget[jump.pool] - plan.spent[jump.pool])
    least = max(int(proposals.minimum[jump.passed]) - has, int(pools.least[jump.pool]) - already)
    if freed < least:
        return (
            f"the {plan.shown(freed)} freed would be less than the {plan.shown(least)} "
            "it could work with"
        )
    if pools.share[jump.pool] < 1:
        return "the pool's largest share of a project stands in the way"
    if problem.round.targets:
        return "a target, or money better spent elsewhere by the same move"
    return "the money would leave better-scored work short elsewhere"


def _apart(problem: Problem, pool: int, others: Sequence[int]) -> bool:
    pools = problem.pools
    ends = set(pools.apart)
    return bool(others) and (
        bool(pools.alone[pool])
        or any(pools.alone[q] or (min(pool, q), max(pool, q)) in ends for q in others)
    )


def _would_break(plan: Plan, row: Row, jump: Jump) -> bool:
    """Say whether one more unit, or a first award, for the passed-over proposal breaks a row."""
    amounts = plan.amounts.copy()
    step = max(1, int(plan.problem.proposals.minimum[jump.passed] - plan.totals[jump.passed]))
    amounts[jump.passed_pair] += step
    amounts[jump.pair] = 0
    totals = np.bincount(plan.problem.pairs.proposal, amounts, len(plan.totals)) > 0
    value = row.value(amounts, totals)
    return (row.high is not None and value > row.high) or (row.low is not None and value < row.low)
