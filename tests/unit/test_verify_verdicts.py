"""The checker: who may be funded (C7), and the scores that it goes by. All data is made up."""

from fractions import Fraction

import pytest

from matcher.verify import verify_awards
from tests.unit.checked_rounds import (
    PA,
    PB,
    PC,
    QA,
    REGIONS,
    Cells,
    broken,
    build,
    merits,
    only,
    pool,
    proposal,
    without,
)

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
