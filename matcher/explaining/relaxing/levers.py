"""What of a constraint can be loosened, by what the constraint is about."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from math import ceil

from matcher import money
from matcher.allocation.problem import requests_of
from matcher.domain import Pool, Round
from matcher.explaining.missing.stating import with_row
from matcher.explaining.relaxing.decisions import of_decision, of_target
from matcher.explaining.relaxing.lever import (
    HUNDREDTH,
    Lever,
    cent,
    major_up,
    of_column,
    of_policy,
)
from matcher.solving import Conflict


def levers_of(round_: Round, member: Conflict) -> Iterator[Lever]:
    """Give what can be loosened of a member of a conflict; nothing for what is no number."""
    make = _MAKERS.get(member.constraint)
    if make is not None:
        yield from (lever for lever in make(round_, member.subject) if lever.steps > 0)


def _budget(round_: Round, subject: str) -> Iterator[Lever]:
    pool = _pool(round_, subject)
    kept = 1 - Fraction(pool.hold_back_share or 0)
    if not kept:
        return
    asked = sum(requests_of(round_).values())
    most = major_up(round_, Fraction(asked) / kept, pool.currency)
    yield of_column(pool, "budget", pool.budget, max(pool.budget, _most(pool, most)))


def _grants(round_: Round, subject: str) -> Iterator[Lever]:
    pool = _pool(round_, subject)
    if pool.max_grants is not None:
        now, most = Decimal(pool.max_grants), Decimal(len(round_.proposals))
        yield of_column(pool, "max_grants", now, max(now, most))


def _sizes(round_: Round, subject: str) -> Iterator[Lever]:
    pool, proposal_id = _pool(round_, subject), _proposal_id(subject)
    if pool.max_grant is not None:
        asked = Fraction(requests_of(round_)[proposal_id])
        most = major_up(round_, asked, pool.currency)
        yield of_column(pool, "max_grant", pool.max_grant, max(pool.max_grant, most))
    if pool.min_grant is not None:
        yield of_column(pool, "min_grant", pool.min_grant, Decimal(0))
    if round_.policy.min_award is not None:
        yield of_policy("min_award", round_.policy.min_award, Decimal(0), cent(round_.currency))


def _minimum(round_: Round, subject: str) -> Iterator[Lever]:
    row = round_.proposals_by_id[_proposal_id(subject)]
    now = row.requested if row.minimum is None else row.minimum

    def apply(changed: Round, value: Decimal) -> Round:
        known = changed.proposals_by_id[row.proposal_id]
        return with_row(changed, "proposal", known.model_copy(update={"minimum": value}))

    about = {"proposal_id": row.proposal_id}
    yield Lever("minimum", about, now, Decimal(0), cent(row.currency), apply, row.currency)


def _share(round_: Round, subject: str) -> Iterator[Lever]:
    pool = _pool(round_, subject)
    if pool.max_project_share is not None:
        yield of_column(pool, "max_project_share", pool.max_project_share, Decimal(1))


def _funders(round_: Round, subject: str) -> Iterator[Lever]:
    row, most = round_.proposals_by_id[_proposal_id(subject)], Decimal(len(round_.pools))
    policy = round_.policy.max_funders_per_proposal
    if row.max_funders is not None and row.max_funders < most:

        def apply(changed: Round, value: Decimal) -> Round:
            known = changed.proposals_by_id[row.proposal_id]
            updated = known.model_copy(update={"max_funders": int(value)})
            return with_row(changed, "proposal", updated)

        about = {"proposal_id": row.proposal_id}
        yield Lever("max_funders", about, Decimal(row.max_funders), most, Decimal(1), apply)
    if policy is not None and policy < most:
        yield of_policy("max_funders_per_proposal", Decimal(policy), most, Decimal(1))


def _caps(round_: Round, subject: str) -> Iterator[Lever]:
    org_id = subject.removeprefix("organisation ")
    policy = round_.policy
    theirs = [p.proposal_id for p in round_.proposals if p.org_id == org_id]
    earlier = [row for row in round_.commitments if row.org_id == org_id]
    asked = Fraction(sum(requests_of(round_)[identifier] for identifier in theirs))
    asked += sum(
        money.up(money.exchange(row.amount, round_.currency, round_.rate(row.currency)))
        for row in earlier
    )
    most = policy.max_proposals_per_organisation
    if most is not None:
        furthest = max(Decimal(most), Decimal(len(theirs) + len(earlier)))
        yield of_policy("max_proposals_per_organisation", Decimal(most), furthest, Decimal(1))
    if (cap := policy.max_amount_per_organisation) is not None:
        furthest = max(cap, major_up(round_, asked, round_.currency))
        step = cent(round_.currency)
        yield of_policy("max_amount_per_organisation", cap, furthest, step)
    yearly = round_.organisations_by_id[org_id].annual_budget
    if (ratio := policy.max_award_to_budget) is not None and yearly:
        whole = Fraction(money.minor(yearly, round_.currency))
        steps = max(0, ceil((asked / whole - Fraction(ratio)) / Fraction(HUNDREDTH)))
        yield of_policy("max_award_to_budget", ratio, ratio + steps * HUNDREDTH, HUNDREDTH)


def _pool(round_: Round, subject: str) -> Pool:
    return round_.pools_by_id[subject.removeprefix("pool ").partition(", proposal ")[0]]


def _proposal_id(subject: str) -> str:
    return subject.rpartition("proposal ")[2]


def _most(pool: Pool, amount: Decimal) -> Decimal:
    return min(amount, money.major(money.LARGEST_AMOUNT, pool.currency))


_MAKERS: Mapping[str, Callable[[Round, str], Iterator[Lever]]] = {
    "C1": _budget,
    "C2": _minimum,
    "C3": _sizes,
    "C4": _grants,
    "C5": _share,
    "C6": _funders,
    "C8": _caps,
    "C11": of_target,
    "C12": of_decision,
}
