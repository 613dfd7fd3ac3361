"""A draw varies what it says, within what it says, and is the same whoever draws it."""

from decimal import Decimal
from fractions import Fraction
from itertools import product
from pathlib import Path
from random import Random
from statistics import mean, stdev
from typing import Any

import pytest

from matcher import load_round
from matcher.domain import Round
from matcher.scenarios.sweeping.draws import Draws, NothingToVary, Variation
from matcher.scores import scores_of
from tests.unit.test_explain import a_round

DEMONSTRATION = Path(__file__).parents[2] / "fixtures" / "rounds" / "baku-spring"
FOUR_POINTS = Variation(points=Decimal(4))
FIFTH = Variation(budgets=Decimal("0.2"))


def review(proposal: str, reviewer: str, score: int, **more: str) -> dict[str, Any]:
    return {"proposal_id": proposal, "reviewer_id": reviewer, "score": str(score), **more}


def reviewed_round(*reviews: dict[str, Any], **parts: Any) -> Round:
    """Give a round in which nobody has a score but from reviews."""
    rows = [row.model_copy(update={"score": None}) for row in a_round(1).proposals]
    return a_round(1, proposals=[row.given() for row in rows], reviews=list(reviews), **parts)


def drawn_scores(round_: Round, variation: Variation, proposal: str, draws: int) -> list[Decimal]:
    found = Draws(round_, variation, 7)
    scores = [found.drawn(number).proposals_by_id[proposal].score for number in range(draws)]
    assert all(score is not None for score in scores)
    return [score for score in scores if score is not None]


def test_a_draw_is_the_same_whoever_draws_it_and_another_number_or_seed_gives_another() -> None:
    everything = Variation(budgets=Decimal("0.2"), reviewers=True)
    round_ = load_round(DEMONSTRATION)
    given = {name: getattr(round_, name) for name in round_.model_fields_set}
    shuffled = {
        name: tuple(Random(3).sample(value, len(value)))
        for name, value in given.items()
        if name in ("pools", "proposals", "reviews", "pairs")
    }
    other = Draws(Round.model_validate(given | shuffled), everything, 5)
    one = Draws(round_, everything, 5)
    hashes = [one.drawn(number).content_hash for number in range(3)]
    assert [other.drawn(number).content_hash for number in (2, 0, 1)] == [
        hashes[number] for number in (2, 0, 1)
    ]
    others = [Draws(round_, everything, 6).drawn(0).content_hash, round_.content_hash]
    assert len({*hashes, *others}) == 5


def test_the_round_that_is_drawn_from_stays_as_it_is() -> None:
    round_ = load_round(DEMONSTRATION)
    before = round_.document()
    drawn = Draws(round_, Variation(budgets=Decimal("0.2"), points=Decimal(4))).drawn(0)
    assert round_.document() == before
    changed = {"pools", "proposals", "pairs"}
    after = drawn.document()
    assert {table for table in after if after[table] != before[table]} == changed
    assert drawn.pools_by_id["P01"].budget != round_.pools_by_id["P01"].budget


def test_budgets_lie_anywhere_within_the_share_in_whole_minor_units() -> None:
    pools = [
        {"pool_id": name, "donor_id": "D", "name": name, "currency": currency, "budget": budget}
        for name, currency, budget in (
            ("A", "AZN", "1000"), ("J", "JPY", "1000"), ("N", "AZN", "0"), ("S", "AZN", "0.03")
        )
    ]  # fmt: skip
    draws = Draws(a_round(1, pools=pools, rates={"JPY": "0.011"}), FIFTH)
    found = [draws.drawn(number).pools_by_id for number in range(300)]
    for name, low, high, digits in (("A", 800, 1200, 2), ("J", 800, 1200, 0)):
        budgets = [pools_[name].budget for pools_ in found]
        assert all(low <= budget <= high for budget in budgets)
        assert all(budget == round(budget, digits) for budget in budgets)
        assert min(budgets) < low + 10
        assert max(budgets) > high - 10
        assert abs(mean(budgets) - 1000) < 25
    assert {pools_["N"].budget for pools_ in found} == {0}
    assert {pools_["S"].budget for pools_ in found} == {Decimal("0.03")}


def test_noise_of_four_points_has_that_standard_deviation() -> None:
    rows = [row.given() | {"score": "60"} for row in a_round(1).proposals]
    scores = drawn_scores(a_round(1, proposals=rows), FOUR_POINTS, "B2", 800)
    assert abs(mean(scores) - 60) < Decimal("0.4")
    assert abs(stdev(scores) - 4) < Decimal("0.3")
    assert all(score == round(score, 4) for score in scores)


def test_scores_stay_between_nought_and_the_highest_and_a_missing_one_stays_missing() -> None:
    rows = [row.given() for row in a_round(1).proposals]
    rows[0] |= {"score": "99"}
    rows[1] |= {"score": "1"}
    del rows[2]["score"]
    round_ = a_round(1, proposals=rows)
    found = [Draws(round_, Variation(points=Decimal(9)), 1).drawn(n) for n in range(60)]
    assert max(r.proposals_by_id["B0"].score or 0 for r in found) == 100
    assert min(r.proposals_by_id["B1"].score or 0 for r in found) == 0
    assert all(r.proposals_by_id["B2"].score is None for r in found)
    assert "B2" not in Draws(round_, FOUR_POINTS).bases


