"""The score of each proposal, from its column, its criteria or its reviews (PROBLEM.md, s_j)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from matcher.domain import Proposal, Round

SCALE = 10_000
"""Scores are whole numbers of this part of a point: four decimals."""


def scaled(score: Decimal) -> int:
    """Give a score of at most four decimals in whole ten-thousandths."""
    return int(score * SCALE)


def scores_of(round_: Round, only: Sequence[Proposal] | None = None) -> dict[str, int | None]:
    """Give each proposal's score in ten-thousandths, rounded once, half-even; None if unscored.

    Where some are given, of these `only`.

    A score in the proposal's own column counts before anything else; then the weighted mean of
    the policy's criteria if all are there; then the mean over reviewers who are not recused.
    """
    reviews: dict[str, dict[str | None, dict[str, list[Decimal]]]] = defaultdict(dict)
    for review in round_.reviews:
        if not review.recused:
            by_reviewer = reviews[review.proposal_id].setdefault(review.criterion, {})
            by_reviewer.setdefault(review.reviewer_id, []).append(review.score)
    return {
        proposal.proposal_id: _score(round_, proposal, reviews.get(proposal.proposal_id, {}))
        for proposal in (round_.proposals if only is None else only)
    }


def _score(
    round_: Round, proposal: Proposal, reviews: dict[str | None, dict[str, list[Decimal]]]
) -> int | None:
    if proposal.score is not None:
        return scaled(proposal.score)
    weights = round_.policy.score_weights
    if weights:
        parts = {name: _criterion(proposal, name, reviews.get(name, {})) for name in weights}
        known = {name: part for name, part in parts.items() if part is not None}
        if len(known) == len(weights):
            exact = sum(
                (Fraction(weights[name]) * part for name, part in known.items()), Fraction()
            )
            return round(exact * SCALE)
    overall = reviews.get(None, {})
    return round(_mean(overall.values()) * SCALE) if overall else None


def _criterion(proposal: Proposal, name: str, reviews: dict[str, list[Decimal]]) -> Fraction | None:
    if name in proposal.criteria:
        return Fraction(proposal.criteria[name])
    return _mean(reviews.values()) if reviews else None


def _mean(reviewers: Iterable[list[Decimal]]) -> Fraction:
    """Give the mean over reviewers, each counting once with the mean of what they gave."""
    means = [sum(map(Fraction, given), Fraction()) / len(given) for given in reviewers]
    return sum(means, Fraction()) / len(means)
