"""Steps of a pool's budget, each solved once, and how far a value for a unit of money holds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from time import monotonic
from typing import Literal

from matcher import money
from matcher.explaining.prices.effect import Direction, Effect, effect_of, untouched
from matcher.explaining.prices.lifting import solved_anew
from matcher.explaining.prices.marginal_budgets import moving_targets, with_budget
from matcher.explaining.solves.base import Base, Tell

Outcome = Literal["solved", "impossible", "unknown"]
"""Impossible: proven that no plan keeps every constraint; unknown: none was found in the time."""
DOUBLINGS, HALVINGS = 2, 12
"""At most so many solves beyond the steps are spent, on each side, on how far a value holds."""


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


@dataclass(frozen=True)
class Piece:
    """Between two budgets, in base minor units, the merit for each of them: the mean of it."""

    low: int
    high: int
    rate: Fraction


def pieces_of(budget: int, steps: Sequence[Step]) -> tuple[Piece, ...]:
    """Give the pieces between the budgets of steps, ascending; none where a step has a gap."""
    merits = {0: Fraction(0)}
    for step in steps:
        if step.effect is not None and not step.effect.impossible:
            if not step.effect.exact:
                return ()
            merits[step.change] = step.effect.merit
    pieces: list[Piece] = []
    for low, high in pairwise(sorted(merits)):
        rate = (merits[high] - merits[low]) / (high - low)
        start = budget + low
        if pieces and pieces[-1].rate == rate:
            start = pieces.pop().low
        pieces.append(Piece(start, budget + high, rate))
    return tuple(pieces)


@dataclass
class Steps:
    """The steps of one pool that are known, by their change in base minor units.

    Some need no solve. Where no target moves with the budget, more money never hurts and less never
    helps; so money that the best plan leaves unspent can go without loss, more than all its pairs
    could take changes nothing, and where a large step does nothing a smaller one does not either.
    """

    base: Base
    pool_id: str
    budget: int
    usable: int
    tell: Tell
    refine: int = HALVINGS
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
        if (beyond := self._beyond(change)) is not None:
            return Step(change, "solved", replace(beyond, basis="kept"))
        if monotonic() > base.deadline:
            return Step(change, "unknown")
        less, currency = "less" if change < 0 else "more", base.round.currency
        self.tell(f"solving with {money.shown(abs(change), currency)} {less} in {self.pool_id}")
        changed = with_budget(base.round, self.pool_id, self.budget + change)
        direction: Direction = 0 if not self.monotone else 1 if change > 0 else -1
        effect = solved_anew(base, changed, direction)
        if effect is None:
            return Step(change, "unknown")
        return Step(change, "impossible" if effect.impossible else "solved", effect)

    def _beyond(self, change: int) -> Effect | None:
        """Give the effect of a larger step that brings nothing: a smaller one brings less yet."""
        if not self.monotone:
            return None
        for other, step in self.known.items():
            effect = step.effect
            if other * change > 0 and abs(other) > abs(change) and effect and effect.nothing:
                return effect
        return None

    def enough(self) -> bool | None:
        """Say whether more money is worth nothing, however much; None where that is not known.

        One solve with all that its pairs could take settles it, where more money never hurts.
        """
        if not self.monotone:
            return None
        if self.budget >= self.usable:
            return True
        effect = self.at(self.usable - self.budget).effect
        if effect is None or effect.impossible:
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
                break
            if not same:
                breaks = self._nearest(first, reach, change)
                break
            reach = change
        for _ in range(self.refine if breaks is not None else 0):
            middle = self._middle(first, reach, breaks or reach)
            same = None if middle is None else self._same(first, middle)
            if middle is None or same is None:
                break
            reach, breaks = (middle, breaks) if same else (reach, middle)
        return Rate(value, low, high, first, reach, breaks)

    def _nearest(self, first: int, reach: int, breaks: int) -> int:
        """Give the nearest change known, beyond the reach, at which the rate does not hold."""
        inside = [at for at in self.known if abs(reach) < abs(at) < abs(breaks) and at * first > 0]
        failing = [at for at in inside if self._same(first, at) is False]
        return min([*failing, breaks], key=abs)

    def _outwards(self, steps: Sequence[int]) -> Iterator[int]:
        """Give the steps, then their last doubled, up to the end of what money can do."""
        last = 0
        for change in steps:
            yield (last := change)
        for _ in range(min(DOUBLINGS, self.refine) if last else 0):
            end = max(last, self.usable - self.budget) if last > 0 else -self.budget
            further = min(2 * last, end) if last > 0 else max(2 * last, end)
            if further == last:
                return
            yield (last := further)

    def _middle(self, first: int, reach: int, breaks: int) -> int | None:
        """Give a change between one that holds and one that does not, None if they are neighbours.

        Where the value bends once, that is where the line beyond meets the one of the rate; what
        is beyond is taken for flat while one change alone is known of it. Else it is half way.
        """
        unit = self.base.problem.unit
        if abs(breaks - reach) <= unit:
            return None
        guess = self._bend(first, breaks)
        if guess is not None and guess == reach:
            guess += unit if breaks > reach else -unit
        if guess is not None and min(reach, breaks) < guess < max(reach, breaks):
            return guess
        return money.down(Fraction(reach + breaks, 2), unit)

    def _bend(self, first: int, breaks: int) -> int | None:
        """Give the change at which the line beyond meets that of the rate, None if none does."""
        rate, near = self._merit(first), self._merit(breaks)
        beyond = [change for change in self.known if (change - breaks) * breaks > 0]
        if rate is None or near is None:
            return None
        rate, slope = rate / first, Fraction(0)
        if beyond:
            next_ = min(beyond, key=abs)
            far = self._merit(next_)
            if far is None:
                return None
            slope = (far - near) / (next_ - breaks)
        if rate == slope:
            return None
        return money.down((near - slope * breaks) / (rate - slope), self.base.problem.unit)

    def _merit(self, change: int) -> Fraction | None:
        effect = self.at(change).effect
        return None if effect is None or effect.impossible else effect.merit

    def _same(self, first: int, change: int) -> bool | None:
        """Say whether a change has the rate of the first step, as far as the solves can tell."""
        one, other = self._rates(first), self._rates(change)
        if one is None or other is None:
            return None if self.at(change).outcome == "unknown" else False
        return one[1] <= other[2] and other[1] <= one[2]

    def _rates(self, change: int) -> tuple[Fraction, Fraction, Fraction] | None:
        """Give value, low and high of the merit for a major unit at a change."""
        effect = self.at(change).effect
        if effect is None or effect.impossible:
            return None
        low, high = effect.merit_range
        size = Fraction(10 ** money.digits_of(self.base.round.currency), change)
        rates = sorted((low * size, high * size))
        return effect.merit * size, rates[0], rates[1]
