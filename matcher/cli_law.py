"""`matcher eligibility` and `matcher screen`: who may fund what, why, and what is still to do."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from matcher.cli_missing import missing_document, print_missing
from matcher.domain import Round
from matcher.domain.fields import END_YEAR, FIRST_YEAR
from matcher.eligibility import EligibilityTable, Verdict, eligibility_of
from matcher.errors import InvalidRound, Problem
from matcher.explaining.missing.missing_facts import value_of_missing_facts
from matcher.law.tracing import PairTrace, trace
from matcher.regulation.library import facts_of, packs_of
from matcher.results import Options
from matcher.screening import DEFAULT_THRESHOLD, screen_round
from matcher.screening.findings import VALUES
from matcher.screening.parties import SUBJECTS, Subject
from matcher.terminal import (
    Json,
    Out,
    RoundPath,
    done,
    each_by_itself,
    finite,
    print_json,
    progress,
    read,
)
from matcher.wording import catalogue_of
from matcher.writing.eligibility import print_matrix, print_pair

On = Annotated[str | None, typer.Option("--on", metavar="DATE", help="Judge on this day instead.")]


def eligibility(
    round_: RoundPath,
    proposal: Annotated[str | None, typer.Option("--proposal", metavar="ID")] = None,
    pool: Annotated[str | None, typer.Option("--pool", metavar="ID")] = None,
    on: On = None,
    missing: Annotated[
        bool, typer.Option("--missing", help="Show what missing facts are worth, by re-solving.")
    ] = False,
    top: Annotated[int, typer.Option(min=1, help="So many missing facts, the best first.")] = 10,
    gap: Annotated[
        float, typer.Option(min=0.0, callback=finite, help="Gap of each solve of --missing.")
    ] = 1e-3,
    time_limit: Annotated[
        float, typer.Option(min=0.1, callback=finite, help="Seconds for --missing.")
    ] = 600.0,
    as_json: Json = False,
) -> None:
    """Show who may fund what by terms and law; with a proposal and a pool, why in full."""
    with progress("reading the round") as tell:
        found = read(round_, False).round
        if on is not None:
            found = _on_day(found, on)
        if missing:
            _missing(found, Options(seconds=time_limit, gap=gap), top, tell, as_json)
            return
        pools = _chosen(found.pools, "pool_id", pool)
        proposals = _chosen(found.proposals, "proposal_id", proposal)
        tell("judging who may fund what")
        table = eligibility_of(found)
    if pool is not None and proposal is not None:
        traced = None
        if table.law is not None:
            rows = table.pool_ids.index(pool), table.proposal_ids.index(proposal)
            traced = trace(table.law.law, *rows)
        if as_json:
            print_json(pair_document(table, pool, proposal, traced))
        else:
            print_pair(found, table, pool, proposal, traced, Console())
    elif as_json:
        print_json(matrix_document(table, pools, proposals))
    else:
        print_matrix(found, table, pools, proposals, Console())


def _missing(
    round_: Round, options: Options, top: int, tell: Callable[[str], None], as_json: bool
) -> None:
    """Print what missing facts are worth."""
    values = value_of_missing_facts(round_, options, tell, top)
    if as_json:
        print_json([missing_document(round_, value) for value in values])
    else:
        print_missing(round_, values, Console())


def screen(
    round_: RoundPath,
    lists: Annotated[list[Path], typer.Option("--list", help="A CSV list; may stand repeatedly.")],
    out: Out,
    fact: Annotated[str, typer.Option(help="The fact that the rows state.")] = "sanctions_hit",
    threshold: Annotated[
        int, typer.Option(min=50, max=100, help="From this likeness on, a name is a near hit.")
    ] = DEFAULT_THRESHOLD,
    on: Annotated[
        str | None, typer.Option("--on", metavar="DATE", help="The day of the screening: today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Screen donors and organisations against lists; writes rows for facts.csv."""
    with progress("reading the round") as tell:
        found = read(round_, False).round
        truth, subjects = _of(found, fact)
        tell("screening names")
        day = date.today() if on is None else _day(on)
        done_ = screen_round(found, lists, fact, day, out, threshold, truth, subjects)
    counts = ", ".join(f"{done_.parties.get(value, 0)} {value}" for value in VALUES)
    document = {"written": str(out), "parties": dict(done_.parties)}
    done(f"{counts}: the rows for facts.csv lie at {out}.", document, as_json)


