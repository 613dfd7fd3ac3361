"""Where the targets of either side stand: limit, what is reached, and whether it is held."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from matcher.allocation.problem import budgets_of
from matcher.allocation.rows import bounds_of, limit_of
from matcher.allocation.weights import target_weights
from matcher.domain import Target
from matcher.once import once
from matcher.scenarios.comparing.sides import Side


@dataclass(frozen=True)
class Bound:
    """A bound of a target on one side.

    `limit` and `value` are shares, base minor units or proposals, as the bound is written.
    """

    target: Target
    bound: str
    limit: Fraction
    value: Fraction
    held: bool


@once
def bounds(side: Side) -> Sequence[Bound]:
    """Give every bound of every target, by target id (PROBLEM.md, Targets)."""
    return tuple(_bounds(side))


def _bounds(side: Side) -> Iterator[Bound]:
    for target in sorted(side.round.targets, key=lambda target: target.id):
        weights = target_weights(side.round, target)
        paid = [
            (proposal, units)
            for (pool, proposal), units in sorted(side.awards.items())
            if target.pool in (None, pool)
        ]
        awarded = sum(units for _, units in paid)
        reached = sum((weights.get(name, Fraction(0)) * units for name, units in paid), Fraction(0))
        funded = len({name for name, _ in paid if name in weights})
        for bound, sign in bounds_of(target):
            asked = Fraction(getattr(target, bound))
            if bound.endswith("count"):
                yield Bound(target, bound, asked, Fraction(funded), sign * (funded - asked) >= 0)
                continue
            limit = limit_of(side.round, target, bound)
            if bound.endswith("amount"):
                yield Bound(target, bound, limit, reached, sign * (reached - limit) >= 0)
                continue
            whole = Fraction(awarded) if target.of == "awarded" else _budget(side, target)
            held = sign * (reached - asked * whole) >= 0
            # Where nothing is awarded, any share of it is held: told as just reached (targets.csv).
            none = asked if target.of == "awarded" else Fraction(0)
            yield Bound(target, bound, asked, reached / whole if whole else none, held)


def _budget(side: Side, target: Target) -> Fraction:
    found = budgets_of(side.round)
    return Fraction(found[target.pool] if target.pool else sum(found.values()))
