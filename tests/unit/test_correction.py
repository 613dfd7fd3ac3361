"""What putting one proposal right costs, worked out by hand. All data is made up."""

from fractions import Fraction

import numpy as np

from matcher.allocation.problem import Problem
from matcher.allocation.rows import hard_rows
from matcher.allocation.wish import Correction, Wish
from matcher.solving.correction import FEW, cost_of_funding
from tests.properties.built import made_up_round, problem_in


def problem(budget: int, *proposals: tuple[str, int, int], **pool: str) -> Problem:
    """Build one pool and proposals by id, score and request, each paid whole or not at all."""
    rows = [
        {"proposal_id": name, "score": str(score), "requested": str(requested)}
        for name, score, requested in proposals
    ]
    pools = [{"pool_id": "P", "budget": str(budget), **pool}]
    return problem_in(made_up_round(pools, rows, policy={"grant_step": "1"}))


def cost_of(problem: Problem, proposal: str, *funded: str) -> Correction:
    """Ask for a proposal from the plan that pays those funded whole; all may change."""
    ids = problem.proposals.ids
    paid = np.isin(np.array(ids)[problem.pairs.proposal], funded)
    amounts = np.where(paid, problem.proposals.request[problem.pairs.proposal], 0)
    every = np.arange(len(ids))
    rows = hard_rows(problem)
    return cost_of_funding(Wish(problem, amounts, rows, ids.index(proposal), every), 60.0)


def test_the_cost_is_the_merit_of_what_gives_way_less_the_merit_of_what_comes() -> None:
    # 50 × 80 + 50 × 80 = 8,000 with C and D; B takes 60 of 100 and leaves neither whole: 5,400.
    two = problem(100, ("B", 90, 60), ("C", 80, 50), ("D", 80, 50))
    assert cost_of(two, "B", "C", "D") == Correction(Fraction(2600))


def test_a_proposal_that_no_pool_can_pay_is_impossible() -> None:
    capped = problem(100, ("B", 90, 60), ("C", 80, 50), max_grant="55")
    assert cost_of(capped, "B", "C") == Correction(None, impossible=True)


def test_among_many_neighbours_a_few_give_way() -> None:
    # Twenty of 10 at 80 are 16,000. B takes 61 at 81 (4,941), 13 of the twenty stay: 15,341.
    many = [(f"N{n:02}", 80, 10) for n in range(20)]
    assert len(many) > FEW
    assert cost_of(problem(200, ("B", 81, 61), *many), "B", *(name for name, _, _ in many)) == (
        Correction(Fraction(659))
    )


def test_among_many_neighbours_what_is_impossible_is_still_proven() -> None:
    many = [(f"N{n:02}", 80, 10) for n in range(20)]
    capped = problem(200, ("B", 81, 61), *many, max_grant="60")
    assert cost_of(capped, "B", *(name for name, _, _ in many)) == Correction(None, True)


def test_what_a_few_neighbours_cannot_give_is_not_called_impossible() -> None:
    # B needs 150 of 200; of the twenty, fifteen have to give way, and only a dozen are moved.
    many = [(f"N{n:02}", 80, 10) for n in range(20)]
    wide = problem(200, ("B", 81, 150), *many)
    assert cost_of(wide, "B", *(name for name, _, _ in many)) == Correction(None)
