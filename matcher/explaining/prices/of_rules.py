"""What each target and each cap of a round costs: the best plan without it, less the one with it.

A price is what is gained when that one rule is lifted and all others stay. Prices do not add up:
two rules that keep the same plan out cost nothing each, and much together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from matcher.explaining.amounts import in_both
from matcher.explaining.prices.effect import Effect, Key
from matcher.explaining.prices.lifting import effects_of
from matcher.explaining.prices.rules import Rule, rules_of
from matcher.explaining.solves.base import Base, Tell


@dataclass(frozen=True)
class PriceOfRule:
    """A rule and what lifting it alone brings; None where time ran out before that was known.

    The levels are compared in their order: what is gained at an earlier one (targets missed less)
    may lower a later one (merit), so that a gain of merit can be below nought. A soft target's own
    shortfall is not counted once it is lifted.
    """

    rule: Rule
    effect: Effect | None

    @property
    def merit(self) -> Fraction | None:
        """The merit that the rule costs, of all tiers together; None where it is not known."""
        return None if self.effect is None else self.effect.merit


def price_of_rules(base: Base, tell: Tell) -> tuple[PriceOfRule, ...]:
    """Price every target, limit of the policy and limit of a pool or proposal, the dearest first.

    `base.deadline` ends the search; what is not known by then stands last. Exact where the solves
    are (`options.gap` 0), else an interval.
    """
    rules = list(rules_of(base.round))
    found = effects_of(base, [lift for _, lift in rules], tell)
    prices = [PriceOfRule(rule, effect) for (rule, _), effect in zip(rules, found, strict=True)]
    return tuple(sorted(prices, key=lambda price: rank_of(base, price.effect)))


def rank_of(base: Base, effect: Effect | None) -> tuple[int, tuple[Fraction, ...]]:
    """Rank effects, the largest gain first, level by level; what is unknown comes last."""
    if effect is None or effect.impossible:
        return 2 if effect is None else 1, ()
    moved: dict[Key, Fraction] = {(one.level, one.key): one.change for one in effect.movements}
    return 0, tuple(-moved.get(key, Fraction(0)) for key in base.worth.levels)


def effect_document(effect: Effect | None) -> dict[str, Any] | None:
    """Give an effect as plain values, each number in both ways; None where it is unknown."""
    if effect is None:
        return None
    if effect.impossible:
        return {"basis": effect.basis}
    low, high = effect.merit_range
    return {
        **in_both(merit=effect.merit, merit_low=low, merit_high=high),
        "exact": effect.exact,
        "basis": effect.basis,
        "levels": [
            {
                "level": moved.level,
                "key": moved.key,
                **in_both(change=moved.change, low=moved.low, high=moved.high),
                "firm": moved.firm,
            }
            for moved in effect.movements
        ],
        "no_longer_counted": [{"level": level, "key": key} for level, key in effect.gone],
        "measured_anew": [{"level": level, "key": key} for level, key in effect.remeasured],
    }


def document(prices: Sequence[PriceOfRule]) -> list[dict[str, Any]]:
    """Give prices as plain values; merit in major units × score, in both ways."""
    return [
        {
            "kind": price.rule.kind,
            "name": price.rule.name,
            "of": price.rule.of,
            "limit": price.rule.limit,
            "soft": price.rule.soft,
            "priority": price.rule.priority,
            "costs": effect_document(price.effect),
        }
        for price in prices
    ]
