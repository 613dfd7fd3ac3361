"""How amounts, merit and scores are written in explanations: one way for all of them."""

from fractions import Fraction

from matcher.domain import Round
from matcher.tables.words import amount
from matcher.writing import phrases, words

PLACES = 3
"""The most decimals of a merit."""


def amount_text(round_: Round, units: int) -> str:
    """Give base minor units as an amount with its currency; minor units only where it has any."""
    return amount(units, round_.currency)


def merit_text(merit: Fraction) -> str:
    """Give an amount of merit, with no more decimals than it has."""
    places = next((few for few in range(PLACES) if (merit * 10**few).denominator == 1), PLACES)
    text = phrases.decimal_text(merit, places)
    # What is less than the last decimal leaves noughts.
    return text.rstrip("0").rstrip(".") if places else text


def merit_unit(round_: Round) -> str:
    """Say what merit is counted in."""
    return words.MERIT[round_.policy.value]


def in_both(**values: Fraction) -> dict[str, str | float]:
    """Give exact values for JSON by their names: as exact text (`143/2`), and as a number.

    The number stands under the name with `_number`, to reckon with; what was added up of numbers
    is no longer exact.
    """
    both: dict[str, str | float] = {}
    for name, value in values.items():
        both |= {name: str(value), f"{name}_number": float(value)}
    return both
