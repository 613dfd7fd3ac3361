"""The reserve list, and what keeps a proposal from any award when money is no matter.

Both ask whether a proposal could be paid if its pools had money and grants without limit, other
awards as they are and targets set aside (PROBLEM.md, decision 9); the second with one constraint
less.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property, reduce

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Flags, Integers, Problem
from matcher.allocation.rows import Row, touched_rows
from matcher.allocation.single import NotDirect, Singles
from matcher.allocation.standing import Standing
from matcher.tables.plan import Plan
from matcher.tables.words import say

NONE = frozenset[str]()
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
        self._asked: dict[frozenset[str], Singles] = {}
        self._by_one: dict[frozenset[str], Flags] = {}
        self._left: dict[tuple[bool, bool], Flags] = {}
        self._beside: dict[frozenset[int], tuple[Singles, Flags]] = {}

    def pays(self, proposal: int, without: frozenset[str] = NONE) -> bool:
        """Say whether a proposal could be paid, were the constraints `without` set aside too."""
        if len(without) <= 1 and self._alone(without)[proposal]:
            return True
        aside, plenty = without.union(SET_ASIDE), (self._plenty, self._plenty)
        return self._offered(
            self._singles(without), proposal, plenty, lambda row: row.constraint not in aside
        )

    def pays_from_left(self, proposal: int, money: bool = True, grants: bool = True) -> bool:
        """Say whether it could be paid from what pools have left of `money`, `grants`, or both."""
        left = self._money_left if money else self._plenty
        room = self._grants_left if grants else self._plenty
        singles = self._singles()
        if (money, grants) not in self._left:
            self._left[money, grants] = singles.by_one(left, room)
        if self._left[money, grants][proposal]:
            return True
        least = max(1, int(self.plan.problem.proposals.minimum[proposal]))
        if money and self._most_left[proposal] < least:
            return False
        kept = {"C1": money, "C4": grants, "C11": False}
        return self._offered(
            singles, proposal, (left, room), lambda row: kept.get(row.constraint, True)
        )

    def pays_from_all(self, proposal: int) -> bool:
        """Say whether it could be paid from all that its pools may give, were nothing spent yet.

        Where there is no direct answer, whether one of its pools pays anybody.
        """
        pools, pairs = self.plan.problem.pools, self.plan.problem.pairs
        if self._by_one_of_all[proposal]:
            return True
        try:
            offer = self._singles().offer(proposal, pools.budget, pools.grants)
            return offer is not None and offer.largest(enough=1) is not None
        except NotDirect:
            return bool(self.plan.spent[pairs.pool[self.plan.pairs_of(proposal)]].any())

    def pays_beside(self, proposal: int, targets: Sequence[Row]) -> bool:
        """Say whether it could be paid from what pools have left so that rows of targets hold."""
        kept, left = frozenset(id(row) for row in targets), (self._money_left, self._grants_left)
        if kept not in self._beside:
            rows = [*self._rows, *targets]
            standing = Standing(self.plan.problem, rows, self.plan.amounts)
            every = Singles(self.plan.problem, standing)
            self._beside[kept] = every, every.by_one(*left)
        singles, alone = self._beside[kept]
        if alone[proposal]:
            return True
        return self._offered(
            singles, proposal, left, lambda row: row.constraint != "C11" or id(row) in kept
        )

    def _offered(
        self,
        singles: Singles,
        proposal: int,
        left: tuple[Integers, Integers],
        keeps: Callable[[Row], bool],
    ) -> bool:
        """Say whether any award is possible: directly, or by a solver that `keeps` rows.

        `left` are what pools may still give, in money and in grants.
        """
        try:
            offer = singles.offer(proposal, *left)
            return offer is not None and offer.largest(enough=1) is not None
        except NotDirect:
            rows = [row for row in self.plan.rows if keeps(row)]
            problem = without_constraints(self.plan.problem, sorted(singles.without))
            return self._could_be_paid(problem, self.plan.amounts, proposal, rows)

    def meets_full_pool(self, proposal: int) -> bool:
        """Say whether a pool that may fund it can make no more grants."""
        pairs = self.plan.problem.pairs
        here = self.plan.pairs_of(proposal)
        return bool((self._grants_left[pairs.pool[here[pairs.allowed[here]]]] <= 0).any())

    @cached_property
    def _by_one_of_all(self) -> Flags:
        """Say which proposals a single pool could pay, were nothing spent yet."""
        pools = self.plan.problem.pools
        return self._singles().by_one(pools.budget, pools.grants)

    @cached_property
    def _money_left(self) -> Integers:
        return self.plan.problem.pools.budget - self.plan.spent

    @cached_property
    def _grants_left(self) -> Integers:
        pools, pairs = self.plan.problem.pools, self.plan.problem.pairs
        made = np.bincount(pairs.pool[self.plan.amounts > 0], minlength=len(pools.ids))
        return pools.grants - made

    @cached_property
    def _most_left(self) -> Integers:
        """Give what the pools of each proposal have left for it together, at most."""
        problem = self.plan.problem
        pairs, pools = problem.pairs, problem.pools
        most = np.minimum(self._money_left, pools.most)[pairs.pool]
        pays = pairs.allowed & (most >= pools.least[pairs.pool])
        found = np.zeros(len(problem.proposals.ids), np.int64)
        capped = np.minimum(most, problem.proposals.request[pairs.proposal])
        np.add.at(found, pairs.proposal[pays], capped[pays])
        return found

    def _singles(self, without: frozenset[str] = NONE) -> Singles:
        if without not in self._asked:
            self._asked[without] = Singles(self.plan.problem, self._standing, without)
        return self._asked[without]

    def _alone(self, without: frozenset[str]) -> Flags:
        """Say which proposals a single pool could pay, money and grants being no matter."""
        if without not in self._by_one:
            singles = self._singles(without)
            self._by_one[without] = singles.by_one(self._plenty, self._plenty)
        return self._by_one[without]

    def may_be_paid(self, proposal: int) -> bool:
        """Say whether any pool may award a proposal anything."""
        return bool(self.plan.problem.pairs.allowed[self.plan.pairs_of(proposal)].any())

    def blocking(self, proposal: int) -> tuple[str, tuple[str, ...]]:
        """Give a sentence and the ids of the constraints that stop a proposal.

        These are all that would do were they alone set aside; where none is, some that would do
        together, and none of them left out.
        """
        problem = self.plan.problem
        if not self.may_be_paid(proposal):
            return say("stopped-barred"), ("C7",)
        if problem.proposals.request[proposal] == 0:
            return say("stopped-step"), ("C2",)
        found = [name for name in WORDS if self.pays(proposal, frozenset((name,)))]
        if found:
            told = _listed(found)
            return f"{told[0].upper()}{told[1:]}.", tuple(found)
        limits = self._limits_of(proposal)
        together = self._together(proposal, limits)
        if not together:
            return say("stopped-by-all"), ()
        return say("stopped-together", limits=_listed(together)), together

    def _together(self, proposal: int, limits: Sequence[str]) -> tuple[str, ...]:
        """Give limits that would do if all of them were set aside, and with none of them left.

        None where it would not do to set all of them aside.
        """
        lifted = frozenset(limits)
        if not self.pays(proposal, lifted):
            return ()
        for name in limits:
            if self.pays(proposal, lifted - {name}):
                lifted -= {name}
        return tuple(name for name in limits if name in lifted)

    def _limits_of(self, proposal: int) -> tuple[str, ...]:
        """Name the constraints that limit what it, or a pool that may fund it, can do at all."""
        pools, pairs = self.plan.problem.pools, self.plan.problem.pairs
        here = self.plan.pairs_of(proposal)
        mine = pairs.pool[here[pairs.allowed[here]]]
        flags = np.zeros(len(pairs), np.bool_)
        flags[here] = True
        rows = touched_rows(self._rows, flags, np.arange(len(self.plan.totals)) == proposal)
        holds = {
            "C3": bool(np.any((pools.least[mine] > 1) | (pools.most[mine] < NO_LIMIT))),
            "C5": any(pools.share[pool] < 1 for pool in mine.tolist()),
            "C6": int(self.plan.problem.proposals.funders[proposal]) < len(mine),
            "C12": bool((pairs.accepted | pairs.pinned)[here].any()),
            "C13": bool(pools.alone[mine].any() or np.isin(mine, np.ravel(pools.apart)).any()),
        } | {row.constraint: True for row in rows}
        return tuple(name for name in WORDS if holds.get(name))


def _listed(constraints: Sequence[str]) -> str:
    clauses = [say(WORDS[constraint]) for constraint in constraints]
    return reduce(lambda first, second: say("stopped-also", first=first, second=second), clauses)


def without_constraints(problem: Problem, constraints: Iterable[str]) -> Problem:
    """Give the problem without some of C3, C5, C6, C13 and accepted awards."""
    return reduce(_without, constraints, problem)


def _without(problem: Problem, constraint: str) -> Problem:
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
