"""Organisations register, and keep what they say of themselves up to date."""

from typing import Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select

from api.access.keys import make_key, new_id
from api.access.roles import Principal, guarded, principal_of, public
from api.applying.applicants import check_own
from api.applying.organisations import ORGANISATIONS, check_profile, follow, profile_for
from api.http.etags import IfMatch, check_etag, set_etag
from api.http.listing import Paging, page, paging_of
from api.http.work import SECRET, Transacted, Work, work_of
from api.schemas.organisations import (
    KeptProfile,
    Profile,
    ProfilePage,
    Registration,
    shown_profile,
)
from api.schemas.rows import cells_of
from api.store.tables import Registered

router = APIRouter(prefix="/organisations", tags=["registration"], route_class=Transacted)


@router.post(
    "", status_code=201, response_model=Registration, response_model_exclude_none=True,
    tags=[SECRET], **public(),
)  # fmt: skip
def register_organisation(
    sent: Profile,
    response: Response,
    work: Work = Depends(work_of),
) -> dict[str, Any]:
    """Register an organisation; its id and its key are made here, and the key is shown once."""
    check_own(ORGANISATIONS, sent, None)
    cells = {"org_id": new_id("org"), **cells_of(sent)}
    check_profile(cells, work.now.date())
    row = Registered(
        org_id=cells["org_id"], data=cells, version=1, created_at=work.stamp, updated_at=work.stamp
    )
    work.writing.add(row)
    key, secret = make_key(work.writing, work.now, "ngo", "registration", row.org_id)
    work.note("organisations.register", row.org_id, key_id=key.id)
    set_etag(response, row.version)
    response.headers["Location"] = f"/organisations/{row.org_id}"
    return {"organisation": shown_profile(row), "key_id": key.id, "key": secret}


@router.get(
    "", response_model=ProfilePage, response_model_exclude_none=True,
    **guarded("coordinator", "auditor"),
)  # fmt: skip
def list_registered(
    name: str | None = None,
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
) -> dict[str, Any]:
    """List the organisations that have registered."""
    named = Registered.data["name"].as_string()
    query = select(Registered)
    if name is not None:
        query = query.where(named == name)
    fields = {
        "name": named,
        "created_at": Registered.created_at.expression,
        "updated_at": Registered.updated_at.expression,
    }
    found, following = page(work.reading, query, Registered.org_id.expression, fields, (), paging)
    return {"items": [shown_profile(row) for row in found], "next": following}


@router.get(
    "/{org_id}", response_model=KeptProfile, response_model_exclude_none=True,
    **guarded("coordinator", "auditor", "ngo"),
)  # fmt: skip
def read_registered(
    org_id: str,
    response: Response,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Read what an organisation says of itself."""
    row = profile_for(work.reading, org_id, principal)
    set_etag(response, row.version)
    return shown_profile(row)


@router.put(
    "/{org_id}", response_model=KeptProfile, response_model_exclude_none=True,
    **guarded("coordinator", "ngo", statuses=(412, 428)),
)  # fmt: skip
def change_registered(
    org_id: str,
    sent: Profile,
    response: Response,
    if_match: str | None = IfMatch,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Replace what an organisation says of itself; rounds that take proposals follow."""
    check_own(ORGANISATIONS, sent, None)
    row = profile_for(work.writing, org_id, principal, lock=True)
    check_etag(if_match, row.version)
    cells = {"org_id": org_id, **cells_of(sent)}
    check_profile(cells, work.now.date())
    follow(work, row.data, cells)
    row.data = cells
    row.version += 1
    row.updated_at = work.stamp
    work.note("organisations.change", org_id, version=row.version)
    set_etag(response, row.version)
    return shown_profile(row)
