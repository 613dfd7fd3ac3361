"""The plans of blocks brought within the rows that couple them, one block after the other.

A block is decided anew with what the others leave of such rows, that block first which uses most of
those that are broken. At the prices of the rows it gives up little: what it used of them too much
is worth about what it costs.
"""

from dataclasses import dataclass, replace
from time import monotonic

import numpy as np

from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.model import OPEN, Flags, Floats, Integers, LinearModel
from matcher.solving.objectives import WholeObjective

SLACK = 1e-6
"""By how much, as a share of what is added up, a row may be missed in floating point."""


@dataclass(frozen=True)
class Parts:
    """The columns and rows of each block, and the rows that couple blocks."""

    columns: list[Integers]
    rows: list[Integers]
    coupling: Integers


def broken(model: LinearModel, rows: Integers, used: Floats, moved: Floats) -> Flags:
    """Say of rows whether what is `used` of each misses its sides; `moved` is its size."""
    slack = SLACK * np.maximum(1.0, moved)
    missed: Flags = (used < model.low[rows] - slack) | (used > model.high[rows] + slack)
    return missed


def settled(
    model: LinearModel,
    goal: WholeObjective,
    flags: Integers,
    parts: Parts,
    plan: Floats,
    effort: Effort,
) -> Floats | None:
    """Give a plan that keeps all rows, from one that keeps each block's; None if none is found."""
    deadline, plan = monotonic() + effort.seconds, plan.copy()
    is_flag = np.zeros(model.columns, np.bool_)
    is_flag[flags] = True
    waiting = np.ones(len(parts.columns), np.bool_)
    while True:
        used, moved = _used(model, parts, plan)
        wrong = broken(model, parts.coupling, used.sum(axis=1), moved.sum(axis=1))
        if not wrong.any():
            return plan
        shares = moved[wrong] / np.maximum(moved[wrong].sum(axis=1, keepdims=True), 1.0)
        most = np.where(waiting, shares.sum(axis=0), 0.0)
        block = int(np.argmax(most))
        if most[block] == 0 or monotonic() > deadline:
            return None
        waiting[block] = False
        columns = parts.columns[block]
        others = used.sum(axis=1) - used[:, block]
        part = _with_what_is_left(model, parts, block, others)
        left = replace(effort, seconds=deadline - monotonic())
        own = np.flatnonzero(is_flag[columns])
        found = highs.relax(part, goal.coefficients[columns], goal.most, own, left)
        if found.columns is None:
            return None
        plan[columns] = found.columns


def _used(model: LinearModel, parts: Parts, plan: Floats) -> tuple[Floats, Floats]:
    """Give what each block uses of each coupling row, and its size: coupling rows × blocks."""
    block = np.empty(model.columns, np.int64)
    for number, columns in enumerate(parts.columns):
        block[columns] = number
    used = np.zeros((len(parts.coupling), len(parts.columns)))
    moved = np.zeros_like(used)
    for line, row in enumerate(parts.coupling.tolist()):
        at, values = model.row(row)
        np.add.at(used[line], block[at], values * plan[at])
        np.add.at(moved[line], block[at], np.abs(values * plan[at]))
    return used, moved


def _with_what_is_left(model: LinearModel, parts: Parts, block: int, others: Floats) -> LinearModel:
    """Give a block's model with what others leave it of the coupling rows, as far as it can tell.

    What it cannot reach alone is not asked of it.
    """
    columns = parts.columns[block]
    part = model.part(columns, parts.rows[block])
    here = np.full(model.columns, -1)
    here[columns] = np.arange(len(columns))
    for row, beside in zip(parts.coupling.tolist(), others.tolist(), strict=True):
        at, values = model.row(row)
        mine = here[at] >= 0
        if not mine.any():
            continue
        terms = np.zeros(len(columns), np.int64)
        terms[here[at[mine]]] = values[mine]
        ends = terms * part.lower, terms * part.upper
        least, most = int(np.minimum(*ends).sum()), int(np.maximum(*ends).sum())
        low, high = int(model.low[row]), int(model.high[row])
        low = -OPEN if low <= -OPEN else min(int(np.ceil(low - beside)), most)
        high = OPEN if high >= OPEN else max(int(np.floor(high - beside)), least)
        part = part.with_row(terms, low, high, str(model.constraint[row]))
    return part
