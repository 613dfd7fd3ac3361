"""The numbers of a finished plan that people read first."""

from collections import Counter
from collections.abc import Mapping
from fractions import Fraction

import pandas as pd

from matcher.allocation.problem import requests_of
from matcher.results import Baseline, Figures
from matcher.scores import SCALE
from matcher.tables.jumps import count_passed
from matcher.tables.order import merit_of
from matcher.tables.plan import Plan


def figures_of(
    plan: Plan, tables: Mapping[str, pd.DataFrame], baseline: Baseline | None
) -> Figures:
    """Give the figures of a plan and its tables."""
    problem = plan.problem
    unit, proposals = problem.unit, problem.proposals
    paid = proposals.score[plan.totals > 0]
    # What was asked for, not floored to a grant step.
    requests = requests_of(problem.round)
    decisions = Counter(tables["decisions"]["decision"])
    return Figures(
        budget=int(problem.pools.budget.sum()) * unit,
        requested=sum(
            requests[name]
            for name, submitted in zip(proposals.ids, proposals.submitted, strict=True)
            if submitted
        ),
        placed=int(plan.amounts.sum()) * unit,
        submitted=int(proposals.submitted.sum()),
        funded=decisions["funded"],
        partially_funded=decisions["partially_funded"],
        average_score=Fraction(int(paid.sum()), SCALE * len(paid)) if len(paid) else None,
        merit=merit_of(problem, plan.amounts),
        queue_jumps=count_passed(plan),
        conditional_awards=int((tables["awards"]["conditional"] == "true").sum()),
        decisions=dict(decisions),
        baseline=baseline,
    )
