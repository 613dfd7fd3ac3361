"""Who pays: models in which grants, or what every proposal gets, stay as they are."""

from dataclasses import replace

import numpy as np

from matcher.solving import cp_sat
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.model import Floats, Integers, LinearModel

WHOLE = 1e-6
"""How far from a whole number an amount in floating point may be to be taken for it."""


def with_pattern(
    model: LinearModel,
    coefficients: Integers,
    most: bool,
    flags: Integers,
    relaxed: Floats,
    effort: Effort,
    close: bool = False,
) -> Integers | None:
    """Keep the grants that a relaxation makes and solve the amounts exactly; None if impossible.

    Where they are to stay `close`, amounts that are whole already stay, too, and others move by a
    unit: this takes little, however many amounts there are, and is impossible more often.
    """
    near = np.rint(relaxed).astype(np.int64)
    lower, upper = model.lower.copy(), model.upper.copy()
    if close:
        moves = np.abs(relaxed - near) > WHOLE
        lower = np.maximum(lower, np.where(moves, np.floor(relaxed) - 1, near).astype(np.int64))
        upper = np.minimum(upper, np.where(moves, np.ceil(relaxed) + 1, near).astype(np.int64))
    lower[flags] = upper[flags] = near[flags]
    if np.any(lower > upper):
        return None
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
