"""`matcher rules`: what rule packs hold, whether they are sound, and whether their cases hold."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from matcher.errors import InvalidPack, Problem
from matcher.law.cases import cases_file, run_cases
from matcher.law.tracing import cited
from matcher.regulation.library import installed, pack_files, pack_hash
from matcher.regulation.loading import load_pack
from matcher.regulation.pack import Pack, Rule
from matcher.terminal import Json, done, print_json, say
from matcher.writing.placing import place_file
from matcher.writing.rules_page import rules_page
from matcher.writing.summary import print_problems

STALE = 180
"""Days after which the sources of a rule are to be looked at again."""
CONFIDENCE = {
    "T": "read in the act's text", "S": "from a secondary source", "M": "not verified",
}  # fmt: skip
app = typer.Typer(no_args_is_help=True, help="Look at rule packs: what they hold, and their cases.")
Packs = Annotated[
    list[Path] | None, typer.Argument(metavar="[PACK.yaml…]", help="All installed, if none given.")
]


@app.command("list")
def list_(as_json: Json = False) -> None:
    """List the installed rule packs and their rules."""
    packs = installed()
    if as_json:
        print_json([_summary(pack) for pack in packs.values()])
        return
    for pack in packs.values():
        table = Table(
            "rule", "title", "in force", "severity", "confidence", box=SIMPLE_HEAD,
            title=f"{pack.id}: {pack.title}, last checked {pack.last_checked}",
            title_justify="left",
        )  # fmt: skip
        for rule in pack.rules:
            worst = sorted({outcome.confidence for outcome in rule.outcomes})
            table.add_row(rule.id, rule.title, window(rule), rule.severity, "/".join(worst))
        Console().print(table)


@app.command("show")
def show(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="Such as AZ-04.")],
    as_json: Json = False,
) -> None:
    """Show a rule whole: text, dates, outcomes, steps, citations."""
    wanted = rule.strip().casefold()
    rules = [(pack, one) for pack in installed().values() for one in pack.rules]
    found = [(pack, one) for pack, one in rules if one.id.casefold() == wanted]
    if not found:
        known = sorted({one.id for _, one in rules})
        raise typer.BadParameter(f"There is no rule {rule}. Rules: {', '.join(known)}.")
    if as_json:
        print_json([version.model_dump(mode="json") for _, version in found])
        return
    for pack, version in found:
        for style, line in _lines(pack, version):
            Console().print(Text(line, style), soft_wrap=True)


@app.command("check")
def check(files: Packs = None, as_json: Json = False) -> None:
    """Report every mistake of rule packs with its line, and rules not looked at for 180 days."""
    problems: list[Problem] = []
    packs: list[Pack] = []
    for file in files or pack_files():
        try:
            packs.append(load_pack(file))
        except InvalidPack as refusal:
            problems.extend(refusal.problems)
    if problems:
        raise InvalidPack(problems)
    stale = [warning for pack in packs for warning in find_stale(pack, date.today())]
    rules = sum(len({rule.id for rule in pack.rules}) for pack in packs)
    if as_json:
        print_json({"problems": [p.as_dict() for p in stale], "packs": [p.id for p in packs]})
        return
    print_problems(stale, Console(stderr=True))
    say(f"{len(packs)} packs with {rules} rules are sound.")


@app.command("test")
def test(files: Packs = None, as_json: Json = False) -> None:
    """Run the dated cases of rule packs; exit code 6 where one does not hold."""
    wrong, total, lacking = [], 0, []
    for file in files or pack_files():
        cases = cases_file(file)
        if not cases.exists():
            lacking.append(file.name)
            continue
        outcomes = run_cases(load_pack(file), cases)
        total += len(outcomes)
        wrong += [o for o in outcomes if o.wrong]
    if as_json:
        failed = [{"rule": o.case.rule, "says": o.case.says, "wrong": o.wrong} for o in wrong]
        print_json({"cases": total, "failed": failed, "without_cases": lacking})
    else:
        for outcome in wrong:
            say(f"{outcome.case.rule} on {outcome.case.on}: {outcome.case.says}: {outcome.wrong}.")
        for name in lacking:
            say(f"{name} has no cases.")
        say(f"{total - len(wrong)} of {total} cases hold.")
    if wrong:
        raise typer.Exit(6)


@app.command("page")
def page(
    out: Annotated[Path, typer.Argument(metavar="OUT.md", help="Where to write the page.")],
    as_json: Json = False,
) -> None:
    """Write every installed rule as one page that a lawyer can read."""
    place_file(rules_page(installed().values()).encode("utf-8"), out)
    done(f"The page lies at {out}.", {"written": str(out)}, as_json)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of rule packs, by which editors check them as they are written."""
    print_json(Pack.model_json_schema())


def find_stale(pack: Pack, today: date) -> Iterator[Problem]:
    """Find rules whose sources were not looked at for too long, as warnings."""
    for rule in pack.rules:
        checked = rule.last_checked or pack.last_checked
        if (today - checked).days > STALE and (rule.ends is None or rule.ends >= today):
            what = f"was last checked on {checked}, more than {STALE} days ago."
            remedy = "Look its sources up again and write the new date."
            yield Problem(f"{pack.id}.yaml", None, rule.id, "", what, remedy, "warning")


def window(rule: Rule) -> str:
    """Say when a rule holds."""
    begins = "date unknown" if rule.effective is None else f"from {rule.effective}"
    return f"{begins} to {rule.ends}" if rule.ends else begins


def _summary(pack: Pack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "title": pack.title,
        "hash": pack_hash(pack),
        "last_checked": pack.last_checked.isoformat(),
        "rules": [{"id": r.id, "title": r.title, "in_force": window(r)} for r in pack.rules],
    }


def _lines(pack: Pack, rule: Rule) -> Iterator[tuple[str, str]]:
    yield "bold", f"{rule.id} {rule.title}"
    yield "", rule.text
    yield "dim", f"{rule.jurisdiction}, {window(rule)}; applies to {rule.applies_to}"
    for outcome in rule.outcomes:
        yield "", ""
        yield "cyan", f"{rule.verdict_of(outcome)}: {outcome.because}"
        yield "", f"  when {outcome.when}"
        yield "dim", f"  {cited(pack, outcome.cite)}: {CONFIDENCE[outcome.confidence]}"
    for step in rule.steps:
        days = step.days
        yield "", ""
        yield "green", f"step {step.id} ({step.by}): {step.do}"
        told = f"  {days.minimum.days} days at least, {days.planned.days} planned, {days.p90.days}"
        yield "", f"{told} in nine cases of ten"
        for name in ("minimum", "planned", "p90"):
            duration = getattr(days, name)
            why = cited(pack, duration.cite) if duration.cite else f"a plan: {duration.plan}"
            yield "dim", f"  {name}: {why}"
    for note in rule.notes:
        yield "", ""
        yield "yellow", f"note: {note}"
