"""The audit log: who did what, when and why, each entry with the hash of the one before.

An entry is written in the transaction of what it tells of, so that there is neither without the
other. Nobody changes or deletes entries; `verify` finds where somebody did.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from api.clock import stamp
from api.store.tables import Entry, Head

START = "0" * 64
"""What stands as the hash before the first entry."""
LOCK = 7_201_412
"""The PostgreSQL advisory lock of the end of the log."""
CHAINED = (
    "number", "at", "actor", "role", "action", "round_id", "object", "reason", "details", "previous"
)  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Who does something: the id of a key, or a name such as `command line`, and the role."""

    id: str
    role: str


BY_COMMAND = Actor("command line", "operator")
"""Whoever has the machine with the data in hand."""


def append(
    session: Session,
    at: datetime,
    actor: Actor,
    action: str,
    object_: str,
    round_id: str | None = None,
    reason: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Entry:
    """Add an entry at the end; call it last in a transaction, for others wait from here on.

    `details` must hold no secret and only what JSON has, without floats.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({LOCK})"))
    head = session.get(Head, 1, populate_existing=True)
    if head is None:
        head = Head(one=1, number=0, hash=START)
        session.add(head)
    entry = Entry(
        number=head.number + 1, at=stamp(at), actor=actor.id, role=actor.role, action=action,
        round_id=round_id, object=object_, reason=reason, details=dict(details or {}),
        previous=head.hash, hash="",
    )  # fmt: skip
    entry.hash = hash_of(entry)
    head.number, head.hash = entry.number, entry.hash
    session.add(entry)
    session.flush()
    return entry


def hash_of(entry: Any) -> str:
    """Give SHA-256 of the canonical JSON of an entry or its row, its own hash left out."""
    plain = {name: getattr(entry, name) for name in CHAINED}
    text_ = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text_.encode()).hexdigest()


@dataclass(frozen=True)
class Verified:
    """What a check of the whole log came to: how many entries, its end, and every fault."""

    entries: int
    end: str
    faults: tuple[str, ...]

    @property
    def mark(self) -> str:
        """Give the end as NUMBER:HASH, to note somewhere else and to expect later."""
        return f"{self.entries}:{self.end}"


def verify(session: Session, expected: Mapping[int, str] | None = None) -> Verified:
    """Check every entry, the links between them, and that the log ends where it should.

    `session` must see all at one time (`Store.snapshot`). `expected` are hashes of entries by
    number that were noted elsewhere: only they tell of a log that was written anew as a whole.
    """
    faults: list[str] = []
    awaited = dict(expected or {})
    count, last = 0, START
    columns = [getattr(Entry, name) for name in (*CHAINED, "hash")]
    query = select(*columns).order_by(Entry.number).execution_options(yield_per=1000)
    for entry in session.execute(query):
        faults += _faults(entry, count, last)
        count, last = entry.number, entry.hash
        if awaited.pop(count, last) != last:
            faults.append(f"entry {count} is not the one that was noted")
    faults += [f"entry {number}, which was noted, is missing" for number in sorted(awaited)]
    head = session.get(Head, 1)
    known = (0, START) if head is None else (head.number, head.hash)
    if known != (count, last):
        faults.append(f"the log ends with entry {count}, but should end with entry {known[0]}")
    return Verified(count, last, tuple(faults))


def _faults(entry: Any, count: int, last: str) -> Iterator[str]:
    if entry.number != count + 1:
        missing = f"entry {count + 1} is" if entry.number == count + 2 else (
            f"entries {count + 1} to {entry.number - 1} are"
        )  # fmt: skip
        yield f"{missing} missing"
    elif entry.previous != last:
        yield f"entry {entry.number} does not follow from the one before"
    if entry.hash != hash_of(entry):
        yield f"entry {entry.number} has been changed"
