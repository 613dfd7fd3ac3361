"""`matcher sweep`: a round varied many times, or stepped along a budget or a target."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher.domain import Round
from matcher.domain.policy import BOUNDS
from matcher.errors import InvalidRound, Problem
from matcher.explaining.solves.base import Tell
from matcher.results import Options
from matcher.scenarios.many.executing import Stopped
from matcher.scenarios.many.journal import Journal
from matcher.scenarios.running import Answer, started
from matcher.scenarios.sweeping.bands import band_table, bands_of
from matcher.scenarios.sweeping.bands import document as bands_document
from matcher.scenarios.sweeping.draws import Draws, NothingToVary, Variation
from matcher.scenarios.sweeping.frontier import budget_points, curve, furthest, target_points
from matcher.scenarios.sweeping.frontier_words import frontier_sentences
from matcher.scenarios.sweeping.sweeps import DRAW_GAP, Sweep
from matcher.scenarios.sweeping.words import band_sentences, choice_sentences, draw_sentences
from matcher.scenarios.whatif import ANSWERS, base_answer, check_usable
from matcher.terminal import (
    AtOnce,
    BaseResult,
    Cluster,
    EachLimit,
    Json,
    Out,
    RoundPath,
    finite,
    people,
    print_json,
    progress,
    read,
    say,
)
from matcher.warm_start import earlier_result
from matcher.wording import catalogue_of

NO_SOLUTION = 5
ALL = "all"
"""Stands for the budgets of all pools."""
GAP = 1e-4
"""Where no gap is asked for, the base, prices and points of a curve end at this."""
SweepGap = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        callback=finite,
        help="Relative gap of merit to stop at.",
        show_default=f"{GAP:g}, of draws {DRAW_GAP:g}",
    ),
]
BANDS, CURVE, FRONTIER = "bands.csv", "curve.csv", "frontier.csv"


def _number(text: str) -> Decimal:
    try:
        found = Decimal(text)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise typer.BadParameter(f"{text} is not a number.")
    return found


def sweep(
    round_: RoundPath,
    out: Out,
    budgets: Annotated[
        Decimal, typer.Option(parser=_number, help="Draws: budgets vary by this share, as 0.2.")
    ] = Decimal(0),
    points: Annotated[
        Decimal, typer.Option(parser=_number, help="Draws: scores vary by so many points.")
    ] = Decimal(0),
    reviewers: Annotated[
        bool, typer.Option("--reviewers", help="Draws: scores vary as their reviewers do.")
    ] = False,
    draws: Annotated[int, typer.Option(min=1, help="How many draws.")] = 500,
    seed: Annotated[int, typer.Option(min=0, help="Of the draws: another seed, others.")] = 0,
    prices: Annotated[
        bool, typer.Option("--prices/--no-prices", help="Price the choices that draws leave open.")
    ] = True,
    budget: Annotated[
        str | None,
        typer.Option(metavar="POOL", help=f"Step the budget of a pool, or of {ALL}."),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(metavar="ID:BOUND", help="Step a bound of a target, as rural:min_share."),
    ] = None,
    steps: Annotated[int, typer.Option(min=1, help="Steps along a budget or a target.")] = 10,
    base: BaseResult = None,
    time_limit: EachLimit = 600.0,
    gap: SweepGap = None,
    workers: AtOnce = 2,
    cluster: Cluster = None,
    as_json: Json = False,
) -> None:
    """Vary a round many times, and see what is certain, or step it along a budget or a target."""
    varies = bool(budgets or points or reviewers)
    if sum((varies, budget is not None, target is not None)) != 1:
        raise typer.BadParameter(
            "Ask one thing: draws (--budgets, --points or --reviewers), --budget, or --target."
        )
    try:
        variation = Variation(budgets, points, reviewers) if varies else None
    except NothingToVary as refusal:
        raise typer.BadParameter(str(refusal)) from None
    check_usable(out)
    with told_when_stopped(), progress("reading the round") as tell:
        found = read(round_, False).round
        _check(found, budget, target)
        if variation is not None:
            _check_varied(found, variation)
        earlier = None if base is None else earlier_result(found, base).awards
        options = Options(None, time_limit, GAP if gap is None else gap, workers)
        journal = Journal(out / ANSWERS)
        solved = base_answer(found, options, journal, tell, earlier)
        start = started(found, options, solved.awards)
        swept = Sweep(start, journal, tell, workers, cluster)
        if variation is not None:
            within = DRAW_GAP if gap is None else gap
            answers = swept.within(within).draws(variation, seed, draws)
            sentences, document = _drawn(swept, variation, seed, answers, prices, out, tell)
            document["gap"] = within
        elif budget is not None:
            sentences, document = _stepped_budget(swept, budget, steps, out)
        else:
            sentences, document = _stepped_target(swept, target or "", steps, out)
    if as_json:
        print_json(document)
        return
    for sentence in sentences:
        say(sentence)


@contextmanager
def told_when_stopped() -> Iterator[None]:
    """Say after Ctrl-C what is kept and how to go on, once nothing is shown as being done."""
    try:
        yield
    except Stopped as stopped:
        people.print(str(stopped), highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(NO_SOLUTION) from None


def _drawn(
    swept: Sweep, variation: Variation, seed: int, answers: Sequence[Answer], priced: bool,
    out: Path, tell: Tell,
) -> tuple[list[str], dict[str, Any]]:  # fmt: skip
    round_ = swept.start.round
    bands = bands_of(round_, answers)
    table = band_table(round_, bands)
    sentences = [*draw_sentences(Draws(round_, variation, seed)), *band_sentences(bands)]
    document = {"variation": variation.document(), "seed": seed} | bands_document(round_, bands)
    if priced:
        tell(catalogue_of().say("bands-to-price"))
        open_ = [row.proposal_id for row in bands.named("your decision")]
        found = swept.prices(open_)
        told = list(choice_sentences(round_, bands, found))
        sentences += told
        document["choices"] = [price.document() for price in found]
        choices = dict(zip(open_, told, strict=True))
        table["choice"] = [choices.get(name, "") for name in table.proposal_id]
    _write(table, out / BANDS)
    return [*sentences, _written(out / BANDS)], document


def _stepped_budget(swept: Sweep, pool: str, steps: int, out: Path) -> tuple[list[str], Any]:
    round_ = swept.start.round
    points = budget_points(round_, None if pool == ALL else pool, steps=steps)
    table = curve(points, swept.points(points), round_.currency)
    _write(table, out / CURVE)
    return [_written(out / CURVE)], {"budget": pool, "points": _rows(table)}


def _stepped_target(swept: Sweep, named: str, steps: int, out: Path) -> tuple[list[str], Any]:
    round_ = swept.start.round
    target, _, bound = named.rpartition(":")
    found = furthest(round_, target, bound, swept.solve)
    points = target_points(round_, target, bound, found.value, steps)
    answers: tuple[Answer, ...] = swept.points(points)
    table = curve(points, answers, round_.currency)
    _write(table, out / FRONTIER)
    sentences = frontier_sentences(round_, target, bound, found, answers)
    ends = {name: None if end is None else str(end) for name, end in vars(found).items()}
    document = {"target": target, "bound": bound, **ends, "points": _rows(table)}
    return [*sentences, _written(out / FRONTIER)], document


def _check(round_: Round, pool: str | None, named: str | None) -> None:
    """Raise InvalidRound for a pool, a target or a bound that is not there."""
    problems: list[Problem] = []
    if pool not in (None, ALL) and pool not in round_.pools_by_id:
        problems.append(_missing("pools", "pool_id", pool or "", "Check the id."))
    if named is not None:
        target, _, bound = named.rpartition(":")
        if target not in {row.id for row in round_.targets}:
            problems.append(_missing("targets", "id", target, "Check the id: write ID:BOUND."))
        if bound not in BOUNDS:
            problems.append(_missing("targets", "", bound, f"Use one of: {', '.join(BOUNDS)}."))
    if problems:
        raise InvalidRound(problems)


def _check_varied(round_: Round, variation: Variation) -> None:
    try:
        Draws(round_, variation)
    except NothingToVary as refusal:
        raise typer.BadParameter(str(refusal)) from None


def _missing(table: str, column: str, value: str, remedy: str) -> Problem:
    return Problem(table, None, column, value, "is not there.", remedy)


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Give a table as plain values: amounts as text, what is not known as nothing."""
    return list(_plain(table))


def _plain(table: pd.DataFrame) -> Iterator[dict[str, Any]]:
    for row in table.to_dict("records"):
        known = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        yield {
            name: str(value) if isinstance(value, Decimal) else value
            for name, value in known.items()
        }


def _write(table: pd.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    table.to_csv(path, index=False, encoding="utf-8", lineterminator="\n", float_format="%.6f")


def _written(path: Path) -> str:
    return catalogue_of().say("bands-written", path=str(path))
