"""A proposal forced into the plan: what that costs, and who gives way for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from matcher.domain import Round
from matcher.explaining.missing.stating import with_row
from matcher.explaining.solves.base import Awards, Base
from matcher.explaining.solves.nearby import best_nearby
from matcher.explaining.solves.worth import Worth, worth_of


@dataclass(frozen=True)
class Moved:
    """What a proposal gets in one plan and in another, in base minor units."""

    proposal_id: str
    before: int
    after: int


@dataclass(frozen=True)
class Displacement:
    """What funding a proposal would cost, level by level, between `low` and `high` where not exact.

    `levels` are (level, priority or tier); a cost counts merit lost, or a shortfall added. `payers`
    are the pools that would pay with what each gives; `moved` who gets more or less, it first.
    `awards` are the plan's.
    """

    levels: tuple[tuple[str, int | None], ...]
    cost: tuple[Fraction, ...]
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]
    payers: tuple[tuple[str, int], ...]
    moved: tuple[Moved, ...]
    awards: Awards

    @property
    def exact(self) -> bool:
        """Whether the costs are known to the last unit."""
        return self.low == self.high


def excluded(round_: Round, proposal_id: str) -> Round:
    """Give the round in which a proposal is withdrawn."""
    row = round_.proposals_by_id[proposal_id]
    return with_row(round_, "proposal", row.model_copy(update={"status": "withdrawn"}))


def displacement_of(base: Base, proposal_id: str, funded: bool = True) -> Displacement | None:
    """Force a proposal into the plan, or out of it where it is not to be `funded`.

    None where no plan can do that, or none was found.
    """
    fixed = {base.problem.proposals.ids.index(proposal_id): funded}
    known = base.problem.amounts(base.awards)
    levels = base.levels(base.problem, None, fixed)
    if levels.is_impossible:
        return None
    # A good plan to start from is worth more than what it takes to find one.
    start = best_nearby(levels, known, base.worth.values[:-1])
    found = worth_of(
        base.problem, base.options, base.deadline, known if start is None else start, None,
        fixed, base.worth.values if base.worth.exact else None,
    )  # fmt: skip
    if not isinstance(found, Worth):
        return None
    awards = base.problem.awards(found.amounts)
    return displaced(base, proposal_id, awards, found.values, found.bounds)


def displaced(
    base: Base,
    proposal_id: str,
    awards: Awards,
    values: Sequence[Fraction],
    bounds: Sequence[Fraction],
) -> Displacement:
    """Hold a plan that was forced against the plan known, by what both reach and may reach."""
    worth = base.worth
    return Displacement(
        worth.levels,
        lost_between(worth.values, values),
        lost_between(worth.values, bounds),
        lost_between(worth.bounds, values),
        tuple((p, units) for (p, j), units in sorted(awards.items()) if j == proposal_id),
        moved_between(base.awards, awards, proposal_id),
        awards,
    )


def moved_between(one: Awards, other: Awards, first: str = "") -> tuple[Moved, ...]:
    """Give who gets more or less in another plan, the proposal named `first` before all."""
    before, after = totals(one), totals(other)
    return tuple(
        Moved(name, before.get(name, 0), after.get(name, 0))
        for name in sorted({*before, *after}, key=lambda name: (name != first, name))
        if before.get(name, 0) != after.get(name, 0)
    )


def totals(awards: Awards) -> dict[str, int]:
    """Give what each proposal gets, in base minor units."""
    found: dict[str, int] = {}
    for (_, proposal), units in awards.items():
        found[proposal] = found.get(proposal, 0) + units
    return found


def lost_between(one: Sequence[Fraction], other: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Give what is less in other values, level by level."""
    return tuple(first - second for first, second in zip(one, other, strict=True))
