"""A round while edits are made: each cell can be read, but all together need not be right yet.

A draft is a round that nothing has looked through: two weights may sum to 1 only after both are
set, and a proposal may require one that is added after it. `finished` looks through all of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from immutabledict import immutabledict

from matcher.domain import Round
from matcher.domain.consistency import find_problems
from matcher.domain.tables import Row
from matcher.errors import InvalidRound, Problem
from matcher.reading.refusals import MAPPINGS, read_column
from matcher.scenarios.edits.naming import (
    GROUPS,
    MODELS,
    Cell,
    Cells,
    cells_of,
    field_of,
    named_rows,
    row_of,
)
from matcher.scenarios.edits.paths import find_column
from matcher.scenarios.edits.scenario import Refused

NO_COLUMN = "is no column that is known."
AnyRow = TypeVar("AnyRow", bound=Row)


@dataclass(frozen=True)
class Fault:
    """Something wrong in a draft: the row it is in, by table and name, the column, and in words.

    A setting of one value has its name and no table; a group of settings is a table of one row
    without a name.
    """

    table: str
    name: str
    column: str
    value: str
    what: str
    remedy: str

    @property
    def where(self) -> str:
        """Give what is wrong as a path."""
        return ".".join(filter(None, (self.table, self.name, self.column)))


class Faulty(Exception):
    """A draft that is no valid round: everything wrong in it."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("; ".join(fault.what for fault in faults))
        self.faults = faults


def drafted(round_: Round, content: Mapping[str, Any]) -> Round:
    """Give a round with some tables or settings replaced, which nothing looks through."""
    known = {name: getattr(round_, name) for name in round_.model_fields_set}
    return Round.model_construct(**(known | dict(content)))


def with_cells(round_: Round, table: str, column: str, values: Mapping[str, Cell]) -> Round:
    """Give a draft with new cells in a column, by the names of rows; raises Refused.

    `table` and names are as in `Places`: both are empty for a setting of one value.
    """
    if table == "":
        return _with_cell(round_, column, values[""])
    if table == "rates":
        return _with_cell(round_, f"rates.{column}", values[""])
    if table in GROUPS:
        return drafted(round_, {table: _with_cell(getattr(round_, table), column, values[""])})
    rows = named_rows(round_, table).items()
    changed = [_with_cell(row, column, values[name]) if name in values else row
               for name, row in rows]  # fmt: skip
    return drafted(round_, {table: tuple(changed)})


def row_read(table: str, cells: Cells) -> tuple[Row, list[tuple[str, Refused]]]:
    """Read the cells of a new row each by itself; those that cannot be read are told by column."""
    model, refusals = MODELS[table], list[tuple[str, Refused]]()
    row = model.model_construct()
    for column, value in cells.items():
        try:
            # Any name would do for a fact: a misspelt column must not become one.
            if (remedy := find_column(table, column)) is not None:
                raise Refused(NO_COLUMN, remedy)
            row = _with_cell(row, column, value)
        except Refused as refusal:
            refusals.append((column, refusal))
    named = {field_of(model, column)[0] for column in cells}
    for name, field in model.model_fields.items():
        if field.is_required() and name not in named:
            refusals.append((name, _empty(name)))
    return row, refusals


def finished(base: Round, draft: Round) -> Round:
    """Give the valid round that a draft of another has come to; raises Faulty."""
    content: dict[str, Any] = {name: getattr(draft, name) for name in draft.model_fields_set}
    faults = list[Fault]()
    for group in GROUPS:
        if getattr(draft, group) is not getattr(base, group):
            row, found = _built(group, "", getattr(draft, group))
            content[group] = row
            faults += found
    for table in MODELS:
        known, rows = {id(row) for row in getattr(base, table)}, []
        for name, row in named_rows(draft, table).items():
            built, found = (row, []) if id(row) in known else _built(table, name, row)
            rows.append(built)
            faults += found
        content[table] = tuple(rows)
    if faults:
        raise Faulty((*faults, *faults_between(draft)))
    try:
        return Round.model_validate({name: value for name, value in content.items() if value})
    except InvalidRound as refusal:
        raise Faulty(tuple(_faults(draft, refusal.problems))) from None


def faults_between(draft: Round) -> tuple[Fault, ...]:
    """Give what is wrong between the rows of a draft, whatever is wrong within them."""
    return tuple(_faults(draft, find_problems(draft)))


def _with_cell(row: AnyRow, column: str, value: Cell) -> AnyRow:
    """Give a row with another value in a column, blank for none; raises Refused."""
    model: type[AnyRow] = type(row)
    field, key = field_of(model, column)
    if field not in model.model_fields or (key is None and field in MAPPINGS):
        raise Refused(NO_COLUMN, "Correct it, or leave it out.")
    given = {name: getattr(row, name) for name in row.model_fields_set}
    held = dict(given.pop(field, {})) if key is not None else {}
    if key is not None:
        held.pop(key, None)
    if value not in ("", []):
        read, refusal = read_column(model, field, value if key is None else {key: value})
        if refusal is not None:
            raise Refused(*refusal)
        given[field] = read if key is None else immutabledict(held | dict(read))
    elif key is not None:
        given[field] = immutabledict(held)
    elif model.model_fields[field].is_required():
        raise _empty(field)
    else:
        given.pop(field, None)
    return cast(AnyRow, model.model_construct(**given))


def _empty(column: str) -> Refused:
    return Refused("is empty.", f"Fill in {column}.")


def _built(table: str, name: str, row: Row) -> tuple[Row | None, list[Fault]]:
    """Build a row again from its cells, so that what they say together is looked through."""
    built, refusals = row_of(type(row), cells_of(row))
    return built, [
        Fault(table, name, refusal.column, str(refusal.value or ""), refusal.what, refusal.remedy)
        for refusal in refusals
    ]


def _faults(draft: Round, problems: tuple[Problem, ...] | list[Problem]) -> Iterator[Fault]:
    names = {table: list(named_rows(draft, table)) for table in MODELS}
    for problem in problems:
        if problem.severity != "error":
            continue
        table, name, column = problem.file, "", problem.column
        if table in names and problem.row is not None:
            name = names[table][problem.row]
        elif column.startswith("policy."):
            table, _, column = column.partition(".")
        elif column.startswith("rates."):
            table, _, name = column.partition(".")
            column = ""
        else:
            table, name, column = "", column, ""
        yield Fault(table, name, column, problem.value, problem.what, problem.remedy)


__all__ = [
    "Fault",
    "Faulty",
    "drafted",
    "faults_between",
    "finished",
    "row_read",
    "with_cells",
]
