"""`matcher explain`: why a decision stands, what would change it, and what else can be asked."""

import json
from collections.abc import Container, Iterable, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from matcher.checking import awards_that_hold
from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.explaining import questions
from matcher.explaining.every import explain_every
from matcher.explaining.missing.openings import Held
from matcher.explaining.relaxing import of_changes
from matcher.explaining.relaxing.of_changes import TooFewChanges, too_few_changes
from matcher.explaining.relaxing.relaxing import explain_conflict
from matcher.explaining.relaxing.words import document as conflict_document
from matcher.explaining.relaxing.words import sentences_of as conflict_sentences
from matcher.explaining.solves.base import Base, Tell, base_of
from matcher.explaining.solves.proof import proof_of
from matcher.explaining.why import explain
from matcher.explaining.words import Sentences
from matcher.explaining.written import documents_of, explanation_rows, write_explanations
from matcher.results import Options
from matcher.terminal import (
    Json,
    RoundPath,
    each_by_itself,
    finite,
    people,
    print_json,
    progress,
    read,
)
from matcher.wording import catalogue_of
from matcher.writing import phrases
from matcher.writing.result_folder import RECORD

NO_SOLUTION = 5
NEAR = 1e-4
"""The least gap of solves where none is given."""
SECONDS, CONFLICT_SECONDS = 600.0, 60.0
"""The time limit where none is given; why there is no plan is asked in the middle of a meeting."""
Ids = list[str] | None


class About(StrEnum):
    """What can be asked of a result as a whole."""

    rules = "rules"
    exceptions = "exceptions"
    ties = "ties"
    audit = "audit"
    reserve = "reserve"


QUESTIONS: Mapping[About, questions.Question] = {
    About.rules: questions.about_rules,
    About.exceptions: questions.about_exceptions,
    About.ties: questions.about_ties,
    About.audit: questions.about_audit,
    About.reserve: questions.about_reserve,
}


