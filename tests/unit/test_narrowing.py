"""What no plan that is good enough can do is left out, and no such plan is lost by it."""

from collections import Counter
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher import load_round
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.results import Options
from matcher.solving import Ways, cp_sat, solve_exactly
from matcher.solving.compact import compact
from matcher.solving.cp_sat import Effort, Solved
from matcher.solving.formulation import Formulation, formulate
from matcher.solving.linear import Linear, Relaxation
from matcher.solving.model import OPEN, Integers, LinearModel
from matcher.solving.narrowing import Narrowed, Priced
from matcher.solving.objectives import objectives_of
from matcher.solving.one_level import OneLevel
from matcher.solving.reckoning import State
from tests import oracle
from tests.oracle.rounds import tiny_rounds
from tests.properties.built import EXACT, levels_of, made_up_round, many, problem_in

ROOT = Path(__file__).parents[2]
EFFORT = Effort(seconds=inf, work=inf, gap=0.0, workers=1, seed=0)


class Relaxed:
    """A problem's model, its merit, and prices of all rows: those of a relaxation, or near them."""

    def __init__(self, problem: Problem, off: float = 0.0, seed: int = 0) -> None:
        self.formulation: Formulation = formulate(problem)
        self.model: LinearModel = self.formulation.model
        merit = next(goal for goal in objectives_of(self.formulation) if goal.level == "L2")
        self.goal: Integers = merit.whole(self.model.upper).upwards
        self.tight = compact(self.formulation, self.model)
        self.costs = self.tight.costs(self.goal)
        every = np.ones(len(self.formulation.money), np.bool_)
        linear: Linear = Relaxation(self.tight, self.costs, every, EFFORT).bound()
        random = np.random.default_rng(seed)
        self.prices = linear.prices * random.uniform(1 - off, 1 + off, len(linear.prices))
        self.missed = linear.missed

    def narrowed(self, least: float) -> Narrowed:
        at = self.formulation
        return Priced(at, self.model, self.tight, self.costs, self.prices).narrowed(least)

    def best(self, model: LinearModel, led: bool = False) -> Solved:
        return cp_sat.solve(model, self.goal, True, EFFORT, led=led)


def test_no_plan_that_reaches_the_least_is_lost_whatever_the_prices() -> None:
    settled = Counter[str]()

    @given(tiny_rounds(), st.sampled_from([0.0, 0.0, 0.01, 0.5]), st.integers(0, 9))
    @many(600)
    def stays(document: dict[str, Any], off: float, seed: int) -> None:
        problem = problem_in(document)
        if not len(problem.pairs):
            return
        priced = Relaxed(problem, off, seed)
        best = priced.best(priced.model)
        if best.columns is None:
            return
        reached = int(priced.goal @ best.columns)
        left = priced.narrowed(reached)
        assert left.model is not None
        assert left.model.allows(best.columns)
        again = priced.best(left.model).columns
        assert again is not None
        assert int(priced.goal @ again) == reached
        flags = priced.formulation.funded
        settled["needed"] += int((left.model.lower > priced.model.lower)[flags].sum())
        settled["out"] += int((left.model.upper < priced.model.upper)[flags].sum())
        pairs = priced.formulation.grant
        settled["pairs"] += int((left.model.upper < priced.model.upper)[pairs].sum())
        more = priced.narrowed(reached + 1)
        if more.model is not None:
            asked = more.model.with_row(priced.goal, reached + 1, OPEN, "L2")
            assert priced.best(asked).ended == "infeasible"
        settled["beyond"] += more.model is None

    stays()
    assert min(settled[name] for name in ("needed", "out", "pairs", "beyond")) > 20, settled


def test_a_search_led_by_the_relaxation_finds_what_any_other_does() -> None:
    planned = 0

    @given(tiny_rounds())
    @many(300)
    def alike(document: dict[str, Any]) -> None:
        nonlocal planned
        problem = problem_in(document)
        if not len(problem.pairs):
            return
        priced = Relaxed(problem)
        one, other = priced.best(priced.model), priced.best(priced.model, led=True)
        assert (one.ended, one.bound) == (other.ended, other.bound)
        planned += one.columns is not None

    alike()
    assert planned > 50


def test_levels_equal_the_brute_force_where_what_is_open_is_narrowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    closed, by_narrowing = Counter[str](), OneLevel.by_narrowing
    searched = OneLevel._by_neighbourhoods

    def unproven(level: OneLevel, state: State, so_far: Solved, effort: Effort) -> Solved:
        found = searched(level, state, so_far, effort)
        if found.ended == "infeasible":
            return found
        return replace(found, bound=level.reckoning.limit(state.model))

    def counted(level: OneLevel, state: State, so_far: Solved, effort: Effort) -> Solved:
        found, within = by_narrowing(level, state, so_far, effort), level.reckoning.is_within
        closed[level.objective.level] += within(found, 0) and not within(so_far, 0)
        return found

    monkeypatch.setattr(OneLevel, "_by_neighbourhoods", unproven)
    monkeypatch.setattr(OneLevel, "by_narrowing", counted)

    @given(tiny_rounds())
    @many(300)
    def agrees(document: dict[str, Any]) -> None:
        best = oracle.solve(document)
        found = solve_exactly(problem_in(document), EXACT, ways=Ways(small=0))
        assert (found.status == "infeasible") == (not best.feasible)
        if best.feasible:
            assert found.status == "optimal"
            assert levels_of(found) == best.levels

    agrees()
    assert min(closed[level] for level in ("L1", "L2")) > 5, closed


def test_a_proposal_with_a_fixed_award_stays_as_it_is() -> None:
    document = made_up_round(
        [{"pool_id": "P", "budget": "100"}],
        [
            {"proposal_id": "J", "requested": "100", "score": "10"},
            {"proposal_id": "K", "requested": "100", "score": "90"},
        ],
    )
    pair = {"pool_id": "P", "proposal_id": "J", "status": "pin", "amount": "100"}
    priced = Relaxed(problem_in(document | {"pairs": [pair | {"reason": "Made up"}]}))
    best = priced.best(priced.model)
    assert best.columns is not None
    left = priced.narrowed(int(priced.goal @ best.columns))
    assert left.model is not None
    assert left.model.allows(best.columns)


def test_in_the_demonstration_a_tenth_of_the_proposals_is_left_to_decide_about(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left, narrowed = list[int](), Priced.narrowed

    def counted(priced: Priced, least: float) -> Narrowed:
        found = narrowed(priced, least)
        left.append(found.undecided)
        return found

    monkeypatch.setattr(Priced, "narrowed", counted)
    round_ = load_round(ROOT / "fixtures/rounds/baku-spring")
    problem = problem_of(round_, eligibility_of(round_))
    assert solve_exactly(problem, Options(gap=1e-6)).status == "optimal"
    assert len(left) == 1
    assert 0 < left[0] < len(problem.proposals.ids) / 8
