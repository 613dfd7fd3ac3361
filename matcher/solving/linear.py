"""The compact relaxation solved by sifting: few pairs first, others when their price calls them.

The bound does not rest on the simplex method's tolerances. By weak duality any prices of the rows
bound the objective, whoever found them: what the rows' sides are worth, and for every column, also
those that were never looked at, what it would bring beyond its price (Neumaier and Shcherbina,
"Safe bounds in linear and mixed-integer linear programming", 2004).
"""

from dataclasses import dataclass, replace
from time import monotonic

import highspy
import numpy as np

from matcher.solving import highs
from matcher.solving.apart import run_apart
from matcher.solving.compact import CompactModel
from matcher.solving.cp_sat import Effort
from matcher.solving.highs import LinearProgram, Relaxed
from matcher.solving.model import Flags, Floats, Integers

SETTLED = 1e-7
"""How much of the bound may hang on pairs and rows not looked at: it holds without them, too."""
AT_ONCE = 8000
"""Columns that are added at once: the best of those that are called."""
WARM = 150_000
"""Up to so many columns a solve goes on from the last basis; beyond, a presolve is worth more."""
PENALTY = 1e3
"""What missing a row's least costs: so that few columns never look infeasible."""
BROKEN = 1e-6
"""By how much a row may be broken before it is taken in, as a share of its size."""
ROUNDING = 1e-11
"""By how much sums of many products in floating point may be off, as a share of their size."""


@dataclass(frozen=True)
class Linear:
    """What prices prove: `bound` on the most, `reduced` what each column brings beyond its price.

    `columns` holds the relaxation's values, `prices` those of the compact rows, `basis` where a
    next solve may start. `missed` says that some row's least was not reached.
    """

    columns: Floats
    bound: float
    reduced: Floats
    prices: Floats
    clock: bool
    missed: bool
    basis: "Basis"


@dataclass
class Basis:
    """Where the simplex method stands: active columns and rows, and the status of each."""

    active: Flags
    active_rows: Flags
    columns: list[highspy.HighsBasisStatus]
    rows: list[highspy.HighsBasisStatus]
    stands: bool = False
    """Whether any solve has ended here; the first starts from nothing, after a presolve."""

    @classmethod
    def first(cls, model: CompactModel, pairs: Flags) -> "Basis":
        """Start with some pairs, the proposals that have any of them, and what is no proposal's."""
        active = np.ones(len(model.lower), np.bool_)
        active[model.instead != np.arange(len(active))] = False
        active[model.money] = pairs
        chosen = np.zeros(len(model.total), np.bool_)
        chosen[model.owner[pairs]] = True
        active[model.total[~chosen]] = active[model.funded[~chosen]] = False
        lower, basic = highspy.HighsBasisStatus.kLower, highspy.HighsBasisStatus.kBasic
        return cls(active, ~model.seldom, [lower] * len(active), [basic] * len(model.low))

    def take(self, model: CompactModel, pairs: Flags) -> None:
        """Take pairs in, each together with its proposal."""
        self.active[model.money[pairs]] = True
        owners = model.owner[pairs]
        self.active[model.total[owners]] = self.active[model.funded[owners]] = True


def bound_on(
    model: CompactModel, costs: Floats, basis: Basis, effort: Effort, close: float = SETTLED
) -> Linear:
    """Bound the most that `costs` can come to, from the basis on, which is brought up to date.

    `close` says how near to the relaxation's value the bound is to be, as a share of it.
    """
    scale = highs.scales_of(model.upper)
    deadline = monotonic() + effort.seconds
    before = np.inf
    while True:
        left = replace(effort, seconds=deadline - monotonic())
        found, missed = _solve(model, costs, scale, basis, left)
        prices = np.zeros(len(model.low)) if found.prices is None else found.prices
        prices = _with_sums(model, costs, prices, basis.active)
        prices, called = _with_limits(model, costs, prices, basis.active)
        bound, reduced = weighed(model, costs, prices)
        values = np.zeros(len(costs)) if found.columns is None else found.columns
        broken = ~basis.active_rows & _broken(model, values)
        near = bound - found.bound <= close * abs(bound)
        settled = near and (before - bound <= close * abs(bound) or not broken.any())
        settled |= not called.any() and not broken.any()
        if found.columns is None or found.clock or settled:
            return Linear(values, bound, reduced, prices, found.clock, missed, basis)
        before = bound
        basis.take(model, called)
        basis.active_rows |= broken


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
    priced[model.sums[left_out]] = -costs[model.total[left_out]]
    return priced


