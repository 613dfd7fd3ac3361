"""`python -m benchmarks service …`: the service under strain."""

import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from benchmarks.machine import commit, machine

PACKAGES = ("fastapi", "uvicorn", "sqlalchemy", "psycopg", "ortools")

Database = Annotated[
    Literal["sqlite", "postgresql"], typer.Option(help="Where the service keeps what it has.")
]
Out = Annotated[Path, typer.Option(help="The JSON file that what was measured is written to.")]
Seed = Annotated[int, typer.Option(help="Other moments, other stories.")]

service = typer.Typer(no_args_is_help=True, help="The service under strain.")


@service.command()
def kills(
    out: Out,
    database: Database = "sqlite",
    times: Annotated[int, typer.Option(min=1, help="How often something is killed.")] = 50,
    seed: Seed = 1,
) -> None:
    """Kill server and workers at random moments under load; exit code 1 where anything is lost."""
    from benchmarks.service.kills import killed

    _write(out, killed(database, times, seed, _tell))


@service.command()
def load(
    out: Out,
    database: Database = "postgresql",
    ngos: Annotated[int, typer.Option(min=1, help="How many applicants.")] = 1000,
    seconds: Annotated[float, typer.Option(min=1, help="For how long.")] = 300.0,
    stored: Annotated[int, typer.Option(help="Proposals that are there before.")] = 10_000,
    seed: Seed = 1,
) -> None:
    """Have applicants submit and read while two runs are solved; exit code 1 if any is lost."""
    from benchmarks.service.load import loaded

    _write(out, loaded(database, ngos, seconds, stored, seed, _tell))


@service.command()
def shared(
    out: Out,
    runs: Annotated[int, typer.Option(min=4, help="How many runs two workers share.")] = 40,
) -> None:
    """Have two workers share runs on PostgreSQL: one is killed, then one is paused and resumed.

    Exit code 1 where a run has not ended once, or was not taken over within a minute.
    """
    from benchmarks.service.shared import shared as measured

    _write(out, measured(runs, _tell))


def _write(out: Path, record: Mapping[str, Any]) -> None:
    measured = {
        "commit": commit("matcher", "api"), "machine": machine(),
        "versions": {name: version(name) for name in PACKAGES}, **record,
    }  # fmt: skip
    out.write_text(f"{json.dumps(measured, indent=2, ensure_ascii=False)}\n", encoding="utf-8")
    faults = record["faults"]
    for fault in faults:
        _tell(fault)
    if faults:
        raise typer.Exit(1)


def _tell(words: str) -> None:
    typer.echo(words, err=True)
