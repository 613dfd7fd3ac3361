"""`matcher compare`: what differs between two results, and which change of the input caused it."""

from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from matcher.cli_sweep import told_when_stopped
from matcher.explaining.solves.base import Tell
from matcher.results import Options
from matcher.scenarios.causes.causes import Causes, causes_of
from matcher.scenarios.causes.coalitions import one_at_a_time
from matcher.scenarios.causes.sets import differing
from matcher.scenarios.causes.solving import side_by_side
from matcher.scenarios.causes.ties import may_be_ties
from matcher.scenarios.causes.ways import made_like
from matcher.scenarios.comparing.comparison import Comparison, compared
from matcher.scenarios.comparing.found import Found, broken_claim, find_results, other_law
from matcher.scenarios.comparing.summary import print_comparison
from matcher.scenarios.comparing.words import ComparisonWords
from matcher.scenarios.comparing.written import PAGE, check_usable, full_document, write_comparison
from matcher.terminal import (
    AtOnce,
    Json,
    finite,
    people,
    print_json,
    progress,
    say,
)
from matcher.wording import catalogue_of

RoundOf = Path | None


def compare_(
    before: Annotated[Path, typer.Argument(metavar="A", help="The earlier result: its folder, a "
                                           "scenario's, or a bundle.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="The later result.")],
    round_: Annotated[
        RoundOf, typer.Option("--round", metavar="ROUND", help="The round of both results.")
    ] = None,
    round_a: Annotated[
        RoundOf, typer.Option("--round-a", metavar="ROUND", help="The round of A.")
    ] = None,
    round_b: Annotated[
        RoundOf, typer.Option("--round-b", metavar="ROUND", help="The round of B.")
    ] = None,
    causes: Annotated[
        bool, typer.Option("--causes", help="Find which change caused what, by solving again.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="With --causes: start each solve from the awards of A.")
    ] = False,
    ties: Annotated[
        bool, typer.Option("--ties", help="With --causes: say which differences may be ties.")
    ] = False,
    time_limit: Annotated[
        float | None, typer.Option(
            min=0.1, callback=finite, help="Seconds for each solve, not as recorded."
        ),
    ] = None,
    workers: AtOnce = 2,
    out: Annotated[
        Path | None, typer.Option("--out", help="Where to write the comparison.")
    ] = None,
    as_json: Json = False,
) -> None:  # fmt: skip
    """Compare two results: who comes in and goes out, where money moved, and what caused it."""
    if (quick or ties) and not causes:
        raise typer.BadParameter("--quick and --ties say how causes are sought: add --causes.")
    if out is not None:
        check_usable(out)
    with told_when_stopped(), progress("reading the results") as tell:
        one, other = find_results(
            (before, round_a or round_, "--round-a"), (after, round_b or round_, "--round-b")
        )
        for result in (one, other):
            if result.near is not None:
                told = {"result": str(result.path), "round": str(result.near)}
                people.print(catalogue_of().say("compare-near", **told), highlight=False,
                             markup=False, soft_wrap=True)  # fmt: skip
        tell("comparing")
        found = compared(one.side, other.side)
        broken = [*broken_claim(one), *broken_claim(other)]
        law = [*other_law(one), *other_law(other)]
        because, tied = None, None
        if causes:
            because = _causes(one, other, quick, time_limit, workers, out, tell)
            if ties:
                tell("looking for ties")
                tied = _ties(found, time_limit, tell)
        if out is not None:
            tell("writing the comparison")
            write_comparison(found, out, because)
    if as_json:
        document = full_document(found, because) | {"broken": broken, "other_law": law}
        print_json(document if tied is None else document | {"may_be_ties": list(tied)})
        return
    further = [*broken, *law]
    if tied:
        names = ComparisonWords(found).listed(tied)
        further.append(catalogue_of().say("cause-ties", count=len(tied), names=names))
    print_comparison(found, Console(highlight=False), because, further)
    if out is not None:
        say(catalogue_of().say("compare-told-out", path=str(out / PAGE)))


def _causes(
    before: Found, after: Found, quick: bool, seconds: float | None, workers: int,
    out: Path | None, tell: Tell,
) -> Causes:  # fmt: skip
    """Find the causes; what was solved lies beside `out` until the comparison is written there."""
    made = made_like(before, after, quick, seconds)
    tell("solving with some of the changes made")
    if made.way.options.workers != 1:
        solve_all = one_at_a_time(made.way.solve, tell)
        return causes_of(before.side, after.side, solve_all, ends_known=made.ends_known)
    with ExitStack() as stack:
        if out is None:
            folder = Path(stack.enter_context(TemporaryDirectory(prefix="matcher-compare-")))
            journal = folder / "solves.jsonl"
        else:
            place = out.resolve()
            journal = place.with_name(f".{place.name}.solves.jsonl")
        solve_all = side_by_side(made.way, journal, workers, tell)
        found = causes_of(before.side, after.side, solve_all, ends_known=made.ends_known)
        journal.unlink(missing_ok=True)
    return found


def _ties(found: Comparison, seconds: float | None, tell: Tell) -> tuple[str, ...]:
    """Give the proposals that come in or go out and that only some of the best plans fund."""
    asked = [name for name, of in differing(*found.sides).items() if of == "funded"]
    options = Options(gap=0, seconds=seconds or Options().seconds)
    return may_be_ties(*found.sides, asked, options, tell)
