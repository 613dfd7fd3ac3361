"""The objective levels L1 to L4, exact (PROBLEM.md, What max_merit maximises)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from fractions import Fraction

from matcher.verify.findings import LevelValue, Pair
from matcher.verify.near import Nearness, cost_of_changes
from matcher.verify.plan import Plan
from matcher.verify.targets import major_unit, shortfall, standings


def objective_levels(plan: Plan, nearness: Nearness | None = None) -> Iterator[LevelValue]:
    """Give L1 by priority, L2 by tier (the blank one last), L3 and L4.

    There is an L1 for each priority of a soft target, an L2 for each tier of a proposal of the
    round, funded or not. Where changes against an earlier result have a price, L2 is less it.
    """
    yield from _shortfalls(plan)
    yield from _merits(plan, nearness)
    preferred = exact_sum([_preference(plan, pair) * a for pair, a in plan.awards.items()])
    yield LevelValue("L3", None, preferred / major_unit(plan))
    yield LevelValue("L4", None, Fraction(len(plan.awards)))


def exact_sum(values: Sequence[Fraction]) -> Fraction:
    """Add fractions two by two: with many denominators far faster than one after the other."""
    layer = list(values)
    while len(layer) > 1:
        halves = [one + other for one, other in zip(layer[::2], layer[1::2], strict=False)]
        layer = halves + layer[len(layer) - len(layer) % 2 :]
    return layer[0] if layer else Fraction(0)


def _shortfalls(plan: Plan) -> Iterator[LevelValue]:
    found: dict[int, list[Fraction]] = defaultdict(list)
    for standing in standings(plan, "soft"):
        weighted = Fraction(standing.target.weight) * shortfall(plan, standing)
        found[standing.target.priority].append(weighted)
    for priority, values in sorted(found.items()):
        yield LevelValue("L1", priority, exact_sum(values))


def _merits(plan: Plan, nearness: Nearness | None) -> Iterator[LevelValue]:
    cost = {} if nearness is None else cost_of_changes(plan, nearness)
    found: dict[int | None, list[Fraction]] = {p.tier: [] for p in plan.round.proposals}
    for pair in plan.awards:
        found[plan.proposal(pair[1]).tier].append(_merit(plan, pair))
    for tier in sorted(found, key=lambda tier: (tier is None, tier)):
        yield LevelValue("L2", tier, exact_sum(found[tier]) - cost.get(tier, 0))


def _merit(plan: Plan, pair: Pair) -> Fraction:
    amount = plan.awards[pair]
    if plan.round.policy.value == "per_amount":
        return plan.score(pair) * Fraction(amount, major_unit(plan))
    # A request below one grant step is 0: the award breaks C2 and is worth nothing.
    request = plan.proposals[pair[1]].request
    return plan.score(pair) * Fraction(amount, request) if request else Fraction(0)


def _preference(plan: Plan, pair: Pair) -> Fraction:
    row = plan.row_of(pair)
    if row is None:
        return Fraction(0)
    if row.payer_preference is not None:
        return Fraction(row.payer_preference)
    return Fraction(1 if row.status == "prefer" else 0)
