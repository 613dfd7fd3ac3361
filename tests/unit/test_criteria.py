"""Weights and scores that do not meet are told, and no proposal is left unscored in silence."""

from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.domain.consistency import find_problems
from matcher.errors import InvalidRound, Problem
from tests.unit.test_decision_words import a_round


def made(weights: dict[str, str], *criteria: dict[str, str], **parts: Any) -> Round:
    """Give a round with weights, and a proposal for each of these scores."""
    rows = [
        {"proposal_id": f"B{at}", "score": None, "criteria": given}
        for at, given in enumerate(criteria)
    ]
    policy = {"score_weights": weights, "min_award": "1", "max_funders_per_proposal": 9}
    return a_round([{"pool_id": "P", "budget": "1000"}], rows, policy=policy, **parts)


def told(round_: Round) -> list[tuple[str, int | None, str]]:
    return [(problem.file, problem.row, problem.column) for problem in find_problems(round_)]


def refused(*given: Any, **parts: Any) -> Problem:
    with pytest.raises(InvalidRound) as raised:
        made(*given, **parts)
    (problem,) = raised.value.problems
    return problem


HALVES = {"need": "0.5", "quality": "0.5"}


def test_weights_and_scores_that_meet_are_not_told() -> None:
    assert told(made(HALVES, {"need": "1", "quality": "2"}, {"need": "1"})) == []


def test_a_round_whose_criteria_are_not_scored_yet_is_not_told() -> None:
    assert told(made(HALVES, {}, {})) == []


@pytest.mark.parametrize("written", ["Need", "ned", "score_need", "nееd"])  # the last in Cyrillic
def test_a_misspelt_criterion_is_refused(written: str) -> None:
    problem = refused(HALVES, {written: "1", "quality": "2"})
    assert (problem.file, problem.column) == ("round", "policy.score_weights.need")
    assert f"Did you mean {written}?" in problem.remedy


def test_a_misspelt_criterion_of_reviews_is_refused() -> None:
    review = {"proposal_id": "B0", "reviewer_id": "R", "criterion": "qualty", "score": "5"}
    with pytest.raises(InvalidRound, match=r"quality: .*Did you mean qualty\?"):
        a_round(
            [{"pool_id": "P", "budget": "1000"}], [{"proposal_id": "B0"}],
            policy={"score_weights": HALVES},
            reviews=[review, review | {"criterion": "need"}],
        )  # fmt: skip


def test_a_weight_that_nobody_scored_and_a_score_without_a_weight_are_warned_of() -> None:
    found = made(
        {"need": "0.25", "quality": "0.25", "reach": "0.5"},
        {"need": "1", "quality": "2"},
        {"impact": "3"},
    )
    assert told(found) == [
        ("proposals", 1, "score_impact"), ("round", None, "policy.score_weights.reach"),
    ]  # fmt: skip
    assert {problem.severity for problem in find_problems(found)} == {"warning"}


def test_a_proposal_scored_in_part_is_told_to_be_that() -> None:
    run = match(made(HALVES, {"need": "90"}, {}, {"need": "90", "quality": "90"}), Options())
    table = run.tables["decisions"]
    assert table["reason"].tolist()[:2] == [
        "No score: not every criterion that has a weight is scored.",
        "No score, and no review that counts.",
    ]