def test_reviewers_are_drawn_from_those_that_a_proposal_had_and_recused_ones_never_count() -> None:
    # Of three reviewers who gave 50, 60 and 90, three drawn with replacement give these means.
    reviews = [review("B0", f"R{n}", score) for n, score in enumerate((50, 60, 90))]
    reviews.append(review("B0", "R9", 3, recused="true"))
    round_ = reviewed_round(*reviews)
    scores = drawn_scores(round_, Variation(reviewers=True), "B0", 400)
    means = {Fraction(sum(three), 3) for three in product((50, 60, 90), repeat=3)}
    assert {round(Fraction(score) * 3) for score in scores} == {int(value * 3) for value in means}
    unrecused = Fraction(200, 3)
    assert abs(mean(scores) - Decimal(unrecused.numerator) / unrecused.denominator) < 2


def test_reviewers_keep_the_weights_of_their_criteria() -> None:
    # R0 says 0.7 * 40 + 0.3 * 80 = 52 and R1 says 0.7 * 60 + 0.3 * 50 = 57: two drawn give one of
    # these or their mean. R2 scored one criterion alone, and never stands for the other.
    weights = {"policy": {"score_weights": {"need": "0.7", "quality": "0.3"}, "grant_step": "10"}}
    reviews = [
        review("B0", reviewer, score, criterion=criterion)
        for reviewer, criterion, score in (
            ("R0", "need", 40), ("R0", "quality", 80), ("R1", "need", 60), ("R1", "quality", 50),
        )
    ]  # fmt: skip
    scores = drawn_scores(reviewed_round(*reviews, **weights), Variation(reviewers=True), "B0", 60)
    assert set(scores) == {Decimal(52), Decimal("54.5"), Decimal(57)}
    lone = review("B0", "R2", 10, criterion="quality")
    three = drawn_scores(
        reviewed_round(*reviews, lone, **weights), Variation(reviewers=True), "B0", 200
    )
    # Three times R2: all that is known of the need, (40 + 60) / 2, stays.
    assert Decimal("0.7") * 50 + Decimal("0.3") * 10 in three


def test_a_criterion_in_the_proposal_itself_does_not_vary() -> None:
    weights = {"policy": {"score_weights": {"need": "0.5", "quality": "0.5"}, "grant_step": "10"}}
    rows = [row.given() for row in a_round(1).proposals]
    rows[0] = {name: cell for name, cell in rows[0].items() if name != "score"}
    rows[0] |= {"criteria": {"need": "80"}}
    reviews = [review("B0", f"R{n}", s, criterion="quality") for n, s in enumerate((40, 60))]
    round_ = a_round(1, proposals=rows, reviews=reviews, **weights)
    assert scores_of(round_)["B0"] == 650_000
    assert set(drawn_scores(round_, Variation(reviewers=True), "B0", 40)) == {60, 65, 70}


def test_a_score_of_its_own_is_varied_as_far_as_its_reviewers_lie_apart() -> None:
    rows = [row.given() for row in a_round(1).proposals]
    rows[0] |= {"score": "70"}
    reviews = [review("B0", "R0", 50), review("B0", "R1", 60)]
    round_ = a_round(1, proposals=rows, reviews=reviews)
    assert set(drawn_scores(round_, Variation(reviewers=True), "B0", 40)) == {65, 70, 75}


def test_a_proposal_with_one_reviewer_varies_as_far_as_single_reviewers_lie_apart() -> None:
    # B0 has 50 and 60, B1 has 40 and 60: deviations of 5, 5, 10 and 10 with two degrees of freedom
    # are a variance of (25 + 25 + 100 + 100) / 2 = 125.
    reviews = [
        review("B0", "R0", 50), review("B0", "R1", 60), review("B1", "R0", 40),
        review("B1", "R1", 60), review("B2", "R0", 50), review("B3", "R1", 50),
        review("B3", "R0", 99, recused="true"),
    ]  # fmt: skip
    round_ = reviewed_round(*reviews)
    draws = Draws(round_, Variation(reviewers=True))
    assert draws.spread == pytest.approx(125**0.5)
    assert draws.bases == {"B0": "reviewers", "B1": "reviewers", "B2": "pooled", "B3": "pooled"}
    scores = drawn_scores(round_, Variation(reviewers=True), "B2", 600)
    assert abs(float(stdev(scores)) - 125**0.5) < 0.8


def test_a_score_that_a_pool_gave_itself_varies_by_itself() -> None:
    pairs = [{"pool_id": "P2", "proposal_id": "B0", "score": "50"}]
    rows = [row.given() | {"score": "50"} for row in a_round(1).proposals]
    draws = Draws(a_round(1, proposals=rows, pairs=pairs), FOUR_POINTS)
    rounds = [draws.drawn(number) for number in range(200)]
    own = [r.pairs[0].score or Decimal(0) for r in rounds]
    all_ = [r.proposals_by_id["B0"].score or Decimal(0) for r in rounds]
    assert abs(stdev(own) - 4) < 1
    assert stdev([one - other for one, other in zip(own, all_, strict=True)]) > 5


def test_budgets_are_drawn_alike_whether_scores_vary_or_not() -> None:
    both = Variation(budgets=Decimal("0.2"), points=Decimal(4))
    one, other = (Draws(a_round(1), variation).drawn(4) for variation in (FIFTH, both))
    assert one.pools == other.pools


def test_what_varies_nothing_or_in_two_ways_is_refused() -> None:
    for given in (
        {},
        {"points": Decimal(-1)},
        {"budgets": Decimal("1.5")},
        {"points": Decimal(4), "reviewers": True},
    ):
        with pytest.raises(NothingToVary):
            Variation(**given)
    with pytest.raises(NothingToVary, match="nobody knows how far reviewers lie apart"):
        Draws(a_round(1), Variation(reviewers=True))
