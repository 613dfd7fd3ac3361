"""Rows of a round's tables, kept: found, checked, added, changed and removed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from api.http.problems import Refused, invalid, not_found, one_invalid
from api.rounds.assembling import row_problems, surroundings
from api.rounds.nouns import ADDRESSABLE, NOUNS, NUMBERS, Noun
from api.schemas.rows import shown_cells
from api.store.tables import RoundRow, Row

ONE: Mapping[str, str] = {
    "donors": "donor", "pools": "pool", "organisations": "organisation", "proposals": "proposal",
    "pairs": "pair term", "targets": "target", "reviews": "review", "facts": "fact",
}  # fmt: skip
"""What one row of a table is called."""


def rows_of(round_id: str, noun: str) -> Select[Any]:
    """Give the query of a table's rows."""
    return select(Row).where(Row.round_id == round_id, Row.noun == noun)


def field(name: str) -> ColumnElement[Any]:
    """Give a field of a row's document, to filter or to sort by."""
    found: ColumnElement[Any] = Row.data[name].as_string()
    return found


def fields_of(noun: Noun) -> dict[str, ColumnElement[Any]]:
    """Give what a list of rows is sorted by."""
    found = {name: field(name) for name in noun.filters}
    return found | {
        "created_at": Row.created_at.expression,
        "updated_at": Row.updated_at.expression,
    }


def filtered(query: Select[Any], noun: Noun, filters: Mapping[str, str | None]) -> Select[Any]:
    """Keep the rows whose fields are equal to what is asked for."""
    for name in noun.filters:
        if (value := filters.get(name)) is not None:
            query = query.where(field(name) == value)
    return query


def row_for(session: Session, round_id: str, noun: str, name: str, lock: bool = False) -> Row:
    """Find a row; raises Refused (404)."""
    found = session.get(
        Row, (round_id, noun, name), with_for_update=lock or None, populate_existing=lock
    )
    if found is None:
        raise not_found(ONE.get(noun, "row"))
    return found


def check_row(session: Session, round_: RoundRow, noun: str, cells: Mapping[str, Any]) -> None:
    """Refuse a row with problems, all of them told."""
    problems = row_problems(round_, surroundings(session, round_, noun, cells), noun, cells)
    if problems:
        raise invalid(problems)


def check_addressable(noun: str, name: str) -> None:
    """Refuse an id that clients take out of an address: the row could not be found by it."""
    if not ADDRESSABLE.fullmatch(name):
        what, remedy = "cannot stand in an address.", "Choose another."
        raise one_invalid(str(NOUNS[noun].key), name, what, remedy)


def add_row(
    session: Session, round_: RoundRow, noun: str, cells: Mapping[str, Any], stamp: str
) -> Row:
    """Add a row that was checked; raises Refused (409) where there is one of its id."""
    name = NOUNS[noun].id_of(cells)
    check_addressable(noun, name)
    if session.get(Row, (round_.id, noun, name)) is not None:
        one = ONE.get(noun, "row")
        raise Refused(409, "exists", "It exists", f"There is a {one} {name} in the round already.")
    row = new_row(round_, noun, cells, stamp)
    session.add(row)
    session.flush()
    return row


def new_row(round_: RoundRow, noun: str, cells: Mapping[str, Any], stamp: str) -> Row:
    """Make a row that is not added yet."""
    return Row(
        round_id=round_.id, noun=noun, id=NOUNS[noun].id_of(cells),
        owner=NOUNS[noun].owner_of(cells), data=dict(cells), version=1, created_at=stamp,
        updated_at=stamp,
    )  # fmt: skip


def change_row(row: Row, cells: Mapping[str, Any], stamp: str) -> None:
    """Replace what a row says; its id stays."""
    row.data, row.set_aside = dict(cells), {}
    row.owner = NOUNS[row.noun].owner_of(cells)
    row.version += 1
    row.updated_at = stamp


def shown(row: Row) -> dict[str, Any]:
    """Give a row as it is answered."""
    return {
        **shown_cells(row.noun, row.data), "row_id": row.id, "version": row.version,
        "created_at": row.created_at, "updated_at": row.updated_at,
    }  # fmt: skip


__all__ = [
    "NUMBERS", "add_row", "change_row", "check_row", "field", "fields_of", "filtered", "new_row",
    "row_for", "rows_of", "shown",
]  # fmt: skip
