"""The checker: budgets, requests, grants, shares and funders (C1 to C6).

Amounts in rounds are in AZN, awards in qəpik: 1.00 AZN is 100. All data is made up.
"""

from fractions import Fraction
from typing import Any

import pytest

from tests.unit.checked_rounds import (
    PA,
    PB,
    PC,
    QA,
    QB,
    A,
    B,
    P,
    broken,
    build,
    pool,
    proposal,
    without,
)

# C1 and the budget


def test_c1_a_pool_spends_no_more_than_its_budget() -> None:
    # 50.00 + 50.01 = 100.01, 1 qəpik above 100.00.
    round_ = build([pool("P")], [proposal("A"), proposal("B", "60")])
    assert broken(round_, {PA: 5000, PB: 5000}) == []
    assert broken(round_, {PA: 5000, PB: 5001}) == [("C1", P, 1)]


def test_the_budget_is_converted_down_less_the_hold_back_rounded_up_then_stepped() -> None:
    # 100.01 EUR × 1.9812 = 198.139812 AZN → 198.13; a third held back is 66.0433… → 66.05 by
    # 0.3333334; 198.13 - 66.05 = 132.08; in steps of 10.00: 130.00.
    cells = {"currency": "EUR", "hold_back_share": "0.3333334"}
    parts: dict[str, Any] = {"rates": {"EUR": "1.9812"}}
    round_ = build([pool("P", "100.01", **cells)], [proposal("A", "500")], **parts)
    assert broken(round_, {PA: 13208}) == []
    assert broken(round_, {PA: 13209}) == [("C1", P, 1)]
    parts["policy"] = {"grant_step": "10"}
    round_ = build([pool("P", "100.01", **cells)], [proposal("A", "500")], **parts)
    assert broken(round_, {PA: 13000}) == []
    assert broken(round_, {PA: 14000}) == [("C1", P, 1000)]


# C2


def test_c2_a_funded_proposal_gets_at_least_its_minimum_and_at_most_its_request() -> None:
    round_ = build([pool("P")], [proposal("A", minimum="20")])
    assert broken(round_, {PA: 2000}) == broken(round_, {PA: 5000}) == []
    assert broken(round_, {PA: 1999}) == [("C2", A, 1)]
    assert broken(round_, {PA: 5003}) == [("C2", A, 3)]


def test_c2_a_blank_minimum_is_all_or_nothing_over_all_funders() -> None:
    round_ = build([pool("P"), pool("Q")], [without(proposal("A"), "minimum")])
    assert broken(round_, {PA: 3000, QA: 2000}) == []
    assert broken(round_, {PA: 3000}) == [("C2", A, 2000)]


def test_c2_a_converted_request_is_rounded_half_to_even() -> None:
    # 0.05 × 0.5 = 2.5 qəpik → 2; 0.07 × 0.5 = 3.5 qəpik → 4.
    rows = [proposal("A", "0.05", currency="USD"), proposal("B", "0.07", currency="USD")]
    round_ = build([pool("P")], rows, rates={"USD": "0.5"})
    assert broken(round_, {PA: 2, PB: 4}) == []
    assert broken(round_, {PA: 3, PB: 5}) == [("C2", A, 1), ("C2", B, 1)]


def test_c2_steps_take_the_request_down_and_the_minimum_up_to_the_request_at_most() -> None:
    # Step 10: A asks 59 → 50, needs 31 → 40. B needs 59 → 60, but no more than 50.
    # C asks 9.99 → 0, so that any award is too much.
    rows = [
        proposal("A", "59", minimum="31"),
        proposal("B", "59", minimum="59"),
        proposal("C", "9.99"),
    ]
    round_ = build([pool("P", "200")], rows, policy={"grant_step": "10"})
    assert broken(round_, {PA: 4000, PB: 5000}) == []
    assert broken(round_, {PA: 3000, PB: 6000}) == [("C2", A, 1000), ("C2", B, 1000)]
    assert broken(round_, {PC: 1000}) == [("C2", "proposal C", 1000)]


# C3 and the step


def test_c3_a_grant_lies_between_the_smallest_and_the_largest_of_its_pool() -> None:
    round_ = build([pool("P", min_grant="10", max_grant="40")], [proposal("A")])
    pair = "pool P, proposal A"
    assert broken(round_, {PA: 1000}) == broken(round_, {PA: 4000}) == []
    assert broken(round_, {PA: 999}) == [("C3", pair, 1)]
    assert broken(round_, {PA: 4002}) == [("C3", pair, 2)]


