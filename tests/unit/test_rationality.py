"""Which pools could do better by themselves, against all plans of tiny rounds. All is made up."""

from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.explaining.audit.document import document_of_rationality
from matcher.explaining.audit.rationality import Blocked, Rationality, rationality
from matcher.explaining.audit.utility import utilities_of
from matcher.explaining.audit.words import said_of_rationality
from matcher.explaining.solves.base import Base, base_of
from matcher.verify import verify_awards
from matcher.wording.catalogue import catalogue_of
from tests import oracle
from tests.properties.built import made_up_round, problem_in, round_of

EXACT = Options(gap=0, seconds=60, workers=1)
EITHER = ("1 blocked", "1 content", "2 blocked", "2 content")
"""What is counted of pools and of pairs."""
Document = dict[str, Any]
Awards = dict[tuple[str, str], int]


def silent(_words: str) -> None:
    """Hear what is being done, and do nothing."""


def base_in(document: Document, given: Awards | None = None) -> Base:
    """Give the base of a document's round, with awards given or those of its best plan."""
    round_ = round_of(document)
    awards = dict(match(round_, EXACT).awards) if given is None else given
    base = base_of(round_, awards, EXACT, silent)
    assert base is not None
    return base


def audited(document: Document, given: Awards | None = None) -> Rationality:
    return rationality(base_in(document, given), silent)


def without_others(document: Document, pools: Sequence[str]) -> Document:
    """Give the document of a round of these pools alone, as rationality_alone says it."""
    mine = deepcopy(document)
    mine["pools"] = [row for row in document["pools"] if row["pool_id"] in pools]
    mine["pairs"] = [
        row for row in document.get("pairs", []) if row.get("pool_id") in (None, "", *pools)
    ]
    mine["round"]["targets"] = [
        row
        for row in document["round"].get("targets", [])
        if row.get("pool") in pools and row.get("strictness", "hard") == "hard"
    ]
    return mine


def utility(document: Document, pool: str, awards: Awards) -> Fraction:
    """Give U_p by the definition, from what the oracle reads."""
    read = oracle.read(document)
    total = Fraction(0)
    for (_, proposal), amount in awards.items():
        if (pool, proposal) in read.awardable:
            size = read.proposals[proposal].request if read.per_project else read.major
            total += read.scores[pool, proposal] * Fraction(amount, size)
    return total


def best_alone(document: Document, pools: Sequence[str], now: Awards) -> Fraction | None:
    """Give the most of the utilities together by which each does better, None without any."""
    mine = without_others(document, pools)
    found = None
    before = [utility(document, pool, now) for pool in pools]
    for awards in oracle.feasible_awards(mine):
        then = [utility(document, pool, awards) for pool in pools]
        if all(after > earlier for after, earlier in zip(then, before, strict=True)):
            found = max(sum(then, Fraction(0)), found or Fraction(0))
    return found


def agrees(document: Document, given: Awards, seen: Counter[str]) -> None:
    """Compare every pool and every pair with all plans that there are."""
    found = audited(document, given)
    assert found.unknown == ()
    for pool, now in found.now.items():
        assert now == utility(document, pool, given)
    alone = {blocked.pool_ids: blocked for blocked in found.alone}
    together = {blocked.pool_ids: blocked for blocked in found.together}
    for count, blocked in ((1, alone), (2, together)):
        for pools in combinations(sorted(found.now), count):
            best = best_alone(document, pools, given)
            is_pair_of_singles = best is not None and all((pool,) in alone for pool in pools)
            if (
                pools not in blocked
                and count == 2
                and is_pair_of_singles
                and apart(document, pools)
            ):
                seen["pair told as two"] += 1
                continue
            assert (pools in blocked) == (best is not None), pools
            seen[f"{count} {'blocked' if best is not None else 'content'}"] += 1
            if best is not None:
                holds(document, blocked[pools], best, given)


def apart(document: Document, pools: Sequence[str]) -> bool:
    awardable = oracle.read(document).awardable
    first, second = ({j for p, j in awardable if p == pool} for pool in pools)
    return not first & second


def holds(document: Document, blocked: Blocked, best: Fraction, given: Awards) -> None:
    """Check what is told of a plan alone."""
    assert blocked.exact
    assert blocked.most == best == sum(gain.then for gain in blocked.gains)
    assert oracle.check(without_others(document, blocked.pool_ids), blocked.awards) == []
    for gain in blocked.gains:
        assert gain.now == utility(document, gain.pool_id, given)
        assert gain.then == utility(document, gain.pool_id, dict(blocked.awards)) > gain.now


