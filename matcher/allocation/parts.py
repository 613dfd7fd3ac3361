"""The connected parts of a round: no pool of one can pay a proposal of another."""

import numpy as np

from matcher.allocation.problem import Integers, Problem


def connected_parts(problem: Problem) -> tuple[Integers, Integers]:
    """Give the connected part of pools and proposals that each proposal and each pool is in."""
    pairs, count = problem.pairs, len(problem.proposals.ids)
    pool = np.arange(len(problem.pools.ids))
    while True:
        proposal = np.full(count, len(pool))
        np.minimum.at(proposal, pairs.proposal, pool[pairs.pool])
        joined = pool.copy()
        np.minimum.at(joined, pairs.pool, proposal[pairs.proposal])
        if np.array_equal(joined, pool):
            return proposal, pool
        pool = joined
