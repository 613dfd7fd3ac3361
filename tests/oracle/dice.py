"""What the random rounds draw from: integers in a range, and the money and scores of one round."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any, TypeVar

from .vocabulary import CURRENCY_DIGITS

Json = dict[str, Any]
Integers = Random | Callable[[int, int], int]
T = TypeVar("T")

REGIONS = ("AZ-BA", "AZ-GA", "AZ-QAX", "AZ-ER-GANJA-DASHKASAN", "GE-TB", "AZ-GYG", "AZ")
REGION_TERMS = ("AZ-BA", "AZ-ER-GANJA-DASHKASAN", "AZ", "AZ-QAX", "AZ-GA", "GE", "AZ-ER-BAKU")
SECTORS = ("11110", "15160", "111", "151", "112")
GROUPS = ("women_girls", "youth", "disability", "idps")
SDGS = ("5", "4", "10")
PRIORITY_AREAS = ("1", "2")
KINDS = ("public_union", "foundation", "initiative_group")
COUNTRIES = ("AZ", "GE")
DONOR_KINDS = ("embassy", "company", "foundation", "international_organisation", "state_body")

# Worth of one major unit in major units of the base; 0.5 and 1.25 make exact halves.
RATES = {
    "AZN": {"USD": "1.7000", "EUR": "1.9812", "JPY": "0.0113", "GEL": "0.5", "KWD": "5.5432"},
    "JPY": {"AZN": "88.4956", "USD": "150.4425", "GEL": "1.25"},
}
# Base currency, grant step in major units (blank: none), base minor units of one unit drawn.
SCALES = (("AZN", "100", 10_000), ("AZN", "", 1), ("JPY", "", 1), ("AZN", "0.07", 7))


class Dice:
    """Choices made of integers between a low and a high end, both included; low is simplest."""

    def __init__(self, source: Integers) -> None:
        """Draw from a Random, or from a function that gives an integer of a range."""
        self.integer = source.randint if isinstance(source, Random) else source

    def chance(self, percent: int) -> bool:
        """True in so many of a hundred cases."""
        return self.integer(0, 99) >= 100 - percent

    def choice(self, options: Sequence[T]) -> T:
        """One of the options, the first being the simplest."""
        return options[self.integer(0, len(options) - 1)]

    def some(self, options: Sequence[str], most: int) -> list[str]:
        """From one to `most` different options."""
        left, picked = list(options), list[str]()
        for _ in range(self.integer(1, min(most, len(left)))):
            picked.append(left.pop(self.integer(0, len(left) - 1)))
        return picked

    def cell(self, items: Sequence[str]) -> str | list[str]:
        """A list as an array or as `;` text."""
        return ";".join(items) if self.chance(30) else list(items)


class Setting(Dice):
    """What all rows of one round share: currencies, the size of amounts, the scale of scores."""

    def __init__(self, source: Integers) -> None:
        """Draw the setting."""
        super().__init__(source)
        scale = self.integer(0, 1) if self.chance(70) else self.integer(0, 3)
        self.base, self.step, self.unit = SCALES[scale]
        known = RATES[self.base]
        codes = self.some(tuple(known), 2) if self.chance(50) else []
        self.rates = {code: known[code] for code in codes}
        self.score_max = self.choice(("100", "10")) if self.chance(30) else "100"
        self.weighted = self.chance(20)

    def currency(self) -> str:
        """The base currency or one that has a rate."""
        return self.choice((self.base, *self.rates)) if self.rates else self.base

    def money(self, minor: int, currency: str, least: int = 0) -> str:
        """The amount of a currency that is worth about `minor` base minor units."""
        exact = Fraction(minor, 10 ** CURRENCY_DIGITS[self.base])
        digits = CURRENCY_DIGITS[currency]
        return _decimal(
            max(least, round(exact * 10**digits / Fraction(self.rates.get(currency, "1")))), digits
        )

    def base_money(self, minor: int) -> str:
        """Base minor units as text."""
        return _decimal(minor, CURRENCY_DIGITS[self.base])

    def score(self) -> str:
        """A score; few different ones, so that ties come about."""
        tens = self.choice((80, 60, 70, 50, 90, 85, 65, 75, 95, 40))
        extra = self.choice(("", "", "", ".5", ".3333", ".0001"))
        return f"{tens // 10 if self.score_max == '10' else tens}{extra}"


def _decimal(minor: int, digits: int) -> str:
    """Minor units as decimal text with the currency's digits."""
    return f"{minor // 10**digits}.{minor % 10**digits:0{digits}d}" if digits else str(minor)
