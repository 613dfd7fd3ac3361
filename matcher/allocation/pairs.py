"""What pairs.csv says of each pool and proposal, spread over the rows it covers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from matcher import money
from matcher.domain import PairTerm, Round
from matcher.scores import scaled

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class PairTerms:
    """Flags over pools × proposals, and (score, preference, amount) of single pairs.

    `barred` holds forbid, conflict and declined. Scores and preferences are in ten-thousandths,
    amounts in base minor units; a `prefer` without a number is a preference of 1.
    """

    pinned: Flags
    accepted: Flags
    barred: Flags
    numbers: Mapping[tuple[int, int], tuple[int | None, int, int | None]]


def pair_terms_of(round_: Round, pool_ids: Sequence[str], proposal_ids: Sequence[str]) -> PairTerms:
    """Spread the pair terms of a round over its pools and proposals, in the order given."""
    pool_at = {pool_id: row for row, pool_id in enumerate(pool_ids)}
    proposal_at = {proposal_id: column for column, proposal_id in enumerate(proposal_ids)}
    pools_of: dict[str, list[int]] = {}
    for pool in round_.pools:
        pools_of.setdefault(pool.donor_id, []).append(pool_at[pool.pool_id])
    proposals_of: dict[str, list[int]] = {}
    for proposal in round_.proposals:
        proposals_of.setdefault(proposal.org_id, []).append(proposal_at[proposal.proposal_id])
    shape = len(pool_ids), len(proposal_ids)
    pinned, accepted, barred = (np.zeros(shape, np.bool_) for _ in range(3))
    numbers: dict[tuple[int, int], tuple[int | None, int, int | None]] = {}
    flags = {"pin": pinned, "accepted": accepted}
    flags |= dict.fromkeys(("declined", "forbid", "conflict"), barred)
    for term in round_.pairs:
        rows = [pool_at[term.pool_id]] if term.pool_id else pools_of.get(term.donor_id or "", [])
        columns = (
            [proposal_at[term.proposal_id]]
            if term.proposal_id
            else proposals_of.get(term.org_id or "", [])
        )
        if term.status in flags:
            flags[term.status][np.ix_(rows, columns)] = True
        if term.pool_id and term.proposal_id:
            numbers[rows[0], columns[0]] = _numbers(round_, term)
    return PairTerms(pinned, accepted, barred, numbers)


def _numbers(round_: Round, term: PairTerm) -> tuple[int | None, int, int | None]:
    preference = term.payer_preference
    if preference is None:
        preference = Decimal(1 if term.status == "prefer" else 0)
    return (
        None if term.score is None else scaled(term.score),
        scaled(preference),
        None if term.amount is None else money.minor(term.amount, round_.currency),
    )
