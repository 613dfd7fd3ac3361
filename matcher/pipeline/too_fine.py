"""What makes sums of a round pass 64 bits: the value that is too fine or too large, by its place.

A solver refuses the row that passes them, by its subject, as if it were always a target's. Here the
column is named that it comes from. Rows of files are not known any more: ids stand for them.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from math import lcm

from matcher.allocation.problem import Problem
from matcher.allocation.rows import bounds_of
from matcher.domain import Proposal, Round, Target
from matcher.errors import Problem as Fault
from matcher.wording import catalogue_of

PASSED = "64 bits"
"""What every refusal of a sum speaks of."""
_PAIR = re.compile(r"pool (?P<pool>.+), proposal (?P<proposal>.+)")


def placed(problem: Problem, faults: Sequence[Fault]) -> list[Fault]:
    """Give refusals with the place of what is too fine, each place once; others as they are."""
    found = (_placed(problem, one) if PASSED in one.what else one for one in faults)
    return list(dict.fromkeys(found))


def _placed(problem: Problem, fault: Fault) -> Fault:
    round_, subject = problem.round, fault.value
    pair = _PAIR.fullmatch(subject)
    pool = None if pair is None else round_.pools_by_id.get(pair["pool"])
    if pool is not None and pool.max_project_share is not None:
        return _fault("pools", "max_project_share", pool.max_project_share, pool.pool_id)
    wanted = [target for target in round_.targets if f"target {target.id}" == subject]
    if not wanted:
        # A row of a soft target has no name; nor have rows that only tie amounts together.
        wanted = [
            t for t in round_.targets if subject == "a soft target" and t.strictness == "soft"
        ]
    if not wanted:
        return _sum(round_, subject)
    return max((_of_target(problem, target) for target in wanted), key=lambda each: each[0])[1]


def _of_target(problem: Problem, target: Target) -> tuple[int, Fault]:
    """Give the finest of a target's bounds and of the shares of regions that it weighs by."""
    found = [
        (Fraction(value).denominator, _fault("round", f"targets.{bound}", value, target.id))
        for bound, _ in bounds_of(target)
        if (value := Decimal(getattr(target, bound))) is not None
    ]
    weights = problem.weights[target.id]
    fine = lcm(*(weight.denominator for weight in weights.values()))
    if fine > 1:
        finest = max(weights, key=lambda j: (weights[j].denominator, j))
        proposal = problem.round.proposals_by_id[finest]
        found.append((fine, _fault("proposals", "regions", _regions(proposal), finest)))
    return max(found, key=lambda each: each[0])


def _regions(proposal: Proposal) -> str:
    return ";".join(_region(code, share) for code, share in proposal.regions)


def _region(code: str, share: Decimal | None) -> str:
    return code if share is None else f"{code}:{share}"


def _fault(file: str, column: str, value: Decimal | str, whose: str) -> Fault:
    say = catalogue_of().say
    return Fault(
        file, None, column, str(value), say("too-fine", whose=whose), say("too-fine-remedy")
    )


def _sum(round_: Round, subject: str) -> Fault:
    """Name the largest request where amounts alone, and no share of anything, are too large."""
    say = catalogue_of().say
    largest = max(
        round_.proposals,
        key=lambda row: (row.requested * Decimal(round_.rate(row.currency)), row.proposal_id),
    )
    what = say("too-large", whose=largest.proposal_id, subject=subject)
    value = f"{largest.requested:f}"
    return Fault("proposals", None, "requested", value, what, say("too-large-remedy"))
