"""Owned by half and more in listed hands: sums, chains and circles."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.screening.ownership import Holding, owned_by_half


def held(**shares: str) -> list[Holding[str]]:
    return [(frozenset({owner}), Decimal(share)) for owner, share in shares.items()]


@pytest.mark.parametrize(("share", "reached"), [("49.99", False), ("50", True), ("50.01", True)])
def test_half_is_enough_and_anything_below_is_not(share: str, reached: bool) -> None:
    found = owned_by_half({"X": held(listed=share)}, {"listed"})
    assert found == ({"X": Decimal(share)} if reached else {})


def test_the_shares_of_listed_owners_are_added_up_and_those_of_others_are_not() -> None:
    holdings = {"X": held(first="25", second="25"), "Y": held(first="25", third="25")}
    assert owned_by_half(holdings, {"first", "second"}) == {"X": Decimal(50)}


def test_a_body_so_owned_counts_wholly_for_what_it_owns() -> None:
    # listed 50 % of X, X 50 % of Y: reached, though only 25 % of Y is listed money.
    holdings = {"X": held(listed="50"), "Y": held(X="50"), "Z": held(Y="30", listed="20")}
    assert owned_by_half(holdings, {"listed"}) == {
        "X": Decimal(50),
        "Y": Decimal(50),
        "Z": Decimal(50),
    }


def test_a_chain_breaks_where_less_than_half_is_held() -> None:
    holdings = {"X": held(listed="49"), "Y": held(X="100")}
    assert owned_by_half(holdings, {"listed"}) == {}


def test_a_circle_of_owners_reaches_nobody_by_itself_and_everybody_with_a_listed_one() -> None:
    circle = {"X": held(Y="50", listed="50"), "Y": held(X="100"), "Z": held(Z="100")}
    assert owned_by_half(circle, set()) == {}
    # What was found first stays: X by the listed half, then Y by X, which owns X in turn.
    assert owned_by_half(circle, {"listed"}) == {"X": Decimal(50), "Y": Decimal(100)}


def test_an_owner_who_may_be_one_of_two_counts_if_either_is_listed() -> None:
    holdings = {"X": [(frozenset({"this", "that"}), Decimal(60))]}
    assert owned_by_half(holdings, {"that"}) == {"X": Decimal(60)}


BODIES = st.sampled_from("ABCDEF")
HOLDINGS = st.dictionaries(
    BODIES,
    st.lists(st.tuples(st.frozensets(BODIES, min_size=1, max_size=1), st.just(Decimal(30)))),
)


@given(HOLDINGS, st.sets(BODIES), BODIES)
def test_one_more_on_the_list_never_frees_anybody(
    holdings: dict[str, list[Holding[str]]], listed: set[str], further: str
) -> None:
    before = owned_by_half(holdings, listed).keys() | listed
    after = owned_by_half(holdings, listed | {further}).keys() | listed | {further}
    assert before <= after


@given(HOLDINGS, st.sets(BODIES))
def test_nobody_is_reached_but_by_half_in_the_hands_of_those_reached(
    holdings: dict[str, list[Holding[str]]], listed: set[str]
) -> None:
    reached = owned_by_half(holdings, listed).keys() | listed
    for body, owners in holdings.items():
        share = sum(part for owner, part in owners if owner & reached)
        assert (body in reached) == (body in listed or share >= 50)
