"""The audit log: read it, and check that nobody has changed it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from sqlalchemy import select

from api.access.roles import guarded
from api.audit import CHAINED, verify
from api.clock import stamp
from api.http.listing import Cursor, Limit, Paging, page
from api.http.work import Transacted, Work, work_of
from api.schemas.audit import EntryPage, Verification
from api.schemas.moments import Moment
from api.store.tables import Entry

FILTERS = ("action", "actor", "role", "round_id", "object")

router = APIRouter(prefix="/audit", tags=["audit"], route_class=Transacted)


@router.get(
    "", response_model=EntryPage, response_model_exclude_none=True,
    **guarded("coordinator", "auditor"),
)  # fmt: skip
def list_audit(
    action: str | None = None,
    actor: str | None = None,
    role: str | None = None,
    round_id: str | None = None,
    object_: Annotated[str | None, Query(alias="object")] = None,
    from_: Annotated[Moment | None, Query(alias="from", description="Not before.")] = None,
    to: Annotated[Moment | None, Query(description="Before.")] = None,
    limit: int = Limit,
    sort: Annotated[
        Literal["number", "-number"], Query(description="-number for the newest first.")
    ] = "-number",
    cursor: str | None = Cursor,
    work: Work = Depends(work_of),
) -> dict[str, Any]:
    """List what was done, the newest first unless asked otherwise."""
    query = select(Entry)
    for name, value in zip(FILTERS, (action, actor, role, round_id, object_), strict=True):
        if value is not None:
            query = query.where(getattr(Entry, name) == value)
    if from_ is not None:
        query = query.where(Entry.at >= stamp(from_))
    if to is not None:
        query = query.where(Entry.at < stamp(to))
    order = "-" if sort == "-number" else None
    found, following = page(
        work.reading, query, Entry.number.expression, {}, (), Paging(limit, order, cursor)
    )
    return {"items": [_shown(entry) for entry in found], "next": following}


@router.get("/verification", response_model=Verification, **guarded("coordinator", "auditor"))
def verify_audit(work: Work = Depends(work_of)) -> Verification:
    """Check every entry of the log and the links between them."""
    with work.service.store.snapshot() as session:
        found = verify(session)
    return Verification(entries=found.entries, end=found.mark, faults=list(found.faults))


def _shown(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in (*CHAINED, "hash")}
