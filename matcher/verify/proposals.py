"""Constraints of a proposal and of its pairs: C2, C6, C7, C9, C10, C12."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from matcher.domain import Pool, Proposal
from matcher.money import minor
from matcher.verify.findings import Pair, Verdict, Violation
from matcher.verify.plan import Plan
from matcher.verify.regulation import judged, strictest
from matcher.verify.verdicts import (
    judged_terms,
    refused_by_applicant,
    regulation,
    terms_verdict,
)

ZEROING = ("forbid", "conflict", "declined")
"""What a row of pairs.csv may say that leaves its pairs without an award."""


def requests(plan: Plan) -> Iterator[Violation]:
    """C2: a proposal gets nothing, or between its minimum and its request."""
    for proposal_id, funding in plan.funding.items():
        amounts = plan.proposals[proposal_id]
        gets = f"Proposal {proposal_id} is awarded {plan.money(funding)},"
        if funding > amounts.request:
            over = funding - amounts.request
            message = (
                f"{gets} {plan.money(over)} more than its request of {plan.money(amounts.request)}."
            )
            yield Violation("C2", f"proposal {proposal_id}", Fraction(over), message)
        if funding < amounts.minimum:
            under = amounts.minimum - funding
            message = (
                f"{gets} {plan.money(under)} less than the {plan.money(amounts.minimum)} it can "
                "work with."
            )
            yield Violation("C2", f"proposal {proposal_id}", Fraction(under), message)


def funder_counts(plan: Plan) -> Iterator[Violation]:
    """C6: a proposal has no more funders than the policy and it allow."""
    for proposal_id, given in plan.by_proposal.items():
        limits = (
            plan.round.policy.max_funders_per_proposal,
            plan.proposal(proposal_id).max_funders,
        )
        most = min((limit for limit in limits if limit is not None), default=len(given))
        if len(given) > most:
            message = (
                f"Proposal {proposal_id} has {len(given)} funders ({', '.join(given)}) where it "
                f"may have {most} at most."
            )
            yield Violation("C6", f"proposal {proposal_id}", Fraction(len(given) - most), message)


def pair_verdicts(plan: Plan) -> Mapping[Pair, Verdict]:
    """Give the verdict of terms and regulation on each awarded pair."""
    return {
        pair: strictest(
            terms_verdict(*judged_terms(plan.round, *_both(plan, pair))),
            regulation(plan.round, *_both(plan, pair)),
        )
        for pair in sorted(plan.awards)
    }


def allowed_pairs(plan: Plan) -> Iterator[Violation]:
    """C7: only pairs in E, and none that is forbidden, in conflict or declined."""
    for pair, amount in sorted(plan.awards.items()):
        pool_id, proposal_id = pair
        if reasons := list(_bars(plan, pair)):
            message = (
                f"Pool {pool_id} may not award {plan.money(amount)} to proposal {proposal_id}: "
                f"{'; '.join(reasons)}."
            )
            subject = f"pool {pool_id}, proposal {proposal_id}"
            yield Violation("C7", subject, Fraction(amount), message)


def alternatives(plan: Plan) -> Iterator[Violation]:
    """C9: at most one funded proposal for each alternatives label."""
    funded: dict[str, list[str]] = defaultdict(list)
    for proposal_id in plan.funding:
        for label in plan.proposal(proposal_id).alternatives:
            funded[label].append(proposal_id)
    for label, members in sorted(funded.items()):
        if len(members) > 1:
            message = (
                f"Proposals {', '.join(members)} are alternatives ({label}): only one of them may "
                "be funded."
            )
            yield Violation("C9", f"alternatives {label}", Fraction(len(members) - 1), message)


def dependence(plan: Plan) -> Iterator[Violation]:
    """C10: whatever a funded proposal requires is funded too."""
    for proposal_id in plan.funding:
        for needed in plan.proposal(proposal_id).requires:
            if needed not in plan.funding:
                message = (
                    f"Proposal {proposal_id} is funded, but {needed}, which it requires, is not."
                )
                yield Violation("C10", f"proposal {proposal_id}", Fraction(1), message)


def decided_pairs(plan: Plan) -> Iterator[Violation]:
    """C12: pins are awarded, acceptances kept whole or released."""
    base = plan.round.currency
    for pair, row in sorted(plan.rows_with("pin"), key=lambda item: item[0]):
        fixed = None if row.amount is None else minor(row.amount, base)
        yield from _differs(plan, pair, fixed, "pinned")
    for pair, row in sorted(plan.rows_with("accepted"), key=lambda item: item[0]):
        if pair[1] in plan.funding and row.amount is not None:
            yield from _differs(plan, pair, minor(row.amount, base), "accepted")


def _differs(plan: Plan, pair: Pair, fixed: int | None, said: str) -> Iterator[Violation]:
    pool_id, proposal_id = pair
    awarded = plan.awards.get(pair, 0)
    if awarded == fixed or (awarded and fixed is None):
        return
    given = plan.money(awarded) if awarded else "nothing"
    if fixed is None:
        by, amount = Fraction(1), "some amount"
    else:
        by, amount = Fraction(abs(awarded - fixed)), plan.money(fixed)
    message = f"Pool {pool_id} gives proposal {proposal_id} {given} where {amount} is {said}."
    yield Violation("C12", f"pool {pool_id}, proposal {proposal_id}", by, message)


def _bars(plan: Plan, pair: Pair) -> Iterator[str]:
    """Give what keeps a pair from an award, in words; a pin lifts what is for the board to lift."""
    pool, proposal = _both(plan, pair)
    policy = plan.round.policy
    score = plan.scores[proposal.proposal_id]
    if proposal.status != "submitted":
        yield f"the proposal is {proposal.status}"
    if score is None:
        yield "the proposal has no score"
    law = judged(plan.round, pool, proposal)
    if law.verdict == "ineligible":
        yield f"regulation bars it ({', '.join(law.reasons)})"
    for row in plan.rows_over(pair):
        if row.status in ZEROING:
            yield f"pairs marks it as {row.status}"
    if refused := refused_by_applicant(plan.round, pool, proposal):
        yield f"the applicant does not take money from this donor ({', '.join(refused)})"
    if plan.is_pinned(pair) or refused:
        return
    if score is not None and score < Fraction(policy.score_threshold or 0):
        written = Decimal(score.numerator) / score.denominator
        yield f"its score {written} is below the threshold {policy.score_threshold}"
    failing, unknown = judged_terms(plan.round, pool, proposal)
    if failing:
        yield f"the terms do not cover it ({', '.join(failing)})"
    in_question = law.reasons if law.verdict == "needs_review" else ()
    if policy.needs_review == "hold" and not failing and (unknown or in_question):
        yield f"it needs a review ({', '.join((*unknown, *in_question))}) and such pairs are held"


def _both(plan: Plan, pair: Pair) -> tuple[Pool, Proposal]:
    return plan.pool(pair[0]), plan.proposal(pair[1])
