"""The way for large rounds, forced on tiny ones: its bounds and plans against a brute force."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, given, settings

from matcher import Options
from matcher.allocation.problem import Problem
from matcher.solving import Outcome, Ways, solve_exactly
from matcher.verify import verify_awards
from tests import oracle
from tests.properties.built import problem_in, round_of

SEARCH_ALONE = Ways(small=0, moderate=0, exact=False)
ROUNDS = 400
LEAST = 15
"""In so many of the rounds each constraint must change the answer, or the test says little."""


def searched(problem: Problem) -> Outcome:
    """Solve by prices, cuts and neighbourhoods alone: no exact solver closes what they leave."""
    return solve_exactly(problem, Options(gap=0), ways=SEARCH_ALONE)


def test_bounds_without_the_exact_solver_are_never_below_the_brute_force() -> None:
    matters: Counter[str] = Counter()
    ends: Counter[str] = Counter()

    @settings(
        max_examples=ROUNDS,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(oracle.tiny_rounds())
    def holds(document: dict[str, Any]) -> None:
        best, problem = oracle.solve(document), problem_in(document)
        found = searched(problem)
        ends[found.status] += 1
        if found.status == "infeasible":
            assert not best.feasible
            return
        if found.amounts is None:
            return
        assert best.feasible
        awards = problem.awards(found.amounts)
        assert verify_awards(round_of(document), awards).violations == ()
        for level, proven in zip(found.levels, best.levels, strict=True):
            up = level.level in ("L2", "L3")
            assert level.bound is None or (
                level.bound >= proven[2] if up else level.bound <= proven[2]
            )
            if level.value != proven[2]:
                break
        matters.update(oracle.which_constraints_matter(document))

    holds()
    assert ends["optimal"] + ends["feasible"] > ROUNDS / 2, ends
    assert {c: n for c in oracle.CONSTRAINTS if (n := matters[c]) < LEAST} == {}
