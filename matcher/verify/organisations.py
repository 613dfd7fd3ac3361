"""C8: caps of an organisation, with its earlier commitments of the same year counted in."""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction

from matcher.money import down, half_even, minor
from matcher.verify.amounts import converted
from matcher.verify.findings import Violation
from matcher.verify.plan import Plan


def organisation_caps(plan: Plan) -> Iterator[Violation]:
    """C8: number of funded proposals, money, and money against the annual budget.

    What earlier commitments have used up leaves 0, never less, so an organisation that gets
    nothing now breaks no cap.
    """
    cap = plan.round.policy.max_proposals_per_organisation
    funded: dict[str, list[str]] = defaultdict(list)
    for proposal_id in plan.funding:
        funded[plan.proposal(proposal_id).org_id].append(proposal_id)
    earlier_grants, earlier_money = _commitments(plan)
    for org_id, members in sorted(funded.items()):
        if cap is not None:
            over = len(members) - max(0, cap - earlier_grants[org_id])
            if over > 0:
                yield _too_many(plan, org_id, members, earlier_grants[org_id], cap, over)
        awarded = sum(plan.funding[proposal_id] for proposal_id in members)
        before = earlier_money[org_id]
        for money, name in _money_caps(plan, org_id):
            over = awarded - max(0, money - before)
            if over > 0:
                message = (
                    f"Organisation {org_id} is awarded {plan.money(awarded)} after "
                    f"{plan.money(before)} earlier in {plan.round.decision_date.year}: "
                    f"{plan.money(over)} more than {name}, {plan.money(money)}, leaves."
                )
                yield Violation("C8", f"organisation {org_id}", Fraction(over), message)


def _money_caps(plan: Plan, org_id: str) -> Iterator[tuple[int, str]]:
    policy, base = plan.round.policy, plan.round.currency
    if policy.max_amount_per_organisation is not None:
        yield minor(policy.max_amount_per_organisation, base), "the cap for each organisation"
    annual = plan.round.organisations_by_id[org_id].annual_budget
    if policy.max_award_to_budget is not None and annual is not None:
        ratio = Fraction(policy.max_award_to_budget)
        yield down(ratio * minor(annual, base)), "the cap by its annual budget"


def _too_many(
    plan: Plan, org_id: str, members: list[str], earlier: int, cap: int, over: int
) -> Violation:
    message = (
        f"Organisation {org_id} has {len(members)} funded proposals ({', '.join(members)}) and "
        f"{earlier} earlier in {plan.round.decision_date.year}, where {cap} are allowed."
    )
    return Violation("C8", f"organisation {org_id}", Fraction(over), message)


def _commitments(plan: Plan) -> tuple[dict[str, int], dict[str, int]]:
    grants: dict[str, int] = defaultdict(int)
    money: dict[str, int] = defaultdict(int)
    for row in plan.round.commitments:
        if row.decided.year == plan.round.decision_date.year:
            grants[row.org_id] += 1
            money[row.org_id] += half_even(converted(plan.round, row.amount, row.currency))
    return grants, money
