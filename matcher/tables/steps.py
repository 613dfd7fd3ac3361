"""steps.csv: what has to be done for each award, by whom and until when."""

import numpy as np

from matcher.law.steps import planned_steps
from matcher.law.tracing import cited
from matcher.tables.plan import Plan

Cells = dict[str, str]
OF_CONTRIBUTORS = "for the money that feeds the pool"
OF_PARTNERS = "for the grant to the partner"
LINKS = {"contribution": f" ({OF_CONTRIBUTORS})", "grant": "", "subgrant": f" ({OF_PARTNERS})"}


def step_rows(plan: Plan) -> list[Cells]:
    """Give a row for each step of each award, by pool and proposal, then by day."""
    law = plan.eligibility.law
    if law is None:
        return []
    pairs = plan.problem.pairs
    positive = np.flatnonzero(plan.amounts > 0)
    order = positive[np.lexsort((pairs.proposal[positive], pairs.pool[positive]))]
    pools, proposals = pairs.pool[order], pairs.proposal[order]
    return [
        {
            "pool_id": plan.problem.pools.ids[int(pools[found.at])],
            "proposal_id": plan.problem.proposals.ids[int(proposals[found.at])],
            "step": found.step.do + LINKS[found.key.link],
            "responsible": found.step.by,
            "lead_days": str(found.step.days.planned.days),
            "due": found.due.isoformat(),
            "citation": f"{found.key.rule}: {cited(found.pack, found.citations)}",
        }
        for found in planned_steps(law.law, pools, proposals)
    ]
