"""What a constraint stands against that cannot hold though no other one is in its way.

Two rules are left then, which are no constraint by itself that could be spared: an award needs a
pool that may make it, and nobody gets more than was asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal

from matcher import money
from matcher.allocation.problem import Problem, requests_of
from matcher.allocation.target_rows import bounds_of, limit_of, measured
from matcher.domain import Target
from matcher.explaining.amounts import amount_text
from matcher.solving import Conflict
from matcher.wording.catalogue import Said
from matcher.writing import phrases
from matcher.writing.visibility import ShownRound

KEPT_WITH_A_BUDGET = ("budget", "hold_back_share")
"""The terms of a pool that a share of its budget, as an amount, would tell."""


@dataclass(frozen=True)
class Alone:
    """What a single constraint asks for, and the most that is possible, before any other is kept.

    Both in base minor units, or in funded proposals where `counted`; None where it is about
    neither. `hidden` proposals or budgets could be worked out from them.
    """

    kind: Literal["floor", "pin", "other"]
    asked: int | None = None
    most: int | None = None
    counted: bool = False
    hidden: bool = False


def alone_of(problem: Problem, member: Conflict) -> Alone:
    """Find what the only member of a conflict of a problem stands against."""
    round_ = problem.round
    if member.constraint == "C12":
        for term in round_.pairs:
            if f"pool {term.pool_id}, proposal {term.proposal_id}" != member.subject:
                continue
            most = requests_of(round_)[term.proposal_id or ""] // problem.unit * problem.unit
            asked = None if term.amount is None else money.minor(term.amount, round_.currency)
            if asked is not None and asked > most:
                return Alone("pin", asked, most)
    if member.constraint == "C11":
        for target in round_.targets:
            if f"target {target.id}" == member.subject:
                return next(_floors(problem, target), Alone("other"))
    return Alone("other")


def _floors(problem: Problem, target: Target) -> Iterator[Alone]:
    """Give the floors of a target that are above all that could be counted."""
    shown, requests = ShownRound(problem.round), problem.proposals.request
    for bound, side in bounds_of(target):
        if side < 0 or (bound.endswith("share") and target.of == "awarded"):
            continue
        row, scale = measured(problem, target, bound)
        counted, limit = bound.endswith("count"), limit_of(problem.round, target, bound)
        # Of a proposal's pairs all weigh the same: it counts once, with all that it asks for.
        weight = {
            int(problem.pairs.proposal[pair]): int(value)
            for terms in (row.money, row.grants)
            for pair, value in zip(terms.at.tolist(), terms.value.tolist(), strict=True)
        } | dict(zip(row.funded.at.tolist(), row.funded.value.tolist(), strict=True))
        asking = {j: value for j, value in weight.items() if requests[j] > 0}
        most = Fraction(len(asking))
        if not counted:
            whole = sum(value * int(requests[j]) for j, value in asking.items())
            most = Fraction(whole * problem.unit, scale)
        if limit <= most:
            continue
        pools = [target.pool] if target.pool else list(problem.round.pools_by_id)
        kept = bound.endswith("share") and any(
            shown.keeps(pool, *KEPT_WITH_A_BUDGET) for pool in pools
        )
        # One sum of one request is that request.
        single = len(asking) == 1 and any(
            not shown.proposal_label(problem.proposals.ids[j]) for j in asking
        )
        yield Alone("floor", ceil(limit), floor(most), counted, kept or single)


def alone_said(found: Alone, shown: ShownRound) -> Said:
    """Give it as a message with its values, without figures where they are not to be told."""
    if found.asked is None or found.most is None or found.hidden:
        return Said("relaxing-alone")
    asked, most = (
        phrases.count(value, "proposal") if found.counted else amount_text(shown.round, value)
        for value in (found.asked, found.most)
    )
    return Said(f"relaxing-alone-{found.kind}", {"asked": asked, "most": most})
