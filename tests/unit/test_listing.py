"""The ranked list gone down beside a solve: what comes of it, and what happens to its errors."""

from collections.abc import Callable, Iterator
from threading import Event

import pytest

from matcher.allocation.problem import Problem, problem_of
from matcher.allocation.ranked_list import Payable, Ranked, rank
from matcher.eligibility import eligibility_of
from matcher.pipeline import Clock, listing
from matcher.pipeline.listing import Listing
from matcher.solving.apart import Beside
from matcher.tables import Plan
from tests.properties.built import round_of
from tests.unit.test_audit import one_pool


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Hold the list at its first proposal until the event is set."""
    event = Event()

    def held(
        problem: Problem, payments: Payable, tell: Callable[[int, int], None]
    ) -> Ranked | None:
        assert event.wait(60)
        return rank(problem, payments, tell)

    monkeypatch.setattr(listing, "rank", held)
    yield event


def silent(_words: str) -> None:
    return None


def test_a_call_beside_gives_its_result_and_hands_on_its_error() -> None:
    def wrong() -> int:
        raise ValueError("no such thing")

    assert Beside(lambda: 7).result() == 7
    with pytest.raises(ValueError, match="no such thing"):
        Beside(wrong).result()


def test_a_list_that_is_stopped_or_out_of_time_gives_no_baseline(waiting: Event) -> None:
    round_ = round_of(one_pool())
    eligibility = eligibility_of(round_)
    problem = problem_of(round_, eligibility)
    plan = Plan(problem, eligibility, 0 * problem.pairs.pool)
    clock = Clock(60)
    stopped, late = Listing(problem, Clock(60)), Listing(problem, clock)
    stopped.stop()
    clock.interrupted = True
    waiting.set()
    assert stopped.baseline(plan, silent) == (None, [])
    assert late.baseline(plan, silent) == (None, [])
    found, _ = Listing(problem, Clock(60)).baseline(plan, silent)
    assert found is not None and found.rule == "ranked_list"
