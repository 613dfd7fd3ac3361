"""A row out of its cells: built, or refused with everything wrong in it, in plain words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, TypeVar, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from matcher.domain.policy import BOUNDS
from matcher.domain.tables import Row
from matcher.money import LARGEST_AMOUNT
from matcher.reading.raw import Cell

Cells = Mapping[str, "Cell | Mapping[str, Cell]"]
AnyRow = TypeVar("AnyRow", bound=Row)

MAPPINGS: Mapping[str, str] = {
    "criteria": "score_{}",
    "facts": "{}",
    "score_weights": "score_weights.{}",
    "where": "{}",
}
"""Fields that hold several columns or keys, and how one of these is written."""

STAND_INS: Mapping[str, str] = {
    "kind": "other",
    "role": "partner",
    "score": "0",
    "budget": str(LARGEST_AMOUNT),
    "requested": str(LARGEST_AMOUNT),
    "amount": str(LARGEST_AMOUNT),
    "rate": "1",
    "decided": "2000-01-01",
    "decision_date": "2000-01-01",
    "list_date": "2000-01-01",
    "name": "name",
    "payer_preference": "0",
    **{bound: "0" if bound.startswith("min_") else "1" for bound in BOUNDS},
}
"""What takes the place of a cell that was refused, so that the rest of its row can be checked
against the other tables; of every other column that needs one a dash."""

EITHER = (
    "pool_id", "donor_id", "proposal_id", "org_id", "amount", "score", "payer_preference", *BOUNDS,
)  # fmt: skip
"""Optional columns of which a row must have one or another, so that a refused one needs a stand-in
lest the row be told to lack it."""


@dataclass(frozen=True)
class Refusal:
    """What is wrong with a cell: its kind as in `domain.fields`, and in words."""

    column: str
    value: Cell
    kind: str
    what: str
    remedy: str


def build(model: type[AnyRow], cells: Cells) -> tuple[AnyRow, list[Refusal]]:
    """Build a row; where cells are refused, give all refusals and the row without these cells.

    Such a row is good for nothing but checking the rest of it: cells that were refused and that it
    cannot do without have a stand-in.
    """
    try:
        return model.model_validate(cells), []
    except ValidationError as error:
        refusals = list(_refusals(model, cells, error))
    mended = _mended(model, cells, refusals)
    row = _unchecked(model, mended)
    for fault in row.faults():
        # A fault of a cell that was refused already only follows from that.
        if mended.get(fault.type, "") == cells.get(fault.type, ""):
            refusals.append(_between(cells, fault))
    return row, refusals


def _unchecked(model: type[AnyRow], cells: Cells) -> AnyRow:
    """Build a row whose cells are right each by itself, whatever is wrong between them."""
    read = {name: _reader(model, name).validate_python(cell) for name, cell in cells.items()}
    return cast(AnyRow, model.model_construct(**read))


def _between(cells: Cells, fault: PydanticCustomError) -> Refusal:
    """Give a fault that stands between cells as the refusal of the one that it is told at."""
    context = fault.context or {}
    value = cells.get(fault.type, "")
    shown = "" if isinstance(value, Mapping) else value
    return Refusal(fault.type, shown, fault.type, context["what"], context["remedy"])


def read_column(
    model: type[Row], column: str, value: "Cell | Mapping[str, Cell]"
) -> tuple[Any, tuple[str, str] | None]:
    """Read what stands in a column by itself, or say what is wrong with it and how to mend it."""
    try:
        return _reader(model, column).validate_python(value), None
    except ValidationError as error:
        context = error.errors(include_url=False)[0]["ctx"]
        return None, (context["what"], context["remedy"])


def _refusals(model: type[Row], cells: Cells, error: ValidationError) -> Iterator[Refusal]:
    for each in error.errors(include_url=False):
        if not each["loc"]:
            continue  # it is between the columns, and only the first of its kind
        context = each.get("ctx", {})
        column = str(each["loc"][0])
        value = cells.get(column, "")
        if each["type"] == "missing":
            yield Refusal(column, "", "missing", "is empty.", f"Fill in {column}.")
        elif isinstance(value, Mapping):
            yield from _items(model, column, value)
        elif "remedy" in context:
            yield Refusal(column, value, each["type"], context["what"], context["remedy"])
        else:
            what = f"is not right: {each['msg']}."
            yield Refusal(column, value, each["type"], what, "Correct it.")


def _items(model: type[Row], column: str, items: Mapping[str, Cell]) -> Iterator[Refusal]:
    """Give the refusals of a field that holds several columns, each with the column it is for."""
    read = _reader(model, column)
    for name, value in items.items():
        try:
            read.validate_python({name: value})
        except ValidationError as error:
            context = error.errors()[0]["ctx"]
            kind = error.errors()[0]["type"]
            written = MAPPINGS[column].format(name)
            yield Refusal(written, value, kind, context["what"], context["remedy"])


@cache
def _reader(model: type[Row], column: str) -> TypeAdapter[Any]:
    field = model.model_fields[column]
    kind: Any = field.annotation
    if field.metadata:
        kind = Annotated[(kind, *field.metadata)]
    return TypeAdapter(kind)


def _mended(model: type[Row], cells: Cells, refusals: Sequence[Refusal]) -> Cells:
    """Give the cells that were not refused, with stand-ins for the others."""
    refused = {refusal.column for refusal in refusals}
    kept: dict[str, Cell | Mapping[str, Cell]] = {}
    for name, value in cells.items():
        if isinstance(value, Mapping):
            items = {k: v for k, v in value.items() if MAPPINGS[name].format(k) not in refused}
            kept |= {name: items} if items and name not in refused else {}
        elif name not in refused:
            kept[name] = value
    stand_ins = {
        name: STAND_INS.get(name, "-")
        for name, field in model.model_fields.items()
        if name in refused and (field.is_required() or name in EITHER)
    }
    return kept | stand_ins
