"""A round as one JSON document: numbers kept to the digit, nothing twice, no NaN."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from matcher.domain.tables import TABLES
from matcher.reading.csv_tables import too_many_rows
from matcher.reading.gathering import Gathering, Grid, Place, Unreadable, decoded, read_bytes
from matcher.reading.limits import Limits
from matcher.reading.raw import Cell
from matcher.reading.tree import Node, flatten

LARGEST_EXPONENT = 40
"""Numbers with a larger exponent stay as they are written, and no column takes them."""


class _NotANumber(str):
    """`NaN` or an infinity, which JSON does not have."""


class _Repeating(dict[str, Any]):
    """A table in which keys stand twice."""

    repeated: Sequence[str] = ()


def read_json(path: Path, strict: bool, limits: Limits) -> Gathering:
    """Read a document as it stands, noting what is wrong; raises Unreadable.

    Rows are numbered from 1 within their list.
    """
    return gather_document(_parsed(path, limits), path.name, strict, limits)


def gather_document(document: Any, name: str, strict: bool, limits: Limits) -> Gathering:
    """Take in a document whose numbers are texts, noting what is wrong; raises Unreadable.

    `name` is what its problems call it.
    """
    gathering = Gathering(name, strict, limits)
    if not isinstance(document, Mapping):
        what, remedy = "does not hold a table of keys.", 'Write {"round": {…}, "donors": [{…}], …}.'
        raise Unreadable(name, what, remedy)
    _repeated(document, gathering, name, None)
    for key in document:
        if key != "round" and key not in TABLES:
            gathering.unknown(name, key, ("round", *TABLES), "key")
    settings = document.get("round")
    if settings is None and "round" not in gathering.unread:
        gathering.tell(name, None, "", "", "has no key round.", 'Add "round": {…}.')
        gathering.unread.add("round")
    elif settings is not None:
        flatten(_node(settings, gathering, "", 0), gathering)
    there = [table for table in TABLES if document.get(table) is not None]
    for table in there:
        file = f"{name}, {table}"
        if isinstance(document[table], list):
            gathering.add(table, _grid(file, document[table], gathering, table))
        else:
            what, remedy = "is not a list of rows.", f'Write "{table}": [{{…}}, …].'
            gathering.tell(file, None, "", "", what, remedy)
            gathering.unread.add(table)
    gathering.missing(there, name, "has no key {}.", 'Add "{}": [{{…}}, …], the list of its rows.')
    return gathering


def _parsed(path: Path, limits: Limits) -> Any:
    text = decoded(read_bytes(path, limits.file_bytes), path.name, "Save it as UTF-8.")
    try:
        return json.loads(
            text,
            parse_int=str,
            parse_float=_digits,
            parse_constant=_NotANumber,
            object_pairs_hook=_table,
        )
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:]}."
        remedy = "Correct the line; a comma too many or too few is the usual cause."
        raise Unreadable(path.name, what, remedy, error.lineno) from None
    except RecursionError:
        what, remedy = "is nested too deeply.", "Write lists and tables as in the reference."
        raise Unreadable(path.name, what, remedy) from None


def _digits(number: str) -> str:
    """Give a number with a fraction or an exponent in plain digits, every one of them."""
    mantissa, _, exponent = number.lower().partition("e")
    if not exponent:
        return number
    if len(exponent) > 6 or abs(int(exponent)) > LARGEST_EXPONENT:
        return number
    return format(Decimal(f"{mantissa}e{exponent}"), "f")


def _table(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    repeating = _Repeating(found)
    names = [name for name, _ in pairs]
    repeating.repeated = sorted({name for name in names if names.count(name) > 1})
    return repeating


def _repeated(
    table: Any, gathering: Gathering, file: str, row: int | None, above: str = ""
) -> None:
    if isinstance(table, _Repeating):
        for name in table.repeated:
            what, remedy = "stands twice.", "Keep one of the two."
            gathering.tell(file, row, f"{above}{name}", "", what, remedy)


def _node(value: Any, gathering: Gathering, key: str, depth: int) -> Node:
    """Give a part of the settings as a tree of texts."""
    if depth > gathering.limits.depth:
        what, remedy = "is nested too deeply.", "Write lists and tables as in the reference."
        raise Unreadable(gathering.file, what, remedy)
    if isinstance(value, Mapping):
        above = f"{key}." if key else ""
        _repeated(value, gathering, gathering.file, None, above)
        below = {k: _node(v, gathering, f"{above}{k}", depth + 1) for k, v in value.items()}
        return Node(None, below)
    if isinstance(value, list):
        return Node(None, [_node(item, gathering, key, depth + 1) for item in value])
    if isinstance(value, _NotANumber):
        what, remedy = "is not a number.", "Write digits, or null."
        gathering.tell(gathering.file, None, key, value, what, remedy)
        return Node(None, "")
    return Node(None, _text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value).strip()


def _grid(file: str, rows: list[Any], gathering: Gathering, table: str) -> Grid:
    """Give a list of rows as a grid, whose header is every key that a row has."""
    keys: dict[str, None] = {}
    for row in rows:
        if isinstance(row, Mapping):
            keys.update(dict.fromkeys(row))
    grid = Grid(file, [key.strip() for key in keys])
    for line, row in enumerate(rows, 1):
        if line > gathering.limits.rows:
            grid.breaks.append(too_many_rows(file, line, gathering.limits))
            break
        if not isinstance(row, Mapping):
            what, remedy = "is not a row with keys.", "Write {…} with a key for each column."
            gathering.tell(file, line, "", _text(row)[:40], what, remedy)
            gathering.unread.add(table)
            continue
        _repeated(row, gathering, file, line)
        cells: list[Cell] = []
        for position, key in enumerate(keys):
            value = row.get(key)
            if type(value) is str:
                cells.append(value.strip())
            else:
                cells.append("" if value is None else _cell(grid, line, position, value))
        if any(cells):
            grid.rows.append((line, cells))
    return grid


def _cell(grid: Grid, line: int, position: int, value: Any) -> Cell:
    if isinstance(value, _NotANumber):
        what, remedy = "is not a number.", "Write digits, or null."
        grid.refused.append(Place(line, position, value, what, remedy))
        return ""
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, list | Mapping | _NotANumber) for item in items):
        what = "holds a list or table where a text or a plain list belongs."
        grid.refused.append(Place(line, position, "", what, "Write one value, or a list of them."))
        return ""
    if isinstance(value, list):
        return [text for item in value if (text := _text(item))]
    return _text(value)
