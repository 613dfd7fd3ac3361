"""What donors, applicants and the board have said before a round is run, drawn."""

from dataclasses import dataclass, field

import numpy as np

from benchmarks.instances.applicants import Organisations, Proposals
from benchmarks.instances.pools import Pairs, Pools
from benchmarks.instances.words import DONOR_KINDS, Flags, Integers, dice

BARRING = ("forbid", "declined", "conflict")


@dataclass(frozen=True)
class Decisions:
    """Everything that is said of pairs, proposals and organisations beyond terms and amounts.

    `status` names a position in `BARRING` for each pair, or -1; `own_score` (tenths) and
    `preference` are -1 where none is given; `wide` holds (donor, organisation) in conflict.
    `labels` are the proposals that exclude each other, `requires` says which proposal each needs
    (-1: none), `tier` is 0 where blank. `commitments` hold (organisation, whole base units).
    `apart` holds the donors or kinds that each pool does not share a proposal with.
    """

    status: Integers
    own_score: Integers
    preference: Integers
    tier: Integers
    requires: Integers
    accepts: Integers
    refuses: Integers
    wide: list[tuple[int, int]] = field(default_factory=list)
    labels: list[list[int]] = field(default_factory=list)
    commitments: list[tuple[int, int]] = field(default_factory=list)
    apart: dict[int, list[int | str]] = field(default_factory=dict)


ACCEPTED_KINDS = ("embassy", "foundation", "western_ngo", "international_organisation", "company")
"""What the few applicants who choose their donors by kind accept."""


def no_decisions(proposals: Proposals, pairs: Pairs) -> Decisions:
    """Give the decisions of a round where nobody has said anything."""
    no_pair, none = np.full(len(pairs), -1), np.full(len(proposals), -1)
    return Decisions(no_pair, no_pair, no_pair, np.zeros_like(none), none, none, none)


def draw_decisions(
    seed: int, owners: Organisations, proposals: Proposals, pools: Pools, pairs: Pairs
) -> Decisions:
    """Draw decisions of every kind, a few of each."""
    roll = dice(seed, "decisions")
    count, pair_count = len(proposals), len(pairs)
    status = np.where(roll.random(pair_count) < 0.02, roll.integers(0, 3, pair_count), -1)
    free = status < 0
    own = np.clip(proposals.score[pairs.proposal] + roll.integers(-80, 81, pair_count), 0, 1000)
    scored = free & (roll.random(pair_count) < 0.03)
    preferred = free & (roll.random(pair_count) < 0.03)
    donors, few = len(pools.donor_kind), max(1, count // 100)
    wide = zip(
        roll.integers(0, donors, few).tolist(),
        roll.integers(0, len(owners), few).tolist(),
        strict=True,
    )
    committed = roll.choice(len(owners), max(1, len(owners) // 25), replace=False)
    amounts = roll.integers(5, 60, len(committed)) * 1_000
    return Decisions(
        status=status,
        own_score=np.where(scored, own, -1),
        preference=np.where(preferred, roll.integers(1, 6, pair_count), -1),
        tier=np.where(roll.random(count) < 0.3, 1, 0),
        requires=_requires(roll, count),
        accepts=np.where(roll.random(count) < 0.03, 1, -1),
        refuses=np.where(roll.random(count) < 0.05, roll.integers(0, donors, count), -1),
        wide=sorted(set(wide)),
        labels=_labels(roll, proposals),
        commitments=sorted(zip(committed.tolist(), amounts.tolist(), strict=True)),
        apart=_apart(roll, pools),
    )


def _requires(roll: np.random.Generator, count: int) -> Integers:
    """Let some proposals need one that stands before them, so that nothing is circular.

    Even ones need odd ones, and labels join even ones only: none needs its own alternative.
    """
    requires = np.full(count, -1)
    some = 2 * roll.choice(np.arange(1, count // 2), max(1, count // 40), replace=False)
    requires[some] = 2 * (roll.random(len(some)) * (some // 2)).astype(np.int64) + 1
    return np.where(requires < np.arange(count), requires, -1)


def _labels(roll: np.random.Generator, proposals: Proposals) -> list[list[int]]:
    """Give groups of two or three well-scored proposals that exclude each other."""
    even = np.arange(0, len(proposals), 2)
    good = even[proposals.score[even] > 650]
    order = roll.permutation(good)[: max(3, len(proposals) // 20)]
    return [sorted(order[at : at + 3].tolist()) for at in range(0, len(order) - 1, 3)]


def _apart(roll: np.random.Generator, pools: Pools) -> dict[int, list[int | str]]:
    apart: dict[int, list[int | str]] = {}
    for pool in np.flatnonzero(roll.random(len(pools)) < 0.15).tolist():
        donor = int(roll.integers(0, len(pools.donor_kind)))
        kinds = list(DONOR_KINDS)
        apart[pool] = [donor] if roll.random() < 0.6 else [kinds[roll.integers(0, len(kinds))]]
    return apart


def barred_by(
    decisions: Decisions, owners: Integers, proposals: Proposals, pools: Pools, pairs: Pairs
) -> Flags:
    """Say which pairs nobody may award, whatever the terms."""
    donor = pools.donor[pairs.pool]
    kinds = np.array(list(DONOR_KINDS))[pools.donor_kind[donor]]
    barred = decisions.status >= 0
    barred |= decisions.refuses[pairs.proposal] == donor
    barred |= (decisions.accepts[pairs.proposal] > 0) & ~np.isin(kinds, ACCEPTED_KINDS)
    code = donor * len(proposals) + owners[pairs.proposal]
    return barred | np.isin(code, [giver * len(proposals) + org for giver, org in decisions.wide])


def apart_matrix(decisions: Decisions, pools: Pools) -> Flags:
    """Say which pools do not fund the same proposal (pools × pools)."""
    kinds = np.array(list(DONOR_KINDS))[pools.donor_kind[pools.donor]]
    found = np.zeros((len(pools), len(pools)), np.bool_)
    for pool, others in decisions.apart.items():
        for other in others:
            found[pool] |= (kinds == other) if isinstance(other, str) else (pools.donor == other)
    found |= found.T | pools.alone[:, None] | pools.alone[None, :]
    np.fill_diagonal(found, False)
    return found
