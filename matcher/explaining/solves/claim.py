"""Whether the best plans of a changed round fund a proposal.

The best plan with it is held against the best plan without it. Neither has to be found: it is
enough that one is better than the other can be.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import monotonic
from typing import Literal

import numpy as np

from matcher.allocation.problem import NO_TIER, Integers, Problem, problem_of
from matcher.allocation.rows import organisation_limits
from matcher.domain import Round
from matcher.eligibility import EligibilityTable
from matcher.explaining.solves.base import Awards, Base
from matcher.explaining.solves.comparing import Answer, Compared, bounded_below, compared
from matcher.explaining.solves.neighbourhood import Neighbourhood
from matcher.explaining.solves.worth import Worth, worth_of
from matcher.solving import solve_exactly

Funded = Literal["all", "some", "none", "unknown"]
"""In which of the best plans a proposal is funded; unknown where time ran out."""


MOST_TURNS = 4
"""So often plans with and without a proposal may outdo each other before the best one is sought."""


@dataclass(frozen=True)
class Claim:
    """The answer for a changed round, and the awards of a plan that funds the proposal, if any.

    `others` are those of a good plan that does not, where one was looked for.
    """

    funded: Funded
    awards: Awards | None = None
    others: Awards | None = None


@dataclass(frozen=True)
class Claims:
    """One proposal of a base, and what is asked of it."""

    base: Base
    proposal_id: str

    @property
    def position(self) -> int:
        """The proposal's place among all."""
        return self.base.problem.proposals.ids.index(self.proposal_id)

    def funded_in(
        self,
        changed: Round,
        eligibility: EligibilityTable,
        alone: bool,
        opens: bool = False,
        scores: bool = False,
        seen: Sequence[Awards] = (),
    ) -> Claim:
        """Say whether the best plans of a changed round fund the proposal.

        `alone` says that the change touches no plan without the proposal, so that the best of those
        is the one known; `opens` that all it can do is to open and close pairs, or to change who
        counts for a target or a cap; `scores` that it changes the proposal's score alone. Plans
        `seen` in other rounds are where to start from, as far as they are allowed and better.
        """
        problem = problem_of(changed, eligibility)
        base = self.base
        known = problem.amounts(base.awards)
        alone = alone or (opens and self._opens_alone(problem))
        # Plans without the proposal are no worse than the plan known, where that is still allowed.
        least = base.worth.values if alone else self._reached(problem, base.awards)
        if base.is_large:
            return self._nearby(problem, least, alone)
        if least is None:
            return self._beside(problem, known)
        most, start = self._kept(problem) if scores else (), known
        if not alone:
            start, known, least = self._started(problem, known, least, seen)
        found = self._compared(problem, start, least, True, most, alone)
        if alone or found.answer in ("less", "unknown"):
            answers: Mapping[Answer, Funded] = {"more": "all", "same": "some", "less": "none"}
            return Claim(answers.get(found.answer, "unknown"), _awards(problem, found))
        return self._in_turns(problem, known, found, least)

    def _started(
        self, problem: Problem, known: Integers, least: tuple[Fraction, ...], seen: Sequence[Awards]
    ) -> tuple[Integers, Integers, tuple[Fraction, ...]]:
        """Give the best plans seen with the proposal and without it, and what the latter reaches.

        At first both are the plan `known`, which reaches the `least`.
        """
        start, best = known, least
        for awards in seen:
            reached = self._reached(problem, awards)
            if reached is None:
                continue
            if any(name == self.proposal_id for _, name in awards):
                if reached > best:
                    start, best = problem.amounts(awards), reached
            elif reached > least:
                known, least = problem.amounts(awards), reached
        return start, known, least

    def _nearby(self, problem: Problem, least: tuple[Fraction, ...] | None, alone: bool) -> Claim:
        """Answer for a large round, by a plan nearby or by relaxations, else not at all."""
        if least is None:
            return Claim("unknown")
        if self._is_bounded(problem, least, True):
            return Claim("none")
        near = Neighbourhood.of(self.base, problem, self.position)
        found = near.compared(True)
        if found.amounts is None or found.answer not in ("more", "same"):
            return Claim("unknown")
        awards = near.whole(found.amounts)
        if found.answer == "same":
            return Claim("some", awards)
        reached = self._reached(problem, awards)
        if not alone and (reached is None or not self._is_bounded(problem, reached, False)):
            return Claim("unknown", awards)
        return Claim("all", awards)

    def _in_turns(
        self, problem: Problem, known: Integers, found: Compared, least: tuple[Fraction, ...]
    ) -> Claim:
        """Let plans with and without the proposal outdo each other, a few times.

        `found` is what plans with it reach beside the `least`, which `known` reaches without it.
        """
        for _ in range(MOST_TURNS):
            others = problem.awards(known)
            if found.answer in ("less", "unknown"):
                return Claim("none" if found.answer == "less" else "unknown", None, others)
            awards = _awards(problem, found)
            reached = found.values if found.answer == "more" else least
            other = self._compared(problem, known, reached, False)
            if other.answer == "less":
                return Claim("all", awards, others)
            if other.answer == "unknown" or other.amounts is None:
                return Claim("unknown", awards, others)
            known, least = other.amounts, other.values
            if found.answer == "same":
                told: Funded = "none" if other.answer == "more" else "some"
                return Claim(told, awards, problem.awards(known))
            found = self._compared(problem, found.amounts, least, True)
        return self._beside(problem, known)

    def _beside(self, problem: Problem, known: Integers) -> Claim:
        """Hold the best plan that funds the proposal against the best of a changed round."""
        base = self.base
        best = worth_of(problem, base.options, base.deadline, known)
        if not isinstance(best, Worth):
            return Claim("none" if self._has_no_plan(problem) else "unknown")
        awards = problem.awards(best.amounts)
        if any(proposal == self.proposal_id for _, proposal in awards):
            other = self._compared(problem, known, best.values, False)
            told: Mapping[Answer, Funded] = {"less": "all", "same": "some", "more": "none"}
            return Claim(told.get(other.answer, "unknown"), awards)
        with_it = self._compared(problem, known, best.values, True)
        told = {"less": "none", "same": "some"}
        if with_it.answer != "more" or with_it.amounts is None:
            return Claim(told.get(with_it.answer, "unknown"))
        # The plan that was best is so to the gap allowed only.
        without = self._compared(problem, best.amounts, with_it.values, False)
        return Claim("all" if without.answer == "less" else "unknown", _awards(problem, with_it))

    def _has_no_plan(self, problem: Problem) -> bool:
        """Say whether it is proven, in the time, that a changed round has no plan at all."""
        if monotonic() > self.base.deadline:
            return False
        return solve_exactly(problem, self.base.options).status == "infeasible"

    def is_beyond(self, changed: Round, eligibility: EligibilityTable) -> bool:
        """Say whether it is proven that no plan of a changed round funds the proposal and would do.

        The round has to allow every plan that the base allows, at no less worth.
        """
        problem, base = problem_of(changed, eligibility), self.base
        least = self._reached(problem, base.awards)
        if least is None:
            return False
        return self._is_bounded(problem, least, True)

    def _is_bounded(self, problem: Problem, least: tuple[Fraction, ...], funded: bool) -> bool:
        """Say whether relaxations show that no plan with, or without, the proposal would do."""
        return bounded_below(self.base.levels(problem, None, {self.position: funded}), least)

    def _opens_alone(self, problem: Problem) -> bool:
        """Say whether a changed round differs from the base by what it is to the proposal alone."""
        old, mine = self.base.problem, self.position

        def others(one: Problem) -> tuple[Integers, ...]:
            kept = one.pairs.proposal != mine
            return tuple(column[kept] for column in vars(one.pairs).values())

        def counted(one: Problem) -> dict[str, dict[str, Fraction]]:
            return {
                name: {key: weight for key, weight in weights.items() if key != self.proposal_id}
                for name, weights in one.weights.items()
            }

        return (
            all(map(np.array_equal, others(old), others(problem)))
            and counted(old) == counted(problem)
            and organisation_limits(old.round) == organisation_limits(problem.round)
        )

    def _kept(self, problem: Problem) -> tuple[Fraction, ...]:
        """Give what no plan can better of the levels before the one that a score counts for.

        None where the proposal may have other pools with it.
        """
        base, mine = self.base, problem.proposals.tier[self.position]
        same = ("pool", "proposal", "allowed")
        pairs = [vars(one.pairs) for one in (base.problem, problem)]
        if not all(np.array_equal(*(columns[name] for columns in pairs)) for name in same):
            return ()
        counted = ("L2", None if mine == NO_TIER else int(mine))
        return base.worth.bounds[: base.worth.levels.index(counted)]

    def _reached(self, problem: Problem, awards: Awards) -> tuple[Fraction, ...] | None:
        """Give what awards reach in a changed round; None where it does not allow them."""
        amounts = problem.amounts(awards)
        if problem.awards(amounts) != dict(awards):
            return None
        levels = self.base.levels(problem)
        columns = levels.formulation.complete(amounts)
        return levels.values(columns) if levels.formulation.model.allows(columns) else None

    def takes(self, changed: Round, awards: Awards) -> bool:
        """Say whether the proposal of a changed round can do with what awards give it (C2).

        Nobody has to be judged for that.
        """
        problem, at = problem_of(changed, self.base.eligibility), self.position
        given = sum(units for (_, name), units in awards.items() if name == self.proposal_id)
        least, most = problem.proposals.minimum[at], problem.proposals.request[at]
        return int(least) * problem.unit <= given <= int(most) * problem.unit

    def wins(self, changed: Round, eligibility: EligibilityTable, awards: Awards) -> bool:
        """Say whether awards are allowed in a changed round and better than the plan known.

        So a plan that funds the proposal is tried elsewhere without a search.
        """
        reached = self._reached(problem_of(changed, eligibility), awards)
        return reached is not None and reached > self.base.worth.values

    def _compared(
        self,
        problem: Problem,
        known: Integers | None,
        least: tuple[Fraction, ...],
        funded: bool,
        most: tuple[Fraction, ...] = (),
        first: bool = False,
    ) -> Compared:
        levels = self.base.levels(problem, known, {self.position: funded})
        return compared(levels, known, least, most, first)


def _awards(problem: Problem, found: Compared) -> Awards | None:
    return (
        None if found.amounts is None or found.answer == "less" else problem.awards(found.amounts)
    )
