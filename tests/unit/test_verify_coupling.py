"""The checker: what binds proposals and funders together (C8 to C10, C12, C13).

Amounts in rounds are in AZN, awards in qəpik: 1.00 AZN is 100. All data is made up.
"""

from typing import Any

import pytest

from matcher.verify import verify_awards
from tests.unit.checked_rounds import PA, PB, PC, QA, QB, A, broken, build, only, pool, proposal

# C8


def commitment(amount: str, decided: str, **cells: Any) -> dict[str, Any]:
    base = {"commitment_id": f"c{decided}{amount}", "org_id": "O", "currency": "AZN"}
    return base | {"amount": amount, "decided": decided} | cells


def test_c8_funded_proposals_and_this_years_commitments_stay_within_the_cap() -> None:
    policy = {"max_proposals_per_organisation": "2"}
    rows = [proposal("A"), proposal("B"), proposal("C", org_id="Q")]
    plan = {PA: 100, PB: 100, PC: 100}
    last_year = [commitment("1", "2025-12-31")]
    this_year = [commitment("1", "2026-01-01", status="cancelled")]
    assert broken(build([pool("P")], rows, policy=policy), plan) == []
    assert broken(build([pool("P")], rows, policy=policy, commitments=last_year), plan) == []
    assert broken(build([pool("P")], rows, policy=policy, commitments=this_year), plan) == [
        ("C8", "organisation O", 1)
    ]


def test_c8_money_with_commitments_converted_half_even_stays_within_the_cap() -> None:
    # Earlier: 0.05 × 0.5 = 2.5 qəpik → 2, 0.07 × 0.5 = 3.5 → 4. 60.00 - 0.06 = 59.94 left.
    policy = {"max_amount_per_organisation": "60"}
    earlier = [commitment(a, "2026-12-31", currency="USD") for a in ("0.05", "0.07")]
    round_ = build(
        [pool("P")],
        [proposal("A"), proposal("B")],
        policy=policy,
        commitments=earlier,
        rates={"USD": "0.5"},
    )
    assert broken(round_, {PA: 5000, PB: 994}) == []
    assert broken(round_, {PA: 5000, PB: 1000}) == [("C8", "organisation O", 6)]


def test_c8_an_organisation_beyond_its_cap_already_gets_nothing_more() -> None:
    policy = {"max_amount_per_organisation": "60", "max_proposals_per_organisation": "1"}
    earlier = [commitment("70", "2026-01-01"), commitment("1", "2026-01-02")]
    round_ = build([pool("P")], [proposal("A")], policy=policy, commitments=earlier)
    assert broken(round_, {}) == []
    # Nothing is left, not -11 and not -1: the award of 5.00 is 5.00, and 1 proposal, too much.
    assert broken(round_, {PA: 500}) == [
        ("C8", "organisation O", 1),
        ("C8", "organisation O", 500),
    ]


@pytest.mark.parametrize(
    ("budget", "most"), [("33.33", 1666), ("0", 0), (None, 5000), ("200", 5000)]
)
def test_c8_absorptive_capacity_is_floored_and_blank_is_no_cap(
    budget: str | None, most: int
) -> None:
    # floor(0.5 × 33.33) = 16.66
    organisation = {"org_id": "O", "name": "Made-up union"}
    if budget is not None:
        organisation["annual_budget"] = budget
    round_ = build(
        [pool("P")],
        [proposal("A")],
        organisations=[organisation],
        policy={"max_award_to_budget": "0.5"},
    )
    assert broken(round_, {PA: most} if most else {}) == []
    expected = [("C8", "organisation O", 1)] if most < 5000 else [("C2", A, 1)]
    assert broken(round_, {PA: most + 1}) == expected


# C9, C10


def test_c9_at_most_one_of_the_proposals_under_a_label_is_funded() -> None:
    rows = [
        proposal("A", alternatives="x"),
        proposal("B", alternatives="x;y"),
        proposal("C", alternatives="y"),
    ]
    round_ = build([pool("P")], rows)
    assert broken(round_, {PA: 100, PC: 100}) == []
    assert broken(round_, {PA: 100, PB: 100}) == [("C9", "alternatives x", 1)]
    assert broken(round_, {PA: 100, PB: 100, PC: 100}) == [
        ("C9", "alternatives x", 1),
        ("C9", "alternatives y", 1),
    ]


