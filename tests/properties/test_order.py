"""Jumps and their reasons, found in arrays, against their definition pair by pair."""

from typing import Any

import numpy as np
from hypothesis import given

from matcher.eligibility import eligibility_of
from matcher.solving import solve_exactly
from matcher.tables.jumps import Jumps, count_passed, jumps_of, lowest_jumps_of
from matcher.tables.plan import Plan
from matcher.tables.why import LIMITS, reasons_of
from matcher.tables.words import say
from tests import oracle
from tests.properties.built import EXACT, many, problem_in

Document = dict[str, Any]
SENTENCES = {constraint: say(f"jump-{constraint}") for constraint in LIMITS}


@many(300)
@given(oracle.tiny_rounds())
def test_jumps_are_every_lower_award_of_a_pool_beside_one_that_waits(document: Document) -> None:
    plan = _plan(document)
    if plan is None:
        return
    expected = _jumps(plan)
    found = jumps_of(plan)
    assert list(zip(found.pair.tolist(), found.passed_pair.tolist(), strict=True)) == expected
    pairs = plan.problem.pairs
    places = [
        (pairs.pool[low], pairs.proposal[low], pairs.proposal[high]) for low, high in expected
    ]
    assert places == sorted(places)
    assert count_passed(plan) == len({passed for _, _, passed in places})


@many(300)
@given(oracle.tiny_rounds())
def test_a_large_round_tells_the_lowest_award_beside_each_one_passed_over(
    document: Document,
) -> None:
    plan = _plan(document)
    if plan is None:
        return
    score, lowest = plan.problem.pairs.score, dict[int, int]()
    for low, high in _jumps(plan):
        lowest[high] = min(low, lowest.get(high, low), key=lambda pair: (score[pair], pair))
    found = lowest_jumps_of(plan)
    assert dict(zip(found.passed_pair.tolist(), found.pair.tolist(), strict=True)) == lowest
    assert len(found) == len(lowest)


@many(300)
@given(oracle.tiny_rounds())
def test_reasons_name_the_first_limit_that_the_move_would_break(document: Document) -> None:
    plan = _plan(document)
    if plan is None:
        return
    jumps = jumps_of(plan)
    for jump, reason in enumerate(reasons_of(plan, jumps)):
        fixed = plan.problem.pairs.pinned | plan.problem.pairs.accepted
        broken = None if fixed[jumps.pair[jump]] else _first_broken(plan, jumps, jump)
        assert (reason if reason in SENTENCES.values() else None) == SENTENCES.get(broken or "")


def _plan(document: Document) -> Plan | None:
    problem = problem_in(document)
    amounts = solve_exactly(problem, EXACT).amounts
    return None if amounts is None else Plan(problem, eligibility_of(problem.round), amounts)


def _jumps(plan: Plan) -> list[tuple[int, int]]:
    """Give the pairs funded and passed over, by pool, funded and passed over."""
    pairs, proposals = plan.problem.pairs, plan.problem.proposals
    found = []
    for low in np.flatnonzero(plan.amounts > 0).tolist():
        for high in np.flatnonzero(pairs.allowed).tolist():
            funded, passed = pairs.proposal[low], pairs.proposal[high]
            if (
                pairs.pool[low] == pairs.pool[high]
                and plan.totals[passed] < proposals.request[passed]
                and proposals.tier[funded] == proposals.tier[passed]
                and pairs.score[low] < pairs.score[high]
            ):
                found.append((low, high))
    return sorted(found, key=lambda jump: (pairs.pool[jump[0]], *jump))


def _first_broken(plan: Plan, jumps: Jumps, jump: int) -> str | None:
    """Try the move itself: the first of C8, C9 and C10 about who was passed over that breaks."""
    pairs, passed = plan.problem.pairs, jumps.passed[jump]
    step = max(1, plan.problem.proposals.minimum[passed] - plan.totals[passed])
    amounts = plan.amounts.copy()
    amounts[jumps.passed_pair[jump]] += step
    amounts[jumps.pair[jump]] = 0
    funded = np.bincount(pairs.proposal, amounts, len(plan.totals)) > 0
    for row in plan.rows:
        about = passed in pairs.proposal[row.money.at] or passed in row.funded.at
        if row.constraint in LIMITS and about:
            value = row.value(amounts, funded)
            if (row.high is not None and value > row.high) or (
                row.low is not None and value < row.low
            ):
                return row.constraint
    return None
