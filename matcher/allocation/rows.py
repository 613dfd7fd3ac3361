"""The rows that couple proposals: budgets, grant counts, caps, alternatives, targets, all alike.

Every row is linear over three kinds of quantity: units of money of a pair, grants (a pair has an
award), and funded proposals. A new kind of row, such as a pool's budget by year, is one more
function here; nothing that solves or explains needs to know of it.
"""

from collections import defaultdict
from collections.abc import Iterator
from fractions import Fraction
from math import floor

import numpy as np

from matcher import money
from matcher.allocation.problem import NO_LIMIT, Integers, Problem, requests_of
from matcher.allocation.target_rows import (
    SoftBound,
    bounds_of,
    hard_bounds,
    limit_of,
    soft_bounds,
    too_fine,
)
from matcher.allocation.terms import (
    Row,
    Terms,
    narrowed_rows,
    renumbered,
    stacked,
    touched_rows,
    values_of,
)
from matcher.domain import Round
from matcher.once import once


@once
def hard_rows(problem: Problem) -> tuple[Row, ...]:
    """Give all rows of C1, C4, C8, C9, C10 and C11, in a fixed order."""
    return (
        *_budgets(problem),
        *_grant_counts(problem),
        *_organisations(problem),
        *_alternatives(problem),
        *_requirements(problem),
        *hard_bounds(problem),
    )


def pairs_by(problem: Problem, of: str) -> dict[int, Integers]:
    """Give the positions of pairs, ascending, of each `pool` or `proposal` that has any."""
    return _grouped(getattr(problem.pairs, of))


def _grouped(owner: Integers) -> dict[int, Integers]:
    """Give the positions of each owner, owners and positions ascending."""
    if not len(owner):
        return {}
    order = np.argsort(owner, kind="stable")
    owners, starts = np.unique(owner[order], return_index=True)
    return dict(zip(owners.tolist(), np.split(order, starts[1:]), strict=True))


def _budgets(problem: Problem) -> Iterator[Row]:
    for pool, pairs in pairs_by(problem, "pool").items():
        subject = f"pool {problem.pools.ids[pool]}"
        yield Row("C1", subject, None, int(problem.pools.budget[pool]), money=Terms.of(pairs))


def _grant_counts(problem: Problem) -> Iterator[Row]:
    for pool, pairs in pairs_by(problem, "pool").items():
        most = int(problem.pools.grants[pool])
        if most < len(pairs):
            yield Row("C4", f"pool {problem.pools.ids[pool]}", None, most, grants=Terms.of(pairs))


def organisation_limits(round_: Round) -> dict[str, tuple[int | None, int | None]]:
    """Give, for each organisation, how many proposals and how much more it may be awarded.

    Money in base minor units. Earlier commitments of the decision date's year are taken off; an
    organisation that is past a cap already may get nothing more.
    """
    policy, base = round_.policy, round_.currency
    counts: dict[str, int] = defaultdict(int)
    sums: dict[str, int] = defaultdict(int)
    for earlier in round_.commitments:
        if earlier.decided.year == round_.decision_date.year:
            rate = round_.rate(earlier.currency)
            counts[earlier.org_id] += 1
            sums[earlier.org_id] += money.half_even(money.exchange(earlier.amount, base, rate))
    limits: dict[str, tuple[int | None, int | None]] = {}
    for organisation in round_.organisations:
        caps = []
        if policy.max_amount_per_organisation is not None:
            caps.append(money.minor(policy.max_amount_per_organisation, base))
        if policy.max_award_to_budget is not None and organisation.annual_budget is not None:
            budget = money.minor(organisation.annual_budget, base)
            caps.append(floor(Fraction(policy.max_award_to_budget) * budget))
        key = organisation.org_id
        most = policy.max_proposals_per_organisation
        limits[key] = (
            None if most is None else max(0, most - counts[key]),
            max(0, min(caps) - sums[key]) if caps else None,
        )
    return limits


def _organisations(problem: Problem) -> Iterator[Row]:
    names = sorted(set(problem.proposals.organisation))
    at = {name: place for place, name in enumerate(names)}
    owner = np.array([at[name] for name in problem.proposals.organisation], np.int64)
    limits = organisation_limits(problem.round)
    for place, pairs in _grouped(owner[problem.pairs.proposal]).items():
        most, cap = limits[names[place]]
        subject = f"organisation {names[place]}"
        proposals = np.unique(problem.pairs.proposal[pairs])
        if most is not None and most < len(proposals):
            yield Row("C8", subject, None, most, funded=Terms.of(proposals))
        if cap is not None:
            units = cap // problem.unit
            if units < int(problem.proposals.request[proposals].sum()):
                yield Row("C8", subject, None, units, money=Terms.of(pairs))


def _alternatives(problem: Problem) -> Iterator[Row]:
    at = {identifier: index for index, identifier in enumerate(problem.proposals.ids)}
    labels: dict[str, set[int]] = defaultdict(set)
    for proposal in problem.round.proposals:
        for label in proposal.alternatives:
            labels[label].add(at[proposal.proposal_id])
    for label, proposals in sorted(labels.items()):
        if len(proposals) > 1:
            yield Row("C9", f"alternatives {label}", None, 1, funded=Terms.of(list(proposals)))


def _requirements(problem: Problem) -> Iterator[Row]:
    at = {identifier: index for index, identifier in enumerate(problem.proposals.ids)}
    for proposal in sorted(problem.round.proposals, key=lambda p: p.proposal_id):
        for needed in proposal.requires:
            subject = f"proposal {proposal.proposal_id} requires {needed}"
            ends = [at[proposal.proposal_id], at[needed]]
            yield Row("C10", subject, None, 0, funded=Terms.of(ends, [1, -1]))


__all__ = [
    "NO_LIMIT",
    "Row",
    "SoftBound",
    "Terms",
    "bounds_of",
    "hard_rows",
    "limit_of",
    "narrowed_rows",
    "organisation_limits",
    "pairs_by",
    "renumbered",
    "requests_of",
    "soft_bounds",
    "stacked",
    "too_fine",
    "touched_rows",
    "values_of",
]
