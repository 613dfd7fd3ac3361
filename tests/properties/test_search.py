"""The way for large rounds, forced on tiny ones: its bounds and plans against a brute force."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from math import inf
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from matcher import Options
from matcher.allocation.problem import Problem
from matcher.solving import Outcome, Ways, one_level, solve_exactly, stepping
from matcher.solving.closing import NODES, TIMES, Closing
from matcher.solving.cp_sat import Effort
from matcher.solving.model import Integers
from matcher.solving.objectives import WholeObjective
from matcher.solving.searching import STALE
from matcher.solving.stepping import OF_GAP
from matcher.verify import verify_awards
from tests import oracle
from tests.properties.built import made_up_round, problem_in, round_of

SEARCH_ALONE = Ways(small=0, moderate=0, exact=False)
WITH_A_TREE = replace(SEARCH_ALONE, moderate=12_000)
BY_SECTIONS = replace(SEARCH_ALONE, vast=0, section=2)
ALL_WAYS = {"whole": SEARCH_ALONE, "by sections": BY_SECTIONS, "with a tree": WITH_A_TREE}
CLOSED = Ways(small=0)
ROUGH = 0.01
SEED = 6


def searched(problem: Problem, ways: Ways) -> Outcome:
    """Solve by prices, cuts and neighbourhoods alone: no exact solver closes what they leave."""
    return solve_exactly(problem, Options(gap=0), ways=ways)


def test_a_soft_target_that_nothing_can_reach_rules_no_plan_out() -> None:
    document = made_up_round(
        [{"pool_id": "P", "budget": "0.07", "max_grant": "0.02"}],
        [{"proposal_id": "J", "requested": "0.03", "score": "80"}],
        targets=[{"id": "some", "min_share": "0.3333", "strictness": "soft"}],
    )
    assert searched(problem_in(document), SEARCH_ALONE).amounts is not None


@pytest.mark.parametrize(
    ("rounds", "least", "steps"),
    [(250, 7, 12), pytest.param(400, 15, STALE, marks=pytest.mark.slow)],
)
def test_bounds_without_the_exact_solver_are_never_below_the_brute_force(
    rounds: int, least: int, steps: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In at least so many of the rounds each constraint changes the answer, or it says little.

    A search ends after so many steps without anything better.
    """
    monkeypatch.setattr(one_level, "STALE", steps)
    matters: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    tighter: list[Outcome] = []

    @seed(SEED)
    @settings(
        max_examples=rounds,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(oracle.tiny_rounds())
    def holds(document: dict[str, Any]) -> None:
        best, problem = oracle.solve(document), problem_in(document)
        bounds: dict[str, Fraction] = {}
        for name, ways in ALL_WAYS.items():
            found = searched(problem, ways)
            ends[name] += found.amounts is not None
            if found.status == "infeasible":
                assert not best.feasible
            if found.amounts is None:
                continue
            assert best.feasible
            awards = problem.awards(found.amounts)
            assert verify_awards(round_of(document), awards).violations == ()
            _bounds_hold(found, best)
            bound = next(level.bound for level in found.levels if level.level == "L2")
            assert bound is not None
            bounds[name] = bound
        if "whole" in bounds and bounds.get("with a tree", bounds["whole"]) < bounds["whole"]:
            tighter.append(found)
        if found.amounts is not None:
            rare = [name for name in oracle.CONSTRAINTS if matters[name] < least]
            matters.update(oracle.which_constraints_matter(document, rare))

    holds()
    assert min(ends.values()) > rounds / 2, ends
    assert len(tighter) > rounds / 50
    assert {c: n for c in oracle.CONSTRAINTS if (n := matters[c]) < least} == {}


def test_what_is_closed_after_the_first_steps_is_a_plan_and_a_bound_never_below_the_brute_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = Closing.tried
    known, tighter, better = list[bool](), list[bool](), list[bool]()

    def counted(
        closing: Closing, columns: Integers, bound: float, effort: Effort, nodes: int
    ) -> tuple[Integers | None, float]:
        found, proven = tried(closing, columns, bound, effort, nodes)
        known.append(proven < float(closing.goal @ closing.model.upper))
        tighter.append(proven < bound)
        better.append(found is not None)
        if found is not None:
            assert closing.model.allows(found)
            assert int(closing.goal @ found) > int(closing.goal @ columns)
        return found, proven

    monkeypatch.setattr(Closing, "tried", counted)
    # It is tried on every plan that the first steps leave, however much is open.
    monkeypatch.setattr(stepping, "ROOTED", 1.0)

    @seed(SEED)
    @settings(max_examples=150, deadline=None, database=None)
    @given(oracle.tiny_rounds())
    def holds(document: dict[str, Any]) -> None:
        best, problem = oracle.solve(document), problem_in(document)
        found = solve_exactly(problem, Options(gap=ROUGH), ways=CLOSED)
        assert (found.amounts is not None) == best.feasible
        if found.amounts is not None:
            assert verify_awards(round_of(document), problem.awards(found.amounts)).holds
            _bounds_hold(found, best)

    holds()
    assert sum(known) > len(known) / 2 > 5
    assert sum(tighter) > 5
    assert sum(better) > 5


def test_where_steps_find_nothing_the_exact_solver_is_asked_again_with_other_seeds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seeds, asked = list[int](), list[int]()

    def nothing(
        _closing: Closing, _columns: Integers, _bound: float, effort: Effort, nodes: int
    ) -> tuple[Integers | None, float]:
        seeds.append(effort.seed)
        asked.append(nodes)
        return None, inf

    monkeypatch.setattr(Closing, "tried", nothing)
    # Nothing is ever near enough, but near enough for a root to be tried.
    monkeypatch.setattr(WholeObjective, "is_near", lambda *asked: asked[-1] == OF_GAP * ROUGH)
    document = made_up_round(
        [{"pool_id": pool, "budget": "7.00", "max_grant": "5.00"} for pool in ("P", "Q")],
        [{"proposal_id": name, "requested": "4.00", "score": "80"} for name in ("J", "K", "L")],
    )
    found = solve_exactly(problem_in(document), Options(gap=ROUGH, seed=5), ways=CLOSED)
    assert found.amounts is not None
    assert seeds == [5 + turn for turn in range(TIMES)]
    assert asked == [0] + [NODES] * (TIMES - 1)


def _bounds_hold(found: Outcome, best: oracle.Oracle) -> None:
    """Assert that no bound is passed, up to the first level that is not as good as it can be."""
    for level, proven in zip(found.levels, best.levels, strict=True):
        up = level.level in ("L2", "L3")
        assert level.bound is None or (level.bound >= proven[2] if up else level.bound <= proven[2])
        if level.value != proven[2]:
            break
