"""The levers that apply to a proposal, and the pools that may fund it as things are."""

from collections.abc import Iterator

import numpy as np

from matcher.eligibility import Verdict
from matcher.explaining.levers.levers import Lever
from matcher.explaining.levers.of_facts import levers_of_facts
from matcher.explaining.levers.of_limits import (
    levers_of_caps,
    levers_of_pair_terms,
    levers_of_targets,
)
from matcher.explaining.levers.of_pools import levers_of_pool
from matcher.explaining.levers.of_proposal import levers_of_proposal
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Base


def levers_of(
    base: Base, held: Held, proposal_id: str, pools: tuple[str, ...], thorough: bool = True
) -> Iterator[Lever]:
    """Give the levers that apply to a proposal: its own, missing facts, its pools', the round's.

    Where it is not `thorough`, the last two are left out.
    """
    round_ = base.round
    row = round_.proposals_by_id[proposal_id]
    position = base.problem.proposals.ids.index(proposal_id)
    verdicts = base.eligibility.verdicts[:, position]
    waits = round_.policy.needs_review == "hold"
    if (verdicts < Verdict.ineligible).any():
        yield from levers_of_facts(held, proposal_id, base.left)
        if thorough:
            yield from levers_of_pair_terms(base, row)
    if not (verdicts < (Verdict.needs_review if waits else Verdict.ineligible)).any():
        return
    for lever in levers_of_proposal(round_, row, pools):
        scored = bool(base.problem.proposals.eligible_score[position])
        if scored or lever.kind == "score":
            yield lever
    if not pools or not thorough:
        return
    for pool_id in pools:
        yield from levers_of_pool(round_, row, round_.pools_by_id[pool_id], base.awards)
    yield from levers_of_caps(base, row)
    yield from levers_of_targets(base, row)


def open_pools(base: Base, proposal_id: str) -> tuple[str, ...]:
    """Give the pools that may fund a proposal as things are."""
    pairs = base.problem.pairs
    position = base.problem.proposals.ids.index(proposal_id)
    here = np.flatnonzero((pairs.proposal == position) & pairs.allowed)
    return tuple(base.problem.pools.ids[pool] for pool in pairs.pool[here].tolist())