def try_rounds(numbers: range) -> Counter[str]:
    seen: Counter[str] = Counter()
    for number in numbers:
        dice = Random(number)
        document = oracle.random_round(dice)
        if len(document["pools"]) < 2:
            continue
        plans = oracle.feasible_awards(document)
        if not plans:
            continue
        given = dict(match(round_of(document), EXACT).awards)
        for awards in (given, dict(dice.choice(plans))):
            agrees(document, awards, seen)
    return seen


def test_pools_and_pairs_told_are_those_that_all_plans_show() -> None:
    seen = try_rounds(range(40))
    assert min(seen[name] for name in EITHER) >= 8


@pytest.mark.slow
def test_pools_and_pairs_told_are_those_that_all_plans_show_in_many_rounds() -> None:
    seen = try_rounds(range(1000, 1600))
    assert min(seen[name] for name in EITHER) >= 200


def freed(document: Document) -> Document:
    """Take away what the guarantee does not stand with: see rationality."""
    mine = deepcopy(document)
    mine["round"].pop("targets", None)
    for name in ("max_proposals_per_organisation", "max_amount_per_organisation"):
        mine["round"].get("policy", {}).pop(name, None)
    mine["round"].get("policy", {}).pop("max_award_to_budget", None)
    for row in mine["proposals"]:
        for name in ("tier", "alternatives", "requires"):
            row.pop(name, None)
    mine["pairs"] = [
        row for row in mine.get("pairs", []) if row.get("status") in ("forbid", "conflict")
    ]
    for row in mine["pairs"]:
        for name in ("score", "payer_preference", "amount"):
            row.pop(name, None)
    return mine


def none_is_blocked_alone(numbers: range) -> int:
    """Look at the best plans of rounds for which it is guaranteed; give in how many money is short.

    There the requests are more than the budgets, so that pools have something to lose.
    """
    short = 0
    for number in numbers:
        document = freed(oracle.random_round(Random(f"freed {number}")))
        problem = problem_in(document)
        assert audited(document).alone == ()
        short += int(problem.proposals.request.sum()) > int(problem.pools.budget.sum())
    return short


def test_with_common_scores_and_no_tiers_targets_or_shared_limits_none_is_blocked_alone() -> None:
    # Minima, grant sizes and counts, ceilings, numbers of funders and company are all in here.
    assert none_is_blocked_alone(range(60)) >= 20


@pytest.mark.slow
def test_none_is_blocked_alone_in_many_rounds() -> None:
    assert none_is_blocked_alone(range(60, 1000)) >= 200


def two_pools(**more: Any) -> Document:
    """Give pools P and Q of 100, and proposals A (80) and B (90) of 100 from one organisation."""
    return made_up_round(
        [
            {"pool_id": "P", "budget": "100", "sectors": "111"},
            {"pool_id": "Q", "budget": "100", "sectors": "112"},
        ],
        [
            {"proposal_id": "A", "score": "80", "requested": "100", "sector": "11110"},
            {"proposal_id": "B", "score": "90", "requested": "100", "sector": "11220"},
        ],
        **more,
    )


def test_a_cap_of_an_organisation_can_block_a_pool() -> None:
    # One award to an organisation: B brings 90 x 100 = 9,000, and P alone would buy A for 8,000.
    capped = audited(two_pools(policy={"max_proposals_per_organisation": "1"}))
    (blocked,) = capped.alone
    (gain,) = blocked.gains
    assert (gain.pool_id, gain.now, gain.then) == ("P", Fraction(0), Fraction(8000))
    assert dict(blocked.awards) == {("P", "A"): 10000}
    assert audited(two_pools()).alone == ()


def test_a_target_of_the_round_can_block_a_pool() -> None:
    target = {"id": "less-of-a", "where": {"proposal": ["A"]}, "max_amount": "50"}
    (blocked,) = audited(two_pools(targets=[target])).alone
    assert blocked.pool_ids == ("P",)
    # Within the pool it is a term of its money, which it keeps alone.
    assert audited(two_pools(targets=[target | {"pool": "P"}])).alone == ()


