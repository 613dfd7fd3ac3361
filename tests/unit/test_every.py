"""All proposals explained by several processes, as one alone explains them."""

from concurrent.futures import BrokenExecutor
from dataclasses import replace
from multiprocessing import active_children
from typing import Any

import pytest

from matcher import Options
from matcher.explaining import processes
from matcher.explaining.every import explain_every
from matcher.explaining.solves.base import Base
from matcher.explaining.written import documents_of, explanation_rows
from tests.unit.test_applicants import a_base


def told(base: Base) -> list[dict[str, Any]]:
    """Give all that is said of every proposal."""
    found = explain_every(base, lambda _words: None)
    return documents_of(base, list(explanation_rows(base, found)))


@pytest.fixture
def shared_out(monkeypatch: pytest.MonkeyPatch) -> Base:
    """Give a small round's base that two processes explain nevertheless."""
    monkeypatch.setattr(processes, "SMALL", 0)
    return replace(a_base("reason"), options=Options(gap=0, seconds=60, workers=2))


def kill_once(killed: list[int]) -> None:
    """End all processes that this one has started, the first time."""
    if not killed:
        for process in active_children():
            killed.append(process.pid or 0)
            process.kill()


def test_no_solver_is_asked_once_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    late = replace(a_base("reason"), deadline=0.0)

    def asked(*_question: Any) -> None:
        raise AssertionError("a solver is asked")

    monkeypatch.setattr("matcher.explaining.solves.levels.highs.relax", asked)
    monkeypatch.setattr("matcher.explaining.solves.base.Levels.of", asked)
    found = explain_every(late, lambda _words: None)
    assert len(found) == len(late.problem.proposals.ids)
    assert any(one.ended for one in found)


def test_two_processes_explain_as_one_does(shared_out: Base) -> None:
    alone = replace(shared_out, options=replace(shared_out.options, workers=1))
    assert told(shared_out) == told(alone)


def test_processes_that_are_killed_are_started_anew_and_each_proposal_is_told_once(
    shared_out: Base,
) -> None:
    killed: list[int] = []
    heard: list[str] = []

    def hear(words: str) -> None:
        heard.append(words)
        kill_once(killed)

    found = explain_every(shared_out, hear)
    assert killed
    assert len(heard) == len(found) == len(shared_out.problem.proposals.ids)
    assert [one.proposal_id for one in found] == list(shared_out.problem.proposals.ids)


def test_processes_that_end_again_and_again_are_an_error(
    shared_out: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "LOSSES", 0)
    killed: list[int] = []
    with pytest.raises(BrokenExecutor):
        explain_every(shared_out, lambda _words: kill_once(killed))
    assert not active_children()
