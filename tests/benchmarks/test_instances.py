"""Made-up rounds are drawn the same every time, are read without errors, and can be funded."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.instances import FAMILIES, instance
from matcher import load_round, verify_awards
from matcher.allocation.problem import problem_of
from matcher.eligibility import Verdict, eligibility_of


def test_the_same_seed_gives_the_same_bytes() -> None:
    for family in FAMILIES:
        first, second = instance(family, "tiny", 1), instance(family, "tiny", 1)
        assert first == second
        assert instance(family, "tiny", 2).files != first.files


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize(("size", "seed"), [("tiny", 1), ("tiny", 2), ("S", 1)])
def test_a_round_is_read_without_warnings_and_a_plan_keeps_all_its_rules(
    family: str, size: str, seed: int, tmp_path: Path
) -> None:
    drawn = instance(family, size, seed)
    drawn.write(tmp_path / "round")
    round_ = load_round(tmp_path / "round", strict=True)
    checked = verify_awards(round_, drawn.witness)
    assert drawn.witness
    assert checked.violations == ()


def test_density_and_tightness_are_what_was_asked_for(tmp_path: Path) -> None:
    instance("national", "S", 1, tightness=2.0, density=0.2).write(tmp_path / "round")
    round_ = load_round(tmp_path / "round")
    verdicts = eligibility_of(round_).verdicts
    problem = problem_of(round_, eligibility_of(round_))
    assert 0.18 < (verdicts == Verdict.eligible).mean() < 0.22
    tightness = problem.proposals.request.sum() / problem.pools.budget.sum()
    assert 1.95 < tightness < 2.05


def test_everything_holds_each_kind_of_decision(tmp_path: Path) -> None:
    instance("everything", "S", 1).write(tmp_path / "round")
    round_ = load_round(tmp_path / "round")
    assert {term.status for term in round_.pairs} >= {
        "pin", "accepted", "forbid", "declined", "conflict",
    }  # fmt: skip
    pins = [term for term in round_.pairs if term.status == "pin"]
    assert {term.amount is None for term in pins} == {True, False}
    assert {target.strictness for target in round_.targets} == {"hard", "soft"}
    assert any(pool.sole_funder for pool in round_.pools)
    assert any(pool.not_with for pool in round_.pools)
    assert {proposal.tier for proposal in round_.proposals} == {1, None}
    for column in ("alternatives", "requires", "accepts_donor_kinds", "refuses_donors"):
        assert any(getattr(proposal, column) for proposal in round_.proposals)
    assert any(term.score is not None for term in round_.pairs)
    assert any(term.payer_preference is not None for term in round_.pairs)
    assert round_.commitments


def test_the_command_writes_a_round_folder_once(tmp_path: Path) -> None:
    arguments = ["instance", "national", "tiny", "--out", str(tmp_path / "round")]
    assert CliRunner().invoke(app, arguments).exit_code == 0
    assert load_round(tmp_path / "round").id == "made-up-national-tiny-1"
    assert CliRunner().invoke(app, arguments).exit_code == 2
    wrong = ["instance", "regional", "tiny", "--out", str(tmp_path / "other")]
    assert CliRunner().invoke(app, wrong).exit_code == 2
