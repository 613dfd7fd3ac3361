"""What a warm start saves: a round run again after one pool's budget has changed a little."""

import csv
from pathlib import Path
from shutil import copytree
from typing import Any

import typer.main

from benchmarks.cases import Asked
from benchmarks.ours import measure_ours
from matcher.cli import app

OPTION = "--warm-start"
CHANGE = 1.05
"""By how much the largest budget changes."""


def can_start_warm() -> bool:
    """Say whether `matcher match` has the option of a warm start."""
    command = typer.main.get_group(app).commands["match"]
    return any(OPTION in parameter.opts for parameter in command.params)


def measure_warm(folder: Path, result: Path, where: Path, asked: Asked) -> dict[str, Any]:
    """Run the changed round from scratch and from the `result` of the round as it was."""
    changed = where / "changed"
    pool = change_budget(folder, changed)
    kept = "seconds", "merit", "gap", "verified"
    runs = {
        "scratch": measure_ours(changed, where / "scratch", asked),
        "warm": measure_ours(changed, where / "warm", asked, OPTION, result),
    }
    return {"pool": pool, **{how: {k: run.get(k) for k in kept} for how, run in runs.items()}}


def change_budget(folder: Path, to: Path) -> str:
    """Copy a round folder with its largest budget changed, and give the pool's id."""
    copytree(folder, to)
    with (to / "pools.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    budget, name = header.index("budget"), header.index("pool_id")
    largest = max(rows, key=lambda row: float(row[budget]))
    largest[budget] = str(round(float(largest[budget]) * CHANGE))
    with (to / "pools.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
    return largest[name]
