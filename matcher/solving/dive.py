"""A first plan from a relaxation: dive until nearly every proposal's grants are as they must be.

A relaxation splits money into grants below a pool's least, among too many funders, and funds a few
proposals in part. Each dive step drops the slightest of those, asks for the rest to be made whole
at a price, keeps the payers of every proposal that is clean, and solves again from the last basis:
money flows on where it was turned away. What is clean at the end is the plan.
"""

from dataclasses import dataclass

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.homes import homes_of
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.model import Flags, Floats, Integers
from matcher.solving.objectives import usual_worth
from matcher.solving.places import place_in
from matcher.solving.rounding import NOTHING, rounded

STEPS = 40
"""Steps of a dive at most; the few proposals that are not clean then are better solved together."""
MOST = 40_000
"""Pairs of a dive at most, about: with more of them, each proposal has fewer."""
LIKELY, FEW, SHUFFLE = 0.03, 12, 1e-3
"""How far from its price a pair may be to be looked at in a dive, how many of a proposal at most,
and by how much pairs of like price are shuffled: all money as shares of a usual price."""
STALE = 6
"""Steps without fewer faults after which a dive ends."""
PATIENCE = 3
"""Steps after which proposals funded in part are decided, too."""
SHARE = 0.3
"""The share of those that a step decides: the least funded out, the most funded in."""
PRICE = 3.0
"""What a grant or proposal left below its least costs, in usual prices of a unit of money."""
FREEING = 5
"""How often proposals are freed before a dive ends where limits leave nothing."""


@dataclass(frozen=True)
class _Faults:
    """What is wrong: pairs to drop or too small, proposals funded in part or that break rows."""

    drop: Flags
    small: Flags
    partial: Flags
    broken: Flags


@dataclass(frozen=True)
class Dived:
    """Where a dive ends, as values of all columns.

    `columns` are whole: amounts of the proposals that came out clean, nothing for others. `wanted`
    is what the relaxation has for all, None where no proposals were to be left.
    """

    columns: Integers
    wanted: Floats | None


class Dive:
    """One dive, on a relaxation of its own with the pairs that are worth about their price."""

    def __init__(self, formulation: Formulation, relaxation: Relaxation, linear: Linear) -> None:
        self._at = formulation
        self._relaxation = relaxation.narrowed(_likely(formulation, relaxation, linear))
        self._values, self._broken = linear.columns, np.zeros(len(formulation.total), np.bool_)
        problem = formulation.problem
        self._owner, self._pool = problem.pairs.proposal, problem.pairs.pool
        self._least = problem.pools.least[self._pool]
        self._pinned = problem.pairs.pinned
        self._forced = np.zeros(len(self._owner), np.bool_)
        self._dropped = np.zeros(len(self._owner), np.bool_)
        self._frozen = np.zeros(len(formulation.total), np.bool_)
        self._decided = np.zeros(len(formulation.total), np.bool_)
        self._price = PRICE * usual_worth(relaxation.costs[formulation.total])
        self._meetings = _Meetings.of(formulation)
        self._home = homes_of(formulation)
        self._is_money = np.zeros(len(self._home), np.bool_)
        self._is_money[formulation.money] = True
        self._solve()

    def plan(self, left: int = 0) -> Dived:
        """Dive until so many proposals are `left` that are not clean, and make the others whole."""
        fewest, since = len(self._owner) + 1, 0
        for step in range(STEPS):
            faults = self._faults()
            count = int(faults.drop.sum() + faults.partial.sum() + faults.broken.sum())
            since = 0 if count < fewest else since + 1
            fewest = min(fewest, count)
            if since >= STALE or int(self._unclean(faults).sum()) <= left:
                break
            self._mend(faults, step)
            if not self._solve():
                break
        return Dived(rounded(self._at, self._values), self._values if left else None)

    def _solve(self) -> bool:
        """Solve the relaxation as it is now limited; says whether it has values.

        What cannot be together is free again: first the proposals that prove it, in the end all.
        """
        for left in reversed(range(FREEING + 1)):
            values, touched = self._relaxation.values()
            if values is not None:
                self._values = values
                self._broken = self._owners(touched & self._is_money)
                return True
            self._free(self._owners(touched) if left > 1 else np.ones_like(self._frozen))
        return False

    def _owners(self, columns: Flags) -> Flags:
        """Say which proposals own some of the columns."""
        owners = np.zeros(len(self._frozen), np.bool_)
        owners[self._home[columns & (self._home >= 0)]] = True
        return owners

    def _faults(self) -> _Faults:
        problem, values = self._at.problem, self._values
        money, total = values[self._at.money], values[self._at.total]
        funded = values[self._at.funded]
        there = money > NOTHING
        small = there & (money < self._least - NOTHING)
        partial = (funded > 1e-5) & (funded < 1 - 1e-5)
        partial &= total < problem.proposals.minimum - NOTHING
        firm = money + np.where(self._forced & ~small, 1e15, 0.0)
        firm[self._pinned] = 1e18
        drop = there & (place_in(firm, self._owner) >= problem.proposals.funders[self._owner])
        drop |= there & (place_in(firm, self._pool) >= problem.pools.grants[self._pool])
        drop |= self._meetings.weaker(there, money)
        drop |= small & (self._forced | (money < 0.5 * self._least))
        # What the board has pinned stays, whatever it takes (C12).
        drop &= ~self._pinned
        return _Faults(drop, small, partial, self._broken)

    def _unclean(self, faults: _Faults) -> Flags:
        """Say about which proposals something is wrong."""
        bad = faults.partial | faults.broken
        bad[self._owner[faults.small | faults.drop]] = True
        return bad

    def _mend(self, faults: _Faults, step: int) -> None:
        """Turn money away from what cannot be, and keep what is clean."""
        at, owner, least = self._at, self._owner, self._least
        relaxation, there = self._relaxation, self._values[at.money] > NOTHING
        none, high = np.zeros(len(owner)), relaxation.model.upper[at.money]
        self._dropped |= faults.drop
        relaxation.limit(at.money[faults.drop], none[faults.drop], none[faults.drop])
        force = faults.small & ~faults.drop & ~self._forced
        relaxation.ask(at.money[force], least[force], self._price)
        self._forced |= force
        bad = self._unclean(faults)
        self._free(bad)
        clean = (self._values[at.total] > NOTHING) & ~bad & ~self._frozen
        shut, kept = clean[owner] & ~there, clean[owner] & there
        relaxation.limit(at.money[shut], none[shut], none[shut])
        relaxation.limit(at.money[kept], least[kept].astype(np.float64), high[kept])
        self._frozen |= clean
        if step >= PATIENCE:
            self._decide(faults.partial)

    def _free(self, proposals: Flags) -> None:
        """Let the payers of some proposals change again.

        What keeps one may by then not go together with another that is no longer funded.
        """
        at, freed = self._at, (proposals & self._frozen)[self._owner]
        high = np.where(self._dropped, 0.0, self._relaxation.model.upper[at.money])
        self._relaxation.limit(at.money[freed], np.zeros(int(freed.sum())), high[freed])
        self._frozen &= ~proposals

    def _decide(self, partial: Flags) -> None:
        """Decide some of the proposals that are funded in part."""
        at, minimum = self._at, self._at.problem.proposals.minimum
        share = self._values[at.total] / np.maximum(minimum, 1)
        order = np.flatnonzero(partial)
        order = order[np.argsort(share[order], kind="stable")]
        some = max(1, int(len(order) * SHARE))
        can_go = (share[order] < 0.5) | self._decided[order]
        out, in_ = order[can_go][:some], order[~can_go][-some:]
        self._relaxation.ask(at.total[in_], minimum[in_], self._price)
        self._decided[in_] = True
        theirs = at.money[np.isin(self._owner, out)]
        gone = np.concatenate([at.total[out], at.funded[out], theirs])
        self._relaxation.limit(gone, np.zeros(len(gone)), np.zeros(len(gone)))


