"""Time that one level leaves to those after it."""

import pytest

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import problem_of
from matcher.eligibility import eligibility_of
from matcher.results import Options
from matcher.solving import lexicographic
from matcher.solving.lexicographic import solve_exactly
from matcher.solving.outcome import Outcome


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Solve a round that binds all, with nothing for a level at hand but what a plan takes."""
    folder = tmp_path_factory.mktemp("rounds") / "round"
    instance("everything", "S", 1).write(folder)
    round_ = load_round(folder)
    problem = problem_of(round_, eligibility_of(round_))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lexicographic, "AT_HAND", 0.0)
        return solve_exactly(problem, Options(seconds=120.0, gap=0.0))


def test_where_time_ends_a_level_every_later_one_still_gets_a_plan_and_a_bound(
    stopped: Outcome,
) -> None:
    ended = [level.why for level in stopped.levels if level.level in ("L1", "L2")]
    assert "time_limit" in ended
    assert all(level.bound is not None for level in stopped.levels)
    assert stopped.amounts is not None


def test_a_level_that_its_part_of_the_time_ended_is_told_as_stopped_by_time(
    stopped: Outcome,
) -> None:
    assert (stopped.status, stopped.stop_reason, stopped.stopped) == (
        "feasible",
        "time_limit",
        True,
    )
