"""A proposal forced into the plan of a round of any size.

In a large one, by a plan nearby and a bound on all plans.
"""

from fractions import Fraction
from time import monotonic

import numpy as np

from matcher.allocation.problem import Integers
from matcher.explaining.solves.base import Base
from matcher.explaining.solves.forcing import Displacement, displaced, displacement_of
from matcher.explaining.solves.levels import Levels
from matcher.explaining.solves.neighbourhood import Neighbourhood
from matcher.solving import highs
from matcher.solving.blocks import NO_FLAGS

MOVED = 150
"""So many of those that the relaxation moves may move too, where the part alone has no plan."""


def forced(base: Base, proposal_id: str, funded: bool = True) -> tuple[Displacement | None, bool]:
    """Force a proposal in, or out; say too whether it is proven that no plan can do that."""
    if monotonic() > base.deadline:
        return None, False
    if base.is_large:
        return displacement_nearby(base, proposal_id, funded)
    found = displacement_of(base, proposal_id, funded)
    return found, found is None and monotonic() < base.deadline


def displacement_nearby(
    base: Base, proposal_id: str, funded: bool = True
) -> tuple[Displacement | None, bool]:
    """Force a proposal in, or out; say too whether it is proven that no plan can do that.

    What it costs is at most what the plan found nearby costs, and at least what the relaxation of
    the whole round loses.
    """
    problem = base.problem
    position = problem.proposals.ids.index(proposal_id)
    levels = base.levels(problem, None, {position: funded})
    if levels.is_impossible:
        return None, True
    bounds: list[Fraction] = []
    for at, (value, most) in enumerate(zip(base.worth.values, base.worth.bounds, strict=True)):
        bound = levels.bound(at)
        if bound is None:
            return None, True
        bounds.append(min(bound, most) if bounds == list(base.worth.values[:at]) else bound)
        if bound >= value:
            levels.hold(at, levels.side(at, value))
    for more in (False, True):
        others = _moved(levels, base) if more else None
        near = Neighbourhood.of(base, problem, position, others)
        found = near.best(funded)
        if found is not None:
            awards = near.whole(found.amounts)
            columns = levels.formulation.complete(problem.amounts(awards))
            values = levels.values(columns)
            return displaced(base, proposal_id, awards, values, bounds), False
    return None, False


def _moved(levels: Levels, base: Base) -> Integers:
    """Give the proposals that the relaxation of the whole round moves most."""
    goal, formulation = levels.goals[-1], levels.formulation
    effort = levels.effort(len(levels.goals) - 1)
    relaxed = highs.relax(formulation.model, goal.coefficients, goal.most, NO_FLAGS, effort)
    if relaxed.columns is None:
        return np.zeros(0, np.int64)
    now = formulation.complete(base.problem.amounts(base.awards))
    moved = np.abs(relaxed.columns - now)[formulation.total]
    order = np.argsort(-moved, kind="stable")[:MOVED]
    chosen: Integers = np.sort(order[moved[order] > 0])
    return chosen
