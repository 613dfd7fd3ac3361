"""`python -m benchmarks`: made-up rounds and the solvers that the project is held against."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, TypeVar

import typer

from benchmarks.cases import ASKED, GIVEN, cases_of
from benchmarks.instances import FAMILIES, SIZES
from benchmarks.instances import instance as draw_instance
from benchmarks.peers.measuring import PEERS, count_pairs, measure, measure_here
from benchmarks.running import run as run_cases
from benchmarks.service.commands import service

HERE = Path(__file__).parent
HISTORY = HERE / "history.jsonl"
FULL, QUICK = "S,M,L,XL,XXL", "tiny,S"
"""The sizes of a full and of a quick run."""
QUICK_SECONDS = 10.0
"""How long a peer is let run in a quick run."""

Answered = TypeVar("Answered")

app = typer.Typer(add_completion=False, no_args_is_help=True)
scenarios = typer.Typer(no_args_is_help=True, help="What-ifs with the answers they are to have.")
app.add_typer(scenarios, name="scenarios")
app.add_typer(service, name="service")
Folder = Annotated[Path, typer.Argument(help="A round folder.")]
History = Annotated[Path, typer.Option(help="Where measurements are kept, as JSON lines.")]
Only = Annotated[
    str | None, typer.Option(help="A catalogue, a scenario or CATALOGUE/SCENARIO; stars are let.")
]
Instances = Annotated[
    Path | None, typer.Option(help="Where rounds lie and are kept; else drawn afresh.")
]


@app.callback()
def _about() -> None:
    """Draw made-up rounds, hold solvers against each other, and write what was measured."""


@app.command()
def instance(
    family: Annotated[str, typer.Argument(help=f"One of {', '.join(FAMILIES)}.")],
    size: Annotated[str, typer.Argument(help=f"One of {', '.join(SIZES)}.")],
    out: Annotated[Path, typer.Option(help="The round folder to write; must not be there yet.")],
    seed: Annotated[int, typer.Option(help="Another seed, another round.")] = 1,
    tightness: Annotated[float | None, typer.Option(help="Requested money over budgets.")] = None,
    density: Annotated[float | None, typer.Option(help="Share of pairs that pass terms.")] = None,
) -> None:
    """Write a made-up round folder."""
    _listed(family, FAMILIES)
    _listed(size, SIZES)
    if out.exists():
        raise typer.BadParameter(f"{out} is there already.")
    draw_instance(family, size, seed, tightness, density).write(out)


@app.command()
def count(folder: Folder) -> None:
    """Print how many pools, proposals and pairs a round has, as JSON."""
    typer.echo(json.dumps(count_pairs(folder)))


@app.command()
def many(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Where scenarios and results are written.")],
    count: Annotated[int, typer.Option(min=1, help="How many scenarios.")] = 100,
    gap: Annotated[float, typer.Option(help="Relative gap of merit to stop at.")] = 0.0005,
    every: Annotated[int, typer.Option(min=1, help="Run every so many separately too.")] = 10,
) -> None:
    """Measure many scenarios in one command against separate ones, as JSON."""
    from benchmarks.many import measure_many  # the reader would make the runner large

    typer.echo(json.dumps(measure_many(folder, out, count, gap, every), indent=2))


@app.command()
def peer(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(PEERS)}.")],
    folder: Folder,
    seconds: Annotated[float, typer.Option(help="Time limit, from the arrays to the awards.")],
    here: Annotated[bool, typer.Option(help="Run in this process, not in one of its own.")] = False,
) -> None:
    """Let a peer solve a round and print what it reached as one JSON line."""
    _listed(name, PEERS)
    told = measure_here(name, folder, seconds) if here else measure(name, folder, seconds)
    typer.echo(json.dumps(told))


@app.command()
def run(
    sizes: Annotated[
        str | None, typer.Option(help=f"Which sizes; else {FULL}, or {QUICK} if quick.")
    ] = None,
    families: Annotated[str, typer.Option(help="Which families, and rounds that are given.")] = (
        ",".join([*FAMILIES, *GIVEN])
    ),
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Rounds of each family; else as the size has it.")
    ] = None,
    peers: Annotated[str, typer.Option(help='Which peers; "" for none.')] = ",".join(PEERS),
    peer_seconds: Annotated[
        float | None, typer.Option(help="Let no peer run longer than this.")
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Small rounds, one seed, impatient; no results written.")
    ] = False,
    instances: Instances = None,
    history: History = HISTORY,
) -> None:
    """Measure `matcher match` and the peers, add to the history, write the results beside it."""
    if quick:
        seeds, peer_seconds = seeds or 1, peer_seconds or QUICK_SECONDS
    named = _listed(sizes or (QUICK if quick else FULL), ASKED)
    cases = cases_of(named, _listed(families, [*FAMILIES, *GIVEN]), seeds)
    chosen = _listed(peers, PEERS)
    history.parent.mkdir(parents=True, exist_ok=True)
    history.touch()
    with TemporaryDirectory() as fresh:
        where = instances or Path(fresh)
        run_cases(cases, chosen, where, history, _tell, peer_seconds, quick)
    if not quick:
        results(history, history.parent)


@app.command()
def results(
    history: History = HISTORY,
    out: Annotated[Path, typer.Option(help="Where RESULTS.md and charts are written.")] = HERE,
) -> None:
    """Write RESULTS.md and the charts from the history."""
    from benchmarks.results import write_results  # its charts would make the runner large

    try:
        write_results(history, out)
    except ValueError as refusal:
        raise typer.BadParameter(str(refusal)) from None


@scenarios.command("record")
def record_scenarios(only: Only = None, instances: Instances = None) -> None:
    """Work out recorded what-ifs and write their answers anew, with the table of the README."""
    from benchmarks.recording import record  # the solver would make the runner large

    with TemporaryDirectory() as fresh:
        _told(lambda: record(only, instances or Path(fresh), _tell))


@scenarios.command("replay")
def replay_scenarios(
    only: Only = None, instances: Instances = None, history: History = HISTORY
) -> None:
    """Work out recorded what-ifs again and say what differs; exit code 1 where something does.

    A catalogue replayed whole is added to the history.
    """
    from benchmarks.recording import replay

    with TemporaryDirectory() as fresh:
        wrong = _told(lambda: replay(only, instances or Path(fresh), history, _tell))
    if wrong:
        _tell(f"{wrong} answers differ from what is recorded.")
        raise typer.Exit(1)


def _told(work: Callable[[], Answered]) -> Answered:
    """Do the work; names that are not known are wrong usage."""
    from benchmarks.recording import UnknownScenario

    try:
        return work()
    except UnknownScenario as refusal:
        raise typer.BadParameter(str(refusal)) from None


def _listed(text: str, known: Iterable[str]) -> list[str]:
    """Give the names in a comma-separated list; refuses those that are not known."""
    names = [name for name in text.split(",") if name]
    options = list(known)
    for name in names:
        if name not in options:
            raise typer.BadParameter(f"There is no {name}. Use {', '.join(options)}.")
    return names


def _tell(words: str) -> None:
    typer.echo(words, err=True)


if __name__ == "__main__":
    app()
