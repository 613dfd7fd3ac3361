"""Constraints of a pool: C1, C3, C4, C5, C13 and the grant step."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations

from matcher.verify.findings import Violation
from matcher.verify.plan import Plan


def pool_budgets(plan: Plan) -> Iterator[Violation]:
    """C1: a pool spends no more than it has."""
    for pool_id, given in plan.by_pool.items():
        spent, budget = sum(given.values()), plan.pools[pool_id].budget
        if spent > budget:
            message = (
                f"Pool {pool_id} awards {plan.money(spent)}, {plan.money(spent - budget)} more "
                f"than the {plan.money(budget)} it has."
            )
            yield Violation("C1", f"pool {pool_id}", Fraction(spent - budget), message)


def grant_sizes(plan: Plan) -> Iterator[Violation]:
    """C3: each grant lies between the smallest and the largest of its pool."""
    for pool_id, given in plan.by_pool.items():
        smallest, largest = plan.pools[pool_id].smallest, plan.pools[pool_id].largest
        for proposal_id, amount in given.items():
            subject = f"pool {pool_id}, proposal {proposal_id}"
            grant = f"The grant of {plan.money(amount)} by pool {pool_id} to proposal {proposal_id}"
            if amount < smallest:
                message = f"{grant} is below the smallest grant of {plan.money(smallest)}."
                yield Violation("C3", subject, Fraction(smallest - amount), message)
            if largest is not None and amount > largest:
                message = f"{grant} is above the largest grant of {plan.money(largest)}."
                yield Violation("C3", subject, Fraction(amount - largest), message)


def grant_counts(plan: Plan) -> Iterator[Violation]:
    """C4: a pool makes no more grants than it may."""
    for pool_id, given in plan.by_pool.items():
        most = plan.pool(pool_id).max_grants
        if most is not None and len(given) > most:
            message = f"Pool {pool_id} makes {len(given)} grants where it may make {most} at most."
            yield Violation("C4", f"pool {pool_id}", Fraction(len(given) - most), message)


def co_financing(plan: Plan) -> Iterator[Violation]:
    """C5: a pool pays no more than its share of all the money a project has."""
    for pool_id, given in plan.by_pool.items():
        share = plan.pool(pool_id).max_project_share
        if share is None:
            continue
        for proposal_id, amount in given.items():
            total = plan.funding[proposal_id] + plan.proposals[proposal_id].own
            limit = Fraction(share) * total
            if amount > limit:
                message = (
                    f"Pool {pool_id} pays {plan.money(amount)} of the {plan.money(total)} that "
                    f"proposal {proposal_id} has, where its share of {share} allows "
                    f"{plan.money(limit)}."
                )
                subject = f"pool {pool_id}, proposal {proposal_id}"
                yield Violation("C5", subject, amount - limit, message)


def company(plan: Plan) -> Iterator[Violation]:
    """C13: a sole funder funds alone, and no two pools meet of which one avoids the other."""
    for proposal_id, given in plan.by_proposal.items():
        for pool_id in given:
            if plan.pool(pool_id).sole_funder and len(given) > 1:
                others = ", ".join(other for other in given if other != pool_id)
                message = (
                    f"Pool {pool_id} must be the sole funder of proposal {proposal_id}, which is "
                    f"also funded by {others}."
                )
                subject = f"pool {pool_id}, proposal {proposal_id}"
                yield Violation("C13", subject, Fraction(len(given) - 1), message)
        for one, other in combinations(given, 2):
            if _avoids(plan, one, other) or _avoids(plan, other, one):
                message = (
                    f"Pools {one} and {other} both fund proposal {proposal_id}, which not_with "
                    "rules out."
                )
                subject = f"pools {one} and {other}, proposal {proposal_id}"
                yield Violation("C13", subject, Fraction(1), message)


def grant_steps(plan: Plan) -> Iterator[Violation]:
    """Every award is a multiple of the grant step."""
    for (pool_id, proposal_id), amount in sorted(plan.awards.items()):
        if rest := amount % plan.step:
            message = (
                f"The award of {plan.money(amount)} by pool {pool_id} to proposal {proposal_id} "
                f"is {plan.money(rest)} past a multiple of the grant step {plan.money(plan.step)}."
            )
            yield Violation(
                "step", f"pool {pool_id}, proposal {proposal_id}", Fraction(rest), message
            )


def _avoids(plan: Plan, pool_id: str, other_id: str) -> bool:
    donor = plan.round.donors_by_id[plan.pool(other_id).donor_id]
    return not {donor.donor_id, donor.kind}.isdisjoint(plan.pool(pool_id).not_with)
