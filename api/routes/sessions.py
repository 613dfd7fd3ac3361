"""Sessions: log in with a password, and out again."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Depends
from sqlalchemy import select

from api.access.keys import locked, make_key
from api.access.roles import ROLES, Principal, guarded, principal_of, public
from api.access.users import known_by_password
from api.http.problems import wrong_state
from api.http.work import SECRET, Transacted, Work, work_of
from api.routes.keys import shown
from api.schemas.keys import Login, MadeKey
from api.store.tables import User

router = APIRouter(prefix="/sessions", tags=["sessions"], route_class=Transacted)


@router.post(
    "", status_code=201, response_model=MadeKey, response_model_exclude_none=True, tags=[SECRET],
    **public(statuses=(401, 409)),
)  # fmt: skip
def log_in(sent: Login, work: Work = Depends(work_of)) -> dict[str, Any]:
    """Log in; the answer shows a key that holds for some hours."""
    known = known_by_password(work.service.store, work.now, sent.email, sent.password)
    session = work.writing
    user = session.scalar(select(User).where(User.id == known.id).with_for_update())
    if user is None or user.password != known.password:
        raise wrong_state("The access of this person has just been changed; try again.")
    user.failures, user.failed_at = 0, None
    role = user.role
    until = work.now + timedelta(hours=work.service.settings.session_hours)
    key, secret = make_key(session, work.now, role, "session", user.subject, until, user.id)
    work.note("session.begin", key.id, user=user.id, role=role)
    return shown(key, work) | {"secret": secret}


@router.delete("/current", status_code=204, **guarded(*ROLES, statuses=(409,)))
def log_out(work: Work = Depends(work_of), principal: Principal = Depends(principal_of)) -> None:
    """Log out: the key of the session no longer holds."""
    key = locked(work.writing, principal.key_id)
    if key is None or key.user_id is None:
        raise wrong_state("This key is no session; a coordinator revokes it.")
    key.revoked_at = work.stamp
    work.note("session.end", key.id, user=key.user_id)
