"""The rows that couple proposals: budgets, grant counts, caps, alternatives, targets, all alike.

Every row is linear over three kinds of quantity: units of money of a pair, grants (a pair has an
award), and funded proposals. A new kind of row, such as a pool's budget by year, is one more
function here; nothing that solves or explains needs to know of it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, lcm

import numpy as np

from matcher import money
from matcher.allocation.problem import (
    NO_LIMIT,
    Flags,
    Integers,
    Problem,
    budgets_of,
    requests_of,
)
from matcher.allocation.weights import target_weights
from matcher.domain import Round, Target

Terms = Mapping[int, int]


@dataclass(frozen=True)
class Row:
    """`low ≤ Σ money·a + Σ grants·y + Σ funded·z ≤ high`; None leaves a side open.

    `constraint` is its id in PROBLEM.md, `subject` what it is about in plain words.
    """

    constraint: str
    subject: str
    low: int | None
    high: int | None
    money: Terms = field(default_factory=dict)
    grants: Terms = field(default_factory=dict)
    funded: Terms = field(default_factory=dict)

    def value(self, amounts: Integers, funded: Flags) -> int:
        """Give what the row comes to for amounts of pairs and flags of proposals."""
        return (
            sum(coefficient * int(amounts[pair]) for pair, coefficient in self.money.items())
            + sum(c for pair, c in self.grants.items() if amounts[pair] > 0)
            + sum(c for proposal, c in self.funded.items() if funded[proposal])
        )


def narrowed_row(
    row: Row,
    pairs: Mapping[int, int],
    proposals: Mapping[int, int],
    amounts: Integers,
    funded: Flags,
) -> Row:
    """Give a row over some pairs and proposals, renumbered, what the others hold taken off."""
    outside = Row(
        row.constraint,
        row.subject,
        None,
        None,
        {pair: c for pair, c in row.money.items() if pair not in pairs},
        {pair: c for pair, c in row.grants.items() if pair not in pairs},
        {proposal: c for proposal, c in row.funded.items() if proposal not in proposals},
    ).value(amounts, funded)
    return Row(
        row.constraint,
        row.subject,
        None if row.low is None else row.low - outside,
        None if row.high is None else row.high - outside,
        {pairs[pair]: c for pair, c in row.money.items() if pair in pairs},
        {pairs[pair]: c for pair, c in row.grants.items() if pair in pairs},
        {proposals[proposal]: c for proposal, c in row.funded.items() if proposal in proposals},
    )


@dataclass(frozen=True)
class SoftBound:
    """A bound of a soft target: `shortfall ≥ side · (limit - row)`, in 1 / `scale` of its unit.

    `row` holds the terms multiplied by `scale`; `limit` is exact in the row's own (scaled) unit;
    `divisor` turns a distance in that unit into the shortfall of PROBLEM.md, L1.
    """

    target: str
    bound: str
    priority: int
    weight: Fraction
    row: Row
    side: int
    limit: Fraction
    divisor: Fraction


def hard_rows(problem: Problem) -> list[Row]:
    """Give all rows of C1, C4, C8, C9, C10 and C11, in a fixed order."""
    return [
        *_budgets(problem),
        *_grant_counts(problem),
        *_organisations(problem),
        *_alternatives(problem),
        *_requirements(problem),
        *_hard_targets(problem),
    ]


def pairs_by(problem: Problem, of: str) -> dict[int, list[int]]:
    """Group the positions of pairs by their `pool` or `proposal`."""
    groups: dict[int, list[int]] = defaultdict(list)
    for pair, owner in enumerate(getattr(problem.pairs, of).tolist()):
        groups[owner].append(pair)
    return groups


def _budgets(problem: Problem) -> Iterator[Row]:
    for pool, pairs in sorted(pairs_by(problem, "pool").items()):
        subject = f"pool {problem.pools.ids[pool]}"
        budget = int(problem.pools.budget[pool])
        yield Row("C1", subject, None, budget, money=dict.fromkeys(pairs, 1))


def _grant_counts(problem: Problem) -> Iterator[Row]:
    for pool, pairs in sorted(pairs_by(problem, "pool").items()):
        most = int(problem.pools.grants[pool])
        if most < len(pairs):
            subject = f"pool {problem.pools.ids[pool]}"
            yield Row("C4", subject, None, most, grants=dict.fromkeys(pairs, 1))


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
    limits = organisation_limits(problem.round)
    by_proposal = pairs_by(problem, "proposal")
    members: dict[str, list[int]] = defaultdict(list)
    for proposal in sorted(by_proposal):
        members[problem.proposals.organisation[proposal]].append(proposal)
    for organisation, proposals in sorted(members.items()):
        most, cap = limits[organisation]
        subject = f"organisation {organisation}"
        if most is not None and most < len(proposals):
            yield Row("C8", subject, None, most, funded=dict.fromkeys(proposals, 1))
        if cap is not None:
            units = cap // problem.unit
            if units < int(problem.proposals.request[proposals].sum()):
                pairs = [pair for proposal in proposals for pair in by_proposal[proposal]]
                yield Row("C8", subject, None, units, money=dict.fromkeys(pairs, 1))


def _alternatives(problem: Problem) -> Iterator[Row]:
    at = {identifier: index for index, identifier in enumerate(problem.proposals.ids)}
    labels: dict[str, list[int]] = defaultdict(list)
    for proposal in problem.round.proposals:
        for label in proposal.alternatives:
            labels[label].append(at[proposal.proposal_id])
    for label, proposals in sorted(labels.items()):
        if len(proposals) > 1:
            yield Row("C9", f"alternatives {label}", None, 1, funded=dict.fromkeys(proposals, 1))


def _requirements(problem: Problem) -> Iterator[Row]:
    at = {identifier: index for index, identifier in enumerate(problem.proposals.ids)}
    for proposal in sorted(problem.round.proposals, key=lambda p: p.proposal_id):
        for needed in proposal.requires:
            subject = f"proposal {proposal.proposal_id} requires {needed}"
            funded = {at[proposal.proposal_id]: 1, at[needed]: -1}
            yield Row("C10", subject, None, 0, funded=funded)


def _hard_targets(problem: Problem) -> Iterator[Row]:
    for target in sorted(problem.round.targets, key=lambda t: t.id):
        if target.strictness == "hard":
            for bound, side in bounds_of(target):
                yield _hard(problem, target, bound, side)


def bounds_of(target: Target) -> Iterator[tuple[str, int]]:
    """Give the names of a target's bounds, each with 1 for a floor and -1 for a cap."""
    for kind in ("share", "amount", "count"):
        for name, side in ((f"min_{kind}", 1), (f"max_{kind}", -1)):
            if getattr(target, name) is not None:
                yield name, side


