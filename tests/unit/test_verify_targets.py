"""The checker: hard targets (C11) and what they weigh. All data is made up."""

from fractions import Fraction

import pytest

from tests.unit.checked_rounds import PA, QB, REGIONS, Cells, broken, build, pool, proposal, target

# C11


@pytest.mark.parametrize(
    ("bound", "a", "off"),
    [
        # Both budgets: 200; 0.2 of them: 40.
        ({"min_share": "0.2"}, 4000, 0),
        ({"min_share": "0.2"}, 3999, 1),
        ({"max_share": "0.2"}, 4000, 0),
        ({"max_share": "0.2"}, 4001, 1),
        ({"min_amount": "40"}, 3999, 1),
        ({"max_amount": "40"}, 4001, 1),
        ({"min_amount": "40", "max_amount": "40"}, 4000, 0),
        ({"min_count": "1"}, 1, 0),
        ({"min_count": "1"}, 0, 1),
        ({"max_count": "0"}, 1, 1),
        ({"max_count": "0"}, 0, 0),
        # Of what is awarded, 20 for B beside: a ≥ 0.2 (a + 20) from a = 5 on.
        ({"min_share": "0.2", "of": "awarded"}, 500, 0),
        ({"min_share": "0.2", "of": "awarded"}, 495, 4),
        ({"max_share": "0.2", "of": "awarded"}, 500, 0),
        ({"max_share": "0.2", "of": "awarded"}, 505, 4),
        # In pool P: its budget of 100, its awards of a alone.
        ({"pool": "P", "min_share": "0.4"}, 4000, 0),
        ({"pool": "P", "min_share": "0.4"}, 3999, 1),
        ({"pool": "P", "max_share": "0.9", "of": "awarded"}, 1000, 100),
        ({"pool": "Q", "max_count": "0"}, 1000, 0),
        ({"pool": "Q", "min_amount": "1"}, 1000, 100),
    ],
)
def test_c11_every_bound_of_a_hard_target_is_kept(bound: Cells, a: int, off: int) -> None:
    round_ = build(
        [pool("P"), pool("Q")], [proposal("A"), proposal("B")], targets=[target(**bound)]
    )
    plan = {PA: a, QB: 2000} if a else {QB: 2000}
    assert broken(round_, plan) == ([("C11", "target T", off)] if off else [])


def test_c11_a_share_of_what_is_awarded_holds_when_nothing_is() -> None:
    cells = {"min_share": "1", "of": "awarded"}
    assert broken(build([pool("P")], [proposal("A")], targets=[target(**cells)]), {}) == []


def test_c11_the_share_of_the_budget_is_taken_after_the_hold_back_and_not_rounded() -> None:
    # 100.00 - 0.01 held back = 99.99; a third by 0.3333: 33.326667, so 33.33 is enough.
    rows = [pool("P", hold_back_share="0.0001")]
    round_ = build(rows, [proposal("A")], targets=[target(min_share="0.3333")])
    assert broken(round_, {PA: 3333}) == []
    assert broken(round_, {PA: 3332}) == [("C11", "target T", Fraction("0.6667"))]


WHERE = [
    ({"region": ["N"]}, {"regions": "N1;S;X"}, Fraction(1, 3)),
    ({"not_region": ["N"]}, {"regions": "N1;S;X"}, Fraction(2, 3)),
    ({"region": ["N", "S"], "not_region": ["N1"]}, {"regions": "N1:0.5;S:0.3;X:0.2"}, "0.3"),
    ({"region": ["N1"]}, {"regions": "N"}, 0),
    ({"region": ["N"]}, {}, 0),
    ({"not_region": ["N"]}, {}, 1),
    ({"region": ["N"], "not_region": ["S"]}, {}, 0),
    ({"region": ["N"], "group": ["youth"]}, {"regions": "N;S", "groups": "youth"}, "0.5"),
    ({"region": ["N"], "group": ["youth"]}, {"regions": "N;S", "groups": "idps"}, 0),
    ({"sector": ["111"]}, {"sector": "11110"}, 1),
    ({"sector": ["11110"]}, {"sector": "111"}, 0),
    ({"sector": ["111"]}, {}, 0),
    ({"not_sector": ["111"]}, {"sector": "11110"}, 0),
    ({"not_sector": ["111"]}, {}, 1),
    ({"group": ["youth", "idps"]}, {"groups": "idps;children"}, 1),
    ({"not_group": ["youth"]}, {"groups": "youth;idps"}, 0),
    ({"not_group": ["youth"]}, {}, 1),
    ({"sdg": ["1"]}, {"sdgs": "1;11"}, 1),
    ({"sdg": ["1"]}, {"sdgs": "11"}, 0),
    ({"priority_area": ["2"]}, {"priority_areas": "2"}, 1),
    ({"applicant_kind": ["media"]}, {}, 1),
    ({"applicant_kind": ["media"]}, {"org_id": "Q"}, 0),
    ({"not_applicant_kind": ["media"]}, {"org_id": "Q"}, 1),
    ({"organisation": ["O"]}, {}, 1),
    ({"not_organisation": ["O"]}, {}, 0),
    ({"proposal": ["B"]}, {}, 0),
    ({"tier": ["2"]}, {"tier": "2"}, 1),
    ({"tier": ["2"]}, {}, 0),
    ({"not_tier": ["2"]}, {}, 1),
    ({"country": ["AZ"]}, {"regions": "N1"}, 1),
    ({"country": ["AZ"]}, {"regions": "N1;S"}, 0),
    ({"country": ["AZ"]}, {"regions": "N1;X"}, 0),
    ({"not_country": ["AZ"]}, {"regions": "N1;S"}, 1),
    ({"country": ["AZ"]}, {}, 1),
    ({"country": ["AZ"]}, {"org_id": "Q"}, 0),
    ({}, {}, 1),
]


@pytest.mark.parametrize(("where", "cells", "share"), WHERE)
def test_c11_a_target_weighs_a_proposal_by_all_its_conditions(
    where: Cells, cells: Cells, share: Fraction | str | int
) -> None:
    # A cap of 0 is passed by the whole weight: w × 30.00 in money, 1 in number where w > 0.
    rows = [proposal("A", **cells), proposal("B")]
    caps = [
        {"id": "1", "where": where, "max_amount": "0"},
        {"id": "2", "where": where, "max_count": "0"},
    ]
    round_ = build([pool("P")], rows, targets=caps, regions=REGIONS)
    money = Fraction(share) * 3000
    expected = [("C11", "target 1", money), ("C11", "target 2", 1)] if money else []
    assert broken(round_, {PA: 3000}) == expected
