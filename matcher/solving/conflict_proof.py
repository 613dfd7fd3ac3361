"""A proof that rows cannot hold together, in whole numbers: Farkas' lemma.

Rows multiplied by numbers and added up make one row. Where the most that its left side can come to,
within the bounds of the columns, is less than what it asks for, the rows with a number other than 0
are in conflict. The numbers come from a linear solver in floating point; what they prove is then
worked out in whole numbers, so that nothing depends on a tolerance.
"""

import numpy as np

from matcher.solving.model import OPEN, Floats, Integers, LinearModel

WHOLE = 2**40
"""The largest multiplier in whole numbers."""
SLIGHT = (1e-6, 1e-9, 0.0)
"""Multipliers below such parts of the largest are taken for noise, most of them first."""


def proven_by(model: LinearModel, ray: Floats) -> Integers | None:
    """Give the rows that a solver's ray proves to be in conflict; None where it proves nothing.

    `ray` has a multiplier for each row, of either sign convention.
    """
    largest = float(np.abs(ray).max(initial=0.0))
    if not np.isfinite(largest) or largest == 0:
        return None
    for slight in SLIGHT:
        kept = np.where(np.abs(ray) > slight * largest, ray, 0.0)
        whole = np.rint(kept / largest * WHOLE).astype(np.int64)
        for multipliers in (whole, -whole):
            used = _used(model, multipliers)
            if used is not None:
                return used
    return None


def _used(model: LinearModel, multipliers: Integers) -> Integers | None:
    """Give the rows with multipliers if these prove a conflict."""
    # A multiplier above nought speaks of what a row asks for, one below of what it allows.
    side = np.where(multipliers > 0, model.low, model.high)
    used = np.flatnonzero((multipliers != 0) & (np.abs(side) < OPEN))
    if not len(used):
        return None
    asked = sum((multipliers[used].astype(object) * side[used].astype(object)).tolist())
    lengths = np.diff(model.start)[used]
    offset = np.cumsum(lengths) - lengths
    entries = np.repeat(model.start[used] - offset, lengths) + np.arange(int(lengths.sum()))
    column = model.column[entries]
    products = np.repeat(multipliers[used].astype(object), lengths) * model.coefficient[
        entries
    ].astype(object)
    order = np.argsort(column, kind="stable")
    columns, first = np.unique(column[order], return_index=True)
    if not len(columns):
        return used if asked > 0 else None
    sums = np.add.reduceat(products[order], first)
    at_best = np.where(sums > 0, model.upper[columns], model.lower[columns]).astype(object)
    reached = int((sums * at_best).sum())
    return used if reached < asked else None
