"""What it would cost to put right each place where the plan is out of order, by solving again.

Correcting is funding who was passed over in full (solving/correction): here with every other award
free to change and every constraint kept, as a hard target of its whole request. The cost is what
the best plan then loses at each level, exact at gap 0. Where time runs out before that is known,
the cost in merit when only its neighbours change is told, which suffices and may not be the least.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from time import monotonic
from typing import Literal

import numpy as np

from matcher import money
from matcher.allocation.problem import NO_TIER
from matcher.allocation.rows import soft_bounds
from matcher.allocation.wish import Wish, kept_rows
from matcher.domain import Round, Target
from matcher.explaining.solves.base import Base
from matcher.explaining.solves.worth import Worth
from matcher.scores import SCALE
from matcher.solving.apart import run_side_by_side
from matcher.solving.correction import cost_of_funding
from matcher.tables.jumps import Jumps, lowest_jumps_of
from matcher.tables.plan import Plan
from matcher.tables.why import reasons_of

Known = Literal["cost", "impossible", "at_most", "unknown"]
IN_FULL = "funded-in-full"
"""The id of the target that asks for a proposal's whole request."""
SOLVING = 0.5
"""The part of the time left that solving the whole round again may take."""


@dataclass(frozen=True)
class Correcting:
    """What funding a proposal in full would cost, as far as it is `known`.

    With `cost`, the best plan loses as much of each of `levels` (level, priority or tier; merit
    lost or shortfall added) as lies between `low` and `high`, which are the same where it is exact.
    Where it is `impossible`, no plan that keeps every constraint can. With `at_most`, only the tier
    of the proposal is told, and only `high`.
    """

    known: Known
    levels: tuple[tuple[str, int | None], ...] = ()
    low: tuple[Fraction, ...] = ()
    high: tuple[Fraction, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether every cost is known exactly."""
        return self.known == "cost" and self.low == self.high


@dataclass(frozen=True)
class OutOfOrder:
    """A pool that funds a proposal while one that it scores higher is not paid in full.

    `funded_instead` is the lowest-scored such award of the pool in the tier of who was passed over,
    of `instead` that it outscores. Scores are exact; `why` is the end of a sentence.
    """

    pool_id: str
    passed_over: str
    funded_instead: str
    instead: int
    score_passed_over: Fraction
    score_funded_instead: Fraction
    why: str


@dataclass(frozen=True)
class Order:
    """Every pool × proposal passed over, and what correcting costs, by proposal."""

    places: tuple[OutOfOrder, ...]
    correcting: Mapping[str, Correcting]


def out_of_order(base: Base, tell: Callable[[str], None]) -> Order:
    """Find where the plan given is out of order, and solve for the cost of correcting each.

    Proposals are solved for one after the other, the highest score first, as many at once as
    `options.workers`; half of the time is kept for costs among neighbours.
    """
    plan = Plan(base.problem, base.eligibility, base.problem.amounts(base.given))
    jumps = lowest_jumps_of(plan)
    ids, score = base.problem.proposals.ids, base.problem.proposals.score
    passed = np.unique(jumps.passed)
    order: list[int] = passed[np.argsort(-score[passed], kind="stable")].tolist()
    now = monotonic()
    solving = replace(base, deadline=now + SOLVING * (base.deadline - now))

    def among_all(position: int) -> Correcting:
        name = ids[order[position]]
        tell(f"the cost of correcting, {position + 1} of {len(order)}: {name}")
        return _by_solving(solving, order[position])

    found = _side_by_side(base, among_all, range(len(order)))
    open_ = [position for position, cost in found.items() if cost.known == "unknown"]

    def among_neighbours(position: int) -> Correcting:
        name = ids[order[position]]
        tell(f"the cost of correcting among neighbours, {position + 1} of {len(order)}: {name}")
        return _among_neighbours(base, plan, order[position])

    found |= _side_by_side(base, among_neighbours, open_)
    costs = {ids[order[position]]: cost for position, cost in found.items()}
    return Order(tuple(_places(plan, jumps)), dict(sorted(costs.items())))


def _side_by_side(
    base: Base, cost: Callable[[int], Correcting], positions: Iterable[int]
) -> dict[int, Correcting]:
    """Give costs by position, found by as many workers as the options say."""
    at = list(positions)
    calls = [partial(cost, position) for position in at]
    workers = max(1, base.options.workers)
    return dict(zip(at, run_side_by_side(calls, workers=workers), strict=True))


def in_full(base: Base, proposal: int) -> Round:
    """Give the round in which a proposal is funded with its whole request."""
    round_, problem = base.round, base.problem
    units = int(problem.proposals.request[proposal]) * problem.unit
    where = {"proposal": [problem.proposals.ids[proposal]]}
    target = Target.model_validate(
        {"id": IN_FULL, "where": where, "min_amount": money.shown(units, round_.currency)}
    )
    return round_.model_copy(update={"targets": (*round_.targets, target)})


def _by_solving(base: Base, proposal: int) -> Correcting:
    """Solve with the proposal funded in full; the time allowed is the base's."""
    if monotonic() >= base.deadline:
        return Correcting("unknown")
    found = base.solved(in_full(base, proposal), eligibility=base.eligibility)
    if isinstance(found, Worth):
        values, bounds = base.worth.values, base.worth.bounds
        low = [value - most for value, most in zip(values, found.bounds, strict=True)]
        high = [most - value for most, value in zip(bounds, found.values, strict=True)]
        return Correcting("cost", base.worth.levels, tuple(low), tuple(high))
    return Correcting("unknown" if monotonic() >= base.deadline else "impossible")


def _among_neighbours(base: Base, plan: Plan, proposal: int) -> Correcting:
    """Look for a plan in which only those near the proposal change, as out_of_order.csv does."""
    left = base.deadline - monotonic()
    if left <= 0:
        return Correcting("unknown")
    problem, pairs = base.problem, base.problem.pairs
    here = plan.pairs_of(proposal)
    pools = pairs.pool[here[pairs.allowed[here]]]
    near = pairs.proposal[(plan.amounts > 0) & np.isin(pairs.pool, pools)]
    organisation = np.array(problem.proposals.organisation)
    own = np.flatnonzero(organisation == organisation[proposal])
    rows = [*plan.rows, *kept_rows(soft_bounds(problem), plan.amounts, plan.totals > 0)]
    moving = np.union1d(near, own)
    found = cost_of_funding(Wish(problem, plan.amounts, rows, proposal, moving), left)
    if found.cost is None:
        return Correcting("unknown")
    tier = int(problem.proposals.tier[proposal])
    key = None if tier == NO_TIER else tier
    return Correcting("at_most", (("L2", key),), (), (found.cost,))


def _places(plan: Plan, jumps: Jumps) -> Iterator[OutOfOrder]:
    """Tell each jump, with how many awards of the pool the proposal outscores."""
    problem, pairs, tier = plan.problem, plan.problem.pairs, plan.problem.proposals.tier
    paid = np.flatnonzero(plan.amounts > 0)
    ids, pools = problem.proposals.ids, problem.pools.ids
    for at, why in enumerate(reasons_of(plan, jumps)):
        pool, passed = int(jumps.pool[at]), int(jumps.passed[at])
        high, low = int(pairs.score[jumps.passed_pair[at]]), int(pairs.score[jumps.pair[at]])
        lower = (pairs.pool[paid] == pool) & (pairs.score[paid] < high)
        lower &= tier[pairs.proposal[paid]] == tier[passed]
        yield OutOfOrder(
            pools[pool],
            ids[passed],
            ids[int(jumps.funded[at])],
            int(lower.sum()),
            Fraction(high, SCALE),
            Fraction(low, SCALE),
            why,
        )
