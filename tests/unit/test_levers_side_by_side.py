"""The levers of one proposal pulled by several processes, as one alone pulls them."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from matcher import Options, match
from matcher.explaining import processes
from matcher.explaining.levers import side_by_side
from matcher.explaining.levers.applying import levers_of, open_pools
from matcher.explaining.levers.levers import Change
from matcher.explaining.levers.pulled import Pulled
from matcher.explaining.levers.side_by_side import Part, parts_of
from matcher.explaining.missing.openings import Held
from matcher.explaining.solves.base import Base, base_of
from matcher.explaining.why import explain
from matcher.explaining.written import documents_of, explanation_rows
from matcher.workers.shared import Shared
from tests.unit.test_explain import EXACT, a_richer_round, a_round

Work = Callable[[Shared, Part], tuple[Pulled, dict[int, Change]]]


@pytest.fixture(scope="module")
def base() -> Base:
    """Give a small round with targets and caps, solved."""
    round_ = a_richer_round(3)
    found = base_of(round_, dict(match(round_, EXACT).awards), EXACT, lambda _words: None)
    assert found is not None
    return found


def unfunded(base: Base) -> list[str]:
    """Give the proposals that some pool may fund and none does."""
    names = base.problem.proposals.ids
    return [name for name in names if name not in base.funded and open_pools(base, name)]


def told(base: Base, proposal_id: str, heard: list[str]) -> list[dict[str, Any]]:
    """Give all that is said of a proposal, and hear how it gets on."""
    held = Held.of(base.problem, base.eligibility)
    found = explain(base, held, proposal_id, heard.append)
    assert found.changes
    return documents_of(base, list(explanation_rows(base, [found])))


def test_two_processes_pull_the_levers_of_a_proposal_as_one_does(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "SMALL", 0)
    shared_out = replace(base, options=Options(gap=0, seconds=60, workers=2))
    alone = base.with_workers(1)
    here, there = list[str](), list[str]()
    for name in unfunded(base)[:2]:
        assert told(shared_out, name, there) == told(alone, name, here)
    assert not any("looked at" in words for words in here)
    assert sum("looked at" in words for words in there) > 2


def test_two_threads_pull_the_levers_of_a_large_round_as_one_does(
    base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matcher.explaining.solves.base.LARGE", 0)
    shared_out = replace(base, options=Options(gap=0, seconds=60, workers=2))
    assert shared_out.is_large
    many = [told(shared_out, name, []) for name in unfunded(base)[:3]]
    assert many == [told(base.with_workers(1), name, []) for name in unfunded(base)[:3]]
    assert all(len({change["lever"] for change in one["changes"]}) > 2 for [one] in many)


def test_each_lever_is_pulled_once_and_the_own_ones_of_a_proposal_first(base: Base) -> None:
    held, name = Held.of(base.problem, base.eligibility), unfunded(base)[0]
    levers = list(levers_of(base, held, name, open_pools(base, name)))
    parts = parts_of(levers)
    assert sorted(at for part in parts for at in part) == list(range(len(levers)))
    assert len(parts) > 2
    assert [all(levers[at].alone for at in part) for part in parts] == [
        True,
        *(False for _ in parts[1:]),
    ]


def test_where_funding_costs_nothing_no_lever_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def of_the_first(
        shared: Shared, work: Work, parts: Sequence[Part], _workers: int
    ) -> Generator[tuple[Part, tuple[Pulled, dict[int, Change]]], None, None]:
        yield parts[0], work(shared, parts[0])
        raise AssertionError("others are waited for")

    monkeypatch.setattr(processes, "SMALL", 0)
    monkeypatch.setattr(side_by_side, "worked_out", of_the_first)
    pool = {"pool_id": "P1", "donor_id": "D", "name": "Pool 1", "currency": "AZN", "budget": "60"}
    rivals = [
        {"proposal_id": name, "org_id": f"O{at}", "title": "Work", "currency": "AZN",
         "requested": "60", "score": "70"}
        for at, name in enumerate(("B0", "B1"))
    ]  # fmt: skip
    round_ = a_round(pools=[pool], proposals=rivals)
    options = Options(gap=0, seconds=60, workers=2)
    base = base_of(round_, dict(match(round_, EXACT).awards), options, lambda _words: None)
    assert base is not None
    [other] = unfunded(base)
    for tied in (base, base.with_workers(1)):
        found = explain(tied, Held.of(tied.problem, tied.eligibility), other, lambda _words: None)
        assert found.funded_in == "some"
        assert found.displacement is not None
        assert found.changes == ()
