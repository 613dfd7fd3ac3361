"""The textbook model: PROBLEM.md written down, constraint by constraint, with nothing tightened.

One integer (the award) and one Boolean (is there one) for each pair, one Boolean for each proposal.
"""

from dataclasses import dataclass

import numpy as np

from benchmarks.peers.goals import Goal, least_shortfall, most_merit
from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, SoftBound, hard_rows, soft_bounds
from matcher.solving.model import OPEN, Entries, Integers, LinearModel, ModelBuilder


@dataclass(frozen=True)
class Textbook:
    """The model, where the columns of pairs and proposals stand, and L1 and L2 in their order."""

    model: LinearModel
    award: Integers
    grant: Integers
    funded: Integers
    goals: list[Goal]


def textbook(problem: Problem) -> Textbook:
    """Write the model down."""
    builder = ModelBuilder()
    draft = _Draft.of(problem, builder)
    draft.requests()
    draft.grant_sizes()
    draft.co_financing()
    draft.funders()
    draft.board()
    draft.company()
    for row in hard_rows(problem):
        low = -OPEN if row.low is None else row.low
        high = OPEN if row.high is None else row.high
        builder.add_rows(row.constraint, 1, low, high, [draft.entries(row)])
    soft = soft_bounds(problem)
    shortfall = draft.shortfalls(soft)
    model = builder.build()
    goals = [
        *least_shortfall(soft, shortfall, model.upper),
        *most_merit(problem, draft.award, model.upper),
    ]
    return Textbook(model, draft.award, draft.grant, draft.funded, goals)


