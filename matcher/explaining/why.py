"""Why a proposal stands where it does, and what would change that, each claim by a re-solve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from time import monotonic

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import budgets_of, problem_of
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, Verdict, eligibility_of
from matcher.explaining.forcing import Awards, Displacement, Forcing
from matcher.explaining.levers import Change, levers_of, smallest_change
from matcher.explaining.worth import Worth, worth_of
from matcher.results import Options
from matcher.verify import levels_of

LEVERS = {
    "ask_less": "asking for less", "score": "a higher score", "money": "more money in",
    "own_contribution": "a larger contribution of its own",
}  # fmt: skip
"""The levers in words."""
MOST_POOLS = 3
"""So many pools are tried for more money: those with the most left."""


@dataclass(frozen=True)
class Explanation:
    """What is known of a proposal in a result.

    `pools` are those that may fund it. `displacement` says what funding it would cost, None where
    no plan can fund it; `changes` what would get it funded, lever by lever. `better` says that a
    better plan than the result was found on the way, so that the result is not the best one.
    """

    proposal_id: str
    funded: bool
    pools: tuple[str, ...]
    displacement: Displacement | None = None
    changes: tuple[Change, ...] = field(default_factory=tuple)
    better: bool = False
    ended: bool = False


def explain(
    round_: Round,
    awards: Awards,
    proposal_id: str,
    options: Options,
    tell: Callable[[str], None],
) -> Explanation:
    """Explain where a proposal stands in a result, whose `awards` are in base minor units.

    `options.seconds` ends the search; what is not known by then is told as unknown.
    """
    deadline = monotonic() + options.seconds
    tell("judging who may fund what")
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    pools = _open_pools(eligibility, proposal_id, problem.before_terms)
    funded = any(proposal == proposal_id for _, proposal in awards)
    if funded or not pools:
        return Explanation(proposal_id, funded, pools)
    tell("solving the round as it is")
    base = worth_of(problem, options, deadline, problem.amounts(awards))
    if not isinstance(base, Worth):
        return Explanation(proposal_id, funded, pools, ended=True)
    known = problem.awards(base.amounts)
    better = base.values > _values(round_, base, awards)
    if any(proposal == proposal_id for _, proposal in known):
        return Explanation(proposal_id, funded, pools, better=better)
    forcing = Forcing(round_, eligibility, proposal_id, base, known, options, deadline)
    tell("solving the round with the proposal in the plan")
    displacement = forcing.displacement()
    changes: list[Change] = []
    for lever in levers_of(round_, proposal_id, pools, _nearest(round_, known, pools)):
        if lever.kind == "score" and displacement is None:
            continue  # no score funds what no plan can fund
        tell(f"looking for the smallest change: {LEVERS[lever.kind]} {lever.pool_id}".strip())
        changes.append(smallest_change(forcing, lever))
    ended = monotonic() > deadline
    return Explanation(proposal_id, funded, pools, displacement, tuple(changes), better, ended)


def _open_pools(
    eligibility: EligibilityTable, proposal_id: str, awardable: NDArray[np.bool_]
) -> tuple[str, ...]:
    j = eligibility.proposal_ids.index(proposal_id)
    verdicts = eligibility.verdicts[:, j]
    open_ = np.flatnonzero(awardable[:, j] & (verdicts < Verdict.ineligible))
    return tuple(eligibility.pool_ids[p] for p in open_.tolist())


def _values(round_: Round, base: Worth, awards: Awards) -> tuple[Fraction, ...]:
    """Give what awards reach at the levels of a worth, turned so that more is better."""
    found: dict[tuple[str, int | None], Fraction] = {
        (level.level, level.key): level.value for level in levels_of(round_, awards)
    }
    return tuple(
        (-1 if level == "L1" else 1) * found.get((level, key), Fraction(0))
        for level, key in base.levels
    )


def _nearest(round_: Round, awards: Awards, pools: Sequence[str]) -> list[str]:
    """Give the pools with the most money left, in whose currency little is missing."""
    spent: dict[str, int] = {}
    for (pool_id, _), units in awards.items():
        spent[pool_id] = spent.get(pool_id, 0) + units
    budgets = budgets_of(round_)
    left = {pool: budgets[pool] - spent.get(pool, 0) for pool in pools}
    return sorted(pools, key=lambda pool: (-left[pool], pool))[:MOST_POOLS]
