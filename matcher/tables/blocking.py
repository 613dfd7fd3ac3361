"""The reserve list, and what keeps a proposal from any award when money is no matter.

Both ask whether a proposal could be paid if its pools had money and grants without limit, other
awards as they are and targets set aside (PROBLEM.md, decision 9); the second with one constraint
less.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import reduce

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Flags, Integers, Problem
from matcher.allocation.rows import Row
from matcher.allocation.single import NotDirect, Singles
from matcher.allocation.standing import Standing
from matcher.tables.plan import Plan
from matcher.tables.words import say

CouldBePaid = Callable[[Problem, Integers, int, Sequence[Row]], bool]
"""Asked where there is no direct answer: see `solving.payable.could_be_paid`."""

SET_ASIDE = ("C1", "C4", "C11")
"""What the reserve list does without (PROBLEM.md, decision 9)."""

WORDS = {
    constraint: f"stopped-{constraint}"
    for constraint in ("C3", "C5", "C6", "C8", "C9", "C10", "C12", "C13")
}
"""The constraints that may stop a proposal, each with the message that says so."""


class Reserve:
    """Answers, for proposals that get nothing, whether each could be paid by itself."""

    def __init__(self, plan: Plan, could_be_paid: CouldBePaid) -> None:
        self.plan, self._could_be_paid = plan, could_be_paid
        self._rows = [row for row in plan.rows if row.constraint not in SET_ASIDE]
        self._standing = Standing(plan.problem, self._rows, plan.amounts)
        self._plenty = np.full(len(plan.problem.pools.ids), NO_LIMIT)
        self._asked: dict[str, tuple[Singles, Flags]] = {}

    def pays(self, proposal: int, without: str = "") -> bool:
        """Say whether a proposal could be paid, were the constraint `without` set aside too."""
        if without not in self._asked:
            singles = Singles(self.plan.problem, self._standing, without)
            self._asked[without] = singles, singles.by_one(self._plenty, self._plenty)
        singles, by_one = self._asked[without]
        if by_one[proposal]:
            return True
        try:
            offer = singles.offer(proposal, self._plenty, self._plenty)
            return offer is not None and offer.largest(enough=1) is not None
        except NotDirect:
            rows = [row for row in self._rows if row.constraint != without]
            problem = without_constraint(self.plan.problem, without)
            return self._could_be_paid(problem, self.plan.amounts, proposal, rows)

    def blocking(self, proposal: int) -> tuple[str, tuple[str, ...]]:
        """Give a sentence and the ids of the constraints that stop a proposal, each tried alone."""
        problem = self.plan.problem
        if not problem.pairs.allowed[self.plan.pairs_of(proposal)].any():
            return say("stopped-barred"), ("C7",)
        if problem.proposals.request[proposal] == 0:
            return say("stopped-step"), ("C2",)
        found = [constraint for constraint in WORDS if self.pays(proposal, constraint)]
        if not found:
            return say("stopped-together"), tuple(WORDS)
        clauses = [say(WORDS[constraint]) for constraint in found]
        told = reduce(
            lambda first, second: say("stopped-also", first=first, second=second), clauses
        )
        return f"{told[0].upper()}{told[1:]}.", tuple(found)


def without_constraint(problem: Problem, constraint: str) -> Problem:
    """Give the problem without C3, C5, C6, C13, or accepted awards; rows are not its business."""
    pools, proposals, pairs = problem.pools, problem.proposals, problem.pairs
    match constraint:
        case "C3":
            return replace(
                problem,
                pools=replace(
                    pools,
                    least=np.ones_like(pools.least),
                    most=np.full_like(pools.most, NO_LIMIT),
                ),
            )
        case "C5":
            whole = tuple(Fraction(1) for _ in pools.share)
            return replace(problem, pools=replace(pools, share=whole))
        case "C6":
            many = np.full_like(proposals.funders, NO_LIMIT)
            return replace(problem, proposals=replace(proposals, funders=many))
        case "C12":
            free = np.where(pairs.accepted, -1, pairs.fixed)
            nothing = np.zeros_like(pairs.accepted)
            return replace(problem, pairs=replace(pairs, accepted=nothing, fixed=free))
        case "C13":
            nobody = np.zeros_like(pools.alone)
            return replace(problem, pools=replace(pools, alone=nobody, apart=()))
    return problem
