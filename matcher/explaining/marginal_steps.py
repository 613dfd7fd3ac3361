"""Steps of a pool's budget, each solved once, and how far a value for a unit of money holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import monotonic
from typing import Literal

from matcher import money
from matcher.allocation.problem import problem_of
from matcher.explaining.base import Base, Tell
from matcher.explaining.marginal_budgets import moving_targets, with_budget
from matcher.explaining.price_effect import Direction, Effect, effect_of, untouched
from matcher.explaining.worth import Levels, Worth

Outcome = Literal["solved", "impossible", "unknown"]
"""Impossible: proven that no plan keeps every constraint; unknown: none was found in the time."""
DOUBLINGS, HALVINGS = 2, 5
"""So many solves beyond the steps are spent, on each side, on how far a value holds."""


@dataclass(frozen=True)
class Step:
    """A pool with `change` base minor units more (below nought: less), and what that does."""

    change: int
    outcome: Outcome
    effect: Effect | None = None


@dataclass(frozen=True)
class Rate:
    """Merit for a major unit of money, from a first `step`, between `low` and `high`.

    All three are gains upwards and losses downwards, at least nought unless targets move. `reach`
    is the furthest change at which a solve found the same rate, `breaks` the nearest beyond at
    which it found another; None where none was found before the search ended. Only the changes
    solved are claimed: between them whole grants may make the value bend and come back.
    """

    value: Fraction
    low: Fraction
    high: Fraction
    step: int
    reach: int
    breaks: int | None


@dataclass
class Steps:
    """The steps of one pool that are known, by their change in base minor units.

    Two things need no solve. Where no target moves with the budget, more money never hurts and less
    never helps; so money that the best plan leaves unspent can go without loss, and beyond what all
    its pairs could take more changes nothing.
    """

    base: Base
    pool_id: str
    budget: int
    usable: int
    tell: Tell
    known: dict[int, Step] = field(default_factory=dict)

    @property
    def monotone(self) -> bool:
        """Whether the pool's budget is all that a step changes."""
        return next(moving_targets(self.base.round, self.pool_id), None) is None

    @property
    def left(self) -> int:
        """What the best plan leaves in the pool."""
        spent = (units for (pool, _), units in self.base.awards.items() if pool == self.pool_id)
        return self.budget - sum(spent)

    def at(self, change: int) -> Step:
        """Give what a change of the budget does."""
        if change not in self.known:
            self.known[change] = self._found(change)
        return self.known[change]

    def _found(self, change: int) -> Step:
        base = self.base
        if self.monotone and change >= 0 and self.budget >= self.usable:
            return Step(change, "solved", untouched(base))
        if self.monotone and -self.left <= change < 0:
            changed = with_budget(base.round, self.pool_id, self.budget + change)
            kept = effect_of(base, changed, base.worth, -1, basis="kept")
            return Step(change, "solved", kept)
        if monotonic() > base.deadline:
            return Step(change, "unknown")
        less, currency = "less" if change < 0 else "more", base.round.currency
        self.tell(f"solving with {money.shown(abs(change), currency)} {less} in {self.pool_id}")
        changed = with_budget(base.round, self.pool_id, self.budget + change)
        worth = base.solved(changed, eligibility=base.eligibility)
        if isinstance(worth, Worth):
            direction: Direction = 0 if not self.monotone else 1 if change > 0 else -1
            return Step(change, "solved", effect_of(base, changed, worth, direction))
        levels = Levels.of(problem_of(changed, base.eligibility), base.options, base.deadline, None)
        first = levels.solve(0)
        closed = first is not None and first.ended == "infeasible"
        return Step(change, "impossible" if closed else "unknown")

    def enough(self) -> bool | None:
        """Say whether more money is worth nothing, however much; None where that is not known.

        One solve with all that its pairs could take settles it, where more money never hurts.
        """
        if not self.monotone:
            return None
        if self.budget >= self.usable:
            return True
        effect = self.at(self.usable - self.budget).effect
        if effect is None:
            return None
        if effect.exact:
            return effect.nothing
        first = next((one for one in effect.movements if one.low or one.high), None)
        return False if first is not None and first.low > 0 else None

    def rate(self, steps: Sequence[int]) -> Rate | None:
        """Give merit for a unit of money from the first step on, and how far it holds."""
        inside = [change for change in steps if self.budget + change >= 0]
        if not inside or self._rates(inside[0]) is None:
            return None
        first = inside[0]
        value, low, high = self._rates(first) or (Fraction(0),) * 3
        reach, breaks = first, None
        for change in self._outwards(inside[1:]):
            same = self._same(first, change)
            if same is None:
                return Rate(value, low, high, first, reach, None)
            if not same:
                breaks = change
                break
            reach = change
        for _ in range(HALVINGS if breaks is not None else 0):
            middle = self._middle(first, reach, breaks or reach)
            same = None if middle is None else self._same(first, middle)
            if middle is None or same is None:
                break
            reach, breaks = (middle, breaks) if same else (reach, middle)
        return Rate(value, low, high, first, reach, breaks)

    def _outwards(self, steps: Sequence[int]) -> Iterator[int]:
        """Give the steps, then their last doubled, up to the end of what money can do."""
        last = 0
        for change in steps:
            yield (last := change)
        for _ in range(DOUBLINGS if last else 0):
            end = max(last, self.usable - self.budget) if last > 0 else -self.budget
            further = min(2 * last, end) if last > 0 else max(2 * last, end)
            if further == last:
                return
            yield (last := further)

    def _middle(self, first: int, reach: int, breaks: int) -> int | None:
        """Give a change between one that holds and one that does not, None if they are neighbours.

        Where the value bends once, from a steady rate to nothing, that is where the gain at the far
        end would be reached at the rate; else half way.
        """
        unit = self.base.problem.unit
        if abs(breaks - reach) <= unit:
            return None
        one, far = self.at(first).effect, self.at(breaks).effect
        if one is not None and far is not None and one.merit:
            guess = money.down(far.merit / one.merit * first, unit)
            if min(reach, breaks) < guess < max(reach, breaks) and guess not in self.known:
                return guess
            if guess == reach and (near := reach + (unit if breaks > reach else -unit)) != breaks:
                return None if near in self.known else near
        return money.down(Fraction(reach + breaks, 2), unit)

    def _same(self, first: int, change: int) -> bool | None:
        """Say whether a change has the rate of the first step, as far as the solves can tell."""
        one, other = self._rates(first), self._rates(change)
        if one is None or other is None:
            return None if self.at(change).outcome == "unknown" else False
        return one[1] <= other[2] and other[1] <= one[2]

    def _rates(self, change: int) -> tuple[Fraction, Fraction, Fraction] | None:
        """Give value, low and high of the merit for a major unit at a change."""
        effect = self.at(change).effect
        if effect is None:
            return None
        low, high = effect.merit_range
        size = Fraction(10 ** money.digits_of(self.base.round.currency), change)
        rates = sorted((low * size, high * size))
        return effect.merit * size, rates[0], rates[1]
