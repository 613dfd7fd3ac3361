"""A result folder: written whole from a run, and read back, also after somebody edited it."""

import csv
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from io import StringIO
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import pandas as pd

from matcher.errors import InvalidRound, Problem
from matcher.results import RESULT_COLUMNS, Run
from matcher.writing import atomic
from matcher.writing.report import render_report

RECORD, REPORT = "run.json", "report.html"
RESULT_FILES = (*(f"{table}.csv" for table in RESULT_COLUMNS), RECORD, REPORT)
UNPLANNED = ("infeasible", "no_solution")
"""What the record of a result without awards states."""
EXPLANATIONS = ("explanations.csv", "explanations.json")
"""What may be written beside a result later; another result does without them."""

ColumnKind = Literal["text", "amount", "share", "number", "whole", "date", "truth", "bounded"]
"""What the cells of a column are; `bounded` ones are what the bound in their row is stated in."""

COLUMN_KINDS: Mapping[str, ColumnKind] = {
    "amount": "amount",
    "amount_in_pool_currency": "amount",
    "requested": "amount",
    "awarded": "amount",
    "budget": "amount",
    "left": "amount",
    "share_of_request": "share",
    "share_used": "share",
    "score": "number",
    "score_funded_instead": "number",
    "score_passed_over": "number",
    "grants": "whole",
    "lead_days": "whole",
    "earliest_payment": "date",
    "due": "date",
    "conditional": "truth",
    "held": "truth",
    "limit": "bounded",
    "value": "bounded",
    "slack": "bounded",
}
"""The columns of the result tables that are not text."""

_NUMBER = re.compile(r"-?\d{1,30}(\.\d{1,30})?", re.ASCII)
_DIGEST = re.compile(r'<meta name="awards" content="([0-9a-f]{64})">')


@dataclass(frozen=True)
class ResultTable:
    """A table as its file has it: columns, rows as column → trimmed text, the line of each row."""

    columns: Sequence[str]
    rows: Sequence[Mapping[str, str]]
    lines: Sequence[int]


@dataclass(frozen=True)
class ClaimedAward:
    """One row of awards.csv; `amount` in base major units, of any sign and number of decimals."""

    row: int
    pool_id: str
    proposal_id: str
    amount: Decimal


@dataclass(frozen=True)
class Claim:
    """What awards.csv claims: the first row for each pair, and everything wrong with its rows."""

    awards: tuple[ClaimedAward, ...]
    problems: tuple[Problem, ...]


def check_usable(out: Path) -> None:
    """Raise UnusableFolder unless a result may be written to `out`: absent, empty, or a result."""
    atomic.check_usable(out, RECORD)


def write_result(run: Run, out: Path, timings: Mapping[str, float] | None = None) -> None:
    """Write a run's result folder, in place of an older one, whole or not at all.

    A run without awards leaves run.json alone. `timings` holds the seconds of the stages so far
    (the record's own, if not given); `write` and `total`, their sum, are added. Raises
    UnusableFolder where something other than a result folder lies at `out`.
    """
    begun = monotonic()
    with atomic.replaced_folder(out, RECORD, (*RESULT_FILES, *EXPLANATIONS)) as folder:
        if run.figures is not None:
            for name, frame in run.tables.items():
                (folder / f"{name}.csv").write_bytes(_csv(name, frame))
            report = render_report(run, awards_digest(run.tables["awards"]))
            (folder / REPORT).write_text(report, encoding="utf-8", newline="\n")
        stages = dict(run.record.get("timings", {}) if timings is None else timings)
        stages["write"] = stages.get("write", 0.0) + monotonic() - begun
        stages["total"] = sum(seconds for stage, seconds in stages.items() if stage != "total")
        record = {**run.record, "timings": stages}
        text = json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False)
        (folder / RECORD).write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _csv(name: str, frame: pd.DataFrame) -> bytes:
    columns = list(RESULT_COLUMNS[name])
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(frame[columns].to_numpy().tolist())
    return text.getvalue().encode()


def awards_digest(awards: pd.DataFrame) -> str:
    """Give SHA-256 over who gets what from whom; the report carries it, to tell if it is stale."""
    columns = ("pool_id", "proposal_id", "amount")
    rows = sorted(zip(*(awards[column] for column in columns), strict=True))
    return sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()


def read_record(folder: Path) -> dict[str, Any]:
    """Give what run.json of a result folder says; raises InvalidRound where it cannot be read."""
    path = folder / RECORD
    try:
        record = json.loads(_text(path))
    except json.JSONDecodeError as error:
        what = f"is no JSON: {error.msg}."
        raise _refusal(path, "", what, "Write the result again.", error.lineno) from None
    if not isinstance(record, dict):
        raise _refusal(path, "", "is no JSON object.", "Write the result again.")
    return record


