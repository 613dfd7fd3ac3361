"""The command line, thin over the front door; exit codes as in ROUND_FORMAT.md."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import entry_points
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from matcher.checking import check_folder
from matcher.commands import LateCommands
from matcher.errors import (
    InvalidInput,
    MatcherError,
    Problem,
    Unsolved,
    VerificationFailed,
    WrongUsage,
)
from matcher.pipeline import (
    RULES,
    Clock,
    check_rule,
    hearing_interrupts,
    match,
)
from matcher.reading.importing import import_round
from matcher.regulation.library import FOLDERS, installed
from matcher.results import Options, Run
from matcher.scenarios.near import checked_limits, near_result
from matcher.solving import Report
from matcher.terminal import (
    Gap,
    Json,
    Limit,
    Out,
    Replace,
    RoundPath,
    Seed,
    done,
    each_by_itself,
    people,
    print_json,
    progress,
    read,
    say,
)
from matcher.warm_start import earlier_result
from matcher.writing.result_folder import check_usable, write_result
from matcher.writing.round_forms import check_round_place, write_round
from matcher.writing.summary import (
    print_conflict,
    print_problems,
    print_summary,
    summary_document,
)
from matcher.writing.template import write_template
from matcher.writing.trace import tracer

DONE, UNEXPECTED, USAGE, BAD_INPUT, INFEASIBLE, NO_SOLUTION, UNVERIFIED = range(7)
ENDS = {
    "optimal": DONE,
    "feasible": DONE,
    "infeasible": INFEASIBLE,
    "no_solution": NO_SOLUTION,
}

app = typer.Typer(
    cls=LateCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Who funds what in an allocation round: provably best, verified, explained.",
)
for added in entry_points(group="matcher.commands"):
    added.load()(app)


@app.callback()
def _packs(
    packs: Annotated[
        list[Path] | None,
        typer.Option(
            "--packs", metavar="FOLDER", help="Where further rule packs lie; may stand repeatedly."
        ),
    ] = None,
) -> None:
    """Who funds what in an allocation round: provably best, verified, explained."""
    if packs:
        known = filter(None, os.environ.get(FOLDERS, "").split(os.pathsep))
        os.environ[FOLDERS] = os.pathsep.join(dict.fromkeys([*known, *map(str, packs)]))


Strict = Annotated[
    bool, typer.Option("--strict", help="Refuse columns that are not known, instead of warning.")
]


@app.command()
def check(round_: RoundPath, strict: Strict = False, as_json: Json = False) -> None:
    """Report every problem of every file of a round at once."""
    with progress("reading the round"):
        found = read(round_, strict)
    if as_json:
        print_json(_problems_document(found.warnings, found.round.content_hash))
        return
    print_problems(found.warnings, people)
    counts = f"{len(found.round.pools)} pools, {len(found.round.proposals)} proposals"
    say(f"{found.round.title or found.round.id} can be run: {counts}.")


@app.command("match")
def match_(
    context: typer.Context,
    round_: RoundPath,
    out: Out,
    rule: Annotated[str | None, typer.Option(help=f"One of {', '.join(RULES)}.")] = None,
    time_limit: Limit = 600.0,
    gap: Gap = 1e-6,
    workers: Annotated[int, typer.Option(min=1, help="Threads that search.")] = 2,
    seed: Seed = 0,
    trace: Annotated[
        Path | None, typer.Option(help="Where to write how the proof closes in, as JSON lines.")
    ] = None,
    baseline: Annotated[
        bool, typer.Option("--baseline", help="Compare a large round with the ranked list too.")
    ] = False,
    warm_start: Annotated[
        Path | None, typer.Option(help="The folder of an earlier result to start from.")
    ] = None,
    stay_near: Annotated[
        Path | None, typer.Option(help="The folder of an earlier result to change little of.")
    ] = None,
    at_most: Annotated[
        int | None,
        typer.Option(min=0, help="So many proposals may change against --stay-near."),
    ] = None,
    price_per_change: Annotated[
        str | None,
        typer.Option(metavar="MERIT", help="What each change against --stay-near has to bring."),
    ] = None,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Decide who funds what, verify it and write the result folder."""
    options = Options(rule, time_limit, gap, workers, seed, baseline)
    # Starting Python and loading are part of the command, too.
    clock = Clock(max(0.0, time_limit - (context.obj or 0.0)))
    if rule is not None:
        check_rule(rule)
    limits = checked_limits(stay_near, at_most, price_per_change)
    check_usable(out)
    with hearing_interrupts(clock):
        with progress("reading the round") as tell, _traced(trace, clock) as watch:
            with clock.stage("read"):
                found = read(round_, strict)
                earlier = None if warm_start is None else earlier_result(found.round, warm_start)
                near = None if stay_near is None else near_result(found.round, stay_near, *limits)
            options = replace(options, stay_near=near)
            if earlier is not None:
                options = replace(options, warm_start=earlier.digest)
            awards = None if earlier is None else earlier.awards
            run = match(found.round, options, found.warnings, tell, clock, watch, awards)
            tell("writing the result")
            write_result(run, out, clock.timings)
        _show(run, out, as_json)
    raise typer.Exit(ENDS[run.status])


