"""`matcher bench`: how fast and how close commits were, from the history of measurements."""

import json
from collections.abc import Sequence
from math import isfinite
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from matcher.benchmarking import (
    FIGURES,
    Comparison,
    Entry,
    UnknownCommit,
    commits_of,
    compare,
    read_history,
)

SHORT = 10
"""Letters of a commit's name that are shown."""
HEADS = {"seconds": "seconds", "gap": "gap", "peak_memory_mib": "MiB", "pace": "pace"}

app = typer.Typer(no_args_is_help=True, help="Hold measurements of different commits together.")

History = Annotated[
    Path,
    typer.Option("--history", help="A file of measurements.", exists=True, dir_okay=False),
]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output.")]
DEFAULT = Path("benchmarks/history.jsonl")


@app.command("list")
def list_(history: History = DEFAULT, as_json: Json = False) -> None:
    """List the commits that were measured, the last one last."""
    table = commits_of(_read(history))
    if as_json:
        _print_json(table.to_dict("records"))
        return
    shown = Table("commit", "last measured", "instances", "median seconds", box=SIMPLE_HEAD)
    for row in table.itertuples():
        shown.add_row(
            _short(str(row.commit)), str(row.date), f"{row.instances}", f"{row.seconds:.2f}"
        )
    Console().print(shown)


@app.command("compare")
def compare_(
    before: Annotated[str | None, typer.Argument(metavar="A", show_default=False)] = None,
    after: Annotated[str | None, typer.Argument(metavar="B", show_default=False)] = None,
    history: History = DEFAULT,
    as_json: Json = False,
) -> None:
    """Compare commit B with commit A by seconds, gap and memory; by default the last two.

    The pace is what the machine took for the same piece of work both times: where its ratio is 2,
    the machine was half as fast.
    """
    try:
        found = compare(_read(history), before, after)
    except UnknownCommit as refusal:
        raise typer.BadParameter(str(refusal)) from None
    if as_json:
        _print_json(_document(found))
    else:
        _print_comparison(found, Console())


def _read(history: Path) -> Sequence[Entry]:
    try:
        return read_history(history)
    except (ValueError, OSError) as refusal:
        raise typer.BadParameter(str(refusal)) from None


def _document(found: Comparison) -> dict[str, Any]:
    return {
        "before": found.before,
        "after": found.after,
        "instances": [
            {str(name): _number(value) for name, value in row.items()}
            for row in found.table.to_dict("records")
        ],
        "median_ratios": {figure: _number(ratio) for figure, ratio in found.medians.items()},
        "left_out": found.left_out,
    }


def _print_comparison(found: Comparison, console: Console) -> None:
    """Print what the later commit measures, each figure with its ratio to the earlier one's."""
    table = Table(
        title=f"{_short(found.after)}, and its ratio to {_short(found.before)}",
        title_justify="left",
        box=SIMPLE_HEAD,
    )
    table.add_column("instance", no_wrap=True)
    for figure in FIGURES:
        table.add_column(HEADS[figure], justify="right", no_wrap=True)
        table.add_column("ratio", justify="right", no_wrap=True)
    for row in found.table.to_dict("records"):
        figures = [(_shown(f, row[f"{f}_after"]), _ratio(row[f"{f}_ratio"])) for f in FIGURES]
        table.add_row(str(row["instance"]), *(cell for pair in figures for cell in pair))
    table.add_section()
    table.add_row("median", *(c for f in FIGURES for c in ("", _ratio(found.medians[f]))))
    console.print(table)
    for instance, reason in found.left_out.items():
        console.print(f"left out: {instance}, {reason}", highlight=False, markup=False)


def _shown(figure: str, value: float) -> str:
    if pd.isna(value):
        return "–"
    if figure == "gap":
        return f"{value:.3%}"
    return f"{value:,.0f}" if figure == "peak_memory_mib" else f"{value:.2f}"


def _ratio(value: float) -> str:
    return "–" if pd.isna(value) else f"{value:.2f}"


def _number(value: Any) -> Any:
    """Give what JSON can say: null where there is no number, or none that is finite."""
    return None if isinstance(value, float) and not isfinite(value) else value


def _short(commit: str) -> str:
    return commit[:SHORT] + ("+" if commit.endswith("+") else "")


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
