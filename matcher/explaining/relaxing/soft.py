"""The least change of a target's bound in a large round: the target made soft, and missed least.

The shortfall of a soft target, made least before all else (PROBLEM.md, L1), is how far its bound
has to move; the bound proven for it says how far at least.
"""

from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np

from matcher.domain import Round, Target
from matcher.domain.policy import BOUNDS
from matcher.explaining.relaxing.least import Least
from matcher.explaining.relaxing.lever import Lever
from matcher.explaining.relaxing.search import Asking
from matcher.solving import Ways
from matcher.solving.formulation import formulate
from matcher.solving.objectives import objectives_of
from matcher.solving.one_level import OneLevel, State

COARSEST = 1e-3
"""The gap that the least shortfall may be left with where a smaller one is asked for: beyond it,
what is gained is little and takes long."""
SHARE = 0.4
"""What part of the time left the search for the least shortfall may take."""
KEPT = "-kept"


def by_softening(round_: Round, lever: Lever, asking: Asking) -> Least | None:
    """Find the least change of a bound; None where it is no such bound, or nothing was found."""
    if lever.kind != "target" or not lever.now or asking.out_of_time:
        return None
    target = next(row for row in round_.targets if row.id == lever.about["target_id"])
    if target.of == "awarded" and lever.bound.endswith("share"):
        return None
    problem = asking.problem(_softened(round_, target, lever.bound))
    formulation = formulate(problem)
    objectives = [o for o in objectives_of(formulation) if o.level in ("L1", "L2")]
    goals = [objective.whole(formulation.model.upper) for objective in objectives]
    merit = next(
        goal for goal, objective in zip(goals, objectives, strict=True) if objective.level == "L2"
    )
    flags = np.concatenate([formulation.grant, formulation.funded])
    ways = Ways(exact=False)
    level = OneLevel(formulation, flags, objectives[0], goals[0], goals[1:], merit, None, ways)
    effort = asking.effort(max(asking.options.gap, COARSEST))
    effort = replace(effort, seconds=effort.seconds * SHARE)
    solved = level.solve(State(formulation.model, None, {}), effort)
    if solved.columns is None:
        return None
    columns = formulation.complete(solved.columns[formulation.money])
    missed, at_least = objectives[0].value(columns), solved.bound * goals[0].factor
    asking.awards = problem.awards(columns[formulation.money])
    per_step = Fraction(lever.now) / Fraction(lever.step)
    steps, low = max(1, ceil(missed * per_step)), max(1, ceil(at_least * per_step))
    if steps > lever.steps or asking.has_plan(lever.changed(round_, steps)) != "yes":
        return None
    return Least(steps, min(low, steps), low >= steps)


def _softened(round_: Round, target: Target, bound: str) -> Round:
    """Give the round in which one bound of a target is all that is soft."""
    rows = [row for row in round_.targets if row.strictness == "hard" and row.id != target.id]
    others = {name: None for name in BOUNDS if name != bound}
    rows.append(
        target.model_copy(
            update={**others, "strictness": "soft", "priority": 1, "weight": type(target.weight)(1)}
        )
    )
    if any(getattr(target, name) is not None for name in others):
        rows.append(target.model_copy(update={"id": f"{target.id}{KEPT}", bound: None}))
    return round_.model_copy(update={"targets": tuple(rows)})
