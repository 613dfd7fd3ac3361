"""The largest award a proposal can be paid while other proposals keep what they have.

This is the step of the committee's ranked list, and the question behind the reserve list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import floor, inf
from time import monotonic

import numpy as np

from matcher.allocation.problem import NO_LIMIT, Problem
from matcher.allocation.ranked_list import Question
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
LOOK = 2e-6
"""What it takes to look into a step without solving it, in the same seconds for each pair."""
NODES = 100
"""How large a search tree may grow."""
NEAR = 0.5
"""By how many units a bound in floating point may be off: bounds are whole."""


_Found = tuple[Integers | None, int, float]
"""Amounts of all pairs of the most found (None without any), what none exceeds, work spent."""


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


def _step(question: Question, low: int = 1, high: int = NO_LIMIT) -> _Step | None:
    """State a step, the proposal to get `low` to `high`; None where it plainly cannot."""
    problem, amounts, proposal = question.problem, question.amounts, question.proposal
    settled = question.settled
    moving = np.unique(np.array([*settled, *question.open_, proposal], np.int64))
    narrow, kept = problem.narrowed(moving)
    place = {int(j): position for position, j in enumerate(moving)}
    totals = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)).astype(int)
    request, minimum = narrow.proposals.request.copy(), narrow.proposals.minimum.copy()
    fixed = [place[int(j)] for j in settled]
    request[fixed] = minimum[fixed] = totals[settled]
    here = place[proposal]
    request[here], minimum[here] = min(request[here], high), max(minimum[here], low)
    narrow = replace(narrow, proposals=replace(narrow.proposals, request=request, minimum=minimum))
    narrowed = narrowed_rows(question.rows, kept, moving, amounts, totals > 0)
    formulation = formulate(narrow, rows=narrowed, soft=())
    model = formulation.model
    lower = model.lower.copy()
    lower[formulation.funded[[*fixed, here]]] = 1
    if np.any(lower > model.upper):
        return None
    goal = np.zeros(model.columns, np.int64)
    goal[formulation.money[narrow.pairs.proposal == here]] = 1
    return _Step(kept, formulation, replace(model, lower=lower), goal)


def _exact(step: _Step, question: Question, effort: Effort) -> _Found:
    """Work it out in whole numbers."""
    solved = cp_sat.solve(step.model, step.goal, True, effort)
    if solved.ended == "infeasible":
        return None, 0, solved.work
    columns = solved.columns
    found = None if columns is None else step.amounts(question.amounts, columns)
    return found, solved.bound, solved.work


def _by_pattern(step: _Step, question: Question, effort: Effort) -> _Found:
    """Look for grants in a search tree with money divisible; their exact amounts follow."""
    flags = step.formulation.grant
    relaxed = highs.relax(step.model, step.goal, True, flags, effort, NODES)
    if not relaxed.feasible:
        return None, 0, 0.0
    most = NO_LIMIT if abs(relaxed.bound) >= highs.INFINITY else floor(relaxed.bound + NEAR)
    if relaxed.columns is None:
        return None, most, 0.0
    upper = step.model.upper.copy()
    upper[flags[relaxed.columns[flags] < NEAR]] = 0
    pattern = replace(step.model, upper=np.maximum(upper, step.model.lower))
    found, _, spent = _exact(replace(step, model=pattern), question, effort)
    return found, most, spent


def largest_payable(question: Question, options: Options = Options()) -> Integers | None:
    """Give amounts of all pairs in which it gets the most it can, None if it gets none."""
    step = _step(question)
    if step is None:
        return None
    effort = Effort(options.seconds, WORK, 0.0, 1, options.seed)
    solved = cp_sat.solve(step.model, step.goal, True, effort)
    return None if solved.columns is None else step.amounts(question.amounts, solved.columns)


@dataclass
class _Purse:
    """What may be spent on all that is open: deterministic work, and seconds by the clock."""

    work: float
    deadline: float

    def effort(self, most: float, seed: int) -> Effort:
        """Give what one search may spend."""
        return Effort(self.deadline - monotonic(), min(most, self.work), 0.0, 1, seed)


@dataclass(frozen=True)
class Payments:
    """How the ranked list finds what is payable (`allocation.ranked_list.Payable`).

    With `work`, in the exact solver's deterministic seconds, no more than that is spent on all the
    steps that are open together, and nothing on solving any before there is enough to look into
    all; without, each is worked out as far as `WORK` goes.
    """

    options: Options = field(default_factory=Options)
    work: float | None = None

    def largest(self, question: Question) -> Integers | None:
        """Give amounts of all pairs in which it gets the most, None where it cannot be paid."""
        return largest_payable(question, self.options)

    def bounds(self, settled: Settled, rows: Sequence[Row]) -> "ListBounds":
        """Begin with what is settled."""
        return ListBounds(settled, rows, self.options, self.work)


class ListBounds(Relaxation):
    """Bounds on each step of a list, and a search where they leave a step open."""

    def __init__(
        self, settled: Settled, rows: Sequence[Row], options: Options, work: float | None
    ) -> None:
        self._rows, self._seed, self._limited = rows, options.seed, work is not None
        look = len(settled.problem.pairs) * LOOK
        most = inf if work is None else work
        self._looks = most // look if look and self._limited else inf
        rest = max(most - len(settled.totals) * look, 0.0)
        self._purse = _Purse(rest, monotonic() + options.seconds)
        super().__init__(settled, Effort(options.seconds, WORK, 0.0, 1, options.seed))

    def willing(self) -> bool:
        """Say whether one more step may be looked into, and count it."""
        self._looks -= 1
        return self._looks >= 0

    def find(
        self, proposal: int, low: int, high: int, among: Integers
    ) -> tuple[Integers | None, int]:
        """Give amounts in which it gets the most found, and what it cannot get more than.

        It gets `low` to `high` or nothing. First those change payers that do so in the relaxation,
        then all `among` may: in whole numbers, and at last by a search tree.
        """
        tries = [
            (_exact, self.near(proposal, high), NEAR_WORK),
            (_exact, among, NEAR_WORK if self._limited else WORK),
            *([] if self._limited else [(_by_pattern, among, WORK)]),
        ]
        best, amounts = None, self.settled.amounts
        for search, free, work in tries:
            effort = self._purse.effort(work, self._seed)
            if min(effort.work, effort.seconds) <= 0:
                break
            question = Question(self.settled.problem, amounts, proposal, free, self._rows)
            step = _step(question, low, high)
            found, most, spent = (None, 0, 0.0) if step is None else search(step, question, effort)
            self._purse.work -= spent
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
    question = Question(replace(problem, pools=plenty), amounts, proposal, nobody, rows)
    return largest_payable(question) is not None
