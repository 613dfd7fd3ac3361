"""Keys: made at random, shown once, kept as hashes only."""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from api.access.roles import SUBJECTS, Principal, Role
from api.audit import BY_COMMAND, append
from api.clock import stamp
from api.http.problems import wrong_state
from api.store import Store
from api.store.tables import Key, User

PREFIX = "mk_"
"""What every key starts with, so that scanners for leaked secrets know one."""


def new_id(kind: str) -> str:
    """Give a new id, such as `run_0f3a…`: 64 random bits."""
    return f"{kind}_{secrets.token_hex(8)}"


def make_key(
    session: Session,
    at: datetime,
    role: Role,
    label: str,
    subject: str | None = None,
    expires_at: datetime | None = None,
    user_id: str | None = None,
) -> tuple[Key, str]:
    """Add a key of 256 random bits; gives its row, and the key itself, which is kept nowhere."""
    if (subject is None) != (role not in SUBJECTS):
        raise ValueError(f"a key of the role {role} and the subject {subject}")
    secret = PREFIX + secrets.token_urlsafe(32)
    key = Key(
        id=new_id("key"), hash=_hash(secret), role=role, subject=subject, label=label,
        user_id=user_id, created_at=stamp(at), revoked_at=None,
        expires_at=None if expires_at is None else stamp(expires_at), replaced_by=None,
    )  # fmt: skip
    session.add(key)
    session.flush()
    return key, secret


def principal_for(session: Session, secret: str, now: datetime) -> Principal | None:
    """Find who holds a key; None where it is unknown, revoked or has expired."""
    # The hash of a key of 256 random bits needs no salt and no slow hashing: there is no list of
    # likely keys to try.
    key = session.scalar(select(Key).where(Key.hash == _hash(secret)))
    if key is None or not holds(key, now):
        return None
    return Principal(key.id, key.role, key.subject, key.user_id)


def in_force(now: datetime) -> ColumnElement[bool]:
    """Give the condition of keys that hold at a time."""
    lasting = or_(Key.expires_at.is_(None), Key.expires_at > stamp(now))
    return and_(Key.revoked_at.is_(None), lasting)


def holds(key: Key, now: datetime) -> bool:
    """Say whether a key holds at a time."""
    at = stamp(now)
    return key.revoked_at is None and (key.expires_at is None or key.expires_at > at)


def locked(session: Session, key_id: str) -> Key | None:
    """Find a key that nobody else changes until the transaction ends."""
    return session.get(Key, key_id, with_for_update=True, populate_existing=True)


def rotate(session: Session, key: Key, now: datetime, until: datetime) -> tuple[Key, str]:
    """Make the key that replaces one, which holds no longer than until a time.

    Raises Refused (409) for a key that no longer holds, was rotated before (else who has found an
    old key could make a new one of it) or is a session's.
    """
    if key.user_id is not None:
        raise wrong_state("A session is not rotated: log in again with the password.")
    if not holds(key, now) or key.replaced_by is not None:
        raise wrong_state(
            f"The key {key.id} no longer holds or was rotated before; a coordinator can make "
            "another one."
        )
    expires = None if key.expires_at is None else datetime.fromisoformat(key.expires_at)
    made = make_key(session, now, key.role, key.label, key.subject, expires)
    key.replaced_by = made[0].id
    key.expires_at = stamp(until if expires is None else min(until, expires))
    return made


def end_sessions(session: Session, user_id: str, at: datetime) -> None:
    """Revoke all the keys and sessions of a person."""
    for key in session.scalars(select(Key).where(Key.user_id == user_id, Key.revoked_at.is_(None))):
        key.revoked_at = stamp(at)


def check_another_coordinator(session: Session, now: datetime, leaving: str) -> None:
    """Refuse to lose the last coordinator: the key or the user of an id is about to end.

    All coordinators are locked, so that no two of them can end one another at the same time.
    """
    coordinators = select(Key.id).where(
        Key.role == "coordinator", Key.user_id.is_(None), Key.replaced_by.is_(None), in_force(now)
    )
    people = select(User.id).where(
        User.role == "coordinator", User.password.is_not(None), User.revoked_at.is_(None)
    )
    found = {*session.scalars(coordinators.order_by(Key.id).with_for_update())}
    found |= {*session.scalars(people.order_by(User.id).with_for_update())}
    if not found - {leaving}:
        raise wrong_state(
            "It is the last one of a coordinator: nobody could make keys any more. Make another "
            "coordinator's key first."
        )


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def first_key(store: Store, at: datetime) -> str | None:
    """Make a coordinator's key where there is no key at all yet, and give it."""
    with store.writing() as session:
        if session.scalar(select(Key.id).limit(1)) is not None:
            return None
        key, secret = make_key(session, at, "coordinator", "first key")
        append(session, at, BY_COMMAND, "key.first", key.id)
        return secret
