"""People who log in: invite them, list them, end their access."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from sqlalchemy import select

from api.access.keys import check_another_coordinator, end_sessions
from api.access.roles import Role, guarded
from api.access.users import add_user, invite, plain_email
from api.http.listing import Paging, page, paging_of
from api.http.problems import not_found, wrong_state
from api.http.work import SECRET, Transacted, Work, work_of
from api.schemas.keys import Invited, NewUser, Reason, UserPage
from api.store.tables import User

router = APIRouter(prefix="/users", tags=["users"], route_class=Transacted)


def shown(user: User) -> dict[str, Any]:
    """Give a person as they are answered."""
    return {
        "id": user.id, "email": user.email, "role": user.role, "subject": user.subject,
        "has_password": user.password is not None, "created_at": user.created_at,
        "revoked_at": user.revoked_at,
    }  # fmt: skip


@router.get(
    "", response_model=UserPage, response_model_exclude_none=True,
    **guarded("coordinator", "auditor"),
)  # fmt: skip
def list_users(
    role: Role | None = None,
    email: str | None = None,
    paging: Paging = Depends(paging_of),
    work: Work = Depends(work_of),
) -> dict[str, Any]:
    """List the people, those whose access has ended too."""
    query = select(User)
    if role is not None:
        query = query.where(User.role == role)
    if email is not None:
        query = query.where(User.email == plain_email(email))
    fields = {"created_at": User.created_at.expression, "email": User.email.expression}
    found, following = page(work.reading, query, User.id.expression, fields, (), paging)
    return {"items": [shown(user) for user in found], "next": following}


@router.post(
    "", status_code=201, response_model=Invited, response_model_exclude_none=True, tags=[SECRET],
    name="add_user", **guarded("coordinator", statuses=(409,)),
)  # fmt: skip
def add_user_(sent: NewUser, response: Response, work: Work = Depends(work_of)) -> dict[str, Any]:
    """Invite a person; the answer shows the key to set a password with (`PUT /me/password`)."""
    user = add_user(work.writing, work.now, sent.email, sent.role, sent.subject)
    work.note("user.add", user.id, role=user.role, subject=user.subject)
    response.headers["Location"] = f"/users/{user.id}"
    return _invited(user, work)


@router.post(
    "/{user_id}/invitation", status_code=201, response_model=Invited,
    response_model_exclude_none=True, tags=[SECRET], **guarded("coordinator", statuses=(409,)),
)  # fmt: skip
def invite_again(user_id: str, work: Work = Depends(work_of)) -> dict[str, Any]:
    """Invite a person anew whose password is lost; their sessions and old password end."""
    user = _found(work, user_id)
    if user.role == "coordinator" and user.password is not None:
        check_another_coordinator(work.writing, work.now, user_id)
    work.note("user.invite", user_id)
    return _invited(user, work)


@router.delete("/{user_id}", status_code=204, **guarded("coordinator", statuses=(409,)))
def remove_user(
    user_id: str,
    reason: Annotated[Reason, Query(description="Why.")],
    work: Work = Depends(work_of),
) -> None:
    """End a person's access at once."""
    session = work.writing
    before = session.get(User, user_id)
    if before is not None and before.role == "coordinator":
        check_another_coordinator(session, work.now, user_id)
    user = _found(work, user_id)
    user.revoked_at, user.password = work.stamp, None
    end_sessions(session, user_id, work.now)
    work.note("user.remove", user_id, reason=reason)


def _found(work: Work, user_id: str) -> User:
    user = work.writing.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None:
        raise not_found("user")
    if user.revoked_at is not None:
        raise wrong_state("The access of this person has ended; add them anew.")
    return user


def _invited(user: User, work: Work) -> dict[str, Any]:
    key, secret = invite(work.writing, user, work.now)
    return shown(user) | {"secret": secret, "expires_at": key.expires_at}
