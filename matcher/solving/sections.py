"""A first plan of a vast round, section by section: each a part of the pools with its proposals.

Pools are dealt into sections as cards are, proposals go where the market has them find most of
their money, those that hang together go together. A section keeps the whole budgets of its pools
and a share of each target. What a plan loses by it is little, for most proposals are as well paid
in one section as in another; the search over the whole round that follows wins it back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from time import monotonic

import numpy as np

from matcher.allocation.problem import Pairs, Problem
from matcher.allocation.rows import Row, renumbered
from matcher.solving.compact import CompactModel
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.kin import kin_of
from matcher.solving.market import Market, cleared
from matcher.solving.model import Floats, Integers
from matcher.solving.objectives import WholeObjective


@dataclass(frozen=True)
class Section:
    """A part of a round as a round of its own.

    `pairs` are the positions of its pairs in the round, `columns` those of its columns.
    """

    formulation: Formulation
    pairs: Integers
    columns: Integers
    soft_scale: Integers
    """How many times finer the round counts what is missed of each soft bound."""

    def goal(self, whole: WholeObjective) -> WholeObjective:
        """Give a goal of the round as one of the section."""
        coefficients = whole.coefficients[self.columns]
        coefficients[self.formulation.shortfall] *= self.soft_scale
        return replace(whole, coefficients=coefficients)


def sections_of(
    formulation: Formulation,
    model: CompactModel,
    costs: Floats,
    market: Market,
    each: int,
    seed: int,
    deadline: float,
) -> list[Section]:
    """Divide a round into sections of about `each` proposals, each pair into one or none.

    Targets are shared as the market uses them where it has the pairs inside alone. After the
    deadline no more sections are made.
    """
    problem = formulation.problem
    owner, pool = problem.pairs.proposal, problem.pairs.pool
    count = -(-len(problem.proposals.ids) // each)
    of_pool = np.random.default_rng(seed).permutation(len(problem.pools.ids)) % count
    section = _sections_of_proposals(problem, kin_of(formulation), of_pool, market)
    inside = (section[owner] == of_pool[pool]) | problem.pairs.pinned | problem.pairs.accepted
    upper = model.upper.copy()
    upper[formulation.money[~inside]] = 0
    again = cleared(formulation, replace(model, upper=upper), costs, deadline)
    found = []
    for at in range(count):
        proposals = np.flatnonzero(section == at)
        pairs = np.flatnonzero(inside & (section[owner] == at))
        if len(pairs) and monotonic() < deadline:
            found.append(_section(formulation, again, proposals, pairs))
    return found


def _sections_of_proposals(
    problem: Problem, kin: Integers, of_pool: Integers, market: Market
) -> Integers:
    """Say where each proposal goes, kin together, those with most from the same pool in turn.

    Where the board has named a pool for it, it goes there.
    """
    owner, pool = problem.pairs.proposal, problem.pairs.pool
    kins, count = int(kin.max(initial=-1)) + 1, int(of_pool.max(initial=0)) + 1
    named = problem.pairs.pinned | problem.pairs.accepted
    held = np.zeros(kins, np.bool_)
    held[kin[owner[named]]] = True
    # A unit more, so that who gets nothing at market prices goes where most pools could pay.
    money = np.where(held[kin[owner]], named * problem.proposals.request[owner], market.amounts + 1)
    wanted = np.bincount(kin[owner] * count + of_pool[pool], money, kins * count)
    main = np.zeros(kins, np.int64)
    order = np.argsort(money, kind="stable")
    main[kin[owner[order]]] = pool[order]
    wanted_of = wanted.astype(np.float64).reshape(kins, count)
    return _dealt(wanted_of, np.argsort(main, kind="stable"))[kin]


def _dealt(wanted: Floats, order: Integers) -> Integers:
    """Deal kin in an order, each to the section that is most behind what is wanted of it so far."""
    behind, section = np.zeros(wanted.shape[1]), np.zeros(len(wanted), np.int64)
    whole = wanted.sum(axis=1)
    for at in order.tolist():
        behind += wanted[at]
        section[at] = np.argmax(np.where(wanted[at] > 0, behind, -np.inf))
        behind[section[at]] -= whole[at]
    return section


def _section(
    formulation: Formulation, market: Market, proposals: Integers, pairs: Integers
) -> Section:
    """Give some proposals and some of their pairs as a round, with their share of each target."""
    problem = formulation.problem
    funded = market.totals / np.maximum(problem.proposals.request, 1)
    place, order = np.full(len(problem.pairs), -1), np.full(len(problem.proposals.ids), -1)
    place[pairs], order[proposals] = np.arange(len(pairs)), np.arange(len(proposals))

    def share(row: Row) -> Fraction:
        """Give the part that is inside of what the market has of a row in all sections."""
        money = row.money.value * market.amounts[row.money.at]
        flags = row.funded.value * funded[row.funded.at]
        inside = money[place[row.money.at] >= 0].sum() + flags[order[row.funded.at] >= 0].sum()
        whole = money.sum() + flags.sum()
        return Fraction(min(max(float(inside / whole), 0.0), 1.0)) if whole > 0 else Fraction(0)

    rows = []
    for row, part in _both(formulation.rows, place, order):
        if len(part.money) + len(part.grants) + len(part.funded):
            rows.append(_shared(part, share(row)) if row.constraint == "C11" else part)
    bounds = [bound.row for bound in formulation.soft]
    soft = [
        replace(bound, row=part, limit=_rounded(bound.limit, share(row)))
        for bound, (row, part) in zip(formulation.soft, _both(bounds, place, order), strict=True)
    ]
    found = formulate(_part(problem, proposals, pairs, order), rows=rows, soft=soft)
    columns = np.zeros(found.model.columns, np.int64)
    columns[found.money], columns[found.grant] = formulation.money[pairs], formulation.grant[pairs]
    columns[found.total] = formulation.total[proposals]
    columns[found.funded] = formulation.funded[proposals]
    columns[found.shortfall] = formulation.shortfall
    scales = zip(formulation.shortfall_scale, found.shortfall_scale, strict=True)
    finer = np.array([ours // theirs for ours, theirs in scales], np.int64)
    return Section(found, pairs, columns, finer)


def _both(
    rows: Sequence[Row], pair_place: Integers, proposal_place: Integers
) -> Iterable[tuple[Row, Row]]:
    """Give each row with what of it lies inside."""
    return zip(rows, renumbered(rows, pair_place, proposal_place), strict=True)


def _part(problem: Problem, proposals: Integers, pairs: Integers, order: Integers) -> Problem:
    """Give the problem of some proposals and some of their pairs."""
    kept = Pairs(**{name: value[pairs] for name, value in vars(problem.pairs).items()})
    return replace(
        problem,
        proposals=problem.proposals.some(proposals),
        pairs=replace(kept, proposal=order[kept.proposal]),
        before_terms=problem.before_terms[:, proposals],
    )


def _shared(row: Row, share: Fraction) -> Row:
    """Give a row with a share of its sides, rounded so that shares together keep it."""
    low = None if row.low is None else ceil(row.low * share)
    return replace(row, low=low, high=None if row.high is None else floor(row.high * share))


def _rounded(limit: Fraction, share: Fraction) -> Fraction:
    """Give a share of a limit, in steps as fine as the limit itself has them."""
    return Fraction(round(limit * share * limit.denominator), limit.denominator)
