"""Small words that tables share: amounts, fractions, truth and lists as cells of text."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction

from matcher.scores import SCALE


def fraction(value: Fraction) -> str:
    """Give a fraction with six decimals, half-even."""
    millionths = round(value * 10**6)
    exact = Decimal(millionths).scaleb(-6)
    return str(exact.quantize(Decimal("0.000001"), ROUND_HALF_EVEN))


def truth(value: bool) -> str:
    """Give `true` or `false`."""
    return "true" if value else "false"


def listed(values: Iterable[str]) -> str:
    """Give items separated by semicolons, in the order given."""
    return ";".join(values)


def spoken(values: Iterable[str]) -> str:
    """Give items as a person would: `A, B and C`."""
    items = list(values)
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} and {items[-1]}"


def score(scaled: int) -> str:
    """Give a score held in ten-thousandths, without trailing zeros; nothing if unscored."""
    if scaled < 0:
        return ""
    return format((Decimal(scaled) / SCALE).normalize(), "f")
