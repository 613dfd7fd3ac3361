"""What of a target or a decision of the board can be loosened."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from matcher.allocation.problem import requests_of
from matcher.allocation.rows import bounds_of
from matcher.domain import PairTerm, Round, Target
from matcher.explaining.relaxing.lever import FINE, Lever, cent, major_up


def of_target(round_: Round, subject: str) -> Iterator[Lever]:
    """Give the bounds of a target, each as one value."""
    target = next(t for t in round_.targets if f"target {t.id}" == subject)
    for bound, side in bounds_of(target):
        yield _bound(round_, target, bound, side)


def _bound(round_: Round, target: Target, bound: str, side: int) -> Lever:
    now = Decimal(getattr(target, bound))
    if bound.endswith("share"):
        step, top = FINE, Decimal(1)
    elif bound.endswith("count"):
        step, top = Decimal(1), Decimal(len(round_.proposals))
    else:
        asked = Fraction(sum(requests_of(round_).values()))
        step, top = cent(round_.currency), major_up(round_, asked, round_.currency)

    def apply(changed: Round, value: Decimal) -> Round:
        kept = int(value) if bound.endswith("count") else value
        updated = tuple(
            row.model_copy(update={bound: kept}) if row.id == target.id else row
            for row in changed.targets
        )
        return changed.model_copy(update={"targets": updated})

    furthest = Decimal(0) if side > 0 else max(now, top)
    if side > 0 and now % step:
        # The last step leads to nought.
        furthest = now % step
    currency = round_.currency if bound.endswith("amount") else ""
    return Lever("target", {"target_id": target.id}, now, furthest, step, apply, currency, bound)


def of_decision(round_: Round, subject: str) -> Iterator[Lever]:
    """Give a pin as what can be given up, and its amount with two ways to go."""
    pool, _, proposal_id = subject.partition(", proposal ")
    pool_id = pool.removeprefix("pool ")
    term = next(
        row for row in round_.pairs if (row.pool_id, row.proposal_id) == (pool_id, proposal_id)
    )
    about = {"pool_id": pool_id, "proposal_id": proposal_id}
    nothing = Decimal(0)

    def give_up(changed: Round, _value: Decimal) -> Round:
        return _with_term(changed, term, {"status": None, "amount": None, "reason": None})

    yield Lever("given_up", about, nothing, Decimal(1), Decimal(1), give_up)
    if term.amount is None:
        return

    def apply(changed: Round, value: Decimal) -> Round:
        return _with_term(changed, term, {"amount": value})

    base = round_.currency
    step = round_.policy.grant_step or cent(base)
    asked = major_up(round_, Fraction(requests_of(round_)[proposal_id]), base)
    for furthest in (step, max(term.amount, asked)):
        yield Lever("amount", about, term.amount, furthest, step, apply, base)


def _with_term(round_: Round, term: PairTerm, cells: Mapping[str, Any]) -> Round:
    kept = []
    for row in round_.pairs:
        if (row.pool_id, row.proposal_id) != (term.pool_id, term.proposal_id):
            kept.append(row)
            continue
        changed = row.model_copy(update=dict(cells))
        if (changed.status, changed.score, changed.payer_preference) != (None, None, None):
            kept.append(changed)
    return round_.model_copy(update={"pairs": tuple(kept)})
