"""A value is reached up to the best that branching knows of, and beyond it is proven not to be."""

from math import ceil, floor

import numpy as np
import pytest

from matcher import match
from matcher.allocation.problem import problem_of
from matcher.domain import Round
from matcher.eligibility import eligibility_of
from matcher.explaining.levers.levers import smallest_change
from matcher.explaining.levers.of_proposal import levers_of_proposal
from matcher.explaining.levers.together import WIDENING, of_no_use
from matcher.explaining.solves.base import Base, base_of
from matcher.explaining.solves.claim import Claims
from matcher.explaining.solves.levels import Levels
from matcher.explaining.solves.nearby import best_nearby
from matcher.explaining.solves.reaching import reached
from matcher.solving import highs
from tests.unit.test_explain import EXACT, a_richer_round, unfunded

NEAR = 1e-6
"""By how much, relatively, values beside the best are looked at."""


def base_for(seed: int) -> Base:
    return base_from(a_richer_round(seed))


def base_from(round_: Round) -> Base:
    base = base_of(round_, dict(match(round_, EXACT).awards), EXACT, lambda _words: None)
    assert base is not None
    return base


def with_limits_of_their_own(round_: Round) -> Round:
    """Let each proposal have one funder, by its own limit and not the round's."""
    policy = round_.policy.model_copy(update={"max_funders_per_proposal": None})
    rows = tuple(row.model_copy(update={"max_funders": 1}) for row in round_.proposals)
    return round_.model_copy(update={"policy": policy, "proposals": rows})


def levels_for(seed: int) -> Levels:
    round_ = a_richer_round(seed)
    problem = problem_of(round_, eligibility_of(round_))
    return Levels.of(problem, EXACT, float("inf"), None)


@pytest.mark.parametrize("seed", range(6))
def test_the_best_is_reached_and_a_little_more_is_proven_not_to_be(seed: int) -> None:
    levels = levels_for(seed)
    model, formulation = levels.state.model, levels.formulation
    flags = np.concatenate([formulation.grant, formulation.funded])
    for position, goal in enumerate(levels.goals):
        effort = levels.effort(position)
        best = highs.relax(model, goal.coefficients, goal.most, flags, effort).bound
        inside, outside = sorted([best - abs(best) * NEAR - 1, best + abs(best) * NEAR + 1])
        if not goal.most:
            inside, outside = outside, inside
        near, beyond = (floor, ceil) if goal.most else (ceil, floor)
        asked = near(inside)
        found = reached(model, goal, asked, flags, effort)
        assert found.columns is not None
        assert goal.upwards @ found.columns > (asked if goal.most else -asked) - 1
        shown = reached(model, goal, beyond(outside), flags, effort)
        assert shown.columns is None
        assert shown.impossible


@pytest.mark.parametrize("seed", range(4))
def test_the_best_plan_nearby_is_a_plan_and_no_better_than_the_best(seed: int) -> None:
    base = base_for(seed)
    known = base.problem.amounts(base.awards)
    for proposal_id in unfunded(base.round):
        position = base.problem.proposals.ids.index(proposal_id)
        levels = base.levels(base.problem, None, {position: True})
        found = best_nearby(levels, known, base.worth.values[:-1])
        if found is None:
            continue
        columns = levels.formulation.complete(found)
        assert levels.state.model.allows(columns)
        assert levels.values(columns) <= base.worth.values


def test_what_is_of_no_use_together_is_of_no_use_alone() -> None:
    seen = 0
    for seed in range(8):
        base = base_from(with_limits_of_their_own(a_richer_round(seed)))
        for proposal_id in unfunded(base.round):
            claims = Claims(base, proposal_id)
            row = base.round.proposals_by_id[proposal_id]
            levers = [
                lever for lever in levers_of_proposal(base.round, row) if lever.kind in WIDENING
            ]
            for lever in of_no_use(claims, levers):
                seen += 1
                assert smallest_change(claims, lever).value is None
    assert seen
