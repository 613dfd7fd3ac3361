"""An earlier result that a run stays near: as its record has it, and as the verifier takes it."""

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from matcher import money
from matcher.results import StayNear
from matcher.verify import Nearness
from matcher.wording.catalogue import catalogue_of

_NUMBER = re.compile(r"\d+(\.\d+)?")
MOST_NAMED = 20
"""So many changed proposals are named in a sentence; the record names all."""


def nearness_of(wanted: StayNear | None) -> Nearness | None:
    """Give what the verifier holds awards against."""
    if wanted is None:
        return None
    awards = {(pool, proposal): units for pool, proposal, units in wanted.awards}
    price = None if wanted.price is None else Fraction(wanted.price)
    return Nearness(awards, wanted.at_most, price)


def near_entry(wanted: StayNear, currency: str) -> dict[str, Any]:
    """Give an earlier result as run.json keeps it, whole: its hash, the limits and its awards."""
    return {
        "result": wanted.digest,
        "at_most": wanted.at_most,
        "price_per_change": None if wanted.price is None else f"{wanted.price:f}",
        "awards": [
            [pool, proposal, money.shown(units, currency)]
            for pool, proposal, units in wanted.awards
        ],
    }


def near_from(entry: object, currency: str) -> StayNear:
    """Read what `near_entry` gave.

    Raises ValueError where it is anything else.
    """
    if not isinstance(entry, Mapping):
        raise ValueError("it is no table of values")
    digest, rows = entry.get("result"), entry.get("awards")
    at_most, price = entry.get("at_most"), entry.get("price_per_change")
    if not isinstance(digest, str) or not isinstance(rows, list):
        raise ValueError("it lacks the earlier result")
    if at_most is not None and (type(at_most) is not int or at_most < 0):
        raise ValueError("at_most is not a whole number")
    if price is not None and not (isinstance(price, str) and _NUMBER.fullmatch(price)):
        raise ValueError("price_per_change is not a number")
    if at_most is None and price is None:
        raise ValueError("it names neither a limit nor a price")
    awards = tuple(_award(row, currency) for row in rows)
    if list(awards) != sorted(awards) or len({award[:2] for award in awards}) < len(awards):
        raise ValueError("its awards are not in order, or one stands there twice")
    return StayNear(awards, digest, at_most, None if price is None else Decimal(price))


def _award(row: object, currency: str) -> tuple[str, str, int]:
    if not isinstance(row, list) or len(row) != 3 or not all(isinstance(c, str) for c in row):
        raise ValueError("an award is not a pool, a proposal and an amount")
    pool, proposal, amount = row
    if not _NUMBER.fullmatch(amount):
        raise ValueError(f"the award {amount} is not a number")
    return pool, proposal, money.minor(Decimal(amount), currency)


def notes_on_changes(wanted: StayNear, changed: tuple[str, ...]) -> list[str]:
    """Say how many proposals have changed and what is not looked at, as sentences."""
    catalogue = catalogue_of()
    named = ", ".join(changed[:MOST_NAMED])
    more = len(changed) - len(changed[:MOST_NAMED])
    notes = [catalogue.say("near-changed", changes=len(changed), names=named, more=more)]
    if wanted.at_most is not None:
        notes.append(catalogue.say("near-limit", most=wanted.at_most))
    if wanted.price is not None:
        notes.append(catalogue.say("near-price", price=f"{wanted.price:f}"))
    return [*notes, catalogue.say("near-reasons")]


def conflict_with_limit(wanted: StayNear, needed: int) -> dict[str, str]:
    """Say as a part of a conflict that more changes are needed than may be made."""
    words = catalogue_of().say("near-needed", needed=needed, most=wanted.at_most or 0)
    return {"constraint": "near", "subject": f"at most {wanted.at_most} changes", "words": words}
