"""Keys: make, list, rotate and revoke them."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import ColumnElement, not_, select

from api.access.keys import check_another_coordinator, holds, in_force, locked, make_key, rotate
from api.access.roles import ROLES, Principal, Role, guarded, principal_of
from api.http.listing import Paging, page, paging_of
from api.http.problems import not_found, one_invalid, wrong_state
from api.http.work import SECRET, Transacted, Work, work_of
from api.schemas.keys import KeptKey, KeyPage, MadeKey, NewKey, Reason
from api.store.tables import Key

DAY = 24 * 3600

router = APIRouter(prefix="/keys", tags=["keys"], route_class=Transacted)


def shown(key: Key, work: Work) -> dict[str, Any]:
    """Give a key as it is answered, without what it hashes to."""
    names = (*KeptKey.model_fields.keys() - {"valid"},)
    return {name: getattr(key, name) for name in names} | {"valid": holds(key, work.now)}


@router.get(
    "", response_model=KeyPage, response_model_exclude_none=True,
    **guarded("coordinator", "auditor"),
)  # fmt: skip
def list_keys(
    role: Role | None = None,
    subject: str | None = None,
    user_id: str | None = None,
    valid: bool | None = None,
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
) -> dict[str, Any]:
    """List keys and sessions, those that no longer hold too."""
    query = select(Key)
    for column, value in ((Key.role, role), (Key.subject, subject), (Key.user_id, user_id)):
        if value is not None:
            query = query.where(column == value)
    if valid is not None:
        condition = in_force(work.now)
        query = query.where(condition if valid else not_(condition))
    fields: dict[str, ColumnElement[Any]] = {
        "created_at": Key.created_at.expression,
        "label": Key.label.expression,
        "role": Key.role.expression,
    }
    found, following = page(work.reading, query, Key.id.expression, fields, (), paging)
    return {"items": [shown(key, work) for key in found], "next": following}


@router.post(
    "", status_code=201, response_model=MadeKey, response_model_exclude_none=True, tags=[SECRET],
    **guarded("coordinator"),
)  # fmt: skip
def add_key(sent: NewKey, response: Response, work: Work = Depends(work_of)) -> dict[str, Any]:
    """Make a key for a role; the answer shows it, once."""
    if sent.expires_at is not None and sent.expires_at <= work.now:
        at = sent.expires_at.isoformat()
        raise one_invalid("expires_at", at, "is past.", "Give a time to come, or none.")
    key, secret = make_key(
        work.writing, work.now, sent.role, sent.label, sent.subject, sent.expires_at
    )
    work.note("key.add", key.id, role=key.role, subject=key.subject, expires_at=key.expires_at)
    response.headers["Location"] = f"/keys/{key.id}"
    return shown(key, work) | {"secret": secret}


@router.get(
    "/{key_id}", response_model=KeptKey, response_model_exclude_none=True,
    **guarded("coordinator", "auditor"),
)  # fmt: skip
def read_key(key_id: str, work: Work = Depends(work_of)) -> dict[str, Any]:
    """Read what a key is for and whether it holds."""
    key = work.reading.get(Key, key_id)
    if key is None:
        raise not_found("key")
    return shown(key, work)


@router.delete("/{key_id}", status_code=204, **guarded("coordinator", statuses=(409,)))
def revoke_key(
    key_id: str,
    reason: Annotated[Reason, Query(description="Why.")],
    work: Work = Depends(work_of),
) -> None:
    """Revoke a key or a session at once."""
    session = work.writing
    check_last = session.get(Key, key_id)
    if check_last is not None and check_last.user_id is None and check_last.role == "coordinator":
        check_another_coordinator(session, work.now, key_id)
    key = locked(session, key_id)
    if key is None:
        raise not_found("key")
    if key.revoked_at is not None:
        raise wrong_state(f"The key {key_id} was revoked before.")
    key.revoked_at = work.stamp
    work.note("key.revoke", key_id, reason=reason, role=key.role, subject=key.subject)


@router.post(
    "/{key_id}/rotation", status_code=201, response_model=MadeKey,
    response_model_exclude_none=True, tags=[SECRET], **guarded(*ROLES, statuses=(409,)),
)  # fmt: skip
def rotate_key(
    key_id: str,
    response: Response,
    overlap_seconds: Annotated[
        int, Query(ge=0, le=DAY, description="So long the old key holds beside the new one.")
    ] = 0,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> dict[str, Any]:
    """Replace a key by a new one; the asker's own, or any by a coordinator."""
    if principal.role != "coordinator" and principal.key_id != key_id:
        raise not_found("key")
    key = locked(work.writing, key_id)
    if key is None:
        raise not_found("key")
    until = work.now + timedelta(seconds=overlap_seconds)
    made, secret = rotate(work.writing, key, work.now, until)
    work.note("key.rotate", key_id, replaced_by=made.id, holds_until=key.expires_at)
    response.headers["Location"] = f"/keys/{made.id}"
    return shown(made, work) | {"secret": secret}