def _with_limits(
    model: CompactModel, costs: Floats, prices: Floats, active: Flags
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
    apart = np.bincount(model.owner, np.where(calling, pairs * most, 0.0), minlength=count)
    brings = np.where(step > 0, more, apart)
    brings += np.where(active[model.funded], 0.0, np.maximum(flag, 0.0))
    brings = np.where(calling, brings[model.owner], 0.0)
    enough = np.sort(brings)[::-1][min(len(brings), AT_ONCE) - 1] if len(brings) else 0.0
    return moved, calling & (brings > 0) & (brings >= enough)


def _broken(model: CompactModel, values: Floats) -> Flags:
    """Say which rows the values break, by more than rounding."""
    products = model.value * values[model.column]
    total = np.bincount(model.row, products, minlength=len(model.low))
    size = np.bincount(model.row, np.abs(products), minlength=len(model.low))
    slack = BROKEN * (1.0 + size)
    result: Flags = (total > model.high + slack) | (total < model.low - slack)
    return result


def _solve(
    model: CompactModel, costs: Floats, scale: Floats, basis: Basis, effort: Effort
) -> tuple[Relaxed, bool]:
    """Solve on the active part from the basis, which is brought up to date.

    Rows that ask for something may miss it at a price, so that few columns are never infeasible;
    gives also whether any does.
    """
    columns, rows, entries = _active_part(model, basis)
    place, line = np.full(len(costs), -1), np.full(len(model.low), -1)
    place[columns], line[rows] = np.arange(len(columns)), np.arange(len(rows))
    row, column = line[model.row[entries]], place[model.column[entries]]
    value = model.value[entries] * scale[model.column[entries]]
    sizes = np.ones(len(rows))
    np.maximum.at(sizes, row, np.abs(value))
    value /= sizes[row]
    asking = np.flatnonzero(model.low[rows] > 0)
    row, column, value = (
        np.concatenate(parts)
        for parts in (
            (row, asking),
            (column, len(columns) + np.arange(len(asking))),
            (value, np.ones(len(asking))),
        )
    )
    order = np.argsort(row, kind="stable")
    paid = costs[columns] * scale[columns]
    size = float(np.abs(paid).max(initial=1e-30))
    low, high = model.low[rows] / sizes, model.high[rows] / sizes
    program = LinearProgram(
        np.concatenate([paid / size, np.full(len(asking), -PENALTY)]),
        np.concatenate([model.lower[columns] / scale[columns], np.zeros(len(asking))]),
        np.concatenate([model.upper[columns] / scale[columns], low[asking]]),
        np.searchsorted(row[order], np.arange(len(rows) + 1)),
        column[order],
        value[order],
        low,
        high,
        np.zeros(0, np.int64),
    )
    solver = highs.loaded(program, effort)
    if basis.stands and len(columns) <= WARM:
        solver.setBasis(_stated(basis, columns, rows, len(asking)))
    run_apart(solver.run)
    found = highs.result_of(solver, False)
    if found.columns is None:
        return found, False
    _note(basis, columns, rows, solver.getBasis())
    values, prices = np.zeros(len(costs)), np.zeros(len(model.low))
    values[columns] = found.columns[: len(columns)] * scale[columns]
    if found.prices is not None:
        prices[rows] = found.prices * size / sizes
    missed = bool(np.any(found.columns[len(columns) :] > BROKEN))
    return replace(found, columns=values, prices=prices, bound=found.bound * size), missed


def _active_part(model: CompactModel, basis: Basis) -> tuple[Integers, Integers, Integers]:
    """Give the columns, rows and entries to solve on: without the rows that cannot be broken."""
    inside = basis.active[model.column] & basis.active_rows[model.row]
    row, column, value = model.row[inside], model.column[inside], model.value[inside]
    up = np.where(value > 0, model.upper[column], model.lower[column]) * value
    down = np.where(value > 0, model.lower[column], model.upper[column]) * value
    most = np.bincount(row, up, minlength=len(model.low))
    least = np.bincount(row, down, minlength=len(model.low))
    binds = (most > model.high) | (least < model.low)
    entries = np.flatnonzero(inside & binds[model.row])
    return np.flatnonzero(basis.active), np.flatnonzero(binds), entries


def _stated(basis: Basis, columns: Integers, rows: Integers, more: int) -> highspy.HighsBasis:
    stated = highspy.HighsBasis()
    lower = highspy.HighsBasisStatus.kLower
    stated.col_status = [basis.columns[c] for c in columns.tolist()] + [lower] * more
    stated.row_status = [basis.rows[r] for r in rows.tolist()]
    stated.valid = stated.alien = True
    return stated


def _note(basis: Basis, columns: Integers, rows: Integers, after: highspy.HighsBasis) -> None:
    for position, status in zip(columns.tolist(), after.col_status, strict=False):
        basis.columns[position] = status
    for position, status in zip(rows.tolist(), after.row_status, strict=True):
        basis.rows[position] = status
    basis.stands = True
