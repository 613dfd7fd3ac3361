"""The smallest change along a lever that would get a proposal funded in every best plan.

Found by halving: at the change told the round solved again funds it, and one step before it does
not. Where funding is not monotone along a lever a smaller change may help too, so that what is told
is a change found.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from matcher.domain import Pool, Proposal, Round
from matcher.explaining.forcing import Forcing, Funded
from matcher.explaining.stating import with_row
from matcher.money import minor_digits

Kind = Literal["ask_less", "score", "own_contribution", "money"]
STEPS = 100
"""So many steps has a lever of money: a hundredth of the request each."""
TENTHS = 10
"""A point of score has so many steps."""


@dataclass(frozen=True)
class Lever:
    """What can be changed, by steps: the values after 1, 2, … of them, and the round with each.

    `pool_id` names the pool whose money changes; `alone` says that only plans that fund the
    proposal are touched by the change.
    """

    kind: Kind
    pool_id: str
    now: Decimal
    values: Sequence[Decimal]
    changed: Callable[[Decimal], Round]
    alone: bool


@dataclass(frozen=True)
class Change:
    """What was found along a lever: the value that funds the proposal, None where none does.

    `unknown` says that time ran out before it was known; `ties` that on the way some best plans
    fund it and others do not.
    """

    lever: Lever
    value: Decimal | None
    unknown: bool = False
    ties: bool = False


def smallest_change(forcing: Forcing, lever: Lever) -> Change:
    """Find the smallest change along a lever, by halving between none and all of it."""
    if not lever.values:
        return Change(lever, None)
    asked: dict[int, Funded] = {}

    def funded(at: int) -> bool:
        asked[at] = forcing.funded_in(lever.changed(lever.values[at]), lever.alone)
        return asked[at] == "all"

    low, high = -1, len(lever.values) - 1
    if not funded(high):
        return Change(lever, None, asked[high] == "unknown", asked[high] == "some")
    while high - low > 1:
        middle = (low + high) // 2
        if funded(middle):
            high = middle
        else:
            low = middle
    return Change(lever, lever.values[high], "unknown" in asked.values(), "some" in asked.values())


def levers_of(
    round_: Round, proposal_id: str, pools: Sequence[str], richer: Sequence[str]
) -> Iterator[Lever]:
    """Give the levers of a proposal; `pools` may fund it, of which `richer` are given more."""
    proposal = round_.proposals_by_id[proposal_id]
    yield _ask_less(round_, proposal)
    if (score := proposal.score) is not None:
        yield _higher_score(round_, proposal, score)
    if any(round_.pools_by_id[pool_id].max_project_share is not None for pool_id in pools):
        yield _own_contribution(round_, proposal)
    for pool_id in richer:
        yield _more_money(round_, proposal, round_.pools_by_id[pool_id])


def _ask_less(round_: Round, proposal: Proposal) -> Lever:
    def changed(value: Decimal) -> Round:
        least = proposal.minimum
        cells = {"requested": value, "minimum": None if least is None else min(least, value)}
        return _with_proposal(round_, proposal, cells)

    asked, digits = proposal.requested, minor_digits(proposal.currency) or 0
    values = [_rounded(asked * (STEPS - step) / STEPS, digits) for step in range(1, STEPS)]
    falling = [value for value in dict.fromkeys(values) if 0 < value < asked]
    return Lever("ask_less", "", asked, falling, changed, alone=True)


def _higher_score(round_: Round, proposal: Proposal, score: Decimal) -> Lever:
    def changed(value: Decimal) -> Round:
        return _with_proposal(round_, proposal, {"score": value})

    first = int(score * TENTHS) + 1
    last = int(round_.policy.score_max * TENTHS)
    values = [Decimal(tenth) / TENTHS for tenth in range(first, last + 1)]
    return Lever("score", "", score, values, changed, alone=True)


def _own_contribution(round_: Round, proposal: Proposal) -> Lever:
    def changed(value: Decimal) -> Round:
        return _with_proposal(round_, proposal, {"own_contribution": value})

    now, digits = proposal.own_contribution or Decimal(0), minor_digits(proposal.currency) or 0
    step = proposal.requested / STEPS
    values = [_rounded(now + step * number, digits) for number in range(1, STEPS + 1)]
    return Lever("own_contribution", "", now, values, changed, alone=True)


def _more_money(round_: Round, proposal: Proposal, pool: Pool) -> Lever:
    def changed(value: Decimal) -> Round:
        return with_row(round_, "pool", pool.model_copy(update={"budget": value}))

    rates = round_.rate(proposal.currency) / round_.rate(pool.currency)
    step, digits = proposal.requested * rates / STEPS, minor_digits(pool.currency) or 0
    values = [_rounded(pool.budget + step * number, digits) for number in range(1, STEPS + 1)]
    return Lever("money", pool.pool_id, pool.budget, values, changed, alone=False)


def _with_proposal(round_: Round, proposal: Proposal, cells: dict[str, Decimal | None]) -> Round:
    return with_row(round_, "proposal", proposal.model_copy(update=cells))


def _rounded(amount: Decimal, digits: int) -> Decimal:
    return amount.quantize(Decimal(1).scaleb(-digits))
