"""The checker: the claim itself, what is left out, and what messages say. All data is made up."""

from typing import Any

import pytest

from matcher.errors import MatcherError
from matcher.verify import verify_awards
from tests.unit.checked_rounds import (
    PA,
    PB,
    QB,
    REGIONS,
    P,
    broken,
    build,
    only,
    pool,
    proposal,
    target,
)

# The claim itself


def test_an_award_that_names_what_the_round_lacks_is_unknown() -> None:
    round_ = build([pool("P")], [proposal("A")])
    assert broken(round_, {("X", "A"): 1}) == [("unknown", "pool X, proposal A", 1)]
    assert broken(round_, {("X", "Y"): 1}) == [("unknown", "pool X, proposal Y", 2)]
    assert broken(round_, {PA: 1}) == []


@pytest.mark.parametrize(("amount", "by"), [(0, 1), (-5, 6), (1.0, 1), (True, 1), (None, 1)])
def test_an_amount_is_a_whole_number_above_zero(amount: Any, by: int) -> None:
    round_ = build([pool("P")], [proposal("A")])
    assert broken(round_, {PA: amount}) == [("amount", "pool P, proposal A", by)]


def test_a_faulty_award_does_not_make_room_for_others() -> None:
    # Were -50 counted, P would spend 120 - 50 = 70 of its 100.
    round_ = build([pool("P")], [proposal("A"), proposal("B", "120")])
    assert [row[0] for row in broken(round_, {PA: -5000, PB: 12000})] == ["amount", "C1"]


def test_no_awards_are_a_plan_that_holds() -> None:
    assert verify_awards(build([pool("P")], [proposal("A")]), {}).holds


# What a rule does not enforce


def test_what_is_not_enforced_is_reported_and_does_not_fail() -> None:
    round_ = build([pool("P")], [proposal("A"), proposal("B", "200")])
    plan = {PB: 11000}
    assert not verify_awards(round_, plan).holds
    found = verify_awards(round_, plan, ["C1"])
    assert found.holds
    assert [(v.constraint, v.subject, int(v.by)) for v in found.not_enforced] == [("C1", P, 1000)]


def test_floors_alone_may_be_left_out_of_c11() -> None:
    targets = [target(min_amount="30"), target(id="U", max_amount="10")]
    round_ = build([pool("P")], [proposal("A")], targets=targets)
    found = verify_awards(round_, {PA: 2000}, ["C11 floors"])
    assert [v.subject for v in found.violations] == ["target U"]
    assert [v.subject for v in found.not_enforced] == ["target T"]
    assert verify_awards(round_, {PA: 2000}, ["C11"]).holds


def test_a_constraint_that_is_none_cannot_be_left_out() -> None:
    with pytest.raises(MatcherError, match="C99"):
        verify_awards(build([pool("P")], [proposal("A")]), {}, ["C99"])


# Words


def test_messages_name_ids_and_amounts_in_the_base_currency() -> None:
    targets = [target(id="girls", min_share="0.3333", pool="P")]
    round_ = build([pool("P")], [proposal("A"), proposal("B", "99")], targets=targets)
    first, second = verify_awards(round_, {PA: 2000, PB: 8050}).violations
    assert first.message == "Pool P awards 100.50 AZN, 0.50 AZN more than the 100.00 AZN it has."
    assert second.message == (
        "Target girls asks for at least 33.33 AZN in pool P (min_share 0.3333 of budget) and "
        "reaches 20.00 AZN, 13.33 AZN too little."
    )


def test_parts_of_the_smallest_unit_are_written_out() -> None:
    # 0.6 × 38.76 = 23.256; a third of 0.01 is 0.00333…
    rows = [pool("P", max_project_share="0.6"), pool("Q", "0.01")]
    work = [proposal("A", own_contribution="15.50"), proposal("B", regions="N1;S;X")]
    caps = [target(id="north", where={"region": ["N"]}, max_amount="0")]
    round_ = build(rows, work, targets=caps, regions=REGIONS)
    assert only(verify_awards(round_, {PA: 2326})).message == (
        "Pool P pays 23.26 AZN of the 38.76 AZN that proposal A has, where its share of 0.6 "
        "allows 23.256 AZN."
    )
    assert "reaches about 0.003333 AZN" in only(verify_awards(round_, {QB: 1})).message
