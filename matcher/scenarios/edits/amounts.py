"""A new value for a cell: as written, or more or less than what stands there."""

import re
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

from matcher.domain import Round
from matcher.domain.round import cell
from matcher.domain.tables import Row
from matcher.money import minor_digits
from matcher.scenarios.edits.naming import Cell
from matcher.scenarios.edits.scenario import Refused

RELATIVE = re.compile(
    r"(?P<sign>[+-])\s*(?P<number>\d+(\.\d+)?)\s*(?P<unit>%|days?)?"
    r"|[x×*]\s*(?P<factor>\d+(\.\d+)?)",
    re.ASCII,
)
NEGATIVE = re.compile(r"-\d+(\.\d+)?", re.ASCII)
MAY_BE_NEGATIVE = ("payer_preference",)
"""Columns whose numbers may be below 0."""
OWN_CURRENCY = ("budget", "min_grant", "max_grant", "requested", "minimum", "own_contribution",
    "other_funding")  # fmt: skip
"""Amounts in the currency of their row."""
BASE_CURRENCY = ("annual_budget", "grant_step", "min_award", "max_amount_per_organisation",
    "min_amount", "max_amount")  # fmt: skip
AMOUNTS = {*OWN_CURRENCY, *BASE_CURRENCY}
"""The columns that hold money."""
LARGEST = Decimal(10) ** 20
"""No number of a round comes to so much; below it every change can be rounded exactly."""
LONGEST = 30
"""So many digits may a change be written with, as may any number of a round."""
FINEST = 4
"""Decimals of a number that is no amount, no share and no rate: a score has so many."""
OF_ONE = 6
"""Decimals of shares and rates."""


class NotRelative(Refused):
    """More or less of something that cannot be counted."""


def is_relative(value: Cell, column: str) -> bool:
    """Say whether a value is a change of what is there: `+10%`, `-5000`, `x2`, `+14 days`.

    In a column that may hold it, a number below 0 is the new value.
    """
    if not isinstance(value, str):
        return False
    if column in MAY_BE_NEGATIVE and NEGATIVE.fullmatch(value.strip()):
        return False
    return RELATIVE.fullmatch(value.strip()) is not None


def changed_value(round_: Round, row: Row | None, column: str, now: Any, value: str) -> Cell:
    """Give what a change makes of what stands in a cell, in the digits that its column has.

    `now` is the typed value, a Decimal, a whole number or a date. Raises NotRelative, also where
    what comes out is larger than any number of a round, or no day of the calendar.
    """
    found = RELATIVE.fullmatch(value.strip())
    assert found is not None
    if len(found["factor"] or found["number"]) > LONGEST:
        raise NotRelative(f"has more than {LONGEST} digits.", "Write a shorter number.")
    if isinstance(now, date):
        return _later(now, found)
    if isinstance(now, bool) or not isinstance(now, int | Decimal):
        raise NotRelative("is a change of something that is no number.", "Write the new value.")
    if (found["unit"] or "").startswith("day"):
        raise NotRelative("adds days to something that is no date.", "Write a number or a share.")
    if found["factor"]:
        new = Decimal(now) * Decimal(found["factor"])
    else:
        number = Decimal(found["sign"] + found["number"])
        new = now * (1 + number / 100) if found["unit"] == "%" else now + number
    if new < 0 <= now and column not in MAY_BE_NEGATIVE:
        raise NotRelative(f"leaves less than nothing of {cell(now)}.", "Take away less.")
    if abs(new) >= LARGEST:
        raise NotRelative("comes to more than any number of a round.", "Write a smaller change.")
    digits = 0 if isinstance(now, int) else _digits(round_, row, column)
    return cell(new.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


def _later(now: date, found: re.Match[str]) -> Cell:
    if found["factor"] or found["unit"] == "%" or "." in (found["number"] or ""):
        raise NotRelative("is no change of a date.", "Write +14 days, or the new date.")
    try:
        return cell(now + timedelta(days=int(found["sign"] + found["number"])))
    except OverflowError:
        raise NotRelative("leads out of the calendar.", "Write fewer days.") from None


def _digits(round_: Round, row: Row | None, column: str) -> int:
    if column in OWN_CURRENCY:
        return minor_digits(getattr(row, "currency", round_.currency)) or 0
    if column == "amount":
        return minor_digits(getattr(row, "currency", None) or round_.currency) or 0
    if column in BASE_CURRENCY:
        return minor_digits(round_.currency) or 0
    return OF_ONE if "share" in column or row is None else FINEST


__all__ = ["MAY_BE_NEGATIVE", "NotRelative", "changed_value", "is_relative"]
