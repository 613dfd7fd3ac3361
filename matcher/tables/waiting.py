"""What decided about a proposal on the reserve list: money, grants, a target, or none of them.

The list looks away from all of these (PROBLEM.md, decision 9). Here each is looked at again, other
awards as they are.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property

import numpy as np

from matcher.allocation.problem import Flags, Integers
from matcher.allocation.rows import Row, soft_bounds, values_of
from matcher.tables.blocking import Reserve
from matcher.tables.words import say, spoken

MOST_POOLS = 4
"""So many pools are named in a sentence; where there are more, all are counted."""


def where_of(pools: Sequence[str]) -> str:
    """Name a few pools, or count many."""
    return spoken(pools) if len(pools) <= MOST_POOLS else say("decided-pools", count=len(pools))


class Waiting:
    """Says of proposals on the reserve list what keeps them there."""

    def __init__(self, reserve: Reserve) -> None:
        self.reserve, self.plan = reserve, reserve.plan
        problem, plan = reserve.plan.problem, reserve.plan
        self._hard = [row for row in plan.rows if row.constraint == "C11"]
        self._soft = soft_bounds(problem)

    def reason(self, proposal: int) -> tuple[str, tuple[str, ...]]:
        """Give a sentence, and the ids of what decided."""
        pairs = self.plan.problem.pairs
        here = self.plan.pairs_of(proposal)
        pools = [self.plan.problem.pools.ids[p] for p in pairs.pool[here]]
        where = where_of(pools)
        if short := self._short_of(proposal):
            # What has nothing to give, as after a hold-back, gave nothing to other work.
            giving = here[self.plan.problem.pools.budget[pairs.pool[here]] > 0]
            if len(giving):
                where = where_of([self.plan.problem.pools.ids[p] for p in pairs.pool[giving]])
            return self._went(proposal, here, where, short == ("C4",)), (*short, *pools)
        if not pairs.score[here].any():
            return say("decided-reserve-nothing", where=where), ("score", *pools)
        if hard := self._hard_targets(proposal):
            told = say("decided-reserve-hard", where=where, targets=spoken(hard))
            return told, ("C11", *hard, *pools)
        if soft := self._soft_targets(proposal):
            told = say("decided-reserve-soft", where=where, targets=spoken(soft))
            return told, ("L1", *soft, *pools)
        return say("decided-reserve-open", where=where), tuple(pools)

    def _went(self, proposal: int, here: Integers, where: str, grants: bool) -> str:
        """Say what the money and grants of its pools, or their `grants`, went to."""
        if not self.reserve.pays_from_all(proposal):
            return say("decided-reserve-little", where=where)
        pools = np.unique(self.plan.problem.pairs.pool[here])
        paying = self.plan.spent[pools] > 0
        idle = pools[~paying & (self.plan.problem.pools.budget[pools] > 0)]
        said = {
            "where": where,
            "lacking": "grants" if grants else "both",
            "work": self._paid_instead(here),
        }
        if not len(idle) or not paying.any():
            return say("decided-reserve", **said)
        ids = self.plan.problem.pools.ids
        paid, others = (where_of([ids[p] for p in some]) for some in (pools[paying], idle))
        return say("decided-reserve-some", **said, paid=paid, others=others, count=len(idle))

    def _paid_instead(self, here: Integers) -> str:
        """Say what its pools pay: work that was fixed before, ranked lower, or neither."""
        if self._beside_fixed[here].any():
            return "fixed"
        return "lower" if self._beside_lower[here].any() else "best"

    @cached_property
    def _beside_fixed(self) -> Flags:
        """Say of each pair whether the pool pays work ranked lower that was fixed before."""
        pairs = self.plan.problem.pairs
        return self._beside((self.plan.amounts > 0) & (pairs.pinned | pairs.accepted))

    @cached_property
    def _beside_lower(self) -> Flags:
        """Say of each pair whether the pool pays work ranked lower."""
        return self._beside(self.plan.amounts > 0)

    def _beside(self, paid: Flags) -> Flags:
        pairs = self.plan.problem.pairs
        _, tier = np.unique(self.plan.problem.proposals.tier, return_inverse=True)
        # As a ranked list goes: the earlier tier first, then the score.
        rank = pairs.score - tier[pairs.proposal] * (int(pairs.score.max(initial=0)) + 1)
        lowest = np.full(len(self.plan.problem.pools.ids), np.iinfo(np.int64).max)
        np.minimum.at(lowest, pairs.pool[paid], rank[paid])
        below: Flags = lowest[pairs.pool] < rank
        return below

    def _short_of(self, proposal: int) -> tuple[str, ...]:
        """Name what its pools lack: money, grants, or both; nothing where neither stops it."""
        if self.reserve.pays_from_left(proposal):
            return ()
        if not self.reserve.meets_full_pool(proposal):
            return ("C1",)
        if self.reserve.pays_from_left(proposal, grants=False):
            return ("C4",)
        return ("C1",) if self.reserve.pays_from_left(proposal, money=False) else ("C1", "C4")

    def _hard_targets(self, proposal: int) -> list[str]:
        """Name the hard targets that each by itself would not hold any more; else all together."""
        if self.reserve.pays_beside(proposal, self._hard):
            return []
        subjects = {name: rows for name, rows, touched in self._subjects if touched[proposal]}
        stops = [
            subject
            for subject, rows in subjects.items()
            if not self.reserve.pays_beside(proposal, rows)
        ]
        return [subject.removeprefix("target ") for subject in stops or subjects]

    @cached_property
    def _subjects(self) -> list[tuple[str, list[Row], Flags]]:
        """Give each hard target with its rows and the proposals that stand in any of them."""
        rows_of: dict[str, list[Row]] = {}
        for row in self._hard:
            rows_of.setdefault(row.subject, []).append(row)
        owner, count = self.plan.problem.pairs.proposal, len(self.plan.totals)
        found = []
        for subject, rows in rows_of.items():
            touched = np.zeros(count, np.bool_)
            for row in rows:
                touched[owner[row.money.at]] = touched[owner[row.grants.at]] = True
                touched[row.funded.at] = True
            found.append((subject, rows, touched))
        return found

    def _least_award(self, proposal: int) -> int:
        """Give the least that it could be awarded, in units, by one pool."""
        problem = self.plan.problem
        here = self.plan.pairs_of(proposal)
        pools = problem.pairs.pool[here[problem.pairs.allowed[here]]]
        return max(int(problem.proposals.minimum[proposal]), int(problem.pools.least[pools].min()))

    @cached_property
    def _reached(self) -> list[int]:
        """Give what the rows of soft targets come to."""
        rows = [bound.row for bound in self._soft]
        return values_of(rows, self.plan.amounts, self.plan.totals > 0)

    def _soft_targets(self, proposal: int) -> list[str]:
        """Name the soft targets that the least award would set back."""
        found = []
        least = self._least_award(proposal)
        mine: Flags = np.zeros(len(self.plan.amounts), np.bool_)
        mine[self.plan.pairs_of(proposal)] = True
        for bound, before in zip(self._soft, self._reached, strict=True):
            row = bound.row
            per_unit = row.money.value[mine[row.money.at]]
            more = least * int(per_unit[np.argmax(np.abs(per_unit))]) if len(per_unit) else 0
            more += int(row.grants.value[mine[row.grants.at]].max(initial=0))
            more += int(row.funded.value[row.funded.at == proposal].sum())
            now, then = (
                max(Fraction(0), bound.side * (bound.limit - v)) for v in (before, before + more)
            )
            if then > now:
                found.append(bound.target)
        return list(dict.fromkeys(found))