def _likely(formulation: Formulation, relaxation: Relaxation, linear: Linear) -> Flags:
    """Say which pairs are used, or are among the few of their proposal that could as well be."""
    owner, money = formulation.problem.pairs.proposal, formulation.money
    usual = usual_worth(relaxation.costs[formulation.total])
    used = linear.columns[money] > NOTHING
    shuffle = np.random.default_rng(0).random(len(owner)) * SHUFFLE * usual
    reduced = linear.reduced[money] + shuffle
    near = linear.reduced[money] > -LIKELY * usual
    place = place_in(np.where(used, np.inf, np.where(near, reduced, -np.inf)), owner)
    near &= (relaxation.model.upper[money] > 0) & (place < FEW)
    fewer = FEW * MOST // max(int((used | near).sum()), MOST)
    return used | (near & (place < fewer))


@dataclass(frozen=True)
class _Meetings:
    """Pairs that shut others out (C13), and those they shut out, meeting by meeting."""

    one: Integers
    other: Integers

    @classmethod
    def of(cls, formulation: Formulation) -> "_Meetings":
        """Read the rows of C13: the pair that shuts out stands in them with the room as weight."""
        model = formulation.model
        pair = np.full(model.columns, -1)
        pair[formulation.grant] = np.arange(len(formulation.grant))
        row = np.repeat(np.arange(model.rows), np.diff(model.start))
        here = np.flatnonzero(model.constraint[row] == "C13")
        heavy = model.coefficient[here] == model.high[row[here]]
        first = np.full(model.rows, -1)
        order = here[heavy][::-1]
        first[row[order]] = pair[model.column[order]]
        one, other = first[row[here]], pair[model.column[here]]
        keep = one != other
        return cls(one[keep], other[keep])

    def weaker(self, there: Flags, money: Floats) -> Flags:
        """Say which pairs give way: of two that meet, the one with less money."""
        weaker = np.zeros(len(there), np.bool_)
        meet = there[self.one] & there[self.other]
        one, other = self.one[meet], self.other[meet]
        weaker[np.where(money[one] < money[other], one, other)] = True
        return weaker
