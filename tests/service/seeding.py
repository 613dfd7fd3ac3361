"""The made-up association in the database of a service, with all that a service can hold of it."""

import json
import tempfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, update
from sqlalchemy.orm import Session

from api.access.keys import make_key
from api.access.passwords import hashed
from api.access.roles import Role
from api.audit import Actor, append
from api.clock import Now, stamp
from api.results.letters import LETTERS, letters_of
from api.store import Store
from api.store.tables import (
    Base,
    Publication,
    Registered,
    RoundRow,
    RunFile,
    RunInputs,
    RunRow,
    User,
)
from matcher import Options, Round, match
from matcher.explaining.every import explain_every
from matcher.explaining.solves.base import base_of
from matcher.explaining.solves.proof import proof_of
from matcher.explaining.written import explanation_rows, write_explanations
from matcher.reading import read_document
from matcher.scenarios.bundles.bundle import bundle_of, write_bundle
from matcher.warm_start import earlier_result
from matcher.writing.result_folder import EXPLANATIONS, write_result
from tests.service.association import ORGANISATIONS, document_of
from tests.service.keeping import keep_round

PUBLISHED, OPEN, DRAFT = "spring", "summer", "draft"
"""The rounds: one published, one that takes proposals, one that only coordinators may know of."""
ROUNDS: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    PUBLISHED: ("published", "Spring (made up)", ()),
    OPEN: ("open", "Summer (made up)", ("az",)),
    DRAFT: ("draft", "MARK-draft", ()),
}
RUN, SCENARIO, EXPLAIN, QUEUED = "run_match", "run_scenario", "run_explain", "run_queued"
PASSWORD = "a long enough password"
Person = tuple[Role, str | None]
PEOPLE: tuple[Person, ...] = (
    ("coordinator", None), ("auditor", None), ("analyst", None), ("donor", "D1"),
    ("donor", "MARK-D2"), ("ngo", "O1"), ("ngo", "O2"), ("ngo", "MARK-O3"),
)  # fmt: skip


@dataclass(frozen=True)
class Keys:
    """The keys of the people by who they are, the ids of those keys, and open sessions of each."""

    secrets: Mapping[Person, str]
    ids: Mapping[Person, str]
    sessions: Mapping[Person, str]


@cache
def finished(round_id: str) -> Mapping[str, bytes]:
    """Give the files of a finished run of a round of the association, explanations among them."""
    _, title, packs = ROUNDS[round_id]
    round_ = read_document(document_of(round_id, title, packs), "round").round
    with tempfile.TemporaryDirectory() as kept:
        folder = Path(kept) / "result"
        run = match(round_, Options(seconds=20, seed=1, workers=1))
        write_result(run, folder)
        write_bundle(bundle_of(round_, folder), Path(kept) / "bundle.zip")
        letters = letters_of(round_, folder)
        _explain(round_, folder)
        files = {file.name: file.read_bytes() for file in folder.iterdir()}
        files["bundle.zip"] = (Path(kept) / "bundle.zip").read_bytes()
    files[LETTERS] = json.dumps(letters).encode()
    return files


def _explain(round_: Round, folder: Path) -> None:
    awards = dict(earlier_result(round_, folder).awards)
    base = base_of(round_, awards, Options(seconds=60), _hear, proof_of(round_, folder))
    assert base is not None
    write_explanations(base, list(explanation_rows(base, explain_every(base, _hear))), folder)


def _hear(_words: object, *_more: object) -> None:
    """Nobody is to be told how far it is."""


def seed(store: Store, now: Now) -> Keys:
    """Fill an empty database; gives the keys of its people."""
    with store.writing() as session:
        keys = _people(session, now)
        for round_id in ROUNDS:
            _round(session, now, round_id)
        session.flush()
        _runs(session, now)
        session.flush()
        _published(session, now)
        by = Actor(keys.ids["coordinator", None], "coordinator")
        append(
            session, now(), by, "round.move", PUBLISHED, PUBLISHED, "MARK-audit-reason",
            {"before": "matching", "after": "review"},
        )  # fmt: skip
        append(session, now(), by, "donors.change", "MARK-D2", OPEN)
    return keys


