"""What a screening found as rows of facts.csv, and the one call that the command line makes."""

import csv
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path

from matcher.domain import Fact, Round
from matcher.screening.entries import Lists
from matcher.screening.findings import DEFAULT_THRESHOLD, VALUES, Finding, Value, screen
from matcher.screening.list_files import read_lists
from matcher.screening.parties import SUBJECTS, Subject, parties_of
from matcher.writing.placing import place_file

COLUMNS = tuple(Fact.model_fields)
TRUTHS: Mapping[Value, str] = {"hit": "true", "near": "", "clear": "false"}
"""What a fact that is true or false says; the blank has to be filled in by a person."""


@dataclass(frozen=True)
class Screening:
    """The rows of facts.csv that were written, and every finding behind them."""

    rows: Sequence[Mapping[str, str]]
    findings: Sequence[Finding]
    parties: Mapping[Value, int]
    """How many parties came out as what."""


def screen_round(
    round_: Round,
    files: Sequence[Path],
    fact: str,
    on: date,
    out: Path,
    threshold: int = DEFAULT_THRESHOLD,
    truth: bool = False,
    subjects: Collection[Subject] = SUBJECTS,
) -> Screening:
    """Screen the parties of a round against list files and write the rows of facts.csv to `out`.

    `on` is the day of the screening, `threshold` 50 to 100, `truth` whether the fact is true or
    false, `subjects` whose fact it is. Nothing is written unless everything could be read. Raises
    InvalidList with all that is wrong in the files, InvalidRound where the round states owners that
    cannot be read, UnusableFolder where `out` is a folder, ValueError for another threshold.
    """
    if not 50 <= threshold <= 100:
        raise ValueError("threshold is not between 50 and 100")
    done = _screened(round_, read_lists(files), fact, threshold, on, truth, subjects)
    text = StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(done.rows)
    place_file(text.getvalue().encode(), out)
    return done


def rows_for(
    round_: Round,
    lists: Lists,
    fact: str,
    threshold: int,
    on: date,
    truth: bool = False,
    subjects: Collection[Subject] = SUBJECTS,
) -> list[dict[str, str]]:
    """Give the rows of facts.csv for a round and lists, one for each party, in order of its id.

    Arguments are as for `screen_round`; raises InvalidRound as it does.
    """
    done = _screened(round_, lists, fact, threshold, on, truth, subjects)
    return [dict(row) for row in done.rows]


def _screened(
    round_: Round,
    lists: Lists,
    fact: str,
    threshold: int,
    on: date,
    truth: bool,
    subjects: Collection[Subject],
) -> Screening:
    kinds = {written.rpartition(":")[0].strip() for e in lists.entries for written in e.ids}
    parties = parties_of(round_, on, kinds - {""}, subjects)
    findings = screen(parties, lists.on(on), threshold)
    # A donor and an organisation may share an id: they get one row, the graver.
    found: dict[str, list[Finding]] = {party.party_id: [] for party in parties}
    for finding in findings:
        found[finding.party_id].append(finding)
    withheld = {text for p in parties if not p.shown for text in (p.party_id, p.name)}
    counts: Counter[Value] = Counter()
    rows = []
    for party_id, mine in sorted(found.items()):
        mine.sort(key=lambda finding: VALUES.index(finding.value), reverse=True)
        value: Value = mine[0].value if mine else "clear"
        counts[value] += 1
        rows.append({
            "subject": party_id,
            "fact": fact,
            "value": TRUTHS[value] if truth else value,
            "valid_from": "",
            "valid_to": "",
            "source": _source(mine, withheld) if mine else _nothing(lists),
            "checked_on": on.isoformat(),
            "checked_by": f"screening, threshold {threshold}",
        })  # fmt: skip
    return Screening(rows, findings, {value: counts[value] for value in VALUES})


def _nothing(lists: Lists) -> str:
    versions = ", ".join(f"{name} of {day}" for name, day in lists.dates.items())
    return f"{versions}: no match"


def _source(findings: Sequence[Finding], withheld: AbstractSet[str]) -> str:
    """Say in one short line what the gravest finding is; no name of a party that is withheld."""
    first, entry = findings[0], findings[0].entry
    text = f"{entry.list} of {entry.list_date}: entry {entry.entry_id}"
    if withheld.isdisjoint((first.party_id, first.asked)):
        if first.manner == "same id":
            text += f" '{entry.name}' has the id {first.known} of '{first.asked}'"
        else:
            alias = "" if first.known == entry.name else "alias "
            text += f" {alias}'{first.known}' matches '{first.asked}'"
    text += f" ({first.manner}, score {first.score})"
    if first.entry_owned is not None:
        text += f", an entry that listed owners hold {first.entry_owned:f} % of"
    if first.owned is not None:
        text += f"; owners so found hold {first.owned:f} % of {first.party_id}"
    others = {(f.entry.list, f.entry.entry_id) for f in findings} - {(entry.list, entry.entry_id)}
    return text + (f"; and {len(others)} more" if others else "")