def explain_(
    round_: RoundPath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder of the round.")],
    proposal: Annotated[
        str | None, typer.Argument(metavar="[PROPOSAL]", help="The id of a proposal.")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="Explain every proposal; writes explanations into DIR.")
    ] = False,
    pool: Annotated[
        str | None, typer.Option("--pool", help="What more and less money in a pool is worth.")
    ] = None,
    about: Annotated[
        About | None, typer.Option("--about", help="What to ask of the result as a whole.")
    ] = None,
    withdraw: Annotated[
        Ids,
        typer.Option(
            "--withdraw", metavar="ID", help="Who enters if it is withdrawn; may stand repeatedly."
        ),
    ] = None,
    drop: Annotated[
        Ids,
        typer.Option(
            "--drop", metavar="POOL", help="Who enters if the pool drops out; may stand repeatedly."
        ),
    ] = None,
    anew: Annotated[
        bool, typer.Option("--anew", help="With those two: nobody else's award is kept.")
    ] = False,
    gap: Annotated[
        float | None,
        typer.Option(
            min=0.0, callback=finite, help="Gap of each solve; else the result's, at least 0.0001."
        ),
    ] = None,
    time_limit: Annotated[
        float | None,
        typer.Option(
            min=0.1,
            callback=finite,
            help="Seconds for the command; else 600, or 60 for why there is no plan.",
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Threads that search.")] = 2,
    as_json: Json = False,
) -> None:
    """Explain a result: a proposal, a pool, everything, or why there is no plan at all."""
    with progress("reading the round") as tell:
        found = read(round_, False).round
        _check_ids(found, {"": [proposal], "--withdraw": withdraw}, {"": [pool], "--drop": drop})
        record = _record(folder)
        if record.get("status") == "infeasible":
            if too_few := too_few_changes(found, record):
                _limit_on_changes(too_few, as_json)
                return
            _conflict(found, Options(seconds=time_limit or CONFLICT_SECONDS, gap=0), tell, as_json)
            return
        asked = {
            "PROPOSAL": proposal is not None, "--all": every, "--pool": pool is not None,
            "--about": about is not None, "--withdraw or --drop": bool(withdraw or drop),
        }  # fmt: skip
        if sum(asked.values()) != 1:
            raise typer.BadParameter(f"Ask one thing: {', '.join(asked)}.")
        awards = awards_that_hold(found, folder)
        gap = _gap_of(record) if gap is None else gap
        options = Options(seconds=time_limit or SECONDS, gap=gap, workers=workers)
        base = base_of(found, awards, options, tell, proof_of(found, folder))
        if base is None:
            said = catalogue_of().say("why-no-base", gap=phrases.gap(Fraction(str(gap))))
            people.print(said, highlight=False, markup=False, soft_wrap=True)
            raise typer.Exit(NO_SOLUTION)
        if proposal is not None:
            _one(base, proposal, tell, as_json)
            return
        if every:
            _every(base, folder, tell, as_json)
            return
        if pool is not None:
            question = questions.about_pool(pool)
        elif about is not None:
            question = QUESTIONS[about]
        else:
            question = questions.about_leaving(withdraw or [], drop or [], not anew)
        answer = question(base, tell)
    _show(base, None, answer.sentences, answer.document, as_json)


def _one(base: Base, proposal_id: str, tell: Tell, as_json: bool) -> None:
    """Explain one proposal, with the letter to its applicant."""
    held = Held.of(base.problem, base.eligibility)
    found = explain(base, held, proposal_id, tell)
    rows = list(explanation_rows(base, [found]))
    row, _ = rows[0]
    sentences = Sentences(base)
    told = catalogue_of().say("explained-applicant", letter=row["applicant"])
    said = [row["reason"], *sentences.of(found), told]
    _show(base, sentences.proposal(proposal_id), said, documents_of(base, rows)[0], as_json)


def _every(base: Base, folder: Path, tell: Tell, as_json: bool) -> None:
    rows = list(explanation_rows(base, explain_every(base, tell)))
    write_explanations(base, rows, folder)
    open_ = sum(found.ended for _, found in rows)
    said = [catalogue_of().say("explained-all", count=len(rows), folder=str(folder))]
    if open_:
        said.append(catalogue_of().say("explained-open", count=open_))
    document = {"written": str(folder), "explained": len(rows), "open": open_}
    _show(base, None, said, document, as_json)


def _conflict(round_: Round, options: Options, tell: Tell, as_json: bool) -> None:
    """Say why a round has no plan, and the cheapest ways out."""
    found = explain_conflict(round_, options, tell)
    if found is None:
        said = catalogue_of().say("relaxing-unsettled")
        people.print(said, highlight=False, markup=False, soft_wrap=True)
        raise typer.Exit(NO_SOLUTION)
    if as_json:
        print_json(conflict_document(round_, found))
        return
    _print(None, conflict_sentences(round_, found))


def _limit_on_changes(found: TooFewChanges, as_json: bool) -> None:
    """Say that the round has plans, and that all of them change more than was allowed."""
    if as_json:
        print_json(of_changes.document(found))
        return
    _print(None, of_changes.sentences(found))


def _show(
    base: Base, title: str | None, sentences: Iterable[str], document: Any, as_json: bool
) -> None:
    if as_json:
        better = {"better_plan_found": base.is_better}
        print_json(document | better if isinstance(document, dict) else document)
        return
    warned = [catalogue_of().say("why-better")] if base.is_better else []
    _print(title, [*warned, *sentences])


def _print(title: str | None, sentences: Iterable[str]) -> None:
    console = Console()
    if title is not None:
        console.print(Text(title, "bold"))
    for sentence in sentences:
        item = sentence.startswith("- ")
        shown = Text(sentence.removeprefix("- "))
        console.print(Padding(shown, (0, 0, 0, 4 if item else 2)))


Named = Mapping[str, Sequence[str | None] | None]
"""Ids by the option that names them and may stand repeatedly; blank where one alone is asked of."""


def _check_ids(round_: Round, proposals: Named, pools: Named) -> None:
    """Raise InvalidRound with every id that the round does not have."""
    unknown = [
        Problem("", None, column, name, "is not in the round.", _remedy(option, name, known))
        for column, options, known in (
            ("proposal_id", proposals, round_.proposals_by_id),
            ("pool_id", pools, round_.pools_by_id),
        )
        for option, names in options.items()
        for name in names or ()
        if name is not None and name not in known
    ]
    if unknown:
        raise InvalidRound(unknown)


def _remedy(option: str, name: str, known: Container[str]) -> str:
    several = each_by_itself(option, name, known)
    if several is None:
        return "Check the id."
    return several if option else catalogue_of().say("one-at-a-time")


def _gap_of(record: Mapping[str, Any]) -> float:
    """Give the gap that a result was made with, so that its own proof will do; at least `NEAR`."""
    options = record.get("options")
    stated = options.get("gap") if isinstance(options, dict) else None
    return max(NEAR, stated) if isinstance(stated, float) else NEAR


def _record(folder: Path) -> Mapping[str, Any]:
    """Give the record of a result; nothing where there is none."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # awards.csv is the claim: what is wrong with the folder is told with it
    return record if isinstance(record, dict) else {}
