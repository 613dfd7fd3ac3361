"""Who pays: better payers for proposals that keep their totals (levels L3 and L4).

With the totals kept, who is funded and with how much stands, and with it nearly every row that
couples blocks. What remains falls apart into blocks, each solved at the root of its search tree.
"""

from dataclasses import replace
from time import monotonic

import numpy as np

from matcher.solving import cp_sat, highs
from matcher.solving.blocks import parts_of
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.model import OPEN, Floats, Integers, LinearModel
from matcher.solving.objectives import WholeObjective

NODES = 30
"""Nodes of the search tree for each block: little more than the root and its heuristics."""


def better_payers(
    formulation: Formulation,
    model: LinearModel,
    goal: WholeObjective,
    columns: Integers,
    effort: Effort,
) -> Integers:
    """Give columns at least as good as `columns` in which every proposal has the same total."""
    deadline = monotonic() + effort.seconds
    kept = with_totals_kept(formulation, model, columns)
    parts = parts_of(kept)
    is_flag = np.zeros(model.columns, np.bool_)
    is_flag[formulation.flags] = True
    best = columns.copy()
    for block, rows in zip(parts.columns, parts.rows, strict=True):
        now, paid = columns[block], goal.coefficients[block]
        if not np.any(paid) or monotonic() > deadline:
            continue
        part = _held(kept, parts.coupling, kept.part(block, rows), block, now)
        flags = np.flatnonzero(is_flag[block])
        left = replace(effort, seconds=deadline - monotonic())
        relaxed = highs.relax(part, paid, goal.most, flags, left, NODES)
        if relaxed.columns is None:
            continue
        found = with_pattern(part, paid, goal.most, flags, relaxed.columns, left)
        if found is not None:
            ahead = int(paid @ found) - int(paid @ now)
            best[block] = found if (ahead > 0) == goal.most and ahead else now
    return best


def with_pattern(
    model: LinearModel,
    coefficients: Integers,
    most: bool,
    flags: Integers,
    relaxed: Floats,
    effort: Effort,
) -> Integers | None:
    """Keep the grants that a relaxation makes and solve the amounts exactly; None if impossible."""
    pattern = np.rint(relaxed[flags]).astype(np.int64)
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[flags] = upper[flags] = pattern
    fixed = replace(model, lower=lower, upper=upper)
    return cp_sat.solve(fixed, coefficients, most, effort).columns


def with_totals_kept(
    formulation: Formulation, model: LinearModel, columns: Integers
) -> LinearModel:
    """Give the model with what each proposal gets, and whether it is funded, as it is."""
    kept = np.concatenate([formulation.total, formulation.funded])
    lower, upper = model.lower.copy(), model.upper.copy()
    lower[kept] = upper[kept] = columns[kept]
    return replace(model, lower=lower, upper=upper)


def _held(
    whole: LinearModel, coupling: Integers, part: LinearModel, block: Integers, now: Integers
) -> LinearModel:
    """Give a block's model in which it contributes to the coupling rows no less than now."""
    place = np.full(whole.columns, -1, np.int64)
    place[block] = np.arange(len(block))
    for row in coupling:
        at, values = whole.row(int(row))
        here = place[at] >= 0
        if not here.any():
            continue
        terms = np.zeros(len(block), np.int64)
        terms[place[at[here]]] = values[here]
        share = int(terms @ now)
        low = share if whole.low[row] > -OPEN else -OPEN
        high = share if whole.high[row] < OPEN else OPEN
        part = part.with_row(terms, low, high, whole.constraint[row])
    return part