def read_table(path: Path) -> ResultTable:
    """Read a table of a result folder that somebody may have edited.

    Takes UTF-8 with or without BOM, comma, semicolon or tab as in the header, any line ends and
    further columns; skips blank lines and trims cells. Raises InvalidRound where that fails.
    """
    text = _text(path)
    header_line = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t", key=header_line.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    found, last = [], 0
    try:
        for cells in reader:
            trimmed = [cell.strip().replace("\r\n", "\n") for cell in cells]
            if any(trimmed):
                found.append((last + 1, trimmed))
            last = reader.line_num
    except csv.Error as error:
        what = f"cannot be read on: {error}."
        raise _refusal(path, "", what, "Correct the line.", last + 1) from None
    if not found:
        raise _refusal(path, "", "is empty.", "Write the result again.")
    (_, header), *rows = found
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if repeated:
        what = "stands twice in the header."
        raise _refusal(path, repeated[0], what, "Keep one of the columns.", 1)
    named = [(position, name) for position, name in enumerate(header) if name]
    return ResultTable(
        [name for _, name in named],
        [{name: cells[at] if at < len(cells) else "" for at, name in named} for _, cells in rows],
        [line for line, _ in rows],
    )


def read_awards(folder: Path) -> Claim:
    """Read what awards.csv of a folder claims; a row with problems is no award.

    Raises InvalidRound where the folder, the file or a column that is needed is missing.
    """
    path = folder / "awards.csv"
    if not path.exists() and (status := _status(folder)) in UNPLANNED:
        what, remedy = f"says that there is no plan: {status}.", "There are no awards to look at."
        raise InvalidRound([Problem(str(folder / RECORD), None, "status", status, what, remedy)])
    table = read_table(path)
    needed = ("pool_id", "proposal_id", "amount")
    if missing := [column for column in needed if column not in table.columns]:
        what, remedy = "is missing.", f"The header needs {', '.join(needed)}."
        raise InvalidRound([Problem(str(path), 1, name, "", what, remedy) for name in missing])
    awards: dict[tuple[str, str], ClaimedAward] = {}
    problems: list[Problem] = []
    for line, cells in zip(table.lines, table.rows, strict=True):
        found = list(_row_problems(line, cells))
        pair = cells["pool_id"], cells["proposal_id"]
        if not found and pair in awards:
            what = f"is awarded by pool {pair[0]} in row {awards[pair].row} already."
            remedy = "Keep one of the rows."
            found = [Problem("awards.csv", line, "proposal_id", pair[1], what, remedy)]
        problems += found
        if not found:
            awards[pair] = ClaimedAward(line, *pair, Decimal(cells["amount"]))
    return Claim(tuple(awards.values()), tuple(problems))


def _status(folder: Path) -> str:
    """Give the status that the record of a result states; nothing where it states none."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""  # a folder of hand-made awards needs no record
    return str(record.get("status", "")) if isinstance(record, dict) else ""


def _row_problems(line: int, cells: Mapping[str, str]) -> Iterable[Problem]:
    for column in ("pool_id", "proposal_id"):
        if not cells[column]:
            yield Problem("awards.csv", line, column, "", "is empty.", "Write the id.")
    amount = cells["amount"]
    if not _NUMBER.fullmatch(amount):
        what = "is not a number." if amount else "is empty."
        remedy = "Write digits with a point for decimals and nothing between thousands."
        yield Problem("awards.csv", line, "amount", amount, what, remedy)


def stale_tables(tables: Mapping[str, pd.DataFrame], folder: Path) -> list[str]:
    """Name the files that no longer agree with tables recomputed from the awards.

    Cells are compared by what they say (100.5 is 100.50), rows in any order, further columns
    ignored. The report is held against the awards that it was made from. A file that is not there
    is not stale.
    """
    stale = [
        f"{name}.csv"
        for name, frame in tables.items()
        if (folder / f"{name}.csv").is_file() and not _agrees(frame, folder / f"{name}.csv")
    ]
    report = folder / REPORT
    if report.is_file():
        made_from = _DIGEST.search(report.read_text(encoding="utf-8", errors="replace"))
        if made_from is None or made_from[1] != awards_digest(tables["awards"]):
            stale.append(REPORT)
    return stale


def missing_files(folder: Path) -> list[str]:
    """Name the files of a result with awards that are not in its folder."""
    return [name for name in RESULT_FILES if not (folder / name).is_file()]


def _agrees(frame: pd.DataFrame, path: Path) -> bool:
    try:
        table = read_table(path)
    except InvalidRound:
        return False
    columns = list(frame.columns)
    if not set(columns) <= set(table.columns):
        return False
    expected = frame.to_numpy().tolist()
    found = [[row[column] for column in columns] for row in table.rows]
    return _meaning(columns, expected) == _meaning(columns, found)


def _meaning(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Counter[tuple[object, ...]]:
    kinds = [COLUMN_KINDS.get(column, "text") for column in columns]
    return Counter(
        tuple(_parsed(kind, cell) for kind, cell in zip(kinds, row, strict=True)) for row in rows
    )


def _parsed(kind: ColumnKind, cell: str) -> object:
    text = cell.strip()
    if kind == "truth":
        return text.lower()
    if kind not in ("text", "date") and _NUMBER.fullmatch(text):
        return Decimal(text)
    return text


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        what = "is not there." if path.parent.is_dir() else "is in a folder that is not there."
        raise _refusal(path, "", what, "Name a folder that `matcher match` has written.") from None
    except OSError as error:
        raise _refusal(path, "", f"cannot be read: {error.strerror}.", "Check it.") from None
    except UnicodeDecodeError:
        raise _refusal(path, "", "is not UTF-8 text.", "Save it as CSV UTF-8.") from None


def _refusal(
    path: Path, column: str, what: str, remedy: str, row: int | None = None
) -> InvalidRound:
    return InvalidRound([Problem(str(path), row, column, "", what, remedy)])
