"""What prices of the rows prove of a compact model, whoever found them.

By weak duality any prices bound the objective: what the rows' sides are worth, and for every
column, also those that no solver has looked at, what it would bring beyond its price. So no bound
rests on a solver's tolerances (Neumaier and Shcherbina, "Safe bounds in linear and mixed-integer
linear programming", 2004).
"""

from dataclasses import dataclass

import numpy as np

from matcher.solving.compact import CompactModel
from matcher.solving.model import Flags, Floats

ROUNDING = 1e-11
"""By how much sums of many products in floating point may be off, as a share of their size."""


@dataclass(frozen=True)
class Proven:
    """A bound on the most, with its prices of rows and reduced costs of columns.

    `called` are the pairs not looked at that would bring most beyond their prices.
    """

    bound: float
    reduced: Floats
    prices: Floats
    called: Flags


@dataclass(frozen=True)
class Refuted:
    """Whether it is `proven` that the rows cannot all hold; else the pairs that may change that."""

    proven: bool
    called: Flags


def proven_by(
    prices: Floats, model: CompactModel, costs: Floats, active: Flags, at_once: int
) -> Proven:
    """Give what prices prove once those of columns not `active` are set as well as may be.

    At most about `at_once` pairs are called.
    """
    priced = _with_sums(model, costs, prices, active)
    priced, called = _with_limits(model, costs, priced, active, at_once)
    bound, reduced = weighed(model, costs, priced)
    return Proven(bound, reduced, priced, called)


def refuted_by(prices: Floats, model: CompactModel, active: Flags, at_once: int) -> Refuted:
    """Say whether prices prove that there is no plan: a bound on nothing under nought (Farkas).

    Where they prove it of the pairs looked at alone, at most about `at_once` others are called.
    """
    nothing, called = np.zeros(len(model.upper)), np.zeros(len(model.money), np.bool_)
    # Solvers differ in the sign that they give such prices.
    for side in (1.0, -1.0):
        proven = proven_by(side * prices, model, nothing, active, at_once)
        if proven.bound < 0:
            return Refuted(True, called)
        called |= proven.called
    return Refuted(False, called)


def weighed(model: CompactModel, costs: Floats, prices: Floats) -> tuple[float, Floats]:
    """Give the bound that prices of the rows prove, and the reduced costs of the columns."""
    usable = np.where(prices > 0, model.high, model.low)
    prices = np.where(np.isfinite(usable), prices, 0.0)
    sides = prices * np.where(prices == 0, 0.0, usable)
    reduced = costs - np.bincount(
        model.column, model.value * prices[model.row], minlength=len(costs)
    )
    best = np.where(reduced > 0, model.upper, model.lower) * reduced
    total = float(sides.sum() + best.sum())
    size = float(np.abs(sides).sum() + np.abs(best).sum())
    return total + size * ROUNDING, reduced


def _with_sums(model: CompactModel, costs: Floats, prices: Floats, active: Flags) -> Floats:
    """Price the sum of a proposal that was not looked at by what its total brings."""
    left_out = np.flatnonzero(~active[model.total] & (model.sums >= 0))
    priced = prices.copy()
    rest = costs - np.bincount(model.column, model.value * prices[model.row], minlength=len(costs))
    priced[model.sums[left_out]] = -rest[model.total[left_out]]
    return priced


def _with_limits(
    model: CompactModel, costs: Floats, prices: Floats, active: Flags, at_once: int
) -> tuple[Floats, Flags]:
    """Lower the price of a proposal's sum where pairs left out call, and raise that of its request.

    Each pair alone would bring something, but no more than the request can be had together; where
    that costs the bound less, and for a proposal that is far from being funded nothing at all.
    Gives also the pairs that call for being looked at, those of the proposals that bring most.
    """
    _, reduced = weighed(model, costs, prices)
    pairs, most, count = reduced[model.money], model.upper[model.money], len(model.total)
    calling = ~active[model.money] & (pairs > 0) & (most > 0)
    step = np.zeros(count)
    np.maximum.at(step, model.owner[calling], pairs[calling])
    step[(model.sums < 0) | (model.within < 0)] = 0.0
    flag = reduced[model.funded]
    more = np.maximum(flag + step * model.upper[model.total], 0.0) - np.maximum(flag, 0.0)
    lowered = np.maximum(pairs - step[model.owner], 0.0) - np.maximum(pairs, 0.0)
    less = np.bincount(model.owner, lowered * most, minlength=count)
    step[more + less >= 0] = 0.0
    moved, changed = prices.copy(), np.flatnonzero(step)
    moved[model.sums[changed]] += step[changed]
    moved[model.within[changed]] += step[changed]
    _, reduced = weighed(model, costs, moved)
    after = np.maximum(reduced[model.money], 0.0) * most
    brings = np.bincount(model.owner, np.where(calling, after, 0.0), minlength=count)
    looked_at = np.where(active[model.funded], np.maximum(flag, 0.0), 0.0)
    brings += np.maximum(reduced[model.funded], 0.0) - looked_at
    calling |= ~active[model.money] & (most > 0) & ~active[model.funded][model.owner]
    worth = np.where(calling, np.maximum(brings, 0.0)[model.owner], 0.0)
    enough = np.sort(worth)[::-1][min(len(worth), at_once) - 1] if len(worth) else 0.0
    return moved, calling & (worth > 0) & (worth >= enough)
