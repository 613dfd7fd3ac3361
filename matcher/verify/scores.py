"""The score of a proposal, s_j, exact (PROBLEM.md, Sets and data)."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from matcher.domain import Proposal, Review, Round

PLACES = 10**4
"""Scores are rounded once, at the end, to four decimals."""


def score_of(round_: Round, proposal: Proposal, reviews: Sequence[Review]) -> Fraction | None:
    """Give s_j: as given, else weighted from criteria, else the mean of reviews; None if unscored.

    `reviews` are the proposal's own rows. Recused rows never count.
    """
    counted = [review for review in reviews if not review.recused]
    score = None if proposal.score is None else Fraction(proposal.score)
    if score is None and round_.policy.score_weights:
        score = _weighted(round_, proposal, counted)
    if score is None:
        # A reviewer has one row without a criterion at most, so rows are reviewers here.
        score = _mean(review for review in counted if review.criterion is None)
    return None if score is None else Fraction(round(score * PLACES), PLACES)


def _weighted(round_: Round, proposal: Proposal, counted: Sequence[Review]) -> Fraction | None:
    total = Fraction(0)
    for criterion, weight in round_.policy.score_weights.items():
        if criterion in proposal.criteria:
            value: Fraction | None = Fraction(proposal.criteria[criterion])
        else:
            value = _mean(review for review in counted if review.criterion == criterion)
        if value is None:
            return None
        total += Fraction(weight) * value
    return total


def _mean(reviews: Iterable[Review]) -> Fraction | None:
    scores = [Fraction(review.score) for review in reviews]
    return sum(scores, Fraction(0)) / len(scores) if scores else None
