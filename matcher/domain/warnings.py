"""What is allowed in a round but rarely meant: told as warnings."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from matcher.domain import formulas
from matcher.domain.criteria import find_criteria_problems
from matcher.errors import Problem

if TYPE_CHECKING:
    from matcher.domain.round import Round

ENDED = ("cancelled", "canceled", "withdrawn", "returned", "terminated", "void")


def _warning(
    table: str, index: int | None, column: str, value: str, what: str, remedy: str
) -> Problem:
    return Problem(table, index, column, value, what, remedy, "warning")


def find_warnings(round_: Round) -> Iterator[Problem]:
    """Find what a coordinator should look at before the round is run."""
    policy = round_.policy
    for key in ("min_award", "max_funders_per_proposal"):
        if getattr(policy, key) is None:
            what = "is not given, so awards may be split into very small parts."
            remedy = f"Set policy.{key}."
            yield _warning("round", None, f"policy.{key}", "", what, remedy)
    yield from (p for p in find_criteria_problems(round_) if p.severity == "warning")
    yield from _pools(round_)
    yield from _proposals(round_)
    yield from _formulas(round_)
    if policy.max_award_to_budget is not None:
        for index, organisation in enumerate(round_.organisations):
            if organisation.annual_budget is None:
                what = "is blank, so its absorptive capacity is not capped."
                remedy = "Fill in annual_budget."
                yield _warning("organisations", index, "annual_budget", "", what, remedy)
    for index, commitment in enumerate(round_.commitments):
        if (commitment.status or "").lower() in ENDED:
            what = "still counts in the caps: every row here does."
            remedy = "Delete the row if the award is void."
            yield _warning("commitments", index, "status", commitment.status or "", what, remedy)


def _pools(round_: Round) -> Iterator[Problem]:
    today = round_.decision_date
    for index, pool in enumerate(round_.pools):
        if pool.budget == 0:
            yield _warning("pools", index, "budget", "0", "leaves nothing to award.", "Check it.")
        if (
            pool.min_grant is not None
            and pool.max_grant is not None
            and pool.max_grant < pool.min_grant
        ):
            what, remedy = "is below min_grant: the pool can make no grant.", "Correct one."
            yield _warning("pools", index, "max_grant", str(pool.max_grant), what, remedy)
        for column, outside in (
            ("available_from", pool.available_from is not None and pool.available_from > today),
            ("available_until", pool.available_until is not None and pool.available_until < today),
        ):
            if outside:
                what = f"leaves the decision date {today} outside: the pool can commit nothing."
                shown = str(getattr(pool, column))
                yield _warning("pools", index, column, shown, what, "Correct one of the dates.")


def _proposals(round_: Round) -> Iterator[Problem]:
    step, call = round_.policy.grant_step, round_.call
    for index, proposal in enumerate(round_.proposals):
        rate = round_.rates.get(proposal.currency)
        rate = Decimal(1) if proposal.currency == round_.currency else rate
        if step and rate and proposal.requested * rate < step:
            what = f"is below one grant step of {step} and cannot be funded."
            shown = str(proposal.requested)
            yield _warning("proposals", index, "requested", shown, what, "Check the amount.")
        late = proposal.submitted and call.closes and proposal.submitted > call.closes
        early = proposal.submitted and call.opens and proposal.submitted < call.opens
        if late or early:
            what = f"lies {'after the call closed' if late else 'before the call opened'}."
            remedy = "Decide whether it counts; set its status if not."
            yield _warning("proposals", index, "submitted", str(proposal.submitted), what, remedy)


def _formulas(round_: Round) -> Iterator[Problem]:
    for table in formulas.COLUMNS:
        for index, row in enumerate(getattr(round_, table)):
            for column, text in formulas.formulas_of(table, vars(row)):
                yield _warning(table, index, column, text, formulas.WHAT, formulas.REMEDY)
