"""Coupling rows as arrays: what they hold, that they add up exactly, and when they are refused.

All data is made up.
"""

from typing import Any

import numpy as np
import pytest

from matcher.allocation.problem import Problem
from matcher.allocation.rows import (
    Row,
    Terms,
    hard_rows,
    narrowed_rows,
    pairs_by,
    soft_bounds,
    touched_rows,
    values_of,
)
from matcher.errors import InvalidRound
from tests.properties.built import made_up_round, problem_in


def problem(*targets: dict[str, Any], regions: str = "AZ-GA:0.6;AZ-BA:0.4") -> Problem:
    """Build two pools of 1000 AZN and three proposals; the first lies in the regions given."""
    places = {"J1": regions, "J2": "AZ-GA", "J3": "AZ-BA"}
    policy = {"max_amount_per_organisation": "700", "grant_step": "10"}
    rows = [
        {"proposal_id": name, "org_id": "O1" if name == "J2" else "O2", "regions": places[name]}
        | {"requested": "500", "score": "50"}
        for name in ("J3", "J2", "J1")
    ]
    pools = [{"pool_id": f"P{i}", "budget": "1000", "max_grants": "2"} for i in (1, 2)]
    hard = [{"strictness": "hard", **target} for target in targets]
    return problem_in(made_up_round(pools, rows, policy=policy, targets=hard))


def held(terms: Terms) -> dict[int, int]:
    return dict(zip(terms.at.tolist(), terms.value.tolist(), strict=True))


def target_row(of: Problem) -> Row:
    (row,) = [row for row in hard_rows(of) if row.constraint == "C11"]
    return row


def test_terms_stand_in_order_of_position_whatever_order_they_come_in() -> None:
    terms = Terms.of([5, 1, 3], [50, -10, 30])
    assert terms.at.tolist() == [1, 3, 5]
    assert terms.value.tolist() == [-10, 30, 50]


def test_a_row_adds_up_exactly_past_64_bits() -> None:
    row = Row("C11", "made up", None, None, Terms.of([0, 1, 2], [2**61, 2**61, -3]))
    amounts = np.array([10**13, 10**13, 1])
    assert row.value(amounts, np.zeros(0, np.bool_)) == 2**62 * 10**13 - 3


def test_a_row_counts_money_grants_and_funded_proposals() -> None:
    row = Row("C11", "made up", 0, None, Terms.of([0, 2], 7), Terms.of([1, 2]), Terms.of([0], -1))
    assert row.value(np.array([2, 5, 3]), np.array([True])) == 7 * 5 + 2 - 1
    assert row.value(np.array([0, 0, 0]), np.array([False])) == 0


@pytest.mark.parametrize("large", [1, 2**40])
def test_many_rows_come_to_what_each_comes_to_by_itself_whatever_its_size(large: int) -> None:
    rng = np.random.default_rng(0)
    amounts, funded = rng.integers(0, 9, 6) * large, rng.integers(0, 2, 3) > 0
    rows = [
        Row(
            "C11", "made up", None, 0,
            Terms.of(np.flatnonzero(rng.integers(0, 2, 6)), large),
            Terms.of(np.flatnonzero(rng.integers(0, 2, 6)), 3),
            Terms.of(np.flatnonzero(rng.integers(0, 2, 3)), -2),
        )
        for _ in range(20)
    ]  # fmt: skip
    found = values_of(rows, amounts, funded)
    assert found == [row.value(amounts, funded) for row in rows]
    assert max(found) > large**2


def test_rows_are_touched_by_any_pair_or_proposal_that_they_hold() -> None:
    money, grants, funded = (
        Row("C11", "made up", None, 0, **{kind: Terms.of([at])})
        for kind, at in (("money", 0), ("grants", 1), ("funded", 2))
    )
    rows, nothing = [money, grants, funded], np.zeros(3, np.bool_)
    at = np.eye(3, dtype=np.bool_)
    assert touched_rows(rows, nothing, nothing) == []
    assert touched_rows(rows, at[0], nothing) == [money]
    assert touched_rows(rows, at[1], at[2]) == [grants, funded]


