"""Lists: equal filters, a sort and pages by cursor, over columns or fields of a document."""

import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import GenericAlias
from typing import Any

from fastapi import Query
from pydantic import BaseModel, Field, create_model
from sqlalchemy import ColumnElement, Numeric, Select, and_, case, cast, or_
from sqlalchemy.orm import Session

from api.http.problems import one_invalid

MOST = 500
WORTH = Numeric(30, 6)
"""What numbers are sorted as."""
NUMBER = re.compile(r"-?[0-9]{1,24}(\.[0-9]{1,10})?")
"""How a cursor writes one."""
MOST_WHOLE = 2**62
"""No larger number is in a cursor, nor taken by databases."""

Limit = Query(50, ge=1, le=MOST, description="So many at most.")
Sort = Query(None, max_length=60, description="A field, or -field for the largest first.")
Cursor = Query(None, max_length=2000, description="`next` of the page before.")


@dataclass(frozen=True)
class Paging:
    """Which page of a list is asked for: so many items in an order, after a cursor."""

    limit: int
    sort: str | None
    cursor: str | None


async def paging_of(
    limit: int = Limit, sort: str | None = Sort, cursor: str | None = Cursor
) -> Paging:
    """Give which page is asked for; a dependency of lists."""
    return Paging(limit, sort, cursor)


class Page(BaseModel):
    """What every page of a list has besides its items."""

    next: str | None = Field(None, description="The cursor of the next page; none at the end.")


def page_model(name: str, item: type[BaseModel]) -> type[Page]:
    """Give the model of a page of items."""
    fields: dict[str, Any] = {"items": (GenericAlias(list, (item,)), ...)}
    return create_model(name, __base__=Page, **fields)


def filters_model(name: str, columns: Iterable[str]) -> type[BaseModel]:
    """Give the model of what a list is filtered by: equal values of columns."""
    fields: dict[str, Any] = dict.fromkeys(columns, (str | None, None))
    return create_model(name, **fields)


def page(
    session: Session,
    query: Select[Any],
    key: ColumnElement[Any],
    fields: Mapping[str, ColumnElement[Any]],
    numbers: Sequence[str],
    paging: Paging,
) -> tuple[list[Any], str | None]:
    """Read a page of a query; `key` is unique in it, a text or a whole number, and breaks ties.

    `fields` are what may be sorted by, those in `numbers` by their worth; what has no value comes
    last, either way. Gives the items and the cursor of the next page. Raises Refused for a sort or
    a cursor that is none.
    """
    sort, limit, cursor = paging.sort, paging.limit, paging.cursor
    name, descending = (sort or "").removeprefix("-"), (sort or "").startswith("-")
    by = None if not name else _field(fields, name)
    if by is not None and name in numbers:
        by = cast(by, WORTH)
    if cursor is not None:
        query = query.where(_after(cursor, sort, by, key, descending))
    columns = [key] if by is None else [by, key]
    order = [part.desc() if descending else part.asc() for part in columns]
    if by is not None:
        order.insert(0, case((by.is_(None), 1), else_=0).asc())
    query = query.add_columns(key if by is None else by)
    found = session.execute(query.add_columns(key).order_by(*order).limit(limit + 1)).all()
    items = [row[0] for row in found[:limit]]
    if len(found) <= limit:
        return items, None
    last = found[limit - 1]
    value = None if by is None or last[-2] is None else str(last[-2])
    return items, _written([sort or "", value, last[-1]])


def _field(fields: Mapping[str, ColumnElement[Any]], name: str) -> ColumnElement[Any]:
    if name not in fields:
        remedy = f"Use one of: {', '.join(sorted(fields))}."
        raise one_invalid("sort", name, "is not a field to sort by.", remedy)
    return fields[name]


def _written(parts: Sequence[Any]) -> str:
    return urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def _after(
    cursor: str,
    sort: str | None,
    by: ColumnElement[Any] | None,
    key: ColumnElement[Any],
    descending: bool,
) -> ColumnElement[bool]:
    try:
        was, value, last = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        readable = was == (sort or "") and type(last) is key.type.python_type
        readable &= isinstance(last, str) or abs(last) <= MOST_WHOLE
        readable &= value is None or (by is not None and isinstance(value, str))
        # What no database takes: NUL, halves of characters, numbers beyond those that are kept.
        readable &= "\x00" not in f"{value}{last}" and f"{value}{last}".encode() is not None
        if value is not None and by is not None and isinstance(by.type, Numeric):
            readable &= NUMBER.fullmatch(value) is not None
    except (Error, ValueError, TypeError, RecursionError):
        readable = False
    if not readable:
        what, remedy = "is no cursor of this list.", "Send `next` of the page before, same sort."
        raise one_invalid("cursor", cursor[:80], what, remedy)
    beyond: Callable[[ColumnElement[Any], Any], ColumnElement[bool]] = (
        (lambda column, bound: column < bound) if descending else
        (lambda column, bound: column > bound)
    )  # fmt: skip
    if by is None:
        return beyond(key, last)
    if value is None:
        return and_(by.is_(None), beyond(key, last))
    bound: Any = cast(value, WORTH) if isinstance(by.type, Numeric) else value
    return or_(by.is_(None), beyond(by, bound), and_(by == bound, beyond(key, last)))
