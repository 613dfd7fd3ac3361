"""What it would cost to fund one proposal in full, when only its neighbours may change."""

from dataclasses import replace

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import hard_rows, narrowed_row
from matcher.results import Options
from matcher.solving import cp_sat
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import formulate
from matcher.solving.model import Integers
from matcher.solving.objectives import objectives_of

WORK = 1.0
GAP = 1e-4


def correct(
    problem: Problem, amounts: Integers, proposal: int, moving: Integers
) -> Integers | None:
    """Give the plan of most merit found that pays `proposal` whole; only `moving` may change.

    Every hard constraint holds; soft targets are set aside. None where no such plan was found.
    """
    narrow, kept = problem.narrowed(moving)
    place = {int(j): position for position, j in enumerate(moving)}
    pairs = {int(pair): position for position, pair in enumerate(kept)}
    funded = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)) > 0
    rows = [narrowed_row(row, pairs, place, amounts, funded) for row in hard_rows(problem)]
    whole = narrow.proposals.minimum.copy()
    whole[place[proposal]] = narrow.proposals.request[place[proposal]]
    narrow = replace(narrow, proposals=replace(narrow.proposals, minimum=whole))
    formulation = formulate(narrow, rows=rows, soft=())
    lower = formulation.model.lower.copy()
    lower[formulation.funded[place[proposal]]] = 1
    if np.any(lower > formulation.model.upper):
        return None
    model = replace(formulation.model, lower=lower)
    goals = [goal for goal in objectives_of(formulation) if goal.level == "L2"]
    merged = replace(goals[0], numerator=np.sum([goal.numerator for goal in goals], axis=0))
    merit = merged.whole(model.upper).coefficients
    solved = cp_sat.solve(model, merit, True, Effort(60.0, WORK, GAP, 1, Options().seed))
    if solved.columns is None:
        return None
    changed = amounts.copy()
    changed[kept] = solved.columns[formulation.money]
    return changed
