"""How numbers, days and lists are written for people: one way everywhere, in every locale."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor
from typing import Literal

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def percent(
    share: Fraction | Decimal, decimal: Literal["if needed", "always"] = "if needed"
) -> str:
    """Give a share in per cent with at most one decimal, half-even, such as `97.3 %`.

    What is not quite all, or not quite nothing, never reads as 100 % or 0 %.
    """
    exact = Fraction(share) * 100
    tenths = round(exact * 10)
    if tenths == 1000 and exact < 100:
        tenths = 999
    if tenths == 0 and exact > 0:
        return "under 0.1\u00a0%"
    if decimal == "always":
        return f"{Decimal(tenths) / 10:.1f}\u00a0%"
    return _percent(Fraction(tenths, 10), 1)


def exact_percent(share: Decimal) -> str:
    """Give a share that somebody asked for in per cent, as exactly as they did."""
    text = f"{share * 100:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}\u00a0%"


def percent_up(share: Fraction) -> str:
    """Give a gap in per cent, rounded up to a figure or two; never below 0.0001 %."""
    exact = max(share * 100, Fraction(1, 10_000))
    places = 1
    while exact * 10**places < 1:
        places += 1
    return _percent(Fraction(ceil(exact * 10**places), 10**places), places)


def gap(share: Fraction | Decimal | None) -> str:
    """Give by how much a plan could be better: rounded up, `0 %` where by nothing, or not known."""
    if share is None:
        return "not known"
    return percent_up(Fraction(share)) if share else "0\u00a0%"


def percent_down(share: Fraction) -> str:
    """Give a gain in per cent with a decimal, rounded towards less."""
    return _percent(Fraction(floor(share * 1000), 10), 1)


def _percent(number: Fraction, places: int) -> str:
    text = f"{Decimal(number.numerator) / Decimal(number.denominator):.{places}f}"
    return f"{text.rstrip('0').rstrip('.')}\u00a0%"


def grouped(number: Decimal | int, places: int = 0) -> str:
    """Give a number with commas between thousands and so many decimals, half-even."""
    return f"{number:,.{places}f}"


def day(when: date) -> str:
    """Give a day as `1 March 2026`, whatever the locale."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def count(number: int, one: str, many: str | None = None) -> str:
    """Give a number with its noun: `1 pool`, `3 pools`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def spoken(items: Iterable[str], last: str = "and") -> str:
    """Give items as a person would: `A, B and C`; nothing for none."""
    *most, end = list(items) or [""]
    return f"{', '.join(most)} {last} {end}" if most else end


def few(items: Sequence[str], most: int) -> str:
    """Give the first few items as a person would, and count the others."""
    named = list(items[:most])
    if len(items) > most:
        named.append(f"{len(items) - most:,} more")
    return spoken(named)


def rows(numbers: Sequence[int]) -> str:
    """Give rows of a file, neighbours as ranges: `row 3`, `rows 2–9, 12 and 15`."""
    ordered = sorted(set(numbers))
    gaps = [(before, after) for before, after in pairwise(ordered) if after - before > 1]
    starts = [ordered[0], *(after for _, after in gaps)]
    ends = [*(before for before, _ in gaps), ordered[-1]]
    ranges = zip(starts, ends, strict=True)
    named = [str(start) if start == end else f"{start}–{end}" for start, end in ranges]
    return f"row{'s' if len(ordered) > 1 else ''} {spoken(named)}"


def sentence(text: str) -> str:
    """Give a text with a capital at its start and an end."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}{'' if text[-1] in '.!?' else '.'}"


def decimal_text(value: Decimal | Fraction, places: int) -> str:
    """Give an exact number with commas and so many decimals, half-even, never as `-0`."""
    scaled = round(Fraction(value) * 10**places)
    return grouped(Decimal(scaled).scaleb(-places), places)


def plain_number(number: Decimal) -> str:
    """Give a decimal without trailing zeros or an exponent."""
    return format(number.normalize(), "f")
