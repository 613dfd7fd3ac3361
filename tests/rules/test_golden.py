"""Rounds worked out by hand (fixtures/golden), with the numbers of ALLOCATION_RULES.md."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from matcher import Options, Round, Run, load_round, match

GOLDEN = Path(__file__).parents[2] / "fixtures" / "golden"
EXACT = Options(gap=0)


def golden(name: str) -> Round:
    return load_round(GOLDEN / name)


def awards(run: Run) -> dict[tuple[str, str], Decimal]:
    """Give the awards in manats."""
    return {pair: Decimal(units) / 100 for pair, units in run.awards.items()}


def totals(run: Run) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for (_, proposal), amount in awards(run).items():
        found[proposal] = found.get(proposal, Decimal(0)) + amount
    return found


def merit(run: Run) -> Fraction:
    return sum((level.value for level in run.levels if level.level == "L2"), Fraction(0))


def with_policy(round_: Round, **settings: object) -> Round:
    policy = {**round_.policy.given(), **settings}
    return Round.model_validate({**round_.given(), "policy": policy})


def with_budget(round_: Round, pool_id: str, budget: int) -> Round:
    pools = [
        {**pool.given(), "budget": budget} if pool.pool_id == pool_id else pool.given()
        for pool in round_.pools
    ]
    return Round.model_validate({**round_.given(), "pools": pools})


def test_w1_divisible_projects_take_all_the_money_in_order_of_score() -> None:
    # A, B, C score 5, 8, 3 for each unit; D1 100 for A and B, D2 60 for B and C.
    # 80 + 60 + 20 = 160 uses both pools up: 80 * 5 + 60 * 8 + 20 * 3 = 940.
    run = match(golden("divisible"), EXACT)
    assert totals(run) == {"A": 80, "B": 60, "C": 20}
    assert merit(run) == 940
    assert run.status == "optimal"


@pytest.mark.parametrize(("pool", "budget"), [("D1", 101), ("D2", 61)])
def test_w1_one_more_unit_in_either_pool_is_worth_3(pool: str, budget: int) -> None:
    # A and B are paid whole already; a unit in D1 frees one of D2 from B, and C takes it at 3.
    run = match(with_budget(golden("divisible"), pool, budget), EXACT)
    assert merit(run) == 943


def test_w2_two_pools_share_a_project_that_neither_could_pay() -> None:
    # 70 + 50 = 60 + 60: A and B, 9 + 10 = 19. D1 alone may pay A; B gets its last 10, and D2's 50.
    run = match(golden("all-or-nothing"), EXACT)
    assert awards(run) == {("D1", "A"): 60, ("D1", "B"): 10, ("D2", "B"): 50}
    assert merit(run) == 19


def test_w2_with_one_funder_for_each_project_b_and_c_are_best() -> None:
    # B fits D1 (60 of 70), C fits D2 (40 of 50): 10 + 6 = 16, above A and C with 15.
    run = match(with_policy(golden("all-or-nothing"), max_funders_per_proposal=1), EXACT)
    assert awards(run) == {("D1", "B"): 60, ("D2", "C"): 40}
    assert merit(run) == 16


def test_w3_a_minimum_makes_two_smaller_awards_better_than_one() -> None:
    # A 70 + C 30: 70 * 1 + 30 * 0.8 = 94; A alone 90; B 60 + C 30: 57 + 24 = 81.
    run = match(golden("minimum"), EXACT)
    assert awards(run) == {("D", "A"): 70, ("D", "C"): 30}
    assert merit(run) == 94


def test_w8_a_first_tier_comes_before_higher_scores() -> None:
    # L (60) comes first; of M 50, N 50, O 40 only O fits into the 40 left: 5 + 4 = 9.
    run = match(golden("tiers"), EXACT)
    assert set(totals(run)) == {"L", "O"}
    assert merit(run) == 9


def test_w8_without_tiers_the_two_best_scores_win() -> None:
    # M and N, 50 each, use the 100 up: 8 + 8 = 16.
    tiers = golden("tiers")
    flat = [{k: v for k, v in p.given().items() if k != "tier"} for p in tiers.proposals]
    run = match(Round.model_validate({**tiers.given(), "proposals": flat}), EXACT)
    assert set(totals(run)) == {"M", "N"}
    assert merit(run) == 16


def test_the_tiny_round_pays_its_pin_and_not_its_forbidden_pair() -> None:
    # P1 has 30,000 for youth: A1 pinned at 9,000, of at most 15,000; A2 may have P1's 20,000 alone.
    run = match(golden("tiny"), EXACT)
    assert awards(run)["P1", "A1"] == 9000
    assert ("P2", "A2") not in run.awards