def test_c3_the_policy_raises_the_smallest_grant_and_never_lowers_it() -> None:
    rows = [pool("P", min_grant="10"), pool("Q", min_grant="30")]
    round_ = build(rows, [proposal("A"), proposal("B")], policy={"min_award": "20"})
    assert broken(round_, {PA: 2000, QB: 3000}) == []
    assert broken(round_, {PA: 1999, QB: 2999}) == [
        ("C3", "pool P, proposal A", 1),
        ("C3", "pool Q, proposal B", 1),
    ]


def test_c3_bounds_are_converted_inwards_and_stepped_inwards() -> None:
    # 10.01 USD × 1.7 = 17.017: at least 17.02, at most 17.01 → in steps of 5: 20.00 and 15.00.
    cells = {"currency": "USD"}
    rows = [pool("P", min_grant="10.01", **cells), pool("Q", max_grant="10.01", **cells)]
    work = [proposal("A"), proposal("B")]
    round_ = build(rows, work, rates={"USD": "1.7"})
    assert broken(round_, {PA: 1702, QB: 1701}) == []
    assert [row[::2] for row in broken(round_, {PA: 1701, QB: 1702})] == [("C3", 1), ("C3", 1)]
    round_ = build(rows, work, rates={"USD": "1.7"}, policy={"grant_step": "5"})
    assert broken(round_, {PA: 2000, QB: 1500}) == []
    assert [row[::2] for row in broken(round_, {PA: 1500, QB: 2000})] == [("C3", 500), ("C3", 500)]


def test_an_award_is_a_multiple_of_the_grant_step() -> None:
    round_ = build([pool("P")], [proposal("A")], policy={"grant_step": "10"})
    assert broken(round_, {PA: 2000}) == []
    assert broken(round_, {PA: 2001}) == [("step", "pool P, proposal A", 1)]


# C4, C5, C6


def test_c4_a_pool_makes_no_more_grants_than_it_may() -> None:
    round_ = build([pool("P", max_grants="1")], [proposal("A"), proposal("B")])
    assert broken(round_, {PA: 100}) == []
    assert broken(round_, {PA: 100, PB: 100}) == [("C4", P, 1)]


def test_c5_a_pool_pays_no_more_than_its_share_of_all_funding() -> None:
    # 0.6 × (f + 10 + 5.50): alone, a ≤ 0.6a + 9.30 → a ≤ 23.25.
    cells = {"own_contribution": "10", "other_funding": "5.50"}
    rows = [pool("P", max_project_share="0.6"), pool("Q")]
    round_ = build(rows, [proposal("A", **cells)])
    assert broken(round_, {PA: 2325}) == []
    # 23.26 against 0.6 × 38.76 = 23.256: 0.4 qəpik too much.
    assert broken(round_, {PA: 2326}) == [("C5", "pool P, proposal A", Fraction(2, 5))]
    # With 5 from another pool: 26.25 ≤ 0.6 × (31.25 + 15.50) = 28.05.
    assert broken(round_, {PA: 2625, QA: 500}) == []


def test_c5_own_money_is_converted_once_as_a_sum() -> None:
    # (0.01 + 0.02) × 0.5 = 1.5 qəpik → 2; one by one it were 0 + 1 = 1.
    # Half of (2 + 2) allows 2; half of (2 + 1) would not.
    cells = {"own_contribution": "0.01", "other_funding": "0.02", "currency": "USD"}
    round_ = build(
        [pool("P", max_project_share="0.5")], [proposal("A", **cells)], rates={"USD": "0.5"}
    )
    assert broken(round_, {PA: 2}) == []
    assert broken(round_, {PA: 3}) == [("C5", "pool P, proposal A", Fraction(1, 2))]


@pytest.mark.parametrize("given", ["own_contribution", "other_funding"])
def test_c5_own_money_that_is_blank_is_none(given: str) -> None:
    # Half of (a + 10): a ≤ 10. Without any money of its own, half of a is less than a.
    round_ = build(
        [pool("P", max_project_share="0.5")], [proposal("A", **{given: "10"}), proposal("B")]
    )
    assert broken(round_, {PA: 1000}) == []
    assert broken(round_, {PA: 1002}) == [("C5", "pool P, proposal A", 1)]
    assert broken(round_, {PB: 1}) == [("C5", "pool P, proposal B", Fraction(1, 2))]


@pytest.mark.parametrize(("policy", "own"), [("1", "2"), ("2", "1"), (None, "1"), ("1", None)])
def test_c6_a_proposal_has_no_more_funders_than_the_smaller_limit(
    policy: str | None, own: str | None
) -> None:
    limits = {} if policy is None else {"max_funders_per_proposal": policy}
    cells = {} if own is None else {"max_funders": own}
    round_ = build([pool("P"), pool("Q")], [proposal("A", **cells)], policy=limits)
    assert broken(round_, {PA: 100}) == []
    assert broken(round_, {PA: 100, QA: 100}) == [("C6", A, 1)]
