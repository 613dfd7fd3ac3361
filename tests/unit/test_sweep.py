"""`matcher sweep` from end to end, on tiny rounds: draws, budgets and targets."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
from typer.testing import CliRunner

from matcher.cli_sweep import sweep
from matcher.domain import Round
from matcher.errors import InvalidRound
from matcher.scenarios.asking.crew import Here
from matcher.scenarios.many.crew import Crew
from matcher.scenarios.running import Start
from matcher.scenarios.sweeping.sweeps import DRAW_GAP
from matcher.workers.shared import Shared
from matcher.writing.round_forms import write_round
from tests.unit.test_executing import ROOT, until
from tests.unit.test_explain import a_round

TARGET = {"id": "T", "where": {"sector": ["12220"]}, "min_share": "0.1"}
app = typer.Typer()
app.command()(sweep)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found: Round = a_round(10, targets=[TARGET])
    write_round(found, tmp_path / "round.json")
    return tmp_path / "round.json"


def swept(path: Path, *arguments: str, gap: str | None = "0") -> str:
    """Run the command on one worker; raises what it raises."""
    out, ends = path.parent / "out", [] if gap is None else ["--gap", gap]
    line = [str(path), "--out", str(out), "--workers", "1", *ends, *arguments]
    done = CliRunner().invoke(app, line)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout if done.exit_code == 0 else f"{done.exit_code}: {done.stderr}"


def test_draws_give_bands_with_prices_and_go_on_where_they_were(path: Path) -> None:
    told = swept(path, "--points", "4", "--draws", "12")
    assert "12 draws have a plan." in told
    table = pd.read_csv(path.parent / "out" / "bands.csv", keep_default_na=False)
    open_ = table[table.band == "your decision"]
    assert len(open_) > 0
    assert all("As the round is, it is " in text for text in open_.choice)
    assert all(text in told.replace("\n", " ") for text in open_.choice)
    answers = path.parent / "out" / "answers.jsonl"
    before = answers.read_bytes()
    document = json.loads(swept(path, "--points", "4", "--draws", "12", "--json"))
    assert answers.read_bytes() == before
    assert document["variation"] == {"budgets": "0", "points": "4", "reviewers": False}
    assert [row["band"] for row in document["proposals"]] == list(table.band)
    assert len(document["choices"]) == len(open_)


@pytest.mark.parametrize(
    ("gap", "draws", "others"), [(None, DRAW_GAP, 1e-4), ("0", 0.0, 0.0), ("0.01", 0.01, 0.01)]
)
def test_draws_end_at_a_wider_gap_than_prices_and_curves_unless_one_is_asked_for(
    gap: str | None, draws: float, others: float, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gaps: list[float] = []

    @contextmanager
    def noted(shared: Shared, *_rest: Any) -> Iterator[Crew]:
        start: Start = shared.value()
        gaps.append(start.options.gap)
        yield Crew(Here, 1, shared)

    monkeypatch.setattr("matcher.scenarios.sweeping.sweeps.crew_of", noted)
    document = json.loads(swept(path, "--points", "4", "--draws", "12", "--json", gap=gap))
    swept(path, "--budget", "all", "--steps", "2", gap=gap)
    assert document["gap"] == draws
    assert gaps == [draws, others, others]


def test_budgets_and_targets_give_curves(path: Path) -> None:
    told = swept(path, "--budget", "all", "--steps", "4")
    assert "curve.csv" in told
    curve = pd.read_csv(path.parent / "out" / "curve.csv")
    assert list(curve["at"]) == [0.5, 0.75, 1.0, 1.25, 1.5]
    assert curve.merit.is_monotonic_increasing
    document = json.loads(swept(path, "--budget", "all", "--steps", "4", "--json"))
    assert [point["funded"] for point in document["points"]] == list(curve.funded)
    assert [point["placed"] for point in document["points"]] == [f"{p:.2f}" for p in curve.placed]
    told = swept(path, "--target", "T:min_share", "--steps", "4")
    assert "T can be pushed to a floor of 50\u00a0%, and no plan goes further." in told
    frontier = pd.read_csv(path.parent / "out" / "frontier.csv")
    assert list(frontier["at"]) == [0, 0.125, 0.25, 0.375, 0.5]
    assert frontier.merit.is_monotonic_decreasing


def test_what_cannot_be_swept_is_refused_before_anything_runs(path: Path) -> None:
    assert swept(path).startswith("2: ")
    assert swept(path, "--points", "4", "--budget", "all").startswith("2: ")
    assert swept(path, "--points", "four").startswith("2: ")
    assert swept(path, "--points=-1").startswith("2: ")
    assert swept(path, "--points", "1e400").startswith("2: ")
    assert "nobody knows how far reviewers lie apart" in " ".join(
        swept(path, "--reviewers").replace("│", "").split()
    )
    for refused in (["--budget", "P9"], ["--target", "U:min_share"], ["--target", "T:least"]):
        with pytest.raises(InvalidRound):
            swept(path, *refused)
    assert not (path.parent / "out").exists()


def test_ctrl_c_says_what_is_kept_and_how_to_go_on(path: Path) -> None:
    line = [sys.executable, "-m", "matcher", "sweep", str(path), "--out", str(path.parent / "out")]
    sweeping = subprocess.Popen(
        [*line, "--points", "4", "--draws", "5000", "--no-prices", "--workers", "1"],
        cwd=ROOT, start_new_session=True, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    answers = path.parent / "out" / "answers.jsonl"
    until(lambda: answers.exists() and answers.read_bytes().count(b"\n") > 3)
    os.killpg(sweeping.pid, signal.SIGINT)
    _, told = sweeping.communicate(timeout=60)
    assert sweeping.returncode == 5
    draws = answers.read_bytes().count(b"\n") - 1  # the first line is the base
    assert f"Stopped with {draws:,} of 5,000 answers, which are kept in {answers}." in told
    assert "The same command goes on from there." in told


def workers_of(process: int) -> list[int]:
    """Give the processes that a sweep has started to work for it."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = (folder / "stat").read_text("utf-8").rpartition(")")[2].split()[1]
            command = (folder / "cmdline").read_bytes()
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if int(parent) == process and b"spawn_main" in command:
            found.append(int(folder.name))
    return sorted(found)


