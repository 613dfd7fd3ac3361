"""A relaxation solved block by block, where a few rows couple blocks that are otherwise apart.

Blocks are the connected parts of the model without the rows of organisations, alternatives,
requirements, targets and levels; a row of those that touches several blocks is priced (Lagrange),
with the prices of the linear relaxation. The blocks' sum bounds the whole. A plan comes from the
blocks' own, brought within the coupling rows, else from the whole model on the grants they use.
"""

from dataclasses import replace
from functools import partial
from time import monotonic

import numpy as np

from matcher.solving import highs
from matcher.solving.apart import run_side_by_side
from matcher.solving.cp_sat import Effort
from matcher.solving.highs import TOLERANCE, Relaxed
from matcher.solving.model import OPEN, Floats, Integers, LinearModel
from matcher.solving.objectives import WholeObjective
from matcher.solving.settling import Parts, settled

COUPLING = ("C8", "C9", "C10", "C11", "near", "L1", "L2", "L3", "L4")
NO_FLAGS = np.zeros(0, np.int64)
SHARE_OF_TIME = 0.6
"""The part of the time left that the blocks may use up: a plan of the whole needs some as well."""
SHARE_OF_GAP = 0.5
"""The part of the asked gap that the blocks may use up."""


def relax_by_blocks(
    model: LinearModel,
    goal: WholeObjective,
    flags: Integers,
    effort: Effort,
    known: Integers | None = None,
) -> Relaxed | None:
    """Bound a level and find a plan for it, from the columns known; None where none can exist."""
    deadline = monotonic() + effort.seconds
    parts = parts_of(model)
    if len(parts.columns) == 1:
        whole = highs.relax(model, goal.coefficients, goal.most, flags, effort, known=known)
        return whole if whole.feasible else None
    linear = highs.relax(model, goal.coefficients, goal.most, NO_FLAGS, effort)
    if not linear.feasible:
        return None
    prices = np.zeros(model.rows) if linear.prices is None else linear.prices
    apart = replace(effort, seconds=(deadline - monotonic()) * SHARE_OF_TIME)
    priced = _priced(model, goal, flags, apart, parts, prices)
    if priced.columns is None:
        return replace(linear, clock=linear.clock or priced.clock)
    tighter = min(priced.bound, linear.bound) if goal.most else max(priced.bound, linear.bound)
    plan, clock = priced.columns, priced.clock
    left = replace(effort, seconds=(deadline - monotonic()) * SHARE_OF_TIME)
    kept = settled(model, goal, flags, parts, plan, left)
    if kept is not None:
        return Relaxed(kept, tighter, True, clock)
    left = replace(effort, seconds=deadline - monotonic())
    repaired = _repaired(model, goal, flags, left, plan, linear)
    return Relaxed(repaired.columns, tighter, True, clock or repaired.clock)


def parts_of(model: LinearModel) -> Parts:
    """Split the model; coupling rows that stay within one block belong to it."""
    above = np.arange(model.columns)

    def root(column: int) -> int:
        while above[column] != column:
            above[column] = above[above[column]]
            column = int(above[column])
        return column

    maybe = np.isin(model.constraint, COUPLING)
    for row in np.flatnonzero(~maybe):
        at, _ = model.row(int(row))
        for column in at[1:]:
            above[root(int(column))] = root(int(at[0]))
    block = np.array([root(column) for column in range(model.columns)])
    spread = np.array([len(set(block[model.row(row)[0]])) for row in range(model.rows)])
    home = np.array(
        [block[model.row(row)[0][0]] if spread[row] == 1 else -1 for row in range(model.rows)]
    )
    names = np.unique(block)
    return Parts(
        columns=[np.flatnonzero(block == name) for name in names],
        rows=[np.flatnonzero(home == name) for name in names],
        coupling=np.flatnonzero(spread > 1),
    )


def _priced(
    model: LinearModel,
    goal: WholeObjective,
    flags: Integers,
    effort: Effort,
    parts: Parts,
    prices: Floats,
) -> Relaxed:
    """Solve every block against the prices of the coupling rows: the bound, and their plans."""
    deadline = monotonic() + effort.seconds
    paid = goal.coefficients.astype(float)
    bound = 0.0
    sign = 1.0 if goal.most else -1.0
    for row in parts.coupling:
        price = float(prices[row])
        side = model.high[row] if price * sign > 0 else model.low[row]
        if abs(int(side)) >= OPEN:
            continue
        at, values = model.row(row)
        paid[at] -= price * values
        bound += price * float(side)
    is_flag = np.zeros(model.columns, np.bool_)
    is_flag[flags] = True

    def solved(columns: Integers, rows: Integers) -> Relaxed:
        left = deadline - monotonic()
        gentle = replace(effort, seconds=left, gap=effort.gap * SHARE_OF_GAP)
        part, own_flags = model.part(columns, rows), np.flatnonzero(is_flag[columns])
        return highs.relax(part, paid[columns], goal.most, own_flags, gentle)

    blocks = list(zip(parts.columns, parts.rows, strict=True))
    results = run_side_by_side(
        [partial(solved, *block) for block in blocks], workers=effort.workers
    )
    plan, clock = np.zeros(model.columns), any(found.clock for found in results)
    for (columns, _), found in zip(blocks, results, strict=True):
        if found.columns is None:
            return Relaxed(None, 0.0, True, clock)
        bound += found.bound
        plan[columns] = found.columns
    return Relaxed(plan, bound + abs(bound) * TOLERANCE * sign, True, clock)


def _repaired(
    model: LinearModel,
    goal: WholeObjective,
    flags: Integers,
    effort: Effort,
    plan: Floats,
    linear: Relaxed,
) -> Relaxed:
    """Solve the whole model on the flags that the blocks or the linear relaxation use."""
    used = plan[flags] > 0.5
    if linear.columns is not None:
        used |= linear.columns[flags] > 1e-6
    upper = model.upper.copy()
    upper[flags[~used]] = model.lower[flags[~used]]
    narrowed = replace(model, upper=upper)
    return highs.relax(narrowed, goal.coefficients, goal.most, flags, effort)
