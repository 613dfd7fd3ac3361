"""What the terminal says of a finished run in ten seconds, of problems, and of a conflict.

Names are as others may see them (`matcher.writing.visibility`), for terminals are pasted into mail.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from matcher import money as exact
from matcher.errors import Problem
from matcher.results import Figures, Run
from matcher.writing import phrases, words
from matcher.writing.conflict_words import conflict_words
from matcher.writing.report import gain_text, headline, merit_text, standing_of
from matcher.writing.report_awards import pools, with_money_left
from matcher.writing.report_numbers import money_of, rows_of
from matcher.writing.report_targets import targets
from matcher.writing.visibility import ShownRound

MOST_LEFT = 3
"""So many pools with money left are named."""
LABELS = 24
"""The columns that the labels of the summary take up, at most."""
INDENT = 2
"""The columns that what belongs to a heading stands to the right of it."""
TONES = {"optimal": "green", "feasible": "yellow", "infeasible": "red", "no_solution": "red"}


def print_summary(run: Run, console: Console, out: Path | None) -> None:
    """Print what a coordinator reads first; `out` is the result folder, None if there is none."""
    shown = ShownRound(run.round)
    _print_standing(run, shown, console)
    if run.figures is None:
        if run.status == "no_solution":
            _say(console, "Give it more time with --time-limit.")
        if out is not None:
            _say(console, f"What is known lies in {out / 'run.json'}")
        return
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column()
    for label, text in _lines(run, run.figures, shown, console.width - LABELS):
        grid.add_row(label, text)
    console.print()
    console.print(grid)
    if run.record["warnings"]:
        console.print()
        _say(console, f"{phrases.count(len(run.record['warnings']), 'warning')}, in the report.")
    if out is not None:
        console.print()
        _say(console, f"Report: {out / 'report.html'}")


def _print_standing(run: Run, shown: ShownRound, console: Console) -> None:
    console.print(Text(shown.text(run.round.title or run.round.id), "bold"))
    console.print(Text(standing_of(run), TONES[run.status]))


def _say(console: Console, sentence: str) -> None:
    console.print(Text(sentence), soft_wrap=True)


def _lines(run: Run, figures: Figures, shown: ShownRound, width: int) -> Iterator[tuple[str, Text]]:
    """Yield a label and the text beside it, headline figures first; a blank one goes on."""
    money = money_of(run)
    for item in headline(run, figures, money):
        yield item.label, Text.assemble((item.figure, "bold"), "  ", item.note)
    if figures.gain is not None:
        merit = Text.assemble(
            (merit_text(run, figures.merit), "bold"), f"  {gain_text(run, figures.gain)}"
        )
        yield words.MERIT[run.round.policy.value].capitalize(), merit
    for position, line in enumerate(_decisions(figures.decisions, width)):
        yield "" if position else "Decisions", Text(line)
    if bounds := targets(run, shown, money):
        missed = [bound for bound in bounds if not bound.held]
        told = f"{len(bounds) - len(missed)} of {phrases.count(len(bounds), 'bound')} held"
        yield "Targets", Text(told)
        for bound in missed:
            yield "", Text.assemble(f"{bound.name} ", (bound.outcome, "red"))
    if figures.conditional_awards:
        yield (
            "Conditional",
            Text(f"{phrases.count(figures.conditional_awards, 'award')}, see the report"),
        )
    left = with_money_left(pools(run, shown))
    if not left:
        none = all(Decimal(row["left"]) == 0 for row in rows_of(run, "pools"))
        told = "nowhere: every pool is used up" if none else "only where the budget is confidential"
        yield "Most money left", Text(told)
    for position, pool in enumerate(left[:MOST_LEFT]):
        name = f"{pool.pool_id} {pool.name}".strip()
        amount, used = (
            money.text(pool.left or Decimal(0)),
            phrases.percent(pool.share or Decimal(0)),
        )
        text = Text.assemble((amount, "bold"), f" {money.currency}, {used} used: {name}")
        yield "" if position else "Most money left", text


def _decisions(decisions: Mapping[str, int], width: int) -> Iterator[str]:
    """Yield the decisions with their counts in lines of at most `width`, none over two lines."""
    line = ""
    for code, number in words.in_reading_order(decisions):
        part = f"{number:,} {words.decision(code)}"
        longer = f"{line} · {part}" if line else part
        if len(longer) > width:
            yield line
            longer = part
        line = longer
    yield line


def summary_document(run: Run) -> dict[str, Any]:
    """Give the summary as plain values for `--json`; money as amount and currency, both text."""
    shown = ShownRound(run.round)
    document: dict[str, Any] = {
        "round_id": run.round.id,
        "round_hash": run.record["round_hash"],
        "status": run.status,
        "standing": standing_of(run).replace("\u00a0", " "),
        "stop_reason": run.record["stop_reason"],
        "verified": run.record["verified"],
        "reproducible": run.record["reproducible"],
        "warnings": list(run.record["warnings"]),
    }
    if run.figures is None:
        conflict = [
            {**part, "words": conflict_words(part, shown)}
            for part in run.record.get("conflict", ())
        ]
        return document | {"conflict": conflict}
    figures, currency = run.figures, run.round.currency
    return document | {
        "placed": _money(figures.placed, currency),
        "budget": _money(figures.budget, currency),
        "requested": _money(figures.requested, currency),
        "share_placed": _number(Fraction(figures.placed, figures.budget or 1)),
        "average_score": _number(figures.average_score),
        "queue_jumps": figures.queue_jumps,
        "merit": _number(figures.merit),
        "gain_over_ranked_list": _number(figures.gain),
        "submitted": figures.submitted,
        "decisions": dict(words.in_reading_order(figures.decisions)),
        "conditional_awards": figures.conditional_awards,
        "targets": [{**row, "held": row["held"] == "true"} for row in rows_of(run, "targets")],
        "most_money_left": [
            {"pool_id": pool.pool_id, "left": {"amount": str(pool.left), "currency": currency}}
            for pool in with_money_left(pools(run, shown))[:MOST_LEFT]
            if pool.pool_id
        ],
        "levels": list(run.record["levels"]),
        "baseline": run.record["baseline"],
    }


def _money(units: int, currency: str) -> dict[str, str]:
    return {"amount": exact.shown(units, currency), "currency": currency}


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def print_problems(problems: Sequence[Problem], console: Console) -> None:
    """Print every problem, by file and row; those that differ only in their row as one.

    Prints nothing where there is nothing to say.
    """
    if not problems:
        return
    errors = sum(problem.severity == "error" for problem in problems)
    counted = [(errors, "error"), (len(problems) - errors, "warning")]
    told = phrases.spoken(phrases.count(number, word) for number, word in counted if number)
    console.print(Text(told, "bold"))
    files: dict[str, dict[Problem, list[int]]] = {}
    for problem in problems:
        alike = files.setdefault(problem.file, {}).setdefault(replace(problem, row=None), [])
        alike.extend([] if problem.row is None else [problem.row])
    for file, found in files.items():
        console.print()
        console.print(Text(file, "bold"), soft_wrap=True)
        for problem, rows in found.items():
            _print_problem(problem, rows, console)


def _print_problem(problem: Problem, rows: Sequence[int], console: Console) -> None:
    where = [phrases.rows(rows) if rows else "", problem.column]
    place = ", ".join(part for part in where if part)
    value = f' "{problem.value}"' if problem.value else ""
    said = Text.assemble(
        ("warning: ", "yellow") if problem.severity == "warning" else "",
        (place, "cyan"),
        f"{value} {problem.what}" if place else f"{value} {problem.what}".lstrip(),
        (f"\n{problem.remedy}", "dim"),
    )
    # A path or an id longer than a line is left whole, to be copied.
    for line in said.wrap(console, max(console.width - INDENT, 1), overflow="ignore"):
        line.rstrip()
        console.print(Text(" " * INDENT) + line, soft_wrap=True)


def print_conflict(run: Run, console: Console) -> None:
    """Print which constraints cannot hold together, in words, and what can be done."""
    shown = ShownRound(run.round)
    _print_standing(run, shown, console)
    conflict = run.record.get("conflict", ())
    if not conflict:
        _say(console, phrases.sentence(words.stop(run.record["stop_reason"])))
        _say(console, "Which constraints are in conflict is not known.")
        _say(console, "`matcher explain` looks for what targets would have to give way.")
        return
    grid = Table.grid(padding=(0, 1, 0, 0))
    for part in conflict:
        grid.add_row("-", Text(conflict_words(part, shown)))
    alone = len(conflict) == 1
    _say(console, "This cannot hold:" if alone else "These cannot hold together:")
    console.print()
    console.print(Padding(grid, (0, 0, 0, INDENT)))
    console.print()
    _say(console, f"Relax {'it' if alone else 'one of them'} in the round, and run it again.")
