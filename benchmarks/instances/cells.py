"""The columns of made-up tables, and the CSV that they make."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from benchmarks.instances.pools import NONE
from benchmarks.instances.words import Integers


def table(columns: Mapping[str, Iterable[object]]) -> str:
    """Give a table of columns of equal length as CSV; None and `NONE` are empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(
        ["" if cell is None or cell == NONE else cell for cell in row]
        for row in zip(*columns.values(), strict=True)
    )
    return text.getvalue()


def names(what: str, identifiers: Sequence[str]) -> list[str]:
    return [f"Made-up {what} {identifier[1:]}" for identifier in identifiers]


def picked(names: Sequence[str], at: Integers, or_none: bool = False) -> list[str | None]:
    """Give the name at each position; with `or_none` -1 is no name, otherwise the last one."""
    return [None if or_none and place < 0 else names[place] for place in at.tolist()]


def days(first: date, period: int, count: int) -> list[str]:
    return [(first + timedelta(number % period)).isoformat() for number in range(count)]


def tenths(amounts: Integers) -> list[str | None]:
    return [None if amount < 0 else f"{amount // 10}.{amount % 10}" for amount in amounts.tolist()]
