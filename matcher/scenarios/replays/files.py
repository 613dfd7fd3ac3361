"""Where two results differ: file by file, and in tables row by row and column by column."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from io import StringIO
from typing import Any

from pydantic_core import from_json

from matcher.results import RESULT_COLUMNS
from matcher.writing.result_folder import RECORD, RESULT_FILES

FREE = ("timings", "peak_memory_mib", "versions")
"""What of run.json is not compared: it says how a run went, or is told apart."""
KEYS: Mapping[str, tuple[str, ...]] = {
    "awards": ("pool_id", "proposal_id"),
    "decisions": ("proposal_id",),
    "pools": ("pool_id",),
    "targets": ("target_id", "bound"),
    "out_of_order": ("pool_id", "funded_instead", "passed_over"),
    "steps": ("pool_id", "proposal_id", "step"),
}
"""The columns by which a row of each table is known."""
LONG = 5_000
"""Beyond so many lines that may differ, lines are not matched with each other."""


@dataclass(frozen=True)
class Apart:
    """One thing that differs; None where one of the two has none.

    `row` is what a row is known by, or a line; `column` a column of it, or a key of run.json. Both
    are empty where a whole file is meant.
    """

    file: str
    row: str
    column: str
    recorded: str | None
    replayed: str | None


def apart(recorded: Mapping[str, bytes], replayed: Mapping[str, bytes]) -> tuple[Apart, ...]:
    """Compare the files of two results by their names; nothing is given for the same bytes.

    Of run.json it compares what it says, but for `FREE`.
    """
    found: list[Apart] = []
    names = [name for name in RESULT_FILES if name in recorded or name in replayed]
    for name in names:
        then, now = recorded.get(name), replayed.get(name)
        if then is None or now is None:
            found.append(Apart(name, "", "", _there(then), _there(now)))
        elif name == RECORD:
            found += _records(then, now)
        elif then != now:
            found += _tables(name, then, now) or _lines(name, then, now)
    return tuple(found)


def _there(content: bytes | None) -> str | None:
    return None if content is None else f"{len(content)} bytes"


def _records(then: bytes, now: bytes) -> Iterator[Apart]:
    """Compare key by key; of lists of sentences, those that only one of the two has."""
    one, other = (dict(_flat(_compared(text))) for text in (then, now))
    for key in sorted({*one, *other}):
        if one.get(key) != other.get(key):
            yield Apart(RECORD, "", key, one.get(key), other.get(key))


def _compared(text: bytes) -> Mapping[str, Any]:
    content = from_json(text)
    return {key: value for key, value in content.items() if key not in FREE}


def _flat(value: Any, above: str = "") -> Iterator[tuple[str, str]]:
    inner = f"{above}." if above else ""
    if isinstance(value, Mapping) and value:
        for key, item in value.items():
            yield from _flat(item, f"{inner}{key}")
    elif isinstance(value, list) and value:
        plain = all(isinstance(item, str) for item in value)
        for place, item in enumerate(value):
            yield from _flat(item, f"{above}: {item}" if plain else f"{inner}{place}")
    else:
        yield above, str(value)


def _tables(name: str, then: bytes, now: bytes) -> list[Apart]:
    """Compare two tables; none where either is not as it was written, or rows look alike."""
    table = name.removesuffix(".csv")
    if table not in KEYS:
        return []
    one, other = (_keyed(table, content) for content in (then, now))
    if one is None or other is None:
        return []
    found: list[Apart] = []
    for key in sorted({*one, *other}):
        before, after = one.get(key), other.get(key)
        shown = ", ".join(key)
        if before is None or after is None:
            found.append(Apart(name, shown, "", _joined(before), _joined(after)))
            continue
        columns = zip(RESULT_COLUMNS[table], before, after, strict=True)
        found += [Apart(name, shown, column, a, b) for column, a, b in columns if a != b]
    return found


def _keyed(table: str, content: bytes) -> Mapping[tuple[str, ...], Sequence[str]] | None:
    columns = RESULT_COLUMNS[table]
    places = [columns.index(column) for column in KEYS[table]]
    try:
        header, *rows = csv.reader(StringIO(content.decode(), newline=""), strict=True)
    except (UnicodeDecodeError, csv.Error, ValueError):
        return None
    if tuple(header) != columns or any(len(row) != len(columns) for row in rows):
        return None
    keyed = {tuple(row[place] for place in places): row for row in rows}
    return keyed if len(keyed) == len(rows) else None


def _joined(row: Sequence[str] | None) -> str | None:
    return None if row is None else ", ".join(cell for cell in row if cell)


def _lines(name: str, then: bytes, now: bytes) -> list[Apart]:
    """Compare line by line; numbers of lines are those of the recorded file."""
    one, other = (content.decode("utf-8", "replace").split("\n") for content in (then, now))
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    before, after = one[start : len(one) - end], other[start : len(other) - end]
    if not before and not after:
        return [Apart(name, "", "", _there(then), _there(now))]
    if max(len(before), len(after)) > LONG:
        return [_block(name, start, before, after)]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [
        _block(name, start + a, before[a:b], after[c:d])
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))


def _block(name: str, start: int, before: Sequence[str], after: Sequence[str]) -> Apart:
    last = start + max(len(before), 1)
    shown = f"line {start + 1}" if last == start + 1 else f"lines {start + 1}–{last}"
    one, other = ("\n".join(lines) if lines else None for lines in (before, after))
    return Apart(name, shown, "", one, other)
