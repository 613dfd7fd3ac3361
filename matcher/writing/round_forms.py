"""Write a round as a folder, a workbook or a JSON document; each reads back as the same round."""

import csv
import json
import re
from collections.abc import Mapping, Sequence
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import yaml

from matcher.domain.round import Round
from matcher.domain.tables import REQUIRED_TABLES, TABLES
from matcher.errors import MatcherError, UnusableFolder
from matcher.writing.columns import column_type, known_columns, used_columns
from matcher.writing.placing import place_file, place_folder
from matcher.writing.sheets import RoundWorkbook

Rows = Sequence[Mapping[str, Any]]

SETTINGS = ("id", "title", "currency", "decision_date", "call", "rule_packs", "rates", "policy",
            "targets")  # fmt: skip
MARKER = "round.yaml"
"""What a folder of a round holds."""
ROUND_FILES = (MARKER, *(f"{table}.csv" for table in TABLES))
NO_FORM = (".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".tsv", ".yaml", ".yml", ".zip")


def check_round_place(out: Path, replace: bool) -> None:
    """Raise UnusableFolder where a round would take another's place, unless it is to `replace` it.

    An empty file or folder is nobody's.
    """
    there = out.stat().st_size > 0 if out.is_file() else (out / MARKER).exists()
    if there and not replace:
        raise UnusableFolder(f"{out} is there already. Name another place, or add --replace.")


def write_round(round_: Round, out: Path) -> None:
    """Write a round: a workbook if `out` ends in .xlsx, a document if in .json, else a folder.

    Loading what was written gives the same content hash, and the same round gives the same bytes.
    Nothing is left half written. An existing file, or an existing folder of a round, is replaced;
    files in that folder which are no part of a round stay. Raises UnusableFolder where another
    folder stands in the way, MatcherError for a text that the form cannot hold.
    """
    form = out.suffix.lower()
    if form == ".json":
        place_file(_document(round_), out)
    elif form == ".xlsx":
        place_file(_workbook(round_), out)
    elif form in NO_FORM:
        raise UnusableFolder(f"A round is not written as {form}: use .xlsx, .json or a folder.")
    else:
        place_folder(_folder(round_), out, MARKER, ROUND_FILES)


def _tables(round_: Round) -> tuple[dict[str, Any], dict[str, Rows]]:
    """Give the settings, and each table that is required or in use, its rows sorted by id."""
    document = round_.document()
    settings = {key: document["round"][key] for key in SETTINGS if key in document["round"]}
    names = [table for table in TABLES if table in document or table in REQUIRED_TABLES]
    return settings, {name: _in_order(name, document.get(name, [])) for name in names}


def _in_order(table: str, rows: Rows) -> Rows:
    columns = known_columns(table)
    ordered = [
        {name: row[name] for name in used_columns(table, [row]) if name in row} for row in rows
    ]
    return sorted(ordered, key=lambda row: [str(row.get(column, "")) for column in columns])


def _document(round_: Round) -> bytes:
    settings, tables = _tables(round_)
    targets = {"targets": settings["targets"]} if "targets" in settings else {}
    text = json.dumps({"round": settings | targets, **tables}, ensure_ascii=False, indent=2)
    return f"{text}\n".encode()


def _joined(table: str, column: str, cell: str | list[str]) -> str:
    """Give a cell as one text; a list is joined by `;`, which none of its items may hold."""
    if isinstance(cell, str):
        return cell
    for item in cell:
        if ";" in item:
            raise MatcherError(
                f'{table}, column {column}: "{item}" holds a semicolon, which separates the items '
                "of a list. Take it out, or write the round as .json."
            )
    return ";".join(cell)


def _cells(table: str, row: Mapping[str, Any]) -> dict[str, str]:
    return {column: _joined(table, column, cell) for column, cell in row.items()}


def _folder(round_: Round) -> dict[str, bytes]:
    settings, tables = _tables(round_)
    files = {"round.yaml": _yaml(settings).encode()}
    for table, rows in tables.items():
        text = StringIO(newline="")
        writer = csv.DictWriter(text, used_columns(table, rows), lineterminator="\n")
        writer.writeheader()
        writer.writerows(_cells(table, row) for row in rows)
        files[f"{table}.csv"] = text.getvalue().encode()
    return files


class _Line(dict[str, Any]):
    """A mapping that YAML writes on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes whole numbers and dates plainly, other texts plainly where YAML takes them as text."""


_PLAIN = re.compile(r"(?P<int>0|[1-9]\d*)|(?P<timestamp>\d{4}-\d\d-\d\d)", re.ASCII)


def _scalar(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    found = _PLAIN.fullmatch(text)
    tag = f"tag:yaml.org,2002:{found.lastgroup}" if found else "tag:yaml.org,2002:str"
    return dumper.represent_scalar(tag, text, style='"' if "\n" in text else None)


_Dumper.add_representer(str, _scalar)
_Dumper.add_representer(
    list, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, True)
)
_Dumper.add_representer(
    _Line,
    lambda dumper, line: dumper.represent_mapping("tag:yaml.org,2002:map", line.items(), True),
)


def _yaml(settings: Mapping[str, Any]) -> str:
    """Give the settings as YAML: rates, call and each target on a line, the policy a key a line."""
    shown = dict(settings)
    for key in ("call", "rates"):
        if key in shown:
            shown[key] = _Line(shown[key])
    if "policy" in shown:
        policy = dict(shown["policy"])
        if "score_weights" in policy:
            policy["score_weights"] = _Line(policy["score_weights"])
        shown["policy"] = policy
    targets = shown.pop("targets", [])
    text = _dumped(shown)
    lines = [f"  - {_dumped(_target(target))}" for target in targets]
    return text + ("targets:\n" + "".join(lines) if lines else "")


def _target(target: Mapping[str, Any]) -> _Line:
    order = ("id", "pool", "where")
    ordered = {key: target[key] for key in order if key in target}
    rest = {key: value for key, value in target.items() if key not in order}
    if "where" in ordered:
        ordered["where"] = _Line(ordered["where"])
    return _Line(ordered | rest)


def _dumped(value: Any) -> str:
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10**6, indent=2
    )


def _workbook(round_: Round) -> bytes:
    settings, tables = _tables(round_)
    rates = [{"currency": code, "rate": rate} for code, rate in settings.pop("rates", {}).items()]
    targets = [
        {key: value for key, value in target.items() if key != "where"} | target.get("where", {})
        for target in settings.pop("targets", [])
    ]
    content = BytesIO()
    with RoundWorkbook(content) as book:
        book.settings(list(_dotted("round", settings)))
        for table, rows in (("rates", rates), ("targets", targets), *tables.items()):
            if rows or table in REQUIRED_TABLES:
                columns = used_columns(table, rows)
                types = {column: column_type(table, column) for column in columns}
                book.table(table, types, [_cells(table, row) for row in rows])
    return content.getvalue()


def _dotted(table: str, settings: Mapping[str, Any], above: str = "") -> Any:
    """Yield each setting as dotted key, type and text."""
    for key, value in settings.items():
        if isinstance(value, Mapping):
            yield from _dotted(key, value, f"{above}{key}.")
        elif table == "score_weights":
            yield f"{above}{key}", "number", value
        else:
            yield f"{above}{key}", column_type(table, key), _joined(table, key, value)