def jointly_payable() -> Document:
    """Give pools P and Q of 100 with A and B of 100 at 80, one for each, and C for both."""
    return made_up_round(
        [
            {"pool_id": "P", "budget": "100", "sectors": "111;311"},
            {"pool_id": "Q", "budget": "100", "sectors": "112;311"},
        ],
        [
            {"proposal_id": "A", "score": "80", "requested": "100", "sector": "11110"},
            {"proposal_id": "B", "score": "80", "requested": "100", "sector": "11220"},
            {"proposal_id": "C", "score": "60", "requested": "150", "sector": "31110"},
        ],
    )


def test_two_pools_that_only_together_can_pay_a_project_are_told_together() -> None:
    # C needs 150 of 200, scored 60 (9,000); the plan pays A at 80 for P and B at 80 for Q, each of
    # 100 by itself, 8,000 to each pool: together C would give each 9,000.
    found = audited(jointly_payable())
    assert found.alone == ()
    (blocked,) = found.together
    assert [(gain.now, gain.then) for gain in blocked.gains] == [
        (Fraction(8000), Fraction(9000))
    ] * 2
    assert {proposal for _, proposal in blocked.awards} == {"C"}
    assert (found.pairs, found.apart, found.searched) == (1, 0, 1)


def test_pairs_that_a_bound_excludes_are_not_searched() -> None:
    found = audited(two_pools())
    assert (found.pairs, found.apart, found.searched) == (1, 1, 0)


def test_what_time_leaves_open_is_told_as_unknown() -> None:
    base = base_in(two_pools(policy={"max_proposals_per_organisation": "1"}))
    found = rationality(replace(base, deadline=0.0), silent)
    assert (found.alone, found.unknown) == ((), (("P",),))


@pytest.mark.parametrize("number", range(0, 60, 3))
def test_no_plan_makes_more_of_utilities_than_their_bound(number: int) -> None:
    document = oracle.random_round(Random(f"bound {number}"))
    utilities = utilities_of(problem_in(document))
    ids = utilities.problem.pools.ids
    every = range(len(ids))
    for paying in [*combinations(every, 1), *combinations(every, 2)]:
        names = [ids[pool] for pool in paying]
        plans = oracle.feasible_awards(without_others(document, names))
        for weighing in (*combinations(paying, 1), paying, (*paying, paying[0])):
            bound = utilities.most(weighing, paying)
            made = (sum(utility(document, ids[pool], plan) for pool in weighing) for plan in plans)
            assert max(made, default=0) <= bound


def test_what_pools_could_do_alone_passes_the_checks_of_a_round_of_theirs() -> None:
    document = two_pools(policy={"max_proposals_per_organisation": "1"})
    (blocked,) = audited(document).alone
    assert verify_awards(round_of(without_others(document, ["P"])), dict(blocked.awards)).holds


def told(document: Document, **changed: Any) -> list[str]:
    base = replace(base_in(document), **changed)
    found = rationality(base, silent)
    text = catalogue_of().text
    return [text(said) for said in said_of_rationality(base.round, found)]


def test_the_words_say_who_could_do_better_and_by_funding_what() -> None:
    capped = two_pools(policy={"max_proposals_per_organisation": "1"})
    assert told(capped) == [
        "Alone, P could see 8,000 of score-weighted money go to work that it accepts, 8,000 more "
        "than in this plan, by funding A.",
        "No two pools could each do better with their money together.",
    ]
    assert told(two_pools())[0] == (
        "No pool could buy more of the work that it accepts with its own money alone."
    )
    assert told(capped, deadline=0.0)[-1] == (
        "For one pool or pair of pools it was not known in the time allowed whether it could do "
        "better: P."
    )


def test_the_words_of_a_pair_name_what_each_of_the_two_would_gain() -> None:
    assert told(jointly_payable()) == [
        "No pool could buy more of the work that it accepts with its own money alone.",
        "Together, P and Q could each see more score-weighted money go to work that it accepts, "
        "1,000 and 1,000 more than in this plan, by funding C.",
    ]


def test_the_document_has_the_plans_of_those_who_could_do_better() -> None:
    document = document_of_rationality(round_of(jointly_payable()), audited(jointly_payable()))
    (blocked,) = document["together"]
    assert blocked["pools"] == [
        {"pool_id": name, "now": 8000.0, "then": 9000.0} for name in ("P", "Q")
    ]
    assert sum(float(award["amount"]) for award in blocked["awards"]) == 150
    assert (document["alone"], document["unknown"]) == ([], [])
