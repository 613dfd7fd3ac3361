"""What recorded what-ifs say, in a sentence each, and what a replay finds to be otherwise."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from pathlib import Path

from benchmarks.recorded import CATALOGUES, SCENARIOS, Catalogue, Document, recorded
from matcher import money
from matcher.scenarios.edits.files import BASE, read_scenarios
from matcher.writing import phrases

README = SCENARIOS / "README.md"
MARK = "<!-- Below: written by `python -m benchmarks scenarios record` -->"
FEW = 5
ABOUT = {
    "small": "The small made-up round",
    "demonstration": "The demonstration round",
    "national": "The made-up national round",
}


def differing(was: Document, now: Document) -> list[str]:
    """Say what a replay finds otherwise than it is recorded; nothing where all is the same.

    Rule packs that have changed are told where something else differs: they may be why.
    """
    found = [
        f"{key} was {_short(was.get(key))}, is {_short(now.get(key))}"
        for key in (*was, *(key for key in now if key not in was))
        if key not in ("rule_packs", "levels", "changes", "awards", "awards_hash")
        and was.get(key) != now.get(key)
    ]
    found += _differing_levels(was["levels"], now["levels"])
    if was.get("changes") != now.get("changes"):
        found.append("the scenario's changes are not those recorded")
    if was["awards"] != now["awards"]:
        found.append(_differing_awards(was, now))
    elif was["awards_hash"] != now["awards_hash"]:
        found.append("the awards are as recorded, their hash is not")
    if found and was["rule_packs"] != now["rule_packs"]:
        packs = sorted({**was["rule_packs"], **now["rule_packs"]})
        changed = [p for p in packs if was["rule_packs"].get(p) != now["rule_packs"].get(p)]
        found.append(f"rule packs have changed since: {', '.join(changed)}")
    return found


def sentence_of(document: Document, base: Document) -> str:
    """Say in a sentence what came of a scenario, beside its base."""
    if document["status"] == "infeasible":
        return "No plan keeps all constraints."
    if document["status"] not in ("optimal", "feasible"):
        return "Nothing was found."
    parts = [
        _targets(document, base),
        _merit(document, base),
        _money(document["placed_change"], document["currency"]),
        _proposals(document),
    ]
    sentence = "; ".join(filter(None, parts))
    return f"{sentence[0].upper()}{sentence[1:]}."


def readme_of(text: str) -> str:
    """Give the README with its tables written anew from what is recorded."""
    parts = [text.partition(MARK)[0] + MARK]
    for catalogue in CATALOGUES.values():
        if catalogue.path(BASE).exists():
            parts += ["", *_table(catalogue)]
    return "\n".join(parts) + "\n"


def write_readme(path: Path = README) -> None:
    """Write the tables of the README."""
    text = readme_of(path.read_text(encoding="utf-8"))
    path.write_text(text, encoding="utf-8", newline="\n")


def _table(catalogue: Catalogue) -> Iterator[str]:
    base = recorded(catalogue, BASE)
    placed = _amount(base["placed"], base["currency"])
    merit = phrases.grouped(round(Fraction(base["merit"])))
    yield f"## {ABOUT[catalogue.name]}"
    yield ""
    yield f"As it is: merit {merit}; {placed} to {base['funded']} proposals. Gap {catalogue.gap:g}."
    yield ""
    yield "| name | question | answer |"
    yield "|---|---|---|"
    for scenario in read_scenarios([catalogue.file]):
        if catalogue.path(scenario.name).exists():
            document = recorded(catalogue, scenario.name)
            yield f"| `{scenario.name}` | {scenario.question} | {sentence_of(document, base)} |"


def _targets(document: Document, base: Document) -> str:
    """Say which soft targets come nearer or go further off; the first priority that does counts."""
    before, after = (_values(side, "L1", 2) for side in (base, document))
    for priority in before:
        if priority in after and before[priority] != after[priority]:
            where = "nearer" if after[priority] < before[priority] else "further off"
            return f"soft targets of priority {priority} are {where}"
    return ""


def _merit(document: Document, base: Document) -> str:
    """Say how merit changes, and where what is left unproven may be as much as the change."""
    if document["merit_change"] is None:
        return "merit is counted in another way"
    gained, before = Fraction(document["merit_change"]), Fraction(base["merit"])
    if gained == 0 and _proven(document) and _proven(base):
        return "merit stays"
    least = Fraction(document["merit"]) - _bound(base)
    most = _bound(document) - before
    if least <= 0 <= most:
        return "merit stays, within the gap"
    rises = "rises" if gained > 0 else "falls"
    whole = phrases.grouped(abs(round(gained)))
    return f"merit {rises} by {whole} ({phrases.percent(abs(gained) / before)})"


def _proven(document: Document) -> bool:
    return _bound(document) == Fraction(document["merit"])


def _bound(document: Document) -> Fraction:
    return sum(_values(document, "L2", 3).values(), Fraction(0))


def _values(document: Document, level: str, column: int) -> dict[int | None, Fraction]:
    """Give the values (column 2) or the bounds (column 3) of a level, by its key."""
    rows = [row for row in document["levels"] if row[0] == level]
    return {row[1]: Fraction(row[2] if row[column] is None else row[column]) for row in rows}


def _money(units: int, currency: str) -> str:
    if units == 0:
        return "as much money placed"
    return f"{_amount(abs(units), currency)} {'more' if units > 0 else 'less'} placed"


def _proposals(document: Document) -> str:
    counted = ("in", "newly funded"), ("out", "no longer funded"), ("more", "with more"), (
        "less", "with less"), ("other_payers", "with other payers")  # fmt: skip
    told = [f"{len(document[key])} {words}" for key, words in counted if document[key]]
    return f"proposals: {', '.join(told)}" if told else "all proposals as they were"


def _amount(units: int, currency: str) -> str:
    return f"{phrases.grouped(money.major(units, currency))} {currency}"


def _differing_levels(was: list[list[str]], now: list[list[str]]) -> Iterator[str]:
    known = {(level, key): rest for level, key, *rest in was}
    found = {(level, key): rest for level, key, *rest in now}
    for name in [*known, *(name for name in found if name not in known)]:
        if known.get(name) != found.get(name):
            level, key = name
            shown = level if key is None else f"{level}, {key}"
            yield f"{shown}: value, bound and end were {known.get(name)}, are {found.get(name)}"


def _differing_awards(was: Document, now: Document) -> str:
    sides = [
        {(pool, j): units for pool, grants in side["awards"].items() for j, units in grants.items()}
        for side in (was, now)
    ]
    pairs = {pair for pair, _ in sides[0].items() ^ sides[1].items()}
    proposals = sorted({proposal for _, proposal in pairs})
    return f"awards differ: {len(pairs)}, of {_listed(proposals)}"


def _short(value: object) -> str:
    return f"{len(value)} proposals" if isinstance(value, list) else str(value)


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    more = len(known) - FEW
    return ", ".join(known[:FEW]) + (f" and {more} more" if more > 0 else "")
