"""Pools that would fund a proposal but for `start_policy: strict`, and from which start on.

The bar stands among the terms as `starts` (`matcher.eligibility.TERMS`), yet it is the round's own:
where nothing else keeps a pool from a proposal, a donor is there for it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from matcher.domain import Proposal
from matcher.eligibility import TERMS, EligibilityTable, Verdict
from matcher.tables.words import few, say

STARTS = "starts"
MOST_POOLS = 4
"""So many pools are named in a sentence, and then how many more there are."""


@dataclass(frozen=True)
class Late:
    """A pool that only the start of the work bars: its row, and when all steps there are done."""

    pool: int
    ready: date


def late_at(eligibility: EligibilityTable, proposal: int, today: date) -> list[Late]:
    """Give the pools that `starts` alone bars from a proposal by terms and law, the soonest first.

    `proposal` is a column of the eligibility table, `today` the decision date.
    """
    late = eligibility.failed[:, proposal] == 1 << TERMS.index(STARTS)
    if eligibility.regulation is not None:
        late &= eligibility.regulation[:, proposal] < Verdict.ineligible
    found = [
        Late(pool, eligibility.earliest_payment(today, pool, proposal))
        for pool in np.flatnonzero(late).tolist()
    ]
    return sorted(found, key=lambda late: (late.ready, late.pool))


def late_words(eligibility: EligibilityTable, late: Sequence[Late], proposal: Proposal) -> str:
    """Say to a coordinator what bars a proposal at some pools, and what would lift it."""
    names = [eligibility.pool_ids[one.pool] for one in late]
    return say(
        "decided-starts",
        pools=few(names, MOST_POOLS),
        count=len(names),
        first=names[0],
        ready=late[0].ready.isoformat(),
        starts=str(proposal.starts),
    )
