"""The columns of a round's tables as writers need them: their order, type and what is required."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, get_args

from matcher.domain.consistency import AMOUNTS
from matcher.domain.policy import BOUNDS, CONDITIONS, Call, Policy, Target
from matcher.domain.round import Round
from matcher.domain.tables import TABLES, Row

ColumnType = Literal["text", "list", "amount", "number", "whole", "date", "truth"]

MONEY = {(table, column) for table, columns, _ in AMOUNTS for column in columns} | {
    ("policy", "grant_step"),
    ("policy", "min_award"),
    ("policy", "max_amount_per_organisation"),
}
"""What holds money; the other decimals are scores, shares, rates and weights."""

MODELS: Mapping[str, type[Row]] = {
    **TABLES,
    "targets": Target,
    "round": Round,
    "call": Call,
    "policy": Policy,
}


@lru_cache(maxsize=4096)  # asked of every cell, of columns of anybody's choice too
def column_type(table: str, column: str) -> ColumnType:
    """Give the type of a column of a table, or of a key of `round`, `call` or `policy`."""
    if table == "rates":
        return "number" if column == "rate" else "text"
    if column.startswith("score_") and column not in MODELS[table].model_fields:
        return "number" if table == "proposals" else "text"
    if column not in MODELS[table].model_fields:
        return "list" if table == "targets" and column in CONDITIONS else "text"
    kinds = _types(MODELS[table].model_fields[column].annotation)
    if Decimal in kinds:
        return "amount" if (table, column) in MONEY else "number"
    named: tuple[tuple[type, ColumnType], ...] = (
        (bool, "truth"),
        (int, "whole"),
        (date, "date"),
        (tuple, "list"),
    )
    return next((name for kind, name in named if kind in kinds), "text")


def _types(annotation: Any) -> set[Any]:
    """Give the plain types in an annotation: those of `Annotated[Decimal, …] | None`, say."""
    origin = getattr(annotation, "__origin__", None)
    if isinstance(origin, type) and issubclass(origin, tuple):
        return {tuple}
    parts = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        return _types(annotation.__origin__)
    return set().union(*(_types(part) for part in parts)) if parts else {annotation}


def required_columns(table: str) -> tuple[str, ...]:
    """Give the columns of a table that every row fills in."""
    if table == "rates":
        return ("currency", "rate")
    fields = MODELS[table].model_fields
    return tuple(name for name, field in fields.items() if field.is_required())


def known_columns(table: str) -> tuple[str, ...]:
    """Give the columns of a table by ROUND_FORMAT.md, without `score_…` and facts, in its order."""
    if table == "rates":
        return ("currency", "rate")
    if table == "targets":
        return ("id", "pool", *CONDITIONS, *BOUNDS, "of", "strictness", "priority", "weight")
    return tuple(n for n in MODELS[table].model_fields if n not in ("criteria", "facts"))


def used_columns(table: str, rows: Iterable[Mapping[str, Any]]) -> Sequence[str]:
    """Give the columns to write: the required ones and those in use; criteria, then facts, last."""
    found = {column for row in rows for column in row}
    required, known = required_columns(table), known_columns(table)
    kept = [column for column in known if column in required or column in found]
    return kept + sorted(found - set(known), key=lambda name: (name[:6] != "score_", name))
