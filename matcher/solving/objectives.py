"""The levels of `max_merit` as objectives over the columns of a model (PROBLEM.md, L1–L4)."""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Literal

import numpy as np

from matcher import money
from matcher.allocation.problem import NO_TIER, SCALE, Flags, Problem
from matcher.solving.formulation import Formulation
from matcher.solving.model import Floats, Integers
from matcher.solving.near import Near

LARGEST_SUM = 2**61
"""What scaled coefficients times their columns may add up to, with room to spare in 64 bits."""
PARTS = 2**32
"""Parts of a whole that a reach is rounded up to."""


@dataclass(frozen=True)
class Objective:
    """Σ numerator / denominator · column, times `factor`, to be made least or most.

    `key` is the priority of L1 or the tier of L2 (None: the blank tier). Arrays run over the
    model's columns. The level `near` comes after all of PROBLEM.md's: fewest changes.
    """

    level: Literal["L1", "L2", "L3", "L4", "near"]
    key: int | None
    most: bool
    numerator: Integers
    denominator: Integers
    factor: Fraction

    def value(self, columns: Integers) -> Fraction:
        """Give the exact value that the columns reach."""
        total = Fraction(0)
        here = np.flatnonzero((self.numerator != 0) & (columns != 0))
        for denominator in np.unique(self.denominator[here]).tolist():
            part = here[self.denominator[here] == denominator]
            products = self.numerator[part].astype(object) * columns[part].astype(object)
            total += Fraction(int(products.sum()), denominator)
        return total * self.factor

    def whole(self, upper: Integers) -> "WholeObjective":
        """Give the objective with whole coefficients, as exact as 64-bit sums allow.

        Where it cannot be exact, coefficients are rounded so that a bound stays a bound: up where
        most is best, down where least is best.
        """
        here = np.flatnonzero(self.numerator)
        above = self.numerator[here].astype(object)
        below = self.denominator[here].astype(object)
        reach = self._reach(upper)
        shared, common = gcd(*np.unique(self.numerator[here]).tolist()) or 1, 1
        for denominator in np.unique(self.denominator[here]).tolist():
            common = lcm(common, denominator)
            if Fraction(common, shared) * reach > LARGEST_SUM:
                break
        scale = Fraction(common, shared)
        if scale * reach > LARGEST_SUM:
            scale = Fraction(LARGEST_SUM // 2) / reach
        parts = scale.numerator * above
        per = scale.denominator * below
        whole = np.zeros(len(self.numerator), np.int64)
        whole[here] = -(-parts // per) if self.most else parts // per
        common = gcd(*np.unique(whole[here]).tolist()) or 1
        return WholeObjective(whole // common, self.most, self.factor * common / scale)

    def _reach(self, upper: Integers) -> Fraction:
        """Give the most that the sum can come to, rounded up to small parts of a whole."""
        here = np.flatnonzero(self.numerator)
        parts = np.abs(self.numerator[here]).astype(object) * upper[here].astype(object) * PARTS
        return Fraction(int((-(-parts // self.denominator[here].astype(object))).sum()), PARTS)


@dataclass(frozen=True)
class WholeObjective:
    """Whole coefficients over the columns; a sum of them times `factor` is the level's value."""

    coefficients: Integers
    most: bool
    factor: Fraction

    @property
    def upwards(self) -> Integers:
        """The coefficients of a sum that is to be made most."""
        return self.coefficients if self.most else -self.coefficients

    def total(self, columns: Integers) -> int:
        """Give the sum of coefficients times columns."""
        return int(np.dot(self.coefficients, columns))

    def tighter(self, one: int, other: int) -> int:
        """Give the bound of two that says more."""
        return min(one, other) if self.most else max(one, other)

    def is_near(self, columns: Integers, bound: int, share: float) -> bool:
        """Say whether columns come so near to a bound, as a share of it, in floating point."""
        return abs(bound - self.total(columns)) <= share * abs(bound)


def objectives_of(formulation: Formulation) -> list[Objective]:
    """Give the levels in their order: L1 by priority, L2 by tier, L3, L4, and fewest changes.

    Where changes have a price, merit of a tier is less the price of each change of its proposals.
    """
    problem, columns = formulation.problem, formulation.model.columns
    base = Fraction(problem.unit, 10 ** money.digits_of(problem.round.currency))
    zero, one = np.zeros(columns, np.int64), np.ones(columns, np.int64)
    found = []
    for priority in sorted({bound.priority for bound in formulation.soft}):
        numerator, denominator = zero.copy(), one.copy()
        for bound, column, scale in zip(
            formulation.soft, formulation.shortfall, formulation.shortfall_scale, strict=True
        ):
            if bound.priority == priority:
                weight = bound.weight / bound.divisor / scale
                numerator[column], denominator[column] = weight.numerator, weight.denominator
        found.append(Objective("L1", priority, False, numerator, denominator, Fraction(1)))
    pairs = problem.pairs
    tier_of = problem.proposals.tier[pairs.proposal]
    by_project = problem.round.policy.value == "per_project"
    request = problem.proposals.request[pairs.proposal]
    alike = _alike(problem)
    for tier in _tiers(problem):
        numerator, denominator = zero.copy(), one.copy()
        mine = tier_of == tier
        common, own = mine & alike, mine & ~alike
        totals = formulation.total[pairs.proposal]
        numerator[totals[common]] = pairs.score[common]
        numerator[formulation.money[own]] = pairs.score[own]
        if by_project:
            denominator[totals] = denominator[formulation.money] = np.maximum(request, 1)
        factor = Fraction(1, SCALE) if by_project else base / SCALE
        if formulation.near is not None and formulation.near.price is not None:
            price = Fraction(formulation.near.price) / factor
            changes = changes_of(formulation, problem.proposals.tier == tier)
            numerator[changes], denominator[changes] = -price.numerator, price.denominator
        key = None if tier == NO_TIER else tier
        found.append(Objective("L2", key, True, numerator, denominator, factor))
    preferences = zero.copy()
    preferences[formulation.money] = pairs.preference
    found.append(Objective("L3", None, True, preferences, one, base / SCALE))
    grants = zero.copy()
    grants[formulation.grant] = 1
    found.append(Objective("L4", None, False, grants, one, Fraction(1)))
    if formulation.near is not None:
        found.append(fewest_changes(formulation, formulation.near))
    return found


def fewest_changes(formulation: Formulation, near: Near) -> Objective:
    """Give the proposals kept, less those that are new, to be made most."""
    one, numerator = (fill(formulation.model.columns, np.int64) for fill in (np.ones, np.zeros))
    numerator[formulation.nearness.kept] = 1
    numerator[formulation.funded[~near.had]] = -1
    return Objective("near", None, True, numerator, one, Fraction(1))


def changes_of(formulation: Formulation, of: Flags) -> Integers:
    """Give the columns that say of some proposals that they have changed, where that has a price.

    A proposal that had no award has changed once it is funded.
    """
    nearness, new = formulation.nearness, of.copy()
    new[nearness.of] = False
    had = nearness.changed[of[nearness.of]]
    return np.concatenate([had, formulation.funded[new]])


def size_of(formulation: Formulation, goal: WholeObjective) -> float:
    """Give what a unit of money can bring to a goal; for shortfalls, to the one it helps least."""
    pairs, request = formulation.problem.pairs, formulation.problem.proposals.request
    model = formulation.model
    units = np.ones(model.columns)
    units[formulation.funded] = np.maximum(request, 1)
    units[formulation.grant] = np.maximum(request, 1)[pairs.proposal]
    units[formulation.shortfall] = np.inf
    units[formulation.nearness.flags] = np.maximum(request, 1)[formulation.nearness.owners]
    weight = np.abs(goal.coefficients).astype(np.float64)
    missed = formulation.shortfall[weight[formulation.shortfall] > 0]
    if not len(missed):
        return float((weight / units).max(initial=0.0))
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    size = np.abs(model.coefficient).astype(np.float64)
    best = np.zeros(model.rows)
    np.maximum.at(best, row, size / units[model.column])
    here = np.flatnonzero(np.isin(model.column, missed))
    rates = weight[model.column[here]] * best[row[here]] / size[here]
    return float(rates[rates > 0].min()) if (rates > 0).any() else float(weight.max())


def usual_worth(costs: Floats) -> float:
    """Give the median of what columns are worth that are worth anything, 1 where none are."""
    worth = np.abs(costs[costs != 0])
    return float(np.median(worth)) if len(worth) else 1.0


def _alike(problem: Problem) -> Flags:
    """Say which pairs belong to a proposal that every pool scores alike."""
    owner, score = problem.pairs.proposal, problem.pairs.score
    lowest = np.full(len(problem.proposals.ids), np.iinfo(np.int64).max)
    highest = np.full(len(problem.proposals.ids), -1)
    np.minimum.at(lowest, owner, score)
    np.maximum.at(highest, owner, score)
    alike: Flags = (lowest == highest)[owner]
    return alike


def _tiers(problem: Problem) -> list[int]:
    """Give the tiers of the proposals that could be funded, the blank one last."""
    return sorted(set(problem.proposals.tier.tolist()))
