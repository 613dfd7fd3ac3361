"""Targets that bind and can be met: each asks for what lies between two plans.

One plan goes by score alone, the other puts first what the targets wish for. What is asked of a
hard target is nearer to the second, which meets it; the first shows that merit alone would not.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np

from benchmarks.instances.applicants import Organisations, Proposals
from benchmarks.instances.pools import Pairs
from benchmarks.instances.words import CAPITAL, GROUPS, KINDS, REGIONS, SECTORS, Flags, Integers

BENT = Fraction(3, 5)
"""How far towards the second plan a target asks."""
RETURN = ("AZ-ER-KARABAKH", "AZ-ER-EAST-ZANGEZUR")


@dataclass(frozen=True)
class Wish:
    """A hard target without its limit: a floor (`side` 1) or a cap (-1) on what `where` weighs.

    `bound` is share, amount or count; `of` the money that a share is taken of; `within` says that
    it speaks of one pool.
    """

    name: str
    where: Mapping[str, tuple[str, ...]]
    side: int
    bound: str
    of: str = "budget"
    within: bool = False


OUTSIDE = {"not_region": (REGIONS[CAPITAL],)}
CAPPED = (Wish("not-youth-alone", {"group": ("youth",)}, -1, "share"),)
NATIONAL = (Wish("outside-the-capital", OUTSIDE, 1, "share"), *CAPPED)
EVERYTHING = (
    Wish("outside-the-capital", OUTSIDE, 1, "share"),
    Wish("women-and-girls", {"group": ("women_girls",)}, 1, "share", "awarded"),
    Wish("work-from-abroad", {"applicant_kind": ("international_ngo",)}, -1, "share", "awarded"),
    Wish("return", {"region": RETURN}, 1, "count"),
    Wish("rural", {"group": ("rural_poor",)}, 1, "amount"),
    Wish("not-schools-alone", {"sector": ("111", "112", "113", "114")}, -1, "amount"),
    Wish("media", {"applicant_kind": ("media",)}, -1, "count"),
    Wish("one-pool-outside", OUTSIDE, 1, "share", "awarded", within=True),
    Wish("one-pool-youth", {"group": ("youth",)}, -1, "count", within=True),
    Wish("one-pool-health", {"sector": ("122", "130")}, -1, "share", within=True),
)


WISHES = {"capped": CAPPED, "national": NATIONAL, "everything": EVERYTHING}


@dataclass(frozen=True)
class Measure:
    """What plans come to: amounts over the pairs in units of `unit` base minor units."""

    unit: int
    owners: Organisations
    proposals: Proposals
    pairs: Pairs
    budget: Integers

    def weights(self, where: Mapping[str, tuple[str, ...]]) -> Integers:
        """Give w_j in tenths; regions weigh by their shares (PROBLEM.md, Targets)."""
        tenths = np.full(len(self.proposals), 10)
        for key, codes in where.items():
            tenths = np.minimum(tenths, _KEYS[key](self, codes))
        return tenths

    def of_regions(self, codes: Sequence[str]) -> Integers:
        here = np.array([region in codes for region in REGIONS])
        rows = self.proposals
        share = np.where(rows.second < 0, 0, np.where(rows.second_share < 0, 5, rows.second_share))
        tenths: Integers = here[rows.region] * (10 - share) + here[rows.second] * share
        return tenths

    def of_groups(self, codes: Sequence[str]) -> Integers:
        at = [list(GROUPS).index(code) for code in codes]
        found: Flags = np.any(self.proposals.groups[:, at], axis=1)
        return found * np.int64(10)

    def of_sectors(self, codes: Sequence[str]) -> Integers:
        return np.isin(np.array(SECTORS)[self.proposals.sector], codes) * 10

    def of_kinds(self, codes: Sequence[str]) -> Integers:
        return np.isin(np.array(list(KINDS))[self.owners.kind], codes)[self._owner()] * 10

    def _owner(self) -> Integers:
        return self.proposals.organisation

    def value(self, wish: Wish, amounts: Integers, pool: int | None) -> Fraction:
        """Give the share, the money in base minor units or the count that a plan comes to."""
        inside = np.ones(len(self.pairs), np.bool_) if pool is None else self.pairs.pool == pool
        weight = self.weights(wish.where)[self.pairs.proposal]
        if wish.bound == "count":
            return Fraction(len(np.unique(self.pairs.proposal[inside & (weight * amounts > 0)])))
        money = Fraction(int((weight * amounts)[inside].sum()) * self.unit, 10)
        if wish.bound == "amount":
            return money
        awarded = int(amounts[inside].sum()) * self.unit
        budget = int(self.budget.sum() if pool is None else self.budget[pool])
        return money / max(1, budget if wish.of == "budget" else awarded)


_KEYS: Mapping[str, Callable[[Measure, Sequence[str]], Integers]] = {
    "region": Measure.of_regions,
    "not_region": lambda measure, codes: 10 - measure.of_regions(codes),
    "group": Measure.of_groups,
    "sector": Measure.of_sectors,
    "applicant_kind": Measure.of_kinds,
}


def bent_order(measure: Measure, wishes: Sequence[Wish], score: Integers) -> Integers:
    """Give the proposals in the order that the wishes would have, then by score."""
    pull = np.zeros(len(score), np.int64)
    for wish in wishes:
        if not wish.within:
            pull += wish.side * measure.weights(wish.where)
    return np.lexsort((-score, -pull))


def hard_targets(
    measure: Measure, wishes: Sequence[Wish], free: Integers, bent: Integers, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Give the wishes as rows of `targets`, each with a limit that the `bent` plan meets."""
    found = []
    for wish in wishes:
        pool = _busiest(measure, wish, free, bent) if wish.within else None
        reached = measure.value(wish, bent, pool)
        asked = reached + (measure.value(wish, free, pool) - reached) * (1 - BENT)
        asked = min(asked, reached) if wish.side > 0 else max(asked, reached)
        row: dict[str, Any] = {"id": wish.name, "where": _lists(wish.where)}
        if pool is not None:
            row["pool"] = names[pool]
        row[f"{'min' if wish.side > 0 else 'max'}_{wish.bound}"] = _limit(wish, asked)
        if wish.bound == "share":
            row["of"] = wish.of
        found.append({**row, "strictness": "hard"})
    return found