def test_narrowed_rows_take_off_what_the_others_hold() -> None:
    rng = np.random.default_rng(0)
    of = problem({"id": "T", "where": {"region": ["AZ-BA"]}, "min_share": "0.3", "of": "awarded"})
    amounts = rng.integers(0, 50, len(of.pairs))
    funded = np.bincount(of.pairs.proposal, amounts, len(of.proposals.ids)) > 0
    kept = np.array([0, 2])
    _, pairs = of.narrowed(kept)
    rows = hard_rows(of)
    for row, narrow in zip(rows, narrowed_rows(rows, pairs, kept, amounts, funded), strict=True):
        inside = narrow.value(amounts[pairs], funded[kept])
        beside = row.value(amounts, funded) - inside
        assert narrow.low == (None if row.low is None else row.low - beside)
        assert narrow.high == (None if row.high is None else row.high - beside)


def test_pairs_are_grouped_by_owner_in_ascending_order() -> None:
    of = problem()
    for owners, name in ((of.pairs.pool, "pool"), (of.pairs.proposal, "proposal")):
        groups = {owner: at.tolist() for owner, at in pairs_by(of, name).items()}
        assert list(groups) == sorted(set(owners.tolist()))
        for owner, at in groups.items():
            assert at == [pair for pair, of_pair in enumerate(owners) if of_pair == owner]


def test_budgets_grant_counts_and_caps_hold_their_own_pairs() -> None:
    # Pairs stand by proposal and then by pool; a unit is 10 AZN.
    rows = hard_rows(problem())
    found = {(row.constraint, row.subject): row for row in rows}
    assert held(found["C1", "pool P2"].money) == {1: 1, 3: 1, 5: 1}
    assert found["C1", "pool P2"].high == 100
    assert held(found["C4", "pool P1"].grants) == {0: 1, 2: 1, 4: 1}
    assert held(found["C8", "organisation O2"].money) == {0: 1, 1: 1, 4: 1, 5: 1}
    assert found["C8", "organisation O2"].high == 70
    # The only proposal of O1 asks for less than the cap.
    assert ("C8", "organisation O1") not in found


def test_a_target_on_regions_holds_shares_as_whole_numbers() -> None:
    row = target_row(problem({"id": "T", "where": {"region": ["AZ-BA"]}, "min_amount": "100"}))
    assert held(row.money) == {0: 2, 1: 2, 4: 5, 5: 5}
    assert row.low == 5 * 10


def test_a_target_within_a_pool_counts_the_grants_of_that_pool() -> None:
    wanted = {"id": "T", "pool": "P2", "where": {"region": ["AZ-BA"]}, "max_count": 1}
    row = target_row(problem(wanted))
    assert held(row.grants) == {1: 1, 5: 1}
    assert row.high == 1


def test_a_share_of_the_money_awarded_weighs_what_is_outside_below_zero() -> None:
    wanted = {"id": "T", "where": {"region": ["AZ-BA"]}, "min_share": "0.4", "of": "awarded"}
    row = target_row(problem(wanted))
    # The weights 2/5, 0 and 1 less 2/5, times 5 · 5; weights of 0 are left out.
    assert held(row.money) == {2: -10, 3: -10, 4: 15, 5: 15}
    assert row.low == 0


TOO_FINE = "AZ-BA:0." + "1" * 30 + ";AZ-GA:0." + "8" * 29 + "9"
FINE = "AZ-BA:0.1111111111;AZ-GA:0.8888888889"


@pytest.mark.parametrize("strictness", ["hard", "soft"])
@pytest.mark.parametrize(
    ("regions", "bound"),
    [
        (TOO_FINE, {"min_amount": "10"}),
        (FINE, {"min_amount": "99999999999"}),
        (FINE, {"max_amount": "99999999999"}),
    ],
)
def test_a_target_that_64_bits_cannot_hold_is_refused(
    regions: str, bound: dict[str, str], strictness: str
) -> None:
    wanted = {"id": "T", "where": {"region": ["AZ-BA"]}, "strictness": strictness, **bound}
    of = problem(wanted, regions=regions)
    with pytest.raises(InvalidRound, match=r"target T.*64 bits.*fewer decimals"):
        hard_rows(of) if strictness == "hard" else soft_bounds(of)


def test_a_share_of_the_money_awarded_that_64_bits_cannot_hold_is_refused() -> None:
    share = "0." + "1" * 30
    wanted = {"id": "T", "where": {"region": ["AZ-BA"]}, "max_share": share, "of": "awarded"}
    with pytest.raises(InvalidRound, match=r"target T.*64 bits"):
        hard_rows(problem(wanted))
