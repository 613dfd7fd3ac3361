"""The checker: each constraint broken and kept, and the objective levels worked out by hand.

Amounts in rounds are in AZN, awards in qəpik: 1.00 AZN is 100. All data is made up.
"""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

import pytest

from matcher.domain import Round
from matcher.errors import MatcherError
from matcher.verify import Verification, Violation, levels_of, verify_awards
from matcher.verify.levels import exact_sum

Cells = Mapping[str, Any]
Exact = Fraction | int


def pool(pool_id: str, budget: str = "100", **cells: Any) -> dict[str, Any]:
    base = {"pool_id": pool_id, "donor_id": "D", "name": "Pool", "currency": "AZN"}
    return base | {"budget": budget} | cells


def proposal(proposal_id: str, requested: str = "50", **cells: Any) -> dict[str, Any]:
    base = {"proposal_id": proposal_id, "org_id": "O", "title": "Work", "currency": "AZN"}
    return base | {"requested": requested, "minimum": "0", "score": "10"} | cells


def without(cells: Cells, *names: str) -> dict[str, Any]:
    return {name: value for name, value in cells.items() if name not in names}


def build(pools: Iterable[Cells], proposals: Iterable[Cells], **parts: Any) -> Round:
    """Build a round of pools and proposals of donor D (a bank) and organisation O (media)."""
    tables: dict[str, Any] = {
        "donors": [
            {"donor_id": "D", "name": "Made-up bank", "kind": "bank"},
            {"donor_id": "E", "name": "Made-up embassy", "kind": "embassy"},
        ],
        "organisations": [
            {"org_id": "O", "name": "Made-up union", "kind": "media", "country": "AZ"},
            {"org_id": "Q", "name": "Made-up fund"},
        ],
    }
    settings = {"id": "made-up", "currency": "AZN", "decision_date": "2026-03-01"}
    rows = {"pools": list(pools), "proposals": list(proposals)}
    return Round.model_validate(settings | tables | rows | parts)


def broken(round_: Round, awards: Mapping[tuple[str, str], Any]) -> list[tuple[str, str, Exact]]:
    found = verify_awards(round_, awards)
    assert found.holds == (not found.violations)
    return [(v.constraint, v.subject, v.by) for v in found.violations]


def only(verification: Verification) -> Violation:
    (violation,) = verification.violations
    return violation


P, A, B = "pool P", "proposal A", "proposal B"
PA, PB, PC = ("P", "A"), ("P", "B"), ("P", "C")
QA, QB, QC = ("Q", "A"), ("Q", "B"), ("Q", "C")


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


# C7: who may be funded


@pytest.mark.parametrize("status", ["withdrawn", "disqualified", "deferred"])
def test_c7_only_a_submitted_proposal_is_funded(status: str) -> None:
    round_ = build([pool("P")], [proposal("A", status=status)])
    assert broken(round_, {PA: 700}) == [("C7", "pool P, proposal A", 700)]


def test_c7_a_score_equal_to_the_threshold_passes() -> None:
    rows = [proposal("A", score="50"), proposal("B", score="49.9999")]
    round_ = build([pool("P")], rows, policy={"score_threshold": "50"})
    assert broken(round_, {PA: 100}) == []
    violation = only(verify_awards(round_, {PB: 100}))
    assert violation.constraint == "C7"
    assert violation.message == (
        "Pool P may not award 1.00 AZN to proposal B: its score 49.9999 is below the threshold 50."
    )


def test_c7_an_unscored_proposal_is_not_funded_even_with_a_score_of_the_pool_or_a_pin() -> None:
    pairs = [
        {"pool_id": "P", "proposal_id": "A", "score": "90", "status": "pin", "reason": "Board."}
    ]
    round_ = build([pool("P")], [without(proposal("A"), "score")], pairs=pairs)
    assert broken(round_, {PA: 100}) == [("C7", "pool P, proposal A", 100)]


