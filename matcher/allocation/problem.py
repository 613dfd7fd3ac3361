"""The arrays that every allocation rule works on, all in whole units of money.

A unit is the grant step, or one minor unit where there is none. Pools and proposals stand in
code-point order of their ids; pairs (pool, proposal) are those that may be awarded (PROBLEM.md, E)
and those that a pin or an acceptance names, sorted by proposal and then by pool.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher import money
from matcher.allocation.pairs import PairTerms, pair_terms_of
from matcher.allocation.weights import target_weights
from matcher.domain import Round
from matcher.eligibility import EligibilityTable, Verdict
from matcher.scores import SCALE, scaled, scores_of

Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]
NO_LIMIT = 2**62
LARGE = 50_000
"""From more pairs than these on, what grows with their square or needs solving is left out."""
NO_TIER = 2**31 - 1
"""Where a blank tier stands: after every given one."""


@dataclass(frozen=True)
class Pools:
    """A row for each pool; `budget`, `least` and `most` in units, `share` exact."""

    ids: tuple[str, ...]
    budget: Integers
    least: Integers
    most: Integers
    grants: Integers
    share: tuple[Fraction, ...]
    alone: Flags
    apart: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class Proposals:
    """A row for each proposal; `request` and `minimum` in units, `own` in minor units.

    `score` is in ten-thousandths, -1 where there is none; `submitted` says that its status allows
    funding, `eligible_score` that it is scored at or above the threshold.
    """

    ids: tuple[str, ...]
    organisation: tuple[str, ...]
    request: Integers
    minimum: Integers
    own: Integers
    funders: Integers
    score: Integers
    tier: Integers
    submitted: Flags
    eligible_score: Flags

    def some(self, kept: Integers) -> "Proposals":
        """Give the rows at the positions `kept`."""
        arrays = {
            name: value[kept] for name, value in vars(self).items() if isinstance(value, np.ndarray)
        }
        ids = tuple(self.ids[j] for j in kept)
        organisation = tuple(self.organisation[j] for j in kept)
        return replace(self, ids=ids, organisation=organisation, **arrays)


@dataclass(frozen=True)
class Pairs:
    """A row for each pair; `fixed` in units, 0 where a pin names no amount, -1 without one.

    `allowed` is False for a pair that a pin or acceptance names but that may not be awarded.
    """

    pool: Integers
    proposal: Integers
    score: Integers
    preference: Integers
    allowed: Flags
    pinned: Flags
    accepted: Flags
    fixed: Integers

    def __len__(self) -> int:
        return len(self.pool)


@dataclass(frozen=True)
class Problem:
    """A round as arrays. `unit` is the number of base minor units in a unit of money."""

    round: Round
    unit: int
    pools: Pools
    proposals: Proposals
    pairs: Pairs
    before_terms: Flags
    """Pools × proposals: awardable before pair terms and needs_review are looked at."""

    @cached_property
    def weights(self) -> Mapping[str, Mapping[str, Fraction]]:
        """Give, for each target id, the proposals that it weighs above 0, with their weights."""
        return {target.id: target_weights(self.round, target) for target in self.round.targets}

    def awards(self, amounts: Integers) -> dict[tuple[str, str], int]:
        """Give positive amounts of pairs, in units, as (pool id, proposal id) → minor units."""
        return {
            (
                self.pools.ids[self.pairs.pool[pair]],
                self.proposals.ids[self.pairs.proposal[pair]],
            ): int(amounts[pair]) * self.unit
            for pair in np.flatnonzero(amounts)
        }

    def narrowed(self, proposals: Integers) -> tuple["Problem", Integers]:
        """Give the problem of some proposals alone, and the positions of its pairs in this one."""
        at = np.full(len(self.proposals.ids), -1, np.int64)
        at[proposals] = np.arange(len(proposals))
        kept = np.flatnonzero(at[self.pairs.proposal] >= 0)
        pairs = Pairs(**{name: value[kept] for name, value in vars(self.pairs).items()})
        return (
            replace(
                self,
                proposals=self.proposals.some(proposals),
                pairs=replace(pairs, proposal=at[pairs.proposal]),
                before_terms=self.before_terms[:, proposals],
            ),
            kept,
        )

    def amounts(self, awards: Mapping[tuple[str, str], int]) -> Integers:
        """Give awards as an array over the pairs, in units; what is no pair is left out."""
        pools = {identifier: at for at, identifier in enumerate(self.pools.ids)}
        proposals = {identifier: at for at, identifier in enumerate(self.proposals.ids)}
        amounts = np.zeros(len(self.pairs), np.int64)
        known = [
            (proposals[proposal] * len(pools) + pools[pool], amount // self.unit)
            for (pool, proposal), amount in awards.items()
            if pool in pools and proposal in proposals
        ]
        if not known or not len(self.pairs):
            return amounts
        wanted, units = np.array(known, np.int64).T
        place = self.pairs.proposal * len(pools) + self.pairs.pool
        at = np.minimum(np.searchsorted(place, wanted), len(place) - 1)
        there = place[at] == wanted
        amounts[at[there]] = units[there]
        return amounts


def unit_of(round_: Round) -> int:
    """Give the grant step in base minor units, or 1."""
    step = round_.policy.grant_step
    return 1 if step is None else money.minor(step, round_.currency)


def problem_of(round_: Round, eligibility: EligibilityTable) -> Problem:
    """Build the arrays of a round: convert, hold back, step and select (PROBLEM.md, Sets)."""
    unit = unit_of(round_)
    pools = _pools(round_, unit)
    proposals = _proposals(round_, unit)
    terms = pair_terms_of(round_, pools.ids, proposals.ids)
    verdicts = eligibility.verdicts
    held = (verdicts == Verdict.needs_review) & (round_.policy.needs_review == "hold")
    open_ = (verdicts != Verdict.ineligible) & ~held
    enough = proposals.submitted & proposals.eligible_score
    by_rules = open_ & enough[None, :]
    barred = np.zeros_like(by_rules)
    if eligibility.regulation is not None:
        barred = eligibility.regulation == Verdict.ineligible
    barred |= eligibility.refused_by_applicant
    pinnable = (proposals.submitted & (proposals.score >= 0))[None, :] & ~barred
    allowed = (by_rules | (terms.pinned & pinnable)) & ~terms.barred
    named = terms.pinned | terms.accepted
    return Problem(
        round=round_,
        unit=unit,
        pools=pools,
        proposals=proposals,
        pairs=_pairs(allowed, named, terms, proposals, unit),
        before_terms=by_rules,
    )


def budgets_of(round_: Round) -> dict[str, int]:
    """Give each pool's B_p in base minor units: converted down, less the hold-back, stepped."""
    unit = unit_of(round_)
    found: dict[str, int] = {}
    for pool in round_.pools:
        whole = money.down(_in_base(round_, pool.budget, pool.currency))
        kept = money.up(Fraction(pool.hold_back_share or 0) * whole)
        found[pool.pool_id] = money.down(whole - kept, unit)
    return found


