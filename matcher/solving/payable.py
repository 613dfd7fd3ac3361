"""The largest award a proposal can be paid while other proposals keep what they have.

This is the step of the committee's ranked list, and the question behind the reserve list.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Problem
from matcher.allocation.rows import Row, narrowed_rows
from matcher.results import Options
from matcher.solving import cp_sat
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import formulate
from matcher.solving.model import Integers

WORK = 4.0
"""What one step may spend, in the exact solver's deterministic seconds."""

Payable = Callable[[Problem, Integers, int, Integers, Sequence[Row]], Integers | None]


def largest_payable(
    problem: Problem,
    amounts: Integers,
    proposal: int,
    settled: Integers,
    rows: Sequence[Row],
    open_: Sequence[int] = (),
    options: Options = Options(),
) -> Integers | None:
    """Give amounts of all pairs in which `proposal` gets the most it can, None if it gets none.

    The proposals `settled` keep their totals while their payers may change, those `open_` may get
    any total that their pins ask for, all others keep their awards as they are. Amounts in units.
    """
    moving = np.unique(np.array([*settled, *open_, proposal], np.int64))
    narrow, kept = problem.narrowed(moving)
    place = {int(j): position for position, j in enumerate(moving)}
    totals = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)).astype(int)
    request, minimum = narrow.proposals.request.copy(), narrow.proposals.minimum.copy()
    fixed = [place[int(j)] for j in settled]
    request[fixed] = minimum[fixed] = totals[settled]
    narrow = replace(narrow, proposals=replace(narrow.proposals, request=request, minimum=minimum))
    funded = totals > 0
    narrowed = narrowed_rows(rows, kept, moving, amounts, funded)
    formulation = formulate(narrow, rows=narrowed, soft=())
    model = formulation.model
    lower = model.lower.copy()
    lower[formulation.funded[[*fixed, place[proposal]]]] = 1
    if np.any(lower > model.upper):
        return None
    mine = formulation.money[narrow.pairs.proposal == place[proposal]]
    goal = np.zeros(model.columns, np.int64)
    goal[mine] = 1
    effort = Effort(options.seconds, WORK, 0.0, 1, options.seed)
    solved = cp_sat.solve(replace(model, lower=lower), goal, True, effort)
    if solved.columns is None:
        return None
    changed = amounts.copy()
    changed[kept] = solved.columns[formulation.money]
    return changed


def could_be_paid(problem: Problem, amounts: Integers, proposal: int, rows: Sequence[Row]) -> bool:
    """Say whether a proposal could be paid if its pools had money and grants without limit.

    Other awards stay as they are and targets are set aside (PROBLEM.md, reserve_list): `rows`
    holds what is left to keep.
    """
    plenty = replace(
        problem.pools,
        budget=np.full_like(problem.pools.budget, NO_LIMIT),
        grants=np.full_like(problem.pools.grants, NO_LIMIT),
    )
    nobody = np.zeros(0, np.int64)
    richer = replace(problem, pools=plenty)
    return largest_payable(richer, amounts, proposal, nobody, rows) is not None
