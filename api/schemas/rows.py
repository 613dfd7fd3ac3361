"""The rows of a round's tables as JSON: made from the domain's own columns, types and notes.

Amounts and other decimals are strings, dates ISO 8601, lists arrays. Facts that rule packs declare
stand in `facts`, criteria (the columns `score_*`) in `criteria`.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, create_model

from api.http.fields import DECIMAL, IDENTIFIER
from api.http.problems import FieldProblem, invalid
from api.rounds.nouns import TARGETS
from matcher.domain import formulas
from matcher.domain.fields import refuse
from matcher.domain.policy import CONDITIONS
from matcher.writing.column_notes import NOTES
from matcher.writing.columns import MODELS, column_type, known_columns, required_columns

Number = Annotated[str, Field(pattern=DECIMAL, description="A decimal, as a string.")]
Text = Annotated[str, Field(max_length=20_000)]
Name = Annotated[str, Field(max_length=200)]
Day = Annotated[date, Field(examples=["2026-03-01"])]
TYPES: Mapping[str, Any] = {
    "text": Text,
    "list": list[Name],
    "amount": Number,
    "number": Number,
    "whole": Annotated[int, Field(ge=0, le=10**12)],
    "date": Day,
    "truth": bool,
}
Identifier = Annotated[str, Field(min_length=1, max_length=255, pattern=IDENTIFIER)]
"""What names a row; it stands in paths, so that it holds no slash."""


def _no_formula(text: str | None) -> str | None:
    """Refuse what strangers send for somebody's spreadsheet to work out; numbers pass."""
    if text is not None and formulas.is_formula(text):
        raise refuse(formulas.WHAT, formulas.REMEDY)
    return text


NoFormula = AfterValidator(_no_formula)
"""Checks a text that is sent; one that is kept already is answered as it is."""


class Sent(BaseModel):
    """What is sent: nothing but the fields that are named."""

    model_config = ConfigDict(extra="forbid")


class Kept(BaseModel):
    """What the service adds to what it keeps."""

    row_id: str | None = Field(None, description="What names it in paths.")
    version: int = Field(description="Counts changes; the ETag.")
    created_at: str = Field(examples=["2026-01-05T08:30:00.000000Z"])
    updated_at: str = Field(examples=["2026-01-05T08:30:00.000000Z"])


@cache
def sent_model(table: str, name: str, without: tuple[str, ...] = ()) -> type[Sent]:
    """Give the model of a row as it is sent; `without` names columns that may not be."""
    fields = _fields(table, without)
    for column in formulas.COLUMNS.get(table, ()):
        if column in fields:
            kind, field = fields[column]
            fields[column] = Annotated[kind, NoFormula], field
    return create_model(name, __base__=Sent, **fields)


@cache
def kept_model(table: str, name: str) -> type[BaseModel]:
    """Give the model of a row as it is answered: nothing is promised to be there."""
    fields = _fields(table, ())
    optional: dict[str, Any] = {
        column: (kind | None, Field(None, description=field.description))
        for column, (kind, field) in fields.items()
    }
    made: type[BaseModel] = create_model(name, __base__=Kept, **optional)
    return made


def _fields(table: str, without: tuple[str, ...]) -> dict[str, Any]:
    required = required_columns(table)
    fields = {
        column: _field(table, column, column in required)
        for column in known_columns(table)
        if column not in without and not (table == TARGETS and column in CONDITIONS)
    }
    columns = MODELS[table].model_fields
    if table == TARGETS:
        words: dict[str, Any] = dict.fromkeys(CONDITIONS, (list[Name] | None, None))
        where = create_model("Where", __base__=Sent, **words)
        text = "Which proposals count; several conditions are all required."
        fields["where"] = (where, Field(default_factory=where, description=text))
    if "criteria" in columns and "criteria" not in without:
        text = "Scores by criterion, as in the columns score_*."
        fields["criteria"] = (dict[Name, Number], Field(default={}, description=text))
    if "facts" in columns and "facts" not in without:
        text = "Facts that the rule packs of the round ask for, by name."
        fields["facts"] = (dict[Name, Text], Field(default={}, description=text))
    return fields


def _field(table: str, column: str, required: bool) -> tuple[Any, Any]:
    kind = _choice(table, column) or TYPES[column_type(table, column)]
    if column.endswith("_id") or column in ("id", "code"):
        kind = Identifier
    words, _, example = NOTES.get(table, {}).get(column, "").partition(" Example: ")
    described: dict[str, Any] = {"description": words or None}
    if example and column_type(table, column) != "list":
        described["examples"] = [example]
    if required:
        return kind, Field(**described)
    return kind | None, Field(None, **described)


def _choice(table: str, column: str) -> Any:
    """Give the words that a column may hold, where it is one of a few."""
    field = MODELS[table].model_fields.get(column)
    if field is None or column_type(table, column) != "text":
        return None
    known = [*field.metadata, *(m for part in get_args(field.annotation) for m in _meta(part))]
    literals = [getattr(entry, "json_schema_input_type", Any) for entry in known]
    return next((kind for kind in literals if getattr(kind, "__origin__", None) is Literal), None)


def _meta(part: Any) -> tuple[Any, ...]:
    return tuple(getattr(part, "__metadata__", ()))


def check_facts(table: str, sent: Sent) -> None:
    """Refuse facts that are called as a column is: they would stand in its place."""
    columns = known_columns(table)
    problems = [
        FieldProblem(
            field=f"facts.{name}", value=value[:80], what="is no fact, but a field of its own.",
            remedy=f"Send it as {name}, beside facts.",
        )
        for name, value in (getattr(sent, "facts", None) or {}).items()
        if name in columns
    ]  # fmt: skip
    if problems:
        raise invalid(problems)


def cells_of(sent: Sent) -> dict[str, Any]:
    """Give what was sent as the cells of a row: texts and lists of texts, blanks left out.

    Where something has to stand a blank stays, to be told of.
    """
    needed = {name for name, field in type(sent).model_fields.items() if field.is_required()}
    cells: dict[str, Any] = {}
    for name, value in sent.model_dump(exclude_none=True).items():
        if name == "facts":
            cells |= value
        elif name == "criteria":
            cells |= {f"score_{key}": score for key, score in value.items()}
        elif name == "where":
            cells[name] = {key: codes for key, codes in value.items() if codes}
        else:
            cells[name] = _cell(value)
    return {
        name: value for name, value in cells.items() if name in needed or value not in ("", [], {})
    }


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return [str(item) for item in value]
    return value.isoformat() if isinstance(value, date) else str(value)


def shown_cells(table: str, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Give the cells of a row as it is answered, typed, facts and criteria by themselves."""
    known = set(known_columns(table)) | {"where"}
    shown: dict[str, Any] = {}
    for name, cell in cells.items():
        if name in known:
            shown[name] = _typed(table, name, cell)
        elif name.startswith("score_") and table == "proposals":
            shown.setdefault("criteria", {})[name.removeprefix("score_")] = cell
        else:
            shown.setdefault("facts", {})[name] = cell
    return shown


def _typed(table: str, name: str, cell: Any) -> Any:
    if name == "where":
        return {key: _items(codes) for key, codes in cell.items()}
    match column_type(table, name):
        case "list":
            return _items(cell)
        case "truth":
            return cell == "true"
        case "whole":
            return int(Decimal(cell))
        case _:
            return cell


def _items(cell: Any) -> list[str]:
    return cell.split(";") if isinstance(cell, str) else list(cell)
