"""How few changes an earlier result needs: what can no longer be kept, and the least of all."""

from dataclasses import replace
from math import floor

from matcher.allocation.problem import Problem
from matcher.results import Options
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.near import near_of
from matcher.solving.objectives import fewest_changes
from matcher.solving.one_level import UNLIMITED, OneLevel, Ways
from matcher.solving.reckoning import State
from matcher.solving.rounding import breaking, mended


def with_lost(formulation: Formulation) -> Formulation:
    """Say of proposals that cannot be kept, as their own rows forbid it, that they have changed.

    A request that fell, a smaller largest grant, an acceptance of another amount: no other proposal
    has to do with it, so no plan keeps them.
    """
    if formulation.near is None:
        return formulation
    model, nearness = formulation.model, formulation.nearness
    kept = formulation.complete(formulation.near.earlier)
    lost = breaking(formulation, model, kept)[nearness.of]
    lower, upper = model.lower.copy(), model.upper.copy()
    upper[nearness.kept[lost]] = 0
    lower[nearness.changed[lost[: len(nearness.changed)]]] = 1
    return replace(formulation, model=replace(model, lower=lower, upper=upper))


def least_changes(problem: Problem, options: Options, ways: Ways) -> int | None:
    """Give how many changes a plan needs at least where that is more than may be made.

    None where that is not what stands in the way: there is no limit, or no plan with any changes.
    """
    near = near_of(problem, options.stay_near)
    if near is None or near.at_most is None:
        return None
    formulation = with_lost(formulate(problem, near=replace(near, at_most=None, price=None)))
    objective = fewest_changes(formulation, near)
    whole = objective.whole(formulation.model.upper)
    level = OneLevel(formulation, objective, whole, [], whole, None, ways)
    start = mended(formulation, near.earlier)
    effort = Effort(max(options.seconds, 0.01), UNLIMITED, 0.0, options.workers, options.seed)
    solved: Solved = level.solve(State(formulation.model, None, {}, start), effort)
    if solved.columns is None:
        return None
    most_kept = floor(solved.bound * whole.factor)
    return max(near.at_most + 1, int(near.had.sum()) - most_kept)
