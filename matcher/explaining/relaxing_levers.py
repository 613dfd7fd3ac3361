"""What of a constraint can be loosened: one value of the round, how far, and in which steps."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil
from typing import Any, Literal

from matcher import money
from matcher.allocation.problem import requests_of
from matcher.allocation.rows import bounds_of
from matcher.domain import PairTerm, Pool, Round, Target
from matcher.explaining.stating import with_row
from matcher.solving import Conflict

Kind = Literal[
    "budget", "max_grants", "max_grant", "min_grant", "min_award", "minimum", "max_project_share",
    "max_funders", "max_funders_per_proposal", "max_proposals_per_organisation",
    "max_amount_per_organisation", "max_award_to_budget", "target", "amount", "given_up",
]  # fmt: skip
"""What is changed: a column of a pool or proposal, a key of the policy, a bound, a decision."""
HUNDREDTH = Decimal("0.01")
"""Shares of a project, and of an organisation's budget, are changed by whole per cents."""
FINE = Decimal("0.0001")
"""Shares of a target are changed by hundredths of a per cent."""


@dataclass(frozen=True)
class Lever:
    """One value of a round that can be loosened, from `now` to at most `furthest` by `step`.

    Values are in major units of `currency` for money. `given_up` has no values: it is done or not.
    `about` names the row by the columns that identify it, `bound` the bound of a target.
    """

    kind: Kind
    about: Mapping[str, str]
    now: Decimal
    furthest: Decimal
    step: Decimal
    apply: Callable[[Round, Decimal], Round]
    currency: str = ""
    bound: str = ""

    @property
    def whole_way(self) -> bool:
        """Whether a change that is not enough at its furthest is enough nowhere before.

        More money to award may ask for more: targets are shares of it. An amount may pass what is
        wanted.
        """
        return self.kind not in ("budget", "amount")

    @property
    def key(self) -> tuple[str, ...]:
        """What tells levers apart."""
        upwards = "+" if self.furthest > self.now else "-"
        return (self.kind, *self.about.values(), self.bound, upwards)

    @property
    def steps(self) -> int:
        """Count the steps from now to the furthest."""
        return int(abs(self.furthest - self.now) / self.step)

    def value(self, step: int) -> Decimal:
        """Give the value after so many steps."""
        return self.now + (self.step if self.furthest > self.now else -self.step) * step

    def changed(self, round_: Round, step: int) -> Round:
        """Give the round after so many steps."""
        return self.apply(round_, self.value(step)) if step else round_

    def cost(self, step: int) -> Fraction:
        """Give the change as a share of the value as it is; 1 for a decision given up.

        A value of 0 counts as one step, for want of anything to hold a change against.
        """
        if self.kind == "given_up":
            return Fraction(1)
        return Fraction(self.step * step) / Fraction(self.now or self.step)


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
    most = _major_up(round_, Fraction(asked) / kept, pool.currency)
    yield _column(pool, "budget", pool.budget, max(pool.budget, _most(pool, most)))


def _grants(round_: Round, subject: str) -> Iterator[Lever]:
    pool = _pool(round_, subject)
    if pool.max_grants is not None:
        now, most = Decimal(pool.max_grants), Decimal(len(round_.proposals))
        yield _column(pool, "max_grants", now, max(now, most))


def _sizes(round_: Round, subject: str) -> Iterator[Lever]:
    pool, proposal_id = _pool(round_, subject), _proposal_id(subject)
    if pool.max_grant is not None:
        asked = Fraction(requests_of(round_)[proposal_id])
        most = _major_up(round_, asked, pool.currency)
        yield _column(pool, "max_grant", pool.max_grant, max(pool.max_grant, most))
    if pool.min_grant is not None:
        yield _column(pool, "min_grant", pool.min_grant, Decimal(0))
    if round_.policy.min_award is not None:
        yield _policy("min_award", round_.policy.min_award, Decimal(0), _cent(round_.currency))


