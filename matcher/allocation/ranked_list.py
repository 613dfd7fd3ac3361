"""`ranked_list`: the committee's usual way, greedy by score (ALLOCATION_RULES.md).

Pins and acceptances first; then by tier, score descending, proposal id. Each gets the largest
payable amount, earlier totals kept and their payers free to change. Floors of C11 are not
enforced.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

import numpy as np

from matcher.allocation.problem import Integers, Problem
from matcher.allocation.rows import Row, hard_rows

NOT_ENFORCED = ("C11 floors",)


class Payable(Protocol):
    """How the largest payable amount is found: see `solving.payable.largest_payable`."""

    def __call__(
        self,
        problem: Problem,
        amounts: Integers,
        proposal: int,
        settled: Integers,
        rows: Sequence[Row],
        open_: Sequence[int] = (),
    ) -> Integers | None:
        """Give amounts of all pairs, or None where the proposal cannot be paid."""


def rank(
    problem: Problem, payable: Payable, tell: Callable[[int, int], None] | None = None
) -> Integers | None:
    """Go down the list; amounts over the pairs in units, None if the pins cannot hold.

    `tell` hears how many proposals of how many have been looked at.
    """
    rows = [row for row in hard_rows(problem) if row.constraint != "C11" or row.low is None]
    parts = _reachable(problem)
    amounts = np.zeros(len(problem.pairs), np.int64)
    pinned = sorted({int(j) for j in problem.pairs.proposal[problem.pairs.pinned]})
    first = {*pinned, *(int(j) for j in problem.pairs.proposal[problem.pairs.accepted])}
    order = sorted(_candidates(problem), key=lambda j: _place(problem, first, j))
    settled: list[int] = []
    for position, proposal in enumerate(order):
        if tell is not None:
            tell(position, len(order))
        waiting = [j for j in pinned if j not in settled and j != proposal]
        paid = _step(problem, payable, amounts, proposal, settled, waiting, rows, parts)
        if paid is None and proposal in pinned:
            return None
        if paid is not None:
            amounts = paid
            settled.append(proposal)
    return amounts if set(pinned) <= set(settled) else None


def _candidates(problem: Problem) -> list[int]:
    return sorted({int(j) for j in problem.pairs.proposal})


def _place(problem: Problem, first: set[int], proposal: int) -> tuple[int, int, int, int]:
    tier, score = problem.proposals.tier[proposal], problem.proposals.score[proposal]
    return (0 if proposal in first else 1, int(tier), -int(score), proposal)


def _reachable(problem: Problem) -> Integers:
    """Give the connected part of pools and proposals that each proposal belongs to."""
    label = np.arange(len(problem.pools.ids))
    for proposal in np.unique(problem.pairs.proposal):
        pools = problem.pairs.pool[problem.pairs.proposal == proposal]
        joined = label[pools]
        label[np.isin(label, joined)] = joined.min()
    part = np.full(len(problem.proposals.ids), -1, np.int64)
    part[problem.pairs.proposal] = label[problem.pairs.pool]
    return part


def _step(
    problem: Problem,
    payable: Payable,
    amounts: Integers,
    proposal: int,
    settled: list[int],
    waiting: list[int],
    rows: Sequence[Row],
    parts: Integers,
) -> Integers | None:
    """Pay one proposal: from what is left if that pays it whole, else by moving payers about."""
    near = [j for j in settled if parts[j] == parts[proposal]]
    spent = np.bincount(problem.pairs.pool, amounts, len(problem.pools.ids)).astype(np.int64)
    left = problem.pools.budget - spent
    here = np.flatnonzero(problem.pairs.proposal == proposal)
    pools = np.unique(problem.pairs.pool[np.isin(problem.pairs.proposal, [proposal, *near])])
    if left[pools].sum() < max(1, problem.proposals.minimum[proposal]):
        return None
    if not waiting:
        alone = payable(problem, amounts, proposal, np.zeros(0, np.int64), rows)
        if alone is not None and alone[here].sum() == problem.proposals.request[proposal]:
            return alone
    return payable(problem, amounts, proposal, np.array(near, np.int64), rows, waiting)
