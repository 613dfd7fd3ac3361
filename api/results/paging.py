"""Pages of a table in memory: equal filters, a sort and cursors, as lists of the database have.

A cursor holds a place in the sorted table and nothing of its rows, some of which hide their ids.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from api.http.listing import Paging
from api.http.problems import one_invalid
from matcher.writing.result_folder import COLUMN_KINDS

Cells = Mapping[str, str]
LISTS = ("funders", "binding")
"""The columns whose cells are lists, with `;` between."""
TEXTS = ("text", "date", "truth")


def ordered(
    rows: Sequence[Cells],
    columns: Sequence[str],
    filters: Mapping[str, str | None],
    sort: str | None,
) -> list[tuple[int, Cells]]:
    """Give the rows that agree with all filters, in order, each with its place in the whole.

    Blank cells come last. Raises Refused for a sort that is none.
    """
    name, descending = (sort or "").removeprefix("-"), (sort or "").startswith("-")
    places = list(range(len(rows)))
    if name:
        if name not in columns:
            remedy = f"Use one of: {', '.join(sorted(columns))}."
            raise one_invalid("sort", name, "is not a field to sort by.", remedy)
        there = [at for at in places if rows[at].get(name)]
        there.sort(key=lambda at: (_worth(name, rows[at][name]), at), reverse=descending)
        places = there + [at for at in places if not rows[at].get(name)]
    wanted = {column: value for column, value in filters.items() if value is not None}
    every = [(place, rows[at]) for place, at in enumerate(places)]
    return [
        (place, row) for place, row in every
        if all(_agrees(column, row.get(column, ""), value) for column, value in wanted.items())
    ]  # fmt: skip


def page_of(found: Sequence[tuple[int, Cells]], paging: Paging) -> tuple[list[Cells], str | None]:
    """Give a page of rows in order and the cursor of the next; raises Refused for no cursor."""
    sort, limit, cursor = paging.sort, paging.limit, paging.cursor
    after = -1 if cursor is None else _read(cursor, sort)
    rest = [(place, row) for place, row in found if place > after]
    rows = [row for _, row in rest[:limit]]
    return rows, None if len(rest) <= limit else _written(sort, rest[limit - 1][0])


def _worth(column: str, cell: str) -> tuple[int, Decimal, str]:
    """Give what a cell is sorted by: numbers by their worth, before what is none."""
    if COLUMN_KINDS.get(column, "text") in TEXTS:
        return 1, Decimal(0), cell
    number = _number(cell)
    return (1, Decimal(0), cell) if number is None else (0, number, "")


def _agrees(column: str, cell: str, value: str) -> bool:
    if column in LISTS:
        return value in cell.split(";")
    if COLUMN_KINDS.get(column, "text") in TEXTS:
        return cell == value
    return cell == value or (_number(cell) == _number(value) is not None)


def _number(text: str) -> Decimal | None:
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _written(sort: str | None, place: int) -> str:
    return urlsafe_b64encode(json.dumps([sort or "", place]).encode()).decode().rstrip("=")


def _read(cursor: str, sort: str | None) -> int:
    try:
        was, place = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if was == (sort or "") and isinstance(place, int):
            return place
    except (Error, ValueError, TypeError):
        pass
    what, remedy = "is no cursor of this list.", "Send `next` of the page before, same sort."
    raise one_invalid("cursor", cursor[:80], what, remedy)
