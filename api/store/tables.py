"""The tables of the database. Times are ISO 8601 in UTC as text, ids are text, money is text."""

from typing import Any, Literal

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Role = Literal["coordinator", "donor", "ngo", "analyst", "auditor"]
Document = JSON().with_variant(JSONB(), "postgresql")


class Base(DeclarativeBase):
    """All tables."""

    type_annotation_map = {dict[str, Any]: Document}  # noqa: RUF012 (as SQLAlchemy asks)


class Key(Base):
    """A key to the service, or a session that a password has opened; only its hash is kept."""

    __tablename__ = "keys"
    id: Mapped[str] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    role: Mapped[Role] = mapped_column(String)
    subject: Mapped[str | None] = mapped_column(index=True)
    """The donor id or organisation id that the key speaks for."""
    label: Mapped[str]
    user_id: Mapped[str | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[str]
    expires_at: Mapped[str | None]
    revoked_at: Mapped[str | None]
    replaced_by: Mapped[str | None]
    """The id of the key that this one was rotated to; it may still hold for a while."""


class User(Base):
    """A person who logs in with a password."""

    __tablename__ = "users"
    id: Mapped[str] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    password: Mapped[str | None]
    """The argon2 hash; none before one is set."""
    role: Mapped[Role] = mapped_column(String)
    subject: Mapped[str | None]
    failures: Mapped[int]
    """Wrong passwords since the last right one."""
    failed_at: Mapped[str | None]
    created_at: Mapped[str]
    revoked_at: Mapped[str | None]


class Registered(Base):
    """An organisation that has registered, with what it says of itself."""

    __tablename__ = "registered"
    org_id: Mapped[str] = mapped_column(primary_key=True)
    data: Mapped[dict[str, Any]]
    version: Mapped[int]
    created_at: Mapped[str]
    updated_at: Mapped[str]


class RoundRow(Base):
    """A round: where it stands and its settings, the keys of `round.yaml` but for the targets."""

    __tablename__ = "rounds"
    id: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[str]
    settings: Mapped[dict[str, Any]]
    run_id: Mapped[str | None]
    """The run that was approved."""
    version: Mapped[int]
    """Counts changes of state and settings; the ETag."""
    created_at: Mapped[str]
    updated_at: Mapped[str]


class Row(Base):
    """A row of a table of a round: donors, pools, proposals and so on, targets among them."""

    __tablename__ = "rows"
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    noun: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    owner: Mapped[str | None]
    """The organisation or donor that the row belongs to; of a fact, what it is about."""
    data: Mapped[dict[str, Any]]
    set_aside: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    """The status, with its reason, that a coordinator gave a proposal before it was withdrawn."""
    version: Mapped[int]
    created_at: Mapped[str]
    updated_at: Mapped[str]
    __table_args__ = (Index("rows_by_owner", "noun", "owner", "round_id"),)


class RunInputs(Base):
    """The canonical document of a round that runs were made of, by its content hash; zlib."""

    __tablename__ = "run_inputs"
    hash: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class RunRow(Base):
    """A run: asked for, queued, claimed by a worker for a time, ended once."""

    __tablename__ = "runs"
    id: Mapped[str] = mapped_column(primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), index=True)
    kind: Mapped[str]
    """match, scenario or explain."""
    identity: Mapped[str] = mapped_column(unique=True)
    """SHA-256 of kind, inputs, options and versions: the same again is the run that exists."""
    inputs: Mapped[str] = mapped_column(ForeignKey("run_inputs.hash"))
    options: Mapped[dict[str, Any]]
    of_run: Mapped[str | None] = mapped_column(ForeignKey("runs.id"), index=True)
    """The run that a scenario or an explanation is about."""
    state: Mapped[str]
    """queued, running, done, infeasible, no_solution, failed, cancelled."""
    progress: Mapped[dict[str, Any]]
    detail: Mapped[str | None]
    cancel_asked_at: Mapped[str | None]
    worker: Mapped[str | None]
    attempt: Mapped[int]
    """Counts the claims; a worker whose claim is not the newest may write nothing more."""
    lost: Mapped[int]
    """Counts the claims that ended without a word, as a run that ends workers is given up."""
    lease_until: Mapped[str | None]
    created_by: Mapped[str]
    created_at: Mapped[str]
    started_at: Mapped[str | None]
    ended_at: Mapped[str | None]
    __table_args__ = (Index("runs_by_state", "state", "created_at"),)


class RunFile(Base):
    """A file of a finished run: those of a result folder, the bundle, explanations."""

    __tablename__ = "run_files"
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class WorkerRow(Base):
    """A worker that has been seen."""

    __tablename__ = "workers"
    id: Mapped[str] = mapped_column(primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    started_at: Mapped[str]
    seen_at: Mapped[str]


class Publication(Base):
    """A version of a round's decisions as they were published."""

    __tablename__ = "publications"
    round_id: Mapped[str] = mapped_column(ForeignKey("rounds.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[str] = mapped_column(ForeignKey("runs.id"))
    reason: Mapped[str]
    published_at: Mapped[str]
    withdrawn_at: Mapped[str | None]


class Replay(Base):
    """The answer that an Idempotency-Key got, to give it again."""

    __tablename__ = "replays"
    holder: Mapped[str] = mapped_column(primary_key=True)
    """The id of the key that asked, or the address of who has none."""
    name: Mapped[str] = mapped_column(String(255), primary_key=True)
    asked: Mapped[str]
    """SHA-256 of method, path and body."""
    status: Mapped[int]
    headers: Mapped[dict[str, Any]]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[str] = mapped_column(index=True)


class Entry(Base):
    """An entry of the audit log; each holds the hash of the one before."""

    __tablename__ = "audit"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str]
    actor: Mapped[str]
    role: Mapped[str]
    action: Mapped[str] = mapped_column(index=True)
    round_id: Mapped[str | None] = mapped_column(index=True)
    object: Mapped[str]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]]
    previous: Mapped[str]
    hash: Mapped[str]
    __table_args__ = (UniqueConstraint("previous"),)


class Head(Base):
    """How many entries the audit log has, and the hash of the last: so that its end is known."""

    __tablename__ = "audit_head"
    one: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]
    hash: Mapped[str]
