"""Who asks, and their password."""

from typing import Any

from fastapi import APIRouter, Depends

from api.access.keys import end_sessions
from api.access.passwords import check_password, hashed
from api.access.roles import ROLES, Principal, guarded, principal_of
from api.access.users import known_by_password
from api.http.problems import Refused, one_invalid, wrong_state
from api.http.work import Transacted, Work, work_of
from api.schemas.keys import Myself, NewPassword
from api.store.tables import Key, User

router = APIRouter(prefix="/me", tags=["me"], route_class=Transacted)


@router.get("", response_model=Myself, response_model_exclude_none=True, **guarded(*ROLES))
def read_me(
    work: Work = Depends(work_of), principal: Principal = Depends(principal_of)
) -> dict[str, Any]:
    """Tell who asks: the key's role, whom it speaks for and how long it holds."""
    key = work.reading.get_one(Key, principal.key_id)
    user = None if key.user_id is None else work.reading.get_one(User, key.user_id)
    return {
        "key_id": key.id, "role": key.role, "subject": key.subject, "label": key.label,
        "expires_at": key.expires_at, "user_id": key.user_id,
        "email": None if user is None else user.email,
    }  # fmt: skip


@router.put("/password", status_code=204, **guarded(*ROLES, statuses=(409,)))
def set_password(
    sent: NewPassword,
    work: Work = Depends(work_of),
    principal: Principal = Depends(principal_of),
) -> None:
    """Set the asker's password; all their sessions and invitations end: log in with it."""
    if principal.user_id is None:
        raise wrong_state("This key is no person's; a password is set by who was invited.")
    user = work.reading.get_one(User, principal.user_id)
    known, email = user.password, user.email
    # No transaction waits while passwords are hashed.
    work.reading.close()
    if known is not None:
        _check_current(work, email, sent.current or "")
    check_password(sent.password, email)
    new = hashed(sent.password)
    session = work.writing
    user = session.get_one(User, principal.user_id, with_for_update=True)
    key = session.get_one(Key, principal.key_id)
    if user.password != known or key.revoked_at is not None:
        raise Refused(409, "at-once", "It has just been changed", "Log in and try again.")
    user.password = new
    user.failures, user.failed_at = 0, None
    end_sessions(session, user.id, work.now)
    work.note("user.password", user.id)


def _check_current(work: Work, email: str, current: str) -> None:
    try:
        known_by_password(work.service.store, work.now, email, current)
    except Refused:
        what, remedy = "is not the present password.", "Give the present password, too."
        raise one_invalid("current", "", what, remedy) from None
