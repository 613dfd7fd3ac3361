"""awards.csv and pools.csv: what each pool pays, and what it has left."""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from matcher import money
from matcher.eligibility import EligibilityTable, Verdict
from matcher.tables.plan import Plan
from matcher.tables.words import fraction, named, say, spoken, truth

Cells = dict[str, str]


def award_rows(plan: Plan) -> list[Cells]:
    """Give a row for each award, by pool id and then proposal id."""
    problem, round_ = plan.problem, plan.problem.round
    pairs = problem.pairs
    positive = np.flatnonzero(plan.amounts > 0)
    order = positive[np.lexsort((pairs.proposal[positive], pairs.pool[positive]))]
    rows = []
    for pair in order.tolist():
        p, j = int(pairs.pool[pair]), int(pairs.proposal[pair])
        pool = round_.pools_by_id[problem.pools.ids[p]]
        units = int(plan.amounts[pair]) * problem.unit
        in_pool = money.back(units, round_.currency, pool.currency, round_.rate(pool.currency))
        conditions = conditions_of(plan, p, j)
        rows.append(
            {
                "pool_id": pool.pool_id,
                "donor_id": pool.donor_id,
                "proposal_id": problem.proposals.ids[j],
                "org_id": problem.proposals.organisation[j],
                "amount": money.shown(units, round_.currency),
                "pool_currency": pool.currency,
                "amount_in_pool_currency": money.shown(in_pool, pool.currency),
                "verdict": Verdict(int(plan.eligibility.verdicts[p, j])).name,
                "conditional": truth(bool(conditions)),
                "condition": "; ".join(conditions),
                "earliest_payment": plan.eligibility.earliest_payment(
                    round_.decision_date, p, j
                ).isoformat(),
            }
        )
    return rows


def conditions_of(plan: Plan, pool: int, proposal: int) -> list[str]:
    """Say what an award of a pair would hang on: money not confirmed, facts not known."""
    found = []
    terms = plan.problem.round.pools_by_id[plan.problem.pools.ids[pool]]
    if terms.certainty == "pledged":
        found.append(terms.condition or say("condition-pledged"))
    if plan.eligibility.verdicts[pool, proposal] == Verdict.needs_review:
        found.extend(conditions_met(plan.eligibility, pool, proposal))
    return found


def conditions_met(eligibility: EligibilityTable, pool: int, proposal: int) -> Iterator[str]:
    """Say what a pair that is held for review waits for, by the pool's terms and by the law."""
    if unknown := eligibility.unanswered(pool, proposal):
        yield say("condition-terms", terms=named(unknown))
    reasons = eligibility.reasons(np.array([pool]), np.array([proposal]))[0]
    if reasons.missing:
        facts = [say("fact-of", fact=fact.name, whose=fact.id) for fact in sorted(reasons.missing)]
        yield say("condition-facts", facts=spoken(facts))
    if reasons.review:
        yield say("condition-rules", rules=spoken(sorted(reasons.review)))


def pool_rows(plan: Plan) -> list[Cells]:
    """Give a row for each pool with its money, in base currency."""
    problem = plan.problem
    grants = np.bincount(problem.pairs.pool[plan.amounts > 0], minlength=len(problem.pools.ids))
    rows = []
    for p, pool_id in enumerate(problem.pools.ids):
        budget, spent = int(problem.pools.budget[p]), int(plan.spent[p])
        rows.append(
            {
                "pool_id": pool_id,
                "budget": plan.shown(budget),
                "awarded": plan.shown(spent),
                "left": plan.shown(budget - spent),
                "grants": str(int(grants[p])),
                "share_used": fraction(Fraction(spent, budget) if budget else Fraction(0)),
            }
        )
    return rows
