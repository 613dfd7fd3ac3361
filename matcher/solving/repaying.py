"""What one more proposal can get at most while settled ones keep their totals: a linear bound.

One linear relaxation of the whole list (C1, C4, C6 and what a pair may get) stays loaded and is
solved again where a bound is asked for, from where it stood. Its prices outlive it: by weak duality
what pools have to give, at any prices, less the least that the settled totals cost at them, bounds
what every later proposal may cost. So most of what cannot be paid is refused without a solve.
"""

from dataclasses import dataclass

import highspy
import numpy as np

from matcher.allocation.problem import NO_LIMIT
from matcher.allocation.settled import Settled
from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.highs import INFINITY
from matcher.solving.model import Flags, Floats, Integers
from matcher.solving.reducing import LinearProgram

KEPT = 48
"""So many sets of prices are kept, those that refused something last."""
ROUNDING = 1e-9
"""By how much sums of many products in floating point may be off, as a share of their size."""
PRIMAL = 4
"""HiGHS's number for the primal simplex method."""
CHANGED = 0.5
"""From so many units on a pair counts as changed."""


@dataclass
class _Prices:
    """What a unit and a grant of each pool cost, and what is left to spend at these prices."""

    unit: Floats
    grant: Floats
    left: float


class Relaxation:
    """The relaxation of all that is `settled` and one proposal more; amounts in units."""

    def __init__(self, settled: Settled, effort: Effort) -> None:
        self.settled, problem = settled, settled.problem
        pairs, pools, proposals = problem.pairs, problem.pools, problem.proposals
        self._highest = settled.reach()
        self._column = np.flatnonzero(self._highest > 0)
        pool, owner = pairs.pool[self._column], pairs.proposal[self._column]
        self._pool, self._owner = pool, owner
        most = self._highest[self._column]
        self._first = np.searchsorted(owner, np.arange(len(proposals.ids) + 1))
        self._scale = float(highs.scales_of(np.maximum(most, 2))[0]) if len(most) else 1.0
        self._share = self._scale / most
        several = np.bincount(owner, minlength=len(proposals.ids)) > proposals.funders
        scarce = np.bincount(pool, minlength=len(pools.ids)) > pools.grants
        self._budget, self._grants = pools.budget / self._scale, np.minimum(pools.grants, NO_LIMIT)
        # Rows: budgets, totals, grants of pools that are short of them, funders of proposals.
        count, total = len(pools.ids), len(proposals.ids)
        self._total_row = count
        grant_row = np.where(scarce, count + total + np.cumsum(scarce) - 1, -1)
        first = count + total + int(scarce.sum())
        funder_row = np.where(several, first + np.cumsum(several) - 1, -1)
        self._grant_row, self._funder_row = grant_row, funder_row
        each, one = np.arange(len(pool)), np.ones(len(pool))
        row = np.concatenate([pool, count + owner, grant_row[pool], funder_row[owner]])
        column = np.tile(each, 4)
        value = np.concatenate([one, one, self._share, self._share])
        kept = row >= 0
        order = np.lexsort((column[kept], row[kept]))
        rows = first + int(several.sum())
        low, high = np.full(rows, -INFINITY), np.zeros(rows)
        low[count : count + total] = 0.0
        high[:count] = self._budget
        high[grant_row[scarce]] = pools.grants[scarce]
        high[funder_row[several]] = proposals.funders[several]
        program = LinearProgram(
            np.zeros(len(pool)),
            np.zeros(len(pool)),
            np.zeros(len(pool)),
            np.searchsorted(row[kept][order], np.arange(rows + 1)),
            column[kept][order],
            value[kept][order],
            low,
            high,
            np.zeros(0, np.int64),
        )
        self._solver = highs.loaded(program, effort)
        # From a plan that holds, one proposal more is a few steps of the primal method.
        self._solver.setOptionValue("simplex_strategy", PRIMAL)
        self._upper, self._lower = np.zeros(len(pool)), np.zeros(len(pool))
        self._is_settled = np.zeros(len(proposals.ids), np.bool_)
        self._prices: list[_Prices] = []
        for proposal in np.flatnonzero(settled.totals > 0).tolist():
            self.settle(proposal)

    def settle(self, proposal: int) -> None:
        """Hold a proposal at the total that it has been settled at."""
        here = self._of(proposal)
        total = int(self.settled.totals[proposal])
        for prices in self._prices:
            prices.left -= self._least_cost(prices, proposal, total)
        at = self._column[here]
        lower = np.where(self.settled.needed[at], self.settled.least[at], 0)
        self._bound_columns(here, lower, np.minimum(self.settled.most[at], self._highest[at]))
        self._bound_total(proposal, total, total)
        self._is_settled[proposal] = True

    def refused(self, proposal: int, low: int) -> bool:
        """Say whether prices found earlier prove that a proposal cannot get `low` units."""
        for position, prices in enumerate(self._prices):
            if self._least_cost(prices, proposal, low) > prices.left:
                self._prices.insert(0, self._prices.pop(position))
                return True
        return False

    def bound(self, proposal: int, high: int) -> int:
        """Give a whole number that what a proposal can get, `high` at most, does not exceed."""
        here = self._of(proposal)
        self._basis = self._solver.getBasis()
        self._bound_columns(here, np.zeros_like(here), np.minimum(self._highest_of(here), high))
        self._bound_total(proposal, 0, high)
        self._cost(here, np.ones(len(here)))
        self._solver.run()
        solution, status = self._solver.getSolution(), self._solver.getModelStatus()
        value = self._solver.getInfo().objective_function_value * self._scale
        self._cost(here, np.zeros(len(here)))
        best = high
        if solution.dual_valid:
            prices = self._priced(np.array(solution.row_dual))
            self._prices.insert(0, prices)
            del self._prices[KEPT:]
            best = min(high, self._most_for(prices, proposal, high))
            if status == highspy.HighsModelStatus.kOptimal:
                best = min(best, int(value * (1 + ROUNDING) + CHANGED))
        return best

    def near(self, proposal: int, total: int) -> Integers:
        """Give the settled proposals that change payers where the proposal gets `total`.

        As few pairs as the relaxation can do with become new ones.
        """
        paid = self.settled.amounts[self._column]
        self._bound_total(proposal, total, total)
        every = np.arange(len(self._column))
        self._cost(every, np.where(paid == 0, -self._share, 0.0))
        self._solver.run()
        solution = self._solver.getSolution()
        self._cost(every, np.zeros(len(every)))
        if not solution.value_valid:
            return np.zeros(0, np.int64)
        after = np.array(solution.col_value) * self._scale
        moved = np.unique(self._owner[np.abs(after - paid) > CHANGED])
        return moved[self._is_settled[moved]]

    def leave(self, proposal: int) -> None:
        """Take a proposal out that gets nothing."""
        here = self._of(proposal)
        self._bound_columns(here, np.zeros_like(here), np.zeros_like(here))
        self._bound_total(proposal, 0, 0)
        if self._basis.valid:
            self._solver.setBasis(self._basis)

    def _of(self, proposal: int) -> Integers:
        return np.arange(self._first[proposal], self._first[proposal + 1])

    def _highest_of(self, here: Integers) -> Integers:
        most: Integers = self._highest[self._column[here]]
        return most

    def _bound_columns(self, here: Integers, lower: Integers, upper: Integers) -> None:
        self._lower[here], self._upper[here] = lower / self._scale, upper / self._scale
        self._solver.changeColsBounds(
            len(here), here.astype(np.int32), self._lower[here], self._upper[here]
        )

    def _bound_total(self, proposal: int, low: int, high: int) -> None:
        row = self._total_row + proposal
        self._solver.changeRowBounds(row, low / self._scale, high / self._scale)

    def _cost(self, here: Integers, costs: Floats) -> None:
        self._solver.changeColsCost(len(here), here.astype(np.int32), costs)

    def _priced(self, dual: Floats) -> _Prices:
        """Give what is left at prices of the rows: what pools have, less what is settled costs."""
        at = self._grant_row
        unit = np.maximum(dual[: len(self._budget)], 0.0)
        grant = np.where(at >= 0, np.maximum(dual[at], 0.0), 0.0)
        proposals = np.flatnonzero(self._is_settled)
        totals = self.settled.totals[proposals] / self._scale
        limits = self.settled.problem.proposals.funders
        rows = self._funder_row
        total_price = dual[self._total_row : self._total_row + len(self._is_settled)]
        funder_price = np.where(rows >= 0, np.maximum(dual[rows], 0.0), 0.0)
        several = proposals[rows[proposals] >= 0]
        terms = [
            unit * self._budget,
            grant[at >= 0] * self._grants[at >= 0],
            total_price[proposals] * totals,
            funder_price[several] * limits[several],
        ]
        settled: Flags = self._is_settled[self._owner]
        pool, owner, share = self._pool[settled], self._owner[settled], self._share[settled]
        brings = -(total_price[owner] + funder_price[owner] * share + unit[pool])
        brings -= grant[pool] * share
        terms.append(np.maximum(brings, 0.0) * self._upper[settled])
        terms.append(np.minimum(brings, 0.0) * self._lower[settled])
        size = sum(float(np.abs(part).sum()) for part in terms)
        return _Prices(unit, grant, sum(float(part.sum()) for part in terms) + ROUNDING * size)

    def _costs(self, prices: _Prices, proposal: int) -> tuple[Floats, Floats]:
        """Give what pairs of a proposal cost a unit, cheap ones first, and what they may pay."""
        here = self._of(proposal)
        pool = self._pool[here]
        cost = prices.unit[pool] + prices.grant[pool] * self._share[here]
        order = np.argsort(cost, kind="stable")
        return cost[order], self._highest_of(here)[order] / self._scale

    def _least_cost(self, prices: _Prices, proposal: int, total: int) -> float:
        """Give no more than what a total costs at least; infinite where no pairs can pay it."""
        cost, most = self._costs(prices, proposal)
        wanted = total / self._scale
        before = np.cumsum(most) - most
        paid = np.clip(wanted - before, 0.0, most)
        if paid.sum() < wanted * (1 - ROUNDING):
            return float("inf")
        return float(paid @ cost) * (1 - ROUNDING)

    def _most_for(self, prices: _Prices, proposal: int, high: int) -> int:
        """Give the most that a proposal can get for what is left."""
        cost, most = self._costs(prices, proposal)
        spent = np.cumsum(most * cost)
        whole = spent <= prices.left
        units = float(most[whole].sum())
        if not whole.all():
            at = int(np.argmin(whole))
            before = float(spent[at] - most[at] * cost[at])
            units += max(prices.left - before, 0.0) / float(cost[at])
        return min(high, int(units * self._scale * (1 + ROUNDING) + CHANGED))
