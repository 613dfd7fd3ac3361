"""Staying near an earlier result, by counting: the best of the feasible awards that are near.

A change is a proposal of the round that is paid by other pools or other amounts than before, also
from or to nothing. With a price each change takes it off the merit of its proposal's tier.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from .levels import Level, objective, rank
from .model import Awards, Pair, Round
from .reading import Document, read


@dataclass(frozen=True)
class NearBest:
    """What enumeration found.

    `needed` is the fewest changes that any feasible award has, None where nothing is feasible.
    `levels` are the best ones, `optima` every award that reaches them with the fewest changes.
    """

    needed: int | None
    levels: list[Level]
    optima: list[dict[Pair, int]]


def changes(round_: Round, before: Mapping[Pair, int], after: Awards) -> list[str]:
    """The proposals of the round that differ, in the order of the round."""

    def paid(awards: Mapping[Pair, int], proposal: str) -> dict[str, int]:
        return {pool: amount for (pool, j), amount in awards.items() if j == proposal and amount}

    return [j for j in round_.proposals if paid(before, j) != paid(after, j)]


def near_best(
    document: Document,
    feasible: list[dict[Pair, int]],
    before: Mapping[Pair, int],
    at_most: int | None,
    price: Fraction | None,
) -> NearBest:
    """The best of some awards with at most so many changes, each change at a price."""
    round_ = read(document)
    counted = [(changes(round_, before, awards), awards) for awards in feasible]
    needed = min((len(changed) for changed, _ in counted), default=None)
    best: list[Level] = []
    optima: list[tuple[int, dict[Pair, int]]] = []
    for changed, awards in counted:
        if at_most is not None and len(changed) > at_most:
            continue
        levels = [_priced(round_, level, changed, price) for level in objective(round_, awards)]
        if not optima or rank(levels) > rank(best):
            best, optima = levels, []
        if rank(levels) == rank(best):
            optima.append((len(changed), awards))
    fewest = min((number for number, _ in optima), default=0)
    return NearBest(needed, best, [awards for number, awards in optima if number == fewest])


def _priced(round_: Round, level: Level, changed: list[str], price: Fraction | None) -> Level:
    name, key, value = level
    if name != "L2" or price is None:
        return level
    return name, key, value - price * sum(round_.proposals[j].tier == key for j in changed)
