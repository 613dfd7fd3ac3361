"""What a level of PROBLEM.md asks for, as arrays that each solver is given in its own way."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import gcd

import numpy as np
from numpy.typing import ArrayLike

from matcher import money
from matcher.allocation.problem import NO_TIER, SCALE, Problem
from matcher.allocation.rows import SoftBound
from matcher.solving.model import Floats, Integers

LARGEST_SUM = 2**60
"""What the whole coefficients of a goal times their columns may add up to."""


@dataclass(frozen=True)
class Goal:
    """A level of PROBLEM.md: Σ numerator / denominator · column · factor, most or least.

    `key` is the priority of L1 or the tier of L2. `reach` holds what each column can be at most.
    """

    level: str
    key: int | None
    most: bool
    column: Integers
    numerator: Sequence[int]
    denominator: Sequence[int]
    factor: Fraction
    reach: Integers

    @cached_property
    def weight(self) -> Floats:
        """Give the weights of the columns as floats, in the level's own unit."""
        ratio = [n / d for n, d in zip(self.numerator, self.denominator, strict=True)]
        return np.array(ratio, np.float64) * float(self.factor)

    @cached_property
    def whole(self) -> tuple[Integers, Fraction]:
        """Give whole weights and what one of their sum is worth; exact where 64 bits allow.

        Where they are not exact they are rounded so that a bound stays a bound.
        """
        numerators, denominators = self.numerator, self.denominator
        if set(denominators) <= {1}:
            common = gcd(*numerators) or 1
            return np.array([n // common for n in numerators], np.int64), self.factor * common
        pairs = list(zip(numerators, denominators, strict=True))
        reach = sum(n / d * int(top) for (n, d), top in zip(pairs, self.reach, strict=True))
        scale = 1
        while scale * 10 * reach <= LARGEST_SUM:
            scale *= 10
        scaled = [-(-n * scale // d) if self.most else n * scale // d for n, d in pairs]
        return np.array(scaled, np.int64), self.factor / scale

    def total(self, values: Integers) -> int:
        """Give the sum of whole weights for values of all columns."""
        return int(np.dot(self.whole[0].astype(object), values[self.column].astype(object)))

    def value(self, values: ArrayLike) -> float:
        """Give the level's value for values of all columns."""
        return float(np.dot(self.weight, np.asarray(values, np.float64)[self.column]))


def least_shortfall(soft: list[SoftBound], shortfall: Integers, upper: Integers) -> list[Goal]:
    """Give L1, priority by priority."""
    by_priority: dict[int, list[int]] = defaultdict(list)
    for number, bound in enumerate(soft):
        by_priority[bound.priority].append(number)
    goals = []
    for priority, numbers in sorted(by_priority.items()):
        weights = [soft[n].weight / soft[n].divisor / soft[n].limit.denominator for n in numbers]
        column = shortfall[numbers]
        above, below = [w.numerator for w in weights], [w.denominator for w in weights]
        one = Fraction(1)
        goals.append(Goal("L1", priority, False, column, above, below, one, upper[column]))
    return goals


def most_merit(problem: Problem, award: Integers, upper: Integers) -> list[Goal]:
    """Give L2, tier by tier; `award` holds the column of each pair."""
    pairs = problem.pairs
    base = Fraction(problem.unit, 10 ** money.digits_of(problem.round.currency))
    by_project = problem.round.policy.value == "per_project"
    tier = problem.proposals.tier[pairs.proposal]
    goals = []
    for own in sorted(set(tier.tolist())):
        here = np.flatnonzero(tier == own)
        request = np.maximum(problem.proposals.request[pairs.proposal[here]], 1)
        below = request if by_project else np.ones_like(request)
        factor = Fraction(1, SCALE) if by_project else base / SCALE
        key = None if own == NO_TIER else own
        above, column = pairs.score[here].tolist(), award[here]
        reach = upper[column]
        goals.append(Goal("L2", key, True, column, above, below.tolist(), factor, reach))
    return goals
