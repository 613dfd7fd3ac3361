"""The rows of a round by name, and each as cells that it can be built from again."""

from collections.abc import Mapping
from typing import Any

from matcher.domain import Round
from matcher.domain.policy import Call, Policy, Target
from matcher.domain.round import cell, row_cells
from matcher.domain.tables import TABLES, Row
from matcher.reading.refusals import Refusal, build

Cell = str | list[str]
Cells = dict[str, Cell]

MODELS: Mapping[str, type[Row]] = {"targets": Target, **TABLES}
"""The tables of a round, its targets among them."""
GROUPS: Mapping[str, type[Row]] = {"call": Call, "policy": Policy}
"""Settings that stand below a key of their own."""
HEAD = ("id", "title", "currency", "decision_date", "rule_packs")
"""Settings that hold one value."""
PARTS: Mapping[str, tuple[str, ...]] = {
    "pairs": ("pool_id", "donor_id", "proposal_id", "org_id"),
    "reviews": ("proposal_id", "reviewer_id", "criterion"),
    "partners": ("proposal_id", "org_id", "role"),
    "contributors": ("pool_id", "donor_id"),
    "facts": ("subject", "fact", "valid_from"),
}
"""What names a row of a table that has no column of ids: these, those that are blank left out."""
WHERE, CRITERION = "where.", "score_"


def key_of(table: str) -> str | None:
    """Give the column that names the rows of a table, None where several do."""
    return "id" if table == "targets" else MODELS[table].key


def name_of(table: str, row: Row) -> str:
    """Give the name of a row: its id, or the parts that identify it, joined by a slash."""
    if (key := key_of(table)) is not None:
        return str(getattr(row, key))
    parts = [getattr(row, part) for part in PARTS[table]]
    return "/".join(str(cell(part)) for part in parts if part is not None)


def named_rows(round_: Round, table: str) -> dict[str, Row]:
    """Give the rows of a table by name, in their order; one named like another gets a number."""
    rows: dict[str, Row] = {}
    for row in getattr(round_, table):
        name, known = name_of(table, row), 1
        while name in rows:
            known += 1
            name = f"{name_of(table, row)}#{known}"
        rows[name] = row
    return rows


def cells_of(row: Row) -> Cells:
    """Give a row as column → canonical cell; facts, criteria and conditions as columns."""
    cells = row_cells(row)
    for name in ("where", "score_weights"):
        if name in cells:
            del cells[name]
            values = getattr(row, name).items()
            cells |= {f"{name}.{key}": _plain(value) for key, value in values}
    return cells


def field_of(model: type[Row], column: str) -> tuple[str, str | None]:
    """Give the field that holds a column, and the key in it where it holds several columns."""
    if column in model.model_fields:
        return column, None
    if column.startswith((WHERE, "score_weights.", "rates.")):
        field, _, key = column.partition(".")
        return field, key
    if column.startswith(CRITERION) and "criteria" in model.model_fields:
        return "criteria", column.removeprefix(CRITERION)
    return ("facts", column) if "facts" in model.model_fields else (column, None)


def row_of(model: type[Row], cells: Mapping[str, Cell]) -> tuple[Row | None, list[Refusal]]:
    """Build a row from its cells, or say what is wrong with them."""
    split: dict[str, Any] = {}
    for name, value in cells.items():
        field, key = field_of(model, name)
        if key is None:
            split[field] = value
        else:
            split.setdefault(field, {})[key] = value
    row, refusals = build(model, split)
    return (None if refusals else row), refusals


def _plain(value: Any) -> Cell:
    return list(value) if isinstance(value, tuple) else cell(value)
