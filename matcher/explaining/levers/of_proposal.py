"""The levers in an applicant's own hands, and those of its score."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from matcher.domain import Proposal, Round
from matcher.explaining.levers.levers import Kind, Lever, Value
from matcher.explaining.missing.stating import with_row
from matcher.explaining.solves.judging_again import Concerned
from matcher.money import minor_digits
from matcher.scores import SCALE, scores_of

STEPS = 100
"""So many steps has a lever of money: a hundredth of the request each."""
TENTHS = 10
"""A point of score has so many steps."""
MOST_FUNDERS = 5
"""So many more funders than it may have are tried."""


def levers_of_proposal(
    round_: Round, proposal: Proposal, pools: Sequence[str] = ()
) -> Iterator[Lever]:
    """Give the levers that change the proposal's own row alone; `pools` may fund it as it is."""
    yield _ask_less(round_, proposal, pools)
    yield _higher_score(round_, proposal)
    if any(pool.max_project_share is not None for pool in round_.pools):
        yield _own_contribution(round_, proposal)
    if proposal.max_funders is not None:
        yield from _more_funders(round_, proposal, proposal.max_funders)
    for label in proposal.alternatives:
        yield _without(proposal, "alternative", label, "alternatives")
    for needed in proposal.requires:
        yield _without(proposal, "requirement", needed, "requires")


def in_steps(now: Decimal, step: Decimal, digits: int, steps: int) -> list[Value]:
    """Give the values after 1, 2, … steps, in whole minor units, each once."""
    values = [rounded(now + step * number, digits) for number in range(1, steps + 1)]
    return [value for value in dict.fromkeys(values) if value != now]


def rounded(amount: Decimal, digits: int) -> Decimal:
    """Give an amount in whole minor units."""
    return amount.quantize(Decimal(1).scaleb(-digits))


def _ask_less(round_: Round, proposal: Proposal, pools: Sequence[str]) -> Lever:
    def changed(given: Round, value: Value) -> Round:
        least = proposal.minimum
        cells = {"requested": value, "minimum": None if least is None else min(least, value)}
        return _with_proposal(given, proposal, cells)

    asked, digits = proposal.requested, minor_digits(proposal.currency) or 0
    below = asked
    if proposal.minimum is not None and round_.policy.value == "per_amount":
        # Down to its minimum a smaller request allows no plan that the request does not.
        below = min(asked, proposal.minimum)
    values = in_steps(asked, -asked / STEPS, digits, STEPS - 1)
    grid = round_.policy.grant_step
    if grid and proposal.currency == round_.currency:
        # What it asks beyond a whole number of grant steps it cannot get.
        values = list(dict.fromkeys(Decimal(value) // grid * grid for value in values))
    least = _least_award(round_, proposal, pools)
    falling: Sequence[Value] = [value for value in values if 0 < value < below and value >= least]
    return Lever(
        "ask_less", "", asked, falling, changed, alone=True, verdicts=bool(round_.rule_packs),
        unit=proposal.currency, concerned=_own(round_, proposal),
    )  # fmt: skip


def _least_award(round_: Round, proposal: Proposal, pools: Sequence[str]) -> Fraction:
    """Give the least that anybody may award it, in its currency: to ask for less is in vain."""
    rate = Fraction(round_.rate(proposal.currency))
    least = min(
        (
            Fraction(pool.min_grant or 0) * Fraction(round_.rate(pool.currency)) / rate
            for pool in (round_.pools_by_id[name] for name in pools)
        ),
        default=Fraction(0),
    )
    own = max(round_.policy.min_award or 0, round_.policy.grant_step or 0)
    return max(least, Fraction(own) / rate)


def _higher_score(round_: Round, proposal: Proposal) -> Lever:
    changed = _setting(proposal, "score")
    known = scores_of(round_, [proposal])[proposal.proposal_id]
    now = None if known is None else Decimal(known) / SCALE
    first = 0 if now is None else int(now * TENTHS) + 1
    if (threshold := round_.policy.score_threshold) is not None:
        first = max(first, int(threshold * TENTHS))
    last = int(round_.policy.score_max * TENTHS)
    values = [Decimal(tenth) / TENTHS for tenth in range(first, last + 1)]
    step = Decimal(1) / TENTHS
    return Lever("score", "", now, values, changed, alone=True, monotone=True, step=step)


def _own_contribution(round_: Round, proposal: Proposal) -> Lever:
    changed = _setting(proposal, "own_contribution")
    now, digits = proposal.own_contribution or Decimal(0), minor_digits(proposal.currency) or 0
    step = proposal.requested / STEPS
    values, tried = in_steps(now, step, digits, STEPS), max(step, Decimal(1).scaleb(-digits))
    return Lever(
        "own_contribution", "", now, values, changed, alone=True, monotone=True,
        verdicts=bool(round_.rule_packs), unit=proposal.currency, concerned=_own(round_, proposal),
        step=rounded(tried, digits),
    )  # fmt: skip


def _more_funders(round_: Round, proposal: Proposal, most: int) -> Iterator[Lever]:
    """Give the lever of a proposal's own limit, as far as the round's allows for more."""
    changed, limit = _setting(proposal, "max_funders"), round_.policy.max_funders_per_proposal
    end = most + MOST_FUNDERS if limit is None else min(most + MOST_FUNDERS, limit)
    values = [Decimal(count) for count in range(most + 1, end + 1)]
    if values:
        yield Lever("max_funders", "", Decimal(most), values, changed, alone=True, monotone=True)


def _without(proposal: Proposal, kind: Kind, subject: str, column: str) -> Lever:
    def changed(given: Round, _value: Value) -> Round:
        listed = getattr(given.proposals_by_id[proposal.proposal_id], column)
        others = tuple(kept for kept in listed if kept != subject)
        return _with_proposal(given, proposal, {column: others})

    return Lever(kind, subject, None, [True], changed, alone=True, monotone=True)


def _own(round_: Round, proposal: Proposal) -> Concerned:
    return Concerned(frozenset(round_.pools_by_id), frozenset([proposal.proposal_id]))


def _setting(proposal: Proposal, column: str) -> Callable[[Round, Value], Round]:
    def changed(given: Round, value: Value) -> Round:
        whole = int(value) if column == "max_funders" else value
        return _with_proposal(given, proposal, {column: whole})

    return changed


def _with_proposal(round_: Round, proposal: Proposal, cells: Mapping[str, object]) -> Round:
    row = round_.proposals_by_id[proposal.proposal_id]
    return with_row(round_, "proposal", row.model_copy(update=dict(cells)))
