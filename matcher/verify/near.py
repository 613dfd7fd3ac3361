"""Staying near an earlier result: how many proposals have changed, counted from both lists alone.

A change is a proposal of the round whose funders or amounts differ, also from or to nothing
(ADR 0012). Earlier awards to proposals that the round does not have do not count; those by pools
that it does not have do.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from matcher.domain import Round
from matcher.verify.findings import Awards, Violation
from matcher.verify.plan import Plan


@dataclass(frozen=True)
class Nearness:
    """Earlier awards in base minor units, how many proposals may change and what a change costs.

    `price` is in merit: base major units × score, or score × share of the request.
    """

    awards: Awards
    at_most: int | None = None
    price: Fraction | None = None


def changed_proposals(round_: Round, before: Awards, after: Awards) -> tuple[str, ...]:
    """Give the ids of the round's proposals that differ between two lists of awards, sorted."""
    pairs = {*before, *after}
    differ = {pair[1] for pair in pairs if before.get(pair, 0) != after.get(pair, 0)}
    return tuple(sorted(differ & round_.proposals_by_id.keys()))


def few_changes(plan: Plan, nearness: Nearness) -> Iterator[Violation]:
    """Find more changes than may be made (`near`)."""
    changed = changed_proposals(plan.round, nearness.awards, plan.awards)
    if nearness.at_most is not None and len(changed) > nearness.at_most:
        over = len(changed) - nearness.at_most
        yield Violation(
            "near",
            "earlier result",
            Fraction(over),
            f"{_count(len(changed))} against the earlier result, {over} more than the "
            f"{nearness.at_most} that may: {', '.join(changed)}.",
        )


def cost_of_changes(plan: Plan, nearness: Nearness) -> dict[int | None, Fraction]:
    """Give what changes cost each tier in merit: of its own proposals, each the price."""
    found: dict[int | None, Fraction] = {}
    for proposal_id in changed_proposals(plan.round, nearness.awards, plan.awards):
        tier = plan.proposal(proposal_id).tier
        found[tier] = found.get(tier, Fraction(0)) + (nearness.price or 0)
    return found


def _count(changed: int) -> str:
    return "1 proposal changes" if changed == 1 else f"{changed} proposals change"
