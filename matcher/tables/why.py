"""Why a jump stands: the first thing that keeps a pool's money from moving to who was passed over.

All jumps at once in arrays; the causes are looked at in a fixed order, and the first one counts.
"""

from collections.abc import Sequence

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Flags, Integers
from matcher.allocation.rows import Terms, stacked, values_of
from matcher.tables.jumps import Jumps
from matcher.tables.plan import Plan
from matcher.tables.words import say

TOO_LITTLE = "jump-too-little"
"""The one cause whose words hold amounts."""
AT_ONCE = 200_000
"""So many jumps are looked at together."""
LIMITS = ("C8", "C9", "C10")
"""The constraints of several proposals that keep money from moving."""


def reasons_of(plan: Plan, jumps: Jumps) -> list[str]:
    """Give a sentence's end for each jump: what keeps the money from moving over."""
    limits = _Limits(plan)
    found: list[str] = []
    for first in range(0, len(jumps), AT_ONCE):
        found += _reasons(plan, limits, jumps.some(slice(first, first + AT_ONCE)))
    return found


def _reasons(plan: Plan, limits: "_Limits", jumps: Jumps) -> list[str]:
    problem = plan.problem
    pools, pairs, proposals = problem.pools, problem.pairs, problem.proposals
    already = plan.amounts[jumps.passed_pair]
    least = np.maximum(
        proposals.minimum[jumps.passed] - plan.totals[jumps.passed],
        pools.least[jumps.pool] - already,
    )
    freed = plan.amounts[jumps.pair] + (pools.budget - plan.spent)[jumps.pool]
    payers = np.bincount(pairs.proposal[plan.amounts > 0], minlength=len(proposals.ids))
    full = (already == 0) & (payers >= proposals.funders)[jumps.passed]
    shared = np.array([share < 1 for share in pools.share], np.bool_)
    broken = limits.broken(jumps)
    causes: list[tuple[Flags, str]] = [
        ((pairs.pinned | pairs.accepted)[jumps.pair], "jump-fixed"),
        *((broken == name, f"jump-{name}") for name in LIMITS),
        (full, "jump-funders"),
        (already >= pools.most[jumps.pool], "jump-largest"),
        (_avoided(plan, jumps), "jump-company"),
        (freed < least, TOO_LITTLE),
        (shared[jumps.pool], "jump-share"),
        (
            np.ones(len(jumps), np.bool_),
            "jump-target" if problem.round.targets else "jump-elsewhere",
        ),
    ]
    first = np.argmax([holds for holds, _ in causes], axis=0)
    words = ["" if message == TOO_LITTLE else say(message) for _, message in causes]
    told = np.array(words, object)[first]
    short = np.flatnonzero([not words for words in told.tolist()])
    # The same two amounts meet in many jumps, and words take longer than all the rest.
    amounts, alike = np.unique(
        np.column_stack([freed[short], least[short]]), axis=0, return_inverse=True
    )
    told[short] = np.array(
        [
            say(TOO_LITTLE, freed=plan.shown(one), least=plan.shown(other))
            for one, other in amounts.tolist()
        ],
        object,
    )[alike]
    in_words: list[str] = told.tolist()
    return in_words


def _avoided(plan: Plan, jumps: Jumps) -> Flags:
    """Say where the pool does not fund beside the other pools that pay who was passed over."""
    pools, pairs = plan.problem.pools, plan.problem.pairs
    apart = np.zeros((len(pools.ids), len(pools.ids)), np.bool_)
    ends = np.array(pools.apart, np.int64).reshape(-1, 2)
    apart[ends[:, 0], ends[:, 1]] = apart[ends[:, 1], ends[:, 0]] = True
    apart |= pools.alone[:, None] | pools.alone[None, :]
    np.fill_diagonal(apart, False)
    avoided = np.zeros(len(jumps), np.bool_)
    for proposal in np.unique(jumps.passed[plan.totals[jumps.passed] > 0]).tolist():
        here = np.flatnonzero(jumps.passed == proposal)
        payers = pairs.pool[plan.paid_pairs_of(proposal)]
        avoided[here] = apart[np.ix_(jumps.pool[here], payers)].any(axis=1)
    return avoided


class _Limits:
    """The rows of C8, C9 and C10 with what the plan makes of them."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        rows = [row for row in plan.rows if row.constraint in LIMITS]
        funded = plan.totals > 0
        self.constraint = np.array([row.constraint for row in rows], object)
        self.high = np.array([NO_LIMIT if r.high is None else r.high for r in rows], np.int64)
        self.low = np.array([-NO_LIMIT if r.low is None else r.low for r in rows], np.int64)
        self.value = np.array(values_of(rows, plan.amounts, funded), np.int64)
        pairs, count = plan.problem.pairs, len(funded)
        self.money = _Coefficients([row.money for row in rows], len(pairs))
        self.funded = _Coefficients([row.funded for row in rows], count)
        owners = np.concatenate([pairs.proposal[self.money.at], self.funded.at])
        touched = np.unique(owners * len(rows) + np.concatenate([self.money.row, self.funded.row]))
        self.row_of = touched % max(len(rows), 1)
        self.start = np.searchsorted(touched, np.arange(count + 1) * len(rows))

    def broken(self, jumps: Jumps) -> Integers:
        """Give the constraint of the first row that each jump would break, None where none.

        The one passed over would get what it still needs to start with, or one unit more; the one
        funded instead would lose the pool's award.
        """
        plan = self.plan
        counts = np.diff(self.start)[jumps.passed]
        jump = np.repeat(np.arange(len(jumps)), counts)
        offset = np.arange(len(jump)) - np.repeat(np.cumsum(counts) - counts, counts)
        row = self.row_of[self.start[jumps.passed[jump]] + offset]
        step = np.maximum(1, (plan.problem.proposals.minimum - plan.totals)[jumps.passed])
        lost = plan.amounts[jumps.pair]
        starts = (plan.totals[jumps.passed] == 0).astype(np.int64)
        ends = (plan.totals[jumps.funded] == lost).astype(np.int64)
        value = (
            self.value[row]
            + self.money.at_pair(row, jumps.passed_pair[jump]) * step[jump]
            - self.money.at_pair(row, jumps.pair[jump]) * lost[jump]
            + self.funded.at_pair(row, jumps.passed[jump]) * starts[jump]
            - self.funded.at_pair(row, jumps.funded[jump]) * ends[jump]
        )
        breaks = np.flatnonzero((value > self.high[row]) | (value < self.low[row]))
        found = np.full(len(jumps), None, object)
        # Rows of a jump stand in their order: written backwards, the first one remains.
        found[jump[breaks][::-1]] = self.constraint[row[breaks]][::-1]
        return found


class _Coefficients:
    """The coefficients of rows, to be looked up by row and position."""

    def __init__(self, parts: Sequence[Terms], count: int) -> None:
        self.count = count
        self.row, self.at, self.value = stacked(parts)
        self.key = self.row * count + self.at

    def at_pair(self, row: Integers, at: Integers) -> Integers:
        """Give the coefficient at each row and position, 0 where there is none."""
        if not len(self.key):
            return np.zeros(len(row), np.int64)
        key = row * self.count + at
        place = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        return np.where(self.key[place] == key, self.value[place], 0)