def _of(round_: Round, name: str) -> tuple[bool, Sequence[Subject]]:
    """Say whether a fact is true or false, and whose it is, by the packs of the round."""
    fact = facts_of(packs_of(round_)).get(name)
    if fact is None:
        if round_.rule_packs:
            raise typer.BadParameter(f"{name} is no fact of the rule packs of this round.")
        return False, SUBJECTS
    return fact.type == "truth", [subject for subject in SUBJECTS if subject in fact.of]


def _day(on: str) -> date:
    try:
        return date.fromisoformat(on)
    except ValueError:
        raise typer.BadParameter(f"{on} is not a date. Write year-month-day.") from None


def _on_day(round_: Round, on: str) -> Round:
    day = _day(on)
    if not FIRST_YEAR <= day.year < END_YEAR:
        raise typer.BadParameter(f"{on} is no day on which a board decides.")
    return round_.model_copy(update={"decision_date": day})


def _chosen(rows: Sequence[Any], key: str, wanted: str | None) -> list[str]:
    ids = sorted(getattr(row, key) for row in rows)
    if wanted is None:
        return ids
    if wanted not in ids:
        several = each_by_itself("", wanted, ids) is not None
        remedy = catalogue_of().say("one-at-a-time") if several else "Check the id."
        raise InvalidRound([Problem("", None, key, wanted, "is not in the round.", remedy)])
    return [wanted]


def matrix_document(
    table: EligibilityTable, pools: Sequence[str], proposals: Sequence[str]
) -> list[dict[str, Any]]:
    """Give the verdict of each chosen pair as plain values."""
    at = {name: place for place, name in enumerate(table.pool_ids)}
    row = {name: place for place, name in enumerate(table.proposal_ids)}
    return [
        {
            "pool_id": pool,
            "proposal_id": proposal,
            "verdict": Verdict(int(table.verdicts[at[pool], row[proposal]])).name,
            "failing_terms": list(table.failing(at[pool], row[proposal])),
            "unanswered_terms": list(table.unanswered(at[pool], row[proposal])),
            "lead_days": int(table.law.leads[at[pool], row[proposal]]) if table.law else 0,
        }
        for pool in pools
        for proposal in proposals
    ]


def pair_document(
    table: EligibilityTable, pool: str, proposal: str, traced: PairTrace | None
) -> dict[str, Any]:
    """Give the whole trace of a pair as plain values."""
    document = matrix_document(table, [pool], [proposal])[0]
    if traced is None:
        return document
    return document | {
        "law": traced.verdict,
        "earliest_payment": traced.earliest_payment.isoformat(),
        "missing_facts": [asdict(fact) for fact in traced.missing],
        "rules": [
            {
                "day": found.day.isoformat(),
                "rule": found.clause.rule.id,
                "link": found.link,
                "giver": found.giver,
                "receiver": found.receiver,
                "truth": ("false", "unknown", "true")[found.truth],
                "verdict": found.verdict,
                "because": found.clause.outcome.because,
                "confidence": found.clause.outcome.confidence,
                "facts": [asdict(seen) for seen in found.seen],
                "waived_by": found.waived.row.checked_by
                if found.waived and found.waived.row
                else None,
            }
            for found in traced.findings
        ],
        "steps": [
            {
                "rule": step.key.rule,
                "step": step.key.step,
                "link": step.key.link,
                "do": step.step.do,
                "responsible": step.step.by,
                "finished_after_days": dict(
                    zip(("minimum", "planned", "p90"), step.dues, strict=True)
                ),
                "due": step.due.isoformat(),
                "critical": step.critical,
            }
            for step in traced.steps
        ],
    }
