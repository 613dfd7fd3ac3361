"""What a search does with a plan of another round that is far from the best of this one."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from benchmarks.instances import instance
from matcher import load_round
from matcher.allocation.problem import Problem, problem_of
from matcher.eligibility import eligibility_of
from matcher.results import Options, StayNear
from matcher.solving import searching, solve_exactly, stepping
from matcher.solving.dive import Dive, Dived
from matcher.solving.formulation import formulate
from matcher.solving.improving import Improver
from matcher.solving.model import Floats, Integers
from matcher.solving.one_level import Ways
from matcher.solving.opened import Plan
from matcher.solving.outcome import Outcome

BY_SEARCH = Ways(exact=False)


@pytest.fixture(scope="module")
def problem(tmp_path_factory: pytest.TempPathFactory) -> Problem:
    folder = tmp_path_factory.mktemp("rounds") / "round"
    instance("national", "S", 1).write(folder)
    round_ = load_round(folder)
    return problem_of(round_, eligibility_of(round_))


@pytest.fixture(scope="module")
def found(problem: Problem) -> Outcome:
    return solve_exactly(problem, Options(gap=5e-3), None, BY_SEARCH)


@pytest.fixture
def dives(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Dive]]:
    made: list[Dive] = []
    plan = Dive.plan

    def told(dive: Dive, left: int = 0) -> Dived:
        made.append(dive)
        return plan(dive, left)

    monkeypatch.setattr(Dive, "plan", told)
    yield made


def test_a_start_far_from_the_bound_is_left_for_a_dive(problem: Problem, dives: list[Dive]) -> None:
    found = solve_exactly(problem, Options(gap=5e-3), None, BY_SEARCH, nothing(problem))
    assert len(dives) == 1
    assert found.status == "optimal"


def test_a_start_near_the_bound_is_kept(
    problem: Problem, found: Outcome, dives: list[Dive]
) -> None:
    nearer = solve_exactly(problem, Options(gap=4e-3), None, BY_SEARCH, found.amounts)
    assert not dives
    assert nearer.status == "optimal"


def test_a_start_that_awards_are_to_stay_near_is_kept(problem: Problem, dives: list[Dive]) -> None:
    stay = StayNear((), "digest", at_most=len(problem.proposals.ids))
    solve_exactly(problem, Options(gap=5e-3, stay_near=stay), None, BY_SEARCH, nothing(problem))
    assert not dives


def test_a_search_that_begins_anew_never_ends_with_less_than_its_start(
    problem: Problem, found: Outcome, dives: list[Dive], monkeypatch: pytest.MonkeyPatch
) -> None:
    better, steps = Improver.better, []

    def two(improver: Improver, plan: Plan, follow: bool) -> bool:
        steps.append(plan)
        if len(steps) > 2:
            raise KeyboardInterrupt
        return better(improver, plan, follow)

    def empty(dive: Dive, _left: int = 0) -> Dived:
        dives.append(dive)
        return Dived(np.zeros(columns_of(problem), np.int64), None)

    monkeypatch.setattr(stepping, "FAR", 0.0)
    monkeypatch.setattr(Improver, "better", two)
    monkeypatch.setattr(Dive, "plan", empty)
    anew = solve_exactly(problem, Options(gap=0.0), None, BY_SEARCH, found.amounts)
    assert dives and len(steps) > 2
    assert anew.levels[0].value >= found.levels[0].value


def test_what_a_dive_leaves_is_decided_together_at_once_also_where_a_search_begins_anew(
    problem: Problem, dives: list[Dive], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "LARGE", 0)
    followed = list[bool]()
    for name in ("guided", "repaid"):
        step = getattr(Improver, name)

        def told(
            improver: Improver, plan: Plan, wanted: Floats, step: Callable[..., bool] = step
        ) -> bool:
            followed.append(step(improver, plan, wanted))
            return followed[-1]

        monkeypatch.setattr(Improver, name, told)
    first = solve_exactly(problem, Options(gap=5e-3), None, BY_SEARCH)
    assert first.status == "optimal" and len(dives) == 1
    assert len(followed) == 2 and any(followed)
    anew = solve_exactly(problem, Options(gap=5e-3), None, BY_SEARCH, nothing(problem))
    assert anew.status == "optimal" and len(dives) == 2
    assert len(followed) == 2 + 4 and any(followed[4:])


def nothing(problem: Problem) -> Integers:
    """Give nothing to anyone: a plan of any round without floors."""
    return np.zeros(len(problem.pairs), np.int64)


def columns_of(problem: Problem) -> int:
    return formulate(problem).model.columns
