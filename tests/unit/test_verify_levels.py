"""The checker: the objective levels worked out by hand, and exact at scale.

Amounts in rounds are in AZN, awards in qəpik: 1.00 AZN is 100. All data is made up.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest

from matcher.domain import Round
from matcher.errors import MatcherError
from matcher.verify import levels_of, verify_awards
from matcher.verify.levels import exact_sum
from tests.unit.checked_rounds import (
    PA,
    PB,
    PC,
    QA,
    QB,
    QC,
    A,
    B,
    Cells,
    Exact,
    broken,
    build,
    merits,
    pool,
    proposal,
    target,
    without,
)

# Levels


def levels(round_: Round, awards: Mapping[tuple[str, str], int]) -> list[tuple[str, Any, Exact]]:
    found = verify_awards(round_, awards)
    assert found.levels == levels_of(round_, awards)
    return [(v.level, v.key, v.value) for v in found.levels]


def forbidden(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"pool_id": p, "proposal_id": j, "status": "forbid"} for p, j in pairs]


def test_levels_of_worked_example_1() -> None:
    # P:100{A,B} Q:60{B,C}; R 80, 60, 50; s 5, 8, 3; divisible.
    # A80 B60 C20: 5·80 + 8·60 + 3·20 = 400 + 480 + 60 = 940, in four grants.
    requested = {"A": ("80", "5"), "B": ("60", "8"), "C": ("50", "3")}
    work = [proposal(key, r, score=s) for key, (r, s) in requested.items()]
    round_ = build([pool("P"), pool("Q", "60")], work, pairs=forbidden(PC, QA))
    plan = {PA: 8000, PB: 2000, QB: 4000, QC: 2000}
    assert broken(round_, plan) == []
    assert levels(round_, plan) == [("L2", None, 940), ("L3", None, 0), ("L4", None, 4)]
    # One more qəpik for C is worth 0.03 and is not there to give.
    assert levels(round_, plan | {QC: 2001})[0] == ("L2", None, Fraction("940.03"))
    assert broken(round_, plan | {QC: 2001}) == [("C1", "pool Q", 1)]


@pytest.mark.parametrize("most", ["1", "2"])
def test_levels_of_worked_example_2(most: str) -> None:
    # P:70{A,B} Q:50{B,C}; R 60, 60, 40; s 9, 10, 6 by project; all-or-nothing.
    # {A,B}: P gives A60 B10, Q gives B50: 9·60/60 + 10·10/60 + 10·50/60 = 19; B has two funders.
    # With one funder each: {B,C} = 10 + 6 = 16.
    requested = {"A": ("60", "9"), "B": ("60", "10"), "C": ("40", "6")}
    work = [without(proposal(k, r, score=s), "minimum") for k, (r, s) in requested.items()]
    policy = {"value": "per_project", "max_funders_per_proposal": most}
    pools = [pool("P", "70"), pool("Q", "50")]
    round_ = build(pools, work, pairs=forbidden(PC, QA), policy=policy)
    split = {PA: 6000, PB: 1000, QB: 5000}
    assert levels(round_, split) == [("L2", None, 19), ("L3", None, 0), ("L4", None, 3)]
    assert broken(round_, split) == ([] if most == "2" else [("C6", B, 1)])
    single = {PB: 6000, QC: 4000}
    assert levels(round_, single) == [("L2", None, 16), ("L3", None, 0), ("L4", None, 2)]
    assert broken(round_, single) == []


def test_levels_of_worked_example_3() -> None:
    # P:100; R 90, 60, 30; m 70, 50, 30; s 1, .95, .8: A70 C30 = 70 + 24 = 94.
    # A30 B60 would be 87 and gives A less than its 70.
    rows = [("A", "90", "70", "1"), ("B", "60", "50", "0.95"), ("C", "30", "30", "0.8")]
    work = [proposal(key, r, minimum=m, score=s) for key, r, m, s in rows]
    round_ = build([pool("P")], work)
    plan = {PA: 7000, PC: 3000}
    assert broken(round_, plan) == []
    assert levels(round_, plan) == [("L2", None, 94), ("L3", None, 0), ("L4", None, 2)]
    assert broken(round_, {PA: 3000, PB: 6000}) == [("C2", A, 4000)]


@pytest.mark.parametrize("tier", [{"tier": "1"}, {}])
def test_levels_of_worked_example_8(tier: Cells) -> None:
    # P:100; R L60 M50 N50 O40; s 5, 8, 8, 4 by project; tier 1 = {L}: {L,O} is 5 in tier 1 and
    # 4 in the blank tier; {M,N} is 0 and 16. Without tiers: 9 and 16.
    rows = {"L": ("60", "5"), "M": ("50", "8"), "N": ("50", "8"), "O": ("40", "4")}
    work = [
        without(proposal(key, r, score=s, **(tier if key == "L" else {})), "minimum")
        for key, (r, s) in rows.items()
    ]
    round_ = build([pool("P")], work, policy={"value": "per_project"})
    first, second = {("P", "L"): 6000, ("P", "O"): 4000}, {("P", "M"): 5000, ("P", "N"): 5000}
    assert broken(round_, first) == broken(round_, second) == []
    assert merits(round_, first) == ({1: 5, None: 4} if tier else {None: 9})
    assert merits(round_, second) == ({1: 0, None: 16} if tier else {None: 16})


def test_tiers_come_in_order_with_the_blank_one_last() -> None:
    tiers = [{}, {"tier": "10"}, {"tier": "2"}]
    work = [proposal(key, **cells) for key, cells in zip("ABC", tiers, strict=True)]
    found = levels(build([pool("P")], work), {PA: 100, PB: 200, PC: 300})
    assert found[:3] == [("L2", 2, 30), ("L2", 10, 20), ("L2", None, 10)]


def test_a_pool_s_own_score_counts_in_merit_and_not_against_the_threshold() -> None:
    pairs = [
        {"pool_id": "P", "proposal_id": "A", "score": "2.5"},
        {"pool_id": "P", "proposal_id": "B", "score": "90"},
    ]
    work = [proposal("A", score="60"), proposal("B", score="40")]
    round_ = build([pool("P"), pool("Q")], work, pairs=pairs, policy={"score_threshold": "50"})
    # 2.5 × 10 + 60 × 10 = 625
    assert merits(round_, {PA: 1000, QA: 1000}) == {None: 625}
    assert broken(round_, {PA: 1000}) == []
    assert broken(round_, {PB: 1000}) == [("C7", "pool P, proposal B", 1000)]


def test_merit_by_project_divides_by_the_stepped_request() -> None:
    # Step 10: the request of 59 is 50; 10 × 20 / 50 = 4. B asks 9 → 0: nothing, and C2 fails.
    policy = {"value": "per_project", "grant_step": "10"}
    round_ = build([pool("P")], [proposal("A", "59"), proposal("B", "9")], policy=policy)
    assert merits(round_, {PA: 2000}) == {None: 4}
    assert merits(round_, {PB: 1000}) == {None: 0}


def test_who_pays_counts_preferences_of_any_row_and_one_for_prefer() -> None:
    # 1 × 10 + 2.5 × 20 - 3 × 4 + 0 × 1 = 48
    pin = {"status": "pin", "reason": "Board."}
    pairs = [
        {"pool_id": "P", "proposal_id": "A", "status": "prefer"},
        {"pool_id": "P", "proposal_id": "B", "status": "prefer", "payer_preference": "2.5"},
        {"pool_id": "Q", "proposal_id": "A", "payer_preference": "-3"} | pin,
        {"pool_id": "Q", "proposal_id": "B", "score": "9"},
    ]
    round_ = build([pool("P"), pool("Q")], [proposal("A"), proposal("B")], pairs=pairs)
    plan = {PA: 1000, PB: 2000, QA: 400, QB: 100}
    assert broken(round_, plan) == []
    assert levels(round_, plan)[1:] == [("L3", None, 48), ("L4", None, 4)]


def test_soft_targets_do_not_fail_and_are_level_one_by_priority() -> None:
    # P 100 and Q 60 awarded: A 30 by P, B 20 by Q.
    # Priority 1: A at least 0.25 × 160 = 40: 10 / 40 = 1/4, weight 2 → 1/2;
    #             in P at most 20: 10 / 20 = 1/2 → together 1.
    # Priority 3: at least 3 proposals: 1/3; B at most 0, by one major unit: 20 / 1 = 20;
    #             at most 0 proposals: 2 / 1 = 2; kept ones add 0.
    soft = {"strictness": "soft"}
    targets = [
        target(id="1", min_share="0.25", weight="2", **soft),
        target(id="2", pool="P", max_amount="20", min_amount="20", **soft),
        target(id="3", where={}, min_count="3", priority="3", **soft),
        target(id="4", where={"proposal": ["B"]}, max_amount="0", priority="3", **soft),
        target(id="5", where={}, max_count="0", priority="3", **soft),
    ]
    work = [proposal("A"), proposal("B")]
    round_ = build([pool("P"), pool("Q", "60")], work, targets=targets)
    plan = {PA: 3000, QB: 2000}
    assert broken(round_, plan) == []
    expected = [("L1", 1, Fraction(1)), ("L1", 3, Fraction(1, 3) + 22)]
    assert levels(round_, plan)[:2] == expected


def test_levels_refuse_awards_that_are_none() -> None:
    with pytest.raises(MatcherError, match="pool X"):
        levels_of(build([pool("P")], [proposal("A")]), {("X", "A"): 100})


@pytest.mark.parametrize("digits", [("JPY", 1), ("KWD", 1000)])
def test_major_units_follow_the_digits_of_the_base_currency(digits: tuple[str, int]) -> None:
    currency, unit = digits
    rows = [pool("P", "7", currency=currency)]
    work = [proposal("A", "5", currency=currency)]
    round_ = build(rows, work, currency=currency)
    assert broken(round_, {PA: 5 * unit}) == []
    assert merits(round_, {PA: 5 * unit}) == {None: 50}
    assert broken(round_, {PA: 5 * unit + 1}) == [("C2", A, 1)]


# Scale


def test_many_denominators_add_up_exactly_and_fast() -> None:
    # Σ 1 / (k (k + 1)) = 1 - 1 / (n + 1)
    terms = [Fraction(1, k * (k + 1)) for k in range(1, 5001)]
    assert exact_sum(terms) == Fraction(5000, 5001)
    assert [exact_sum(terms[:n]) for n in range(4)] == [0, *(Fraction(n, n + 1) for n in (1, 2, 3))]


def test_the_order_of_awards_and_rows_does_not_matter() -> None:
    pools = [pool("P"), pool("Q", "60")]
    work = [proposal("A", "500"), proposal("B", "20", alternatives="x"), proposal("C")]
    plan = {PA: 12000, QA: 7000, PB: 3000, QC: 100}
    one = verify_awards(build(pools, work), plan)
    other = verify_awards(build(pools[::-1], work[::-1]), dict(reversed(plan.items())))
    assert one == other
    assert len(one.violations) == 3
