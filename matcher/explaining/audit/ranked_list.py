"""A plan beside the committee's ranked list, proposal by proposal.

The list is gone down as a run does it for its baseline (pipeline/allocating), so that its totals
are those of `baseline` in run.json.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic

import numpy as np

from matcher import money
from matcher.allocation.problem import SCALE, Integers, Problem
from matcher.allocation.ranked_list import NOT_ENFORCED, Ranked, rank
from matcher.explaining.solves.base import Base
from matcher.pipeline.listing import COMPARING
from matcher.results import Options
from matcher.solving.payable import Payments
from matcher.tables.jumps import count_passed
from matcher.tables.order import merit_of
from matcher.tables.plan import Plan

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Side:
    """What a plan comes to: money in base minor units, merit as the policy values it.

    `funded` proposals get money; `passed_over` are out of order, as in out_of_order.csv.
    """

    placed: int
    merit: Fraction
    funded: int
    passed_over: int


@dataclass(frozen=True)
class Compared:
    """A proposal in both plans: money in base minor units, merit over all tiers."""

    proposal_id: str
    requested: int
    ours: int
    listed: int
    merit_ours: Fraction
    merit_listed: Fraction


@dataclass(frozen=True)
class Comparison:
    """The plan and the ranked list, as wholes and by proposal, in the order of their ids.

    `rows` are the proposals that either funds. `doubts` holds each proposal that the list might
    have paid more, with how much more at most in base minor units; what was found is what is told.
    `left` is the money that the list leaves, which bounds all doubts together.
    """

    ours: Side
    listed: Side
    rows: tuple[Compared, ...]
    doubts: tuple[tuple[str, int], ...]
    left: int
    not_enforced: tuple[str, ...] = NOT_ENFORCED

    @property
    def gaining(self) -> tuple[Compared, ...]:
        """The proposals that get more from the plan than from the list, the most first."""
        return _largest_first(row for row in self.rows if row.ours > row.listed)

    @property
    def losing(self) -> tuple[Compared, ...]:
        """The proposals that the list would have given more, the most first."""
        return _largest_first(row for row in self.rows if row.ours < row.listed)


class _TimeIsUp(Exception):
    """The clock ran out while the list was gone down."""


def comparison(base: Base, tell: Tell) -> Comparison | None:
    """Compare the plan given with the ranked list; None where the list has no plan or no time.

    It has none where the pins cannot hold.
    """
    problem = base.problem
    try:
        ranked = _ranked(base, tell)
    except _TimeIsUp:
        return None
    if ranked is None:
        return None
    ours, listed = problem.amounts(base.given), ranked.amounts
    totals = [_totals(problem, amounts) for amounts in (ours, listed)]
    merits = [_merits(problem, amounts) for amounts in (ours, listed)]
    ids, unit = problem.proposals.ids, problem.unit
    rows = [
        Compared(
            ids[j],
            int(problem.proposals.request[j]) * unit,
            int(totals[0][j]) * unit,
            int(totals[1][j]) * unit,
            merits[0].get(j, Fraction(0)),
            merits[1].get(j, Fraction(0)),
        )
        for j in np.flatnonzero(totals[0] + totals[1]).tolist()
    ]
    doubts = tuple((ids[j], more * unit) for j, more in sorted(ranked.open_.items()))
    left = int(problem.pools.budget.sum() - listed.sum()) * unit
    return Comparison(_side(base, ours), _side(base, listed), tuple(rows), doubts, left)


def _ranked(base: Base, tell: Tell) -> Ranked | None:
    left = base.deadline - monotonic()
    if left <= 0:
        raise _TimeIsUp

    def heard(position: int, count: int) -> None:
        if monotonic() > base.deadline:
            raise _TimeIsUp
        tell(f"going down the ranked list, {position} of {count}")

    return rank(base.problem, Payments(Options(seconds=left), COMPARING), heard)


def _side(base: Base, amounts: Integers) -> Side:
    plan = Plan(base.problem, base.eligibility, amounts)
    return Side(
        int(amounts.sum()) * base.problem.unit,
        merit_of(base.problem, amounts),
        int((plan.totals > 0).sum()),
        count_passed(plan),
    )


def _totals(problem: Problem, amounts: Integers) -> Integers:
    totals = np.zeros(len(problem.proposals.ids), np.int64)
    np.add.at(totals, problem.pairs.proposal, amounts)
    return totals


def _merits(problem: Problem, amounts: Integers) -> Mapping[int, Fraction]:
    """Give the merit of what each proposal is paid, those paid nothing left out; see merit_of."""
    pairs, request = problem.pairs, problem.proposals.request
    by_project = problem.round.policy.value == "per_project"
    digits = money.digits_of(problem.round.currency)
    merits: dict[int, Fraction] = {}
    for pair in np.flatnonzero(amounts):
        proposal, product = int(pairs.proposal[pair]), int(pairs.score[pair]) * int(amounts[pair])
        part = (
            Fraction(product, SCALE * int(request[proposal]))
            if by_project
            else Fraction(product * problem.unit, SCALE * 10**digits)
        )
        merits[proposal] = merits.get(proposal, Fraction(0)) + part
    return merits


def _largest_first(rows: Iterable[Compared]) -> tuple[Compared, ...]:
    return tuple(sorted(rows, key=lambda row: (-abs(row.ours - row.listed), row.proposal_id)))
