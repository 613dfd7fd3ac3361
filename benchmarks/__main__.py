"""`python -m benchmarks`: made-up rounds and the solvers that the project is held against."""

import json
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.instances import FAMILIES, SIZES
from benchmarks.instances import instance as draw_instance
from benchmarks.peers.measuring import PEERS, measure, measure_here

app = typer.Typer(add_completion=False, no_args_is_help=True)


@app.callback()
def _about() -> None:
    """Draw made-up rounds and hold solvers against each other."""


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
    for name, known in ((family, FAMILIES), (size, SIZES)):
        if name not in known:
            raise typer.BadParameter(f"There is no {name}. Use one of {', '.join(known)}.")
    if out.exists():
        raise typer.BadParameter(f"{out} is there already.")
    draw_instance(family, size, seed, tightness, density).write(out)


@app.command()
def peer(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(PEERS)}.")],
    folder: Annotated[Path, typer.Argument(help="A round folder.")],
    seconds: Annotated[float, typer.Option(help="Time limit, from the arrays to the awards.")],
    here: Annotated[bool, typer.Option(help="Run in this process, not in one of its own.")] = False,
) -> None:
    """Let a peer solve a round and print what it reached as one JSON line."""
    if name not in PEERS:
        raise typer.BadParameter(f"There is no {name}. Use one of {', '.join(PEERS)}.")
    told = measure_here(name, folder, seconds) if here else measure(name, folder, seconds)
    typer.echo(json.dumps(told))


if __name__ == "__main__":
    app()