def test_an_award_without_any_score_has_no_merit() -> None:
    round_ = build([pool("P")], [without(proposal("A"), "score")])
    assert merits(round_, {PA: 100}) == {None: 0}


@pytest.mark.parametrize("pool_key", [{"pool_id": "P"}, {"donor_id": "D"}])
@pytest.mark.parametrize("proposal_key", [{"proposal_id": "A"}, {"org_id": "O"}])
@pytest.mark.parametrize("status", ["forbid", "conflict", "declined"])
def test_c7_rows_for_a_pair_a_donor_or_an_organisation_bar_it(
    pool_key: Cells, proposal_key: Cells, status: str
) -> None:
    rows = [proposal("A"), proposal("B", org_id="Q")]
    pairs = [{**pool_key, **proposal_key, "status": status}]
    round_ = build([pool("P"), pool("Q", donor_id="E")], rows, pairs=pairs)
    assert broken(round_, {PA: 100}) == [("C7", "pool P, proposal A", 100)]
    assert broken(round_, {PB: 100, QA: 100}) == []


REGIONS = [
    {"code": "N", "name": "North", "country": "AZ"},
    {"code": "N1", "name": "North one", "parent": "N"},
    {"code": "S", "name": "South", "country": "GE"},
    {"code": "X", "name": "Nowhere"},
]
ANY = "eligible"
OUT = "ineligible"
ASK = "needs_review"
TERMS = [
    ({"sectors": "111"}, {"sector": "11110"}, ANY),
    ({"sectors": "11110"}, {"sector": "111"}, OUT),
    ({"sectors": "111"}, {}, ASK),
    ({"not_sectors": "111"}, {"sector": "11110"}, OUT),
    ({"not_sectors": "11110"}, {"sector": "111"}, ANY),
    ({"not_sectors": "111"}, {}, ASK),
    ({"regions": "N"}, {"regions": "N1"}, ANY),
    ({"regions": "N"}, {"regions": "N1;S"}, OUT),
    ({"regions": "N1"}, {"regions": "N"}, OUT),
    ({"regions": "N"}, {}, ASK),
    ({"not_regions": "N"}, {"regions": "N1;S"}, OUT),
    ({"not_regions": "N1"}, {"regions": "N;S"}, ANY),
    ({"not_regions": "N"}, {}, ASK),
    ({"groups": "youth;idps"}, {"groups": "idps;children"}, ANY),
    ({"groups": "youth"}, {"groups": "children"}, OUT),
    ({"groups": "youth"}, {}, ASK),
    ({"sdgs": "1;2"}, {"sdgs": "2;3"}, ANY),
    ({"sdgs": "1"}, {"sdgs": "11"}, OUT),
    ({"sdgs": "1"}, {}, ASK),
    ({"priority_areas": "1"}, {"priority_areas": "1"}, ANY),
    ({"priority_areas": "1"}, {"priority_areas": "2"}, OUT),
    ({"priority_areas": "1"}, {}, ASK),
    ({"applicant_kinds": "media;company"}, {}, ANY),
    ({"applicant_kinds": "company"}, {}, OUT),
    ({"applicant_kinds": "company"}, {"org_id": "Q"}, ASK),
    ({"applicant_countries": "AZ"}, {"regions": "S"}, ANY),
    ({"applicant_countries": "GE"}, {"regions": "S"}, OUT),
    ({"applicant_countries": "AZ"}, {"org_id": "Q"}, ASK),
    ({"countries": "AZ"}, {"regions": "N1"}, ANY),
    ({"countries": "AZ"}, {"regions": "N1;S"}, OUT),
    ({"countries": "AZ"}, {"regions": "N1;X"}, ASK),
    ({"countries": "AZ"}, {"regions": "S;X"}, OUT),
    ({"countries": "AZ"}, {}, ANY),
    ({"countries": "GE"}, {}, OUT),
    ({"countries": "AZ"}, {"org_id": "Q"}, ASK),
    ({"countries": "AZ"}, {"org_id": "Q", "regions": "N"}, ANY),
    ({"available_from": "2026-03-01"}, {}, ANY),
    ({"available_from": "2026-03-02"}, {}, OUT),
    ({"available_until": "2026-03-01"}, {}, ANY),
    ({"available_until": "2026-02-28"}, {}, OUT),
    ({"pay_by": "2026-03-01"}, {}, ANY),
    ({"pay_by": "2026-02-28"}, {}, OUT),
    ({}, {"accepts_donor_kinds": "bank;embassy"}, ANY),
    ({}, {"accepts_donor_kinds": "embassy"}, OUT),
    ({}, {"refuses_donors": "E"}, ANY),
    ({}, {"refuses_donors": "D;E"}, OUT),
    ({"sdgs": "1", "groups": "youth"}, {"groups": "children"}, OUT),
]


