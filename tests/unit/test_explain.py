"""What is said of a proposal that was not funded is what solving the round again shows."""

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pytest

from matcher import Options, match
from matcher.domain import Round
from matcher.explaining.forcing import excluded, forced
from matcher.explaining.levers import levers_of
from matcher.explaining.why import Explanation, explain
from matcher.writing.result_folder import write_result
from matcher.writing.round_forms import write_round
from tests.unit.test_cli import Invocation

EXACT = Options(gap=0, seconds=60)


def a_round(seed: int = 1, **parts: Any) -> Round:
    """Give three pools and six proposals that ask for about twice the money."""
    dice = Random(f"explain {seed}")
    base: dict[str, Any] = {
        "id": "made-up",
        "currency": "AZN",
        "decision_date": "2026-03-01",
        "policy": {"grant_step": "10"},
        "donors": [{"donor_id": "D", "name": "Made-up fund", "kind": "foundation"}],
        "pools": [
            {"pool_id": f"P{n}", "donor_id": "D", "name": f"Pool {n}", "currency": "AZN",
             "budget": str(dice.randint(5, 12) * 10), "sectors": "11230" if n == 1 else ""}
            for n in (1, 2)
        ],
        "organisations": [{"org_id": f"O{n}", "name": f"Union {n}"} for n in range(6)],
        "proposals": [
            {"proposal_id": f"B{n}", "org_id": f"O{n}", "title": f"Work {n}", "currency": "AZN",
             "requested": str(dice.randint(3, 9) * 10), "minimum": dice.choice(["", "20"]),
             "score": str(dice.randint(40, 90)), "sector": dice.choice(["11230", "12220"])}
            for n in range(6)
        ],
    }  # fmt: skip
    for table in ("pools", "proposals"):
        base[table] = [{k: v for k, v in row.items() if v != ""} for row in base[table]]
    return Round.model_validate(base | parts)


def merit(round_: Round) -> Any:
    run = match(round_, EXACT)
    return next((level.value for level in run.levels if level.level == "L2"), None)


def explained(round_: Round, proposal_id: str) -> Explanation:
    run = match(round_, EXACT)
    return explain(round_, dict(run.awards), proposal_id, EXACT, lambda _words: None)


def unfunded(round_: Round) -> list[str]:
    paid = {proposal for _, proposal in match(round_, EXACT).awards}
    return [row.proposal_id for row in round_.proposals if row.proposal_id not in paid]


@pytest.mark.parametrize("seed", range(6))
def test_what_funding_a_proposal_costs_is_what_a_re_solve_loses(seed: int) -> None:
    round_ = a_round(seed)
    best = merit(round_)
    for proposal_id in unfunded(round_):
        shown, with_it = (
            explained(round_, proposal_id).displacement,
            merit(forced(round_, proposal_id)),
        )
        assert (shown is None) is (with_it is None)
        if shown is None:
            continue
        assert shown.exact
        assert sum(shown.cost) == best - with_it
        assert sum(shown.low) <= sum(shown.cost) <= sum(shown.high)


@pytest.mark.parametrize("seed", range(6))
def test_each_smallest_change_funds_the_proposal_and_one_step_less_does_not(seed: int) -> None:
    round_ = a_round(seed)
    for proposal_id in unfunded(round_)[:2]:
        for change in explained(round_, proposal_id).changes:
            lever = change.lever
            if change.value is None:
                assert not change.unknown
                continue
            at = list(lever.values).index(change.value)
            assert always(lever.changed(change.value), proposal_id)
            if at:
                assert not always(lever.changed(lever.values[at - 1]), proposal_id)


def always(round_: Round, proposal_id: str) -> bool:
    """Say whether every best plan funds a proposal: none without it is as good."""
    best, other = merit(round_), merit(excluded(round_, proposal_id))
    return best is not None and (other is None or best > other)


def test_a_proposal_that_no_pool_may_fund_is_said_to_be_so() -> None:
    round_ = a_round(1, pools=[
        {"pool_id": "P", "donor_id": "D", "name": "Pool", "currency": "AZN", "budget": "50",
         "sectors": "99810"}
    ])  # fmt: skip
    assert explained(round_, "B0").pools == ()


def test_a_proposal_that_can_never_be_paid_has_no_cost() -> None:
    large = a_round(1)
    rows = [
        row.model_copy(update={"requested": Decimal(5000), "minimum": None})
        if row.proposal_id == "B0"
        else row
        for row in large.proposals
    ]
    found = explained(large.model_copy(update={"proposals": tuple(rows)}), "B0")
    assert found.pools
    assert found.displacement is None
    assert not found.ended


def test_the_levers_of_a_proposal_lead_away_from_what_it_is_step_by_step() -> None:
    for lever in levers_of(a_round(2), "B1", ["P1", "P2"], ["P1", "P2"]):
        values = list(lever.values)
        assert values
        rising = lever.kind != "ask_less"
        assert values == sorted(values, reverse=not rising)
        assert all((value > lever.now) is rising for value in values)


def test_the_command_says_what_it_found_in_plain_sentences(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    round_ = a_round(0)
    write_round(round_, tmp_path / "round.json")
    write_result(match(round_, EXACT), tmp_path / "result", {})
    Invocation.monkeypatch, Invocation.capsys = monkeypatch, capsys
    proposal_id = unfunded(round_)[0]
    told = Invocation("explain", tmp_path / "round.json", tmp_path / "result", proposal_id)
    assert told.code == 0
    assert "would cost" in told.out
    assert "A higher score would get it funded" in told.out
    document = Invocation(
        "explain", tmp_path / "round.json", tmp_path / "result", proposal_id, "--json"
    ).document
    assert document["displacement"]["exact"] is True
    assert {change["lever"] for change in document["changes"]} == {"ask_less", "score", "money"}
    assert Invocation("explain", tmp_path / "round.json", tmp_path / "result", "B99").code == 3
