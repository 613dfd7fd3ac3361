"""Who is owned by whom: half and more in the hands of those on a list counts as being on it."""

from collections.abc import Collection, Hashable, Mapping, Sequence
from decimal import Decimal
from typing import TypeVar

HALF = Decimal(50)
"""The percentage from which the owned is as good as listed (OFAC's 50 percent rule)."""

Body = TypeVar("Body", bound=Hashable)
Holding = tuple[frozenset[Body], Decimal]
"""An owner, as the bodies that it may be, and its percentage."""


def owned_by_half(
    holdings: Mapping[Body, Sequence[Holding[Body]]], listed: Collection[Body]
) -> dict[Body, Decimal]:
    """Give the bodies that listed ones own by 50 % and more together, each with the percentage.

    A body that is so owned counts as listed itself, wholly, for those that it owns: 50 % of 50 %
    reaches, 40 % of 100 % does not. A circle of owners reaches nobody by itself.
    """
    reached = set(listed)
    found: dict[Body, Decimal] = {}
    waiting = [body for body in holdings if body not in reached]
    while True:
        shares = {body: _share(holdings[body], reached) for body in waiting}
        fresh = {body: share for body, share in shares.items() if share >= HALF}
        if not fresh:
            return found
        found |= fresh
        reached |= fresh.keys()
        waiting = [body for body in waiting if body not in fresh]


def _share(holdings: Sequence[Holding[Body]], reached: Collection[Body]) -> Decimal:
    parts = (share for owner, share in holdings if any(body in reached for body in owner))
    return sum(parts, Decimal(0))
