"""The objective levels L1…L4 of PROBLEM.md as exact fractions, and their order."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any, Protocol, TypeVar

from .model import Awards, Round

Level = tuple[str, int | None, Fraction]


class Comparable(Protocol):
    """Whatever has an order."""

    def __lt__(self, other: Any, /) -> bool: ...


R = TypeVar("R", bound=Comparable)
T = TypeVar("T")


def objective(round_: Round, awards: Awards) -> list[Level]:
    """The levels in their order, as (name, key, value).

    ("L1", priority, Σ weight × shortfall) for each priority of a soft target, ascending;
    ("L2", tier, merit) for each tier of any proposal of the round, ascending, the blank tier
    (None) last; ("L3", None, preference); ("L4", None, grants). Money counts in base major units.
    """
    given = {pair: amount for pair, amount in awards.items() if amount}
    priorities = {b.priority for b in round_.bounds if b.priority is not None}
    levels: list[Level] = [
        (
            "L1",
            priority,
            sum(
                (
                    bound.importance * bound.shortfall(given)
                    for bound in round_.bounds
                    if bound.priority == priority
                ),
                Fraction(0),
            ),
        )
        for priority in sorted(priorities)
    ]
    for tier in tiers(round_):
        merit = Fraction(0)
        for (pool, j), amount in given.items():
            proposal = round_.proposals[j]
            if proposal.tier == tier:
                size = proposal.request if round_.per_project else round_.major
                # What asks for less than a grant step may be awarded nothing, and counts nothing.
                part = Fraction(amount, size) if size else Fraction(0)
                merit += round_.scores.get((pool, j), Fraction(0)) * part
        levels.append(("L2", tier, merit))
    preference = sum(
        (round_.preferences.get(pair, Fraction(0)) * amount for pair, amount in given.items()),
        Fraction(0),
    )
    return [*levels, ("L3", None, preference / round_.major), ("L4", None, Fraction(len(given)))]


def tiers(round_: Round) -> list[int | None]:
    """The tiers of the round's proposals, ascending, the blank tier last."""
    found = {j.tier for j in round_.proposals.values()}
    return [*sorted(tier for tier in found if tier is not None), *([None] if None in found else [])]


def rank(levels: Iterable[Level]) -> tuple[Fraction, ...]:
    """The levels with those to be least negated, so that the greater tuple is the better one."""
    return tuple(-value if name in ("L1", "L4") else value for name, _, value in levels)


def max_lexicographic(candidates: Iterable[tuple[R, T]]) -> tuple[R | None, list[T]]:
    """The greatest rank (None without candidates) and every candidate that reaches it."""
    best: R | None = None
    reached: list[T] = []
    for found, candidate in candidates:
        if best is None or best < found:
            best, reached = found, [candidate]
        elif not found < best:
            reached.append(candidate)
    return best, reached
