"""The textbook model: PROBLEM.md written down, constraint by constraint, with nothing tightened.

One integer (the award) and one Boolean (is there one) for each pair, one Boolean for each proposal.
"""

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from benchmarks.peers.coupling import Columns, Shortfall, couplings, shortfalls
from benchmarks.peers.model import OPEN, Builder, Goal, Integers, Model
from matcher import money
from matcher.allocation.problem import NO_TIER, SCALE, Problem


@dataclass(frozen=True)
class Textbook:
    """The model with where its columns stand, and the levels L1 and L2 in their order."""

    problem: Problem
    model: Model
    columns: Columns
    goals: list[Goal]


def textbook(problem: Problem) -> Textbook:
    """Write the model down."""
    pairs, proposals = problem.pairs, problem.proposals
    count, many = len(pairs), len(proposals.ids)
    money_, grant = np.arange(count), np.arange(count, 2 * count)
    columns = Columns(money_, grant, np.arange(2 * count, 2 * count + many))
    most = np.minimum(problem.pools.most[pairs.pool], proposals.request[pairs.proposal])
    upper = [most, pairs.allowed.astype(np.int64), np.ones(many, np.int64)]
    builder = Builder()
    _requests(builder, problem, columns)
    _grant_sizes(builder, problem, columns, most)
    _co_financing(builder, problem, columns)
    _funders(builder, problem, columns)
    _board(builder, problem, columns)
    _company(builder, problem, columns)
    for row in couplings(problem, columns):
        low = -OPEN if row.low is None else row.low
        high = OPEN if row.high is None else row.high
        builder.add(1, low, high, (np.zeros(len(row.column)), row.column, row.value))
    soft = list(shortfalls(problem, columns))
    tops = _shortfalls(builder, soft, np.concatenate(upper))
    upper.append(np.array(tops, np.int64))
    whole = np.concatenate(upper)
    model = builder.build(np.zeros_like(whole), whole)
    first = 2 * count + many
    goals = [*_least_shortfall(soft, first, whole), *_most_merit(problem, whole)]
    return Textbook(problem, model, columns, goals)


def _requests(builder: Builder, problem: Problem, columns: Columns) -> None:
    """C2, and z is 0 where no pair has a grant."""
    owner, proposals = problem.pairs.proposal, problem.proposals
    each, many = np.arange(len(proposals.ids)), len(proposals.ids)
    money_, funded = (owner, columns.money, 1), columns.funded
    builder.add(many, 0, OPEN, money_, (each, funded, -proposals.minimum))
    builder.add(many, -OPEN, 0, money_, (each, funded, -proposals.request))
    builder.add(many, 0, OPEN, (owner, columns.grant, 1), (each, funded, -1))


def _grant_sizes(builder: Builder, problem: Problem, columns: Columns, most: Integers) -> None:
    """C3; C7 stands in the bounds of the grants."""
    every, count = np.arange(len(problem.pairs)), len(problem.pairs)
    least = problem.pools.least[problem.pairs.pool]
    amount = (every, columns.money, 1)
    builder.add(count, 0, OPEN, amount, (every, columns.grant, -least))
    builder.add(count, -OPEN, 0, amount, (every, columns.grant, -most))


