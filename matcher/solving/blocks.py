"""A relaxation solved block by block, where a few rows couple blocks that are otherwise apart.

Blocks are the connected parts of the model without the rows of organisations, alternatives,
requirements, targets and levels; a row of those that touches several blocks is priced (Lagrange),
with the prices of the linear relaxation. The blocks' sum bounds the whole. A plan comes from the
blocks' own if it keeps the coupling rows, else from the whole model on the grants they use.
"""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.highs import TOLERANCE, Floats, Relaxed
from matcher.solving.model import OPEN, Integers, LinearModel
from matcher.solving.objectives import WholeObjective

COUPLING = ("C8", "C9", "C10", "C11", "L1", "L2", "L3", "L4")
NO_FLAGS = np.zeros(0, np.int64)
SHARE_OF_GAP = 0.5
"""The part of the asked gap that the blocks may use up."""


@dataclass(frozen=True)
class Parts:
    """The columns and rows of each block, and the rows that couple blocks."""

    columns: list[Integers]
    rows: list[Integers]
    coupling: Integers


def relax_by_blocks(
    model: LinearModel, goal: WholeObjective, flags: Integers, effort: Effort
) -> Relaxed | None:
    """Bound a level and find a plan for it; None where no plan can exist."""
    start = monotonic()
    parts = parts_of(model)
    if len(parts.columns) == 1:
        whole = highs.relax(model, goal.coefficients, goal.most, flags, effort)
        return whole if whole.feasible else None
    linear = highs.relax(model, goal.coefficients, goal.most, NO_FLAGS, effort)
    if not linear.feasible:
        return None
    prices = np.zeros(model.rows) if linear.prices is None else linear.prices
    bound, plan = _priced(model, goal, flags, effort, parts, prices, start)
    if plan is None:
        return linear
    tighter = min(bound, linear.bound) if goal.most else max(bound, linear.bound)
    left = replace(effort, seconds=effort.seconds - (monotonic() - start))
    if not _keeps(model, parts.coupling, plan):
        plan = _repaired(model, goal, flags, left, plan, linear)
    return Relaxed(plan, tighter, True, left.seconds <= 0)


def parts_of(model: LinearModel) -> Parts:
    """Split the model; coupling rows that stay within one block belong to it."""
    above = np.arange(model.columns)

    def root(column: int) -> int:
        while above[column] != column:
            above[column] = above[above[column]]
            column = int(above[column])
        return column

    maybe = np.isin(np.array(model.constraint), COUPLING)
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
    start: float,
) -> tuple[float, Floats | None]:
    """Solve every block against the prices of the coupling rows: the bound, and their plans."""
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
    plan = np.zeros(model.columns)
    for columns, rows in zip(parts.columns, parts.rows, strict=True):
        left = effort.seconds - (monotonic() - start)
        gentle = replace(effort, seconds=left, gap=effort.gap * SHARE_OF_GAP)
        part = model.part(columns, rows)
        own_flags = np.flatnonzero(is_flag[columns])
        solved = highs.relax(part, paid[columns], goal.most, own_flags, gentle)
        if solved.columns is None:
            return bound, None
        bound += solved.bound
        plan[columns] = solved.columns
    return bound + abs(bound) * TOLERANCE * sign, plan


def _keeps(model: LinearModel, rows: Integers, plan: Floats) -> bool:
    """Say whether a plan, its flags rounded, keeps the coupling rows within the tolerance."""
    for row in rows:
        at, values = model.row(row)
        total = float(values @ plan[at])
        slack = 1e-6 * max(1.0, float(np.abs(values * plan[at]).sum()))
        if not model.low[row] - slack <= total <= model.high[row] + slack:
            return False
    return True


def _repaired(
    model: LinearModel,
    goal: WholeObjective,
    flags: Integers,
    effort: Effort,
    plan: Floats,
    linear: Relaxed,
) -> Floats | None:
    """Solve the whole model on the flags that the blocks or the linear relaxation use."""
    used = plan[flags] > 0.5
    if linear.columns is not None:
        used |= linear.columns[flags] > 1e-6
    upper = model.upper.copy()
    upper[flags[~used]] = model.lower[flags[~used]]
    narrowed = replace(model, upper=upper)
    return highs.relax(narrowed, goal.coefficients, goal.most, flags, effort).columns
