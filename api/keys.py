"""Keys: made at random, shown once, kept as hashes only."""

import secrets
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.audit import Actor, append
from api.clock import stamp
from api.roles import SUBJECTS, Principal, Role
from api.store import Store
from api.store.tables import Key

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
        expires_at=None if expires_at is None else stamp(expires_at),
    )  # fmt: skip
    session.add(key)
    session.flush()
    return key, secret


def principal_for(session: Session, secret: str, now: datetime) -> Principal | None:
    """Find who holds a key; None where it is unknown, revoked or has expired."""
    # The hash of a key of 256 random bits needs no salt and no slow hashing: there is no list of
    # likely keys to try.
    key = session.scalar(select(Key).where(Key.hash == _hash(secret)))
    if key is None or key.revoked_at is not None:
        return None
    if key.expires_at is not None and key.expires_at <= stamp(now):
        return None
    return Principal(key.id, key.role, key.subject, key.user_id)  # type: ignore[arg-type]  # stored


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def first_key(store: Store, at: datetime) -> str | None:
    """Make a coordinator's key where there is no key at all yet, and give it."""
    with store.writing() as session:
        if session.scalar(select(Key.id).limit(1)) is not None:
            return None
        key, secret = make_key(session, at, "coordinator", "first key")
        append(session, at, Actor("command line", "operator"), "key.first", key.id)
        return secret