def _co_financing(builder: Builder, problem: Problem, columns: Columns) -> None:
    """C5, times the denominator of the share; the own part is floored, as all else is whole."""
    pairs = problem.pairs
    share = np.array([float(s) for s in problem.pools.share])
    here = np.flatnonzero(share[pairs.pool] < 1)
    above = np.array([problem.pools.share[p].numerator for p in pairs.pool[here]], np.int64)
    below = np.array([problem.pools.share[p].denominator for p in pairs.pool[here]], np.int64)
    own = problem.proposals.own[pairs.proposal[here]].astype(object)
    beside = (above.astype(object) * own // problem.unit).astype(np.int64)
    start = np.searchsorted(pairs.proposal, pairs.proposal[here])
    length = np.searchsorted(pairs.proposal, pairs.proposal[here], "right") - start
    rows = np.arange(len(here))
    siblings = np.repeat(start - np.cumsum(length) + length, length) + np.arange(length.sum())
    builder.add(
        len(here),
        -OPEN,
        0,
        (rows, columns.money[here], below),
        (np.repeat(rows, length), columns.money[siblings], np.repeat(-above, length)),
        (rows, columns.funded[pairs.proposal[here]], -beside),
    )


def _funders(builder: Builder, problem: Problem, columns: Columns) -> None:
    """C6, where it can bind."""
    owner, limit = problem.pairs.proposal, problem.proposals.funders
    bound = np.flatnonzero(np.bincount(owner, minlength=len(limit)) > limit)
    place = np.full(len(limit), -1)
    place[bound] = np.arange(len(bound))
    inside = place[owner] >= 0
    entries = place[owner[inside]], columns.grant[inside], 1
    builder.add(len(bound), -OPEN, limit[bound], entries)


def _board(builder: Builder, problem: Problem, columns: Columns) -> None:
    """C12."""
    pairs = problem.pairs
    pinned = np.flatnonzero(pairs.pinned)
    builder.add(len(pinned), 1, 1, (np.arange(len(pinned)), columns.grant[pinned], 1))
    named = np.flatnonzero(pairs.pinned & (pairs.fixed > 0))
    amount = pairs.fixed[named]
    entries = np.arange(len(named)), columns.money[named], 1
    builder.add(len(named), amount, amount, entries)
    kept = np.flatnonzero(pairs.accepted)
    rows = np.arange(len(kept))
    funded = columns.funded[pairs.proposal[kept]]
    builder.add(len(kept), 0, 0, (rows, columns.money[kept], 1), (rows, funded, -pairs.fixed[kept]))


def _company(builder: Builder, problem: Problem, columns: Columns) -> None:
    """C13: two pools that do not share a proposal make at most one grant to each."""
    pools, pairs = problem.pools, problem.pairs
    apart = np.zeros((len(pools.ids), len(pools.ids)), np.bool_)
    for first, second in pools.apart:
        apart[first, second] = True
    apart |= apart.T | pools.alone[:, None] | pools.alone[None, :]
    if not apart.any():
        return
    start = np.searchsorted(pairs.proposal, np.arange(len(problem.proposals.ids) + 1))
    ends: list[Integers] = [np.zeros((0, 2), np.int64)]
    for first, last in zip(start[:-1].tolist(), start[1:].tolist(), strict=True):
        here = pairs.pool[first:last]
        ends.append(np.argwhere(np.triu(apart[np.ix_(here, here)], 1)) + first)
    both = np.concatenate(ends)
    rows = np.arange(len(both))
    entries = ((rows, columns.grant[both[:, side]], 1) for side in range(2))
    builder.add(len(both), -OPEN, 1, *entries)


def _shortfalls(builder: Builder, soft: list[Shortfall], upper: Integers) -> list[int]:
    """State what each shortfall is at least, times what makes its limit whole; give its most."""
    tops: list[int] = []
    for number, bound in enumerate(soft):
        row, scale = bound.coupling, bound.limit.denominator
        reach = int(np.dot(row.value.astype(object), upper[row.column].astype(object)))
        furthest = bound.limit if bound.side > 0 else reach - bound.limit
        tops.append(max(0, int(furthest * scale)))
        entries = np.zeros(len(row.column)), row.column, row.value * scale * bound.side
        own = [0], [len(upper) + number], [1]
        builder.add(1, bound.side * int(bound.limit * scale), OPEN, entries, own)
    return tops


def _least_shortfall(soft: list[Shortfall], first: int, upper: Integers) -> list[Goal]:
    """L1."""
    by_priority: dict[int, list[int]] = defaultdict(list)
    for number, bound in enumerate(soft):
        by_priority[bound.priority].append(number)
    goals = []
    for priority, numbers in sorted(by_priority.items()):
        weights = [soft[n].weight / soft[n].limit.denominator for n in numbers]
        column = np.array(numbers, np.int64) + first
        above, below = [w.numerator for w in weights], [w.denominator for w in weights]
        one = Fraction(1)
        goals.append(Goal("L1", priority, False, column, above, below, one, upper[column]))
    return goals


def _most_merit(problem: Problem, upper: Integers) -> list[Goal]:
    """L2."""
    pairs = problem.pairs
    base = Fraction(problem.unit, 10 ** money.digits_of(problem.round.currency))
    by_project = problem.round.policy.value == "per_project"
    tier = problem.proposals.tier[pairs.proposal]
    goals = []
    for own in sorted(set(tier.tolist())):
        column = np.flatnonzero(tier == own)
        request = np.maximum(problem.proposals.request[pairs.proposal[column]], 1)
        below = request if by_project else np.ones_like(request)
        factor = Fraction(1, SCALE) if by_project else base / SCALE
        key = None if own == NO_TIER else own
        above = pairs.score[column].tolist()
        reach = upper[column]
        goals.append(Goal("L2", key, True, column, above, below.tolist(), factor, reach))
    return goals