def requests_of(round_: Round) -> dict[str, int]:
    """Give each proposal's request in base minor units, converted half-even, not stepped."""
    return {
        p.proposal_id: money.half_even(_in_base(round_, p.requested, p.currency))
        for p in round_.proposals
    }


def _in_base(round_: Round, amount: Decimal | None, currency: str) -> Fraction:
    """Give an amount in base minor units, exact; nothing where there is no amount."""
    if amount is None:
        return Fraction(0)
    return money.exchange(amount, round_.currency, round_.rate(currency))


def _pools(round_: Round, unit: int) -> Pools:
    pools = sorted(round_.pools, key=lambda pool: pool.pool_id)
    budgets = budgets_of(round_)
    policy, base = round_.policy, round_.currency
    floor_ = 0 if policy.min_award is None else money.minor(policy.min_award, base)
    least, most = [], []
    for pool in pools:
        low = money.up(_in_base(round_, pool.min_grant, pool.currency))
        least.append(max(1, money.up(max(low, floor_), unit) // unit))
        if pool.max_grant is None:
            most.append(NO_LIMIT)
        else:
            high = money.down(_in_base(round_, pool.max_grant, pool.currency))
            most.append(high // unit)
    kinds = {donor.donor_id: donor.kind for donor in round_.donors}
    owners = [{pool.donor_id, kinds[pool.donor_id]} for pool in pools]
    return Pools(
        ids=tuple(pool.pool_id for pool in pools),
        budget=np.array([budgets[pool.pool_id] // unit for pool in pools], np.int64),
        least=np.array(least, np.int64),
        most=np.array(most, np.int64),
        grants=np.array(
            [NO_LIMIT if p.max_grants is None else p.max_grants for p in pools], np.int64
        ),
        share=tuple(
            Fraction(1 if p.max_project_share is None else p.max_project_share) for p in pools
        ),
        alone=np.array([pool.sole_funder for pool in pools], np.bool_),
        apart=tuple(
            (first, second)
            for first in range(len(pools))
            for second in range(first + 1, len(pools))
            if not owners[second].isdisjoint(pools[first].not_with)
            or not owners[first].isdisjoint(pools[second].not_with)
        ),
    )


def _proposals(round_: Round, unit: int) -> Proposals:
    proposals = sorted(round_.proposals, key=lambda proposal: proposal.proposal_id)
    policy, scores = round_.policy, scores_of(round_)
    requests = requests_of(round_)
    request, minimum, own = [], [], []
    for proposal in proposals:
        asked = requests[proposal.proposal_id] // unit
        request.append(asked)
        if proposal.minimum is None:
            minimum.append(asked)
        else:
            least = money.half_even(_in_base(round_, proposal.minimum, proposal.currency))
            minimum.append(min(money.up(least, unit) // unit, asked))
        beside = (proposal.own_contribution or Decimal(0)) + (proposal.other_funding or Decimal(0))
        own.append(money.half_even(_in_base(round_, beside, proposal.currency)))
    policy_funders = policy.max_funders_per_proposal
    score = np.array(
        [-1 if scores[p.proposal_id] is None else scores[p.proposal_id] for p in proposals],
        np.int64,
    )
    threshold = 0 if policy.score_threshold is None else scaled(policy.score_threshold)
    return Proposals(
        ids=tuple(p.proposal_id for p in proposals),
        organisation=tuple(p.org_id for p in proposals),
        request=np.array(request, np.int64),
        minimum=np.array(minimum, np.int64),
        own=np.array(own, np.int64),
        funders=np.array(
            [
                min(
                    NO_LIMIT if policy_funders is None else policy_funders,
                    NO_LIMIT if p.max_funders is None else p.max_funders,
                )
                for p in proposals
            ],
            np.int64,
        ),
        score=score,
        tier=np.array([NO_TIER if p.tier is None else p.tier for p in proposals], np.int64),
        submitted=np.array([p.status == "submitted" for p in proposals], np.bool_),
        eligible_score=score >= threshold,
    )


def _pairs(
    allowed: Flags, named: Flags, terms: PairTerms, proposals: Proposals, unit: int
) -> Pairs:
    columns, rows = np.nonzero((allowed | named).T)
    score = np.maximum(proposals.score[columns], 0)
    preference = np.zeros(len(rows), np.int64)
    fixed = np.full(len(rows), -1, np.int64)
    at = {(int(p), int(j)): i for i, (p, j) in enumerate(zip(rows, columns, strict=True))}
    for cell, (own_score, preferred, amount) in terms.numbers.items():
        if cell in at:
            pair = at[cell]
            score[pair] = score[pair] if own_score is None else own_score
            preference[pair] = preferred
            if named[cell]:
                fixed[pair] = 0 if amount is None else amount // unit
    return Pairs(
        pool=rows.astype(np.int64),
        proposal=columns.astype(np.int64),
        score=score,
        preference=preference,
        allowed=allowed[rows, columns],
        pinned=terms.pinned[rows, columns],
        accepted=terms.accepted[rows, columns],
        fixed=fixed,
    )


__all__ = [
    "LARGE",
    "NO_LIMIT",
    "NO_TIER",
    "SCALE",
    "Pairs",
    "Pools",
    "Problem",
    "Proposals",
    "problem_of",
]