@pytest.mark.parametrize(("terms", "cells", "verdict"), TERMS)
def test_c7_an_award_needs_the_terms_of_its_pool_and_the_facts_to_judge_them(
    terms: Cells, cells: Cells, verdict: str
) -> None:
    round_ = build([pool("P", **terms)], [proposal("A", **cells)], regions=REGIONS)
    found = verify_awards(round_, {PA: 100})
    assert found.verdicts == {PA: verdict}
    assert [v.constraint for v in found.violations] == ([] if verdict == ANY else ["C7"])


def test_the_built_in_regions_cover_what_stands_below_them() -> None:
    round_ = build(
        [pool("P", regions="AZ-ER-GANJA-DASHKASAN", countries="AZ")],
        [proposal("A", regions="AZ-GA"), proposal("B", regions="AZ-BA")],
    )
    assert verify_awards(round_, {PA: 1, PB: 1}).verdicts == {PA: "eligible", PB: "ineligible"}


def test_under_conditional_a_missing_fact_makes_the_award_conditional() -> None:
    policy = {"needs_review": "conditional"}
    rows = [pool("P", sdgs="1"), pool("Q")]
    found = verify_awards(build(rows, [proposal("A")], policy=policy), {PA: 100, QA: 100})
    assert found.holds
    assert found.verdicts == {PA: "needs_review", QA: "eligible"}
    assert found.conditional == {PA}


def test_an_award_of_pledged_money_is_conditional() -> None:
    rows = [pool("P", certainty="pledged"), pool("Q", certainty="confirmed")]
    assert verify_awards(build(rows, [proposal("A")]), {PA: 100, QA: 100}).conditional == {PA}


def test_c7_a_pin_overrides_threshold_terms_and_review() -> None:
    rows = [pool("P", sectors="111"), pool("Q", groups="youth")]
    work = proposal("A", score="10", groups="idps")
    pairs = [
        {"pool_id": p, "proposal_id": "A", "status": "pin", "reason": "Board."} for p in ("P", "Q")
    ]
    policy = {"score_threshold": "50"}
    assert broken(build(rows, [work], policy=policy, pairs=pairs), {PA: 100, QA: 100}) == []
    assert [row[0] for row in broken(build(rows, [work], policy=policy), {PA: 100, QA: 100})] == [
        "C7",
        "C7",
    ]


@pytest.mark.parametrize("wide", ["forbid", "conflict", "declined"])
def test_c7_a_pin_overrides_no_row_that_bars_its_pair_and_no_status(wide: str) -> None:
    pin = {"pool_id": "P", "proposal_id": "A", "status": "pin", "reason": "Board."}
    rows = [pin, {"donor_id": "D", "org_id": "O", "status": wide}]
    assert broken(build([pool("P")], [proposal("A")], pairs=rows), {PA: 100}) == [
        ("C7", "pool P, proposal A", 100)
    ]
    withdrawn = [proposal("A", status="withdrawn")]
    assert [row[0] for row in broken(build([pool("P")], withdrawn, pairs=[pin]), {PA: 1})] == ["C7"]
    # Not awarding it breaks the pin: with such a pin no plan holds.
    assert [row[0] for row in broken(build([pool("P")], withdrawn, pairs=[pin]), {})] == ["C12"]


