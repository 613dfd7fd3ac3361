"""Whether the best plans of a changed round fund a proposal.

The best plan with it is held against the best plan without it. Neither has to be found: it is
enough that one is better than the other can be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np

from matcher.allocation.problem import Integers, Problem, problem_of
from matcher.domain import Round
from matcher.eligibility import EligibilityTable
from matcher.explaining.base import Awards, Base
from matcher.explaining.comparing import Answer, Compared, bounded_below, compared
from matcher.explaining.worth import Levels, Worth

Funded = Literal["all", "some", "none", "unknown"]
"""In which of the best plans a proposal is funded; unknown where time ran out."""


@dataclass(frozen=True)
class Claim:
    """The answer for a changed round, and the awards of a plan that funds the proposal, if any."""

    funded: Funded
    awards: Awards | None = None


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
        self, changed: Round, eligibility: EligibilityTable, alone: bool, name: str = ""
    ) -> Claim:
        """Say whether the best plans of a changed round fund the proposal.

        `alone` says that the change touches no plan without the proposal, so that the best of those
        is the one known. `name` names the change, so that its best plan is found once for all
        proposals that ask for it.
        """
        problem = problem_of(changed, eligibility)
        base = self.base
        least = base.worth.values
        if not alone and not _grows(base.problem, problem):
            without = base.solved(changed, eligibility=eligibility, fixed={self.position: False})
            if not isinstance(without, Worth):
                return Claim("unknown")
            least = without.values
        found = self._compared(problem, problem.amounts(base.awards), least, True)
        awards = None if found.amounts is None else problem.awards(found.amounts)
        if found.answer in ("less", "unknown"):
            return Claim("none" if found.answer == "less" else "unknown")
        if alone:
            return Claim("all" if found.answer == "more" else "some", awards)
        return self._beside(problem, found, name)

    def _beside(self, problem: Problem, found: Compared, name: str) -> Claim:
        """Hold a plan that funds the proposal against the best plan of a changed round."""
        base = self.base
        best = base.best_of(problem, name)
        if not isinstance(best, Worth):
            return Claim("unknown")
        awards = problem.awards(best.amounts)
        if any(proposal == self.proposal_id for _, proposal in awards):
            other = self._compared(problem, problem.amounts(base.awards), best.values, False)
            told: Mapping[Answer, Funded] = {"less": "all", "same": "some", "more": "none"}
            return Claim(told.get(other.answer, "unknown"), awards)
        with_it = self._compared(problem, found.amounts, best.values, True)
        told = {"less": "none", "same": "some"}
        if with_it.answer != "more" or with_it.amounts is None:
            return Claim(told.get(with_it.answer, "unknown"), None)
        # The plan that was best is so to the gap allowed only.
        without = self._compared(problem, best.amounts, with_it.values, False)
        funded: Funded = "all" if without.answer == "less" else "unknown"
        return Claim(funded, problem.awards(with_it.amounts))

    def is_beyond(self, changed: Round, eligibility: EligibilityTable) -> bool:
        """Say whether it is proven that no plan of a changed round funds the proposal and would do.

        The round has to allow every plan that the base allows.
        """
        problem = problem_of(changed, eligibility)
        known, least = problem.amounts(self.base.awards), self.base.worth.values
        return bounded_below(
            problem, self.base.options, self.base.deadline, known, least, {self.position: True}
        )

    def wins(self, changed: Round, eligibility: EligibilityTable, awards: Awards) -> bool:
        """Say whether awards are allowed in a changed round and better than the plan known.

        So a plan that funds the proposal is tried elsewhere without a search.
        """
        problem = problem_of(changed, eligibility)
        amounts = problem.amounts(awards)
        if problem.awards(amounts) != dict(awards):
            return False
        base = self.base
        levels = Levels.of(problem, base.options, base.deadline, None, {self.position: True})
        columns = levels.formulation.complete(amounts)
        return (
            not levels.is_impossible
            and levels.formulation.model.allows(columns)
            and levels.values(columns) > base.worth.values
        )

    def _compared(
        self,
        problem: Problem,
        known: Integers | None,
        least: tuple[Fraction, ...],
        funded: bool,
    ) -> Compared:
        base = self.base
        fixed: Mapping[int, bool] = {self.position: funded}
        return compared(problem, base.options, base.deadline, known, least, fixed)


def _grows(old: Problem, new: Problem) -> bool:
    """Say whether every pair that could be awarded still can be."""

    def allowed(problem: Problem) -> set[tuple[int, int]]:
        pairs = problem.pairs
        kept = np.flatnonzero(pairs.allowed)
        return set(zip(pairs.pool[kept].tolist(), pairs.proposal[kept].tolist(), strict=True))

    return allowed(old) <= allowed(new)
