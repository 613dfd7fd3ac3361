"""A round after withdrawals: proposals withdrawn, pools dropped out, and what had been promised."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal

import numpy as np

from matcher.allocation.problem import Problem, problem_of
from matcher.domain import Round, Target
from matcher.eligibility import EligibilityTable
from matcher.explaining.missing.stating import with_row
from matcher.explaining.solves.forcing import excluded, totals

Awards = Mapping[tuple[str, str], int]
"""Base minor units by (pool id, proposal id)."""
LAPSING = ("pin", "accepted")
"""What falls away of a pair whose proposal is withdrawn: nobody can be held to it."""
PROMISED = "promised"


def without(round_: Round, withdrawn: Collection[str], dropped: Collection[str]) -> Round:
    """Give the round without proposals (by id) and without the money of pools (by id).

    Pins and acceptances of a withdrawn proposal lapse, and all that is said of pairs of a dropped
    pool and all targets within it. Who may fund whom stays as it was judged.

    Raises KeyError for an id that is not in the round.
    """
    pairs = tuple(
        term
        for term in round_.pairs
        if term.pool_id not in dropped
        and not (term.proposal_id in withdrawn and term.status in LAPSING)
    )
    targets = tuple(target for target in round_.targets if target.pool not in dropped)
    changed = round_.model_copy(update={"pairs": pairs, "targets": targets})
    for proposal_id in sorted(set(withdrawn)):
        changed = excluded(changed, proposal_id)
    for pool_id in sorted(set(dropped)):
        empty = changed.pools_by_id[pool_id].model_copy(update={"budget": Decimal(0)})
        changed = with_row(changed, "pool", empty)
    return changed


def promising(round_: Round, eligibility: EligibilityTable, promises: Mapping[str, int]) -> Problem:
    """Give the problem in which proposals (by id) get at least what is promised them.

    Promises are in base minor units; who pays is left open. A promise is the least that a proposal
    can be funded with, and a hard target has all of them funded: so it reads as any round does.
    """
    if not promises:
        return problem_of(round_, eligibility)
    target = Target.model_validate(
        {"id": PROMISED, "where": {"proposal": sorted(promises)}, "min_count": len(promises)}
    )
    changed = round_.model_copy(update={"targets": (*round_.targets, target)})
    problem = problem_of(changed, eligibility)
    kept = np.array([promises.get(name, 0) for name in problem.proposals.ids], np.int64)
    least = np.maximum(problem.proposals.minimum, kept // problem.unit)
    return replace(problem, proposals=replace(problem.proposals, minimum=least))


def promises_of(
    round_: Round,
    awards: Awards,
    withdrawn: Collection[str],
    dropped: Collection[str],
    firm: bool = False,
) -> dict[str, int]:
    """Give what awards promise each proposal that withdrawals leave its promise, in minor units.

    Those that a dropped pool was to pay have lost it with the pool and stand among those waiting
    again; and so do those that require a proposal that is withdrawn or, unless promises are `firm`,
    one that waits again: it may still be funded.
    """
    waiting = {proposal for pool, proposal in awards if pool in dropped}
    lost = {*withdrawn} if firm else {*withdrawn, *waiting}
    more = True
    while more:
        needing = {row.proposal_id for row in round_.proposals if lost & set(row.requires)}
        more = not needing <= lost
        lost |= needing
    lost |= waiting
    return {name: units for name, units in totals(awards).items() if name not in lost}
