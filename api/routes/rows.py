"""The tables of a round row by row, for the coordinator; the same six operations for each noun."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel

from api.access.roles import SUBJECTS, Principal, Role, guarded, principal_of
from api.http.etags import IfMatch, check_etag, set_etag
from api.http.listing import Paging, filters_model, page, page_model, paging_of
from api.http.locations import path_of
from api.http.problems import not_found, one_invalid
from api.http.work import Transacted, Work, work_of
from api.rounds.nouns import NOUNS, NUMBERS
from api.rounds.rows import (
    ONE,
    add_row,
    change_row,
    check_row,
    fields_of,
    filtered,
    row_for,
    rows_of,
    shown,
)
from api.rounds.states import check_editable, held_round, round_for
from api.schemas.rows import cells_of, check_facts, kept_model, sent_model
from api.store.tables import Row

BY_COORDINATOR = ("donors", "pools", "organisations", "pairs", "targets", "reviews", "facts")
"""The nouns that only the coordinator writes; proposals have routes of their own."""

OWN: Mapping[str, tuple[Role, ...]] = {"donors": ("donor",), "pools": ("donor",)}
"""The nouns of which some read their own rows, and nothing of anybody else's."""


def rows_router(noun_name: str) -> APIRouter:
    """Make the routes of one noun: list, add, read, change, remove."""
    noun, one = NOUNS[noun_name], ONE[noun_name]
    title = one.title().replace(" ", "")
    a_row = f"an {one}" if one[0] in "aeiou" else f"a {one}"
    sent_type = sent_model(noun_name, title)
    kept_type = kept_model(noun_name, f"Kept{title}")
    page_type = page_model(f"{title}Page", kept_type)
    base = f"/rounds/{{round_id}}/{noun_name}"
    readers: tuple[Role, ...] = ("coordinator", "auditor", *OWN.get(noun_name, ()))
    router = APIRouter(prefix=base, tags=[noun_name], route_class=Transacted)
    filters = filters_model(f"{title}Filters", noun.filters)

    @router.get(
        "", response_model=page_type, response_model_exclude_none=True,
        name=f"list_{noun_name}", summary=f"List {noun_name}", **guarded(*readers),
    )  # fmt: skip
    def list_rows(
        round_id: str,
        wanted: BaseModel = Depends(filters),
        paging: Paging = Depends(paging_of),
        work: Work = Depends(work_of),
        principal: Principal = Depends(principal_of),
    ) -> dict[str, Any]:
        """List the rows of the table, page by page; donors see their own."""
        round_for(work.reading, round_id, principal)
        query = filtered(rows_of(round_id, noun_name), noun, wanted.model_dump())
        if principal.role in SUBJECTS:
            query = query.where(Row.owner == principal.subject)
        found, following = page(
            work.reading, query, Row.id.expression, fields_of(noun), NUMBERS, paging
        )
        return {"items": [shown(row) for row in found], "next": following}

    @router.post(
        "", status_code=201, response_model=kept_type, response_model_exclude_none=True,
        name=f"add_{noun_name}", summary=f"Add {a_row}", **guarded("coordinator", statuses=(409,)),
    )  # fmt: skip
    def add(
        round_id: str,
        # FastAPI reads the body's type from the annotation.
        sent: sent_type,  # type: ignore[valid-type]  # made at run time, where mypy cannot follow
        response: Response,
        work: Work = Depends(work_of),
        principal: Principal = Depends(principal_of),
    ) -> dict[str, Any]:
        """Add a row; every problem of it is told at once."""
        check_facts(noun_name, sent)
        cells = cells_of(sent)
        round_ = held_round(work.writing, round_id, principal)
        check_editable(round_)
        check_row(work.writing, round_, noun_name, cells)
        row = add_row(work.writing, round_, noun_name, cells, work.stamp)
        work.note(f"{noun_name}.add", row.id, round_id)
        set_etag(response, row.version)
        response.headers["Location"] = path_of("rounds", round_id, noun_name, row.id)
        return shown(row)

    @router.get(
        "/{row_id}", response_model=kept_type, response_model_exclude_none=True,
        name=f"read_{noun_name}", summary=f"Read {a_row}", **guarded(*readers),
    )  # fmt: skip
    def read(
        round_id: str,
        row_id: str,
        response: Response,
        work: Work = Depends(work_of),
        principal: Principal = Depends(principal_of),
    ) -> dict[str, Any]:
        """Read a row; its ETag is what a change has to send."""
        round_for(work.reading, round_id, principal)
        row = row_for(work.reading, round_id, noun_name, row_id)
        if principal.role in SUBJECTS and not principal.owns(row.owner):
            raise not_found(one)
        set_etag(response, row.version)
        return shown(row)

    @router.put(
        "/{row_id}", response_model=kept_type, response_model_exclude_none=True,
        name=f"change_{noun_name}", summary=f"Replace {a_row}",
        **guarded("coordinator", statuses=(409, 412, 428)),
    )  # fmt: skip
    def change(
        round_id: str,
        row_id: str,
        # FastAPI reads the body's type from the annotation.
        sent: sent_type,  # type: ignore[valid-type]  # made at run time, where mypy cannot follow
        response: Response,
        if_match: str | None = IfMatch,
        work: Work = Depends(work_of),
        principal: Principal = Depends(principal_of),
    ) -> dict[str, Any]:
        """Replace what a row says; what names it stays."""
        check_facts(noun_name, sent)
        cells = cells_of(sent)
        round_ = held_round(work.writing, round_id, principal)
        row = row_for(work.writing, round_id, noun_name, row_id, lock=True)
        check_etag(if_match, row.version)
        check_editable(round_)
        _check_same(noun_name, row_id, cells)
        check_row(work.writing, round_, noun_name, cells)
        change_row(row, cells, work.stamp)
        work.note(f"{noun_name}.change", row.id, round_id, version=row.version)
        set_etag(response, row.version)
        return shown(row)

    @router.delete(
        "/{row_id}", status_code=204, name=f"remove_{noun_name}", summary=f"Remove {a_row}",
        **guarded("coordinator", statuses=(409, 412, 428)),
    )  # fmt: skip
    def remove(
        round_id: str,
        row_id: str,
        if_match: str | None = IfMatch,
        work: Work = Depends(work_of),
        principal: Principal = Depends(principal_of),
    ) -> None:
        """Remove a row. What other tables say of it stays: see the problems of the round."""
        round_ = held_round(work.writing, round_id, principal)
        row = row_for(work.writing, round_id, noun_name, row_id, lock=True)
        check_etag(if_match, row.version)
        check_editable(round_)
        work.writing.delete(row)
        work.note(f"{noun_name}.remove", row_id, round_id)

    return router


def _check_same(noun_name: str, row_id: str, cells: dict[str, Any]) -> None:
    if not NOUNS[noun_name].may_be(row_id, cells):
        column = NOUNS[noun_name].key or ", ".join(NOUNS[noun_name].named_by)
        what = "is not what the row is called."
        named = NOUNS[noun_name].id_of(cells)
        raise one_invalid(column, named, what, "Remove it and add another to rename it.")


routers = [rows_router(noun) for noun in BY_COORDINATOR]