@pytest.mark.slow
def test_a_worker_and_then_the_whole_are_killed_and_the_table_is_the_same(path: Path) -> None:
    def command(out: str) -> list[str]:
        line = [
            sys.executable,
            "-m",
            "matcher",
            "sweep",
            str(path),
            "--out",
            str(path.parent / out),
        ]
        return [*line, "--points", "4", "--budgets", "0.2", "--draws", "150", "--no-prices"]

    def kept() -> int:
        answers = path.parent / "killed" / "answers.jsonl"
        return answers.read_bytes().count(b"\n") if answers.exists() else 0

    subprocess.run(command("whole"), cwd=ROOT, check=True)
    sweeping = subprocess.Popen(command("killed"), cwd=ROOT)
    until(lambda: kept() > 10)
    os.kill(workers_of(sweeping.pid)[0], signal.SIGKILL)
    after = kept()
    until(lambda: kept() > after + 20)
    sweeping.kill()
    sweeping.wait()
    assert 30 < kept() < 151
    assert not (path.parent / "killed" / "bands.csv").exists()
    subprocess.run(command("killed"), cwd=ROOT, check=True)
    tables = [(path.parent / out / "bands.csv").read_bytes() for out in ("whole", "killed")]
    assert tables[0] == tables[1]
    lines = [
        sorted((path.parent / out / "answers.jsonl").read_bytes().splitlines())
        for out in ("whole", "killed")
    ]
    assert lines[0] == lines[1]
