"""How far reviewers of one proposal lie apart, and what other reviewers like them could have said.

A proposal's score is the mean over its reviewers (PROBLEM.md, s_j). With other reviewers of the
same kind it would have been another: as many drawn from those it had, with replacement, say which
(the bootstrap: Efron, Annals of Statistics 7, 1979). A mean of n so drawn spreads by the square
root of (n - 1) / n of what n new reviewers would: with two, by seven tenths.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import sqrt

import numpy as np

from matcher.domain import Proposal, Round

Given = Mapping[str, Fraction]
"""What one reviewer gave, by criterion; the empty name is a score of the whole."""


@dataclass(frozen=True)
class Panel:
    """The reviewers of a proposal who count, in the order of their ids, and how criteria weigh.

    `rest` is what the score has that is nobody's opinion here: criteria in the proposal's own
    columns, or what a score given there is more than the reviewers' mean.
    """

    reviewers: tuple[Given, ...]
    weights: Given
    rest: Fraction = Fraction(0)

    def score(self, chosen: np.ndarray[tuple[int], np.dtype[np.int64]]) -> Fraction:
        """Give the score if the chosen reviewers, by position, had been asked.

        A criterion that none of them scored keeps what all say of it.
        """
        total = self.rest
        for criterion, weight in self.weights.items():
            given = [r[criterion] for r in (self.reviewers[i] for i in chosen) if criterion in r]
            given = given or [r[criterion] for r in self.reviewers if criterion in r]
            total += weight * sum(given, Fraction(0)) / len(given)
        return total

    def overall(self) -> list[Fraction]:
        """Give what each reviewer said of the whole, for those who scored every criterion."""
        whole = [r for r in self.reviewers if self.weights.keys() <= r.keys()]
        return [
            sum((weight * r[name] for name, weight in self.weights.items()), Fraction(0))
            for r in whole
        ]


def panels_of(round_: Round) -> dict[str, Panel]:
    """Give the reviewers of each proposal that has two or more who are not recused.

    Criteria weigh as in the policy. Reviews that the score does not depend on are left out.
    """
    said: dict[str, dict[str, dict[str, list[Fraction]]]] = defaultdict(dict)
    for review in round_.reviews:
        if not review.recused:
            given = said[review.proposal_id].setdefault(review.reviewer_id, {})
            given.setdefault(review.criterion or "", []).append(Fraction(review.score))
    panels = {}
    for proposal in round_.proposals:
        by_reviewer = said.get(proposal.proposal_id, {})
        means = {
            name: {criterion: sum(all_, Fraction(0)) / len(all_) for criterion, all_ in g.items()}
            for name, g in by_reviewer.items()
        }
        weights = _weights(round_, proposal, {name for given in means.values() for name in given})
        counted = [means[name] for name in sorted(means) if weights.keys() & means[name].keys()]
        if len(counted) > 1:
            panel = Panel(tuple(counted), weights)
            panels[proposal.proposal_id] = replace(panel, rest=_rest(round_, proposal, panel))
    return panels


def pooled_spread(panels: Mapping[str, Panel]) -> float | None:
    """Give how far one reviewer's score lies from the mean of its proposal, in points.

    The standard deviation is pooled over all proposals with several reviewers; None without any.
    """
    squares, freedom = Fraction(0), 0
    for panel in panels.values():
        scores = panel.overall()
        if len(scores) > 1:
            mean = sum(scores, Fraction(0)) / len(scores)
            squares += sum(((score - mean) ** 2 for score in scores), Fraction(0))
            freedom += len(scores) - 1
    return sqrt(squares / freedom) if freedom else None


def _weights(round_: Round, proposal: Proposal, reviewed: set[str]) -> dict[str, Fraction]:
    """Give the criteria that reviewers decide on with their weights, as matcher.scores does."""
    weights = {name: Fraction(weight) for name, weight in round_.policy.score_weights.items()}
    if weights and weights.keys() <= reviewed | proposal.criteria.keys():
        return {name: weights[name] for name in weights if name not in proposal.criteria}
    return {"": Fraction(1)} if "" in reviewed else {}


def _rest(round_: Round, proposal: Proposal, panel: Panel) -> Fraction:
    if proposal.score is not None:
        return Fraction(proposal.score) - panel.score(np.arange(len(panel.reviewers)))
    if "" in panel.weights:
        return Fraction(0)
    own = {name: weight for name, weight in round_.policy.score_weights.items()
           if name not in panel.weights}  # fmt: skip
    return sum(
        (Fraction(weight) * Fraction(proposal.criteria[name]) for name, weight in own.items()),
        Fraction(0),
    )
