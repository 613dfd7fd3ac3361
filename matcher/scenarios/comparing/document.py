"""A comparison as plain values, for JSON and for CSV files; amounts as text, exact."""

import csv
from collections import Counter
from decimal import Decimal
from io import StringIO
from typing import Any

import pandas as pd

from matcher.scenarios.comparing.comparison import TABLES, Comparison
from matcher.scenarios.comparing.sides import Side
from matcher.scenarios.edits.differences import differences
from matcher.scenarios.edits.naming import Cell, Cells


def document(comparison: Comparison) -> dict[str, Any]:
    """Give both sides, what differs between their rounds, and every table."""
    found = differences(comparison.before.round, comparison.after.round)
    return {
        "before": _side(comparison.before),
        "after": _side(comparison.after),
        "one_currency": comparison.one_currency,
        "input": [difference.document() for difference in found],
        "changes": dict(sorted(Counter(comparison.changes.values()).items())),
        **{name: records(comparison.table(name)) for name in TABLES},
    }


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a table as plain values."""
    columns = [str(column) for column in frame.columns]
    return [
        {column: plain(value) for column, value in zip(columns, row, strict=True)}
        for row in frame.to_numpy().tolist()
    ]


def tuples(frame: pd.DataFrame) -> list[Any]:
    """Give the rows of a table, each with its cells under the names of their columns."""
    return list(frame.itertuples(index=False))


def csv_text(frame: pd.DataFrame) -> bytes:
    """Give a table as CSV; what is not known is blank."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([str(column) for column in frame.columns])
    for row in frame.to_numpy().tolist():
        writer.writerow(["" if value is None else _cell(value) for value in row])
    return text.getvalue().encode("utf-8")


def plain(value: Any) -> Any:
    """Give a cell as a plain value: decimals as text."""
    return format(value, "f") if isinstance(value, Decimal) else value


def plain_cells(value: Cell | Cells | None) -> str | None:
    """Give what stood in a cell, or in a row, as one text; None where there is nothing."""
    if value is None:
        return None
    if isinstance(value, dict):
        return "; ".join(f"{name}: {plain_cells(cell)}" for name, cell in value.items())
    return value if isinstance(value, str) else ";".join(value)


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value)


def _side(side: Side) -> dict[str, Any]:
    return {
        "round_id": side.round.id,
        "round_hash": side.round.content_hash,
        "currency": side.round.currency,
        "status": side.status,
        "proven": side.proven,
        "rule_packs_changed": sorted(side.packs),
    }
