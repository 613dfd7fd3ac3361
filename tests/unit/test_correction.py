"""What putting one proposal right costs, worked out by hand. All data is made up."""

from fractions import Fraction
from typing import Any

import numpy as np

from matcher import Options, match
from matcher.allocation.problem import Problem
from matcher.allocation.rows import hard_rows
from matcher.allocation.wish import Correction, Wish
from matcher.solving.correction import FEW, cost_of_funding
from tests.properties.built import made_up_round, problem_in
from tests.unit.test_decision_words import a_round


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


def test_what_correcting_holds_to_is_told_with_it() -> None:
    # The pool pays A and C, who leave B no room; all of it would have to go to B.
    rows = [
        {"proposal_id": "A", "tier": 1, "score": "60", "requested": "600"},
        {"proposal_id": "B", "tier": 2, "score": "90"},
        {"proposal_id": "C", "tier": 2, "score": "70", "requested": "400", "groups": "youth"},
    ]
    soft = {"id": "t", "where": {"group": ["youth"]}, "min_count": 1, "strictness": "soft"}

    def told(*proposals: dict[str, Any], **parts: Any) -> dict[str, str]:
        round_ = a_round([{"pool_id": "P", "budget": "1000"}], list(proposals), **parts)
        table = match(round_, Options(gap=0, seconds=60)).tables["out_of_order"]
        return dict(zip(table["passed_over"], table["cost_of_correcting"], strict=True))

    held = "not possible while other pools' awards"
    assert told(*rows) == {"B": f"{held} and earlier tiers stay as they are"}
    assert told(*rows[1:], targets=[soft]) == {"B": f"{held} and soft targets stay as they are"}
    assert told(*rows, targets=[soft]) == {
        "B": f"{held}, soft targets and earlier tiers stay as they are"
    }
    other = {"proposal_id": "D", "tier": 2, "score": "10"}
    small = {"proposal_id": "E", "tier": 1, "score": "60", "requested": "900"}
    tight = {"proposal_id": "F", "tier": 1, "score": "65", "requested": "500"}
    assert told(small, tight, other) == {"F": "at most 21500.00 in tier 1"}
