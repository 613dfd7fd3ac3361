"""The connected parts of a round: no pool of one can pay a proposal of another."""

import numpy as np

from matcher.allocation.problem import Integers, Problem


def connected_parts(problem: Problem) -> tuple[Integers, Integers]:
    """Give the connected part of pools and proposals that each proposal and each pool is in."""
    pairs = problem.pairs
    sizes = len(problem.proposals.ids), len(problem.pools.ids)
    return connected(pairs.proposal, pairs.pool, *sizes)


def connected(one: Integers, other: Integers, ones: int, others: int) -> tuple[Integers, Integers]:
    """Give the part that each of some `ones` and of some `others` is in, joined link by link.

    A part has the number of the first of its `others`; what has no link is in a part of none, which
    for one of the `ones` is that of the number of `others`.
    """
    part = np.arange(others)
    while True:
        of_one = np.full(ones, others)
        np.minimum.at(of_one, one, part[other])
        joined = part.copy()
        np.minimum.at(joined, other, of_one[one])
        if np.array_equal(joined, part):
            return of_one, part
        part = joined
