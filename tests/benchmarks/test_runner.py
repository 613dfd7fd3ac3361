"""The runner, from a round to a line of the history and the results written from it."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import warm
from benchmarks.__main__ import app
from benchmarks.cases import DATA, Case, cases_of
from benchmarks.instances import instance
from matcher.benchmarking import figures_of, read_history

STAGES = {"start", "read", "eligibility", "problem", "solve", "verify", "write"}


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the history of a run of one small round with two peers."""
    path = tmp_path_factory.mktemp("bench") / "history.jsonl"
    options = ["--sizes", "tiny", "--families", "everything", "--peers", "highs,ranked_list"]
    done = CliRunner().invoke(app, ["run", *options, "--history", str(path)])
    assert done.exit_code == 0, done.output
    return path


def test_a_run_adds_a_line_with_what_it_was_and_what_it_reached(history: Path) -> None:
    (entry,) = read_history(history)
    assert (entry["instance"], entry["size"], entry["seed"]) == ("everything-tiny-1", "tiny", 1)
    assert (entry["pools"], entry["proposals"], entry["quick"]) == (8, 40, False)
    assert 0 < entry["pairs"] < 8 * 40
    assert len(entry["commit"].rstrip("+")) == 40
    assert entry["machine"]["cores"] >= 1
    ours = entry["ours"]
    assert (ours["status"], ours["verified"]) == ("optimal", True)
    assert ours["gap"] <= entry["asked_gap"]
    assert set(ours["timings"]) >= STAGES
    assert sum(ours["timings"].values()) == pytest.approx(ours["seconds"], abs=0.02)
    assert ours["trace"][-1][1] == pytest.approx(ours["gap"], abs=1e-9)
    assert ours["trace"][-1][0] <= ours["seconds"]
    assert figures_of([entry])["seconds"].tolist() == [ours["seconds"]]


def test_the_peers_of_a_run_are_told_beside_it(history: Path) -> None:
    (entry,) = read_history(history)
    highs, ranked = entry["peers"]["highs"], entry["peers"]["ranked_list"]
    assert (highs["ended"], highs["verified"]) == ("proven", True)
    assert highs["merit"] == pytest.approx(entry["ours"]["merit"], rel=1e-5)
    assert highs["trace"][-1][1] <= 2e-6
    assert (ranked["ended"], ranked["gap"]) == ("rule", None)


def test_the_results_are_written_beside_the_history_the_same_each_time(history: Path) -> None:
    def written() -> dict[str, bytes]:
        return {"RESULTS.md": (history.parent / "RESULTS.md").read_bytes()}

    before = written()
    text = before["RESULTS.md"].decode()
    assert "| everything-tiny-1 |" in text
    assert "## Where the time goes" in text
    assert "## A warm start" not in text
    out = str(history.parent)
    again = CliRunner().invoke(app, ["results", "--history", str(history), "--out", out])
    assert again.exit_code == 0
    assert written() == before


def test_peers_run_on_fewer_rounds_and_on_none_above_l() -> None:
    cases = cases_of(["S", "L", "XL", "XXL"], ["national"])
    with_peers = [case.name for case in cases if case.peer_seconds > 0]
    assert with_peers == [f"national-{case}" for case in ("S-1", "S-2", "S-3", "L-1")]
    assert [case.name for case in cases if case.size == "XXL"] == ["national-XXL-1"]
    assert len(cases_of(["M"], ["national"], seeds=5)) == 5


def test_the_pooled_funds_are_measured_only_where_their_data_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(DATA, raising=False)
    given = ["demonstration", "ocha-2025"]
    assert cases_of(["S", "M"], given) == [Case("demonstration", "S", None)]
    monkeypatch.setenv(DATA, "somewhere")
    assert [case.name for case in cases_of(["S", "M"], given)] == given


def test_a_size_that_is_not_there_is_refused(tmp_path: Path) -> None:
    history = str(tmp_path / "history.jsonl")
    done = CliRunner().invoke(app, ["run", "--sizes", "S,huge", "--history", history])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_results_need_a_full_measurement(tmp_path: Path, history: Path) -> None:
    (entry,) = read_history(history)
    quick = tmp_path / "history.jsonl"
    quick.write_text(json.dumps(entry | {"quick": True}) + "\n", encoding="utf-8")
    done = CliRunner().invoke(app, ["results", "--history", str(quick), "--out", str(tmp_path)])
    assert done.exit_code == 2
    assert not (tmp_path / "RESULTS.md").exists()


def test_only_the_largest_budget_changes_before_a_warm_start(tmp_path: Path) -> None:
    instance("national", "tiny", 1).write(tmp_path / "round")
    pool = warm.change_budget(tmp_path / "round", tmp_path / "changed")
    files = sorted(path.name for path in (tmp_path / "round").iterdir())
    assert files == sorted(path.name for path in (tmp_path / "changed").iterdir())
    lines = []
    for name in files:
        texts = [(tmp_path / side / name).read_text() for side in ("round", "changed")]
        pairs = zip(*(text.splitlines() for text in texts), strict=True)
        lines += [(name, old, new) for old, new in pairs if old != new]
    ((name, old, new),) = lines
    assert (name, old.split(",")[0]) == ("pools.csv", pool)
    differing = [
        (float(a), float(b)) for a, b in zip(old.split(","), new.split(","), strict=True) if a != b
    ]
    ((was, now),) = differing
    assert now == pytest.approx(1.05 * was, abs=1)
