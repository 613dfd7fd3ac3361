"""Random variations of a round: its budgets and its scores, as they could as well have been.

Draw number n of a seed is the same whoever draws it, in whatever order, on any worker.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from math import ceil, floor
from typing import Any, Literal

import numpy as np

from matcher import money
from matcher.domain import Pool, Round
from matcher.domain.round import cell
from matcher.errors import MatcherError
from matcher.scenarios.sweeping.reviewers import Panel, panels_of, pooled_spread
from matcher.scores import SCALE, scaled, scores_of
from matcher.wording import catalogue_of

Basis = Literal["reviewers", "pooled", "points"]
"""What a score is varied by: its own reviewers, the spread of all reviewers, or so many points."""
BUDGETS, PROPOSALS, REVIEWERS, PAIRS = range(4)
"""Streams of random numbers: each of these is drawn the same whether the others are or not."""
MOST_POINTS = 1_000_000
"""Noise of more points could not be told from this: scores are cut at both of their ends."""


class NothingToVary(MatcherError):
    """What was asked for does not vary this round."""


@dataclass(frozen=True)
class Variation:
    """How a round is varied.

    `budgets`: each pool's budget lies anywhere within this share of it, more or less, in whole
    minor units of its currency. `points`: each score gets normal noise of this standard deviation.
    `reviewers`: each score is what as many reviewers, drawn from its own with replacement, would
    have said; one with fewer than two reviewers gets normal noise as large as a single reviewer's
    spread over the whole round. A pool's own score in pairs.csv is another's opinion: it varies by
    itself, by as many points, or by the spread of a single reviewer.

    Scores stay within 0 and score_max and have 4 decimals. Raises NothingToVary where nothing
    varies, or scores would vary in two ways.
    """

    budgets: Decimal = Decimal(0)
    points: Decimal = Decimal(0)
    reviewers: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.budgets <= 1 or not 0 <= self.points <= MOST_POINTS:
            raise NothingToVary(catalogue_of().say("draws-range"))
        if self.reviewers and self.points:
            raise NothingToVary(catalogue_of().say("draws-twice"))
        if not (self.budgets or self.points or self.reviewers):
            raise NothingToVary(catalogue_of().say("draws-nothing"))

    def document(self) -> dict[str, Any]:
        """Give the variation as plain values."""
        return {
            "budgets": cell(self.budgets), "points": cell(self.points), "reviewers": self.reviewers,
        }  # fmt: skip


@dataclass(frozen=True)
class Draws:
    """All draws of a round under one seed."""

    round: Round
    variation: Variation
    seed: int = 0

    def __post_init__(self) -> None:
        if self.variation.reviewers and self.spread is None:
            raise NothingToVary(catalogue_of().say("draws-no-reviewers"))

    @cached_property
    def panels(self) -> Mapping[str, Panel]:
        """Give the reviewers of each proposal that has several."""
        return panels_of(self.round) if self.variation.reviewers else {}

    @cached_property
    def spread(self) -> float | None:
        """Give the standard deviation of a score that has no reviewers of its own, in points."""
        return pooled_spread(self.panels) if self.variation.reviewers else None

    @cached_property
    def bases(self) -> Mapping[str, Basis]:
        """Say what each proposal's score is varied by; a proposal without a score has none."""
        if not (self.variation.points or self.variation.reviewers):
            return {}
        scores = scores_of(self.round)
        return {name: self._basis(name) for name in sorted(scores) if scores[name] is not None}

    def drawn(self, number: int) -> Round:
        """Give the draw of this number; the round itself stays as it is."""
        changed: dict[str, Any] = {}
        if self.variation.budgets:
            changed["pools"] = self._pools(number)
        if self.variation.points or self.variation.reviewers:
            changed["proposals"] = self._proposals(number)
            changed["pairs"] = self._pairs(number)
        given = {name: getattr(self.round, name) for name in self.round.model_fields_set}
        return Round.model_validate(given | changed)

    def _basis(self, proposal_id: str) -> Basis:
        if not self.variation.reviewers:
            return "points"
        return "reviewers" if proposal_id in self.panels else "pooled"

    def _pools(self, number: int) -> tuple[Pool, ...]:
        """Vary budgets, pool by pool in the order of ids."""
        dice = self._dice(number, BUDGETS)
        share = Fraction(self.variation.budgets)
        drawn: dict[str, Decimal] = {}
        for pool in sorted(self.round.pools, key=lambda pool: pool.pool_id):
            units = money.minor(pool.budget, pool.currency)
            low, high = ceil(units * (1 - share)), floor(units * (1 + share))
            found = int(dice.integers(low, min(high, money.LARGEST_AMOUNT), endpoint=True))
            drawn[pool.pool_id] = money.major(found, pool.currency)
        return tuple(
            pool.model_copy(update={"budget": drawn[pool.pool_id]}) for pool in self.round.pools
        )

    def _proposals(self, number: int) -> tuple[Any, ...]:
        dice, others = self._dice(number, PROPOSALS), self._dice(number, REVIEWERS)
        drawn: dict[str, Decimal] = {}
        # A number is drawn for each proposal, used or not: the noise of one does not hang on what
        # is known of another.
        scores = scores_of(self.round)
        for name in sorted(scores):
            noise = float(dice.standard_normal())
            score, panel = scores[name], self.panels.get(name)
            if score is None:
                continue
            if panel is None:
                drawn[name] = self._noisy(score, noise)
            else:
                count = len(panel.reviewers)
                drawn[name] = self._inside(panel.score(others.integers(0, count, count)))
        return tuple(
            row.model_copy(update={"score": drawn[row.proposal_id]})
            if row.proposal_id in drawn
            else row
            for row in self.round.proposals
        )

    def _pairs(self, number: int) -> tuple[Any, ...]:
        dice = self._dice(number, PAIRS)
        scored = {
            (row.pool_id, row.proposal_id): scaled(row.score)
            for row in self.round.pairs
            if row.score is not None
        }
        drawn = {
            pair: self._noisy(scored[pair], float(dice.standard_normal()))
            for pair in sorted(scored, key=str)
        }
        return tuple(
            row
            if row.score is None
            else row.model_copy(update={"score": drawn[row.pool_id, row.proposal_id]})
            for row in self.round.pairs
        )

    def _noisy(self, score: int, noise: float) -> Decimal:
        """Give a score, in ten-thousandths, with noise of as many standard deviations."""
        deviation = float(self.variation.points) if self.spread is None else self.spread
        return self._inside(Fraction(score, SCALE) + Fraction(noise * deviation))

    def _inside(self, score: Fraction) -> Decimal:
        """Round a score as all scores are, within those that there are."""
        kept = min(max(score, Fraction(0)), Fraction(self.round.policy.score_max))
        return Decimal(round(kept * SCALE)) / SCALE

    def _dice(self, number: int, stream: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([self.seed, number, stream]))