@app.command()
def verify(
    round_: RoundPath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder.")],
    as_json: Json = False,
) -> None:
    """Check the awards of any result folder, also one edited by hand, independently."""
    with progress("reading the round") as tell:
        round_read = read(round_, False).round
        tell("verifying the awards")
        found = check_folder(round_read, folder)
    if as_json:
        print_json(found.as_dict())
    else:
        for line in found.in_words():
            say(line)
    raise typer.Exit(DONE if found.holds else UNVERIFIED)


@app.command()
def template(
    out: Annotated[Path, typer.Argument(metavar="OUT.xlsx")],
    packs: Annotated[
        list[str] | None,
        typer.Option(
            "--pack",
            metavar="ID",
            help="A rule pack, whose facts get columns; may stand repeatedly.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write a workbook that a coordinator can fill in."""
    for pack in packs or ():
        if pack not in installed() and (several := each_by_itself("--pack", pack, installed())):
            raise typer.BadParameter(f"{pack} is a rule pack that is not here. {several}")
    write_template(out, packs or ())
    done(f"The workbook to fill in lies at {out}.", {"written": str(out)}, as_json)


@app.command()
def convert(
    round_: RoundPath,
    out: Out,
    over: Replace = False,
    strict: Strict = False,
    as_json: Json = False,
) -> None:
    """Write a round in another form: a folder, an .xlsx or a .json."""
    with progress("reading the round") as tell:
        check_round_place(out, over)
        found = read(round_, strict)
        tell("writing the round")
        write_round(found.round, out)
    if not as_json:
        print_problems(found.warnings, people)
    document = {"written": str(out), "round_hash": found.round.content_hash}
    done(f"The round lies at {out}, content hash {found.round.content_hash}.", document, as_json)


@app.command("import")
def import_(
    sources: Annotated[list[Path], typer.Argument(metavar="SOURCE…")],
    mapping: Annotated[Path, typer.Option("--mapping", help="The mapping, a YAML file.")],
    out: Out,
    over: Replace = False,
    as_json: Json = False,
) -> None:
    """Build a round from spreadsheets of any shape by a declarative mapping."""
    with progress("reading the sources"):
        check_round_place(out, over)
        built = import_round(mapping, sources)
        write_round(built, out)
    counts = f"{len(built.pools)} pools, {len(built.proposals)} proposals"
    document = {"written": str(out), "round_hash": built.content_hash}
    done(f"The round lies at {out}: {counts}.", document, as_json)


def _show(run: Run, out: Path, as_json: bool) -> None:
    if as_json:
        print_json(summary_document(run))
    elif run.status == "infeasible":
        print_conflict(run, Console())
    else:
        print_summary(run, Console(), out)


def _problems_document(problems: Sequence[Problem], round_hash: str | None) -> dict[str, Any]:
    return {"problems": [problem.as_dict() for problem in problems], "round_hash": round_hash}


@contextmanager
def _traced(path: Path | None, clock: Clock) -> Iterator[Report | None]:
    """Write the trace of a run to a file, where one is named."""
    if path is None:
        yield None
        return
    try:
        file = path.open("w", encoding="utf-8", newline="\n")
    except OSError as error:
        raise typer.BadParameter(f"{path} cannot be written: {error.strerror}.") from None
    with file:
        yield tracer(file, clock.start)


def main(loading: float = 0.0) -> None:
    """Run the command line; every refusal is a sentence and an exit code, never a traceback.

    `loading` are the seconds that it took to start, which count.
    """
    as_json = "--json" in sys.argv
    for stream in (sys.stdout, sys.stderr):
        # A terminal or a pipe of another encoding than UTF-8 gets a sign for what it cannot show.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        app(obj=loading)
    except InvalidInput as refusal:
        if as_json:
            print_json(_problems_document(refusal.problems, None))
        else:
            print_problems(refusal.problems, people)
        sys.exit(BAD_INPUT)
    except WrongUsage as refusal:
        people.print(str(refusal), highlight=False, markup=False, soft_wrap=True)
        sys.exit(USAGE)
    except Unsolved as refusal:
        people.print(str(refusal), highlight=False, markup=False, soft_wrap=True)
        sys.exit(ENDS[refusal.status])
    except VerificationFailed as refusal:
        people.print(str(refusal), highlight=False, markup=False, soft_wrap=True)
        sys.exit(UNVERIFIED)
    except MatcherError as refusal:
        people.print(str(refusal), highlight=False, markup=False, soft_wrap=True)
        sys.exit(UNEXPECTED)
    except OSError as refusal:
        where = f" ({refusal.filename})" if refusal.filename else ""
        said = f"The system refuses it: {refusal.strerror or refusal}{where}."
        people.print(said, highlight=False, markup=False, soft_wrap=True)
        sys.exit(UNEXPECTED)
