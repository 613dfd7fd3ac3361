"""The direct answer for one proposal against the solver's, on tiny rounds."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.allocation.problem import NO_LIMIT, Integers, Problem
from matcher.allocation.ranked_list import Question
from matcher.allocation.rows import Row, hard_rows
from matcher.allocation.single import Singles
from matcher.allocation.standing import Standing
from matcher.solving.payable import could_be_paid, largest_payable
from matcher.tables.blocking import SET_ASIDE, WORDS, without_constraints
from tests import oracle
from tests.properties.built import many, problem_in

NOBODY = np.zeros(0, np.int64)

Document = dict[str, Any]


@many(300)
@given(oracle.tiny_rounds(), st.randoms(use_true_random=False))
def test_the_direct_answer_is_the_solvers(document: Document, chance: Any) -> None:
    problem = problem_in(document)
    rows = [row for row in hard_rows(problem) if row.low is None]
    apart = [row for row in rows if row.constraint not in ("C1", "C4")]
    amounts = np.zeros(len(problem.pairs), np.int64)
    standing = Standing(problem, apart, amounts)
    singles = Singles(problem, standing)
    for proposal in _shuffled(problem, chance):
        solved = largest_payable(Question(problem, amounts, proposal, NOBODY, rows))
        offer = singles.offer(proposal, *_left(problem, amounts))
        paid = None if offer is None else offer.largest(NO_LIMIT)
        here = problem.pairs.proposal == proposal
        assert (None if paid is None else sum(paid.values())) == (
            None if solved is None else solved[here].sum()
        )
        if paid is not None:
            before, amounts = amounts, amounts.copy()
            amounts[list(paid)] = list(paid.values())
            standing.follow(before, amounts)
            assert _keeps(problem, amounts, rows)


@many(300)
@given(oracle.tiny_rounds(), st.randoms(use_true_random=False))
def test_the_reserve_list_and_what_blocks_are_the_solvers(document: Document, chance: Any) -> None:
    problem = problem_in(document)
    rows = hard_rows(problem)
    keep = [row for row in rows if row.constraint not in SET_ASIDE]
    amounts = _some_plan(problem, rows, chance)
    plenty = np.full(len(problem.pools.ids), NO_LIMIT)
    standing = Standing(problem, keep, amounts)
    unpaid = set(problem.pairs.proposal.tolist()) - set(
        problem.pairs.proposal[amounts > 0].tolist()
    )
    several = {name for name in WORDS if chance.random() < 0.5}
    for aside in ({""}, *({name} for name in WORDS), several):
        singles = Singles(problem, standing, aside)
        by_one = singles.by_one(plenty, plenty)
        for proposal in sorted(unpaid):
            left = [row for row in keep if row.constraint not in aside]
            other = without_constraints(problem, sorted(aside))
            solved = could_be_paid(other, amounts, proposal, left)
            offer = singles.offer(proposal, plenty, plenty)
            assert (offer is not None and offer.largest(1) is not None) == solved
            assert solved or not by_one[proposal]


@many(300)
@given(oracle.tiny_rounds(), st.randoms(use_true_random=False))
def test_what_is_to_spare_of_a_least_limits_what_may_still_be_paid(
    document: Document, chance: Any
) -> None:
    problem = problem_in(document)
    every = hard_rows(problem)
    amounts = _some_plan(problem, every, chance)
    paid = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)) > 0
    rows = [row for row in every if row.low is None or row.value(amounts, paid) >= row.low]
    apart = [row for row in rows if row.constraint not in ("C1", "C4")]
    standing = Standing(problem, apart, amounts)
    singles = Singles(problem, standing)
    for proposal in sorted(set(problem.pairs.proposal.tolist()) - set(np.flatnonzero(paid))):
        if standing.tangled[proposal]:
            continue
        solved = largest_payable(Question(problem, amounts, proposal, NOBODY, rows))
        offer = singles.offer(proposal, *_left(problem, amounts))
        found = None if offer is None else offer.largest(NO_LIMIT)
        here = problem.pairs.proposal == proposal
        assert (None if found is None else sum(found.values())) == (
            None if solved is None else solved[here].sum()
        )


def _shuffled(problem: Problem, chance: Any) -> list[int]:
    order = sorted(set(problem.pairs.proposal.tolist()))
    chance.shuffle(order)
    return order


def _some_plan(problem: Problem, rows: Sequence[Row], chance: Any) -> Integers:
    """Pay some of the proposals one after the other; floors are not looked at."""
    caps = [row for row in rows if row.low is None]
    amounts = np.zeros(len(problem.pairs), np.int64)
    for proposal in _shuffled(problem, chance)[::2]:
        found = largest_payable(Question(problem, amounts, proposal, NOBODY, caps))
        amounts = amounts if found is None else found
    return amounts


def _left(problem: Problem, amounts: Integers) -> tuple[Integers, Integers]:
    left, grants = problem.pools.budget.copy(), problem.pools.grants.copy()
    np.subtract.at(left, problem.pairs.pool, amounts)
    np.subtract.at(grants, problem.pairs.pool, amounts > 0)
    return left, grants


def _keeps(problem: Problem, amounts: Integers, rows: list[Row]) -> bool:
    funded = np.bincount(problem.pairs.proposal, amounts, len(problem.proposals.ids)) > 0
    return all(row.high is None or row.value(amounts, funded) <= row.high for row in rows)
