"""What a change to a round does to its best plan, level by level, and how sure that is."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from matcher.domain import Round
from matcher.explaining.solves.base import Base
from matcher.explaining.solves.worth import Worth
from matcher.verify import levels_of

Key = tuple[str, int | None]
"""A level with its priority (L1) or tier (L2)."""
Direction = Literal[1, 0, -1]
"""What a change can do at best plans: 1 never worse, -1 never better, 0 either."""
Basis = Literal["solved", "same", "together", "kept", "impossible"]
"""Solved again alone; nothing of the model is touched; solved again together with others; the plan
at hand stays, and nothing can be better than it was; or proven that no plan is left at all."""


@dataclass(frozen=True)
class Movement:
    """How far a level moves, turned so that more is better; between `low` and `high`.

    L1 counts shortfalls (below nought), L2 merit in major units × score. `firm` says that the
    earlier levels are proven to the last unit, so that nothing of them can move this one.
    """

    level: str
    key: int | None
    change: Fraction
    low: Fraction
    high: Fraction
    firm: bool


@dataclass(frozen=True)
class Effect:
    """The movements of all levels, first to last, and how they are known.

    `gone` are levels that are no longer counted; `remeasured` those that something was taken out
    of, where the plan at hand is measured anew so that alike is compared with alike.
    """

    movements: tuple[Movement, ...]
    basis: Basis = "solved"
    gone: tuple[Key, ...] = ()
    remeasured: tuple[Key, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether every movement is known to the last unit."""
        return all(moved.low == moved.high for moved in self.movements)

    @property
    def nothing(self) -> bool:
        """Whether no level moves, as far as was found."""
        return not self.impossible and not any(moved.change for moved in self.movements)

    @property
    def impossible(self) -> bool:
        """Whether no plan keeps every constraint after the change: then there are no movements."""
        return self.basis == "impossible"

    @property
    def changes(self) -> tuple[Fraction, ...]:
        """The movements alone, to be compared with others of the same levels."""
        return tuple(moved.change for moved in self.movements)

    @property
    def merit(self) -> Fraction:
        """The merit gained, of all tiers together."""
        return sum((moved.change for moved in self._merits), Fraction(0))

    @property
    def merit_range(self) -> tuple[Fraction, Fraction]:
        """Between which the merit gained lies."""
        zero = Fraction(0)
        low = sum((moved.low for moved in self._merits), zero)
        return low, sum((moved.high for moved in self._merits), zero)

    @property
    def shortfalls(self) -> tuple[Movement, ...]:
        """The movements of the levels of soft targets."""
        return tuple(moved for moved in self.movements if moved.level == "L1")

    @property
    def _merits(self) -> list[Movement]:
        return [moved for moved in self.movements if moved.level == "L2"]


def untouched(base: Base) -> Effect:
    """Give the effect of a change that leaves the model as it is: none, by that alone."""
    zero = Fraction(0)
    return Effect(
        tuple(Movement(*key, zero, zero, zero, True) for key in base.worth.levels), "same"
    )


def impossible() -> Effect:
    """Give the effect of a change after which no plan keeps every constraint."""
    return Effect((), "impossible")


def effect_of(
    base: Base,
    changed: Round,
    found: Worth,
    direction: Direction,
    remeasured: Sequence[Key] = (),
    basis: Basis = "solved",
) -> Effect:
    """Compare the best plan of a changed round with that of the round as it is.

    `remeasured` are levels that count other targets than before.
    """
    anew: dict[Key, Fraction] = {
        (one.level, one.key): one.value for one in levels_of(changed, base.awards)
    }
    before: dict[Key, tuple[Fraction, Fraction]] = {}
    for key, value, bound in zip(
        base.worth.levels, base.worth.values, base.worth.bounds, strict=True
    ):
        before[key] = value, bound
    for key in remeasured:
        value = -anew.get(key, Fraction(0))
        before[key] = value, value
    loose = [_order(key) for worth in (base.worth, found) for key in _loose(worth)]
    moved: list[Movement] = []
    still = True
    for at, key in enumerate(found.levels):
        value, bound = before[key]
        change = found.values[at] - value
        low, high = found.values[at] - bound, found.bounds[at] - value
        if still and direction > 0:
            low = max(low, Fraction(0))
        if still and direction < 0:
            high = min(high, Fraction(0))
        firm = all(_order(key) <= earlier for earlier in loose)
        moved.append(Movement(*key, change, low, high, firm))
        still = still and low == high == 0
    gone = tuple(key for key in base.worth.levels if key not in found.levels)
    return Effect(tuple(moved), basis, gone, tuple(key for key in remeasured if key not in gone))


def _loose(worth: Worth) -> list[Key]:
    """Give the levels that are not proven to the last unit."""
    found = zip(worth.levels, worth.values, worth.bounds, strict=True)
    return [key for key, value, bound in found if value != bound]


def _order(key: Key) -> tuple[str, bool, int]:
    """Give where a level stands among all: priorities, then tiers, the blank one last."""
    level, number = key
    return level, number is None, number or 0