def limit_of(round_: Round, target: Target, bound: str) -> Fraction:
    """Give a bound as money in base minor units (shares of budget turned into money), or a count.

    A share of the money awarded stays a share.
    """
    value = Fraction(getattr(target, bound))
    if bound.endswith("amount"):
        return value * Fraction(10 ** money.digits_of(round_.currency))
    if bound.endswith("share") and target.of == "budget":
        budgets = budgets_of(round_)
        return value * (budgets[target.pool] if target.pool else sum(budgets.values()))
    return value


def _scope(problem: Problem, target: Target) -> list[int]:
    if target.pool is None:
        return list(range(len(problem.pairs)))
    return np.flatnonzero(problem.pairs.pool == problem.pools.ids.index(target.pool)).tolist()


def _terms(problem: Problem, target: Target, bound: str) -> tuple[Row, int]:
    """Give the row of what a target measures, times a whole scale, and that scale."""
    weights = target_weights(problem.round, target)
    subject = f"target {target.id}"
    scope = _scope(problem, target)
    name = problem.proposals.ids
    owner = problem.pairs.proposal
    weighed = {pair: w for pair in scope if (w := weights.get(name[owner[pair]]))}
    if bound.endswith("count"):
        if target.pool is not None:
            return Row("C11", subject, None, None, grants=dict.fromkeys(weighed, 1)), 1
        funded = dict.fromkeys(sorted({int(owner[pair]) for pair in weighed}), 1)
        return Row("C11", subject, None, None, funded=funded), 1
    scale = lcm(1, *(weight.denominator for weight in weighed.values()))
    terms = {pair: int(weight * scale) for pair, weight in weighed.items()}
    return Row("C11", subject, None, None, money=terms), scale


def _hard(problem: Problem, target: Target, bound: str, side: int) -> Row:
    row, scale = _terms(problem, target, bound)
    limit = limit_of(problem.round, target, bound)
    if bound.endswith("share") and target.of == "awarded":
        share = limit
        terms = {
            pair: (row.money.get(pair, 0) * share.denominator - share.numerator * scale)
            for pair in _scope(problem, target)
        }
        row = Row("C11", row.subject, None, None, money={p: c for p, c in terms.items() if c})
        limit = Fraction(0)
    elif not bound.endswith("count"):
        limit = limit * scale / problem.unit
    low = ceil(limit) if side > 0 else None
    high = floor(limit) if side < 0 else None
    return Row("C11", row.subject, low, high, row.money, row.grants, row.funded)


def soft_bounds(problem: Problem) -> list[SoftBound]:
    """Give the bounds of all soft targets; money in units times the row's scale."""
    found = []
    for target in sorted(problem.round.targets, key=lambda t: t.id):
        if target.strictness != "soft":
            continue
        for bound, side in bounds_of(target):
            row, scale = _terms(problem, target, bound)
            limit = limit_of(problem.round, target, bound)
            if bound.endswith("count"):
                divisor = limit or Fraction(1)
            else:
                one = Fraction(10 ** money.digits_of(problem.round.currency))
                limit, divisor = (
                    limit * scale / problem.unit,
                    (limit or one) * scale / problem.unit,
                )
            weight = Fraction(target.weight)
            found.append(
                SoftBound(target.id, bound, target.priority, weight, row, side, limit, divisor)
            )
    return found


__all__ = [
    "NO_LIMIT",
    "Row",
    "SoftBound",
    "bounds_of",
    "hard_rows",
    "limit_of",
    "organisation_limits",
    "pairs_by",
    "requests_of",
    "soft_bounds",
]