def _busiest(measure: Measure, wish: Wish, free: Integers, bent: Integers) -> int:
    """Give the pool where the two plans differ most in what is wished for, of those with grants."""
    pools = len(measure.budget)
    grants = np.bincount(measure.pairs.pool[bent > 0], minlength=pools)
    many = np.flatnonzero(grants >= min(5, grants.max()))[:200]
    ahead = [
        wish.side * (measure.value(wish, bent, p) - measure.value(wish, free, p))
        for p in many.tolist()
    ]
    return int(many[max(range(len(many)), key=lambda at: ahead[at])])


def _lists(where: Mapping[str, tuple[str, ...]]) -> dict[str, list[str]]:
    return {key: list(codes) for key, codes in where.items()}


def _limit(wish: Wish, value: Fraction) -> str:
    """Round a limit to what people write, always to the side that is easier to meet."""
    rounded = floor if wish.side > 0 else ceil
    if wish.bound == "count":
        return str(rounded(value))
    if wish.bound == "amount":
        return str(rounded(value / 100_000) * 1_000)
    return f"{rounded(value * 1000) / 1000:.3f}"


def soft_targets(measure: Measure, bent: Integers) -> list[dict[str, Any]]:
    """Give soft targets of two priorities; the first asks for more than all requests come to."""
    proposals = measure.proposals
    asked = proposals.base_request * proposals.enough
    disability = measure.weights({"group": ("disability",)}) > 0
    climate = Wish("climate", {"sector": ("410", "311")}, 1, "share")
    idps = Wish("displaced", {"group": ("idps",)}, 1, "count")
    academic = Wish("academic", {"applicant_kind": ("academic",)}, -1, "share")
    more = measure.value(climate, bent, None) * Fraction(5, 4)
    count = measure.value(idps, bent, None) * Fraction(6, 5)
    share = measure.value(academic, bent, None) * Fraction(4, 5)
    whole = int((asked * disability).sum()) * Fraction(6, 5)
    rows: list[tuple[str, Mapping[str, tuple[str, ...]], str, str, int, str]] = [
        ("disability", {"group": ("disability",)}, "min_amount",
         _limit(replace(climate, bound="amount"), whole), 1, "1"),
        ("displaced", idps.where, "min_count", _limit(idps, count), 2, "1"),
        ("climate", climate.where, "min_share", _limit(climate, more), 2, "0.5"),
        ("academic", academic.where, "max_share", _limit(academic, share), 2, "0.5"),
    ]  # fmt: skip
    return [
        {"id": name, "where": _lists(where), bound: limit, "strictness": "soft",
         "priority": str(priority), "weight": weight}
        for name, where, bound, limit, priority, weight in rows
    ]  # fmt: skip
