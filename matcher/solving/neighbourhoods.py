"""Which proposals to decide anew together: near where a plan loses against the bound."""

from dataclasses import dataclass

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.landscape import Landscape
from matcher.solving.model import Flags, Floats, Integers
from matcher.solving.places import place_in

PAIRS = 6
"""Pairs of each proposal that are looked at."""
FLEXIBLE = 8
"""Proposals whose amounts may change, for each one that is decided anew."""
POOLS = 0.4
"""Pools around which proposals are drawn, for each one that is decided anew."""
SEEDS = 2
"""Proposals or rows where something is lost, around which a neighbourhood is drawn."""
MENDING = 0.3
"""How often a seed is drawn from what a plan still breaks, against all it loses."""
CHANGED = 0.5
"""What part of a neighbourhood are proposals that have changed, where few may."""
HALF = 0.5
"""Less than half a unit is nothing: solvers see in floating point."""
FEW = 12
"""Proposals of a row at most for one of them to depend on the others: an organisation's, say."""


@dataclass(frozen=True)
class Neighbourhood:
    """Proposals to decide anew, pairs they may have, and proposals whose amounts may change."""

    proposals: Integers
    pairs: Integers
    flexible: Integers


class Chooser:
    """Draws neighbourhoods, more often where a plan loses more; the same ones each time."""

    def __init__(self, landscape: Landscape, formulation: Formulation, seed: int) -> None:
        self._at = landscape
        self._formulation = formulation
        self._random = np.random.default_rng(seed)
        model, pairs = landscape.model, formulation.problem.pairs
        homes = landscape.home[model.column]
        keep = np.flatnonzero((landscape.row_home[model.row] < 0) & (homes >= 0))
        order = keep[np.argsort(model.row[keep], kind="stable")]
        self._member_row, self._member = model.row[order], homes[order]
        self._usable = model.upper[formulation.money] > 0
        self._can = np.zeros(len(landscape.near), np.bool_)
        self._can[pairs.proposal[self._usable]] = True
        self._first = np.searchsorted(pairs.proposal, np.arange(len(landscape.near) + 1))
        members = np.bincount(self._member_row, minlength=len(model.low))
        self._small = (landscape.row_pool < 0) & (members <= FEW)

    def losses(self, columns: Integers, broken: Floats, alone: Floats) -> tuple[Floats, Floats]:
        """Give what a plan loses, by proposal and by row.

        `broken` weighs the rows it breaks, `alone` what proposals break by themselves.
        """
        by_proposal, by_row = self._at.losses(columns)
        wrong = float(broken.sum() + alone.sum())
        if wrong > 0:
            share = MENDING * max(float(by_proposal.sum() + by_row.sum()), 1e-300) / wrong
            by_row, by_proposal = by_row + broken * share, by_proposal + alone * share
        return by_proposal, by_row

    def draw(
        self, columns: Integers, losses: tuple[Floats, Floats], taken: Flags, size: int
    ) -> Neighbourhood | None:
        """Draw up to `size` proposals not `taken` yet, near where the plan loses."""
        free = self._can & ~taken
        if not free.any():
            return None
        lost, by_row = np.where(free, losses[0], 0.0), losses[1]
        seeds, pools = self._seeds(columns, lost, by_row, free)
        self._add_payable(columns, seeds, pools, max(SEEDS, int(size * POOLS)))
        partners = self._partners(seeds)
        self._add_paying(columns, partners, pools)
        weight = self._reached(columns, pools) * free
        weight[partners] = np.where(free[partners], np.inf, 0.0)
        weight[self._changed(columns, free, int(size * CHANGED))] = np.inf
        keys = np.where(weight > 0, np.log(np.maximum(weight, 1e-300)), -np.inf)
        keys += self._random.gumbel(size=len(weight))
        some = min(size, int((weight > 0).sum()))
        proposals = np.sort(np.argsort(-keys, kind="stable")[:some])
        return self._around(proposals, pools, columns, taken)

    def _changed(self, columns: Integers, free: Flags, most: int) -> Integers:
        """Draw some of the proposals that a plan changes, where few may change: others need them.

        Where the limit is used up, nothing can change but what changes already, and in its stead.
        """
        at = self._formulation
        if at.near is None or at.near.at_most is None:
            return np.zeros(0, np.int64)
        changed = columns[at.funded] > 0
        changed[at.nearness.of] = columns[at.nearness.kept] == 0
        some: Integers = np.flatnonzero(changed & free)
        return some if len(some) <= most else self._random.choice(some, most, False)

    def around(self, columns: Integers, wanted: Floats, size: int) -> Neighbourhood | None:
        """Choose up to `size` proposals whose totals a relaxation wants otherwise, the most first.

        They may have the pairs that it or the plan gives them, and the cheapest by its prices.
        """
        at, pairs = self._formulation, self._formulation.problem.pairs
        moved = np.abs(wanted[at.total] - columns[at.total])
        most = np.argsort(-moved, kind="stable")[:size]
        proposals = np.sort(most[moved[most] > HALF])
        if len(proposals) == 0:
            return None
        inside = np.zeros(len(self._can), np.bool_)
        inside[proposals] = True
        mine = np.flatnonzero(inside[pairs.proposal] & self._usable)
        cheap = place_in(self._at.linear.reduced[at.money[mine]], pairs.proposal[mine]) < PAIRS
        given = (wanted[at.money[mine]] > HALF) | (columns[at.money[mine]] > 0)
        chosen = mine[cheap | given]
        pools = np.zeros(len(at.problem.pools.ids), np.bool_)
        pools[pairs.pool[chosen]] = True
        paid = (columns[at.money] > 0) & pools[pairs.pool] & ~inside[pairs.proposal]
        others = np.unique(pairs.proposal[paid])
        apart = np.abs(wanted[at.money] - columns[at.money])
        changed = np.bincount(pairs.proposal, apart, len(self._can))[others]
        flexible = others[np.argsort(-changed, kind="stable")[: FLEXIBLE * size]]
        return Neighbourhood(proposals, chosen, np.sort(flexible))

    def repaid(self, columns: Integers, wanted: Floats, size: int) -> Neighbourhood | None:
        """Choose up to `size` proposals whose payers a relaxation wants otherwise, the most first.

        They may have the pairs that it or the plan gives them.
        """
        at, pairs = self._formulation, self._formulation.problem.pairs
        money, before = wanted[at.money], columns[at.money]
        moved = np.bincount(pairs.proposal, np.abs(money - before), len(self._can))
        most = np.argsort(-moved, kind="stable")[:size]
        inside = np.zeros(len(self._can), np.bool_)
        inside[most[moved[most] > 2 * HALF]] = True
        if not inside.any():
            return None
        given = inside[pairs.proposal] & ((money > HALF) | (before > 0))
        paid = (before > 0) & ~inside[pairs.proposal]
        others = np.unique(pairs.proposal[paid])
        return Neighbourhood(np.flatnonzero(inside), np.flatnonzero(given), others)

    def _seeds(
        self, columns: Integers, lost: Floats, by_row: Floats, free: Flags
    ) -> tuple[list[int], Flags]:
        """Draw proposals where something is lost, and the pools of the rows that led to them."""
        at, random, proposals = self._at, self._random, self._formulation.problem.proposals
        pools = np.zeros(len(self._formulation.problem.pools.ids), np.bool_)
        request = np.maximum(proposals.request, 1)
        missing = np.maximum(1.0 - columns[self._formulation.total] / request, 0.0)
        # The simplex method's values may be under their bounds by a rounding.
        wanted = np.maximum(at.linear.columns[self._formulation.total] / request, 0.0)
        of_rows, of_all = float(by_row.sum()), float(lost.sum() + by_row.sum())
        seeds: list[int] = []
        for _ in range(SEEDS):
            if random.random() * of_all < of_rows:
                row = int(random.choice(len(by_row), p=by_row / of_rows))
                start, stop = np.searchsorted(self._member_row, [row, row + 1])
                members = self._member[start:stop]
                members = members[free[members]]
                weights = (at.near[members] + wanted[members]) * (missing[members] + 1e-3)
                pools[at.row_pool[row]] |= at.row_pool[row] >= 0
            elif lost.any():
                members = np.flatnonzero(lost)
                weights = lost[members]
            else:
                members = np.flatnonzero(free)
                weights = at.near[members]
            total = float(weights.sum())
            if total > 0:
                seeds.append(int(random.choice(members, p=weights / total)))
        return seeds, pools

    def _add_payable(self, columns: Integers, seeds: list[int], pools: Flags, many: int) -> None:
        """Add pools that could pay the seeds: cheap ones and those with money left first."""
        at, problem = self._at, self._formulation.problem
        pool, money = problem.pairs.pool, self._formulation.money
        room = problem.pools.budget - np.bincount(pool, columns[money], len(pools))
        for seed in seeds:
            mine = np.arange(self._first[seed], self._first[seed + 1])
            mine = mine[self._usable[mine]]
            reduced = np.minimum(at.linear.reduced[money[mine]], 0.0)
            worth = 0.5 * reduced * problem.proposals.request[seed] / at.usual
            worth += 2.0 * (room[pool[mine]] > 0) + self._random.gumbel(size=len(mine))
            pools[pool[mine[np.argsort(-worth, kind="stable")[: many // SEEDS]]]] = True

    def _partners(self, seeds: list[int]) -> Integers:
        """Give the seeds and what they share a cap, a label or a dependence with."""
        inside = np.isin(self._member, seeds) & self._small[self._member_row]
        together = np.isin(self._member_row, self._member_row[inside])
        return np.union1d(self._member[together], np.array(seeds, np.int64))

    def _add_paying(self, columns: Integers, proposals: Integers, pools: Flags) -> None:
        """Add the pools that pay some proposals, whose money goes elsewhere if they are dropped."""
        pairs = self._formulation.problem.pairs
        paid = (columns[self._formulation.money] > 0) & np.isin(pairs.proposal, proposals)
        pools[pairs.pool[paid]] = True

    def _reached(self, columns: Integers, pools: Flags) -> Floats:
        """Weigh proposals by what they have of some pools, or could have, and how near they are."""
        pairs, count = self._formulation.problem.pairs, len(self._at.near)
        inside = pools[pairs.pool] & self._usable
        amounts = columns[self._formulation.money]
        paid = np.bincount(pairs.proposal[inside], amounts[inside], count)
        could = np.bincount(pairs.proposal[inside], minlength=count) > 0
        share = paid / np.maximum(columns[self._formulation.total], 1)
        funded = columns[self._formulation.funded] > 0
        weight: Floats = (self._at.near + 0.02) * np.where(funded, share, self._at.near * could)
        return weight

    def _around(
        self, proposals: Integers, around: Flags, columns: Integers, taken: Flags
    ) -> Neighbourhood:
        """Choose the pairs of some proposals and others whose amounts may change."""
        problem, random = self._formulation.problem, self._random
        pool, owner, money = problem.pairs.pool, problem.pairs.proposal, self._formulation.money
        amounts, count = columns[money], len(problem.pools.ids)
        inside = np.zeros(len(self._can), np.bool_)
        inside[proposals] = True
        mine = np.flatnonzero(inside[owner] & self._usable)
        room = problem.pools.budget - np.bincount(pool, amounts, count)
        paying = np.bincount(pool[mine], amounts[mine], count) > 0
        reduced = self._at.linear.reduced[money[mine]]
        middle = max(float(np.median(np.abs(reduced))), 1e-12) if len(mine) else 1.0
        worth = 0.3 * np.minimum(reduced / middle, 0.0) + random.gumbel(size=len(mine))
        worth += 3.0 * (room >= problem.pools.least)[pool[mine]]
        worth += 1.5 * paying[pool[mine]] + 3.0 * around[pool[mine]]
        worth[amounts[mine] > 0] = np.inf
        chosen = mine[(place_in(worth, owner[mine]) < PAIRS) | np.isinf(worth)]
        touched = np.zeros(count, np.bool_)
        touched[pool[chosen]] = True
        others = np.unique(owner[(amounts > 0) & touched[pool]])
        others = others[~inside[others] & ~taken[others]]
        if len(others) > FLEXIBLE * len(proposals):
            others = np.sort(random.choice(others, FLEXIBLE * len(proposals), False))
        return Neighbourhood(proposals, chosen, others)