def _people(session: Session, now: Now) -> Keys:
    secrets, ids, sessions = {}, {}, {}
    for number, person in enumerate(PEOPLE):
        role, subject = person
        user = f"user_{number}"
        session.add(
            _row(
                User, id=user, email=f"mark-user-{number}@example.org", role=role,
                password=_hash(), subject=subject, created_at=stamp(now()),
            )
        )  # fmt: skip
        session.flush()
        key, secrets[person] = make_key(session, now(), role, _label(role), subject)
        ids[person] = key.id
        until = now() + timedelta(hours=12)
        _, sessions[person] = make_key(session, now(), role, "session", subject, until, user)
    make_key(session, now(), "coordinator", "another one")
    for number, organisation in enumerate(ORGANISATIONS, 1):
        data = {**organisation, "contact": f"MARK-contact-{number}"}
        session.add(
            Registered(
                org_id=organisation["org_id"], data=data, version=1, created_at=stamp(now()),
                updated_at=stamp(now()),
            )
        )  # fmt: skip
    return Keys(secrets, ids, sessions)


def _label(role: str) -> str:
    return "MARK-label" if role == "coordinator" else f"for the {role}"


@cache
def _hash() -> str:
    return hashed(PASSWORD)


def _round(session: Session, now: Now, round_id: str) -> None:
    state, title, packs = ROUNDS[round_id]
    keep_round(session, document_of(round_id, title, packs), state, stamp(now()))


def _runs(session: Session, now: Now) -> None:
    _, title, packs = ROUNDS[PUBLISHED]
    round_ = read_document(document_of(PUBLISHED, title, packs), "round").round
    content = zlib.compress(json.dumps(round_.document()).encode())
    session.add(RunInputs(hash=round_.content_hash, content=content))
    session.flush()
    begun, ended = stamp(now()), stamp(now() + timedelta(seconds=3))
    for name, kind, state in (
        (RUN, "match", "done"), (SCENARIO, "scenario", "done"), (EXPLAIN, "explain", "done"),
        (QUEUED, "match", "queued"),
    ):  # fmt: skip
        done = state == "done"
        session.add(
            _row(
                RunRow, id=name, round_id=OPEN if name == QUEUED else PUBLISHED, kind=kind,
                identity=name, inputs=round_.content_hash, state=state, attempt=int(done),
                of_run=None if kind == "match" else RUN, worker="worker_1" if done else None,
                created_by="seeding", created_at=begun, started_at=begun if done else None,
                ended_at=ended if done else None,
            )
        )  # fmt: skip
        session.flush()
        for file, kept in finished(PUBLISHED).items():
            if done and (file in EXPLANATIONS) == (kind == "explain"):
                session.add(RunFile(run_id=name, name=file, content=kept))


def _published(session: Session, now: Now) -> None:
    session.execute(update(RoundRow).where(RoundRow.id == PUBLISHED).values(run_id=RUN))
    for number, withdrawn in ((1, stamp(now())), (2, None)):
        session.add(
            Publication(
                round_id=PUBLISHED, number=number, run_id=RUN, reason="MARK-publication-reason",
                published_at=stamp(now()), withdrawn_at=withdrawn,
            )
        )  # fmt: skip


def _row(table: type[Base], **given: Any) -> Base:
    """Make a row of a table with nothing in the columns that are not given."""
    blank: dict[str, Any] = {}
    for column in table.__table__.columns:
        kind = dict if isinstance(column.type, JSON) else column.type.python_type
        blank[column.name] = None if column.nullable else kind()
    return table(**blank | given)


def contents(store: Store) -> dict[str, list[Any]]:
    """Give all rows of all tables, to see whether anything changed."""
    with store.reading() as session:
        return {
            table.name: sorted(map(repr, session.execute(table.select()).all()))
            for table in Base.metadata.sorted_tables
        }
