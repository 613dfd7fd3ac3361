"""`matcher explain`: why a proposal stands where it does, and what would change that."""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from matcher import money
from matcher.domain import Round
from matcher.errors import InvalidRound, Problem
from matcher.explaining.forcing import Displacement
from matcher.explaining.levers import Change
from matcher.explaining.why import LEVERS, Explanation, explain
from matcher.results import Options
from matcher.terminal import Json, RoundPath, print_json, progress, read
from matcher.warm_start import earlier_result
from matcher.writing import phrases, words

MOST_MOVED = 8
"""So many of those who would get more or less are named."""


def explain_(
    round_: RoundPath,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A result folder of the round.")],
    proposal: Annotated[str, typer.Argument(metavar="PROPOSAL", help="The id of a proposal.")],
    gap: Annotated[float, typer.Option(min=0.0, help="Gap of each solve.")] = 1e-4,
    time_limit: Annotated[float, typer.Option(min=0.1, help="Seconds for the command.")] = 600.0,
    as_json: Json = False,
) -> None:
    """Explain a decision: what funding the proposal would cost, and what would get it funded."""
    with progress("reading the round") as tell:
        found = read(round_, False).round
        if proposal not in found.proposals_by_id:
            what = "is not in the round."
            raise InvalidRound([Problem("", None, "proposal_id", proposal, what, "Check the id.")])
        awards = dict(earlier_result(found, folder).awards)
        options = Options(seconds=time_limit, gap=gap)
        explanation = explain(found, awards, proposal, options, tell)
    if as_json:
        print_json(document_of(found, explanation))
        return
    console = Console()
    row = found.proposals_by_id[proposal]
    console.print(Text(f"{proposal} {row.title}", "bold"))
    for sentence in sentences_of(found, explanation, awards):
        console.print(Padding(Text(sentence), (0, 0, 0, 2)))


def sentences_of(
    round_: Round, explanation: Explanation, awards: dict[tuple[str, str], int]
) -> Iterator[str]:
    """Say in plain sentences, for a coordinator, what was found."""
    if explanation.funded:
        paid = [(p, units) for (p, j), units in awards.items() if j == explanation.proposal_id]
        given = phrases.spoken(f"{_amount(round_, units)} by {pool}" for pool, units in paid)
        yield f"It is funded: {given}."
        return
    if not explanation.pools:
        yield "No pool may fund it as things are; `matcher eligibility` shows why, pool by pool."
        return
    yield f"It may be funded by {phrases.spoken(explanation.pools)}."
    if explanation.better:
        yield "A better plan than this result was found: run the round again with a smaller gap."
    shown = explanation.displacement
    if shown is not None:
        payers = phrases.spoken(f"{_amount(round_, units)} by {p}" for p, units in shown.payers)
        yield f"Funding it ({payers}) would cost {_cost(round_, shown)}."
        yield from _moved(round_, shown)
    elif explanation.ended:
        yield "Time ran out before it was known whether any plan can fund it."
    else:
        yield "As it is, no plan that keeps every constraint can fund it."
    helping = [change for change in explanation.changes if change.value is not None]
    for change in helping:
        yield _change(round_, explanation.proposal_id, change)
    unknown = [change for change in explanation.changes if change.value is None and change.unknown]
    idle = [c for c in explanation.changes if c.value is None and not c.unknown]
    for changes, told in ((idle, "does not help alone"), (unknown, "was not settled in the time")):
        if changes:
            names = [f"{LEVERS[c.lever.kind]} {c.lever.pool_id}".strip() for c in changes]
            yield phrases.sentence(f"{phrases.spoken(names, 'or')} {told}")


def _moved(round_: Round, shown: Displacement) -> Iterator[str]:
    others = [moved for moved in shown.moved if moved.proposal_id != shown.moved[0].proposal_id]
    leaving = [moved for moved in others if not moved.after]
    for words_, kept in (
        ("would leave", leaving),
        ("would get less", [m for m in others if 0 < m.after < m.before]),
        ("would enter", [m for m in others if not m.before]),
        ("would get more", [m for m in others if 0 < m.before < m.after]),
    ):
        if kept:
            names = [f"{m.proposal_id} {round_.proposals_by_id[m.proposal_id].title}" for m in kept]
            yield f"Then {phrases.few(names, MOST_MOVED)} {words_}."


def _cost(round_: Round, shown: Displacement) -> str:
    places = 0 if round_.policy.value == "per_amount" else 2
    merit = [at for at, (level, _) in enumerate(shown.levels) if level == "L2"]
    lost = phrases.decimal_text(sum((shown.cost[at] for at in merit), Fraction(0)), places)
    if not shown.exact:
        low, high = (
            sum((side[at] for at in merit), Fraction(0)) for side in (shown.low, shown.high)
        )
        low_text, high_text = (phrases.decimal_text(side, places) for side in (low, high))
        lost = f"between {low_text} and {high_text}"
    text = f"{lost} of {words.MERIT[round_.policy.value]}"
    missed = [
        f"targets of priority {key} missed by {float(shown.cost[at]):.3f} more"
        for at, (level, key) in enumerate(shown.levels)
        if level == "L1" and shown.cost[at]
    ]
    return phrases.spoken([text, *missed])


def _change(round_: Round, proposal_id: str, change: Change) -> str:
    lever = change.lever
    unit = "points" if lever.kind == "score" else round_.proposals_by_id[proposal_id].currency
    if lever.kind == "money":
        unit = round_.pools_by_id[lever.pool_id].currency
    tie = "; on the way to it some best plans fund it and others do not" if change.ties else ""
    what = f"{LEVERS[lever.kind]} {lever.pool_id}".strip()
    told = f"{what} would get it funded: {change.value} {unit} instead of {lever.now}{tie}"
    return phrases.sentence(told)


def _amount(round_: Round, units: int) -> str:
    amount = Decimal(money.shown(units, round_.currency))
    return f"{phrases.grouped(amount, 2)} {round_.currency}"


def document_of(round_: Round, explanation: Explanation) -> dict[str, Any]:
    """Give an explanation as plain values."""
    shown = explanation.displacement
    return {
        "proposal_id": explanation.proposal_id,
        "funded": explanation.funded,
        "pools": list(explanation.pools),
        "better_plan_found": explanation.better,
        "ended_by_time": explanation.ended,
        "displacement": None
        if shown is None
        else {
            "levels": [
                {"level": level, "key": key, "cost": float(c), "low": float(lo), "high": float(hi)}
                for (level, key), c, lo, hi in zip(
                    shown.levels, shown.cost, shown.low, shown.high, strict=True
                )
            ],
            "exact": shown.exact,
            "payers": [{"pool_id": p, "units": units} for p, units in shown.payers],
            "moved": [asdict(moved) for moved in shown.moved],
            "currency": round_.currency,
        },
        "changes": [
            {
                "lever": change.lever.kind,
                "pool_id": change.lever.pool_id,
                "now": str(change.lever.now),
                "needed": None if change.value is None else str(change.value),
                "unknown": change.unknown,
                "ties": change.ties,
            }
            for change in explanation.changes
        ],
    }
