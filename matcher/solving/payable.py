"""The largest award a proposal can be paid while other proposals keep what they have.

This is the step of the committee's ranked list, and the question behind the reserve list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import floor

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Problem
from matcher.allocation.rows import Row, narrowed_rows
from matcher.allocation.settled import Settled
from matcher.results import Options
from matcher.solving import cp_sat, highs
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.model import Integers, LinearModel
from matcher.solving.repaying import Relaxation

WORK = 4.0
"""What one step may spend, in the exact solver's deterministic seconds."""
NEAR_WORK = 0.3
"""What a search among few proposals may spend, in the same seconds."""
NODES = 100
"""How large a search tree may grow."""
NEAR = 0.5
"""By how many units a bound in floating point may be off: bounds are whole."""


@dataclass(frozen=True)
class _Step:
    """A step of the list as a model: what a proposal gets is `goal`."""

    kept: Integers
    formulation: Formulation
    model: LinearModel
    goal: Integers

    def amounts(self, before: Integers, columns: Integers) -> Integers:
        """Give amounts of all pairs from the model's columns."""
        changed = before.copy()
        changed[self.kept] = columns[self.formulation.money]
        return changed


def _step(
    problem: Problem,
    amounts: Integers,
    proposal: int,
    settled: Integers,
    rows: Sequence[Row],
    open_: Sequence[int] = (),
    low: int = 1,
    high: int = NO_LIMIT,
) -> _Step | None:
    """State a step, the proposal to get `low` to `high`; None where it plainly cannot."""
    moving = np.unique(np.array([*settled, *open_, proposal], np.int64))
    narrow, kept = problem.narrowed(moving)
    place = {int(j): position for position, j in enumerate(moving)}
    totals = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)).astype(int)
    request, minimum = narrow.proposals.request.copy(), narrow.proposals.minimum.copy()
    fixed = [place[int(j)] for j in settled]
    request[fixed] = minimum[fixed] = totals[settled]
    here = place[proposal]
    request[here], minimum[here] = min(request[here], high), max(minimum[here], low)
    narrow = replace(narrow, proposals=replace(narrow.proposals, request=request, minimum=minimum))
    narrowed = narrowed_rows(rows, kept, moving, amounts, totals > 0)
    formulation = formulate(narrow, rows=narrowed, soft=())
    model = formulation.model
    lower = model.lower.copy()
    lower[formulation.funded[[*fixed, here]]] = 1
    if np.any(lower > model.upper):
        return None
    goal = np.zeros(model.columns, np.int64)
    goal[formulation.money[narrow.pairs.proposal == here]] = 1
    return _Step(kept, formulation, replace(model, lower=lower), goal)


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
    step = _step(problem, amounts, proposal, settled, rows, open_)
    if step is None:
        return None
    effort = Effort(options.seconds, WORK, 0.0, 1, options.seed)
    solved = cp_sat.solve(step.model, step.goal, True, effort)
    return None if solved.columns is None else step.amounts(amounts, solved.columns)


def _exact(
    step: _Step, amounts: Integers, high: int, effort: Effort
) -> tuple[Integers | None, int]:
    """Give amounts of the most found, None without any, and what none exceeds (0: none are)."""
    solved = cp_sat.solve(step.model, step.goal, True, effort)
    if solved.ended == "infeasible":
        return None, 0
    most = min(high, solved.bound)
    return (None if solved.columns is None else step.amounts(amounts, solved.columns)), most


def _by_pattern(
    step: _Step, amounts: Integers, high: int, effort: Effort
) -> tuple[Integers | None, int]:
    """Look for grants in a search tree with money divisible; their exact amounts follow."""
    flags = step.formulation.grant
    relaxed = highs.relax(step.model, step.goal, True, flags, effort, NODES)
    if not relaxed.feasible:
        return None, 0
    most = high if abs(relaxed.bound) >= highs.INFINITY else min(high, floor(relaxed.bound + NEAR))
    if relaxed.columns is None:
        return None, most
    upper = step.model.upper.copy()
    upper[flags[relaxed.columns[flags] < NEAR]] = 0
    pattern = replace(step.model, upper=np.maximum(upper, step.model.lower))
    found, _ = _exact(replace(step, model=pattern), amounts, high, effort)
    return found, most


@dataclass(frozen=True)
class Payments:
    """How the ranked list finds what is payable (`allocation.ranked_list.Payable`).

    With `searches`, no more than so many steps that are still open are looked into, and only among
    the payers that a relaxation would change; without, each is worked out as far as `WORK` goes.
    """

    options: Options = field(default_factory=Options)
    searches: int | None = None

    def largest(
        self,
        problem: Problem,
        amounts: Integers,
        proposal: int,
        settled: Integers,
        rows: Sequence[Row],
        open_: Sequence[int],
    ) -> Integers | None:
        """Give amounts in which a proposal gets the most, None where it cannot be paid."""
        return largest_payable(problem, amounts, proposal, settled, rows, open_, self.options)

    def bounds(self, settled: Settled, rows: Sequence[Row]) -> "ListBounds":
        """Begin with what is settled."""
        return ListBounds(settled, rows, self.options, self.searches)


class ListBounds(Relaxation):
    """Bounds on each step of a list, and a search where they leave a step open."""

    def __init__(
        self, settled: Settled, rows: Sequence[Row], options: Options, searches: int | None
    ) -> None:
        self._effort = Effort(options.seconds, WORK, 0.0, 1, options.seed)
        self._rows, self._searches = rows, searches
        super().__init__(settled, self._effort)

    def find(
        self, proposal: int, low: int, high: int, among: Integers
    ) -> tuple[Integers | None, int]:
        """Give amounts in which it gets the most found, and what it cannot get more than.

        It gets `low` to `high` or nothing. First those change payers that do so in the relaxation,
        then all `among` may: in whole numbers, and at last by a search tree.
        """
        if self._searches == 0:
            return None, high
        nearby = replace(self._effort, work=NEAR_WORK)
        tries = [(_exact, self.near(proposal, high), nearby)]
        if self._searches is None:
            tries += [(_exact, among, self._effort), (_by_pattern, among, self._effort)]
        else:
            self._searches -= 1
        best, amounts = None, self.settled.amounts
        for search, free, effort in tries:
            step = _step(self.settled.problem, amounts, proposal, free, self._rows, (), low, high)
            found, most = (None, 0) if step is None else search(step, amounts, high, effort)
            if found is not None:
                best = found
                low = int(found[self.settled.pairs_of(proposal)].sum()) + 1
            if len(free) == len(among):
                high = min(high, max(most, low - 1))
            if low > high:
                break
        return best, high


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