def _minimum(round_: Round, subject: str) -> Iterator[Lever]:
    row = round_.proposals_by_id[_proposal_id(subject)]
    now = row.requested if row.minimum is None else row.minimum

    def apply(changed: Round, value: Decimal) -> Round:
        known = changed.proposals_by_id[row.proposal_id]
        return with_row(changed, "proposal", known.model_copy(update={"minimum": value}))

    about = {"proposal_id": row.proposal_id}
    yield Lever("minimum", about, now, Decimal(0), _cent(row.currency), apply, row.currency)


def _share(round_: Round, subject: str) -> Iterator[Lever]:
    pool = _pool(round_, subject)
    if pool.max_project_share is not None:
        yield _column(pool, "max_project_share", pool.max_project_share, Decimal(1))


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
        yield _policy("max_funders_per_proposal", Decimal(policy), most, Decimal(1))


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
        yield _policy("max_proposals_per_organisation", Decimal(most), furthest, Decimal(1))
    if (cap := policy.max_amount_per_organisation) is not None:
        furthest = max(cap, _major_up(round_, asked, round_.currency))
        step = _cent(round_.currency)
        yield _policy("max_amount_per_organisation", cap, furthest, step)
    yearly = round_.organisations_by_id[org_id].annual_budget
    if (ratio := policy.max_award_to_budget) is not None and yearly:
        whole = Fraction(money.minor(yearly, round_.currency))
        steps = max(0, ceil((asked / whole - Fraction(ratio)) / Fraction(HUNDREDTH)))
        yield _policy("max_award_to_budget", ratio, ratio + steps * HUNDREDTH, HUNDREDTH)


def _target(round_: Round, subject: str) -> Iterator[Lever]:
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
        step, top = _cent(round_.currency), _major_up(round_, asked, round_.currency)

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


def _decided(round_: Round, subject: str) -> Iterator[Lever]:
    pool_id, proposal_id = _pool(round_, subject).pool_id, _proposal_id(subject)
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
    step = round_.policy.grant_step or _cent(base)
    asked = _major_up(round_, Fraction(requests_of(round_)[proposal_id]), base)
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


def _column(pool: Pool, column: Any, now: Decimal, furthest: Decimal) -> Lever:
    counted, share = column == "max_grants", column == "max_project_share"

    def apply(changed: Round, value: Decimal) -> Round:
        known = changed.pools_by_id[pool.pool_id]
        kept = int(value) if counted else value
        return with_row(changed, "pool", known.model_copy(update={column: kept}))

    step = Decimal(1) if counted else HUNDREDTH if share else _cent(pool.currency)
    currency = "" if counted or share else pool.currency
    return Lever(column, {"pool_id": pool.pool_id}, now, furthest, step, apply, currency)


def _policy(key: Any, now: Decimal, furthest: Decimal, step: Decimal) -> Lever:
    counted = key.startswith("max_funders") or key.startswith("max_proposals")

    def apply(changed: Round, value: Decimal) -> Round:
        kept = int(value) if counted else value
        policy = changed.policy.model_copy(update={key: kept})
        return changed.model_copy(update={"policy": policy})

    return Lever(key, {}, now, furthest, step, apply)


def _pool(round_: Round, subject: str) -> Pool:
    return round_.pools_by_id[subject.removeprefix("pool ").partition(", proposal ")[0]]


def _proposal_id(subject: str) -> str:
    return subject.rpartition("proposal ")[2]


def _cent(currency: str) -> Decimal:
    return Decimal(1).scaleb(-money.digits_of(currency))


def _major_up(round_: Round, units: Fraction, currency: str) -> Decimal:
    """Give base minor units in a currency, rounded up to what it has."""
    digits = money.digits_of(currency)
    worth = units / 10 ** money.digits_of(round_.currency) / Fraction(round_.rate(currency))
    return Decimal(ceil(worth * 10**digits) + 1).scaleb(-digits)


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
    "C11": _target,
    "C12": _decided,
}