def test_c10_what_a_funded_proposal_requires_is_funded() -> None:
    round_ = build([pool("P")], [proposal("A", requires="B;C"), proposal("B"), proposal("C")])
    assert broken(round_, {PB: 100}) == []
    assert broken(round_, {PA: 100, PB: 100, PC: 100}) == []
    assert broken(round_, {PA: 100, PB: 100}) == [("C10", A, 1)]


# C12


def test_c12_a_pinned_pair_is_awarded() -> None:
    pin = {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "Board."}
    round_ = build([pool("P"), pool("Q")], [proposal("A")], pairs=[pin])
    assert broken(round_, {PA: 1}) == []
    assert broken(round_, {QA: 1}) == [("C12", "pool P, proposal A", 1)]
    assert broken(round_, {}) == [("C12", "pool P, proposal A", 1)]


def test_c12_a_pin_with_an_amount_gets_exactly_that() -> None:
    pin = {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "Board.", "amount": "30"}
    round_ = build([pool("P"), pool("Q")], [proposal("A")], pairs=[pin])
    assert broken(round_, {PA: 3000, QA: 500}) == []
    assert broken(round_, {PA: 3001}) == [("C12", "pool P, proposal A", 1)]
    assert broken(round_, {}) == [("C12", "pool P, proposal A", 3000)]


def test_c12_an_accepted_award_is_kept_whole_or_released_with_its_proposal() -> None:
    accepted = {"pool_id": "P", "proposal_id": "A", "status": "accepted", "amount": "30"}
    round_ = build([pool("P"), pool("Q")], [proposal("A")], pairs=[accepted])
    assert broken(round_, {PA: 3000}) == broken(round_, {PA: 3000, QA: 500}) == []
    assert broken(round_, {}) == []
    assert broken(round_, {PA: 2999}) == [("C12", "pool P, proposal A", 1)]
    assert broken(round_, {QA: 500}) == [("C12", "pool P, proposal A", 3000)]


def test_c12_an_accepted_pair_that_may_not_be_awarded_leaves_its_proposal_without_any() -> None:
    accepted = {"pool_id": "P", "proposal_id": "A", "status": "accepted", "amount": "30"}
    rows = [pool("P", sectors="111"), pool("Q")]
    round_ = build(rows, [proposal("A", sector="112")], pairs=[accepted])
    assert [row[0] for row in broken(round_, {PA: 3000})] == ["C7"]
    assert [row[0] for row in broken(round_, {QA: 500})] == ["C12"]
    assert broken(round_, {}) == []


# C13


def test_c13_a_sole_funder_funds_alone() -> None:
    rows = [pool("P", sole_funder="yes"), pool("Q"), pool("R")]
    round_ = build(rows, [proposal("A"), proposal("B")])
    assert broken(round_, {PA: 100, QB: 100, ("R", "B"): 100}) == []
    assert broken(round_, {PA: 100, QA: 100}) == [("C13", "pool P, proposal A", 1)]
    violation = only(verify_awards(round_, {PA: 100, QA: 100, ("R", "A"): 100}))
    assert (violation.constraint, int(violation.by)) == ("C13", 2)
    assert violation.message == (
        "Pool P must be the sole funder of proposal A, which is also funded by Q, R."
    )


@pytest.mark.parametrize("named", ["E", "embassy"])
@pytest.mark.parametrize("avoiding", ["P", "Q"])
def test_c13_two_pools_of_which_one_avoids_the_other_do_not_meet(named: str, avoiding: str) -> None:
    named = named if avoiding == "P" else {"E": "D", "embassy": "bank"}[named]
    rows = [
        pool("P") | ({"not_with": named} if avoiding == "P" else {}),
        pool("Q", donor_id="E") | ({"not_with": named} if avoiding == "Q" else {}),
    ]
    round_ = build(rows, [proposal("A"), proposal("B")])
    assert broken(round_, {PA: 100, QB: 100}) == []
    assert broken(round_, {PA: 100, QA: 100}) == [("C13", "pools P and Q, proposal A", 1)]


def test_c13_a_pool_may_avoid_its_donors_other_pools_and_not_itself() -> None:
    round_ = build([pool("P", not_with="bank"), pool("Q")], [proposal("A")])
    assert broken(round_, {PA: 100}) == []
    assert [row[0] for row in broken(round_, {PA: 100, QA: 100})] == ["C13"]
