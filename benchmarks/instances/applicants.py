"""Organisations and their proposals, drawn: skewed sizes, places, kinds and scores."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.instances.shapes import Family, Size
from benchmarks.instances.words import (
    ABROAD,
    CURRENCIES,
    GROUPS,
    KINDS,
    RATES,
    REGIONS,
    SECTORS,
    Flags,
    Floats,
    Integers,
    base_even,
    below,
    dice,
    drawn,
    falling,
)

PER_ORGANISATION = 1.7
"""Proposals per organisation, on average."""
SMALLEST, LARGEST = 2_000, 150_000
"""Requests in whole units of the base currency."""
THRESHOLD = 500
"""The score, in tenths, from which a proposal may be funded."""


@dataclass(frozen=True)
class Organisations:
    """A row for each; `kind` in `KINDS`, `country` in `ABROAD` or -1, `budget` in base units."""

    kind: Integers
    country: Integers
    budget: Integers

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Proposals:
    """A row for each proposal.

    `requested`, `minimum` (-1: blank) and `own` are whole units of `currency`. `sector` and
    `region` are positions in `SECTORS` and `REGIONS`, `second` another region or -1,
    `second_share` its tenths or -1 where shares are not given; `groups` flags over `GROUPS`;
    `score` in tenths.
    """

    organisation: Integers
    currency: Integers
    requested: Integers
    minimum: Integers
    own: Integers
    sector: Integers
    sector_code: list[str]
    region: Integers
    region_code: list[str]
    second: Integers
    second_code: list[str]
    second_share: Integers
    groups: Flags
    score: Integers
    funders: Integers

    def __len__(self) -> int:
        return len(self.organisation)

    @cached_property
    def base_request(self) -> Integers:
        """Give the requests in base minor units."""
        return base_even(self.requested, self.currency)

    @cached_property
    def base_minimum(self) -> Integers:
        """Give the least that each can work with in base minor units; all of it where blank."""
        least = np.where(self.minimum < 0, self.requested, self.minimum)
        return base_even(least, self.currency)

    @cached_property
    def base_own(self) -> Integers:
        """Give the own contributions in base minor units."""
        return base_even(self.own, self.currency)

    @property
    def enough(self) -> Flags:
        """Say which proposals reach the threshold."""
        return self.score >= THRESHOLD


def draw_organisations(size: Size, seed: int) -> Organisations:
    roll = dice(seed, "organisations")
    count = max(2, round(size.proposals / PER_ORGANISATION))
    kind = drawn(roll, KINDS, count)
    foreign = kind == list(KINDS).index("international_ngo")
    country = np.where(foreign, drawn(roll, ABROAD, count), -1)
    budget = np.exp(roll.normal(np.log(160_000), 0.9, count)) * np.where(foreign, 4, 1)
    return Organisations(kind, country, np.maximum(budget, 15_000).astype(np.int64) // 1000 * 1000)


def draw_proposals(family: Family, size: Size, seed: int, owners: Organisations) -> Proposals:
    roll, count = dice(seed, "proposals"), size.proposals
    organisation = _owners(roll, count, len(owners))
    foreign = owners.country[organisation] >= 0
    currency = np.where(
        roll.random(count) < np.where(foreign, 0.6, 0.06), roll.integers(1, 3, count), 0
    )
    base = np.exp(roll.normal(np.log(24_000), 0.75, count)) * np.where(foreign, 1.6, 1.0)
    requested = _rounded(np.clip(base, SMALLEST, LARGEST), currency)
    part = roll.uniform(0.5, 1.0, count)
    minimum = np.where(roll.random(count) < family.whole, -1, -(-requested * part // 10) * 10)
    minimum = np.minimum(minimum.astype(np.int64), requested)
    own = np.where(roll.random(count) < 0.55, requested * roll.uniform(0.05, 0.3, count), 0)
    own = own.astype(np.int64) // 10 * 10
    sector = roll.choice(len(SECTORS), count, p=falling(len(SECTORS), 0.16))
    region = roll.choice(len(REGIONS), count, p=falling(len(REGIONS), 0.33))
    second, second_share = _second_regions(roll, region)
    districts = below(REGIONS, sectors=False)
    return Proposals(
        organisation=organisation,
        currency=currency,
        requested=requested,
        minimum=minimum,
        own=own,
        sector=sector,
        sector_code=_codes(roll, below(SECTORS, sectors=True), sector),
        region=region,
        region_code=_codes(roll, districts, region),
        second=second,
        second_code=_codes(roll, districts, second),
        second_share=second_share,
        groups=_groups(roll, count),
        score=np.rint(1000 * roll.beta(5.0, 2.5, count)).astype(np.int64),
        funders=_funders(roll, count) if family.decided else np.full(count, -1),
    )


def _owners(roll: np.random.Generator, proposals: int, organisations: int) -> Integers:
    """Give every organisation a proposal, and the others to some more than to others."""
    appetite = 1.0 / (np.arange(organisations) + organisations / 4)
    more = roll.choice(organisations, proposals - organisations, p=appetite / appetite.sum())
    return roll.permutation(np.concatenate([np.arange(organisations), more]))


def _rounded(base: Floats, currency: Integers) -> Integers:
    """Give amounts as people ask for them: in their currency, to 10 units, half of them to 500."""
    amount = base * 10_000 / RATES[currency]
    step = np.where(np.arange(len(base)) % 2 == 0, 10, 500)
    rounded: Integers = np.maximum(step, np.rint(amount / step) * step).astype(np.int64)
    return rounded


def _second_regions(roll: np.random.Generator, region: Integers) -> tuple[Integers, Integers]:
    count = len(region)
    other = (region + roll.integers(1, len(REGIONS), count)) % len(REGIONS)
    second = np.where(roll.random(count) < 0.12, other, -1)
    share = np.where(roll.random(count) < 0.5, roll.integers(1, 10, count), -1)
    return second, np.where(second >= 0, share, -1)


def _groups(roll: np.random.Generator, count: int) -> Flags:
    flags = np.zeros((count, len(GROUPS)), np.bool_)
    rows = np.arange(count)
    flags[rows, drawn(roll, GROUPS, count)] = True
    also = roll.random(count) < 0.3
    flags[rows[also], drawn(roll, GROUPS, int(also.sum()))] = True
    flags[roll.random(count) < 0.15] = False
    return flags


def _funders(roll: np.random.Generator, count: int) -> Integers:
    """Give some proposals a limit of their own on how many pools pay them."""
    return np.where(roll.random(count) < 0.15, roll.integers(1, 3, count), -1)


def _codes(roll: np.random.Generator, below_: list[list[str]], at: Integers) -> list[str]:
    dice_ = roll.random(len(at)).tolist()
    return [
        "" if place < 0 else below_[place][int(number * len(below_[place]))]
        for place, number in zip(at.tolist(), dice_, strict=True)
    ]


__all__ = ["CURRENCIES", "Organisations", "Proposals", "draw_organisations", "draw_proposals"]
