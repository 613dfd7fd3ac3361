"""Histories of measurements, and two commits held against each other."""

import json
from math import nan
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from matcher.benchmarking import UnknownCommit, commits_of, compare, read_history
from matcher.cli import app

OLD, NEW = "a1" + "0" * 38, "b2" + "0" * 38


def entry(
    commit: str, instance: str, day: int = 1, pace: float | None = None, **ours: Any
) -> dict[str, Any]:
    figures = {"seconds": 10.0, "gap": 1e-3, "peak_memory_mib": 400.0}
    known = {"round_hash": instance, "verified": True, **figures, **ours}
    date = f"2026-01-{day:02}T00:00:00+00:00"
    return {
        "commit": commit, "date": date, "instance": instance, "ours": known,
        "machine": {} if pace is None else {"pace": pace},
    }  # fmt: skip


HISTORY = [
    entry(OLD, "first"),
    entry(OLD, "second", gap=0.0),
    entry(OLD, "gone"),
    entry(NEW, "first", 2, seconds=4.0, gap=5e-4),
    entry(NEW, "first", 3, seconds=6.0, gap=5e-4),
    entry(NEW, "second", 3, seconds=20.0, gap=0.0, peak_memory_mib=200.0),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "history.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in HISTORY), encoding="utf-8")
    return file


def ratios(found: Any, instance: str) -> list[float]:
    row = found.table.set_index("instance").loc[instance]
    return [row[f"{figure}_ratio"] for figure in ("seconds", "gap", "peak_memory_mib")]


def test_ratios_are_of_medians_after_by_before_and_nothing_by_nothing_is_one() -> None:
    found = compare(HISTORY)
    assert (found.before, found.after) == (OLD, NEW)
    assert ratios(found, "first") == pytest.approx([0.5, 0.5, 1.0])
    assert ratios(found, "second") == pytest.approx([2.0, 1.0, 0.5])
    expected = {"seconds": 1.25, "gap": 0.75, "peak_memory_mib": 0.75, "pace": nan}
    assert found.medians == pytest.approx(expected, nan_ok=True)
    assert found.left_out == {"gone": "measured at one of the two only"}


def test_a_gap_that_opens_from_nothing_is_infinitely_wider() -> None:
    found = compare([entry(OLD, "first", gap=0.0), entry(NEW, "first", 2)])
    assert ratios(found, "first")[1] == float("inf")


def test_a_machine_that_was_half_as_fast_is_seen_by_its_pace_where_both_know_theirs() -> None:
    earlier = [entry(OLD, "first", pace=0.4), entry(OLD, "second", pace=0.4), entry(OLD, "third")]
    later = [entry(NEW, name, 2, pace=0.8) for name in ("first", "second", "third")]
    found = compare([*earlier, *later])
    assert found.table["pace_ratio"].tolist() == pytest.approx([2.0, 2.0, nan], nan_ok=True)
    assert found.medians["pace"] == pytest.approx(2.0)


def test_rounds_that_have_changed_and_results_not_verified_are_left_out() -> None:
    later = [entry(NEW, "first", 2, round_hash="other"), entry(NEW, "second", 2, verified=None)]
    found = compare([*HISTORY[:2], *later])
    assert found.table.empty
    assert found.left_out == {
        "first": "the round has changed",
        "second": "not every result is verified",
    }


def test_commits_are_listed_by_their_last_measurement() -> None:
    table = commits_of([*HISTORY, entry(OLD, "first", 9, seconds=30.0)])
    assert table["commit"].tolist() == [NEW, OLD]
    assert table["instances"].tolist() == [2, 3]
    assert table["seconds"].tolist() == [6.0, 10.0]


def test_a_commit_is_named_by_its_first_letters() -> None:
    changed = f"{NEW}+"
    history = [*HISTORY, entry(changed, "first", 4, seconds=1.0)]
    assert compare(history, "b2", "a1").before == NEW
    assert compare(history, "a1", "b2+").after == changed
    with pytest.raises(UnknownCommit, match="no commit c3"):
        compare(history, "c3")
    with pytest.raises(UnknownCommit, match="more than one"):
        compare([*history, entry("a1" + "1" * 38, "first", 5)], "a1")
    with pytest.raises(UnknownCommit, match="fewer than two"):
        compare(HISTORY[:3])


def test_the_commands_print_tables_and_documents(path: Path) -> None:
    run = CliRunner()
    shown = run.invoke(app, ["bench", "compare", "--history", str(path)])
    assert shown.exit_code == 0
    assert "left out: gone, measured at one of the two only" in shown.stdout
    assert "median" in shown.stdout
    told = run.invoke(app, ["bench", "compare", "a1", "b2", "--history", str(path), "--json"])
    document = json.loads(told.stdout)
    assert [row["instance"] for row in document["instances"]] == ["first", "second"]
    assert document["median_ratios"]["seconds"] == pytest.approx(1.25)
    listed = run.invoke(app, ["bench", "list", "--history", str(path), "--json"])
    assert [row["commit"] for row in json.loads(listed.stdout)] == [OLD, NEW]
    assert OLD[:10] in run.invoke(app, ["bench", "list", "--history", str(path)]).stdout


@pytest.mark.parametrize("line", ["{", "[]", "1", '{"commit": "a"}'])
def test_a_line_that_is_no_measurement_is_refused_with_its_number(path: Path, line: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(line + "\n")
    with pytest.raises(ValueError, match="line 7"):
        read_history(path)
    assert CliRunner().invoke(app, ["bench", "list", "--history", str(path)]).exit_code == 2


def test_a_history_that_is_not_there_and_a_commit_nobody_knows_are_wrong_usage(
    path: Path,
) -> None:
    run = CliRunner()
    nowhere = str(path.with_name("nowhere"))
    assert run.invoke(app, ["bench", "list", "--history", nowhere]).exit_code == 2
    assert run.invoke(app, ["bench", "compare", "c3", "--history", str(path)]).exit_code == 2
