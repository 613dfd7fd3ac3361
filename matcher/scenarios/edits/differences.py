"""What one round says otherwise than another, cell by cell, and a round with some of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from matcher.domain import Round
from matcher.domain.round import cell
from matcher.errors import InvalidRound, Problem
from matcher.scenarios.edits.naming import (
    GROUPS,
    HEAD,
    MODELS,
    Cell,
    Cells,
    cells_of,
    named_rows,
    row_of,
)


@dataclass(frozen=True)
class Difference:
    """A cell, or a row added or dropped, by its path; None where there is nothing.

    `path` has the table, the name of the row and the column: `("pools", "P07", "budget")`. A row
    that only one of the rounds has is told as all its cells, and its path ends with its name.
    """

    path: tuple[str, ...]
    before: Cell | Cells | None
    after: Cell | Cells | None

    @property
    def dotted(self) -> str:
        """Give the path as people write it."""
        return ".".join(self.path)

    def document(self) -> dict[str, Any]:
        """Give the difference as plain values."""
        return {"path": self.dotted, "before": self.before, "after": self.after}


def differences(before: Round, after: Round) -> tuple[Difference, ...]:
    """Give what differs between two rounds, settings first, then table by table in order of names.

    Rows that differ only in their place are alike.
    """
    return tuple(_differences(before, after))


def with_differences(round_: Round, changes: Sequence[Difference]) -> Round:
    """Give a round after changes that were found between it, or one like it, and another.

    Raises InvalidRound where what comes out is no valid round.
    """
    content: dict[str, Any] = {name: getattr(round_, name) for name in _written(round_)}
    tables: dict[str, dict[str, Cells | None]] = {}
    for change in changes:
        first, rest = change.path[0], change.path[1:]
        if first in HEAD:
            content[first] = change.after
        elif first == "rates":
            rates = dict(content.get("rates", {}))
            content["rates"] = _with(rates, rest[0], change.after)
        else:
            rows = tables.setdefault(first, {})
            name = "" if first in GROUPS else rest[0]
            if len(rest) == 1 and first in MODELS:
                rows[name] = None if change.after is None else dict(_as_cells(change.after))
            else:
                row = rows[name] if name in rows else _known(round_, first, name)
                rows[name] = _with(row or {}, rest[-1], change.after)
    for table, rows in tables.items():
        content[table] = _rebuilt(round_, table, rows)
    return Round.model_validate({name: value for name, value in content.items() if value})


def _differences(before: Round, after: Round) -> Iterator[Difference]:
    for name in HEAD:
        old, new = (_setting(round_, name) for round_ in (before, after))
        if old != new:
            yield Difference((name,), old, new)
    for group in GROUPS:
        yield from _cell_by_cell((group,), *(cells_of(getattr(r, group)) for r in (before, after)))
    rates = ({code: cell(rate) for code, rate in r.rates.items()} for r in (before, after))
    yield from _cell_by_cell(("rates",), *rates)
    for table in MODELS:
        if getattr(before, table) == getattr(after, table):
            continue
        old_rows, new_rows = named_rows(before, table), named_rows(after, table)
        for name in sorted(old_rows.keys() | new_rows.keys()):
            old_row, new_row = old_rows.get(name), new_rows.get(name)
            if old_row is None or new_row is None:
                cells = [None if row is None else cells_of(row) for row in (old_row, new_row)]
                yield Difference((table, name), *cells)
            elif old_row != new_row:
                yield from _cell_by_cell((table, name), cells_of(old_row), cells_of(new_row))


def _cell_by_cell(
    path: tuple[str, ...], before: Mapping[str, Cell], after: Mapping[str, Cell]
) -> Iterator[Difference]:
    for column in sorted(before.keys() | after.keys()):
        old, new = before.get(column), after.get(column)
        if old != new:
            yield Difference((*path, column), old, new)


def _setting(round_: Round, name: str) -> Cell | None:
    value = getattr(round_, name)
    return None if value in (None, ()) else cell(value)


def _written(round_: Round) -> Iterator[str]:
    return (name for name in type(round_).model_fields if name in round_.model_fields_set)


def _known(round_: Round, table: str, name: str) -> Cells:
    row = getattr(round_, table) if table in GROUPS else named_rows(round_, table)[name]
    return cells_of(row)


def _with(cells: Mapping[str, Any], column: str, value: Any) -> dict[str, Any]:
    kept = {name: known for name, known in cells.items() if name != column}
    return kept if value in (None, "", []) else {**kept, column: value}


def _as_cells(value: Cell | Cells) -> Cells:
    if not isinstance(value, dict):
        raise TypeError("a row is told as its cells")
    return value


def _rebuilt(round_: Round, table: str, changed: Mapping[str, Cells | None]) -> Any:
    """Give a table, or a group of settings, with changed rows in their places, new ones last."""
    problems: list[Problem] = []

    def built(name: str, cells: Cells) -> Any:
        row, refusals = row_of(GROUPS.get(table) or MODELS[table], cells)
        problems.extend(
            Problem(table, None, f"{name}.{refusal.column}".lstrip("."), str(refusal.value),
                    refusal.what, refusal.remedy)
            for refusal in refusals
        )  # fmt: skip
        return row

    if table in GROUPS:
        found: Any = built("", changed[""] or {})
    else:
        rows: dict[str, Any] = dict(named_rows(round_, table))
        for name, cells in changed.items():
            if cells is None:
                rows.pop(name)
            else:
                rows[name] = built(name, cells)
        found = tuple(rows.values())
    if problems:
        raise InvalidRound(problems)
    return found
