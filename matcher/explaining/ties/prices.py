"""What prices alone settle: who is funded in every plan as good as one known, and who in none.

With a price on every row of the model a problem falls apart into its proposals, and what each can
add at most is worked out in whole numbers. Any prices give a bound that holds, whatever they come
from; those of the relaxation in divisible money give a near one. A proposal without which, or with
which, the bound is below what the plan known reaches, is treated alike in all plans as good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.problem import Flags, Integers, Problem
from matcher.explaining.ties.face import face_of
from matcher.solving import highs
from matcher.solving.blocks import NO_FLAGS
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.model import OPEN, Floats, LinearModel

PARTS = 2**20
"""Parts of a whole that prices are rounded to, and all that is added up is counted in."""
NEVER = -(10**40)
"""What funding a proposal adds that no pool can make a grant: less than anything else takes off."""
Exact = NDArray[Any]
"""Whole numbers of any size."""


@dataclass(frozen=True)
class Settled:
    """The proposals that all plans as good fund (`always`), and those that none does (`never`)."""

    always: Flags
    never: Flags


def settled_by_prices(
    problem: Problem, least: Sequence[Fraction], effort: Effort
) -> Settled | None:
    """Say what prices settle of plans that reach at least these values of the first levels.

    Values are exact and turned so that more is better. None where there are no prices.
    """
    *earlier, last = least
    face = face_of(problem, earlier)
    formulation, model = face.formulation, face.model
    goal = face.objectives[len(earlier)].whole(formulation.model.upper)
    prices = highs.relax(model, goal.coefficients, goal.most, NO_FLAGS, effort).prices
    if prices is None:
        return None
    asked = ceil(last / goal.factor) if goal.most else -floor(-last / goal.factor)
    over = _priced(model, prices if goal.most else -prices)
    slack, gains = _gains(formulation, model, goal.upwards, over)
    here = np.maximum(gains, 0)
    short = asked * PARTS - (slack + int(here.sum()))
    return Settled((short + here > 0).astype(np.bool_), (short + here - gains > 0).astype(np.bool_))


def _priced(model: LinearModel, prices: Floats) -> Exact:
    """Give whole prices of the rows, nothing for a side that is open: there the price is no bound.

    A price above nought is one of the upper side, below nought of the lower.
    """
    finite = np.where(np.isfinite(prices), prices, 0.0)
    whole = np.array([round(price * PARTS) for price in finite.tolist()], object)
    whole[(whole > 0) & (model.high >= OPEN)] = 0
    whole[(whole < 0) & (model.low <= -OPEN)] = 0
    return whole


def _gains(
    formulation: Formulation, model: LinearModel, upwards: Integers, price: Exact
) -> tuple[int, Exact]:
    """Give the most that all but proposals add, and the most each proposal adds if it is funded."""
    side = np.where(price > 0, model.high, model.low).astype(object)
    slack = int((price * np.where(price == 0, 0, side)).sum())
    value = upwards.astype(object) * PARTS
    row = np.repeat(np.arange(model.rows), np.diff(model.start))
    np.subtract.at(value, model.column, price[row] * model.coefficient.astype(object))
    missed = formulation.shortfall
    slack += int(_most(value[missed], model.lower[missed], model.upper[missed]).sum())
    problem = formulation.problem
    pairs, proposals = problem.pairs, problem.proposals
    can = model.upper[formulation.grant] > 0
    amounts = formulation.money[can]
    of_pair = value[formulation.grant[can]]
    least = np.minimum(problem.pools.least[pairs.pool[can]], model.upper[amounts])
    of_pair = of_pair + _most(value[amounts], least, model.upper[amounts])
    gains = value[formulation.funded] + _most(
        value[formulation.total], np.maximum(proposals.minimum, 0), proposals.request
    )
    best: list[int | None] = [None] * len(gains)
    for owner, gain in zip(pairs.proposal[can].tolist(), of_pair.tolist(), strict=True):
        if gain > 0:
            gains[owner] += gain
        known = best[owner]
        best[owner] = gain if known is None else max(known, gain)
    for owner, most in enumerate(best):
        if most is None:
            gains[owner] = NEVER
        elif most < 0:
            gains[owner] += most
    return slack, gains


def _most(value: Exact, low: Integers, high: Integers) -> Exact:
    """Give the most that a value times a quantity between two bounds comes to."""
    most: Exact = np.maximum(value * low.astype(object), value * high.astype(object))
    return most
