"""What every command of the command line shares: reading, progress, words and JSON."""

import json
import re
import sys
from collections.abc import Callable, Container, Iterator
from contextlib import contextmanager
from math import isfinite
from pathlib import Path
from time import monotonic
from typing import Annotated, Any

import typer
from rich.console import Console

from matcher.pipeline import find_missing
from matcher.reading import ReadRound, read_round
from matcher.wording import catalogue_of

NOW_AND_THEN = 10.0
"""Seconds after which people who see no spinner hear how far a stage has got."""
people = Console(stderr=True)
"""Where people read progress and problems; results of `--json` go to standard output."""

RoundPath = Annotated[
    Path, typer.Argument(metavar="ROUND", help="A folder, an .xlsx or a .json of a round.")
]
Out = Annotated[Path, typer.Option("--out", help="Where to write.")]
Replace = Annotated[
    bool, typer.Option("--replace", help="Replace the round that lies there already.")
]
Json = Annotated[bool, typer.Option("--json", help="Print machine-readable output.")]
BaseResult = Annotated[
    Path | None, typer.Option("--base", help="A result of the round that the base starts from.")
]


def finite(value: float | None) -> float | None:
    """Refuse what is no number, which no range leaves out."""
    if value is not None and not isfinite(value):
        raise typer.BadParameter(f"{value} is no number of any size. Write one.")
    return value


Limit = Annotated[float, typer.Option(min=0.1, callback=finite, help="Seconds for the command.")]
EachLimit = Annotated[float, typer.Option(min=0.1, callback=finite, help="Seconds for each solve.")]
Gap = Annotated[
    float, typer.Option(min=0.0, callback=finite, help="Relative gap of merit to stop at.")
]
AtOnce = Annotated[int, typer.Option(min=1, help="Rounds solved at the same time.")]
Seed = Annotated[int, typer.Option(min=0, max=2**31 - 1, help="Of the search.")]
Cluster = Annotated[
    str | None, typer.Option(metavar="ADDRESS", help="The scheduler of a Dask cluster.")
]


def read(path: Path, strict: bool) -> ReadRound:
    """Read a round; raises InvalidRound also for a rule or a rule pack that is not here."""
    return read_round(path, strict, look=find_missing)


def each_by_itself(option: str, name: str, known: Container[str]) -> str | None:
    """Say how several ids are given where they were given as one, in a list with commas.

    `option` is one that may stand repeatedly. None where the parts are not all `known`: an id may
    hold a comma, so that a list is never taken apart unasked.
    """
    parts = [part.strip() for part in re.split("[,;]", name)]
    if len(parts) == 1 or any(part not in known for part in parts):
        return None
    told = " ".join(f"{option} {part}" for part in parts)
    return catalogue_of().say("each-by-itself", told=told)


def done(words: str, document: dict[str, Any], as_json: bool) -> None:
    """Say what was done, in words or as JSON."""
    if as_json:
        print_json(document)
    else:
        say(words)


def say(words: str) -> None:
    """Print a sentence to standard output as it is."""
    Console().print(words, highlight=False, markup=False, soft_wrap=True)


def print_json(document: Any) -> None:
    """Print a document to standard output."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, indent=2) + "\n")


@contextmanager
def progress(words: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done: on a terminal with a spinner, elsewhere a line for each stage.

    Elsewhere, how far a long stage has got is told now and then.
    """
    if people.is_terminal:
        with people.status(words) as status:
            yield lambda said: status.update(said)
        return
    told, last = words, monotonic()
    people.print(words, highlight=False, markup=False)

    def tell(said: str) -> None:
        nonlocal told, last
        stage = said.partition(":")[0].partition(",")[0]
        if stage != told or monotonic() - last >= NOW_AND_THEN:
            people.print(said if stage == told else stage, highlight=False, markup=False)
            told, last = stage, monotonic()

    yield tell
