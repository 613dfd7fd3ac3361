"""A proposal forced into the plan: what that costs, who leaves for it, and whether it comes free.

Forcing is a hard target of one funded proposal, so that nothing else of the round changes. It is
funded in every best plan where forcing it makes the best plan better than the best one known
without it; where both are the same, some best plans fund it and others do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from matcher.allocation.problem import Integers, problem_of
from matcher.domain import Round, Target
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.explaining.stating import with_row
from matcher.explaining.worth import Hopeless, Worth, worth_of
from matcher.results import Options

Funded = Literal["all", "some", "none", "unknown"]
"""In which of the best plans a proposal is funded; unknown where time ran out."""
FORCED = "forced-in"
Awards = dict[tuple[str, str], int]


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
    """

    levels: tuple[tuple[str, int | None], ...]
    cost: tuple[Fraction, ...]
    low: tuple[Fraction, ...]
    high: tuple[Fraction, ...]
    exact: bool
    payers: tuple[tuple[str, int], ...]
    moved: tuple[Moved, ...]


def forced(round_: Round, proposal_id: str) -> Round:
    """Give the round in which a proposal has to be funded."""
    target = Target.model_validate(
        {"id": FORCED, "where": {"proposal": [proposal_id]}, "min_count": 1}
    )
    return round_.model_copy(update={"targets": (*round_.targets, target)})


def excluded(round_: Round, proposal_id: str) -> Round:
    """Give the round in which a proposal is withdrawn."""
    row = round_.proposals_by_id[proposal_id]
    return with_row(round_, "proposal", row.model_copy(update={"status": "withdrawn"}))


@dataclass(frozen=True)
class Forcing:
    """One proposal of a round, its best plan known, and the means to look for others."""

    round: Round
    eligibility: EligibilityTable
    proposal_id: str
    base: Worth
    awards: Awards
    options: Options
    deadline: float

    def displacement(self) -> Displacement | None:
        """Force the proposal in; None where no plan can fund it, or time ran out."""
        problem = problem_of(forced(self.round, self.proposal_id), self.eligibility)
        found = worth_of(problem, self.options, self.deadline, problem.amounts(self.awards))
        if not isinstance(found, Worth):
            return None
        awards = problem.awards(found.amounts)
        before, after = _totals(self.awards), _totals(awards)
        moved = [
            Moved(name, before.get(name, 0), after.get(name, 0))
            for name in sorted({*before, *after}, key=lambda name: (name != self.proposal_id, name))
            if before.get(name, 0) != after.get(name, 0)
        ]
        return Displacement(
            self.base.levels,
            _less(self.base.values, found.values),
            _less(self.base.values, found.bounds),
            _less(self.base.bounds, found.values),
            self.base.exact and found.exact,
            tuple((p, units) for (p, j), units in sorted(awards.items()) if j == self.proposal_id),
            tuple(moved),
        )

    def funded_in(self, changed: Round, same_without: bool) -> Funded:
        """Say whether the best plans of a changed round fund the proposal.

        `same_without` says that the change matters to plans that fund it alone, so that the best
        plan without it is the one known.
        """
        eligibility = eligibility_of(changed)
        without = self.base
        if not same_without:
            other = self._solved(excluded(changed, self.proposal_id), eligibility, None)
            if not isinstance(other, Worth):
                return "unknown"
            without = other
        least = without.values
        found = self._solved(forced(changed, self.proposal_id), eligibility, least)
        if isinstance(found, Hopeless):
            return "none"
        if found is None:
            return "unknown"
        return "all" if found.values > least else "some" if found.values == least else "none"

    def _solved(
        self, round_: Round, eligibility: EligibilityTable, least: Sequence[Fraction] | None
    ) -> Worth | Hopeless | None:
        problem = problem_of(round_, eligibility)
        known: Integers = problem.amounts(self.awards)
        return worth_of(problem, self.options, self.deadline, known, least)


def _totals(awards: Awards) -> dict[str, int]:
    totals: dict[str, int] = {}
    for (_, proposal), units in awards.items():
        totals[proposal] = totals.get(proposal, 0) + units
    return totals


def _less(one: Sequence[Fraction], other: Sequence[Fraction]) -> tuple[Fraction, ...]:
    return tuple(first - second for first, second in zip(one, other, strict=True))
