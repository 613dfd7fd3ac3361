"""`ranked_list`: the committee's usual way, greedy by score (ALLOCATION_RULES.md).

Pins and acceptances first; then by tier, score descending, proposal id. Each gets the largest
payable amount, earlier totals kept and their payers free to change. Floors of C11 are not
enforced.

Most proposals are paid from what is left, by moving payers about in short chains, or refused by a
bound; only what is then still open is solved.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from matcher.allocation.moving import Movers
from matcher.allocation.parts import connected_parts
from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row, hard_rows
from matcher.allocation.settled import Changes, Settled
from matcher.allocation.single import NotDirect

NOT_ENFORCED = ("C11 floors",)


class Bounds(Protocol):
    """Bounds on what one more proposal can get, kept up with a list: `solving.repaying`."""

    def settle(self, proposal: int) -> None:
        """Hold a proposal at the total it was settled at."""

    def refused(self, proposal: int, low: int) -> bool:
        """Say, without solving, that it cannot get `low`; False says nothing."""

    def willing(self) -> bool:
        """Say whether one more step that is not refused may be looked into."""

    def bound(self, proposal: int, high: int) -> int:
        """Give what it cannot get more than, at most `high`."""

    def find(
        self, proposal: int, low: int, high: int, among: Integers
    ) -> tuple[Integers | None, int]:
        """Give amounts of all pairs in which it gets the most found, and what none exceeds.

        At least `low` or nothing, the settled proposals `among` free to change payers.
        """

    def leave(self, proposal: int) -> None:
        """Take out a proposal that gets nothing."""


@dataclass(frozen=True)
class Question:
    """The question what the most is that `proposal` can get, with `rows` kept.

    The proposals `settled` keep the totals they have in `amounts` while their payers may change,
    those `open_` may get any total that their pins ask for, all others keep their awards as they
    are. Amounts over the pairs, in units.
    """

    problem: Problem
    amounts: Integers
    proposal: int
    settled: Integers
    rows: Sequence[Row]
    open_: Sequence[int] = ()


class Payable(Protocol):
    """How what is payable is found: see `solving.payable.Payments`."""

    def largest(self, question: Question) -> Integers | None:
        """Give amounts of all pairs in which it gets the most, None where it cannot be paid."""

    def bounds(self, settled: Settled, rows: Sequence[Row]) -> Bounds:
        """Begin with what is settled."""


@dataclass(frozen=True)
class Ranked:
    """Amounts over the pairs, in units, and how far the list is proven.

    `open_` holds each proposal that may be payable with more, and how much more at most.
    """

    amounts: Integers
    open_: dict[int, int]


def rank(
    problem: Problem, payable: Payable, tell: Callable[[int, int], None] | None = None
) -> Ranked | None:
    """Go down the list; None if the pins cannot hold.

    `tell` hears how many proposals of how many have been looked at.
    """
    rows = [row for row in hard_rows(problem) if row.constraint != "C11" or row.low is None]
    order = _order(problem)
    amounts, begin = _pins(problem, payable, order, rows)
    if amounts is None:
        return None
    walk = _Walk(problem, payable, rows, amounts)
    for position, proposal in enumerate(order):
        if tell is not None:
            tell(position, len(order))
        if position >= begin:
            walk.step(proposal)
    return Ranked(walk.settled.amounts, walk.open_)


def _order(problem: Problem) -> list[int]:
    pairs, proposals = problem.pairs, problem.proposals
    every = np.unique(pairs.proposal)
    later = ~np.isin(every, pairs.proposal[pairs.pinned | pairs.accepted])
    keys = (every, -proposals.score[every], proposals.tier[every], later)
    order: list[int] = every[np.lexsort(keys)].tolist()
    return order


def _pins(
    problem: Problem, payable: Payable, order: Sequence[int], rows: Sequence[Row]
) -> tuple[Integers | None, int]:
    """Settle the list down to its last pin, all later pins kept possible; and how far that is."""
    amounts = np.zeros(len(problem.pairs), np.int64)
    pinned = set(problem.pairs.proposal[problem.pairs.pinned].tolist())
    settled: list[int] = []
    position = 0
    while waiting := sorted(pinned - set(settled)):
        proposal = order[position]
        others = [j for j in waiting if j != proposal]
        now = np.array(settled, np.int64)
        paid = payable.largest(Question(problem, amounts, proposal, now, rows, others))
        position += 1
        if paid is not None:
            amounts = paid
            settled.append(proposal)
        elif proposal in pinned:
            return None, position
    return amounts, position


class _Walk:
    """The list under way."""

    def __init__(
        self, problem: Problem, payable: Payable, rows: Sequence[Row], amounts: Integers
    ) -> None:
        self.problem, self.settled = problem, Settled(problem, rows, amounts)
        self.bounds = payable.bounds(self.settled, rows)
        self.part, self.part_of_pool = connected_parts(problem)
        self.open_: dict[int, int] = {}

    def step(self, proposal: int) -> None:
        """Settle one proposal at the most it can get, or leave it."""
        settled, proposals = self.settled, self.problem.proposals
        room = settled.standing.room(proposal, proposal + 1)
        low = max(1, int(proposals.minimum[proposal]))
        high = min(int(proposals.request[proposal]), int(room.total[0]))
        if settled.standing.tangled[proposal]:
            high = int(proposals.request[proposal])
        elif not room.open[0]:
            return
        here = self.part_of_pool == self.part[proposal]
        high = min(high, int(settled.left[here].sum()))
        if high < low:
            return
        direct = self._direct(proposal, high)
        got = sum(direct.values())
        if got < high and self._more(proposal, direct, max(low, got + 1), high):
            return
        if got:
            self._settle(proposal, direct)

    def _direct(self, proposal: int, high: int) -> dict[int, int]:
        """Give the most that is payable from what is left."""
        settled = self.settled
        try:
            offer = settled.singles.offer(proposal, settled.left, settled.grants)
            return (offer and offer.largest(high)) or {}
        except NotDirect:
            return {}

    def _more(self, proposal: int, direct: Changes, low: int, high: int) -> bool:
        """Settle a proposal at `low` or more by changing payers, or leave things as they are."""
        bounds, settled = self.bounds, self.settled
        if bounds.refused(proposal, low):
            return False
        if not bounds.willing():
            self._leave_open(proposal, low - 1, high)
            return False
        high = bounds.bound(proposal, high)
        found = None
        if high >= low and not self._moved(proposal, direct, high):
            paid = self.part[np.flatnonzero(settled.totals)] == self.part[proposal]
            among = np.flatnonzero(settled.totals)[paid]
            found, most = bounds.find(proposal, low, high, among)
            if found is not None and not settled.pay(proposal, settled.changes(found)):
                raise AssertionError("a plan that was solved for breaks a constraint")
            self._leave_open(proposal, int(settled.totals[proposal]) or low - 1, most)
        if settled.totals[proposal]:
            bounds.settle(proposal)
            return True
        bounds.leave(proposal)
        return False

    def _leave_open(self, proposal: int, got: int, most: int) -> None:
        """Note that more than what was got may be payable; less than the minimum is nothing."""
        if most > got:
            minimum = max(1, int(self.problem.proposals.minimum[proposal]))
            self.open_[proposal] = most - (got if got >= minimum else 0)

    def _moved(self, proposal: int, direct: Changes, total: int) -> bool:
        """Settle a proposal at a total by chains of moves, from what is left to it and afresh."""
        for start in ([direct] if direct else []) + [{}]:
            movers = Movers(self.settled, proposal, total)
            for pair, amount in start.items():
                movers.put(pair, amount)
            if movers.fill() and self.settled.pay(proposal, movers.changes()):
                return True
        return False

    def _settle(self, proposal: int, changes: Changes) -> None:
        if not self.settled.pay(proposal, changes):
            raise AssertionError("what is left does not pay what was offered")
        self.bounds.settle(proposal)
