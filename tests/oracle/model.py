"""A round as exact numbers: whole base minor units and fractions, in PROBLEM.md's symbols."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

Pair = tuple[str, str]
Awards = Mapping[Pair, int]


@dataclass(frozen=True)
class Pool:
    """A pool `p`: its budget B_p, grant sizes lo_p and hi_p, and its terms."""

    id: str
    donor: str
    donor_kind: str
    budget: int
    smallest: int
    largest: int | None
    most_grants: int | None
    share: Fraction | None
    sole_funder: bool
    not_with: frozenset[str]
    terms: Mapping[str, frozenset[str]]
    available_from: date | None
    available_until: date | None
    pay_by: date | None


@dataclass(frozen=True)
class Organisation:
    """An applicant and what is left of its caps (C8) after earlier commitments; None: no cap."""

    id: str
    kind: str
    country: str
    proposals_left: int | None
    money_left: Mapping[str, int]


@dataclass(frozen=True)
class Proposal:
    """A proposal `j`: R_j, m_j, own_j, s_j (None: not scored), K_j and the facts terms ask for."""

    id: str
    organisation: Organisation
    request: int
    minimum: int
    own: int
    score: Fraction | None
    tier: int | None
    most_funders: int | None
    labels: frozenset[str]
    requires: tuple[str, ...]
    submitted: bool
    sector: str
    regions: Mapping[str, Fraction]
    groups: frozenset[str]
    sdgs: frozenset[str]
    priority_areas: frozenset[str]
    accepts_donor_kinds: frozenset[str]
    refuses_donors: frozenset[str]


@dataclass(frozen=True)
class Bound:
    """One bound of one target, as `Σ weight × x` at least (a floor) or at most (a cap) `limit`.

    `x` is the money of a proposal in base minor units, or 1 for a funded proposal when `counted`;
    with a `pool`, only what that pool awards. A share of what is awarded has its share taken off
    every weight and the limit 0. `priority` is None for a hard bound.
    """

    target: str
    pool: str | None
    counted: bool
    floor: bool
    weights: Mapping[str, Fraction]
    limit: Fraction
    priority: int | None
    importance: Fraction
    unit: Fraction

    def distance(self, awards: Awards) -> Fraction:
        """How far past the bound the awards are; 0 when it holds."""
        money: dict[str, int] = {}
        for (pool, proposal), amount in awards.items():
            if amount and self.pool in (None, pool):
                money[proposal] = money.get(proposal, 0) + amount
        value = sum(
            (self.weights[j] * (1 if self.counted else money[j]) for j in money), Fraction(0)
        )
        return max(Fraction(0), self.limit - value if self.floor else value - self.limit)

    def shortfall(self, awards: Awards) -> Fraction:
        """The distance divided by the bound; by one major unit or one proposal if it is 0 (L1)."""
        return self.distance(awards) / (self.limit or self.unit)


@dataclass(frozen=True)
class Round:
    """A round read for enumeration.

    `awardable` holds the pairs of E that no row forbids (C7); `pins` and `accepted` the pairs of
    C12 with their amounts; `scores` the s_pj of every scored pair; `preferences` those not 0.
    """

    major: int
    step: int
    per_project: bool
    pools: Mapping[str, Pool]
    proposals: Mapping[str, Proposal]
    organisations: Mapping[str, Organisation]
    verdicts: Mapping[Pair, str]
    awardable: frozenset[Pair]
    pins: Mapping[Pair, int | None]
    accepted: Mapping[Pair, int]
    scores: Mapping[Pair, Fraction]
    preferences: Mapping[Pair, Fraction]
    bounds: tuple[Bound, ...]
