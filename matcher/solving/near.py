"""Staying near an earlier result: which proposals are kept as they were (ADR 0012).

A change is a proposal of the round whose funders or amounts differ, also from or to nothing. A
proposal that had awards gets a flag that says whether it is kept; one that had none is changed as
soon as it is funded, so its own flag will do. As targets do, the limit asks for something: so many
proposals kept, less those that are new.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from matcher.allocation.problem import Flags, Integers, Problem
from matcher.results import StayNear
from matcher.solving.model import OPEN, Entries, ModelBuilder, Names

NEAR = "near"
"""What the rows are called beside the constraints of PROBLEM.md."""


def _none() -> Integers:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, eq=False)
class Near:
    """Earlier awards over the pairs of a problem, in units, and how near to stay.

    `had` says which proposals had awards, `lost` which of those the round has no place for any
    more: they have changed, whatever they get.
    """

    earlier: Integers
    had: Flags
    lost: Flags
    at_most: int | None
    price: Decimal | None

    def kept(self, problem: Problem, amounts: Integers) -> Flags:
        """Say of the proposals that had awards, in their order, whether amounts keep them."""
        differs = np.zeros(len(self.had), np.bool_)
        differs[problem.pairs.proposal[amounts != self.earlier]] = True
        kept: Flags = ~(differs | self.lost)[self.had]
        return kept


@dataclass(frozen=True, eq=False)
class NearColumns:
    """Where the flags stand: `kept` for proposals that had awards, `changed` its opposite.

    There is none that says `changed` unless changes have a price. `of` are the proposals.
    """

    of: Integers = field(default_factory=_none)
    kept: Integers = field(default_factory=_none)
    changed: Integers = field(default_factory=_none)

    @property
    def flags(self) -> Integers:
        """All of them."""
        return np.concatenate([self.kept, self.changed])

    @property
    def owners(self) -> Integers:
        """The proposal of each flag."""
        return np.concatenate([self.of, self.of[: len(self.changed)]])


def near_of(problem: Problem, wanted: StayNear | None) -> Near | None:
    """Place an earlier result in a problem; None where none is to be stayed near.

    Proposals that the round does not have are left out: they are none of its own to change.
    """
    if wanted is None:
        return None
    at = {identifier: place for place, identifier in enumerate(problem.proposals.ids)}
    earlier = problem.amounts({(pool, j): units for pool, j, units in wanted.awards})
    had, lost = (np.zeros(len(at), np.bool_) for _ in range(2))
    placed = problem.awards(earlier)
    for pool, proposal, units in wanted.awards:
        if proposal in at:
            had[at[proposal]] = True
            lost[at[proposal]] |= placed.get((pool, proposal)) != units
    return Near(earlier, had, lost, wanted.at_most, wanted.price)


def add_near(
    builder: ModelBuilder,
    problem: Problem,
    near: Near,
    money: Integers,
    grant: Integers,
    total: Integers,
    funded: Integers,
) -> NearColumns:
    """Add the flags and what they mean, as tight as the data allow, and the limit if there is one.

    With k = 1 a pair has just its earlier award, and the proposal no other.
    """
    pairs, request, upper = problem.pairs, problem.proposals.request, builder.upper()
    of = np.flatnonzero(near.had)
    place = np.full(len(near.had), -1, np.int64)
    place[of] = np.arange(len(of))
    most, here = upper[money], place[pairs.proposal]
    lost = near.lost.copy()
    lost[pairs.proposal[near.earlier > most]] = True
    kept = builder.add_columns(np.zeros(len(of), np.int64), (~lost[of]).astype(np.int64))
    can = np.flatnonzero((near.earlier > 0) & ~lost[pairs.proposal])
    rows, flag, before = np.arange(len(can)), kept[here[can]], near.earlier[can]
    builder.add_rows("", len(can), 0, OPEN, [(rows, money[can], 1), (rows, flag, -before)])
    above: Entries = [(rows, money[can], 1), (rows, flag, most[can] - before)]
    builder.add_rows("", len(can), -OPEN, most[can], above)
    builder.add_rows("", len(can), 0, OPEN, [(rows, grant[can], 1), (rows, flag, -1)])
    each, sums = np.arange(len(of)), np.bincount(pairs.proposal, near.earlier, len(near.had))
    more = request[of] - sums[of].astype(np.int64)
    whole: Entries = [(each, total[of], 1), (each, kept, np.maximum(more, 0))]
    builder.add_rows("", len(of), -OPEN, request[of], whole)
    other = np.flatnonzero((here >= 0) & (near.earlier == 0) & (most > 0))
    others: Entries = [(here[other], money[other], 1), (each, kept, request[of])]
    builder.add_rows("", len(of), -OPEN, request[of], others)
    room = np.minimum(np.bincount(here[other], minlength=len(of)), problem.proposals.funders[of])
    grants: Entries = [(here[other], grant[other], 1), (each, kept, room)]
    builder.add_rows("", len(of), -OPEN, room, grants)
    changed = _none()
    if near.price is not None:
        changed = builder.add_columns(lost[of].astype(np.int64), np.ones(len(of), np.int64))
        builder.add_rows("", len(of), 1, OPEN, [(each, changed, 1), (each, kept, 1)])
    if near.at_most is not None:
        new = funded[~near.had]
        limit: Entries = [
            (np.zeros(len(kept), np.int64), kept, 1),
            (np.zeros(len(new), np.int64), new, -1),
        ]
        builder.add_rows(NEAR, 1, len(of) - near.at_most, OPEN, limit, _named(near.at_most))
    return NearColumns(of, kept, changed)


def _named(at_most: int) -> Names:
    def names() -> Sequence[str]:
        return [f"at most {at_most} changes"]

    return names
