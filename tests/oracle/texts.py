"""Scalars and lists of a round's JSON form, where every scalar is text and "" is not given."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any

Row = Mapping[str, Any]


def text(row: Row, column: str) -> str:
    """The trimmed text of a cell, "" when it is not given; TypeError when it is not text."""
    value = row.get(column, "")
    if not isinstance(value, str):
        raise TypeError(f"{column}: the oracle reads scalars as text, not {value!r}")
    return value.strip()


def number(row: Row, column: str) -> Fraction | None:
    """The exact decimal of a cell, None when it is not given."""
    value = text(row, column)
    return Fraction(value) if value else None


def whole(row: Row, column: str) -> int | None:
    """The whole number of a cell, None when it is not given."""
    value = text(row, column)
    return int(value) if value else None


def truth(row: Row, column: str) -> bool:
    """The truth of a cell: `true`, or `false`, or not given, which is false."""
    return {"true": True, "false": False, "": False}[text(row, column)]


def day(row: Row, column: str) -> date | None:
    """The ISO date of a cell, None when it is not given."""
    value = text(row, column)
    return date.fromisoformat(value) if value else None


def names(row: Row, column: str) -> tuple[str, ...]:
    """The items of a list, an array of text or `;` text; empty when it is not given."""
    value = row.get(column, "")
    items = value.split(";") if isinstance(value, str) else value
    return tuple(item.strip() for item in items if item.strip())
