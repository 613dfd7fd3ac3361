"""Exact money: whole minor units and rational rates (docs/decisions/0001-money.md).

Amounts enter as decimals in major units and are integers of minor units from then on. No float
takes part. Rates are rationals: one unit of a currency is worth `rate` units of the base currency.
"""

from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from math import floor

import iso4217

LARGEST_AMOUNT = 10**13
"""The most minor units that a single amount may have (ROUND_FORMAT.md)."""


@cache
def minor_digits(currency: str) -> int | None:
    """Give how many decimals a currency has (ISO 4217), or None if there is no such currency."""
    try:
        return iso4217.Currency(currency).exponent
    except ValueError:
        return None


def digits_of(currency: str) -> int:
    """Give the decimals of a currency known to exist; raises KeyError when it does not."""
    digits = minor_digits(currency)
    if digits is None:
        raise KeyError(currency)
    return digits


def minor(amount: Decimal, currency: str) -> int:
    """Give an amount in major units as minor units of its own currency; it must be whole."""
    scaled = Fraction(amount) * 10 ** digits_of(currency)
    if scaled.denominator != 1:
        raise ValueError(f"{amount} has more decimals than {currency}")
    return int(scaled)


def major(units: int, currency: str) -> Decimal:
    """Give minor units as a decimal in major units with the currency's digits."""
    return Decimal(units).scaleb(-digits_of(currency))


def shown(units: int, currency: str) -> str:
    """Give minor units as text with the currency's digits, such as `100.50`."""
    digits = digits_of(currency)
    sign, whole = ("-", -units) if units < 0 else ("", units)
    if digits == 0:
        return f"{sign}{whole}"
    return f"{sign}{whole // 10**digits}.{whole % 10**digits:0{digits}d}"


@lru_cache(maxsize=1 << 16)
def exchange(amount: Decimal, base: str, rate: Decimal) -> Fraction:
    """Give an amount whose currency is worth `rate` in minor units of `base`, exact.

    A round is stated anew for each question about it: most amounts are the same each time.
    """
    worth: Fraction = Fraction(rate) * 10 ** digits_of(base) * Fraction(amount)
    return worth


def half_even(value: Fraction) -> int:
    """Round to the nearest integer, ties to the even one."""
    return round(value)


def down(value: Fraction | int, step: int = 1) -> int:
    """Round down to a multiple of `step`."""
    return value // step * step


def up(value: Fraction | int, step: int = 1) -> int:
    """Round up to a multiple of `step`."""
    return -(-value // step) * step


def back(units: int, base: str, currency: str, rate: Decimal) -> int:
    """Give base minor units in minor units of `currency`, floored: a pool never overspends."""
    worth = Fraction(units, 10 ** digits_of(base)) / Fraction(rate)
    return floor(worth * Fraction(10 ** digits_of(currency)))
