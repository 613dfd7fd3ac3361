"""Whole made-up rounds, drawn from a seed: the same files every time, and a plan that keeps them.

The plan is no good plan; it proves that the round is feasible.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.instances import folder
from benchmarks.instances.applicants import draw_organisations, draw_proposals
from benchmarks.instances.decisions import (
    apart_matrix,
    barred_by,
    draw_decisions,
    no_decisions,
)
from benchmarks.instances.pools import draw_pools
from benchmarks.instances.shapes import FAMILIES, SIZES, Family, Size
from benchmarks.instances.targets import (
    WISHES,
    Measure,
    bent_order,
    hard_targets,
    soft_targets,
)
from benchmarks.instances.witness import Payer
from benchmarks.instances.words import Integers, dice, ids


@dataclass(frozen=True)
class Instance:
    """A round as file name → text, and a plan in base minor units that keeps all its rules."""

    files: Mapping[str, str]
    witness: Mapping[tuple[str, str], int]

    def write(self, where: Path) -> None:
        """Write the round folder; the folder must not be there yet."""
        where.mkdir(parents=True)
        for name, text in self.files.items():
            (where / name).write_text(text, encoding="utf-8", newline="\n")


def draw(family: Family, size: Size, seed: int, name: str) -> Instance:
    """Draw a round of a family and size; `name` becomes its id."""
    owners = draw_organisations(size, seed)
    proposals = draw_proposals(family, size, seed, owners)
    pools, pairs = draw_pools(family, size, seed, owners, proposals)
    decisions = no_decisions(proposals, pairs)
    if family.decided:
        decisions = draw_decisions(seed, owners, proposals, pools, pairs)
    barred = barred_by(decisions, proposals.organisation, proposals, pools, pairs)
    apart = apart_matrix(decisions, pools)
    unit = 100 * (family.step or 0) or 1
    payer = Payer(unit, owners, proposals, pools, pairs, ~barred, apart, decisions)
    measure = Measure(unit, owners, proposals, pairs, pools.base_budget // unit * unit)
    wishes = WISHES[family.wishes]
    favourites = _favourites(proposals.score, seed) if family.decided else np.zeros(0, np.int64)
    by_score, by_wish = (
        np.concatenate([favourites, order[~np.isin(order, favourites)]])
        for order in (
            np.argsort(-proposals.score, kind="stable"),
            bent_order(measure, wishes, proposals.score),
        )
    )
    chosen = frozenset(favourites.tolist())
    free, bent = payer.plan(by_score, chosen), payer.plan(by_wish, chosen)
    board = _board(bent, pairs.proposal, favourites, proposals.score, unit)
    targets = hard_targets(measure, wishes, free, bent, ids("P", len(pools)))
    if family.decided:
        targets += soft_targets(measure, bent)
    files = {
        "round.yaml": folder.settings(family, name, targets),
        "donors.csv": folder.donors_table(pools),
        "pools.csv": folder.pools_table(pools, decisions),
        "organisations.csv": folder.organisations_table(owners),
        "proposals.csv": folder.proposals_table(proposals, pools, len(owners), decisions),
    }
    if family.decided:
        files["pairs.csv"] = folder.pairs_table(
            pools, proposals, len(owners), pairs, decisions, board
        )
        files["commitments.csv"] = folder.commitments_table(len(owners), decisions)
    pool_ids, proposal_ids = ids("P", len(pools)), ids("B", len(proposals))
    witness = {
        (pool_ids[pairs.pool[e]], proposal_ids[pairs.proposal[e]]): int(bent[e]) * unit
        for e in np.flatnonzero(bent).tolist()
    }
    return Instance(files, witness)


def instance(
    family: str,
    size: str,
    seed: int,
    tightness: float | None = None,
    density: float | None = None,
) -> Instance:
    """Draw a round by the names of its family and size; raises KeyError for unknown ones."""
    shape, kin = SIZES[size], FAMILIES[family]
    if density is not None:
        shape = replace(shape, density=density)
    if tightness is not None:
        kin = replace(kin, tightness=tightness)
    return draw(kin, shape, seed, f"made-up-{family}-{size}-{seed}")


def _favourites(score: Integers, seed: int) -> Integers:
    """Give proposals of low score, some below the threshold, that the board wants funded."""
    roll = dice(seed, "favourites")
    low = np.flatnonzero((score > 350) & (score < 580))
    return np.sort(roll.choice(low, max(2, len(score) // 150), replace=False))


def _board(
    plan: Integers, owner: Integers, favourites: Integers, score: Integers, unit: int
) -> dict[int, tuple[str, int | None]]:
    """Pin what the favourites get, every second time with its amount; accept some other awards."""
    whole = plan * unit // 100
    board: dict[int, tuple[str, int | None]] = {}
    pinned = np.flatnonzero((plan > 0) & np.isin(owner, favourites)).tolist()
    for number, e in enumerate(pinned):
        board[e] = ("pin", int(whole[e]) if number % 2 else None)
    payers = np.bincount(owner[plan > 0], minlength=len(score))
    single = np.flatnonzero((plan > 0) & (payers[owner] == 1) & ~np.isin(owner, favourites))
    for e in single[np.argsort(score[owner[single]], kind="stable")][::7][: len(score) // 100 + 1]:
        board[int(e)] = ("accepted", int(whole[e]))
    return board


__all__ = ["FAMILIES", "SIZES", "Instance", "draw", "instance"]
