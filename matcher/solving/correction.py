"""What it would cost to fund one proposal in full, when only its neighbours may change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import Row, SoftBound, narrowed_rows
from matcher.results import Options
from matcher.solving import cp_sat, highs
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import OPEN, Integers, LinearModel
from matcher.solving.objectives import objectives_of
from matcher.solving.payers import with_pattern

NODES = 1
WORK = 1.0
GAP = 1e-3


@dataclass(frozen=True)
class Correction:
    """What correcting one proposal costs in merit of its tier, at most.

    `cost` is None where no plan was found; `impossible` says that it is proven that there is none.
    """

    cost: Fraction | None
    impossible: bool = False


def cost_of_funding(
    problem: Problem,
    amounts: Integers,
    proposal: int,
    moving: Integers,
    rows: Sequence[Row],
    soft: Sequence[SoftBound],
    seconds: float,
) -> Correction:
    """Find the plan of most merit in its tier that pays `proposal` whole; only `moving` may change.

    Every hard row holds, no soft target falls further short, and earlier tiers lose nothing.
    """
    narrow, kept = problem.narrowed(moving)
    place = {int(j): position for position, j in enumerate(moving)}
    funded = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)) > 0
    every = [*rows, *_as_rows(soft, amounts, funded)]
    narrowed = narrowed_rows(every, kept, moving, amounts, funded)
    mine = place[proposal]
    whole = narrow.proposals.minimum.copy()
    whole[mine] = narrow.proposals.request[mine]
    narrow = replace(narrow, proposals=replace(narrow.proposals, minimum=whole))
    formulation = formulate(narrow, rows=narrowed, soft=())
    lower = formulation.model.lower.copy()
    lower[formulation.funded[mine]] = 1
    if np.any(lower > formulation.model.upper):
        return Correction(None, impossible=True)
    model = replace(formulation.model, lower=lower)
    return _cheapest(formulation, model, amounts[kept], mine, seconds)


def _as_rows(
    soft: Sequence[SoftBound], amounts: Integers, funded: np.ndarray[tuple[int], np.dtype[np.bool_]]
) -> Iterator[Row]:
    """Give soft bounds as rows that are kept where they hold, and else no further missed."""
    for bound in soft:
        now = bound.row.value(amounts, funded)
        if bound.side > 0:
            yield replace(bound.row, low=min(now, ceil(bound.limit)))
        else:
            yield replace(bound.row, high=max(now, floor(bound.limit)))


def _cheapest(
    formulation: Formulation, model: LinearModel, now: Integers, proposal: int, seconds: float
) -> Correction:
    tier = formulation.problem.proposals.tier[proposal]
    columns = formulation.complete(now)
    goals = [goal for goal in objectives_of(formulation) if goal.level == "L2"]
    tiers = sorted(set(formulation.problem.proposals.tier.tolist()))
    before = Fraction(0)
    for goal, of in zip(goals, tiers, strict=True):
        whole, before = goal.whole(model.upper), goal.value(columns)
        if of == tier:
            break
        model = model.with_row(whole.coefficients, whole.total(columns), OPEN, goal.level)
    flags = np.concatenate([formulation.grant, formulation.funded])
    effort = Effort(seconds, WORK, GAP, 1, Options().seed)
    relaxed = highs.relax(model, whole.coefficients, True, flags, effort, NODES)
    if not relaxed.feasible:
        return Correction(None, impossible=True)
    found = None
    if relaxed.columns is not None:
        found = with_pattern(model, whole.coefficients, True, flags, relaxed.columns, effort)
    if found is None:
        solved = cp_sat.solve(model, whole.coefficients, True, effort)
        if solved.columns is None:
            return Correction(None, impossible=solved.ended == "infeasible")
        found = solved.columns
    return Correction(before - goal.value(found))
