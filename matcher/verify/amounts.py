"""A round's amounts in whole minor units of its base currency (PROBLEM.md, Sets and data)."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from matcher.domain import Pool, Proposal, Round
from matcher.money import down, exchange, half_even, minor, up


@dataclass(frozen=True)
class PoolAmounts:
    """B_p, lo_p and hi_p; `largest` is None where nothing limits a grant."""

    budget: int
    smallest: int
    largest: int | None


@dataclass(frozen=True)
class ProposalAmounts:
    """R_j, m_j and own_j."""

    request: int
    minimum: int
    own: int


def grant_step(round_: Round) -> int:
    """Give the grant step, 1 where the policy has none."""
    step = round_.policy.grant_step
    return 1 if step is None else minor(step, round_.currency)


def converted(round_: Round, amount: Decimal, currency: str) -> Fraction:
    """Give an amount of `currency` in base minor units, exact."""
    return exchange(amount, round_.currency, round_.rate(currency))


def pool_amounts(round_: Round, pool: Pool) -> PoolAmounts:
    """Convert, take the hold-back off, then step: budget and maximum down, minimum up."""
    step = grant_step(round_)
    offered = down(converted(round_, pool.budget, pool.currency))
    held_back = up(offered * Fraction(pool.hold_back_share or 0))
    smallest = max(
        up(converted(round_, pool.min_grant or Decimal(0), pool.currency)),
        minor(round_.policy.min_award or Decimal(0), round_.currency),
    )
    largest = None
    if pool.max_grant is not None:
        largest = down(converted(round_, pool.max_grant, pool.currency), step)
    return PoolAmounts(
        budget=down(Fraction(offered - held_back), step),
        smallest=up(Fraction(smallest), step),
        largest=largest,
    )


def proposal_amounts(round_: Round, proposal: Proposal) -> ProposalAmounts:
    """Convert half-even, then step: the request down, the minimum up but not above the request."""
    step = grant_step(round_)

    def whole(amount: Decimal) -> int:
        return half_even(converted(round_, amount, proposal.currency))

    request = down(Fraction(whole(proposal.requested)), step)
    if proposal.minimum is None:
        minimum = request
    else:
        minimum = min(up(Fraction(whole(proposal.minimum)), step), request)
    # Summed as rationals: a sum of decimals is rounded to the context's digits.
    own = Fraction(proposal.own_contribution or 0) + Fraction(proposal.other_funding or 0)
    rate = converted(round_, Decimal(1), proposal.currency)
    return ProposalAmounts(request, minimum, half_even(own * rate))
