"""Whose a column or a row is: the one proposal it is about."""

import numpy as np

from matcher.solving.formulation import Formulation
from matcher.solving.model import Integers, LinearModel
from matcher.solving.places import common


def row_homes_of(formulation: Formulation, model: LinearModel) -> Integers:
    """Give the proposal of each row of a model that is one proposal's own, -1 for the others."""
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    return common(homes_of(formulation)[model.column], row, model.rows)


def homes_of(formulation: Formulation) -> Integers:
    """Give the proposal of each column, -1 for a shortfall."""
    home = np.full(formulation.model.columns, -1)
    owner = formulation.problem.pairs.proposal
    home[formulation.money] = home[formulation.grant] = owner
    home[formulation.total] = home[formulation.funded] = np.arange(len(formulation.total))
    home[formulation.nearness.flags] = formulation.nearness.owners
    return home
