"""Individual rationality: which pools, alone or two together, could do better with their own money.

The solo and coalition audit of ALLOCATION_RULES.md. A pool is blocked alone where its own money
could buy more of its own utility than the plan gives it; two pools are, where by their money
together each could have more. What is kept and what is set aside when pools go alone stands in
rationality_alone; utility in rationality_utility.

With common scores, no tiers and no targets, and none of caps of organisations (C8), alternatives
(C9), dependence (C10), pins and acceptances (C12), the best plan blocks no pool alone: where a
pool could buy more alone, it could do so beside the others, who drop what it leaves or takes over,
and merit would rise. Minima, grant sizes and counts, ceilings, funders and company do no harm to
that. C8 to C10 and C12 do: where an organisation may have one award, a pool alone would fund its
other proposal, which the plan cannot fund beside the one that brings more.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from time import monotonic

import numpy as np

from matcher.explaining.audit.alone import Better, better_alone
from matcher.explaining.audit.utility import Utilities, utilities_of
from matcher.explaining.solves.base import Base
from matcher.solving.cp_sat import Effort

WORK = 30.0
"""What the search for one pool or pair may spend, in the exact solver's deterministic seconds."""
MIXES = ((1, 1), (1, 2), (2, 1), (1, 4), (4, 1))
"""How a pair's two utilities are weighed for bounds on both together."""


@dataclass(frozen=True)
class Gain:
    """What a pool makes of the plan (`now`) and of the plan without the others (`then`)."""

    pool_id: str
    now: Fraction
    then: Fraction


@dataclass(frozen=True)
class Blocked:
    """Pools that could do better by themselves, with what they would fund.

    `awards` are in base minor units by (pool id, proposal id). No plan by which all of them do
    better makes more than `most` of their utilities together; the one told makes as much where
    `exact`.
    """

    gains: tuple[Gain, ...]
    awards: Mapping[tuple[str, str], int]
    most: Fraction
    exact: bool

    @property
    def pool_ids(self) -> tuple[str, ...]:
        """The pools, in the order of their ids."""
        return tuple(gain.pool_id for gain in self.gains)


@dataclass(frozen=True)
class Rationality:
    """What was found for each pool alone and for each pair.

    `now` is what each pool makes of the plan: base major units × score, or score where projects
    count alike. `unknown` are pools and pairs for which it is not known whether they could do
    better. Pairs are `apart` where what they could do together is what each could do alone; for all
    others either a bound shows that they could not both do better, or they were `searched`.
    """

    now: Mapping[str, Fraction]
    alone: tuple[Blocked, ...]
    together: tuple[Blocked, ...]
    unknown: tuple[tuple[str, ...], ...]
    pairs: int
    apart: int
    searched: int


def rationality(base: Base, tell: Callable[[str], None]) -> Rationality:
    """Find every pool, and every pair of pools, that the plan given leaves a reason to go alone."""
    utilities = utilities_of(base.problem)
    ids = base.problem.pools.ids
    totals = _totals(base)
    now = {pool: utilities.of(pool, totals) for pool in range(len(ids))}
    blocked: dict[int, list[Blocked]] = {1: [], 2: []}
    unknown: list[tuple[str, ...]] = []
    everyone = list(combinations(now, 2))
    near = [pair for pair in everyone if _can_help(utilities, *pair)]
    singles = [(pool,) for pool in now if utilities.most([pool], [pool]) > now[pool]]
    doubtful: list[tuple[int, ...]] = [*singles, *_doubtful(utilities, now, near)]
    for position, pools in enumerate(doubtful):
        names = tuple(ids[pool] for pool in pools)
        tell(f"what pools could do alone, {position} of {len(doubtful)}: {', '.join(names)}")
        left = base.deadline - monotonic()
        if left <= 0:
            unknown.append(names)
            continue
        options = base.options
        effort = Effort(left, WORK, options.gap, options.workers, options.seed)
        found = better_alone(utilities, pools, now, effort)
        if found is None:
            unknown.append(names)
        elif isinstance(found, Better):
            blocked[len(pools)].append(_blocked(utilities, pools, now, found))
    return Rationality(
        {ids[pool]: value for pool, value in now.items()},
        tuple(blocked[1]),
        tuple(blocked[2]),
        tuple(unknown),
        len(everyone),
        len(everyone) - len(near),
        len(doubtful) - len(singles),
    )


def _totals(base: Base) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    problem = base.problem
    totals = np.zeros(len(problem.proposals.ids), np.int64)
    np.add.at(totals, problem.pairs.proposal, problem.amounts(base.given))
    return totals


def _can_help(utilities: Utilities, first: int, second: int) -> bool:
    """Say whether one pool's money can be of use to the other.

    They share a proposal, or a proposal of one requires one that the other may fund.
    """
    accepts = utilities.accepts
    if bool((accepts[first] & accepts[second]).any()):
        return True
    return any(
        (accepts[first, j] and accepts[second, k]) or (accepts[second, j] and accepts[first, k])
        for j, k in utilities.requirements
    )


def _doubtful(
    utilities: Utilities, now: Mapping[int, Fraction], pairs: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Give the pairs for which no bound shows that the two cannot both do better."""
    for pair in pairs:
        first, second = pair
        if all(utilities.most([pool], pair) > now[pool] for pool in pair) and all(
            utilities.most([first] * one + [second] * other, pair)
            > one * now[first] + other * now[second]
            for one, other in MIXES
        ):
            yield pair


def _blocked(
    utilities: Utilities, pools: Sequence[int], now: Mapping[int, Fraction], found: Better
) -> Blocked:
    ids = utilities.problem.pools.ids
    then = {pool: utilities.of(pool, found.totals) for pool in pools}
    gains = tuple(Gain(ids[pool], now[pool], then[pool]) for pool in pools)
    reached = sum(then.values(), Fraction(0))
    awards = found.problem.awards(found.amounts)
    return Blocked(gains, awards, found.most, reached == found.most)
