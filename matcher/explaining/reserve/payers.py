"""Of plans that give every proposal the same, the one in which the least money changes its payer.

What is told of a withdrawal would else be full of payers changed for no reason: how much each
proposal gets does not settle who pays.
"""

from collections.abc import Mapping
from dataclasses import replace
from time import monotonic

import numpy as np

from matcher.allocation.problem import LARGE, Integers, Problem
from matcher.explaining.solves.worth import Worth
from matcher.explaining.ties.face import face_of
from matcher.results import Options
from matcher.solving import highs
from matcher.solving.cp_sat import Effort
from matcher.solving.formulation import Formulation
from matcher.solving.model import OPEN, LinearModel
from matcher.solving.payers import with_pattern, with_totals_kept

NODES = 50
"""Nodes of the search tree for who makes a grant."""
GAP = 1e-3
"""The share of all money that may change its payer for no need."""
WORK = 1.0
"""What the exact solver may spend on the amounts, in its deterministic seconds."""


def steadied(
    problem: Problem,
    worth: Worth,
    before: Mapping[tuple[str, str], int],
    options: Options,
    deadline: float,
) -> Integers:
    """Give amounts worth the same, each proposal's total as it is, with payers as they were.

    `before` are the awards that payers are held against, in base minor units. The money that stays
    with its payer is made most, then grants fewest, as far as a short search gets: it does not
    claim that no other payers would change less.
    """
    were, left = problem.amounts(before), deadline - monotonic()
    settled = left <= 0 or not _astray(problem, worth.amounts, were)
    if settled or len(problem.pairs) > LARGE:
        return worth.amounts
    face = face_of(problem, worth.values)
    columns = face.formulation.complete(worth.amounts)
    model = with_totals_kept(face.formulation, face.model, columns)
    paid = np.flatnonzero(were)
    stays = np.minimum(were[paid], worth.amounts[paid])
    longer, goal = _with_stays(face.formulation, model, paid, were[paid])
    effort = Effort(left, WORK, GAP, options.workers, options.seed)
    known = np.concatenate([columns, stays])
    flags = face.formulation.grant
    relaxed = highs.relax(longer, goal, True, flags, effort, NODES, known)
    if relaxed.columns is None:
        return worth.amounts
    found = with_pattern(longer, goal, True, flags, relaxed.columns, effort)
    if found is None or goal @ found <= goal @ known:
        return worth.amounts
    amounts: Integers = found[face.formulation.money]
    same = face.values(face.formulation.complete(amounts)) == worth.values
    return amounts if same else worth.amounts


def _astray(problem: Problem, amounts: Integers, were: Integers) -> bool:
    """Say whether any proposal that gets at least what it got is paid less by one of its payers."""
    owner = problem.pairs.proposal
    more = np.zeros(len(problem.proposals.ids), np.int64)
    np.add.at(more, owner, amounts - were)
    return bool(np.any((amounts < were) & (more >= 0)[owner]))


def _with_stays(
    formulation: Formulation, model: LinearModel, paid: Integers, were: Integers
) -> tuple[LinearModel, Integers]:
    """Give the model with a column for the money that stays with each payer, and what to make most.

    The column of a pair is at most what its pool paid, and at most what it pays now.
    """
    count, first = len(paid), model.columns
    rows = np.arange(count)
    links = np.stack([formulation.money[paid], first + rows], axis=1).ravel()
    longer = replace(
        model,
        lower=np.append(model.lower, np.zeros(count, np.int64)),
        upper=np.append(model.upper, were),
        start=np.append(model.start, model.start[-1] + 2 * (rows + 1)),
        column=np.append(model.column, links),
        coefficient=np.append(model.coefficient, np.tile(np.array([1, -1], np.int64), count)),
        low=np.append(model.low, np.zeros(count, np.int64)),
        high=np.append(model.high, np.full(count, OPEN)),
        constraint=np.append(model.constraint, np.full(count, "", "<U3")),
        names=list,
    )
    goal = np.zeros(longer.columns, np.int64)
    goal[first:] = len(formulation.money) + 1
    goal[formulation.grant] = -1
    return longer, goal