# Scores


def test_a_score_that_is_given_wins_over_criteria_and_reviews() -> None:
    row = proposal("A", score="12.3456", criteria={"need": "90"})
    reviews = [{"proposal_id": "A", "reviewer_id": "r", "score": "99"}]
    round_ = build([pool("P")], [row], policy={"score_weights": {"need": "1"}}, reviews=reviews)
    assert merits(round_, {PA: 100}) == {None: Fraction("12.3456")}


def test_a_weighted_score_takes_criteria_from_the_proposal_else_from_reviews() -> None:
    # need 80 as given; quality (50 + 61) / 2 = 55.5 without the recused 0.
    # 0.6 × 80 + 0.4 × 55.5 = 48 + 22.2 = 70.2
    row = without(proposal("A", criteria={"need": "80"}), "score")
    reviews = [
        {"proposal_id": "A", "reviewer_id": "r", "criterion": "need", "score": "1"},
        {"proposal_id": "A", "reviewer_id": "r", "criterion": "quality", "score": "50"},
        {"proposal_id": "A", "reviewer_id": "s", "criterion": "quality", "score": "61"},
        {
            "proposal_id": "A",
            "reviewer_id": "t",
            "criterion": "quality",
            "score": "0",
            "recused": "yes",
        },
        {"proposal_id": "A", "reviewer_id": "r", "score": "3"},
    ]
    weights = {"need": "0.6", "quality": "0.4"}
    round_ = build([pool("P")], [row], policy={"score_weights": weights}, reviews=reviews)
    assert merits(round_, {PA: 100}) == {None: Fraction("70.2")}


def test_without_every_criterion_the_score_is_the_mean_of_reviews_rounded_half_even() -> None:
    # quality is nowhere. Reviews: (10 + 10 + 11) / 3 = 10.33333… → 10.3333; recused: not counted.
    # B: (0.0001 + 0.0002) / 2 = 0.00015 → 0.0002 and C: (0.0002 + 0.0003) / 2 = 0.00025 → 0.0002.
    rows = [
        without(proposal("A", criteria={"need": "80"}), "score"),
        without(proposal("B"), "score"),
        without(proposal("C"), "score"),
    ]
    scores = {"A": ("10", "10", "11"), "B": ("0.0001", "0.0002"), "C": ("0.0002", "0.0003")}
    reviews = [
        {"proposal_id": key, "reviewer_id": f"r{number}", "score": score}
        for key, given in scores.items()
        for number, score in enumerate(given)
    ]
    reviews.append({"proposal_id": "A", "reviewer_id": "t", "score": "90", "recused": "yes"})
    weights = {"need": "0.6", "quality": "0.4"}
    round_ = build([pool("P")], rows, policy={"score_weights": weights}, reviews=reviews)
    assert merits(round_, {PA: 100}) == {None: Fraction("10.3333")}
    assert merits(round_, {PB: 100}) == {None: Fraction("0.0002")}
    assert merits(round_, {PC: 100}) == {None: Fraction("0.0002")}


def test_a_proposal_with_recused_reviews_alone_is_unscored() -> None:
    reviews = [{"proposal_id": "A", "reviewer_id": "r", "score": "9", "recused": "yes"}]
    round_ = build([pool("P")], [without(proposal("A"), "score")], reviews=reviews)
    assert [row[0] for row in broken(round_, {PA: 100})] == ["C7"]


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


# C11


def target(**cells: Any) -> dict[str, Any]:
    return {"id": "T", "where": {"proposal": ["A"]}} | cells


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


# Levels


def merits(round_: Round, awards: Mapping[tuple[str, str], int]) -> dict[int | None, Exact]:
    return {v.key: v.value for v in levels_of(round_, awards) if v.level == "L2"}


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
