"""The score s_j of a proposal (PROBLEM.md, Sets and data)."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from .texts import Row, number, text, truth


def proposal_score(
    proposal: Row, reviews: Iterable[Row], weights: Mapping[str, Fraction]
) -> Fraction | None:
    """The score given, else the weighted mean of criteria, else the mean over reviewers.

    Rounded once, half-even to 4 decimals; None when nothing scores the proposal.
    """
    given = number(proposal, "score")
    if given is not None:
        return given
    counting = [
        row
        for row in reviews
        if text(row, "proposal_id") == text(proposal, "proposal_id") and not truth(row, "recused")
    ]
    score = _by_criteria(proposal, counting, weights) if weights else None
    if score is None:
        score = _by_reviewers(counting)
    return None if score is None else Fraction(round(score * 10_000), 10_000)


def _by_criteria(
    proposal: Row, reviews: Sequence[Row], weights: Mapping[str, Fraction]
) -> Fraction | None:
    total = Fraction(0)
    for criterion, weight in weights.items():
        value = number(proposal, f"score_{criterion}")
        if value is None:
            value = _mean(_score(row) for row in reviews if text(row, "criterion") == criterion)
        if value is None:
            return None
        total += weight * value
    return total


def _by_reviewers(reviews: Sequence[Row]) -> Fraction | None:
    by_reviewer: dict[str, list[Fraction]] = {}
    for row in reviews:
        if not text(row, "criterion"):
            by_reviewer.setdefault(text(row, "reviewer_id"), []).append(_score(row))
    return _mean(sum(scores) / Fraction(len(scores)) for scores in by_reviewer.values())


def _score(review: Row) -> Fraction:
    value = number(review, "score")
    if value is None:
        raise ValueError("a review has no score")
    return value


def _mean(values: Iterable[Fraction]) -> Fraction | None:
    numbers = list(values)
    return sum(numbers, Fraction(0)) / len(numbers) if numbers else None
