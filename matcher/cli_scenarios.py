"""`matcher whatif`: what would become of a round, were some things otherwise."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from matcher.cli_sweep import told_when_stopped
from matcher.domain import Round
from matcher.errors import Problem
from matcher.results import Options
from matcher.scenarios.edits.files import BASE, read_scenarios
from matcher.scenarios.edits.overrides import changed_all
from matcher.scenarios.edits.scenario import Edit, InvalidScenario, Scenario
from matcher.scenarios.overview import comparisons_of, overview_of, write_tables
from matcher.scenarios.overview_page import PAGE, merit_places, write_page
from matcher.scenarios.whatif import check_usable, listing, what_if, write_listing
from matcher.terminal import (
    AtOnce,
    BaseResult,
    Cluster,
    EachLimit,
    Gap,
    Json,
    Out,
    RoundPath,
    Seed,
    print_json,
    progress,
    read,
    say,
)
from matcher.warm_start import earlier_result
from matcher.writing import phrases

SET = "set"
"""The name of the scenario that `--set` makes."""


def whatif(
    round_: RoundPath,
    out: Out,
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="SCENARIO.yaml…", help="Files of scenarios.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="PATH=VALUE",
            help="A change, such as pools.P07.budget=+10%; may stand repeatedly.",
        ),
    ] = None,
    base: BaseResult = None,
    time_limit: EachLimit = 600.0,
    gap: Gap = 1e-4,
    workers: AtOnce = 2,
    seed: Seed = 0,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Run scenarios of a round beside it, and compare each with the round as it is."""
    check_usable(out)
    with told_when_stopped(), progress("reading the round") as tell:
        found = read(round_, False)
        tell("reading the scenarios")
        scenarios = _together(read_scenarios(files or []), _from_settings(settings or []))
        if not scenarios:
            raise typer.BadParameter("Name a file of scenarios, or give --set.")
        changed = changed_all(found.round, scenarios)
        earlier = None if base is None else earlier_result(found.round, base).awards
        options = Options(None, time_limit, gap, workers, seed)
        ended = what_if(found.round, changed, options, out, tell, earlier, cluster)
        tell("comparing")
        comparisons = comparisons_of(ended)
        overview = overview_of(ended, comparisons)
        write_tables(overview, comparisons, out)
        write_listing(ended, out)
        write_page(ended, overview, comparisons, out)
    if as_json:
        print_json(listing(ended))
    else:
        _print(overview, found.round, out)


def _together(written: Sequence[Scenario], made: Sequence[Scenario]) -> Sequence[Scenario]:
    """Put scenarios of files before the one of `--set`; raises InvalidScenario for its name."""
    known = {scenario.name for scenario in written}
    problems = [
        Problem("--set", None, scenario.name, "", "is the name of a scenario in a file too.",
                "Give that another, or write what is set into the file.")
        for scenario in made if scenario.name in known
    ]  # fmt: skip
    if problems:
        raise InvalidScenario(problems)
    return [*written, *made]


def _from_settings(settings: Sequence[str]) -> Sequence[Scenario]:
    """Make one scenario of all `--set path=value`; raises InvalidScenario."""
    edits, problems = list[Edit](), list[Problem]()
    for setting in settings:
        path, sign, value = setting.partition("=")
        edit = Edit("set", path.strip(), value.strip())
        if sign and any(edit.path == other.path for other in edits):
            problems.append(edit.problem("is set a second time.", "Keep one of the two."))
        elif sign:
            edits.append(edit)
        else:
            problems.append(edit.problem("has no value.", "Write path=value.", ""))
    if problems:
        raise InvalidScenario(problems)
    return [Scenario(SET, ", ".join(settings), tuple(edits))] if edits else []


def _print(overview: pd.DataFrame, round_: Round, out: Path) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("scenario", overflow="fold", min_width=14)
    heads = ("merit", f"placed, {round_.currency}", "funded", "in", "out", "lost", "gap")
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    for row in overview.itertuples():
        table.add_row(*_shown(row, merit_places(round_)))
    Console().print(table)
    say(
        "Lost: targets that were met. Of scenarios, merit and money are what differs from the base."
    )
    say(f"Comparison: {out / PAGE}")


def _shown(row: Any, places: int) -> list[str]:
    """Give the cells of a scenario: the base's figures as they are, of others what differs.

    Merit has so many `places`.
    """
    if row.merit is None:
        return [row.scenario, row.status.replace("_", " "), *["–"] * 6]
    if row.scenario == BASE:
        figures = [f"{row.merit:,.{places}f}", f"{row.placed:,.0f}", f"{row.funded}", "", "", ""]
    else:
        counts = (row.funded, row.proposals_in, row.proposals_out, row.targets_lost)
        changes = [
            "–" if by is None else f"{by:+,.{few}f}"
            for by, few in ((row.merit_change, places), (row.placed_change, 0))
        ]
        figures = [*changes, *map(str, counts)]
    return [row.scenario, *figures, phrases.gap(row.gap)]
