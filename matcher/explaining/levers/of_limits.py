"""The levers in the coordinator's hands: the round's caps, its targets, and decisions on pairs."""

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from matcher.allocation.rows import organisation_limits
from matcher.domain import PairTerm, Proposal, Round, Target
from matcher.explaining.levers.levers import Kind, Lever, Value
from matcher.explaining.levers.of_proposal import in_steps
from matcher.explaining.solves.base import Base
from matcher.money import digits_of

MORE = 5
"""So many more than a cap on a count allows are tried."""
PARTS = 20
"""An amount or a ratio that limits is changed by so many steps, of a twentieth of itself."""
REFUSALS = ("forbid", "conflict", "declined")
SHARES = ("min_share", "max_share")
BOUNDS = ("min_share", "min_amount", "min_count", "max_share", "max_amount", "max_count")


def levers_of_caps(base: Base, proposal: Proposal) -> Iterator[Lever]:
    """Give the levers of the caps that bind the proposal's organisation, and of the least award."""
    round_, policy = base.round, base.round.policy
    most, cap = organisation_limits(round_)[proposal.org_id]
    mine = {row.proposal_id for row in round_.proposals if row.org_id == proposal.org_id}
    values: list[Value]
    placed = sum(units for (_, name), units in base.awards.items() if name in mine)
    if policy.max_proposals_per_organisation is not None and most is not None:
        now = policy.max_proposals_per_organisation
        if len(mine & base.funded) >= most:
            values = [Decimal(now + more) for more in range(1, MORE + 1)]
            yield _of_policy(
                round_, "organisation_count", "max_proposals_per_organisation", now, values
            )
    if (funders := policy.max_funders_per_proposal) is not None:
        values = [Decimal(funders + more) for more in range(1, MORE + 1)]
        yield _of_policy(round_, "round_funders", "max_funders_per_proposal", funders, values)
    asked, digits = _asked(round_, proposal), digits_of(round_.currency)
    if cap is not None and placed + asked * 10**digits > cap:
        if (amount := policy.max_amount_per_organisation) is not None:
            values = in_steps(amount, asked / PARTS, digits, PARTS)
            yield _of_policy(
                round_, "organisation_amount", "max_amount_per_organisation", amount, values
            )
        if (ratio := policy.max_award_to_budget) is not None:
            budget = round_.organisations_by_id[proposal.org_id].annual_budget
            step = max(ratio, asked / budget if budget else ratio) / PARTS
            values = in_steps(ratio, step, 4, PARTS)
            yield _of_policy(round_, "organisation_ratio", "max_award_to_budget", ratio, values)
    if (least := policy.min_award) is not None and least > 0:
        values = in_steps(least, -least / PARTS, digits, PARTS)
        yield _of_policy(round_, "min_award", "min_award", least, values)


def _asked(round_: Round, proposal: Proposal) -> Decimal:
    """Give what a proposal asks for in the currency of the round."""
    return proposal.requested * round_.rate(proposal.currency)


def levers_of_targets(base: Base, proposal: Proposal) -> Iterator[Lever]:
    """Give a lever for each bound of a target: it asks for less, or allows more.

    A floor is lowered to nothing, a count by a few; a limit of money is raised by as much again, or
    by what the proposal asks for.
    """
    round_ = base.round
    for target in round_.targets:
        for bound in BOUNDS:
            if (now := getattr(target, bound)) is not None:
                asked = _asked(round_, proposal)
                yield _of_target(round_, target, bound, Decimal(now), asked)


def levers_of_pair_terms(base: Base, proposal: Proposal) -> Iterator[Lever]:
    """Give a lever for each forbidden, conflicting or declined pair of a proposal."""
    round_ = base.round
    for term in round_.pairs:
        if term.status in REFUSALS and (
            term.proposal_id == proposal.proposal_id or term.org_id == proposal.org_id
        ):
            changed = partial(_without, term)
            yield Lever("pair_term", _subject(term), None, [True], changed, loosens=True)


def _without(term: PairTerm, round_: Round, _value: Value) -> Round:
    rows = tuple(row for row in round_.pairs if row is not term)
    return round_.model_copy(update={"pairs": rows})


def _subject(term: PairTerm) -> str:
    paying, asking = term.pool_id or term.donor_id, term.proposal_id or term.org_id
    return f"{term.status} of {asking} at {paying}"


def _of_policy(
    round_: Round, kind: Kind, key: str, now: Decimal | int, values: list[Value]
) -> Lever:
    def changed(given: Round, value: Value) -> Round:
        whole = int(value) if kind in ("organisation_count", "round_funders") else value
        policy = given.policy.model_copy(update={key: whole})
        return given.model_copy(update={"policy": policy})

    unit = round_.currency if kind in ("organisation_amount", "min_award") else ""
    verdicts = bool(round_.rule_packs) and kind == "organisation_amount"
    return Lever(
        kind, key, Decimal(now), values, changed, verdicts=verdicts, unit=unit, loosens=True
    )


def _of_target(round_: Round, target: Target, bound: str, now: Decimal, asked: Decimal) -> Lever:
    def changed(given: Round, value: Value) -> Round:
        whole: Any = int(value) if bound.endswith("_count") else value
        rows = tuple(
            kept.model_copy(update={bound: whole}) if kept.id == target.id else kept
            for kept in given.targets
        )
        return given.model_copy(update={"targets": rows})

    sign = -1 if bound.startswith("min") else 1
    if bound in SHARES:
        values = in_steps(now, sign * Decimal("0.01"), 4, 100)
        kept = [value for value in values if 0 <= value <= 1]
    elif bound.endswith("_count"):
        kept = [Decimal(now + sign * more) for more in range(1, MORE + 1) if now + sign * more >= 0]
    else:
        step = (now if sign < 0 else max(now, asked)) / PARTS
        kept = [v for v in in_steps(now, sign * step, digits_of(round_.currency), PARTS) if v >= 0]
    unit = round_.currency if bound.endswith("_amount") else ""
    name = f"{target.id}:{bound}"
    return Lever("target", name, now, kept, changed, unit=unit, loosens=True)
