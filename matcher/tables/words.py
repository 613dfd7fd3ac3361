"""Small words that tables share: amounts, fractions, truth and lists as cells of text."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from functools import lru_cache

from matcher import money
from matcher.scores import SCALE
from matcher.wording import catalogue_of

SAID = 10_000
"""So many sentences are remembered: of a large round most are said of many proposals."""


def fraction(value: Fraction) -> str:
    """Give a fraction with six decimals, half-even."""
    millionths = round(value * 10**6)
    exact = Decimal(millionths).scaleb(-6)
    return str(exact.quantize(Decimal("0.000001"), ROUND_HALF_EVEN))


def truth(value: bool) -> str:
    """Give `true` or `false`."""
    return "true" if value else "false"


def amount(units: int, currency: str) -> str:
    """Give minor units as people write an amount: `1,200 AZN`, minor units where it has any."""
    digits = money.digits_of(currency)
    places = 0 if units % 10**digits == 0 else digits
    return f"{money.major(units, currency):,.{places}f} {currency}"


def listed(values: Iterable[str]) -> str:
    """Give items separated by semicolons, in the order given."""
    return ";".join(values)


def spoken(values: Iterable[str]) -> str:
    """Give items as a person would: `A, B and C`."""
    items = list(values)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def few(items: Sequence[str], most: int) -> str:
    """Give the first of several as a person would, and how many more there are."""
    if len(items) <= most:
        return spoken(items)
    return spoken([*items[:most], say("list-more", count=len(items) - most)])


def named(terms: Iterable[str]) -> str:
    """Name terms of pools in words, those that read alike once."""
    return spoken(dict.fromkeys(say(f"term-{term}", reader="coordinator") for term in terms))


@lru_cache(maxsize=SAID)
def say(message: str, **values: str | int) -> str:
    """Give the words of a message of the catalogue; tables are written in its first language."""
    return catalogue_of().say(message, **values)


def ended(text: str) -> str:
    """Give free text with an end, so that a sentence can follow."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def score(scaled: int) -> str:
    """Give a score held in ten-thousandths, without trailing zeros; nothing if unscored."""
    if scaled < 0:
        return ""
    return format((Decimal(scaled) / SCALE).normalize(), "f")
