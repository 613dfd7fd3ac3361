"""What whoever has the machine with the data does from the command line: keys and the audit log."""

from collections.abc import Sequence
from typing import Any, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.access.keys import holds, locked, make_key
from api.access.roles import SUBJECTS, Role
from api.audit import BY_COMMAND, Verified, append, verify
from api.clock import stamp, utc_now
from api.operating.errors import USAGE, Unusable
from api.store import Store
from api.store.tables import Key


def key_made(store: Store, role: str, label: str, subject: str | None) -> tuple[str, str]:
    """Make a key; gives its id and the key itself. Raises Unusable for a role that is none."""
    known: tuple[Role, ...] = get_args(Role)
    found = next((name for name in known if name == role), None)
    if found is None:
        raise Unusable(f"{role} is no role; it is one of {', '.join(known)}.", USAGE)
    if (subject is None) != (found not in SUBJECTS):
        wanted = (
            f"needs --subject, the {SUBJECTS[found]}" if found in SUBJECTS else "has no --subject"
        )
        raise Unusable(f"A key of the role {role} {wanted}.", USAGE)
    now = utc_now()
    with store.writing() as session:
        key, secret = make_key(session, now, found, label, subject)
        details = {"role": role, "subject": subject}
        append(session, now, BY_COMMAND, "key.add", key.id, details=details)
        return key.id, secret


def key_revoked(store: Store, key_id: str, reason: str | None) -> None:
    """Revoke a key, be it the last; raises Unusable where there is none that holds."""
    now = utc_now()
    with store.writing() as session:
        key = locked(session, key_id)
        if key is None or not holds(key, now):
            raise Unusable(f"There is no key {key_id} that holds.")
        key.revoked_at = stamp(now)
        append(session, now, BY_COMMAND, "key.revoke", key_id, reason=reason)


def keys_that_hold(store: Store) -> list[dict[str, Any]]:
    """Give the keys and sessions that hold now."""
    now = utc_now()
    with store.reading() as session:
        return [_shown(key) for key in _all(session) if holds(key, now)]


def audit_verified(store: Store, expected: Sequence[str]) -> Verified:
    """Check the audit log, and that it has the entries noted as NUMBER:HASH."""
    noted: dict[int, str] = {}
    for mark in expected:
        number, _, hash_ = mark.partition(":")
        if not number.isdecimal() or len(hash_) != 64:
            raise Unusable(f"{mark} is not NUMBER:HASH, as `matcher audit verify` gives it.", USAGE)
        noted[int(number)] = hash_.lower()
    with store.snapshot() as session:
        return verify(session, noted)


def _all(session: Session) -> Sequence[Key]:
    return session.scalars(select(Key).order_by(Key.created_at, Key.id)).all()


def _shown(key: Key) -> dict[str, Any]:
    names = ("id", "role", "subject", "label", "created_at", "expires_at", "user_id")
    return {name: getattr(key, name) for name in names}
