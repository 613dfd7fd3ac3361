"""What a withdrawal changes: the plan that comes after held beside the plan before."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from matcher.allocation.problem import budgets_of
from matcher.domain import Round
from matcher.explaining.reserve.rounds import Awards
from matcher.explaining.solves.base import Base, reached_by
from matcher.explaining.solves.forcing import Moved, lost_between, moved_between
from matcher.explaining.solves.worth import Worth

Ended = Literal["plan", "impossible", "unknown"]
"""Whether there is a plan; unknown where time ran out."""


@dataclass(frozen=True)
class Gone:
    """Who is gone: proposals withdrawn and pools that have dropped out, by id, as they came."""

    proposals: tuple[str, ...] = ()
    pools: tuple[str, ...] = ()

    def and_(self, other: "Gone") -> "Gone":
        """Give those of both, the others after these."""
        return Gone((*self.proposals, *other.proposals), (*self.pools, *other.pools))


@dataclass(frozen=True)
class Paid:
    """What a pool pays a proposal in one plan and in another, in base minor units."""

    pool_id: str
    proposal_id: str
    before: int
    after: int


@dataclass(frozen=True)
class Left:
    """What a pool has left in one plan and in another, in base minor units."""

    pool_id: str
    before: int
    after: int


@dataclass(frozen=True)
class Reserve:
    """What becomes of a plan where proposals are withdrawn and pools drop out.

    `levels` are (level, priority or tier) with what is lost of each: merit, or shortfall added,
    between `low` and `high` where it is not `exact`. The shortfall of targets within a dropped pool
    goes with them. `moved` are those not withdrawn who get another amount, by id, and `order` those
    of them who enter, the first to enter first; `paid` and `left` are pairs and pools whose money
    changes, those of the gone left out. `round` and `awards` are how it ends. `keeping` says that
    promises are kept; without a plan all but these is empty.
    """

    gone: Gone
    keeping: bool
    ended: Ended
    round: Round
    awards: Awards
    levels: tuple[tuple[str, int | None], ...] = ()
    lost: tuple[Fraction, ...] = ()
    low: tuple[Fraction, ...] = ()
    high: tuple[Fraction, ...] = ()
    exact: bool = False
    moved: tuple[Moved, ...] = ()
    order: tuple[str, ...] = ()
    paid: tuple[Paid, ...] = ()
    left: tuple[Left, ...] = ()

    @property
    def leaving(self) -> tuple[Moved, ...]:
        """Those who get nothing any more."""
        return tuple(moved for moved in self.moved if not moved.after)

    @property
    def less(self) -> tuple[Moved, ...]:
        """Those who get less."""
        return tuple(moved for moved in self.moved if 0 < moved.after < moved.before)

    @property
    def more(self) -> tuple[Moved, ...]:
        """Those who were funded and get more."""
        return tuple(moved for moved in self.moved if 0 < moved.before < moved.after)


def beside(
    base: Base,
    gone: Gone,
    keeping: bool,
    changed: Round,
    awards: Awards,
    found: Worth,
    order: Sequence[str] = (),
) -> Reserve:
    """Hold the plan that comes after, and what it is worth, beside the one before.

    Before are the awards of the result where promises are kept, else those of the best plan.
    `order` is that of all who may have entered; without any it is that of the ranked list.
    """
    was = base.given if keeping else base.awards
    gone_too = set(gone.proposals)
    moved = tuple(one for one in moved_between(was, awards) if one.proposal_id not in gone_too)
    entering = {one.proposal_id for one in moved if not one.before}
    ordered = [*order] or ranked(base, entering)
    values = reached_by(base.round, was, found.levels)
    bounds = dict(zip(base.worth.levels, base.worth.bounds, strict=True))
    best = values if keeping else tuple(bounds[level] for level in found.levels)
    return Reserve(
        gone,
        keeping,
        "plan",
        changed,
        awards,
        found.levels,
        lost_between(values, found.values),
        lost_between(values, found.bounds),
        lost_between(best, found.values),
        found.exact and (keeping or base.worth.exact),
        moved,
        tuple(name for name in ordered if name in entering),
        _paid(was, awards, gone),
        _left(base.round, was, awards, gone),
    )


def ranked(base: Base, names: Collection[str]) -> list[str]:
    """Put proposals in the order of the ranked list: by tier, score from the top, id."""
    proposals = base.problem.proposals
    at = {name: place for place, name in enumerate(proposals.ids)}
    return sorted(names, key=lambda n: (proposals.tier[at[n]], -proposals.score[at[n]], n))


def _paid(was: Awards, awards: Awards, gone: Gone) -> tuple[Paid, ...]:
    changed = [
        Paid(pool, proposal, was.get((pool, proposal), 0), awards.get((pool, proposal), 0))
        for pool, proposal in sorted({*was, *awards})
        if pool not in gone.pools and proposal not in gone.proposals
    ]
    return tuple(one for one in changed if one.before != one.after)


def _left(round_: Round, was: Awards, awards: Awards, gone: Gone) -> tuple[Left, ...]:
    budgets, before, after = budgets_of(round_), _spent(was), _spent(awards)
    return tuple(
        Left(pool, budgets[pool] - before.get(pool, 0), budgets[pool] - after.get(pool, 0))
        for pool in sorted({*before, *after} - set(gone.pools))
        if before.get(pool, 0) != after.get(pool, 0)
    )


def _spent(awards: Mapping[tuple[str, str], int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for (pool, _), units in awards.items():
        found[pool] = found.get(pool, 0) + units
    return found
