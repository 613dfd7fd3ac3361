"""Donors and their pools, drawn: skewed budgets, grant sizes, and terms of a wanted breadth."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.instances.applicants import Organisations, Proposals
from benchmarks.instances.shapes import Family, Size
from benchmarks.instances.words import (
    CAPITAL,
    DONOR_KINDS,
    KINDS,
    RATES,
    REGIONS,
    SECTORS,
    Flags,
    Integers,
    base_down,
    base_up,
    dice,
    drawn,
)

NONE = -1
MIN_GRANTS, MAX_GRANTS = (2_000, 3_000, 5_000, 8_000, 10_000), (15_000, 20_000, 25_000, 40_000)
"""Sizes of a single grant that pools ask for, in whole units of the base currency."""
SHARES = (50, 60, 70, 75, 80, 90)
"""The largest shares of a project that a pool may pay, in percent."""
KIND_TERMS = (
    ("public_union", "foundation"),
    ("public_union", "foundation", "initiative_group"),
    ("public_union", "foundation", "academic", "media"),
    ("public_union", "foundation", "international_ngo"),
    ("academic", "media", "foundation", "international_ngo"),
)
TYPICAL_GRANT = 14_000
"""What a grant comes to, roughly; from it follows how many a pool with a limit makes."""


@dataclass(frozen=True)
class Terms:
    """What a pool asks of proposals; empty = any. `capital` is False where it is excluded."""

    sectors: tuple[int, ...]
    regions: tuple[int, ...]
    capital: bool
    kinds: tuple[str, ...]
    home_only: bool


@dataclass(frozen=True)
class Pools:
    """A row for each pool; amounts in whole units of its currency, `NONE` where there is no limit.

    `hold_back` and `share` are in percent.
    """

    donor: Integers
    donor_kind: Integers
    currency: Integers
    budget: Integers
    hold_back: Integers
    least: Integers
    most: Integers
    grants: Integers
    share: Integers
    alone: Flags
    terms: list[Terms]

    def __len__(self) -> int:
        return len(self.donor)

    @cached_property
    def base_budget(self) -> Integers:
        """Give the budgets less their hold-back in base minor units."""
        whole = base_down(self.budget, self.currency)
        return whole + -whole * self.hold_back // 100

    @cached_property
    def base_least(self) -> Integers:
        """Give the smallest grants in base minor units."""
        return np.where(self.least == NONE, 0, base_up(self.least, self.currency))

    @cached_property
    def base_most(self) -> Integers:
        """Give the largest grants in base minor units."""
        return np.where(self.most == NONE, 2**62, base_down(self.most, self.currency))


@dataclass(frozen=True)
class Pairs:
    """The pairs whose terms pass, sorted by proposal and then by pool."""

    pool: Integers
    proposal: Integers

    def __len__(self) -> int:
        return len(self.pool)


def draw_pools(
    family: Family, size: Size, seed: int, owners: Organisations, proposals: Proposals
) -> tuple[Pools, Pairs]:
    """Draw the pools of a round, and the pairs that their terms let pass."""
    roll, count = dice(seed, "pools"), size.pools
    donors = max(2, round(count * 0.7))
    donor = np.concatenate([np.arange(donors), roll.integers(0, donors, count - donors)])
    donor_kind = drawn(roll, DONOR_KINDS, donors)
    currency = roll.choice(3, count, p=(0.7, 0.18, 0.12))
    weight = np.exp(roll.normal(0, family.spread, count))
    total = proposals.base_request.sum() / 100 / family.tightness
    base = np.maximum(weight / weight.sum() * total, 6_000)
    budget = np.rint(base * 10_000 / RATES[currency] / 100).astype(np.int64) * 100
    hold_back = np.where(roll.random(count) < 0.1, 5, 0)
    least = _limit(roll, MIN_GRANTS, 0.7, currency, count)
    least = np.where(least * 3 > budget, NONE, least)
    most = _limit(roll, MAX_GRANTS, family.largest_grant, currency, count)
    grants = np.maximum(2, np.rint(base / TYPICAL_GRANT * roll.uniform(0.7, 1.1, count)))
    terms, pairs = _draw_terms(roll, size, owners, proposals)
    grants = np.where(roll.random(count) < 0.35, grants, NONE).astype(np.int64)
    share = np.where(roll.random(count) < family.shared, roll.choice(SHARES, count), 100)
    alone = roll.random(count) < (0.06 if family.decided else 0.0)
    pools = Pools(
        donor, donor_kind, currency, budget, hold_back, least, most, grants, share, alone, terms
    )
    return pools, pairs


def _limit(
    roll: np.random.Generator, sizes: tuple[int, ...], often: float, currency: Integers, count: int
) -> Integers:
    amount = roll.choice(sizes, count) * 10_000 / RATES[currency]
    rounded = np.rint(amount / 500).astype(np.int64) * 500
    return np.where(roll.random(count) < often, rounded, NONE)


def _draw_terms(
    roll: np.random.Generator, size: Size, owners: Organisations, proposals: Proposals
) -> tuple[list[Terms], Pairs]:
    """Draw terms so that each pool lets a share of the proposals pass, on average the density."""
    breadth = np.exp(roll.normal(0, 0.5, size.pools))
    breadth = np.minimum(size.density * breadth / breadth.mean(), 0.8)
    terms, passing = [], []
    for share in breadth.tolist():
        term, passes = _draw_term(roll, share, owners, proposals)
        terms.append(term)
        passing.append(np.flatnonzero(passes))
    pool = np.repeat(np.arange(size.pools), [len(part) for part in passing])
    proposal = np.concatenate(passing)
    order = np.lexsort((pool, proposal))
    return terms, Pairs(pool[order], proposal[order])


def _draw_term(
    roll: np.random.Generator, share: float, owners: Organisations, proposals: Proposals
) -> tuple[Terms, Flags]:
    kinds = KIND_TERMS[roll.integers(len(KIND_TERMS))] if roll.random() < 0.4 else ()
    home_only = bool(roll.random() < 0.3)
    passes = np.ones(len(owners), np.bool_)
    if kinds:
        passes &= np.isin(owners.kind, [list(KINDS).index(kind) for kind in kinds])
    if home_only:
        passes &= owners.country < 0
    flags = passes[proposals.organisation]
    where, capital = _draw_regions(roll, share / max(flags.mean(), 0.01))
    open_ = np.ones(len(REGIONS), np.bool_)
    if where:
        open_[:] = False
        open_[list(where)] = True
    open_[CAPITAL] &= capital
    second = proposals.second
    flags = flags & open_[proposals.region] & ((second < 0) | open_[second])
    order = roll.permutation(len(SECTORS))
    reached = np.cumsum(np.bincount(proposals.sector[flags], minlength=len(SECTORS))[order])
    needed = int(np.searchsorted(reached, share * len(proposals))) + 1
    if needed >= len(SECTORS):
        return Terms((), where, capital, kinds, home_only), flags
    if needed > 1 and reached[needed - 1] + reached[needed - 2] > 2 * share * len(proposals):
        needed -= 1
    chosen = tuple(sorted(order[:needed].tolist()))
    found = flags & np.isin(proposals.sector, chosen)
    return Terms(chosen, where, capital, kinds, home_only), found


def _draw_regions(roll: np.random.Generator, least: float) -> tuple[tuple[int, ...], bool]:
    """Draw regions that hold at least a share of all work, roughly; and whether the capital may."""
    chance = roll.random()
    if (chance < 0.35 and least > 0.08) or least > 0.7:
        return (), True
    if chance < 0.5 and 0.08 < least < 0.5:
        return (), False
    count = len(REGIONS)
    fewest = min(count - 1, int(least * count) + 2)
    most = min(count, fewest * 3)
    chosen = roll.choice(count, int(roll.integers(fewest, most)), replace=False)
    return tuple(sorted(chosen.tolist())), True


__all__ = ["NONE", "Pairs", "Pools", "Terms", "draw_pools"]
