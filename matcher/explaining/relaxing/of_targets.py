"""The least change of a target's bound in a large round: the bound dropped, and missed least.

How much of what a target measures a plan can have is how far its bound has to move; the bound
proven for it says how far at least.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

import numpy as np

from matcher.allocation.problem import Problem, budgets_of
from matcher.allocation.target_rows import limit_of, measured
from matcher.domain import Round, Target
from matcher.domain.policy import BOUNDS
from matcher.explaining.relaxing.least import Least
from matcher.explaining.relaxing.lever import Lever
from matcher.explaining.relaxing.search import Asking
from matcher.solving import Ways
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.objectives import Objective, objectives_of
from matcher.solving.one_level import OneLevel
from matcher.solving.reckoning import State

COARSEST = 1e-3
"""The gap that is left where a smaller one is asked for: what is gained beyond takes long."""
SHARE, TURNS = 0.4, 4
"""What part of the time left each search may take, and how many there are at most."""


@dataclass(frozen=True)
class Missed:
    """How far a bound is missed at least, in its own unit: by the awards, and by any plan."""

    awards: Mapping[tuple[str, str], int]
    reached: Fraction
    proven: Fraction


def least_of_target(round_: Round, lever: Lever, asking: Asking) -> Least | None:
    """Find the least change of a bound; None where it is no bound, or nothing was found."""
    if lever.kind != "target" or not lever.now:
        return None
    target = _target(round_, lever)
    find = _of_awarded if _is_of_awarded(target, lever.bound) else _of_whole
    found = find(round_, target, lever, asking)
    if found is None or found.steps is None or found.steps > lever.steps:
        return None
    return found if asking.has_plan(lever.changed(round_, found.steps)) == "yes" else None


def _of_whole(round_: Round, target: Target, lever: Lever, asking: Asking) -> Least | None:
    """Find it where the bound is an amount, a count, or a share of what is on offer."""
    missed = _least_missed(round_, target, lever.bound, asking)
    if missed is None:
        return None
    each = Fraction(lever.now) / limit_of(round_, target, lever.bound)
    steps, low = (_steps(part * each, lever) for part in (missed.reached, missed.proven))
    return Least(steps, min(low, steps), low >= steps)


def _of_awarded(round_: Round, target: Target, lever: Lever, asking: Asking) -> Least | None:
    """Find it where the bound is a share of what is awarded, and how much that is depends.

    It is asked anew from the furthest step proven not to be enough, until a plan comes as near
    (after Dinkelbach, "On nonlinear fractional programming", 1967).
    """
    most = Fraction(_within(target, {(pool, ""): b for pool, b in budgets_of(round_).items()}))
    steps, low = lever.steps + 1, 1
    for _ in range(TURNS):
        changed = lever.changed(round_, low - 1)
        missed = _least_missed(changed, _target(changed, lever), lever.bound, asking)
        awarded = 0 if missed is None else _within(target, missed.awards)
        if missed is None or not awarded:
            break
        steps = min(steps, low - 1 + _steps(missed.reached / awarded, lever))
        nearer = min(steps, low - 1 + _steps(missed.proven / most, lever))
        stuck, low = nearer == low, nearer
        if stuck or steps - low <= COARSEST * steps:
            break
    return Least(steps, low, low == steps)


def _within(target: Target, units: Mapping[tuple[str, str], int]) -> int:
    """Add up what the pools of a target's scope have, or give."""
    return sum(of for (pool, _), of in units.items() if target.pool in (None, pool))


def _steps(distance: Fraction, lever: Lever) -> int:
    """Give the steps that cover a distance of a bound, one at least."""
    return max(1, ceil(distance / Fraction(lever.step)))


def _least_missed(round_: Round, target: Target, bound: str, asking: Asking) -> Missed | None:
    """Search the plan that misses a bound least; None where nothing was found in the time."""
    if asking.out_of_time:
        return None
    problem = asking.problem(round_)
    formulation = formulate(asking.problem(_without(round_, target, bound)), soft=())
    upper = formulation.model.upper
    objective = _objective(formulation, problem, target, bound)
    later = [o.whole(upper) for o in objectives_of(formulation) if o.level == "L2"]
    goal, ways = objective.whole(upper), Ways(exact=False)
    level = OneLevel(formulation, objective, goal, later, later[0], None, ways)
    effort = asking.effort(max(asking.options.gap, COARSEST))
    effort = replace(effort, seconds=effort.seconds * SHARE)
    solved = level.solve(State(formulation.model, None, {}), effort)
    if solved.columns is None:
        return None
    columns = formulation.complete(solved.columns[formulation.money])
    asking.awards = problem.awards(columns[formulation.money])
    of_awarded = _is_of_awarded(target, bound)
    limit = Fraction(0) if of_awarded else limit_of(round_, target, bound)
    side = 1 if objective.most else -1
    reached, proven = objective.value(columns), solved.bound * goal.factor
    return Missed(asking.awards, side * (limit - reached), side * (limit - proven))


def _objective(formulation: Formulation, problem: Problem, target: Target, bound: str) -> Objective:
    """Give what a bound measures as what is to be made most of, or least: minor units, or a count.

    Of a share of what is awarded it is what the target gets less its share of the whole.
    """
    row, scale = measured(problem, target, bound)
    numerator = np.zeros(formulation.model.columns, np.int64)
    money = formulation.money
    if target.pool is None:
        money = formulation.total[problem.pairs.proposal]
    numerator[money[row.money.at]] = row.money.value
    numerator[formulation.grant[row.grants.at]] = row.grants.value
    numerator[formulation.funded[row.funded.at]] = row.funded.value
    factor = Fraction(1) if bound.endswith("count") else Fraction(problem.unit, scale)
    one = np.ones_like(numerator)
    return Objective("L2", None, bound.startswith("min"), numerator, one, factor)


def _target(round_: Round, lever: Lever) -> Target:
    return next(row for row in round_.targets if row.id == lever.about["target_id"])


def _is_of_awarded(target: Target, bound: str) -> bool:
    return target.of == "awarded" and bound.endswith("share")


def _without(round_: Round, target: Target, bound: str) -> Round:
    """Give the round in which a target has all but one of its bounds."""
    rows = [row for row in round_.targets if row.id != target.id]
    rest = target.model_copy(update={bound: None})
    if any(getattr(rest, name) is not None for name in BOUNDS):
        rows.append(rest)
    return round_.model_copy(update={"targets": tuple(rows)})
