"""How much of a difference each change makes: Shapley's parts, which sum to the whole.

A change's part is what making it adds, averaged over all orders in which the changes can be made
(L. S. Shapley, "A value for n-person games", 1953). With many changes orders are drawn instead,
each with its reverse; every order's parts sum to the whole, so their mean does.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial, sqrt
from random import Random

from matcher.scenarios.causes.coalitions import Coalition

Measure = tuple[str, str | int | None]
"""What is divided: `("merit", tier)`, `("shortfall", priority)`, `("placed", None)`,
`("funded", None)` or `("pool", id)`; money in base minor units."""
Values = Mapping[Measure, Fraction]
Value = Callable[[Coalition], Values]

EXACT_UP_TO = 6
"""With so many changes all combinations are solved, 64 at most."""


@dataclass(frozen=True)
class Part:
    """A change's part of a difference; its standard error where orders were drawn, else None."""

    value: Fraction
    error: float | None = None


def all_coalitions(count: int) -> list[Coalition]:
    """Give every combination of so many changes, smaller ones first."""
    return [frozenset(c) for size in range(count + 1) for c in combinations(range(count), size)]


def drawn_orders(count: int, draws: int, seed: int) -> list[tuple[int, ...]]:
    """Draw orders of so many changes, each followed by its reverse."""
    dice = Random(f"orders {seed}")
    orders: list[tuple[int, ...]] = []
    for _ in range(draws):
        order = list(range(count))
        dice.shuffle(order)
        orders += [tuple(order), tuple(reversed(order))]
    return orders


def on_the_way(orders: Iterable[Sequence[int]]) -> list[Coalition]:
    """Give every combination that orders come through."""
    found = (frozenset(order[:end]) for order in orders for end in range(len(order) + 1))
    return list(dict.fromkeys(found))


def exact_parts(count: int, value: Value) -> dict[Measure, tuple[Part, ...]]:
    """Give each change's part over all orders, exact; 2^n combinations are looked at."""
    sums: dict[Measure, list[Fraction]] = {}
    for coalition in all_coalitions(count):
        here = value(coalition)
        for position in range(count):
            if position in coalition:
                continue
            size = len(coalition)
            weight = Fraction(factorial(size) * factorial(count - size - 1), factorial(count))
            for measure, added in _added(here, value(coalition | {position})):
                sums.setdefault(measure, [Fraction(0)] * count)[position] += weight * added
    return {measure: tuple(map(Part, parts)) for measure, parts in sums.items()}


def drawn_parts(orders: Sequence[Sequence[int]], value: Value) -> dict[Measure, tuple[Part, ...]]:
    """Estimate each change's part from orders, every second of which is the reverse of the first.

    The error is that of the mean over the pairs of orders.
    """
    count = len(orders[0])
    pairs: dict[Measure, list[list[Fraction]]] = {}
    for at, order in enumerate(orders):
        for end, position in enumerate(order):
            here, there = value(frozenset(order[:end])), value(frozenset(order[: end + 1]))
            for measure, added in _added(here, there):
                means = pairs.setdefault(measure, [])
                while len(means) <= at // 2:
                    means.append([Fraction(0)] * count)
                means[at // 2][position] += added / 2
    return {
        measure: tuple(_estimated([mean[p] for mean in means]) for p in range(count))
        for measure, means in pairs.items()
    }


def _added(here: Values, there: Values) -> Iterable[tuple[Measure, Fraction]]:
    for measure in sorted(here.keys() | there.keys(), key=str):
        yield measure, there.get(measure, Fraction(0)) - here.get(measure, Fraction(0))


def _estimated(means: Sequence[Fraction]) -> Part:
    count = len(means)
    mean = sum(means, Fraction(0)) / count
    spread = sum(((each - mean) ** 2 for each in means), Fraction(0))
    return Part(mean, sqrt(spread / (count * (count - 1))) if count > 1 else None)
