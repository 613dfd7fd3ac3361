"""What pairs are worth at the prices at which what is asked for and what there is meet.

Prices are looked for as a market finds them: each proposal spreads its request over its pools, the
more to those that leave it more, or asks for nothing where none leaves it enough; what is asked for
too much gets dearer, what is left over cheaper. With choices blurred a little, less and less, this
is a scaling of rows and columns in turn (Cuturi, "Sinkhorn distances", 2013): all in arrays, in a
small part of the time of a linear program, with prices that are off by a little.
"""

from dataclasses import dataclass
from time import monotonic

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.formulation import Formulation
from matcher.solving.model import Flags, Floats, Integers
from matcher.solving.places import best_of

BLURS = (0.1, 0.05, 0.02, 0.01)
"""How much choices are blurred, as shares of what a unit of money is usually worth."""
ROUNDS = 60
"""So often prices follow for each blur."""
FAR = 100.0
"""So many blurs under the best of its proposal, a pair is as good as not chosen."""
LEAP = 3.0
"""How far a price moves at once at most, in blurs."""


@dataclass(frozen=True)
class Market:
    """Where the market came to: `worth` of a unit of money of each pair beyond its price.

    `amounts` is what pairs come to, `totals` what proposals get, in units; `usual` what a unit of
    money is usually worth. `prices` are those of the compact rows.
    """

    worth: Floats
    amounts: Floats
    totals: Floats
    usual: float
    prices: Floats


@dataclass(frozen=True)
class _Entries:
    """What a unit of money takes of coupling rows: a pair's, or a proposal's from any pair."""

    row: Integers
    at: Integers
    value: Floats

    def some(self, kept: Integers, count: int) -> "_Entries":
        """Give the entries of some of `count` pairs, by their positions among those kept."""
        place = np.full(count, -1)
        place[kept] = np.arange(len(kept))
        here = np.flatnonzero(place[self.at] >= 0)
        return _Entries(self.row[here], place[self.at[here]], self.value[here])

    def used(self, amounts: Floats, rows: int) -> Floats:
        """Give what amounts take of each row."""
        used = np.bincount(self.row, self.value * amounts[self.at], rows)
        return used.astype(np.float64)

    def paid(self, prices: Floats, count: int) -> Floats:
        """Give what a unit of money pays at prices of the rows."""
        paid = np.bincount(self.at, self.value * prices[self.row], count)
        return paid.astype(np.float64)


def cleared(
    formulation: Formulation, model: CompactModel, costs: Floats, deadline: float
) -> Market:
    """Let prices find what proposals get for costs that are to be made most.

    At the deadline, a time of the monotonic clock, they stay as far as they have come.
    """
    problem = formulation.problem
    owner, count = problem.pairs.proposal, len(problem.proposals.ids)
    request = np.maximum(problem.proposals.request, 1).astype(np.float64)
    most = np.minimum(model.upper[formulation.money], request[owner])
    each = costs[formulation.total] + costs[formulation.funded] / request
    brings = costs[formulation.money] + each[owner]
    positive = (brings > 0) & (most > 0)
    usual = float(np.median(brings[positive])) if positive.any() else 1.0
    rows = _coupling(formulation, model)
    of_pairs, of_proposals = _entries(formulation, model, request, rows)
    side = np.where(np.isfinite(model.high), model.high, model.low)
    tops = np.isfinite(model.high)
    prices, scale = np.zeros(len(side)), _scale(of_pairs, of_proposals, len(side))
    worth, by_proposals = brings, np.bincount(of_proposals.row, minlength=len(side))
    for blur in BLURS:
        step = blur * usual
        near = np.flatnonzero(
            (most > 0) & (worth > best_of(worth, owner, count, 0.0)[owner] - FAR * step)
        )
        some, theirs = of_pairs.some(near, len(owner)), owner[near]
        # A price that nobody near would hear of stays.
        heard = np.bincount(some.row, minlength=len(side)) + by_proposals > 0
        follows = step * scale[rows] * heard[rows]
        for _ in range(ROUNDS):
            if monotonic() > deadline:
                break
            dear = of_proposals.paid(prices, count)
            here = brings[near] - some.paid(prices, len(near)) - dear[theirs]
            amounts = _chosen(here / step, most[near], theirs, request)
            totals = np.bincount(theirs, amounts, count).astype(np.float64)
            used = some.used(amounts, len(side)) + of_proposals.used(totals, len(side))
            ahead = np.log(np.maximum(used[rows], 1e-9) / side[rows])
            moved = prices[rows] + follows * np.clip(ahead, -LEAP, LEAP)
            moved = np.where(tops[rows], np.maximum(moved, 0.0), np.minimum(moved, 0.0))
            if np.array_equal(moved, prices[rows]):
                break  # as where there is enough of everything: they stay from here on
            prices[rows] = moved
        dear = of_proposals.paid(prices, count)
        worth = brings - of_pairs.paid(prices, len(owner)) - dear[owner]
    reached = np.zeros(len(owner))
    reached[near] = _chosen(worth[near] / step, most[near], theirs, request)
    totals = np.bincount(owner, reached, count).astype(np.float64)
    return Market(worth, reached, totals, usual, prices)


def _chosen(worth: Floats, most: Floats, owner: Integers, request: Floats) -> Floats:
    """Spread each request over pairs by what they leave, nothing chosen leaving nothing."""
    best = best_of(worth, owner, len(request), 0.0)
    drawn = np.exp(worth - best[owner])
    every = np.bincount(owner, drawn, len(request)) + np.exp(-best)
    amounts: Floats = np.minimum(drawn / every[owner] * request[owner], most)
    return amounts


def _coupling(formulation: Formulation, model: CompactModel) -> Integers:
    """Give the rows that proposals compete for, or that ask for some: plain sums with one side.

    What earlier levels have reached asks for some, too.
    """
    held = model.origin >= formulation.model.rows
    couples = np.isin(model.origin, formulation.coupling) | held
    least = np.full(len(model.low), np.inf)
    np.minimum.at(least, model.row, model.value)
    one = np.isfinite(model.high) != np.isfinite(model.low)
    side = np.where(np.isfinite(model.high), model.high, model.low)
    found: Integers = np.flatnonzero(couples & (least > 0) & one & (side > 0))
    return found


def _entries(
    formulation: Formulation, model: CompactModel, request: Floats, rows: Integers
) -> tuple[_Entries, _Entries]:
    """Give the entries of some rows by pair and by proposal, for each unit of money."""
    wanted: Flags = np.zeros(len(model.low), np.bool_)
    wanted[rows] = True
    columns = len(model.upper)
    pair, proposal, units = np.full(columns, -1), np.full(columns, -1), np.ones(columns)
    pair[formulation.money] = np.arange(len(formulation.money))
    proposal[formulation.total] = proposal[formulation.funded] = np.arange(len(request))
    units[formulation.funded] = request
    value = model.value / units[model.column]
    found = []
    for at in (pair, proposal):
        here = np.flatnonzero(wanted[model.row] & (at[model.column] >= 0))
        found.append(_Entries(model.row[here], at[model.column[here]], value[here]))
    return found[0], found[1]


def _scale(of_pairs: _Entries, of_proposals: _Entries, rows: int) -> Floats:
    """Say what a price of each row is to a price of money: one over the mean of its entries."""
    row = np.concatenate([of_pairs.row, of_proposals.row])
    value = np.concatenate([of_pairs.value, of_proposals.value])
    total, size = np.bincount(row, value, rows), np.bincount(row, minlength=rows)
    scale: Floats = size / np.maximum(total, 1e-300)
    return scale
