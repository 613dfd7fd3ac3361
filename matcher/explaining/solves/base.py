"""A round with its best plan known: where every claim about a decision starts from.

A claim is a round changed and solved again. What a change cannot touch stays known, so that a
re-solve starts from the plan at hand and stops as soon as its answer is clear.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from time import monotonic

from matcher.allocation.problem import Integers, Problem, problem_of
from matcher.allocation.rows import Row
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, eligibility_of
from matcher.explaining.solves.levels import NOTHING, Levels
from matcher.explaining.solves.proof import NO_PROOF, Proof, proven_worth
from matcher.explaining.solves.worth import Hopeless, Worth, worth_of
from matcher.results import Options
from matcher.solving import Ways
from matcher.verify import levels_of

Awards = Mapping[tuple[str, str], int]
"""Base minor units by (pool id, proposal id)."""
Tell = Callable[[str], None]
"""Told in a few words what is being done."""


LARGE = Ways().moderate
"""From more pairs than these on, plans are sought nearby and bounds by relaxation alone."""


@dataclass(frozen=True)
class Judged:
    """A round with awards, and who may fund what: enough to say how each proposal stands."""

    round: Round
    eligibility: EligibilityTable
    problem: Problem
    awards: Awards

    @cached_property
    def left(self) -> Mapping[str, int]:
        """What the awards leave in each pool, in base minor units."""
        pools, unit = self.problem.pools, self.problem.unit
        left = {name: int(of) * unit for name, of in zip(pools.ids, pools.budget, strict=True)}
        for (pool, _), units in self.awards.items():
            left[pool] -= units
        return left


@dataclass(frozen=True)
class Base(Judged):
    """A round, what its best plan is worth, and the awards of that plan.

    `given` are the awards of the result that is explained: the same plan unless it was not the best
    one. `deadline` is when searching ends, by the monotonic clock.
    """

    worth: Worth
    given: Awards
    options: Options
    deadline: float

    @cached_property
    def funded(self) -> frozenset[str]:
        """The proposals that the best plan funds."""
        return frozenset(proposal for _, proposal in self.awards)

    @property
    def reached(self) -> tuple[Fraction, ...]:
        """What the awards given reach of what is counted (L1 and L2)."""
        return reached_by(self.round, self.given, self.worth.levels)

    @property
    def is_better(self) -> bool:
        """Whether the plan is better than the one given."""
        return self.worth.values > self.reached

    @property
    def is_large(self) -> bool:
        """Whether a proof over the whole round takes too long for one of many questions."""
        return len(self.problem.pairs) > LARGE

    def with_workers(self, workers: int) -> "Base":
        """Give the base for solves on so many workers each."""
        return replace(self, options=replace(self.options, workers=workers))

    def levels(
        self,
        problem: Problem,
        known: Integers | None = None,
        fixed: Mapping[int, bool] = NOTHING,
        rows: Sequence[Row] | None = None,
    ) -> Levels:
        """Give the levels of a problem, to search within the options and the time of the base."""
        return Levels.of(problem, self.options, self.deadline, known, fixed, rows)

    def solved(
        self,
        changed: Round,
        least: Sequence[Fraction] | None = None,
        eligibility: EligibilityTable | None = None,
        fixed: Mapping[int, bool] = NOTHING,
        most: Sequence[Fraction] | None = None,
    ) -> Worth | Hopeless | None:
        """Solve a changed round from the awards known; see worth_of.

        `eligibility` is given where the change leaves it as it is, which saves judging all pairs.
        """
        problem = problem_of(changed, eligibility or eligibility_of(changed))
        known = problem.amounts(self.awards)
        return worth_of(problem, self.options, self.deadline, known, least, fixed, most)


def judged_of(round_: Round, awards: Awards) -> Judged:
    """Judge a round as it is, solving nothing; raises InvalidRound (a rule pack is not here)."""
    eligibility = eligibility_of(round_)
    return Judged(round_, eligibility, problem_of(round_, eligibility), awards)


def base_of(
    round_: Round, given: Awards, options: Options, tell: Tell, proof: Proof = NO_PROOF
) -> Base | None:
    """Solve a round as it is, from the awards of a result; None without a plan or time for one.

    It is not solved again where the `proof` of the result is as good as the options ask for.

    Raises InvalidRound (a rule pack that is not here).
    """
    deadline = monotonic() + options.seconds
    tell("judging who may fund what")
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    worth: Worth | Hopeless | None = proven_worth(problem, given, options, proof)
    if worth is None:
        tell("solving the round as it is")
        worth = worth_of(problem, options, deadline, problem.amounts(given))
    if not isinstance(worth, Worth):
        return None
    awards = problem.awards(worth.amounts)
    base = Base(round_, eligibility, problem, awards, worth, given, options, deadline)
    # Of plans that are worth the same, the one given is the one to explain.
    return replace(base, awards=dict(given)) if base.reached == worth.values else base


def reached_by(
    round_: Round, awards: Awards, levels: Sequence[tuple[str, int | None]]
) -> tuple[Fraction, ...]:
    """Give what awards reach of levels, by the verifier, turned so that more is better."""
    found: dict[tuple[str, int | None], Fraction] = {
        (level.level, level.key): level.value for level in levels_of(round_, awards)
    }
    return tuple(
        (-1 if level == "L1" else 1) * found.get((level, key), Fraction(0)) for level, key in levels
    )