@dataclass(frozen=True)
class _Draft:
    """The model as it is written, with its columns of pairs and of proposals."""

    problem: Problem
    builder: ModelBuilder
    most: Integers
    award: Integers
    grant: Integers
    funded: Integers

    @classmethod
    def of(cls, problem: Problem, builder: ModelBuilder) -> "_Draft":
        pairs, proposals = problem.pairs, problem.proposals
        most = np.minimum(problem.pools.most[pairs.pool], proposals.request[pairs.proposal])
        award, grant, funded = (
            builder.add_columns(np.zeros(len(upper), np.int64), upper)
            for upper in (most, pairs.allowed, np.ones(len(proposals.ids)))
        )
        return cls(problem, builder, most, award, grant, funded)

    def requests(self) -> None:
        """C2, and z is 0 where no pair has a grant."""
        owner, proposals = self.problem.pairs.proposal, self.problem.proposals
        each, count = np.arange(len(proposals.ids)), len(proposals.ids)
        awards = (owner, self.award, 1)
        for low, high, side in ((0, OPEN, proposals.minimum), (-OPEN, 0, proposals.request)):
            self.builder.add_rows("C2", count, low, high, [awards, (each, self.funded, -side)])
        grants: Entries = [(owner, self.grant, 1), (each, self.funded, -1)]
        self.builder.add_rows("C2", count, 0, OPEN, grants)

    def grant_sizes(self) -> None:
        """C3; C7 stands in the bounds of the grants."""
        count = len(self.problem.pairs)
        every = np.arange(count)
        least = self.problem.pools.least[self.problem.pairs.pool]
        for low, high, size in ((0, OPEN, least), (-OPEN, 0, self.most)):
            entries: Entries = [(every, self.award, 1), (every, self.grant, -size)]
            self.builder.add_rows("C3", count, low, high, entries)

    def co_financing(self) -> None:
        """C5, times the denominator of the share; the own part is floored, as all else is whole."""
        pairs, shares = self.problem.pairs, self.problem.pools.share
        here = np.flatnonzero(np.array([share < 1 for share in shares])[pairs.pool])
        above = np.array([share.numerator for share in shares], np.int64)[pairs.pool[here]]
        below = np.array([share.denominator for share in shares], np.int64)[pairs.pool[here]]
        own = self.problem.proposals.own[pairs.proposal[here]].astype(object)
        beside = (above.astype(object) * own // self.problem.unit).astype(np.int64)
        start = np.searchsorted(pairs.proposal, pairs.proposal[here])
        length = np.searchsorted(pairs.proposal, pairs.proposal[here], "right") - start
        row = np.repeat(np.arange(len(here)), length)
        of_the_project = np.repeat(start - np.cumsum(length) + length, length) + np.arange(len(row))
        own_part = np.where(of_the_project == here[row], below[row], 0)
        entries: Entries = [
            (row, self.award[of_the_project], own_part - above[row]),
            (np.arange(len(here)), self.funded[pairs.proposal[here]], -beside),
        ]
        self.builder.add_rows("C5", len(here), -OPEN, 0, entries)

    def funders(self) -> None:
        """C6, where it can bind."""
        owner, limit = self.problem.pairs.proposal, self.problem.proposals.funders
        bound = np.flatnonzero(np.bincount(owner, minlength=len(limit)) > limit)
        place = np.full(len(limit), -1)
        place[bound] = np.arange(len(bound))
        inside = place[owner] >= 0
        entries: Entries = [(place[owner[inside]], self.grant[inside], 1)]
        self.builder.add_rows("C6", len(bound), -OPEN, limit[bound], entries)

    def board(self) -> None:
        """C12."""
        pairs, add = self.problem.pairs, self.builder.add_rows
        pinned = np.flatnonzero(pairs.pinned)
        add("C12", len(pinned), 1, 1, [(np.arange(len(pinned)), self.grant[pinned], 1)])
        named = np.flatnonzero(pairs.pinned & (pairs.fixed > 0))
        amount = pairs.fixed[named]
        add("C12", len(named), amount, amount, [(np.arange(len(named)), self.award[named], 1)])
        kept = np.flatnonzero(pairs.accepted)
        each, funded = np.arange(len(kept)), self.funded[pairs.proposal[kept]]
        entries: Entries = [(each, self.award[kept], 1), (each, funded, -pairs.fixed[kept])]
        add("C12", len(kept), 0, 0, entries)

    def company(self) -> None:
        """C13: two pools that do not share a proposal make at most one grant to each."""
        pools, pairs = self.problem.pools, self.problem.pairs
        apart = np.zeros((len(pools.ids), len(pools.ids)), np.bool_)
        for first, second in pools.apart:
            apart[first, second] = True
        apart |= apart.T | pools.alone[:, None] | pools.alone[None, :]
        if not apart.any():
            return
        start = np.searchsorted(pairs.proposal, np.arange(len(self.funded) + 1))
        ends: list[Integers] = [np.zeros((0, 2), np.int64)]
        for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
            here = pairs.pool[first:last]
            ends.append(np.argwhere(np.triu(apart[np.ix_(here, here)], 1)) + first)
        both = np.concatenate(ends)
        each = np.arange(len(both))
        entries = [(each, self.grant[both[:, side]], 1) for side in range(2)]
        self.builder.add_rows("C13", len(both), -OPEN, 1, entries)

    def shortfalls(self, soft: list[SoftBound]) -> Integers:
        """State what each shortfall is at least, times what makes its limit whole."""
        upper = self.builder.upper()
        rows = [self.entries(bound.row) for bound in soft]
        tops: list[int] = []
        for bound, (_, column, value) in zip(soft, rows, strict=True):
            reach = int(np.dot(value.astype(object), upper[column].astype(object)))
            furthest = bound.limit if bound.side > 0 else reach - bound.limit
            tops.append(max(0, int(furthest * bound.limit.denominator)))
        shortfall = self.builder.add_columns(np.zeros(len(soft), np.int64), tops)
        for bound, own, (row, column, value) in zip(soft, shortfall.tolist(), rows, strict=True):
            scale = bound.limit.denominator * bound.side
            entries: Entries = [(row, column, value * scale), ([0], [own], [1])]
            self.builder.add_rows("L1", 1, int(bound.limit * scale), OPEN, entries)
        return shortfall

    def entries(self, row: Row) -> tuple[Integers, Integers, Integers]:
        """Give the only row of a block as its entries."""
        places = (self.award, row.money), (self.grant, row.grants), (self.funded, row.funded)
        column = np.concatenate([place[terms.at] for place, terms in places])
        value = np.concatenate([terms.value for _, terms in places])
        return np.zeros(len(column), np.int64), column, value
