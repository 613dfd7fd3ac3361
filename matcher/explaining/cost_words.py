"""What forcing a proposal in or out costs, in words: level by level, and what later levels gain."""

from collections.abc import Sequence
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.amounts import merit_text, merit_unit
from matcher.explaining.solves.forcing import Displacement
from matcher.wording import catalogue_of
from matcher.writing import phrases


def cost_words(round_: Round, shown: Displacement, language: str = "en") -> str:
    """Say what is lost: of soft targets and of merit, between two ends where it is not exact.

    Merit is added up over tiers, unless a later one gains where an earlier one loses.
    """
    say = catalogue_of(language).say
    told = [_target(at, shown, language) for at in _at(shown, "L1") if shown.cost[at] > 0]
    merit = _at(shown, "L2")
    cost, low, high = (
        sum((side[at] for at in merit), Fraction(0)) for side in (shown.cost, shown.low, shown.high)
    )
    unit = merit_unit(round_)
    if any(shown.cost[at] < 0 for at in merit):
        told += [_merit(at, round_, shown, language) for at in merit if shown.cost[at] > 0]
    elif not shown.exact and low != high:
        least, most = merit_text(max(low, Fraction(0))), merit_text(high)
        # Ends that read alike are one number to a reader.
        told.append(
            say("displaced-merit", amount=most, merit=unit)
            if least == most
            else say("displaced-merit-between", low=least, high=most, merit=unit)
        )
    elif cost:
        told.append(say("displaced-merit", amount=merit_text(cost), merit=unit))
    return phrases.spoken(told) if told else say("displaced-nothing")


def gain_words(round_: Round, shown: Displacement, language: str = "en") -> str:
    """Say what levels gain where an earlier one loses; nothing where none does."""
    told = [_target(at, shown, language) for at in _at(shown, "L1") if shown.cost[at] < 0]
    told += [_merit(at, round_, shown, language) for at in _at(shown, "L2") if shown.cost[at] < 0]
    return phrases.spoken(told)


def _at(shown: Displacement, kind: str) -> Sequence[int]:
    """Give the places of the levels of a kind."""
    return [at for at, (level, _) in enumerate(shown.levels) if level == kind]


def _target(at: int, shown: Displacement, language: str) -> str:
    shortfall = phrases.decimal_text(abs(shown.cost[at]), 3)
    priority = shown.levels[at][1] or 0
    say = catalogue_of(language).say
    return say("displaced-target", priority=priority, shortfall=shortfall)


def _merit(at: int, round_: Round, shown: Displacement, language: str) -> str:
    """Say what a tier loses or gains; tiers have no word where there is one level of merit."""
    amount, unit = merit_text(abs(shown.cost[at])), merit_unit(round_)
    say, tier = catalogue_of(language).say, shown.levels[at][1]
    if len(_at(shown, "L2")) == 1:
        return say("displaced-merit", amount=amount, merit=unit)
    named = "none" if tier is None else str(tier)
    return say("displaced-tier", amount=amount, merit=unit, tier=named)
